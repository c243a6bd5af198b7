// map_activate_lanes.h - functions of single elements of maps, for the vector levels.
//
// Rows are runs of neighbouring elements in every format: a planar row is taken in pieces of 16 like the pixels of a blocked
// one, its end element by element through the same vectors. Functions that few networks have are left to the reference.
#ifndef STYLEHOST_KERNELS_MAP_ACTIVATE_LANES_H
#define STYLEHOST_KERNELS_MAP_ACTIVATE_LANES_H

#include "lane_functions.h"
#include "map_lanes.h"
#include "map_levels.h"
#include <string.h>

STH_INLINE sth_lanes sth_lanes_activate(sth_lanes v, const sth_map_activation *activation, const uint32_t function) {
  const sth_lanes low = activation->low, high = activation->high;
  switch (function) {
    case STH_MAP_TANH: return sth_lanes_tanh(v);
    case STH_ACTIVATE_SIGMOID: return sth_lanes_sigmoid(v);
    case STH_ACTIVATE_LEAKY_RELU: return v < 0.0f ? low * v : v;
    case STH_ACTIVATE_ELU: return v < 0.0f ? low * (sth_lanes_exp(v) - 1.0f) : v;
    case STH_ACTIVATE_HARD_SIGMOID: return sth_lanes_clamp(low * v + high, 0.0f, 1.0f);
    case STH_ACTIVATE_SOFTPLUS: return sth_lanes_softplus(v);
    case STH_ACTIVATE_EXP: return sth_lanes_exp(v);
    case STH_ACTIVATE_SQRT: return __builtin_elementwise_sqrt(v);
    case STH_ACTIVATE_ABS: return __builtin_elementwise_abs(v);
    case STH_ACTIVATE_RECIPROCAL: return 1.0f / v;
    case STH_ACTIVATE_POWER: return v * v;  // the one power that comes here
    case STH_ACTIVATE_ROUND: return __builtin_elementwise_roundeven(v);
    case STH_ACTIVATE_FLOOR: return __builtin_elementwise_floor(v);
    default: return sth_lanes_clamp(v, low, high);
  }
}

// dst[0 ..< n] = f(src[0 ..< n]) of float32 at any alignment; of every 16 those lanes that are kept, others zero.
STH_INLINE void sth_map_activate_run(float *dst, const float *src, int64_t n, sth_lane_bits kept,
                                     const sth_map_activation *activation, const uint32_t function) {
  sth_lanes v;
  int64_t x = 0;
  for (; x + STH_MAP_LANES <= n; x += STH_MAP_LANES) {
    memcpy(&v, src + x, sizeof v);
    v = sth_lanes_keep(sth_lanes_activate(v, activation, function), kept);
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
    const sth_lane_bits kept = blocked ? sth_map_lanes_exist(dst, plane) : ~(sth_lane_bits)0u;
    for (int32_t y = begin; y < end; y++) {
      const int64_t out = sth_map_row_at(dst, plane, y), in = sth_map_row_at(src, plane, y);
      if (dst->format != STH_MAP_BLOCKED_BF16) {
        sth_map_activate_run((float *)dst->data + out, (const float *)src->data + in, n, kept, activation, function);
        continue;
      }
      for (int64_t x = 0; x < n; x += STH_MAP_LANES) {
        const sth_lanes v = sth_map_lanes_read(src->data, in + x, STH_MAP_BLOCKED_BF16);
        const sth_lanes f = sth_lanes_keep(sth_lanes_activate(v, activation, function), kept);
        sth_map_lanes_write(dst->data, out + x, f, STH_MAP_BLOCKED_BF16);
      }
    }
  }
}

STH_INLINE void sth_map_activate_lanes(const sth_map *dst, const sth_map *src, const sth_map_activation *activation,
                                       int32_t begin, int32_t end) {
  const sth_map_activation *f = activation;
  if (f->function == STH_ACTIVATE_POWER && f->low != 2.0f) {
    sth_map_activate_reference(dst, src, f, begin, end);
    return;
  }
  switch (f->function) {
    case STH_MAP_CLAMP: sth_map_activate_rows(dst, src, f, begin, end, STH_MAP_CLAMP); break;
    case STH_MAP_TANH: sth_map_activate_rows(dst, src, f, begin, end, STH_MAP_TANH); break;
    case STH_ACTIVATE_SIGMOID: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_SIGMOID); break;
    case STH_ACTIVATE_LEAKY_RELU: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_LEAKY_RELU); break;
    case STH_ACTIVATE_ELU: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_ELU); break;
    case STH_ACTIVATE_HARD_SIGMOID: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_HARD_SIGMOID); break;
    case STH_ACTIVATE_SOFTPLUS: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_SOFTPLUS); break;
    case STH_ACTIVATE_EXP: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_EXP); break;
    case STH_ACTIVATE_SQRT: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_SQRT); break;
    case STH_ACTIVATE_ABS: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_ABS); break;
    case STH_ACTIVATE_RECIPROCAL: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_RECIPROCAL); break;
    case STH_ACTIVATE_POWER: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_POWER); break;
    case STH_ACTIVATE_ROUND: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_ROUND); break;
    case STH_ACTIVATE_FLOOR: sth_map_activate_rows(dst, src, f, begin, end, STH_ACTIVATE_FLOOR); break;
    default: sth_map_activate_reference(dst, src, f, begin, end); break;
  }
}

#endif  // STYLEHOST_KERNELS_MAP_ACTIVATE_LANES_H
