#ifndef CCOUNTERS_H
#define CCOUNTERS_H

#include <stdint.h>

/// Allocations that the calling thread has made so far.
uint64_t counters_allocations(void);

/// Instructions that the calling thread has executed outside the kernel since it first asked; -1 where the kernel does not say.
int64_t counters_instructions(void);

/// Bytes that the process has allocated and not freed, the allocator's overhead included.
int64_t counters_bytes_in_use(void);

/// Under valgrind's callgrind: what was counted so far is nobody's. Elsewhere nothing.
void counters_section_begin(void);

/// Under valgrind's callgrind: writes down what was counted since the beginning of the section, under this name. Elsewhere nothing.
void counters_section_end(const char *name);

#endif
