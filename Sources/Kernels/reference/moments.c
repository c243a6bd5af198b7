// moments.c - mean and biased variance of planes: the specification. Two passes in double; an empty plane gives 0 and 0.
#include "../levels.h"

void sth_moments_f32_reference(float *mean, float *variance, const sth_planes *src, int32_t begin, int32_t end) {
  const double count = (double)src->h * src->w;
  for (int32_t c = begin; c < end; c++) {
    const float *plane = src->data + c * src->c_stride;
    mean[c] = 0.0f;
    variance[c] = 0.0f;
    if (count <= 0) continue;

    double sum = 0.0;
    for (int32_t y = 0; y < src->h; y++) {
      for (int32_t x = 0; x < src->w; x++) sum += plane[y * src->h_stride + x];
    }
    const double centre = sum / count;
    double squares = 0.0;
    for (int32_t y = 0; y < src->h; y++) {
      for (int32_t x = 0; x < src->w; x++) {
        const double deviation = plane[y * src->h_stride + x] - centre;
        squares += deviation * deviation;
      }
    }
    mean[c] = (float)centre;
    variance[c] = (float)(squares / count);
  }
}
