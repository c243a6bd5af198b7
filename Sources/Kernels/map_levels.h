// map_levels.h - every function that a slot of the table of map kernels can hold: sth_map_<op>_<isa>. Seen by this room only.
#ifndef STYLEHOST_KERNELS_MAP_LEVELS_H
#define STYLEHOST_KERNELS_MAP_LEVELS_H

#include "include/map_kernels.h"

// The signatures are those of the slots in map_kernels.h, word for word.

void sth_map_conv_query_reference(sth_map_conv_needs *needs, const sth_map_conv *shape);
void sth_map_conv_pack_reference(void *packed, const float *weights, const float *bias, const sth_map_conv *shape);
void sth_map_conv_reference(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin,
                            int32_t end);
int32_t sth_map_moments_units_reference(const sth_map *src);
void sth_map_moments_reference(float *records, const sth_map *src, int32_t begin, int32_t end);
void sth_map_moments_finish_reference(float *scale, float *shift, const float *records, int32_t units, int32_t c,
                                      const float *gamma, const float *beta, double epsilon, int32_t begin,
                                      int32_t end);
void sth_map_apply_reference(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend,
                             int32_t begin, int32_t end);
void sth_map_activate_reference(const sth_map *dst, const sth_map *src, const sth_map_activation *activation,
                                int32_t begin, int32_t end);
void sth_map_pad_reference(const sth_map *dst, const sth_map *src, int32_t top, int32_t left, uint32_t mode,
                           int32_t begin, int32_t end);
void sth_map_upsample_nearest_reference(const sth_map *dst, const sth_map *src, int32_t factor, int32_t begin,
                                        int32_t end);
void sth_map_pool_reference(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin,
                            int32_t end);
void sth_map_depthwise_reference(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                                 int32_t begin, int32_t end);
void sth_map_combine_reference(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function, int32_t begin,
                               int32_t end);
void sth_map_copy_channels_reference(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c,
                                     int32_t count, int32_t begin, int32_t end);
void sth_map_channel_mean_reference(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end);
void sth_map_resize_reference(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize,
                              int32_t begin, int32_t end);
void sth_map_depth_to_space_reference(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                      int32_t end);
void sth_map_median3_reference(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin,
                               int32_t end);
void sth_map_moments_mean_reference(const sth_map *dst, const float *records, int32_t units);
void sth_map_moments_finish_groups_reference(float *scale, float *shift, const float *records, int32_t units, int32_t c,
                                             const float *gamma, const float *beta, const sth_map_group_norm *norm);
void sth_map_channel_vector_reference(float *dst, const sth_map *src);
void sth_map_conv_gradient_query_reference(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape);
void sth_map_conv_gradient_reference(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                     const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end);
void sth_map_products_reference(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin,
                                int32_t end);
void sth_map_products_join_reference(const sth_map *dst, const float *records, int32_t units, double scale);
void sth_map_gate_reference(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate, int32_t begin,
                            int32_t end);
void sth_map_pool_gradient_reference(const sth_map *dst, const sth_map_source *source, const sth_map *dy,
                                     const sth_map_pool *pool, int32_t begin, int32_t end);
void sth_map_pad_gradient_reference(const sth_map *dst, const sth_map *dy, int32_t top, int32_t left, uint32_t mode,
                                    int32_t begin, int32_t end);
void sth_map_space_to_depth_reference(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                      int32_t end);
void sth_map_resize_gradient_reference(const sth_map *dst, const sth_map_source *dy, const sth_map_resize *resize,
                                       int32_t begin, int32_t end);

#if defined(__x86_64__)

void sth_map_conv_query_avx2(sth_map_conv_needs *needs, const sth_map_conv *shape);
void sth_map_conv_pack_avx2(void *packed, const float *weights, const float *bias, const sth_map_conv *shape);
void sth_map_conv_avx2(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin, int32_t end);
void sth_map_moments_avx2(float *records, const sth_map *src, int32_t begin, int32_t end);
void sth_map_apply_avx2(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend, int32_t begin,
                         int32_t end);
void sth_map_activate_avx2(const sth_map *dst, const sth_map *src, const sth_map_activation *activation, int32_t begin,
                            int32_t end);
void sth_map_pool_avx2(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin,
                       int32_t end);
void sth_map_depthwise_avx2(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                            int32_t begin, int32_t end);
void sth_map_combine_avx2(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function, int32_t begin,
                          int32_t end);
void sth_map_copy_channels_avx2(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c,
                                int32_t count, int32_t begin, int32_t end);
void sth_map_channel_mean_avx2(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end);
void sth_map_resize_avx2(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize, int32_t begin,
                         int32_t end);
void sth_map_depth_to_space_avx2(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                 int32_t end);
void sth_map_median3_avx2(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin, int32_t end);
void sth_map_conv_gradient_query_avx2(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape);
void sth_map_conv_gradient_avx2(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end);
void sth_map_products_avx2(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin,
                           int32_t end);
void sth_map_gate_avx2(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate, int32_t begin,
                       int32_t end);
void sth_map_pool_gradient_avx2(const sth_map *dst, const sth_map_source *source, const sth_map *dy,
                                const sth_map_pool *pool, int32_t begin, int32_t end);
void sth_map_space_to_depth_avx2(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                 int32_t end);

void sth_map_conv_query_avx512(sth_map_conv_needs *needs, const sth_map_conv *shape);
void sth_map_conv_pack_avx512(void *packed, const float *weights, const float *bias, const sth_map_conv *shape);
void sth_map_conv_avx512(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin, int32_t end);
void sth_map_moments_avx512(float *records, const sth_map *src, int32_t begin, int32_t end);
void sth_map_apply_avx512(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend, int32_t begin,
                           int32_t end);
void sth_map_activate_avx512(const sth_map *dst, const sth_map *src, const sth_map_activation *activation, int32_t begin,
                              int32_t end);
void sth_map_pool_avx512(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin,
                         int32_t end);
void sth_map_depthwise_avx512(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                              int32_t begin, int32_t end);
void sth_map_combine_avx512(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function, int32_t begin,
                            int32_t end);
void sth_map_copy_channels_avx512(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c,
                                  int32_t count, int32_t begin, int32_t end);
void sth_map_channel_mean_avx512(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end);
void sth_map_resize_avx512(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize,
                           int32_t begin, int32_t end);
void sth_map_depth_to_space_avx512(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                   int32_t end);
void sth_map_median3_avx512(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin,
                            int32_t end);
void sth_map_conv_gradient_query_avx512(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape);
void sth_map_conv_gradient_avx512(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                  const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end);
void sth_map_products_avx512(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin,
                             int32_t end);
void sth_map_gate_avx512(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate, int32_t begin,
                         int32_t end);
void sth_map_pool_gradient_avx512(const sth_map *dst, const sth_map_source *source, const sth_map *dy,
                                  const sth_map_pool *pool, int32_t begin, int32_t end);
void sth_map_space_to_depth_avx512(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                   int32_t end);

void sth_map_conv_query_avx512bf16(sth_map_conv_needs *needs, const sth_map_conv *shape);
void sth_map_conv_pack_avx512bf16(void *packed, const float *weights, const float *bias, const sth_map_conv *shape);
void sth_map_conv_avx512bf16(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin,
                             int32_t end);
void sth_map_moments_avx512bf16(float *records, const sth_map *src, int32_t begin, int32_t end);
void sth_map_apply_avx512bf16(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend, int32_t begin,
                               int32_t end);
void sth_map_activate_avx512bf16(const sth_map *dst, const sth_map *src, const sth_map_activation *activation, int32_t begin,
                                  int32_t end);
void sth_map_pool_avx512bf16(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin,
                             int32_t end);
void sth_map_depthwise_avx512bf16(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                                  int32_t begin, int32_t end);
void sth_map_combine_avx512bf16(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function,
                                int32_t begin, int32_t end);
void sth_map_copy_channels_avx512bf16(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c,
                                      int32_t count, int32_t begin, int32_t end);
void sth_map_channel_mean_avx512bf16(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end);
void sth_map_resize_avx512bf16(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize,
                               int32_t begin, int32_t end);
void sth_map_depth_to_space_avx512bf16(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                       int32_t end);
void sth_map_median3_avx512bf16(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin,
                                int32_t end);
void sth_map_space_to_depth_avx512bf16(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                       int32_t end);

#endif  // __x86_64__

#if defined(__aarch64__)

void sth_map_conv_query_neon(sth_map_conv_needs *needs, const sth_map_conv *shape);
void sth_map_conv_pack_neon(void *packed, const float *weights, const float *bias, const sth_map_conv *shape);
void sth_map_conv_neon(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin, int32_t end);
void sth_map_moments_neon(float *records, const sth_map *src, int32_t begin, int32_t end);
void sth_map_apply_neon(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend, int32_t begin,
                         int32_t end);
void sth_map_activate_neon(const sth_map *dst, const sth_map *src, const sth_map_activation *activation, int32_t begin,
                            int32_t end);
void sth_map_pool_neon(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin,
                       int32_t end);
void sth_map_depthwise_neon(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv,
                            int32_t begin, int32_t end);
void sth_map_combine_neon(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function, int32_t begin,
                          int32_t end);
void sth_map_copy_channels_neon(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c,
                                int32_t count, int32_t begin, int32_t end);
void sth_map_channel_mean_neon(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end);
void sth_map_resize_neon(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize, int32_t begin,
                         int32_t end);
void sth_map_depth_to_space_neon(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                 int32_t end);
void sth_map_median3_neon(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin, int32_t end);
void sth_map_conv_gradient_query_neon(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape);
void sth_map_conv_gradient_neon(const sth_map *dst, const sth_map *dy, const sth_map *src,
                                const sth_map_conv_gradient *shape, void *workspace, int32_t begin, int32_t end);
void sth_map_products_neon(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin,
                           int32_t end);
void sth_map_gate_neon(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate, int32_t begin,
                       int32_t end);
void sth_map_pool_gradient_neon(const sth_map *dst, const sth_map_source *source, const sth_map *dy,
                                const sth_map_pool *pool, int32_t begin, int32_t end);
void sth_map_space_to_depth_neon(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin,
                                 int32_t end);

#endif  // __aarch64__

#endif  // STYLEHOST_KERNELS_MAP_LEVELS_H
