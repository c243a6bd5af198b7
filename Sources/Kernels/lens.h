// lens.h - how a kernel reads outside a picture, and how a convolution reads its source: the one definition for all levels.
//
// The functions are inlined into their callers, so that each level gets them in its own instruction set.
#ifndef STYLEHOST_KERNELS_LENS_H
#define STYLEHOST_KERNELS_LENS_H

#include <stylehost/kernels.h>
#include <stddef.h>

#define STH_INLINE static inline __attribute__((always_inline))

// Where coordinate i is read from on an axis of n elements: 0 ..< n, or -1 for zero.
STH_INLINE int64_t sth_lens_coordinate(int64_t i, int64_t n, uint32_t mode) {
  if (i >= 0 && i < n) return i;
  if (mode == STH_PAD_ZERO || n <= 0) return -1;
  if (mode == STH_PAD_REPLICATE) return i < 0 ? 0 : n - 1;
  if (n == 1) return 0;
  if (i < 0 && i > -n) return -i;  // one bounce, the usual case, without a division
  if (i >= n && i < 2 * n - 1) return 2 * (n - 1) - i;
  const int64_t period = 2 * (n - 1);  // 0 1 ... n-1 n-2 ... 1, and again
  int64_t phase = i % period;
  if (phase < 0) phase += period;
  return phase < n ? phase : period - phase;
}

// One row of a plane as a convolution sees it before enlargement and padding: u = data * scale + shift, then relu or not.
typedef struct sth_lens_row {
  const float *data;  // NULL: the whole row is zero
  float scale, shift;
  int32_t relu;
} sth_lens_row;

STH_INLINE float sth_lens_sample(const sth_lens_row *row, int64_t x) {
  const float u = row->data[x] * row->scale + row->shift;
  return row->relu ? (u > 0.0f ? u : 0.0f) : u;
}

// dst = samples x ..< x + n as stored, without a look at the ends of the row.
STH_INLINE void sth_lens_copy(float *restrict dst, const sth_lens_row *row, int64_t x, int64_t n) {
  const float *restrict src = row->data + x;
  const float scale = row->scale, shift = row->shift;
  if (row->relu) {
    for (int64_t i = 0; i < n; i++) {
      const float u = src[i] * scale + shift;
      dst[i] = u > 0.0f ? u : 0.0f;
    }
  } else {
    for (int64_t i = 0; i < n; i++) dst[i] = src[i] * scale + shift;
  }
}

// The same with each sample twice: 2 n elements of dst.
STH_INLINE void sth_lens_copy_doubled(float *restrict dst, const sth_lens_row *row, int64_t x, int64_t n) {
  const float *restrict src = row->data + x;
  const float scale = row->scale, shift = row->shift;
  if (row->relu) {
    for (int64_t i = 0; i < n; i++) {
      const float u = src[i] * scale + shift;
      dst[2 * i] = u > 0.0f ? u : 0.0f;
      dst[2 * i + 1] = u > 0.0f ? u : 0.0f;
    }
  } else {
    for (int64_t i = 0; i < n; i++) {
      const float u = src[i] * scale + shift;
      dst[2 * i] = u;
      dst[2 * i + 1] = u;
    }
  }
}

// dst = elements x ..< x + n of the row enlarged by repetition; all of them inside the picture.
STH_INLINE void sth_lens_enlarge(float *dst, const sth_lens_row *row, int64_t factor, int64_t x, int64_t n) {
  if (factor == 2) {
    const int64_t head = n > 0 ? x & 1 : 0;  // the second half of a sample
    const int64_t pairs = (n - head) / 2;
    if (head) dst[0] = sth_lens_sample(row, x >> 1);
    sth_lens_copy_doubled(dst + head, row, (x + head) >> 1, pairs);
    if (head + 2 * pairs < n) dst[n - 1] = sth_lens_sample(row, (x + n - 1) >> 1);
    return;
  }
  int64_t i = 0;
  while (i < n) {
    const int64_t at = (x + i) / factor;
    int64_t run = (at + 1) * factor - (x + i);  // what is left of this sample's repetitions
    if (run > n - i) run = n - i;
    const float u = sth_lens_sample(row, at);
    for (int64_t j = 0; j < run; j++) dst[i + j] = u;
    i += run;
  }
}

// dst[0 ..< n] = the row at columns x ... of the enlarged, padded picture; x = 0 is the first column of the picture itself.
STH_INLINE void sth_lens_fill(float *dst, const sth_lens_row *row, const sth_conv2d *shape, int64_t x, int64_t n) {
  if (row->data == NULL) {
    for (int64_t i = 0; i < n; i++) dst[i] = 0.0f;
    return;
  }
  const int64_t factor = shape->upsample, width = shape->in_w * factor;
  // The part [first, last) of dst lies inside the picture.
  int64_t first = x < 0 ? -x : 0, last = width - x;
  if (first > n) first = n;
  if (last > n) last = n;
  if (last < first) last = first;

  for (int64_t i = 0; i < first; i++) {
    const int64_t at = sth_lens_coordinate(x + i, width, shape->pad_mode);
    dst[i] = at < 0 ? 0.0f : sth_lens_sample(row, at / factor);
  }
  if (factor == 1) {
    sth_lens_copy(dst + first, row, x + first, last - first);
  } else {
    sth_lens_enlarge(dst + first, row, factor, x + first, last - first);
  }
  for (int64_t i = last; i < n; i++) {
    const int64_t at = sth_lens_coordinate(x + i, width, shape->pad_mode);
    dst[i] = at < 0 ? 0.0f : sth_lens_sample(row, at / factor);
  }
}

// Row y of channel ci of the enlarged, padded picture; y = 0 is the first row of the picture itself.
STH_INLINE sth_lens_row sth_lens_row_at(const sth_conv2d_operands *operands, const sth_conv2d *shape, int32_t ci,
                                        int64_t y) {
  sth_lens_row row = {.data = NULL, .scale = 1.0f, .shift = 0.0f, .relu = shape->in_relu};
  const int64_t at = sth_lens_coordinate(y, (int64_t)shape->in_h * shape->upsample, shape->pad_mode);
  if (at < 0 || shape->in_w <= 0) return row;
  const sth_planes *src = &operands->src;
  row.data = src->data + ci * src->c_stride + at / shape->upsample * src->h_stride;
  if (operands->in_scale != NULL) {
    row.scale = operands->in_scale[ci];
    row.shift = operands->in_shift[ci];
  }
  return row;
}

#endif  // STYLEHOST_KERNELS_LENS_H
