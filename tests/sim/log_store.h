/* SPDX-License-Identifier: MIT */
/*
 * A store that is one log in memory, in the recorder's place: the same calls, the same codes, and a
 * disk that takes its time. What it has not acknowledged may be lost when the process dies, or not;
 * what it has is read back as a restart reads it, by a replay that must do what was recorded.
 * The linker takes these recorder_* instead of the real ones.
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

struct recorder *store_new(struct lan *lan, uint64_t seed, const struct disk_faults *faults);
void store_free(struct recorder *store);

/* The session that is told when intents are durable. NULL: nobody. */
void store_attach(struct recorder *store, void (*on_durable)(void *context), void *context);

/* The process dies, or the whole machine (`power`): all that was acknowledged stays, of the rest a
 * part; when it was the process alone, all but the last moment's. */
void store_kill(struct recorder *store, bool power);

/* What the log holds, played back: the state to go on from. False with what differs in `error` when
 * a replay does not do what was recorded. Both are the caller's to free; NULL: nothing was kept. */
bool store_replay(struct recorder *store, struct engine **ret_engine, struct broker **ret_broker,
                  char *error, size_t error_size);

/* After a kill: the ledger's last intent, and the bound of nonces. */
void store_ledger(const struct recorder *store, uint64_t *ret_sequence, uint64_t *ret_client,
                  uint64_t *ret_nonce);
