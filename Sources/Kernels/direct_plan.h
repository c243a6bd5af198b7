// direct_plan.h - what a direct convolution on maps needs, and how its weights are packed (direct_conv.h).
#ifndef STYLEHOST_KERNELS_DIRECT_PLAN_H
#define STYLEHOST_KERNELS_DIRECT_PLAN_H

#include "map_tiling.h"

sth_map_tiling sth_direct_tiling(const sth_map_conv *shape, const sth_map_conv_level *level);
void sth_direct_query(sth_map_conv_needs *needs, const sth_map_conv *shape, const sth_map_conv_level *level);
void sth_direct_pack(void *packed, const float *weights, const float *bias, const sth_map_conv *shape,
                     const sth_map_conv_level *level);

#endif  // STYLEHOST_KERNELS_DIRECT_PLAN_H
