// integers.h - how finely numbers are counted where products are made of int16.
//
// A sum of `terms` products must stay below 2^31. Half of those bits belong to either side, nearly: numbers that vary with
// the picture are known by their largest, weights by the sum of their sizes too, so the former may count further.
#ifndef STYLEHOST_KERNELS_INTEGERS_H
#define STYLEHOST_KERNELS_INTEGERS_H

#include "lens.h"

// The largest integer that stands for a number of the picture.
STH_INLINE float sth_int16_limit(int64_t terms) {
  const float limit = 131072.0f / __builtin_sqrtf((float)terms);
  return limit < 32767.0f ? __builtin_floorf(limit) : 32767.0f;
}

// What a step of `terms` weights is worth, given the largest of their sizes and the sum of them: none is beyond int16, and
// with the rounding of each their sum times the limit is below 2^31.
STH_INLINE float sth_int16_scale(float largest, float sum, int64_t terms) {
  const float most = 2147483648.0f / sth_int16_limit(terms) - (float)terms;
  const float by_sum = sum / most, by_largest = largest / 32767.0f;
  return by_sum > by_largest ? by_sum : by_largest;
}

// A weight in steps, to nearest.
STH_INLINE int16_t sth_int16_of(float weight, float scale) {
  if (scale == 0.0f) return 0;
  const float steps = weight / scale;
  return (int16_t)(steps < 0.0f ? steps - 0.5f : steps + 0.5f);
}

#endif  // STYLEHOST_KERNELS_INTEGERS_H
