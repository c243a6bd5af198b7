// image.h - a picture as plugins see it, and what is known about the frame it came from.
//
// Layout is always planar float32, [c][h][w], c = 3 in the order R, G, B. The value that means black and the value that
// means white are the plugin's own choice, made in negotiate(). Values beyond them may come and go: video has them (sync
// headroom), and an effect that keeps them keeps the picture intact to the bit. Alpha stays with the host.
//
// Strides are bytes, positive, and equal for equal shapes while a plugin is active. Every plane and every row starts on a
// 64-byte boundary, and at least 64 readable bytes follow the last row of a plane, so that a vector loop may read past a
// row's end (never write past it).
#ifndef STYLEHOST_IMAGE_H
#define STYLEHOST_IMAGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sth_image {
  uint32_t struct_size;
  int32_t c;               // planes, 3 for R, G, B
  int32_t h, w;            // pixels, each >= 1
  int64_t c_stride_bytes;  // from a plane to the next
  int64_t h_stride_bytes;  // from a row to the next
  float *data;             // of an input image: read only
} sth_image;

// Bits of sth_frame_info.flags.
#define STH_FRAME_DISCONTINUITY ((uint32_t)1)  // the frame before it in the stream was not the one processed before it
#define STH_FRAME_SCENE_CUT ((uint32_t)2)      // the first frame of a new shot
#define STH_FRAME_CORRUPT ((uint32_t)4)        // the decoder concealed damage

#define STH_TIME_UNKNOWN ((int64_t)-0x7fffffffffffffff)

typedef struct sth_frame_info {
  uint32_t struct_size;
  uint32_t flags;
  // The frame's place in the stream, from 0, counted anew when the stream changes its size. An instance of a stateless
  // plugin may see only some of the frames: the host then has several instances and hands the frames round.
  int64_t index;
  int64_t pts;       // presentation time in units of the time base, or STH_TIME_UNKNOWN
  int64_t duration;  // in units of the time base, 0 where unknown
  int32_t time_base_num, time_base_den;  // seconds per unit = num / den
  int32_t sar_num, sar_den;              // shape of a pixel, width : height; 0 : 1 where unknown
  // Code points of ITU-T H.273 of the video the frame was decoded from (2 = unspecified); the image itself is always
  // R'G'B' with the source's transfer function and primaries.
  int32_t colour_primaries, colour_transfer, colour_matrix;
  int32_t full_range;  // 1 full, 0 limited
} sth_frame_info;

#ifdef __cplusplus
}
#endif

#endif  // STYLEHOST_IMAGE_H
