// map_pointwise.c - what lies between convolutions on maps, bfloat16 by instructions of its own.
#if defined(__x86_64__)

#define STH_LEVEL_HAS_BF16  // for lanes.h
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16,avx512vnni"))), \
    apply_to = function)

#include "../map_activate_lanes.h"
#include "../map_apply_lanes.h"
#include "../map_max_pool_lanes.h"
#include "../map_moments_lanes.h"

void sth_map_apply_avx512bf16(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend, int32_t begin,
                               int32_t end) {
  sth_map_apply_lanes(dst, source, addend, begin, end);
}

void sth_map_moments_avx512bf16(float *records, const sth_map *src, int32_t begin, int32_t end) {
  sth_map_moments_lanes(records, src, begin, end);
}

void sth_map_activate_avx512bf16(const sth_map *dst, const sth_map *src, const sth_map_activation *activation, int32_t begin,
                                  int32_t end) {
  sth_map_activate_lanes(dst, src, activation, begin, end);
}

void sth_map_max_pool_avx512bf16(const sth_map *dst, const sth_map_source *source, int32_t size, int32_t stride, int32_t begin,
                                  int32_t end) {
  sth_map_max_pool_lanes(dst, source, size, stride, begin, end);
}

#pragma clang attribute pop

#endif  // __x86_64__
