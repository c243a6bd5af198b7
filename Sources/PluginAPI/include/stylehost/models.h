// models.h - plugin extension "org.stylehost.models/1": which model files a plugin can run.
//
// A person names a model file as the style; its metadata may name the plugin ("stylehost.plugin"). Where it does not, the
// host asks every plugin that has this extension. Plugins that run from no model file leave it out.
//
// A plugin may also describe a fresh network, tensor by tensor: the host draws the numbers and writes the file, so that a
// network can be timed, tested and trained before there are weights for it (`stylehost models init`).
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
  int32_t width;              // planes after the first convolution; 0 where the network has no such measure
  char architecture[128];     // "Johnson transformer net (pytorch/examples), width 32"
  char pixels[128];           // "RGB 0...255 in and out"
  double multiply_adds_per_pixel;  // of an image large enough for borders not to count; 0 where unknown
} sth_model_info;

// How the host fills a tensor of a fresh network.
#define STH_FILL_ZERO ((uint32_t)1)
#define STH_FILL_ONE ((uint32_t)2)
// Normal, mean 0, variance 2 / (dims[1] * dims[2] * ...), for weights [out][in][kh][kw] and [out][in] (He et al. 2015).
#define STH_FILL_HE_NORMAL ((uint32_t)3)
// A weight [c][c] or [c][c][1][1] that hands every plane on as it is.
#define STH_FILL_IDENTITY ((uint32_t)4)

// One tensor of a fresh network.
typedef struct sth_fresh_tensor {
  uint32_t struct_size;
  uint32_t fill;     // STH_FILL_*
  const char *name;  // the key it has in model files
  int32_t rank;      // 1 ... STH_TENSOR_MAX_RANK
  uint32_t reserved;
  int64_t dims[STH_TENSOR_MAX_RANK];  // outermost first, each >= 1
} sth_fresh_tensor;

// Takes one tensor; anything but STH_OK ends the description. tensor: borrowed until return.
typedef sth_status (*sth_fresh_visit)(void *argument, const sth_fresh_tensor *tensor);

typedef struct sth_models_api {
  uint32_t struct_size;
  uint32_t reserved;

  // STH_OK and *info filled where the plugin runs these weights as they are; STH_ERROR_UNSUPPORTED where they are some other
  // network's; STH_ERROR_BAD_WEIGHTS where they are meant for this plugin but damaged or incomplete, and error says how.
  // [control thread] api, weights: borrowed
  sth_status (*identify)(const sth_weights_api *api, const sth_weights *weights, sth_model_info *info, sth_error *error);

  // Describes a fresh network that this plugin runs once its tensors are filled: fills *info, then calls visit for each
  // tensor. `width` is that of sth_model_info; 0 stands for the published one. Returns what visit returned where that was not
  // STH_OK, STH_ERROR_UNSUPPORTED where there is no network of this width. NULL is a legal value of the field.
  // [control thread] info: filled before the first visit; argument: handed to visit
  sth_status (*describe_fresh)(int32_t width, sth_model_info *info, sth_fresh_visit visit, void *argument,
                               sth_error *error);
} sth_models_api;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_MODELS_H
