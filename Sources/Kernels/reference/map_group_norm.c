// map_group_norm.c - what a norm over groups of channels makes of their statistics, and means as a map: the specification.
#include "../map_levels.h"
#include "../map_moments.h"
#include "../map_pixel.h"
#include <math.h>

// Mean and deviation of channels first ..< first + count together, by the formula of Chan, Golub and LeVeque (1979).
static sth_map_statistics join_channels(const float *records, int32_t units, int32_t c, int32_t first, int32_t count) {
  sth_map_statistics all = {0};
  for (int32_t channel = first; channel < first + count; channel++) {
    const sth_map_statistics one = sth_map_join_records(records, units, c, channel);
    if (one.count <= 0.0) continue;
    const double apart = one.mean - all.mean, share = one.count / (all.count + one.count);
    all.squares += one.squares + apart * apart * all.count * share;
    all.mean += apart * share;
    all.count += one.count;
  }
  return all;
}

static double deviation_of(const sth_map_statistics *all, const sth_map_group_norm *norm) {
  const double less = norm->unbiased && all->count > 1.0 ? 1.0 : 0.0;
  const double variance = all->count > 0.0 ? all->squares / (all->count - less) : 0.0;
  return norm->epsilon_on_deviation ? sqrt(variance) + norm->epsilon : sqrt(variance + norm->epsilon);
}

void sth_map_moments_finish_groups_reference(float *scale, float *shift, const float *records, int32_t units, int32_t c,
                                             const float *gamma, const float *beta, const sth_map_group_norm *norm) {
  const int32_t size = c / norm->groups;
  for (int32_t first = 0; first < c; first += size) {
    const sth_map_statistics all = join_channels(records, units, c, first, size);
    const double deviation = deviation_of(&all, norm);
    for (int32_t channel = first; channel < first + size; channel++) {
      const double factor = (gamma != NULL ? gamma[channel] : 1.0) / deviation;
      scale[channel] = (float)factor;
      shift[channel] = (float)((beta != NULL ? beta[channel] : 0.0) - all.mean * factor);
    }
  }
  for (int32_t channel = c; channel < sth_map_blocks(c) * STH_MAP_LANES; channel++) scale[channel] = shift[channel] = 0.0f;
}

void sth_map_moments_mean_reference(const sth_map *dst, const float *records, int32_t units) {
  for (int32_t block = 0; block < sth_map_blocks(dst->c); block++) {
    float lanes[STH_MAP_LANES] = {0};
    for (int32_t lane = 0; lane < sth_map_lanes_of(dst, block); lane++) {
      lanes[lane] = (float)sth_map_join_records(records, units, dst->c, block * STH_MAP_LANES + lane).mean;
    }
    sth_map_write(dst, block, 0, 0, lanes);
  }
}

void sth_map_channel_vector_reference(float *dst, const sth_map *src) {
  for (int32_t block = 0; block < sth_map_blocks(src->c); block++) {
    sth_map_read(dst + block * STH_MAP_LANES, src, block, 0, 0);
  }
}
