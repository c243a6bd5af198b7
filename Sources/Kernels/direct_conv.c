// direct_conv.c - what the direct convolutions on maps need, and how their weights are packed.
#include "direct_plan.h"
#include <stddef.h>

enum { direct_algorithm = 1, target_columns = 64 };

sth_map_tiling sth_direct_tiling(const sth_map_conv *shape, const sth_map_conv_level *level) {
  const int32_t widest = sth_map_panel_blocks(sth_map_blocks(shape->conv.out_c), level->panel_blocks);
  return sth_map_tiling_for(shape, sth_map_conv_arithmetic(shape, level), target_columns, 0, widest * STH_MAP_LANES);
}

void sth_direct_query(sth_map_conv_needs *needs, const sth_map_conv *shape, const sth_map_conv_level *level) {
  const sth_conv2d *conv = &shape->conv;
  const sth_map_tiling tiling = sth_direct_tiling(shape, level);
  const int64_t lanes = (int64_t)sth_map_blocks(conv->out_c) * STH_MAP_LANES;
  const int64_t panels = sth_map_panels_bytes(conv->out_c, conv->kernel_h, conv->kernel_w * tiling.pixel,
                                              sth_map_conv_arithmetic(shape, level));
  needs->units = conv->out_h > 0 && conv->out_w > 0 ? tiling.tiles_y * tiling.tiles_x : 0;
  needs->tile_rows = tiling.tile_h;
  needs->row_tiles = tiling.tiles_x;
  needs->unit_tiles = 1;
  static const char *const names[] = {"direct f32", "direct int16", "direct int8"};
  needs->name = names[sth_map_conv_arithmetic(shape, level)];
  needs->algorithm = direct_algorithm;
  needs->packed_bytes = lanes * (int64_t)sizeof(float) + panels;
  needs->workspace_bytes = tiling.workspace_bytes;
}

// Number k of a run is channel k % pixel of the run's pixel k / pixel.
static float weight_at(const float *weights, const sth_map_conv *shape, int32_t run, int32_t k, int32_t co) {
  const sth_conv2d *conv = &shape->conv;
  const int32_t pixel = sth_map_band_pixel(shape), ci = k % pixel;
  if (ci >= conv->in_c) return 0.0f;
  return weights[(((int64_t)co * conv->in_c + ci) * conv->kernel_h + run) * conv->kernel_w + k / pixel];
}

void sth_direct_pack(void *packed, const float *weights, const float *bias, const sth_map_conv *shape,
                     const sth_map_conv_level *level) {
  const sth_conv2d *conv = &shape->conv;
  const int32_t lanes = sth_map_blocks(conv->out_c) * STH_MAP_LANES;
  float *biases = packed;
  for (int32_t co = 0; co < lanes; co++) biases[co] = bias != NULL && co < conv->out_c ? bias[co] : 0.0f;
  sth_map_pack_panels(biases + lanes, weights, shape, weight_at, conv->out_c, conv->kernel_h,
                      conv->kernel_w * sth_map_band_pixel(shape), sth_map_conv_arithmetic(shape, level),
                      level->panel_blocks);
}
