// plugin.h - what a plugin is.
//
// A plugin is one shared library with one exported C function:
//
//   const sth_entry *stylehost_plugin_entry(uint32_t host_major, uint32_t host_minor);
//
// The function is pure and fast: it returns the address of static data, or NULL when it cannot serve this major version. No
// files, no threads, no static initialisers that use vector instructions. The host asks it in a child process with a time
// limit, remembers the answer, and loads the library into the stream's process only when it is used. A library is never
// unloaded.
//
// Life of an instance, left to right; [ ] repeats or is skipped:
//
//   create -> [ negotiate -> activate -> [ process | reset ] -> deactivate ] -> destroy
//
//   create      parameters are fixed here (but RUNTIME ones): open the model, build the graph
//   negotiate   the stream's size and format are known: say which pixel range you want, which size you give
//   activate    get everything ready that process() needs: compile the graph, allocate
//   process     one frame; one call per instance at a time; allocates nothing, starts nothing, waits for nothing
//   reset       forget what frames taught you, keep parameters; then process() acts as on a fresh instance
//   deactivate  the stream ends or changes its size: drop what activate() made
//
// Threads: "control thread" functions of one instance are never called at the same time as anything else of that instance;
// the "process thread" may be another one. A plugin changes no process state: no signal handlers, no locale, no rounding
// mode, no working directory, no file descriptor it has not opened itself.
//
// Sizes: structs and tables begin with struct_size, set by the side that owns the memory: sizeof of the struct as that side
// knows it. The other side may know a longer or a shorter one. It reads and writes only what lies below struct_size, and
// takes what lies beyond for zero or NULL. Fields called reserved are zero.
//
// Text is UTF-8, ends with a zero, and is borrowed until the call returns unless its field says otherwise.
#ifndef STYLEHOST_PLUGIN_H
#define STYLEHOST_PLUGIN_H

#include <stdint.h>

#include "host.h"
#include "image.h"
#include "params.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

// Versions of the contract. The major must match; a minor only adds, at the end of structs whose struct_size tells.
#define STH_ABI_MAJOR ((uint32_t)1)
#define STH_ABI_MINOR ((uint32_t)0)

// Marks the entry function as the one symbol to export: compile with -fvisibility=hidden.
#if defined(__GNUC__)
#define STH_EXPORT __attribute__((visibility("default")))
#else
#define STH_EXPORT
#endif

typedef struct sth_instance sth_instance;  // the plugin's own

// Bits of sth_descriptor.flags.
#define STH_PLUGIN_STATELESS ((uint32_t)1)  // a frame's result depends on that frame and the parameters alone

// What stays the same for every instance. Static, borrowed for the life of the process.
typedef struct sth_descriptor {
  uint32_t struct_size;
  uint32_t flags;
  const char *id;           // [a-z0-9.-]+, what a person types: "johnson", "org.example.glow"
  const char *name;         // "Johnson fast style transfer"
  const char *version;      // "1.2.0"
  const char *vendor;       // who made it
  const char *licence;      // SPDX expression
  const char *description;  // one to three sentences
  uint32_t param_count;
  uint32_t reserved;
  const sth_param *const *params;  // param_count of them, each with its own struct_size
} sth_descriptor;

// The stream as it will come.
typedef struct sth_stream {
  uint32_t struct_size;
  int32_t h, w;                            // pixels
  int32_t frame_rate_num, frame_rate_den;  // frames per second, 0 : 1 where unknown or variable
  uint32_t reserved;
} sth_stream;

// The plugin's answer. The host fills it with what it would take for granted before the call: 0...1 and the size that comes.
typedef struct sth_format {
  uint32_t struct_size;
  int32_t out_h, out_w;              // pixels of the output, each >= 1
  float in_black, in_white;          // values of black and white in input images
  float out_black, out_white;        // and in output images
} sth_format;

// One frame's work. All borrowed until process() returns.
typedef struct sth_process {
  uint32_t struct_size;
  uint32_t reserved;
  const sth_frame_info *info;
  const sth_params *params;  // the snapshot for this frame
  const sth_image *in;       // read only
  const sth_image *out;      // every pixel must be written; does not overlap in
} sth_process;

// Reasons of reset().
#define STH_RESET_SEEK ((int32_t)1)
#define STH_RESET_SCENE_CUT ((int32_t)2)
#define STH_RESET_DISCONTINUITY ((int32_t)3)
#define STH_RESET_USER ((int32_t)4)

typedef struct sth_entry {
  uint32_t struct_size;
  uint32_t abi_major, abi_minor;  // what the plugin was built against
  uint32_t reserved;
  const sth_descriptor *descriptor;

  // Makes an instance; *instance is set only on STH_OK. host: valid until destroy() returns; params: borrowed.
  // [control thread]
  sth_status (*create)(const sth_host *host, const sth_params *params, sth_instance **instance, sth_error *error);

  // [control thread] [created, not active]
  void (*destroy)(sth_instance *instance);

  // [control thread] [created, not active]
  sth_status (*negotiate)(sth_instance *instance, const sth_stream *stream, sth_format *format, sth_error *error);

  // Follows a negotiate() whose answer the host took; the same stream, the same format.
  // [control thread] [created, not active -> active]
  sth_status (*activate)(sth_instance *instance, const sth_stream *stream, const sth_format *format, sth_error *error);

  // [control thread] [active -> created, not active]
  void (*deactivate)(sth_instance *instance);

  // [process thread] [active]
  sth_status (*process)(sth_instance *instance, const sth_process *frame, sth_error *error);

  // [process thread] [active]
  void (*reset)(sth_instance *instance, int32_t reason);

  // A table of the plugin by its name ("org.stylehost.models/1"), or NULL; static. NULL is a legal value of the field.
  // [any thread] [any state, also before create()]
  const void *(*get_extension)(const char *name);
} sth_entry;

typedef const sth_entry *(*sth_entry_function)(uint32_t host_major, uint32_t host_minor);

// The one exported symbol.
STH_EXPORT const sth_entry *stylehost_plugin_entry(uint32_t host_major, uint32_t host_minor);
#define STH_ENTRY_SYMBOL "stylehost_plugin_entry"

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_PLUGIN_H
