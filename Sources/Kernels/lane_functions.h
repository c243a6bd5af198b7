// lane_functions.h - functions of single elements, 16 at once, for the vector levels.
//
// Errors are below 1e-6 of the result, or of 1 where that is smaller. Include inside the attribute region of a level.
#ifndef STYLEHOST_KERNELS_LANE_FUNCTIONS_H
#define STYLEHOST_KERNELS_LANE_FUNCTIONS_H

#include "lanes.h"

typedef int32_t sth_lane_ints __attribute__((ext_vector_type(16)));

// e^v for -87 <= v <= 88.7: v = n ln 2 + r, a polynomial fitted to |r| <= ln 2 / 2 (relative error 3e-9), then n into the exponent.
STH_INLINE sth_lanes sth_lanes_exp_near(sth_lanes v) {
  const float magic = 0x1.8p23f;  // adding it leaves a number rounded to an integer in the lowest bits
  const sth_lanes shifted = v * 0x1.715476p+0f + magic;
  const sth_lanes n = shifted - magic;
  const sth_lanes r = n * -0x1.7f7d1cp-20f + (n * -0x1.62e4p-1f + v);  // ln 2 in two parts, the first exact times n
  sth_lanes p = r * 0.0013814467238262296f + 0.008368780836462975f;
  p = r * p + 0.04166839271783829f;
  p = r * p + 0.1666651964187622f;
  p = r * p + 0.4999999403953552f;
  p = r * r * p + r + 1.0f;
  return (sth_lanes)((sth_lane_ints)p + ((sth_lane_ints)shifted << 23));
}

// e^v of any number: 0 below the smallest normal one, infinity above the largest.
STH_INLINE sth_lanes sth_lanes_exp(sth_lanes v) {
  const sth_lanes above = v > 88.72f ? 88.72f : v;
  const sth_lanes near = above < -87.0f ? -87.0f : above;
  const sth_lanes e = sth_lanes_exp_near(near);
  const sth_lanes large = v > 88.7228f ? __builtin_inff() : e;
  const sth_lanes small = v < -87.0f ? 0.0f : large;
  return v == v ? small : v;
}

// tanh of small numbers by a polynomial fitted to |v| <= 0.625 (relative error 5e-9), of others by 1 - 2 / (e^2|v| + 1).
STH_INLINE sth_lanes sth_lanes_tanh(sth_lanes v) {
  const sth_lanes size = __builtin_elementwise_abs(v);
  const sth_lanes u = v * v;
  sth_lanes p = u * -0.005704986862838268f + 0.02063908614218235f;
  p = u * p - 0.05373971536755562f;
  p = u * p + 0.13331441581249237f;
  p = u * p - 0.3333328068256378f;
  const sth_lanes small = v * u * p + v;
  const sth_lanes doubled = size > 10.0f ? 20.0f : size + size;  // NaN stays
  const sth_lanes large = __builtin_elementwise_copysign(1.0f - 2.0f / (sth_lanes_exp_near(doubled) + 1.0f), v);
  return size < 0.625f ? small : large;
}

STH_INLINE sth_lanes sth_lanes_sigmoid(sth_lanes v) { return 1.0f / (1.0f + sth_lanes_exp(-v)); }

// ln(1 + t) of 0 <= t <= 1, which is twice the area tangent of s = t / (2 + t): a series that ends soon, s being a third at
// most.
STH_INLINE sth_lanes sth_lanes_log1p_near(sth_lanes t) {
  const sth_lanes s = t / (2.0f + t), u = s * s;
  sth_lanes p = u * (1 / 13.0f) + 1 / 11.0f;
  p = u * p + 1 / 9.0f;
  p = u * p + 1 / 7.0f;
  p = u * p + 1 / 5.0f;
  p = u * p + 1 / 3.0f;
  return 2.0f * (s * u * p + s);
}

// ln(1 + e^v) without a large e^v.
STH_INLINE sth_lanes sth_lanes_softplus(sth_lanes v) {
  const sth_lanes rest = sth_lanes_log1p_near(sth_lanes_exp(-__builtin_elementwise_abs(v)));
  return (v < 0.0f ? 0.0f : v) + rest;
}

STH_INLINE sth_lanes sth_lanes_clamp(sth_lanes v, sth_lanes low, sth_lanes high) {
  const sth_lanes raised = v > low ? v : low;
  return raised < high ? raised : high;
}

#endif  // STYLEHOST_KERNELS_LANE_FUNCTIONS_H
