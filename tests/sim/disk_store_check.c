/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/playback.h"
#include "app/rows.h"
#include "core/base/check.h"
#include "disk_store_inner.h"
#include "store/journal.h"
#include "store/ledger.h"

#define LEDGER "/state/ledger.db"
#define JOURNAL "/state/journal"

/* ---- The journal beside what was given ---- */

/* How many records from `begin` on are those that were given; -1: one of them is not. */
static int64_t count_given(const struct disk_store *store, struct journal_reader *reader,
                           uint32_t begin, bool *ret_damaged)
{
    struct journal_item item;
    enum journal_step step;
    uint32_t at = begin;
    while ((step = journal_next(reader, &item)) == JOURNAL_RECORD) {
        if (at == store->given_count ||
            store->given[at] != disk_store_hash(item.kind, item.bytes, item.len)) {
            return -1;
        }
        at++;
    }
    *ret_damaged = step == JOURNAL_DAMAGED || step == JOURNAL_FAILED;
    return at;
}

static const struct disk_store_snapshot *snapshot_at(const struct disk_store *store,
                                                     int64_t wall_ns)
{
    for (uint32_t i = store->snapshot_count; i > 0; i--) {
        if (store->snapshots[i - 1].wall_ns == wall_ns) {
            return &store->snapshots[i - 1];
        }
    }
    return NULL;
}

static bool verify_segment(const struct disk_store *store, struct journal_reader *reader,
                           int64_t wall_ns, char *error, size_t error_size)
{
    const struct disk_store_snapshot *snapshot = snapshot_at(store, wall_ns);
    bool damaged = false;
    if (snapshot == NULL) {
        if (store->acked_count > 0) {
            snprintf(error, error_size,
                     "the journal ends before this life, of which %u records "
                     "were durable",
                     store->acked_count);
        }
        return store->acked_count == 0;
    }
    const int64_t end = count_given(store, reader, snapshot->begin, &damaged);
    if (damaged) {
        snprintf(error, error_size, "%s", journal_reader_error(reader));
    } else if (end < 0) {
        snprintf(error, error_size, "the journal holds a record that was not given then");
    } else if (end < store->acked_count) {
        snprintf(error, error_size, "the journal holds records to %lld, those to %u were durable",
                 (long long)end, store->acked_count);
    }
    return !damaged && end >= store->acked_count;
}

static bool verify_journal(const struct disk_store *store, char *error, size_t error_size)
{
    uint32_t segment = 0;
    if (journal_locate(JOURNAL, INT64_MAX, &segment, error, error_size) != 0) {
        return store->acked_count == 0 && store->acked_sequence == 0;
    }
    for (; segment > 0; segment--) {
        struct journal_reader *reader;
        struct journal_item item;
        if (journal_reader_open(JOURNAL, segment, &reader, error, error_size) != 0) {
            return false;
        }
        const enum journal_step step = journal_next(reader, &item);
        const bool fine = step == JOURNAL_SNAPSHOT &&
                          verify_segment(store, reader, item.time_ns, error, error_size);
        if (step == JOURNAL_DAMAGED || step == JOURNAL_FAILED) {
            snprintf(error, error_size, "%s", journal_reader_error(reader));
        }
        journal_reader_close(reader);
        if (step != JOURNAL_TORN) {
            return fine || (step == JOURNAL_END && store->acked_sequence == 0);
        }
    }
    snprintf(error, error_size, "the journal holds no snapshot");
    return store->acked_sequence == 0;
}

/* ---- The ledger beside what was acknowledged ---- */

static bool ask_number(struct sqlite3 *db, const char *sql, int64_t *ret)
{
    sqlite3_stmt *statement = NULL;
    const bool got = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                     sqlite3_step(statement) == SQLITE_ROW;
    *ret = got ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return got;
}

static bool verify_intents(const struct disk_store *store, struct sqlite3 *db, char *error,
                           size_t error_size)
{
    int64_t oldest, found;
    char sql[160];
    if (!ask_number(db, "SELECT coalesce(min(sequence), 0) FROM intents", &oldest)) {
        snprintf(error, error_size, "ledger: %s", sqlite3_errmsg(db));
        return false;
    }
    for (uint32_t i = 0; i < store->intent_acked; i++) {
        const uint64_t sequence = store->intents[i].sequence;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM intents WHERE sequence=%llu",
                 (unsigned long long)sequence);
        if (sequence >= (uint64_t)oldest && (!ask_number(db, sql, &found) || found != 1)) {
            snprintf(error, error_size, "the ledger has lost the durable intent %llu",
                     (unsigned long long)sequence);
            return false;
        }
    }
    if (!ask_number(db, "SELECT coalesce(max(sequence), 0) FROM intents", &found) ||
        (uint64_t)found < store->acked_sequence) {
        snprintf(error, error_size, "the ledger's last intent is %lld, %llu was durable",
                 (long long)found, (unsigned long long)store->acked_sequence);
        return false;
    }
    if (!ask_number(db,
                    "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM state WHERE "
                    "key='" STATE_NONCE "'",
                    &found) ||
        (uint64_t)found < store->acked_nonce) {
        snprintf(error, error_size, "the ledger's bound of nonces is %lld, %llu was durable",
                 (long long)found, (unsigned long long)store->acked_nonce);
        return false;
    }
    return true;
}

bool disk_store_verify(struct disk_store *store, char *error, size_t error_size)
{
    struct sqlite3 *db = NULL;
    error[0] = '\0';
    if (!verify_journal(store, error, error_size)) {
        return false;
    }
    if (sqlite3_open_v2(LEDGER, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        sqlite3_close(db);
        return store->acked_sequence == 0; /* it never came to be */
    }
    const bool fine = store->acked_sequence == 0 || verify_intents(store, db, error, error_size);
    sqlite3_close(db);
    return fine;
}

/* ---- Once quiet ---- */

bool disk_store_play(struct engine **ret_engine, struct broker **ret_broker, char *error,
                     size_t error_size)
{
    struct playback_result result = {0};
    uint32_t segment = 0;
    *ret_engine = NULL;
    *ret_broker = NULL;
    if (journal_locate(JOURNAL, INT64_MAX, &segment, error, error_size) != 0) {
        return false;
    }
    struct playback *playback = playback_new(NULL, NULL, NULL);
    CHECK(playback != NULL);
    const bool played = playback_run(playback, JOURNAL, segment, UINT32_MAX, &result) == 0;
    if (played && playback_broker(playback) != NULL) {
        const struct engine *engine = playback_engine(playback);
        *ret_engine = malloc(engine->size);
        *ret_broker = malloc(sizeof **ret_broker);
        CHECK(*ret_engine != NULL && *ret_broker != NULL);
        memcpy(*ret_engine, engine, engine->size);
        memcpy(*ret_broker, playback_broker(playback), sizeof **ret_broker);
    } else {
        snprintf(error, error_size, "%s", result.note);
    }
    playback_free(playback);
    return *ret_engine != NULL;
}

static bool compare_fills(struct sqlite3 *db, const struct engine *engine, int64_t money,
                          char *error, size_t error_size)
{
    sqlite3_stmt *statement = NULL;
    uint64_t count = 0;
    /* A trade of two orders stands in two rows, and the venue rounds its cost once. */
    CHECK(sqlite3_prepare_v2(db,
                             "SELECT symbol, side, price_ticks, sum(qty_lots), sum(fee), count(*) "
                             "FROM fills GROUP BY exec",
                             -1, &statement, NULL) == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (uint32_t i = 0; i < engine->config.pair_count; i++) {
            const struct pair *terms = &engine->pairs[i].terms;
            if (strcmp(terms->symbol, (const char *)sqlite3_column_text(statement, 0)) == 0) {
                const int64_t paid =
                    pair_notional(terms, sqlite3_column_int64(statement, 2),
                                  sqlite3_column_int64(statement, 3), ROUND_NEAREST);
                money += sqlite3_column_int(statement, 1) == SIDE_BUY ? -paid : paid;
                money -= sqlite3_column_int64(statement, 4);
            }
        }
        count += (uint64_t)sqlite3_column_int64(statement, 5);
    }
    sqlite3_finalize(statement);
    const struct portfolio *portfolio = &engine->portfolio;
    if (count != portfolio->fill_count || money != portfolio->cash) {
        snprintf(error, error_size,
                 "the ledger has %llu fills that make the cash %lld, the engine %llu and %lld",
                 (unsigned long long)count, (long long)money,
                 (unsigned long long)portfolio->fill_count, (long long)portfolio->cash);
        return false;
    }
    return true;
}

struct order_check {
    const struct engine *engine;
    uint32_t alive, wrong;
    uint64_t wrong_id;
};

static void check_order(void *context, const struct ledger_order *row)
{
    struct order_check *check = context;
    const struct portfolio *portfolio = &check->engine->portfolio;
    check->alive++;
    bool same = false;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        same =
            same || (order->id == row->order.id && order->filled_lots == row->order.filled_lots &&
                     order->qty_lots == row->order.qty_lots);
    }
    check->wrong += !same;
    check->wrong_id = same ? check->wrong_id : row->order.id;
}

static bool compare_orders(const struct engine *engine, char *error, size_t error_size)
{
    struct ledger *ledger = NULL;
    struct order_check check = {.engine = engine};
    if (ledger_open(LEDGER, &ledger, error, error_size) != 0) {
        return false;
    }
    const bool read = ledger_each_order(ledger, 0, check_order, &check) == 0;
    ledger_close(ledger);
    if (!read || check.wrong > 0 || check.alive != engine->portfolio.order_count) {
        snprintf(error, error_size,
                 "the ledger has %u living orders, %u unlike the engine's %u, the last of them "
                 "order %llu",
                 check.alive, check.wrong, engine->portfolio.order_count,
                 (unsigned long long)check.wrong_id);
        return false;
    }
    return true;
}

bool disk_store_compare(const struct engine *engine, int64_t money, char *error, size_t error_size)
{
    struct sqlite3 *db = NULL;
    CHECK(sqlite3_open_v2(LEDGER, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    const bool fine = compare_fills(db, engine, money, error, error_size);
    sqlite3_close(db);
    return fine && compare_orders(engine, error, error_size);
}
