// winograd_conv.c - which shapes go through Winograd tiles, and how large their batches are.
#include "winograd_plan.h"
#include <stddef.h>

enum {
  most_batch = 32,           // tiles of a unit: V and M of a panel stay in a core's L2
  least_batch = 16,          // of a map that has as many: each unit reads all weights, from L3 at best
  wanted_units = 16,         // parts a map is cut into where its size allows, to keep many threads busy
  large_tile_channels = 32,  // from here on the larger tile saves more products than its transforms cost
  line_bytes = 64,
};

static int64_t round_up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }
static int64_t divide_up(int64_t value, int64_t by) { return (value + by - 1) / by; }

// A whole number of cache lines, an odd one: positions spread over the sets of the caches.
static int64_t odd_lines(int64_t bytes) { return (divide_up(bytes, line_bytes) | 1) * line_bytes; }

// Whether an output pixel sees, along an axis behind zeros between the pixels, its own pixel and one neighbour at most: the
// one before it where its coordinate is even, the one after it where it is odd.
static int stuffed_axis_fits(int32_t kernel, int32_t pad) { return kernel >= 2 && kernel <= 4 && pad == kernel / 2; }

int32_t sth_winograd_accepts(const sth_map_conv *shape) {
  const sth_conv2d *c = &shape->conv;
  if (shape->src_format == STH_MAP_PLANAR_F32 || shape->dst_format == STH_MAP_PLANAR_F32) return 0;
  if (c->stride_h != 1 || c->stride_w != 1 || c->out_h < 1 || c->out_w < 1) return 0;
  const int is3x3 = c->kernel_h == 3 && c->kernel_w == 3;
  if (c->upsample == 1) return is3x3;
  if (c->upsample != 2 || c->out_h > 2 * (int64_t)c->in_h || c->out_w > 2 * (int64_t)c->in_w) return 0;
  if (!shape->stuffed) return is3x3 && c->pad_top == 1 && c->pad_left == 1;
  return c->pad_mode == STH_PAD_ZERO && stuffed_axis_fits(c->kernel_h, c->pad_top) &&
         stuffed_axis_fits(c->kernel_w, c->pad_left);
}

sth_winograd_plan sth_winograd_plan_for(const sth_map_conv *shape, const sth_map_conv_level *level) {
  const sth_conv2d *c = &shape->conv;
  // Transformed, bytes would not be exact enough.
  sth_winograd_plan plan = {.int16 = shape->arithmetic != STH_ARITHMETIC_F32 && level->int16 != NULL};
  plan.phases = c->upsample == 2 ? 4 : 1;
  // In integers the larger tile is a twentieth faster, for twice the memory and error.
  plan.n = !plan.int16 && c->in_c >= large_tile_channels && c->out_c >= large_tile_channels ? 8 : 6;
  plan.m = plan.n - 2;
  plan.positions = plan.phases == 4 ? (plan.n - 1) * (plan.n - 1) : plan.n * plan.n;
  const int64_t step = plan.phases == 4 ? 2 * plan.m : plan.m;
  plan.tiles_y = (int32_t)divide_up(c->out_h, step);
  plan.tiles_x = (int32_t)divide_up(c->out_w, step);

  const int64_t tiles = (int64_t)plan.tiles_y * plan.tiles_x;
  const int64_t fair = round_up(divide_up(tiles, wanted_units), sth_gemm_rows);
  plan.batch = (int32_t)(fair < least_batch ? least_batch : fair < most_batch ? fair : most_batch);
  plan.units = (int32_t)divide_up(tiles, plan.batch);

  const int64_t channels = (int64_t)sth_map_blocks(c->in_c) * STH_MAP_LANES;
  plan.steps = channels / (plan.int16 ? 2 : 1);
  plan.v_position_bytes = odd_lines(plan.batch * channels * 4);
  const int32_t widest = sth_map_panel_blocks(sth_map_blocks(c->out_c), level->panel_blocks);
  plan.m_row_floats = widest * STH_MAP_LANES;
  plan.m_position_floats = odd_lines(plan.batch * plan.m_row_floats * 4) / 4;
  plan.m_at = plan.n * plan.n * plan.v_position_bytes;
  plan.moments_at = plan.m_at + plan.n * plan.n * plan.m_position_floats * 4;
  plan.steps_at = plan.moments_at + sth_map_blocks(c->out_c) * (int64_t)sth_winograd_moments_bytes;
  plan.factors_at = plan.steps_at + (plan.int16 ? sth_winograd_most_n * sth_winograd_most_n * 4 : 0);
  plan.workspace_bytes = plan.factors_at + (plan.int16 ? plan.n * plan.n * plan.m_row_floats * 4 : 0);
  return plan;
}

void sth_winograd_query(sth_map_conv_needs *needs, const sth_map_conv *shape, const sth_map_conv_level *level) {
  const sth_winograd_plan plan = sth_winograd_plan_for(shape, level);
  const int64_t lanes = (int64_t)sth_map_blocks(shape->conv.out_c) * STH_MAP_LANES;
  needs->units = plan.units;
  needs->tile_rows = plan.phases == 4 ? 2 * plan.m : plan.m;
  needs->row_tiles = plan.tiles_x;
  needs->unit_tiles = plan.batch;
  needs->name = plan.int16 ? "winograd 4x4 int16" : plan.n == 6 ? "winograd 4x4 f32" : "winograd 6x6 f32";
  needs->algorithm = (uint32_t)plan.n * 16 + (uint32_t)plan.phases + (plan.phases == 4 && shape->stuffed ? 8 : 0);
  needs->workspace_bytes = plan.workspace_bytes;
  needs->packed_bytes =
      lanes * 4 + plan.phases * lanes * plan.positions * (plan.steps * sth_gemm_step_bytes + (plan.int16 ? 4 : 0));
}
