// map_conv_gradient.c - the gradient of a convolution's weights: the specification. Sums are double.
//
// y[o][p] = sum of w[o][i][t] * u[i][p + t]  =>  dw[o][i][t] = sum over p of dy[o][p] * u[i][p + t]
//
// A unit is one input channel, which is a row of dst.
#include "../map_levels.h"
#include "../map_pixel.h"

void sth_map_conv_gradient_query_reference(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape) {
  needs->units = shape->in_c;
  needs->workspace_bytes = 0;
}

// lanes = the gradients of a block of output channels for one weight each.
static void sum_pixels(float lanes[STH_MAP_LANES], const sth_map *dy, const sth_map *src,
                       const sth_map_conv_gradient *shape, int32_t block, const int32_t at[3]) {
  double sum[STH_MAP_LANES] = {0};
  for (int32_t y = 0; y < shape->h; y++) {
    for (int32_t x = 0; x < shape->w; x++) {
      const int64_t from_y = (int64_t)y * shape->stride_h + at[1], from_x = (int64_t)x * shape->stride_w + at[2];
      const double value = sth_map_get(src, at[0], from_y, from_x);
      sth_map_read(lanes, dy, block, y, x);
      for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[lane] += lanes[lane] * value;
    }
  }
  for (int lane = 0; lane < STH_MAP_LANES; lane++) lanes[lane] = (float)(sum[lane] * shape->scale);
}

void sth_map_conv_gradient_reference(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                     const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end) {
  (void)workspace;
  for (int32_t c = begin; c < end; c++) {
    for (int32_t block = 0; block < sth_map_blocks(shape->out_c); block++) {
      for (int32_t tap = 0; tap < shape->kernel_h * shape->kernel_w; tap++) {
        float lanes[STH_MAP_LANES];
        const int32_t at[3] = {c, tap / shape->kernel_w, tap % shape->kernel_w};
        sum_pixels(lanes, dy, src, shape, block, at);
        sth_map_write(dst, block, c, tap, lanes);
      }
    }
  }
}
