/* SPDX-License-Identifier: MIT */
/* What the disk store's files share: disk_store.c lives, disk_store_check.c reads what is left. */
#pragma once

#include "core/base/prng.h"
#include "disk_store.h"

/* A segment that opens with this snapshot holds what was given from `begin` on. */
struct disk_store_snapshot {
    int64_t wall_ns;
    uint32_t begin;
};

struct disk_store_intent {
    uint64_t sequence;
    uint32_t end; /* of what had been given with it */
};

struct disk_store {
    struct lan *lan;
    struct prng prng;
    struct disk_faults faults;
    struct recorder *recorder; /* NULL between two lives */
    int64_t due_ns;            /* the next turn; 0 none */
    int64_t fault_end_ns;
    bool urgent, told;
    void (*on_durable)(void *context);
    void *context;

    /* Of this life, or of the last one. */
    uint64_t *given; /* hashes of the journal's records */
    struct disk_store_snapshot *snapshots;
    struct disk_store_intent *intents;
    uint32_t given_count, snapshot_count, intent_count;
    uint32_t intent_acked; /* how many of them */
    uint32_t acked_count;  /* of what was given */
    uint64_t acked_sequence, acked_nonce;
};

/* Room for one more in a list that grows. */
void *disk_store_room(void *list, uint32_t count, size_t size);
uint64_t disk_store_hash(uint32_t kind, const void *bytes, size_t len);
void disk_store_calm_disk(struct disk_store *store);

bool disk_store_play(struct engine **ret_engine, struct broker **ret_broker, char *error,
                     size_t error_size);
bool disk_store_compare(const struct engine *engine, int64_t money, char *error, size_t error_size);
