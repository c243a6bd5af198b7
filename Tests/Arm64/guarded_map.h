// guarded_map.h - a feature map in memory that notices accesses beside it, and what its channels amount to.
#ifndef STYLEHOST_ARM64_GUARDED_MAP_H
#define STYLEHOST_ARM64_GUARDED_MAP_H

#include "guarded_memory.h"
#include "map_kernels.h"

typedef struct guarded_map {
  sth_map map;
  guarded_memory memory;
} guarded_map;

// gap: unused pixels at the end of each row, and of each plane or block. Unwritten elements are all ones.
guarded_map guarded_map_make(int32_t c, int32_t h, int32_t w, uint32_t format, int32_t gap);
void guarded_map_free(guarded_map *map);

// An element; lanes beyond c of a blocked map too. What is set is rounded to the format.
float guarded_map_get(const guarded_map *map, int32_t c, int32_t y, int32_t x);
void guarded_map_set(guarded_map *map, int32_t c, int32_t y, int32_t x, float value);

// Random elements, times `size`, plus `offset`; zeros in the lanes beyond c.
void guarded_map_fill(guarded_map *map, uint64_t *random, float size, float offset);

// Whether two maps of one shape hold the same bits.
int guarded_map_same(const guarded_map *a, const guarded_map *b);

// Complains if the map is not wholly written, a lane beyond c is not zero, or something beside it was written.
void guarded_map_check(const guarded_map *map, const char *name);

// What rounding a number of size v to the map's format may cost.
double guarded_map_rounding(const guarded_map *map, double v);

// The formats of a map of c channels, from `first` on: for (f = first_format(c); f <= last_format(c); f++).
static inline uint32_t first_format(int32_t c) {
  return c <= STH_MAP_PLANAR_CHANNELS ? STH_MAP_PLANAR_F32 : STH_MAP_BLOCKED_F32;
}
static inline uint32_t last_format(int32_t c) {
  return c <= STH_MAP_PLANAR_CHANNELS ? STH_MAP_PLANAR_F32 : STH_MAP_BLOCKED_BF16;
}
const char *format_name(uint32_t format);

// The nearest bfloat16 of two; found by comparing, not by adding.
float rounded_to_bf16(float value);

typedef struct statistics {
  double count, mean, variance;
} statistics;

// Of all elements of a channel, by two passes; of the records that a kernel has written.
statistics statistics_of_map(const guarded_map *map, int32_t channel);
statistics statistics_of_records(const float *records, int32_t units, int32_t c, int32_t channel);

#endif  // STYLEHOST_ARM64_GUARDED_MAP_H
