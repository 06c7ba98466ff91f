/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a session by load.py: which locks each thread takes, and how often the trading
 * thread (the process's first) asks the heap. At the end one line of JSON into $WITNESS_FILE:
 *
 *     {"shared": 0, "trading": 12, "others": 3456, "allocations": 0}
 *
 * `trading` and `others` count locks taken between two SIGUSR2, `shared` those of the trading
 * thread whose lock the others took too. It sees pthread's mutexes, rwlocks and semaphores.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOCKS_MAX 4096 /* slots of an open table; a session has some dozens */
#define BY_TRADING 1u
#define BY_OTHERS 2u

struct seen {
    _Atomic(uintptr_t) lock;
    _Atomic uint32_t by;
    _Atomic uint64_t of_trading;
};

static struct seen table[LOCKS_MAX];
static _Atomic uint64_t of_trading, of_others, allocations;
static _Atomic bool watching, ever;

static bool is_trading(void)
{
    static _Thread_local int role; /* 0 not asked yet */
    if (role == 0)
        role = syscall(SYS_gettid) == getpid() ? 1 : 2;
    return role == 1;
}

static void note(const void *lock)
{
    if (!atomic_load_explicit(&watching, memory_order_relaxed))
        return;
    const bool trading = is_trading();
    const uintptr_t key = (uintptr_t)lock;
    atomic_fetch_add(trading ? &of_trading : &of_others, 1);
    for (size_t i = (key >> 4) % LOCKS_MAX, tried = 0; tried < LOCKS_MAX;
         tried++, i = (i + 1) % LOCKS_MAX) {
        uintptr_t none = 0;
        if (atomic_compare_exchange_strong(&table[i].lock, &none, key) || none == key) {
            atomic_fetch_or(&table[i].by, trading ? BY_TRADING : BY_OTHERS);
            if (trading)
                atomic_fetch_add(&table[i].of_trading, 1);
            return;
        }
    }
}

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    return found;
}

#define WITNESSED(name, type)                                                                      \
    int name(type *lock)                                                                           \
    {                                                                                              \
        static int (*real)(type *);                                                                \
        if (real == NULL)                                                                          \
            *(void **)&real = next(#name);                                                         \
        note(lock);                                                                                \
        return real(lock);                                                                         \
    }

WITNESSED(pthread_mutex_lock, pthread_mutex_t)
WITNESSED(pthread_mutex_trylock, pthread_mutex_t)
WITNESSED(pthread_rwlock_rdlock, pthread_rwlock_t)
WITNESSED(pthread_rwlock_wrlock, pthread_rwlock_t)
WITNESSED(sem_wait, sem_t)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static void note_heap(void)
{
    if (atomic_load_explicit(&watching, memory_order_relaxed) && is_trading())
        atomic_fetch_add(&allocations, 1);
}

void *malloc(size_t size)
{
    note_heap();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    note_heap();
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    note_heap();
    return __libc_realloc(old, size);
}

static void on_signal(int number)
{
    (void)number;
    atomic_store(&ever, true);
    atomic_store(&watching, !atomic_load(&watching));
}

__attribute__((constructor)) static void begin(void)
{
    signal(SIGUSR2, on_signal);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("WITNESS_FILE");
    const int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    uint64_t shared = 0;
    if (fd < 0 || !atomic_load(&ever))
        return;
    atomic_store(&watching, false);
    for (size_t i = 0; i < LOCKS_MAX; i++)
        if (atomic_load(&table[i].by) == (BY_TRADING | BY_OTHERS))
            shared += atomic_load(&table[i].of_trading);
    dprintf(fd, "{\"shared\": %llu, \"trading\": %llu, \"others\": %llu, \"allocations\": %llu}\n",
            (unsigned long long)shared, (unsigned long long)atomic_load(&of_trading),
            (unsigned long long)atomic_load(&of_others),
            (unsigned long long)atomic_load(&allocations));
    close(fd);
}
