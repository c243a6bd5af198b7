// weights.h - extension "org.stylehost.weights/1": model files as named tensors.
//
// The host reads every file format (safetensors, PyTorch, ...) and maps it into memory; the plugin sees names, shapes and
// read-only data. Nothing in a model file is ever executed.
#ifndef STYLEHOST_WEIGHTS_H
#define STYLEHOST_WEIGHTS_H

#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STH_EXTENSION_WEIGHTS "org.stylehost.weights/1"

// Element types of sth_tensor.
#define STH_DTYPE_F32 ((uint32_t)1)
#define STH_DTYPE_F16 ((uint32_t)2)
#define STH_DTYPE_BF16 ((uint32_t)3)
#define STH_DTYPE_F64 ((uint32_t)4)
#define STH_DTYPE_I8 ((uint32_t)5)
#define STH_DTYPE_U8 ((uint32_t)6)
#define STH_DTYPE_I16 ((uint32_t)7)
#define STH_DTYPE_I32 ((uint32_t)8)
#define STH_DTYPE_I64 ((uint32_t)9)
#define STH_DTYPE_BOOL ((uint32_t)10)

#define STH_TENSOR_MAX_RANK 8

// A view. Element [i0, i1, ...] lies at data + i0 * stride_bytes[0] + i1 * stride_bytes[1] + ...; strides need not be those
// of a dense array (checkpoints hold transposed views), are never negative, and always stay inside the file. data need not
// be aligned to the element.
typedef struct sth_tensor {
  uint32_t struct_size;
  uint32_t dtype;
  int32_t rank;  // 0 (a scalar) ... STH_TENSOR_MAX_RANK
  uint32_t reserved;
  int64_t dims[STH_TENSOR_MAX_RANK];
  int64_t stride_bytes[STH_TENSOR_MAX_RANK];
  const void *data;
} sth_tensor;

typedef struct sth_weights sth_weights;  // one open model file

typedef struct sth_weights_api {
  uint32_t struct_size;
  uint32_t reserved;
  void *context;  // the host's own; hand the table back to its functions

  // Opens a model file. *weights is set only on STH_OK and must be closed.
  // [control thread] [any state]
  sth_status (*open)(const struct sth_weights_api *api, const char *path, sth_weights **weights, sth_error *error);

  // Closes the file; every tensor and string borrowed from it dies, so close it after the graphs that were built on it.
  // [control thread] [any state]
  void (*close)(const struct sth_weights_api *api, sth_weights *weights);

  // How many tensors there are.
  // [any thread] [weights open]
  int64_t (*count)(const struct sth_weights_api *api, const sth_weights *weights);

  // Name of tensor number i in the file's order, 0 <= i < count; NULL outside. Borrowed until close.
  // [any thread] [weights open]
  const char *(*name)(const struct sth_weights_api *api, const sth_weights *weights, int64_t i);

  // Fills *tensor (caller sets struct_size) for a name. Returns STH_ERROR_BAD_WEIGHTS where there is none. Data borrowed
  // until close.
  // [any thread] [weights open]
  sth_status (*find)(const struct sth_weights_api *api, const sth_weights *weights, const char *name, sth_tensor *tensor);

  // A metadata value of the file ("stylehost.plugin", "title", ...), or NULL. Borrowed until close.
  // [any thread] [weights open]
  const char *(*metadata)(const struct sth_weights_api *api, const sth_weights *weights, const char *key);
} sth_weights_api;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_WEIGHTS_H
