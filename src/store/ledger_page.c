/* SPDX-License-Identifier: MIT */
#include "store/ledger_page.h"

#include <errno.h>
#include <stdio.h>

#include "store/ledger_internal.h"

#define SQL_MAX 768

static int prepare(struct ledger *ledger, const char *sql, sqlite3_stmt **ret)
{
    return sqlite3_prepare_v2(ledger->db, sql, -1, ret, NULL) == SQLITE_OK ? 0
                                                                           : ledger_fail(ledger);
}

/* Ends a statement that was stepped to its end, or to nowhere. */
static int end(struct ledger *ledger, sqlite3_stmt *statement, int step)
{
    const int code = step == SQLITE_DONE || step == SQLITE_ROW ? 0 : ledger_fail(ledger);
    sqlite3_finalize(statement);
    return code;
}

static int count_of(struct ledger *ledger, sqlite3_stmt *statement, uint64_t *ret_count)
{
    const int step = sqlite3_step(statement);
    if (step == SQLITE_ROW) {
        *ret_count = (uint64_t)sqlite3_column_int64(statement, 0);
    }
    return end(ledger, statement, step);
}

/* A strategy's name stands among others with a + between. */
#define TRADES_WHERE                                                                               \
    " FROM trades WHERE closed_ns >= ?1 AND closed_ns < ?2 AND (?3='' OR symbol=?3) AND (?4='' "   \
    "OR "                                                                                          \
    "instr('+' || strategies || '+', '+' || ?4 || '+') > 0)"

static int prepare_trades(struct ledger *ledger, const char *sql,
                          const struct ledger_filter *filter, sqlite3_stmt **ret)
{
    const int code = prepare(ledger, sql, ret);
    if (code == 0) {
        ledger_bind(*ret, 1, (const int64_t[]){filter->from_ns, filter->to_ns}, 2);
        ledger_bind_text(*ret, 3, filter->symbol);
        ledger_bind_text(*ret, 4, filter->strategy);
    }
    return code;
}

int ledger_count_trades(struct ledger *ledger, const struct ledger_filter *filter,
                        uint64_t *ret_count)
{
    sqlite3_stmt *statement = NULL;
    const int code = prepare_trades(ledger, "SELECT count(*)" TRADES_WHERE, filter, &statement);
    return code != 0 ? code : count_of(ledger, statement, ret_count);
}

int ledger_page_trades(struct ledger *ledger, const struct ledger_filter *filter,
                       struct ledger_span span,
                       void (*visit)(void *context, const struct ledger_trade *trade),
                       void *context)
{
    sqlite3_stmt *statement = NULL;
    const int code =
        prepare_trades(ledger, "SELECT *" TRADES_WHERE " ORDER BY number DESC LIMIT ?5 OFFSET ?6",
                       filter, &statement);
    if (code != 0) {
        return code;
    }
    ledger_bind(statement, 5, (const int64_t[]){span.limit, span.offset}, 2);
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_trade trade = ledger_trade_row(statement);
        visit(context, &trade);
    }
    return end(ledger, statement, step);
}

int ledger_last_trade(struct ledger *ledger, uint64_t *ret_number)
{
    sqlite3_stmt *statement = NULL;
    const int code = prepare(ledger, "SELECT coalesce(max(number), 0) FROM trades", &statement);
    return code != 0 ? code : count_of(ledger, statement, ret_number);
}

/* The number of the first record that is no older, or of the last one that is; 0: there is none. */
static int number_at(struct ledger *ledger, int64_t time_ns, bool before, uint64_t *ret)
{
    sqlite3_stmt *statement = NULL;
    const int code = prepare(
        ledger,
        before ? "SELECT number FROM records WHERE time_ns < ?1 ORDER BY time_ns DESC, number DESC "
                 "LIMIT 1"
               : "SELECT number FROM records WHERE time_ns >= ?1 ORDER BY time_ns, number LIMIT 1",
        &statement);
    if (code != 0) {
        return code;
    }
    *ret = 0;
    ledger_bind(statement, 1, &time_ns, 1);
    return count_of(ledger, statement, ret);
}

/*
 * Numbers ascend with time, so a span of time is one of numbers, and each of these indexes holds
 * its rows in their order. Without a pair or a kind the one by time does.
 */
static void records_where(const struct ledger_filter *filter, char *sql, size_t size)
{
    const bool pair = filter->symbol[0] != '\0', kind = filter->kind != 0;
    snprintf(sql, size, " FROM records INDEXED BY %s WHERE %s%s%s",
             pair   ? "records_by_pair"
             : kind ? "records_by_kind"
                    : "records_by_time",
             pair || kind ? "number BETWEEN ?1 AND ?2" : "time_ns >= ?7 AND time_ns < ?8",
             pair ? " AND symbol=?3" : "", kind ? " AND kind=?4" : "");
}

/* -ENOENT: no record lies in the span. */
static int prepare_records(struct ledger *ledger, const char *sql,
                           const struct ledger_filter *filter, sqlite3_stmt **ret)
{
    uint64_t first = 0, last = 0;
    int code = number_at(ledger, filter->from_ns, false, &first);
    code = code != 0 ? code : number_at(ledger, filter->to_ns, true, &last);
    if (code != 0 || first == 0 || last < first) {
        return code != 0 ? code : -ENOENT;
    }
    code = prepare(ledger, sql, ret);
    if (code == 0) {
        ledger_bind(*ret, 1, (const int64_t[]){(int64_t)first, (int64_t)last}, 2);
        ledger_bind_text(*ret, 3, filter->symbol);
        ledger_bind(*ret, 4, (const int64_t[]){filter->kind}, 1);
        ledger_bind(*ret, 7, (const int64_t[]){filter->from_ns, filter->to_ns}, 2);
    }
    return code;
}

int ledger_count_records(struct ledger *ledger, const struct ledger_filter *filter,
                         uint64_t *ret_count)
{
    char where[SQL_MAX / 2], sql[SQL_MAX];
    sqlite3_stmt *statement = NULL;
    records_where(filter, where, sizeof where);
    snprintf(sql, sizeof sql, "SELECT count(*)%s", where);
    const int code = prepare_records(ledger, sql, filter, &statement);
    if (code == -ENOENT) {
        *ret_count = 0;
        return 0;
    }
    return code != 0 ? code : count_of(ledger, statement, ret_count);
}

int ledger_page_records(struct ledger *ledger, const struct ledger_filter *filter,
                        struct ledger_span span,
                        void (*visit)(void *context, const struct ledger_record *record),
                        void *context)
{
    char where[SQL_MAX / 2], sql[SQL_MAX];
    sqlite3_stmt *statement = NULL;
    const bool by_time = filter->symbol[0] == '\0' && filter->kind == 0;
    records_where(filter, where, sizeof where);
    snprintf(sql, sizeof sql,
             "SELECT number, kind, time_ns, symbol, sentence, json FROM records WHERE number IN "
             "(SELECT number%s ORDER BY %snumber DESC LIMIT ?5 OFFSET ?6) ORDER BY number DESC",
             where, by_time ? "time_ns DESC, " : "");
    const int code = prepare_records(ledger, sql, filter, &statement);
    if (code != 0) {
        return code == -ENOENT ? 0 : code;
    }
    ledger_bind(statement, 5, (const int64_t[]){span.limit, span.offset}, 2);
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_record record = ledger_record_row(statement);
        visit(context, &record);
    }
    return end(ledger, statement, step);
}

int ledger_each_equity(struct ledger *ledger, int64_t from_ns, int64_t to_ns,
                       void (*visit)(void *context, const struct ledger_equity *row), void *context)
{
    sqlite3_stmt *statement = NULL;
    const int code = prepare(ledger,
                             "SELECT time_ns, equity, cash, realised, fees, drawdown FROM equity "
                             "WHERE time_ns >= ?1 AND time_ns < ?2 ORDER BY time_ns",
                             &statement);
    if (code != 0) {
        return code;
    }
    ledger_bind(statement, 1, (const int64_t[]){from_ns, to_ns}, 2);
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct ledger_equity row = {
            .time_ns = sqlite3_column_int64(statement, 0),
            .equity = sqlite3_column_int64(statement, 1),
            .cash = sqlite3_column_int64(statement, 2),
            .realised = sqlite3_column_int64(statement, 3),
            .fees = sqlite3_column_int64(statement, 4),
            .drawdown = sqlite3_column_double(statement, 5),
        };
        visit(context, &row);
    }
    return end(ledger, statement, step);
}

int ledger_equity_ends(struct ledger *ledger, int64_t from_ns, int64_t to_ns, int64_t *ret_first_ns,
                       int64_t *ret_last_ns)
{
    sqlite3_stmt *statement = NULL;
    const int code =
        prepare(ledger,
                "SELECT (SELECT min(time_ns) FROM equity WHERE time_ns >= ?1 AND time_ns < ?2), "
                "(SELECT max(time_ns) FROM equity WHERE time_ns >= ?1 AND time_ns < ?2)",
                &statement);
    if (code != 0) {
        return code;
    }
    ledger_bind(statement, 1, (const int64_t[]){from_ns, to_ns}, 2);
    const int step = sqlite3_step(statement);
    const bool none = step == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_NULL;
    if (step == SQLITE_ROW && !none) {
        *ret_first_ns = sqlite3_column_int64(statement, 0);
        *ret_last_ns = sqlite3_column_int64(statement, 1);
    }
    const int ended = end(ledger, statement, step);
    return ended != 0 ? ended : none ? -ENOENT : 0;
}
