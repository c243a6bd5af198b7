// paint.c - turns colours into others, from one pixel range to another; may give a picture of twice the size.
#include <stdlib.h>

#include "stylehost/stylehost.h"

static const sth_param grow = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_BOOL, .key = "grow", .label = "Grow",
  .help = "Twice the size"};
static const sth_param poison = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_BOOL, .key = "poison",
  .label = "Poison", .help = "Not a number anywhere"};
static const sth_param seed = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_INT, .key = "seed", .label = "Seed",
  .help = "How blue", .hard_max = 9};
static const sth_param *const params[] = {&grow, &poison, &seed};
static const sth_descriptor descriptor = {.struct_size = sizeof(sth_descriptor), .flags = FLAGS, .id = "paint",
  .name = "Paint", .version = "1.0.0", .vendor = "test", .licence = "MIT", .description = "Turns colours.",
  .param_count = 3, .params = params};

struct sth_instance { int32_t factor, poison, seed; };

static sth_status create(const sth_host *host, const sth_params *values, sth_instance **instance, sth_error *error) {
  (void)host, (void)error;
  sth_instance *self = calloc(1, sizeof *self);
  self->factor = values->values[0].integer ? 2 : 1;
  self->poison = (int32_t)values->values[1].integer;
  self->seed = (int32_t)values->values[2].integer;
  *instance = self;
  return STH_OK;
}
static sth_status negotiate(sth_instance *self, const sth_stream *stream, sth_format *format, sth_error *error) {
  (void)error;
  format->in_black = -1, format->in_white = 1, format->out_black = 0, format->out_white = 255;
  format->out_h = stream->h * self->factor, format->out_w = stream->w * self->factor;
  return STH_OK;
}

static float at(const sth_image *image, int32_t c, int32_t y, int32_t x) {
  return image->data[(c * image->c_stride_bytes + y * image->h_stride_bytes) / 4 + x] * 0.5f + 0.5f;
}
static sth_status process(sth_instance *self, const sth_process *frame, sth_error *error) {
  (void)error;
  for (int32_t y = 0; y < frame->out->h; y++) {
    for (int32_t x = 0; x < frame->out->w; x++) {
      const int32_t v = y / self->factor, u = x / self->factor;
      const float r = at(frame->in, 0, v, u), g = at(frame->in, 1, v, u), b = at(frame->in, 2, v, u);
      const float made[3] = {1 - r, 0.5f * b + 0.3f * r * g, 0.8f * g + 0.02f * self->seed};
      for (int32_t c = 0; c < 3; c++) {
        frame->out->data[(c * frame->out->c_stride_bytes + y * frame->out->h_stride_bytes) / 4 + x] =
          self->poison ? 0.0f / 0.0f : 255 * made[c];
      }
    }
  }
  return STH_OK;
}
static void reset(sth_instance *self, int32_t reason) { (void)self, (void)reason; }

#include "entry.h"
