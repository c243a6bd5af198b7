// knows.c - knows model files that have a tensor "a" and refuses them, for it cannot do without an "x". With NEAR it is called
// "near", looks at "b" too, and runs files that have "a", "b" and "c"; without, it is called "far".
#include <stdio.h>

#include "stylehost/stylehost.h"

#if NEAR
#define NAME "near"
#else
#define NAME "far"
#endif

static const sth_param model = {.struct_size = sizeof(sth_param), .kind = STH_PARAM_PATH, .key = "model", .label = "Model",
  .flags = STH_PARAM_REQUIRED | STH_PARAM_MODEL, .help = "The model"};
static const sth_param *const params[] = {&model};
static const sth_descriptor descriptor = {.struct_size = sizeof(sth_descriptor), .id = NAME, .name = NAME,
  .version = "1.0.0", .vendor = "test", .licence = "MIT", .description = "Knows a network.", .param_count = 1,
  .params = params};

static int has(const sth_weights_api *api, const sth_weights *weights, const char *name) {
  sth_tensor tensor = {.struct_size = sizeof(sth_tensor)};
  return api->find(api, weights, name, &tensor) == STH_OK;
}
static sth_status identify(const sth_weights_api *api, const sth_weights *weights, sth_model_info *info, sth_error *error) {
  if (!has(api, weights, "a")) return STH_ERROR_UNSUPPORTED;
  const int b = NEAR && has(api, weights, "b");
  if (b && has(api, weights, "c")) {
    info->width = 8;
    info->multiply_adds_per_pixel = 1000;
    snprintf(info->architecture, sizeof info->architecture, "%s net", NAME);
    return STH_OK;
  }
  snprintf(error->message, sizeof error->message, "cannot load the model file: tensor '%s' is missing", b ? "c" : "x");
  return STH_ERROR_BAD_WEIGHTS;
}
static const sth_models_api models = {.struct_size = sizeof(sth_models_api), .identify = identify};

static const void *extension(const char *name) {
  const char *mine = STH_EXTENSION_MODELS;
  while (*mine && *mine == *name) mine++, name++;
  return *mine == *name ? &models : NULL;
}
static sth_status create(const sth_host *host, const sth_params *values, sth_instance **instance, sth_error *error) {
  (void)host, (void)values, (void)instance;
  snprintf(error->message, sizeof error->message, "cannot load it");
  return STH_ERROR_BAD_WEIGHTS;
}
static void destroy(sth_instance *self) { (void)self; }
static sth_status negotiate(sth_instance *self, const sth_stream *stream, sth_format *format, sth_error *error) {
  (void)self, (void)stream, (void)format, (void)error;
  return STH_OK;
}
static sth_status activate(sth_instance *self, const sth_stream *stream, const sth_format *format, sth_error *error) {
  (void)self, (void)stream, (void)format, (void)error;
  return STH_OK;
}
static void deactivate(sth_instance *self) { (void)self; }
static sth_status process(sth_instance *self, const sth_process *frame, sth_error *error) {
  (void)self, (void)frame, (void)error;
  return STH_OK;
}
static void reset(sth_instance *self, int32_t reason) { (void)self, (void)reason; }

static const sth_entry entry = {.struct_size = sizeof(sth_entry), .abi_major = STH_ABI_MAJOR, .abi_minor = STH_ABI_MINOR,
  .descriptor = &descriptor, .create = create, .destroy = destroy, .negotiate = negotiate, .activate = activate,
  .deactivate = deactivate, .process = process, .reset = reset, .get_extension = extension};
STH_EXPORT const sth_entry *stylehost_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  (void)host_major, (void)host_minor;
  return &entry;
}
