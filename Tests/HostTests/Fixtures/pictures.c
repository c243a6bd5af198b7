// pictures.c - plane c of the frame is the last pixel of picture c of those it is given; planes without one are grey.
#include <stdlib.h>

#include "stylehost/stylehost.h"

static const sth_param pictures = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_IMAGES, .key = "pictures",
  .label = "Pictures", .help = "Where the colour comes from"};
static const sth_param *const params[] = {&pictures};
static const sth_descriptor descriptor = {.struct_size = sizeof(sth_descriptor), .id = "pictures", .name = "Pictures",
  .version = "1.0.0", .vendor = "test", .licence = "MIT", .description = "Shows planes of pictures.", .param_count = 1,
  .params = params};

struct sth_instance { int unused; };

static sth_status create(const sth_host *host, const sth_params *values, sth_instance **instance, sth_error *error) {
  (void)host, (void)values, (void)error;
  *instance = calloc(1, sizeof(sth_instance));
  return STH_OK;
}
static sth_status negotiate(sth_instance *self, const sth_stream *stream, sth_format *format, sth_error *error) {
  (void)self, (void)stream, (void)format, (void)error;
  return STH_OK;
}
static sth_status process(sth_instance *self, const sth_process *frame, sth_error *error) {
  (void)self, (void)error;
  const sth_value *given = &frame->params->values[0];
  for (int32_t c = 0; c < 3; c++) {
    float colour = 0.5f;
    if (c < given->integer) {
      const sth_image *from = given->images[c];
      colour = from->data[(c * from->c_stride_bytes + (from->h - 1) * from->h_stride_bytes) / 4 + from->w - 1];
    }
    for (int64_t y = 0; y < frame->out->h; y++) {
      float *row = frame->out->data + (c * frame->out->c_stride_bytes + y * frame->out->h_stride_bytes) / 4;
      for (int32_t x = 0; x < frame->out->w; x++) row[x] = colour;
    }
  }
  return STH_OK;
}
static void reset(sth_instance *self, int32_t reason) { (void)self, (void)reason; }

#include "entry.h"
