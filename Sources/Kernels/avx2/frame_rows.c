// frame_rows.c - AVX2 twins of what unpack and pack do to a row: eight samples at a time, tails by the reference.
#if defined(__x86_64__)
#include <immintrin.h>

#include "../frame_rows.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

static inline __m256 codes_at(const void *codes, int32_t words, int32_t x) {
  const uint8_t *at = (const uint8_t *)codes + ((int64_t)x << words);
  __m256i wide = words ? _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)at))
                       : _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)at));
  return _mm256_cvtepi32_ps(wide);
}

static inline void put_codes(void *codes, __m256 value, const sth_frame_steps *steps, int32_t x) {
  uint8_t *at = (uint8_t *)codes + ((int64_t)x << steps->words);
  __m256 broken = _mm256_cmp_ps(value, value, _CMP_UNORD_Q);
  value = _mm256_blendv_ps(value, _mm256_set1_ps(steps->zero), broken);
  value = _mm256_min_ps(_mm256_max_ps(value, _mm256_setzero_ps()), _mm256_set1_ps(steps->top));
  __m256i code = _mm256_cvttps_epi32(_mm256_add_ps(value, _mm256_set1_ps(0x1.fffffep-2f)));
  __m128i packed = _mm_packus_epi32(_mm256_castsi256_si128(code), _mm256_extracti128_si256(code, 1));
  if (steps->words) {
    _mm_storeu_si128((void *)at, packed);
  } else {
    _mm_storel_epi64((void *)at, _mm_packus_epi16(packed, packed));
  }
}

static inline __m256 on_ramp(__m256 code, const sth_frame_ramp *ramp) {
  __m256 above = _mm256_sub_ps(code, _mm256_set1_ps(ramp->zero));
  __m256 coarse = _mm256_mul_ps(above, _mm256_set1_ps(ramp->coarse));
  __m256 fine = _mm256_mul_ps(above, _mm256_set1_ps(ramp->fine));
  return _mm256_add_ps(_mm256_add_ps(coarse, fine), _mm256_set1_ps(ramp->black));
}

static void from_codes(float *dst, const void *src, const sth_frame_ramp *ramp, int32_t n) {
  const sth_frame_ramp k = *ramp;
  int32_t x = 0;
  for (; x + 8 <= n; x += 8) _mm256_storeu_ps(dst + x, on_ramp(codes_at(src, k.words, x), &k));
  if (x < n) sth_frame_rows_reference.from_codes(dst + x, (const uint8_t *)src + ((int64_t)x << k.words), ramp, n - x);
}

static void to_codes(void *dst, const sth_frame_taps *src, const sth_frame_steps *steps, int32_t n) {
  const sth_frame_taps taps = *src;
  const sth_frame_steps k = *steps;
  int32_t x = 0;
  for (; x + 8 <= n; x += 8) {
    __m256 sum = _mm256_mul_ps(_mm256_loadu_ps(taps.lines[0] + x), _mm256_set1_ps(taps.weights[0]));
    sum = _mm256_add_ps(sum, _mm256_set1_ps(taps.offset));
    for (int32_t i = 1; i < taps.count; i++) {
      __m256 part = _mm256_mul_ps(_mm256_loadu_ps(taps.lines[i] + x), _mm256_set1_ps(taps.weights[i]));
      sum = _mm256_add_ps(sum, part);
    }
    put_codes(dst, sum, &k, x);
  }
  if (x == n) return;
  sth_frame_taps rest = taps;
  for (int32_t i = 0; i < taps.count; i++) rest.lines[i] += x;
  sth_frame_rows_reference.to_codes((uint8_t *)dst + ((int64_t)x << k.words), &rest, steps, n - x);
}

static void to_rgb(float *const rgb[3], const void *luma, const float *cb, const float *cr, const sth_frame_to_rgb *matrix,
                   int32_t n) {
  const sth_frame_to_rgb k = *matrix;
  float *const red = rgb[0], *const green = rgb[1], *const blue = rgb[2];
  int32_t x = 0;
  for (; x + 8 <= n; x += 8) {
    __m256 y = on_ramp(codes_at(luma, k.luma.words, x), &k.luma);
    __m256 b = _mm256_loadu_ps(cb + x), r = _mm256_loadu_ps(cr + x);
    __m256 g = _mm256_add_ps(_mm256_mul_ps(b, _mm256_set1_ps(k.g_cb)), _mm256_mul_ps(r, _mm256_set1_ps(k.g_cr)));
    _mm256_storeu_ps(red + x, _mm256_add_ps(y, _mm256_mul_ps(r, _mm256_set1_ps(k.r_cr))));
    _mm256_storeu_ps(green + x, _mm256_add_ps(y, g));
    _mm256_storeu_ps(blue + x, _mm256_add_ps(y, _mm256_mul_ps(b, _mm256_set1_ps(k.b_cb))));
  }
  if (x == n) return;
  float *const rest[3] = {red + x, green + x, blue + x};
  const uint8_t *codes = (const uint8_t *)luma + ((int64_t)x << k.luma.words);
  sth_frame_rows_reference.to_rgb(rest, codes, cb + x, cr + x, matrix, n - x);
}

static inline __m256 weighted(const float row[4], __m256 r, __m256 g, __m256 b) {
  __m256 first = _mm256_add_ps(_mm256_mul_ps(r, _mm256_set1_ps(row[0])), _mm256_set1_ps(row[3]));
  return _mm256_add_ps(
      first, _mm256_add_ps(_mm256_mul_ps(g, _mm256_set1_ps(row[1])), _mm256_mul_ps(b, _mm256_set1_ps(row[2]))));
}

static void to_yuv(void *luma, float *cb, float *cr, const float *const rgb[3], const sth_frame_to_yuv *matrix, int32_t n) {
  const sth_frame_to_yuv k = *matrix;
  const float *const red = rgb[0], *const green = rgb[1], *const blue = rgb[2];
  int32_t x = 0;
  for (; x + 8 <= n; x += 8) {
    __m256 r = _mm256_loadu_ps(red + x), g = _mm256_loadu_ps(green + x), b = _mm256_loadu_ps(blue + x);
    put_codes(luma, weighted(k.y, r, g, b), &k.luma, x);
    _mm256_storeu_ps(cb + x, weighted(k.cb, r, g, b));
    _mm256_storeu_ps(cr + x, weighted(k.cr, r, g, b));
  }
  if (x == n) return;
  const float *const rest[3] = {red + x, green + x, blue + x};
  sth_frame_rows_reference.to_yuv((uint8_t *)luma + ((int64_t)x << k.luma.words), cb + x, cr + x, rest, matrix, n - x);
}

// Writes a0 b0 a1 b1 ... of eight pairs.
static inline void put_interleaved(float *dst, __m256 even, __m256 odd) {
  __m256 low = _mm256_unpacklo_ps(even, odd), high = _mm256_unpackhi_ps(even, odd);
  _mm256_storeu_ps(dst, _mm256_permute2f128_ps(low, high, 0x20));
  _mm256_storeu_ps(dst + 8, _mm256_permute2f128_ps(low, high, 0x31));
}

static void widen_cosited(float *dst, const float *src, int32_t n) {
  int32_t k = 0;
  for (; k + 8 <= n; k += 8) {
    __m256 here = _mm256_loadu_ps(src + k), next = _mm256_loadu_ps(src + k + 1);
    put_interleaved(dst + 2 * k, here, _mm256_mul_ps(_mm256_add_ps(here, next), _mm256_set1_ps(0.5f)));
  }
  if (k < n) sth_frame_rows_reference.widen_cosited(dst + 2 * k, src + k, n - k);
}

static void widen_centred(float *dst, const float *src, int32_t n) {
  int32_t k = 0;
  for (; k + 8 <= n; k += 8) {
    __m256 here = _mm256_loadu_ps(src + k);
    put_interleaved(dst + 2 * k, here, here);
  }
  if (k < n) sth_frame_rows_reference.widen_centred(dst + 2 * k, src + k, n - k);
}

// The even or (with src one further) odd ones of 16 elements.
static inline __m256 every_other(const float *src) {
  __m256 mixed = _mm256_shuffle_ps(_mm256_loadu_ps(src), _mm256_loadu_ps(src + 8), _MM_SHUFFLE(2, 0, 2, 0));
  return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(mixed), _MM_SHUFFLE(3, 1, 2, 0)));
}

// The last load ends one element beyond what the filter needs: inside the line and its pad.
static void narrow_cosited(float *dst, const float *src, int32_t n) {
  int32_t k = 0;
  for (; k + 8 <= n; k += 8) {
    const float *u = src + 2 * (int64_t)k;
    __m256 near = _mm256_add_ps(every_other(u - 1), every_other(u + 1));
    __m256 far = _mm256_add_ps(every_other(u - 2), every_other(u + 2));
    __m256 inner = _mm256_add_ps(_mm256_mul_ps(every_other(u), _mm256_set1_ps(0.75f)),
                                 _mm256_mul_ps(near, _mm256_set1_ps(0.25f)));
    _mm256_storeu_ps(dst + k, _mm256_sub_ps(inner, _mm256_mul_ps(far, _mm256_set1_ps(0.125f))));
  }
  if (k < n) sth_frame_rows_reference.narrow_cosited(dst + k, src + 2 * (int64_t)k, n - k);
}

static void narrow_centred(float *dst, const float *src, int32_t n) {
  int32_t k = 0;
  for (; k + 8 <= n; k += 8) {
    const float *u = src + 2 * (int64_t)k;
    _mm256_storeu_ps(dst + k, _mm256_mul_ps(_mm256_add_ps(every_other(u), every_other(u + 1)), _mm256_set1_ps(0.5f)));
  }
  if (k < n) sth_frame_rows_reference.narrow_centred(dst + k, src + 2 * (int64_t)k, n - k);
}

static void mean(float *dst, const float *a, const float *b, int32_t n) {
  int32_t x = 0;
  for (; x + 8 <= n; x += 8) {
    __m256 sum = _mm256_add_ps(_mm256_loadu_ps(a + x), _mm256_loadu_ps(b + x));
    _mm256_storeu_ps(dst + x, _mm256_mul_ps(sum, _mm256_set1_ps(0.5f)));
  }
  if (x < n) sth_frame_rows_reference.mean(dst + x, a + x, b + x, n - x);
}

#pragma clang attribute pop

const sth_frame_rows sth_frame_rows_avx2 = {
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
#endif
