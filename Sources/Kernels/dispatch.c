// dispatch.c - the one place that chooses functions for an instruction set: one line per slot and level.
#include "kernels.h"
#include "levels.h"

void sth_kernels_fill(sth_kernels *table, uint32_t level) {
  *table = (sth_kernels){
      .struct_size = sizeof(sth_kernels),
      .cpu_level = STH_CPU_REFERENCE,
      .cpu_name = "reference",
      .gemm_f32 = sth_gemm_f32_reference,
      .conv2d_f32_query = sth_conv2d_f32_query_reference,
      .conv2d_f32_pack = sth_conv2d_f32_pack_reference,
      .conv2d_f32 = sth_conv2d_f32_reference,
      .moments_f32 = sth_moments_f32_reference,
      .apply_f32 = sth_apply_f32_reference,
      .clamp_f32 = sth_clamp_f32_reference,
      .pad2d_f32 = sth_pad2d_f32_reference,
      .upsample_nearest_f32 = sth_upsample_nearest_f32_reference,
  };

#if defined(__x86_64__)
  if (level >= STH_CPU_AVX2) {
    table->cpu_level = STH_CPU_AVX2;
    table->cpu_name = "avx2";
    table->conv2d_f32_query = sth_conv2d_f32_query_avx2;
    table->conv2d_f32_pack = sth_conv2d_f32_pack_avx2;
    table->conv2d_f32 = sth_conv2d_f32_avx2;
    table->moments_f32 = sth_moments_f32_avx2;
    table->gemm_f32 = sth_gemm_f32_avx2;
    sth_gemm_stay_on_caller_avx2();
  }
  if (level >= STH_CPU_AVX512) {
    table->cpu_level = STH_CPU_AVX512;
    table->cpu_name = "avx512";
  }
  if (level >= STH_CPU_AVX512BF16) {  // float32 has nothing to gain from it
    table->cpu_level = STH_CPU_AVX512BF16;
    table->cpu_name = "avx512bf16";
  }
#elif defined(__aarch64__)
  if (level >= STH_CPU_NEON) {
    table->cpu_level = STH_CPU_NEON;
    table->cpu_name = "neon";
  }
#else
  (void)level;
#endif
}
