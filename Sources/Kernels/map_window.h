// map_window.h - which pixels of a map the windows of map_pool cover, and which windows a pixel: the one definition for all levels.
#ifndef STYLEHOST_KERNELS_MAP_WINDOW_H
#define STYLEHOST_KERNELS_MAP_WINDOW_H

#include "include/map_kernels.h"
#include "lens.h"

// The pixels of a window that exist, and the number that their sum is divided by for a mean.
typedef struct sth_map_window {
  int64_t top, left, bottom, right;
  float count;
} sth_map_window;

STH_INLINE int64_t sth_map_window_least(int64_t a, int64_t b) { return a < b ? a : b; }

STH_INLINE sth_map_window sth_map_window_at(const sth_map *src, const sth_map_pool *pool, int64_t y, int64_t x) {
  const int64_t top = y * pool->stride_h - pool->top, left = x * pool->stride_w - pool->left;
  const int64_t bottom = top + pool->size_h, right = left + pool->size_w;
  sth_map_window window = {
      .top = top < 0 ? 0 : top,
      .left = left < 0 ? 0 : left,
      .bottom = sth_map_window_least(bottom, src->h),
      .right = sth_map_window_least(right, src->w),
  };
  window.count = (float)((window.bottom - window.top) * (window.right - window.left));
  if (pool->kind == STH_POOL_MEAN_PADDED) {  // what lies beyond the padding counts for nothing
    const int64_t rows = sth_map_window_least(bottom, (int64_t)src->h + pool->bottom) - top;
    const int64_t columns = sth_map_window_least(right, (int64_t)src->w + pool->right) - left;
    window.count = (float)(rows * columns);
  }
  return window;
}

// The windows along an axis that cover a pixel, of those that there are.
typedef struct sth_map_windows {
  int32_t first, past;
} sth_map_windows;

STH_INLINE sth_map_windows sth_map_windows_over(int32_t at, int32_t before, int32_t size, int32_t stride, int32_t count) {
  const int64_t place = (int64_t)at + before, above = place - size;  // windows begin at above + 1 ... place
  const int64_t first = above < 0 ? 0 : above / stride + 1, past = place / stride + 1;
  return (sth_map_windows){(int32_t)sth_map_window_least(first, count), (int32_t)sth_map_window_least(past, count)};
}

#endif  // STYLEHOST_KERNELS_MAP_WINDOW_H
