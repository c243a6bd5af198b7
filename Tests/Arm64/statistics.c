// statistics.c - mean and variance in double precision, of the elements of maps and of the records of kernels.
#include "guarded_map.h"

statistics statistics_of_map(const guarded_map *map, int32_t channel) {
  const sth_map *m = &map->map;
  statistics of = {.count = (double)m->h * m->w};
  for (int32_t y = 0; y < m->h; y++) {
    for (int32_t x = 0; x < m->w; x++) of.mean += guarded_map_get(map, channel, y, x);
  }
  of.mean /= of.count;
  for (int32_t y = 0; y < m->h; y++) {
    for (int32_t x = 0; x < m->w; x++) {
      const double d = guarded_map_get(map, channel, y, x) - of.mean;
      of.variance += d * d;
    }
  }
  of.variance /= of.count;
  return of;
}

statistics statistics_of_records(const float *records, int32_t units, int32_t c, int32_t channel) {
  statistics of = {0};
  const int64_t floats = sth_map_moments_floats(c), squares = 16 + (c + 15) / 16 * 16;
  for (int32_t u = 0; u < units; u++) {
    of.count += records[u * floats];
    of.mean += (double)records[u * floats] * records[u * floats + 16 + channel];
  }
  of.mean /= of.count > 0 ? of.count : 1;
  for (int32_t u = 0; u < units; u++) {
    const double apart = records[u * floats + 16 + channel] - of.mean;
    of.variance += records[u * floats + squares + channel] + records[u * floats] * apart * apart;
  }
  of.variance /= of.count > 0 ? of.count : 1;
  return of;
}
