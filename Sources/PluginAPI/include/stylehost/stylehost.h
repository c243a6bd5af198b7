// stylehost.h - the whole contract between the host and its plugins, version 1.0.
//
// Read plugin.h first. Compiles alone as C11 and as C++17; needs nothing but <stdint.h>.
#ifndef STYLEHOST_H
#define STYLEHOST_H

#include "graph.h"
#include "host.h"
#include "image.h"
#include "kernels.h"
#include "models.h"
#include "params.h"
#include "plugin.h"
#include "status.h"
#include "weights.h"

#endif  // STYLEHOST_H
