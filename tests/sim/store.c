/* SPDX-License-Identifier: MIT */
#include "store.h"

void store_init(struct recorder *store, struct lan *lan, uint64_t seed,
                const struct disk_faults *faults, bool real)
{
    *store = (struct recorder){.log = real ? NULL : log_store_new(lan, seed, faults),
                               .disk = real ? disk_store_new(lan, seed, faults) : NULL};
}

void store_deinit(struct recorder *store)
{
    if (store->disk != NULL) {
        disk_store_free(store->disk);
    } else {
        log_store_free(store->log);
    }
}

void store_attach(struct recorder *store, void (*on_durable)(void *context), void *context)
{
    if (store->disk != NULL) {
        disk_store_attach(store->disk, on_durable, context);
    } else {
        log_store_attach(store->log, on_durable, context);
    }
}

void store_kill(struct recorder *store, bool power)
{
    if (store->disk != NULL) {
        disk_store_kill(store->disk, power);
    } else {
        log_store_kill(store->log, power);
    }
}

bool store_replay(struct recorder *store, struct engine **ret_engine, struct broker **ret_broker,
                  char *error, size_t error_size)
{
    return store->disk != NULL
               ? disk_store_replay(store->disk, ret_engine, ret_broker, error, error_size)
               : log_store_replay(store->log, ret_engine, ret_broker, error, error_size);
}

/* ---- The recorder's calls ---- */

void recorder_snapshot(struct recorder *store, const struct engine *engine,
                       const struct recorder_books *books)
{
    if (store->disk != NULL) {
        disk_store_snapshot(store->disk, engine, books);
    } else {
        log_store_snapshot(store->log, engine, books);
    }
}

void recorder_event(struct recorder *store, const struct event *event)
{
    if (store->disk != NULL) {
        disk_store_event(store->disk, event);
    } else {
        log_store_event(store->log, event);
    }
}

void recorder_step(struct recorder *store, const struct event *event, const struct actions *actions,
                   const struct engine *engine)
{
    if (store->disk != NULL) {
        disk_store_step(store->disk, event, actions, engine);
    } else {
        log_store_step(store->log, event, actions, engine);
    }
}

void recorder_request(struct recorder *store, const struct request *request,
                      const struct engine *engine)
{
    if (store->disk != NULL) {
        disk_store_request(store->disk, request, engine);
    } else {
        log_store_request(store->log, request, engine);
    }
}

uint64_t recorder_durable(const struct recorder *store)
{
    return store->disk != NULL ? disk_store_durable(store->disk) : log_store_durable(store->log);
}

void recorder_nonce(struct recorder *store, uint64_t bound)
{
    if (store->disk != NULL) {
        disk_store_nonce(store->disk, bound);
    } else {
        log_store_nonce(store->log, bound);
    }
}

uint64_t recorder_nonce_kept(const struct recorder *store)
{
    return store->disk != NULL ? disk_store_nonce_kept(store->disk)
                               : log_store_nonce_kept(store->log);
}

void recorder_equity(struct recorder *store, int64_t time_ns, const struct portfolio *portfolio)
{
    if (store->disk != NULL) {
        disk_store_equity(store->disk, time_ns, portfolio);
    } else {
        log_store_equity(store->log, time_ns, portfolio);
    }
}

bool recorder_well(const struct recorder *store)
{
    return store->disk != NULL ? disk_store_well(store->disk) : log_store_well(store->log);
}

bool recorder_lagging(const struct recorder *store)
{
    return store->disk != NULL && disk_store_lagging(store->disk);
}

/* Called by session_close, which no simulated session comes to. */
void recorder_close(struct recorder *store)
{
    store_attach(store, NULL, NULL);
}
