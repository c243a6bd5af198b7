// gemm_panel_int16.c - products of panels of int16: tiles of 6 rows by one block, 12 sums in registers of 8 integers.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "../lanes.h"

STH_INLINE sth_lanes sth_step(sth_lanes sum, const char *a, sth_lanes b) {
  int32_t pair;
  memcpy(&pair, a, sizeof pair);
  typedef int32_t halves __attribute__((ext_vector_type(8)));
  typedef int32_t wholes __attribute__((ext_vector_type(16)));
  const __m256i both = _mm256_set1_epi32(pair);
  const wholes weights = (wholes)b;
  const halves low = (halves)_mm256_madd_epi16(both, (__m256i)weights.lo);
  const halves high = (halves)_mm256_madd_epi16(both, (__m256i)weights.hi);
  wholes step;
  step.lo = low;
  step.hi = high;
  return (sth_lanes)((wholes)sum + step);
}

STH_INLINE sth_lanes sth_total(sth_lanes sum) {
  typedef int32_t wholes __attribute__((ext_vector_type(16)));
  return __builtin_convertvector((wholes)sum, sth_lanes);
}

#include "../gemm_tiles.h"

void sth_gemm_panel_int16_avx2(const sth_gemm_panel *panel) { sth_gemm_rows_of(panel, 1, 6); }

#pragma clang attribute pop

#endif  // __x86_64__
