// map_moments.h - where the parts of a record of statistics lie, and how records are joined.
#ifndef STYLEHOST_KERNELS_MAP_MOMENTS_H
#define STYLEHOST_KERNELS_MAP_MOMENTS_H

#include "include/map_kernels.h"
#include "lens.h"

// The record of a unit; its first float counts pixels.
STH_INLINE float *sth_map_record(float *records, int32_t unit, int32_t c) {
  return records + unit * sth_map_moments_floats(c);
}

// mean[16] and sums of squared deviations[16] of a block of channels in a record.
STH_INLINE float *sth_map_record_mean(float *record, int32_t block) { return record + 16 + block * STH_MAP_LANES; }
STH_INLINE float *sth_map_record_squares(float *record, int32_t block, int32_t c) {
  return record + 16 + (c + 15) / 16 * 16 + block * STH_MAP_LANES;
}

// Statistics of one channel, or of several.
typedef struct sth_map_statistics {
  double count, mean, squares;  // squares: sum of (value - mean)^2
} sth_map_statistics;

// Of one channel from all records, by the formula of Chan, Golub and LeVeque (1979).
sth_map_statistics sth_map_join_records(const float *records, int32_t units, int32_t c, int32_t channel);

// The record of rows begin ..< end, in double: the specification's.
void sth_map_rows_moments(float *record, const sth_map *src, int32_t begin, int32_t end);

#endif  // STYLEHOST_KERNELS_MAP_MOMENTS_H
