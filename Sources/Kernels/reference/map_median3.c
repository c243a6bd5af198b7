// map_median3.c - the median of the 3 x 3 pixels around each of a map: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"

// The fifth of nine numbers, of which the five smallest are put in order first.
static float median_of(float numbers[9]) {
  for (int i = 0; i <= 4; i++) {
    for (int j = i + 1; j < 9; j++) {
      if (!(numbers[j] < numbers[i])) continue;
      const float larger = numbers[i];
      numbers[i] = numbers[j];
      numbers[j] = larger;
    }
  }
  return numbers[4];
}

void sth_map_median3_reference(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin,
                               int32_t end) {
  const sth_map *src = &source->map;
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        float around[9][STH_MAP_LANES] = {{0}}, median[STH_MAP_LANES];
        for (int i = 0; i < 9; i++) {
          const int64_t from_y = sth_lens_coordinate((int64_t)y + i / 3 - 1, src->h, mode);
          const int64_t from_x = sth_lens_coordinate((int64_t)x + i % 3 - 1, src->w, mode);
          if (from_y >= 0 && from_x >= 0) sth_map_source_read(around[i], source, block, from_y, from_x);
        }
        for (int lane = 0; lane < STH_MAP_LANES; lane++) {
          float numbers[9];
          for (int i = 0; i < 9; i++) numbers[i] = around[i][lane];
          median[lane] = median_of(numbers);
        }
        sth_map_write(dst, block, y, x, median);
      }
    }
  }
}
