// map_products.c - sums of the products of two maps per channel: the specification. Sums are double.
#include "../map_levels.h"
#include "../map_pixel.h"

// record[16] = the sums of a block of channels over rows begin ..< end.
static void sum_rows(float *record, const sth_map_source *a, const sth_map_source *b, int32_t block, int32_t begin,
                     int32_t end) {
  double sum[STH_MAP_LANES] = {0};
  for (int32_t y = begin; y < end; y++) {
    for (int32_t x = 0; x < a->map.w; x++) {
      float first[STH_MAP_LANES], second[STH_MAP_LANES];
      sth_map_source_read(first, a, block, y, x);
      if (b != NULL) sth_map_source_read(second, b, block, y, x);
      for (int lane = 0; lane < STH_MAP_LANES; lane++) {
        sum[lane] += b != NULL ? (double)first[lane] * second[lane] : first[lane];
      }
    }
  }
  const int32_t exist = sth_map_lanes_of(&a->map, block);
  for (int lane = 0; lane < STH_MAP_LANES; lane++) record[lane] = lane < exist ? (float)sum[lane] : 0.0f;
}

void sth_map_products_reference(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin,
                                int32_t end) {
  const int32_t blocks = sth_map_blocks(a->map.c);
  for (int32_t unit = begin; unit < end; unit++) {
    const int32_t first = unit * STH_MAP_MOMENTS_ROWS, past = first + STH_MAP_MOMENTS_ROWS;
    for (int32_t block = 0; block < blocks; block++) {
      float *record = records + ((int64_t)unit * blocks + block) * STH_MAP_LANES;
      sum_rows(record, a, b, block, first, past < a->map.h ? past : a->map.h);
    }
  }
}

void sth_map_products_join_reference(const sth_map *dst, const float *records, int32_t units, double scale) {
  const int32_t blocks = sth_map_blocks(dst->c);
  for (int32_t block = 0; block < blocks; block++) {
    double sum[STH_MAP_LANES] = {0};
    for (int32_t unit = 0; unit < units; unit++) {
      const float *record = records + ((int64_t)unit * blocks + block) * STH_MAP_LANES;
      for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[lane] += record[lane];
    }
    float lanes[STH_MAP_LANES];
    for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = (float)(sum[lane] * scale);
    sth_map_write(dst, block, 0, 0, lanes);
  }
}
