// map_activate_lanes.h - clamp and tanh of maps, for the vector levels.
//
// Rows are runs of neighbouring elements in every format: a planar row is taken in pieces of 16 like the pixels of a blocked
// one, its end element by element through the same vectors.
#ifndef STYLEHOST_KERNELS_MAP_ACTIVATE_LANES_H
#define STYLEHOST_KERNELS_MAP_ACTIVATE_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include <string.h>

typedef int32_t sth_lane_ints __attribute__((ext_vector_type(16)));

// e^v for 0 <= v <= 20: v = n ln 2 + r, a polynomial fitted to |r| <= ln 2 / 2 (relative error 3e-9), then n into the exponent.
STH_INLINE sth_lanes sth_lanes_exp(sth_lanes v) {
  const float magic = 0x1.8p23f;  // adding it leaves a number rounded to an integer in the lowest bits
  const sth_lanes shifted = v * 0x1.715476p+0f + magic;
  const sth_lanes n = shifted - magic;
  const sth_lanes r = n * -0x1.7f7d1cp-20f + (n * -0x1.62e4p-1f + v);  // ln 2 in two parts, the first exact times n
  sth_lanes p = r * 0.0013814467238262296f + 0.008368780836462975f;
  p = r * p + 0.04166839271783829f;
  p = r * p + 0.1666651964187622f;
  p = r * p + 0.4999999403953552f;
  p = r * r * p + r + 1.0f;
  return (sth_lanes)((sth_lane_ints)p + ((sth_lane_ints)shifted << 23));
}

// tanh of small numbers by a polynomial fitted to |v| <= 0.625 (relative error 5e-9), of others by 1 - 2 / (e^2|v| + 1).
STH_INLINE sth_lanes sth_lanes_tanh(sth_lanes v) {
  const sth_lanes size = __builtin_elementwise_abs(v);
  const sth_lanes u = v * v;
  sth_lanes p = u * -0.005704986862838268f + 0.02063908614218235f;
  p = u * p - 0.05373971536755562f;
  p = u * p + 0.13331441581249237f;
  p = u * p - 0.3333328068256378f;
  const sth_lanes small = v * u * p + v;
  const sth_lanes doubled = size > 10.0f ? 20.0f : size + size;  // NaN stays
  const sth_lanes large = __builtin_elementwise_copysign(1.0f - 2.0f / (sth_lanes_exp(doubled) + 1.0f), v);
  return size < 0.625f ? small : large;
}

STH_INLINE sth_lanes sth_lanes_activate(sth_lanes v, const sth_map_activation *activation, const uint32_t function) {
  if (function == STH_MAP_TANH) return sth_lanes_tanh(v);
  const sth_lanes low = activation->low, high = activation->high;
  const sth_lanes raised = v > low ? v : low;
  return raised < high ? raised : high;
}

// dst[0 ..< n] = f(src[0 ..< n]) of float32 at any alignment.
STH_INLINE void sth_map_activate_run(float *dst, const float *src, int64_t n, const sth_map_activation *activation,
                                     const uint32_t function) {
  sth_lanes v;
  int64_t x = 0;
  for (; x + STH_MAP_LANES <= n; x += STH_MAP_LANES) {
    memcpy(&v, src + x, sizeof v);
    v = sth_lanes_activate(v, activation, function);
    memcpy(dst + x, &v, sizeof v);
  }
  if (x == n) return;
  float rest[STH_MAP_LANES] __attribute__((aligned(64))) = {0};
  for (int64_t i = x; i < n; i++) rest[i - x] = src[i];
  sth_lanes_store(rest, sth_lanes_activate(sth_lanes_load(rest), activation, function));
  for (int64_t i = x; i < n; i++) dst[i] = rest[i - x];
}

STH_INLINE void sth_map_activate_rows(const sth_map *dst, const sth_map *src, const sth_map_activation *activation,
                                      int32_t begin, int32_t end, const uint32_t function) {
  const int blocked = sth_map_is_blocked(dst);
  const int64_t n = blocked ? (int64_t)dst->w * STH_MAP_LANES : dst->w;
  const int32_t planes = blocked ? sth_map_blocks(dst->c) : dst->c;
  for (int32_t plane = 0; plane < planes; plane++) {
    for (int32_t y = begin; y < end; y++) {
      const int64_t out = sth_map_row_at(dst, plane, y), in = sth_map_row_at(src, plane, y);
      if (dst->format != STH_MAP_BLOCKED_BF16) {
        sth_map_activate_run((float *)dst->data + out, (const float *)src->data + in, n, activation, function);
        continue;
      }
      for (int64_t x = 0; x < n; x += STH_MAP_LANES) {
        const sth_lanes v = sth_map_lanes_read(src->data, in + x, STH_MAP_BLOCKED_BF16);
        sth_map_lanes_write(dst->data, out + x, sth_lanes_activate(v, activation, function), STH_MAP_BLOCKED_BF16);
      }
    }
  }
}

STH_INLINE void sth_map_activate_lanes(const sth_map *dst, const sth_map *src, const sth_map_activation *activation,
                                       int32_t begin, int32_t end) {
  const int tanh = activation->function == STH_MAP_TANH;
  if (!tanh && activation->function != STH_MAP_CLAMP) {
    sth_map_activate_reference(dst, src, activation, begin, end);
    return;
  }
  const int keeps_zero = tanh || (activation->low <= 0.0f && activation->high >= 0.0f);
  if (!keeps_zero && sth_map_is_blocked(dst)) {  // the lanes beyond c must not become `low`
    sth_map_activate_reference(dst, src, activation, begin, end);
  } else if (tanh) {
    sth_map_activate_rows(dst, src, activation, begin, end, STH_MAP_TANH);
  } else {
    sth_map_activate_rows(dst, src, activation, begin, end, STH_MAP_CLAMP);
  }
}

#endif  // STYLEHOST_KERNELS_MAP_ACTIVATE_LANES_H
