// map_channels_lanes.h - channels of blocked maps copied and averaged, for the vector levels.
//
// Where channels come to other lanes than they had, two vectors of a pixel are laid side by side in memory and the one
// between is taken. Planar maps with blocked ones are left to the reference.
#ifndef STYLEHOST_KERNELS_MAP_CHANNELS_LANES_H
#define STYLEHOST_KERNELS_MAP_CHANNELS_LANES_H

#include "map_lanes.h"
#include "map_levels.h"
#include <string.h>

enum { sth_channels_pixels = 16 };  // moved at a time: long enough that nothing is read before it is written

// Of one block of the destination: the block of the source that its first lane lies in, how far up it lies there, and
// which lanes are written.
typedef struct sth_channels_part {
  int32_t from, up;
  sth_lane_bits taken, kept;  // from the source; what dst has
} sth_channels_part;

STH_INLINE sth_channels_part sth_channels_part_of(const sth_map *dst, int32_t dst_c, int32_t src_c, int32_t count,
                                                  int32_t block) {
  // src_c - dst_c is below zero where the source's first channels come to later lanes.
  const int32_t at = block * STH_MAP_LANES + src_c - dst_c, low = dst_c - block * STH_MAP_LANES;
  const int32_t from = at >= 0 ? at / STH_MAP_LANES : -1 - (-at - 1) / STH_MAP_LANES;
  const sth_lane_bits below = low > 0 ? sth_lanes_first(low) : (sth_lane_bits)0u;
  const int32_t past = low + count;
  const sth_lane_bits before_end = sth_lanes_first(past);
  sth_channels_part part = {.from = from, .up = at - from * STH_MAP_LANES};
  part.taken = before_end & ~below;
  part.kept = dst_c + count == dst->c ? below : ~part.taken;
  return part;
}

// The vector of block `from` of a pixel, or zeros where there is none.
STH_INLINE sth_lanes sth_channels_read(const sth_map_source *source, const sth_lane_lens *lens, int32_t from, int32_t y,
                                       int32_t x, const uint32_t format) {
  if (from < 0 || from >= sth_map_blocks(source->map.c)) return 0.0f;
  const int64_t at = sth_map_row_at(&source->map, from, y) + (int64_t)x * STH_MAP_LANES;
  return sth_lane_lens_look(lens, sth_map_lanes_read(source->map.data, at, format));
}

STH_INLINE sth_lane_lens sth_channels_lens(const sth_map_source *source, int32_t from) {
  const int exists = from >= 0 && from < sth_map_blocks(source->map.c);
  return sth_lane_lens_of(source, exists ? from : 0);
}

// Some pixels of a row of one block.
STH_INLINE void sth_channels_move(const sth_map *dst, const sth_map_source *source, const sth_channels_part *part,
                                  int32_t block, int32_t y, int32_t x, int32_t count, const uint32_t from) {
  float side[sth_channels_pixels][2 * STH_MAP_LANES] __attribute__((aligned(64)));
  const sth_lane_lens low = sth_channels_lens(source, part->from), high = sth_channels_lens(source, part->from + 1);
  for (int32_t i = 0; i < count; i++) {
    sth_lanes_store(side[i], sth_channels_read(source, &low, part->from, y, x + i, from));
    if (part->up == 0) continue;
    sth_lanes_store(side[i] + STH_MAP_LANES, sth_channels_read(source, &high, part->from + 1, y, x + i, from));
  }
  const int64_t out = sth_map_row_at(dst, block, y) + (int64_t)x * STH_MAP_LANES;
  for (int32_t i = 0; i < count; i++) {
    sth_lanes v;
    memcpy(&v, side[i] + part->up, sizeof v);
    const int64_t at = out + (int64_t)i * STH_MAP_LANES;
    const sth_lanes old = sth_map_lanes_read(dst->data, at, dst->format);
    v = (sth_lanes)(((sth_lane_bits)v & part->taken) | ((sth_lane_bits)old & part->kept));
    sth_map_lanes_write(dst->data, at, v, dst->format);
  }
}

STH_INLINE void sth_map_copy_channels_lanes(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c,
                                            int32_t count, int32_t begin, int32_t end) {
  if (!sth_map_is_blocked(dst) || !sth_map_is_blocked(&source->map)) {
    sth_map_copy_channels_reference(dst, dst_c, source, src_c, count, begin, end);
    return;
  }
  for (int32_t block = dst_c / STH_MAP_LANES; block * STH_MAP_LANES < dst_c + count; block++) {
    const sth_channels_part part = sth_channels_part_of(dst, dst_c, src_c, count, block);
    for (int32_t y = begin; y < end; y++) {
      for (int32_t x = 0; x < dst->w; x += sth_channels_pixels) {
        const int32_t pixels = dst->w - x < sth_channels_pixels ? dst->w - x : sth_channels_pixels;
        if (source->map.format == STH_MAP_BLOCKED_BF16) {
          sth_channels_move(dst, source, &part, block, y, x, pixels, STH_MAP_BLOCKED_BF16);
        } else {
          sth_channels_move(dst, source, &part, block, y, x, pixels, STH_MAP_BLOCKED_F32);
        }
      }
    }
  }
}

STH_INLINE float sth_channels_sum(sth_lanes v) {
  float sums[STH_MAP_LANES] __attribute__((aligned(64)));
  sth_lanes_store(sums, v);
  for (int half = STH_MAP_LANES / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) sums[i] += sums[i + half];
  }
  return sums[0];
}

STH_INLINE void sth_channels_mean_row(float *out, const sth_map_source *source, int32_t y, int32_t x, int32_t count,
                                      const uint32_t format) {
  sth_lanes sums[sth_channels_pixels];
  for (int32_t i = 0; i < count; i++) sums[i] = 0.0f;
  for (int32_t block = 0; block < sth_map_blocks(source->map.c); block++) {
    const sth_lane_lens lens = sth_lane_lens_of(source, block);
    for (int32_t i = 0; i < count; i++) sums[i] += sth_channels_read(source, &lens, block, y, x + i, format);
  }
  for (int32_t i = 0; i < count; i++) out[x + i] = sth_channels_sum(sums[i]) / (float)source->map.c;
}

STH_INLINE void sth_map_channel_mean_lanes(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end) {
  if (sth_map_is_blocked(dst) || !sth_map_is_blocked(&source->map)) {
    sth_map_channel_mean_reference(dst, source, begin, end);
    return;
  }
  for (int32_t y = begin; y < end; y++) {
    float *out = (float *)dst->data + sth_map_row_at(dst, 0, y);
    for (int32_t x = 0; x < dst->w; x += sth_channels_pixels) {
      const int32_t count = dst->w - x < sth_channels_pixels ? dst->w - x : sth_channels_pixels;
      if (source->map.format == STH_MAP_BLOCKED_BF16) {
        sth_channels_mean_row(out, source, y, x, count, STH_MAP_BLOCKED_BF16);
      } else {
        sth_channels_mean_row(out, source, y, x, count, STH_MAP_BLOCKED_F32);
      }
    }
  }
}

#endif  // STYLEHOST_KERNELS_MAP_CHANNELS_LANES_H
