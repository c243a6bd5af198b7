// map_gradient_plan.h - how the gradient of a convolution's weights is cut into units, and units into strips.
//
// Plain C for every processor. Nothing here depends on threads: the same shape gives the same units and the same sums.
#ifndef STYLEHOST_KERNELS_MAP_GRADIENT_PLAN_H
#define STYLEHOST_KERNELS_MAP_GRADIENT_PLAN_H

#include "include/map_kernels.h"
#include "lens.h"

enum {
  sth_gradient_band_pixels = 512,  // whose products are added up in float32 one by one, if a row is not longer
  sth_gradient_tap_rows = 3,       // strips of a unit where one map is planar
  sth_gradient_least_strips = 4,   // of a unit between blocked maps: with fewer it would wait for memory
};

typedef enum sth_gradient_form {
  STH_GRADIENT_OF_BLOCKS,    // dy and src blocked; strips are taps and blocks of src
  STH_GRADIENT_OF_PLANES,    // src planar; strips are rows of taps
  STH_GRADIENT_FROM_PLANES,  // dy planar; strips are rows of taps, the channels of src are lanes
  STH_GRADIENT_LEFT,         // to the reference
} sth_gradient_form;

STH_INLINE sth_gradient_form sth_gradient_form_of(const sth_map_conv_gradient *shape) {
  const int dy_planar = shape->out_c <= STH_MAP_PLANAR_CHANNELS, src_planar = shape->in_c <= STH_MAP_PLANAR_CHANNELS;
  if (dy_planar && (src_planar || shape->stride_h != 1 || shape->stride_w != 1)) return STH_GRADIENT_LEFT;
  if (dy_planar) return STH_GRADIENT_FROM_PLANES;
  return src_planar ? STH_GRADIENT_OF_PLANES : STH_GRADIENT_OF_BLOCKS;
}

typedef struct sth_gradient_plan {
  sth_gradient_form form;
  int32_t wide_blocks, panels;  // units are panels of the wide map's blocks ...
  int32_t parts, group;         // ... times parts of the narrow map: `group` blocks, or a channel and rows of taps
  int32_t band;                 // rows
  int64_t sums, edged;          // floats of a workspace
} sth_gradient_plan;

STH_INLINE int32_t sth_gradient_divided(int32_t n, int32_t by) { return (n + by - 1) / by; }

STH_INLINE sth_gradient_plan sth_gradient_plan_of(const sth_map_conv_gradient *shape, int32_t most_blocks) {
  sth_gradient_plan plan = {.form = sth_gradient_form_of(shape)};
  const int32_t taps = shape->kernel_h * shape->kernel_w;
  const int from_planes = plan.form == STH_GRADIENT_FROM_PLANES;
  plan.wide_blocks = sth_map_blocks(from_planes ? shape->in_c : shape->out_c);
  plan.panels = sth_gradient_divided(plan.wide_blocks, most_blocks);
  const int32_t fit = sth_gradient_band_pixels / (shape->w > 0 ? shape->w : 1);
  plan.band = fit > 1 ? fit : 1;
  int64_t rows;  // of all strips
  if (plan.form == STH_GRADIENT_OF_BLOCKS) {
    plan.group = sth_gradient_divided(sth_gradient_least_strips, taps);
    plan.parts = sth_gradient_divided(sth_map_blocks(shape->in_c), plan.group);
    rows = (int64_t)plan.group * taps * STH_MAP_LANES;
  } else {
    plan.group = sth_gradient_divided(shape->kernel_h, sth_gradient_tap_rows);
    plan.parts = plan.group * (from_planes ? shape->out_c : shape->in_c);
    rows = (int64_t)sth_gradient_tap_rows * shape->kernel_w;
  }
  plan.sums = rows * most_blocks * STH_MAP_LANES;
  plan.edged = from_planes ? (int64_t)plan.band * (shape->w + 2 * (shape->kernel_w - 1)) : 0;
  return plan;
}

// What a unit computes.
typedef struct sth_gradient_unit {
  sth_gradient_form form;
  int32_t first_block, blocks;  // of the wide map
  int32_t channel;              // of the planar map
  int32_t first;                // block of src, or row of taps
  int32_t strips, strip_rows;   // rows: at most
} sth_gradient_unit;

STH_INLINE sth_gradient_unit sth_gradient_unit_of(const sth_gradient_plan *plan, const sth_map_conv_gradient *shape,
                                                  int32_t number) {
  const int32_t panel = number / plan->parts, part = number % plan->parts;
  sth_gradient_unit unit = {.form = plan->form, .strip_rows = shape->kernel_w};
  unit.first_block = panel * plan->wide_blocks / plan->panels;
  unit.blocks = (panel + 1) * plan->wide_blocks / plan->panels - unit.first_block;
  if (plan->form == STH_GRADIENT_OF_BLOCKS) {
    const int32_t all = sth_map_blocks(shape->in_c);
    unit.first = part * plan->group;
    const int32_t blocks = all - unit.first < plan->group ? all - unit.first : plan->group;
    unit.strips = blocks * shape->kernel_h * shape->kernel_w;
    unit.strip_rows = STH_MAP_LANES;
  } else {
    unit.channel = part / plan->group;
    unit.first = part % plan->group * sth_gradient_tap_rows;
    const int32_t rest = shape->kernel_h - unit.first;
    unit.strips = rest < sth_gradient_tap_rows ? rest : sth_gradient_tap_rows;
  }
  return unit;
}

// What a strip of a unit meets: a plane or block of src, a row of taps or one of them, and the rows of its sums.
typedef struct sth_gradient_place {
  int32_t plane, tap_row, tap_column, rows;
} sth_gradient_place;

STH_INLINE sth_gradient_place sth_gradient_place_of(const sth_gradient_unit *unit, const sth_map_conv_gradient *shape,
                                                    int32_t strip) {
  if (unit->form != STH_GRADIENT_OF_BLOCKS) {
    return (sth_gradient_place){unit->channel, unit->first + strip, 0, shape->kernel_w};
  }
  const int32_t taps = shape->kernel_h * shape->kernel_w, block = unit->first + strip / taps, tap = strip % taps;
  const int32_t rest = shape->in_c - block * STH_MAP_LANES;
  const int32_t rows = rest < STH_MAP_LANES ? rest : STH_MAP_LANES;
  return (sth_gradient_place){block, tap / shape->kernel_w, tap % shape->kernel_w, rows};
}

#endif  // STYLEHOST_KERNELS_MAP_GRADIENT_PLAN_H
