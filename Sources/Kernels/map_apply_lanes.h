// map_apply_lanes.h - scale, shift, relu, sum and change of format of maps, for the vector levels.
//
// Include inside the attribute region of a level (<isa>/map_pointwise.c). Planar and blocked together, which no graph asks
// for in a hurry, are left to the reference.
#ifndef STYLEHOST_KERNELS_MAP_APPLY_LANES_H
#define STYLEHOST_KERNELS_MAP_APPLY_LANES_H

#include "map_lanes.h"
#include "map_levels.h"

#define STH_MAP_NO_ADDEND ((uint32_t)~0u)  // in the place of a format

STH_INLINE void sth_map_apply_rows(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend,
                                   int32_t begin, int32_t end, const uint32_t to, const uint32_t from,
                                   const uint32_t plus) {
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    const sth_lane_lens lens = sth_lane_lens_of(source, block);
    const sth_lane_lens other = plus != STH_MAP_NO_ADDEND ? sth_lane_lens_of(addend, block) : lens;
    for (int32_t y = begin; y < end; y++) {
      const int64_t out = sth_map_row_at(dst, block, y), in = sth_map_row_at(&source->map, block, y);
      const int64_t more = plus != STH_MAP_NO_ADDEND ? sth_map_row_at(&addend->map, block, y) : 0;
      for (int64_t x = 0; x < (int64_t)dst->w * STH_MAP_LANES; x += STH_MAP_LANES) {
        sth_lanes v = sth_lane_lens_look(&lens, sth_map_lanes_read(source->map.data, in + x, from));
        if (plus != STH_MAP_NO_ADDEND) {
          v += sth_lane_lens_look(&other, sth_map_lanes_read(addend->map.data, more + x, plus));
        }
        sth_map_lanes_write(dst->data, out + x, v, to);
      }
    }
  }
}

STH_INLINE void sth_map_apply_from(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend,
                                   int32_t begin, int32_t end, const uint32_t to, const uint32_t from) {
  if (addend == NULL) {
    sth_map_apply_rows(dst, source, NULL, begin, end, to, from, STH_MAP_NO_ADDEND);
  } else if (addend->map.format == STH_MAP_BLOCKED_BF16) {
    sth_map_apply_rows(dst, source, addend, begin, end, to, from, STH_MAP_BLOCKED_BF16);
  } else {
    sth_map_apply_rows(dst, source, addend, begin, end, to, from, STH_MAP_BLOCKED_F32);
  }
}

STH_INLINE void sth_map_apply_to(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend,
                                 int32_t begin, int32_t end, const uint32_t to) {
  if (source->map.format == STH_MAP_BLOCKED_BF16) {
    sth_map_apply_from(dst, source, addend, begin, end, to, STH_MAP_BLOCKED_BF16);
  } else {
    sth_map_apply_from(dst, source, addend, begin, end, to, STH_MAP_BLOCKED_F32);
  }
}

STH_INLINE void sth_map_apply_planes(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend,
                                     int32_t begin, int32_t end) {
  for (int32_t c = 0; c < dst->c; c++) {
    const sth_plane_lens lens = sth_plane_lens_of(source, c);
    for (int32_t y = begin; y < end; y++) {
      float *out = (float *)dst->data + c * dst->c_stride + y * dst->h_stride;
      const float *in = (const float *)source->map.data + c * source->map.c_stride + y * source->map.h_stride;
      if (addend == NULL) {
#pragma clang loop vectorize(assume_safety)
        for (int32_t x = 0; x < dst->w; x++) out[x] = sth_plane_lens_look(&lens, in[x]);
        continue;
      }
      const sth_plane_lens other = sth_plane_lens_of(addend, c);
      const float *more = (const float *)addend->map.data + c * addend->map.c_stride + y * addend->map.h_stride;
#pragma clang loop vectorize(assume_safety)
      for (int32_t x = 0; x < dst->w; x++) {
        out[x] = sth_plane_lens_look(&lens, in[x]) + sth_plane_lens_look(&other, more[x]);
      }
    }
  }
}

STH_INLINE void sth_map_apply_lanes(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend,
                                    int32_t begin, int32_t end) {
  const int blocked = sth_map_is_blocked(dst);
  const int same = sth_map_is_blocked(&source->map) == blocked &&
                   (addend == NULL || sth_map_is_blocked(&addend->map) == blocked);
  if (!same) {
    sth_map_apply_reference(dst, source, addend, begin, end);
  } else if (!blocked) {
    sth_map_apply_planes(dst, source, addend, begin, end);
  } else if (dst->format == STH_MAP_BLOCKED_BF16) {
    sth_map_apply_to(dst, source, addend, begin, end, STH_MAP_BLOCKED_BF16);
  } else {
    sth_map_apply_to(dst, source, addend, begin, end, STH_MAP_BLOCKED_F32);
  }
}

#endif  // STYLEHOST_KERNELS_MAP_APPLY_LANES_H
