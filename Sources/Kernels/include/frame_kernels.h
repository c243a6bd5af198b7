// frame_kernels.h - the two seams of the pipeline as pure functions: unpack (coded samples -> R'G'B' float32) and pack (back).
//
// Not part of the plugin contract: the host alone does pixel work. Exactness is the point: pack(unpack(frame)) gives every
// sample back for every layout here, because nothing is clipped on the way in and each chroma filter on the way out is the
// exact inverse of the one on the way in.
//
// Chroma is brought to full size along an axis on which it is subsampled by two in one of two ways, by where the sample lies:
//   cosited  linear interpolation; back by the LeGall 5/3 analysis filter (-1 2 6 2 -1)/8, edges mirrored, its inverse
//   centred  repetition; back by the mean of the pair (of the one that exists at an odd edge)
// Subsampling by four (4:1:1, 4:1:0) is repetition and mean, of those that exist at an edge.
//
// How exact: float32 leaves an error below 0.1 code at 16 bits (and 2^8 times less at 8) while |black| and |white| are not
// much larger than |white - black|; all levels give the same bits. Black and white codes meet `black` and `white` exactly.
#ifndef STYLEHOST_FRAME_KERNELS_H
#define STYLEHOST_FRAME_KERNELS_H

#include <stylehost/kernels.h>

#define STH_FRAME_GRAY ((uint32_t)0)
#define STH_FRAME_YUV ((uint32_t)1)
#define STH_FRAME_RGB ((uint32_t)2)  // planes in the order G, B, R, as FFmpeg's gbrp

typedef struct sth_frame_layout {
  uint32_t family;                 // STH_FRAME_*
  int32_t depth;                   // bits per sample, 8...16; up to 8 in bytes, above in 16-bit little-endian words
  int32_t full_range;              // 0: limited (16...235 / 16...240, scaled by 2^(depth-8)); 1: 0...2^depth - 1
  int32_t h, w;                    // pixels
  int32_t chroma_log2_h, chroma_log2_w;          // 0, 1, 2: subsampling of YUV; chroma planes are rounded up
  int32_t chroma_cosited_h, chroma_cosited_w;    // 0 or 1: see above; only looked at where log2 is 1
  double kr, kb;                   // luma weights of R' and B' (H.273 table 4: .299/.114, .2126/.0722, .2627/.0593, ...)
  float black, white;              // float values of black and white
} sth_frame_layout;

// Planes as a decoder lays them: up to three pointers with strides in bytes (never negative).
typedef struct sth_frame_planes {
  void *data[3];
  int64_t h_stride_bytes[3];
} sth_frame_planes;

typedef struct sth_frame_kernels {
  uint32_t struct_size;
  uint32_t cpu_level;

  // Bytes of workspace (64-byte aligned) for one concurrent call of either function.
  int64_t (*workspace_bytes)(const sth_frame_layout *layout);
  // Parts that the work splits into (groups of whole rows).
  int32_t (*units)(const sth_frame_layout *layout);
  // dst: [3][h][w] R', G', B'. Grey gives three equal planes. Nothing is clipped.
  void (*unpack)(const sth_planes *dst, const sth_frame_planes *src, const sth_frame_layout *layout, int32_t begin, int32_t end,
                 void *workspace);
  // Rounds half up to the nearest code and clips to the codes that exist. A sample that a NaN had part in becomes that of
  // black: of a NaN pixel that is all, of a neighbour under the same chroma filter its colour. Grey takes the luma of kr, kb.
  void (*pack)(const sth_frame_planes *dst, const sth_planes *src, const sth_frame_layout *layout, int32_t begin, int32_t end,
               void *workspace);
} sth_frame_kernels;

// Fills the table with the best functions at or below `level` (STH_CPU_*).
void sth_frame_kernels_fill(sth_frame_kernels *table, uint32_t level);

#endif  // STYLEHOST_FRAME_KERNELS_H
