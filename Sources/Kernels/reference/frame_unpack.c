// frame_unpack.c - the walk from coded planes to R', G', B': which rows meet which, for every layout.
#include <string.h>

#include "../frame_rows.h"

// Lines of the workspace: one row of chroma as coded, two brought to full width (of a row and the next, each Cb and Cr),
// and those between two rows.
enum { line_narrow = 0, line_full = 1, line_between = 5 };
_Static_assert(line_between + 2 == STH_FRAME_UNPACK_LINES, "the lines above");

typedef struct unpack_walk {
  const sth_frame_planes *src;
  const sth_frame_layout *layout;
  const sth_frame_rows *rows;
  void *workspace;
  sth_frame_ramp chroma;  // to codes above their zero
  int32_t chroma_h, chroma_w;
  int32_t held[2];  // the chroma row whose lines are in each of the two places, -1: none yet
} unpack_walk;

static const void *source_row(const sth_frame_planes *src, int plane, int32_t y) {
  return (const uint8_t *)src->data[plane] + y * src->h_stride_bytes[plane];
}

static float *destination_row(const sth_planes *dst, int channel, int32_t y) {
  return dst->data + channel * dst->c_stride + y * dst->h_stride;
}

// Brings one coded row of Cb or Cr to full width.
static void widen(float *full, const void *coded, const unpack_walk *walk) {
  const sth_frame_layout *layout = walk->layout;
  int32_t n = walk->chroma_w;
  if (layout->chroma_log2_w == 0) {
    walk->rows->from_codes(full, coded, &walk->chroma, n);
    return;
  }
  float *narrow = sth_frame_line(walk->workspace, layout, line_narrow);
  walk->rows->from_codes(narrow, coded, &walk->chroma, n);
  if (layout->chroma_log2_w == 2) {
    for (int32_t x = 0; x < layout->w; x++) full[x] = narrow[x >> 2];
  } else if (layout->chroma_cosited_w) {
    narrow[n] = narrow[n - 1];  // an even width ends on a column that has no chroma to its right
    walk->rows->widen_cosited(full, narrow, n);
  } else {
    walk->rows->widen_centred(full, narrow, n);
  }
}

// The place that holds chroma row k at full width; line(place) is its Cb, the next its Cr.
static int32_t hold(unpack_walk *walk, int32_t k) {
  int32_t place = k & 1;
  if (walk->held[place] == k) return line_full + 2 * place;
  for (int plane = 1; plane <= 2; plane++) {
    float *full = sth_frame_line(walk->workspace, walk->layout, line_full + 2 * place + plane - 1);
    widen(full, source_row(walk->src, plane, k), walk);
  }
  walk->held[place] = k;
  return line_full + 2 * place;
}

// The line whose Cb (and after it Cr) belong to row y.
static int32_t chroma_of_row(unpack_walk *walk, int32_t y) {
  const sth_frame_layout *layout = walk->layout;
  int32_t k = y >> layout->chroma_log2_h;
  int32_t here = hold(walk, k);
  int between = layout->chroma_log2_h == 1 && layout->chroma_cosited_h && (y & 1) && k + 1 < walk->chroma_h;
  if (!between) return here;
  int32_t below = hold(walk, k + 1);
  for (int i = 0; i < 2; i++) {
    walk->rows->mean(sth_frame_line(walk->workspace, layout, line_between + i),
                     sth_frame_line(walk->workspace, layout, here + i),
                     sth_frame_line(walk->workspace, layout, below + i), layout->w);
  }
  return line_between;
}

static void unpack_yuv(const sth_planes *dst, const sth_frame_planes *src, const sth_frame_layout *layout, int32_t top,
                       int32_t bottom, void *workspace, const sth_frame_rows *rows) {
  sth_frame_codes codes = sth_frame_codes_of(layout);
  sth_frame_to_rgb matrix = sth_frame_to_rgb_of(layout);
  unpack_walk walk = {.src = src, .layout = layout, .rows = rows, .workspace = workspace, .held = {-1, -1}};
  walk.chroma = (sth_frame_ramp){.zero = (float)codes.chroma_zero, .coarse = 1, .words = codes.words};
  walk.chroma_h = sth_frame_chroma_h(layout);
  walk.chroma_w = sth_frame_chroma_w(layout);
  for (int32_t y = top; y < bottom; y++) {
    int32_t line = chroma_of_row(&walk, y);
    float *rgb[3] = {destination_row(dst, 0, y), destination_row(dst, 1, y), destination_row(dst, 2, y)};
    rows->to_rgb(rgb, source_row(src, 0, y), sth_frame_line(workspace, layout, line),
                 sth_frame_line(workspace, layout, line + 1), &matrix, layout->w);
  }
}

static void unpack_gray(const sth_planes *dst, const sth_frame_planes *src, const sth_frame_layout *layout, int32_t top,
                        int32_t bottom, const sth_frame_rows *rows) {
  sth_frame_ramp ramp = sth_frame_ramp_of(layout);
  for (int32_t y = top; y < bottom; y++) {
    const float *first = destination_row(dst, 0, y);
    rows->from_codes(destination_row(dst, 0, y), source_row(src, 0, y), &ramp, layout->w);
    memcpy(destination_row(dst, 1, y), first, (size_t)layout->w * sizeof(float));
    memcpy(destination_row(dst, 2, y), first, (size_t)layout->w * sizeof(float));
  }
}

static void unpack_rgb(const sth_planes *dst, const sth_frame_planes *src, const sth_frame_layout *layout, int32_t top,
                       int32_t bottom, const sth_frame_rows *rows) {
  sth_frame_ramp ramp = sth_frame_ramp_of(layout);
  for (int32_t y = top; y < bottom; y++) {
    for (int channel = 0; channel < 3; channel++) {
      int plane = (channel + 2) % 3;  // R, G, B lie in planes 2, 0, 1
      rows->from_codes(destination_row(dst, channel, y), source_row(src, plane, y), &ramp, layout->w);
    }
  }
}

void sth_frame_unpack_walk(const sth_planes *dst, const sth_frame_planes *src, const sth_frame_layout *layout,
                           int32_t begin, int32_t end, void *workspace, const sth_frame_rows *rows) {
  int32_t top = begin * STH_FRAME_UNIT_ROWS;
  int32_t bottom = end * STH_FRAME_UNIT_ROWS < layout->h ? end * STH_FRAME_UNIT_ROWS : layout->h;
  if (layout->family == STH_FRAME_YUV) {
    unpack_yuv(dst, src, layout, top, bottom, workspace, rows);
  } else if (layout->family == STH_FRAME_RGB) {
    unpack_rgb(dst, src, layout, top, bottom, rows);
  } else {
    unpack_gray(dst, src, layout, top, bottom, rows);
  }
}
