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

/* Frees the loop. Transports and servers opened on it are closed before; timers and signals still
 * there end with it, children still running are killed without a call back. */
void loop_free(struct loop *loop);

/* Runs until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Runs callbacks that are ready, waiting at most `wait_ms` for the first: for who waits for one
 * thing, and for tests. Never from inside a callback of this loop: it is one turn, with one end. */
void loop_turn(struct loop *loop, uint32_t wait_ms);

#define LOOP_NEVER UINT64_MAX

/* Calls back after delay_ms, then every repeat_ms (0: once). A timer lives until stopped, also one
 * that has fired for the last time; loop_timer_set starts it anew and allocates nothing. A delay
 * of LOOP_NEVER leaves it unarmed. */
struct loop_timer *loop_timer_start(struct loop *loop, uint64_t delay_ms, uint64_t repeat_ms,
                                    loop_callback *callback, void *context);
void loop_timer_set(struct loop_timer *timer, uint64_t delay_ms, uint64_t repeat_ms);
void loop_timer_stop(struct loop_timer *timer);

/* Calls back on the loop's thread for each arrival of a signal (SIGINT, SIGTERM, SIGHUP, ...).
 * 0, or a negative errno (-EINVAL: a signal that cannot be caught). */
int loop_on_signal(struct loop *loop, int signal_number, loop_callback *callback, void *context);

/* The one call other threads may make: `callback` of loop_on_wake runs soon, once or more. */
void loop_on_wake(struct loop *loop, loop_callback *callback, void *context);
void loop_wake(struct loop *loop);

#define LOOP_LINE_MAX 65536

struct loop_child_events {
    /* A line of the child's stdout without its end; a longer one comes in LOOP_LINE_MAX pieces. */
    void (*on_line)(void *context, const char *line);

    /* The last call; the child is gone when it returns. signal_number is 0 after a plain exit. */
    void (*on_exit)(void *context, int64_t status, int signal_number);
};

/*
 * Starts a program (argv NULL-terminated, argv[0] its path) whose standard output comes line by
 * line, whose standard error is ours and whose standard input is empty. NULL with errno set when
 * it cannot be started. The child gets SIGTERM when this process dies, however it dies, so none is
 * left behind (the kernel sends it when the thread that started the child ends: start children
 * from a thread that lives as long as they may).
 */
struct loop_child *loop_child_start(struct loop *loop, char *const argv[],
                                    const struct loop_child_events *events, void *context);
void loop_child_signal(struct loop_child *child, int signal_number);

/* As much as a pipe takes at once, so that nobody waits for who does not read. */
#define LOOP_INPUT_MAX 16384

struct loop_hook {
    char *const *argv;        /* argv[0] its path */
    char *const *environment; /* NULL-terminated; NULL: ours */
    const char *input;        /* its standard input, at most LOOP_INPUT_MAX bytes */
    size_t input_len;
};

/*
 * The same for somebody else's program that is called now and then: it is given an environment and
 * an input, both its outputs come line by line, and it is started without a copy of our memory, so
 * that no thread stands still for it. It outlives a process that dies: what it has begun to tell is
 * told. NULL with errno set when it cannot be started.
 */
struct loop_child *loop_hook_start(struct loop *loop, const struct loop_hook *hook,
                                   const struct loop_child_events *events, void *context);

/* Kills it and what it has started. */
void loop_hook_kill(struct loop_child *child);

/* The system's clock and entropy behind the seams. */
struct clock clock_system(void);
struct entropy entropy_system(void);
