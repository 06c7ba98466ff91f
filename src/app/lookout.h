/* SPDX-License-Identifier: MIT */
/*
 * A thread that looks at files once a second, so that the trading thread need not wait for a disk.
 * What it finds it hands over by an atomic pointer of its owner's.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

struct lookout {
    void (*look)(void *context); /* on its own thread, at once and then every second */
    void *context;
    pthread_t thread;
    sem_t end;
    atomic_bool ending;
    bool started;
};

/* False where no thread can be had. Zeroed by its owner before; lookout_stop takes it either way.
 */
bool lookout_start(struct lookout *lookout, void (*look)(void *context), void *context);

/* Returns when no look is under way any more, and none will come. */
void lookout_stop(struct lookout *lookout);
