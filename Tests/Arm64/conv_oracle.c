// conv_oracle.c - the numbers of a convolution, and its result in double precision, written from the contract alone.
#include <math.h>
#include <stdlib.h>

#include "conv_case.h"
#include "seeded_values.h"

int32_t walked(int32_t i, int32_t n, uint32_t mode) {
  if (i >= 0 && i < n) return i;
  if (n == 0 || mode == STH_PAD_ZERO) return -1;
  if (mode == STH_PAD_REPLICATE) return i < 0 ? 0 : n - 1;
  if (n == 1) return 0;
  int32_t at = 0, step = i < 0 ? -1 : 1;
  for (int32_t steps = abs(i); steps > 0; steps--) {
    if (at + step < 0 || at + step >= n) step = -step;
    at += step;
  }
  return at;
}

conv_inputs conv_inputs_make(const conv_case *test, uint32_t format) {
  const sth_conv2d *s = &test->shape;
  uint64_t random = 11;
  conv_inputs inputs = {.source = guarded_map_make(s->in_c, s->in_h, s->in_w, format, test->gap)};
  guarded_map_fill(&inputs.source, &random, 1, 0);
  inputs.weights = guarded_random((int64_t)s->out_c * s->in_c * s->kernel_h * s->kernel_w, &random);
  inputs.bias = guarded_random(s->out_c, &random);
  guarded_memory *vectors[] = {&inputs.scale, &inputs.shift};
  for (int i = 0; i < 2; i++) {
    guarded_memory values = guarded_random(s->in_c, &random);
    *vectors[i] = guarded_channels(values.data, s->in_c);
    guarded_memory_free(&values);
  }
  return inputs;
}

void conv_inputs_free(conv_inputs *inputs) {
  guarded_map_free(&inputs->source);
  guarded_memory_free(&inputs->weights);
  guarded_memory_free(&inputs->bias);
  guarded_memory_free(&inputs->scale);
  guarded_memory_free(&inputs->shift);
}

static void *zeros(size_t count) {
  void *memory = calloc(count + 1, sizeof(double));
  if (memory == NULL) abort();
  return memory;
}

// The source after scale, shift, relu, enlargement and padding: [in_c][h][w].
static double *lensed(const conv_case *test, const conv_inputs *inputs, int32_t h, int32_t w) {
  const sth_conv2d *s = &test->shape;
  double *u = zeros((size_t)s->in_c * (size_t)h * (size_t)w), *to = u;
  const float *scale = inputs->scale.data, *shift = inputs->shift.data;
  for (int32_t c = 0; c < s->in_c; c++) {
    for (int32_t y = 0; y < h; y++) {
      const int32_t row = walked(y - s->pad_top, s->in_h * s->upsample, s->pad_mode);
      for (int32_t x = 0; x < w; x++, to++) {
        const int32_t column = walked(x - s->pad_left, s->in_w * s->upsample, s->pad_mode);
        if (row < 0 || column < 0) continue;
        if (test->stuffed && (row % s->upsample != 0 || column % s->upsample != 0)) continue;
        double v = guarded_map_get(&inputs->source, c, row / s->upsample, column / s->upsample);
        if (test->affine) v = v * scale[c] + shift[c];
        *to = s->in_relu ? fmax(v, 0) : v;
      }
    }
  }
  return u;
}

conv_oracle conv_oracle_make(const conv_case *test, const conv_inputs *inputs) {
  const sth_conv2d *s = &test->shape;
  const int32_t h = (s->out_h - 1) * s->stride_h + s->kernel_h, w = (s->out_w - 1) * s->stride_w + s->kernel_w;
  double *u = lensed(test, inputs, h, w);
  conv_oracle oracle = {.values = zeros((size_t)s->out_c * (size_t)s->out_h * (size_t)s->out_w),
                        .reach = zeros((size_t)s->out_c)};
  double *to = oracle.values, reach = 0;
  for (int32_t co = 0; co < s->out_c; co++) {
    const float bias = test->bias ? ((const float *)inputs->bias.data)[co] : 0;
    for (int32_t y = 0; y < s->out_h; y++) {
      for (int32_t x = 0; x < s->out_w; x++) {
        double sum = bias, magnitude = fabs(sum);
        const float *weight = (const float *)inputs->weights.data + (int64_t)co * s->in_c * s->kernel_h * s->kernel_w;
        for (int32_t ci = 0; ci < s->in_c; ci++) {
          for (int32_t ky = 0; ky < s->kernel_h; ky++) {
            const double *row = u + ((int64_t)ci * h + y * s->stride_h + ky) * w + x * s->stride_w;
            for (int32_t kx = 0; kx < s->kernel_w; kx++) {
              const double term = *weight++ * row[kx];
              sum += term;
              magnitude += fabs(term);
            }
          }
        }
        *to++ = sum;
        oracle.reach[co] = fmax(oracle.reach[co], magnitude);
      }
    }
    reach += oracle.reach[co];
  }
  free(u);
  // Of t products of the same size s the magnitudes sum to t s, their squares to t s^2. A picture smaller than the
  // kernel has fewer that are not zero, and so has one with zeros between its pixels.
  const double enlarged = s->upsample * s->upsample, picture = (double)s->in_h * s->in_w * (test->stuffed ? 1 : enlarged);
  const double window = s->kernel_h * s->kernel_w / (test->stuffed ? enlarged : 1);
  oracle.energy = reach / s->out_c / sqrt(s->in_c * fmin(window, picture) + 1);
  return oracle;
}

void conv_oracle_free(conv_oracle *oracle) {
  free(oracle->values);
  free(oracle->reach);
}
