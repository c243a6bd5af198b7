// gemm_panel_int16.c - products of panels of int16: tiles of 8 rows by up to 3 blocks, 24 sums in registers of 16 integers.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vnni"))), apply_to = function)

#include "../lanes.h"

// Written out: the compiler makes two instructions of the intrinsic, a fifth slower.
STH_INLINE sth_lanes sth_step(sth_lanes sum, const char *a, sth_lanes b) {
  int32_t pair;
  memcpy(&pair, a, sizeof pair);
  __asm__("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(_mm512_set1_epi32(pair)), "v"(b));
  return sum;
}

STH_INLINE sth_lanes sth_total(sth_lanes sum) { return _mm512_cvtepi32_ps((__m512i)sum); }

#include "../gemm_tiles.h"

void sth_gemm_panel_int16_avx512bf16(const sth_gemm_panel *panel) {
  switch (panel->blocks) {
    case 1: sth_gemm_rows_of(panel, 1, 8); break;
    case 2: sth_gemm_rows_of(panel, 2, 8); break;
    default: sth_gemm_rows_of(panel, 3, 8); break;
  }
}

#pragma clang attribute pop

#endif  // __x86_64__
