// fold_plan.h - which convolutions are folded (fold_conv.h), what they need, and how their weights are packed.
#ifndef STYLEHOST_KERNELS_FOLD_PLAN_H
#define STYLEHOST_KERNELS_FOLD_PLAN_H

#include "map_tiling.h"

enum { sth_fold_most_blocks = 4 };  // of products of a pixel: 3 channels by 21 columns

// Blocks of 16 lanes that hold every output channel's kernel columns.
static inline int32_t sth_fold_blocks(const sth_conv2d *conv) { return sth_map_blocks(conv->out_c * conv->kernel_w); }

int32_t sth_fold_accepts(const sth_map_conv *shape);
sth_map_tiling sth_fold_tiling(const sth_map_conv *shape, const sth_map_conv_level *level);
void sth_fold_query(sth_map_conv_needs *needs, const sth_map_conv *shape, const sth_map_conv_level *level);
void sth_fold_pack(void *packed, const float *weights, const float *bias, const sth_map_conv *shape,
                   const sth_map_conv_level *level);

#endif  // STYLEHOST_KERNELS_FOLD_PLAN_H
