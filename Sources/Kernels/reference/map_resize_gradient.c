// map_resize_gradient.c - what a resized picture passes back to the pixels that it was made of: the specification.
//
// y[p] = sum of w[p][q] * x[q]  =>  dx[q] = sum over p of w[p][q] * dy[p]
#include "../map_levels.h"
#include "../map_pixel.h"
#include "../map_places.h"

static void clear_row(const sth_map *dst, int32_t y) {
  const float zeros[STH_MAP_LANES] = {0};
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    for (int32_t x = 0; x < dst->w; x++) sth_map_write(dst, block, y, x, zeros);
  }
}

// How much of output row `row` is row y of h.
static float share_of(const sth_map_resize *resize, int32_t row, int32_t y, int32_t h) {
  const sth_map_place place = sth_map_place_of(resize, resize->ratio_h, row, h);
  float share = 0.0f;
  for (int tap = 0; tap < sth_map_place_taps(resize); tap++) {
    if (place.pixels[tap] == y) share += place.weights[tap];
  }
  return share;
}

// Row y of dst += share * what row `row` of dy passes back along it.
static void add_row(const sth_map *dst, const sth_map_source *dy, const sth_map_resize *resize, int32_t y, int32_t row,
                    float share) {
  for (int32_t x = 0; x < dy->map.w; x++) {
    const sth_map_place column = sth_map_place_of(resize, resize->ratio_w, x, dst->w);
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      float back[STH_MAP_LANES], sum[STH_MAP_LANES];
      sth_map_source_read(back, dy, block, row, x);
      for (int tap = 0; tap < sth_map_place_taps(resize); tap++) {
        const float weight = share * column.weights[tap];
        sth_map_read(sum, dst, block, y, column.pixels[tap]);
        for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[lane] += weight * back[lane];
        sth_map_write(dst, block, y, column.pixels[tap], sum);
      }
    }
  }
}

void sth_map_resize_gradient_reference(const sth_map *dst, const sth_map_source *dy, const sth_map_resize *resize,
                                       int32_t begin, int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    clear_row(dst, y);
    for (int32_t row = 0; row < dy->map.h; row++) {
      const float share = share_of(resize, row, y, dst->h);
      if (share != 0.0f) add_row(dst, dy, resize, y, row, share);
    }
  }
}
