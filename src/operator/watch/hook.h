/* SPDX-License-Identifier: MIT */
/*
 * Notices to a program: it gets the JSON on its standard input, and beside our environment, less
 * its CUTTLE_ names,
 *
 *     CUTTLE_EVENT_ID, _TYPE, _SEVERITY, _NEWS (raised, repeated, cleared, test), _MESSAGE,
 *     _REMEDY, _TIME (RFC 3339), _METADATA (JSON)
 *
 * The command is words with spaces between, the first the program's path: no shell reads it, so
 * nothing in an event can be taken for a command. What it prints goes to the log. Two at most run
 * at once; one that takes longer than HOOK_TIMEOUT_NS is killed with all it has started.
 */
#pragma once

#include "operator/watch/notice.h"
#include "platform/loop/loop.h"

#define HOOK_RUNNING_MAX 2
#define HOOK_TIMEOUT_NS (30 * NS_PER_S)

struct hook;

/* A word on each notice; NULL error: the program ended with 0. */
typedef void hook_done(void *context, const char *error);

/* NULL when memory is short or the command has no word, or too many. The loop's thread lives as
 * long as the hook. `done` may be NULL. */
struct hook *hook_new(struct loop *loop, const char *command, hook_done *done, void *context);

/* The loop is not turned any more. Programs that still run are killed when it is freed. */
void hook_free(struct hook *hook);

void hook_put(struct hook *hook, const struct notice *notice);

/* No program runs, and none waits. */
bool hook_idle(const struct hook *hook);

/* Kills what runs, says by name what was not delivered, and counts it as failed. */
void hook_give_up(struct hook *hook);

/* Kills what runs, and puts what was not delivered into the queue for another hook. */
void hook_leave(struct hook *hook, struct notice_queue *queue);

const struct notice_tally *hook_tally(const struct hook *hook);
