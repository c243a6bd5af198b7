// map_pool_lanes.h - the largest or the mean of a window of a blocked map, and small means of pictures, for the vector levels.
#ifndef STYLEHOST_KERNELS_MAP_POOL_LANES_H
#define STYLEHOST_KERNELS_MAP_POOL_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include "map_pixel.h"
#include "map_window.h"

// The largest, or the sum, of h rows by w pixels from element `at` on.
STH_INLINE sth_lanes sth_map_pool_window(const sth_map_source *source, const sth_lane_lens *lens, int64_t at, int64_t h,
                                         int64_t w, const int largest, const uint32_t format) {
  sth_lanes all = largest ? sth_lane_lens_look(lens, sth_map_lanes_read(source->map.data, at, format)) : 0.0f;
  for (int64_t y = 0; y < h; y++) {
    for (int64_t x = 0; x < w; x++) {
      const int64_t pixel = at + y * source->map.h_stride + x * STH_MAP_LANES;
      const sth_lanes v = sth_lane_lens_look(lens, sth_map_lanes_read(source->map.data, pixel, format));
      if (largest) {
        all = v > all ? v : all;
      } else {
        all += v;
      }
    }
  }
  return all;
}

STH_INLINE void sth_map_pool_rows(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin,
                                  int32_t end, const int largest, const uint32_t format) {
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    const sth_lane_lens lens = sth_lane_lens_of(source, block);
    for (int32_t y = begin; y < end; y++) {
      const int64_t out = sth_map_row_at(dst, block, y);
      for (int32_t x = 0; x < dst->w; x++) {
        const sth_map_window window = sth_map_window_at(&source->map, pool, y, x);
        const int64_t h = window.bottom - window.top, w = window.right - window.left;
        const int64_t at = sth_map_row_at(&source->map, block, window.top) + window.left * STH_MAP_LANES;
        // The usual window without loops.
        const sth_lanes all = h == 2 && w == 2 ? sth_map_pool_window(source, &lens, at, 2, 2, largest, format)
                                               : sth_map_pool_window(source, &lens, at, h, w, largest, format);
        sth_map_lanes_write(dst->data, out + (int64_t)x * STH_MAP_LANES, largest ? all : all / window.count, format);
      }
    }
  }
}

// One element of a picture's mean.
STH_INLINE float sth_map_pool_mean(const sth_map_source *source, const sth_map_pool *pool, int32_t c, int32_t y, int32_t x) {
  const sth_map_window window = sth_map_window_at(&source->map, pool, y, x);
  float sum = 0.0f;
  for (int64_t row = window.top; row < window.bottom; row++) {
    for (int64_t column = window.left; column < window.right; column++) sum += sth_map_source_get(source, c, row, column);
  }
  return sum / window.count;
}

// Row y of plane c: means of 2 x 2 pixels from pixel to pixel, both rows of which exist. A plain loop: the compiler makes vectors of it.
STH_INLINE void sth_map_pool_fours(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t c,
                                   int32_t y) {
  const sth_map *src = &source->map;
  const float *above = (const float *)src->data + sth_map_row_at(src, c, y - pool->top), *below = above + src->h_stride;
  float *restrict out = (float *)dst->data + sth_map_row_at(dst, c, y);
  const sth_plane_lens lens = sth_plane_lens_of(source, c);
  const int32_t left = pool->left < dst->w ? pool->left : dst->w;
  const int32_t past = (int32_t)sth_map_window_least(dst->w, (int64_t)src->w - 1 + pool->left);
  for (int32_t x = 0; x < left; x++) out[x] = sth_map_pool_mean(source, pool, c, y, x);
  for (int32_t x = left; x < past; x++) {
    const int32_t at = x - left;
    const float top = sth_plane_lens_look(&lens, above[at]) + sth_plane_lens_look(&lens, above[at + 1]);
    out[x] = (top + sth_plane_lens_look(&lens, below[at]) + sth_plane_lens_look(&lens, below[at + 1])) * 0.25f;
  }
  for (int32_t x = past > left ? past : left; x < dst->w; x++) out[x] = sth_map_pool_mean(source, pool, c, y, x);
}

STH_INLINE int sth_map_pool_is_fours(const sth_map_pool *pool) {
  return pool->kind != STH_POOL_MAX && pool->size_h == 2 && pool->size_w == 2 && pool->stride_h == 1 && pool->stride_w == 1;
}

// Pictures.
STH_INLINE void sth_map_pool_planes(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool,
                                    int32_t begin, int32_t end) {
  if (!sth_map_pool_is_fours(pool)) {
    sth_map_pool_reference(dst, source, pool, begin, end);
    return;
  }
  for (int32_t y = begin; y < end; y++) {
    if (y < pool->top || y - pool->top > source->map.h - 2) {
      sth_map_pool_reference(dst, source, pool, y, y + 1);
      continue;
    }
    for (int32_t c = 0; c < dst->c; c++) sth_map_pool_fours(dst, source, pool, c, y);
  }
}

STH_INLINE void sth_map_pool_lanes(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool,
                                   int32_t begin, int32_t end) {
  const int largest = pool->kind == STH_POOL_MAX;
  if (!sth_map_is_blocked(dst)) {
    sth_map_pool_planes(dst, source, pool, begin, end);
  } else if (dst->format == STH_MAP_BLOCKED_BF16) {
    if (largest) sth_map_pool_rows(dst, source, pool, begin, end, 1, STH_MAP_BLOCKED_BF16);
    else sth_map_pool_rows(dst, source, pool, begin, end, 0, STH_MAP_BLOCKED_BF16);
  } else {
    if (largest) sth_map_pool_rows(dst, source, pool, begin, end, 1, STH_MAP_BLOCKED_F32);
    else sth_map_pool_rows(dst, source, pool, begin, end, 0, STH_MAP_BLOCKED_F32);
  }
}

#endif  // STYLEHOST_KERNELS_MAP_POOL_LANES_H
