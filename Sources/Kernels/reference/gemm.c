// gemm.c - matrix product of float32 matrices: the specification. Sums are float32, in the order of k.
#include "../levels.h"

void sth_gemm_f32_reference(float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, int64_t ldc,
                            int64_t lda, int64_t ldb, int32_t accumulate) {
  for (int64_t i = 0; i < m; i++) {
    float *restrict out = c + i * ldc;
    if (!accumulate) {
      for (int64_t j = 0; j < n; j++) out[j] = 0.0f;
    }
    for (int64_t l = 0; l < k; l++) {
      const float factor = a[i * lda + l];
      const float *restrict row = b + l * ldb;
      for (int64_t j = 0; j < n; j++) out[j] += factor * row[j];
    }
  }
}
