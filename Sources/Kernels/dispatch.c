#include "kernels.h"
uint32_t sth_cpu_level_best(void) { return STH_CPU_REFERENCE; }
