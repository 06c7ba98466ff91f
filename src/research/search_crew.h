/* SPDX-License-Identifier: MIT */
/*
 * Threads that work on numbered tasks: what is given is worked on in its order, by whoever is free,
 * and comes back when it is done. One thread gives and takes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CREW_TASK_MAX 1024 /* given and not taken back */
#define CREW_WORKER_MAX 256

struct crew;

/* On a worker's thread. */
typedef void crew_work(void *context, size_t task);

/* NULL when threads or memory are short. */
struct crew *crew_new(uint32_t workers, crew_work *work, void *context);

/* Nobody begins anything more; returns when all are done with what they are at. */
void crew_free(struct crew *crew);

void crew_give(struct crew *crew, size_t task);

/* Returns when all are done with what they are at, and nobody begins anything until crew_go_on:
 * what tasks share may be changed in between. */
void crew_hold(struct crew *crew);
void crew_go_on(struct crew *crew);

/* A task that is done; false when none is within that time. */
bool crew_take(struct crew *crew, uint32_t timeout_ms, size_t *ret_task);

/* Seconds that the workers, all together, have waited for something to do. */
double crew_waited(struct crew *crew);
