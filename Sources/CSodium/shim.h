#ifndef LATCHKEY_CSODIUM_SHIM_H
#define LATCHKEY_CSODIUM_SHIM_H
#include <sodium.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

// No core files and, on Linux, no ptrace or /proc/PID/mem for other processes of the same user. prctl is variadic, which Swift cannot call.
// Returns 0 when everything was granted.
static inline int latchkey_harden_process(void) {
    struct rlimit none = {0, 0};
    int refused = setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    refused |= prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    return refused;
}

// Names the calling thread, for ps and debuggers: at most 15 characters.
static inline void latchkey_name_thread(const char *name) {
#ifdef __linux__
    prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
#else
    (void)name;
#endif
}

// The calling thread gives way to the others of the machine: on Linux a thread has a priority of its own. Nothing is lost if it is refused.
static inline void latchkey_give_way(void) {
#ifdef __linux__
    setpriority(PRIO_PROCESS, 0, 10);
#endif
}
#endif
