// seeded_values.h - the same pseudo-random numbers in every run: SplitMix64.
#ifndef STYLEHOST_ARM64_SEEDED_VALUES_H
#define STYLEHOST_ARM64_SEEDED_VALUES_H

#include <stdint.h>

// The next number in -1 ..< 1.
static inline float seeded_next(uint64_t *state) {
  *state += 0x9e3779b97f4a7c15u;
  uint64_t z = *state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  return (float)((int64_t)(z >> 40) - (1 << 23)) / (float)(1 << 23);
}

#endif  // STYLEHOST_ARM64_SEEDED_VALUES_H
