// map_apply.c - scale, shift, relu, sum and change of format of maps: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"

void sth_map_apply_reference(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend,
                             int32_t begin, int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        float lanes[STH_MAP_LANES];
        sth_map_source_read(lanes, source, block, y, x);
        if (addend != NULL) {
          float more[STH_MAP_LANES];
          sth_map_source_read(more, addend, block, y, x);
          for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] += more[lane];
        }
        sth_map_write(dst, block, y, x, lanes);
      }
    }
  }
}
