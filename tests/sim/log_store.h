/* SPDX-License-Identifier: MIT */
/*
 * A store that is one log in memory, in the recorder's place: the same calls, the same codes, and a
 * disk that takes its time. What it has not acknowledged may be lost when the process dies, or not;
 * what it has is read back as a restart reads it, by a replay that must do what was recorded.
 */
#pragma once

#include "app/recorder.h"
#include "lan.h"

/* How the disk behaves: a write takes up to wait_ns; at times it is slow, at times it fails for a
 * while and everything waits. */
struct disk_faults {
    int64_t wait_ns;
    double slow, fails;
    int64_t slow_ns, fail_ns;
};

struct log_store;

struct log_store *log_store_new(struct lan *lan, uint64_t seed, const struct disk_faults *faults);
void log_store_free(struct log_store *store);

/* The session that is told when intents are durable. NULL: nobody. */
void log_store_attach(struct log_store *store, void (*on_durable)(void *context), void *context);

/* The process dies, or the whole machine (`power`): all that was acknowledged stays, of the rest a
 * part; when it was the process alone, all but the last moment's. */
void log_store_kill(struct log_store *store, bool power);

/* What the log holds, played back: the state to go on from. False with what differs in `error` when
 * a replay does not do what was recorded. Both are the caller's to free; NULL: nothing was kept. */
bool log_store_replay(struct log_store *store, struct engine **ret_engine,
                      struct broker **ret_broker, char *error, size_t error_size);

/* The recorder's calls. */
void log_store_snapshot(struct log_store *store, const struct engine *engine,
                        const struct recorder_books *books);
void log_store_event(struct log_store *store, const struct event *event);
void log_store_step(struct log_store *store, const struct event *event,
                    const struct actions *actions, const struct engine *engine);
void log_store_request(struct log_store *store, const struct request *request,
                       const struct engine *engine);
uint64_t log_store_durable(const struct log_store *store);
void log_store_nonce(struct log_store *store, uint64_t bound);
uint64_t log_store_nonce_kept(const struct log_store *store);
void log_store_equity(struct log_store *store, int64_t time_ns, const struct portfolio *portfolio);
bool log_store_well(const struct log_store *store);

/* After a kill: the ledger's last intent, and the bound of nonces. */
void log_store_ledger(const struct log_store *store, uint64_t *ret_sequence, uint64_t *ret_client,
                      uint64_t *ret_nonce);
