// vivid.c - a stylehost plugin in one C file: saturation and contrast, in per cent.
//
//   cc -std=c11 -O2 -shared -fPIC -fvisibility=hidden -I STYLEHOST/Sources/PluginAPI/include vivid.c -o vivid.so
//   stylehost plugins validate ./vivid.so
//   STYLEHOST_PLUGIN_PATH=. stylehost run -s vivid:saturation=0 in.mp4 grey.mp4
//
// This file is a lesson. Read it from the bottom up: the last function is the only one that the host looks for, and it
// returns a table; the table names the functions above it. To write an effect of your own, change render_row() and the
// table of parameters; the rest stays as it is.
#include <stddef.h>
#include <string.h>

#include "stylehost/stylehost.h"

// ---------------------------------------------------------------------------------------------------------------------
// The effect
// ---------------------------------------------------------------------------------------------------------------------

// Indices into the table of parameters below, and so into every snapshot of values the host hands us.
enum { SATURATION, CONTRAST, PARAM_COUNT };

// What one frame's work needs. It lives on the stack of process(): a plugin allocates nothing while frames flow.
typedef struct {
  const sth_image *in;
  const sth_image *out;
  float saturation;  // 1 = as it is, 0 = grey
  float contrast;    // 1 = as it is, 0 = flat mid-grey
} frame_job;

// The address of row y of plane c. Strides are bytes, so the sum is made on bytes; rows may be longer than the picture.
static float *row_of(const sth_image *image, int32_t c, int64_t y) {
  return (float *)((unsigned char *)image->data + c * image->c_stride_bytes + y * image->h_stride_bytes);
}

// One row. Pixels are R'G'B' with black 0 and white 1, because that is what negotiate() left standing. Values below 0 and
// above 1 occur in video; they are not clamped here, because the host does it once, where frames become bytes.
static void render_row(const frame_job *job, int64_t y) {
  const float *in_r = row_of(job->in, 0, y), *in_g = row_of(job->in, 1, y), *in_b = row_of(job->in, 2, y);
  float *out_r = row_of(job->out, 0, y), *out_g = row_of(job->out, 1, y), *out_b = row_of(job->out, 2, y);
  const int32_t w = job->in->w;

  // At its defaults the effect hands the picture through to the bit. Arithmetic would not: 0.5 + (x - 0.5) rounds.
  if (job->saturation == 1 && job->contrast == 1) {
    memcpy(out_r, in_r, (size_t)w * sizeof(float));
    memcpy(out_g, in_g, (size_t)w * sizeof(float));
    memcpy(out_b, in_b, (size_t)w * sizeof(float));
    return;
  }

  for (int32_t x = 0; x < w; x++) {
    // Luma by ITU-R BT.709: what the eye takes for the brightness of the pixel.
    const float luma = 0.2126f * in_r[x] + 0.7152f * in_g[x] + 0.0722f * in_b[x];
    // Away from grey by the saturation, then away from the middle of the scale by the contrast.
    out_r[x] = 0.5f + job->contrast * (luma + job->saturation * (in_r[x] - luma) - 0.5f);
    out_g[x] = 0.5f + job->contrast * (luma + job->saturation * (in_g[x] - luma) - 0.5f);
    out_b[x] = 0.5f + job->contrast * (luma + job->saturation * (in_b[x] - luma) - 0.5f);
  }
}

// The body of the parallel loop: rows begin ..< end. Several of these run at once on the host's threads, each on rows of
// its own, so they need no locks.
static void render_rows(void *argument, int64_t begin, int64_t end, int32_t worker) {
  (void)worker;
  const frame_job *job = argument;
  for (int64_t y = begin; y < end; y++) render_row(job, y);
}

// ---------------------------------------------------------------------------------------------------------------------
// The life of an instance
// ---------------------------------------------------------------------------------------------------------------------

// What the host holds for us between calls. Ours to define; the host only carries the pointer.
struct sth_instance {
  const sth_host *host;
};

// Failing is ordinary: fill the caller's struct, return the status. The caller says how long its struct is, and a host
// older than our headers may have a shorter one, so never write past struct_size.
static sth_status fail(sth_error *error, sth_status code, const char *message) {
  if (error != NULL && error->struct_size > offsetof(sth_error, message)) {
    size_t room = error->struct_size - offsetof(sth_error, message);
    if (room > STH_MESSAGE_BYTES) room = STH_MESSAGE_BYTES;
    size_t length = strlen(message);
    if (length > room - 1) length = room - 1;
    error->code = code;
    memcpy(error->message, message, length);
    error->message[length] = 0;
  }
  return code;
}

// Parameters that are not RUNTIME are read here and hold until destroy(). Both of ours are RUNTIME: process() reads them.
static sth_status create(const sth_host *host, const sth_params *params, sth_instance **instance, sth_error *error) {
  (void)params;
  // The host's memory is 64-byte aligned and counted for this plugin. It may say no.
  sth_instance *self = host->allocate(host, sizeof *self);
  if (self == NULL) return fail(error, STH_ERROR_NO_MEMORY, "cannot create vivid: the host gave no memory");
  self->host = host;
  *instance = self;
  return STH_OK;
}

static void destroy(sth_instance *self) { self->host->free(self->host, self); }

// The host has filled `format` with what it takes for granted: black 0, white 1, and an output of the input's size. That
// is what we want. A network trained on 0...255 would set in_white = out_white = 255 here, and the host would convert.
static sth_status negotiate(sth_instance *self, const sth_stream *stream, sth_format *format, sth_error *error) {
  (void)self, (void)stream, (void)format, (void)error;
  return STH_OK;
}

// The place to allocate what process() needs for frames of this size. We need nothing.
static sth_status activate(sth_instance *self, const sth_stream *stream, const sth_format *format, sth_error *error) {
  (void)self, (void)stream, (void)format, (void)error;
  return STH_OK;
}

static void deactivate(sth_instance *self) { (void)self; }

// One frame: read frame->in, write every pixel of frame->out.
static sth_status process(sth_instance *self, const sth_process *frame, sth_error *error) {
  // Values arrive checked: of the right kind and inside the hard range, in the order of the table.
  if (frame->params == NULL || frame->params->count < PARAM_COUNT)
    return fail(error, STH_ERROR_BAD_PARAMETER, "cannot process a frame: values of parameters are missing");
  const sth_value *values = frame->params->values;
  frame_job job = {
      .in = frame->in,
      .out = frame->out,
      .saturation = (float)(values[SATURATION].number / 100),
      .contrast = (float)(values[CONTRAST].number / 100),
  };
  // 32 rows at a time: enough work to be worth handing to another thread, small enough to share a frame evenly. The host
  // returns when all rows are done, so the job may live on this stack.
  self->host->parallel_for(self->host, frame->in->h, 32, render_rows, &job);
  return STH_OK;
}

// Forget what earlier frames taught. We remember nothing.
static void reset(sth_instance *self, int32_t reason) { (void)self, (void)reason; }

// ---------------------------------------------------------------------------------------------------------------------
// What the host learns without running anything
// ---------------------------------------------------------------------------------------------------------------------

static const sth_param saturation = {
    .struct_size = sizeof(sth_param),
    .kind = STH_PARAM_FLOAT,
    .flags = STH_PARAM_RUNTIME,
    .key = "saturation",
    .label = "Saturation",
    .help = "Strength of the colours; 0 is grey, 100 leaves them as they are",
    .unit = "%",
    .hard_min = 0, .hard_max = 1000,  // what is accepted
    .soft_min = 0, .soft_max = 200,   // what a slider shows
    .default_number = 100,
};

static const sth_param contrast = {
    .struct_size = sizeof(sth_param),
    .kind = STH_PARAM_FLOAT,
    .flags = STH_PARAM_RUNTIME,
    .key = "contrast",
    .label = "Contrast",
    .help = "Distance of all values from mid-grey; 100 leaves them as they are",
    .unit = "%",
    .hard_min = 0, .hard_max = 1000,
    .soft_min = 50, .soft_max = 150,
    .default_number = 100,
};

static const sth_param *const params[PARAM_COUNT] = {[SATURATION] = &saturation, [CONTRAST] = &contrast};

static const sth_descriptor descriptor = {
    .struct_size = sizeof(sth_descriptor),
    .flags = STH_PLUGIN_STATELESS,  // each frame's result depends on that frame alone: the host may skip and seek freely
    .id = "vivid",
    .name = "Vivid",
    .version = "1.0.0",
    .vendor = "",
    .licence = "MIT",
    .description = "Saturation and contrast.",
    .param_count = PARAM_COUNT,
    .params = params,
};

static const sth_entry entry = {
    .struct_size = sizeof(sth_entry),
    .abi_major = STH_ABI_MAJOR,
    .abi_minor = STH_ABI_MINOR,
    .descriptor = &descriptor,
    .create = create,
    .destroy = destroy,
    .negotiate = negotiate,
    .activate = activate,
    .deactivate = deactivate,
    .process = process,
    .reset = reset,
};

// The one symbol the host looks for. It must be quick and touch nothing: it is called only to see what is here. A host of
// another major version speaks another language; NULL tells it so.
const sth_entry *stylehost_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  (void)host_minor;
  return host_major == STH_ABI_MAJOR ? &entry : NULL;
}
