// conv2d_tiling.h - how the vector levels cut a convolution into units, and where a unit keeps its part of the source.
//
// A unit is a tile of the output, all channels of it. The source under a tile is read through the lens once into a band,
// [in_c][band_h][stride_w][phase_w], small enough for a core's L2: the columns x, x + stride_w, ... that one weight meets
// lie side by side, so that the register kernels load whole vectors at any stride, and no patch matrix is ever written.
#ifndef STYLEHOST_KERNELS_CONV2D_TILING_H
#define STYLEHOST_KERNELS_CONV2D_TILING_H

#include "lens.h"

typedef struct sth_conv2d_tiling {
  int32_t tile_h, tile_w;    // output rows and columns of a unit; tile_w is a multiple of the vector
  int32_t tiles_y, tiles_x;  // unit = tile_y * tiles_x + tile_x
  int64_t band_h;            // rows of the padded picture under a tile
  int64_t phase_w;           // floats of one column phase of one row
  int64_t row_stride, c_stride;
  // The workspace, in bytes from its start: offsets of the taps, a row on its way into phases, the band.
  int64_t staging_at, band_at, workspace_bytes;
} sth_conv2d_tiling;

// The tiling of a shape for vectors of `lanes` floats: a function of nothing else.
sth_conv2d_tiling sth_conv2d_tiling_for(const sth_conv2d *shape, int32_t lanes);

// Fills `needs` from a tiling.
void sth_conv2d_tiling_query(sth_conv2d_needs *needs, const sth_conv2d *shape, int32_t lanes);

// Rows of the next block of output channels when `rest` are left: blocks of nearly equal size, none above `most`.
STH_INLINE int32_t sth_conv2d_block_rows(int32_t rest, int32_t most) {
  const int32_t blocks = (rest + most - 1) / most;
  return (rest + blocks - 1) / blocks;
}

// packed: blocks of rows output channels, each [in_c][kernel_h][kernel_w][rows].
void sth_conv2d_pack_blocks(float *packed, const float *weights, const sth_conv2d *shape, int32_t most_rows);

// taps[ky * kernel_w + kx]: where a tap's first column lies in the band, from that of the output's own row and channel.
void sth_conv2d_fill_taps(int64_t *taps, const sth_conv2d *shape, const sth_conv2d_tiling *tiling);

// Reads one row through the lens: `count` columns from x on, then zeros up to the end of the band's row.
STH_INLINE void sth_conv2d_fill_band_row(float *dst, float *staging, const sth_lens_row *row, const sth_conv2d *shape,
                                         const sth_conv2d_tiling *tiling, int64_t x, int64_t count) {
  const int64_t stride = shape->stride_w, phase_w = tiling->phase_w;
  float *line = stride == 1 ? dst : staging;
  sth_lens_fill(line, row, shape, x, count);
  for (int64_t i = count; i < stride * phase_w; i++) line[i] = 0.0f;
  if (stride == 1) return;
  if (stride == 2) {
    const float *restrict in = staging;
    float *restrict even = dst;
    float *restrict odd = dst + phase_w;
    for (int64_t i = 0; i < phase_w; i++) {
      even[i] = in[2 * i];
      odd[i] = in[2 * i + 1];
    }
    return;
  }
  for (int64_t phase = 0; phase < stride; phase++) {
    for (int64_t i = 0; i < phase_w; i++) dst[phase * phase_w + i] = staging[i * stride + phase];
  }
}

// Asks for the source of one row, columns x ..< x + count: the pieces of rows under a tile are too short and too far apart
// for the processor to foresee.
STH_INLINE void sth_conv2d_prefetch_row(const sth_lens_row *row, const sth_conv2d *shape, int64_t x, int64_t count) {
  if (row->data == NULL) return;
  const int64_t line = 64 / (int64_t)sizeof(float);
  const int64_t first = x < 0 ? 0 : x / shape->upsample;
  const int64_t end = (x + count) / shape->upsample + 1;
  const int64_t last = end < shape->in_w ? end : shape->in_w;
  for (int64_t i = first; i < last; i += line) __builtin_prefetch(row->data + i);
}

// Fills the band under the tile at output (y, x) of h by w.
STH_INLINE void sth_conv2d_fill_band(float *band, float *staging, const sth_conv2d_operands *operands,
                                     const sth_conv2d *shape, const sth_conv2d_tiling *tiling, int32_t y, int32_t x,
                                     int32_t h, int32_t w) {
  const int64_t rows = (int64_t)(h - 1) * shape->stride_h + shape->kernel_h;
  const int64_t columns = (int64_t)(w - 1) * shape->stride_w + shape->kernel_w;
  const int64_t top = (int64_t)y * shape->stride_h - shape->pad_top;
  const int64_t left = (int64_t)x * shape->stride_w - shape->pad_left;
  for (int32_t ci = 0; ci < shape->in_c; ci++) {
    for (int64_t r = 0; r < rows; r++) {
      if (ci + 1 < shape->in_c) {  // one channel ahead
        const sth_lens_row ahead = sth_lens_row_at(operands, shape, ci + 1, top + r);
        sth_conv2d_prefetch_row(&ahead, shape, left, columns);
      }
      const sth_lens_row row = sth_lens_row_at(operands, shape, ci, top + r);
      float *dst = band + ci * tiling->c_stride + r * tiling->row_stride;
      sth_conv2d_fill_band_row(dst, staging, &row, shape, tiling, left, columns);
    }
  }
}

#endif  // STYLEHOST_KERNELS_CONV2D_TILING_H
