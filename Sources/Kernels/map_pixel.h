// map_pixel.h - 16 channels of one pixel of a map in any format, as floats: how the specification reads and writes maps.
//
// Plain C for every processor. The functions are inlined, so that a loop over pixels asks for the format once.
#ifndef STYLEHOST_KERNELS_MAP_PIXEL_H
#define STYLEHOST_KERNELS_MAP_PIXEL_H

#include "include/map_kernels.h"
#include "lens.h"
#include <string.h>

STH_INLINE float sth_bf16_to_f32(uint16_t bf16) {
  const uint32_t bits = (uint32_t)bf16 << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// To nearest, ties to even; a NaN stays a NaN.
STH_INLINE uint16_t sth_bf16_from_f32(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1);
  const uint32_t quiet = bits | 0x400000;
  return (uint16_t)((value != value ? quiet : rounded) >> 16);
}

// Channels of a block that exist.
STH_INLINE int32_t sth_map_lanes_of(const sth_map *map, int32_t block) {
  const int32_t rest = map->c - block * STH_MAP_LANES;
  return rest < STH_MAP_LANES ? rest : STH_MAP_LANES;
}

// Element number of the first lane of a blocked map's pixel.
STH_INLINE int64_t sth_map_pixel_at(const sth_map *map, int32_t block, int64_t y, int64_t x) {
  return block * map->c_stride + y * map->h_stride + x * STH_MAP_LANES;
}

// lanes = channels block * 16 ... of pixel (y, x); those beyond c are zero.
STH_INLINE void sth_map_read(float lanes[STH_MAP_LANES], const sth_map *map, int32_t block, int64_t y, int64_t x) {
  if (map->format == STH_MAP_BLOCKED_F32) {
    const float *at = (const float *)map->data + sth_map_pixel_at(map, block, y, x);
    for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = at[lane];
  } else if (map->format == STH_MAP_BLOCKED_BF16) {
    const uint16_t *at = (const uint16_t *)map->data + sth_map_pixel_at(map, block, y, x);
    for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = sth_bf16_to_f32(at[lane]);
  } else {
    const int32_t exist = sth_map_lanes_of(map, block);
    const float *at = (const float *)map->data + block * STH_MAP_LANES * map->c_stride + y * map->h_stride + x;
    for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = lane < exist ? at[lane * map->c_stride] : 0.0f;
  }
}

// Channels block * 16 ... of pixel (y, x) = lanes, those that exist; a blocked map has zeros beyond them.
STH_INLINE void sth_map_write(const sth_map *map, int32_t block, int64_t y, int64_t x,
                              const float lanes[STH_MAP_LANES]) {
  const int32_t exist = sth_map_lanes_of(map, block);
  if (map->format == STH_MAP_BLOCKED_F32) {
    float *at = (float *)map->data + sth_map_pixel_at(map, block, y, x);
    for (int lane = 0; lane < STH_MAP_LANES; lane++) at[lane] = lane < exist ? lanes[lane] : 0.0f;
  } else if (map->format == STH_MAP_BLOCKED_BF16) {
    uint16_t *at = (uint16_t *)map->data + sth_map_pixel_at(map, block, y, x);
    for (int lane = 0; lane < STH_MAP_LANES; lane++) at[lane] = lane < exist ? sth_bf16_from_f32(lanes[lane]) : 0;
  } else {
    float *at = (float *)map->data + block * STH_MAP_LANES * map->c_stride + y * map->h_stride + x;
    for (int lane = 0; lane < exist; lane++) at[lane * map->c_stride] = lanes[lane];
  }
}

// Element number of channel c of pixel (y, x).
STH_INLINE int64_t sth_map_element_at(const sth_map *map, int32_t c, int64_t y, int64_t x) {
  if (map->format == STH_MAP_PLANAR_F32) return c * map->c_stride + y * map->h_stride + x;
  return sth_map_pixel_at(map, c / STH_MAP_LANES, y, x) + c % STH_MAP_LANES;
}

// One channel of a pixel.
STH_INLINE float sth_map_get(const sth_map *map, int32_t c, int64_t y, int64_t x) {
  const int64_t at = sth_map_element_at(map, c, y, x);
  if (map->format == STH_MAP_BLOCKED_BF16) return sth_bf16_to_f32(((const uint16_t *)map->data)[at]);
  return ((const float *)map->data)[at];
}

STH_INLINE void sth_map_set(const sth_map *map, int32_t c, int64_t y, int64_t x, float value) {
  const int64_t at = sth_map_element_at(map, c, y, x);
  if (map->format == STH_MAP_BLOCKED_BF16) {
    ((uint16_t *)map->data)[at] = sth_bf16_from_f32(value);
  } else {
    ((float *)map->data)[at] = value;
  }
}

// lanes = relu(lanes * scale + shift), channels block * 16 ... of [c] vectors; NULL is 1 and 0.
STH_INLINE void sth_map_look_through(float lanes[STH_MAP_LANES], const float *scale, const float *shift, int32_t relu,
                                     int32_t block) {
  if (scale != NULL) {
    const float *by = scale + block * STH_MAP_LANES, *to = shift + block * STH_MAP_LANES;
    for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = lanes[lane] * by[lane] + to[lane];
  }
  if (relu) {
    for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = lanes[lane] > 0.0f ? lanes[lane] : 0.0f;
  }
}

// lanes = a pixel of a map read pointwise.
STH_INLINE void sth_map_source_read(float lanes[STH_MAP_LANES], const sth_map_source *source, int32_t block, int64_t y,
                                    int64_t x) {
  sth_map_read(lanes, &source->map, block, y, x);
  sth_map_look_through(lanes, source->scale, source->shift, source->relu, block);
}

// One channel of a pixel of a map read pointwise.
STH_INLINE float sth_map_source_get(const sth_map_source *source, int32_t c, int64_t y, int64_t x) {
  float value = sth_map_get(&source->map, c, y, x);
  if (source->scale != NULL) value = value * source->scale[c] + source->shift[c];
  return source->relu && !(value > 0.0f) ? 0.0f : value;
}

#endif  // STYLEHOST_KERNELS_MAP_PIXEL_H
