#define _GNU_SOURCE
#include "hashing_memory.h"

#if defined(__linux__) && defined(__LP64__)
#include <malloc.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// What this thread keeps. Nobody else looks at it.
static _Thread_local struct {
    bool keeps;
    // Whether a hash is using it.
    bool is_lent;
    void *region;
    size_t size;
} memory;

void latchkey_keep_hashing_memory(void) { memory.keeps = true; }

bool latchkey_has_hashing_memory(void) { return memory.region != NULL && !memory.is_lent; }

void latchkey_release_hashing_memory(void) {
    if (!latchkey_has_hashing_memory()) return;
    syscall(SYS_munmap, memory.region, memory.size);
    memory.region = NULL;
}

// As libsodium asks for the memory of a hash, and nothing else on these threads does: filled with pages at once, wherever it fits.
static bool is_for_a_hash(void *address, int protection, int flags, int file) {
    const int wanted = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
    return memory.keeps && address == NULL && protection == (PROT_READ | PROT_WRITE) && file == -1 && (flags & wanted) == wanted;
}

// The C library's function under its own name, so that libsodium, which is linked dynamically, comes here. Everything else goes straight on.
// Argon2 writes each block before it reads it, so that what is left of the last hash is no part of the next.
__attribute__((visibility("default"))) void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
    if (!is_for_a_hash(address, protection, flags, file)) return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
    if (latchkey_has_hashing_memory()) {
        if (memory.size == size) {
            memory.is_lent = true;
            return memory.region;
        }
        latchkey_release_hashing_memory();
    }
    void *region = (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
    if (region != MAP_FAILED && memory.region == NULL) {
        memory.region = region;
        memory.size = size;
        memory.is_lent = true;
    }
    return region;
}

__attribute__((visibility("default"))) int munmap(void *address, size_t size) {
    if (memory.is_lent && address == memory.region && size == memory.size) {
        memory.is_lent = false;
        return 0;
    }
    return (int)syscall(SYS_munmap, address, size);
}

void latchkey_limit_heaps(int count) { mallopt(M_ARENA_MAX, count > 0 ? count : 1); }
#else
// Elsewhere each hash gets memory of its own, and the allocator makes as many heaps as it likes.
void latchkey_keep_hashing_memory(void) {}
bool latchkey_has_hashing_memory(void) { return false; }
void latchkey_release_hashing_memory(void) {}
void latchkey_limit_heaps(int count) { (void)count; }
#endif
