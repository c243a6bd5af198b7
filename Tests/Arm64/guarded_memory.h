// guarded_memory.h - memory that faults where it is read or written behind its end, and notices writes before it.
#ifndef STYLEHOST_ARM64_GUARDED_MEMORY_H
#define STYLEHOST_ARM64_GUARDED_MEMORY_H

#include <stddef.h>
#include <stdint.h>

typedef struct guarded_memory {
  void *data;
  size_t bytes;
  unsigned char *mapping;
  size_t mapped;
} guarded_memory;

// `bytes` of 0xff, which is a NaN in every format, ending at a forbidden page or less than `alignment` bytes before it.
guarded_memory guarded_memory_make(size_t bytes, size_t alignment);

// Floats as kernels want those of channels: padded with zeros to a multiple of 16, 64-byte aligned.
guarded_memory guarded_channels(const float *values, int32_t count);

// Random floats without padding.
guarded_memory guarded_random(int64_t count, uint64_t *random);

// Whether all around the bytes is as it was made.
int guarded_memory_intact(const guarded_memory *memory);

void guarded_memory_free(guarded_memory *memory);

#endif  // STYLEHOST_ARM64_GUARDED_MEMORY_H
