// moments.c - mean and biased variance of planes, 16 columns at a time in double.
#if defined(__x86_64__)

#include "../levels.h"
#include "../row_moments.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), \
                             apply_to = function)

enum { lanes = 16 };

// Columns of a vector that exist when `rest` are left.
STH_INLINE __mmask16 columns_left(int64_t rest) {
  return rest >= lanes ? 0xffff : (__mmask16)((1u << rest) - 1);
}

STH_INLINE __m512d low_half(__m512 v) { return _mm512_cvtps_pd(_mm512_castps512_ps256(v)); }
STH_INLINE __m512d high_half(__m512 v) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1)); }

static sth_row_moments row_moments(const float *row, int64_t w) {
  __m512d low = _mm512_setzero_pd(), high = _mm512_setzero_pd();
  for (int64_t x = 0; x < w; x += lanes) {
    const __m512 v = _mm512_maskz_loadu_ps(columns_left(w - x), row + x);
    low = _mm512_add_pd(low, low_half(v));
    high = _mm512_add_pd(high, high_half(v));
  }
  const double mean = _mm512_reduce_add_pd(_mm512_add_pd(low, high)) / (double)w;

  const __m512d centre = _mm512_set1_pd(mean);
  low = _mm512_setzero_pd();
  high = _mm512_setzero_pd();
  for (int64_t x = 0; x < w; x += lanes) {
    const __mmask16 left = columns_left(w - x);
    const __m512 v = _mm512_maskz_loadu_ps(left, row + x);
    const __m512d a = _mm512_maskz_sub_pd((__mmask8)left, low_half(v), centre);
    const __m512d b = _mm512_maskz_sub_pd((__mmask8)(left >> 8), high_half(v), centre);
    low = _mm512_fmadd_pd(a, a, low);
    high = _mm512_fmadd_pd(b, b, high);
  }
  const double squares = _mm512_reduce_add_pd(_mm512_add_pd(low, high));
  return (sth_row_moments){.count = (double)w, .mean = mean, .squares = squares};
}

void sth_moments_f32_avx512(float *mean, float *variance, const sth_planes *src, int32_t begin, int32_t end) {
  for (int32_t c = begin; c < end; c++) {
    sth_row_moments plane = {0};
    for (int32_t y = 0; y < src->h && src->w > 0; y++) {
      const float *row = src->data + c * src->c_stride + y * src->h_stride;
      plane = sth_row_moments_join(plane, row_moments(row, src->w));
    }
    mean[c] = (float)plane.mean;
    variance[c] = plane.count > 0.0 ? (float)(plane.squares / plane.count) : 0.0f;
  }
}

#pragma clang attribute pop

#endif  // __x86_64__
