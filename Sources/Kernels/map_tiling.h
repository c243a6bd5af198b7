// map_tiling.h - how a direct convolution on maps is cut into units, and where a unit keeps its part of the source.
//
// A unit is a tile of the output, all channels of it. The source under it is read through the lens once into a band,
// [band_h][band_w][pixel], small enough for a core's L2, as the numbers that are multiplied: the kernel_w pixels that
// an output pixel meets in a row lie side by side, at any stride, so that a row of the tile is one product of panels.
#ifndef STYLEHOST_KERNELS_MAP_TILING_H
#define STYLEHOST_KERNELS_MAP_TILING_H

#include "map_conv_level.h"

typedef struct sth_map_tiling {
  int32_t tile_h, tile_w;    // output rows and columns of a unit
  int32_t tiles_y, tiles_x;  // unit = tile_y * tiles_x + tile_x
  int32_t band_h, band_w;    // rows and columns of the enlarged, padded picture under a tile
  int32_t pixel;             // numbers of a pixel in the band: channels, or whole blocks where the source is blocked
  int32_t element_bytes;     // of a number in the band: 4, 2 for int16, 1 for int8
  float limit;               // the largest int16
  int64_t row_bytes;         // of a row of the band
  int64_t floats_row_bytes;  // of a row of the band in float32, which integers are made from
  // The workspace, in bytes from its start: the source column of each column of the band, sums of a row, the band, the
  // band in float32 (which may be the same).
  int64_t sums_at, band_at, floats_at, workspace_bytes;
} sth_map_tiling;

// Tiles of `target_w` columns at most where possible, so that tile_w + excess_w is a multiple of the rows of a register
// tile. A row of the tile has `sums` floats for each of its tile_w + excess_w products.
sth_map_tiling sth_map_tiling_for(const sth_map_conv *shape, uint32_t arithmetic, int32_t target_w, int32_t excess_w,
                                  int32_t sums);

// Numbers of a pixel in the band.
static inline int32_t sth_map_band_pixel(const sth_map_conv *shape) {
  const int32_t in_c = shape->conv.in_c;
  return shape->src_format == STH_MAP_PLANAR_F32 ? in_c : sth_map_blocks(in_c) * STH_MAP_LANES;
}

// Steps that hold `numbers` of one arithmetic.
static inline int32_t sth_map_steps(int32_t numbers, uint32_t arithmetic) {
  return arithmetic == STH_ARITHMETIC_INT8    ? (numbers + 3) / 4
         : arithmetic == STH_ARITHMETIC_INT16 ? (numbers + 1) / 2
                                              : numbers;
}

// The weight of output column `column` at number `k` of run `run`; 0 where there is none.
typedef float (*sth_map_weight)(const float *weights, const sth_map_conv *shape, int32_t run, int32_t k,
                                int32_t column);

// The arithmetic of a band's numbers.
static inline uint32_t sth_map_tiling_arithmetic(const sth_map_tiling *tiling) {
  return tiling->element_bytes == 1   ? STH_ARITHMETIC_INT8
         : tiling->element_bytes == 2 ? STH_ARITHMETIC_INT16
                                      : STH_ARITHMETIC_F32;
}

// Bytes of sth_map_pack_panels.
int64_t sth_map_panels_bytes(int32_t columns, int32_t runs, int32_t depth, uint32_t arithmetic);

// For integers, what the numbers of each column mean comes first: scale [columns padded to 16], then sum [likewise] of the
// column's integers. A weight is its integer times the scale.
//
// packed: panels of up to most_blocks blocks of 16 of `columns`, each [runs][steps of depth][blocks * 16] steps.
void sth_map_pack_panels(void *packed, const float *weights, const sth_map_conv *shape, sth_map_weight weight,
                         int32_t columns, int32_t runs, int32_t depth, uint32_t arithmetic, int32_t most_blocks);

#endif  // STYLEHOST_KERNELS_MAP_TILING_H
