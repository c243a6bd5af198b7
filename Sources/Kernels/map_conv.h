// map_conv.h - the convolutions of a level: the first algorithm that takes a shape.
//
// Include inside the attribute region of a level (<isa>/map_conv.c).
#ifndef STYLEHOST_KERNELS_MAP_CONV_H
#define STYLEHOST_KERNELS_MAP_CONV_H

#include "direct_conv.h"
#include "fold_conv.h"
#include "map_levels.h"
#include "winograd_conv.h"
#include "winograd_pack.h"

STH_INLINE void sth_map_conv_query(sth_map_conv_needs *needs, const sth_map_conv *shape, const sth_map_conv_level *level) {
  if (sth_winograd_accepts(shape)) {
    sth_winograd_query(needs, shape, level);
  } else if (sth_fold_accepts(shape)) {
    sth_fold_query(needs, shape, level);
  } else {
    sth_direct_query(needs, shape, level);
  }
}

STH_INLINE void sth_map_conv_pack(void *packed, const float *weights, const float *bias, const sth_map_conv *shape,
                                  const sth_map_conv_level *level) {
  if (sth_winograd_accepts(shape)) {
    sth_winograd_pack(packed, weights, bias, shape, level);
  } else if (sth_fold_accepts(shape)) {
    sth_fold_pack(packed, weights, bias, shape, level);
  } else {
    sth_direct_pack(packed, weights, bias, shape, level);
  }
}

STH_INLINE void sth_map_conv_run(const sth_map_conv_operands *operands, const sth_map_conv *shape,
                                 const sth_map_conv_level *level, int32_t begin, int32_t end) {
  if (sth_winograd_accepts(shape)) {
    sth_winograd_run(operands, shape, level, begin, end);
  } else if (sth_fold_accepts(shape)) {
    sth_fold_run(operands, shape, level, begin, end);
  } else {
    sth_direct_run(operands, shape, level, begin, end);
  }
  sth_lanes_fence();
}

#endif  // STYLEHOST_KERNELS_MAP_CONV_H
