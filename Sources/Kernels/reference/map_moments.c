// map_moments.c - statistics of maps per channel: the specification. Sums are double.
#include "../map_levels.h"
#include "../map_moments.h"
#include "../map_pixel.h"
#include <math.h>

int32_t sth_map_moments_units_reference(const sth_map *src) {
  return (src->h + STH_MAP_MOMENTS_ROWS - 1) / STH_MAP_MOMENTS_ROWS;
}

// Mean, then squared deviations from it, of a block of channels in rows begin ..< end.
static void block_moments(float *mean, float *squares, const sth_map *src, int32_t block, int32_t begin, int32_t end) {
  const double count = (double)(end - begin) * src->w;
  float lanes[STH_MAP_LANES];
  double sum[STH_MAP_LANES] = {0}, centre[STH_MAP_LANES];
  for (int32_t y = begin; y < end; y++) {
    for (int32_t x = 0; x < src->w; x++) {
      sth_map_read(lanes, src, block, y, x);
      for (int lane = 0; lane < STH_MAP_LANES; lane++) sum[lane] += lanes[lane];
    }
  }
  for (int lane = 0; lane < STH_MAP_LANES; lane++) {
    mean[lane] = count > 0.0 ? (float)(sum[lane] / count) : 0.0f;
    centre[lane] = mean[lane];  // as the record says it
    sum[lane] = 0.0;
  }
  for (int32_t y = begin; y < end; y++) {
    for (int32_t x = 0; x < src->w; x++) {
      sth_map_read(lanes, src, block, y, x);
      for (int lane = 0; lane < STH_MAP_LANES; lane++) {
        const double deviation = lanes[lane] - centre[lane];
        sum[lane] += deviation * deviation;
      }
    }
  }
  for (int lane = 0; lane < STH_MAP_LANES; lane++) squares[lane] = (float)sum[lane];
}

void sth_map_rows_moments(float *record, const sth_map *src, int32_t begin, int32_t end) {
  for (int i = 0; i < 16; i++) record[i] = 0.0f;
  record[0] = (float)(end - begin) * (float)src->w;
  for (int32_t block = 0; block < sth_map_blocks(src->c); block++) {
    float *mean = sth_map_record_mean(record, block), *squares = sth_map_record_squares(record, block, src->c);
    block_moments(mean, squares, src, block, begin, end);
  }
}

void sth_map_moments_reference(float *records, const sth_map *src, int32_t begin, int32_t end) {
  for (int32_t unit = begin; unit < end; unit++) {
    const int32_t first = unit * STH_MAP_MOMENTS_ROWS, past = first + STH_MAP_MOMENTS_ROWS;
    sth_map_rows_moments(sth_map_record(records, unit, src->c), src, first, past < src->h ? past : src->h);
  }
}

sth_map_statistics sth_map_join_records(const float *records, int32_t units, int32_t c, int32_t channel) {
  sth_map_statistics all = {0};
  for (int32_t unit = 0; unit < units; unit++) {
    const float *record = records + unit * sth_map_moments_floats(c);
    const double more = record[0];
    if (more <= 0.0) continue;
    const double apart = record[16 + channel] - all.mean, share = more / (all.count + more);
    all.squares += record[16 + (c + 15) / 16 * 16 + channel] + apart * apart * all.count * share;
    all.mean += apart * share;
    all.count += more;
  }
  return all;
}

void sth_map_moments_finish_reference(float *scale, float *shift, const float *records, int32_t units, int32_t c,
                                      const float *gamma, const float *beta, double epsilon, int32_t begin,
                                      int32_t end) {
  for (int32_t channel = begin * STH_MAP_LANES; channel < end * STH_MAP_LANES; channel++) {
    if (channel >= c) {
      scale[channel] = 0.0f;
      shift[channel] = 0.0f;
      continue;
    }
    const sth_map_statistics all = sth_map_join_records(records, units, c, channel);
    const double variance = all.count > 0.0 ? all.squares / all.count : 0.0;
    const double factor = (gamma != NULL ? gamma[channel] : 1.0) / sqrt(variance + epsilon);
    scale[channel] = (float)factor;
    shift[channel] = (float)((beta != NULL ? beta[channel] : 0.0) - all.mean * factor);
  }
}
