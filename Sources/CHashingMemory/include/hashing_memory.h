#ifndef LATCHKEY_HASHING_MEMORY_H
#define LATCHKEY_HASHING_MEMORY_H
#include <stdbool.h>

// The memory of Argon2, kept from one hash to the next.
//
// libsodium maps what a hash needs (19 MiB at the default cost) and unmaps it afterwards, each time. The kernel spends about half as long on
// that as the hash itself takes, in stretches during which a processor does nothing else. There is no other way in: the library takes no
// allocator for it. So its two calls are met here, and only on threads that have asked for it.

// From now on the calling thread keeps the memory of its last hash.
void latchkey_keep_hashing_memory(void);

// Whether the calling thread has memory of a hash that is not being used.
bool latchkey_has_hashing_memory(void);

// Gives the memory back to the system, which clears it before anybody else gets it. The thread keeps that of its next hash again.
void latchkey_release_hashing_memory(void);

// C's allocator keeps at most so many heaps. It makes up to eight for each processor, and what one of them has free is of no use to another.
void latchkey_limit_heaps(int count);
#endif
