// activate_checks.c - functions of single elements of maps.
#include <math.h>

#include "checks.h"
#include "guarded_map.h"
#include "verdict.h"

// What vectors compute beside clamp and tanh.
static double exact_of(const sth_map_activation *activation, double v) {
  const double alpha = activation->low, beta = activation->high;
  switch (activation->function) {
    case STH_MAP_TANH: return tanh(v);
    case STH_ACTIVATE_SIGMOID: return 1 / (1 + exp(-v));
    case STH_ACTIVATE_LEAKY_RELU: return v < 0 ? alpha * v : v;
    case STH_ACTIVATE_ELU: return v < 0 ? alpha * expm1(v) : v;
    case STH_ACTIVATE_HARD_SIGMOID: return v != v ? 0 : fmin(fmax(alpha * v + beta, 0), 1);
    case STH_ACTIVATE_SOFTPLUS: return v != v ? v : fmax(v, 0) + log1p(exp(-fabs(v)));
    case STH_ACTIVATE_EXP: return exp(v);
    case STH_ACTIVATE_SQRT: return sqrt(v);
    case STH_ACTIVATE_ABS: return fabs(v);
    case STH_ACTIVATE_POWER: return v * v;
    case STH_ACTIVATE_ROUND: return nearbyint(v);
    case STH_ACTIVATE_FLOOR: return floor(v);
    default: return 1 / v;
  }
}

// Whether f(value) may come out as `got`.
static int right(const sth_map_activation *activation, const guarded_map *map, float value, float got) {
  if (activation->function == STH_MAP_CLAMP) {
    return got == (value > activation->low ? fminf(value, activation->high) : activation->low);
  }
  const double exact = exact_of(activation, value);
  if (isnan(exact)) return isnan(got);
  if (activation->function != STH_MAP_TANH) {
    return got == exact || fabs(got - exact) <= fmax(2e-6 * fabs(exact), 1e-6) + guarded_map_rounding(map, exact);
  }
  // Small numbers keep their relative precision, as far as float32 has any.
  return fabsf(got) <= 1 && fabs(got - exact) <= 1e-6 * fabs(exact) + 0x1p-126 + guarded_map_rounding(map, exact);
}

// Checks the function of the elements of `source`, whose memory becomes the result where `in_place`, in two parts.
static void check_map(const sth_map_kernels *table, guarded_map *source, const sth_map_activation *activation,
                      int in_place) {
  const sth_map *m = &source->map;
  guarded_map before = guarded_map_make(m->c, m->h, m->w, m->format, 0);
  guarded_map fresh = guarded_map_make(m->c, m->h, m->w, m->format, 2);
  const sth_map_source copied = {.map = *m};
  sth_map_kernels reference;
  sth_map_kernels_fill(&reference, STH_CPU_REFERENCE);
  reference.apply(&before.map, &copied, NULL, 0, m->h);

  const guarded_map *result = in_place ? source : &fresh;
  table->activate(&result->map, m, activation, m->h / 2, m->h);
  table->activate(&result->map, m, activation, 0, m->h / 2);
  guarded_map_check(result, "the result");
  for (int32_t c = 0; c < m->c; c++) {
    for (int32_t y = 0; y < m->h; y++) {
      for (int32_t x = 0; x < m->w; x++) {
        const float value = guarded_map_get(&before, c, y, x), got = guarded_map_get(result, c, y, x);
        if (!right(activation, result, value, got)) complain("%a becomes %a", value, got);
      }
    }
  }
  guarded_map_free(&before);
  guarded_map_free(&fresh);
}

// Every magnitude from denormal to huge, then steps through the part that bends, of both signs.
static void check_tanh_everywhere(const sth_map_kernels *table) {
  look_at("%s tanh everywhere", level_of(table));
  const sth_map_activation activation = {.function = STH_MAP_TANH};
  enum { powers = 268 * 3, steps = 10001, ends = 1, columns = powers + steps + ends };
  guarded_map source = guarded_map_make(2, 1, columns, STH_MAP_PLANAR_F32, 0);
  for (int32_t x = 0; x < columns; x++) {
    const float power = ldexpf(1.0f + 0.35f * (float)(x % 3), x / 3 - 140);
    const float value = x < powers ? power : x < powers + steps ? (float)(x - powers) * 0.001f : INFINITY;
    guarded_map_set(&source, 0, 0, x, value);
    guarded_map_set(&source, 1, 0, x, -value);
  }
  check_map(table, &source, &activation, 1);
  for (int32_t x = 0; x < columns; x++) {
    if (guarded_map_get(&source, 0, 0, x) != -guarded_map_get(&source, 1, 0, x)) complain("is not odd at %d", x);
  }
  guarded_map_free(&source);
}

void check_activate(const sth_map_kernels *table) {
  static const int32_t sizes[][3] = {{1, 1, 1}, {3, 2, 17}, {4, 1, 31}, {3, 2, 64}, {5, 1, 1},
                                     {15, 2, 2}, {16, 3, 15}, {33, 1, 16}, {2, 33, 3}};
  static const sth_map_activation activations[] = {
      {STH_MAP_CLAMP, -0.5f, 1.25f},
      {STH_MAP_CLAMP, 0.25f, 0.75f},
      {STH_MAP_CLAMP, 0, 255},
      {STH_MAP_TANH, 0, 0},
      {STH_ACTIVATE_SIGMOID, 0, 0},
      {STH_ACTIVATE_LEAKY_RELU, 0.25f, 0},
      {STH_ACTIVATE_ELU, 1, 0},
      {STH_ACTIVATE_HARD_SIGMOID, 0.25f, 0.5f},
      {STH_ACTIVATE_SOFTPLUS, 0, 0},
      {STH_ACTIVATE_EXP, 0, 0},
      {STH_ACTIVATE_SQRT, 0, 0},
      {STH_ACTIVATE_ABS, 0, 0},
      {STH_ACTIVATE_RECIPROCAL, 0, 0},
      {STH_ACTIVATE_POWER, 2, 0},
      {STH_ACTIVATE_ROUND, 0, 0},
      {STH_ACTIVATE_FLOOR, 0, 0},
  };
  for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    const int32_t *size = sizes[s];
    for (uint32_t format = first_format(size[0]); format <= last_format(size[0]); format++) {
      for (unsigned a = 0; a < 2 * (sizeof activations / sizeof *activations); a++) {
        const sth_map_activation *activation = &activations[a / 2];
        look_at("%s function %u (%g, %g) of %dx%dx%d %s%s", level_of(table), activation->function, activation->low,
                activation->high, size[0], size[1], size[2], format_name(format), a % 2 ? ", in place" : "");
        uint64_t random = 9;
        guarded_map source = guarded_map_make(size[0], size[1], size[2], format, 1);
        guarded_map_fill(&source, &random, activation->high > 2 ? 600 : 4, 0);
        guarded_map_set(&source, size[0] - 1, size[1] - 1, size[2] - 1, INFINITY);
        guarded_map_set(&source, 0, 0, 0, NAN);
        check_map(table, &source, activation, a % 2);
        guarded_map_free(&source);
      }
    }
  }
  check_tanh_everywhere(table);
}
