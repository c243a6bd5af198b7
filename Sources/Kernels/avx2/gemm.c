// gemm.c - matrix product of float32 matrices by OpenBLAS, which picks its own kernel for the processor.
//
// A system may hand us the build of OpenBLAS that has threads of its own; it is told to leave the work to ours.
#if defined(__x86_64__)

#include "../levels.h"
#include <cblas.h>
#include <limits.h>

void sth_gemm_stay_on_caller_avx2(void) { openblas_set_num_threads(1); }

void sth_gemm_f32_avx2(float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, int64_t ldc,
                       int64_t lda, int64_t ldb, int32_t accumulate) {
  // OpenBLAS counts in 32 bits, and complains on stderr about strides of zero.
  const int64_t most = INT_MAX;
  if (m <= 0 || n <= 0) return;
  if (k <= 0 || m > most || n > most || k > most || lda > most || ldb > most || ldc > most) {
    sth_gemm_f32_reference(c, a, b, m, n, k, ldc, lda, ldb, accumulate);
    return;
  }
  // It also wants every stride at least as long as a row, even that of a single row, where ours means nothing.
  if (m == 1) lda = lda < k ? k : lda;
  if (m == 1) ldc = ldc < n ? n : ldc;
  if (k == 1) ldb = ldb < n ? n : ldb;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)n, (int)k, 1.0f, a, (int)lda, b, (int)ldb,
              accumulate ? 1.0f : 0.0f, c, (int)ldc);
}

#endif  // __x86_64__
