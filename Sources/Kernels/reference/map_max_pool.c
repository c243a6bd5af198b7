// map_max_pool.c - the largest of a window of a map: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

void sth_map_max_pool_reference(const sth_map *dst, const sth_map_source *source, int32_t size, int32_t stride,
                                int32_t begin, int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    const int64_t top = (int64_t)y * stride, bottom = smaller(top + size, source->map.h);
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        const int64_t left = (int64_t)x * stride, right = smaller(left + size, source->map.w);
        float largest[STH_MAP_LANES], lanes[STH_MAP_LANES];
        sth_map_source_read(largest, source, block, top, left);
        for (int64_t from_y = top; from_y < bottom; from_y++) {
          for (int64_t from_x = left; from_x < right; from_x++) {
            sth_map_source_read(lanes, source, block, from_y, from_x);
            for (int lane = 0; lane < STH_MAP_LANES; lane++) {
              largest[lane] = lanes[lane] > largest[lane] ? lanes[lane] : largest[lane];
            }
          }
        }
        sth_map_write(dst, block, y, x, largest);
      }
    }
  }
}
