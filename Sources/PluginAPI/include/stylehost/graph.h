// graph.h - extension "org.stylehost.graph/1": a whole network, handed over once, run fast for ever.
//
// A plugin says *what*: inputs, constants, convolutions, norms, sums, outputs. The host decides *how*: it fuses padding,
// enlargement, normalisation and activation into the neighbouring convolution, prepacks weights, plans memory so that a
// frame allocates nothing, splits the work over its one worker pool.
//
//   sth_node x = graph->input(g, "image", 3);
//   sth_node w = graph->constant(g, "weight", &weight), b = graph->constant(g, "bias", &bias);
//   sth_node y = graph->conv2d(g, graph->pad2d(g, x, &reflect4), w, b, &stride1);
//   graph->output(g, y);
//   graph->compile(g, &shape, 1, &plan, &error);
//   graph->run(plan, inputs, 1, outputs, 1, &error);         // per frame
//
// Values are [c][h][w] float32. Channels are known while building; h and w are left open until compile(), so one graph
// serves every frame size. A node is never changed once made. Building functions return 0 for a mistake (a node of another
// kind, channels that do not fit) and 0 in gives 0 out: check once, at compile(), which reports the first mistake.
#ifndef STYLEHOST_GRAPH_H
#define STYLEHOST_GRAPH_H

#include <stdint.h>

#include "image.h"
#include "kernels.h"
#include "status.h"
#include "weights.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STH_EXTENSION_GRAPH "org.stylehost.graph/1"

typedef struct sth_graph sth_graph;  // a network being built or built
typedef struct sth_plan sth_plan;    // a network compiled for one size
typedef int32_t sth_node;            // a value in a graph; 0 = none

typedef struct sth_graph_conv2d {
  uint32_t struct_size;
  int32_t stride_h, stride_w;  // >= 1
} sth_graph_conv2d;

typedef struct sth_graph_pad2d {
  uint32_t struct_size;
  uint32_t mode;  // STH_PAD_*
  int32_t top, left, bottom, right;  // >= 0
} sth_graph_pad2d;

typedef struct sth_graph_max_pool2d {
  uint32_t struct_size;
  int32_t size, stride;  // >= 1, of a square window
  int32_t ceil_mode;     // 0: windows lie inside x; 1: the last may reach out at bottom and right, and takes what exists
} sth_graph_max_pool2d;

// The open sizes of one input, fixed by compile().
typedef struct sth_size {
  int32_t h, w;
} sth_size;

typedef struct sth_plan_info {
  uint32_t struct_size;
  int32_t output_c, output_h, output_w;  // of the first output
  int64_t arena_bytes;                   // working memory of a run
  int64_t packed_bytes;                  // weights in the form the kernels read
  int64_t multiply_adds;                 // of a run, in convolutions
} sth_plan_info;

typedef struct sth_graph_api {
  uint32_t struct_size;
  uint32_t reserved;
  void *context;  // the host's own; hand the table back to create()

  // A new empty graph. `name` is for messages and profiles, copied.
  // [control thread] [created or active]
  sth_status (*create)(const struct sth_graph_api *api, const char *name, sth_graph **graph, sth_error *error);

  // Ends the graph: its plans can no longer run, but each must still be released, before or after.
  // [control thread] [no run in progress]
  void (*destroy)(sth_graph *graph);

  // -- Building. [control thread] [before the first compile of this graph] --

  // Input number 0, 1, ... in the order of the calls, with `channels` >= 1. `name` is copied.
  sth_node (*input)(sth_graph *graph, const char *name, int32_t channels);

  // Numbers that do not change: a convolution's weight [out_c][in_c][kh][kw], or a vector [c]. Any float dtype and strides.
  // The struct is copied, the data it points at is borrowed until destroy(). `name` is for messages, copied.
  sth_node (*constant)(sth_graph *graph, const char *name, const sth_tensor *tensor);

  // Convolution without padding: pad first. Output: floor((h - kh) / stride_h) + 1, likewise w. bias may be 0 (none).
  sth_node (*conv2d)(sth_graph *graph, sth_node x, sth_node weight, sth_node bias, const sth_graph_conv2d *options);

  // x with borders of the given widths.
  sth_node (*pad2d)(sth_graph *graph, sth_node x, const sth_graph_pad2d *options);

  // x with rows and columns added at bottom and right until both sizes are multiples of `multiple` >= 1.
  sth_node (*pad_to_multiple)(sth_graph *graph, sth_node x, int32_t multiple, uint32_t mode);

  // The top left part of x with the height and width of `reference`; x must be at least as large.
  sth_node (*crop_like)(sth_graph *graph, sth_node x, sth_node reference);

  // Each pixel becomes factor x factor equal ones; factor >= 1.
  sth_node (*upsample_nearest)(sth_graph *graph, sth_node x, int32_t factor);

  // (x - mean) / sqrt(variance + epsilon) * scale[c] + shift[c]; statistics over h w of each channel, variance biased
  // (Ulyanov et al. 2016, as PyTorch's InstanceNorm2d). scale and shift: constant [c], both or neither (0).
  sth_node (*instance_norm)(sth_graph *graph, sth_node x, sth_node scale, sth_node shift, double epsilon);

  sth_node (*relu)(sth_graph *graph, sth_node x);

  // min(max(x, low), high)
  sth_node (*clamp)(sth_graph *graph, sth_node x, double low, double high);

  // Element by element; equal shapes.
  sth_node (*add)(sth_graph *graph, sth_node a, sth_node b);

  // The largest of each window. Output: floor((h - size) / stride) + 1, with ceil instead of floor in ceil_mode (and no
  // window that begins outside x), likewise w.
  sth_node (*max_pool2d)(sth_graph *graph, sth_node x, const sth_graph_max_pool2d *options);

  // The hyperbolic tangent of each element, absolute error below 1e-6.
  sth_node (*tanh)(sth_graph *graph, sth_node x);

  // Output number 0, 1, ... in the order of the calls.
  // Returns STH_OK, or the status of the first mistake made while building (compile() has its text).
  sth_status (*output)(sth_graph *graph, sth_node x);

  // -- Using --

  // Fixes the sizes of all inputs (count = number of inputs) and makes a plan. The same sizes again give the same plan
  // while it lives; packed weights are shared by all plans of a graph. Every plan obtained must be released.
  // [control thread] [created or active]
  sth_status (*compile)(sth_graph *graph, const sth_size *inputs, int32_t count, sth_plan **plan, sth_error *error);

  // Gives a plan back; once for every compile() that gave it.
  // [control thread] [no run of it in progress]
  void (*release)(sth_plan *plan);

  // What the plan costs. Caller sets struct_size.
  // [any thread] [plan not released]
  void (*info)(const sth_plan *plan, sth_plan_info *info);

  // One frame: reads the inputs, writes the outputs; both are exactly of the compiled shapes, with strides a multiple of
  // 4 bytes. Outputs overlap neither inputs nor each other. Allocates nothing. Equal bytes for any number of threads.
  // STH_ERROR_CANCELLED where the host wants to stop.
  // [process thread] [active] one run per plan at a time; images: borrowed until return
  sth_status (*run)(sth_plan *plan, const sth_image *const *inputs, int32_t input_count, const sth_image *const *outputs,
                    int32_t output_count, sth_error *error);
} sth_graph_api;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_GRAPH_H
