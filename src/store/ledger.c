/* SPDX-License-Identifier: MIT */
#include "store/ledger.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/ledger_schema.h"

/* How long another process may hold the file before we give up. */
#define BUSY_MS 5000

enum statement {
    PUT_ORDER,
    PUT_FILL,
    PUT_RECORD,
    PUT_TRADE,
    PUT_EQUITY,
    PUT_STATE,
    GET_STATE,
    EACH_TRADE,
    EACH_RECORD,
    LAST_RECORD,
    STATEMENT_COUNT,
};

static const char *const statement_text[STATEMENT_COUNT] = {
    [PUT_ORDER] = "INSERT INTO orders VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,"
                  "?16,?17,?18,?19) ON CONFLICT(id) DO UPDATE SET state=?6, qty_lots=?8, "
                  "limit_ticks=?10, stop_ticks=?11, target_ticks=?12, filled_lots=?15, cost=?16, "
                  "fee=?17, decimals=?18, updated_ns=?19",
    [PUT_FILL] = "INSERT INTO fills VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11) "
                 "ON CONFLICT(order_id, trade_id) DO NOTHING",
    [PUT_RECORD] = "INSERT INTO records VALUES(?1,?2,?3,?4,?5,?6,?7) "
                   "ON CONFLICT(number) DO NOTHING",
    [PUT_TRADE] = "INSERT INTO trades VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13) "
                  "ON CONFLICT(number) DO NOTHING",
    [PUT_EQUITY] = "INSERT INTO equity VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(time_ns) DO UPDATE "
                   "SET equity=?2, cash=?3, realised=?4, fees=?5, drawdown=?6",
    [PUT_STATE] = "INSERT INTO state VALUES(?1,?2) ON CONFLICT(key) DO UPDATE SET value=?2",
    [GET_STATE] = "SELECT value FROM state WHERE key=?1",
    [EACH_TRADE] = "SELECT * FROM (SELECT * FROM trades ORDER BY number DESC LIMIT ?1) "
                   "ORDER BY number",
    [EACH_RECORD] = "SELECT * FROM (SELECT number, kind, time_ns, symbol, sentence, json FROM "
                    "records ORDER BY number DESC LIMIT ?1) ORDER BY number",
    [LAST_RECORD] = "SELECT coalesce(max(number), 0) FROM records",
};

struct ledger {
    sqlite3 *db;
    bool durable; /* what PRAGMA synchronous is at */
    sqlite3_stmt *statements[STATEMENT_COUNT];
    char error[512];
};

static int fail(struct ledger *ledger)
{
    snprintf(ledger->error, sizeof ledger->error, "%s: %s", sqlite3_db_filename(ledger->db, "main"),
             sqlite3_errmsg(ledger->db));
    return sqlite3_errcode(ledger->db) == SQLITE_FULL ? -ENOSPC : -EIO;
}

static int run(struct ledger *ledger, const char *sql)
{
    return sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(ledger);
}

static int prepare_all(struct ledger *ledger)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        if (sqlite3_prepare_v3(ledger->db, statement_text[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &ledger->statements[i], NULL) != SQLITE_OK) {
            return fail(ledger);
        }
    }
    return 0;
}

/*
 * Rows are appended, and read again only at a start, so the cache holds what a transaction touches:
 * 256 KiB. SQLite's own bound, 2 MB, fills over hours with pages that nobody asks for again.
 */
static int prepare_file(struct ledger *ledger)
{
    sqlite3_busy_timeout(ledger->db, BUSY_MS);
    int result = run(ledger, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                             "PRAGMA foreign_keys=ON; PRAGMA cache_size=-256;");
    if (result == 0) {
        result = ledger_migrate(ledger->db, ledger->error, sizeof ledger->error);
    }
    return result != 0 ? result : prepare_all(ledger);
}

int ledger_open(const char *path, struct ledger **ret, char *error, size_t error_size)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL) {
        snprintf(error, error_size, "out of memory");
        return -ENOMEM;
    }
    int result = 0;
    if (sqlite3_open_v2(path, &ledger->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK) {
        snprintf(ledger->error, sizeof ledger->error,
                 "%s: %s; is the directory there, and may it be written?", path,
                 sqlite3_errmsg(ledger->db));
        result = -EIO;
    }
    if (result == 0) {
        result = prepare_file(ledger);
    }
    if (result != 0) {
        snprintf(error, error_size, "ledger %s%s", ledger->error,
                 result == -EIO
                     ? "; restore it, or move the state directory away to begin a new one"
                     : "");
        ledger_close(ledger);
        return result;
    }
    *ret = ledger;
    return 0;
}

void ledger_close(struct ledger *ledger)
{
    if (ledger == NULL) {
        return;
    }
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(ledger->statements[i]);
    }
    sqlite3_close(ledger->db);
    free(ledger);
}

const char *ledger_error(const struct ledger *ledger)
{
    return ledger->error;
}

int ledger_begin(struct ledger *ledger, bool durable)
{
    if (durable != ledger->durable) {
        const int result =
            run(ledger, durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        if (result != 0) {
            return result;
        }
        ledger->durable = durable;
    }
    return run(ledger, "BEGIN IMMEDIATE");
}

void ledger_abandon(struct ledger *ledger)
{
    /* The reason for giving up is kept; that there may be nothing to undo is no news. */
    sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
}

int ledger_commit(struct ledger *ledger)
{
    const int result = run(ledger, "COMMIT");
    if (result != 0) {
        ledger_abandon(ledger);
    }
    return result;
}

/* Runs a statement that returns no row. */
static int finish(struct ledger *ledger, sqlite3_stmt *statement)
{
    const int step = sqlite3_step(statement);
    const int result = step == SQLITE_DONE ? 0 : fail(ledger);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
}

static void bind_ints(sqlite3_stmt *statement, int first, const int64_t *values, int count)
{
    for (int i = 0; i < count; i++) {
        sqlite3_bind_int64(statement, first + i, values[i]);
    }
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

int ledger_put_order(struct ledger *ledger, const struct order *order, const struct pair *pair,
                     int64_t time_ns)
{
    sqlite3_stmt *statement = ledger->statements[PUT_ORDER];
    bind_ints(statement, 1, (const int64_t[]){(int64_t)order->id}, 1);
    bind_text(statement, 2, pair->symbol);
    const int64_t values[] = {order->purpose,
                              order->kind,
                              order->side,
                              order->state,
                              order->created_ns,
                              order->qty_lots,
                              order->cash,
                              order->limit_ticks,
                              order->stop_ticks,
                              order->target_ticks,
                              order->expire_ns,
                              order->strategies,
                              order->filled_lots,
                              order->cost,
                              order->fee,
                              pair->price_decimals * 100 + pair->qty_decimals,
                              time_ns};
    bind_ints(statement, 3, values, 17);
    return finish(ledger, statement);
}

int ledger_put_fill(struct ledger *ledger, const struct report *report, const struct pair *pair,
                    int64_t time_ns)
{
    sqlite3_stmt *statement = ledger->statements[PUT_FILL];
    bind_ints(statement, 1, (const int64_t[]){(int64_t)report->order_id, (int64_t)report->trade_id},
              2);
    bind_text(statement, 3, pair->symbol);
    const int64_t values[] = {time_ns,
                              report->side,
                              report->price_ticks,
                              report->qty_lots,
                              report->fee,
                              report->maker,
                              report->stop_hit,
                              pair->price_decimals * 100 + pair->qty_decimals};
    bind_ints(statement, 4, values, 8);
    return finish(ledger, statement);
}

static int put_trade(struct ledger *ledger, const struct record *record, const struct pair *pair)
{
    sqlite3_stmt *statement = ledger->statements[PUT_TRADE];
    const double qty = pair_qty_to_double(pair, record->qty_lots);
    bind_ints(statement, 1, (const int64_t[]){(int64_t)record->number}, 1);
    bind_text(statement, 2, pair->symbol);
    const int64_t values[] = {pair->qty_decimals, record->opened_ns, record->time_ns,
                              record->qty_lots};
    bind_ints(statement, 3, values, 4);
    sqlite3_bind_double(statement, 7, qty > 0 ? (double)record->cost / 1e8 / qty : 0);
    sqlite3_bind_double(statement, 8, record->price);
    const int64_t money[] = {record->cost, record->fee, record->pnl, record->stop_hit,
                             record->purpose};
    bind_ints(statement, 9, money, 5);
    return finish(ledger, statement);
}

int ledger_put_record(struct ledger *ledger, const struct record *record, const struct pair *pair,
                      const char *kind, const char *sentence, const char *json)
{
    sqlite3_stmt *statement = ledger->statements[PUT_RECORD];
    bind_ints(statement, 1, (const int64_t[]){(int64_t)record->number, record->kind}, 2);
    bind_text(statement, 3, kind);
    bind_ints(statement, 4, (const int64_t[]){record->time_ns}, 1);
    bind_text(statement, 5, pair != NULL ? pair->symbol : "");
    bind_text(statement, 6, sentence);
    bind_text(statement, 7, json);
    const int result = finish(ledger, statement);
    if (result != 0 || record->kind != RECORD_EXIT || pair == NULL) {
        return result;
    }
    return put_trade(ledger, record, pair);
}

int ledger_put_equity(struct ledger *ledger, const struct ledger_equity *equity)
{
    sqlite3_stmt *statement = ledger->statements[PUT_EQUITY];
    const int64_t values[] = {equity->time_ns, equity->equity, equity->cash, equity->realised,
                              equity->fees};
    bind_ints(statement, 1, values, 5);
    sqlite3_bind_double(statement, 6, equity->drawdown);
    return finish(ledger, statement);
}

int ledger_put_state(struct ledger *ledger, const char *key, const char *value)
{
    sqlite3_stmt *statement = ledger->statements[PUT_STATE];
    bind_text(statement, 1, key);
    bind_text(statement, 2, value);
    return finish(ledger, statement);
}

int ledger_get_state(struct ledger *ledger, const char *key, char *value, size_t size)
{
    sqlite3_stmt *statement = ledger->statements[GET_STATE];
    bind_text(statement, 1, key);
    const int step = sqlite3_step(statement);
    int result = step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? -ENOENT : fail(ledger);
    if (result == 0) {
        snprintf(value, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
}

static struct ledger_trade trade_row(sqlite3_stmt *row)
{
    struct ledger_trade trade = {
        .number = (uint64_t)sqlite3_column_int64(row, 0),
        .qty_decimals = (uint32_t)sqlite3_column_int64(row, 2),
        .opened_ns = sqlite3_column_int64(row, 3),
        .closed_ns = sqlite3_column_int64(row, 4),
        .qty_lots = sqlite3_column_int64(row, 5),
        .entry_price = sqlite3_column_double(row, 6),
        .exit_price = sqlite3_column_double(row, 7),
        .cost = sqlite3_column_int64(row, 8),
        .fee = sqlite3_column_int64(row, 9),
        .pnl = sqlite3_column_int64(row, 10),
        .stop_hit = sqlite3_column_int64(row, 11) != 0,
        .purpose = (int32_t)sqlite3_column_int64(row, 12),
    };
    snprintf(trade.symbol, sizeof trade.symbol, "%s", (const char *)sqlite3_column_text(row, 1));
    return trade;
}

int ledger_each_trade(struct ledger *ledger, uint32_t limit,
                      void (*visit)(void *context, const struct ledger_trade *trade), void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_TRADE];
    sqlite3_bind_int64(statement, 1, limit);
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_trade trade = trade_row(statement);
        visit(context, &trade);
    }
    sqlite3_reset(statement);
    return step == SQLITE_DONE ? 0 : fail(ledger);
}

int ledger_each_record(struct ledger *ledger, uint32_t limit,
                       void (*visit)(void *context, const struct ledger_record *record),
                       void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_RECORD];
    sqlite3_bind_int64(statement, 1, limit);
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_record record = {
            .number = (uint64_t)sqlite3_column_int64(statement, 0),
            .kind = (int32_t)sqlite3_column_int64(statement, 1),
            .time_ns = sqlite3_column_int64(statement, 2),
            .symbol = (const char *)sqlite3_column_text(statement, 3),
            .sentence = (const char *)sqlite3_column_text(statement, 4),
            .json = (const char *)sqlite3_column_text(statement, 5),
        };
        visit(context, &record);
    }
    sqlite3_reset(statement);
    return step == SQLITE_DONE ? 0 : fail(ledger);
}

int ledger_last_record(struct ledger *ledger, uint64_t *ret_number)
{
    sqlite3_stmt *statement = ledger->statements[LAST_RECORD];
    const int step = sqlite3_step(statement);
    const int result = step == SQLITE_ROW ? 0 : fail(ledger);
    if (result == 0) {
        *ret_number = (uint64_t)sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
    return result;
}
