// map_space_to_depth.c - squares of pixels laid out as channels: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"

void sth_map_space_to_depth_reference(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                      int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      const int32_t exist = sth_map_lanes_of(dst, block);
      for (int32_t x = 0; x < dst->w; x++) {
        float lanes[STH_MAP_LANES] = {0};
        for (int32_t lane = 0; lane < exist; lane++) {
          const int32_t deep = block * STH_MAP_LANES + lane, c = deep / factor / factor;
          const int64_t from_y = (int64_t)y * factor + deep / factor % factor;
          const int64_t from_x = (int64_t)x * factor + deep % factor;
          lanes[lane] = sth_map_source_get(source, c, from_y, from_x);
        }
        sth_map_write(dst, block, y, x, lanes);
      }
    }
  }
}
