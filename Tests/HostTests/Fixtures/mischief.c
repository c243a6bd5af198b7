// mischief.c - an identity plugin that misbehaves in the way its parameter says: where it ends, at frame 3 or, to refuse, at once.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stylehost/stylehost.h"

#ifndef FLAGS
#define FLAGS 0
#endif

enum { NOTHING, FAIL, CRASH, PRINT, LEAVE, NOT_A_NUMBER, SPILL, COUNT, LINGER, REFUSE };
static const char *const choices[] = {"nothing", "fail", "crash", "print", "leave", "nan", "spill", "count", "linger",
  "refuse"};
static const sth_param does = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_CHOICE, .choice_count = 10,
  .key = "does", .label = "Does", .help = "What it does at frame 3", .choices = choices};
static const sth_param level = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_INT, .key = "level", .label = "Level",
  .help = "Nothing", .hard_min = -5, .hard_max = 5, .default_number = 1};
static const sth_param *const params[] = {&does, &level};
static const sth_descriptor descriptor = {.struct_size = sizeof(sth_descriptor), .id = "mischief", .name = "Mischief",
  .flags = FLAGS, .version = "1.0.0", .vendor = "test", .licence = "MIT", .description = "Misbehaves.", .param_count = 2, .params = params};

struct sth_instance { int64_t what, seen; };

static sth_status create(const sth_host *host, const sth_params *values, sth_instance **instance, sth_error *error) {
  (void)host, (void)error;
  sth_instance *self = calloc(1, sizeof *self);
  self->what = values->values[0].integer;
  *instance = self;
  return STH_OK;
}
static void destroy(sth_instance *self) {
  if (self->what == LINGER) { usleep(50000); fprintf(stderr, "mischief is gone\n"); }
  free(self);
}
static sth_status negotiate(sth_instance *self, const sth_stream *stream, sth_format *format, sth_error *error) {
  (void)self, (void)stream, (void)format, (void)error;
  return STH_OK;
}
static sth_status activate(sth_instance *self, const sth_stream *stream, const sth_format *format, sth_error *error) {
  (void)stream, (void)format, (void)error;
  self->seen = 0;
  return STH_OK;
}
static void deactivate(sth_instance *self) { (void)self; }
static sth_status process(sth_instance *self, const sth_process *frame, sth_error *error) {
  for (int32_t c = 0; c < 3; c++)
    for (int64_t y = 0; y < frame->in->h; y++) {
      int64_t at = c * frame->in->c_stride_bytes + y * frame->in->h_stride_bytes;
      memcpy((char *)frame->out->data + at, (const char *)frame->in->data + at, (size_t)frame->in->w * sizeof(float));
    }
  if (self->what == PRINT) { printf("words where video goes\n"); fflush(stdout); }
  if (self->what == NOT_A_NUMBER) frame->out->data[0] = 0.0f / 0.0f;
  if (self->what == SPILL) frame->out->data[frame->out->w] = 1;
  if (self->what == REFUSE) return STH_ERROR_UNSUPPORTED;
  if (self->what == COUNT) frame->out->data[0] = (float)self->seen;
  self->seen++;
  if (frame->info->index < 3) return STH_OK;
  if (self->what == CRASH) raise(SIGSEGV);
  if (self->what == LEAVE) exit(0);
  if (self->what == FAIL) {
    strcpy(error->message, "frame 3 is cursed");
    error->code = STH_ERROR_UNSUPPORTED;
    return STH_ERROR_UNSUPPORTED;
  }
  return STH_OK;
}
static void reset(sth_instance *self, int32_t reason) { (void)self, (void)reason; }
static const sth_entry entry = {.struct_size = sizeof(sth_entry), .abi_major = STH_ABI_MAJOR, .abi_minor = STH_ABI_MINOR,
  .descriptor = &descriptor, .create = create, .destroy = destroy, .negotiate = negotiate, .activate = activate,
  .deactivate = deactivate, .process = process, .reset = reset};
const sth_entry *stylehost_plugin_entry(uint32_t major, uint32_t minor) {
  (void)minor;
  return major == STH_ABI_MAJOR ? &entry : NULL;
}
