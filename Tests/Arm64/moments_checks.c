// moments_checks.c - statistics of maps, and what a norm makes of them.
#include <math.h>
#include <string.h>

#include "checks.h"
#include "guarded_map.h"
#include "seeded_values.h"
#include "verdict.h"

// The records of a map, in calls of `step` units, the last ones first.
static guarded_memory records_of(const sth_map_kernels *table, const guarded_map *source, int32_t *units,
                                 int32_t step) {
  *units = table->moments_units(&source->map);
  const guarded_memory records =
      guarded_memory_make((size_t)(*units * sth_map_moments_floats(source->map.c)) * sizeof(float), 64);
  for (int32_t end = *units; end > 0; end -= step) {
    table->moments(records.data, &source->map, larger(end - step, 0), end);
  }
  if (!guarded_memory_intact(&records)) complain("wrote beside the records");
  guarded_map_check(source, "the source");
  return records;
}

// To what a record's float32 mean can say.
static void check_accuracy(const guarded_map *source, const float *records, int32_t units) {
  for (int32_t c = 0; c < source->map.c; c++) {
    const statistics exact = statistics_of_map(source, c);
    const statistics told = statistics_of_records(records, units, source->map.c, c);
    const double step = 0x1p-23 * fabs(exact.mean);  // of a mean in float32
    const double bound = 1e-5 * exact.variance + 2 * step * sqrt(exact.variance) + step * step + 1e-13;
    if (told.count != exact.count) complain("counts %g pixels of %g", told.count, exact.count);
    if (!(fabs(told.mean - exact.mean) <= step + 1e-7)) complain("mean %g is told as %g", exact.mean, told.mean);
    if (!(fabs(told.variance - exact.variance) <= bound)) {
      complain("variance %g is told as %g", exact.variance, told.variance);
    }
  }
}

static void check_maps(const sth_map_kernels *table) {
  static const int32_t sizes[][3] = {{1, 1, 1},   {3, 1, 2},   {4, 2, 1},    {5, 1, 1},   {15, 3, 7}, {16, 7, 2},
                                     {17, 8, 9},  {33, 9, 15}, {3, 16, 17}, {16, 17, 16}, {5, 31, 33}, {2, 40, 65}};
  static const float offsets[] = {0, 1, -300, 1e4f, 1e6f};
  for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (uint32_t format = first_format(sizes[s][0]); format <= last_format(sizes[s][0]); format++) {
      for (unsigned o = 0; o < sizeof offsets / sizeof *offsets; o++) {
        look_at("%s moments of %dx%dx%d %s at %g", level_of(table), sizes[s][0], sizes[s][1], sizes[s][2],
                format_name(format), offsets[o]);
        uint64_t random = 3;
        int32_t units;
        guarded_map source = guarded_map_make(sizes[s][0], sizes[s][1], sizes[s][2], format, 1);
        guarded_map_fill(&source, &random, 1, offsets[o]);
        guarded_memory whole = records_of(table, &source, &units, INT32_MAX / 2);
        guarded_memory ones = records_of(table, &source, &units, 1);
        check_accuracy(&source, whole.data, units);
        if (memcmp(whole.data, ones.data, whole.bytes) != 0) complain("single units give other records");
        guarded_memory_free(&whole);
        guarded_memory_free(&ones);
        guarded_map_free(&source);
      }
    }
  }
}

// An outlier in front does not spoil the variance of the rest.
static void check_outlier(const sth_map_kernels *table) {
  look_at("%s moments with an outlier", level_of(table));
  uint64_t random = 3;
  int32_t units;
  guarded_map source = guarded_map_make(16, 64, 65, STH_MAP_BLOCKED_F32, 0);
  guarded_map_fill(&source, &random, 1e-3f, 0);
  guarded_map_set(&source, 0, 0, 0, 1e5f);
  guarded_memory records = records_of(table, &source, &units, INT32_MAX / 2);
  const statistics exact = statistics_of_map(&source, 0), told = statistics_of_records(records.data, units, 16, 0);
  if (!(fabs(told.mean - exact.mean) <= 1e-6 * fabs(exact.mean) + 1e-7 * sqrt(exact.variance))) complain("mean");
  if (!(fabs(told.variance - exact.variance) <= 1e-5 * exact.variance)) complain("variance");
  guarded_memory_free(&records);
  guarded_map_free(&source);
}

// Records of any sizes, an empty one among them, and what a norm makes of them.
static void check_finish(const sth_map_kernels *table, int32_t c, int32_t units, int affine) {
  look_at("%s moments_finish of %d channels, %d units%s", level_of(table), c, units, affine ? ", affine" : "");
  uint64_t random = 5;
  const int64_t floats = sth_map_moments_floats(c);
  const int32_t lanes = (c + 15) / 16 * 16;
  guarded_memory records = guarded_memory_make((size_t)(units * floats) * sizeof(float), 64);
  memset(records.data, 0, records.bytes);
  for (int32_t u = 0; u < units; u++) {
    float *record = (float *)records.data + u * floats;
    record[0] = u == 1 ? 0 : (float)(u % 5 * 100 + 1);
    for (int32_t i = 0; i < c; i++) {
      record[16 + i] = seeded_next(&random) + 3;
      record[16 + lanes + i] = u == 1 ? 0 : fabsf(seeded_next(&random)) * 200;
    }
  }
  float gamma[64], beta[64];
  for (int32_t i = 0; i < c; i++) gamma[i] = seeded_next(&random), beta[i] = seeded_next(&random);
  guarded_memory gammas = guarded_channels(gamma, c), betas = guarded_channels(beta, c);
  guarded_memory scale = guarded_memory_make((size_t)lanes * sizeof(float), 64);
  guarded_memory shift = guarded_memory_make((size_t)lanes * sizeof(float), 64);
  for (int32_t block = lanes / 16 - 1; block >= 0; block--) {
    table->moments_finish(scale.data, shift.data, records.data, units, c, affine ? gammas.data : NULL,
                          affine ? betas.data : NULL, 1e-5, block, block + 1);
  }
  if (!guarded_memory_intact(&scale) || !guarded_memory_intact(&shift)) complain("wrote beside scale or shift");
  for (int32_t i = 0; i < lanes; i++) {
    const float s = ((const float *)scale.data)[i], t = ((const float *)shift.data)[i];
    if (i >= c && (s != 0 || t != 0)) complain("lane %d is not zero", i);
    if (i >= c) continue;
    const statistics exact = statistics_of_records(records.data, units, c, i);
    const double factor = (affine ? gamma[i] : 1) / sqrt(exact.variance + 1e-5);
    const double offset = (affine ? beta[i] : 0) - exact.mean * factor;
    if (!(fabs(s - factor) <= 0x1p-23 * fabs(factor))) complain("scale %d is %g, not %g", i, s, factor);
    if (!(fabs(t - offset) <= 0x1p-23 * fabs(offset) + 1e-12)) complain("shift %d is %g, not %g", i, t, offset);
  }
  guarded_memory *all[] = {&records, &gammas, &betas, &scale, &shift};
  for (int i = 0; i < 5; i++) guarded_memory_free(all[i]);
}

void check_moments(const sth_map_kernels *table) {
  static const int32_t channels[] = {1, 3, 4, 5, 15, 16, 17, 33, 64}, units[] = {1, 2, 7, 130};
  check_maps(table);
  check_outlier(table);
  for (int i = 0; i < 9; i++) {
    for (int u = 0; u < 4; u++) {
      check_finish(table, channels[i], units[u], 0);
      check_finish(table, channels[i], units[u], 1);
    }
  }
}
