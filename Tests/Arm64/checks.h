// checks.h - the checks of this program, each of one family of slots.
#ifndef STYLEHOST_ARM64_CHECKS_H
#define STYLEHOST_ARM64_CHECKS_H

#include "map_kernels.h"

// The choice of instruction sets, and that what has no check here has no twin for this level.
void check_tables(void);

// Convolutions on maps at every level against a double-precision oracle; any division of their units.
void check_convolutions(void);

// The rest take the table of a level.
void check_apply(const sth_map_kernels *table);
void check_activate(const sth_map_kernels *table);
void check_moments(const sth_map_kernels *table);
void check_resize(const sth_map_kernels *table);
void check_operators(const sth_map_kernels *table);
void check_learning(const sth_map_kernels *table);

static inline const char *level_of(const sth_map_kernels *table) {
  return table->cpu_level == STH_CPU_NEON ? "neon" : "reference";
}

static inline int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }
static inline int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }

#endif  // STYLEHOST_ARM64_CHECKS_H
