// map_tiling.c - chooses the tiles of direct convolutions on maps and packs their weights.
#include "map_tiling.h"
#include "map_pixel.h"
#include <string.h>

enum {
  band_most_bytes = 384 * 1024,  // leaves room in an L2 of 1 MiB for a panel of weights
  tile_most_rows = 32,
  units_wanted = 32,  // so that several threads end together; a picture too small for so many has fewer
};

static int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }
static int32_t divided_up(int32_t a, int32_t b) { return (a + b - 1) / b; }
static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }

// Columns of a tile for about target_w of them.
static int32_t columns_of_tile(int32_t out_w, int32_t target_w, int32_t excess_w) {
  const int32_t tiles = divided_up(out_w, target_w);
  const int32_t products = divided_up(out_w, tiles) + excess_w;
  return least(out_w, divided_up(products, sth_gemm_rows) * sth_gemm_rows - excess_w);
}

static int32_t band_columns(const sth_conv2d *conv, int32_t tile_w) {
  return (tile_w - 1) * conv->stride_w + conv->kernel_w;
}

sth_map_tiling sth_map_tiling_for(const sth_map_conv *shape, uint32_t arithmetic, int32_t target_w, int32_t excess_w,
                                  int32_t sums) {
  const sth_conv2d *conv = &shape->conv;
  const int32_t out_h = most(conv->out_h, 1), out_w = most(conv->out_w, 1);
  const int32_t planar = shape->src_format == STH_MAP_PLANAR_F32;
  sth_map_tiling tiling = {
      .pixel = sth_map_band_pixel(shape),
      .element_bytes = arithmetic == STH_ARITHMETIC_BF16 ? 2 : 4,
  };
  const int64_t pixel_bytes = (int64_t)tiling.pixel * tiling.element_bytes;

  // Narrower tiles until at least a few rows fit.
  const int32_t few = (least(4, out_h) - 1) * conv->stride_h + conv->kernel_h;
  for (;; target_w /= 2) {
    tiling.tile_w = columns_of_tile(out_w, target_w, excess_w);
    if (target_w <= sth_gemm_rows) break;
    if (few * band_columns(conv, tiling.tile_w) * pixel_bytes <= band_most_bytes) break;
  }
  tiling.band_w = band_columns(conv, tiling.tile_w);
  tiling.row_bytes = aligned(tiling.band_w * pixel_bytes);
  tiling.tiles_x = divided_up(out_w, tiling.tile_w);

  const int64_t rows = (band_most_bytes / most((int32_t)tiling.row_bytes, 1) - conv->kernel_h) / conv->stride_h + 1;
  const int32_t shared = divided_up(out_h * tiling.tiles_x, units_wanted);
  const int32_t fitting = least(most((int32_t)rows, 1), least(tile_most_rows, shared));
  tiling.tile_h = divided_up(out_h, divided_up(out_h, fitting));
  tiling.tiles_y = divided_up(out_h, tiling.tile_h);
  tiling.band_h = (tiling.tile_h - 1) * conv->stride_h + conv->kernel_h;

  tiling.sums_at = aligned(tiling.band_w * (int64_t)sizeof(int32_t));
  tiling.staging_at = tiling.sums_at + aligned((int64_t)(tiling.tile_w + excess_w) * sums * (int64_t)sizeof(float));
  tiling.band_at = tiling.staging_at + (planar ? 2 * tiling.row_bytes : 0);
  // A step may reach past the last number.
  tiling.workspace_bytes = tiling.band_at + tiling.band_h * tiling.row_bytes + 64;
  return tiling;
}

void sth_map_pack_panels(void *packed, const float *weights, const sth_map_conv *shape, sth_map_weight weight,
                         int32_t columns, int32_t runs, int32_t depth, uint32_t arithmetic, int32_t most_blocks) {
  const int32_t numbers = arithmetic == STH_ARITHMETIC_BF16 ? 2 : 1;  // of a step
  char *to = packed;
  int32_t blocks;
  for (int32_t block = 0; block < sth_map_blocks(columns); block += blocks) {
    blocks = sth_map_panel_blocks(sth_map_blocks(columns) - block, most_blocks);
    for (int32_t run = 0; run < runs; run++) {
      for (int32_t k = 0; k < depth; k += numbers) {
        for (int32_t lane = 0; lane < blocks * STH_MAP_LANES; lane++) {
          const int32_t column = block * STH_MAP_LANES + lane;
          float step[2] = {0.0f, 0.0f};
          for (int32_t i = 0; i < numbers; i++) {
            if (k + i < depth && column < columns) step[i] = weight(weights, shape, run, k + i, column);
          }
          if (numbers == 1) {
            memcpy(to, step, sizeof(float));
          } else {
            const uint16_t pair[2] = {sth_bf16_from_f32(step[0]), sth_bf16_from_f32(step[1])};
            memcpy(to, pair, sizeof pair);
          }
          to += sth_gemm_step_bytes;
        }
      }
    }
  }
}
