// gemm_tiles.h - walks a panel in tiles of 8 rows whose sums stay in registers.
//
// Include inside the attribute region of a level, after
//   sth_lanes sth_step(sth_lanes sum, const char *a, sth_lanes b)
// which adds the product of the broadcast step at `a` and the 16 steps of `b`, and
//   sth_lanes sth_total(sth_lanes sum)
// which makes floats of a sum.
#ifndef STYLEHOST_KERNELS_GEMM_TILES_H
#define STYLEHOST_KERNELS_GEMM_TILES_H

#include "gemm_panel.h"
#include "lanes.h"

STH_INLINE void sth_gemm_tile(const sth_gemm_panel *panel, int32_t first, const int rows, const int blocks) {
  sth_lanes sum[sth_gemm_rows][sth_gemm_most_blocks];
#pragma clang loop unroll(full)
  for (int p = 0; p < rows; p++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < blocks; j++) sum[p][j] = 0.0f;
  }

  const char *b = panel->b;
  const int64_t row = panel->a_row_bytes;
  for (int32_t run = 0; run < panel->runs; run++) {
    const char *a = (const char *)panel->a + first * row + run * panel->a_run_bytes;
    for (int32_t k = 0; k < panel->depth; k++) {
      sth_lanes weight[sth_gemm_most_blocks];
#pragma clang loop unroll(full)
      for (int j = 0; j < blocks; j++) weight[j] = sth_lanes_load((const float *)b + 16 * j);
#pragma clang loop unroll(full)
      for (int p = 0; p < rows; p++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < blocks; j++) sum[p][j] = sth_step(sum[p][j], a + p * row, weight[j]);
      }
      a += sth_gemm_step_bytes;
      b += blocks * 16 * sth_gemm_step_bytes;
    }
  }

#pragma clang loop unroll(full)
  for (int p = 0; p < rows; p++) {
    float *dst = panel->dst + (first + p) * panel->dst_stride;
#pragma clang loop unroll(full)
    for (int j = 0; j < blocks; j++) sth_lanes_store(dst + 16 * j, sth_total(sum[p][j]));
  }
}

STH_INLINE void sth_gemm_rows_of(const sth_gemm_panel *panel, const int blocks, const int most_rows) {
  int32_t first = 0;
  for (; first + most_rows <= panel->rows; first += most_rows) sth_gemm_tile(panel, first, most_rows, blocks);
  switch (panel->rows - first) {
    case 7: sth_gemm_tile(panel, first, 7, blocks); break;
    case 6: sth_gemm_tile(panel, first, 6, blocks); break;
    case 5: sth_gemm_tile(panel, first, 5, blocks); break;
    case 4: sth_gemm_tile(panel, first, 4, blocks); break;
    case 3: sth_gemm_tile(panel, first, 3, blocks); break;
    case 2: sth_gemm_tile(panel, first, 2, blocks); break;
    case 1: sth_gemm_tile(panel, first, 1, blocks); break;
    default: break;
  }
}

#endif  // STYLEHOST_KERNELS_GEMM_TILES_H
