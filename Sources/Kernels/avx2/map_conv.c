// map_conv.c - convolutions on maps, a block of 16 channels in two registers.
#if defined(__x86_64__)

#include <stddef.h>
#include <stdint.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "../map_conv.h"

static const sth_map_conv_level level = {
    .f32 = sth_gemm_panel_f32_avx2,
    .int16 = sth_gemm_panel_int16_avx2,
    .panel_blocks = 1,
};

void sth_map_conv_query_avx2(sth_map_conv_needs *needs, const sth_map_conv *shape) {
  sth_map_conv_query(needs, shape, &level);
}

void sth_map_conv_pack_avx2(void *packed, const float *weights, const float *bias, const sth_map_conv *shape) {
  sth_map_conv_pack(packed, weights, bias, shape, &level);
}

void sth_map_conv_avx2(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin, int32_t end) {
  sth_map_conv_run(operands, shape, &level, begin, end);
}

#pragma clang attribute pop

#endif  // __x86_64__
