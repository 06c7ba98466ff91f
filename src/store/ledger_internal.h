/* SPDX-License-Identifier: MIT */
/* The ledger's inside: ledger.c opens and writes, ledger_read.c reads; nobody else includes this.
 */
#pragma once

#include <sqlite3.h>

#include "store/ledger.h"

/* How long another connection may hold the file before we give up. */
#define LEDGER_BUSY_MS 5000

enum ledger_statement {
    PUT_ORDER,
    PUT_FILL,
    PUT_RECORD,
    PUT_TRADE,
    PUT_OWNER,
    PUT_EQUITY,
    PUT_STATE,
    PUT_INTENT,
    PUT_VALIDATION,
    PUT_EVENT,
    RETAIN_EVENTS,
    RETAIN_RECORDS,
    RETAIN_EQUITY,
    RETAIN_INTENTS,
    GET_STATE, /* from here on they only read */
    EACH_ORDER,
    EACH_TRADE,
    EACH_RECORD,
    EACH_SINCE,
    EACH_OF_TRADE,
    EACH_AT,
    LAST_RECORD,
    LAST_INTENT,
    EACH_VALIDATION,
    EACH_EVENT,
    LAST_EVENT,
    STATEMENT_COUNT,
};

struct ledger {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    char error[512];
};

/* Runs a statement that returns no row, and empties it for the next. */
int ledger_finish(struct ledger *ledger, sqlite3_stmt *statement);

/* Of SQLite's newest error: -ENOSPC, -EROFS where it may not be written, else -EIO. */
int ledger_code(sqlite3 *db);

/* Keeps what SQLite says, and gives its ledger_code. */
int ledger_fail(struct ledger *ledger);

/* Of a row of `trades`, and of one of number, kind, time_ns, symbol, sentence, json. */
struct ledger_trade ledger_trade_row(sqlite3_stmt *row);
struct ledger_record ledger_record_row(sqlite3_stmt *row);

void ledger_bind(sqlite3_stmt *statement, int first, const int64_t *values, int count);
void ledger_bind_text(sqlite3_stmt *statement, int index, const char *text);
