// guarded_memory.c - a mapping of its own for each piece of memory, the last page of it forbidden.
#include "guarded_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "seeded_values.h"

enum { page = 65536, margin = 256 };  // the largest page that arm64 has

guarded_memory guarded_memory_make(size_t bytes, size_t alignment) {
  guarded_memory memory = {.bytes = bytes};
  const size_t usable = (bytes + alignment + margin + page - 1) / page * page;
  memory.mapped = usable + page;
  void *mapping = mmap(NULL, memory.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED || mprotect((char *)mapping + usable, page, PROT_NONE) != 0) {
    perror("cannot map memory");
    exit(2);
  }
  memory.mapping = mapping;
  const size_t at = (usable - bytes) / alignment * alignment;
  memory.data = memory.mapping + at;
  memset(memory.mapping + at - margin, 0xff, usable - at + margin);
  return memory;
}

guarded_memory guarded_channels(const float *values, int32_t count) {
  const size_t padded = (size_t)((count + 15) / 16 * 16) * sizeof(float), bytes = (size_t)count * sizeof(float);
  const guarded_memory memory = guarded_memory_make(padded, 64);
  memset(memory.data, 0, padded);
  memcpy(memory.data, values, bytes);
  return memory;
}

guarded_memory guarded_random(int64_t count, uint64_t *random) {
  const guarded_memory memory = guarded_memory_make((size_t)count * sizeof(float), sizeof(float));
  for (int64_t i = 0; i < count; i++) ((float *)memory.data)[i] = seeded_next(random);
  return memory;
}

int guarded_memory_intact(const guarded_memory *memory) {
  const unsigned char *start = memory->data, *end = memory->mapping + memory->mapped - page;
  for (const unsigned char *p = start - margin; p < start; p++) {
    if (*p != 0xff) return 0;
  }
  for (const unsigned char *p = start + memory->bytes; p < end; p++) {
    if (*p != 0xff) return 0;
  }
  return 1;
}

void guarded_memory_free(guarded_memory *memory) {
  if (memory->mapping != NULL) munmap(memory->mapping, memory->mapped);
  *memory = (guarded_memory){0};
}
