// guarded_map.c - feature maps of every format for the checks.
#include "guarded_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "seeded_values.h"
#include "verdict.h"

static int32_t lanes_of(const sth_map *map) {
  return map->format == STH_MAP_PLANAR_F32 ? map->c : sth_map_blocks(map->c) * STH_MAP_LANES;
}

static size_t element_bytes(const sth_map *map) { return map->format == STH_MAP_BLOCKED_BF16 ? 2 : 4; }

static int64_t place(const sth_map *map, int32_t c, int32_t y, int32_t x) {
  if (map->format == STH_MAP_PLANAR_F32) return c * map->c_stride + y * map->h_stride + x;
  return c / 16 * map->c_stride + y * map->h_stride + x * 16 + c % 16;
}

guarded_map guarded_map_make(int32_t c, int32_t h, int32_t w, uint32_t format, int32_t gap) {
  const int32_t planes = format == STH_MAP_PLANAR_F32 ? c : sth_map_blocks(c);
  const int32_t pixel = format == STH_MAP_PLANAR_F32 ? 1 : 16;
  guarded_map made = {.map = {.c = c, .h = h, .w = w, .format = format}};
  sth_map *map = &made.map;
  map->h_stride = (int64_t)(w + gap) * pixel;
  map->c_stride = h * map->h_stride + (int64_t)gap * pixel;
  // Up to the last element and no further.
  const int64_t count = (planes - 1) * map->c_stride + (h - 1) * map->h_stride + (int64_t)w * pixel;
  // As little alignment as the contract promises.
  const size_t alignment = format == STH_MAP_PLANAR_F32 ? 4 : format == STH_MAP_BLOCKED_F32 ? 64 : 32;
  made.memory = guarded_memory_make((size_t)count * element_bytes(map), alignment);
  map->data = made.memory.data;
  return made;
}

void guarded_map_free(guarded_map *map) { guarded_memory_free(&map->memory); }

static uint32_t bits_at(const guarded_map *map, int64_t at) {
  if (map->map.format == STH_MAP_BLOCKED_BF16) return (uint32_t)((const uint16_t *)map->map.data)[at] << 16;
  return ((const uint32_t *)map->map.data)[at];
}

static uint32_t untouched(const guarded_map *map) {
  return map->map.format == STH_MAP_BLOCKED_BF16 ? 0xffff0000u : 0xffffffffu;
}

float guarded_map_get(const guarded_map *map, int32_t c, int32_t y, int32_t x) {
  const uint32_t bits = bits_at(map, place(&map->map, c, y, x));
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

void guarded_map_set(guarded_map *map, int32_t c, int32_t y, int32_t x, float value) {
  const int64_t at = place(&map->map, c, y, x);
  if (map->map.format != STH_MAP_BLOCKED_BF16) {
    ((float *)map->map.data)[at] = value;
    return;
  }
  const float rounded = rounded_to_bf16(value);
  uint32_t bits;
  memcpy(&bits, &rounded, sizeof bits);
  ((uint16_t *)map->map.data)[at] = (uint16_t)(bits >> 16);
}

void guarded_map_fill(guarded_map *map, uint64_t *random, float size, float offset) {
  const sth_map *m = &map->map;
  for (int32_t c = 0; c < lanes_of(m); c++) {
    for (int32_t y = 0; y < m->h; y++) {
      for (int32_t x = 0; x < m->w; x++) {
        guarded_map_set(map, c, y, x, c < m->c ? seeded_next(random) * size + offset : 0.0f);
      }
    }
  }
}

int guarded_map_same(const guarded_map *a, const guarded_map *b) {
  return a->memory.bytes == b->memory.bytes && memcmp(a->memory.data, b->memory.data, a->memory.bytes) == 0;
}

void guarded_map_check(const guarded_map *map, const char *name) {
  const sth_map *m = &map->map;
  const int64_t count = (int64_t)(map->memory.bytes / element_bytes(m));
  char *inside = calloc((size_t)count, 1);
  if (inside == NULL) abort();
  for (int32_t c = 0; c < lanes_of(m); c++) {
    for (int32_t y = 0; y < m->h; y++) {
      for (int32_t x = 0; x < m->w; x++) {
        const int64_t at = place(m, c, y, x);
        inside[at] = 1;
        if (c < m->c && bits_at(map, at) == untouched(map)) {
          complain("did not write channel %d, row %d, column %d of %s", c, y, x, name);
        }
        if (c >= m->c && bits_at(map, at) << 1 != 0) {
          complain("lane %d of %d channels of %s is not zero", c, m->c, name);
        }
      }
    }
  }
  int beside = !guarded_memory_intact(&map->memory);
  for (int64_t at = 0; at < count; at++) beside |= !inside[at] && bits_at(map, at) != untouched(map);
  if (beside) complain("wrote beside %s", name);
  free(inside);
}

double guarded_map_rounding(const guarded_map *map, double v) {
  return map->map.format == STH_MAP_BLOCKED_BF16 ? 0x1.01p-8 * fabs(v) : 0.0;
}

const char *format_name(uint32_t format) {
  return format == STH_MAP_PLANAR_F32 ? "planar" : format == STH_MAP_BLOCKED_F32 ? "blocked" : "bf16";
}

float rounded_to_bf16(float value) {
  if (isnan(value) || isinf(value)) return value;
  uint32_t bits, cut, next;
  memcpy(&bits, &value, sizeof bits);
  cut = bits & 0xffff0000u;  // towards zero
  next = cut + 0x10000u;
  float below, above;
  memcpy(&below, &cut, sizeof below);
  memcpy(&above, &next, sizeof above);
  const double to_below = fabs((double)value - below);
  // Beyond the largest finite number the next step counts as if there were one.
  const double to_above = isinf(above) ? 0x1p120 - to_below : fabs((double)above - value);
  if (to_below != to_above) return to_below < to_above ? below : above;
  return (cut & 0x10000u) == 0 ? below : above;
}
