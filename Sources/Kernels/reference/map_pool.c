// map_pool.c - the largest or the mean of a window of a map: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"
#include "../map_window.h"

static void largest_of(float largest[STH_MAP_LANES], const sth_map_source *source, int32_t block, sth_map_window window) {
  float lanes[STH_MAP_LANES];
  sth_map_source_read(largest, source, block, window.top, window.left);
  for (int64_t y = window.top; y < window.bottom; y++) {
    for (int64_t x = window.left; x < window.right; x++) {
      sth_map_source_read(lanes, source, block, y, x);
      for (int lane = 0; lane < STH_MAP_LANES; lane++) {
        largest[lane] = lanes[lane] > largest[lane] ? lanes[lane] : largest[lane];
      }
    }
  }
}

static void mean_of(float mean[STH_MAP_LANES], const sth_map_source *source, int32_t block, sth_map_window window) {
  float lanes[STH_MAP_LANES];
  for (int lane = 0; lane < STH_MAP_LANES; lane++) mean[lane] = 0.0f;
  for (int64_t y = window.top; y < window.bottom; y++) {
    for (int64_t x = window.left; x < window.right; x++) {
      sth_map_source_read(lanes, source, block, y, x);
      for (int lane = 0; lane < STH_MAP_LANES; lane++) mean[lane] += lanes[lane];
    }
  }
  for (int lane = 0; lane < STH_MAP_LANES; lane++) mean[lane] /= window.count;
}

void sth_map_pool_reference(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin,
                            int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        const sth_map_window window = sth_map_window_at(&source->map, pool, y, x);
        float lanes[STH_MAP_LANES];
        if (pool->kind == STH_POOL_MAX) {
          largest_of(lanes, source, block, window);
        } else {
          mean_of(lanes, source, block, window);
        }
        sth_map_write(dst, block, y, x, lanes);
      }
    }
  }
}
