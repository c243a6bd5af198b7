// map_conv_gradient_lanes.h - the gradient of a convolution's weights, for the vector levels.
//
// Whose channels are lanes: those of dy, or those of src where dy is planar. The other map gives the numbers that are
// broadcast: where it is blocked the 16 channels of a pixel, one strip for each tap; where it is planar the pixels that a row
// of taps meets, one strip for each row. All strips of a unit go over a band of rows before the next, while it is in L2. A
// band is so short that sums in float32 lose little, and the sums of bands are added up.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_MAP_CONV_GRADIENT_LANES_H
#define STYLEHOST_KERNELS_MAP_CONV_GRADIENT_LANES_H

#include "map_gradient_plan.h"
#include "map_gradient_tile.h"
#include "map_lanes.h"
#include "map_levels.h"
#include "winograd_gradient.h"
#include <string.h>

// One unit, and where its numbers lie.
typedef struct sth_gradient_work {
  const sth_map *dst, *dy, *src;
  const sth_map_conv_gradient *shape;
  sth_gradient_unit unit;
  float *sums;   // [strips][strip_rows][blocks][16]
  float *edged;  // rows of a planar dy with kernel_w - 1 zeros on either side
} sth_gradient_work;

STH_INLINE float *sth_gradient_sums(const sth_gradient_work *work, int32_t strip) {
  return work->sums + (int64_t)strip * work->unit.strip_rows * work->unit.blocks * STH_MAP_LANES;
}

// Rows first ..< first + count of dy, a channel of it, laid between zeros.
STH_INLINE void sth_gradient_edge(const sth_gradient_work *work, int32_t first, int32_t count) {
  const int32_t border = work->shape->kernel_w - 1, w = work->shape->w;
  for (int32_t i = 0; i < count; i++) {
    float *row = work->edged + (int64_t)i * (w + 2 * border);
    memset(row, 0, (size_t)border * sizeof(float));
    memcpy(row + border, (const float *)work->dy->data + sth_map_row_at(work->dy, work->unit.channel, first + i),
           (size_t)w * sizeof(float));
    memset(row + border + w, 0, (size_t)border * sizeof(float));
  }
}

// The product of a strip over `count` rows of dy from `first` on.
STH_INLINE sth_gradient_tile sth_gradient_strip(const sth_gradient_work *work, int32_t strip, int32_t first, int32_t count) {
  const sth_map_conv_gradient *shape = work->shape;
  const sth_map *dy = work->dy, *src = work->src;
  const sth_gradient_place at = sth_gradient_place_of(&work->unit, shape, strip);
  const int64_t row = (int64_t)first * shape->stride_h + at.tap_row;
  sth_gradient_tile tile = {.sums = sth_gradient_sums(work, strip), .runs = count, .depth = shape->w};
  if (work->unit.form == STH_GRADIENT_FROM_PLANES) {
    const int32_t border = shape->kernel_w - 1;
    tile.depth = shape->w + border;
    tile.narrow = work->edged;
    tile.narrow_run = shape->w + 2 * border;
    tile.narrow_step = 1;
    tile.wide = (const float *)src->data + sth_map_row_at(src, work->unit.first_block, row);
    tile.wide_run = src->h_stride;
    tile.wide_block = src->c_stride;
    return tile;
  }
  const int64_t pixel = work->unit.form == STH_GRADIENT_OF_BLOCKS ? STH_MAP_LANES : 1;
  tile.narrow = (const float *)src->data + sth_map_row_at(src, at.plane, row) + at.tap_column * pixel;
  tile.narrow_run = src->h_stride * shape->stride_h;
  tile.narrow_step = pixel * shape->stride_w;
  tile.wide = (const float *)dy->data + sth_map_row_at(dy, work->unit.first_block, first);
  tile.wide_run = dy->h_stride;
  tile.wide_block = dy->c_stride;
  return tile;
}

// A strip's sums to where they belong in dst.
STH_INLINE void sth_gradient_write(const sth_gradient_work *work, int32_t strip) {
  const sth_map *dst = work->dst;
  const sth_map_conv_gradient *shape = work->shape;
  const sth_gradient_place at = sth_gradient_place_of(&work->unit, shape, strip);
  const float *sums = sth_gradient_sums(work, strip);
  for (int32_t row = 0; row < at.rows; row++) {
    for (int32_t j = 0; j < work->unit.blocks; j++, sums += STH_MAP_LANES) {
      const int32_t block = work->unit.first_block + j;
      const sth_lanes v = sth_lanes_load(sums) * shape->scale;
      if (work->unit.form == STH_GRADIENT_FROM_PLANES) {
        const int32_t tap = at.tap_row * shape->kernel_w + shape->kernel_w - 1 - row, first = block * STH_MAP_LANES;
        for (int32_t lane = 0; lane < STH_MAP_LANES && first + lane < shape->in_c; lane++) {
          ((float *)dst->data)[sth_map_row_at(dst, work->unit.channel, first + lane) + tap] = v[lane];
        }
        continue;
      }
      const int in_blocks = work->unit.form == STH_GRADIENT_OF_BLOCKS;
      const int32_t channel = in_blocks ? at.plane * STH_MAP_LANES + row : at.plane;
      const int32_t tap = at.tap_row * shape->kernel_w + (in_blocks ? at.tap_column : row);
      float *out = (float *)dst->data + sth_map_row_at(dst, block, channel) + (int64_t)tap * STH_MAP_LANES;
      sth_lanes_store(out, sth_lanes_keep(v, sth_map_lanes_exist(dst, block)));
    }
  }
}

STH_INLINE void sth_map_conv_gradient_query_lanes(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape,
                                                  const int most_blocks) {
  if (sth_gradient_form_of(shape) == STH_GRADIENT_LEFT) {
    sth_map_conv_gradient_query_reference(needs, shape);
    return;
  }
  if (sth_winograd_gradient_accepts(shape)) {
    const sth_winograd_gradient_plan plan = sth_winograd_gradient_plan_of(shape);
    needs->units = plan.wide_groups * plan.narrow_groups;
    needs->workspace_bytes = sth_winograd_gradient_floats(&plan) * (int64_t)sizeof(float);
    return;
  }
  const sth_gradient_plan plan = sth_gradient_plan_of(shape, most_blocks);
  needs->units = plan.panels * plan.parts;
  needs->workspace_bytes = (plan.sums + plan.edged) * (int64_t)sizeof(float);
}

// A unit of the direct form, by strips and bands.
STH_INLINE void sth_gradient_unit_sum(sth_gradient_work *work, const sth_gradient_plan *plan, const int most_rows,
                                      const int most_blocks) {
  memset(work->sums, 0, (size_t)plan->sums * sizeof(float));
  for (int32_t row = 0; row < work->shape->h; row += plan->band) {
    const int32_t count = work->shape->h - row < plan->band ? work->shape->h - row : plan->band;
    if (plan->form == STH_GRADIENT_FROM_PLANES) sth_gradient_edge(work, row, count);
    for (int32_t strip = 0; strip < work->unit.strips; strip++) {
      const sth_gradient_tile tile = sth_gradient_strip(work, strip, row, count);
      const int32_t rows = sth_gradient_place_of(&work->unit, work->shape, strip).rows;
      sth_gradient_tile_blocks(&tile, rows, work->unit.blocks, most_rows, most_blocks);
    }
  }
  for (int32_t strip = 0; strip < work->unit.strips; strip++) sth_gradient_write(work, strip);
}

STH_INLINE void sth_map_conv_gradient_lanes(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                            const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end,
                                            const int most_rows, const int most_blocks) {
  if (sth_gradient_form_of(shape) == STH_GRADIENT_LEFT) {
    sth_map_conv_gradient_reference(dst, dy, src, shape, workspace, begin, end);
    return;
  }
  if (sth_winograd_gradient_accepts(shape)) {
    sth_winograd_gradient_work work = {.dst = dst, .dy = dy, .src = src, .shape = shape, .u = workspace};
    work.plan = sth_winograd_gradient_plan_of(shape);
    work.v = work.u + sth_winograd_gradient_points * work.plan.u_point;
    work.m = work.v + sth_winograd_gradient_points * work.plan.v_point;
    for (int32_t unit = begin; unit < end; unit++) sth_winograd_gradient_unit(&work, unit, most_rows, most_blocks);
    return;
  }
  const sth_gradient_plan plan = sth_gradient_plan_of(shape, most_blocks);
  for (int32_t unit = begin; unit < end; unit++) {
    sth_gradient_work work = {.dst = dst, .dy = dy, .src = src, .shape = shape, .sums = workspace};
    work.unit = sth_gradient_unit_of(&plan, shape, unit);
    work.edged = work.sums + plan.sums;
    sth_gradient_unit_sum(&work, &plan, most_rows, most_blocks);
  }
}

#endif  // STYLEHOST_KERNELS_MAP_CONV_GRADIENT_LANES_H
