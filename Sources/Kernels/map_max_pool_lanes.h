// map_max_pool_lanes.h - the largest of a window of a blocked map, for the vector levels.
#ifndef STYLEHOST_KERNELS_MAP_MAX_POOL_LANES_H
#define STYLEHOST_KERNELS_MAP_MAX_POOL_LANES_H

#include "map_lanes.h"
#include "map_levels.h"

// The largest of h rows by w pixels from element `at` on.
STH_INLINE sth_lanes sth_map_window_max(const sth_map_source *source, const sth_lane_lens *lens, int64_t at, int64_t h,
                                        int64_t w, const uint32_t format) {
  sth_lanes largest = sth_lane_lens_look(lens, sth_map_lanes_read(source->map.data, at, format));
  for (int64_t y = 0; y < h; y++) {
    for (int64_t x = 0; x < w; x++) {
      const int64_t pixel = at + y * source->map.h_stride + x * STH_MAP_LANES;
      const sth_lanes v = sth_lane_lens_look(lens, sth_map_lanes_read(source->map.data, pixel, format));
      largest = v > largest ? v : largest;
    }
  }
  return largest;
}

STH_INLINE int64_t sth_map_window_part(int64_t from, int64_t size, int64_t n) { return n - from < size ? n - from : size; }

STH_INLINE void sth_map_max_pool_rows(const sth_map *dst, const sth_map_source *source, int32_t size, int32_t stride,
                                      int32_t begin, int32_t end, const uint32_t format) {
  const sth_map *src = &source->map;
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    const sth_lane_lens lens = sth_lane_lens_of(source, block);
    for (int32_t y = begin; y < end; y++) {
      const int64_t top = (int64_t)y * stride, h = sth_map_window_part(top, size, src->h);
      const int64_t in = sth_map_row_at(src, block, top), out = sth_map_row_at(dst, block, y);
      for (int32_t x = 0; x < dst->w; x++) {
        const int64_t left = (int64_t)x * stride, w = sth_map_window_part(left, size, src->w);
        const int64_t at = in + left * STH_MAP_LANES;
        // The usual window without loops.
        const sth_lanes largest = h == 2 && w == 2 ? sth_map_window_max(source, &lens, at, 2, 2, format)
                                                   : sth_map_window_max(source, &lens, at, h, w, format);
        sth_map_lanes_write(dst->data, out + (int64_t)x * STH_MAP_LANES, largest, format);
      }
    }
  }
}

STH_INLINE void sth_map_max_pool_lanes(const sth_map *dst, const sth_map_source *source, int32_t size, int32_t stride,
                                       int32_t begin, int32_t end) {
  if (dst->format == STH_MAP_BLOCKED_BF16) {
    sth_map_max_pool_rows(dst, source, size, stride, begin, end, STH_MAP_BLOCKED_BF16);
  } else if (dst->format == STH_MAP_BLOCKED_F32) {
    sth_map_max_pool_rows(dst, source, size, stride, begin, end, STH_MAP_BLOCKED_F32);
  } else {
    sth_map_max_pool_reference(dst, source, size, stride, begin, end);
  }
}

#endif  // STYLEHOST_KERNELS_MAP_MAX_POOL_LANES_H
