// frame_rows.h - private to this room: what unpack and pack are made of, one row at a time.
//
// The walks (reference/frame_unpack.c, reference/frame_pack.c) know about planes, units and neighbouring rows and are
// written once; what they do to a row goes through sth_frame_rows, of which every instruction set may have its twin.
//
// A line is a row of float32 in the workspace, STH_FRAME_LINE_PAD elements may be touched on both sides of it. Rows of
// frames and of images have no such room: a function here writes its n elements there and reads nothing beyond them.
//
// The levels agree bit for bit: the same operations in the same order, no contraction to fused multiply-adds
// (FP_CONTRACT OFF in every file), and a twin hands its tail to the reference.
#ifndef STYLEHOST_FRAME_ROWS_H
#define STYLEHOST_FRAME_ROWS_H

#include "frame_kernels.h"

#define STH_FRAME_LINE_PAD 16
#define STH_FRAME_UNIT_ROWS 16  // rows of a unit: a multiple of every vertical subsampling
#define STH_FRAME_MAX_TAPS 5    // rows that a chroma sample is made of, at most

// float = ((code - zero) * coarse + (code - zero) * fine) + black. The slope is coarse + fine, and coarse has 8 significant
// bits: its product with a code of 16 is exact, so the sum is as good as the slope in double precision rounded once, and
// white comes out as white to the bit (no single float32 makes 219 of 1/219 into 1).
typedef struct sth_frame_ramp {
  float zero, coarse, fine, black;
  int32_t words;  // 0: codes are bytes, 1: 16-bit words
} sth_frame_ramp;

// code = floor(value + 1/2), clipped to 0...top; NaN becomes `zero`.
typedef struct sth_frame_steps {
  float zero, top;
  int32_t words;
} sth_frame_steps;

// With y the ramp of a luma code, and chroma in codes above its zero:
// R = y + cr * r_cr, G = y + (cb * g_cb + cr * g_cr), B = y + cb * b_cb
typedef struct sth_frame_to_rgb {
  sth_frame_ramp luma;
  float r_cr, g_cb, g_cr, b_cb;
} sth_frame_to_rgb;

// Rows of the matrix: weights of R, G, B and an offset. Luma in codes, chroma in codes above its zero.
typedef struct sth_frame_to_yuv {
  float y[4], cb[4], cr[4];
  sth_frame_steps luma;
} sth_frame_to_yuv;

// A weighted sum of lines: sum = lines[0] * weights[0] + offset, then + lines[i] * weights[i].
typedef struct sth_frame_taps {
  const float *lines[STH_FRAME_MAX_TAPS];
  float weights[STH_FRAME_MAX_TAPS];
  float offset;
  int32_t count;
} sth_frame_taps;

typedef struct sth_frame_rows {
  // dst: n floats, src: n codes at any alignment.
  void (*from_codes)(float *dst, const void *src, const sth_frame_ramp *ramp, int32_t n);
  // dst: n codes at any alignment, src: lines or rows of n.
  void (*to_codes)(void *dst, const sth_frame_taps *src, const sth_frame_steps *steps, int32_t n);

  // rgb: three rows of n; luma: n codes; cb, cr: lines of n.
  void (*to_rgb)(float *const rgb[3], const void *luma, const float *cb, const float *cr, const sth_frame_to_rgb *matrix,
                 int32_t n);
  void (*to_yuv)(void *luma, float *cb, float *cr, const float *const rgb[3], const sth_frame_to_yuv *matrix, int32_t n);

  // Lines, twice as wide: dst[2k] = src[k], dst[2k + 1] = (src[k] + src[k + 1]) / 2 for k < n. Writes 2n, reads src[n].
  void (*widen_cosited)(float *dst, const float *src, int32_t n);
  // dst[2k] = dst[2k + 1] = src[k].
  void (*widen_centred)(float *dst, const float *src, int32_t n);
  // Lines, half as wide: dst[k] = (6 src[2k] + 2 (src[2k-1] + src[2k+1]) - (src[2k-2] + src[2k+2])) / 8 for k < n.
  void (*narrow_cosited)(float *dst, const float *src, int32_t n);
  // dst[k] = (src[2k] + src[2k + 1]) / 2.
  void (*narrow_centred)(float *dst, const float *src, int32_t n);
  // dst = (a + b) / 2, all lines.
  void (*mean)(float *dst, const float *a, const float *b, int32_t n);
} sth_frame_rows;

extern const sth_frame_rows sth_frame_rows_reference;
#if defined(__x86_64__)
extern const sth_frame_rows sth_frame_rows_avx2;
#endif

// Codes of the two kinds of planes: where black (no colour) lies and how many codes make 0...1 (-1/2...1/2 of chroma).
typedef struct sth_frame_codes {
  double luma_zero, luma_range, chroma_zero, chroma_range, top;
  int32_t words;
} sth_frame_codes;

// reference/frame_colour.c: the numbers that follow from a layout.
sth_frame_codes sth_frame_codes_of(const sth_frame_layout *layout);
sth_frame_ramp sth_frame_ramp_of(const sth_frame_layout *layout);
sth_frame_to_rgb sth_frame_to_rgb_of(const sth_frame_layout *layout);
sth_frame_to_yuv sth_frame_to_yuv_of(const sth_frame_layout *layout);
int32_t sth_frame_chroma_h(const sth_frame_layout *layout);
int32_t sth_frame_chroma_w(const sth_frame_layout *layout);

// Line i of the workspace, and the bytes of `count` lines.
float *sth_frame_line(void *workspace, const sth_frame_layout *layout, int32_t i);
int64_t sth_frame_lines_bytes(const sth_frame_layout *layout, int32_t count);

// The walks, and the lines of workspace each of them needs.
#define STH_FRAME_UNPACK_LINES 7
#define STH_FRAME_PACK_LINES (3 + 2 * STH_FRAME_MAX_TAPS)
void sth_frame_unpack_walk(const sth_planes *dst, const sth_frame_planes *src, const sth_frame_layout *layout,
                           int32_t begin, int32_t end, void *workspace, const sth_frame_rows *rows);
void sth_frame_pack_walk(const sth_frame_planes *dst, const sth_planes *src, const sth_frame_layout *layout, int32_t begin,
                         int32_t end, void *workspace, const sth_frame_rows *rows);

#endif  // STYLEHOST_FRAME_ROWS_H
