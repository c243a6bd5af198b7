// map_depth_to_space_lanes.h - channels of blocked maps laid out as squares of pixels, for the vector levels.
//
// A pixel of a picture takes one lane of the source, those of a square's row neighbouring ones: lanes are read a vector apart.
// A pixel of a map takes every factor * factor-th number of as many vectors, which are laid end to end first. The rest is left
// to the reference.
#ifndef STYLEHOST_KERNELS_MAP_DEPTH_TO_SPACE_LANES_H
#define STYLEHOST_KERNELS_MAP_DEPTH_TO_SPACE_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include "map_pixel.h"
#include <string.h>

enum { sth_depth_most_factor = 4 };  // of maps

// One number of a blocked map.
STH_INLINE float sth_depth_read(const sth_map *src, int64_t at, const uint32_t format) {
  return format == STH_MAP_BLOCKED_BF16 ? sth_bf16_to_f32(((const uint16_t *)src->data)[at])
                                        : ((const float *)src->data)[at];
}

// Row y of plane c. Pixel by pixel: gathering vectors takes several times as long.
STH_INLINE void sth_depth_to_plane(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t c, int32_t y,
                                   const uint32_t format) {
  const sth_map *src = &source->map;
  float *out = (float *)dst->data + sth_map_row_at(dst, c, y);
  for (int32_t j = 0; j < factor; j++) {
    const int32_t from = (c * factor + y % factor) * factor + j;
    const sth_plane_lens lens = sth_plane_lens_of(source, from);
    const int64_t at = sth_map_row_at(src, from / STH_MAP_LANES, y / factor) + from % STH_MAP_LANES;
#pragma clang loop vectorize(disable)
    for (int32_t x = 0; (int64_t)x * factor + j < dst->w; x++) {  // dst may be cut off at the right
      const float v = sth_depth_read(src, at + (int64_t)x * STH_MAP_LANES, format);
      out[(int64_t)x * factor + j] = sth_plane_lens_look(&lens, v);
    }
  }
}

// The same where the numbers of a row of a square are neighbours in one block: factor is 2 or 4, and no pixel cut off.
STH_INLINE void sth_depth_to_plane_together(const sth_map *dst, const sth_map_source *source, const int factor, int32_t c,
                                            int32_t y, const uint32_t format) {
  const sth_map *src = &source->map;
  float *out = (float *)dst->data + sth_map_row_at(dst, c, y);
  const int32_t from = (c * factor + y % factor) * factor;
  const int64_t at = sth_map_row_at(src, from / STH_MAP_LANES, y / factor) + from % STH_MAP_LANES;
  sth_plane_lens lenses[sth_depth_most_factor];
  for (int j = 0; j < factor; j++) lenses[j] = sth_plane_lens_of(source, from + j);
#pragma clang loop vectorize(disable)
  for (int32_t x = 0; x < dst->w / factor; x++) {
    float row[sth_depth_most_factor];
#pragma clang loop unroll(full)
    for (int j = 0; j < factor; j++) {
      row[j] = sth_plane_lens_look(&lenses[j], sth_depth_read(src, at + (int64_t)x * STH_MAP_LANES + j, format));
    }
    memcpy(out + (int64_t)x * factor, row, (size_t)factor * sizeof(float));
  }
}

// Row y of one block.
STH_INLINE void sth_depth_to_block(const sth_map *dst, const sth_map_source *source, const int32_t factor, int32_t block,
                                   int32_t y, const uint32_t format) {
  const sth_map *src = &source->map;
  const int32_t square = factor * factor, last = sth_map_blocks(src->c) - 1;
  const sth_lane_bits kept = sth_map_lanes_exist(dst, block);
  float deep[STH_MAP_LANES * sth_depth_most_factor * sth_depth_most_factor] __attribute__((aligned(64)));
  for (int32_t x = 0; (int64_t)x * factor < dst->w; x++) {
    for (int32_t k = 0; k < square; k++) {
      const int32_t from = block * square + k < last ? block * square + k : last;  // what lies beyond is not kept
      const sth_lane_lens lens = sth_lane_lens_of(source, from);
      const int64_t at = sth_map_row_at(src, from, y / factor) + (int64_t)x * STH_MAP_LANES;
      sth_lanes_store(deep + k * STH_MAP_LANES, sth_lane_lens_look(&lens, sth_map_lanes_read(src->data, at, format)));
    }
    for (int32_t j = 0; j < factor && (int64_t)x * factor + j < dst->w; j++) {
      sth_lanes v;
      for (int lane = 0; lane < STH_MAP_LANES; lane++) v[lane] = deep[lane * square + y % factor * factor + j];
      const int64_t at = sth_map_row_at(dst, block, y) + ((int64_t)x * factor + j) * STH_MAP_LANES;
      sth_map_lanes_write(dst->data, at, sth_lanes_keep(v, kept), dst->format);
    }
  }
}

STH_INLINE void sth_depth_to_row(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t y,
                                 const uint32_t format) {
  if (!sth_map_is_blocked(dst)) {
    for (int32_t c = 0; c < dst->c; c++) {
      if (factor == 2 && dst->w % 2 == 0) {
        sth_depth_to_plane_together(dst, source, 2, c, y, format);
      } else if (factor == 4 && dst->w % 4 == 0) {
        sth_depth_to_plane_together(dst, source, 4, c, y, format);
      } else {
        sth_depth_to_plane(dst, source, factor, c, y, format);
      }
    }
    return;
  }
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    if (factor == 2) {
      sth_depth_to_block(dst, source, 2, block, y, format);
    } else {
      sth_depth_to_block(dst, source, factor, block, y, format);
    }
  }
}

STH_INLINE void sth_map_depth_to_space_lanes(const sth_map *dst, const sth_map_source *source, int32_t factor,
                                             int32_t begin, int32_t end) {
  if (!sth_map_is_blocked(&source->map) || (sth_map_is_blocked(dst) && factor > sth_depth_most_factor)) {
    sth_map_depth_to_space_reference(dst, source, factor, begin, end);
    return;
  }
  for (int32_t y = begin; y < end; y++) {
    if (source->map.format == STH_MAP_BLOCKED_BF16) {
      sth_depth_to_row(dst, source, factor, y, STH_MAP_BLOCKED_BF16);
    } else {
      sth_depth_to_row(dst, source, factor, y, STH_MAP_BLOCKED_F32);
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_DEPTH_TO_SPACE_LANES_H
