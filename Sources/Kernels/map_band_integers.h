// map_band_integers.h - a band in int16 or bytes, and float32 made again of its products.
//
// The numbers under a tile lie between a least and a largest one, with 0 among them; integers count the steps of that
// range: number = integer * step + origin, to within half a step. The range is that of the tile, so it follows the picture
// from frame to frame and from place to place, and depends on no thread.
//
// Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_MAP_BAND_INTEGERS_H
#define STYLEHOST_KERNELS_MAP_BAND_INTEGERS_H

#include "map_band.h"

typedef struct sth_band_integers {
  float step, origin;
  const float *scales, *sums;  // of the columns of weights; NULL: the band is in floats
  const void *panels;
} sth_band_integers;

STH_INLINE void sth_band_range(const char *floats, int64_t row_bytes, int32_t rows, int64_t count, float *least,
                               float *largest) {
  sth_lanes low = 0.0f, high = 0.0f;
  for (int32_t r = 0; r < rows; r++) {
    const float *row = (const float *)(floats + r * row_bytes);
    int64_t i = 0;
    for (; i + STH_MAP_LANES <= count; i += STH_MAP_LANES) {
      const sth_lanes v = sth_lanes_load(row + i);
      low = v < low ? v : low;
      high = v > high ? v : high;
    }
    for (; i < count; i++) {
      low[0] = row[i] < low[0] ? row[i] : low[0];
      high[0] = row[i] > high[0] ? row[i] : high[0];
    }
  }
  *least = *largest = 0.0f;
  for (int lane = 0; lane < STH_MAP_LANES; lane++) {
    if (low[lane] < *least) *least = low[lane];
    if (high[lane] > *largest) *largest = high[lane];
  }
}

// Makes integers of a band that sth_band_fill filled for an h by w tile, where those are the band's numbers.
// weights: as sth_map_pack_panels wrote them, `blocks` blocks of columns.
STH_INLINE sth_band_integers sth_band_count(void *workspace, const sth_map_tiling *tiling, const sth_map_conv *shape,
                                            int32_t h, int32_t w, const float *weights, int32_t blocks) {
  if (tiling->element_bytes == 4) return (sth_band_integers){.panels = weights};
  const sth_conv2d *conv = &shape->conv;
  const int32_t rows = (h - 1) * conv->stride_h + conv->kernel_h;
  const int64_t count = (int64_t)((w - 1) * conv->stride_w + conv->kernel_w) * tiling->pixel;
  const char *floats = (const char *)workspace + tiling->floats_at;
  float least, largest;
  sth_band_range(floats, tiling->floats_row_bytes, rows, count, &least, &largest);

  const int bytes = tiling->element_bytes == 1;
  const float first = bytes ? 0.0f : -tiling->limit, last = bytes ? 255.0f : tiling->limit;
  const float range = largest - least, steps = range > 0.0f ? (last - first) / range : 0.0f;
  for (int32_t r = 0; r < rows; r++) {
    const float *row = (const float *)(floats + r * tiling->floats_row_bytes);
    char *to = (char *)workspace + tiling->band_at + r * tiling->row_bytes;
    // Rows are whole cache lines: what lies beyond the last number is multiplied by nothing.
    for (int64_t i = 0; i < count; i += STH_MAP_LANES) {
      const sth_lanes place = sth_lanes_fma(sth_lanes_load(row + i) - least, steps, first);
      if (bytes) sth_lanes_store_int8((uint8_t *)to + i, place);
      else sth_lanes_store_int16((uint16_t *)to + i, place);
    }
  }
  const float step = range / (last - first);
  return (sth_band_integers){
      .step = step,
      .origin = least - first * step,
      .scales = weights,
      .sums = weights + blocks * STH_MAP_LANES,
      .panels = weights + 2 * blocks * STH_MAP_LANES,
  };
}

// Makes of a product of integers what the numbers would have given: sum of weight * number, for columns from block `first` on.
STH_INLINE void sth_band_restore_sums(const sth_gemm_panel *panel, const sth_band_integers *integers, int32_t first) {
  if (integers->scales == NULL) return;
  for (int32_t j = 0; j < panel->blocks; j++) {
    const int32_t column = (first + j) * STH_MAP_LANES;
    const sth_lanes scale = sth_lanes_load(integers->scales + column);
    const sth_lanes factor = scale * integers->step;
    const sth_lanes base = scale * sth_lanes_load(integers->sums + column) * integers->origin;
    for (int32_t row = 0; row < panel->rows; row++) {
      float *sums = panel->dst + row * panel->dst_stride + j * STH_MAP_LANES;
      sth_lanes_store(sums, sth_lanes_fma(sth_lanes_load(sums), factor, base));
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_BAND_INTEGERS_H
