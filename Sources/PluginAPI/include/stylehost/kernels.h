// kernels.h - extension "org.stylehost.kernels/1": the kernel layer as a table of pure functions.
//
// The host fills the table once with the best function for this CPU. Plugins with loops of their own compute through it
// (a whole network is better handed to graph.h, which fuses). Kernels touch only the memory they are given: no files, no
// threads, no allocation, no logging, no state. They never check what the caller promised; they never abort. All of them:
// [any thread] [any state] memory: borrowed until return.
//
// Reading a signature: destination, sources, shape, knobs. n c h w mean the same everywhere; counts and strides are
// elements, bytes say _bytes. Work is split by the caller: a kernel does the part begin...<end of its own units (planes
// unless the comment says otherwise), parts may run on different threads, and the bytes written do not depend on the split.
// Results of the levels differ by rounding only.
#ifndef STYLEHOST_KERNELS_H
#define STYLEHOST_KERNELS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STH_EXTENSION_KERNELS "org.stylehost.kernels/1"

// Instruction sets, lowest first; a table holds the best function at or below its level.
#define STH_CPU_REFERENCE ((uint32_t)0)  // portable C11: the specification
#define STH_CPU_AVX2 ((uint32_t)1)       // x86-64-v3: AVX2, FMA, F16C
#define STH_CPU_AVX512 ((uint32_t)2)     // x86-64-v4: AVX-512 F, BW, CD, DQ, VL
#define STH_CPU_AVX512BF16 ((uint32_t)3)  // and AVX-512 BF16, VNNI: bfloat16, dot products of integers
#define STH_CPU_NEON ((uint32_t)16)      // arm64: Advanced SIMD

// What lies outside a picture that a convolution or a pad reads.
#define STH_PAD_ZERO ((uint32_t)0)
// Mirrored without repeating the edge: -1 -> 1, h -> h - 2. Bounces as often as needed, so it is defined for every size;
// a single row or column repeats itself.
#define STH_PAD_REFLECT ((uint32_t)1)
#define STH_PAD_REPLICATE ((uint32_t)2)  // the edge again

// [c][h][w] float32 with free strides. Of a source the data is only read.
typedef struct sth_planes {
  float *data;
  int64_t c_stride, h_stride;  // elements; the stride along w is 1
  int32_t c, h, w;
  uint32_t reserved;
} sth_planes;

// A two-dimensional convolution (cross-correlation, as every framework means it) reading its source through a lens:
//
//   u = src[ci] * in_scale[ci] + in_shift[ci]      where they are given (an instance norm, folded)
//   u = max(u, 0)                                  where in_relu
//   u = u enlarged `upsample` times by repetition (nearest)
//   u = u padded by pad_mode; the amount at bottom and right follows from the output size
//   dst[co][y][x] = bias[co] + sum over ci, ky, kx of weight[co][ci][ky][kx] * u[ci][y*stride_h + ky][x*stride_w + kx]
//
// The zero of STH_PAD_ZERO is the zero of u, after scale and relu.
typedef struct sth_conv2d {
  uint32_t struct_size;
  uint32_t pad_mode;
  int32_t in_c, in_h, in_w;  // of src as stored
  int32_t out_c, out_h, out_w;
  int32_t kernel_h, kernel_w, stride_h, stride_w;
  int32_t pad_top, pad_left;  // counted after the enlargement
  int32_t upsample;           // 1 = none
  int32_t in_relu;            // 0 or 1
} sth_conv2d;

// What a convolution asks of its caller.
typedef struct sth_conv2d_needs {
  uint32_t struct_size;
  int32_t units;            // parts the work splits into: independent of thread count
  int64_t packed_bytes;     // for conv2d_f32_pack
  int64_t workspace_bytes;  // one per concurrent call; nothing in it survives a call
} sth_conv2d_needs;

typedef struct sth_conv2d_operands {
  uint32_t struct_size;
  uint32_t reserved;
  sth_planes dst;         // [out_c][out_h][out_w], must not overlap src
  sth_planes src;         // [in_c][in_h][in_w]
  const void *packed;     // filled by conv2d_f32_pack for the same weights and options, 64-byte aligned
  const float *bias;      // [out_c] or NULL
  const float *in_scale;  // [in_c] or NULL (then in_shift is NULL too)
  const float *in_shift;  // [in_c] or NULL
  void *workspace;        // 64-byte aligned
} sth_conv2d_operands;

// Bits of `flags` of apply_f32.
#define STH_APPLY_RELU ((uint32_t)1)

typedef struct sth_kernels {
  uint32_t struct_size;
  uint32_t cpu_level;    // STH_CPU_*
  const char *cpu_name;  // "reference", "avx2", "avx512", "avx512bf16", "neon"

  // c = a b, or c += a b where accumulate. a: [m][k], b: [k][n], c: [m][n], row strides lda, ldb, ldc.
  void (*gemm_f32)(float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, int64_t ldc, int64_t lda,
                   int64_t ldb, int32_t accumulate);

  // Sizes for a shape. Same shape, same answer. Caller sets struct_size.
  void (*conv2d_f32_query)(sth_conv2d_needs *needs, const sth_conv2d *shape);
  // Rearranges weights [out_c][in_c][kernel_h][kernel_w] once, for any number of runs of any size of picture.
  void (*conv2d_f32_pack)(void *packed, const float *weights, const sth_conv2d *shape);
  // Runs units begin ..< end. Bias first, then the sum: see sth_conv2d.
  void (*conv2d_f32)(const sth_conv2d_operands *operands, const sth_conv2d *shape, int32_t begin, int32_t end);

  // mean[c], variance[c] of each plane; variance is biased (divided by h w). Accurate for |mean| >> deviation.
  void (*moments_f32)(float *mean, float *variance, const sth_planes *src, int32_t begin, int32_t end);

  // dst = f(src * scale[c] + shift[c]) + addend, with f = max(., 0) where STH_APPLY_RELU.
  // scale and shift may both be NULL (1 and 0), addend may be NULL. dst may be src or addend.
  void (*apply_f32)(const sth_planes *dst, const sth_planes *src, const float *scale, const float *shift,
                    const sth_planes *addend, uint32_t flags, int32_t begin, int32_t end);

  // dst = min(max(src, low), high); NaN becomes low. dst may be src.
  void (*clamp_f32)(const sth_planes *dst, const sth_planes *src, float low, float high, int32_t begin, int32_t end);

  // dst[c][y][x] = src[c][y - top][x - left], by `mode` where that lies outside. The size of dst says how much is added at
  // bottom and right; negative top, left, or a small dst crop. dst must not overlap src.
  void (*pad2d_f32)(const sth_planes *dst, const sth_planes *src, int32_t top, int32_t left, uint32_t mode, int32_t begin,
                    int32_t end);

  // dst[c][y][x] = src[c][y / factor][x / factor] (nearest, as PyTorch's and ONNX's asymmetric floor). May not overlap.
  void (*upsample_nearest_f32)(const sth_planes *dst, const sth_planes *src, int32_t factor, int32_t begin, int32_t end);
} sth_kernels;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_KERNELS_H
