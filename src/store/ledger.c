/* SPDX-License-Identifier: MIT */
#include "store/ledger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"
#include "store/ledger_internal.h"
#include "store/ledger_schema.h"

/* How long another process may hold the file before we give up. */
#define WAL_RETRY_MS 10

static const char *const statement_text[STATEMENT_COUNT] = {
    [PUT_ORDER] = "INSERT INTO orders VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,"
                  "?16,?17,?18,?19) ON CONFLICT(id) DO UPDATE SET state=?6, qty_lots=?8, "
                  "limit_ticks=?10, stop_ticks=?11, target_ticks=?12, filled_lots=?15, cost=?16, "
                  "fee=?17, decimals=?18, updated_ns=?19",
    [PUT_FILL] = "INSERT INTO fills VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12) "
                 "ON CONFLICT(order_id, trade_id) DO NOTHING",
    [PUT_RECORD] = "INSERT INTO records VALUES(?1,?2,?3,?4,?5,?6,?7) "
                   "ON CONFLICT(number) DO NOTHING",
    [PUT_TRADE] = "INSERT INTO trades VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,'',?14) "
                  "ON CONFLICT(number) DO NOTHING",
    [PUT_OWNER] = "UPDATE trades SET strategies=?2 WHERE number=?1",
    [PUT_EQUITY] = "INSERT INTO equity VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(time_ns) DO UPDATE "
                   "SET equity=?2, cash=?3, realised=?4, fees=?5, drawdown=?6",
    [PUT_STATE] = "INSERT INTO state VALUES(?1,?2) ON CONFLICT(key) DO UPDATE SET value=?2",
    [PUT_INTENT] = "INSERT OR IGNORE INTO intents VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,"
                   "?13,?14)",
    [PUT_VALIDATION] = "INSERT OR IGNORE INTO validations VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,"
                       "?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23)",
    [PUT_EVENT] = "INSERT INTO events VALUES(?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT(id) DO UPDATE "
                  "SET cleared_ns=?5, message=?6, metadata=?8",
    [RETAIN_EVENTS] = "DELETE FROM events WHERE id <= ?1 AND cleared_ns <> 0",
    /* The newest row of each stays, however old: numbers go on above it. Records have an index by
     * time; an intent's number ascends with time, so only the oldest are looked at. */
    [RETAIN_RECORDS] =
        "DELETE FROM records WHERE number IN (SELECT number FROM records WHERE time_ns < "
        "(SELECT max(time_ns) FROM equity) - ?1 AND number < (SELECT max(number) FROM records) "
        "ORDER BY time_ns LIMIT ?2)",
    [RETAIN_EQUITY] = "DELETE FROM equity WHERE time_ns IN (SELECT time_ns FROM equity WHERE "
                      "time_ns < (SELECT max(time_ns) FROM equity) - ?1 ORDER BY time_ns LIMIT ?2)",
    [RETAIN_INTENTS] =
        "DELETE FROM intents WHERE sequence IN (SELECT sequence FROM (SELECT * FROM intents ORDER "
        "BY sequence LIMIT ?2) WHERE time_ns < (SELECT max(time_ns) FROM equity) - ?1 AND sequence "
        "< (SELECT max(sequence) FROM intents) AND client < (SELECT max(client) FROM intents))",
    [LAST_INTENT] = "SELECT coalesce(max(sequence), 0), coalesce(max(client), 0) FROM intents",
    [GET_STATE] = "SELECT value FROM state WHERE key=?1",
    [EACH_ORDER] = "SELECT *, (SELECT coalesce(max(trade_id), 0) FROM fills WHERE order_id=id) "
                   "FROM orders WHERE state < ?2 OR id IN (SELECT id FROM orders WHERE state >= ?2 "
                   "ORDER BY id DESC LIMIT ?1) ORDER BY id",
    [EACH_TRADE] = "SELECT * FROM (SELECT * FROM trades ORDER BY number DESC LIMIT ?1) "
                   "ORDER BY number",
    [EACH_RECORD] = "SELECT * FROM (SELECT number, kind, time_ns, symbol, sentence, json FROM "
                    "records ORDER BY number DESC LIMIT ?1) ORDER BY number",
    [EACH_SINCE] = "SELECT number, kind, time_ns, symbol, sentence, json FROM records "
                   "WHERE time_ns >= ?1 ORDER BY number",
    /* From the entry's order on, which may have rested long before it was filled. */
    [EACH_OF_TRADE] =
        "SELECT number, kind, time_ns, symbol, sentence, json FROM records WHERE time_ns BETWEEN "
        "(SELECT coalesce(max(created_ns), ?2) FROM orders WHERE symbol=?1 AND purpose=?5 AND "
        "filled_lots > 0 AND created_ns <= ?2) AND ?3 AND number <= ?4 AND symbol IN (?1, '') "
        "ORDER BY number",
    [EACH_AT] = "SELECT number, kind, time_ns, symbol, sentence, json FROM records "
                "WHERE time_ns=?1 AND symbol=?2 ORDER BY number",
    [EACH_VALIDATION] =
        "SELECT * FROM (SELECT * FROM validations WHERE ?2=0 OR (symbol='' AND "
        "predictor='ensemble') ORDER BY made_ns DESC, model, strategy, symbol, predictor LIMIT ?1) "
        "ORDER BY made_ns, model, strategy, symbol, predictor",
    [EACH_EVENT] = "SELECT * FROM events WHERE cleared_ns=0 OR id IN (SELECT id FROM events "
                   "ORDER BY id DESC LIMIT ?1) ORDER BY id",
    [LAST_EVENT] = "SELECT coalesce(max(id), 0) FROM events",
    [LAST_RECORD] = "SELECT coalesce(max(number), 0) FROM records",
};

int ledger_code(sqlite3 *db)
{
    const int code = sqlite3_errcode(db);
    return code == SQLITE_FULL ? -ENOSPC : code == SQLITE_READONLY ? -EROFS : -EIO;
}

int ledger_fail(struct ledger *ledger)
{
    snprintf(ledger->error, sizeof ledger->error, "%s: %s", sqlite3_db_filename(ledger->db, "main"),
             sqlite3_errmsg(ledger->db));
    return ledger_code(ledger->db);
}

static int run(struct ledger *ledger, const char *sql)
{
    return sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : ledger_fail(ledger);
}

static int prepare_from(struct ledger *ledger, enum ledger_statement first)
{
    for (int i = first; i < STATEMENT_COUNT; i++) {
        if (sqlite3_prepare_v3(ledger->db, statement_text[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &ledger->statements[i], NULL) != SQLITE_OK) {
            return ledger_fail(ledger);
        }
    }
    return 0;
}

/* Where two make the same file's WAL at once, SQLite tells one of them at once that it is busy,
 * whatever the timeout. */
static int enter_wal(struct ledger *ledger)
{
    for (int waited_ms = 0;; waited_ms += WAL_RETRY_MS) {
        const int code = sqlite3_exec(ledger->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
        if (code != SQLITE_BUSY || waited_ms >= LEDGER_BUSY_MS) {
            return code == SQLITE_OK ? 0 : ledger_fail(ledger);
        }
        sqlite3_sleep(WAL_RETRY_MS);
    }
}

/*
 * Rows are appended, and read again only at a start, so the cache holds what a transaction touches:
 * 256 KiB. SQLite's own bound, 2 MB, fills over hours with pages that nobody asks for again.
 *
 * Every transaction is synced, also one that would do without: a sync that fails drops all that the
 * WAL had not on disk, and only the transaction that fails is written again. What an earlier one
 * had left there would be a hole, at which a recovery ends, whatever was synced behind it.
 */
static int prepare_file(struct ledger *ledger)
{
    sqlite3_busy_timeout(ledger->db, LEDGER_BUSY_MS);
    int result = enter_wal(ledger);
    if (result == 0) {
        result = run(ledger, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                             "PRAGMA cache_size=-256;");
    }
    if (result == 0) {
        result = ledger_migrate(ledger->db, &ledger_steps, ledger->error, sizeof ledger->error);
    }
    return result != 0 ? result : prepare_from(ledger, 0);
}

static int prepare_reader(struct ledger *ledger)
{
    sqlite3_busy_timeout(ledger->db, LEDGER_BUSY_MS);
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

/* What to do; only a ledger that cannot be read is to be given up. */
static const char *remedy(int result)
{
    switch (result) {
    case -ENOSPC:
        return "; make room on its disk";
    case -EROFS:
        return "; make it writable to this user, or choose another state directory";
    case -EIO:
        return "; restore it, or move the state directory away to begin a new one";
    default:
        return "";
    }
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
        snprintf(error, error_size, "ledger %s%s", ledger->error, remedy(result));
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

int ledger_begin(struct ledger *ledger)
{
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

int ledger_finish(struct ledger *ledger, sqlite3_stmt *statement)
{
    const int step = sqlite3_step(statement);
    const int result = step == SQLITE_DONE ? 0 : ledger_fail(ledger);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
}

void ledger_bind(sqlite3_stmt *statement, int first, const int64_t *values, int count)
{
    for (int i = 0; i < count; i++) {
        sqlite3_bind_int64(statement, first + i, values[i]);
    }
}

void ledger_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

int ledger_put_order(struct ledger *ledger, const struct order *order, const struct pair *pair,
                     int64_t time_ns)
{
    sqlite3_stmt *statement = ledger->statements[PUT_ORDER];
    ledger_bind(statement, 1, (const int64_t[]){(int64_t)order->id}, 1);
    ledger_bind_text(statement, 2, pair->symbol);
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
    ledger_bind(statement, 3, values, 17);
    return ledger_finish(ledger, statement);
}

int ledger_put_fill(struct ledger *ledger, const struct report *report, const struct pair *pair,
                    int64_t time_ns)
{
    sqlite3_stmt *statement = ledger->statements[PUT_FILL];
    ledger_bind(statement, 1,
                (const int64_t[]){(int64_t)report->order_id, (int64_t)report->trade_id}, 2);
    ledger_bind_text(statement, 3, pair->symbol);
    const int64_t values[] = {time_ns,
                              report->side,
                              report->price_ticks,
                              report->qty_lots,
                              report->fee,
                              report->maker,
                              report->stop_hit,
                              pair->price_decimals * 100 + pair->qty_decimals};
    ledger_bind(statement, 4, values, 8);
    char exec[VENUE_ID_TEXT_MAX];
    venue_id_format(exec, report->exec);
    ledger_bind_text(statement, 12, exec);
    return ledger_finish(ledger, statement);
}

static int put_trade(struct ledger *ledger, const struct record *record, const struct pair *pair)
{
    sqlite3_stmt *statement = ledger->statements[PUT_TRADE];
    const double qty = pair_qty_to_double(pair, record->qty_lots);
    ledger_bind(statement, 1, (const int64_t[]){(int64_t)record->number}, 1);
    ledger_bind_text(statement, 2, pair->symbol);
    const int64_t values[] = {pair->qty_decimals, record->opened_ns, record->time_ns,
                              record->qty_lots};
    ledger_bind(statement, 3, values, 4);
    sqlite3_bind_double(statement, 7, qty > 0 ? (double)record->cost / 1e8 / qty : 0);
    sqlite3_bind_double(statement, 8, record->price);
    const int64_t money[] = {record->cost,     record->fee,     record->pnl,
                             record->stop_hit, record->purpose, record->by_hand};
    ledger_bind(statement, 9, money, 6);
    return ledger_finish(ledger, statement);
}

int ledger_put_record(struct ledger *ledger, const struct record *record, const struct pair *pair,
                      const char *kind, const char *sentence, const char *json)
{
    sqlite3_stmt *statement = ledger->statements[PUT_RECORD];
    ledger_bind(statement, 1, (const int64_t[]){(int64_t)record->number, record->kind}, 2);
    ledger_bind_text(statement, 3, kind);
    ledger_bind(statement, 4, (const int64_t[]){record->time_ns}, 1);
    ledger_bind_text(statement, 5, pair != NULL ? pair->symbol : "");
    ledger_bind_text(statement, 6, sentence);
    ledger_bind_text(statement, 7, json);
    const int result = ledger_finish(ledger, statement);
    if (result != 0 || record->kind != RECORD_EXIT || pair == NULL) {
        return result;
    }
    return put_trade(ledger, record, pair);
}

int ledger_put_owner(struct ledger *ledger, uint64_t number, const char *strategies)
{
    sqlite3_stmt *statement = ledger->statements[PUT_OWNER];
    ledger_bind(statement, 1, (const int64_t[]){(int64_t)number}, 1);
    ledger_bind_text(statement, 2, strategies);
    return ledger_finish(ledger, statement);
}

int ledger_put_equity(struct ledger *ledger, const struct ledger_equity *equity)
{
    sqlite3_stmt *statement = ledger->statements[PUT_EQUITY];
    const int64_t values[] = {equity->time_ns, equity->equity, equity->cash, equity->realised,
                              equity->fees};
    ledger_bind(statement, 1, values, 5);
    sqlite3_bind_double(statement, 6, equity->drawdown);
    return ledger_finish(ledger, statement);
}

int ledger_put_state(struct ledger *ledger, const char *key, const char *value)
{
    sqlite3_stmt *statement = ledger->statements[PUT_STATE];
    ledger_bind_text(statement, 1, key);
    ledger_bind_text(statement, 2, value);
    return ledger_finish(ledger, statement);
}

int ledger_put_intent(struct ledger *ledger, const struct request *request, const struct pair *pair,
                      int64_t time_ns)
{
    sqlite3_stmt *statement = ledger->statements[PUT_INTENT];
    ledger_bind(statement, 1,
                (const int64_t[]){(int64_t)request->sequence, (int64_t)request->client}, 2);
    ledger_bind_text(statement, 3, pair->symbol);
    const int64_t values[] = {request->order,
                              request->side,
                              request->life,
                              request->qty_lots,
                              request->limit_ticks,
                              request->trigger_ticks,
                              request->close_ticks,
                              request->expire_ns,
                              request->deadline_ns,
                              pair->price_decimals * 100 + pair->qty_decimals,
                              time_ns};
    ledger_bind(statement, 4, values, sizeof values / sizeof values[0]);
    return ledger_finish(ledger, statement);
}

int ledger_retain(struct ledger *ledger, int64_t keep_ns, uint32_t limit, uint32_t *ret_removed)
{
    uint32_t removed = 0;
    int result = ledger_begin(ledger);
    for (int i = RETAIN_RECORDS; result == 0 && i <= RETAIN_INTENTS; i++) {
        ledger_bind(ledger->statements[i], 1, (const int64_t[]){keep_ns, limit}, 2);
        result = ledger_finish(ledger, ledger->statements[i]);
        removed += result == 0 ? (uint32_t)sqlite3_changes(ledger->db) : 0;
    }
    if (result != 0) {
        ledger_abandon(ledger);
        return result;
    }
    result = ledger_commit(ledger);
    if (result == 0) {
        *ret_removed = removed;
    }
    return result;
}
