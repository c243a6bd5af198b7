// models.h - plugin extension "org.stylehost.models/1": which model files a plugin can run.
//
// A person names a model file as the style; its metadata may name the plugin ("stylehost.plugin"). Where it does not, the
// host asks every plugin that has this extension. Plugins that run from no model file leave it out.
#ifndef STYLEHOST_MODELS_H
#define STYLEHOST_MODELS_H

#include <stdint.h>

#include "status.h"
#include "weights.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STH_EXTENSION_MODELS "org.stylehost.models/1"

typedef struct sth_model_info {
  uint32_t struct_size;
  uint32_t reserved;
  char architecture[128];     // "Johnson transformer net (pytorch/examples), width 32"
  char pixels[128];           // "RGB 0...255 in and out"
  double multiply_adds_per_pixel;  // of an image large enough for borders not to count; 0 where unknown
} sth_model_info;

typedef struct sth_models_api {
  uint32_t struct_size;
  uint32_t reserved;

  // STH_OK and *info filled where the plugin runs these weights as they are; STH_ERROR_UNSUPPORTED where they are some other
  // network's; STH_ERROR_BAD_WEIGHTS where they are meant for this plugin but damaged or incomplete, and error says how.
  // [control thread] api, weights: borrowed
  sth_status (*identify)(const sth_weights_api *api, const sth_weights *weights, sth_model_info *info, sth_error *error);
} sth_models_api;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_MODELS_H
