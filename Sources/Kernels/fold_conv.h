// fold_conv.h - convolutions to a few planes: the kernel's columns take the place of the channels that are missing.
//
// A vector has 16 lanes and a picture 3 channels. So lane co * kernel_w + kx of a product P[x] holds what column kx of
// the kernel of channel co makes of band column x, one run for each kernel row, one pixel deep; and
//   dst[co][x] = bias[co] + sum over kx of P[x + kx][co * kernel_w + kx].
// These diagonals are summed by moving all lanes up by one from pixel to pixel: S[x] = P[x] + moved(S[x - 1]), nothing
// moving into the lanes of column 0; the last column's lanes are then whole.
//
// packed: bias [16], then panels of out_c * kernel_w columns.
//
// Include inside the attribute region of a level, after the headers of the system.
#ifndef STYLEHOST_KERNELS_FOLD_CONV_H
#define STYLEHOST_KERNELS_FOLD_CONV_H

#include "fold_plan.h"
#include "map_band_integers.h"
#include "row_moments.h"

// Turns the products of a row into their sums, in place.
STH_INLINE void sth_fold_sum(float *products, int32_t count, const sth_lane_bits *moves, const int blocks) {
  sth_lanes before[sth_fold_most_blocks];
#pragma clang loop unroll(full)
  for (int b = 0; b < blocks; b++) before[b] = 0.0f;
  for (int32_t x = 0; x < count; x++) {
    float *pixel = products + (int64_t)x * blocks * STH_MAP_LANES;
#pragma clang loop unroll(full)
    for (int b = blocks - 1; b >= 0; b--) {
      const sth_lanes lower = b > 0 ? before[b - 1] : before[b];
      const sth_lanes moved = __builtin_shufflevector(lower, before[b], 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
                                                      27, 28, 29, 30);
      before[b] = sth_lanes_load(pixel + b * STH_MAP_LANES) + (sth_lanes)((sth_lane_bits)moved & moves[b]);
      sth_lanes_store(pixel + b * STH_MAP_LANES, before[b]);
    }
  }
}

// Ones in the lanes that something moves into.
STH_INLINE void sth_fold_moves(sth_lane_bits *moves, const sth_conv2d *conv, int32_t blocks) {
  for (int32_t lane = 0; lane < blocks * STH_MAP_LANES; lane++) {
    moves[lane / STH_MAP_LANES][lane % STH_MAP_LANES] = lane % conv->kernel_w == 0 ? 0 : ~(uint32_t)0;
  }
}

STH_INLINE sth_row_moments sth_fold_row_moments(const float *row, int32_t w) {
  double sum = 0.0, squares = 0.0;
  for (int32_t i = 0; i < w; i++) sum += (double)row[i];
  const double mean = sum / w;
  for (int32_t i = 0; i < w; i++) squares += ((double)row[i] - mean) * ((double)row[i] - mean);
  return (sth_row_moments){.count = w, .mean = mean, .squares = squares};
}

// One row of the tile, from its products.
STH_INLINE void sth_fold_finish_row(const sth_map_conv_operands *operands, const sth_conv2d *conv, float *products,
                                    const sth_lane_bits *moves, int32_t blocks, int64_t at, int32_t w,
                                    sth_row_moments *moments) {
  const int32_t count = w + conv->kernel_w - 1;
  switch (blocks) {
    case 1: sth_fold_sum(products, count, moves, 1); break;
    case 2: sth_fold_sum(products, count, moves, 2); break;
    case 3: sth_fold_sum(products, count, moves, 3); break;
    default: sth_fold_sum(products, count, moves, 4); break;
  }
  const int64_t stride = (int64_t)blocks * STH_MAP_LANES;
  for (int32_t co = 0; co < conv->out_c; co++) {
    const float bias = ((const float *)operands->packed)[co];
    const float *sums = products + (conv->kernel_w - 1) * stride + (co + 1) * conv->kernel_w - 1;
    float *row = (float *)operands->dst.data + co * operands->dst.c_stride + at;
    for (int32_t x = 0; x < w; x++) row[x] = sums[x * stride] + bias;
    if (moments != NULL) moments[co] = sth_row_moments_join(moments[co], sth_fold_row_moments(row, w));
  }
}

STH_INLINE void sth_fold_record(float *record, const sth_row_moments *moments, int32_t out_c) {
  for (int32_t i = 0; i < 3 * STH_MAP_LANES; i++) record[i] = 0.0f;
  record[0] = (float)moments[0].count;
  for (int32_t co = 0; co < out_c; co++) {
    record[STH_MAP_LANES + co] = (float)moments[co].mean;
    record[2 * STH_MAP_LANES + co] = (float)moments[co].squares;
  }
}

STH_INLINE void sth_fold_run_unit(const sth_map_conv_operands *operands, const sth_map_conv *shape,
                                  const sth_map_tiling *tiling, const sth_map_conv_level *level,
                                  const sth_lane_bits *moves, int32_t unit) {
  const sth_conv2d *conv = &shape->conv;
  const int32_t y = unit / tiling->tiles_x * tiling->tile_h, x = unit % tiling->tiles_x * tiling->tile_w;
  const int32_t h = conv->out_h - y < tiling->tile_h ? conv->out_h - y : tiling->tile_h;
  const int32_t w = conv->out_w - x < tiling->tile_w ? conv->out_w - x : tiling->tile_w;
  sth_band_fill(operands->workspace, operands, shape, tiling, y, x, h, w);

  const int32_t blocks = sth_fold_blocks(conv);
  const uint32_t arithmetic = sth_map_tiling_arithmetic(tiling);
  const float *weights = (const float *)operands->packed + STH_MAP_LANES;
  const sth_band_integers integers = sth_band_count(operands->workspace, tiling, shape, h, w, weights, blocks);
  const int gather = shape->moments && operands->moments != NULL;
  sth_row_moments moments[STH_MAP_PLANAR_CHANNELS] = {{0}};
  float *products = (float *)((char *)operands->workspace + tiling->sums_at);
  sth_gemm_panel panel = {
      .dst_stride = (int64_t)blocks * STH_MAP_LANES,
      .a_row_bytes = (int64_t)tiling->pixel * tiling->element_bytes,
      .a_run_bytes = tiling->row_bytes,
      .runs = conv->kernel_h,
      .depth = sth_map_steps(tiling->pixel, arithmetic),
      .rows = w + conv->kernel_w - 1,
  };
  for (int32_t row = 0; row < h; row++) {
    panel.a = (const char *)operands->workspace + tiling->band_at + row * conv->stride_h * tiling->row_bytes;
    panel.b = integers.panels;
    for (int32_t block = 0; block < blocks; block += panel.blocks) {
      panel.blocks = sth_map_panel_blocks(blocks - block, level->panel_blocks);
      panel.dst = products + block * STH_MAP_LANES;
      sth_map_conv_gemm(level, arithmetic)(&panel);
      sth_band_restore_sums(&panel, &integers, block);
      panel.b = (const char *)panel.b +
                (int64_t)panel.runs * panel.depth * panel.blocks * STH_MAP_LANES * sth_gemm_step_bytes;
    }
    sth_fold_finish_row(operands, conv, products, moves, blocks, (y + row) * operands->dst.h_stride + x, w,
                        gather ? moments : NULL);
  }
  if (gather) {
    sth_fold_record(operands->moments + unit * sth_map_moments_floats(conv->out_c), moments, conv->out_c);
  }
}

STH_INLINE void sth_fold_run(const sth_map_conv_operands *operands, const sth_map_conv *shape,
                             const sth_map_conv_level *level, int32_t begin, int32_t end) {
  const sth_map_tiling tiling = sth_fold_tiling(shape, level);
  sth_lane_bits moves[sth_fold_most_blocks];
  sth_fold_moves(moves, &shape->conv, sth_fold_blocks(&shape->conv));
  for (int32_t unit = begin; unit < end; unit++) sth_fold_run_unit(operands, shape, &tiling, level, moves, unit);
}

#endif  // STYLEHOST_KERNELS_FOLD_CONV_H
