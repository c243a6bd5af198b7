// map_activate.c - functions of single elements of maps: the specification.
#include "../map_levels.h"
#include "../map_pixel.h"
#include <math.h>

STH_INLINE float limited(float value, float low, float high) {
  const float raised = value > low ? value : low;
  return raised < high ? raised : high;
}

// ln(1 + e^x) without a large e^x.
STH_INLINE float softplus(float value) { return fmaxf(value, 0.0f) + log1pf(expf(-fabsf(value))); }

STH_INLINE float activated(float value, const sth_map_activation *activation) {
  const float low = activation->low, high = activation->high;
  switch (activation->function) {
    case STH_ACTIVATE_SIGMOID: return 1.0f / (1.0f + expf(-value));
    case STH_ACTIVATE_LEAKY_RELU: return value < 0.0f ? low * value : value;
    case STH_ACTIVATE_ELU: return value < 0.0f ? low * expm1f(value) : value;
    case STH_ACTIVATE_HARD_SIGMOID: return limited(low * value + high, 0.0f, 1.0f);
    case STH_ACTIVATE_SOFTPLUS: return value != value ? value : softplus(value);
    case STH_ACTIVATE_EXP: return expf(value);
    case STH_ACTIVATE_LOG: return logf(value);
    case STH_ACTIVATE_SQRT: return sqrtf(value);
    case STH_ACTIVATE_ABS: return fabsf(value);
    case STH_ACTIVATE_RECIPROCAL: return 1.0f / value;
    case STH_ACTIVATE_POWER: return powf(value, low);
    case STH_ACTIVATE_ERF: return erff(value);
    case STH_ACTIVATE_ROUND: return nearbyintf(value);
    case STH_ACTIVATE_FLOOR: return floorf(value);
    case STH_MAP_TANH: return tanhf(value);
    default: return limited(value, low, high);
  }
}

void sth_map_activate_reference(const sth_map *dst, const sth_map *src, const sth_map_activation *activation,
                                int32_t begin, int32_t end) {
  for (int32_t y = begin; y < end; y++) {
    for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
      for (int32_t x = 0; x < dst->w; x++) {
        float lanes[STH_MAP_LANES];
        sth_map_read(lanes, src, block, y, x);
        const int32_t exist = sth_map_lanes_of(dst, block);
        for (int32_t lane = 0; lane < exist; lane++) lanes[lane] = activated(lanes[lane], activation);
        sth_map_write(dst, block, y, x, lanes);
      }
    }
  }
}
