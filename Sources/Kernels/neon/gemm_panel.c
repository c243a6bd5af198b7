// gemm_panel.c - products of panels: tiles of 6 rows by one block, 24 sums in registers of 4 floats.
#if defined(__aarch64__)

#include <stdint.h>
#include <string.h>

#include "../lanes.h"

STH_INLINE sth_lanes sth_step(sth_lanes sum, const char *a, sth_lanes b) {
  float step;
  memcpy(&step, a, sizeof step);
  return sth_lanes_fma(step, b, sum);
}

STH_INLINE sth_lanes sth_total(sth_lanes sum) { return sum; }

#include "../gemm_tiles.h"

void sth_gemm_panel_f32_neon(const sth_gemm_panel *panel) { sth_gemm_rows_of(panel, 1, 6); }

#endif  // __aarch64__
