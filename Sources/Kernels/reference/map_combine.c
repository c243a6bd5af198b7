// map_combine.c - functions of two elements of maps: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"
#include <math.h>

// A NaN on either side is a NaN.
STH_INLINE float combined(float a, float b, uint32_t function) {
  switch (function) {
    case STH_COMBINE_MULTIPLY: return a * b;
    case STH_COMBINE_DIVIDE: return a / b;
    case STH_COMBINE_MINIMUM: return a < b || a != a ? a : b;
    case STH_COMBINE_MAXIMUM: return a > b || a != a ? a : b;
    case STH_COMBINE_SUBTRACT: return a - b;
    default: return powf(a, b);
  }
}

// lanes = the pixel of a map whose axes of 1 are repeated to the shape of dst.
static void read_repeated(float lanes[STH_MAP_LANES], const sth_map *map, int32_t block, int32_t y, int32_t x) {
  const int one = map->c == 1;
  sth_map_read(lanes, map, one ? 0 : block, map->h == 1 ? 0 : y, map->w == 1 ? 0 : x);
  for (int lane = 1; one && lane < STH_MAP_LANES; lane++) lanes[lane] = lanes[0];
}

void sth_map_combine_reference(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function, int32_t begin,
                               int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      const int32_t exist = sth_map_lanes_of(dst, block);
      for (int32_t x = 0; x < dst->w; x++) {
        float first[STH_MAP_LANES], second[STH_MAP_LANES];
        read_repeated(first, a, block, y, x);
        read_repeated(second, b, block, y, x);
        for (int32_t lane = 0; lane < exist; lane++) first[lane] = combined(first[lane], second[lane], function);
        sth_map_write(dst, block, y, x, first);
      }
    }
  }
}
