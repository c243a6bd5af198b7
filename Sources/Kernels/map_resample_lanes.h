// map_resample_lanes.h - maps brought to another size, for the vector levels.
//
// The places of some columns are found once for all rows of a call, as they are the same in each.
#ifndef STYLEHOST_KERNELS_MAP_RESAMPLE_LANES_H
#define STYLEHOST_KERNELS_MAP_RESAMPLE_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include "map_places.h"

enum { sth_resample_columns = 64 };  // whose places are kept

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

STH_INLINE void sth_resample_rows(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize,
                                  int32_t begin, int32_t end, const int taps) {
  const int blocked = sth_map_is_blocked(dst);
  const int32_t planes = blocked ? sth_map_blocks(dst->c) : dst->c;
  sth_map_place columns[sth_resample_columns];
  for (int32_t x = 0; x < dst->w; x += sth_resample_columns) {
    const int32_t count = dst->w - x < sth_resample_columns ? dst->w - x : sth_resample_columns;
    for (int32_t i = 0; i < count; i++) {
      columns[i] = sth_map_place_of(resize, resize->ratio_w, x + i, source->map.w);
    }
    for (int32_t y = begin; y < end; y++) {
      const sth_map_place row = sth_map_place_of(resize, resize->ratio_h, y, source->map.h);
      for (int32_t plane = 0; plane < planes; plane++) {
        if (!blocked) {
          sth_resample_plane(dst, source, plane, y, x, count, &row, columns, taps);
        } else if (dst->format == STH_MAP_BLOCKED_BF16) {
          sth_resample_block(dst, source, plane, y, x, count, &row, columns, taps, STH_MAP_BLOCKED_BF16);
        } else {
          sth_resample_block(dst, source, plane, y, x, count, &row, columns, taps, STH_MAP_BLOCKED_F32);
        }
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
