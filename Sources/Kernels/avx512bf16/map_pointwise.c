// map_pointwise.c - what lies between convolutions on maps, bfloat16 by instructions of its own.
#if defined(__x86_64__)

#define STH_LEVEL_HAS_BF16  // for lanes.h
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512bf16,avx512vnni"))), \
    apply_to = function)

#include "../map_activate_lanes.h"
#include "../map_apply_lanes.h"
#include "../map_channels_lanes.h"
#include "../map_combine_lanes.h"
#include "../map_depth_to_space_lanes.h"
#include "../map_depthwise_lanes.h"
#include "../map_median_lanes.h"
#include "../map_moments_lanes.h"
#include "../map_pool_lanes.h"
#include "../map_resample_lanes.h"
#include "../map_space_to_depth_lanes.h"

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

void sth_map_pool_avx512bf16(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin,
                             int32_t end) {
  sth_map_pool_lanes(dst, source, pool, begin, end);
}

void sth_map_depthwise_avx512bf16(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                                  int32_t begin, int32_t end) {
  sth_map_depthwise_lanes(dst, source, conv, begin, end);
}

void sth_map_combine_avx512bf16(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function,
                                int32_t begin, int32_t end) {
  sth_map_combine_lanes(dst, a, b, function, begin, end);
}

void sth_map_copy_channels_avx512bf16(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c,
                                      int32_t count, int32_t begin, int32_t end) {
  sth_map_copy_channels_lanes(dst, dst_c, source, src_c, count, begin, end);
}

void sth_map_channel_mean_avx512bf16(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end) {
  sth_map_channel_mean_lanes(dst, source, begin, end);
}

void sth_map_resize_avx512bf16(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize,
                               int32_t begin, int32_t end) {
  sth_map_resize_lanes(dst, source, resize, begin, end);
}

void sth_map_depth_to_space_avx512bf16(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                       int32_t end) {
  sth_map_depth_to_space_lanes(dst, source, factor, begin, end);
}

void sth_map_median3_avx512bf16(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin,
                                int32_t end) {
  sth_map_median3_lanes(dst, source, mode, begin, end);
}

void sth_map_space_to_depth_avx512bf16(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                       int32_t end) {
  sth_map_space_to_depth_lanes(dst, source, factor, begin, end);
}

#pragma clang attribute pop

#endif  // __x86_64__
