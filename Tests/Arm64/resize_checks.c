// resize_checks.c - padding, cropping and enlarging maps, element by element.
#include <math.h>
#include <string.h>

#include "checks.h"
#include "conv_case.h"
#include "seeded_values.h"
#include "verdict.h"

static const int32_t channels[] = {1, 3, 4, 5, 15, 16, 17, 33};
enum { channel_count = sizeof channels / sizeof *channels };

// Calls a check for every number of channels in each of its formats.
static void each_kind(const sth_map_kernels *table,
                      void (*check)(const sth_map_kernels *, int32_t c, uint32_t format)) {
  for (int i = 0; i < channel_count; i++) {
    for (uint32_t f = first_format(channels[i]); f <= last_format(channels[i]); f++) check(table, channels[i], f);
  }
}

static guarded_map source_of(int32_t c, int32_t h, int32_t w, uint32_t format) {
  uint64_t random = 31;
  guarded_map source = guarded_map_make(c, h, w, format, 1);
  guarded_map_fill(&source, &random, 1, 0);
  return source;
}

// Each element of dst against the one of source that rows and columns name; -1 is zero.
static void compare(const guarded_map *dst, const guarded_map *source, const int32_t *rows, const int32_t *columns) {
  guarded_map_check(dst, "the result");
  for (int32_t c = 0; c < dst->map.c; c++) {
    for (int32_t y = 0; y < dst->map.h; y++) {
      for (int32_t x = 0; x < dst->map.w; x++) {
        const int zero = rows[y] < 0 || columns[x] < 0;
        const float expected = zero ? 0 : guarded_map_get(source, c, rows[y], columns[x]);
        const float got = guarded_map_get(dst, c, y, x);
        if (got != expected) complain("%g at channel %d, row %d, column %d, not %g", got, c, y, x, expected);
      }
    }
  }
}

static void check_pad(const sth_map_kernels *table, int32_t c, uint32_t format) {
  static const int32_t sizes[][2] = {{1, 1}, {1, 2}, {2, 1}, {2, 3}, {4, 17}};
  // Top, left, bottom, right.
  static const int32_t borders[][4] = {{0, 0, 0, 0}, {1, 1, 1, 1}, {3, 2, 0, 9}, {7, 11, 5, 40}, {-1, -1, 3, 4}};
  for (int i = 0; i < 5 * 5 * 3; i++) {
    const int32_t *size = sizes[i % 5], *border = borders[i / 5 % 5];
    const uint32_t mode = (uint32_t)i / 25;
    const int32_t h = size[0] + border[0] + border[2], w = size[1] + border[1] + border[3];
    look_at("%s pad of %dx%dx%d %s by %d %d %d %d, mode %d", level_of(table), c, size[0], size[1], format_name(format),
            border[0], border[1], border[2], border[3], (int)mode);
    guarded_map source = source_of(c, size[0], size[1], format), dst = guarded_map_make(c, h, w, format, 2);
    table->pad(&dst.map, &source.map, border[0], border[1], mode, h / 2, h);
    table->pad(&dst.map, &source.map, border[0], border[1], mode, 0, h / 2);
    int32_t rows[80], columns[80];
    for (int32_t y = 0; y < h; y++) rows[y] = walked(y - border[0], size[0], mode);
    for (int32_t x = 0; x < w; x++) columns[x] = walked(x - border[1], size[1], mode);
    compare(&dst, &source, rows, columns);
    guarded_map_free(&source);
    guarded_map_free(&dst);
  }
}

// A small destination crops.
static void check_upsample(const sth_map_kernels *table, int32_t c, uint32_t format) {
  static const int32_t sizes[][2] = {{1, 1}, {3, 8}, {2, 17}};
  for (int i = 0; i < 3 * 4 * 2; i++) {
    const int32_t *size = sizes[i % 3], factor = i / 3 % 4 + 1, less = i / 12;
    const int32_t h = larger(size[0] * factor - less, 1), w = larger(size[1] * factor - less, 1);
    look_at("%s upsample_nearest of %dx%dx%d %s by %d to %dx%d", level_of(table), c, size[0], size[1],
            format_name(format), factor, h, w);
    guarded_map source = source_of(c, size[0], size[1], format), dst = guarded_map_make(c, h, w, format, 2);
    table->upsample_nearest(&dst.map, &source.map, factor, h / 2, h);
    table->upsample_nearest(&dst.map, &source.map, factor, 0, h / 2);
    int32_t rows[80], columns[80];
    for (int32_t y = 0; y < h; y++) rows[y] = y / factor;
    for (int32_t x = 0; x < w; x++) columns[x] = x / factor;
    compare(&dst, &source, rows, columns);
    guarded_map_free(&source);
    guarded_map_free(&dst);
  }
}

void check_resize(const sth_map_kernels *table) {
  each_kind(table, check_pad);
  each_kind(table, check_upsample);
}
