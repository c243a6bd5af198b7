// The names of FFmpeg's libraries that stylehost uses, and functions for those of its macros that Swift cannot import.
// Imported by Video only.
#ifndef STYLEHOST_CFFMPEG_H
#define STYLEHOST_CFFMPEG_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/eval.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// Error codes: AVERROR() negates errno values, FFERRTAG builds the rest.
static inline int cff_error(int errno_value) { return AVERROR(errno_value); }
static inline int cff_errno(int error_code) { return AVUNERROR(error_code); }
static inline int cff_error_eof(void) { return AVERROR_EOF; }
static inline int cff_error_exit(void) { return AVERROR_EXIT; }
static inline int cff_error_invalid_data(void) { return AVERROR_INVALIDDATA; }
static inline int cff_error_option_not_found(void) { return AVERROR_OPTION_NOT_FOUND; }
static inline int cff_error_protocol_not_found(void) { return AVERROR_PROTOCOL_NOT_FOUND; }

// Times without a value, and the scale of times that have no stream.
static inline int64_t cff_no_pts(void) { return AV_NOPTS_VALUE; }
static inline AVRational cff_microseconds(void) { return (AVRational){1, AV_TIME_BASE}; }

// AVSEEK_SIZE: asks an AVIO seek function for the size of the stream.
static inline int cff_seek_size(void) { return AVSEEK_SIZE; }

#endif
