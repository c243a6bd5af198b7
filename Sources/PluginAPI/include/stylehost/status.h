// status.h - how a call across the border says whether it worked.
//
// Every function that can fail returns an sth_status and takes an sth_error that the caller owns. Nothing aborts, nothing
// throws, nothing jumps over the border. The text lives in the caller's memory, so it never dangles.
//
// A good message is one line: what we were doing, to what, why it failed, what the person can do.
//   cannot load wave.pth: tensor 'res3.conv1.conv2d.weight' is [128,128,3,1], expected [128,128,3,3]
#ifndef STYLEHOST_STATUS_H
#define STYLEHOST_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t sth_status;

#define STH_OK ((sth_status)0)
// The request is understood and cannot be served (a size, a layout, an option).
#define STH_ERROR_UNSUPPORTED ((sth_status)1)
// The caller broke the rules written at the function: a bug on its side, not bad data.
#define STH_ERROR_INVALID_ARGUMENT ((sth_status)2)
// Memory could not be had, or the plan would exceed what the host allows.
#define STH_ERROR_NO_MEMORY ((sth_status)3)
// A string extension that the callee needs was withheld by the other side.
#define STH_ERROR_MISSING_EXTENSION ((sth_status)4)
// A model file is absent, damaged, or not of the form the plugin knows.
#define STH_ERROR_BAD_WEIGHTS ((sth_status)5)
// A parameter is missing or its value cannot be used.
#define STH_ERROR_BAD_PARAMETER ((sth_status)6)
// should_abort() was true; the frame is incomplete and will be thrown away.
#define STH_ERROR_CANCELLED ((sth_status)7)
// Anything else: please report it.
#define STH_ERROR_INTERNAL ((sth_status)8)

#define STH_MESSAGE_BYTES 512

// Owned by the caller, who sets struct_size before the call. The callee fills code and message only on failure.
typedef struct sth_error {
  uint32_t struct_size;
  sth_status code;
  char message[STH_MESSAGE_BYTES];  // UTF-8, zero-terminated, one line, no trailing full stop
} sth_error;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_STATUS_H
