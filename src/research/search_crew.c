/* SPDX-License-Identifier: MIT */
#include "research/search_crew.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/check.h"

/* A ring of tasks: first in, first out. */
struct ring {
    size_t tasks[CREW_TASK_MAX];
    size_t first, count;
};

struct crew {
    crew_work *work;
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t given, done, idle;
    struct ring waiting, finished;
    size_t out;        /* given and not taken back */
    double waited;     /* seconds, by those who have work again */
    double idle_began; /* the sum of when those who wait now began to */
    uint32_t idle_count;
    uint32_t working;
    bool held, over;
    uint32_t worker_count;
    pthread_t workers[CREW_WORKER_MAX];
};

static void ring_put(struct ring *ring, size_t task)
{
    CHECK(ring->count < CREW_TASK_MAX);
    ring->tasks[(ring->first + ring->count++) % CREW_TASK_MAX] = task;
}

static size_t ring_take(struct ring *ring)
{
    const size_t task = ring->tasks[ring->first];
    ring->first = (ring->first + 1) % CREW_TASK_MAX;
    ring->count--;
    return task;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Until there is something to do, or nothing ever more. With the lock. */
static void wait_for_work(struct crew *crew)
{
    const double began = now_s();
    crew->idle_began += began;
    crew->idle_count++;
    while ((crew->waiting.count == 0 || crew->held) && !crew->over) {
        pthread_cond_wait(&crew->given, &crew->lock);
    }
    crew->idle_began -= began;
    crew->idle_count--;
    crew->waited += now_s() - began;
}

static void *worker_main(void *context)
{
    struct crew *crew = context;
    pthread_mutex_lock(&crew->lock);
    for (;;) {
        wait_for_work(crew);
        if (crew->over) {
            break;
        }
        const size_t task = ring_take(&crew->waiting);
        crew->working++;
        pthread_mutex_unlock(&crew->lock);
        crew->work(crew->context, task);
        pthread_mutex_lock(&crew->lock);
        crew->working--;
        ring_put(&crew->finished, task);
        pthread_cond_signal(&crew->done);
        pthread_cond_signal(&crew->idle);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

struct crew *crew_new(uint32_t workers, crew_work *work, void *context)
{
    CHECK(workers > 0 && workers <= CREW_WORKER_MAX);
    struct crew *crew = calloc(1, sizeof *crew);
    if (crew == NULL) {
        return NULL;
    }
    pthread_condattr_t steady;
    crew->work = work;
    crew->context = context;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->given, NULL);
    pthread_cond_init(&crew->idle, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&crew->done, &steady);
    pthread_condattr_destroy(&steady);
    for (uint32_t i = 0; i < workers; i++) {
        if (pthread_create(&crew->workers[i], NULL, worker_main, crew) != 0) {
            crew_free(crew);
            return NULL;
        }
        crew->worker_count++;
    }
    return crew;
}

void crew_free(struct crew *crew)
{
    if (crew == NULL) {
        return;
    }
    pthread_mutex_lock(&crew->lock);
    crew->over = true;
    pthread_cond_broadcast(&crew->given);
    pthread_mutex_unlock(&crew->lock);
    for (uint32_t i = 0; i < crew->worker_count; i++) {
        pthread_join(crew->workers[i], NULL);
    }
    pthread_cond_destroy(&crew->given);
    pthread_cond_destroy(&crew->done);
    pthread_cond_destroy(&crew->idle);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}

void crew_hold(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->held = true;
    while (crew->working > 0) {
        pthread_cond_wait(&crew->idle, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
}

void crew_go_on(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->held = false;
    pthread_cond_broadcast(&crew->given);
    pthread_mutex_unlock(&crew->lock);
}

void crew_give(struct crew *crew, size_t task)
{
    pthread_mutex_lock(&crew->lock);
    CHECK(crew->out < CREW_TASK_MAX);
    crew->out++;
    ring_put(&crew->waiting, task);
    pthread_cond_signal(&crew->given);
    pthread_mutex_unlock(&crew->lock);
}

bool crew_take(struct crew *crew, uint32_t timeout_ms, size_t *ret_task)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&crew->lock);
    int code = 0;
    while (crew->finished.count == 0 && code == 0) {
        code = pthread_cond_timedwait(&crew->done, &crew->lock, &until);
    }
    const bool taken = crew->finished.count > 0;
    if (taken) {
        *ret_task = ring_take(&crew->finished);
        crew->out--;
    }
    pthread_mutex_unlock(&crew->lock);
    return taken;
}

double crew_waited(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    const double waited = crew->waited + crew->idle_count * now_s() - crew->idle_began;
    pthread_mutex_unlock(&crew->lock);
    return waited;
}
