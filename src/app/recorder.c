/* SPDX-License-Identifier: MIT */
#include "app/recorder.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/recorder_item.h"
#include "app/rows.h"
#include "core/base/check.h"
#include "platform/log/log.h"
#include "platform/queue/queue.h"
#include "store/disk.h"
#include "store/event_codec.h"
#include "store/journal.h"
#include "store/ledger.h"

/* The market's flood: 200 pairs at 60 times real speed give some 500 KB a second, written in groups
 * of 50 ms, so this holds several seconds of a stalled disk. A ring's pages are all touched in
 * time: its size is memory, not just a bound. */
#define MARKET_QUEUE_SIZE (4u << 20)

/* Orders, fills, records: 1,500 and more of them. When even this is full the disk has been gone for
 * long, and the session says so and enters nothing. */
#define MONEY_QUEUE_SIZE (2u << 20)

#define GROUP_NS (50 * NS_PER_MS)
#define GROUP_ROWS 1024
#define WELL_AFTER_PASSES                                                                          \
    20 /* a second: a disk on its brink must not hold and release each group */

struct recorder {
    struct recorder_config config;
    struct queue *market; /* journal bytes */
    struct queue *money;  /* ledger rows */
    struct ledger *ledger;
    struct journal *journal;
    pthread_t thread;
    bool started;
    atomic_bool stopping;
    atomic_bool broken; /* the segment misses something: no more until a snapshot */
    atomic_bool failed; /* ever; `failure` says how it began */
    atomic_bool ill;    /* now */
    atomic_bool row_lost;
    atomic_uint snapshots_waiting; /* one at most: they are large */
    atomic_uint_fast64_t flush_asked, flush_done;
    atomic_uint_fast64_t bytes;
    char failure[512];
    char hash[65];
    uint32_t well_passes; /* in a row */
    bool short_of_room;
    uint32_t group_count;
    struct row *group; /* rows of the transaction being tried */
    struct row_writer writer;
};

/* The first failure is told once and kept; the session goes on without entries. */
static void fail_with(struct recorder *recorder, const char *what)
{
    atomic_store(&recorder->ill, true);
    if (!atomic_load(&recorder->failed)) {
        snprintf(recorder->failure, sizeof recorder->failure, "%s", what);
        atomic_store(&recorder->failed, true);
        log_printf(LOG_ERROR, "recorder.failed", "%s; entries stop until the disk is well", what);
    }
}

/* The consumer's view. */
static bool queue_is_empty(struct queue *queue)
{
    size_t len = 0;
    return queue_peek(queue, &len) == NULL;
}

/* Takes what waits into the group; what a failed transaction left there goes first. */
static void fill_group(struct recorder *recorder)
{
    size_t len = 0;
    const void *row;
    while (recorder->group_count < GROUP_ROWS &&
           (row = queue_peek(recorder->money, &len)) != NULL) {
        memcpy(&recorder->group[recorder->group_count++], row, len);
        queue_pop(recorder->money);
    }
}

/* One transaction. A group leaves memory only when the disk has it. */
static bool write_money(struct recorder *recorder)
{
    if (recorder->group_count == 0) {
        return true;
    }
    int result = ledger_begin(recorder->ledger, true);
    for (uint32_t i = 0; result == 0 && i < recorder->group_count; i++) {
        result = row_write(&recorder->writer, &recorder->group[i]);
    }
    if (result == 0) {
        result = ledger_commit(recorder->ledger);
    } else {
        ledger_abandon(recorder->ledger);
    }
    if (result == 0) {
        recorder->group_count = 0;
    } else {
        fail_with(recorder, ledger_error(recorder->ledger));
    }
    return result == 0;
}

static int begin_segment(struct recorder *recorder, const struct recorder_snapshot *item)
{
    struct journal_snapshot snapshot = {
        .version = ENGINE_VERSION,
        .time_ns = item->wall_ns, /* segments are kept and found by the calendar on the wall */
        .bytes = item->bytes,
        .len = item->len,
    };
    memcpy(snapshot.fingerprint, &recorder->config.fingerprint,
           sizeof recorder->config.fingerprint);
    const int result = journal_begin_segment(recorder->journal, &snapshot);
    if (result != 0) {
        return result;
    }
    free(item->bytes);
    atomic_fetch_sub(&recorder->snapshots_waiting, 1);
    const int64_t keep_ns = recorder->config.keep_days * NS_PER_DAY;
    uint32_t removed = 0;
    if (journal_retain(recorder->journal, item->wall_ns - keep_ns,
                       (uint64_t)recorder->config.max_bytes, &removed) != 0) {
        fail_with(recorder, journal_error(recorder->journal));
    }
    return 0;
}

static int write_entry(struct recorder *recorder, const struct recorder_entry *entry, size_t len)
{
    return entry->kind == ENTRY_SNAPSHOT
               ? begin_segment(recorder, &entry->snapshot)
               : journal_append(recorder->journal, entry->kind, entry->time_ns, entry->bytes,
                                len - offsetof(struct recorder_entry, bytes));
}

/* What is refused stays at the head of the queue: what stands behind it means nothing without it.
 * The disk must have it before the rows it caused. */
static bool write_market(struct recorder *recorder)
{
    size_t len = 0;
    const struct recorder_entry *entry;
    int result = 0;
    while (result == 0 && (entry = queue_peek(recorder->market, &len)) != NULL) {
        result = write_entry(recorder, entry, len);
        if (result == 0) {
            queue_pop(recorder->market);
        }
    }
    if (result == 0) {
        result = journal_commit(recorder->journal, recorder->group_count > 0);
    }
    if (result != 0) {
        fail_with(recorder, journal_error(recorder->journal));
    }
    atomic_store(&recorder->bytes, journal_segment_bytes(recorder->journal));
    return result == 0;
}

/* The rows are taken first, so that the journal written next holds all that caused them; they stand
 * in the ledger only behind it. */
static bool write_group(struct recorder *recorder, bool last)
{
    fill_group(recorder);
    const bool written = recorder->journal == NULL || write_market(recorder);
    return (written || last) && write_money(recorder) && written;
}

/* A quarter more than the bound lets go again. */
static bool has_room(struct recorder *recorder)
{
    const uint64_t bound = recorder->config.free_min;
    uint64_t left = 0;
    if (disk_free(recorder->config.state, &left) != 0) {
        return true; /* whether it takes anything, the next write tells */
    }
    const bool lacks = left < (recorder->short_of_room ? bound + bound / 4 : bound);
    if (lacks && !recorder->short_of_room) {
        log_printf(LOG_WARN, "recorder.room",
                   "the disk of %s has %llu MB left, less than %llu: no entries until it has more",
                   recorder->config.state, (unsigned long long)(left / 1000000),
                   (unsigned long long)(bound / 1000000));
    }
    recorder->short_of_room = lacks;
    return !lacks;
}

static void judge_health(struct recorder *recorder, bool written)
{
    if (written) {
        atomic_store(&recorder->row_lost, false);
    }
    const bool room = has_room(recorder);
    if (!written || !room) {
        recorder->well_passes = 0;
        atomic_store(&recorder->ill, true);
    } else if (++recorder->well_passes >= WELL_AFTER_PASSES) {
        recorder->well_passes = WELL_AFTER_PASSES;
        atomic_store(&recorder->ill, false);
    }
}

static void *run(void *context)
{
    struct recorder *recorder = context;
    for (bool last = false; !last;) {
        last = atomic_load(&recorder->stopping);
        const uint64_t asked = atomic_load(&recorder->flush_asked);
        bool written;
        do {
            written = write_group(recorder, last);
        } while (written && !queue_is_empty(recorder->money));
        judge_health(recorder, written);
        if (recorder->journal != NULL && asked != atomic_load(&recorder->flush_done)) {
            journal_hash(recorder->journal, recorder->hash);
        }
        atomic_store(&recorder->flush_done, asked);
        if (!last) {
            struct timespec pause = {0, GROUP_NS};
            nanosleep(&pause, NULL);
        }
    }
    return NULL;
}

static bool open_files(struct recorder *recorder, char *error, size_t error_size)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/ledger.db", recorder->config.state);
    if (ledger_open(path, &recorder->ledger, error, error_size) != 0) {
        return false;
    }
    recorder->writer.ledger = recorder->ledger;
    recorder->writer.names = recorder->config.names;
    if (!recorder->config.journal) {
        return true;
    }
    snprintf(path, sizeof path, "%s/journal", recorder->config.state);
    struct journal_found found;
    if (journal_open(path, &recorder->journal, &found, error, error_size) != 0) {
        return false;
    }
    if (found.note[0] != '\0') {
        log_warn("journal.found", found.note, NULL);
    }
    return true;
}

struct recorder *recorder_open(const struct recorder_config *config, char *error, size_t error_size)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    recorder->config = *config;
    recorder->market = queue_new(MARKET_QUEUE_SIZE);
    recorder->money = queue_new(MONEY_QUEUE_SIZE);
    recorder->group = calloc(GROUP_ROWS, sizeof *recorder->group);
    if (recorder->market == NULL || recorder->money == NULL || recorder->group == NULL) {
        snprintf(error, error_size, "out of memory");
        recorder_close(recorder);
        return NULL;
    }
    if (!open_files(recorder, error, error_size)) {
        recorder_close(recorder);
        return NULL;
    }
    recorder->started = pthread_create(&recorder->thread, NULL, run, recorder) == 0;
    if (!recorder->started) {
        snprintf(error, error_size, "cannot start the store thread");
        recorder_close(recorder);
        return NULL;
    }
    return recorder;
}

/* Snapshots that no disk took. */
static void drop_snapshots(struct recorder *recorder)
{
    size_t len = 0;
    const struct recorder_entry *entry;
    while ((entry = queue_peek(recorder->market, &len)) != NULL) {
        if (entry->kind == ENTRY_SNAPSHOT) {
            free(entry->snapshot.bytes);
        }
        queue_pop(recorder->market);
    }
}

void recorder_close(struct recorder *recorder)
{
    if (recorder->started) {
        atomic_store(&recorder->stopping, true);
        pthread_join(recorder->thread, NULL);
        drop_snapshots(recorder);
    }
    if (recorder->journal != NULL && journal_close(recorder->journal) != 0) {
        log_error("recorder.close", "the journal could not be closed whole", NULL);
    }
    ledger_close(recorder->ledger);
    queue_free(recorder->market);
    queue_free(recorder->money);
    free(recorder->group);
    free(recorder);
}

/* ---- the trading thread's side ---- */

static void *market_reserve(struct recorder *recorder, size_t len)
{
    void *place = queue_reserve(recorder->market, len);
    if (place == NULL) {
        atomic_store(&recorder->broken, true);
    }
    return place;
}

static bool journal_takes(const struct recorder *recorder)
{
    return recorder->journal != NULL && !atomic_load(&recorder->broken);
}

/* Into zeroed memory. Half of an engine and more are rings of timeframes that nobody keeps: what is
 * zero is left out, so that the copy is no larger in memory than the engine. */
static void copy_used(uint8_t *to, const void *from, size_t len)
{
    static const uint8_t zero[4096];
    const uint8_t *bytes = from;
    for (size_t at = 0; at < len; at += sizeof zero) {
        const size_t part = len - at < sizeof zero ? len - at : sizeof zero;
        if (memcmp(bytes + at, zero, part) != 0) {
            memcpy(to + at, bytes + at, part);
        }
    }
}

void recorder_snapshot(struct recorder *recorder, const struct engine *engine,
                       const struct matching *matching)
{
    if (recorder->journal == NULL || atomic_load(&recorder->snapshots_waiting) > 0) {
        return; /* what waits opens the next segment; `broken` stays, and asks again */
    }
    const size_t len = engine->size + sizeof *matching;
    struct recorder_entry *entry = queue_reserve(recorder->market, sizeof *entry);
    uint8_t *bytes = entry == NULL ? NULL : calloc(1, len);
    if (bytes == NULL) {
        atomic_store(&recorder->broken, true);
        return;
    }
    copy_used(bytes, engine, engine->size);
    memcpy(bytes + engine->size, matching, sizeof *matching);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    entry->kind = ENTRY_SNAPSHOT;
    entry->time_ns = engine->time_ns;
    entry->snapshot = (struct recorder_snapshot){
        .bytes = bytes,
        .len = len,
        .time_ns = engine->time_ns,
        .wall_ns = (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec,
    };
    atomic_fetch_add(&recorder->snapshots_waiting, 1);
    queue_commit(recorder->market, sizeof *entry);
    atomic_store(&recorder->broken, false);
}

void recorder_event(struct recorder *recorder, const struct event *event)
{
    if (!journal_takes(recorder)) {
        return;
    }
    const size_t head = offsetof(struct recorder_entry, bytes);
    struct recorder_entry *entry = market_reserve(recorder, head + EVENT_CODE_MAX);
    if (entry == NULL) {
        return;
    }
    const size_t len = event_encode(event, entry->bytes, EVENT_CODE_MAX);
    CHECK(len > 0);
    entry->kind = ENTRY_EVENT;
    entry->time_ns = event->time_ns;
    queue_commit(recorder->market, head + len);
}

/* What a step did, where it did anything: replay compares. */
static void journal_step(struct recorder *recorder, const struct event *event,
                         const struct actions *actions)
{
    if (!journal_takes(recorder) || (actions->count == 0 && event->kind != EVENT_REPORT)) {
        return;
    }
    const size_t head = offsetof(struct recorder_entry, bytes);
    struct recorder_entry *entry = market_reserve(recorder, head + EVENT_CODE_MAX);
    if (entry == NULL) {
        return;
    }
    size_t len = 0;
    if (event->kind == EVENT_REPORT) {
        len = event_encode(event, entry->bytes, EVENT_CODE_MAX);
    }
    const size_t more = actions_encode(actions, entry->bytes + len, EVENT_CODE_MAX - len);
    CHECK(more > 0);
    entry->kind = ENTRY_STEP;
    entry->time_ns = event->time_ns;
    queue_commit(recorder->market, head + len + more);
}

static void *reserve_row(struct recorder *recorder, size_t len)
{
    void *place = queue_reserve(recorder->money, len);
    if (place == NULL) {
        atomic_store(&recorder->row_lost, true);
        fail_with(recorder, "the ledger cannot keep up: the disk stands still");
    }
    return place;
}

static void put_row(void *context, const struct row *row)
{
    struct recorder *recorder = context;
    const size_t len = row_size(row);
    void *place = reserve_row(recorder, len);
    if (place == NULL) {
        return;
    }
    memcpy(place, row, len);
    queue_commit(recorder->money, len);
}

void recorder_step(struct recorder *recorder, const struct event *event,
                   const struct actions *actions, const struct engine *engine)
{
    journal_step(recorder, event, actions);
    rows_of_step(event, actions, engine, put_row, recorder);
}

void recorder_equity(struct recorder *recorder, int64_t time_ns, const struct portfolio *portfolio)
{
    const struct row row = {
        .kind = ROW_EQUITY,
        .time_ns = time_ns,
        .equity = {.time_ns = time_ns,
                   .equity = portfolio_equity(portfolio),
                   .cash = portfolio->cash,
                   .realised = portfolio->realised,
                   .fees = portfolio->fees,
                   .drawdown = portfolio_drawdown(portfolio)},
    };
    put_row(recorder, &row);
}

bool recorder_well(const struct recorder *recorder)
{
    return !atomic_load(&recorder->ill) && !atomic_load(&recorder->row_lost) &&
           !atomic_load(&recorder->broken);
}

bool recorder_lagging(const struct recorder *recorder)
{
    return atomic_load(&recorder->broken);
}

const char *recorder_failure(const struct recorder *recorder)
{
    return atomic_load(&recorder->failed) ? recorder->failure : NULL;
}

void recorder_flush(struct recorder *recorder)
{
    const uint64_t mine = atomic_fetch_add(&recorder->flush_asked, 1) + 1;
    while (atomic_load(&recorder->flush_done) < mine) {
        struct timespec pause = {0, 2 * 1000 * 1000};
        nanosleep(&pause, NULL);
    }
}

void recorder_hash(const struct recorder *recorder, char hex[65])
{
    memcpy(hex, recorder->hash, sizeof recorder->hash);
}

uint64_t recorder_bytes(const struct recorder *recorder)
{
    return atomic_load(&recorder->bytes);
}
