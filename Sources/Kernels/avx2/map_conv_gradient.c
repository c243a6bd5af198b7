// map_conv_gradient.c - gradients of the weights of convolutions, 6 numbers by 16 channels in 12 registers.
#if defined(__x86_64__)

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "../map_conv_gradient_lanes.h"

enum { most_rows = 6, most_blocks = 1 };

void sth_map_conv_gradient_query_avx2(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape) {
  sth_map_conv_gradient_query_lanes(needs, shape, most_blocks);
}

void sth_map_conv_gradient_avx2(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end) {
  sth_map_conv_gradient_lanes(dst, dy, src, shape, workspace, begin, end, most_rows, most_blocks);
}

#pragma clang attribute pop

#endif  // __x86_64__
