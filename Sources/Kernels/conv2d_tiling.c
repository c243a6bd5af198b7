// conv2d_tiling.c - the choice of tiles and the order of packed weights, for the vector levels.
#include "conv2d_tiling.h"

enum {
  line_floats = 16,         // of a cache line
  band_floats = 96 * 1024,  // most floats of a band: 384 KiB, what is left of an L2 beside the weights
  wanted_units = 32,        // parts a picture is cut into where its size allows, to keep many threads busy
};

static int64_t round_up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }
static int64_t divide_up(int64_t value, int64_t by) { return (value + by - 1) / by; }

static int64_t phase_width(const sth_conv2d *shape, int64_t tile_w) {
  return round_up(tile_w + (shape->kernel_w - 1) / shape->stride_w, line_floats);
}

// Rows of output that a band of tiles this wide has room for.
static int64_t rows_in_budget(const sth_conv2d *shape, int64_t tile_w, int64_t tiles_x) {
  const int64_t row = (int64_t)shape->in_c * shape->stride_w * phase_width(shape, tile_w);
  const int64_t band_rows = row > 0 ? band_floats / row : band_floats;
  const int64_t room = band_rows < shape->kernel_h ? 1 : (band_rows - shape->kernel_h) / shape->stride_h + 1;
  const int64_t fair = divide_up((int64_t)shape->out_h * tiles_x, wanted_units);
  const int64_t most = room < fair ? room : fair;
  return most < 1 ? 1 : most;
}

// Floats of band that are filled per element of output, counted for every channel alike; too large a band costs double.
static double fill_cost(const sth_conv2d *shape, int64_t tile_w, int64_t tile_h, int64_t tiles_x) {
  const double row = (double)shape->stride_w * phase_width(shape, tile_w);
  const double rows = (double)(tile_h - 1) * shape->stride_h + shape->kernel_h;
  const double excess = row * rows * shape->in_c > band_floats ? 2.0 : 1.0;
  return excess * row * rows * (double)tiles_x / ((double)tile_h * shape->out_w);
}

sth_conv2d_tiling sth_conv2d_tiling_for(const sth_conv2d *shape, int32_t lanes) {
  sth_conv2d_tiling tiling = {0};
  if (shape->out_h <= 0 || shape->out_w <= 0 || shape->out_c <= 0) return tiling;

  double best = 0.0;
  const int64_t most_tiles = divide_up(shape->out_w, lanes);
  for (int64_t tiles = 1; tiles <= most_tiles; tiles += 1 + tiles / 8) {
    const int64_t w = round_up(divide_up(shape->out_w, tiles), lanes);
    const int64_t h = rows_in_budget(shape, w, tiles);
    const double cost = fill_cost(shape, w, h, tiles);
    if (tiles > 1 && cost > 0.97 * best) continue;  // narrower only where it pays
    best = cost;
    tiling.tile_w = (int32_t)w;
    tiling.tile_h = (int32_t)h;
  }
  tiling.tiles_x = (int32_t)divide_up(shape->out_w, tiling.tile_w);
  tiling.tiles_y = (int32_t)divide_up(shape->out_h, tiling.tile_h);
  tiling.tile_h = (int32_t)divide_up(shape->out_h, tiling.tiles_y);
  tiling.band_h = (int64_t)(tiling.tile_h - 1) * shape->stride_h + shape->kernel_h;
  tiling.phase_w = phase_width(shape, tiling.tile_w);
  tiling.row_stride = tiling.phase_w * shape->stride_w;
  // An odd number of cache lines between channels spreads them over the sets of the caches.
  tiling.c_stride = (tiling.band_h * tiling.row_stride / line_floats | 1) * line_floats;

  const int64_t line_bytes = line_floats * (int64_t)sizeof(float);
  const int64_t taps_bytes = (int64_t)shape->kernel_h * shape->kernel_w * (int64_t)sizeof(int64_t);
  const int64_t staging_floats = shape->stride_w > 1 ? tiling.row_stride : 0;
  tiling.staging_at = round_up(taps_bytes, line_bytes);
  tiling.band_at = tiling.staging_at + staging_floats * (int64_t)sizeof(float);
  tiling.workspace_bytes = tiling.band_at + shape->in_c * tiling.c_stride * (int64_t)sizeof(float);
  return tiling;
}

void sth_conv2d_tiling_query(sth_conv2d_needs *needs, const sth_conv2d *shape, int32_t lanes) {
  const sth_conv2d_tiling tiling = sth_conv2d_tiling_for(shape, lanes);
  const int64_t weights = (int64_t)shape->out_c * shape->in_c * shape->kernel_h * shape->kernel_w;
  needs->units = tiling.tiles_y * tiling.tiles_x;
  needs->packed_bytes = weights * (int64_t)sizeof(float);
  needs->workspace_bytes = tiling.workspace_bytes;
}

void sth_conv2d_pack_blocks(float *packed, const float *weights, const sth_conv2d *shape, int32_t most_rows) {
  const int64_t terms = (int64_t)shape->in_c * shape->kernel_h * shape->kernel_w;
  for (int32_t co = 0; co < shape->out_c;) {
    const int32_t rows = sth_conv2d_block_rows(shape->out_c - co, most_rows);
    for (int64_t k = 0; k < terms; k++) {
      for (int32_t row = 0; row < rows; row++) *packed++ = weights[(co + row) * terms + k];
    }
    co += rows;
  }
}

void sth_conv2d_fill_taps(int64_t *taps, const sth_conv2d *shape, const sth_conv2d_tiling *tiling) {
  for (int64_t ky = 0; ky < shape->kernel_h; ky++) {
    for (int64_t kx = 0; kx < shape->kernel_w; kx++) {
      const int64_t phase = kx % shape->stride_w, column = kx / shape->stride_w;
      *taps++ = ky * tiling->row_stride + phase * tiling->phase_w + column;
    }
  }
}
