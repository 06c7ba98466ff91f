/* SPDX-License-Identifier: MIT */
/*
 * The store that ships (recorder, journal, ledger) on a faulty disk, its thread's turns taken at
 * virtual times. Beside it a list of what was given, by hash: what the disk has acknowledged must
 * be there after any death, in its order, and nothing that was not given.
 */
#pragma once

#include "app/session.h"
#include "lan.h"
#include "log_store.h"

struct disk_store;

struct disk_store *disk_store_new(struct lan *lan, uint64_t seed, const struct disk_faults *faults);
void disk_store_free(struct disk_store *store);

/* A life: opens what an earlier one left, by the session's own way back. False with the reason: a
 * disk that fails may be one. After a death the first of these holds the disk against the list. */
bool disk_store_verify(struct disk_store *store, char *error, size_t error_size);
bool disk_store_open(struct disk_store *store, struct session *session, char *error,
                     size_t error_size);
bool disk_store_disk_well(const struct disk_store *store);
void disk_store_attach(struct disk_store *store, void (*on_durable)(void *context), void *context);
void disk_store_kill(struct disk_store *store, bool power);

/* From here on the disk is sound. */
void disk_store_calm(struct disk_store *store);

/* Once quiet: what the journal replays to; then the end of the recorder, and the ledger beside the
 * engine: its fills, cash and living orders. */
bool disk_store_replay(struct disk_store *store, struct engine **ret_engine,
                       struct broker **ret_broker, char *error, size_t error_size);
bool disk_store_audit(struct disk_store *store, const struct engine *engine, int64_t money,
                      char *error, size_t error_size);

/* The recorder's calls. */
void disk_store_snapshot(struct disk_store *store, const struct engine *engine,
                         const struct recorder_books *books);
void disk_store_event(struct disk_store *store, const struct event *event);
void disk_store_step(struct disk_store *store, const struct event *event,
                     const struct actions *actions, const struct engine *engine);
void disk_store_request(struct disk_store *store, const struct request *request,
                        const struct engine *engine);
uint64_t disk_store_durable(const struct disk_store *store);
void disk_store_nonce(struct disk_store *store, uint64_t bound);
uint64_t disk_store_nonce_kept(const struct disk_store *store);
void disk_store_equity(struct disk_store *store, int64_t time_ns,
                       const struct portfolio *portfolio);
bool disk_store_well(const struct disk_store *store);
bool disk_store_lagging(const struct disk_store *store);
