// map_dispatch.c - chooses the map kernels for an instruction set: one line per slot and level.
#include "map_levels.h"

void sth_map_kernels_fill(sth_map_kernels *table, uint32_t level) {
  *table = (sth_map_kernels){
      .struct_size = sizeof *table,
      .cpu_level = STH_CPU_REFERENCE,
      .arithmetics = 1u << STH_ARITHMETIC_F32,
      .conv_query = sth_map_conv_query_reference,
      .conv_pack = sth_map_conv_pack_reference,
      .conv = sth_map_conv_reference,
      .moments_units = sth_map_moments_units_reference,
      .moments = sth_map_moments_reference,
      .moments_finish = sth_map_moments_finish_reference,
      .apply = sth_map_apply_reference,
      .activate = sth_map_activate_reference,
      .pad = sth_map_pad_reference,
      .upsample_nearest = sth_map_upsample_nearest_reference,
      .pool = sth_map_pool_reference,
      .depthwise = sth_map_depthwise_reference,
      .combine = sth_map_combine_reference,
      .copy_channels = sth_map_copy_channels_reference,
      .channel_mean = sth_map_channel_mean_reference,
      .resize = sth_map_resize_reference,
      .depth_to_space = sth_map_depth_to_space_reference,
      .median3 = sth_map_median3_reference,
      .moments_mean = sth_map_moments_mean_reference,
      .moments_finish_groups = sth_map_moments_finish_groups_reference,
      .channel_vector = sth_map_channel_vector_reference,
      .conv_gradient_query = sth_map_conv_gradient_query_reference,
      .conv_gradient = sth_map_conv_gradient_reference,
      .products = sth_map_products_reference,
      .products_join = sth_map_products_join_reference,
      .gate = sth_map_gate_reference,
      .pool_gradient = sth_map_pool_gradient_reference,
      .pad_gradient = sth_map_pad_gradient_reference,
      .space_to_depth = sth_map_space_to_depth_reference,
      .resize_gradient = sth_map_resize_gradient_reference,
  };

#if defined(__x86_64__)
  if (level >= STH_CPU_AVX2) {
    table->cpu_level = STH_CPU_AVX2;
    table->arithmetics = 1u << STH_ARITHMETIC_F32 | 1u << STH_ARITHMETIC_INT16;
    table->conv_query = sth_map_conv_query_avx2;
    table->conv_pack = sth_map_conv_pack_avx2;
    table->conv = sth_map_conv_avx2;
    table->moments = sth_map_moments_avx2;
    table->apply = sth_map_apply_avx2;
    table->activate = sth_map_activate_avx2;
    table->pool = sth_map_pool_avx2;
    table->depthwise = sth_map_depthwise_avx2;
    table->combine = sth_map_combine_avx2;
    table->copy_channels = sth_map_copy_channels_avx2;
    table->channel_mean = sth_map_channel_mean_avx2;
    table->resize = sth_map_resize_avx2;
    table->depth_to_space = sth_map_depth_to_space_avx2;
    table->median3 = sth_map_median3_avx2;
    table->conv_gradient_query = sth_map_conv_gradient_query_avx2;
    table->conv_gradient = sth_map_conv_gradient_avx2;
    table->products = sth_map_products_avx2;
    table->gate = sth_map_gate_avx2;
    table->pool_gradient = sth_map_pool_gradient_avx2;
    table->space_to_depth = sth_map_space_to_depth_avx2;
  }
  if (level >= STH_CPU_AVX512) {
    table->cpu_level = STH_CPU_AVX512;
    table->arithmetics = 1u << STH_ARITHMETIC_F32 | 1u << STH_ARITHMETIC_INT16;
    table->conv_query = sth_map_conv_query_avx512;
    table->conv_pack = sth_map_conv_pack_avx512;
    table->conv = sth_map_conv_avx512;
    table->moments = sth_map_moments_avx512;
    table->apply = sth_map_apply_avx512;
    table->activate = sth_map_activate_avx512;
    table->pool = sth_map_pool_avx512;
    table->depthwise = sth_map_depthwise_avx512;
    table->combine = sth_map_combine_avx512;
    table->copy_channels = sth_map_copy_channels_avx512;
    table->channel_mean = sth_map_channel_mean_avx512;
    table->resize = sth_map_resize_avx512;
    table->depth_to_space = sth_map_depth_to_space_avx512;
    table->median3 = sth_map_median3_avx512;
    table->conv_gradient_query = sth_map_conv_gradient_query_avx512;
    table->conv_gradient = sth_map_conv_gradient_avx512;
    table->products = sth_map_products_avx512;
    table->gate = sth_map_gate_avx512;
    table->pool_gradient = sth_map_pool_gradient_avx512;
    table->space_to_depth = sth_map_space_to_depth_avx512;
  }
  if (level >= STH_CPU_AVX512BF16) {
    table->cpu_level = STH_CPU_AVX512BF16;
    table->arithmetics = 1u << STH_ARITHMETIC_F32 | 1u << STH_ARITHMETIC_INT16 | 1u << STH_ARITHMETIC_INT8;
    table->conv_query = sth_map_conv_query_avx512bf16;
    table->conv_pack = sth_map_conv_pack_avx512bf16;
    table->conv = sth_map_conv_avx512bf16;
    table->moments = sth_map_moments_avx512bf16;
    table->apply = sth_map_apply_avx512bf16;
    table->activate = sth_map_activate_avx512bf16;
    table->pool = sth_map_pool_avx512bf16;
    table->depthwise = sth_map_depthwise_avx512bf16;
    table->combine = sth_map_combine_avx512bf16;
    table->copy_channels = sth_map_copy_channels_avx512bf16;
    table->channel_mean = sth_map_channel_mean_avx512bf16;
    table->resize = sth_map_resize_avx512bf16;
    table->depth_to_space = sth_map_depth_to_space_avx512bf16;
    table->median3 = sth_map_median3_avx512bf16;
    table->space_to_depth = sth_map_space_to_depth_avx512bf16;
  }
#elif defined(__aarch64__)
  if (level >= STH_CPU_NEON) {
    table->cpu_level = STH_CPU_NEON;
    table->arithmetics = 1u << STH_ARITHMETIC_F32;
    table->conv_query = sth_map_conv_query_neon;
    table->conv_pack = sth_map_conv_pack_neon;
    table->conv = sth_map_conv_neon;
    table->moments = sth_map_moments_neon;
    table->apply = sth_map_apply_neon;
    table->activate = sth_map_activate_neon;
    table->pool = sth_map_pool_neon;
    table->depthwise = sth_map_depthwise_neon;
    table->combine = sth_map_combine_neon;
    table->copy_channels = sth_map_copy_channels_neon;
    table->channel_mean = sth_map_channel_mean_neon;
    table->resize = sth_map_resize_neon;
    table->depth_to_space = sth_map_depth_to_space_neon;
    table->median3 = sth_map_median3_neon;
    table->conv_gradient_query = sth_map_conv_gradient_query_neon;
    table->conv_gradient = sth_map_conv_gradient_neon;
    table->products = sth_map_products_neon;
    table->gate = sth_map_gate_neon;
    table->pool_gradient = sth_map_pool_gradient_neon;
    table->space_to_depth = sth_map_space_to_depth_neon;
  }
#else
  (void)level;
#endif
}
