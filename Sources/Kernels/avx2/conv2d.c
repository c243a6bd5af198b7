// conv2d.c - a two-dimensional convolution in registers of 8 floats.
//
// A register tile is up to 6 output channels by up to 4 vectors of neighbouring columns: 12 sums that never leave their
// registers over all of ci, ky, kx. Each step loads the columns that one weight position meets (from the band, unaligned),
// and multiplies them by the broadcast weights of the channels. Every output is one chain of fused multiply-adds in the
// order bias, ci, ky, kx, whatever the tile it lies in.
#if defined(__x86_64__)

#include "../conv2d_tiling.h"
#include "../levels.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

enum { lanes = 8, most_rows = 6, most_vectors = 4 };

// What a register tile works on.
typedef struct register_tile {
  float *dst;  // first channel, first column
  int64_t dst_c_stride;
  const float *band;  // first channel, the tile's row and column, tap 0
  int64_t band_c_stride;
  const float *weights;  // [in_c][taps][rows]
  const float *bias;     // [rows] or NULL
  const int64_t *taps;
  int32_t in_c, tap_count;
  __m256i last;  // columns of the last vector that exist
} register_tile;

STH_INLINE void run_register_tile(const register_tile *tile, const int rows, const int vectors) {
  __m256 sum[most_rows][most_vectors];
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    const __m256 start = _mm256_set1_ps(tile->bias != NULL ? tile->bias[row] : 0.0f);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[row][v] = start;
  }

  const float *weights = tile->weights;
  const float *channel = tile->band;
  for (int32_t ci = 0; ci < tile->in_c; ci++) {
    for (int32_t tap = 0; tap < tile->tap_count; tap++) {
      const float *u = channel + tile->taps[tap];
      __m256 column[most_vectors];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) column[v] = _mm256_loadu_ps(u + v * lanes);
#pragma clang loop unroll(full)
      for (int row = 0; row < rows; row++) {
        const __m256 weight = _mm256_set1_ps(weights[row]);
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[row][v] = _mm256_fmadd_ps(weight, column[v], sum[row][v]);
      }
      weights += rows;
    }
    channel += tile->band_c_stride;
  }

#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    float *dst = tile->dst + row * tile->dst_c_stride;
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors - 1; v++) _mm256_storeu_ps(dst + v * lanes, sum[row][v]);
    _mm256_maskstore_ps(dst + (vectors - 1) * lanes, tile->last, sum[row][vectors - 1]);
  }
}

#define REGISTER_TILE(rows, vectors) \
  static void tile_##rows##x##vectors(const register_tile *tile) { run_register_tile(tile, rows, vectors); }
#define REGISTER_TILES_2(rows) REGISTER_TILE(rows, 1) REGISTER_TILE(rows, 2)

REGISTER_TILES_2(1)
REGISTER_TILE(1, 3)
REGISTER_TILE(1, 4)
REGISTER_TILES_2(2)
REGISTER_TILE(2, 3)
REGISTER_TILE(2, 4)
REGISTER_TILES_2(3)
REGISTER_TILE(3, 3)
REGISTER_TILES_2(4)
REGISTER_TILES_2(5)
REGISTER_TILES_2(6)

#define TILES_2(rows) tile_##rows##x1, tile_##rows##x2

static void (*const register_tiles[most_rows][most_vectors])(const register_tile *) = {
    {TILES_2(1), tile_1x3, tile_1x4}, {TILES_2(2), tile_2x3, tile_2x4}, {TILES_2(3), tile_3x3},
    {TILES_2(4)}, {TILES_2(5)}, {TILES_2(6)},
};

// One row of a block of channels: w columns in groups of nearly equal numbers of vectors.
static void run_row(register_tile tile, int32_t rows, int32_t w) {
  const int32_t widest = rows <= 2 ? 4 : rows == 3 ? 3 : 2;
  while (w > 0) {
    const int32_t vectors = sth_conv2d_block_rows((w + lanes - 1) / lanes, widest);
    const int32_t rest = w - (vectors - 1) * lanes;  // columns from the last vector on
    tile.last = _mm256_cmpgt_epi32(_mm256_set1_epi32(rest), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    register_tiles[rows - 1][vectors - 1](&tile);
    tile.dst += vectors * lanes;
    tile.band += vectors * lanes;
    w -= vectors * lanes;
  }
}

void sth_conv2d_f32_query_avx2(sth_conv2d_needs *needs, const sth_conv2d *shape) {
  sth_conv2d_tiling_query(needs, shape, lanes);
}

void sth_conv2d_f32_pack_avx2(void *packed, const float *weights, const sth_conv2d *shape) {
  sth_conv2d_pack_blocks(packed, weights, shape, most_rows);
}

void sth_conv2d_f32_avx2(const sth_conv2d_operands *operands, const sth_conv2d *shape, int32_t begin, int32_t end) {
  const sth_conv2d_tiling tiling = sth_conv2d_tiling_for(shape, lanes);
  char *workspace = operands->workspace;
  int64_t *taps = (int64_t *)workspace;
  float *staging = (float *)(workspace + tiling.staging_at);
  float *band = (float *)(workspace + tiling.band_at);
  const sth_planes *dst = &operands->dst;
  const int64_t terms = (int64_t)shape->in_c * shape->kernel_h * shape->kernel_w;
  if (begin < end) sth_conv2d_fill_taps(taps, shape, &tiling);

  for (int32_t unit = begin; unit < end; unit++) {
    const int32_t y = unit / tiling.tiles_x * tiling.tile_h, x = unit % tiling.tiles_x * tiling.tile_w;
    const int32_t h = shape->out_h - y < tiling.tile_h ? shape->out_h - y : tiling.tile_h;
    const int32_t w = shape->out_w - x < tiling.tile_w ? shape->out_w - x : tiling.tile_w;
    sth_conv2d_fill_band(band, staging, operands, shape, &tiling, y, x, h, w);

    int32_t rows;
    for (int32_t co = 0; co < shape->out_c; co += rows) {
      rows = sth_conv2d_block_rows(shape->out_c - co, most_rows);
      register_tile tile = {
          .dst_c_stride = dst->c_stride,
          .band_c_stride = tiling.c_stride,
          .weights = (const float *)operands->packed + co * terms,
          .bias = operands->bias != NULL ? operands->bias + co : NULL,
          .taps = taps,
          .in_c = shape->in_c,
          .tap_count = shape->kernel_h * shape->kernel_w,
      };
      for (int32_t row = 0; row < h; row++) {
        tile.dst = dst->data + co * dst->c_stride + (y + row) * dst->h_stride + x;
        tile.band = band + (int64_t)row * shape->stride_h * tiling.row_stride;
        run_row(tile, rows, w);
      }
    }
  }
}

#pragma clang attribute pop

#endif  // __x86_64__
