// winograd_input.h - windows of the source, read through the lens and transformed: V.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_WINOGRAD_INPUT_H
#define STYLEHOST_KERNELS_WINOGRAD_INPUT_H

#include "integers.h"
#include "lanes.h"
#include "winograd_plan.h"

// B' d for one row or column. Points 0, 1, -1, 2, -2 (n = 6), and 1/2, -1/2 (n = 8), and infinity.
STH_INLINE void sth_winograd_in(sth_lanes *o, const sth_lanes *d, const int n) {
  if (n == 6) {
    const sth_lanes even = sth_lanes_fma(d[2], -4.0f, d[4]), odd = sth_lanes_fma(d[1], -4.0f, d[3]);
    const sth_lanes near = d[4] - d[2], far = (d[3] - d[1]) * 2.0f;
    o[0] = sth_lanes_fma(d[0], 4.0f, sth_lanes_fma(d[2], -5.0f, d[4]));
    o[1] = even + odd;
    o[2] = even - odd;
    o[3] = near + far;
    o[4] = near - far;
    o[5] = sth_lanes_fma(d[1], 4.0f, sth_lanes_fma(d[3], -5.0f, d[5]));
    return;
  }
  const sth_lanes even1 = sth_lanes_fma(d[4], -4.25f, d[2] + d[6]), odd1 = sth_lanes_fma(d[3], -4.25f, d[1] + d[5]);
  const sth_lanes even2 = sth_lanes_fma(d[2], 0.25f, sth_lanes_fma(d[4], -1.25f, d[6]));
  const sth_lanes odd2 = sth_lanes_fma(d[1], 0.5f, sth_lanes_fma(d[3], -2.5f, d[5] * 2.0f));
  const sth_lanes even3 = sth_lanes_fma(d[2], 4.0f, sth_lanes_fma(d[4], -5.0f, d[6]));
  const sth_lanes odd3 = sth_lanes_fma(d[1], 2.0f, sth_lanes_fma(d[3], -2.5f, d[5] * 0.5f));
  o[0] = sth_lanes_fma(d[4] - d[2], 5.25f, d[0] - d[6]);
  o[1] = even1 + odd1;
  o[2] = even1 - odd1;
  o[3] = even2 + odd2;
  o[4] = even2 - odd2;
  o[5] = even3 + odd3;
  o[6] = even3 - odd3;
  o[7] = sth_lanes_fma(d[3] - d[5], 5.25f, d[7] - d[1]);
}

// Where the rows and columns of a window lie in the source: elements from its start, or -1 for zero.
typedef struct sth_winograd_window {
  int64_t rows[sth_winograd_most_n], columns[sth_winograd_most_n];
} sth_winograd_window;

STH_INLINE int sth_winograd_place_window(sth_winograd_window *window, const sth_winograd_plan *plan,
                                         const sth_map_conv *shape, int64_t h_stride, int32_t tile) {
  const sth_conv2d *conv = &shape->conv;
  // What mirrors the enlarged map's edge repeats that of the small one.
  const int repeats = plan->phases == 4 && conv->pad_mode == STH_PAD_REFLECT;
  const uint32_t mode = repeats ? STH_PAD_REPLICATE : conv->pad_mode;
  // A phase sees one pixel of the small map around its own, however large the kernel on the enlarged one.
  const int64_t y = (int64_t)(tile / plan->tiles_x) * plan->m - (plan->phases == 4 ? 1 : conv->pad_top);
  const int64_t x = (int64_t)(tile % plan->tiles_x) * plan->m - (plan->phases == 4 ? 1 : conv->pad_left);
  int zeros = 0;
  for (int i = 0; i < plan->n; i++) {
    const int64_t row = sth_lens_coordinate(y + i, conv->in_h, mode);
    const int64_t column = sth_lens_coordinate(x + i, conv->in_w, mode);
    zeros |= row < 0 || column < 0;
    window->rows[i] = row < 0 ? -1 : row * h_stride;
    window->columns[i] = column < 0 ? -1 : column * STH_MAP_LANES;
  }
  return zeros;
}

// V of one tile and one block of channels. src: the block's first element.
STH_INLINE void sth_winograd_transform_window(char *v, int64_t v_position_bytes, const void *src,
                                              const sth_winograd_window *window, sth_lanes scale, sth_lanes shift,
                                              sth_lanes floor, const int n, const int zeros, const int src_bf16) {
  sth_lanes rows[sth_winograd_most_n][sth_winograd_most_n];
  // The same place in the next tile: pieces of rows are too short and too far apart for the processor to foresee.
  const int64_t ahead = (int64_t)(n - 2) * STH_MAP_LANES;
#pragma clang loop unroll(disable)
  for (int i = 0; i < n; i++) {
    sth_lanes d[sth_winograd_most_n];
    const int64_t row = window->rows[i];
#pragma clang loop unroll(full)
    for (int j = 0; j < n; j++) {
      const int64_t column = window->columns[j];
      if (zeros && (row < 0 || column < 0)) {
        d[j] = 0.0f;
        continue;
      }
      const int64_t at = row + column;
      if (!src_bf16 || j % 2 == 0) __builtin_prefetch((const char *)src + (at + ahead) * (src_bf16 ? 2 : 4));
      const sth_lanes u =
          src_bf16 ? sth_lanes_load_bf16((const uint16_t *)src + at) : sth_lanes_load((const float *)src + at);
      const sth_lanes scaled = sth_lanes_fma(u, scale, shift);
      d[j] = floor > scaled ? floor : scaled;
    }
    sth_winograd_in(rows[i], d, n);
  }
#pragma clang loop unroll(disable)
  for (int j = 0; j < n; j++) {
    sth_lanes d[sth_winograd_most_n], o[sth_winograd_most_n];
#pragma clang loop unroll(full)
    for (int i = 0; i < n; i++) d[i] = rows[i][j];
    sth_winograd_in(o, d, n);
#pragma clang loop unroll(full)
    for (int i = 0; i < n; i++) sth_lanes_store((float *)(v + (i * n + j) * v_position_bytes), o[i]);
  }
}

// V of a batch.
STH_INLINE void sth_winograd_transform_batch(char *v, const sth_map_conv_operands *operands, const sth_map_conv *shape,
                                             const sth_winograd_plan *plan, int32_t first, int32_t count, const int n,
                                             const int src_bf16) {
  const sth_map *src = &operands->src;
  const int64_t element = src_bf16 ? 2 : 4, tile_bytes = (int64_t)sth_map_blocks(shape->conv.in_c) * STH_MAP_LANES * 4;
  const sth_lanes floor = shape->conv.in_relu ? 0.0f : -__builtin_inff();
  for (int32_t t = 0; t < count; t++) {
    sth_winograd_window window;
    const int zeros = sth_winograd_place_window(&window, plan, shape, src->h_stride, first + t);
    for (int32_t block = 0; block < sth_map_blocks(shape->conv.in_c); block++) {
      sth_lanes scale = 1.0f, shift = 0.0f;
      if (operands->in_scale != NULL) {
        scale = sth_lanes_load(operands->in_scale + block * STH_MAP_LANES);
        shift = sth_lanes_load(operands->in_shift + block * STH_MAP_LANES);
      }
      const char *data = (const char *)src->data + block * src->c_stride * element;
      char *place = v + t * tile_bytes + block * STH_MAP_LANES * 4;
      if (zeros) {
        sth_winograd_transform_window(place, plan->v_position_bytes, data, &window, scale, shift, floor, n, 1, src_bf16);
      } else {
        sth_winograd_transform_window(place, plan->v_position_bytes, data, &window, scale, shift, floor, n, 0, src_bf16);
      }
    }
  }
}

// V of a batch in integers, in place, each position by a range of its own: V = integer * step.
STH_INLINE void sth_winograd_count_batch(char *v, float *steps, const sth_map_conv *shape, const sth_winograd_plan *plan,
                                         int32_t count) {
  const int32_t channels = sth_map_blocks(shape->conv.in_c) * STH_MAP_LANES;
  const int64_t numbers = (int64_t)count * channels;
  const float limit = sth_int16_limit(channels);
  for (int position = 0; position < plan->n * plan->n; position++) {
    const float *floats = (const float *)(v + position * plan->v_position_bytes);
    sth_lanes largest = 0.0f;
    for (int64_t i = 0; i < numbers; i += STH_MAP_LANES) {
      const sth_lanes size = __builtin_elementwise_abs(sth_lanes_load(floats + i));
      largest = size > largest ? size : largest;
    }
    const float range = sth_lanes_largest(largest);
    const float inverse = range > 0.0f ? limit / range : 0.0f;
    // Each integer takes half the room of its float, so none is overwritten before it is read.
    uint16_t *integers = (uint16_t *)(v + position * plan->v_position_bytes);
    for (int64_t i = 0; i < numbers; i += STH_MAP_LANES) {
      sth_lanes_store_int16(integers + i, sth_lanes_load(floats + i) * inverse);
    }
    steps[position] = range / limit;
  }
}

#endif  // STYLEHOST_KERNELS_WINOGRAD_INPUT_H
