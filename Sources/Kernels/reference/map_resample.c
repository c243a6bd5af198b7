// map_resample.c - maps brought to another size, by nearest, linear and cubic interpolation: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"
#include "../map_places.h"

// lanes = the pixels of one row at their weights.
static void sum_row(float lanes[STH_MAP_LANES], const sth_map_source *source, int32_t block, int64_t y,
                    const sth_map_place *column, int taps) {
  for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = 0.0f;
  for (int tap = 0; tap < taps; tap++) {
    float pixel[STH_MAP_LANES];
    sth_map_source_read(pixel, source, block, y, column->pixels[tap]);
    for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] += column->weights[tap] * pixel[lane];
  }
}

void sth_map_resize_reference(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize, int32_t begin,
                              int32_t end) {
  const int taps = sth_map_place_taps(resize);
  for (int32_t y = begin; y < end; y++) {
    const sth_map_place row = sth_map_place_of(resize, resize->ratio_h, y, source->map.h);
    for (int32_t x = 0; x < dst->w; x++) {
      const sth_map_place column = sth_map_place_of(resize, resize->ratio_w, x, source->map.w);
      for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
        float sum[STH_MAP_LANES] = {0}, lanes[STH_MAP_LANES];
        for (int tap = 0; tap < taps; tap++) {
          sum_row(lanes, source, block, row.pixels[tap], &column, taps);
          for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[lane] += row.weights[tap] * lanes[lane];
        }
        sth_map_write(dst, block, y, x, sum);
      }
    }
  }
}
