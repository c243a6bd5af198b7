// map_kernels.h - the kernels of a compiled graph: convolutions and what lies between them, on feature maps.
//
// Not part of the plugin contract: the layout inside a graph is private and whatever is fastest. A map of more than
// STH_MAP_PLANAR_CHANNELS channels is blocked, [ceil(c / 16)][h][w][16]: the 16 channels of a pixel that one vector holds lie
// side by side. Narrower maps (pictures) are planar. Lanes of the last block beyond c are zero in memory; every kernel
// that writes a map keeps that, every kernel that reads one may count on it. (Where a channel of a pixel is no finite number
// they may be NaN: nothing that a convolution makes of such a pixel is a number either.) Vectors of numbers per channel
// ("[c]") are padded with zeros to a multiple of 16 likewise, and 64-byte aligned.
//
// As in kernels.h: pure functions, destination, sources, shape, knobs; the caller splits the work into units begin ..< end,
// and the bytes written depend on no split. Levels differ by rounding only. A converted number is rounded to nearest, ties
// to even.
#ifndef STYLEHOST_MAP_KERNELS_H
#define STYLEHOST_MAP_KERNELS_H

#include <stylehost/graph.h>
#include <stylehost/kernels.h>

#define STH_MAP_LANES 16
#define STH_MAP_PLANAR_CHANNELS 4

#define STH_MAP_PLANAR_F32 ((uint32_t)0)
#define STH_MAP_BLOCKED_F32 ((uint32_t)1)
#define STH_MAP_BLOCKED_BF16 ((uint32_t)2)

// Blocks of 16 that hold c channels.
static inline int32_t sth_map_blocks(int32_t c) { return (c + STH_MAP_LANES - 1) / STH_MAP_LANES; }

// Strides in elements. Planar: [c][h][w], c_stride from plane to plane. Blocked: c_stride from block to block, h_stride from
// row to row, 16 from pixel to pixel; data 64-byte aligned (32-byte for bf16), strides multiples of 16.
typedef struct sth_map {
  void *data;
  int64_t c_stride, h_stride;
  int32_t c, h, w;
  uint32_t format;  // STH_MAP_*
} sth_map;

// What the products of a convolution are made of. Sums of floats are float32; sums of integers are int32, exact. Weights are
// counted in steps of their output channel, what they meet in steps of a unit's range: both follow the numbers of the day.
#define STH_ARITHMETIC_F32 ((uint32_t)0)
#define STH_ARITHMETIC_INT16 ((uint32_t)1)
#define STH_ARITHMETIC_INT8 ((uint32_t)2)  // as int16 where sums may reach 2^31, or tiles are transformed first (Winograd)

// A convolution as in kernels.h, on maps. All of the lens holds: scale and shift, relu, nearest enlargement, padding.
typedef struct sth_map_conv {
  sth_conv2d conv;
  uint32_t src_format, dst_format;
  uint32_t arithmetic;  // one that the table has; others are done as the next finer one
  uint32_t moments;     // 1: statistics of what is written are gathered too
  // 1: the enlargement puts zeros between the pixels instead of repeating them: pixel (y, x) comes to (y * upsample,
  // x * upsample), and the enlarged picture ends upsample - 1 zeros after the last. So a transposed convolution is read.
  uint32_t stuffed;
} sth_map_conv;

typedef struct sth_map_conv_needs {
  int32_t units;
  uint32_t algorithm;       // weights packed for the same weights, options and algorithm may be shared
  int64_t packed_bytes;     // of map_conv_pack: no function of in_h, in_w, out_h, out_w beyond the algorithm
  int64_t workspace_bytes;  // one per concurrent call, 64-byte aligned; nothing in it survives a call
  // Where units lie: dst is cut into tiles of tile_rows rows, row_tiles of them side by side, numbered row by row; unit u is
  // tiles u * unit_tiles ..< (u + 1) * unit_tiles. It reads the rows of src under whole tiles, also where dst ends inside one.
  int32_t tile_rows, row_tiles, unit_tiles;
  const char *name;         // of the algorithm and of what it multiplies, for profiles; lives for ever
} sth_map_conv_needs;

// Statistics of one unit: pixels, then mean[c], then sum of squared deviations from it[c], each [c] padded to 16.
// A unit's record has sth_map_moments_floats(c) floats; record u belongs to unit u.
#define STH_MAP_MOMENTS_ROWS 8  // of a unit of the slot `moments`
static inline int64_t sth_map_moments_floats(int32_t c) { return 16 + 2 * (((int64_t)c + 15) / 16 * 16); }

typedef struct sth_map_conv_operands {
  sth_map dst, src;       // must not overlap
  const void *packed;     // 64-byte aligned
  const float *in_scale;  // [in_c] or NULL (then in_shift is NULL too)
  const float *in_shift;
  float *moments;  // [units] records, or NULL
  void *workspace;
} sth_map_conv_operands;

// A map read pointwise: src * scale[c] + shift[c], then relu.
typedef struct sth_map_source {
  sth_map map;
  const float *scale, *shift;  // [c], both or neither
  int32_t relu;
} sth_map_source;

// Elementwise functions of map_activate: STH_ACTIVATE_* of graph.h (low and high being alpha and beta), and these.
#define STH_MAP_CLAMP ((uint32_t)64)  // min(max(x, low), high); NaN becomes low
#define STH_MAP_TANH ((uint32_t)65)   // tanh(x); error below 1e-6
typedef struct sth_map_activation {
  uint32_t function;
  float low, high;
} sth_map_activation;

// A convolution of each channel by itself, without changing their number: dst[c] = bias[c] + sum of weight[c] * u[c], u being
// the source through its lens, padded.
typedef struct sth_map_depthwise {
  int32_t kernel_h, kernel_w, stride_h, stride_w;
  int32_t pad_top, pad_left;
  uint32_t pad_mode;
  const float *weights;  // [kernel_h][kernel_w][c padded to 16]
  const float *bias;     // [c] or NULL
} sth_map_depthwise;

// A window sliding over a source; padding is never taken. STH_POOL_* of graph.h.
typedef struct sth_map_pool {
  uint32_t kind;
  int32_t size_h, size_w, stride_h, stride_w;
  int32_t top, left, bottom, right;  // padding; counted by STH_POOL_MEAN_PADDED only
} sth_map_pool;

// Where the pixels of a resized picture come from, as in graph.h; both ratios are input pixels for one output pixel.
typedef struct sth_map_resize {
  uint32_t mode, place, rounding;  // STH_RESIZE_*, STH_RESIZE_*, STH_ROUND_*
  double ratio_h, ratio_w;
} sth_map_resize;

// What a norm over groups of channels divides by: as sth_graph_group_norm.
typedef struct sth_map_group_norm {
  int32_t groups, unbiased, epsilon_on_deviation;
  double epsilon;
} sth_map_group_norm;

// The gradient of a convolution's weights. dy is [out_c][h][w].
typedef struct sth_map_conv_gradient {
  int32_t out_c, in_c, h, w;
  int32_t kernel_h, kernel_w, stride_h, stride_w;
  float scale;
} sth_map_conv_gradient;

typedef struct sth_map_conv_gradient_needs {
  int32_t units;
  int64_t workspace_bytes;  // one per concurrent call, 64-byte aligned; nothing in it survives a call
} sth_map_conv_gradient_needs;

typedef struct sth_map_kernels {
  uint32_t struct_size;
  uint32_t cpu_level;
  uint32_t arithmetics;  // bit 1 << STH_ARITHMETIC_*: those this level has instructions for; F32 always

  void (*conv_query)(sth_map_conv_needs *needs, const sth_map_conv *shape);
  // weights [out_c][in_c][kernel_h][kernel_w], bias [out_c] or NULL; dense, not padded.
  void (*conv_pack)(void *packed, const float *weights, const float *bias, const sth_map_conv *shape);
  void (*conv)(const sth_map_conv_operands *operands, const sth_map_conv *shape, int32_t begin, int32_t end);

  // One record for each unit, which is STH_MAP_MOMENTS_ROWS rows.
  int32_t (*moments_units)(const sth_map *src);
  void (*moments)(float *records, const sth_map *src, int32_t begin, int32_t end);
  // From the records of all units: scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale; variance is
  // biased. gamma, beta: [c], both or neither (1 and 0). Lanes beyond c: scale and shift zero. Units are blocks of 16 channels.
  void (*moments_finish)(float *scale, float *shift, const float *records, int32_t units, int32_t c, const float *gamma,
                         const float *beta, double epsilon, int32_t begin, int32_t end);

  // Units of the following are rows of dst.

  // dst = source (+ addend). Formats may differ, so this also converts between them. Pointwise: dst may be the memory of
  // either where the formats are the same.
  void (*apply)(const sth_map *dst, const sth_map_source *source, const sth_map_source *addend, int32_t begin, int32_t end);
  // dst = f(src); in place allowed. Same format.
  void (*activate)(const sth_map *dst, const sth_map *src, const sth_map_activation *activation, int32_t begin, int32_t end);
  // dst[y][x] = src[y - top][x - left], by `mode` outside: as pad2d_f32. Same format.
  void (*pad)(const sth_map *dst, const sth_map *src, int32_t top, int32_t left, uint32_t mode, int32_t begin, int32_t end);
  // dst[y][x] = src[y / factor][x / factor]. Same format.
  void (*upsample_nearest)(const sth_map *dst, const sth_map *src, int32_t factor, int32_t begin, int32_t end);
  // dst[y][x] = the largest, or the mean, of the window; it may reach out of the picture. Same format.
  void (*pool)(const sth_map *dst, const sth_map_source *source, const sth_map_pool *pool, int32_t begin, int32_t end);
  // See sth_map_depthwise. Same format.
  void (*depthwise)(const sth_map *dst, const sth_map_source *source, const sth_map_depthwise *conv, int32_t begin,
                    int32_t end);
  // dst = f(a, b), STH_COMBINE_* of graph.h; of a and b any of c, h, w may be 1 where that of dst is not. Formats may differ.
  // In place allowed where shapes and formats are equal.
  void (*combine)(const sth_map *dst, const sth_map *a, const sth_map *b, uint32_t function, int32_t begin, int32_t end);
  // Channels dst_c ..< dst_c + count of dst = channels src_c ... of source. Lanes beyond the last channel of dst become zero
  // where that is among them; other channels keep what they have. Formats may differ.
  void (*copy_channels)(const sth_map *dst, int32_t dst_c, const sth_map_source *source, int32_t src_c, int32_t count,
                        int32_t begin, int32_t end);
  // dst [1][h][w] = the mean over the channels of src.
  void (*channel_mean)(const sth_map *dst, const sth_map_source *source, int32_t begin, int32_t end);
  // dst = src brought to the size of dst. Same format.
  void (*resize)(const sth_map *dst, const sth_map_source *source, const sth_map_resize *resize, int32_t begin, int32_t end);
  // dst[c][y * factor + i][x * factor + j] = src[(c * factor + i) * factor + j][y][x]. Formats may differ.
  void (*depth_to_space)(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin, int32_t end);
  // dst = the median of the 3 x 3 pixels around each, those outside by `mode`. Same format.
  void (*median3)(const sth_map *dst, const sth_map_source *source, uint32_t mode, int32_t begin, int32_t end);

  // The following have one unit.

  // dst [c][1][1] = the mean of each channel, from the records of all units.
  void (*moments_mean)(const sth_map *dst, const float *records, int32_t units);
  // As moments_finish, statistics joined over the channels of each group.
  void (*moments_finish_groups)(float *scale, float *shift, const float *records, int32_t units, int32_t c,
                                const float *gamma, const float *beta, const sth_map_group_norm *norm);
  // dst[c], padded with zeros to 16 = the numbers of src [c][1][1].
  void (*channel_vector)(float *dst, const sth_map *src);

  // What learning needs. Maps are f32, planar or blocked as their number of channels says.

  // dst [out_c][in_c][kernel_h * kernel_w] = scale * sum over y x of dy[out_c][y][x] * src[in_c][y * stride_h + i][x * stride_w + j]:
  // the gradient of a convolution's weights. src has (dy.h - 1) * stride_h + kernel_h rows at least, likewise columns. May be src
  // that is dy: then it is a Gram matrix. The units are those of the query; a unit writes its own part of dst.
  void (*conv_gradient_query)(sth_map_conv_gradient_needs *needs, const sth_map_conv_gradient *shape);
  void (*conv_gradient)(const sth_map *dst, const sth_map *dy, const sth_map *src, const sth_map_conv_gradient *shape,
                        void *workspace, int32_t begin, int32_t end);
  // Units are STH_MAP_MOMENTS_ROWS rows, as those of `moments`. Record u, [c] padded to 16 = sums over unit u of a * b, of a alone
  // where b is NULL. Shapes are equal.
  void (*products)(float *records, const sth_map_source *a, const sth_map_source *b, int32_t begin, int32_t end);
  // One unit. dst [c][1][1] = the sum of the records of all units, times scale.
  void (*products_join)(const sth_map *dst, const float *records, int32_t units, double scale);

  // Units of the following are rows of dst.

  // dst = source where gate > 0, else 0. dst may be the memory of source.
  void (*gate)(const sth_map *dst, const sth_map_source *source, const sth_map_source *gate, int32_t begin, int32_t end);
  // dst, of the shape of source = what `pool` of source passes back of dy: to the first of the largest of a window in the order
  // of memory, or to all of the window that was divided by.
  void (*pool_gradient)(const sth_map *dst, const sth_map_source *source, const sth_map *dy, const sth_map_pool *pool,
                        int32_t begin, int32_t end);
  // dst = for each pixel the sum of dy over the places to which `pad` copies it: dy has the size after padding.
  void (*pad_gradient)(const sth_map *dst, const sth_map *dy, int32_t top, int32_t left, uint32_t mode, int32_t begin,
                       int32_t end);
  // dst[(c * factor + i) * factor + j][y][x] = src[c][y * factor + i][x * factor + j]. Formats may differ.
  void (*space_to_depth)(const sth_map *dst, const sth_map_source *source, int32_t factor, int32_t begin, int32_t end);
  // dst = what dy, the size of which `resize` brought a map of the size of dst to, passes back to it. Same format.
  void (*resize_gradient)(const sth_map *dst, const sth_map_source *dy, const sth_map_resize *resize, int32_t begin,
                          int32_t end);
} sth_map_kernels;

// Fills the table with the best functions at or below `level` (STH_CPU_*).
void sth_map_kernels_fill(sth_map_kernels *table, uint32_t level);

#endif  // STYLEHOST_MAP_KERNELS_H
