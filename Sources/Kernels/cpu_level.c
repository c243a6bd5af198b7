// cpu_level.c - which instruction sets this processor and operating system can run together.
#include "kernels.h"
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

// The register states that the operating system saves at a task switch (XCR0); 0 where it uses no XSAVE.
static uint64_t saved_states(uint32_t leaf1_ecx) {
  if ((leaf1_ecx & bit_OSXSAVE) == 0) return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static int has(uint64_t value, uint64_t bits) { return (value & bits) == bits; }

uint32_t sth_cpu_level_best(void) {
  const uint64_t ymm_states = 0x06, zmm_states = 0xe6;  // SSE, AVX; then opmask, ZMM0-15 upper, ZMM16-31
  uint32_t a, b, c, d, b7, c7, d7;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return STH_CPU_REFERENCE;
  if (!__get_cpuid_count(7, 0, &a, &b7, &c7, &d7)) return STH_CPU_REFERENCE;
  const uint64_t states = saved_states(c);

  if (!has(c, bit_AVX | bit_FMA | bit_F16C | bit_MOVBE)) return STH_CPU_REFERENCE;
  if (!has(b7, bit_AVX2 | bit_BMI | bit_BMI2)) return STH_CPU_REFERENCE;
  if (!has(states, ymm_states)) return STH_CPU_REFERENCE;

  if (!has(b7, bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL)) return STH_CPU_AVX2;
  if (!has(states, zmm_states)) return STH_CPU_AVX2;

  uint32_t a71, b71, c71, d71;
  if (!has(c7, bit_AVX512VNNI)) return STH_CPU_AVX512;
  if (!__get_cpuid_count(7, 1, &a71, &b71, &c71, &d71)) return STH_CPU_AVX512;
  return has(a71, bit_AVX512BF16) ? STH_CPU_AVX512BF16 : STH_CPU_AVX512;
}

int32_t sth_cpu_level_runs(uint32_t level) { return level <= sth_cpu_level_best(); }

#elif defined(__aarch64__)

uint32_t sth_cpu_level_best(void) { return STH_CPU_NEON; }

int32_t sth_cpu_level_runs(uint32_t level) { return level == STH_CPU_REFERENCE || level == STH_CPU_NEON; }

#else

uint32_t sth_cpu_level_best(void) { return STH_CPU_REFERENCE; }

int32_t sth_cpu_level_runs(uint32_t level) { return level == STH_CPU_REFERENCE; }

#endif

int32_t sth_cpu_level_named(const char *name) {
  if (name == NULL) return -1;
  if (strcmp(name, "reference") == 0) return (int32_t)STH_CPU_REFERENCE;
  if (strcmp(name, "avx2") == 0) return (int32_t)STH_CPU_AVX2;
  if (strcmp(name, "avx512") == 0) return (int32_t)STH_CPU_AVX512;
  if (strcmp(name, "avx512bf16") == 0) return (int32_t)STH_CPU_AVX512BF16;
  if (strcmp(name, "neon") == 0) return (int32_t)STH_CPU_NEON;
  return -1;
}
