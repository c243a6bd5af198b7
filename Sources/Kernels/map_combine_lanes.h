// map_combine_lanes.h - functions of two elements of maps, for the vector levels.
//
// Both maps are read in pieces that fit L1 as what they are - vectors or single numbers repeated, float32 or bfloat16 - so that
// the functions need to know nothing of that. Powers, and planar maps with blocked ones, are left to the reference.
#ifndef STYLEHOST_KERNELS_MAP_COMBINE_LANES_H
#define STYLEHOST_KERNELS_MAP_COMBINE_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include <string.h>

enum { sth_combine_pixels = 32 };  // of a piece: a vector each

typedef struct sth_combine_piece {
  sth_lanes pixels[sth_combine_pixels];
} sth_combine_piece;

// Whether channels of a map are repeated, or rows, or columns.
STH_INLINE int sth_combine_repeats(int32_t n, int32_t of) { return n == 1 && of != 1; }

// `count` vectors of a blocked map from column x on, or of the one channel of any map repeated.
STH_INLINE void sth_combine_read(sth_combine_piece *piece, const sth_map *map, const sth_map *dst, int32_t block, int32_t y,
                                 int32_t x, int32_t count) {
  const int one = sth_combine_repeats(map->c, dst->c);
  const int64_t row = sth_map_row_at(map, one ? 0 : block, sth_combine_repeats(map->h, dst->h) ? 0 : y);
  const int64_t pixel = sth_map_is_blocked(map) ? STH_MAP_LANES : 1;
  const int64_t step = sth_combine_repeats(map->w, dst->w) ? 0 : pixel, at = row + x * step;
  const int bf16 = map->format == STH_MAP_BLOCKED_BF16;
  const float *floats = (const float *)map->data + at;
  const uint16_t *words = (const uint16_t *)map->data + at;
  if (one && bf16) {
    for (int32_t i = 0; i < count; i++) piece->pixels[i] = sth_lanes_from_bf16((sth_lane_words)words[i * step]);
  } else if (one) {
    for (int32_t i = 0; i < count; i++) piece->pixels[i] = (sth_lanes)floats[i * step];
  } else if (bf16) {
    for (int32_t i = 0; i < count; i++) piece->pixels[i] = sth_lanes_load_bf16(words + i * step);
  } else {
    for (int32_t i = 0; i < count; i++) piece->pixels[i] = sth_lanes_load(floats + i * step);
  }
}

// A NaN on either side is a NaN.
STH_INLINE sth_lanes sth_combine_lanes(sth_lanes a, sth_lanes b, const uint32_t function) {
  switch (function) {
    case STH_COMBINE_MULTIPLY: return a * b;
    case STH_COMBINE_DIVIDE: return a / b;
    case STH_COMBINE_SUBTRACT: return a - b;
    case STH_COMBINE_MINIMUM: return ((a < b) | (a != a)) ? a : b;
    default: return ((a > b) | (a != a)) ? a : b;
  }
}

STH_INLINE void sth_combine_pixels_by(sth_lanes *a, const sth_lanes *b, int32_t count, const uint32_t function) {
  for (int32_t i = 0; i < count; i++) a[i] = sth_combine_lanes(a[i], b[i], function);
}

STH_INLINE void sth_combine_pieces(sth_combine_piece *a, const sth_combine_piece *b, int32_t count, uint32_t function) {
  switch (function) {
    case STH_COMBINE_MULTIPLY: sth_combine_pixels_by(a->pixels, b->pixels, count, STH_COMBINE_MULTIPLY); break;
    case STH_COMBINE_DIVIDE: sth_combine_pixels_by(a->pixels, b->pixels, count, STH_COMBINE_DIVIDE); break;
    case STH_COMBINE_SUBTRACT: sth_combine_pixels_by(a->pixels, b->pixels, count, STH_COMBINE_SUBTRACT); break;
    case STH_COMBINE_MINIMUM: sth_combine_pixels_by(a->pixels, b->pixels, count, STH_COMBINE_MINIMUM); break;
    default: sth_combine_pixels_by(a->pixels, b->pixels, count, STH_COMBINE_MAXIMUM); break;
  }
}

STH_INLINE void sth_map_combine_blocks(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function,
                                       int32_t begin, int32_t end) {
  sth_combine_piece first, second;
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    const sth_lane_bits kept = sth_map_lanes_exist(dst, block);  // what divides by zero beyond them
    for (int32_t y = begin; y < end; y++) {
      const int64_t out = sth_map_row_at(dst, block, y);
      for (int32_t x = 0; x < dst->w; x += sth_combine_pixels) {
        const int32_t count = dst->w - x < sth_combine_pixels ? dst->w - x : sth_combine_pixels;
        sth_combine_read(&first, a, dst, block, y, x, count);
        sth_combine_read(&second, b, dst, block, y, x, count);
        sth_combine_pieces(&first, &second, count, function);
        for (int32_t i = 0; i < count; i++) {
          const sth_lanes v = sth_lanes_keep(first.pixels[i], kept);
          sth_map_lanes_write(dst->data, out + (int64_t)(x + i) * STH_MAP_LANES, v, dst->format);
        }
      }
    }
  }
}

// `count` numbers of a plane from column x on, or its one column repeated; the rest of the last vector is 1.
STH_INLINE void sth_combine_read_plane(sth_combine_piece *piece, const sth_map *map, const sth_map *dst, int32_t c, int32_t y,
                                       int32_t x, int32_t count) {
  const int32_t plane = sth_combine_repeats(map->c, dst->c) ? 0 : c;
  const float *row = (const float *)map->data + sth_map_row_at(map, plane, sth_combine_repeats(map->h, dst->h) ? 0 : y);
  float *numbers = (float *)piece->pixels;
  if (sth_combine_repeats(map->w, dst->w)) {
    for (int32_t i = 0; i < count; i++) numbers[i] = row[0];
  } else {
    memcpy(numbers, row + x, (size_t)count * sizeof(float));
  }
  for (int32_t i = count; i % STH_MAP_LANES != 0; i++) numbers[i] = 1.0f;
}

STH_INLINE void sth_map_combine_planes(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function,
                                       int32_t begin, int32_t end) {
  enum { most = sth_combine_pixels * STH_MAP_LANES };
  sth_combine_piece first, second;
  for (int32_t c = 0; c < dst->c; c++) {
    for (int32_t y = begin; y < end; y++) {
      float *row = (float *)dst->data + sth_map_row_at(dst, c, y);
      for (int32_t x = 0; x < dst->w; x += most) {
        const int32_t count = dst->w - x < most ? dst->w - x : most;
        sth_combine_read_plane(&first, a, dst, c, y, x, count);
        sth_combine_read_plane(&second, b, dst, c, y, x, count);
        sth_combine_pieces(&first, &second, sth_map_blocks(count), function);
        memcpy(row + x, first.pixels, (size_t)count * sizeof(float));
      }
    }
  }
}

// Whether the vectors of a map are those of dst, or it has one number for all of them.
STH_INLINE int sth_combine_fits(const sth_map *map, const sth_map *dst) {
  return sth_map_is_blocked(map) || sth_combine_repeats(map->c, dst->c);
}

STH_INLINE void sth_map_combine_lanes(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function,
                                      int32_t begin, int32_t end) {
  const int planar = !sth_map_is_blocked(dst) && !sth_map_is_blocked(a) && !sth_map_is_blocked(b);
  const int blocked = sth_map_is_blocked(dst) && sth_combine_fits(a, dst) && sth_combine_fits(b, dst);
  if (function == STH_COMBINE_POWER || !(planar || blocked)) {
    sth_map_combine_reference(dst, a, b, function, begin, end);
  } else if (planar) {
    sth_map_combine_planes(dst, a, b, function, begin, end);
  } else {
    sth_map_combine_blocks(dst, a, b, function, begin, end);
  }
}

#endif  // STYLEHOST_KERNELS_MAP_COMBINE_LANES_H
