// map_gradient_tile.h - sums of products over pixels, kept in registers: what gradients of weights are made of.
//
// Of two maps one is wide, whose 16 channels of a pixel are a vector, and one narrow, whose numbers are broadcast. A tile is
// `rows` numbers of the narrow one, side by side in memory - channels of a pixel, or pixels of a row - times 1 to 3 blocks of
// the wide one.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_MAP_GRADIENT_TILE_H
#define STYLEHOST_KERNELS_MAP_GRADIENT_TILE_H

#include "lanes.h"

enum {
  sth_gradient_most_rows = 9,    // of a tile, at the level with the most registers
  sth_gradient_most_blocks = 3,
};

// sums[p][j][lane] += sum over r < runs, k < depth of narrow[r][k][p] * wide[j][r][k][lane]. Distances in floats.
typedef struct sth_gradient_tile {
  float *sums;  // [rows][blocks][16], 64-byte aligned
  const float *narrow;
  int64_t narrow_run, narrow_step;  // from run to run, from k to k
  const float *wide;
  int64_t wide_run, wide_block;  // vectors of a run are contiguous
  int32_t runs, depth;
} sth_gradient_tile;

STH_INLINE void sth_gradient_tile_sum(const sth_gradient_tile *tile, int32_t first, const int rows, const int blocks) {
  sth_lanes sum[sth_gradient_most_rows][sth_gradient_most_blocks];
#pragma clang loop unroll(full)
  for (int p = 0; p < rows; p++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < blocks; j++) sum[p][j] = 0.0f;
  }

  const int64_t step = tile->narrow_step, block = tile->wide_block;
  for (int32_t run = 0; run < tile->runs; run++) {
    const float *narrow = tile->narrow + run * tile->narrow_run + first, *wide = tile->wide + run * tile->wide_run;
    for (int32_t k = 0; k < tile->depth; k++) {
      sth_lanes vector[sth_gradient_most_blocks];
#pragma clang loop unroll(full)
      for (int j = 0; j < blocks; j++) vector[j] = sth_lanes_load(wide + j * block);
#pragma clang loop unroll(full)
      for (int p = 0; p < rows; p++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < blocks; j++) sum[p][j] = sth_lanes_fma((sth_lanes)narrow[p], vector[j], sum[p][j]);
      }
      narrow += step;
      wide += 16;
    }
  }

#pragma clang loop unroll(full)
  for (int p = 0; p < rows; p++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < blocks; j++) {
      float *total = tile->sums + ((first + p) * blocks + j) * 16;
      sth_lanes_store(total, sth_lanes_load(total) + sum[p][j]);
    }
  }
}

STH_INLINE void sth_gradient_tile_part(const sth_gradient_tile *tile, int32_t first, int32_t rows, const int blocks,
                                       const int most) {
  switch (rows) {
    case 1: sth_gradient_tile_sum(tile, first, 1, blocks); break;
    case 2: sth_gradient_tile_sum(tile, first, 2, blocks); break;
    case 3: sth_gradient_tile_sum(tile, first, 3, blocks); break;
    case 4: sth_gradient_tile_sum(tile, first, 4, blocks); break;
    case 5: sth_gradient_tile_sum(tile, first, 5, blocks); break;
    case 6: sth_gradient_tile_sum(tile, first, 6, blocks); break;
    case 7: if (most >= 7) sth_gradient_tile_sum(tile, first, 7, blocks); break;
    case 8: if (most >= 8) sth_gradient_tile_sum(tile, first, 8, blocks); break;
    default: if (most >= 9) sth_gradient_tile_sum(tile, first, 9, blocks); break;
  }
}

// All rows, at most `most` at a time, in parts as equal as can be.
STH_INLINE void sth_gradient_tile_rows(const sth_gradient_tile *tile, int32_t rows, const int blocks, const int most) {
  const int32_t parts = (rows + most - 1) / most;
  for (int32_t part = 0; part < parts; part++) {
    const int32_t first = part * rows / parts, past = (part + 1) * rows / parts;
    sth_gradient_tile_part(tile, first, past - first, blocks, most);
  }
}

// However many blocks, as constants; no more than `most_blocks`.
STH_INLINE void sth_gradient_tile_blocks(const sth_gradient_tile *tile, int32_t rows, int32_t blocks, const int most_rows,
                                         const int most_blocks) {
  if (blocks == 1) {
    sth_gradient_tile_rows(tile, rows, 1, most_rows);
  } else if (blocks == 2 && most_blocks >= 2) {
    sth_gradient_tile_rows(tile, rows, 2, most_rows);
  } else if (most_blocks >= 3) {
    sth_gradient_tile_rows(tile, rows, 3, most_rows);
  }
}

#endif  // STYLEHOST_KERNELS_MAP_GRADIENT_TILE_H
