// gemm_panel.h - the product that every convolution on maps is made of.
//
// A step is 4 bytes of a row of `a` - one float32, two int16 or four bytes - and the same for each of the 16 lanes of a
// block of `b`: the register kernels broadcast the one and multiply it with a vector of the other. Bytes are unsigned in
// `a`, signed in `b`. Sums of integers are exact, as long as they are less than 2^31, and become float32 at the end.
#ifndef STYLEHOST_KERNELS_GEMM_PANEL_H
#define STYLEHOST_KERNELS_GEMM_PANEL_H

#include <stdint.h>

enum {
  sth_gemm_step_bytes = 4,
  sth_gemm_most_blocks = 3,  // of a panel
  sth_gemm_rows = 8,         // of a register tile at most: numbers of rows are best a multiple of it
};

// dst[p][j] = sum over r < runs, k < depth of a[p][r][k] * b[r][k][j], for p < rows, j < 16 * blocks.
typedef struct sth_gemm_panel {
  float *dst;  // 64-byte aligned
  int64_t dst_stride;  // floats between rows, a multiple of 16
  // Row p, run r begins at a + p * a_row_bytes + r * a_run_bytes; its steps are contiguous. Any alignment.
  const void *a;
  int64_t a_row_bytes, a_run_bytes;
  const void *b;  // [runs][depth][blocks * 16] steps, 64-byte aligned
  int32_t runs, depth;
  int32_t rows, blocks;
} sth_gemm_panel;

// One for each arithmetic of a level: sth_gemm_panel_<arithmetic>_<isa>. The order of the sum of an element depends on
// nothing but runs and depth.
typedef void (*sth_gemm_panel_function)(const sth_gemm_panel *panel);

#if defined(__x86_64__)
void sth_gemm_panel_f32_avx2(const sth_gemm_panel *panel);
void sth_gemm_panel_int16_avx2(const sth_gemm_panel *panel);
void sth_gemm_panel_f32_avx512(const sth_gemm_panel *panel);
void sth_gemm_panel_int16_avx512(const sth_gemm_panel *panel);
void sth_gemm_panel_int16_avx512bf16(const sth_gemm_panel *panel);
void sth_gemm_panel_int8_avx512bf16(const sth_gemm_panel *panel);
#elif defined(__aarch64__)
void sth_gemm_panel_f32_neon(const sth_gemm_panel *panel);
#endif

#endif  // STYLEHOST_KERNELS_GEMM_PANEL_H
