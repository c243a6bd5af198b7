// fold_conv.c - which convolutions are folded, what they need, and how their weights are packed.
#include "fold_plan.h"
#include <stddef.h>

enum { fold_algorithm = 2, target_columns = 128 };

int32_t sth_fold_accepts(const sth_map_conv *shape) {
  const sth_conv2d *conv = &shape->conv;
  if (shape->dst_format != STH_MAP_PLANAR_F32 || conv->stride_w != 1) return 0;
  if (conv->out_c > STH_MAP_PLANAR_CHANNELS || conv->kernel_w < 2) return 0;
  return (int64_t)conv->out_c * conv->kernel_w <= sth_fold_most_blocks * STH_MAP_LANES;
}

sth_map_tiling sth_fold_tiling(const sth_map_conv *shape, const sth_map_conv_level *level) {
  return sth_map_tiling_for(shape, sth_map_conv_arithmetic(shape, level), target_columns, shape->conv.kernel_w - 1,
                            sth_fold_blocks(&shape->conv) * STH_MAP_LANES);
}

void sth_fold_query(sth_map_conv_needs *needs, const sth_map_conv *shape, const sth_map_conv_level *level) {
  const sth_conv2d *conv = &shape->conv;
  const sth_map_tiling tiling = sth_fold_tiling(shape, level);
  const int64_t panels = sth_map_panels_bytes(conv->out_c * conv->kernel_w, conv->kernel_h, tiling.pixel,
                                              sth_map_conv_arithmetic(shape, level));
  needs->units = conv->out_h > 0 && conv->out_w > 0 ? tiling.tiles_y * tiling.tiles_x : 0;
  needs->tile_rows = tiling.tile_h;
  needs->row_tiles = tiling.tiles_x;
  needs->unit_tiles = 1;
  static const char *const names[] = {"folded f32", "folded int16", "folded int8"};
  needs->name = names[sth_map_conv_arithmetic(shape, level)];
  needs->algorithm = fold_algorithm;
  needs->packed_bytes = STH_MAP_LANES * (int64_t)sizeof(float) + panels;
  needs->workspace_bytes = tiling.workspace_bytes;
}

// A column is a column of the kernel of one output channel.
static float weight_at(const float *weights, const sth_map_conv *shape, int32_t run, int32_t ci, int32_t column) {
  const sth_conv2d *conv = &shape->conv;
  if (ci >= conv->in_c) return 0.0f;
  const int64_t co = column / conv->kernel_w, kx = column % conv->kernel_w;
  return weights[((co * conv->in_c + ci) * conv->kernel_h + run) * conv->kernel_w + kx];
}

void sth_fold_pack(void *packed, const float *weights, const float *bias, const sth_map_conv *shape,
                   const sth_map_conv_level *level) {
  const sth_conv2d *conv = &shape->conv;
  float *biases = packed;
  for (int32_t co = 0; co < STH_MAP_LANES; co++) biases[co] = bias != NULL && co < conv->out_c ? bias[co] : 0.0f;
  sth_map_pack_panels(biases + STH_MAP_LANES, weights, shape, weight_at, conv->out_c * conv->kernel_w, conv->kernel_h,
                      sth_map_band_pixel(shape), sth_map_conv_arithmetic(shape, level), level->panel_blocks);
}
