// moments.c - mean and biased variance of planes, 8 columns at a time in double.
#if defined(__x86_64__)

#include "../levels.h"
#include "../row_moments.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

enum { lanes = 8 };

STH_INLINE __m256d low_half(__m256 v) { return _mm256_cvtps_pd(_mm256_castps256_ps128(v)); }
STH_INLINE __m256d high_half(__m256 v) { return _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1)); }

STH_INLINE double sum_of_lanes(__m256d a, __m256d b) {
  const __m256d sum = _mm256_add_pd(a, b);
  const __m128d pair = _mm_add_pd(_mm256_castpd256_pd128(sum), _mm256_extractf128_pd(sum, 1));
  return _mm_cvtsd_f64(pair) + _mm_cvtsd_f64(_mm_unpackhi_pd(pair, pair));
}

static sth_row_moments row_moments(const float *row, int64_t w) {
  __m256d low = _mm256_setzero_pd(), high = _mm256_setzero_pd();
  const int64_t whole = w - w % lanes;
  for (int64_t x = 0; x < whole; x += lanes) {
    const __m256 v = _mm256_loadu_ps(row + x);
    low = _mm256_add_pd(low, low_half(v));
    high = _mm256_add_pd(high, high_half(v));
  }
  double sum = sum_of_lanes(low, high);
  for (int64_t x = whole; x < w; x++) sum += row[x];
  const double mean = sum / (double)w;

  const __m256d centre = _mm256_set1_pd(mean);
  low = _mm256_setzero_pd();
  high = _mm256_setzero_pd();
  for (int64_t x = 0; x < whole; x += lanes) {
    const __m256 v = _mm256_loadu_ps(row + x);
    const __m256d a = _mm256_sub_pd(low_half(v), centre), b = _mm256_sub_pd(high_half(v), centre);
    low = _mm256_fmadd_pd(a, a, low);
    high = _mm256_fmadd_pd(b, b, high);
  }
  double squares = sum_of_lanes(low, high);
  for (int64_t x = whole; x < w; x++) squares += (row[x] - mean) * (row[x] - mean);
  return (sth_row_moments){.count = (double)w, .mean = mean, .squares = squares};
}

void sth_moments_f32_avx2(float *mean, float *variance, const sth_planes *src, int32_t begin, int32_t end) {
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
