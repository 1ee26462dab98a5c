// Counts what a program asks of the heap, by standing in front of the C library's allocator.
//
// Linked into the benchmarks only. glibc: the real functions are reached under their own names, so
// nothing is looked up while allocating.

#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Calls of malloc, calloc, realloc, and aligned allocation since the program started.
uint64_t plx_allocation_count(void);

#ifdef __cplusplus
}
#endif
