// winograd_pack.h - the weights of a convolution transformed for Winograd tiles.
//
// packed: bias [out_c padded to 16], then for each phase, for each panel: for integers what a step is worth, [position][lane];
// then for each position that is not zero [step][lane].
#ifndef STYLEHOST_KERNELS_WINOGRAD_PACK_H
#define STYLEHOST_KERNELS_WINOGRAD_PACK_H

#include "lanes.h"
#include "integers.h"
#include "winograd_plan.h"

// Rows of G, for the points of winograd_input.h.
static const float sth_winograd_transform6[6][3] = {
    {0.25f, 0.0f, 0.0f},           {-1 / 6.0f, -1 / 6.0f, -1 / 6.0f},   {-1 / 6.0f, 1 / 6.0f, -1 / 6.0f},
    {1 / 24.0f, 1 / 12.0f, 1 / 6.0f}, {1 / 24.0f, -1 / 12.0f, 1 / 6.0f}, {0.0f, 0.0f, 1.0f},
};
static const float sth_winograd_transform8[8][3] = {
    {1.0f, 0.0f, 0.0f},
    {-2 / 9.0f, -2 / 9.0f, -2 / 9.0f},
    {-2 / 9.0f, 2 / 9.0f, -2 / 9.0f},
    {1 / 90.0f, 1 / 45.0f, 2 / 45.0f},
    {1 / 90.0f, -1 / 45.0f, 2 / 45.0f},
    {32 / 45.0f, 16 / 45.0f, 8 / 45.0f},
    {32 / 45.0f, -16 / 45.0f, 8 / 45.0f},
    {0.0f, 0.0f, 1.0f},
};

// The taps of a phase along one axis: of the three on the enlarged map, two meet the same pixel of the small one.
STH_INLINE void sth_winograd_fold_taps(sth_lanes taps[3], int parity) {
  if (parity == 0) {
    taps[1] += taps[2];
    taps[2] = 0.0f;
  } else {
    taps[1] += taps[0];
    taps[0] = 0.0f;
  }
}

// One tap of the kernels of 16 output channels from `co` on for input channel ci, zero beyond the last channel.
STH_INLINE sth_lanes sth_winograd_tap(const float *weights, const sth_conv2d *conv, int32_t co, int32_t ci, int tap) {
  const int64_t taps = (int64_t)conv->kernel_h * conv->kernel_w;
  sth_lanes lanes = 0.0f;
  for (int lane = 0; lane < STH_MAP_LANES; lane++) {
    if (co + lane < conv->out_c && ci < conv->in_c) {
      lanes[lane] = weights[((int64_t)(co + lane) * conv->in_c + ci) * taps + tap];
    }
  }
  return lanes;
}

STH_INLINE void sth_winograd_load_kernel(sth_lanes kernel[3][3], const float *weights, const sth_conv2d *conv, int32_t co, int32_t ci) {
  for (int tap = 0; tap < 9; tap++) kernel[tap / 3][tap % 3] = sth_winograd_tap(weights, conv, co, ci, tap);
}

// Of a phase behind zeros between the pixels: the taps that meet pixels, beside each other as the pixels are.
STH_INLINE void sth_winograd_load_stuffed(sth_lanes kernel[3][3], const float *weights, const sth_conv2d *conv, int32_t co,
                                          int32_t ci, int phase) {
  for (int tap = 0; tap < 9; tap++) kernel[tap / 3][tap % 3] = 0.0f;
  for (int ky = 0; ky < conv->kernel_h; ky++) {
    const int row = (phase >> 1) + ky - conv->pad_top;  // of the enlarged map, from the output's own pixel on
    for (int kx = 0; kx < conv->kernel_w; kx++) {
      const int column = (phase & 1) + kx - conv->pad_left;
      if (row % 2 != 0 || column % 2 != 0) continue;
      kernel[row / 2 + 1][column / 2 + 1] = sth_winograd_tap(weights, conv, co, ci, ky * conv->kernel_w + kx);
    }
  }
}

STH_INLINE void sth_winograd_fold_kernel(sth_lanes kernel[3][3], int phase) {
  for (int row = 0; row < 3; row++) sth_winograd_fold_taps(kernel[row], phase & 1);
  for (int column = 0; column < 3; column++) {
    sth_lanes taps[3] = {kernel[0][column], kernel[1][column], kernel[2][column]};
    sth_winograd_fold_taps(taps, phase >> 1);
    for (int row = 0; row < 3; row++) kernel[row][column] = taps[row];
  }
}

// G g G' of one input channel at every position that is kept.
STH_INLINE void sth_winograd_transform_kernel(sth_lanes *u, sth_lanes kernel[3][3], const sth_winograd_plan *plan,
                                              int phase) {
  const float(*g)[3] = plan->n == 6 ? sth_winograd_transform6 : sth_winograd_transform8;
  for (int i = 0; i < plan->n; i++) {
    if (sth_winograd_is_zero(plan, phase >> 1, i)) continue;
    sth_lanes row[3];
    for (int c = 0; c < 3; c++) row[c] = kernel[0][c] * g[i][0] + kernel[1][c] * g[i][1] + kernel[2][c] * g[i][2];
    for (int j = 0; j < plan->n; j++) {
      if (sth_winograd_is_zero(plan, phase & 1, j)) continue;
      *u++ = row[0] * g[j][0] + row[1] * g[j][1] + row[2] * g[j][2];
    }
  }
}

// The transformed kernels of 16 output channels from `co` on for input channel ci.
STH_INLINE void sth_winograd_kernel(sth_lanes *u, const float *weights, const sth_map_conv *shape,
                                    const sth_winograd_plan *plan, int32_t co, int32_t ci, int phase) {
  sth_lanes kernel[3][3];
  if (plan->phases == 4 && shape->stuffed) {
    sth_winograd_load_stuffed(kernel, weights, &shape->conv, co, ci, phase);
  } else {
    sth_winograd_load_kernel(kernel, weights, &shape->conv, co, ci);
    if (plan->phases == 4) sth_winograd_fold_kernel(kernel, phase);
  }
  sth_winograd_transform_kernel(u, kernel, plan, phase);
}

// What a step of the weights of 16 output channels is worth, at every position: scales[position * blocks * 16].
STH_INLINE void sth_winograd_scale_kernels(float *scales, const float *weights, const sth_map_conv *shape,
                                           const sth_winograd_plan *plan, int32_t co, int32_t blocks, int phase) {
  sth_lanes u[sth_winograd_most_n * sth_winograd_most_n];
  sth_lanes largest[sth_winograd_most_n * sth_winograd_most_n], sums[sth_winograd_most_n * sth_winograd_most_n];
  for (int32_t position = 0; position < plan->positions; position++) largest[position] = sums[position] = 0.0f;
  for (int32_t ci = 0; ci < shape->conv.in_c; ci++) {
    sth_winograd_kernel(u, weights, shape, plan, co, ci, phase);
    for (int32_t position = 0; position < plan->positions; position++) {
      const sth_lanes size = __builtin_elementwise_abs(u[position]);
      largest[position] = size > largest[position] ? size : largest[position];
      sums[position] += size;
    }
  }
  const int32_t terms = sth_map_blocks(shape->conv.in_c) * STH_MAP_LANES;
  for (int32_t position = 0; position < plan->positions; position++) {
    for (int lane = 0; lane < STH_MAP_LANES; lane++) {
      scales[(int64_t)position * blocks * STH_MAP_LANES + lane] =
          sth_int16_scale(largest[position][lane], sums[position][lane], terms);
    }
  }
}

// The step, or half of one, of one input channel at every position.
STH_INLINE void sth_winograd_store_kernels(char *place, const sth_lanes *u, const float *scales,
                                           const sth_winograd_plan *plan, int32_t ci, int32_t blocks) {
  const int64_t step_bytes = (int64_t)blocks * STH_MAP_LANES * sth_gemm_step_bytes;
  for (int32_t position = 0; position < plan->positions; position++) {
    if (plan->int16) {
      int16_t *pairs = (int16_t *)(place + ci / 2 * step_bytes) + ci % 2;
      const float *scale = scales + (int64_t)position * blocks * STH_MAP_LANES;
      for (int lane = 0; lane < STH_MAP_LANES; lane++) {
        pairs[2 * lane] = sth_int16_of(u[position][lane], scale[lane], STH_INT16_MOST);
      }
    } else {
      sth_lanes_store((float *)(place + ci * step_bytes), u[position]);
    }
    place += sth_winograd_position_bytes(plan, blocks);
  }
}

STH_INLINE void sth_winograd_pack(void *packed, const float *weights, const float *bias, const sth_map_conv *shape,
                       const sth_map_conv_level *level) {
  const sth_winograd_plan plan = sth_winograd_plan_for(shape, level);
  const int32_t blocks = sth_map_blocks(shape->conv.out_c);
  float *biases = packed;
  for (int32_t co = 0; co < blocks * STH_MAP_LANES; co++) {
    biases[co] = bias != NULL && co < shape->conv.out_c ? bias[co] : 0.0f;
  }
  char *place = (char *)(biases + blocks * STH_MAP_LANES);
  for (int phase = 0; phase < plan.phases; phase++) {
    int32_t width;
    for (int32_t block = 0; block < blocks; block += width) {
      width = sth_map_panel_blocks(blocks - block, level->panel_blocks);
      float *scales = (float *)place;
      char *steps = place + sth_winograd_scale_floats(&plan, width) * 4;
      for (int32_t k = 0; k < width; k++) {
        const int32_t co = (block + k) * STH_MAP_LANES, lanes = k * STH_MAP_LANES;
        if (plan.int16) sth_winograd_scale_kernels(scales + lanes, weights, shape, &plan, co, width, phase);
        for (int32_t ci = 0; ci < sth_map_blocks(shape->conv.in_c) * STH_MAP_LANES; ci++) {
          sth_lanes u[sth_winograd_most_n * sth_winograd_most_n];
          sth_winograd_kernel(u, weights, shape, &plan, co, ci, phase);
          sth_winograd_store_kernels(steps + lanes * sth_gemm_step_bytes, u, scales + lanes, &plan, ci, width);
        }
      }
      place += sth_winograd_panel_bytes(&plan, width);
    }
  }
}

#endif  // STYLEHOST_KERNELS_WINOGRAD_PACK_H
