// map_channel_mean.c - the mean over the channels of each pixel of a map: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"

void sth_map_channel_mean_reference(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end) {
  const sth_map *src = &source->map;
  for (int32_t y = begin; y < end; y++) {
    for (int32_t x = 0; x < dst->w; x++) {
      double sum = 0.0;
      for (int32_t c = 0; c < src->c; c++) sum += sth_map_source_get(source, c, y, x);
      const float lanes[STH_MAP_LANES] = {(float)(sum / src->c)};
      sth_map_write(dst, 0, y, x, lanes);
    }
  }
}
