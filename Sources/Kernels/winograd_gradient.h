// winograd_gradient.h - the gradient of a 3x3 convolution's weights over tiles of 4x4 pixels (Lavin and Gray 2016).
//
// y = A' [(G g G') * (B' d B)] A  =>  dg = G' [(A dy A') * (B' d B)] G, summed over tiles before the last step
//
// 36 products a tile instead of 144. A unit transforms its blocks of dy and src batch by batch, in L2, and multiplies them
// point by point in the register kernel of the direct form. Measured errors are 3e-7 of the sum of sizes.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_WINOGRAD_GRADIENT_H
#define STYLEHOST_KERNELS_WINOGRAD_GRADIENT_H

#include "map_gradient_tile.h"
#include "map_lanes.h"
#include "winograd_gradient_plan.h"
#include "winograd_input.h"
#include <string.h>

// A d for one row or column of dy.
STH_INLINE void sth_winograd_gradient_in(sth_lanes o[6], const sth_lanes d[4]) {
  const sth_lanes even1 = d[0] + d[2], odd1 = d[1] + d[3];
  const sth_lanes even2 = sth_lanes_fma(d[2], 4.0f, d[0]), odd2 = sth_lanes_fma(d[3], 8.0f, d[1] * 2.0f);
  o[0] = d[0];
  o[1] = even1 + odd1;
  o[2] = even1 - odd1;
  o[3] = even2 + odd2;
  o[4] = even2 - odd2;
  o[5] = d[3];
}

// G' d for one row or column of products.
STH_INLINE void sth_winograd_gradient_out(sth_lanes o[3], const sth_lanes d[6]) {
  const sth_lanes s1 = (d[1] + d[2]) * (1 / 6.0f), s2 = d[3] + d[4];
  o[0] = sth_lanes_fma(d[0], 0.25f, sth_lanes_fma(s2, 1 / 24.0f, -s1));
  o[1] = sth_lanes_fma(d[2] - d[1], 1 / 6.0f, (d[3] - d[4]) * (1 / 12.0f));
  o[2] = sth_lanes_fma(s2, 1 / 6.0f, d[5] - s1);
}

// A window's rows and columns that exist; the others are zero.
STH_INLINE sth_lanes sth_winograd_gradient_read(const float *at, int64_t h_stride, int i, int j, int32_t rows,
                                                int32_t columns, const int whole) {
  if (!whole && (i >= rows || j >= columns)) return 0.0f;
  const float *pixel = at + i * h_stride + j * STH_MAP_LANES;
  // The same place in the next tile: pieces of rows are too short and too far apart for the processor to foresee.
  __builtin_prefetch(pixel + sth_winograd_gradient_m * STH_MAP_LANES);
  return sth_lanes_load(pixel);
}

// V, the 36 points of 6x6 pixels of src.
STH_INLINE void sth_winograd_gradient_window(float *v, int64_t point, const float *at, int64_t h_stride, int32_t rows,
                                             int32_t columns, const int whole) {
  sth_lanes lines[6][6];
#pragma clang loop unroll(disable)
  for (int i = 0; i < 6; i++) {
    sth_lanes d[6];
#pragma clang loop unroll(full)
    for (int j = 0; j < 6; j++) d[j] = sth_winograd_gradient_read(at, h_stride, i, j, rows, columns, whole);
    sth_winograd_in(lines[i], d, 6);
  }
#pragma clang loop unroll(disable)
  for (int j = 0; j < 6; j++) {
    sth_lanes d[6], o[6];
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) d[i] = lines[i][j];
    sth_winograd_in(o, d, 6);
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) sth_lanes_store(v + (i * 6 + j) * point, o[i]);
  }
}

// U, the 36 points of 4x4 pixels of dy.
STH_INLINE void sth_winograd_gradient_tile(float *u, int64_t point, const float *at, int64_t h_stride, int32_t rows,
                                           int32_t columns, const int whole) {
  sth_lanes lines[4][6];
#pragma clang loop unroll(disable)
  for (int i = 0; i < 4; i++) {
    sth_lanes d[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) d[j] = sth_winograd_gradient_read(at, h_stride, i, j, rows, columns, whole);
    sth_winograd_gradient_in(lines[i], d);
  }
#pragma clang loop unroll(disable)
  for (int j = 0; j < 6; j++) {
    sth_lanes d[4], o[6];
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) d[i] = lines[i][j];
    sth_winograd_gradient_in(o, d);
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) sth_lanes_store(u + (i * 6 + j) * point, o[i]);
  }
}

// One unit: groups of blocks of dy and src, and its workspace.
typedef struct sth_winograd_gradient_work {
  const sth_map *dst, *dy, *src;
  const sth_map_conv_gradient *shape;
  sth_winograd_gradient_plan plan;
  sth_winograd_group wide, narrow;
  float *u, *v, *m;
} sth_winograd_gradient_work;

// U and V of tile number `tile`, which becomes number `t` of a batch.
STH_INLINE void sth_winograd_gradient_transform(const sth_winograd_gradient_work *work, int32_t tile, int32_t t) {
  const int32_t y = tile / work->plan.tiles_x * sth_winograd_gradient_m;
  const int32_t x = tile % work->plan.tiles_x * sth_winograd_gradient_m;
  const int32_t rows = work->shape->h - y, columns = work->shape->w - x;  // of dy from here on; src has two more
  const int whole = rows >= sth_winograd_gradient_m && columns >= sth_winograd_gradient_m;
  const int64_t block_floats = sth_winograd_gradient_batch * STH_MAP_LANES;
  for (int32_t i = 0; i < work->narrow.count; i++) {
    const sth_map *src = work->src;
    const float *at = (const float *)src->data + sth_map_row_at(src, work->narrow.first + i, y) + (int64_t)x * STH_MAP_LANES;
    float *v = work->v + i * block_floats + t * STH_MAP_LANES;
    if (whole) sth_winograd_gradient_window(v, work->plan.v_point, at, src->h_stride, 6, 6, 1);
    else sth_winograd_gradient_window(v, work->plan.v_point, at, src->h_stride, rows + 2, columns + 2, 0);
  }
  for (int32_t i = 0; i < work->wide.count; i++) {
    const sth_map *dy = work->dy;
    const float *at = (const float *)dy->data + sth_map_row_at(dy, work->wide.first + i, y) + (int64_t)x * STH_MAP_LANES;
    float *u = work->u + i * block_floats + t * STH_MAP_LANES;
    if (whole) sth_winograd_gradient_tile(u, work->plan.u_point, at, dy->h_stride, 4, 4, 1);
    else sth_winograd_gradient_tile(u, work->plan.u_point, at, dy->h_stride, rows, columns, 0);
  }
}

// Products of a block of src and a panel of dy's blocks at a point: [16][blocks][16].
STH_INLINE float *sth_winograd_gradient_products(const sth_winograd_gradient_work *work, int point, int32_t narrow,
                                                 int32_t panel_first) {
  const int64_t block = (int64_t)narrow * work->wide.count + panel_first;
  return work->m + point * work->plan.m_point + block * STH_MAP_LANES * STH_MAP_LANES;
}

// M += U * V, `count` tiles of a batch.
STH_INLINE void sth_winograd_gradient_multiply(const sth_winograd_gradient_work *work, int32_t count, const int most_rows,
                                               const int most_blocks) {
  const int32_t panels = (work->wide.count + most_blocks - 1) / most_blocks;
  const int64_t block_floats = sth_winograd_gradient_batch * STH_MAP_LANES;
  for (int point = 0; point < sth_winograd_gradient_points; point++) {
    for (int32_t i = 0; i < work->narrow.count; i++) {
      for (int32_t number = 0; number < panels; number++) {
        const sth_winograd_group panel = sth_winograd_group_of(work->wide.count, panels, number);
        const sth_gradient_tile tile = {
            .sums = sth_winograd_gradient_products(work, point, i, panel.first),
            .narrow = work->v + point * work->plan.v_point + i * block_floats,
            .narrow_step = STH_MAP_LANES,
            .wide = work->u + point * work->plan.u_point + panel.first * block_floats,
            .wide_block = block_floats,
            .runs = 1,
            .depth = count,
        };
        sth_gradient_tile_blocks(&tile, STH_MAP_LANES, panel.count, most_rows, most_blocks);
      }
    }
  }
}

// The 3x3 gradients of one input channel and a block of output channels, from its 36 products `point` floats apart.
STH_INLINE void sth_winograd_gradient_restore(float *out, const float *m, int64_t point, float scale, sth_lane_bits kept) {
  sth_lanes lines[3][6];
#pragma clang loop unroll(disable)
  for (int j = 0; j < 6; j++) {
    sth_lanes d[6], o[3];
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) d[i] = sth_lanes_load(m + (i * 6 + j) * point);
    sth_winograd_gradient_out(o, d);
#pragma clang loop unroll(full)
    for (int i = 0; i < 3; i++) lines[i][j] = o[i];
  }
  for (int i = 0; i < 3; i++) {
    sth_lanes o[3];
    sth_winograd_gradient_out(o, lines[i]);
    for (int j = 0; j < 3; j++) sth_lanes_store(out + (i * 3 + j) * STH_MAP_LANES, sth_lanes_keep(o[j] * scale, kept));
  }
}

STH_INLINE void sth_winograd_gradient_write(const sth_winograd_gradient_work *work, const int most_blocks) {
  const sth_map *dst = work->dst;
  const int32_t panels = (work->wide.count + most_blocks - 1) / most_blocks;
  for (int32_t i = 0; i < work->narrow.count * STH_MAP_LANES; i++) {
    const int32_t channel = work->narrow.first * STH_MAP_LANES + i, row = i % STH_MAP_LANES;
    if (channel >= work->shape->in_c) break;
    for (int32_t number = 0; number < panels; number++) {
      const sth_winograd_group panel = sth_winograd_group_of(work->wide.count, panels, number);
      const float *m = sth_winograd_gradient_products(work, 0, i / STH_MAP_LANES, panel.first);
      for (int32_t j = 0; j < panel.count; j++) {
        const int32_t block = work->wide.first + panel.first + j;
        sth_winograd_gradient_restore((float *)dst->data + sth_map_row_at(dst, block, channel),
                                      m + (row * panel.count + j) * STH_MAP_LANES, work->plan.m_point, work->shape->scale,
                                      sth_map_lanes_exist(dst, block));
      }
    }
  }
}

STH_INLINE void sth_winograd_gradient_unit(sth_winograd_gradient_work *work, int32_t number, const int most_rows,
                                           const int most_blocks) {
  const sth_winograd_gradient_plan *plan = &work->plan;
  work->wide = sth_winograd_group_of(plan->wide_blocks, plan->wide_groups, number / plan->narrow_groups);
  work->narrow = sth_winograd_group_of(plan->narrow_blocks, plan->narrow_groups, number % plan->narrow_groups);
  memset(work->m, 0, (size_t)(sth_winograd_gradient_points * plan->m_point) * sizeof(float));
  for (int32_t first = 0; first < plan->tiles; first += sth_winograd_gradient_batch) {
    const int32_t rest = plan->tiles - first;
    const int32_t count = rest < sth_winograd_gradient_batch ? rest : sth_winograd_gradient_batch;
    for (int32_t t = 0; t < count; t++) sth_winograd_gradient_transform(work, first + t, t);
    sth_winograd_gradient_multiply(work, count, most_rows, most_blocks);
  }
  sth_winograd_gradient_write(work, most_blocks);
}

#endif  // STYLEHOST_KERNELS_WINOGRAD_GRADIENT_H
