// frame_pack.c - the walk from R', G', B' back to coded planes: which rows make which chroma row, for every layout.
#include "../frame_rows.h"

// Lines of the workspace: chroma of a row at full width, a row of luma codes nobody asked for (of a unit's neighbours),
// and a ring of rows at chroma width, each Cb and Cr.
enum { line_full = 0, line_luma = 2, line_ring = 3 };
_Static_assert(line_ring + 2 * STH_FRAME_MAX_TAPS == STH_FRAME_PACK_LINES, "the lines above");

typedef struct pack_walk {
  const sth_frame_planes *dst;
  const sth_planes *src;
  const sth_frame_layout *layout;
  const sth_frame_rows *rows;
  void *workspace;
  sth_frame_to_yuv matrix;
  int32_t top, bottom;  // rows of our own
  int32_t chroma_w;
  int32_t held[STH_FRAME_MAX_TAPS];  // the row in each place of the ring, -1: none yet
} pack_walk;

// Rows that a chroma row is the weighted sum of.
typedef struct row_taps {
  int32_t rows[STH_FRAME_MAX_TAPS];
  float weights[STH_FRAME_MAX_TAPS];
  int32_t count;
} row_taps;

static void *destination_row(const sth_frame_planes *dst, int plane, int32_t y) {
  return (uint8_t *)dst->data[plane] + y * dst->h_stride_bytes[plane];
}

static const float *source_row(const sth_planes *src, int channel, int32_t y) {
  return src->data + channel * src->c_stride + y * src->h_stride;
}

// -1 -> 1, n -> n - 2, bouncing as often as needed; one element repeats itself. i >= -2.
static int32_t mirrored(int32_t i, int32_t n) {
  if (n == 1) return 0;
  int32_t period = 2 * (n - 1);
  int32_t at = (i + 2 * period) % period;
  return at < n ? at : period - at;
}

static row_taps taps_of_chroma_row(const sth_frame_layout *layout, int32_t k) {
  static const float analysis[5] = {-0.125f, 0.25f, 0.75f, 0.25f, -0.125f};
  row_taps taps = {.count = 0};
  if (layout->chroma_log2_h == 1 && layout->chroma_cosited_h) {
    taps.count = 5;
    for (int i = 0; i < 5; i++) {
      taps.rows[i] = mirrored(2 * k - 2 + i, layout->h);
      taps.weights[i] = analysis[i];
    }
    return taps;
  }
  int32_t first = k << layout->chroma_log2_h, span = 1 << layout->chroma_log2_h;
  taps.count = first + span <= layout->h ? span : layout->h - first;
  for (int i = 0; i < taps.count; i++) {
    taps.rows[i] = first + i;
    taps.weights[i] = 1.0f / (float)taps.count;
  }
  return taps;
}

// Brings a line of chroma at full width, which has room at both ends, to chroma width.
static void narrow(float *dst, float *full, const pack_walk *walk) {
  int32_t n = walk->chroma_w, w = walk->layout->w;
  if (walk->layout->chroma_log2_w == 2) {
    for (int32_t k = 0; k < n; k++) {
      int32_t count = 4 * k + 4 <= w ? 4 : w - 4 * k;
      float sum = 0;
      for (int32_t i = 0; i < count; i++) sum = sum + full[4 * k + i];
      dst[k] = sum / (float)count;
    }
  } else if (walk->layout->chroma_cosited_w) {
    for (int32_t i = 1; i <= 2; i++) {
      full[-i] = full[mirrored(-i, w)];
      full[w - 1 + i] = full[mirrored(w - 1 + i, w)];
    }
    walk->rows->narrow_cosited(dst, full, n);
  } else {
    full[w] = full[w - 1];  // the mean with itself: an odd width ends on half a pair
    walk->rows->narrow_centred(dst, full, n);
  }
}

// The line of the ring that holds the Cb of row y (its Cr is the next); writes the row's luma on the way where it is ours.
static int32_t hold(pack_walk *walk, int32_t y) {
  int32_t place = y % STH_FRAME_MAX_TAPS, line = line_ring + 2 * place;
  if (walk->held[place] == y) return line;
  int ours = y >= walk->top && y < walk->bottom, narrows = walk->layout->chroma_log2_w > 0;
  void *luma = ours ? destination_row(walk->dst, 0, y) : sth_frame_line(walk->workspace, walk->layout, line_luma);
  const float *rgb[3] = {source_row(walk->src, 0, y), source_row(walk->src, 1, y), source_row(walk->src, 2, y)};
  float *cb = sth_frame_line(walk->workspace, walk->layout, narrows ? line_full : line);
  float *cr = sth_frame_line(walk->workspace, walk->layout, narrows ? line_full + 1 : line + 1);
  walk->rows->to_yuv(luma, cb, cr, rgb, &walk->matrix, walk->layout->w);
  if (narrows) {
    narrow(sth_frame_line(walk->workspace, walk->layout, line), cb, walk);
    narrow(sth_frame_line(walk->workspace, walk->layout, line + 1), cr, walk);
  }
  walk->held[place] = y;
  return line;
}

static void pack_yuv(const sth_frame_planes *dst, const sth_planes *src, const sth_frame_layout *layout, int32_t top,
                     int32_t bottom, void *workspace, const sth_frame_rows *rows) {
  sth_frame_codes codes = sth_frame_codes_of(layout);
  sth_frame_steps steps = {.zero = (float)codes.chroma_zero, .top = (float)codes.top, .words = codes.words};
  pack_walk walk = {.dst = dst, .src = src, .layout = layout, .rows = rows, .workspace = workspace};
  walk.matrix = sth_frame_to_yuv_of(layout);
  walk.top = top;
  walk.bottom = bottom;
  walk.chroma_w = sth_frame_chroma_w(layout);
  for (int i = 0; i < STH_FRAME_MAX_TAPS; i++) walk.held[i] = -1;

  for (int32_t y = top; y < bottom; y += 1 << layout->chroma_log2_h) {
    int32_t k = y >> layout->chroma_log2_h;
    row_taps taps = taps_of_chroma_row(layout, k);
    sth_frame_taps cb = {.offset = steps.zero, .count = taps.count}, cr = cb;
    for (int32_t i = 0; i < taps.count; i++) {
      int32_t line = hold(&walk, taps.rows[i]);
      cb.weights[i] = cr.weights[i] = taps.weights[i];
      cb.lines[i] = sth_frame_line(workspace, layout, line);
      cr.lines[i] = sth_frame_line(workspace, layout, line + 1);
    }
    rows->to_codes(destination_row(dst, 1, k), &cb, &steps, walk.chroma_w);
    rows->to_codes(destination_row(dst, 2, k), &cr, &steps, walk.chroma_w);
  }
}

static void pack_gray(const sth_frame_planes *dst, const sth_planes *src, const sth_frame_layout *layout, int32_t top,
                      int32_t bottom, const sth_frame_rows *rows) {
  sth_frame_to_yuv matrix = sth_frame_to_yuv_of(layout);
  sth_frame_taps taps = {.offset = matrix.y[3], .count = 3};
  for (int32_t y = top; y < bottom; y++) {
    for (int i = 0; i < 3; i++) {
      taps.lines[i] = source_row(src, i, y);
      taps.weights[i] = matrix.y[i];
    }
    rows->to_codes(destination_row(dst, 0, y), &taps, &matrix.luma, layout->w);
  }
}

static void pack_rgb(const sth_frame_planes *dst, const sth_planes *src, const sth_frame_layout *layout, int32_t top,
                     int32_t bottom, const sth_frame_rows *rows) {
  sth_frame_codes codes = sth_frame_codes_of(layout);
  sth_frame_steps steps = {.zero = (float)codes.luma_zero, .top = (float)codes.top, .words = codes.words};
  double black = (double)layout->black, scale = codes.luma_range / ((double)layout->white - black);
  sth_frame_taps taps = {.count = 1, .weights = {(float)scale}};
  taps.offset = (float)(codes.luma_zero - black * (double)taps.weights[0]);
  for (int32_t y = top; y < bottom; y++) {
    for (int channel = 0; channel < 3; channel++) {
      int plane = (channel + 2) % 3;  // R, G, B lie in planes 2, 0, 1
      taps.lines[0] = source_row(src, channel, y);
      rows->to_codes(destination_row(dst, plane, y), &taps, &steps, layout->w);
    }
  }
}

void sth_frame_pack_walk(const sth_frame_planes *dst, const sth_planes *src, const sth_frame_layout *layout, int32_t begin,
                         int32_t end, void *workspace, const sth_frame_rows *rows) {
  int32_t top = begin * STH_FRAME_UNIT_ROWS;
  int32_t bottom = end * STH_FRAME_UNIT_ROWS < layout->h ? end * STH_FRAME_UNIT_ROWS : layout->h;
  if (layout->family == STH_FRAME_YUV) {
    pack_yuv(dst, src, layout, top, bottom, workspace, rows);
  } else if (layout->family == STH_FRAME_RGB) {
    pack_rgb(dst, src, layout, top, bottom, rows);
  } else {
    pack_gray(dst, src, layout, top, bottom, rows);
  }
}
