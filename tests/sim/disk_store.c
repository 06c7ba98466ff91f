/* SPDX-License-Identifier: MIT */
#include "disk_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/playback.h"
#include "app/recorder_internal.h"
#include "app/recorder_item.h"
#include "core/base/check.h"
#include "disk_store_inner.h"
#include "faulty_disk.h"
#include "sim_vfs.h"
#include "store/action_codec.h"
#include "store/event_codec.h"
#include "store/news_codec.h"

/* The thread's 50 ms, stretched: of a group's content the disk knows little more for it, and a seed
 * takes a tenth of the time. */
#define GROUP_NS (500 * NS_PER_MS)
#define AGAIN_NS (4 * NS_PER_S)  /* after a refusal: a snapshot that waits is packed each time */
#define WELL_NS (50 * NS_PER_MS) /* while it is watched whether the disk is well again */

/* Small enough that old segments go. */
#define JOURNAL_MAX_BYTES 1000000
#define LEDGER_KEEP_NS (20 * NS_PER_MIN)

struct disk_store *disk_store_new(struct lan *lan, uint64_t seed, const struct disk_faults *faults)
{
    struct disk_store *store = calloc(1, sizeof *store);
    CHECK(store != NULL);
    store->lan = lan;
    store->faults = *faults;
    prng_init(&store->prng, seed);
    sim_vfs_install();
    faulty_disk_new(prng_next(&store->prng));
    return store;
}

void disk_store_free(struct disk_store *store)
{
    if (store->recorder != NULL) {
        recorder_close(store->recorder);
    }
    faulty_disk_free();
    free(store->given);
    free(store->snapshots);
    free(store->intents);
    free(store);
}

void disk_store_attach(struct disk_store *store, void (*on_durable)(void *context), void *context)
{
    store->on_durable = on_durable;
    store->context = context;
}

/* ---- What is given ---- */

void *disk_store_room(void *list, uint32_t count, size_t size)
{
    if (count % 1024 == 0) {
        list = realloc(list, (count + 1024) * size);
        CHECK(list != NULL);
    }
    return list;
}

uint64_t disk_store_hash(uint32_t kind, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    uint64_t hash = UINT64_C(1469598103934665603) ^ kind;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static void give(struct disk_store *store, uint32_t kind, const void *bytes, size_t len)
{
    store->given = disk_store_room(store->given, store->given_count, sizeof *store->given);
    store->given[store->given_count++] = disk_store_hash(kind, bytes, len);
}

/* What a dead process does leaves no trace. */
static bool alive(const struct disk_store *store)
{
    return store->recorder != NULL && !lan_killed(store->lan);
}

/* ---- The thread's turns ---- */

static bool chance(struct disk_store *store, double p)
{
    return p > 0 && prng_real(&store->prng) < p;
}

static void mend_in_time(struct disk_store *store)
{
    if (store->fault_end_ns != 0 && lan_now(store->lan) >= store->fault_end_ns) {
        disk_store_calm_disk(store);
    }
}

void disk_store_calm_disk(struct disk_store *store)
{
    faulty_disk_full(false);
    faulty_disk_broken(false);
    faulty_disk_forgetful(false);
    store->fault_end_ns = 0;
}

/* A disk that fails often takes the machine with it. */
static void die(void *context)
{
    struct disk_store *store = context;
    if (alive(store) && store->fault_end_ns != 0) { /* who is dead already would never wake */
        lan_kill(store->lan);
    }
}

static void fail_perhaps(struct disk_store *store)
{
    mend_in_time(store);
    if (store->fault_end_ns == 0 && chance(store, store->faults.fails)) {
        const uint64_t kind = prng_below(&store->prng, 3);
        faulty_disk_full(kind == 0);
        faulty_disk_broken(kind == 1);
        faulty_disk_forgetful(kind == 2);
        if (prng_below(&store->prng, 4) == 0) {
            lan_at(store->lan,
                   lan_now(store->lan) + (int64_t)prng_below(&store->prng, 3 * NS_PER_S), die,
                   store);
        }
        store->fault_end_ns = lan_now(store->lan) + 1 +
                              (int64_t)prng_below(&store->prng, (uint64_t)store->faults.fail_ns);
    }
}

static void on_durable(void *context)
{
    struct disk_store *store = context;
    store->told = true;
}

/* From here on these must never be missing. */
static void acknowledge(struct disk_store *store)
{
    const uint64_t durable = recorder_durable(store->recorder);
    for (; store->intent_acked < store->intent_count &&
           store->intents[store->intent_acked].sequence <= durable;
         store->intent_acked++) {
        store->acked_count = store->intents[store->intent_acked].end;
        store->acked_sequence = store->intents[store->intent_acked].sequence;
    }
    store->acked_nonce = recorder_nonce_kept(store->recorder);
}

static void turn_due(void *context);

static void schedule(struct disk_store *store, int64_t group_ns)
{
    int64_t wait_ns = 1 + (int64_t)prng_below(&store->prng, (uint64_t)store->faults.wait_ns);
    if (chance(store, store->faults.slow)) {
        wait_ns += (int64_t)prng_below(&store->prng, (uint64_t)store->faults.slow_ns);
    }
    const int64_t at_ns = lan_now(store->lan) + group_ns + wait_ns;
    if (store->due_ns == 0 || at_ns < store->due_ns) {
        store->due_ns = at_ns;
        lan_at(store->lan, at_ns, turn_due, store);
    }
}

static void hurry(struct disk_store *store)
{
    store->urgent = true;
    schedule(store, 0);
}

static void put(struct disk_store *store)
{
    if (store->due_ns == 0) {
        schedule(store, GROUP_NS);
    }
}

static void turn_due(void *context)
{
    struct disk_store *store = context;
    if (store->due_ns == 0 || lan_now(store->lan) < store->due_ns || !alive(store)) {
        return;
    }
    store->due_ns = 0;
    if (store->urgent) {
        fail_perhaps(store);
    }
    mend_in_time(store);
    store->urgent = false;
    recorder_turn(store->recorder, false);
    acknowledge(store);
    if (!recorder_well(store->recorder)) {
        schedule(store, store->recorder->well_passes == 0 ? AGAIN_NS : WELL_NS);
    }
    if (store->told && store->on_durable != NULL) {
        store->told = false;
        store->on_durable(store->context);
    }
}

/* ---- Lives ---- */

bool disk_store_open(struct disk_store *store, struct session *session, char *error,
                     size_t error_size)
{
    mend_in_time(store);
    const struct recorder_config config = {
        .state = session->options->session.state,
        .journal = true,
        .keep_days = 1,
        .max_bytes = JOURNAL_MAX_BYTES,
        .keep_ns = LEDGER_KEEP_NS,
        .free_min = DISK_FREE_MIN,
        .names = &session->names,
        .clock = session->clock,
        .on_durable = on_durable,
        .context = store,
    };
    store->recorder = recorder_new(&config, error, error_size);
    store->given_count = store->snapshot_count = store->intent_count = 0;
    store->intent_acked = store->acked_count = 0;
    store->due_ns = 0;
    return store->recorder != NULL;
}

bool disk_store_disk_well(const struct disk_store *store)
{
    (void)store;
    return faulty_disk_well();
}

/* It may die at any step of what its thread was doing. */
void disk_store_kill(struct disk_store *store, bool power)
{
    disk_store_attach(store, NULL, NULL);
    store->due_ns = 0;
    faulty_disk_die_after((uint32_t)prng_below(&store->prng, 16));
    if (prng_below(&store->prng, 2) == 0) {
        recorder_turn(store->recorder, false);
    }
    faulty_disk_die_after(0);
    recorder_close(store->recorder);
    store->recorder = NULL;
    faulty_disk_revive(power);
}

void disk_store_calm(struct disk_store *store)
{
    store->faults.fails = store->faults.slow = 0;
    disk_store_calm_disk(store);
}

bool disk_store_replay(struct disk_store *store, struct engine **ret_engine,
                       struct broker **ret_broker, char *error, size_t error_size)
{
    for (int i = 0; i < 2; i++) {
        recorder_turn(store->recorder, false);
    }
    if (!recorder_well(store->recorder)) {
        snprintf(error, error_size, "the recorder is not well on a sound disk: %s",
                 recorder_failure(store->recorder));
        return false;
    }
    return disk_store_play(ret_engine, ret_broker, error, error_size);
}

bool disk_store_audit(struct disk_store *store, const struct engine *engine, int64_t money,
                      char *error, size_t error_size)
{
    recorder_close(store->recorder);
    store->recorder = NULL;
    return disk_store_compare(engine, money, error, error_size);
}

/* ---- The recorder's calls ---- */

void disk_store_snapshot(struct disk_store *store, const struct engine *engine,
                         const struct recorder_books *books)
{
    if (alive(store)) {
        const struct clock *clock = &store->recorder->config.clock;
        store->snapshots =
            disk_store_room(store->snapshots, store->snapshot_count, sizeof *store->snapshots);
        store->snapshots[store->snapshot_count++] = (struct disk_store_snapshot){
            .wall_ns = clock->wall_ns(clock->self), .begin = store->given_count};
        recorder_snapshot(store->recorder, engine, books);
        put(store);
    }
}

void disk_store_event(struct disk_store *store, const struct event *event)
{
    static uint8_t bytes[EVENT_CODE_MAX];
    if (alive(store)) {
        give(store, ENTRY_EVENT, bytes, event_encode(event, bytes, sizeof bytes));
        recorder_event(store->recorder, event);
        put(store);
    }
}

static void give_step(struct disk_store *store, const struct event *event,
                      const struct actions *actions)
{
    static uint8_t bytes[EVENT_CODE_MAX];
    size_t len = 0;
    if (actions->count == 0 && event->kind != EVENT_REPORT) {
        return;
    }
    if (event->kind == EVENT_REPORT) {
        len = event_encode(event, bytes, sizeof bytes);
    }
    len += actions_encode(actions, bytes + len, sizeof bytes - len);
    give(store, ENTRY_STEP, bytes, len);
}

void disk_store_step(struct disk_store *store, const struct event *event,
                     const struct actions *actions, const struct engine *engine)
{
    if (alive(store)) {
        give_step(store, event, actions);
        recorder_step(store->recorder, event, actions, engine);
        put(store);
    }
}

void disk_store_request(struct disk_store *store, const struct request *request,
                        const struct engine *engine)
{
    uint8_t bytes[REQUEST_CODE_MAX];
    if (!alive(store)) {
        return;
    }
    give(store, ENTRY_REQUEST, bytes, request_encode(request, bytes, sizeof bytes));
    recorder_request(store->recorder, request, engine);
    if (request->kind == REQUEST_ADD) {
        store->intents =
            disk_store_room(store->intents, store->intent_count, sizeof *store->intents);
        store->intents[store->intent_count++] =
            (struct disk_store_intent){.sequence = request->sequence, .end = store->given_count};
        hurry(store);
    } else {
        put(store);
    }
}

uint64_t disk_store_durable(const struct disk_store *store)
{
    return store->recorder != NULL ? recorder_durable(store->recorder) : 0;
}

void disk_store_nonce(struct disk_store *store, uint64_t bound)
{
    if (alive(store)) {
        recorder_nonce(store->recorder, bound);
        hurry(store);
    }
}

uint64_t disk_store_nonce_kept(const struct disk_store *store)
{
    return store->recorder != NULL ? recorder_nonce_kept(store->recorder) : 0;
}

void disk_store_equity(struct disk_store *store, int64_t time_ns, const struct portfolio *portfolio)
{
    if (alive(store)) {
        recorder_equity(store->recorder, time_ns, portfolio);
        hurry(store);
    }
}

bool disk_store_well(const struct disk_store *store)
{
    return store->recorder != NULL && recorder_well(store->recorder);
}

bool disk_store_lagging(const struct disk_store *store)
{
    return store->recorder != NULL && recorder_lagging(store->recorder);
}
