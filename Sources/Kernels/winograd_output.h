// winograd_output.h - products of windows transformed back into the map, and counted for its statistics.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_WINOGRAD_OUTPUT_H
#define STYLEHOST_KERNELS_WINOGRAD_OUTPUT_H

#include "lanes.h"
#include "winograd_plan.h"

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

#endif  // STYLEHOST_KERNELS_WINOGRAD_OUTPUT_H
