// upsample_nearest.c - enlarges planes by repetition: the specification.
#include "../levels.h"

void sth_upsample_nearest_f32_reference(const sth_planes *dst, const sth_planes *src, int32_t factor, int32_t begin,
                                        int32_t end) {
  for (int32_t c = begin; c < end; c++) {
    for (int32_t y = 0; y < dst->h; y++) {
      float *restrict out = dst->data + c * dst->c_stride + y * dst->h_stride;
      const float *restrict in = src->data + c * src->c_stride + y / factor * src->h_stride;
      int32_t x = 0;
      if (factor == 2) {  // the usual case in pairs, which the compiler turns into vectors
        for (int32_t i = 0; i < dst->w / 2; i++) {
          out[2 * i] = in[i];
          out[2 * i + 1] = in[i];
        }
        x = dst->w / 2 * 2;
      }
      for (; x < dst->w; x++) out[x] = in[x / factor];
    }
  }
}
