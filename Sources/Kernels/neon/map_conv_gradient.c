// map_conv_gradient.c - gradients of the weights of convolutions, 6 numbers by 16 channels in 24 registers.
#if defined(__aarch64__)

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../map_conv_gradient_lanes.h"

enum { most_rows = 6, most_blocks = 1 };

void sth_map_conv_gradient_query_neon(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape) {
  sth_map_conv_gradient_query_lanes(needs, shape, most_blocks);
}

void sth_map_conv_gradient_neon(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end) {
  sth_map_conv_gradient_lanes(dst, dy, src, shape, workspace, begin, end, most_rows, most_blocks);
}

#endif  // __aarch64__
