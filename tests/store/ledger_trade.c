/* SPDX-License-Identifier: MIT */
/* What a closed trade's row says of who closed it, and what one of an older ledger says. */
#include <sqlite3.h>

#include "scratch.h"
#include "store/ledger.h"
#include "store/ledger_schema.h"
#include "test.h"

static const struct pair btc = {.symbol = "BTC/USD", .price_decimals = 1, .qty_decimals = 8};

static struct ledger *open_at(const char *path)
{
    struct ledger *ledger = NULL;
    char error[512] = "";
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), 0);
    return ledger;
}

static void see_trade(void *context, const struct ledger_trade *trade)
{
    struct ledger_trade *out = context;
    *out = *trade;
}

/* As the schema before left it. */
static void make_older(const char *path)
{
    sqlite3 *db;
    char sql[128];
    snprintf(sql, sizeof sql, "ALTER TABLE trades DROP COLUMN by_hand; PRAGMA user_version=%d",
             ledger_steps.count - 1);
    EXPECT_INT(sqlite3_open(path, &db), SQLITE_OK);
    EXPECT_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

TEST(a_trade_closed_by_hand_is_kept_as_such_and_an_older_one_is_read)
{
    const char *path = scratch("by_hand.db");
    struct ledger *ledger = open_at(path);
    const struct record record = {.kind = RECORD_EXIT,
                                  .number = 7,
                                  .time_ns = 2000,
                                  .opened_ns = 1000,
                                  .price = 110,
                                  .qty_lots = 100000000,
                                  .purpose = PURPOSE_EXIT,
                                  .by_hand = true};
    struct ledger_trade trade = {0};
    EXPECT_INT(ledger_put_record(ledger, &record, &btc, "exit", "Sold.", "{}"), 0);
    EXPECT_INT(ledger_each_trade(ledger, 10, see_trade, &trade), 0);
    EXPECT(trade.by_hand && trade.purpose == PURPOSE_EXIT);
    ledger_close(ledger);
    make_older(path);
    ledger = open_at(path);
    EXPECT_INT(ledger_each_trade(ledger, 10, see_trade, &trade), 0);
    EXPECT(!trade.by_hand && trade.purpose == PURPOSE_EXIT);
    ledger_close(ledger);
}
