// direct_conv.h - any convolution on maps as products of rows of a band with panels of weights.
//
// The kernel_w pixels under an output pixel lie side by side in the band, so a row of a tile is one product: as many
// runs as the kernel has rows, each kernel_w pixels deep. packed: bias [out_c padded to 16], then the panels.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_DIRECT_CONV_H
#define STYLEHOST_KERNELS_DIRECT_CONV_H

#include "direct_plan.h"
#include "map_band_integers.h"
#include "map_row_moments.h"

// A row of sums of one block of channels, given its bias, goes into a blocked map; sums keep what was written.
STH_INLINE void sth_direct_store_row(const sth_map *dst, float *sums, int64_t stride, sth_lanes bias,
                                     sth_lane_bits exist, int64_t at, int32_t w, const int dst_bf16) {
  for (int32_t i = 0; i < w; i++) {
    const sth_lanes v = sth_lanes_keep(sth_lanes_load(sums + i * stride) + bias, exist);
    const int64_t place = at + (int64_t)i * STH_MAP_LANES;
    if (dst_bf16) {
      const sth_lane_words words = sth_lanes_to_bf16(v);
      *(sth_lane_words *)((uint16_t *)dst->data + place) = words;
      sth_lanes_store(sums + i * stride, sth_lanes_from_bf16(words));
    } else {
      sth_lanes_stream((float *)dst->data + place, v);
      sth_lanes_store(sums + i * stride, v);
    }
  }
}

// The same into the planes of a planar map.
STH_INLINE void sth_direct_store_planes(const sth_map *dst, float *sums, int64_t stride, sth_lanes bias,
                                        sth_lane_bits exist, int32_t block, int64_t at, int32_t w) {
  const int32_t first = block * STH_MAP_LANES;
  const int32_t count = dst->c - first < STH_MAP_LANES ? dst->c - first : STH_MAP_LANES;
  for (int32_t i = 0; i < w; i++) {
    float *pixel = sums + i * stride;
    sth_lanes_store(pixel, sth_lanes_keep(sth_lanes_load(pixel) + bias, exist));
    for (int32_t c = 0; c < count; c++) ((float *)dst->data)[(first + c) * dst->c_stride + at + i] = pixel[c];
  }
}

// One row of the tile at (y, x), one panel: blocks `first` ... of the output. before: pixels of the unit so far.
STH_INLINE void sth_direct_finish_row(const sth_map_conv_operands *operands, const sth_map_conv *shape, float *sums,
                                      int32_t first, int32_t blocks, int64_t y, int64_t x, int32_t w, float *record,
                                      int32_t before) {
  const sth_map *dst = &operands->dst;
  const int32_t out_lanes = sth_map_blocks(shape->conv.out_c) * STH_MAP_LANES;
  const int64_t stride = (int64_t)blocks * STH_MAP_LANES;
  for (int32_t j = 0; j < blocks; j++) {
    const int32_t block = first + j;
    const sth_lanes bias = sth_lanes_load((const float *)operands->packed + block * STH_MAP_LANES);
    const sth_lane_bits exist = sth_lanes_first(shape->conv.out_c - block * STH_MAP_LANES);
    float *values = sums + j * STH_MAP_LANES;
    const int64_t blocked_at = block * dst->c_stride + y * dst->h_stride + x * STH_MAP_LANES;
    switch (shape->dst_format) {
      case STH_MAP_PLANAR_F32:
        sth_direct_store_planes(dst, values, stride, bias, exist, block, y * dst->h_stride + x, w);
        break;
      case STH_MAP_BLOCKED_F32: sth_direct_store_row(dst, values, stride, bias, exist, blocked_at, w, 0); break;
      default: sth_direct_store_row(dst, values, stride, bias, exist, blocked_at, w, 1); break;
    }
    if (record != NULL) {
      float *mean = record + 16 + block * STH_MAP_LANES;
      sth_map_row_moments_add(mean, mean + out_lanes, (float)before, values, stride, w);
    }
  }
}

STH_INLINE void sth_direct_run_unit(const sth_map_conv_operands *operands, const sth_map_conv *shape,
                                    const sth_map_tiling *tiling, const sth_map_conv_level *level, int32_t unit) {
  const sth_conv2d *conv = &shape->conv;
  const int32_t y = unit / tiling->tiles_x * tiling->tile_h, x = unit % tiling->tiles_x * tiling->tile_w;
  const int32_t h = conv->out_h - y < tiling->tile_h ? conv->out_h - y : tiling->tile_h;
  const int32_t w = conv->out_w - x < tiling->tile_w ? conv->out_w - x : tiling->tile_w;
  sth_band_fill(operands->workspace, operands, shape, tiling, y, x, h, w);

  const int32_t out_blocks = sth_map_blocks(conv->out_c);
  const uint32_t arithmetic = sth_map_tiling_arithmetic(tiling);
  const float *weights = (const float *)operands->packed + out_blocks * STH_MAP_LANES;
  const sth_band_integers integers = sth_band_count(operands->workspace, tiling, shape, h, w, weights, out_blocks);
  const char *band = (const char *)operands->workspace + tiling->band_at;
  float *record = shape->moments && operands->moments != NULL
                      ? operands->moments + unit * sth_map_moments_floats(conv->out_c)
                      : NULL;
  sth_gemm_panel panel = {
      .dst = (float *)((char *)operands->workspace + tiling->sums_at),
      .a_row_bytes = (int64_t)conv->stride_w * tiling->pixel * tiling->element_bytes,
      .a_run_bytes = tiling->row_bytes,
      .b = integers.panels,
      .runs = conv->kernel_h,
      .depth = sth_map_steps(conv->kernel_w * tiling->pixel, arithmetic),
      .rows = w,
  };
  for (int32_t block = 0; block < out_blocks; block += panel.blocks) {
    panel.blocks = sth_map_panel_blocks(out_blocks - block, level->panel_blocks);
    panel.dst_stride = panel.blocks * STH_MAP_LANES;
    for (int32_t row = 0; row < h; row++) {
      panel.a = band + (int64_t)row * conv->stride_h * tiling->row_bytes;
      sth_map_conv_gemm(level, arithmetic)(&panel);
      sth_band_restore_sums(&panel, &integers, block);
      sth_direct_finish_row(operands, shape, panel.dst, block, panel.blocks, y + row, x, w, record, row * w);
    }
    panel.b = (const char *)panel.b +
              (int64_t)panel.runs * panel.depth * panel.blocks * STH_MAP_LANES * sth_gemm_step_bytes;
  }
  if (record != NULL) record[0] = (float)((int64_t)h * w);
}

STH_INLINE void sth_direct_run(const sth_map_conv_operands *operands, const sth_map_conv *shape,
                               const sth_map_conv_level *level, int32_t begin, int32_t end) {
  const sth_map_tiling tiling = sth_direct_tiling(shape, level);
  for (int32_t unit = begin; unit < end; unit++) sth_direct_run_unit(operands, shape, &tiling, level, unit);
}

#endif  // STYLEHOST_KERNELS_DIRECT_CONV_H
