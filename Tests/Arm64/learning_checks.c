// learning_checks.c - what gradients are computed with: each level against the specification.
//
// That the specification itself is right is checked on every machine, in Tests/KernelsTests.
#include <math.h>

#include "checks.h"
#include "guarded_map.h"
#include "seeded_values.h"
#include "verdict.h"

static guarded_map map_of(int32_t c, int32_t h, int32_t w, uint64_t seed) {
  guarded_map map = guarded_map_make(c, h, w, first_format(c), 1);
  guarded_map_fill(&map, &seed, 1, 0);
  return map;
}

static void compare(const guarded_map *dst, const guarded_map *expected, double bound) {
  guarded_map_check(dst, "the result");
  for (int32_t c = 0; c < dst->map.c; c++) {
    for (int32_t y = 0; y < dst->map.h; y++) {
      for (int32_t x = 0; x < dst->map.w; x++) {
        const double exact = guarded_map_get(expected, c, y, x), got = guarded_map_get(dst, c, y, x);
        if (!(fabs(got - exact) <= bound)) complain("%g at channel %d, row %d, column %d, not %g", got, c, y, x, exact);
      }
    }
  }
}

// The gradient of weights from the last unit to the first, or all at once.
static guarded_map gradient_of(const sth_map_kernels *table, const guarded_map *dy, const guarded_map *src,
                               const sth_map_conv_gradient *shape, int32_t in_parts) {
  sth_map_conv_gradient_needs needs;
  table->conv_gradient_query(&needs, shape);
  guarded_memory workspace = guarded_memory_make((size_t)needs.workspace_bytes, 64);
  const int32_t taps = shape->kernel_h * shape->kernel_w;
  const guarded_map dst = guarded_map_make(shape->out_c, shape->in_c, taps, first_format(shape->out_c), 1);
  const int32_t step = in_parts ? 1 : needs.units;
  for (int32_t end = needs.units; end > 0; end -= step) {
    table->conv_gradient(&dst.map, &dy->map, &src->map, shape, workspace.data, end - step, end);
  }
  if (!guarded_memory_intact(&workspace)) complain("wrote beside the workspace");
  guarded_memory_free(&workspace);
  return dst;
}

static void check_conv_gradient(const sth_map_kernels *table) {
  static const int32_t kernels[][2] = {{1, 1}, {3, 1}, {3, 2}, {9, 1}, {2, 2}};
  static const int32_t shapes[][4] = {{1, 1, 2, 3},    {3, 20, 5, 9},   {20, 3, 4, 11},  {17, 5, 3, 18},
                                      {33, 40, 6, 7}, {37, 70, 16, 17}, {5, 16, 20, 13}, {4, 4, 5, 5}};
  sth_map_kernels reference;
  sth_map_kernels_fill(&reference, STH_CPU_REFERENCE);
  for (unsigned s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    for (unsigned k = 0; k < sizeof kernels / sizeof *kernels; k++) {
      const int32_t *size = shapes[s], kernel = kernels[k][0], stride = kernels[k][1];
      const sth_map_conv_gradient shape = {size[0], size[1], size[2], size[3], kernel, kernel, stride, stride, 0.5f};
      look_at("%s conv_gradient %d -> %d, %dx%d of stride %d at %dx%d", level_of(table), size[1], size[0], kernel, kernel,
              stride, size[2], size[3]);
      guarded_map dy = map_of(size[0], size[2], size[3], 3);
      guarded_map src = map_of(size[1], (size[2] - 1) * stride + kernel, (size[3] - 1) * stride + kernel, 4);
      guarded_map whole = gradient_of(table, &dy, &src, &shape, 0), parts = gradient_of(table, &dy, &src, &shape, 1);
      guarded_map expected = gradient_of(&reference, &dy, &src, &shape, 0);
      compare(&whole, &expected, 1e-6 * size[2] * size[3]);
      if (!guarded_map_same(&whole, &parts)) complain("the bytes depend on the parts");
      guarded_map *const maps[] = {&dy, &src, &whole, &parts, &expected};
      for (int i = 0; i < 5; i++) guarded_map_free(maps[i]);
    }
  }
}

static void check_products(const sth_map_kernels *table, const sth_map_source *a, const sth_map_source *b) {
  sth_map_kernels reference;
  sth_map_kernels_fill(&reference, STH_CPU_REFERENCE);
  const sth_map *m = &a->map;
  const int32_t units = table->moments_units(m), lanes = units * sth_map_blocks(m->c) * STH_MAP_LANES;
  guarded_memory records = guarded_memory_make((size_t)lanes * sizeof(float), 64);
  guarded_memory expected = guarded_memory_make((size_t)lanes * sizeof(float), 64);
  for (int alone = 0; alone < 2; alone++) {
    look_at("%s products of %dx%dx%d, alone %d", level_of(table), m->c, m->h, m->w, alone);
    for (int32_t unit = units; unit > 0; unit--) table->products(records.data, a, alone ? NULL : b, unit - 1, unit);
    reference.products(expected.data, a, alone ? NULL : b, 0, units);
    for (int32_t i = 0; i < lanes; i++) {
      const double exact = ((float *)expected.data)[i], got = ((float *)records.data)[i];
      if (!(fabs(got - exact) <= 1e-5)) complain("%g in lane %d, not %g", got, i, exact);
    }
  }
  if (!guarded_memory_intact(&records)) complain("wrote beside the records");
  guarded_memory_free(&records);
  guarded_memory_free(&expected);
}

static void check_gate(const sth_map_kernels *table, const sth_map_source *source, const sth_map_source *gate) {
  sth_map_kernels reference;
  sth_map_kernels_fill(&reference, STH_CPU_REFERENCE);
  const sth_map *m = &source->map;
  look_at("%s gate of %dx%dx%d", level_of(table), m->c, m->h, m->w);
  guarded_map dst = guarded_map_make(m->c, m->h, m->w, m->format, 2);
  guarded_map expected = guarded_map_make(m->c, m->h, m->w, m->format, 2);
  table->gate(&dst.map, source, gate, m->h / 2, m->h);
  table->gate(&dst.map, source, gate, 0, m->h / 2);
  reference.gate(&expected.map, source, gate, 0, m->h);
  compare(&dst, &expected, 1e-6);
  guarded_map_free(&dst);
  guarded_map_free(&expected);
}

static void check_pool_gradient(const sth_map_kernels *table, const sth_map_source *source) {
  sth_map_kernels reference;
  sth_map_kernels_fill(&reference, STH_CPU_REFERENCE);
  const sth_map *m = &source->map;
  for (uint32_t kind = STH_POOL_MAX; kind <= STH_POOL_MEAN_PADDED && m->h > 1 && m->w > 1; kind++) {
    const sth_map_pool pool = {.kind = kind, .size_h = 2, .size_w = 2, .stride_h = 2, .stride_w = 2};
    look_at("%s pool_gradient %u of %dx%dx%d", level_of(table), kind, m->c, m->h, m->w);
    guarded_map dy = map_of(m->c, m->h / 2, m->w / 2, 8);
    guarded_map dst = guarded_map_make(m->c, m->h, m->w, m->format, 2);
  guarded_map expected = guarded_map_make(m->c, m->h, m->w, m->format, 2);
    table->pool_gradient(&dst.map, source, &dy.map, &pool, m->h / 2, m->h);
    table->pool_gradient(&dst.map, source, &dy.map, &pool, 0, m->h / 2);
    reference.pool_gradient(&expected.map, source, &dy.map, &pool, 0, m->h);
    compare(&dst, &expected, 1e-6);
    guarded_map_free(&dy);
    guarded_map_free(&dst);
    guarded_map_free(&expected);
  }
}

void check_learning(const sth_map_kernels *table) {
  static const int32_t sizes[][3] = {{1, 1, 1}, {3, 9, 17}, {5, 2, 4}, {16, 17, 6}, {17, 3, 5}, {40, 8, 9}};
  check_conv_gradient(table);
  for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    const int32_t *size = sizes[s];
    uint64_t random = 7;
    guarded_map first = map_of(size[0], size[1], size[2], 5), second = map_of(size[0], size[1], size[2], 6);
    float numbers[2][64];
    for (int32_t i = 0; i < size[0]; i++) numbers[0][i] = seeded_next(&random), numbers[1][i] = seeded_next(&random);
    guarded_memory scale = guarded_channels(numbers[0], size[0]), shift = guarded_channels(numbers[1], size[0]);
    const sth_map_source plain = {.map = first.map};
    const sth_map_source seen = {.map = second.map, .scale = scale.data, .shift = shift.data, .relu = 1};
    check_products(table, &plain, &seen);
    check_gate(table, &plain, &seen);
    check_pool_gradient(table, &plain);
    check_pool_gradient(table, &seen);
    guarded_map_free(&first);
    guarded_map_free(&second);
    guarded_memory_free(&scale);
    guarded_memory_free(&shift);
  }
}
