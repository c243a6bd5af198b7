// params.h - the parameters a plugin declares, and the values the host hands it.
//
// The host parses, checks and documents parameters from this table alone: help, completion, "did you mean" and JSON come
// from it. The plugin gets values that are already of the right kind and inside the hard range, as one immutable snapshot
// in the order of its table. Use real units (dB, pixels, degrees), not 0..1 for everything.
#ifndef STYLEHOST_PARAMS_H
#define STYLEHOST_PARAMS_H

#include <stdint.h>

#include "image.h"

#ifdef __cplusplus
extern "C" {
#endif

// Kinds of sth_param. The comment says which field of sth_value holds the value.
#define STH_PARAM_BOOL ((uint32_t)1)    // integer: 0 or 1
#define STH_PARAM_INT ((uint32_t)2)     // integer
#define STH_PARAM_FLOAT ((uint32_t)3)   // number
#define STH_PARAM_CHOICE ((uint32_t)4)  // integer: index into choices
#define STH_PARAM_STRING ((uint32_t)5)  // text
#define STH_PARAM_PATH ((uint32_t)6)    // text: a file that exists when create() is called
#define STH_PARAM_IMAGE ((uint32_t)7)   // image: a picture the host has decoded, black 0, white 1; NULL where not given
// images: `integer` pictures like that; a person types their paths with '+' between them. 0 where none is given.
#define STH_PARAM_IMAGES ((uint32_t)8)

// Bits of sth_param.flags.
#define STH_PARAM_REQUIRED ((uint32_t)1)  // there is no default; create() is not called without a value
#define STH_PARAM_RUNTIME ((uint32_t)2)   // may change from frame to frame; all others hold from create() to destroy()
#define STH_PARAM_MODEL ((uint32_t)4)     // the model file: filled with the path when a person names a file as the style
// PATH: default_text is the name of a file that comes with the host, not a path. The value where nothing is typed is the path of that
// file, or NULL where this host has none of that name. Not together with REQUIRED.
#define STH_PARAM_BUNDLED ((uint32_t)8)

typedef struct sth_param {
  uint32_t struct_size;
  uint32_t kind;
  uint32_t flags;
  uint32_t choice_count;
  const char *key;    // what a person types: lower case, digits, '-'
  const char *label;  // two or three words
  const char *help;   // one sentence
  const char *unit;   // "px", "dB", ... or NULL
  // INT and FLOAT: a value outside hard_min...hard_max is refused; a control shows soft_min...soft_max.
  double hard_min, hard_max, soft_min, soft_max;
  double default_number;      // BOOL, INT, FLOAT; CHOICE: the index
  const char *default_text;   // STRING, PATH, IMAGE; NULL for none
  const char *const *choices; // CHOICE: choice_count keys
} sth_param;

// One value; which field counts follows from the parameter's kind, the others are zero. Values lie in arrays, so this struct
// never grows: the reserved fields are for kinds to come.
typedef struct sth_value {
  int64_t integer;
  double number;
  const char *text;
  const sth_image *image;
  const sth_image *const *images;
  uint64_t reserved[3];
} sth_value;

// A snapshot of all values, in the order of the plugin's table. Borrowed until the call it is handed to returns.
typedef struct sth_params {
  uint32_t struct_size;
  uint32_t count;
  const sth_value *values;
} sth_params;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_PARAMS_H
