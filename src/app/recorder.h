/* SPDX-License-Identifier: MIT */
/*
 * The store thread: journal and ledger are written here, in groups, so that the trading thread
 * never waits for a disk. It gives what it has to keep through a bounded queue, by value.
 *
 * When the queue is full, what did not fit is lost to the recording, and the recording must not
 * lie: the segment is marked as broken off, `recorder_lagging` is true until the queue has drained,
 * and a new segment with a fresh snapshot then begins. Orders and fills are small and go through a
 * queue of their own that nothing else can fill.
 *
 * What a disk refuses stays queued, in its order, and is tried again: a segment has no gap.
 * `recorder_well` is false from then on, and while the disk is nearly full, until all was written
 * and a second has passed without a fault; the session lets no entry happen meanwhile.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/engine/engine.h"
#include "core/execution/broker.h"
#include "core/matching/matching.h"
#include "operator/sentence/sentence.h"
#include "platform/seam.h"

struct recorder;
struct ledger;
struct queue;

/* What an engine's orders go to, of which a snapshot holds one. */
struct recorder_books {
    const struct matching *matching; /* on paper */
    const struct broker *broker;     /* at a venue that trades */
};

struct recorder_config {
    const char *state; /* the directory, locked by the caller */
    bool journal;
    int64_t keep_days;
    int64_t max_bytes;
    int64_t
        keep_ns; /* market time that the ledger's records, equity and intents are kept; 0: ever */
    uint64_t free_min;                  /* bytes the disk must have left for entries to go on */
    uint64_t fingerprint;               /* of the configuration the snapshots belong to */
    const struct sentence_names *names; /* currency and strategies, valid until close; the pairs
                                           come with each step */
    struct clock clock;
    struct queue *events; /* of struct ledger_event, from the watch's thread; NULL: none. What a
                             disk refuses stays in it, and is tried again */

    /* Called by the store thread when intents have become durable: see recorder_durable. */
    void (*on_durable)(void *context);

    /* The same, when records have: up to this number a restart knows of all that they tell. NULL:
     * nobody asks. */
    void (*on_kept)(void *context, uint64_t number);
    void *context;
};

/* NULL with the reason in `error`. */
struct recorder *recorder_open(const struct recorder_config *config, char *error,
                               size_t error_size);

/* Writes what is queued, makes it durable, joins the thread. */
void recorder_close(struct recorder *recorder);

/* A new segment opens with these bytes; they are copied here. */
void recorder_snapshot(struct recorder *recorder, const struct engine *engine,
                       const struct recorder_books *books);

/* An event from outside, before the desk sees it; then each step that came of it. */
void recorder_event(struct recorder *recorder, const struct event *event);
void recorder_step(struct recorder *recorder, const struct event *event,
                   const struct actions *actions, const struct engine *engine);

/* A request that the step called for. One that is an intent is written at once, after the journal
 * that led to it; recorder_durable is then its sequence, or a newer one's. */
void recorder_request(struct recorder *recorder, const struct request *request,
                      const struct engine *engine);
uint64_t recorder_durable(const struct recorder *recorder);

/* A bound of nonces to be kept, and the highest one that is. on_durable is called for it too. */
void recorder_nonce(struct recorder *recorder, uint64_t bound);
uint64_t recorder_nonce_kept(const struct recorder *recorder);

void recorder_equity(struct recorder *recorder, int64_t time_ns, const struct portfolio *portfolio);

/* All that is given can be kept: entries may go on. */
bool recorder_well(const struct recorder *recorder);

/* Not well because the disk is nearly full, though what happens is written. */
bool recorder_only_short(const struct recorder *recorder);

/* Bytes that wait for the disk: the journal's and the ledger's. */
void recorder_waiting(const struct recorder *recorder, uint64_t *ret_market, uint64_t *ret_money);

/* Waits while half of what can wait does: for a session whose market waits for it. A disk that is
 * ill is not waited for: its session is held back, as any is. */
void recorder_catch_up(const struct recorder *recorder);

/* The journal has missed something and waits for a snapshot. */
bool recorder_lagging(const struct recorder *recorder);

/* The first failure of a disk, in words, or NULL. It stays. */
const char *recorder_failure(const struct recorder *recorder);

/* Waits until what was given has been tried once more; true when journal and ledger have all of it.
 * The journal's hashes, of what was told and of the chain of its blocks, then cover all of it. */
bool recorder_flush(struct recorder *recorder);
void recorder_hash(const struct recorder *recorder, char hash[65], char chain[65]);
uint64_t recorder_bytes(const struct recorder *recorder);
