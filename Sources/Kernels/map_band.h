// map_band.h - reads the source under a tile through the lens into a band.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_MAP_BAND_H
#define STYLEHOST_KERNELS_MAP_BAND_H

#include "lanes.h"
#include "map_tiling.h"

// columns[i] = the source column under column x + i of the enlarged, padded picture, or -1 for zero.
STH_INLINE void sth_band_columns(int32_t *columns, const sth_conv2d *conv, int64_t x, int32_t count) {
  const int64_t width = (int64_t)conv->in_w * conv->upsample;
  for (int32_t i = 0; i < count; i++) {
    const int64_t at = sth_lens_coordinate(x + i, width, conv->pad_mode);
    columns[i] = at < 0 ? -1 : (int32_t)at / conv->upsample;
  }
}

// One block of 16 channels of one row: pixels `step` numbers apart. The same pixels `ahead` bytes on are asked
// for: pieces of rows are too short and too far apart for the processor to foresee.
STH_INLINE void sth_band_lanes(void *to, const void *row, int64_t ahead, const int32_t *columns, int32_t count,
                               int32_t step, sth_lanes scale, sth_lanes shift, const int relu, const int from_bf16,
                               const int to_bf16) {
  for (int32_t i = 0; i < count; i++) {
    const int64_t at = (int64_t)columns[i] * STH_MAP_LANES;
    sth_lanes u = 0.0f;
    if (at >= 0) {
      __builtin_prefetch((const char *)row + at * (from_bf16 ? 2 : 4) + ahead);
      u = from_bf16 ? sth_lanes_load_bf16((const uint16_t *)row + at) : sth_lanes_load((const float *)row + at);
      u = sth_lanes_fma(u, scale, shift);
      if (relu) u = sth_lanes_relu(u);
    }
    if (to_bf16) {
      sth_lanes_store_bf16((uint16_t *)to + (int64_t)i * step, u);
    } else {
      sth_lanes_store((float *)to + (int64_t)i * step, u);
    }
  }
}

// One row of a blocked source.
STH_INLINE void sth_band_blocked_row(char *to, const sth_map_conv_operands *operands, const sth_conv2d *conv,
                                     const int32_t *columns, int32_t count, int64_t y, int32_t pixel,
                                     const int from_bf16, const int to_bf16) {
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
    char *lanes = to + block * STH_MAP_LANES * (to_bf16 ? 2 : 4);
    if (conv->in_relu) {
      sth_band_lanes(lanes, row, ahead, columns, count, pixel, scale, shift, 1, from_bf16, to_bf16);
    } else {
      sth_band_lanes(lanes, row, ahead, columns, count, pixel, scale, shift, 0, from_bf16, to_bf16);
    }
  }
}

// One row of a planar source: its few channels go side by side. staging: room for a row of floats, where to_bf16.
STH_INLINE void sth_band_planar_row(char *to, float *staging, const sth_map_conv_operands *operands,
                                    const sth_conv2d *conv, const int32_t *columns, int32_t count, int64_t y,
                                    int32_t pixel, const int to_bf16) {
  const sth_map *src = &operands->src;
  float *place = to_bf16 ? staging : (float *)to;
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
      place[(int64_t)i * pixel + ci] = columns[i] < 0 ? 0.0f : sth_lens_sample(&row, columns[i]);
    }
  }
  if (!to_bf16) return;
  for (int64_t i = 0; i < (int64_t)count * pixel; i += STH_MAP_LANES) {
    sth_lanes_store_bf16((uint16_t *)to + i, sth_lanes_load(staging + i));
  }
}

STH_INLINE void sth_band_rows(char *band, float *staging, const sth_map_conv_operands *operands,
                              const sth_map_conv *shape, const sth_map_tiling *tiling, const int32_t *columns,
                              int32_t count, int64_t top, int32_t rows, const int planar,
                              const int from_bf16, const int to_bf16) {
  const sth_conv2d *conv = &shape->conv;
  for (int32_t r = 0; r < rows; r++) {
    char *to = band + r * tiling->row_bytes;
    const int64_t y = sth_lens_coordinate(top + r, (int64_t)conv->in_h * conv->upsample, conv->pad_mode);
    if (y < 0) {
      __builtin_memset(to, 0, (size_t)((int64_t)count * tiling->pixel * tiling->element_bytes));
    } else if (planar) {
      sth_band_planar_row(to, staging, operands, conv, columns, count, y / conv->upsample, tiling->pixel, to_bf16);
    } else {
      sth_band_blocked_row(to, operands, conv, columns, count, y / conv->upsample, tiling->pixel, from_bf16, to_bf16);
    }
    // An odd number of bfloat16 is multiplied in pairs, the last with a weight of zero: no NaN may stand there.
    if (to_bf16) ((uint16_t *)to)[(int64_t)count * tiling->pixel] = 0;
  }
}

// Fills the band under the tile at output (y, x) of h by w.
STH_INLINE void sth_band_fill(void *workspace, const sth_map_conv_operands *operands, const sth_map_conv *shape,
                              const sth_map_tiling *tiling, int32_t y, int32_t x, int32_t h, int32_t w) {
  const sth_conv2d *conv = &shape->conv;
  int32_t *columns = workspace;
  float *staging = (float *)((char *)workspace + tiling->staging_at);
  char *band = (char *)workspace + tiling->band_at;
  const int32_t rows = (h - 1) * conv->stride_h + conv->kernel_h;
  const int32_t count = (w - 1) * conv->stride_w + conv->kernel_w;
  const int64_t top = (int64_t)y * conv->stride_h - conv->pad_top;
  sth_band_columns(columns, conv, (int64_t)x * conv->stride_w - conv->pad_left, count);

  const int to_bf16 = tiling->element_bytes == 2;
#define STH_BAND_ROWS(planar, from, to) \
  sth_band_rows(band, staging, operands, shape, tiling, columns, count, top, rows, planar, from, to)
  switch (shape->src_format) {
    case STH_MAP_PLANAR_F32: to_bf16 ? STH_BAND_ROWS(1, 0, 1) : STH_BAND_ROWS(1, 0, 0); break;
    case STH_MAP_BLOCKED_F32: to_bf16 ? STH_BAND_ROWS(0, 0, 1) : STH_BAND_ROWS(0, 0, 0); break;
    default: to_bf16 ? STH_BAND_ROWS(0, 1, 1) : STH_BAND_ROWS(0, 1, 0); break;
  }
#undef STH_BAND_ROWS
}

#endif  // STYLEHOST_KERNELS_MAP_BAND_H
