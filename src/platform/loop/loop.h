/* SPDX-License-Identifier: MIT */
/*
 * The event loop of one thread (libuv behind an opaque type): timers, signals, child processes,
 * and wake-ups from other threads. Everything but loop_wake is called on the loop's own thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "platform/seam.h"

struct loop;
struct loop_timer;
struct loop_child;

typedef void loop_callback(void *context);

/* NULL when the machine refuses (out of memory or descriptors). */
struct loop *loop_new(void);

/* Frees the loop; what was opened on it (timers, transports, servers) is closed before. */
void loop_free(struct loop *loop);

/* Runs until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Runs callbacks that are ready, waiting at most `wait_ms` for the first. For tests. */
void loop_turn(struct loop *loop, uint32_t wait_ms);

/* Calls back after delay_ms, then every repeat_ms (0: once). Timers live until stopped. */
struct loop_timer *loop_timer_start(struct loop *loop, uint64_t delay_ms, uint64_t repeat_ms,
                                    loop_callback *callback, void *context);
void loop_timer_stop(struct loop_timer *timer);

/* Calls back on the loop's thread for each arrival of a signal (SIGINT, SIGTERM, SIGHUP, ...). */
int loop_on_signal(struct loop *loop, int signal_number, loop_callback *callback, void *context);

/* The one call other threads may make: `callback` of loop_on_wake runs soon, once or more. */
void loop_on_wake(struct loop *loop, loop_callback *callback, void *context);
void loop_wake(struct loop *loop);

struct loop_child_events {
    void (*on_line)(void *context, const char *line);                  /* of the child's stdout */
    void (*on_exit)(void *context, int64_t status, int signal_number); /* the last call */
};

/*
 * Starts a program (argv NULL-terminated, argv[0] its path) whose standard output comes line by
 * line and whose standard error is ours. NULL with errno set when it cannot be started. The child
 * gets SIGTERM when this process dies, so none is left behind.
 */
struct loop_child *loop_child_start(struct loop *loop, char *const argv[],
                                    const struct loop_child_events *events, void *context);
void loop_child_signal(struct loop_child *child, int signal_number);

/* The system's clock and entropy behind the seams. */
struct clock clock_system(void);
struct entropy entropy_system(void);
