// map_space_to_depth_lanes.h - squares of pixels laid out as channels, for the vector levels.
//
// Numbers are moved lane by lane, those of pictures by two or four, to pieces of rows that stay in L1, and written as vectors.
#ifndef STYLEHOST_KERNELS_MAP_SPACE_TO_DEPTH_LANES_H
#define STYLEHOST_KERNELS_MAP_SPACE_TO_DEPTH_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include "map_pixel.h"
#include <string.h>

enum { sth_space_pixels = 16 };  // of a piece

// deep[i][lane] = number at + i * step of the source. One by one: scattering vectors takes several times as long.
STH_INLINE void sth_space_read_lane(float *deep, const sth_map *src, int64_t at, int64_t step, int32_t count) {
  if (src->format == STH_MAP_BLOCKED_BF16) {
    const uint16_t *words = (const uint16_t *)src->data + at;
#pragma clang loop vectorize(disable)
    for (int32_t i = 0; i < count; i++) deep[i * STH_MAP_LANES] = sth_bf16_to_f32(words[i * step]);
  } else {
    const float *floats = (const float *)src->data + at;
#pragma clang loop vectorize(disable)
    for (int32_t i = 0; i < count; i++) deep[i * STH_MAP_LANES] = floats[i * step];
  }
}

// The same of `factor` lanes, which are pixels side by side in a row of a picture.
STH_INLINE void sth_space_read_pixels(float *deep, const sth_map *src, int64_t at, int32_t count, const int factor) {
  const float *floats = (const float *)src->data + at;
#pragma clang loop vectorize(disable)
  for (int32_t i = 0; i < count; i++) {
    memcpy(deep + i * STH_MAP_LANES, floats + (int64_t)i * factor, (size_t)factor * sizeof(float));
  }
}

// Pixels x ..< x + count of row y of a block, as they are stored.
STH_INLINE void sth_space_read(float *deep, const sth_map *dst, const sth_map *src, int32_t factor, int32_t block,
                               int32_t y, int32_t x, int32_t count) {
  const int32_t exist = sth_map_lanes_of(dst, block), square = factor * factor;
  const int planar = !sth_map_is_blocked(src), together = planar && (factor == 2 || factor == 4) ? factor : 1;
  const int64_t step = (int64_t)factor * (planar ? 1 : STH_MAP_LANES);
  for (int32_t lane = 0; lane < exist; lane += together) {
    const int32_t of = block * STH_MAP_LANES + lane, row = of / factor % factor, column = of % factor;
    const int64_t at = sth_map_element_at(src, of / square, (int64_t)y * factor + row, (int64_t)x * factor + column);
    if (together == 4) {
      sth_space_read_pixels(deep + lane, src, at, count, 4);
    } else if (together == 2) {
      sth_space_read_pixels(deep + lane, src, at, count, 2);
    } else {
      sth_space_read_lane(deep + lane, src, at, step, count);
    }
  }
}

// Scale and shift of the lanes of a block of dst.
STH_INLINE sth_lane_lens sth_space_lens(const sth_map_source *source, int32_t square, int32_t block, int32_t exist) {
  sth_lane_lens lens = {.scale = 1.0f, .shift = -0.0f, .relu = source->relu};
  for (int32_t lane = 0; source->scale != NULL && lane < exist; lane++) {
    lens.scale[lane] = source->scale[(block * STH_MAP_LANES + lane) / square];
    lens.shift[lane] = source->shift[(block * STH_MAP_LANES + lane) / square];
  }
  return lens;
}

STH_INLINE void sth_space_block_row(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t block,
                                    int32_t y) {
  const sth_lane_lens lens = sth_space_lens(source, factor * factor, block, sth_map_lanes_of(dst, block));
  const sth_lane_bits kept = sth_map_lanes_exist(dst, block);
  float deep[sth_space_pixels][STH_MAP_LANES] __attribute__((aligned(64))) = {{0}};
  for (int32_t x = 0; x < dst->w; x += sth_space_pixels) {
    const int32_t count = dst->w - x < sth_space_pixels ? dst->w - x : sth_space_pixels;
    sth_space_read(deep[0], dst, &source->map, factor, block, y, x, count);
    const int64_t out = sth_map_row_at(dst, block, y) + (int64_t)x * STH_MAP_LANES;
    for (int32_t i = 0; i < count; i++) {
      const sth_lanes v = sth_lanes_keep(sth_lane_lens_look(&lens, sth_lanes_load(deep[i])), kept);
      sth_map_lanes_write(dst->data, out + (int64_t)i * STH_MAP_LANES, v, dst->format);
    }
  }
}

STH_INLINE void sth_map_space_to_depth_lanes(const sth_map *dst, const sth_map_source *source, int32_t factor,
                                             int32_t begin, int32_t end) {
  if (!sth_map_is_blocked(dst)) {
    sth_map_space_to_depth_reference(dst, source, factor, begin, end);
    return;
  }
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      sth_space_block_row(dst, source, factor, block, y);
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_SPACE_TO_DEPTH_LANES_H
