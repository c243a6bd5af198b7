// map_copy_channels.c - some channels of a map put into another: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"

void sth_map_copy_channels_reference(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c,
                                     int32_t count, int32_t begin, int32_t end) {
  const int32_t last = dst_c + count;
  const int ends = last == dst->c && dst->format != STH_MAP_PLANAR_F32;
  const int32_t lanes = ends ? sth_map_blocks(dst->c) * STH_MAP_LANES : last;
  for (int32_t y = begin; y < end; y++) {
    for (int32_t x = 0; x < dst->w; x++) {
      for (int32_t c = 0; c < count; c++) {
        sth_map_set(dst, dst_c + c, y, x, sth_map_source_get(source, src_c + c, y, x));
      }
      for (int32_t c = last; c < lanes; c++) sth_map_set(dst, c, y, x, 0.0f);
    }
  }
}
