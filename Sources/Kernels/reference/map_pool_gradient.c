// map_pool_gradient.c - what a pool passes back to the pixels of its windows: the specification.
//
// y = max of u over a window     =>  du of the first largest += dy
// y = sum of u over a window / n  =>  du of each += dy / n
//
// A pixel gathers from the windows that it is in, row by row.
#include "../map_levels.h"
#include "../map_pixel.h"
#include "../map_window.h"

// places = for each lane the pixel of the window, y * w + x, that map_pool takes.
static void place_largest(int64_t places[STH_MAP_LANES], const sth_map_source *source, int32_t block,
                          sth_map_window window) {
  float largest[STH_MAP_LANES], lanes[STH_MAP_LANES];
  sth_map_source_read(largest, source, block, window.top, window.left);
  for (int lane = 0; lane < STH_MAP_LANES; lane++) places[lane] = window.top * source->map.w + window.left;
  for (int64_t y = window.top; y < window.bottom; y++) {
    for (int64_t x = window.left; x < window.right; x++) {
      sth_map_source_read(lanes, source, block, y, x);
      for (int lane = 0; lane < STH_MAP_LANES; lane++) {
        if (!(lanes[lane] > largest[lane])) continue;
        largest[lane] = lanes[lane];
        places[lane] = y * source->map.w + x;
      }
    }
  }
}

// sum += what the window at (row, column) of dy passes back to pixel (y, x), if that is in it.
static void add_window(float sum[STH_MAP_LANES], const sth_map_source *source, const sth_map *dy,
                       const sth_map_pool *pool, int32_t block, const int32_t at[4]) {
  const sth_map_window window = sth_map_window_at(&source->map, pool, at[2], at[3]);
  if (at[0] < window.top || at[0] >= window.bottom || at[1] < window.left || at[1] >= window.right) return;
  float back[STH_MAP_LANES];
  sth_map_read(back, dy, block, at[2], at[3]);
  if (pool->kind != STH_POOL_MAX) {
    for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[lane] += back[lane] / window.count;
    return;
  }
  int64_t places[STH_MAP_LANES];
  place_largest(places, source, block, window);
  for (int lane = 0; lane < STH_MAP_LANES; lane++) {
    if (places[lane] == (int64_t)at[0] * source->map.w + at[1]) sum[lane] += back[lane];
  }
}

void sth_map_pool_gradient_reference(const sth_map *dst, const sth_map_source *source, const sth_map *dy,
                                     const sth_map_pool *pool, int32_t begin, int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    const sth_map_windows rows = sth_map_windows_over(y, pool->top, pool->size_h, pool->stride_h, dy->h);
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        const sth_map_windows columns = sth_map_windows_over(x, pool->left, pool->size_w, pool->stride_w, dy->w);
        float sum[STH_MAP_LANES] = {0};
        for (int32_t row = rows.first; row < rows.past; row++) {
          for (int32_t column = columns.first; column < columns.past; column++) {
            add_window(sum, source, dy, pool, block, (const int32_t[4]){y, x, row, column});
          }
        }
        sth_map_write(dst, block, y, x, sum);
      }
    }
  }
}
