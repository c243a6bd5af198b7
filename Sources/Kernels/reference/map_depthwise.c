// map_depthwise.c - a convolution of each channel of a map by itself: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"

// Adds what column kx of row ky of the kernel makes of its pixel, which a border of zeros may swallow.
static void add_tap(float sum[STH_MAP_LANES], const sth_map_source *source, const sth_map_depthwise *conv, int32_t block,
                    int64_t y, int64_t x, const float *weights) {
  const int64_t from_y = sth_lens_coordinate(y, source->map.h, conv->pad_mode);
  const int64_t from_x = sth_lens_coordinate(x, source->map.w, conv->pad_mode);
  if (from_y < 0 || from_x < 0) return;
  float lanes[STH_MAP_LANES];
  sth_map_source_read(lanes, source, block, from_y, from_x);
  for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[lane] += lanes[lane] * weights[lane];
}

void sth_map_depthwise_reference(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                                 int32_t begin, int32_t end) {
  const int64_t tap = (int64_t)sth_map_blocks(dst->c) * STH_MAP_LANES;  // from the weights of a tap to those of the next
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        const float *weights = conv->weights + block * STH_MAP_LANES;
        float sum[STH_MAP_LANES];
        for (int lane = 0; lane < STH_MAP_LANES; lane++) {
          sum[lane] = conv->bias != NULL ? conv->bias[block * STH_MAP_LANES + lane] : 0.0f;
        }
        for (int32_t ky = 0; ky < conv->kernel_h; ky++) {
          for (int32_t kx = 0; kx < conv->kernel_w; kx++) {
            add_tap(sum, source, conv, block, (int64_t)y * conv->stride_h + ky - conv->pad_top,
                    (int64_t)x * conv->stride_w + kx - conv->pad_left, weights);
            weights += tap;
          }
        }
        sth_map_write(dst, block, y, x, sum);
      }
    }
  }
}
