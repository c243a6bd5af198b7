// frame_colour.c - the numbers that follow from a frame's layout: ranges, matrices (ITU-T H.273, 8.3), sizes.
#include <math.h>

#include "../frame_rows.h"

#pragma STDC FP_CONTRACT OFF

sth_frame_codes sth_frame_codes_of(const sth_frame_layout *layout) {
  double step = (double)(1 << (layout->depth - 8));
  sth_frame_codes codes = {.top = (double)((1 << layout->depth) - 1), .words = layout->depth > 8};
  codes.chroma_zero = 128 * step;
  codes.luma_zero = layout->full_range ? 0 : 16 * step;
  codes.luma_range = layout->full_range ? codes.top : 219 * step;
  codes.chroma_range = layout->full_range ? codes.top : 224 * step;
  return codes;
}

sth_frame_ramp sth_frame_ramp_of(const sth_frame_layout *layout) {
  sth_frame_codes codes = sth_frame_codes_of(layout);
  sth_frame_ramp ramp = {.zero = (float)codes.luma_zero, .black = layout->black, .words = codes.words};
  double slope = ((double)layout->white - (double)layout->black) / codes.luma_range;
  int exponent;
  double mantissa = frexp(slope, &exponent);
  ramp.coarse = (float)ldexp(rint(ldexp(mantissa, 8)), exponent - 8);
  ramp.fine = (float)(slope - (double)ramp.coarse);
  return ramp;
}

sth_frame_to_rgb sth_frame_to_rgb_of(const sth_frame_layout *layout) {
  sth_frame_codes codes = sth_frame_codes_of(layout);
  double kr = layout->kr, kb = layout->kb, kg = 1 - kr - kb;
  double slope = ((double)layout->white - (double)layout->black) / codes.chroma_range;
  sth_frame_to_rgb matrix = {.luma = sth_frame_ramp_of(layout)};
  matrix.r_cr = (float)(slope * 2 * (1 - kr));
  matrix.b_cb = (float)(slope * 2 * (1 - kb));
  matrix.g_cb = (float)(-slope * 2 * (1 - kb) * kb / kg);
  matrix.g_cr = (float)(-slope * 2 * (1 - kr) * kr / kg);
  return matrix;
}

// One row of the matrix with the offset that takes R = G = B = black to `zero` for the weights as they are rounded.
static void matrix_row(float row[4], const double weights[3], double zero, double black) {
  double sum = 0;
  for (int i = 0; i < 3; i++) {
    row[i] = (float)weights[i];
    sum += (double)row[i];
  }
  row[3] = (float)(zero - black * sum);
}

sth_frame_to_yuv sth_frame_to_yuv_of(const sth_frame_layout *layout) {
  sth_frame_codes codes = sth_frame_codes_of(layout);
  double kr = layout->kr, kb = layout->kb, kg = 1 - kr - kb;
  double span = (double)layout->white - (double)layout->black;
  double y = codes.luma_range / span, c = codes.chroma_range / span;
  double luma[3] = {y * kr, y * kg, y * kb};
  double cb[3] = {-c * kr / (2 * (1 - kb)), -c * kg / (2 * (1 - kb)), c / 2};
  double cr[3] = {c / 2, -c * kg / (2 * (1 - kr)), -c * kb / (2 * (1 - kr))};

  sth_frame_to_yuv matrix = {
      .luma = {.zero = (float)codes.luma_zero, .top = (float)codes.top, .words = codes.words}};
  matrix_row(matrix.y, luma, codes.luma_zero, (double)layout->black);
  matrix_row(matrix.cb, cb, 0, (double)layout->black);
  matrix_row(matrix.cr, cr, 0, (double)layout->black);
  return matrix;
}

static int32_t subsampled(int32_t n, int32_t log2) { return (n + (1 << log2) - 1) >> log2; }

int32_t sth_frame_chroma_h(const sth_frame_layout *layout) { return subsampled(layout->h, layout->chroma_log2_h); }

int32_t sth_frame_chroma_w(const sth_frame_layout *layout) { return subsampled(layout->w, layout->chroma_log2_w); }

static int64_t line_stride(const sth_frame_layout *layout) {
  return ((int64_t)layout->w + 2 * STH_FRAME_LINE_PAD + 15) / 16 * 16;
}

float *sth_frame_line(void *workspace, const sth_frame_layout *layout, int32_t i) {
  return (float *)workspace + i * line_stride(layout) + STH_FRAME_LINE_PAD;
}

int64_t sth_frame_lines_bytes(const sth_frame_layout *layout, int32_t count) {
  return count * line_stride(layout) * (int64_t)sizeof(float);
}
