// kernels.h - fills the kernel tables: one dispatch for every instruction set.
#ifndef STYLEHOST_KERNELS_ROOM_H
#define STYLEHOST_KERNELS_ROOM_H

#include <stylehost/kernels.h>

// The best level (STH_CPU_*) this processor and operating system can run.
uint32_t sth_cpu_level_best(void);

// Whether they can run a level: 1 or 0. The levels of x86 and of arm are not below one another.
int32_t sth_cpu_level_runs(uint32_t level);

// Level of a name ("reference", "avx2", "avx512", "avx512bf16", "neon"), or -1.
int32_t sth_cpu_level_named(const char *name);

// Fills the table with the best functions at or below `level`; the caller asks only for a level that runs.
void sth_kernels_fill(sth_kernels *table, uint32_t level);

#endif  // STYLEHOST_KERNELS_ROOM_H
