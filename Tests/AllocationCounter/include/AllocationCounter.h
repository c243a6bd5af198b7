// AllocationCounter.h - counts heap allocations of chosen threads, so that "a frame allocates nothing" can be tested.
//
// Linked into the test bundle it takes the place of malloc and its kin for the whole process; other threads (other tests
// run at the same time) are served as ever and not counted.
#ifndef STYLEHOST_ALLOCATION_COUNTER_H
#define STYLEHOST_ALLOCATION_COUNTER_H

#include <stdint.h>

// Counts (1) or no longer counts (0) the allocations of the calling thread.
void allocation_counter_watch(int32_t watch);

// Allocations of all watched threads since the process began.
int64_t allocation_counter_total(void);

// Allocates once on the calling thread, in a way that no optimiser removes: shows that the counter counts.
void allocation_counter_probe(void);

#endif  // STYLEHOST_ALLOCATION_COUNTER_H
