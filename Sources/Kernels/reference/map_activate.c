// map_activate.c - functions of single elements of maps: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"
#include <math.h>

STH_INLINE float activated(float value, const sth_map_activation *activation) {
  if (activation->function == STH_MAP_TANH) return tanhf(value);
  const float raised = value > activation->low ? value : activation->low;
  return raised < activation->high ? raised : activation->high;
}

void sth_map_activate_reference(const sth_map *dst, const sth_map *src, const sth_map_activation *activation,
                                int32_t begin, int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        float lanes[STH_MAP_LANES];
        sth_map_read(lanes, src, block, y, x);
        const int32_t exist = sth_map_lanes_of(dst, block);
        for (int32_t lane = 0; lane < exist; lane++) lanes[lane] = activated(lanes[lane], activation);
        sth_map_write(dst, block, y, x, lanes);
      }
    }
  }
}
