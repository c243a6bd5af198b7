// map_lanes.h - pixels of blocked maps as vectors, and what a pointwise reader sees of maps, for the vector levels.
//
// Include inside the attribute region of a level. Formats are constants where these are called, so nothing is asked per pixel.
#ifndef STYLEHOST_KERNELS_MAP_LANES_H
#define STYLEHOST_KERNELS_MAP_LANES_H

#include "include/map_kernels.h"
#include "lanes.h"

STH_INLINE int sth_map_is_blocked(const sth_map *map) { return map->format != STH_MAP_PLANAR_F32; }

// Element number of the first pixel of a row of a block.
STH_INLINE int64_t sth_map_row_at(const sth_map *map, int32_t block, int64_t y) {
  return block * map->c_stride + y * map->h_stride;
}

STH_INLINE sth_lanes sth_map_lanes_read(const void *data, int64_t at, const uint32_t format) {
  if (format == STH_MAP_BLOCKED_BF16) return sth_lanes_load_bf16((const uint16_t *)data + at);
  return sth_lanes_load((const float *)data + at);
}

STH_INLINE void sth_map_lanes_write(void *data, int64_t at, sth_lanes v, const uint32_t format) {
  if (format == STH_MAP_BLOCKED_BF16) {
    sth_lanes_store_bf16((uint16_t *)data + at, v);
  } else {
    sth_lanes_store((float *)data + at, v);
  }
}

// Ones in the lanes of a block whose channels exist.
STH_INLINE sth_lane_bits sth_map_lanes_exist(const sth_map *map, int32_t block) {
  return sth_lanes_first(map->c - block * STH_MAP_LANES);
}

// Scale, shift and relu of a block of channels.
typedef struct sth_lane_lens {
  sth_lanes scale, shift;
  int32_t relu;
} sth_lane_lens;

STH_INLINE sth_lane_lens sth_lane_lens_of(const sth_map_source *source, int32_t block) {
  sth_lane_lens lens = {.scale = 1.0f, .shift = -0.0f, .relu = source->relu};  // v * 1 + -0 is v, of either sign
  if (source->scale != NULL) {
    lens.scale = sth_lanes_load(source->scale + block * STH_MAP_LANES);
    lens.shift = sth_lanes_load(source->shift + block * STH_MAP_LANES);
  }
  return lens;
}

STH_INLINE sth_lanes sth_lane_lens_look(const sth_lane_lens *lens, sth_lanes v) {
  const sth_lanes u = sth_lanes_fma(v, lens->scale, lens->shift);
  return lens->relu ? sth_lanes_relu(u) : u;
}

// One channel of a planar source.
typedef struct sth_plane_lens {
  float scale, shift;
  int32_t relu;
} sth_plane_lens;

STH_INLINE sth_plane_lens sth_plane_lens_of(const sth_map_source *source, int32_t c) {
  sth_plane_lens lens = {.scale = 1.0f, .shift = -0.0f, .relu = source->relu};
  if (source->scale != NULL) {
    lens.scale = source->scale[c];
    lens.shift = source->shift[c];
  }
  return lens;
}

STH_INLINE float sth_plane_lens_look(const sth_plane_lens *lens, float v) {
  const float u = v * lens->scale + lens->shift;
  return lens->relu && !(u > 0.0f) ? 0.0f : u;
}

#endif  // STYLEHOST_KERNELS_MAP_LANES_H
