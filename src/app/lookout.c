/* SPDX-License-Identifier: MIT */
#include "app/lookout.h"

#include <time.h>

static void *watch(void *context)
{
    struct lookout *lookout = context;
    while (!atomic_load(&lookout->ending)) {
        lookout->look(lookout->context);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        sem_clockwait(&lookout->end, CLOCK_MONOTONIC, &until);
    }
    return NULL;
}

bool lookout_start(struct lookout *lookout, void (*look)(void *context), void *context)
{
    lookout->look = look;
    lookout->context = context;
    sem_init(&lookout->end, 0, 0);
    lookout->started = pthread_create(&lookout->thread, NULL, watch, lookout) == 0;
    if (!lookout->started) {
        sem_destroy(&lookout->end);
    }
    return lookout->started;
}

void lookout_stop(struct lookout *lookout)
{
    if (!lookout->started) {
        return;
    }
    atomic_store(&lookout->ending, true);
    sem_post(&lookout->end);
    pthread_join(lookout->thread, NULL);
    sem_destroy(&lookout->end);
    lookout->started = false;
}
