// map_gradient_lanes.h - what activations and pools pass back, and sums of products, for the vector levels.
//
// All in float32: graphs that learn compute in it. Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_MAP_GRADIENT_LANES_H
#define STYLEHOST_KERNELS_MAP_GRADIENT_LANES_H

#include "map_lanes.h"
#include "map_levels.h"

STH_INLINE int sth_gradient_is_blocked(const sth_map *map) { return map->format == STH_MAP_BLOCKED_F32; }
STH_INLINE int sth_gradient_is_planar(const sth_map *map) { return map->format == STH_MAP_PLANAR_F32; }

STH_INLINE void sth_map_gate_blocks(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate,
                                    int32_t begin, int32_t end) {
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    const sth_lane_lens lens = sth_lane_lens_of(source, block), other = sth_lane_lens_of(gate, block);
    for (int32_t y = begin; y < end; y++) {
      float *out = (float *)dst->data + sth_map_row_at(dst, block, y);
      const float *in = (const float *)source->map.data + sth_map_row_at(&source->map, block, y);
      const float *open = (const float *)gate->map.data + sth_map_row_at(&gate->map, block, y);
      for (int64_t x = 0; x < (int64_t)dst->w * STH_MAP_LANES; x += STH_MAP_LANES) {
        const sth_lanes v = sth_lane_lens_look(&lens, sth_lanes_load(in + x));
        sth_lanes_store(out + x, sth_lane_lens_look(&other, sth_lanes_load(open + x)) > 0.0f ? v : 0.0f);
      }
    }
  }
}

STH_INLINE void sth_map_gate_planes(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate,
                                    int32_t begin, int32_t end) {
  for (int32_t c = 0; c < dst->c; c++) {
    const sth_plane_lens lens = sth_plane_lens_of(source, c), other = sth_plane_lens_of(gate, c);
    for (int32_t y = begin; y < end; y++) {
      float *out = (float *)dst->data + sth_map_row_at(dst, c, y);
      const float *in = (const float *)source->map.data + sth_map_row_at(&source->map, c, y);
      const float *open = (const float *)gate->map.data + sth_map_row_at(&gate->map, c, y);
#pragma clang loop vectorize(assume_safety)
      for (int32_t x = 0; x < dst->w; x++) {
        out[x] = sth_plane_lens_look(&other, open[x]) > 0.0f ? sth_plane_lens_look(&lens, in[x]) : 0.0f;
      }
    }
  }
}

STH_INLINE void sth_map_gate_lanes(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate,
                                   int32_t begin, int32_t end) {
  const sth_map *in = &source->map, *open = &gate->map;
  if (sth_gradient_is_blocked(dst) && sth_gradient_is_blocked(in) && sth_gradient_is_blocked(open)) {
    sth_map_gate_blocks(dst, source, gate, begin, end);
  } else if (sth_gradient_is_planar(dst) && sth_gradient_is_planar(in) && sth_gradient_is_planar(open)) {
    sth_map_gate_planes(dst, source, gate, begin, end);
  } else {
    sth_map_gate_reference(dst, source, gate, begin, end);
  }
}

// The sums of a block of channels over rows begin ..< end: of a row float32, of rows double.
STH_INLINE sth_lanes sth_map_products_rows(const sth_map_source *a, const sth_map_source *b, int32_t block, int32_t begin,
                                           int32_t end) {
  typedef double doubles __attribute__((ext_vector_type(16)));
  const sth_lane_lens lens = sth_lane_lens_of(a, block), other = b != NULL ? sth_lane_lens_of(b, block) : lens;
  doubles sum = 0.0;
  for (int32_t y = begin; y < end; y++) {
    const float *first = (const float *)a->map.data + sth_map_row_at(&a->map, block, y);
    const float *second = b != NULL ? (const float *)b->map.data + sth_map_row_at(&b->map, block, y) : NULL;
    sth_lanes row = 0.0f;
    for (int64_t x = 0; x < (int64_t)a->map.w * STH_MAP_LANES; x += STH_MAP_LANES) {
      const sth_lanes v = sth_lane_lens_look(&lens, sth_lanes_load(first + x));
      row = second == NULL ? row + v : sth_lanes_fma(v, sth_lane_lens_look(&other, sth_lanes_load(second + x)), row);
    }
    sum += __builtin_convertvector(row, doubles);
  }
  return __builtin_convertvector(sum, sth_lanes);
}

STH_INLINE void sth_map_products_lanes(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin,
                                       int32_t end) {
  if (!sth_gradient_is_blocked(&a->map) || (b != NULL && !sth_gradient_is_blocked(&b->map))) {
    sth_map_products_reference(records, a, b, begin, end);
    return;
  }
  const int32_t blocks = sth_map_blocks(a->map.c);
  for (int32_t unit = begin; unit < end; unit++) {
    const int32_t first = unit * STH_MAP_MOMENTS_ROWS, past = first + STH_MAP_MOMENTS_ROWS;
    const int32_t last = past < a->map.h ? past : a->map.h;
    for (int32_t block = 0; block < blocks; block++) {
      const sth_lanes sum = sth_map_products_rows(a, b, block, first, last);
      float *record = records + ((int64_t)unit * blocks + block) * STH_MAP_LANES;
      sth_lanes_store(record, sth_lanes_keep(sum, sth_map_lanes_exist(&a->map, block)));
    }
  }
}

// What a window of 2 x 2 passes back of a vector of dy to two of its pixels, the upper ones or the lower ones.
STH_INLINE void sth_pool_gradient_window(float *out, const sth_lanes seen[4], sth_lanes dy, int lower, const int largest) {
  if (!largest) {
    sth_lanes_store(out, dy * 0.25f);
    sth_lanes_store(out + STH_MAP_LANES, dy * 0.25f);
    return;
  }
  // A pixel has what is largest if it is larger than those before and none after it is larger.
  const sth_lanes two = seen[1] > seen[0] ? seen[1] : seen[0], three = seen[2] > two ? seen[2] : two;
  const sth_lane_bits second = (sth_lane_bits)(seen[1] > seen[0]), third = (sth_lane_bits)(seen[2] > two);
  const sth_lane_bits fourth = (sth_lane_bits)(seen[3] > three), below = third | fourth;
  sth_lanes_store(out, sth_lanes_keep(dy, lower ? third & ~fourth : ~(second | below)));
  sth_lanes_store(out + STH_MAP_LANES, sth_lanes_keep(dy, lower ? fourth : second & ~below));
}

// A row of a block.
STH_INLINE void sth_pool_gradient_row(const sth_map *dst, const sth_map_source *source, const sth_map *dy, int32_t block,
                                      int32_t y, const int largest) {
  const sth_lane_lens lens = sth_lane_lens_of(source, block);
  float *out = (float *)dst->data + sth_map_row_at(dst, block, y);
  const int32_t windows = y / 2 < dy->h ? dy->w : 0;
  const float *in = (const float *)source->map.data + sth_map_row_at(&source->map, block, y / 2 * 2);
  const float *back = (const float *)dy->data + sth_map_row_at(dy, block, y / 2);
  for (int32_t i = 0; i < windows; i++) {
    sth_lanes seen[4];
    for (int k = 0; largest && k < 4; k++) {
      const float *pixel = in + k / 2 * source->map.h_stride + (2 * (int64_t)i + k % 2) * STH_MAP_LANES;
      seen[k] = sth_lane_lens_look(&lens, sth_lanes_load(pixel));
    }
    const sth_lanes passed = sth_lanes_load(back + (int64_t)i * STH_MAP_LANES);
    sth_pool_gradient_window(out + (int64_t)i * 2 * STH_MAP_LANES, seen, passed, y % 2, largest);
  }
  for (int32_t x = 2 * windows; x < dst->w; x++) sth_lanes_store(out + (int64_t)x * STH_MAP_LANES, 0.0f);
}

// Whether windows are 2 x 2 pixels side by side, all of them inside the picture.
STH_INLINE int sth_pool_gradient_is_usual(const sth_map *dst, const sth_map *dy, const sth_map_pool *pool) {
  return pool->size_h == 2 && pool->size_w == 2 && pool->stride_h == 2 && pool->stride_w == 2 && pool->top == 0 &&
         pool->left == 0 && 2 * (int64_t)dy->h <= dst->h && 2 * (int64_t)dy->w <= dst->w;
}

STH_INLINE void sth_map_pool_gradient_lanes(const sth_map *dst, const sth_map_source *source, const sth_map *dy,
                                            const sth_map_pool *pool, int32_t begin, int32_t end) {
  const int blocked =
      sth_gradient_is_blocked(dst) && sth_gradient_is_blocked(&source->map) && sth_gradient_is_blocked(dy);
  if (!blocked || !sth_pool_gradient_is_usual(dst, dy, pool)) {
    sth_map_pool_gradient_reference(dst, source, dy, pool, begin, end);
    return;
  }
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    for (int32_t y = begin; y < end; y++) {
      if (pool->kind == STH_POOL_MAX) {
        sth_pool_gradient_row(dst, source, dy, block, y, 1);
      } else {
        sth_pool_gradient_row(dst, source, dy, block, y, 0);
      }
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_GRADIENT_LANES_H
