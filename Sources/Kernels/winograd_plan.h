// winograd_plan.h - which convolutions go through Winograd tiles, and how a picture is cut into them.
#ifndef STYLEHOST_KERNELS_WINOGRAD_PLAN_H
#define STYLEHOST_KERNELS_WINOGRAD_PLAN_H

#include "lens.h"
#include "map_conv_level.h"

enum {
  sth_winograd_most_n = 8,
  sth_winograd_moments_bytes = 256,  // of a block's statistics while a unit is written
};

// How a shape is cut up: a function of the shape and the level, nothing else.
typedef struct sth_winograd_plan {
  int32_t m, n;              // outputs and inputs of a tile along an axis
  int32_t phases;            // 1, or 4 behind an enlargement by two: bit 0 is the column's parity, bit 1 the row's
  int32_t tiles_y, tiles_x;  // of the map before the enlargement
  int32_t batch, units;      // tiles of a unit
  int32_t int16;             // V and the weights are counted in integers
  int32_t positions;         // of a window at which the weights of a phase are not zero
  int64_t steps;             // 4-byte steps of a tile's channels at one position
  int64_t v_position_bytes;
  int64_t m_position_floats, m_row_floats;
  // The workspace, in bytes from its start: V, M, statistics; for integers also what a step of V is worth at each position,
  // and what a step of M is, for each lane of a panel.
  int64_t m_at, moments_at, steps_at, factors_at, workspace_bytes;
} sth_winograd_plan;

int32_t sth_winograd_accepts(const sth_map_conv *shape);
sth_winograd_plan sth_winograd_plan_for(const sth_map_conv *shape, const sth_map_conv_level *level);
void sth_winograd_query(sth_map_conv_needs *needs, const sth_map_conv *shape, const sth_map_conv_level *level);

// Whether the transformed kernel of a phase is zero at position i of an axis.
STH_INLINE int sth_winograd_is_zero(const sth_winograd_plan *plan, int parity, int i) {
  return plan->phases == 4 && i == (parity ? 0 : plan->n - 1);
}

// Bytes of the packed weights of one panel at one position.
STH_INLINE int64_t sth_winograd_position_bytes(const sth_winograd_plan *plan, int32_t blocks) {
  return plan->steps * blocks * STH_MAP_LANES * sth_gemm_step_bytes;
}

// Floats in front of them: what a step of the weights is worth, for each position and lane.
STH_INLINE int64_t sth_winograd_scale_floats(const sth_winograd_plan *plan, int32_t blocks) {
  return plan->int16 ? (int64_t)plan->positions * blocks * STH_MAP_LANES : 0;
}

// Bytes of all that is packed for one panel.
STH_INLINE int64_t sth_winograd_panel_bytes(const sth_winograd_plan *plan, int32_t blocks) {
  return sth_winograd_scale_floats(plan, blocks) * 4 + plan->positions * sth_winograd_position_bytes(plan, blocks);
}

#endif  // STYLEHOST_KERNELS_WINOGRAD_PLAN_H
