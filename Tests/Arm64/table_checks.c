// table_checks.c - which functions a processor of arm64 gets.
#include <string.h>

#include "checks.h"
#include "frame_kernels.h"
#include "kernels.h"
#include "verdict.h"

void check_tables(void) {
  sth_map_kernels maps;
  sth_map_kernels_fill(&maps, STH_CPU_NEON);
  look_at("the levels of arm64");
  if (sth_cpu_level_best() != STH_CPU_NEON) complain("the best is %u", sth_cpu_level_best());
  if (!sth_cpu_level_runs(STH_CPU_REFERENCE) || !sth_cpu_level_runs(STH_CPU_NEON)) complain("one does not run");
  if (sth_cpu_level_runs(STH_CPU_AVX2) || sth_cpu_level_runs(STH_CPU_AVX512)) complain("one of x86 runs");
  if (sth_cpu_level_named("neon") != (int32_t)STH_CPU_NEON) complain("neon is not found by its name");

  look_at("the table of map kernels");
  if (maps.cpu_level != STH_CPU_NEON) complain("is of level %u", maps.cpu_level);
  if (maps.struct_size != sizeof maps) complain("says a size of %u", maps.struct_size);
  if ((maps.arithmetics & 1u << STH_ARITHMETIC_F32) == 0) complain("has no float32");

  // A twin in one of these two tables wants checks of its own here.
  look_at("the table of the plugins' kernels");
  sth_kernels reference, neon;
  sth_kernels_fill(&reference, STH_CPU_REFERENCE);
  sth_kernels_fill(&neon, STH_CPU_NEON);
  if (neon.cpu_level != STH_CPU_NEON || strcmp(neon.cpu_name, "neon") != 0) complain("is called %s", neon.cpu_name);
  neon.cpu_level = reference.cpu_level;
  neon.cpu_name = reference.cpu_name;
  if (memcmp(&reference, &neon, sizeof neon) != 0) complain("has a function of neon's own that nothing here checks");

  look_at("the table of frame kernels");
  sth_frame_kernels reference_frames, neon_frames;
  sth_frame_kernels_fill(&reference_frames, STH_CPU_REFERENCE);
  sth_frame_kernels_fill(&neon_frames, STH_CPU_NEON);
  neon_frames.cpu_level = reference_frames.cpu_level;
  if (memcmp(&reference_frames, &neon_frames, sizeof neon_frames) != 0) {
    complain("has a function of neon's own that nothing here checks");
  }
}
