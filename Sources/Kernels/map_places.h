// map_places.h - which pixels a resized picture is made of, and how much of each: the one definition for all levels.
//
// Places are counted in double. What is rounded to a pixel is a float32 first: that takes what is nearly a whole or a half
// number for that very one, so that ratios like 2 / 3, which no binary number is, round as they would in exact arithmetic,
// and scales that were float32 themselves as in PyTorch and ONNX Runtime.
#ifndef STYLEHOST_KERNELS_MAP_PLACES_H
#define STYLEHOST_KERNELS_MAP_PLACES_H

#include "include/map_kernels.h"
#include "lens.h"
#include <math.h>

enum { sth_map_most_taps = 4 };

// Along one axis: pixels and their weights, `taps` of them.
typedef struct sth_map_place {
  int32_t pixels[sth_map_most_taps];
  float weights[sth_map_most_taps];
} sth_map_place;

// Pixels that an output pixel is made of along an axis.
STH_INLINE int sth_map_place_taps(const sth_map_resize *resize) {
  return resize->mode == STH_RESIZE_CUBIC ? 4 : resize->mode == STH_RESIZE_LINEAR ? 2 : 1;
}

STH_INLINE int32_t sth_map_place_within(double place, int32_t n) {
  return !(place > 0.0) ? 0 : place >= (double)(n - 1) ? n - 1 : (int32_t)place;
}

STH_INLINE int32_t sth_map_place_rounded(double at, uint32_t rounding, int32_t n) {
  switch (rounding) {
    case STH_ROUND_FLOOR: return sth_map_place_within(floor(at), n);
    case STH_ROUND_CEIL: return sth_map_place_within(ceil(at), n);
    case STH_ROUND_PREFER_FLOOR: return sth_map_place_within(ceil(at - 0.5), n);
    default: return sth_map_place_within(floor(at + 0.5), n);
  }
}

// Weights of the pixels at -1, 0, 1 and 2 for a place t between 0 and 1 (Keys 1981, a = -0.75).
STH_INLINE void sth_map_place_cubic(float weights[4], double t) {
  const double a = -0.75, u = 1.0 - t;
  weights[0] = (float)(((a * (t + 1.0) - 5.0 * a) * (t + 1.0) + 8.0 * a) * (t + 1.0) - 4.0 * a);
  weights[1] = (float)(((a + 2.0) * t - (a + 3.0)) * t * t + 1.0);
  weights[2] = (float)(((a + 2.0) * u - (a + 3.0)) * u * u + 1.0);
  weights[3] = (float)(((a * (u + 1.0) - 5.0 * a) * (u + 1.0) + 8.0 * a) * (u + 1.0) - 4.0 * a);
}

// What output pixel i is made of on an axis of n pixels.
STH_INLINE sth_map_place sth_map_place_of(const sth_map_resize *resize, double ratio, int32_t i, int32_t n) {
  const double half = resize->place == STH_RESIZE_HALF_PIXEL ? 0.5 : 0.0;
  const double scaled = ((double)i + half) * ratio, place = scaled - half;
  sth_map_place at = {.weights = {1.0f}};
  if (resize->mode == STH_RESIZE_NEAREST) {
    at.pixels[0] = sth_map_place_rounded((float)scaled - half, resize->rounding, n);
  } else if (resize->mode == STH_RESIZE_LINEAR) {
    const double inside = !(place > 0.0) ? 0.0 : place > (double)(n - 1) ? (double)(n - 1) : place;
    at.pixels[0] = (int32_t)inside;
    at.pixels[1] = sth_map_place_within(floor(inside) + 1.0, n);
    at.weights[1] = (float)(inside - floor(inside));
    at.weights[0] = 1.0f - at.weights[1];
  } else {
    for (int tap = 0; tap < 4; tap++) at.pixels[tap] = sth_map_place_within(floor(place) + tap - 1.0, n);
    sth_map_place_cubic(at.weights, place - floor(place));
  }
  return at;
}

#endif  // STYLEHOST_KERNELS_MAP_PLACES_H
