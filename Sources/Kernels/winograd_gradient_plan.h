// winograd_gradient_plan.h - which gradients of weights go through Winograd tiles, and how they are cut into units.
//
// Plain C for every processor. Nothing here depends on threads.
#ifndef STYLEHOST_KERNELS_WINOGRAD_GRADIENT_PLAN_H
#define STYLEHOST_KERNELS_WINOGRAD_GRADIENT_PLAN_H

#include "include/map_kernels.h"
#include "lens.h"

enum {
  sth_winograd_gradient_m = 4,   // pixels of dy of a tile along an axis; 6 of src
  sth_winograd_gradient_points = 36,
  sth_winograd_gradient_batch = 24,  // tiles that are multiplied together
  sth_winograd_gradient_most = 4,    // blocks of either map in a unit
};

typedef struct sth_winograd_gradient_plan {
  int32_t tiles_x, tiles;
  int32_t wide_blocks, wide_groups;      // of dy, whose channels are lanes
  int32_t narrow_blocks, narrow_groups;  // of src; units are pairs of groups
  // Floats from a point to the next, of transformed tiles [blocks][batch][16] and of their products [src block][dy block][256].
  int64_t u_point, v_point, m_point;
} sth_winograd_gradient_plan;

STH_INLINE int64_t sth_winograd_gradient_tiles(const sth_map_conv_gradient *shape) {
  const int64_t m = sth_winograd_gradient_m;
  return (shape->h + m - 1) / m * ((shape->w + m - 1) / m);
}

// 3x3 of stride 1 between blocked maps, if tiles are many and reach over the edge by little.
STH_INLINE int sth_winograd_gradient_accepts(const sth_map_conv_gradient *shape) {
  const int64_t tiles = sth_winograd_gradient_tiles(shape);
  return shape->kernel_h == 3 && shape->kernel_w == 3 && shape->stride_h == 1 && shape->stride_w == 1 &&
         shape->out_c > STH_MAP_PLANAR_CHANNELS && shape->in_c > STH_MAP_PLANAR_CHANNELS && tiles >= 16 &&
         tiles * 8 <= (int64_t)shape->h * shape->w;
}

STH_INLINE int32_t sth_winograd_gradient_largest(int32_t blocks, int32_t groups) { return (blocks + groups - 1) / groups; }

// Large groups are transformed least often; but units should keep some threads busy.
STH_INLINE void sth_winograd_gradient_split(sth_winograd_gradient_plan *plan) {
  plan->wide_groups = sth_winograd_gradient_largest(plan->wide_blocks, sth_winograd_gradient_most);
  plan->narrow_groups = sth_winograd_gradient_largest(plan->narrow_blocks, sth_winograd_gradient_most);
  for (;;) {
    const int32_t wide = sth_winograd_gradient_largest(plan->wide_blocks, plan->wide_groups);
    const int32_t narrow = sth_winograd_gradient_largest(plan->narrow_blocks, plan->narrow_groups);
    const int32_t units = plan->wide_groups * plan->narrow_groups;
    if (wide * narrow == 1 || units >= 4 || (units >= 2 && wide * narrow <= 4)) return;
    if (wide > narrow) {
      plan->wide_groups *= 2;
    } else {
      plan->narrow_groups *= 2;
    }
  }
}

STH_INLINE sth_winograd_gradient_plan sth_winograd_gradient_plan_of(const sth_map_conv_gradient *shape) {
  const int32_t m = sth_winograd_gradient_m;
  const int64_t tile_floats = sth_winograd_gradient_batch * STH_MAP_LANES, product_floats = STH_MAP_LANES * STH_MAP_LANES;
  sth_winograd_gradient_plan plan = {.tiles_x = (shape->w + m - 1) / m, .tiles = (int32_t)sth_winograd_gradient_tiles(shape)};
  plan.wide_blocks = sth_map_blocks(shape->out_c);
  plan.narrow_blocks = sth_map_blocks(shape->in_c);
  sth_winograd_gradient_split(&plan);
  const int32_t wide = sth_winograd_gradient_largest(plan.wide_blocks, plan.wide_groups);
  const int32_t narrow = sth_winograd_gradient_largest(plan.narrow_blocks, plan.narrow_groups);
  // A line more than whole pages: what lies at the same place of all points shares no set of a cache.
  plan.u_point = wide * tile_floats + STH_MAP_LANES;
  plan.v_point = narrow * tile_floats + STH_MAP_LANES;
  plan.m_point = wide * narrow * product_floats + STH_MAP_LANES;
  return plan;
}

STH_INLINE int64_t sth_winograd_gradient_floats(const sth_winograd_gradient_plan *plan) {
  return sth_winograd_gradient_points * (plan->u_point + plan->v_point + plan->m_point);
}

// Blocks first ..< first + count of one of `groups`, as equal as can be.
typedef struct sth_winograd_group {
  int32_t first, count;
} sth_winograd_group;

STH_INLINE sth_winograd_group sth_winograd_group_of(int32_t blocks, int32_t groups, int32_t number) {
  const int32_t first = number * blocks / groups;
  return (sth_winograd_group){first, (number + 1) * blocks / groups - first};
}

#endif  // STYLEHOST_KERNELS_WINOGRAD_GRADIENT_PLAN_H
