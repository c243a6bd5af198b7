// map_pad_gradient.c - what a border passes back to the pixels it shows: the specification, and as fast as memory at every
// level, nearly all of it being rows that are copied.
//
// y[p] = x[at(p)]  =>  dx[q] = sum of dy[p] over all p with at(p) = q
#include "../map_levels.h"
#include "../lens.h"
#include <string.h>

static int64_t within(int64_t x, int64_t low, int64_t high) { return x < low ? low : x > high ? high : x; }

// Floats of a pixel of a plane or block.
static int64_t pixel_floats(const sth_map *map) { return map->format == STH_MAP_PLANAR_F32 ? 1 : STH_MAP_LANES; }

static float *row_at(const sth_map *map, int32_t plane, int64_t y) {
  return (float *)map->data + plane * map->c_stride + y * map->h_stride;
}

static void add(float *restrict dst, const float *restrict src, int64_t count) {
  for (int64_t i = 0; i < count; i++) dst[i] += src[i];
}

// dst += pixels first ..< last of a row of dy, which lie outside the picture.
static void add_outside(float *dst, const float *dy, int64_t first, int64_t last, int64_t left, int64_t w, uint32_t mode,
                        int64_t floats) {
  for (int64_t x = first; x < last; x++) {
    const int64_t to = sth_lens_coordinate(x - left, w, mode);
    if (to >= 0) add(dst + to * floats, dy + x * floats, floats);
  }
}

// dst += a row of dy, or dst = it where it is the first.
static void take_row(float *dst, const float *dy, int64_t left, int64_t w, int64_t dy_w, uint32_t mode, int64_t floats,
                     int is_first) {
  const int64_t first = within(left, 0, dy_w), last = within(left + w, first, dy_w);  // inside the picture
  float *inside = dst + (first - left) * floats;
  if (is_first) {
    memset(dst, 0, (size_t)(w * floats) * sizeof(float));
    if (last > first) memcpy(inside, dy + first * floats, (size_t)((last - first) * floats) * sizeof(float));
  } else if (last > first) {
    add(inside, dy + first * floats, (last - first) * floats);
  }
  add_outside(dst, dy, 0, first, left, w, mode, floats);
  add_outside(dst, dy, last, dy_w, left, w, mode, floats);
}

void sth_map_pad_gradient_reference(const sth_map *dst, const sth_map *dy, int32_t top, int32_t left, uint32_t mode,
                                    int32_t begin, int32_t end) {
  const int64_t floats = pixel_floats(dst);
  const int32_t planes = dst->format == STH_MAP_PLANAR_F32 ? dst->c : sth_map_blocks(dst->c);
  for (int32_t y = begin; y < end; y++) {
    int is_first = 1;
    for (int32_t row = 0; row < dy->h; row++) {
      if (sth_lens_coordinate((int64_t)row - top, dst->h, mode) != y) continue;
      for (int32_t plane = 0; plane < planes; plane++) {
        take_row(row_at(dst, plane, y), row_at(dy, plane, row), left, dst->w, dy->w, mode, floats, is_first);
      }
      is_first = 0;
    }
    for (int32_t plane = 0; is_first && plane < planes; plane++) {
      memset(row_at(dst, plane, y), 0, (size_t)(dst->w * floats) * sizeof(float));
    }
  }
}
