// map_resample_lanes.h - maps brought to another size, for the vector levels.
//
// The places of some columns are found once for all rows of a call, as they are the same in each. Where no more than two
// columns of the source go to one of the output, the rows under a place are summed first, each column of them for all the
// places that it is part of: in planes, whose columns are then vectors, and for the many pixels of a cubic place.
#ifndef STYLEHOST_KERNELS_MAP_RESAMPLE_LANES_H
#define STYLEHOST_KERNELS_MAP_RESAMPLE_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include "map_places.h"

enum {
  sth_resample_columns = 64,  // whose places are kept
  sth_resample_most_ratio = 2,
  sth_resample_span = sth_resample_columns * sth_resample_most_ratio + 2 * sth_map_most_taps,  // of the source under them
};

// Columns x ..< x + count of an output row, one block of channels.
STH_INLINE void sth_resample_block(const sth_map *dst, const sth_map_source *source, int32_t block, int32_t y, int32_t x,
                                   int32_t count, const sth_map_place *row, const sth_map_place *columns, const int taps,
                                   const uint32_t format) {
  const sth_lane_lens lens = sth_lane_lens_of(source, block);
  const int64_t out = sth_map_row_at(dst, block, y) + (int64_t)x * STH_MAP_LANES;
  int64_t rows[sth_map_most_taps];
  for (int tap = 0; tap < taps; tap++) rows[tap] = sth_map_row_at(&source->map, block, row->pixels[tap]);
  for (int32_t i = 0; i < count; i++) {
    const sth_map_place *column = &columns[i];
    sth_lanes sum = 0.0f;
    for (int ty = 0; ty < taps; ty++) {
      sth_lanes across = 0.0f;
      for (int tx = 0; tx < taps; tx++) {
        const int64_t at = rows[ty] + (int64_t)column->pixels[tx] * STH_MAP_LANES;
        const sth_lanes v = sth_lane_lens_look(&lens, sth_map_lanes_read(source->map.data, at, format));
        across = taps == 1 ? v : sth_lanes_fma(v, column->weights[tx], across);
      }
      sum = taps == 1 ? across : sth_lanes_fma(across, row->weights[ty], sum);
    }
    sth_map_lanes_write(dst->data, out + (int64_t)i * STH_MAP_LANES, sum, format);
  }
}

// The same of one plane.
STH_INLINE void sth_resample_plane(const sth_map *dst, const sth_map_source *source, int32_t c, int32_t y, int32_t x,
                                   int32_t count, const sth_map_place *row, const sth_map_place *columns, const int taps) {
  const sth_plane_lens lens = sth_plane_lens_of(source, c);
  float *out = (float *)dst->data + sth_map_row_at(dst, c, y) + x;
  for (int32_t i = 0; i < count; i++) {
    const sth_map_place *column = &columns[i];
    float sum = 0.0f;
    for (int ty = 0; ty < taps; ty++) {
      const float *in = (const float *)source->map.data + sth_map_row_at(&source->map, c, row->pixels[ty]);
      float across = 0.0f;
      for (int tx = 0; tx < taps; tx++) {
        const float v = sth_plane_lens_look(&lens, in[column->pixels[tx]]);
        across = taps == 1 ? v : across + v * column->weights[tx];
      }
      sum = taps == 1 ? across : sum + across * row->weights[ty];
    }
    out[i] = sum;
  }
}

// Columns of the source under `count` columns of the output: the first of them, and how many.
STH_INLINE int32_t sth_resample_under(int32_t *first, const sth_map_place *columns, int32_t count, const int taps) {
  *first = columns[0].pixels[0];
  return columns[count - 1].pixels[taps - 1] - *first + 1;
}

// As sth_resample_block, rows first.
STH_INLINE void sth_resample_block_summed(const sth_map *dst, const sth_map_source *source, int32_t block, int32_t y,
                                          int32_t x, int32_t count, const sth_map_place *row, const sth_map_place *columns,
                                          const int taps, const uint32_t format) {
  const sth_lane_lens lens = sth_lane_lens_of(source, block);
  sth_lanes sums[sth_resample_span];
  int32_t first;
  const int32_t under = sth_resample_under(&first, columns, count, taps);
  for (int32_t i = 0; i < under; i++) {
    sth_lanes sum = 0.0f;
    for (int tap = 0; tap < taps; tap++) {
      const int64_t at = sth_map_row_at(&source->map, block, row->pixels[tap]) + (int64_t)(first + i) * STH_MAP_LANES;
      const sth_lanes v = sth_lane_lens_look(&lens, sth_map_lanes_read(source->map.data, at, format));
      sum = sth_lanes_fma(v, row->weights[tap], sum);
    }
    sums[i] = sum;
  }
  const int64_t out = sth_map_row_at(dst, block, y) + (int64_t)x * STH_MAP_LANES;
  for (int32_t i = 0; i < count; i++) {
    sth_lanes sum = 0.0f;
    for (int tap = 0; tap < taps; tap++) {
      sum = sth_lanes_fma(sums[columns[i].pixels[tap] - first], columns[i].weights[tap], sum);
    }
    sth_map_lanes_write(dst->data, out + (int64_t)i * STH_MAP_LANES, sum, format);
  }
}

// As sth_resample_plane, rows first.
STH_INLINE void sth_resample_plane_summed(const sth_map *dst, const sth_map_source *source, int32_t c, int32_t y, int32_t x,
                                          int32_t count, const sth_map_place *row, const sth_map_place *columns,
                                          const int taps) {
  const sth_plane_lens lens = sth_plane_lens_of(source, c);
  float sums[sth_resample_span] = {0};
  int32_t first;
  const int32_t under = sth_resample_under(&first, columns, count, taps);
  for (int tap = 0; tap < taps; tap++) {
    const float *in = (const float *)source->map.data + sth_map_row_at(&source->map, c, row->pixels[tap]) + first;
    const float weight = row->weights[tap];
    for (int32_t i = 0; i < under; i++) sums[i] += sth_plane_lens_look(&lens, in[i]) * weight;
  }
  float *out = (float *)dst->data + sth_map_row_at(dst, c, y) + x;
#pragma clang loop vectorize(disable)  // gathers of vectors are slower
  for (int32_t i = 0; i < count; i++) {
    float sum = 0.0f;
    for (int tap = 0; tap < taps; tap++) sum += sums[columns[i].pixels[tap] - first] * columns[i].weights[tap];
    out[i] = sum;
  }
}

// Columns x ..< x + count of an output row, one plane or block; rows first where that is `summed` and faster.
STH_INLINE void sth_resample_piece(const sth_map *dst, const sth_map_source *source, int32_t plane, int32_t y, int32_t x,
                                   int32_t count, const sth_map_place *row, const sth_map_place *columns, const int taps,
                                   const int summed) {
  const int many = summed && taps > 2;
  if (!sth_map_is_blocked(dst)) {
    if (summed) sth_resample_plane_summed(dst, source, plane, y, x, count, row, columns, taps);
    else sth_resample_plane(dst, source, plane, y, x, count, row, columns, taps);
  } else if (dst->format == STH_MAP_BLOCKED_BF16) {
    if (many) sth_resample_block_summed(dst, source, plane, y, x, count, row, columns, taps, STH_MAP_BLOCKED_BF16);
    else sth_resample_block(dst, source, plane, y, x, count, row, columns, taps, STH_MAP_BLOCKED_BF16);
  } else {
    if (many) sth_resample_block_summed(dst, source, plane, y, x, count, row, columns, taps, STH_MAP_BLOCKED_F32);
    else sth_resample_block(dst, source, plane, y, x, count, row, columns, taps, STH_MAP_BLOCKED_F32);
  }
}

STH_INLINE void sth_resample_rows(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize,
                                  int32_t begin, int32_t end, const int taps) {
  const int32_t planes = sth_map_is_blocked(dst) ? sth_map_blocks(dst->c) : dst->c;
  const int summed = taps > 1 && resize->ratio_w <= sth_resample_most_ratio;
  sth_map_place columns[sth_resample_columns];
  for (int32_t x = 0; x < dst->w; x += sth_resample_columns) {
    const int32_t count = dst->w - x < sth_resample_columns ? dst->w - x : sth_resample_columns;
    for (int32_t i = 0; i < count; i++) {
      columns[i] = sth_map_place_of(resize, resize->ratio_w, x + i, source->map.w);
    }
    for (int32_t y = begin; y < end; y++) {
      const sth_map_place row = sth_map_place_of(resize, resize->ratio_h, y, source->map.h);
      for (int32_t plane = 0; plane < planes; plane++) {
        sth_resample_piece(dst, source, plane, y, x, count, &row, columns, taps, summed);
      }
    }
  }
}

STH_INLINE void sth_map_resize_lanes(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize,
                                     int32_t begin, int32_t end) {
  switch (sth_map_place_taps(resize)) {
    case 1: sth_resample_rows(dst, source, resize, begin, end, 1); break;
    case 2: sth_resample_rows(dst, source, resize, begin, end, 2); break;
    default: sth_resample_rows(dst, source, resize, begin, end, 4); break;
  }
}

#endif  // STYLEHOST_KERNELS_MAP_RESAMPLE_LANES_H
