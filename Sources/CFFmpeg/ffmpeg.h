// The names of FFmpeg's libraries that stylehost uses, and functions for those of its macros that Swift cannot import.
// Imported by Video only.
#ifndef STYLEHOST_CFFMPEG_H
#define STYLEHOST_CFFMPEG_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <stdio.h>
#include <string.h>

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

// What libav last complained about on this thread, kept because its error codes alone seldom name the cause.
// Used from LibavLog.swift only: the variables here are one copy per Swift file that uses them.
static inline char *cff_last_complaint(void) {
  static _Thread_local char text[512];
  return text;
}
static int cff_log_level = AV_LOG_QUIET;

static void cff_log(void *context, int level, const char *format, va_list arguments) {
  if (level > cff_log_level && level > AV_LOG_ERROR) return;
  char line[512];
  int print_prefix = 0;
  va_list copy;
  va_copy(copy, arguments);
  av_log_format_line2(context, level, format, copy, line, sizeof line, &print_prefix);
  va_end(copy);
  if (level <= cff_log_level) fputs(line, stderr);
  if (level > AV_LOG_ERROR) return;
  size_t length = strlen(line);
  while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == ' ' || line[length - 1] == '.')) length--;
  if (length == 0) return;
  line[length] = 0;
  memcpy(cff_last_complaint(), line, length + 1);
}
static inline void cff_log_install(void) { av_log_set_callback(cff_log); }
static inline void cff_log_set_level(int level) { cff_log_level = level; }
static inline const char *cff_log_last(void) { return cff_last_complaint(); }
static inline void cff_log_clear(void) { cff_last_complaint()[0] = 0; }

#endif
