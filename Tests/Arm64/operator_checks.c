// operator_checks.c - windows, depthwise kernels, sizes, medians and channels of maps: each level against the specification.
//
// That the specification itself is right is checked on every machine, in Tests/KernelsTests.
#include <math.h>

#include "checks.h"
#include "guarded_map.h"
#include "seeded_values.h"
#include "verdict.h"

// A slot whose units are rows, called with its options.
typedef void (*operation)(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source,
                          const void *options, int32_t begin, int32_t end);

typedef struct output {
  int32_t c, h, w;
  uint32_t format;
} output;

// What the table under test writes, in two parts, and what the reference does.
static void compare(const sth_map_kernels *table, operation run, const sth_map_source *source, const void *options,
                    output to) {
  sth_map_kernels reference;
  sth_map_kernels_fill(&reference, STH_CPU_REFERENCE);
  guarded_map dst = guarded_map_make(to.c, to.h, to.w, to.format, 2);
  guarded_map expected = guarded_map_make(to.c, to.h, to.w, to.format, 2);
  run(table, &dst.map, source, options, to.h / 2, to.h);
  run(table, &dst.map, source, options, 0, to.h / 2);
  run(&reference, &expected.map, source, options, 0, to.h);
  guarded_map_check(&dst, "the result");
  for (int32_t c = 0; c < to.c; c++) {
    for (int32_t y = 0; y < to.h; y++) {
      for (int32_t x = 0; x < to.w; x++) {
        const double exact = guarded_map_get(&expected, c, y, x), got = guarded_map_get(&dst, c, y, x);
        if (!(fabs(got - exact) <= 4e-6 * fmax(fabs(exact), 1) + guarded_map_rounding(&dst, exact))) {
          complain("%g at channel %d, row %d, column %d, not %g", got, c, y, x, exact);
        }
      }
    }
  }
  guarded_map_free(&dst);
  guarded_map_free(&expected);
}

static void run_pool(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source, const void *options,
                     int32_t begin, int32_t end) {
  table->pool(dst, source, options, begin, end);
}

static void check_pool(const sth_map_kernels *table, const sth_map_source *source) {
  static const sth_map_pool pools[] = {
      {.size_h = 1, .size_w = 2, .stride_h = 2, .stride_w = 1, .right = 1},
      {.size_h = 2, .size_w = 2, .stride_h = 2, .stride_w = 2, .bottom = 1, .right = 1},
      {.size_h = 3, .size_w = 3, .stride_h = 1, .stride_w = 2, .top = 1, .left = 1, .bottom = 1, .right = 1},
  };
  const sth_map *m = &source->map;
  for (unsigned i = 0; i < 9; i++) {
    sth_map_pool pool = pools[i / 3];
    pool.kind = i % 3;
    const int32_t h = (pool.top + m->h + pool.bottom - pool.size_h) / pool.stride_h + 1;
    const int32_t w = (pool.left + m->w + pool.right - pool.size_w) / pool.stride_w + 1;
    look_at("%s pool %u of %dx%dx%d %s, relu %d", level_of(table), i, m->c, m->h, m->w, format_name(m->format),
            source->relu);
    compare(table, run_pool, source, &pool, (output){m->c, h, w, m->format});
  }
}

static void run_depthwise(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source,
                          const void *options, int32_t begin, int32_t end) {
  table->depthwise(dst, source, options, begin, end);
}

static void check_depthwise(const sth_map_kernels *table, const sth_map_source *source) {
  const sth_map *m = &source->map;
  uint64_t random = 17;
  const int64_t lanes = (int64_t)sth_map_blocks(m->c) * STH_MAP_LANES;
  guarded_memory weights = guarded_memory_make((size_t)(lanes * 15) * sizeof(float), 64);
  for (int64_t i = 0; i < lanes * 15; i++) {
    ((float *)weights.data)[i] = i % lanes < m->c ? seeded_next(&random) : 0;
  }
  float numbers[64];
  for (int32_t i = 0; i < m->c; i++) numbers[i] = seeded_next(&random);
  guarded_memory bias = guarded_channels(numbers, m->c);
  for (uint32_t i = 0; i < 12; i++) {
    const int small = i % 2, stride = i / 2 % 2 + 1;
    const sth_map_depthwise conv = {
        .kernel_h = 3, .kernel_w = small ? 3 : 5, .stride_h = stride, .stride_w = stride, .pad_top = 1,
        .pad_left = small ? 1 : 4, .pad_mode = i / 4, .weights = weights.data, .bias = i % 3 ? bias.data : NULL,
    };
    const int32_t h = (m->h - 1) / stride + 1, w = (m->w + 2 * conv.pad_left - conv.kernel_w) / stride + 1;
    look_at("%s depthwise %u of %dx%dx%d %s, relu %d", level_of(table), i, m->c, m->h, m->w, format_name(m->format),
            source->relu);
    compare(table, run_depthwise, source, &conv, (output){m->c, h, w, m->format});
  }
  guarded_memory_free(&weights);
  guarded_memory_free(&bias);
}

static void run_resize(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source,
                       const void *options, int32_t begin, int32_t end) {
  table->resize(dst, source, options, begin, end);
}

static void check_sizes(const sth_map_kernels *table, const sth_map_source *source) {
  const sth_map *m = &source->map;
  for (uint32_t i = 0; i < 27; i++) {
    const int32_t h = i % 3 == 0 ? m->h * 2 : m->h, w = i % 3 == 1 ? m->w * 3 + 1 : (m->w + 1) / 2;
    const sth_map_resize resize = {
        .mode = i / 9, .place = i / 3 % 3, .rounding = i % 4, .ratio_h = (double)m->h / h, .ratio_w = (double)m->w / w};
    look_at("%s resize %u of %dx%dx%d %s, relu %d", level_of(table), i, m->c, m->h, m->w, format_name(m->format),
            source->relu);
    compare(table, run_resize, source, &resize, (output){m->c, h, w, m->format});
  }
}

static void run_median(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source,
                       const void *options, int32_t begin, int32_t end) {
  table->median3(dst, source, *(const uint32_t *)options, begin, end);
}

static void check_median(const sth_map_kernels *table, const sth_map_source *source) {
  const sth_map *m = &source->map;
  for (uint32_t mode = 0; mode < 3; mode++) {
    look_at("%s median3 of %dx%dx%d %s, mode %u", level_of(table), m->c, m->h, m->w, format_name(m->format), mode);
    compare(table, run_median, source, &mode, (output){m->c, m->h, m->w, m->format});
  }
}

static void run_channel_mean(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source,
                             const void *options, int32_t begin, int32_t end) {
  (void)options;
  table->channel_mean(dst, source, begin, end);
}

// Which channels are taken, and the first that they become.
typedef struct copying {
  int32_t first, count, at;
} copying;

// All channels of a map become zeros first, so that those beside the copy are known.
static void run_copy(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source, const void *options,
                     int32_t begin, int32_t end) {
  const copying *copy = options;
  const sth_map_activation zero = {.function = STH_MAP_CLAMP};
  table->activate(dst, dst, &zero, begin, end);
  table->copy_channels(dst, copy->at, source, copy->first, copy->count, begin, end);
}

static void check_channels(const sth_map_kernels *table, const sth_map_source *source) {
  const sth_map *m = &source->map;
  look_at("%s channel_mean of %dx%dx%d %s", level_of(table), m->c, m->h, m->w, format_name(m->format));
  compare(table, run_channel_mean, source, NULL, (output){1, m->h, m->w, STH_MAP_PLANAR_F32});
  for (int32_t at = 0; at <= 20; at += 4) {
    for (int32_t first = 0; first < m->c; first += 3) {
      for (int32_t more = 0; more < 2; more++) {
        const copying copy = {.first = first, .count = m->c - first, .at = at};
        const int32_t c = at + copy.count + more;
        look_at("%s copy_channels from %d of %dx%dx%d %s to %d of %d", level_of(table), first, m->c, m->h, m->w,
                format_name(m->format), at, c);
        compare(table, run_copy, source, &copy, (output){c, m->h, m->w, last_format(c)});
      }
    }
  }
}

static void run_depth_to_space(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source,
                               const void *options, int32_t begin, int32_t end) {
  table->depth_to_space(dst, source, *(const int32_t *)options, begin, end);
}

static void check_depth(const sth_map_kernels *table, const sth_map_source *source) {
  const sth_map *m = &source->map;
  for (int32_t factor = 1; factor <= 3; factor++) {
    const int32_t c = m->c / (factor * factor);
    if (c == 0 || c * factor * factor != m->c) continue;
    for (uint32_t format = first_format(c); format <= last_format(c); format++) {
      look_at("%s depth_to_space of %dx%dx%d %s by %d", level_of(table), m->c, m->h, m->w, format_name(m->format), factor);
      compare(table, run_depth_to_space, source, &factor, (output){c, m->h * factor, m->w * factor, format});
    }
  }
}

static void run_space_to_depth(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source,
                               const void *options, int32_t begin, int32_t end) {
  table->space_to_depth(dst, source, *(const int32_t *)options, begin, end);
}

static void check_space(const sth_map_kernels *table, const sth_map_source *source) {
  const sth_map *m = &source->map;
  for (int32_t factor = 1; factor <= 3; factor++) {
    const int32_t c = m->c * factor * factor, h = m->h / factor, w = m->w / factor;
    for (uint32_t format = first_format(c); format <= last_format(c) && h > 0 && w > 0; format++) {
      look_at("%s space_to_depth of %dx%dx%d %s by %d", level_of(table), m->c, m->h, m->w, format_name(m->format), factor);
      compare(table, run_space_to_depth, source, &factor, (output){c, h, w, format});
    }
  }
}

// The other map of a combination, and the function.
typedef struct combination {
  const sth_map *other;
  uint32_t function;
} combination;

static void run_combine(const sth_map_kernels *table, const sth_map *dst, const sth_map_source *source,
                        const void *options, int32_t begin, int32_t end) {
  const combination *of = options;
  table->combine(dst, &source->map, of->other, of->function, begin, end);
}

static void check_combine(const sth_map_kernels *table, const sth_map_source *source) {
  const sth_map *m = &source->map;
  for (uint32_t axes = 0; axes < 8; axes++) {
    const int32_t c = axes & 1 ? 1 : m->c, h = axes & 2 ? 1 : m->h, w = axes & 4 ? 1 : m->w;
    for (uint32_t format = first_format(c); format <= last_format(c); format++) {
      uint64_t random = 23;
      guarded_map other = guarded_map_make(c, h, w, format, 1);
      guarded_map_fill(&other, &random, 0.5f, 1);
      for (uint32_t function = STH_COMBINE_MULTIPLY; function <= STH_COMBINE_SUBTRACT; function++) {
        if (function == STH_COMBINE_POWER) continue;  // of numbers below zero
        look_at("%s combine %u of %dx%dx%d %s, axes %u of %s", level_of(table), function, m->c, m->h, m->w,
                format_name(m->format), axes, format_name(format));
        const combination of = {.other = &other.map, .function = function};
        compare(table, run_combine, source, &of, (output){m->c, m->h, m->w, m->format});
      }
      guarded_map_free(&other);
    }
  }
}

void check_operators(const sth_map_kernels *table) {
  static const int32_t sizes[][3] = {{1, 1, 1}, {3, 3, 17}, {4, 2, 33}, {5, 1, 5}, {16, 4, 18}, {17, 3, 35},
                                     {36, 2, 5}, {40, 5, 3}, {27, 1, 4}};
  void (*const checks[])(const sth_map_kernels *, const sth_map_source *) = {
      check_pool, check_depthwise, check_sizes, check_median, check_channels, check_depth, check_space,
      check_combine};
  for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    const int32_t *size = sizes[s];
    for (uint32_t format = first_format(size[0]); format <= last_format(size[0]); format++) {
      uint64_t random = 29;
      guarded_map map = guarded_map_make(size[0], size[1], size[2], format, 1);
      guarded_map_fill(&map, &random, 1, 0);
      float numbers[2][64];
      for (int32_t i = 0; i < size[0]; i++) numbers[0][i] = seeded_next(&random), numbers[1][i] = seeded_next(&random);
      guarded_memory scale = guarded_channels(numbers[0], size[0]), shift = guarded_channels(numbers[1], size[0]);
      for (int lens = 0; lens < 2; lens++) {
        sth_map_source source = {.map = map.map, .relu = lens};
        if (lens) source.scale = scale.data, source.shift = shift.data;
        for (unsigned i = 0; i < sizeof checks / sizeof *checks; i++) checks[i](table, &source);
      }
      guarded_map_check(&map, "the source");
      guarded_map_free(&map);
      guarded_memory_free(&scale);
      guarded_memory_free(&shift);
    }
  }
}
