// host.h - what the host offers a plugin.
//
// The few functions here are always there. The large areas are string extensions, asked for by name; a plugin must live
// with NULL for any of them (fail create() with STH_ERROR_MISSING_EXTENSION and a sentence, or do without).
#ifndef STYLEHOST_HOST_H
#define STYLEHOST_HOST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Levels of log().
#define STH_LOG_DEBUG ((int32_t)0)
#define STH_LOG_INFO ((int32_t)1)
#define STH_LOG_WARNING ((int32_t)2)
#define STH_LOG_ERROR ((int32_t)3)

// Part begin ..< end of a parallel loop; worker is 0 ..< worker_count and belongs to this call alone while it runs.
typedef void (*sth_parallel_body)(void *argument, int64_t begin, int64_t end, int32_t worker);

typedef struct sth_host {
  uint32_t struct_size;
  uint32_t abi_major, abi_minor;  // of the contract the host speaks
  int32_t worker_count;           // threads that parallel_for may use, >= 1
  void *context;                  // the host's own; hand the struct back to its functions
  const char *name, *version;     // "stylehost", "0.1.0"

  // One line for the person; no newline at the end. The host adds the plugin's id.
  // [any thread] [any state] message: copied
  void (*log)(const struct sth_host *host, int32_t level, const char *message);

  // Calls body over all of 0 ..< count in parts of `grain` >= 1 (the last may be smaller) on the host's worker pool, and
  // returns when all are done. The parts do not depend on the number of threads. May run everything on the calling thread.
  // Not to be called from inside a body. Plugins create no threads of their own.
  // [control or process thread] [any state]
  void (*parallel_for)(const struct sth_host *host, int64_t count, int64_t grain, sth_parallel_body body, void *argument);

  // 1 when the person has asked to stop: return STH_ERROR_CANCELLED soon. Cheap; ask between layers, not between pixels.
  // [any thread] [any state]
  int32_t (*should_abort)(const struct sth_host *host);

  // Memory that outlives a call, 64-byte aligned, counted for this plugin; NULL when it cannot be had, or is more than the
  // person allows: then do with less, or report STH_ERROR_NO_MEMORY. Free everything in destroy(). Not in process(): ask in activate() for what process() needs.
  // [control thread] [any state]
  void *(*allocate)(const struct sth_host *host, int64_t size_bytes);

  // Gives back what allocate() gave; NULL is nothing.
  // [control thread] [any state]
  void (*free)(const struct sth_host *host, void *memory);

  // A table by its name ("org.stylehost.graph/1"), or NULL. Valid for the life of the process.
  // [any thread] [any state]
  const void *(*get_extension)(const struct sth_host *host, const char *name);
} sth_host;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_HOST_H
