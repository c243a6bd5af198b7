// conv_cases.c - the lists of convolutions: tails of channels, heights and widths, kernels, lenses, tiny pictures.
#include "conv_case.h"

#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

static const uint32_t modes[] = {STH_PAD_ZERO, STH_PAD_REFLECT, STH_PAD_REPLICATE};

// A mirrored border that keeps the size, a bias, nothing else.
static conv_case plain(int32_t in_c, int32_t in_h, int32_t in_w, int32_t out_c, int32_t kernel) {
  return (conv_case){
      .shape = {.struct_size = sizeof(sth_conv2d), .pad_mode = STH_PAD_REFLECT, .in_c = in_c, .in_h = in_h,
                .in_w = in_w, .out_c = out_c, .kernel_h = kernel, .kernel_w = kernel, .stride_h = 1, .stride_w = 1,
                .pad_top = kernel / 2, .pad_left = kernel / 2, .upsample = 1},
      .bias = 1,
  };
}

static conv_case with_stride(conv_case test, int32_t stride) {
  test.shape.stride_h = test.shape.stride_w = stride;
  return test;
}

static conv_case with_pad(conv_case test, int32_t pad, uint32_t mode) {
  test.shape.pad_top = test.shape.pad_left = pad;
  test.shape.pad_mode = mode;
  return test;
}

static conv_case with_lens(conv_case test, int32_t upsample, int32_t affine, int32_t relu) {
  test.shape.upsample = upsample;
  test.shape.in_relu = relu;
  test.affine = affine;
  return test;
}

// Zeros between the pixels: a transposed convolution.
static conv_case stuffed(conv_case test, int32_t upsample) {
  test.shape.upsample = upsample;
  test.stuffed = 1;
  return test;
}

static conv_case with_gap(conv_case test, int32_t gap) {
  test.gap = gap;
  return test;
}

static conv_case with_size(conv_case test, int32_t out_h, int32_t out_w) {
  test.shape.out_h = out_h;
  test.shape.out_w = out_w;
  return test;
}

// Completes the size as frameworks count it and hands the case on, if it has any output.
static void offer(void (*check)(const conv_case *), conv_case test) {
  sth_conv2d *s = &test.shape;
  if (s->out_h == 0) {
    s->out_h = (s->in_h * s->upsample + 2 * s->pad_top - s->kernel_h) / s->stride_h + 1;
    s->out_w = (s->in_w * s->upsample + 2 * s->pad_left - s->kernel_w) / s->stride_w + 1;
  }
  if (s->out_h > 0 && s->out_w > 0) check(&test);
}

static void each_kernel(void (*check)(const conv_case *)) {
  const int32_t sizes[] = {1, 3, 5, 7, 9};
  for (int k = 0; k < COUNT(sizes); k++) {
    for (int32_t stride = 1; stride <= 2; stride++) {
      for (int m = 0; m < COUNT(modes); m++) {
        offer(check, with_gap(with_pad(with_stride(plain(6, 9, 11, 20, sizes[k]), stride), sizes[k] / 2, modes[m]), 1));
      }
    }
  }
}

// Around the planar limit and the blocks, on both sides.
static void each_channel_count(void (*check)(const conv_case *)) {
  const int32_t counts[] = {1, 2, 3, 4, 5, 15, 16, 17, 33, 64};
  for (int i = 0; i < COUNT(counts); i++) {
    const int32_t c = counts[i];
    offer(check, with_gap(plain(c, 5, 7, 33, 3), 3));
    offer(check, plain(c, 7, 9, 3, 9));
    offer(check, with_gap(with_lens(plain(17, 5, 19, c, 3), 1, 0, 1), 1));
    offer(check, with_lens(plain(3, 6, 9, c, 9), 1, 1, 0));
    offer(check, with_lens(with_stride(plain(c, 9, 6, 16, 3), 2), 1, 1, 1));
    offer(check, plain(16, 4, 5, c, 1));
  }
}

// Around vectors and tiles.
static void each_size(void (*check)(const conv_case *)) {
  const int32_t sizes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 33};
  for (int i = 0; i < COUNT(sizes); i++) {
    const int32_t n = sizes[i];
    offer(check, with_gap(plain(16, 3, n, 16, 3), 1));
    offer(check, with_lens(with_pad(plain(7, n, 5, 21, 3), 1, STH_PAD_ZERO), 1, 1, 1));
    offer(check, with_gap(with_stride(with_pad(plain(16, 6, n, 17, 3), 1, STH_PAD_ZERO), 2), 2));
    offer(check, plain(3, 5, n, 16, 9));
    offer(check, with_lens(plain(16, n, 7, 3, 7), 1, 0, 1));
  }
}

static void each_lens(void (*check)(const conv_case *)) {
  for (int32_t upsample = 1; upsample <= 3; upsample++) {
    for (int options = 0; options < 4; options++) {
      for (int m = 0; m < COUNT(modes); m++) {
        const int32_t affine = options & 1, relu = options >> 1;
        conv_case wide = with_lens(with_pad(plain(18, 6, 13, 16, 3), 1, modes[m]), upsample, affine, relu);
        conv_case narrow = with_lens(with_pad(plain(3, 4, 7, 5, 3), 1, modes[m]), upsample, affine, relu);
        wide.bias = relu;
        narrow.bias = affine;
        offer(check, with_gap(wide, upsample));
        offer(check, narrow);
      }
    }
  }
}

// Pads larger than the picture.
static void each_tiny_picture(void (*check)(const conv_case *)) {
  const int32_t sizes[][2] = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 2}, {1, 5}};
  for (int i = 0; i < COUNT(sizes); i++) {
    for (int m = 0; m < COUNT(modes); m++) {
      const int32_t h = sizes[i][0], w = sizes[i][1];
      offer(check, with_lens(with_pad(plain(5, h, w, 4, 9), 11, modes[m]), 1, 1, 1));
      offer(check, with_lens(with_pad(plain(16, h, w, 16, 3), 5, modes[m]), 1, 1, 1));
      offer(check, with_lens(with_stride(with_pad(plain(9, h, w, 6, 3), 7, modes[m]), 2), 2, 0, 0));
    }
  }
}

static void each_transposed(void (*check)(const conv_case *)) {
  for (int32_t n = 1; n <= 9; n += 2) {
    offer(check, with_gap(stuffed(with_pad(plain(17, 5, n, 19, 3), 1, STH_PAD_ZERO), 2), 1));
    offer(check, stuffed(with_pad(plain(33, n, 6, 40, 3), 1, STH_PAD_ZERO), 2));
    offer(check, with_size(stuffed(with_pad(plain(33, n, 6, 40, 4), 2, STH_PAD_ZERO), 2), 2 * n, 12));
    offer(check, stuffed(with_pad(plain(16, 4, n, 3, 7), 3, STH_PAD_ZERO), 2));
    offer(check, stuffed(with_pad(plain(3, n, 4, 16, 3), 1, STH_PAD_ZERO), 3));
  }
}

// What does not fit the other lists.
static void each_oddity(void (*check)(const conv_case *)) {
  conv_case flat = with_pad(plain(6, 9, 40, 7, 1), 3, STH_PAD_REFLECT);
  flat.shape.kernel_w = 7;
  flat.shape.stride_w = 3;
  offer(check, flat);
  offer(check, with_stride(with_pad(plain(5, 9, 11, 16, 2), 0, STH_PAD_REFLECT), 2));
  offer(check, with_stride(with_pad(plain(5, 9, 11, 16, 4), 1, STH_PAD_REFLECT), 2));
  offer(check, with_stride(plain(5, 9, 11, 16, 1), 3));
  offer(check, with_pad(plain(16, 9, 11, 16, 3), 0, STH_PAD_REFLECT));
  offer(check, with_size(plain(16, 9, 11, 16, 3), 20, 30));  // more is added at bottom and right than at top and left
  offer(check, with_size(with_pad(plain(16, 9, 11, 16, 3), 0, STH_PAD_REFLECT), 2, 3));   // and less
  offer(check, with_size(with_pad(plain(16, 9, 11, 16, 3), -2, STH_PAD_REFLECT), 4, 5));  // a crop in the lens
  offer(check, with_lens(plain(70, 7, 9, 65, 3), 1, 1, 1));
  offer(check, with_lens(plain(33, 9, 7, 40, 3), 2, 1, 1));
}

void each_large_conv_case(void (*check)(const conv_case *test)) {
  offer(check, with_gap(plain(16, 30, 43, 9, 3), 1));
  offer(check, plain(3, 33, 20, 16, 9));
  offer(check, plain(16, 17, 40, 3, 9));
  offer(check, with_lens(plain(33, 25, 26, 36, 3), 1, 1, 1));
  offer(check, with_lens(with_stride(plain(5, 40, 61, 17, 3), 2), 1, 1, 1));
  offer(check, with_lens(with_pad(plain(8, 17, 30, 8, 3), 1, STH_PAD_ZERO), 2, 0, 0));
}

void each_conv_case(void (*check)(const conv_case *test)) {
  each_kernel(check);
  each_channel_count(check);
  each_size(check);
  each_lens(check);
  each_tiny_picture(check);
  each_transposed(check);
  each_oddity(check);
  each_large_conv_case(check);
}
