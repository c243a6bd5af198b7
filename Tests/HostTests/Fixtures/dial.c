// dial.c - paints its values into the picture, for tests of a timeline. In terms of black 0 and white 1, everywhere but in the first
// two columns: R is `level`, G is (count + 16 shape + 64 flip) / 255, B is (16 reason + cut) / 255 with the reason of a reset right
// before this frame and 2 at a scene cut. R in the first column is the first letter of `word` / 255, in the second the number of
// frames that the instance has been given, this one included, / 255.
// Compiled with NAP it takes so many milliseconds for a frame.
#include <stdlib.h>
#include <unistd.h>

#include "stylehost/stylehost.h"

static const char *const shapes[] = {"round", "square", "star"};
static const sth_param level = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_FLOAT, .flags = STH_PARAM_RUNTIME,
  .key = "level", .label = "Level", .help = "Red", .hard_max = 1, .soft_max = 1, .default_number = 0.5};
static const sth_param count = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_INT, .flags = STH_PARAM_RUNTIME,
  .key = "count", .label = "Count", .help = "Green", .hard_max = 10, .soft_max = 10};
static const sth_param shape = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_CHOICE, .flags = STH_PARAM_RUNTIME,
  .key = "shape", .label = "Shape", .help = "Green too", .choice_count = 3, .choices = shapes};
static const sth_param flip = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_BOOL, .flags = STH_PARAM_RUNTIME,
  .key = "flip", .label = "Flip", .help = "Green too"};
static const sth_param word = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_STRING, .flags = STH_PARAM_RUNTIME,
  .key = "word", .label = "Word", .help = "The first column", .default_text = "none"};
static const sth_param white = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_FLOAT, .key = "white",
  .label = "White", .help = "The value of white", .hard_min = 1, .hard_max = 255, .default_number = 1};
static const sth_param *const params[] = {&level, &count, &shape, &flip, &word, &white};
static const sth_descriptor descriptor = {.struct_size = sizeof(sth_descriptor), .id = "dial", .name = "Dial",
  .version = "1.0.0", .vendor = "test", .licence = "MIT", .description = "Paints its values.", .flags = FLAGS,
  .param_count = 6, .params = params};

struct sth_instance {
  float white;
  int32_t reason, frames;
};

static sth_status create(const sth_host *host, const sth_params *values, sth_instance **instance, sth_error *error) {
  (void)host, (void)error;
  *instance = calloc(1, sizeof(sth_instance));
  (*instance)->white = (float)values->values[5].number;
  return STH_OK;
}
static sth_status negotiate(sth_instance *self, const sth_stream *stream, sth_format *format, sth_error *error) {
  (void)stream, (void)error;
  format->in_white = format->out_white = self->white;
  return STH_OK;
}
static sth_status process(sth_instance *self, const sth_process *frame, sth_error *error) {
  (void)error;
  const sth_value *values = frame->params->values;
  const sth_image *out = frame->out;
  self->frames++;
#ifdef NAP
  usleep(1000 * NAP);
#endif
  const float green = (float)(values[1].integer + 16 * values[2].integer + 64 * values[3].integer) / 255;
  const float blue = (float)(16 * self->reason + (int32_t)(frame->info->flags & STH_FRAME_SCENE_CUT)) / 255;
  const float colours[3] = {(float)values[0].number, green, blue};
  for (int32_t c = 0; c < 3; c++) {
    for (int64_t y = 0; y < out->h; y++) {
      float *row = out->data + (c * out->c_stride_bytes + y * out->h_stride_bytes) / 4;
      for (int32_t x = 0; x < out->w; x++) row[x] = colours[c] * self->white;
      if (c == 0) {
        row[0] = (float)values[4].text[0] / 255 * self->white;
        if (out->w > 1) row[1] = (float)self->frames / 255 * self->white;
      }
    }
  }
  self->reason = 0;
  return STH_OK;
}
static void reset(sth_instance *self, int32_t reason) { self->reason = reason; }

#include "entry.h"
