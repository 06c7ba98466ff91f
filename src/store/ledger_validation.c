/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "store/ledger_internal.h"

/* The columns of the table, in its order. */
enum {
    COLUMN_MODEL,
    COLUMN_STRATEGY,
    COLUMN_SYMBOL,
    COLUMN_PREDICTOR,
    COLUMN_MADE,
    COLUMN_FROM,
    COLUMN_UNTIL,
    COLUMN_VERDICT,
    COLUMN_WORDS,
    COLUMN_SUPPORT,
    COLUMN_TAKEN,
    COLUMN_FIGURES,
};

int ledger_put_validation(struct ledger *ledger, const struct ledger_validation *validation)
{
    sqlite3_stmt *statement = ledger->statements[PUT_VALIDATION];
    const double figures[] = {
        validation->effective,         validation->base_rate,      validation->confidence,
        validation->accuracy,          validation->precision,      validation->recall,
        validation->log_loss,          validation->brier,          validation->auc,
        validation->calibration_error, validation->reward_without, validation->reward_with,
    };
    ledger_bind_text(statement, COLUMN_MODEL + 1, validation->model);
    ledger_bind_text(statement, COLUMN_STRATEGY + 1, validation->strategy);
    ledger_bind_text(statement, COLUMN_SYMBOL + 1, validation->symbol);
    ledger_bind_text(statement, COLUMN_PREDICTOR + 1, validation->predictor);
    ledger_bind(statement, COLUMN_MADE + 1,
                (const int64_t[]){validation->made_ns, validation->from_ns, validation->until_ns},
                3);
    ledger_bind_text(statement, COLUMN_VERDICT + 1, validation->verdict);
    ledger_bind_text(statement, COLUMN_WORDS + 1, validation->words);
    ledger_bind(statement, COLUMN_SUPPORT + 1,
                (const int64_t[]){(int64_t)validation->support, (int64_t)validation->taken}, 2);
    for (int i = 0; i < (int)(sizeof figures / sizeof figures[0]); i++) {
        if (isfinite(figures[i])) { /* what is not bound is NULL */
            sqlite3_bind_double(statement, COLUMN_FIGURES + 1 + i, figures[i]);
        }
    }
    return ledger_finish(ledger, statement);
}

static const char *text(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

static double real(sqlite3_stmt *row, int index)
{
    const int column = COLUMN_FIGURES + index;
    return sqlite3_column_type(row, column) == SQLITE_NULL ? (double)NAN
                                                           : sqlite3_column_double(row, column);
}

int ledger_each_validation(struct ledger *ledger, uint32_t limit, bool whole,
                           void (*visit)(void *context, const struct ledger_validation *row),
                           void *context)
{
    sqlite3_stmt *statement = ledger->statements[EACH_VALIDATION];
    ledger_bind(statement, 1, (const int64_t[]){limit, whole}, 2);
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        visit(context, &(struct ledger_validation){
                           .model = text(statement, COLUMN_MODEL),
                           .strategy = text(statement, COLUMN_STRATEGY),
                           .symbol = text(statement, COLUMN_SYMBOL),
                           .predictor = text(statement, COLUMN_PREDICTOR),
                           .made_ns = sqlite3_column_int64(statement, COLUMN_MADE),
                           .from_ns = sqlite3_column_int64(statement, COLUMN_FROM),
                           .until_ns = sqlite3_column_int64(statement, COLUMN_UNTIL),
                           .verdict = text(statement, COLUMN_VERDICT),
                           .words = text(statement, COLUMN_WORDS),
                           .support = (uint64_t)sqlite3_column_int64(statement, COLUMN_SUPPORT),
                           .taken = (uint64_t)sqlite3_column_int64(statement, COLUMN_TAKEN),
                           .effective = real(statement, 0),
                           .base_rate = real(statement, 1),
                           .confidence = real(statement, 2),
                           .accuracy = real(statement, 3),
                           .precision = real(statement, 4),
                           .recall = real(statement, 5),
                           .log_loss = real(statement, 6),
                           .brier = real(statement, 7),
                           .auc = real(statement, 8),
                           .calibration_error = real(statement, 9),
                           .reward_without = real(statement, 10),
                           .reward_with = real(statement, 11),
                       });
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return step == SQLITE_DONE ? 0 : ledger_fail(ledger);
}
