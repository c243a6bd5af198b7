// ranges.c - an identity plugin with the pixel ranges it is told, different on both sides; refuses what is far outside its own.
#include <stdlib.h>

#include "stylehost/stylehost.h"

static const sth_param low = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_FLOAT, .key = "low", .label = "Low",
  .help = "Black of the input", .hard_min = -1000, .hard_max = 1000, .default_number = -1};
static const sth_param high = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_FLOAT, .key = "high", .label = "High",
  .help = "White of the input", .hard_min = -1000, .hard_max = 1000, .default_number = 1};
static const sth_param *const params[] = {&low, &high};
static const sth_descriptor descriptor = {.struct_size = sizeof(sth_descriptor), .id = "ranges", .name = "Ranges",
  .version = "1.0.0", .vendor = "test", .licence = "MIT", .description = "Has its own ranges.", .param_count = 2,
  .params = params};

struct sth_instance { float low, high; };

static sth_status create(const sth_host *host, const sth_params *values, sth_instance **instance, sth_error *error) {
  (void)host, (void)error;
  sth_instance *self = calloc(1, sizeof *self);
  self->low = (float)values->values[0].number;
  self->high = (float)values->values[1].number;
  *instance = self;
  return STH_OK;
}
static sth_status negotiate(sth_instance *self, const sth_stream *stream, sth_format *format, sth_error *error) {
  (void)stream, (void)error;
  format->in_black = self->low, format->in_white = self->high;
  format->out_black = 10 * self->high, format->out_white = 10 * self->low;
  return STH_OK;
}
static sth_status process(sth_instance *self, const sth_process *frame, sth_error *error) {
  (void)error;
  const float span = self->high - self->low;
  for (int32_t c = 0; c < 3; c++)
    for (int64_t y = 0; y < frame->in->h; y++) {
      int64_t at = (c * frame->in->c_stride_bytes + y * frame->in->h_stride_bytes) / 4;
      for (int32_t x = 0; x < frame->in->w; x++) {
        const float u = (frame->in->data[at + x] - self->low) / span;
        if (u < -0.5f || u > 1.5f) return STH_ERROR_INTERNAL;
        frame->out->data[at + x] = 10 * (self->high - u * span);
      }
    }
  return STH_OK;
}
static void reset(sth_instance *self, int32_t reason) { (void)self, (void)reason; }

#include "entry.h"
