// map_gradients.c - what activations and pools pass back, and sums of products, a pixel in two registers.
#if defined(__x86_64__)

#include <stddef.h>
#include <stdint.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "../map_gradient_lanes.h"

void sth_map_products_avx2(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin,
                           int32_t end) {
  sth_map_products_lanes(records, a, b, begin, end);
}

void sth_map_gate_avx2(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate, int32_t begin,
                       int32_t end) {
  sth_map_gate_lanes(dst, source, gate, begin, end);
}

void sth_map_pool_gradient_avx2(const sth_map *dst, const sth_map_source *source, const sth_map *dy,
                                const sth_map_pool *pool, int32_t begin, int32_t end) {
  sth_map_pool_gradient_lanes(dst, source, dy, pool, begin, end);
}

#pragma clang attribute pop

#endif  // __x86_64__
