// apply.c - scale, shift, relu and residual add of planes: the specification.
//
// The loops read and write element x only, so that dst may be src or addend: the compiler is told, because its own check
// for overlap would choose the scalar loop in just these cases.
#include "../levels.h"
#include <stddef.h>

// dst[x] = f(src[x] * scale + shift), f = relu or nothing
static void apply_row(float *dst, const float *src, float scale, float shift, int relu, int64_t w) {
  if (relu) {
#pragma clang loop vectorize(assume_safety)
    for (int64_t x = 0; x < w; x++) {
      const float u = src[x] * scale + shift;
      dst[x] = u > 0.0f ? u : 0.0f;
    }
  } else {
#pragma clang loop vectorize(assume_safety)
    for (int64_t x = 0; x < w; x++) dst[x] = src[x] * scale + shift;
  }
}

// dst[x] = f(src[x] * scale + shift) + addend[x]
static void apply_row_add(float *dst, const float *src, float scale, float shift, int relu, const float *addend,
                          int64_t w) {
  if (relu) {
#pragma clang loop vectorize(assume_safety)
    for (int64_t x = 0; x < w; x++) {
      const float u = src[x] * scale + shift;
      dst[x] = (u > 0.0f ? u : 0.0f) + addend[x];
    }
  } else {
#pragma clang loop vectorize(assume_safety)
    for (int64_t x = 0; x < w; x++) dst[x] = src[x] * scale + shift + addend[x];
  }
}

void sth_apply_f32_reference(const sth_planes *dst, const sth_planes *src, const float *scale, const float *shift,
                             const sth_planes *addend, uint32_t flags, int32_t begin, int32_t end) {
  const int relu = (flags & STH_APPLY_RELU) != 0;
  for (int32_t c = begin; c < end; c++) {
    const float factor = scale != NULL ? scale[c] : 1.0f;
    const float offset = shift != NULL ? shift[c] : 0.0f;
    for (int32_t y = 0; y < dst->h; y++) {
      float *out = dst->data + c * dst->c_stride + y * dst->h_stride;
      const float *in = src->data + c * src->c_stride + y * src->h_stride;
      if (addend == NULL) {
        apply_row(out, in, factor, offset, relu, dst->w);
      } else {
        const float *added = addend->data + c * addend->c_stride + y * addend->h_stride;
        apply_row_add(out, in, factor, offset, relu, added, dst->w);
      }
    }
  }
}
