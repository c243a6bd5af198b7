// map_depthwise_lanes.h - a convolution of each channel of a blocked map by itself, for the vector levels.
//
// Rows of the kernel are placed once for a row of the output. Columns are placed where the window reaches out at left or
// right; between, the pixels of a window follow each other.
#ifndef STYLEHOST_KERNELS_MAP_DEPTHWISE_LANES_H
#define STYLEHOST_KERNELS_MAP_DEPTHWISE_LANES_H

#include "map_lanes.h"
#include "map_levels.h"

enum { sth_depthwise_most_rows = 32 };  // of a kernel; taller ones are left to the reference

// What the pixels of one row of the output are made of, for one block of channels.
typedef struct sth_depthwise_row {
  const void *data;
  int64_t rows[sth_depthwise_most_rows];  // the first element of the source's row, or -1 for zeros
  sth_lane_lens lens;
  sth_lanes bias;
  const float *weights;
  int64_t tap;  // floats between the weights of a tap and those of the next
} sth_depthwise_row;

// An output pixel whose window begins at column `left` and lies inside, but for rows.
STH_INLINE sth_lanes sth_depthwise_inside(const sth_depthwise_row *row, int64_t left, const int32_t kernel_h,
                                          const int32_t kernel_w, const uint32_t format) {
  sth_lanes sum = row->bias;
  const float *weights = row->weights;
  for (int32_t ky = 0; ky < kernel_h; ky++, weights += kernel_w * row->tap) {
    if (row->rows[ky] < 0) continue;
    const int64_t at = row->rows[ky] + left * STH_MAP_LANES;
    for (int32_t kx = 0; kx < kernel_w; kx++) {
      const sth_lanes v = sth_map_lanes_read(row->data, at + kx * STH_MAP_LANES, format);
      sum = sth_lanes_fma(sth_lane_lens_look(&row->lens, v), sth_lanes_load(weights + kx * row->tap), sum);
    }
  }
  return sum;
}

// One whose window may reach out at left and right of the n columns.
STH_INLINE sth_lanes sth_depthwise_at_border(const sth_depthwise_row *row, const sth_map_depthwise *conv, int64_t left,
                                             int64_t n, const uint32_t format) {
  sth_lanes sum = row->bias;
  for (int32_t ky = 0; ky < conv->kernel_h; ky++) {
    if (row->rows[ky] < 0) continue;
    for (int32_t kx = 0; kx < conv->kernel_w; kx++) {
      const int64_t x = sth_lens_coordinate(left + kx, n, conv->pad_mode);
      if (x < 0) continue;
      const sth_lanes v = sth_map_lanes_read(row->data, row->rows[ky] + x * STH_MAP_LANES, format);
      const float *weights = row->weights + (ky * conv->kernel_w + kx) * row->tap;
      sum = sth_lanes_fma(sth_lane_lens_look(&row->lens, v), sth_lanes_load(weights), sum);
    }
  }
  return sum;
}

// One row of one block from element `out` on.
STH_INLINE void sth_depthwise_run(const sth_map *dst, int64_t out, const sth_depthwise_row *row, const sth_map *src,
                                  const sth_map_depthwise *conv, const uint32_t format) {
  for (int32_t x = 0; x < dst->w; x++) {
    const int64_t left = (int64_t)x * conv->stride_w - conv->pad_left;
    sth_lanes sum;
    if (left < 0 || left + conv->kernel_w > src->w) {
      sum = sth_depthwise_at_border(row, conv, left, src->w, format);
    } else if (conv->kernel_h == 3 && conv->kernel_w == 3) {  // the usual one without loops
      sum = sth_depthwise_inside(row, left, 3, 3, format);
    } else {
      sum = sth_depthwise_inside(row, left, conv->kernel_h, conv->kernel_w, format);
    }
    sth_map_lanes_write(dst->data, out + (int64_t)x * STH_MAP_LANES, sum, format);
  }
}

STH_INLINE void sth_map_depthwise_rows(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                                       int32_t begin, int32_t end, const uint32_t format) {
  const sth_map *src = &source->map;
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    sth_depthwise_row row = {
        .data = src->data,
        .lens = sth_lane_lens_of(source, block),
        .bias = 0.0f,
        .weights = conv->weights + block * STH_MAP_LANES,
        .tap = (int64_t)sth_map_blocks(dst->c) * STH_MAP_LANES,
    };
    if (conv->bias != NULL) row.bias = sth_lanes_load(conv->bias + block * STH_MAP_LANES);
    for (int32_t y = begin; y < end; y++) {
      for (int32_t ky = 0; ky < conv->kernel_h; ky++) {
        const int64_t from = (int64_t)y * conv->stride_h + ky - conv->pad_top;
        const int64_t at = sth_lens_coordinate(from, src->h, conv->pad_mode);
        row.rows[ky] = at < 0 ? -1 : sth_map_row_at(src, block, at);
      }
      sth_depthwise_run(dst, sth_map_row_at(dst, block, y), &row, src, conv, format);
    }
  }
}

STH_INLINE void sth_map_depthwise_lanes(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                                        int32_t begin, int32_t end) {
  if (!sth_map_is_blocked(dst) || conv->kernel_h > sth_depthwise_most_rows) {
    sth_map_depthwise_reference(dst, source, conv, begin, end);
  } else if (dst->format == STH_MAP_BLOCKED_BF16) {
    sth_map_depthwise_rows(dst, source, conv, begin, end, STH_MAP_BLOCKED_BF16);
  } else {
    sth_map_depthwise_rows(dst, source, conv, begin, end, STH_MAP_BLOCKED_F32);
  }
}

#endif  // STYLEHOST_KERNELS_MAP_DEPTHWISE_LANES_H
