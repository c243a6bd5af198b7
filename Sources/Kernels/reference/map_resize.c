// map_resize.c - padding, cropping and enlarging of maps: the specification, and as fast as memory at every level.
//
// Elements are copied, not computed: 4, 32 or 64 bytes for each pixel of a plane or block, so no level has a twin of its own.
#include "../map_levels.h"
#include "../lens.h"
#include <string.h>

// Bytes of a pixel, and the number of planes or blocks.
static int64_t pixel_bytes(const sth_map *map) {
  if (map->format == STH_MAP_BLOCKED_F32) return STH_MAP_LANES * (int64_t)sizeof(float);
  return map->format == STH_MAP_BLOCKED_BF16 ? STH_MAP_LANES * (int64_t)sizeof(uint16_t) : (int64_t)sizeof(float);
}

static int32_t planes(const sth_map *map) {
  return map->format == STH_MAP_PLANAR_F32 ? map->c : sth_map_blocks(map->c);
}

static char *row_at(const sth_map *map, int32_t plane, int64_t y) {
  const int64_t lanes = map->format == STH_MAP_PLANAR_F32 ? 1 : STH_MAP_LANES;
  return (char *)map->data + (plane * map->c_stride + y * map->h_stride) * (pixel_bytes(map) / lanes);
}

// Copies of constant size, which are single moves.
STH_INLINE void copy_pixel(char *dst, const char *src, int64_t bytes) {
  if (bytes == 64) {
    memcpy(dst, src, 64);
  } else if (bytes == 32) {
    memcpy(dst, src, 32);
  } else {
    memcpy(dst, src, 4);
  }
}

// Pixels first ..< last of a row that lie outside the picture, by `mode`.
static void fill_outside(char *dst, const char *src, int64_t first, int64_t last, int64_t left, int64_t in_w,
                         uint32_t mode, int64_t bytes) {
  for (int64_t x = first; x < last; x++) {
    const int64_t from = sth_lens_coordinate(x - left, in_w, mode);
    if (from < 0) {
      memset(dst + x * bytes, 0, (size_t)bytes);
    } else {
      copy_pixel(dst + x * bytes, src + from * bytes, bytes);
    }
  }
}

static int64_t within(int64_t x, int64_t low, int64_t high) { return x < low ? low : x > high ? high : x; }

void sth_map_pad_reference(const sth_map *dst, const sth_map *src, int32_t top, int32_t left, uint32_t mode,
                           int32_t begin, int32_t end) {
  const int64_t bytes = pixel_bytes(dst);
  // Of a row of dst, what is inside the picture.
  const int64_t first = within(left, 0, dst->w), last = within((int64_t)left + src->w, first, dst->w);
  for (int32_t plane = 0; plane < planes(dst); plane++) {
    for (int32_t y = begin; y < end; y++) {
      const int64_t from_y = sth_lens_coordinate((int64_t)y - top, src->h, mode);
      char *out = row_at(dst, plane, y);
      if (from_y < 0) {
        memset(out, 0, (size_t)(dst->w * bytes));
        continue;
      }
      const char *in = row_at(src, plane, from_y);
      fill_outside(out, in, 0, first, left, src->w, mode, bytes);
      if (last > first) memcpy(out + first * bytes, in + (first - left) * bytes, (size_t)((last - first) * bytes));
      fill_outside(out, in, last, dst->w, left, src->w, mode, bytes);
    }
  }
}

void sth_map_upsample_nearest_reference(const sth_map *dst, const sth_map *src, int32_t factor, int32_t begin,
                                        int32_t end) {
  const int64_t bytes = pixel_bytes(dst);
  for (int32_t plane = 0; plane < planes(dst); plane++) {
    for (int32_t y = begin; y < end; y++) {
      char *out = row_at(dst, plane, y);
      const char *in = row_at(src, plane, y / factor);
      int32_t again = 0;  // copies of this pixel so far
      for (int32_t x = 0; x < dst->w; x++) {
        copy_pixel(out + x * bytes, in, bytes);
        if (++again < factor) continue;
        again = 0;
        in += bytes;
      }
    }
  }
}
