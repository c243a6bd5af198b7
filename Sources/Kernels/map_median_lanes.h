// map_median_lanes.h - the median of 3 x 3 pixels of pictures, for the vector levels.
//
// Columns of three are sorted first, each for the three windows it is in. The median of nine is then that of the largest of
// the three least, the median of the three in the middle and the least of the three largest (Smith 1996). Plain loops over
// pieces of rows: the compiler makes vectors of them.
#ifndef STYLEHOST_KERNELS_MAP_MEDIAN_LANES_H
#define STYLEHOST_KERNELS_MAP_MEDIAN_LANES_H

#include "map_lanes.h"
#include "map_levels.h"

enum { sth_median_columns = 512 };  // of a piece, and one more at either end

STH_INLINE float sth_median_less(float a, float b) { return a < b ? a : b; }
STH_INLINE float sth_median_more(float a, float b) { return a > b ? a : b; }
STH_INLINE float sth_median_of(float a, float b, float c) {
  return sth_median_more(sth_median_less(a, b), sth_median_less(sth_median_more(a, b), c));
}

// A piece of three rows sorted column by column: the least, the middle and the largest.
typedef struct sth_median_piece {
  float least[sth_median_columns + 2], middle[sth_median_columns + 2], most[sth_median_columns + 2];
} sth_median_piece;

// Columns at ... of a piece from `count` columns of three rows.
STH_INLINE void sth_median_sort(sth_median_piece *piece, int64_t at, const float *const rows[3], int64_t x, int64_t count,
                                const sth_plane_lens *lens) {
  const float *a = rows[0] + x, *b = rows[1] + x, *c = rows[2] + x;
  float *restrict least = piece->least + at, *restrict middle = piece->middle + at, *restrict most = piece->most + at;
  for (int64_t i = 0; i < count; i++) {
    const float u = sth_plane_lens_look(lens, a[i]), v = sth_plane_lens_look(lens, b[i]);
    const float w = sth_plane_lens_look(lens, c[i]);
    const float low = sth_median_less(u, v), high = sth_median_more(u, v), rest = sth_median_more(low, w);
    least[i] = sth_median_less(low, w);
    middle[i] = sth_median_less(high, rest);
    most[i] = sth_median_more(high, rest);
  }
}

// The one column of a piece beside others that may lie outside: x of a row of n.
STH_INLINE void sth_median_sort_end(sth_median_piece *piece, int64_t at, const float *const rows[3], int64_t x, int64_t n,
                                    uint32_t mode, const sth_plane_lens *lens) {
  const int64_t from = sth_lens_coordinate(x, n, mode);
  if (from >= 0) sth_median_sort(piece, at, rows, from, 1, lens);
  else piece->least[at] = piece->middle[at] = piece->most[at] = 0.0f;
}

STH_INLINE void sth_median_windows(float *restrict out, const sth_median_piece *piece, int64_t count) {
  const float *least = piece->least, *middle = piece->middle, *most = piece->most;
  for (int64_t i = 0; i < count; i++) {
    const float low = sth_median_more(sth_median_more(least[i], least[i + 1]), least[i + 2]);
    const float high = sth_median_less(sth_median_less(most[i], most[i + 1]), most[i + 2]);
    out[i] = sth_median_of(low, sth_median_of(middle[i], middle[i + 1], middle[i + 2]), high);
  }
}

// The first `columns` of a row of one plane, of three rows of n that exist.
STH_INLINE void sth_median_row(float *out, int32_t columns, const float *const rows[3], const sth_plane_lens *lens,
                               int32_t n, uint32_t mode) {
  sth_median_piece piece;
  for (int32_t x = 0; x < columns; x += sth_median_columns) {
    const int32_t count = columns - x < sth_median_columns ? columns - x : sth_median_columns;
    sth_median_sort_end(&piece, 0, rows, (int64_t)x - 1, n, mode, lens);
    sth_median_sort(&piece, 1, rows, x, count, lens);
    sth_median_sort_end(&piece, count + 1, rows, (int64_t)x + count, n, mode, lens);
    sth_median_windows(out + x, &piece, count);
  }
}

STH_INLINE void sth_map_median3_lanes(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin,
                                      int32_t end) {
  const sth_map *src = &source->map;
  for (int32_t y = begin; y < end; y++) {
    const int64_t above = sth_lens_coordinate((int64_t)y - 1, src->h, mode);
    const int64_t below = sth_lens_coordinate((int64_t)y + 1, src->h, mode);
    if (sth_map_is_blocked(dst) || above < 0 || below < 0) {  // no picture, or its edge beside zeros
      sth_map_median3_reference(dst, source, mode, y, y + 1);
      continue;
    }
    for (int32_t c = 0; c < dst->c; c++) {
      const float *plane = (const float *)src->data + c * src->c_stride;
      const float *const rows[3] = {plane + above * src->h_stride, plane + y * src->h_stride, plane + below * src->h_stride};
      const sth_plane_lens lens = sth_plane_lens_of(source, c);
      sth_median_row((float *)dst->data + sth_map_row_at(dst, c, y), dst->w, rows, &lens, src->w, mode);
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_MEDIAN_LANES_H
