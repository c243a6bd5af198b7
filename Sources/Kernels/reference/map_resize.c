// map_resize.c - padding, cropping and enlarging of maps: the specification. Elements are copied, not computed.
#include "../map_levels.h"
#include "../map_pixel.h"

static const float zeros[STH_MAP_LANES] = {0};

// Copies all channels of a pixel; zeros where a coordinate of the source is negative. A number read and written in the
// same format keeps its value.
static void copy_pixel(const sth_map *dst, int64_t y, int64_t x, const sth_map *src, int64_t from_y, int64_t from_x) {
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    if (from_y < 0 || from_x < 0) {
      sth_map_write(dst, block, y, x, zeros);
    } else {
      float lanes[STH_MAP_LANES];
      sth_map_read(lanes, src, block, from_y, from_x);
      sth_map_write(dst, block, y, x, lanes);
    }
  }
}

void sth_map_pad_reference(const sth_map *dst, const sth_map *src, int32_t top, int32_t left, uint32_t mode,
                           int32_t begin, int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    const int64_t from_y = sth_lens_coordinate((int64_t)y - top, src->h, mode);
    for (int32_t x = 0; x < dst->w; x++) {
      copy_pixel(dst, y, x, src, from_y, sth_lens_coordinate((int64_t)x - left, src->w, mode));
    }
  }
}

void sth_map_upsample_nearest_reference(const sth_map *dst, const sth_map *src, int32_t factor, int32_t begin,
                                        int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    for (int32_t x = 0; x < dst->w; x++) copy_pixel(dst, y, x, src, y / factor, x / factor);
  }
}
