// pad2d.c - enlarges planes by what lies outside them, or crops them: the specification.
#include "../levels.h"
#include "../lens.h"

// out[x] = in[x - left], by `mode` outside.
static void pad_row(float *restrict out, const float *restrict in, int64_t out_w, int64_t in_w, int64_t left,
                    uint32_t mode) {
  int64_t first = left < 0 ? 0 : left, last = left + in_w;  // of out, inside the picture
  if (first > out_w) first = out_w;
  if (last > out_w) last = out_w;
  if (last < first) last = first;
  for (int64_t x = 0; x < first; x++) {
    const int64_t at = sth_lens_coordinate(x - left, in_w, mode);
    out[x] = at < 0 ? 0.0f : in[at];
  }
  for (int64_t x = first; x < last; x++) out[x] = in[x - left];
  for (int64_t x = last; x < out_w; x++) {
    const int64_t at = sth_lens_coordinate(x - left, in_w, mode);
    out[x] = at < 0 ? 0.0f : in[at];
  }
}

void sth_pad2d_f32_reference(const sth_planes *dst, const sth_planes *src, int32_t top, int32_t left, uint32_t mode,
                             int32_t begin, int32_t end) {
  for (int32_t c = begin; c < end; c++) {
    for (int32_t y = 0; y < dst->h; y++) {
      const int64_t at = sth_lens_coordinate((int64_t)y - top, src->h, mode);
      float *out = dst->data + c * dst->c_stride + y * dst->h_stride;
      if (at < 0) {
        for (int32_t x = 0; x < dst->w; x++) out[x] = 0.0f;
      } else {
        pad_row(out, src->data + c * src->c_stride + at * src->h_stride, dst->w, src->w, left, mode);
      }
    }
  }
}
