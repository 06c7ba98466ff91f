/* SPDX-License-Identifier: MIT */
#include "store/ledger_schema.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"
#include "store/ledger_copy.h"
#include "store/ledger_internal.h"

/* `decimals` is 100 * price_decimals + qty_decimals. */
static const char *const step_texts[] = {
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, purpose INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, side INTEGER NOT NULL, state INTEGER NOT NULL,"
    " created_ns INTEGER NOT NULL, qty_lots INTEGER NOT NULL, cash INTEGER NOT NULL,"
    " limit_ticks INTEGER NOT NULL, stop_ticks INTEGER NOT NULL, target_ticks INTEGER NOT NULL,"
    " expire_ns INTEGER NOT NULL, strategies INTEGER NOT NULL, filled_lots INTEGER NOT NULL,"
    " cost INTEGER NOT NULL, fee INTEGER NOT NULL, decimals INTEGER NOT NULL,"
    " updated_ns INTEGER NOT NULL) STRICT;"
    "CREATE TABLE fills(order_id INTEGER NOT NULL, trade_id INTEGER NOT NULL,"
    " symbol TEXT NOT NULL, time_ns INTEGER NOT NULL, side INTEGER NOT NULL,"
    " price_ticks INTEGER NOT NULL, qty_lots INTEGER NOT NULL, fee INTEGER NOT NULL,"
    " maker INTEGER NOT NULL, stop_hit INTEGER NOT NULL, decimals INTEGER NOT NULL,"
    " PRIMARY KEY(order_id, trade_id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE records(number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, word TEXT NOT NULL,"
    " time_ns INTEGER NOT NULL, symbol TEXT NOT NULL, sentence TEXT NOT NULL,"
    " json TEXT NOT NULL) STRICT;"
    "CREATE INDEX records_by_time ON records(time_ns);"
    "CREATE TABLE trades(number INTEGER PRIMARY KEY, symbol TEXT NOT NULL,"
    " qty_decimals INTEGER NOT NULL, opened_ns INTEGER NOT NULL, closed_ns INTEGER NOT NULL,"
    " qty_lots INTEGER NOT NULL, entry_price REAL NOT NULL, exit_price REAL NOT NULL,"
    " cost INTEGER NOT NULL, fee INTEGER NOT NULL, pnl INTEGER NOT NULL,"
    " stop_hit INTEGER NOT NULL, purpose INTEGER NOT NULL) STRICT;"
    "CREATE TABLE equity(time_ns INTEGER PRIMARY KEY, equity INTEGER NOT NULL,"
    " cash INTEGER NOT NULL, realised INTEGER NOT NULL, fees INTEGER NOT NULL,"
    " drawdown REAL NOT NULL) STRICT;"
    "CREATE TABLE state(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;",
    "CREATE TABLE intents(sequence INTEGER PRIMARY KEY, client INTEGER NOT NULL,"
    " symbol TEXT NOT NULL, kind INTEGER NOT NULL, side INTEGER NOT NULL, life INTEGER NOT NULL,"
    " qty_lots INTEGER NOT NULL, limit_ticks INTEGER NOT NULL, trigger_ticks INTEGER NOT NULL,"
    " close_ticks INTEGER NOT NULL, expire_ns INTEGER NOT NULL, deadline_ns INTEGER NOT NULL,"
    " decimals INTEGER NOT NULL, time_ns INTEGER NOT NULL) STRICT;",
    /* The venue's own name of a fill, '' where there is none: paper, and what older ones wrote. And
     * notes of the venue's were once kept as an order. */
    ("ALTER TABLE fills ADD COLUMN exec TEXT NOT NULL DEFAULT '';"
     "DELETE FROM orders WHERE id=0;"),
    /* What trainings proved. A figure that there is none of is NULL. */
    ("CREATE TABLE validations(model TEXT NOT NULL, strategy TEXT NOT NULL, symbol TEXT NOT NULL,"
     " predictor TEXT NOT NULL, made_ns INTEGER NOT NULL, from_ns INTEGER NOT NULL,"
     " until_ns INTEGER NOT NULL, verdict TEXT NOT NULL, words TEXT NOT NULL,"
     " support INTEGER NOT NULL, taken INTEGER NOT NULL, effective REAL, base_rate REAL,"
     " confidence REAL, accuracy REAL, precision REAL, recall REAL, log_loss REAL, brier REAL,"
     " auc REAL, calibration_error REAL, reward_without REAL, reward_with REAL,"
     " PRIMARY KEY(model, strategy, symbol, predictor)) STRICT, WITHOUT ROWID;"),
    /* Whose a trade was: names with a + between, '' where it is not known, as of all before this
     * step. And records are asked for by pair and by kind, without a look at their long texts. */
    ("ALTER TABLE trades ADD COLUMN strategies TEXT NOT NULL DEFAULT '';"
     "CREATE INDEX records_by_pair ON records(symbol, number, kind);"
     "CREATE INDEX records_by_kind ON records(kind, number);"),
    /* What the watch raised. Open ones have 0 in cleared_ns. */
    ("CREATE TABLE events(id INTEGER PRIMARY KEY, type TEXT NOT NULL, severity INTEGER NOT NULL,"
     " raised_ns INTEGER NOT NULL, cleared_ns INTEGER NOT NULL, message TEXT NOT NULL,"
     " remedy TEXT NOT NULL, metadata TEXT NOT NULL) STRICT;"),
    /* Of the trades before this step it is not known. */
    "ALTER TABLE trades ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0;",
};
const struct ledger_steps ledger_steps = {step_texts, sizeof step_texts / sizeof step_texts[0]};

static int say(struct sqlite3 *db, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: %s", sqlite3_db_filename(db, "main"), sqlite3_errmsg(db));
    return ledger_code(db);
}

static int read_version(struct sqlite3 *db, int *ret)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        sqlite3_finalize(statement);
        return -EIO;
    }
    *ret = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return 0;
}

/* 0 when this cuttle can bring the file to its own version, or has. */
static int judge_version(struct sqlite3 *db, const struct ledger_steps *steps, int version,
                         char *error, size_t error_size)
{
    if (version >= 0 && version <= steps->count) {
        return 0;
    }
    snprintf(error, error_size,
             "%s %s (schema %d, this one knows %d): %s, or choose another state directory",
             sqlite3_db_filename(db, "main"),
             version < 0 ? "is no ledger of any cuttle" : "was written by a newer cuttle", version,
             steps->count, version < 0 ? "restore it" : "run that one");
    return -EPROTO;
}

static int run_step(struct sqlite3 *db, const char *step, int version)
{
    char done[64];
    snprintf(done, sizeof done, "PRAGMA user_version=%d", version + 1);
    return sqlite3_exec(db, step, NULL, NULL, NULL) == SQLITE_OK &&
                   sqlite3_exec(db, done, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : -EIO;
}

/* Under the lock, where no other process can be at the same step. */
static int migrate_locked(struct sqlite3 *db, const struct ledger_steps *steps, char *error,
                          size_t error_size)
{
    int version = 0;
    if (read_version(db, &version) != 0) {
        return say(db, error, error_size);
    }
    const int result = judge_version(db, steps, version, error, error_size);
    if (result != 0) {
        return result;
    }
    for (; version < steps->count; version++) {
        if (run_step(db, steps->texts[version], version) != 0) {
            return say(db, error, error_size);
        }
    }
    return sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK ? 0
                                                                     : say(db, error, error_size);
}

/* The file as it was, beside it: LEDGER.v3. The lock is not held yet, as a copy is made by readers;
 * another process that migrates meanwhile has made its own, and this one then holds its result. */
static int keep_copy(struct sqlite3 *db, int version, char *error, size_t error_size)
{
    char kept[DISK_PATH_MAX], fresh[DISK_PATH_MAX + 8];
    const char *path = sqlite3_db_filename(db, "main");
    if ((size_t)snprintf(kept, sizeof kept, "%s.v%d", path, version) >= sizeof kept) {
        return disk_fail(ENAMETOOLONG, error, error_size, "%s: the name is too long", path);
    }
    snprintf(fresh, sizeof fresh, "%s.new", kept);
    unlink(fresh); /* of a start that was cut short */
    const int code = ledger_copy(db, fresh, error, error_size);
    if (code != 0) {
        return code;
    }
    if (rename(fresh, kept) != 0 || disk_sync_parent(kept) != 0) {
        return disk_fail(errno, error, error_size, "%s: %s", kept, strerror(errno));
    }
    return 0;
}

int ledger_migrate(struct sqlite3 *db, const struct ledger_steps *steps, char *error,
                   size_t error_size)
{
    int version = 0;
    if (read_version(db, &version) != 0) {
        return say(db, error, error_size);
    }
    if (version == steps->count) { /* nearly always, and then nobody is locked out */
        return 0;
    }
    if (version > 0 && version < steps->count) {
        const int code = keep_copy(db, version, error, error_size);
        if (code != 0) {
            return code;
        }
    }
    if (sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) != SQLITE_OK) {
        return say(db, error, error_size);
    }
    const int result = migrate_locked(db, steps, error, error_size);
    if (result != 0) {
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return result;
}

int ledger_check_version(struct sqlite3 *db, char *error, size_t error_size)
{
    int version = 0;
    if (read_version(db, &version) != 0) {
        return say(db, error, error_size);
    }
    const int result = judge_version(db, &ledger_steps, version, error, error_size);
    if (result == 0 && version < ledger_steps.count) {
        snprintf(
            error, error_size,
            "%s was written by an older cuttle (schema %d, this one reads %d): a session on it "
            "brings it up to date",
            sqlite3_db_filename(db, "main"), version, ledger_steps.count);
        return -ESTALE;
    }
    return result;
}
