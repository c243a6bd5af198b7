// clamp.c - limits the values of planes: the specification.
#include "../levels.h"

void sth_clamp_f32_reference(const sth_planes *dst, const sth_planes *src, float low, float high, int32_t begin,
                             int32_t end) {
  for (int32_t c = begin; c < end; c++) {
    for (int32_t y = 0; y < dst->h; y++) {
      float *out = dst->data + c * dst->c_stride + y * dst->h_stride;
      const float *in = src->data + c * src->c_stride + y * src->h_stride;
      // Element x alone is read and written: dst may be src.
#pragma clang loop vectorize(assume_safety)
      for (int32_t x = 0; x < dst->w; x++) {
        const float raised = in[x] > low ? in[x] : low;  // a NaN is not greater: it becomes low
        out[x] = raised < high ? raised : high;
      }
    }
  }
}
