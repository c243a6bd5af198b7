// main.c - checks the kernels of arm64, both levels against exact results. Scripts/arm64 builds and runs it under qemu.
//
// On a machine of arm64 Tests/KernelsTests does the same and more; this is for those who work on x86-64.
#include "checks.h"
#include "verdict.h"

int main(void) {
  watch_for_faults();
  check_tables();
  const uint32_t levels[] = {STH_CPU_REFERENCE, STH_CPU_NEON};
  for (int i = 0; i < 2; i++) {
    sth_map_kernels table;
    sth_map_kernels_fill(&table, levels[i]);
    check_apply(&table);
    check_activate(&table);
    check_moments(&table);
    check_resize(&table);
    check_operators(&table);
    check_learning(&table);
  }
  check_convolutions();
  return verdict();
}
