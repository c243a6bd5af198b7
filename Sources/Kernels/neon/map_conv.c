// map_conv.c - convolutions on maps, a block of 16 channels in four registers.
#if defined(__aarch64__)

#include <stddef.h>
#include <stdint.h>

#include "../map_conv.h"

static const sth_map_conv_level level = {.f32 = sth_gemm_panel_f32_neon, .panel_blocks = 1};

void sth_map_conv_query_neon(sth_map_conv_needs *needs, const sth_map_conv *shape) {
  sth_map_conv_query(needs, shape, &level);
}

void sth_map_conv_pack_neon(void *packed, const float *weights, const float *bias, const sth_map_conv *shape) {
  sth_map_conv_pack(packed, weights, bias, shape, &level);
}

void sth_map_conv_neon(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin, int32_t end) {
  sth_map_conv_run(operands, shape, &level, begin, end);
}

#endif  // __aarch64__
