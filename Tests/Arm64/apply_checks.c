// apply_checks.c - scale, shift, relu, sums and changes of format of maps, element by element.
#include <math.h>
#include <string.h>

#include "checks.h"
#include "guarded_map.h"
#include "seeded_values.h"
#include "verdict.h"

enum { no_addend = 3 };  // in the place of a format

// A map read pointwise, with the memory of its numbers.
typedef struct reading {
  guarded_map map;
  guarded_memory scale, shift;
  sth_map_source source;
} reading;

static reading reading_make(const int32_t size[3], uint32_t format, int32_t gap, int affine, int relu, uint64_t seed) {
  reading made = {.map = guarded_map_make(size[0], size[1], size[2], format, gap)};
  guarded_map_fill(&made.map, &seed, 1, 0);
  float numbers[2][64];
  for (int32_t c = 0; c < size[0]; c++) {
    for (int i = 0; i < 2; i++) numbers[i][c] = seeded_next(&seed);
  }
  made.scale = guarded_channels(numbers[0], size[0]);
  made.shift = guarded_channels(numbers[1], size[0]);
  made.source = (sth_map_source){.map = made.map.map, .relu = relu};
  if (affine) made.source.scale = made.scale.data, made.source.shift = made.shift.data;
  return made;
}

static void reading_free(reading *reading) {
  guarded_map_free(&reading->map);
  guarded_memory_free(&reading->scale);
  guarded_memory_free(&reading->shift);
}

// What is read, exactly.
static double seen(const reading *reading, const guarded_map *map, int32_t c, int32_t y, int32_t x) {
  double v = guarded_map_get(map, c, y, x);
  if (reading->source.scale != NULL) v = v * reading->source.scale[c] + reading->source.shift[c];
  return reading->source.relu ? fmax(v, 0) : v;
}

// dst is the source's own memory where `in_place`.
static void check_one(const sth_map_kernels *table, const int32_t size[3], const uint32_t formats[3], int options,
                      int in_place) {
  const uint32_t from = formats[0], plus = formats[1], to = formats[2];
  look_at("%s apply %dx%dx%d %s plus %s to %s, options %d%s", level_of(table), size[0], size[1], size[2],
          format_name(from), plus == no_addend ? "nothing" : format_name(plus), format_name(to), options,
          in_place ? ", in place" : "");
  reading a = reading_make(size, from, 1, options & 1, options >> 1 & 1, 21);
  reading copy = reading_make(size, from, 1, options & 1, options >> 1 & 1, 21);
  reading b = reading_make(size, plus == no_addend ? from : plus, 2, options >> 2 & 1, options >> 3 & 1, 22);
  guarded_map fresh = guarded_map_make(size[0], size[1], size[2], to, 3);
  const guarded_map *dst = in_place ? &a.map : &fresh;
  const sth_map_source *addend = plus == no_addend ? NULL : &b.source;
  table->apply(&dst->map, &a.source, addend, size[1] / 2, size[1]);
  table->apply(&dst->map, &a.source, addend, 0, size[1] / 2);
  guarded_map_check(dst, "the result");
  guarded_map_check(&a.map, "the source");
  guarded_map_check(&b.map, "the addend");
  for (int32_t c = 0; c < size[0]; c++) {
    for (int32_t y = 0; y < size[1]; y++) {
      for (int32_t x = 0; x < size[2]; x++) {
        const double exact = seen(&copy, &copy.map, c, y, x) + (addend ? seen(&b, &b.map, c, y, x) : 0);
        const float got = guarded_map_get(dst, c, y, x);
        if (!(fabs(got - exact) <= 4 * 0x1p-23 + guarded_map_rounding(dst, exact))) {
          complain("%g at channel %d, row %d, column %d, not %g", got, c, y, x, exact);
        }
      }
    }
  }
  reading_free(&a);
  reading_free(&b);
  reading_free(&copy);
  guarded_map_free(&fresh);
}

// Bit patterns whose lower half decides how they are rounded; infinities, and NaNs that only the cut half makes NaNs.
static void check_rounding(const sth_map_kernels *table) {
  static const uint32_t patterns[64] = {
      0x3f800000, 0x3f807fff, 0x3f808000, 0x3f808001, 0x3f817fff, 0x3f818000, 0x3f818001, 0xbf808000, 0xbf818000,
      0x00000000, 0x80000000, 0x7f7f7fff, 0x7f7f8000, 0xff7fffff, 0x7f800000, 0xff800000, 0x00ff8000, 0x3fff8000,
      0x3fffffff, 0x4b7fffff, 0x00800001, 0x7fc00000, 0x7f800001, 0xfffffffe, 0xff80ffff,
  };
  look_at("%s apply, rounding to bfloat16", level_of(table));
  guarded_map src = guarded_map_make(16, 1, 4, STH_MAP_BLOCKED_F32, 0);
  guarded_map dst = guarded_map_make(16, 1, 4, STH_MAP_BLOCKED_BF16, 0);
  memcpy(src.map.data, patterns, sizeof patterns);
  const sth_map_source source = {.map = src.map};
  table->apply(&dst.map, &source, NULL, 0, 1);
  for (int32_t i = 0; i < 64; i++) {
    const float value = guarded_map_get(&src, i % 16, 0, i / 16), got = guarded_map_get(&dst, i % 16, 0, i / 16);
    const float expected = rounded_to_bf16(value);
    const int right = isnan(value) ? isnan(got) : memcmp(&got, &expected, sizeof got) == 0;
    if (!right) complain("%a becomes %a, not %a", value, got, expected);
  }
  guarded_map_free(&src);
  guarded_map_free(&dst);
}

// Without scale, shift and addend bits are copied.
static void check_copies(const sth_map_kernels *table) {
  for (uint32_t format = STH_MAP_PLANAR_F32; format <= STH_MAP_BLOCKED_BF16; format++) {
    look_at("%s apply, copies of %s", level_of(table), format_name(format));
    uint64_t random = 2;
    const int32_t c = format == STH_MAP_PLANAR_F32 ? 3 : 17;
    guarded_map src = guarded_map_make(c, 2, 9, format, 0), dst = guarded_map_make(c, 2, 9, format, 0);
    guarded_map_fill(&src, &random, 1e30f, 0);
    guarded_map_set(&src, 0, 0, 3, INFINITY);
    guarded_map_set(&src, 0, 0, 4, -0.0f);
    const sth_map_source source = {.map = src.map};
    table->apply(&dst.map, &source, NULL, 0, 2);
    if (!guarded_map_same(&src, &dst)) complain("other bits");
    guarded_map_free(&src);
    guarded_map_free(&dst);
  }
}

void check_apply(const sth_map_kernels *table) {
  static const int32_t sizes[][3] = {{1, 1, 1},  {3, 2, 17}, {4, 3, 5},  {5, 1, 1}, {15, 2, 2},
                                     {16, 2, 15}, {17, 3, 16}, {33, 1, 31}, {2, 5, 67}};
  for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    // Pictures may come blocked, maps never leave planar.
    const uint32_t first = first_format(sizes[s][0]);
    for (uint32_t from = first; from < no_addend; from++) {
      for (uint32_t to = first; to < no_addend; to++) {
        for (uint32_t plus = first; plus <= no_addend; plus++) {
          for (int options = 0; options < (plus == no_addend ? 4 : 16); options++) {
            check_one(table, sizes[s], (const uint32_t[]){from, plus, to}, options, 0);
            if (from == to) check_one(table, sizes[s], (const uint32_t[]){from, plus, to}, options, 1);
          }
        }
      }
    }
  }
  check_rounding(table);
  check_copies(table);
}
