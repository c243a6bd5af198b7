// winograd_conv.h - 3x3 convolutions of stride 1 with fewer multiplications (Winograd 1980; Lavin and Gray 2015).
//
// A tile of m x m outputs follows from a window of (m + 2) x (m + 2) inputs: Y = A' [(G g G') . (B' d B)] A. The product in
// the middle, taken for all channels and many tiles, is one small matrix product per position of the window. A unit is a
// batch of tiles small enough for a core's L2: windows are read through the lens and transformed (V), multiplied with the
// packed weights (M), transformed back, given their bias, counted for the statistics and stored.
//
// Behind a nearest enlargement by two, an output pixel sees at most 2x2 different inputs: the 3x3 kernel becomes four
// kernels, one for each parity of the output's row and column. They are 3x3 kernels on the small map in whose first or
// last row and column zeros stand; a transformed kernel is then zero along one edge of the window, so that (m + 1)^2
// positions remain, and all four share one V.
#ifndef STYLEHOST_KERNELS_WINOGRAD_CONV_H
#define STYLEHOST_KERNELS_WINOGRAD_CONV_H

#include "lanes.h"
#include "integers.h"
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

// A' d for one row or column.
STH_INLINE void sth_winograd_out(sth_lanes *o, const sth_lanes *d, const int n) {
  const sth_lanes s1 = d[1] + d[2], t1 = d[1] - d[2], s2 = d[3] + d[4], t2 = d[3] - d[4];
  if (n == 6) {
    o[0] = d[0] + s1 + s2;
    o[1] = sth_lanes_fma(t2, 2.0f, t1);
    o[2] = sth_lanes_fma(s2, 4.0f, s1);
    o[3] = sth_lanes_fma(t2, 8.0f, t1) + d[5];
    return;
  }
  const sth_lanes s3 = d[5] + d[6], t3 = d[5] - d[6];
  o[0] = d[0] + s1 + (s2 + s3);
  o[1] = sth_lanes_fma(t2, 2.0f, sth_lanes_fma(t3, 0.5f, t1));
  o[2] = sth_lanes_fma(s2, 4.0f, sth_lanes_fma(s3, 0.25f, s1));
  o[3] = sth_lanes_fma(t2, 8.0f, sth_lanes_fma(t3, 0.125f, t1));
  o[4] = sth_lanes_fma(s2, 16.0f, sth_lanes_fma(s3, 0.0625f, s1));
  o[5] = sth_lanes_fma(t2, 32.0f, sth_lanes_fma(t3, 0.03125f, t1)) + d[7];
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
  const int64_t y = (int64_t)(tile / plan->tiles_x) * plan->m - conv->pad_top;
  const int64_t x = (int64_t)(tile % plan->tiles_x) * plan->m - conv->pad_left;
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

// What a step of a panel's products is worth at each position that is kept.
STH_INLINE void sth_winograd_factors(float *factors, const float *steps, const float *scales,
                                     const sth_winograd_plan *plan, int phase, int32_t blocks) {
  for (int i = 0; i < plan->n; i++) {
    if (sth_winograd_is_zero(plan, phase >> 1, i)) continue;
    for (int j = 0; j < plan->n; j++) {
      if (sth_winograd_is_zero(plan, phase & 1, j)) continue;
      const int position = i * plan->n + j;
      for (int32_t k = 0; k < blocks; k++) {
        sth_lanes_store(factors + position * plan->m_row_floats + k * STH_MAP_LANES,
                        sth_lanes_load(scales + k * STH_MAP_LANES) * steps[position]);
      }
      scales += blocks * STH_MAP_LANES;
    }
  }
}

// Statistics of one block of channels while a unit is written: sums of the distance from a first value.
typedef struct sth_winograd_moments {
  _Alignas(64) sth_lanes pivot;
  sth_lanes sum, squares;
  int64_t pixels;
} sth_winograd_moments;
_Static_assert(sizeof(sth_winograd_moments) == sth_winograd_moments_bytes, "as planned");

// One tile and one block back from M, with bias, into the map. factors: NULL where M is not counted in steps.
STH_INLINE void sth_winograd_restore_tile(const sth_map *dst, sth_winograd_moments *moments, const float *products,
                                          const float *factors, const sth_winograd_plan *plan, sth_lanes bias,
                                          int32_t block, int32_t tile, int phase, const int n, const int phases,
                                          const int dst_bf16) {
  const int m = n - 2;
  const int row_parity = phase >> 1, column_parity = phase & 1;
  sth_lanes columns[sth_winograd_most_n][sth_winograd_most_n];
#pragma clang loop unroll(disable)
  for (int j = 0; j < n; j++) {
    if (phases == 4 && j == (column_parity ? 0 : n - 1)) {
#pragma clang loop unroll(full)
      for (int i = 0; i < m; i++) columns[j][i] = 0.0f;
      continue;
    }
    sth_lanes d[sth_winograd_most_n];
#pragma clang loop unroll(full)
    for (int i = 0; i < n; i++) {
      d[i] = sth_lanes_load(products + (i * n + j) * plan->m_position_floats);
      if (factors != NULL) d[i] *= sth_lanes_load(factors + (i * n + j) * plan->m_row_floats);
    }
    if (phases == 4) {
      if (row_parity) d[0] = 0.0f;
      else d[n - 1] = 0.0f;
    }
    sth_winograd_out(columns[j], d, n);
  }

  const int64_t step = phases == 4 ? 2 : 1;
  const int64_t y0 = (int64_t)(tile / plan->tiles_x) * m * step + row_parity;
  const int64_t x0 = (int64_t)(tile % plan->tiles_x) * m * step + column_parity;
  const int64_t block_at = block * dst->c_stride;
  sth_winograd_moments counted = *moments;
  const int whole = y0 + (m - 1) * step < dst->h && x0 + (m - 1) * step < dst->w;
#pragma clang loop unroll(disable)
  for (int i = 0; i < m; i++) {
    if (y0 + i * step >= dst->h) break;
    sth_lanes d[sth_winograd_most_n], o[sth_winograd_most_n];
#pragma clang loop unroll(full)
    for (int j = 0; j < n; j++) d[j] = columns[j][i];
    sth_winograd_out(o, d, n);
    const int64_t row_at = block_at + (y0 + i * step) * dst->h_stride;
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++) {
      const int64_t x = x0 + j * step;
      if (!whole && x >= dst->w) break;
      const sth_lanes y = o[j] + bias;
      if (i == 0 && j == 0 && counted.pixels == 0) counted.pivot = y;
      const sth_lanes distance = y - counted.pivot;
      counted.sum += distance;
      counted.squares = sth_lanes_fma(distance, distance, counted.squares);
      counted.pixels++;
      if (dst_bf16) {
        sth_lanes_store_bf16((uint16_t *)dst->data + row_at + x * STH_MAP_LANES, y);
      } else {
        sth_lanes_stream((float *)dst->data + row_at + x * STH_MAP_LANES, y);
      }
    }
  }
  *moments = counted;
}

// The record of a unit, one block of it.
STH_INLINE void sth_winograd_record(float *record, const sth_winograd_moments *moments, int32_t block, int32_t blocks) {
  const float pixels = (float)moments->pixels;
  const sth_lanes mean = moments->sum / pixels;
  const sth_lanes deviations = moments->squares - moments->sum * mean;
  float *place = record + 16 + block * STH_MAP_LANES;
  record[0] = pixels;
  sth_lanes_store(place, moments->pivot + mean);
  sth_lanes_store(place + blocks * STH_MAP_LANES, sth_lanes_relu(deviations));
}

// Multiplies V with the weights of one panel and restores its blocks.
STH_INLINE void sth_winograd_run_panel(const sth_map_conv_operands *operands, const sth_winograd_plan *plan,
                                       const sth_map_conv_level *level, sth_winograd_moments *moments, const char *weights,
                                       const float *bias, int32_t block, int32_t blocks, int32_t first, int32_t count,
                                       int phase, const int n, const int phases, const int dst_bf16) {
  char *v = operands->workspace;
  float *products = (float *)(v + plan->m_at), *factors = (float *)(v + plan->factors_at);
  if (plan->int16) {
    sth_winograd_factors(factors, (const float *)(v + plan->steps_at), (const float *)weights, plan, phase, blocks);
    weights += sth_winograd_scale_floats(plan, blocks) * 4;
  }
  sth_gemm_panel panel = {
      .dst_stride = plan->m_row_floats,
      .a_row_bytes = plan->steps * sth_gemm_step_bytes,
      .runs = 1,
      .depth = (int32_t)plan->steps,
      .rows = count,
      .blocks = blocks,
  };
  for (int i = 0; i < n; i++) {
    if (sth_winograd_is_zero(plan, phase >> 1, i)) continue;
    for (int j = 0; j < n; j++) {
      if (sth_winograd_is_zero(plan, phase & 1, j)) continue;
      const int position = i * n + j;
      panel.dst = products + position * plan->m_position_floats;
      panel.a = v + position * plan->v_position_bytes;
      panel.b = weights;
      (plan->int16 ? level->int16 : level->f32)(&panel);
      weights += sth_winograd_position_bytes(plan, blocks);
    }
  }
  for (int32_t k = 0; k < blocks; k++) {
    const sth_lanes block_bias = sth_lanes_load(bias + (block + k) * STH_MAP_LANES);
    const int64_t lanes = k * STH_MAP_LANES;
    for (int32_t t = 0; t < count; t++) {
      const float *tile = products + t * plan->m_row_floats + lanes;
      if (plan->int16) {
        sth_winograd_restore_tile(&operands->dst, &moments[block + k], tile, factors + lanes, plan, block_bias,
                                  block + k, first + t, phase, n, phases, dst_bf16);
      } else {
        sth_winograd_restore_tile(&operands->dst, &moments[block + k], tile, NULL, plan, block_bias, block + k,
                                  first + t, phase, n, phases, dst_bf16);
      }
    }
  }
}

STH_INLINE void sth_winograd_run_unit(const sth_map_conv_operands *operands, const sth_map_conv *shape,
                                      const sth_winograd_plan *plan, const sth_map_conv_level *level, int32_t unit,
                                      const int n, const int phases, const int dst_bf16) {
  const int32_t total = plan->tiles_y * plan->tiles_x, first = unit * plan->batch;
  const int32_t count = total - first < plan->batch ? total - first : plan->batch;
  char *v = operands->workspace;
  if (shape->src_format == STH_MAP_BLOCKED_BF16) {
    sth_winograd_transform_batch(v, operands, shape, plan, first, count, n, 1);
  } else {
    sth_winograd_transform_batch(v, operands, shape, plan, first, count, n, 0);
  }
  if (plan->int16) sth_winograd_count_batch(v, (float *)(v + plan->steps_at), shape, plan, count);

  const int32_t blocks = sth_map_blocks(shape->conv.out_c);
  sth_winograd_moments *moments = (sth_winograd_moments *)(v + plan->moments_at);
  for (int32_t block = 0; block < blocks; block++) moments[block] = (sth_winograd_moments){.pixels = 0};
  const float *bias = operands->packed;
  const char *weights = (const char *)(bias + blocks * STH_MAP_LANES);
  for (int phase = 0; phase < phases; phase++) {
    int32_t width;
    for (int32_t block = 0; block < blocks; block += width) {
      width = sth_map_panel_blocks(blocks - block, level->panel_blocks);
      sth_winograd_run_panel(operands, plan, level, moments, weights, bias, block, width, first, count, phase, n, phases,
                             dst_bf16);
      weights += sth_winograd_panel_bytes(plan, width);
    }
  }
  if (operands->moments == NULL) return;
  float *record = operands->moments + unit * sth_map_moments_floats(shape->conv.out_c);
  for (int32_t block = 0; block < blocks; block++) sth_winograd_record(record, moments + block, block, blocks);
}

STH_INLINE void sth_winograd_run_units(const sth_map_conv_operands *operands, const sth_map_conv *shape,
                                       const sth_winograd_plan *plan, const sth_map_conv_level *level, int32_t begin,
                                       int32_t end, const int n, const int phases) {
  for (int32_t unit = begin; unit < end; unit++) {
    if (shape->dst_format == STH_MAP_BLOCKED_BF16) {
      sth_winograd_run_unit(operands, shape, plan, level, unit, n, phases, 1);
    } else {
      sth_winograd_run_unit(operands, shape, plan, level, unit, n, phases, 0);
    }
  }
}

STH_INLINE void sth_winograd_run(const sth_map_conv_operands *operands, const sth_map_conv *shape,
                                 const sth_map_conv_level *level, int32_t begin, int32_t end) {
  const sth_winograd_plan plan = sth_winograd_plan_for(shape, level);
  if (plan.n == 6) {
    if (plan.phases == 4) sth_winograd_run_units(operands, shape, &plan, level, begin, end, 6, 4);
    else sth_winograd_run_units(operands, shape, &plan, level, begin, end, 6, 1);
  } else {
    if (plan.phases == 4) sth_winograd_run_units(operands, shape, &plan, level, begin, end, 8, 4);
    else sth_winograd_run_units(operands, shape, &plan, level, begin, end, 8, 1);
  }
}

#endif  // STYLEHOST_KERNELS_WINOGRAD_CONV_H
