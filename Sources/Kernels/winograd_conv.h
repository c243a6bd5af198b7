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
//
// Behind an enlargement by two with zeros between the pixels (a transposed convolution) the same holds: the taps of a
// kernel of up to 4x4 that meet pixels at all are at most 2x2 for each parity, and stand where those of the other stand.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_WINOGRAD_CONV_H
#define STYLEHOST_KERNELS_WINOGRAD_CONV_H

#include "winograd_input.h"
#include "winograd_output.h"

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
