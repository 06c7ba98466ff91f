/* SPDX-License-Identifier: MIT */
/*
 * The recorder's inside, shared by its three files: recorder.c has the turns and the health,
 * recorder_journal.c the market's queue, recorder_money.c the ledger's. Of each of the two, the
 * trading thread fills the queue and the store thread empties it; what both touch is atomic.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "app/recorder.h"
#include "app/rows.h"
#include "platform/queue/queue.h"
#include "store/journal.h"

/* The market's flood: 200 pairs at 60 times real speed give some 500 KB a second, written in groups
 * of 50 ms, so this holds several seconds of a stalled disk. A ring's pages are all touched in
 * time: its size is memory, not just a bound. */
#define MARKET_QUEUE_SIZE (4u << 20)

/* Orders, fills, records: 1,400 and more of them. When even this is full the disk has been gone for
 * long, and the session says so and enters nothing. */
#define MONEY_QUEUE_SIZE (2u << 20)

/* Rows of one transaction. */
#define GROUP_ROWS 1024

struct recorder {
    struct recorder_config config;
    struct queue *market; /* journal bytes */
    struct queue *money;  /* ledger rows */
    struct ledger *ledger;
    struct journal *journal;
    pthread_t thread;
    bool started;
    atomic_bool stopping;
    atomic_bool broken;  /* the segment misses something: no more until a snapshot */
    atomic_bool failing; /* who sets it writes `failure`, */
    atomic_bool failed;  /* and then this: `failure` stands, and says how it began */
    atomic_bool ill;     /* now */
    atomic_bool row_lost;
    atomic_bool flushed;           /* the last flush found everything written */
    atomic_uint snapshots_waiting; /* one at most: they are large */
    atomic_uint_fast64_t flush_asked, flush_done;
    atomic_uint_fast64_t bytes;
    atomic_uint_fast64_t durable; /* the newest intent on disk */
    sem_t hurry;                  /* an intent waits: do not sleep the group's time */
    atomic_uint_fast64_t nonce;   /* the bound on disk */
    uint64_t rows_put;            /* the trading thread's count of the ledger's rows, */
    uint64_t rows_written;        /* and the store thread's */
    char failure[512];
    char hash[65], chain[65];
    bool batched;         /* the first batch is in the journal */
    uint32_t well_passes; /* in a row */
    bool short_of_room;
    atomic_bool only_short;     /* of room: all is written */
    int64_t rest_mono_ns;       /* not before: a disk that refused is asked again */
    int64_t retain_mono_ns;     /* not before: old rows are looked for */
    int64_t events_ill_mono_ns; /* since when events are refused; 0: they are not */
    bool events_told;
    uint64_t record_taken; /* the number of the newest record that the group has had */
    uint64_t record_kept;  /* of the newest that was told as durable */
    uint32_t group_count;
    struct row *group; /* rows of the transaction being tried */
    struct row_writer writer;
};

/* All of recorder_open but the thread: who has none takes the turns himself. */
struct recorder *recorder_new(const struct recorder_config *config, char *error, size_t error_size);

/* What the store thread does each time it wakes: what waits is written, flushes are answered, the
 * disk's health is judged. After the `last` one nothing comes. */
void recorder_turn(struct recorder *recorder, bool last);

/* Either thread: the first failure is told once and kept; the session goes on without entries. */
void recorder_fail(struct recorder *recorder, const char *what);

/* The trading thread: a step, to the journal and to the ledger. */
void recorder_put_step(struct recorder *recorder, const struct event *event,
                       const struct actions *actions);
void recorder_put_rows(struct recorder *recorder, const struct event *event,
                       const struct actions *actions, const struct engine *engine);

void recorder_put_request(struct recorder *recorder, const struct request *request);
void recorder_put_intent(struct recorder *recorder, const struct request *request,
                         const struct engine *engine);

/* The store thread: what waits, up to a group of rows and to the row numbered `until`, and false
 * when the disk refused it. */
void recorder_fill_group(struct recorder *recorder);
bool recorder_write_money(struct recorder *recorder, uint64_t until);
bool recorder_write_market(struct recorder *recorder);

/* After the store thread's end: snapshots that no disk took. */
void recorder_drop_snapshots(struct recorder *recorder);
