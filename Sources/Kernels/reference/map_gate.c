// map_gate.c - a map where another is positive, else zero: the specification.
//
// y = relu(x)  =>  dx = dy where x > 0, else 0
#include "../map_levels.h"
#include "../map_pixel.h"

void sth_map_gate_reference(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate, int32_t begin,
                            int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        float lanes[STH_MAP_LANES], open[STH_MAP_LANES];
        sth_map_source_read(lanes, source, block, y, x);
        sth_map_source_read(open, gate, block, y, x);
        for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = open[lane] > 0.0f ? lanes[lane] : 0.0f;
        sth_map_write(dst, block, y, x, lanes);
      }
    }
  }
}
