// map_conv_level.h - what a level brings to the convolutions on maps, and the algorithms it chooses between.
//
// Every algorithm has four functions: does it take this shape, what does it need, how are weights packed - compiled once -
// and a run that is inlined into each level (<isa>/map_conv.c).
#ifndef STYLEHOST_KERNELS_MAP_CONV_LEVEL_H
#define STYLEHOST_KERNELS_MAP_CONV_LEVEL_H

#include "gemm_panel.h"
#include "map_kernels.h"

typedef struct sth_map_conv_level {
  sth_gemm_panel_function f32;
  sth_gemm_panel_function int16;  // NULL: none, done in float32
  sth_gemm_panel_function int8;   // NULL: none, done in int16
  int32_t panel_blocks;           // most blocks of 16 output channels in a panel of its register kernels
} sth_map_conv_level;

// Whether the sums of a convolution in bytes, 255 times 127 each at most, are below 2^31.
static inline int sth_map_conv_bytes_fit(const sth_conv2d *conv) {
  const int64_t terms = (int64_t)conv->kernel_h * conv->kernel_w * sth_map_blocks(conv->in_c) * STH_MAP_LANES;
  return terms <= INT32_MAX / (255 * 127);
}

// The arithmetic that a shape is computed in at a level, by an algorithm whose coarsest steps are bytes: too coarse for the
// many zeros of a stuffed enlargement, which are rounded like other numbers.
static inline uint32_t sth_map_conv_arithmetic(const sth_map_conv *shape, const sth_map_conv_level *level) {
  const int bytes_do = !shape->stuffed && sth_map_conv_bytes_fit(&shape->conv);
  if (shape->arithmetic == STH_ARITHMETIC_INT8 && level->int8 && bytes_do) {
    return STH_ARITHMETIC_INT8;
  }
  return shape->arithmetic != STH_ARITHMETIC_F32 && level->int16 ? STH_ARITHMETIC_INT16 : STH_ARITHMETIC_F32;
}

// The function that multiplies steps of an arithmetic.
static inline sth_gemm_panel_function sth_map_conv_gemm(const sth_map_conv_level *level, uint32_t arithmetic) {
  return arithmetic == STH_ARITHMETIC_INT8    ? level->int8
         : arithmetic == STH_ARITHMETIC_INT16 ? level->int16
                                              : level->f32;
}

// Blocks of the next panel when `rest` are left: panels of nearly equal size, none above `most`.
static inline int32_t sth_map_panel_blocks(int32_t rest, int32_t most) {
  const int32_t panels = (rest + most - 1) / most;
  return (rest + panels - 1) / panels;
}

#endif  // STYLEHOST_KERNELS_MAP_CONV_LEVEL_H
