// levels.h - every function that a slot of the table can hold: sth_<op>_f32_<isa>. Seen by this room only.
#ifndef STYLEHOST_KERNELS_LEVELS_H
#define STYLEHOST_KERNELS_LEVELS_H

#include <stylehost/kernels.h>

// The signatures are those of the slots in kernels.h, word for word.

void sth_gemm_f32_reference(float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, int64_t ldc,
                            int64_t lda, int64_t ldb, int32_t accumulate);
void sth_conv2d_f32_query_reference(sth_conv2d_needs *needs, const sth_conv2d *shape);
void sth_conv2d_f32_pack_reference(void *packed, const float *weights, const sth_conv2d *shape);
void sth_conv2d_f32_reference(const sth_conv2d_operands *operands, const sth_conv2d *shape, int32_t begin, int32_t end);
void sth_moments_f32_reference(float *mean, float *variance, const sth_planes *src, int32_t begin, int32_t end);
void sth_apply_f32_reference(const sth_planes *dst, const sth_planes *src, const float *scale, const float *shift,
                             const sth_planes *addend, uint32_t flags, int32_t begin, int32_t end);
void sth_clamp_f32_reference(const sth_planes *dst, const sth_planes *src, float low, float high, int32_t begin,
                             int32_t end);
void sth_pad2d_f32_reference(const sth_planes *dst, const sth_planes *src, int32_t top, int32_t left, uint32_t mode,
                             int32_t begin, int32_t end);
void sth_upsample_nearest_f32_reference(const sth_planes *dst, const sth_planes *src, int32_t factor, int32_t begin,
                                        int32_t end);

#if defined(__x86_64__)

void sth_gemm_f32_avx2(float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, int64_t ldc,
                       int64_t lda, int64_t ldb, int32_t accumulate);
// Has OpenBLAS multiply on the calling thread, whichever of its builds is loaded: its own threads would fight our pool.
void sth_gemm_stay_on_caller_avx2(void);
void sth_conv2d_f32_query_avx2(sth_conv2d_needs *needs, const sth_conv2d *shape);
void sth_conv2d_f32_pack_avx2(void *packed, const float *weights, const sth_conv2d *shape);
void sth_conv2d_f32_avx2(const sth_conv2d_operands *operands, const sth_conv2d *shape, int32_t begin, int32_t end);
void sth_moments_f32_avx2(float *mean, float *variance, const sth_planes *src, int32_t begin, int32_t end);

#endif  // __x86_64__

#endif  // STYLEHOST_KERNELS_LEVELS_H
