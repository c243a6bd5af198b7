// gemm_panel.c - products of panels of bfloat16: tiles of 8 rows by up to 3 blocks, 24 sums in registers of 16 floats.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16,avx512vnni"))), apply_to = function)

#include "../lanes.h"

STH_INLINE sth_lanes sth_step(sth_lanes sum, const char *a, sth_lanes b) {
  int32_t pair;
  memcpy(&pair, a, sizeof pair);
  return _mm512_dpbf16_ps(sum, (__m512bh)_mm512_set1_epi32(pair), (__m512bh)b);
}

#include "../gemm_tiles.h"

void sth_gemm_panel_bf16_avx512bf16(const sth_gemm_panel *panel) {
  switch (panel->blocks) {
    case 1: sth_gemm_rows_of(panel, 1, 8); break;
    case 2: sth_gemm_rows_of(panel, 2, 8); break;
    default: sth_gemm_rows_of(panel, 3, 8); break;
  }
}

#pragma clang attribute pop

#endif  // __x86_64__
