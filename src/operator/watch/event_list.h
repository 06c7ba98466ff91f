/* SPDX-License-Identifier: MIT */
/*
 * The newest events, and how one is written for whoever asks: REST, the push, a hook. What is told
 * of an event again stands in its place.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "operator/watch/sentry.h"

struct json_writer;

#define EVENT_LIST_MAX 256

struct event_list {
    uint64_t count; /* ever; the newest stands at (count - 1) % max */
    struct ledger_event events[EVENT_LIST_MAX];
    uint32_t open[SENTRY_SEVERITIES]; /* that stand now, held here or not */
};

void event_list_put(struct event_list *list, const struct ledger_event *event);

/* back = 0 is the newest; NULL beyond what is held. */
const struct ledger_event *event_list_at(const struct event_list *list, uint64_t back);

/* What is out of range is critical: nothing grave is made little of. */
const char *event_severity_word(int32_t severity);

/* {"id","timestamp","event_type","severity","message","remedy","metadata","cleared"} */
void event_put(struct json_writer *writer, const char *key, const struct ledger_event *event);

/* "open": how many stand, {"info","warning","critical"}; `list` NULL: none. */
void event_list_put_open(struct json_writer *writer, const struct event_list *list);

/* What of the list is asked for; `severity` is the least, SENTRY_INFO all. */
struct event_page {
    int64_t limit, offset;
    enum sentry_severity severity;
};

/* {"count","total","offset","limit","open","events":[newest first]}; `list` NULL: nobody
 * watches. */
void event_list_write(struct json_writer *writer, const struct event_list *list,
                      const struct event_page *page);
