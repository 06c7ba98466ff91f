/* SPDX-License-Identifier: MIT */
/*
 * `cuttle ctl`, and the commands that are one of its verbs by themselves (`cuttle status`): words
 * as what is asked of the running session, and the answers as lines. ctl.c carries them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "app/remote.h"

#define CTL_BODY_MAX 1024
#define CTL_ROUTE_MAX 96

/* What stands on the command line, by its place among the words or its flag. */
struct ctl_words {
    const char *command; /* as typed: "ctl", or a verb's own */
    const char *verb;
    const char *subject; /* a pair, an order's number, a strategy or a limit */
    const char *part;    /* what the strategy or the limit is to be */
    const char *quantity, *cash, *limit, *stop, *target;
    bool yes, json, help;
    struct remote_flags remote;
};

/* Takes argv[0] and what belongs to it, as an option_other of options_load. */
int ctl_take(void *context, int argc, char **argv);

/* True for a verb that only looks ("status"). */
bool ctl_looks(const struct ctl_words *words);

/* The route that answers a verb that looks. False with the reason in `error`. */
bool ctl_route(const struct ctl_words *words, char out[CTL_ROUTE_MAX], char *error,
               size_t error_size);

/* True when what is asked spends money or ends positions that nobody named. */
bool ctl_grave(const struct ctl_words *words);

/* The command as JSON. False with the reason in `error`. */
bool ctl_body(const struct ctl_words *words, char *body, size_t size, char *error,
              size_t error_size);

/* The text of one string member of an object; false when there is none. */
bool ctl_member(const char *json, size_t len, const char *name, char *out, size_t size);

/* Prints what a verb that looks was answered, with colours when asked. False when it cannot be
 * read. */
bool ctl_print(const struct ctl_words *words, const char *json, size_t len, bool color, FILE *out);

/* What a table's column holds, and so how it is shown. */
enum ctl_shape {
    CTL_TEXT,
    CTL_DIGITS,  /* as they were sent */
    CTL_AVERAGE, /* a price with more digits than are read */
    CTL_MONEY,
    CTL_GAIN, /* money with its sign, blue or orange */
    CTL_TIME,
};

struct ctl_column {
    const char *key;
    enum ctl_shape shape;
    const char *title; /* NULL: the key */
};

#define CTL_COLUMN_MAX 12

/*
 * The objects of an array, a line each, under titles and in columns as wide as what they hold.
 * `name`: the array is that member of an object; NULL: it is the whole text. `things`: what is said
 * there are none of. False when the text cannot be read.
 */
struct ctl_table {
    const char *name, *things;
    struct ctl_column columns[CTL_COLUMN_MAX]; /* up to one without a key */
};
bool ctl_table_print(const struct ctl_table *table, const char *json, size_t len, bool color,
                     FILE *out);

/* /api/v1/status as lines. */
bool ctl_status_print(const char *json, size_t len, bool color, FILE *out);

/* Escape sequences; empty texts without colour. */
const char *ctl_color_gain(const char *decimal, bool color);
const char *ctl_color_end(bool color);
