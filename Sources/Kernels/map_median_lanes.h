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

// to[i] = column x + i - 1 of a row of n, by `mode` outside; NULL is a row of zeros.
STH_INLINE void sth_median_read(float *restrict to, const float *restrict row, const sth_plane_lens *lens, int64_t x,
                                int64_t count, int64_t n, uint32_t mode) {
  if (row == NULL) {
    for (int64_t i = 0; i < count + 2; i++) to[i] = 0.0f;
    return;
  }
  for (int64_t i = 0; i < count; i++) to[i + 1] = sth_plane_lens_look(lens, row[x + i]);
  const int64_t before = sth_lens_coordinate(x - 1, n, mode), after = sth_lens_coordinate(x + count, n, mode);
  to[0] = before < 0 ? 0.0f : sth_plane_lens_look(lens, row[before]);
  to[count + 1] = after < 0 ? 0.0f : sth_plane_lens_look(lens, row[after]);
}

// Three rows become the least, the middle and the largest of each column.
STH_INLINE void sth_median_sort(float *restrict a, float *restrict b, float *restrict c, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const float least = sth_median_less(a[i], b[i]), more = sth_median_more(a[i], b[i]);
    const float rest = sth_median_more(least, c[i]);
    a[i] = sth_median_less(least, c[i]);
    b[i] = sth_median_less(more, rest);
    c[i] = sth_median_more(more, rest);
  }
}

STH_INLINE void sth_median_windows(float *restrict out, const float *restrict least, const float *restrict middle,
                                   const float *restrict most, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const float low = sth_median_more(sth_median_more(least[i], least[i + 1]), least[i + 2]);
    const float high = sth_median_less(sth_median_less(most[i], most[i + 1]), most[i + 2]);
    out[i] = sth_median_of(low, sth_median_of(middle[i], middle[i + 1], middle[i + 2]), high);
  }
}

STH_INLINE void sth_map_median3_lanes(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin,
                                      int32_t end) {
  if (sth_map_is_blocked(dst)) {  // no picture
    sth_map_median3_reference(dst, source, mode, begin, end);
    return;
  }
  const sth_map *src = &source->map;
  float rows[3][sth_median_columns + 2];
  for (int32_t c = 0; c < dst->c; c++) {
    const sth_plane_lens lens = sth_plane_lens_of(source, c);
    for (int32_t y = begin; y < end; y++) {
      float *out = (float *)dst->data + sth_map_row_at(dst, c, y);
      for (int32_t x = 0; x < dst->w; x += sth_median_columns) {
        const int32_t count = dst->w - x < sth_median_columns ? dst->w - x : sth_median_columns;
        for (int i = 0; i < 3; i++) {
          const int64_t at = sth_lens_coordinate((int64_t)y + i - 1, src->h, mode);
          const float *row = at < 0 ? NULL : (const float *)src->data + sth_map_row_at(src, c, at);
          sth_median_read(rows[i], row, &lens, x, count, src->w, mode);
        }
        sth_median_sort(rows[0], rows[1], rows[2], count + 2);
        sth_median_windows(out + x, rows[0], rows[1], rows[2], count);
      }
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_MEDIAN_LANES_H
