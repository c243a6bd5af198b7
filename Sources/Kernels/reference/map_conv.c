// map_conv.c - a convolution on maps, pixel by pixel: the specification.
//
// A unit is one output row of all channels. The source under it is first read through the lens into the workspace,
// [kernel_h][band_w][in_c]. Packed are the bias, [out blocks][16], then the weights,
// [out blocks][kernel_h][kernel_w][in_c][16]. Whatever the arithmetic, products and sums are float32, in the order bias, ky,
// kx, ci.
#include "../map_levels.h"
#include "../map_moments.h"
#include "../map_pixel.h"

// Columns of the enlarged, padded picture under one output row.
static int64_t band_width(const sth_conv2d *conv) {
  return conv->out_w > 0 ? (int64_t)(conv->out_w - 1) * conv->stride_w + conv->kernel_w : 0;
}

// Weights that one output channel has.
static int64_t term_count(const sth_conv2d *conv) { return (int64_t)conv->kernel_h * conv->kernel_w * conv->in_c; }

void sth_map_conv_query_reference(sth_map_conv_needs *needs, const sth_map_conv *shape) {
  const sth_conv2d *conv = &shape->conv;
  const int64_t out_lanes = (int64_t)sth_map_blocks(conv->out_c) * STH_MAP_LANES;
  needs->units = conv->out_h;
  needs->tile_rows = needs->row_tiles = needs->unit_tiles = 1;
  needs->name = "reference f32";
  needs->algorithm = 0;
  needs->packed_bytes = out_lanes * (1 + term_count(conv)) * (int64_t)sizeof(float);
  needs->workspace_bytes = conv->kernel_h * band_width(conv) * conv->in_c * (int64_t)sizeof(float);
}

void sth_map_conv_pack_reference(void *packed, const float *weights, const float *bias, const sth_map_conv *shape) {
  const sth_conv2d *conv = &shape->conv;
  const int32_t out_lanes = sth_map_blocks(conv->out_c) * STH_MAP_LANES;
  const int64_t taps = (int64_t)conv->kernel_h * conv->kernel_w;
  float *to = packed;
  for (int32_t co = 0; co < out_lanes; co++) *to++ = bias != NULL && co < conv->out_c ? bias[co] : 0.0f;
  for (int32_t block = 0; block < sth_map_blocks(conv->out_c); block++) {
    for (int64_t tap = 0; tap < taps; tap++) {
      for (int32_t ci = 0; ci < conv->in_c; ci++) {
        for (int32_t lane = 0; lane < STH_MAP_LANES; lane++) {
          const int64_t co = block * STH_MAP_LANES + lane;
          const float weight = co < conv->out_c ? weights[(co * conv->in_c + ci) * taps + tap] : 0.0f;
          *to++ = weight;
        }
      }
    }
  }
}

// u[ci] = what lies at source pixel (y, x) or, where either is negative, zero; seen through scale, shift and relu.
static void read_lensed(float *restrict u, const sth_map_conv_operands *operands, const sth_map_conv *shape, int64_t y,
                        int64_t x) {
  const sth_conv2d *conv = &shape->conv;
  for (int32_t block = 0; block < sth_map_blocks(conv->in_c); block++) {
    float lanes[STH_MAP_LANES] = {0};
    if (y >= 0 && x >= 0) {
      sth_map_read(lanes, &operands->src, block, y, x);
      sth_map_look_through(lanes, operands->in_scale, operands->in_shift, conv->in_relu, block);
    }
    const int32_t exist = sth_map_lanes_of(&operands->src, block);
    for (int32_t lane = 0; lane < exist; lane++) u[block * STH_MAP_LANES + lane] = lanes[lane];
  }
}

// The source coordinate under coordinate i of the enlarged, padded axis of n pixels; -1 is zero.
static int64_t source_of(int64_t i, int64_t n, const sth_map_conv *shape) {
  const int64_t by = shape->conv.upsample, at = sth_lens_coordinate(i, n * by, shape->conv.pad_mode);
  return at < 0 || (shape->stuffed && at % by != 0) ? -1 : at / by;
}

static void fill_band(float *band, const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t y) {
  const sth_conv2d *conv = &shape->conv;
  for (int32_t ky = 0; ky < conv->kernel_h; ky++) {
    const int64_t from_y = source_of((int64_t)y * conv->stride_h + ky - conv->pad_top, conv->in_h, shape);
    for (int64_t x = 0; x < band_width(conv); x++) {
      read_lensed(band, operands, shape, from_y, source_of(x - conv->pad_left, conv->in_w, shape));
      band += conv->in_c;
    }
  }
}

// Neighbouring output pixels x ... of a block of channels; more than one only to keep the processor busy.
STH_INLINE void convolve(const sth_map *dst, const float *restrict band, const float *restrict bias,
                         const float *restrict weights, const sth_conv2d *conv, int32_t block, int32_t y, int32_t x,
                         const int pixels) {
  float sum[2][STH_MAP_LANES];
  for (int pixel = 0; pixel < pixels; pixel++) {
    for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[pixel][lane] = bias[lane];
  }
  const int64_t row_terms = (int64_t)conv->kernel_w * conv->in_c, step = (int64_t)conv->stride_w * conv->in_c;
  for (int32_t ky = 0; ky < conv->kernel_h; ky++) {
    const float *u = band + ky * band_width(conv) * conv->in_c + x * step;
    for (int64_t term = 0; term < row_terms; term++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        const float factor = u[pixel * step + term];
        for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[pixel][lane] += factor * weights[lane];
      }
      weights += STH_MAP_LANES;
    }
  }
  for (int pixel = 0; pixel < pixels; pixel++) sth_map_write(dst, block, y, x + pixel, sum[pixel]);
}

void sth_map_conv_reference(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin,
                            int32_t end) {
  const sth_conv2d *conv = &shape->conv;
  const sth_map *dst = &operands->dst;
  const int32_t blocks = sth_map_blocks(conv->out_c);
  const float *bias = operands->packed, *weights = bias + (int64_t)blocks * STH_MAP_LANES;
  float *band = operands->workspace;

  for (int32_t y = begin; y < end; y++) {
    fill_band(band, operands, shape, y);
    for (int32_t block = 0; block < blocks; block++) {
      const float *block_bias = bias + block * STH_MAP_LANES;
      const float *block_weights = weights + block * term_count(conv) * STH_MAP_LANES;
      int32_t x = 0;
      for (; x + 2 <= conv->out_w; x += 2) convolve(dst, band, block_bias, block_weights, conv, block, y, x, 2);
      if (x < conv->out_w) convolve(dst, band, block_bias, block_weights, conv, block, y, x, 1);
    }
    if (shape->moments) sth_map_rows_moments(sth_map_record(operands->moments, y, conv->out_c), dst, y, y + 1);
  }
}
