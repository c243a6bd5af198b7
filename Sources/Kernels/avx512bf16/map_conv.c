// map_conv.c - convolutions on maps, in float32 and with dot products of int16 and of bytes.
#if defined(__x86_64__)

#define STH_LEVEL_HAS_BF16  // for lanes.h
#include <stddef.h>
#include <stdint.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16,avx512vnni"))), apply_to = function)

#include "../map_conv.h"

static const sth_map_conv_level level = {
    .f32 = sth_gemm_panel_f32_avx512,
    .int16 = sth_gemm_panel_int16_avx512bf16,
    .int8 = sth_gemm_panel_int8_avx512bf16,
    .panel_blocks = 3,
};

void sth_map_conv_query_avx512bf16(sth_map_conv_needs *needs, const sth_map_conv *shape) {
  sth_map_conv_query(needs, shape, &level);
}

void sth_map_conv_pack_avx512bf16(void *packed, const float *weights, const float *bias, const sth_map_conv *shape) {
  sth_map_conv_pack(packed, weights, bias, shape, &level);
}

void sth_map_conv_avx512bf16(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin, int32_t end) {
  sth_map_conv_run(operands, shape, &level, begin, end);
}

#pragma clang attribute pop

#endif  // __x86_64__
