/* SPDX-License-Identifier: MIT */
/*
 * The view as JSON, section by section: the same text answers REST and is pushed over WebSocket,
 * where a section is sent only when its text has changed. Money, prices and quantities are decimal
 * strings, times RFC 3339 in UTC, fractions plain numbers.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "operator/server/view.h"

struct json_writer;

/* What a section may want to know beside the view. */
struct section_now {
    int64_t wall_ns;
    int64_t mono_ns;
    int64_t watchdog_ns;
    uint32_t client_count;
};

struct section {
    const char *name;
    void (*write)(struct json_writer *writer, const char *key, const struct view *view,
                  const struct section_now *now);
};

/* status, pairs, positions, orders, strategies, risk. */
#define SECTION_COUNT 6
extern const struct section sections[SECTION_COUNT];

const struct section *section_find(const char *name);

/* What is told of a pair's market, as members of an object that the caller has begun. */
void section_put_market(struct json_writer *writer, const struct view_pair *pair);

/* Why the session is degraded, in words; NULL when all is well. */
const char *section_degraded(const struct view *view, const struct section_now *now);

/* What somebody has to mend before entries go on, in words; NULL nothing. */
const char *section_trouble(const struct view *view);

/* Seconds since the view was published; 0 before the first. */
double section_age(const struct view *view, const struct section_now *now);

const char *section_mode_word(enum view_mode mode);
