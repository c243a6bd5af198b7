// map_moments_lanes.h - statistics of blocked maps in one pass over memory, for the vector levels.
//
// Deviations are taken from a pivot, the mean of the unit's first row. For r rows (mean - pivot)^2 is at most r times the
// variance, whatever the numbers, so that taking the pivot out of the sums again costs no more than 1 + r roundings of them:
// neither a large mean nor an outlier cancels. Sums of a row are float32, sums of rows double.
#ifndef STYLEHOST_KERNELS_MAP_MOMENTS_LANES_H
#define STYLEHOST_KERNELS_MAP_MOMENTS_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include "map_moments.h"

typedef double sth_double_lanes __attribute__((ext_vector_type(16)));

// The mean of a row, as exact as float32 sums are.
STH_INLINE sth_lanes sth_map_row_pivot(const sth_map *src, int32_t block, int32_t y, const uint32_t format) {
  const int64_t at = sth_map_row_at(src, block, y);
  sth_lanes sum = 0.0f;
  for (int64_t x = 0; x < src->w; x++) sum += sth_map_lanes_read(src->data, at + x * STH_MAP_LANES, format);
  return sum / (float)src->w;
}

// Mean and squared deviations of a block of channels in rows begin ..< end, which are not empty.
STH_INLINE void sth_map_block_moments(float *mean, float *squares, const sth_map *src, int32_t block, int32_t begin,
                                      int32_t end, const uint32_t format) {
  const sth_lanes pivot = sth_map_row_pivot(src, block, begin, format);
  sth_double_lanes first = 0.0, second = 0.0;  // sums of deviations and of their squares
  for (int32_t y = begin; y < end; y++) {
    const int64_t at = sth_map_row_at(src, block, y);
    sth_lanes row_first = 0.0f, row_second = 0.0f;
    for (int64_t x = 0; x < src->w; x++) {
      const sth_lanes d = sth_map_lanes_read(src->data, at + x * STH_MAP_LANES, format) - pivot;
      row_first += d;
      row_second = sth_lanes_fma(d, d, row_second);
    }
    first += __builtin_convertvector(row_first, sth_double_lanes);
    second += __builtin_convertvector(row_second, sth_double_lanes);
  }
  const double count = (double)(end - begin) * src->w;
  const sth_double_lanes apart = first / count;
  const sth_double_lanes centre = __builtin_convertvector(pivot, sth_double_lanes) + apart;
  const sth_double_lanes spread = second - first * apart;
  sth_lanes_store(mean, __builtin_convertvector(centre, sth_lanes));
  sth_lanes_store(squares, __builtin_convertvector(spread < 0.0 ? 0.0 : spread, sth_lanes));
}

STH_INLINE void sth_map_moments_lanes(float *records, const sth_map *src, int32_t begin, int32_t end) {
  if (!sth_map_is_blocked(src) || src->w <= 0) {
    sth_map_moments_reference(records, src, begin, end);
    return;
  }
  for (int32_t unit = begin; unit < end; unit++) {
    float *record = sth_map_record(records, unit, src->c);
    const int32_t first = unit * STH_MAP_MOMENTS_ROWS, past = first + STH_MAP_MOMENTS_ROWS;
    const int32_t last = past < src->h ? past : src->h;
    for (int i = 0; i < STH_MAP_LANES; i++) record[i] = 0.0f;
    record[0] = (float)(last - first) * (float)src->w;
    for (int32_t block = 0; block < sth_map_blocks(src->c); block++) {
      float *mean = sth_map_record_mean(record, block), *squares = sth_map_record_squares(record, block, src->c);
      if (src->format == STH_MAP_BLOCKED_BF16) {
        sth_map_block_moments(mean, squares, src, block, first, last, STH_MAP_BLOCKED_BF16);
      } else {
        sth_map_block_moments(mean, squares, src, block, first, last, STH_MAP_BLOCKED_F32);
      }
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_MOMENTS_LANES_H
