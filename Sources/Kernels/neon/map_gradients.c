// map_gradients.c - what activations and pools pass back, and sums of products, a pixel in four registers.
#if defined(__aarch64__)

#include <stddef.h>
#include <stdint.h>

#include "../map_gradient_lanes.h"

void sth_map_products_neon(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin,
                           int32_t end) {
  sth_map_products_lanes(records, a, b, begin, end);
}

void sth_map_gate_neon(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate, int32_t begin,
                       int32_t end) {
  sth_map_gate_lanes(dst, source, gate, begin, end);
}

void sth_map_pool_gradient_neon(const sth_map *dst, const sth_map_source *source, const sth_map *dy,
                                const sth_map_pool *pool, int32_t begin, int32_t end) {
  sth_map_pool_gradient_lanes(dst, source, dy, pool, begin, end);
}

#endif  // __aarch64__
