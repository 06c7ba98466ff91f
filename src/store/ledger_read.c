/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store/disk.h"
#include "store/ledger_internal.h"

int ledger_get_state(struct ledger *ledger, const char *key, char *value, size_t size)
{
    sqlite3_stmt *statement = ledger->statements[GET_STATE];
    ledger_bind_text(statement, 1, key);
    const int step = sqlite3_step(statement);
    int result = step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? -ENOENT : ledger_fail(ledger);
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
    ledger_bind(statement, 1, (const int64_t[]){limit, ORDER_FILLED},
                2); /* order_alive: before it */
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_order order = order_row(statement);
        visit(context, &order);
    }
    sqlite3_reset(statement);
    return step == SQLITE_DONE ? 0 : ledger_fail(ledger);
}

int ledger_last_intent(struct ledger *ledger, uint64_t *ret_sequence, uint64_t *ret_client)
{
    sqlite3_stmt *statement = ledger->statements[LAST_INTENT];
    const int step = sqlite3_step(statement);
    if (step == SQLITE_ROW) {
        *ret_sequence = (uint64_t)sqlite3_column_int64(statement, 0);
        *ret_client = (uint64_t)sqlite3_column_int64(statement, 1);
    }
    sqlite3_reset(statement);
    return step == SQLITE_ROW ? 0 : ledger_fail(ledger);
}

/* As a page of a thousand trades, and a look at all of them, need it: without a format. */
static void copy_text(char *out, size_t size, sqlite3_stmt *row, int column)
{
    const size_t len = (size_t)sqlite3_column_bytes(row, column);
    memcpy(out, sqlite3_column_text(row, column), len < size ? len : size - 1);
}

struct ledger_trade ledger_trade_row(sqlite3_stmt *row)
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
        .by_hand = sqlite3_column_int64(row, 14) != 0,
    };
    copy_text(trade.symbol, sizeof trade.symbol, row, 1);
    copy_text(trade.strategies, sizeof trade.strategies, row, 13);
    return trade;
}

int ledger_each_trade(struct ledger *ledger, uint32_t limit,
                      void (*visit)(void *context, const struct ledger_trade *trade), void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_TRADE];
    sqlite3_bind_int64(statement, 1, limit);
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_trade trade = ledger_trade_row(statement);
        visit(context, &trade);
    }
    sqlite3_reset(statement);
    return step == SQLITE_DONE ? 0 : ledger_fail(ledger);
}

struct ledger_record ledger_record_row(sqlite3_stmt *row)
{
    return (struct ledger_record){
        .number = (uint64_t)sqlite3_column_int64(row, 0),
        .kind = (int32_t)sqlite3_column_int64(row, 1),
        .time_ns = sqlite3_column_int64(row, 2),
        .symbol = (const char *)sqlite3_column_text(row, 3),
        .sentence = (const char *)sqlite3_column_text(row, 4),
        .json = (const char *)sqlite3_column_text(row, 5),
    };
}

static int visit_records(struct ledger *ledger, sqlite3_stmt *statement,
                         void (*visit)(void *context, const struct ledger_record *record),
                         void *context)
{
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_record record = ledger_record_row(statement);
        visit(context, &record);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return step == SQLITE_DONE ? 0 : ledger_fail(ledger);
}

int ledger_each_record(struct ledger *ledger, uint32_t limit,
                       void (*visit)(void *context, const struct ledger_record *record),
                       void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_RECORD];
    sqlite3_bind_int64(statement, 1, limit);
    return visit_records(ledger, statement, visit, context);
}

int ledger_each_record_since(struct ledger *ledger, int64_t time_ns,
                             void (*visit)(void *context, const struct ledger_record *record),
                             void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_SINCE];
    sqlite3_bind_int64(statement, 1, time_ns);
    return visit_records(ledger, statement, visit, context);
}

int ledger_each_record_of(struct ledger *ledger, const struct ledger_trade *trade,
                          void (*visit)(void *context, const struct ledger_record *record),
                          void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_OF_TRADE];
    ledger_bind_text(statement, 1, trade->symbol);
    ledger_bind(statement, 2,
                (const int64_t[]){trade->opened_ns, trade->closed_ns, (int64_t)trade->number,
                                  PURPOSE_ENTRY},
                4);
    return visit_records(ledger, statement, visit, context);
}

int ledger_each_record_at(struct ledger *ledger, const char *symbol, int64_t time_ns,
                          void (*visit)(void *context, const struct ledger_record *record),
                          void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_AT];
    sqlite3_bind_int64(statement, 1, time_ns);
    ledger_bind_text(statement, 2, symbol);
    return visit_records(ledger, statement, visit, context);
}

static int get_last(struct ledger *ledger, sqlite3_stmt *statement, uint64_t *ret_number)
{
    const int step = sqlite3_step(statement);
    const int result = step == SQLITE_ROW ? 0 : ledger_fail(ledger);
    if (result == 0) {
        *ret_number = (uint64_t)sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
    return result;
}

int ledger_last_record(struct ledger *ledger, uint64_t *ret_number)
{
    return get_last(ledger, ledger->statements[LAST_RECORD], ret_number);
}

int ledger_last_event(struct ledger *ledger, uint64_t *ret_id)
{
    return get_last(ledger, ledger->statements[LAST_EVENT], ret_id);
}
