// map_tiling.c - chooses the tiles of direct convolutions on maps and packs their weights.
#include "map_tiling.h"
#include "integers.h"
#include <stddef.h>
#include <string.h>

enum {
  band_most_bytes = 384 * 1024,  // leaves room in an L2 of 1 MiB for a panel of weights
  tile_most_rows = 32,
  units_wanted = 32,  // so that several threads end together; a picture too small for so many has fewer
};

// Numbers that one step holds.
static int32_t numbers_of_step(uint32_t arithmetic) {
  return arithmetic == STH_ARITHMETIC_INT8 ? 4 : arithmetic == STH_ARITHMETIC_INT16 ? 2 : 1;
}

static int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }
static int32_t divided_up(int64_t a, int64_t b) { return (int32_t)((a + b - 1) / b); }
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
  sth_map_tiling tiling = {
      .pixel = sth_map_band_pixel(shape),
      .element_bytes = sth_gemm_step_bytes / numbers_of_step(arithmetic),
  };
  const int64_t pixel_bytes = tiling.pixel * (int64_t)sizeof(float);
  tiling.limit = sth_int16_limit((int64_t)conv->kernel_h * conv->kernel_w * tiling.pixel);

  // Narrower tiles until at least a few rows fit.
  const int32_t few = (least(4, out_h) - 1) * conv->stride_h + conv->kernel_h;
  for (;; target_w /= 2) {
    tiling.tile_w = columns_of_tile(out_w, target_w, excess_w);
    if (target_w <= sth_gemm_rows) break;
    if (few * band_columns(conv, tiling.tile_w) * pixel_bytes <= band_most_bytes) break;
  }
  tiling.band_w = band_columns(conv, tiling.tile_w);
  tiling.floats_row_bytes = aligned(tiling.band_w * pixel_bytes);
  tiling.row_bytes = aligned((int64_t)tiling.band_w * tiling.pixel * tiling.element_bytes);
  tiling.tiles_x = divided_up(out_w, tiling.tile_w);

  const int64_t row_bytes = tiling.floats_row_bytes > 0 ? tiling.floats_row_bytes : 1;
  const int64_t rows = (band_most_bytes / row_bytes - conv->kernel_h) / conv->stride_h + 1;
  const int32_t shared = divided_up((int64_t)out_h * tiling.tiles_x, units_wanted);
  const int32_t fitting = least(most((int32_t)rows, 1), least(tile_most_rows, shared));
  tiling.tile_h = divided_up(out_h, divided_up(out_h, fitting));
  tiling.tiles_y = divided_up(out_h, tiling.tile_h);
  tiling.band_h = (tiling.tile_h - 1) * conv->stride_h + conv->kernel_h;

  tiling.sums_at = aligned(tiling.band_w * (int64_t)sizeof(int32_t));
  tiling.band_at = tiling.sums_at + aligned((int64_t)(tiling.tile_w + excess_w) * sums * (int64_t)sizeof(float));
  // A step may reach past the last number.
  const int64_t band_end = tiling.band_at + tiling.band_h * tiling.row_bytes + 64;
  const int same = arithmetic == STH_ARITHMETIC_F32;
  tiling.floats_at = same ? tiling.band_at : band_end;
  tiling.workspace_bytes = band_end + (same ? 0 : tiling.band_h * tiling.floats_row_bytes);
  return tiling;
}

int64_t sth_map_panels_bytes(int32_t columns, int32_t runs, int32_t depth, uint32_t arithmetic) {
  const int64_t lanes = (int64_t)sth_map_blocks(columns) * STH_MAP_LANES;
  const int64_t meanings = arithmetic == STH_ARITHMETIC_F32 ? 0 : 2;
  return (meanings + (int64_t)runs * sth_map_steps(depth, arithmetic)) * lanes * sth_gemm_step_bytes;
}

// What a step of the weights of one column is worth; NaN where one of them is.
static float scale_of(const float *weights, const sth_map_conv *shape, sth_map_weight weight, int32_t column,
                      int32_t runs, int32_t depth, uint32_t arithmetic) {
  float largest = 0.0f, sum = 0.0f;
  for (int32_t run = 0; run < runs; run++) {
    for (int32_t k = 0; k < depth; k++) {
      const float w = weight(weights, shape, run, k, column);
      const float size = w < 0.0f ? -w : w;
      largest = size > largest ? size : largest;
      sum += size;
    }
  }
  if (arithmetic == STH_ARITHMETIC_INT8) return sum == sum ? largest / STH_INT8_MOST : sum;
  return sth_int16_scale(largest, sum, (int64_t)shape->conv.kernel_h * shape->conv.kernel_w * sth_map_band_pixel(shape));
}

// One step of up to four numbers.
static void pack_step(char *to, const float *numbers, uint32_t arithmetic, float scale, float *sum) {
  switch (arithmetic) {
    case STH_ARITHMETIC_INT8:
      for (int i = 0; i < 4; i++) {
        const int8_t byte = (int8_t)sth_int16_of(numbers[i], scale, STH_INT8_MOST);
        to[i] = (char)byte;
        *sum += byte;
      }
      return;
    case STH_ARITHMETIC_INT16:
      for (int i = 0; i < 2; i++) {
        const int16_t half = sth_int16_of(numbers[i], scale, STH_INT16_MOST);
        memcpy(to + 2 * i, &half, sizeof half);
        *sum += half;
      }
      return;
    default: memcpy(to, numbers, sizeof(float));
  }
}

void sth_map_pack_panels(void *packed, const float *weights, const sth_map_conv *shape, sth_map_weight weight,
                         int32_t columns, int32_t runs, int32_t depth, uint32_t arithmetic, int32_t most_blocks) {
  const int32_t numbers = numbers_of_step(arithmetic);
  const int32_t lanes = sth_map_blocks(columns) * STH_MAP_LANES;
  const int counts = arithmetic != STH_ARITHMETIC_F32;
  float *scales = packed, *sums = scales + lanes;
  char *to = packed;
  if (counts) {
    to = (char *)(sums + lanes);
    for (int32_t column = 0; column < lanes; column++) {
      const int exists = column < columns;
      scales[column] = exists ? scale_of(weights, shape, weight, column, runs, depth, arithmetic) : 0.0f;
      sums[column] = 0.0f;
    }
  }
  int32_t blocks;
  for (int32_t block = 0; block < sth_map_blocks(columns); block += blocks) {
    blocks = sth_map_panel_blocks(sth_map_blocks(columns) - block, most_blocks);
    for (int32_t run = 0; run < runs; run++) {
      for (int32_t k = 0; k < depth; k += numbers) {
        for (int32_t lane = 0; lane < blocks * STH_MAP_LANES; lane++) {
          const int32_t column = block * STH_MAP_LANES + lane;
          float step[sth_gemm_step_bytes] = {0.0f};
          for (int32_t i = 0; i < numbers && column < columns; i++) {
            if (k + i < depth) step[i] = weight(weights, shape, run, k + i, column);
          }
          pack_step(to, step, arithmetic, counts ? scales[column] : 0.0f, counts ? &sums[column] : NULL);
          to += sth_gemm_step_bytes;
        }
      }
    }
  }
}
