/* SPDX-License-Identifier: MIT */
/*
 * The session's recorder in the simulator: either a log in memory (log_store.h), or the store that
 * ships, on a faulty disk (disk_store.h), which costs more time. The linker takes the recorder_*
 * of store.c, which hand on to the one that the seed has drawn.
 */
#pragma once

#include "disk_store.h"
#include "log_store.h"

struct recorder {
    struct log_store *log;
    struct disk_store *disk; /* or this one */
};

void store_init(struct recorder *store, struct lan *lan, uint64_t seed,
                const struct disk_faults *faults, bool real);
void store_deinit(struct recorder *store);
void store_attach(struct recorder *store, void (*on_durable)(void *context), void *context);
void store_kill(struct recorder *store, bool power);

/* As log_store_replay, which the real one can do only once all is quiet. */
bool store_replay(struct recorder *store, struct engine **ret_engine, struct broker **ret_broker,
                  char *error, size_t error_size);
