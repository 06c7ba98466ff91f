/* SPDX-License-Identifier: MIT */
/* The kinds of events, shared between sentry.c and its table; nobody else includes this. */
#pragma once

#include "operator/watch/sentry.h"

struct json_writer;

enum sentry_level {
    SENTRY_CALM,
    SENTRY_BETWEEN, /* neither raises nor clears */
    SENTRY_HIGH,
};

/* What a judge says when it is not calm. */
struct sentry_words {
    char *message;
    size_t size;
    struct json_writer *metadata; /* within an object */
    double figure;                /* twice of it is worth to be told again; 0: nothing that grows */

    /* Of what ends at a known time, the market's; 0 of all else. What begins when the time of an
     * open event is over is another, though no look fell between the two. */
    int64_t from_ns, until_ns;
};

/* raise_after_ns of the one that an option sets. */
#define SENTRY_AS_CONFIGURED (-1)

struct sentry_kind {
    const char *type;
    enum sentry_severity severity;
    bool without_view; /* judged also before the session's first report */
    int64_t raise_after_ns, clear_after_ns;
    const char *remedy;

    /* Of what counts: the counter that grows; `growth` is by how much within ten minutes. */
    uint64_t (*count)(const struct view *view);
    enum sentry_level (*judge)(const struct sentry *sentry, const struct sentry_sight *sight,
                               uint64_t growth, struct sentry_words *words);
};

extern const struct sentry_kind sentry_table[SENTRY_KINDS];
