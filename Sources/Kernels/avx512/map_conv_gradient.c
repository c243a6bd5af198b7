// map_conv_gradient.c - gradients of the weights of convolutions, 9 numbers by 48 channels in 27 registers.
#if defined(__x86_64__)

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), \
                             apply_to = function)

#include "../map_conv_gradient_lanes.h"

enum { most_rows = 9, most_blocks = 3 };

void sth_map_conv_gradient_query_avx512(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape) {
  sth_map_conv_gradient_query_lanes(needs, shape, most_blocks);
}

void sth_map_conv_gradient_avx512(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                  const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end) {
  sth_map_conv_gradient_lanes(dst, dy, src, shape, workspace, begin, end, most_rows, most_blocks);
}

#pragma clang attribute pop

#endif  // __x86_64__
