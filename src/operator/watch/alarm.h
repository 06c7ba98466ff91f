/* SPDX-License-Identifier: MIT */
/*
 * The sentry at work, on the bridge's thread: it looks at the disk and the view once a second,
 * keeps what is raised, has it written to the ledger by the recorder, and gives it to the hooks, so
 * that an alarm leaves the machine. The trading thread has no part in it.
 *
 *     view --sentry--> event --+--> event_list --> REST, push
 *                              +--> queue -------> recorder --> ledger
 *                              `--> webhook, hook (from `severity` on)
 *
 * A row that the full queue to the recorder does not take is counted, and is missing in the ledger
 * alone. On a full disk the queue holds some two hundred until there is room, and that they wait is
 * an event, too: from one second's look to the next the recorder has long taken what it can.
 */
#pragma once

#include "core/base/timestamp.h"
#include "operator/watch/event_list.h"
#include "operator/watch/notice.h"
#include "operator/watch/sentry.h"
#include "platform/loop/loop.h"

struct alarm;
struct queue;
struct notice_tally;

/* Between two sessions of one process: what the first has not delivered, the next one tells. Zeros
 * to begin with. */
struct alarm_waiting {
    bool leave; /* the watch that ends now has one after it */
    struct notice_queue webhook, hook;
};

/* Texts and past stay the caller's, until alarm_free. */
struct alarm_config {
    struct sentry_config sentry;
    enum sentry_severity severity; /* the least that the hooks are told */
    const char *webhook;           /* "" none */
    const char *secret;            /* "" or NULL: unsigned */
    const char *command;           /* "" none */
    const char *ca_file;           /* "": the system's certificates */
    const char *state;             /* the directory whose disk is looked at */
    const char *host, *venue, *mode, *version;
    struct alarm_waiting *waiting;   /* NULL: no watch comes before or after this one */
    struct queue *rows;              /* to the recorder; NULL: nothing is kept */
    uint64_t last_id;                /* of the newest event that was ever kept */
    const struct ledger_event *past; /* of earlier sessions, by id */
    uint32_t past_count;
};

/* What was seen of the machine, and became of alarms. */
struct alarm_figures {
    bool disk_known;
    uint64_t disk_free;  /* bytes */
    uint64_t memory;     /* bytes of this process in memory */
    uint64_t lost_count; /* events that the queue to the recorder did not take */
    uint32_t open[SENTRY_SEVERITIES];
    uint64_t raised[SENTRY_KINDS];
    bool has_webhook, has_hook;
    uint64_t sent_count, failed_count, dropped_count; /* notices, of both hooks */
};

/* NULL with the reason in `error`. `on_event` may be NULL. */
struct alarm *alarm_new(struct loop *loop, const struct alarm_config *config,
                        sentry_on_event *on_event, void *context, char *error, size_t error_size);

/* No watch comes after all: what waits for one is said by name, and dropped. */
void alarm_abandon(struct alarm_waiting *waiting);

/* The session ends in order: that is told, and what waits may still be delivered, for ALARM_END_NS
 * at most; the loop turns meanwhile. What then is not is said by name. With `waiting` and `leave`
 * nothing is waited for: the next watch delivers it. Nothing is raised after it. Takes NULL. */
#define ALARM_END_NS (5 * NS_PER_S)
void alarm_end(struct alarm *alarm);

/* Requests under way end, and with the loop the programs. Takes NULL. */
void alarm_free(struct alarm *alarm);

/* About once a second. */
void alarm_tick(struct alarm *alarm, const struct view *view, const struct section_now *now);

const struct event_list *alarm_events(const struct alarm *alarm);
void alarm_figures(const struct alarm *alarm, struct alarm_figures *ret);
