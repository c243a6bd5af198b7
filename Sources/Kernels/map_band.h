// map_band.h - reads the source under a tile through the lens into a band of floats.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_MAP_BAND_H
#define STYLEHOST_KERNELS_MAP_BAND_H

#include "lanes.h"
#include "map_tiling.h"

// The source coordinate under coordinate i of the enlarged, padded axis of n pixels; -1 is zero.
STH_INLINE int32_t sth_band_source(int64_t i, int64_t n, const sth_map_conv *shape) {
  const int64_t by = shape->conv.upsample, at = sth_lens_coordinate(i, n * by, shape->conv.pad_mode);
  return at < 0 || (shape->stuffed && at % by != 0) ? -1 : (int32_t)(at / by);
}

// columns[i] = the source column under column x + i of the enlarged, padded picture, or -1 for zero.
STH_INLINE void sth_band_columns(int32_t *columns, const sth_map_conv *shape, int64_t x, int32_t count) {
  for (int32_t i = 0; i < count; i++) columns[i] = sth_band_source(x + i, shape->conv.in_w, shape);
}

// One block of 16 channels of one row: pixels `step` numbers apart. The same pixels `ahead` bytes on are asked
// for: pieces of rows are too short and too far apart for the processor to foresee.
STH_INLINE void sth_band_lanes(float *to, const void *row, int64_t ahead, const int32_t *columns, int32_t count,
                               int32_t step, sth_lanes scale, sth_lanes shift, const int relu, const int from_bf16) {
  for (int32_t i = 0; i < count; i++) {
    const int64_t at = (int64_t)columns[i] * STH_MAP_LANES;
    sth_lanes u = 0.0f;
    if (at >= 0) {
      __builtin_prefetch((const char *)row + at * (from_bf16 ? 2 : 4) + ahead);
      u = from_bf16 ? sth_lanes_load_bf16((const uint16_t *)row + at) : sth_lanes_load((const float *)row + at);
      u = sth_lanes_fma(u, scale, shift);
      if (relu) u = sth_lanes_relu(u);
    }
    sth_lanes_store(to + (int64_t)i * step, u);
  }
}

// One row of a blocked source.
STH_INLINE void sth_band_blocked_row(float *to, const sth_map_conv_operands *operands, const sth_conv2d *conv,
                                     const int32_t *columns, int32_t count, int64_t y, int32_t pixel,
                                     const int from_bf16) {
  const sth_map *src = &operands->src;
  for (int32_t block = 0; block * STH_MAP_LANES < pixel; block++) {
    const int64_t at = block * src->c_stride + y * src->h_stride;
    const void *row = from_bf16 ? (const void *)((const uint16_t *)src->data + at)
                                : (const void *)((const float *)src->data + at);
    sth_lanes scale = 1.0f, shift = 0.0f;
    if (operands->in_scale != NULL) {
      scale = sth_lanes_load(operands->in_scale + block * STH_MAP_LANES);
      shift = sth_lanes_load(operands->in_shift + block * STH_MAP_LANES);
    }
    const int64_t ahead = src->h_stride * (from_bf16 ? 2 : 4);
    float *lanes = to + block * STH_MAP_LANES;
    if (conv->in_relu) {
      sth_band_lanes(lanes, row, ahead, columns, count, pixel, scale, shift, 1, from_bf16);
    } else {
      sth_band_lanes(lanes, row, ahead, columns, count, pixel, scale, shift, 0, from_bf16);
    }
  }
}

// One row of a planar source: its few channels go side by side.
STH_INLINE void sth_band_planar_row(float *to, const sth_map_conv_operands *operands, const sth_conv2d *conv,
                                    const int32_t *columns, int32_t count, int64_t y, int32_t pixel) {
  const sth_map *src = &operands->src;
  for (int32_t ci = 0; ci < pixel; ci++) {
    sth_lens_row row = {
        .data = (const float *)src->data + ci * src->c_stride + y * src->h_stride,
        .scale = 1.0f,
        .shift = 0.0f,
        .relu = conv->in_relu,
    };
    if (operands->in_scale != NULL) {
      row.scale = operands->in_scale[ci];
      row.shift = operands->in_shift[ci];
    }
    for (int32_t i = 0; i < count; i++) {
      to[(int64_t)i * pixel + ci] = columns[i] < 0 ? 0.0f : sth_lens_sample(&row, columns[i]);
    }
  }
}

// Fills the band under the tile at output (y, x) of h by w.
STH_INLINE void sth_band_fill(void *workspace, const sth_map_conv_operands *operands, const sth_map_conv *shape,
                              const sth_map_tiling *tiling, int32_t y, int32_t x, int32_t h, int32_t w) {
  const sth_conv2d *conv = &shape->conv;
  int32_t *columns = workspace;
  const int32_t pixel = tiling->pixel, rows = (h - 1) * conv->stride_h + conv->kernel_h;
  const int32_t count = (w - 1) * conv->stride_w + conv->kernel_w;
  sth_band_columns(columns, shape, (int64_t)x * conv->stride_w - conv->pad_left, count);

  for (int32_t r = 0; r < rows; r++) {
    float *to = (float *)((char *)workspace + tiling->floats_at + r * tiling->floats_row_bytes);
    const int64_t top = (int64_t)y * conv->stride_h - conv->pad_top;
    const int32_t row = sth_band_source(top + r, conv->in_h, shape);
    if (row < 0) {
      __builtin_memset(to, 0, (size_t)count * (size_t)pixel * sizeof(float));
    } else if (shape->src_format == STH_MAP_PLANAR_F32) {
      sth_band_planar_row(to, operands, conv, columns, count, row, pixel);
    } else if (shape->src_format == STH_MAP_BLOCKED_F32) {
      sth_band_blocked_row(to, operands, conv, columns, count, row, pixel, 0);
    } else {
      sth_band_blocked_row(to, operands, conv, columns, count, row, pixel, 1);
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_BAND_H
