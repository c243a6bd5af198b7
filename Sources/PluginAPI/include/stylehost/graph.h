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
  int32_t stride_h, stride_w;      // >= 1
  // From a tap of the kernel to the next; 0 means 1. Gaps are written out as zeros, 1024 pixels from end to end at most, and
  // computed with: a kernel with gaps costs as much as one without that reaches as far.
  int32_t dilation_h, dilation_w;
  int32_t groups;                  // output channels see in_c / groups channels of their own group; 0 means 1
} sth_graph_conv2d;

typedef struct sth_graph_conv_transpose2d {
  uint32_t struct_size;
  int32_t stride_h, stride_w;            // 1...64, equal
  int32_t top, left, bottom, right;      // rows and columns cut off the full result, >= 0: PyTorch's padding
  int32_t more_h, more_w;                // rows and columns added at bottom and right, >= 0: PyTorch's output_padding
  int32_t groups;                        // 0 means 1
} sth_graph_conv_transpose2d;

typedef struct sth_graph_pad2d {
  uint32_t struct_size;
  uint32_t mode;  // STH_PAD_*
  // A negative border is cut off. Borders are those of the whole x: what is cut off one side may be mirrored at the other.
  int32_t top, left, bottom, right;
} sth_graph_pad2d;

// Kinds of sth_graph_pool2d.
#define STH_POOL_MAX ((uint32_t)0)
#define STH_POOL_MEAN ((uint32_t)1)         // divided by the elements of x in the window
#define STH_POOL_MEAN_PADDED ((uint32_t)2)  // divided by those and the padding in it (ONNX: count_include_pad)

typedef struct sth_graph_pool2d {
  uint32_t struct_size;
  uint32_t kind;                     // STH_POOL_*
  int32_t size_h, size_w;            // of the window, >= 1
  int32_t stride_h, stride_w;        // >= 1
  int32_t top, left, bottom, right;  // padding that is never taken, >= 0, smaller than the window
  int32_t ceil_mode;  // 1: the last window may reach out at bottom and right; none begins below or right of x
} sth_graph_pool2d;

// What a norm divides by, and over what it is taken.
typedef struct sth_graph_group_norm {
  uint32_t struct_size;
  int32_t groups;               // channels c / groups each are normalised together; 1: a layer norm, c: an instance norm
  double epsilon;               // >= 0
  int32_t unbiased;             // 1: the variance is divided by the count less one; that of one element is 0
  int32_t epsilon_on_deviation; // 0: sqrt(variance + epsilon), 1: sqrt(variance) + epsilon
} sth_graph_group_norm;

// How resize2d() finds the place x of an output pixel in its input, `ratio` input pixels being one output pixel.
#define STH_RESIZE_HALF_PIXEL ((uint32_t)0)     // (x + 0.5) * ratio - 0.5: pixels are areas (PyTorch: align_corners=False)
#define STH_RESIZE_ALIGN_CORNERS ((uint32_t)1)  // corner pixels stay where they are, ratio = (in - 1) / (out - 1)
#define STH_RESIZE_ASYMMETRIC ((uint32_t)2)     // x * ratio

#define STH_RESIZE_NEAREST ((uint32_t)0)
#define STH_RESIZE_LINEAR ((uint32_t)1)
#define STH_RESIZE_CUBIC ((uint32_t)2)  // Keys 1981 with a = -0.75, as PyTorch and ONNX

// How a place between two pixels is rounded by STH_RESIZE_NEAREST.
#define STH_ROUND_FLOOR ((uint32_t)0)
#define STH_ROUND_CEIL ((uint32_t)1)
#define STH_ROUND_PREFER_FLOOR ((uint32_t)2)  // to the nearest, halves down
#define STH_ROUND_PREFER_CEIL ((uint32_t)3)   // to the nearest, halves up

typedef struct sth_graph_resize2d {
  uint32_t struct_size;
  uint32_t mode;                // STH_RESIZE_NEAREST, ...
  uint32_t place;               // STH_RESIZE_HALF_PIXEL, ...
  uint32_t rounding;            // STH_ROUND_*, of STH_RESIZE_NEAREST
  int32_t out_h, out_w;         // >= 1; 0: floor(h * scale_h), ...
  double scale_h, scale_w;      // > 0; 0: out_h / h, ...
} sth_graph_resize2d;

// Functions of activate(). alpha and beta are options of some.
#define STH_ACTIVATE_SIGMOID ((uint32_t)0)       // 1 / (1 + e^-x)
#define STH_ACTIVATE_LEAKY_RELU ((uint32_t)1)    // x < 0 ? alpha * x : x
#define STH_ACTIVATE_ELU ((uint32_t)2)           // x < 0 ? alpha * (e^x - 1) : x
#define STH_ACTIVATE_HARD_SIGMOID ((uint32_t)3)  // min(max(alpha * x + beta, 0), 1)
#define STH_ACTIVATE_SOFTPLUS ((uint32_t)4)      // ln(1 + e^x)
#define STH_ACTIVATE_EXP ((uint32_t)5)
#define STH_ACTIVATE_LOG ((uint32_t)6)
#define STH_ACTIVATE_SQRT ((uint32_t)7)
#define STH_ACTIVATE_ABS ((uint32_t)8)
#define STH_ACTIVATE_RECIPROCAL ((uint32_t)9)
#define STH_ACTIVATE_POWER ((uint32_t)10)  // x to the power alpha
#define STH_ACTIVATE_ERF ((uint32_t)11)
#define STH_ACTIVATE_ROUND ((uint32_t)12)  // to the nearest integer, halves to even
#define STH_ACTIVATE_FLOOR ((uint32_t)13)

// Functions of combine().
#define STH_COMBINE_MULTIPLY ((uint32_t)0)
#define STH_COMBINE_DIVIDE ((uint32_t)1)
#define STH_COMBINE_MINIMUM ((uint32_t)2)
#define STH_COMBINE_MAXIMUM ((uint32_t)3)
#define STH_COMBINE_POWER ((uint32_t)4)
#define STH_COMBINE_SUBTRACT ((uint32_t)5)

// What products() divides by.
#define STH_PRODUCTS_SUM ((uint32_t)0)       // nothing
#define STH_PRODUCTS_PIXELS ((uint32_t)1)    // h w
#define STH_PRODUCTS_ELEMENTS ((uint32_t)2)  // c h w of a (Johnson et al. 2016)

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

  // Numbers that do not change: a convolution's weight, or a vector [c]. Any float dtype and strides.
  // The struct is copied, the data it points at is borrowed until destroy(). `name` is for messages, copied.
  sth_node (*constant)(sth_graph *graph, const char *name, const sth_tensor *tensor);

  // Convolution without padding: pad first. weight: [out_c][in_c / groups][kh][kw], bias: [out_c] or 0 (none).
  // Output: floor((h - (kh - 1) * dilation_h - 1) / stride_h) + 1, likewise w.
  sth_node (*conv2d)(sth_graph *graph, sth_node x, sth_node weight, sth_node bias, const sth_graph_conv2d *options);

  // x with borders of the given widths; a row and a column at least must remain.
  sth_node (*pad2d)(sth_graph *graph, sth_node x, const sth_graph_pad2d *options);

  // x with rows and columns added at bottom and right until both sizes are multiples of `multiple` >= 1.
  sth_node (*pad_to_multiple)(sth_graph *graph, sth_node x, int32_t multiple, uint32_t mode);

  // The top left part of x with the height and width of `reference`; x must be at least as large.
  sth_node (*crop_like)(sth_graph *graph, sth_node x, sth_node reference);

  // Each pixel becomes factor x factor equal ones; factor >= 1.
  sth_node (*upsample_nearest)(sth_graph *graph, sth_node x, int32_t factor);

  // (x - mean) / sqrt(variance + epsilon) * scale[c] + shift[c]; statistics over h w of each channel, variance biased
  // (Ulyanov et al. 2016, as PyTorch's InstanceNorm2d). scale and shift: numbers per channel (see affine), both or neither (0).
  sth_node (*instance_norm)(sth_graph *graph, sth_node x, sth_node scale, sth_node shift, double epsilon);

  sth_node (*relu)(sth_graph *graph, sth_node x);

  // min(max(x, low), high)
  sth_node (*clamp)(sth_graph *graph, sth_node x, double low, double high);

  // Element by element; equal shapes.
  sth_node (*add)(sth_graph *graph, sth_node a, sth_node b);

  // The largest or the mean of each window. Output: floor((top + h + bottom - size_h) / stride_h) + 1, with ceil instead of
  // floor in ceil_mode (and no window that begins beyond x), likewise w.
  sth_node (*pool2d)(sth_graph *graph, sth_node x, const sth_graph_pool2d *options);

  // The hyperbolic tangent of each element, absolute error below 1e-6.
  sth_node (*tanh)(sth_graph *graph, sth_node x);

  // The transpose of a convolution (PyTorch's ConvTranspose2d): weight [in_c][out_c / groups][kh][kw], bias [out_c] or 0.
  // Output: (h - 1) * stride_h + kh - top - bottom + more_h, likewise w.
  sth_node (*conv_transpose2d)(sth_graph *graph, sth_node x, sth_node weight, sth_node bias,
                               const sth_graph_conv_transpose2d *options);

  // x * scale[c] + shift[c]. Numbers per channel are a constant [c] or a value of c channels, one row and one column (an
  // input, say: numbers that change from frame to frame). Either may be 0: 1 and 0.
  sth_node (*affine)(sth_graph *graph, sth_node x, sth_node scale, sth_node shift);

  // (x - mean) / deviation * scale[c] + shift[c] with statistics over the channels of a group and h w (Wu and He 2018, Ba
  // et al. 2016). scale and shift: numbers per channel, both or neither (0).
  sth_node (*group_norm)(sth_graph *graph, sth_node x, sth_node scale, sth_node shift, const sth_graph_group_norm *options);

  // A function of each element: STH_ACTIVATE_*.
  sth_node (*activate)(sth_graph *graph, sth_node x, uint32_t function, double alpha, double beta);

  // A function of two elements: STH_COMBINE_*. Equal shapes, or an axis (c, h or w) of one of them is 1 and is repeated.
  sth_node (*combine)(sth_graph *graph, sth_node a, sth_node b, uint32_t function);

  // The channels of a, then those of b; equal heights and widths.
  sth_node (*concat)(sth_graph *graph, sth_node a, sth_node b);

  // Channels first ..< first + count of x.
  sth_node (*slice)(sth_graph *graph, sth_node x, int32_t first, int32_t count);

  // The mean of each channel: [c][1][1].
  sth_node (*mean)(sth_graph *graph, sth_node x);

  // The mean over the channels of each pixel: [1][h][w].
  sth_node (*channel_mean)(sth_graph *graph, sth_node x);

  // x brought to another size.
  sth_node (*resize2d)(sth_graph *graph, sth_node x, const sth_graph_resize2d *options);

  // Each block of factor * factor channels becomes a factor x factor square of pixels (PyTorch's PixelShuffle; ONNX's
  // DepthToSpace in mode CRD), factor 1...4096: out[c][y * factor + i][x * factor + j] = x[(c * factor + i) * factor + j][y][x].
  sth_node (*depth_to_space)(sth_graph *graph, sth_node x, int32_t factor);

  // The median of the 3 x 3 pixels around each, those outside x by `mode`; same shape.
  sth_node (*median3)(sth_graph *graph, sth_node x, uint32_t mode);

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

  // -- Learning. Building functions like those above, but for refresh(). --

  // Numbers that the caller changes between runs: as constant(), but dense row-major float32, and writable by the caller while
  // no run is in progress. After a change, refresh().
  sth_node (*variable)(sth_graph *graph, const char *name, const sth_tensor *tensor);

  // The products of each channel of a [c][h][w] with each of b [d][h][w], summed over the pixels and divided (STH_PRODUCTS_*):
  // [c][d][1]. Of x with itself it is the Gram matrix of Gatys et al. 2016; after transpose() it is a product of matrices.
  sth_node (*products)(sth_graph *graph, sth_node a, sth_node b, uint32_t divisor);

  // The reverse of depth_to_space; factor 1...4096, heights and widths multiples of it.
  sth_node (*space_to_depth)(sth_graph *graph, sth_node x, int32_t factor);

  // For each of `count` nodes, what a small change of each of its numbers does to `loss` [1][1][1], as nodes of the same graph:
  // of a value and a vector [c] in its own shape ([c][1][1]), of a convolution's weight [out_c][in_c][kh][kw] as
  // [out_c][in_c][kh * kw]. Fills `gradients`, with 0 everywhere after a mistake. A node the loss does not depend on is one, and
  // so is something between the two that no loss can be learnt through: STH_ACTIVATE_ROUND, STH_ACTIVATE_FLOOR, and what only
  // gradients are made of (a gradient of a gradient). A graph with gradients computes in float32.
  // Returns STH_OK, or the status of the first mistake made while building.
  sth_status (*gradients)(sth_graph *graph, sth_node loss, const sth_node *nodes, int32_t count, sth_node *gradients);

  // Has all plans of the graph use the numbers that its variables hold now.
  // [control thread] [no run in progress]
  void (*refresh)(sth_graph *graph);

  // The pixels of x [c][h][w] at places [1][i][j]: [c][i][j]. A place is row * w + column, a whole number; one that is outside of
  // x is that of its last pixel.
  sth_node (*gather)(sth_graph *graph, sth_node x, sth_node places);

  // The pixels of x as channels, and its channels as pixels: [count][1][c] of x [c][h][w] with h w = count, 1...2^24.
  sth_node (*transpose)(sth_graph *graph, sth_node x, int32_t count);

  // x, through which no loss learns: what x is made of gets no gradient from here (PyTorch's detach).
  sth_node (*stop_gradient)(sth_graph *graph, sth_node x);
} sth_graph_api;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_GRAPH_H
