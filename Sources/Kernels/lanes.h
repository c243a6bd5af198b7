// lanes.h - the 16 channels of a pixel as one value, for every instruction set.
//
// A vector of clang's own kind: one 512-bit register, two of 256 bits or four of 128, as the target of the including
// function allows. Include this inside the attribute region of a level, after the headers of the system: everything here
// is inlined and takes on that level's instructions.
#ifndef STYLEHOST_KERNELS_LANES_H
#define STYLEHOST_KERNELS_LANES_H

#include "lens.h"

// How such a vector would be passed depends on the target; nothing here is ever called, all of it is inlined. To the end
// of the file that includes this.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float sth_lanes __attribute__((ext_vector_type(16)));
typedef uint32_t sth_lane_bits __attribute__((ext_vector_type(16)));
typedef uint16_t sth_lane_words __attribute__((ext_vector_type(16)));

STH_INLINE sth_lanes sth_lanes_load(const float *p) { return *(const sth_lanes *)p; }
STH_INLINE void sth_lanes_store(float *p, sth_lanes v) { *(sth_lanes *)p = v; }

// Past the caches: a whole line is written without being read first. Maps are mostly larger than the caches, and those that
// are not are no slower for it. sth_lanes_fence makes such stores visible to other threads.
STH_INLINE void sth_lanes_stream(float *p, sth_lanes v) { __builtin_nontemporal_store(v, (sth_lanes *)p); }
STH_INLINE void sth_lanes_fence(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#else
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

// a * b + c, rounded once.
STH_INLINE sth_lanes sth_lanes_fma(sth_lanes a, sth_lanes b, sth_lanes c) { return __builtin_elementwise_fma(a, b, c); }

STH_INLINE sth_lanes sth_lanes_relu(sth_lanes v) { return v > 0.0f ? v : 0.0f; }

// Ones in the first `count` lanes, or in all.
STH_INLINE sth_lane_bits sth_lanes_first(int32_t count) {
  const sth_lane_bits lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return (sth_lane_bits)(lane < (sth_lane_bits)(uint32_t)count);
}

STH_INLINE sth_lanes sth_lanes_keep(sth_lanes v, sth_lane_bits kept) { return (sth_lanes)((sth_lane_bits)v & kept); }

STH_INLINE float sth_lanes_largest(sth_lanes v) {
  float largest = v[0];
  for (int lane = 1; lane < 16; lane++) largest = v[lane] > largest ? v[lane] : largest;
  return largest;
}

// The nearest integers, ties to even: next to 1.5 * 2^23 a float's last bits count ones. |v| must be below 2^15, or for bytes
// -0.5 ... 255.5.
STH_INLINE void sth_lanes_store_int16(uint16_t *p, sth_lanes v) {
  *(sth_lane_words *)p = __builtin_convertvector((sth_lane_bits)(v + 12582912.0f), sth_lane_words);
}

STH_INLINE void sth_lanes_store_int8(uint8_t *p, sth_lanes v) {
  typedef uint8_t bytes __attribute__((ext_vector_type(16)));
  *(bytes *)p = __builtin_convertvector((sth_lane_bits)(v + 12582912.0f), bytes);
}

// bfloat16: the upper half of a float32.
STH_INLINE sth_lanes sth_lanes_from_bf16(sth_lane_words w) {
  const sth_lane_bits bits = __builtin_convertvector(w, sth_lane_bits) << 16;
  return (sth_lanes)bits;
}

// To nearest, ties to even; a NaN stays one.
STH_INLINE sth_lane_words sth_lanes_to_bf16(sth_lanes v) {
#if defined(STH_LEVEL_HAS_BF16)
  typedef __bf16 bf16s __attribute__((ext_vector_type(16)));
  return (sth_lane_words)__builtin_convertvector(v, bf16s);
#else
  const sth_lane_bits bits = (sth_lane_bits)v;
  const sth_lane_bits rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
  const sth_lane_bits kept = (bits & 0x7fffffffu) > 0x7f800000u ? (bits | 0x400000u) : rounded;
  return __builtin_convertvector(kept >> 16, sth_lane_words);
#endif
}

STH_INLINE sth_lanes sth_lanes_load_bf16(const uint16_t *p) { return sth_lanes_from_bf16(*(const sth_lane_words *)p); }
STH_INLINE void sth_lanes_store_bf16(uint16_t *p, sth_lanes v) { *(sth_lane_words *)p = sth_lanes_to_bf16(v); }

#endif  // STYLEHOST_KERNELS_LANES_H
