/* SPDX-License-Identifier: MIT */
/*
 * `cuttle ctl`: its words as what is asked of the running session, and the answers as lines. ctl.c
 * carries them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CTL_BODY_MAX 1024

/* What stands on the command line, by its place among the words or its flag. */
struct ctl_words {
    const char *verb;
    const char *subject; /* a pair, an order's number, a strategy or a limit */
    const char *part;    /* what the strategy or the limit is to be */
    const char *quantity, *cash, *limit, *stop, *target;
    bool yes, json, help;
};

/* Takes argv[0] and what belongs to it, as an option_other of options_load. */
int ctl_take(void *context, int argc, char **argv);

/* The route that answers a verb that only looks ("status"); NULL for one that commands. */
const char *ctl_route(const struct ctl_words *words);

/* True when what is asked spends money or ends positions that nobody named. */
bool ctl_grave(const struct ctl_words *words);

/* The command as JSON. False with the reason in `error`. */
bool ctl_body(const struct ctl_words *words, char *body, size_t size, char *error,
              size_t error_size);

/* The text of one string member of an object; false when there is none. */
bool ctl_member(const char *json, size_t len, const char *name, char *out, size_t size);

/* Prints what a verb that looks was answered. False when it cannot be read. */
bool ctl_print(const struct ctl_words *words, const char *json, size_t len);
