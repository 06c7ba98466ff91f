/* SPDX-License-Identifier: MIT */
#include "store/ledger.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"
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
    GET_STATE, /* from here on they only read */
    EACH_ORDER,
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
    [EACH_ORDER] = "SELECT *, (SELECT coalesce(max(trade_id), 0) FROM fills WHERE order_id=id) "
                   "FROM orders WHERE state < ?2 OR id IN (SELECT id FROM orders WHERE state >= ?2 "
                   "ORDER BY id DESC LIMIT ?1) ORDER BY id",
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

static int prepare_from(struct ledger *ledger, enum statement first)
{
    for (int i = first; i < STATEMENT_COUNT; i++) {
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
        result = ledger_migrate(ledger->db, &ledger_steps, ledger->error, sizeof ledger->error);
    }
    return result != 0 ? result : prepare_from(ledger, 0);
}

static int prepare_reader(struct ledger *ledger)
{
    sqlite3_busy_timeout(ledger->db, BUSY_MS);
    const int result = ledger_check_version(ledger->db, ledger->error, sizeof ledger->error);
    return result != 0 ? result : prepare_from(ledger, GET_STATE);
}

/* The file and what SQLite puts beside it, which takes its rights from it. */
static int make_private(const char *path)
{
    static const char *const endings[] = {"-wal", "-shm"};
    int result = disk_make_private_file(path);
    for (int i = 0; result == 0 && i < 2; i++) {
        char beside[DISK_PATH_MAX];
        snprintf(beside, sizeof beside, "%s%s", path, endings[i]);
        result = disk_narrow(beside);
        result = result == -ENOENT ? 0 : result;
    }
    return result;
}

static int open_at(const char *path, int flags, struct ledger **ret, char *error, size_t error_size)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL) {
        snprintf(error, error_size, "out of memory");
        return -ENOMEM;
    }
    const bool writes = flags & SQLITE_OPEN_READWRITE;
    int result = 0;
    if (sqlite3_open_v2(path, &ledger->db, flags, NULL) != SQLITE_OK) {
        snprintf(ledger->error, sizeof ledger->error,
                 "%s: %s; is the directory there, and may it be written?", path,
                 sqlite3_errmsg(ledger->db));
        result = -EIO;
    }
    if (result == 0) {
        result = writes ? prepare_file(ledger) : prepare_reader(ledger);
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

int ledger_open(const char *path, struct ledger **ret, char *error, size_t error_size)
{
    const int made = make_private(path);
    if (made != 0) {
        return disk_fail(-made, error, error_size,
                         "ledger %s: %s; is the directory there, and may it be written?", path,
                         strerror(-made));
    }
    return open_at(path, SQLITE_OPEN_READWRITE, ret, error, error_size);
}

int ledger_open_reader(const char *path, struct ledger **ret, char *error, size_t error_size)
{
    if (access(path, F_OK) != 0) {
        return disk_fail(errno, error, error_size, "ledger %s: %s", path, strerror(errno));
    }
    return open_at(path, SQLITE_OPEN_READONLY, ret, error, error_size);
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
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        const size_t len = strlen(text);
        if (len < size) {
            memcpy(value, text, len + 1);
        } else {
            result = disk_fail(EMSGSIZE, ledger->error, sizeof ledger->error,
                               "%s: the state %s is %zu bytes long, and there is room for %zu",
                               sqlite3_db_filename(ledger->db, "main"), key, len, size - 1);
        }
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
}

static struct ledger_order order_row(sqlite3_stmt *row)
{
    const int64_t decimals = sqlite3_column_int64(row, 17);
    struct ledger_order out = {
        .order = {.id = (uint64_t)sqlite3_column_int64(row, 0),
                  .purpose = (enum order_purpose)sqlite3_column_int64(row, 2),
                  .kind = (enum order_kind)sqlite3_column_int64(row, 3),
                  .side = (enum side)sqlite3_column_int64(row, 4),
                  .state = (enum order_state)sqlite3_column_int64(row, 5),
                  .created_ns = sqlite3_column_int64(row, 6),
                  .qty_lots = sqlite3_column_int64(row, 7),
                  .cash = sqlite3_column_int64(row, 8),
                  .limit_ticks = sqlite3_column_int64(row, 9),
                  .stop_ticks = sqlite3_column_int64(row, 10),
                  .target_ticks = sqlite3_column_int64(row, 11),
                  .expire_ns = sqlite3_column_int64(row, 12),
                  .strategies = (uint32_t)sqlite3_column_int64(row, 13),
                  .filled_lots = sqlite3_column_int64(row, 14),
                  .cost = sqlite3_column_int64(row, 15),
                  .fee = sqlite3_column_int64(row, 16),
                  .trade_id_last = (uint64_t)sqlite3_column_int64(row, 19)},
        .price_decimals = (uint32_t)(decimals / 100),
        .qty_decimals = (uint32_t)(decimals % 100),
        .updated_ns = sqlite3_column_int64(row, 18),
    };
    snprintf(out.symbol, sizeof out.symbol, "%s", (const char *)sqlite3_column_text(row, 1));
    return out;
}

int ledger_each_order(struct ledger *ledger, uint32_t limit,
                      void (*visit)(void *context, const struct ledger_order *order), void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_ORDER];
    bind_ints(statement, 1, (const int64_t[]){limit, ORDER_FILLED}, 2); /* order_alive: before it */
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_order order = order_row(statement);
        visit(context, &order);
    }
    sqlite3_reset(statement);
    return step == SQLITE_DONE ? 0 : fail(ledger);
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
