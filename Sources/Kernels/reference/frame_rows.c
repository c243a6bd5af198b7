// frame_rows.c - what unpack and pack do to a row, in portable C: the specification of every twin.
#include <math.h>
#include <string.h>

#include "../frame_rows.h"

#pragma STDC FP_CONTRACT OFF

// The largest float below 1/2: floor(x + it) is floor(x + 1/2) for every x >= 0, also for this x itself, where adding
// 1/2 would round up to 1.
static const float below_half = 0x1.fffffep-2f;

static float code_at(const void *codes, int32_t words, int32_t x) {
  if (!words) return (float)((const uint8_t *)codes)[x];
  uint16_t word;  // rows may lie at odd addresses
  memcpy(&word, (const uint8_t *)codes + 2 * (int64_t)x, sizeof word);
  return (float)word;
}

static void put_code(void *codes, float value, const sth_frame_steps *steps, int32_t x) {
  if (value != value) value = steps->zero;
  value = value > 0 ? value : 0;
  value = value < steps->top ? value : steps->top;
  uint16_t word = (uint16_t)(int32_t)(value + below_half);
  if (!steps->words) {
    ((uint8_t *)codes)[x] = (uint8_t)word;
  } else {
    memcpy((uint8_t *)codes + 2 * (int64_t)x, &word, sizeof word);
  }
}

static float on_ramp(float code, const sth_frame_ramp *ramp) {
  float above = code - ramp->zero;
  return (above * ramp->coarse + above * ramp->fine) + ramp->black;
}

static void from_codes(float *dst, const void *src, const sth_frame_ramp *ramp, int32_t n) {
  for (int32_t x = 0; x < n; x++) dst[x] = on_ramp(code_at(src, ramp->words, x), ramp);
}

static void to_codes(void *dst, const sth_frame_taps *src, const sth_frame_steps *steps, int32_t n) {
  for (int32_t x = 0; x < n; x++) {
    float sum = src->lines[0][x] * src->weights[0] + src->offset;
    for (int32_t i = 1; i < src->count; i++) sum = sum + src->lines[i][x] * src->weights[i];
    put_code(dst, sum, steps, x);
  }
}

static void to_rgb(float *const rgb[3], const void *luma, const float *cb, const float *cr, const sth_frame_to_rgb *matrix,
                   int32_t n) {
  const sth_frame_ramp *ramp = &matrix->luma;
  for (int32_t x = 0; x < n; x++) {
    float y = on_ramp(code_at(luma, ramp->words, x), ramp);
    rgb[0][x] = y + cr[x] * matrix->r_cr;
    rgb[1][x] = y + (cb[x] * matrix->g_cb + cr[x] * matrix->g_cr);
    rgb[2][x] = y + cb[x] * matrix->b_cb;
  }
}

static float weighted(const float row[4], float r, float g, float b) {
  return (r * row[0] + row[3]) + (g * row[1] + b * row[2]);
}

static void to_yuv(void *luma, float *cb, float *cr, const float *const rgb[3], const sth_frame_to_yuv *matrix, int32_t n) {
  for (int32_t x = 0; x < n; x++) {
    float r = rgb[0][x], g = rgb[1][x], b = rgb[2][x];
    put_code(luma, weighted(matrix->y, r, g, b), &matrix->luma, x);
    cb[x] = weighted(matrix->cb, r, g, b);
    cr[x] = weighted(matrix->cr, r, g, b);
  }
}

static void widen_cosited(float *dst, const float *src, int32_t n) {
  for (int32_t k = 0; k < n; k++) {
    dst[2 * k] = src[k];
    dst[2 * k + 1] = (src[k] + src[k + 1]) * 0.5f;
  }
}

static void widen_centred(float *dst, const float *src, int32_t n) {
  for (int32_t k = 0; k < n; k++) dst[2 * k] = dst[2 * k + 1] = src[k];
}

static void narrow_cosited(float *dst, const float *src, int32_t n) {
  for (int32_t k = 0; k < n; k++) {
    const float *u = src + 2 * (int64_t)k;
    dst[k] = (u[0] * 0.75f + (u[-1] + u[1]) * 0.25f) - (u[-2] + u[2]) * 0.125f;
  }
}

static void narrow_centred(float *dst, const float *src, int32_t n) {
  for (int32_t k = 0; k < n; k++) dst[k] = (src[2 * k] + src[2 * k + 1]) * 0.5f;
}

static void mean(float *dst, const float *a, const float *b, int32_t n) {
  for (int32_t x = 0; x < n; x++) dst[x] = (a[x] + b[x]) * 0.5f;
}

const sth_frame_rows sth_frame_rows_reference = {
    .from_codes = from_codes,
    .to_codes = to_codes,
    .to_rgb = to_rgb,
    .to_yuv = to_yuv,
    .widen_cosited = widen_cosited,
    .widen_centred = widen_centred,
    .narrow_cosited = narrow_cosited,
    .narrow_centred = narrow_centred,
    .mean = mean,
};
