/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "store/ledger_internal.h"

int ledger_put_event(struct ledger *ledger, const struct ledger_event *event)
{
    sqlite3_stmt *statement = ledger->statements[PUT_EVENT];
    ledger_bind(statement, 1, (const int64_t[]){(int64_t)event->id}, 1);
    ledger_bind_text(statement, 2, event->type);
    ledger_bind(statement, 3,
                (const int64_t[]){event->severity, event->raised_ns, event->cleared_ns}, 3);
    ledger_bind_text(statement, 6, event->message);
    ledger_bind_text(statement, 7, event->remedy);
    ledger_bind_text(statement, 8, event->metadata);
    int result = ledger_finish(ledger, statement);
    if (result == 0 && event->id > LEDGER_EVENT_KEEP) {
        statement = ledger->statements[RETAIN_EVENTS];
        ledger_bind(statement, 1, (const int64_t[]){(int64_t)event->id - LEDGER_EVENT_KEEP}, 1);
        result = ledger_finish(ledger, statement);
    }
    return result;
}

static void copy(sqlite3_stmt *row, int column, char *out, size_t size)
{
    snprintf(out, size, "%s", (const char *)sqlite3_column_text(row, column));
}

int ledger_each_event(struct ledger *ledger, uint32_t limit,
                      void (*visit)(void *context, const struct ledger_event *event), void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_EVENT];
    ledger_bind(statement, 1, (const int64_t[]){limit}, 1);
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        struct ledger_event event = {
            .id = (uint64_t)sqlite3_column_int64(statement, 0),
            .severity = sqlite3_column_int(statement, 2),
            .raised_ns = sqlite3_column_int64(statement, 3),
            .cleared_ns = sqlite3_column_int64(statement, 4),
        };
        copy(statement, 1, event.type, sizeof event.type);
        copy(statement, 5, event.message, sizeof event.message);
        copy(statement, 6, event.remedy, sizeof event.remedy);
        copy(statement, 7, event.metadata, sizeof event.metadata);
        visit(context, &event);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return step == SQLITE_DONE ? 0 : ledger_fail(ledger);
}
