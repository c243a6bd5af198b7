// AllocationCounter.c - malloc and its kin over glibc's own, with a count.
#include "AllocationCounter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_llong total;
static _Thread_local int32_t watched;

void allocation_counter_watch(int32_t watch) { watched = watch; }

int64_t allocation_counter_total(void) { return atomic_load(&total); }

static void count(void) {
  if (watched) atomic_fetch_add(&total, 1);
}

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void allocation_counter_probe(void) {
  void *volatile memory = malloc(1);
  free(memory);
}

void *calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count();
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
  count();
  void *made = __libc_memalign(alignment, size);
  if (made == NULL) return ENOMEM;
  *memory = made;
  return 0;
}
