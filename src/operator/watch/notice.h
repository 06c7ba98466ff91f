/* SPDX-License-Identifier: MIT */
/*
 * An event on its way out of the machine, as both hooks give it:
 *
 *     {"news":"raised","text":"[critical] ...","host":"bot1","venue":"kraken","mode":"live",
 *      "version":"0.1.0","event":{...}}
 *
 * `text` is the whole of it in one line, for receivers that show a line and no more.
 */
#pragma once

#include <stddef.h>

#include "operator/watch/sentry.h"

#define NOTICE_TEXT_MAX 4096

/* Who tells: words that stand until the process ends. */
struct notice_sender {
    const char *host, *venue, *mode, *version;
};

struct notice {
    enum sentry_news news;
    int64_t told_ns; /* wall clock: by it one that comes twice is known from one told again */
    struct ledger_event event;
    size_t len;
    char json[NOTICE_TEXT_MAX];
};

/* `told_ns` is the caller's. */
void notice_write(struct notice *notice, const struct notice_sender *sender, enum sentry_news news,
                  const struct ledger_event *event);

/* "disk_space raised, event 7": how the log names it. */
#define NOTICE_NAME_MAX 64
void notice_name(const struct notice *notice, char name[NOTICE_NAME_MAX]);

/* Notices that wait, a few: beyond NOTICE_WAITING_MAX the oldest is dropped, because what is newer
 * tells more. */
#define NOTICE_WAITING_MAX 16

struct notice_queue {
    uint32_t first, count;
    struct notice notices[NOTICE_WAITING_MAX];
};

/* False: the oldest was dropped for it. */
bool notice_queue_put(struct notice_queue *queue, const struct notice *notice);

/* NULL when empty. */
const struct notice *notice_queue_first(const struct notice_queue *queue);
void notice_queue_drop(struct notice_queue *queue);

/* Moves all that wait to the end of another queue. */
void notice_queue_move(struct notice_queue *from, struct notice_queue *to);

/* What became of those that a hook was given. */
struct notice_tally {
    uint64_t sent_count, failed_count, dropped_count;
    char failure[160]; /* the last one, without any secret; "" none since one was sent */
};
