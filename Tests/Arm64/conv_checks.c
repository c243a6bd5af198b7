// conv_checks.c - convolutions on maps: every level, format and arithmetic against a double-precision oracle.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "conv_case.h"
#include "verdict.h"

// What a run leaves behind.
typedef struct conv_run {
  guarded_map dst;
  guarded_memory records;
  sth_map_conv_needs needs;
} conv_run;

// Runs a case in calls of `step` units, the last ones first.
static conv_run run(const sth_map_kernels *table, const conv_case *test, const conv_inputs *inputs,
                    const sth_map_conv *shape, int32_t step) {
  const sth_conv2d *s = &shape->conv;
  conv_run run = {.dst = guarded_map_make(s->out_c, s->out_h, s->out_w, shape->dst_format, test->gap)};
  table->conv_query(&run.needs, shape);
  const int32_t units = run.needs.units;
  guarded_memory packed = guarded_memory_make((size_t)run.needs.packed_bytes, 64);
  guarded_memory workspace = guarded_memory_make((size_t)run.needs.workspace_bytes, 64);
  run.records = guarded_memory_make((size_t)(units * sth_map_moments_floats(s->out_c)) * sizeof(float), 64);
  table->conv_pack(packed.data, inputs->weights.data, test->bias ? inputs->bias.data : NULL, shape);
  const sth_map_conv_operands operands = {
      .dst = run.dst.map,
      .src = inputs->source.map,
      .packed = packed.data,
      .in_scale = test->affine ? inputs->scale.data : NULL,
      .in_shift = test->affine ? inputs->shift.data : NULL,
      .moments = shape->moments ? run.records.data : NULL,
      .workspace = workspace.data,
  };
  for (int32_t end = units; end > 0; end -= step) table->conv(&operands, shape, larger(end - step, 0), end);
  guarded_map_check(&run.dst, "the result");
  guarded_map_check(&inputs->source, "the source");
  if (!guarded_memory_intact(&packed)) complain("wrote beside the packed weights");
  if (!guarded_memory_intact(&workspace)) complain("wrote beside the workspace");
  if (!guarded_memory_intact(&run.records)) complain("wrote beside the records");
  guarded_memory_free(&packed);
  guarded_memory_free(&workspace);
  return run;
}

static void run_free(conv_run *run) {
  guarded_map_free(&run->dst);
  guarded_memory_free(&run->records);
}

// The error that an algorithm may make, by its name: those of Tests/KernelsTests/MapConvTests.swift.
static double bound_of(const char *name) {
  const char *arithmetic = strrchr(name, ' ');
  if (arithmetic == NULL || strcmp(arithmetic, " f32") == 0) return 1e-5;
  if (strncmp(name, "winograd", 8) == 0) return 4e-3;
  return strcmp(arithmetic, " int8") == 0 ? 2e-2 : 1e-3;
}

// Errors of one channel against the largest sum of magnitudes of its products, and over all pixels against what sums of
// random signs reach.
static void compare(const conv_case *test, const conv_oracle *oracle, const conv_run *run) {
  const sth_conv2d *s = &test->shape;
  const double bound = bound_of(run->needs.name), *exact = oracle->values;
  double squares = 0;
  for (int32_t c = 0; c < s->out_c; c++) {
    for (int32_t y = 0; y < s->out_h; y++) {
      for (int32_t x = 0; x < s->out_w; x++, exact++) {
        const double value = guarded_map_get(&run->dst, c, y, x);
        const double rounding = guarded_map_rounding(&run->dst, fmax(fabs(*exact), fabs(value)));
        const double error = fmax(0, fabs(value - *exact) - rounding);
        squares += error * error;
        if (!isfinite(value) || error > bound * fmax(oracle->reach[c], 1e-3)) {
          complain("%s gives %g at channel %d, row %d, column %d, not %g", run->needs.name, value, c, y, x, *exact);
        }
      }
    }
  }
  const double noise = sqrt(squares / ((double)s->out_c * s->out_h * s->out_w)) / fmax(oracle->energy, 1e-3);
  if (!(noise <= bound)) complain("%s has noise of %g, more than %g", run->needs.name, noise, bound);
}

// The records against the elements as written; a level may gather them before it rounds to bfloat16.
static void compare_moments(const conv_run *run) {
  const double rounding = run->dst.map.format == STH_MAP_BLOCKED_BF16 ? 0x1p-8 : 0;
  for (int32_t c = 0; c < run->dst.map.c; c++) {
    const statistics exact = statistics_of_map(&run->dst, c);
    const statistics told = statistics_of_records(run->records.data, run->needs.units, run->dst.map.c, c);
    const double power = exact.variance + exact.mean * exact.mean;
    const double mean_bound = (4e-6 + rounding) * sqrt(power) + 1e-12;
    const double variance_bound = 1e-5 * exact.variance + 1e-10 * power +
                                  2 * rounding * sqrt(exact.variance * power) + rounding * rounding * power + 1e-12;
    if (told.count != exact.count) complain("the records count %g pixels of %g", told.count, exact.count);
    if (!(fabs(told.mean - exact.mean) <= mean_bound)) complain("mean %g is told as %g", exact.mean, told.mean);
    if (!(fabs(told.variance - exact.variance) <= variance_bound)) {
      complain("variance %g is told as %g", exact.variance, told.variance);
    }
  }
}

// How often each algorithm of the level was run, so that none goes unseen.
static struct {
  const char *name;
  int runs;
} algorithms[] = {{"direct f32", 0}, {"folded f32", 0}, {"winograd 4x4 f32", 0}, {"winograd 6x6 f32", 0}};
enum { algorithm_count = sizeof algorithms / sizeof *algorithms };

static void count(const char *name) {
  for (int i = 0; i < algorithm_count; i++) algorithms[i].runs += strcmp(algorithms[i].name, name) == 0;
}

static sth_map_conv look(const conv_case *test, uint32_t level, uint32_t from, uint32_t to, uint32_t arithmetic,
                         uint32_t moments) {
  static const char *const arithmetics[] = {"f32", "int16", "int8"};
  const sth_conv2d *s = &test->shape;
  look_at("%s conv %dx%dx%d -> %dx%dx%d kernel %dx%d stride %dx%d pad %d mode %d up %d%s%s%s%s gap %d, %s to %s in %s%s",
          level == STH_CPU_NEON ? "neon" : "reference", s->in_c, s->in_h, s->in_w, s->out_c, s->out_h, s->out_w,
          s->kernel_h, s->kernel_w, s->stride_h, s->stride_w, s->pad_top, (int)s->pad_mode, s->upsample,
          test->stuffed ? " stuffed" : "", test->affine ? " affine" : "", s->in_relu ? " relu" : "", test->bias ? " bias" : "", test->gap,
          format_name(from), format_name(to), arithmetics[arithmetic], moments ? " with moments" : "");
  return (sth_map_conv){*s, .src_format = from, .dst_format = to, .arithmetic = arithmetic, .moments = moments,
                        .stuffed = test->stuffed};
}

// Every format into every format. NEON with and without moments, asked for each arithmetic in turn; the reference once.
static void agrees_with_oracle(const conv_case *test) {
  static uint32_t turn;
  const uint32_t levels[] = {STH_CPU_REFERENCE, STH_CPU_NEON};
  const sth_conv2d *s = &test->shape;
  for (uint32_t from = first_format(s->in_c); from <= last_format(s->in_c); from++) {
    conv_inputs inputs = conv_inputs_make(test, from);
    conv_oracle oracle = conv_oracle_make(test, &inputs);
    for (uint32_t to = first_format(s->out_c); to <= last_format(s->out_c); to++) {
      for (int i = 0; i < 3; i++, turn++) {
        sth_map_kernels table;
        sth_map_kernels_fill(&table, levels[i > 0]);
        const uint32_t moments = i != 1, arithmetic = i == 1 ? turn % 3 : STH_ARITHMETIC_F32;
        const sth_map_conv shape = look(test, table.cpu_level, from, to, arithmetic, moments);
        conv_run done = run(&table, test, &inputs, &shape, INT32_MAX / 2);
        compare(test, &oracle, &done);
        if (moments) compare_moments(&done);
        if (table.cpu_level == STH_CPU_NEON) count(done.needs.name);
        run_free(&done);
      }
    }
    conv_oracle_free(&oracle);
    conv_inputs_free(&inputs);
  }
}

static void splits_agree(const conv_case *test) {
  sth_map_kernels table;
  sth_map_kernels_fill(&table, STH_CPU_NEON);
  const sth_conv2d *s = &test->shape;
  for (uint32_t from = first_format(s->in_c); from <= last_format(s->in_c); from++) {
    conv_inputs inputs = conv_inputs_make(test, from);
    for (uint32_t to = first_format(s->out_c); to <= last_format(s->out_c); to++) {
      const sth_map_conv shape = look(test, table.cpu_level, from, to, STH_ARITHMETIC_F32, 1);
      conv_run whole = run(&table, test, &inputs, &shape, INT32_MAX / 2);
      const int32_t steps[] = {1, (whole.needs.units + 1) / 2};
      for (int i = 0; i < 2; i++) {
        look(test, table.cpu_level, from, to, STH_ARITHMETIC_F32, 1);
        if (whole.needs.units < 2) complain("has %d units, too few to divide", whole.needs.units);
        conv_run parts = run(&table, test, &inputs, &shape, steps[i]);
        if (!guarded_map_same(&parts.dst, &whole.dst)) complain("steps of %d units give other bytes", steps[i]);
        if (memcmp(parts.records.data, whole.records.data, whole.records.bytes) != 0) {
          complain("steps of %d units give other records", steps[i]);
        }
        run_free(&parts);
      }
      run_free(&whole);
    }
    conv_inputs_free(&inputs);
  }
}

void check_convolutions(void) {
  each_conv_case(agrees_with_oracle);
  each_large_conv_case(splits_agree);
  for (int i = 0; i < algorithm_count; i++) {
    look_at("the lists of convolutions");
    if (algorithms[i].runs == 0) complain("never ran %s", algorithms[i].name);
    printf("%d runs of %s\n", algorithms[i].runs, algorithms[i].name);
  }
}
