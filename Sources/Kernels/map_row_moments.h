// map_row_moments.h - statistics of a unit gathered row by row while what is written is still in L1.
//
// As row_moments.h, for 16 channels at once: a row's sum, then its squared deviations from its own mean, then the rows
// joined by the formula of Chan, Golub and LeVeque (1979). A large mean cancels nothing.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_MAP_ROW_MOMENTS_H
#define STYLEHOST_KERNELS_MAP_ROW_MOMENTS_H

#include "lanes.h"
#include "map_kernels.h"

// Adds a row of `pixels` values, `stride` floats apart, to mean and squares of the `before` pixels so far.
STH_INLINE void sth_map_row_moments_add(float *mean, float *squares, float before, const float *values, int64_t stride,
                                        int32_t pixels) {
  sth_lanes sum = 0.0f, deviations = 0.0f;
  for (int32_t i = 0; i < pixels; i++) sum += sth_lanes_load(values + i * stride);
  const sth_lanes row_mean = sum / (float)pixels;
  for (int32_t i = 0; i < pixels; i++) {
    const sth_lanes d = sth_lanes_load(values + i * stride) - row_mean;
    deviations = sth_lanes_fma(d, d, deviations);
  }
  if (before == 0.0f) {
    sth_lanes_store(mean, row_mean);
    sth_lanes_store(squares, deviations);
    return;
  }
  const float share = (float)pixels / (before + (float)pixels);
  const sth_lanes old = sth_lanes_load(mean), apart = row_mean - old;
  sth_lanes_store(mean, sth_lanes_fma(apart, share, old));
  sth_lanes_store(squares, sth_lanes_load(squares) + sth_lanes_fma(apart * apart, before * share, deviations));
}

#endif  // STYLEHOST_KERNELS_MAP_ROW_MOMENTS_H
