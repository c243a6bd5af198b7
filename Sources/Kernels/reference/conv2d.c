// conv2d.c - a two-dimensional convolution, row by row: the specification.
//
// A unit is one output row of all channels. The source rows under it are first read through the lens into the workspace,
// [in_c][kernel_h][band_w]; then every weight adds one shifted, scaled row to the result. Sums are float32, in the order
// bias, then ci, ky, kx: the error is at most about K ulp of sum |weight * u|, K = in_c * kernel_h * kernel_w.
#include "../levels.h"
#include "../lens.h"

// Columns of the enlarged, padded picture under one output row.
static int64_t band_width(const sth_conv2d *shape) {
  if (shape->out_w <= 0) return 0;
  return (int64_t)(shape->out_w - 1) * shape->stride_w + shape->kernel_w;
}

static int64_t weight_count(const sth_conv2d *shape) {
  return (int64_t)shape->out_c * shape->in_c * shape->kernel_h * shape->kernel_w;
}

void sth_conv2d_f32_query_reference(sth_conv2d_needs *needs, const sth_conv2d *shape) {
  needs->units = shape->out_h;
  needs->packed_bytes = weight_count(shape) * (int64_t)sizeof(float);
  needs->workspace_bytes = (int64_t)shape->in_c * shape->kernel_h * band_width(shape) * (int64_t)sizeof(float);
}

void sth_conv2d_f32_pack_reference(void *packed, const float *weights, const sth_conv2d *shape) {
  float *copy = packed;
  for (int64_t i = 0; i < weight_count(shape); i++) copy[i] = weights[i];
}

// dst[x] += weight * u[x * stride]
static void add_scaled_row(float *restrict dst, const float *restrict u, float weight, int64_t w, int64_t stride) {
  if (stride == 1) {  // the same loop, with a stride that the compiler can see
    for (int64_t x = 0; x < w; x++) dst[x] += weight * u[x];
  } else {
    for (int64_t x = 0; x < w; x++) dst[x] += weight * u[x * stride];
  }
}

void sth_conv2d_f32_reference(const sth_conv2d_operands *operands, const sth_conv2d *shape, int32_t begin,
                              int32_t end) {
  const int64_t band_w = band_width(shape);
  const sth_planes *dst = &operands->dst;
  float *band = operands->workspace;

  for (int32_t y = begin; y < end; y++) {
    for (int32_t ci = 0; ci < shape->in_c; ci++) {
      for (int32_t ky = 0; ky < shape->kernel_h; ky++) {
        const int64_t source_y = (int64_t)y * shape->stride_h + ky - shape->pad_top;
        const sth_lens_row row = sth_lens_row_at(operands, shape, ci, source_y);
        sth_lens_fill(band + ((int64_t)ci * shape->kernel_h + ky) * band_w, &row, shape, -(int64_t)shape->pad_left,
                      band_w);
      }
    }
    const float *weight = operands->packed;
    for (int32_t co = 0; co < shape->out_c; co++) {
      float *out = dst->data + co * dst->c_stride + y * dst->h_stride;
      const float bias = operands->bias != NULL ? operands->bias[co] : 0.0f;
      for (int32_t x = 0; x < shape->out_w; x++) out[x] = bias;
      for (int64_t row = 0; row < (int64_t)shape->in_c * shape->kernel_h; row++) {
        for (int32_t kx = 0; kx < shape->kernel_w; kx++) {
          add_scaled_row(out, band + row * band_w + kx, *weight++, shape->out_w, shape->stride_w);
        }
      }
    }
  }
}
