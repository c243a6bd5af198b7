// integers.h - how finely numbers are counted where products are made of int16.
//
// A sum of `terms` products must stay below 2^31. Half of those bits belong to either side, nearly: numbers that vary with
// the picture are known by their largest, weights by the sum of their sizes too, so the former may count further.
#ifndef STYLEHOST_KERNELS_INTEGERS_H
#define STYLEHOST_KERNELS_INTEGERS_H

#include "lens.h"

#define STH_INT16_MOST 32767.0f
#define STH_INT8_MOST 127.0f

// The largest integer that stands for a number of the picture.
STH_INLINE float sth_int16_limit(int64_t terms) {
  const float limit = 131072.0f / __builtin_sqrtf((float)terms);
  return limit < STH_INT16_MOST ? __builtin_floorf(limit) : STH_INT16_MOST;
}

// What a step of `terms` weights is worth, given the largest of their sizes and the sum of them: none is beyond int16, and
// with the rounding of each their sum times the limit is below 2^31. NaN where one of them is.
STH_INLINE float sth_int16_scale(float largest, float sum, int64_t terms) {
  const float most = 2147483648.0f / sth_int16_limit(terms) - (float)terms;
  const float by_sum = sum / most, by_largest = largest / STH_INT16_MOST;
  return by_largest > by_sum ? by_largest : by_sum;
}

// A weight in steps, to nearest, at most `most` of them: a step so small that it was itself rounded could ask for more.
// 0 where a step is worth nothing, or is no number.
STH_INLINE int16_t sth_int16_of(float weight, float scale, float most) {
  const float steps = weight / scale;
  if (steps != steps) return 0;
  return (int16_t)(steps < 0.0f ? (steps > -most ? steps - 0.5f : -most) : (steps < most ? steps + 0.5f : most));
}

#endif  // STYLEHOST_KERNELS_INTEGERS_H
