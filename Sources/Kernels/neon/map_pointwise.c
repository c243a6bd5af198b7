// map_pointwise.c - what lies between convolutions on maps, a pixel in four registers.
#if defined(__aarch64__)

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../map_activate_lanes.h"
#include "../map_apply_lanes.h"
#include "../map_max_pool_lanes.h"
#include "../map_moments_lanes.h"

void sth_map_apply_neon(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend, int32_t begin,
                         int32_t end) {
  sth_map_apply_lanes(dst, source, addend, begin, end);
}

void sth_map_moments_neon(float *records, const sth_map *src, int32_t begin, int32_t end) {
  sth_map_moments_lanes(records, src, begin, end);
}

void sth_map_activate_neon(const sth_map *dst, const sth_map *src, const sth_map_activation *activation, int32_t begin,
                            int32_t end) {
  sth_map_activate_lanes(dst, src, activation, begin, end);
}

void sth_map_max_pool_neon(const sth_map *dst, const sth_map_source *source, int32_t size, int32_t stride, int32_t begin,
                            int32_t end) {
  sth_map_max_pool_lanes(dst, source, size, stride, begin, end);
}

#endif  // __aarch64__
