/* SPDX-License-Identifier: MIT */
#include "store/ledger.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "scratch.h"
#include "test.h"

static const struct pair btc = {.symbol = "BTC/USD", .price_decimals = 1, .qty_decimals = 8};

static struct ledger *open_at(const char *path)
{
    struct ledger *ledger = NULL;
    char error[512];
    if (ledger_open(path, &ledger, error, sizeof error) != 0) {
        print_error("%s\n", error);
        return NULL;
    }
    return ledger;
}

static int64_t count_rows(const char *path, const char *table)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    EXPECT_INT(sqlite3_open(path, &db), SQLITE_OK);
    EXPECT_INT(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    EXPECT_INT(sqlite3_step(statement), SQLITE_ROW);
    const int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

static struct record exit_record(uint64_t number)
{
    return (struct record){.kind = RECORD_EXIT,
                           .number = number,
                           .time_ns = 2000,
                           .opened_ns = 1000,
                           .price = 110,
                           .qty_lots = 100000000,
                           .cost = INT64_C(10000000000),
                           .fee = 84000000,
                           .pnl = 916000000,
                           .stop_hit = false};
}

static void see_trade(void *context, const struct ledger_trade *trade)
{
    struct ledger_trade *out = context;
    *out = *trade;
}

/* SQLite's own bound of 2 MB is reached after hours, and the session's memory rises until then. */
TEST(a_ledger_that_grows_takes_no_more_memory_than_before)
{
    struct ledger *ledger = open_at(scratch("ledger_memory.db"));
    static char json[1001];
    memset(json, 'x', sizeof json - 1);
    struct record record = exit_record(1);
    int64_t used[2];
    for (int half = 0; half < 2; half++) {
        EXPECT_INT(ledger_begin(ledger, false), 0);
        for (; record.number % 1000 != 0; record.number++)
            EXPECT_INT(ledger_put_record(ledger, &record, &btc, "exit", "Sold.", json), 0);
        EXPECT_INT(ledger_commit(ledger), 0);
        used[half] = sqlite3_memory_used();
        record.number++;
    }
    EXPECT(used[1] - used[0] < 16384); /* of a megabyte of rows */
    EXPECT(used[1] < 512 * 1024);
    ledger_close(ledger);
}

TEST(an_exit_becomes_a_trade_with_its_prices_and_its_net_pnl)
{
    const char *path = scratch("ledger1.db");
    struct ledger *ledger = open_at(path);
    const struct record record = exit_record(7);
    EXPECT_INT(ledger_begin(ledger, false), 0);
    EXPECT_INT(ledger_put_record(ledger, &record, &btc, "exit", "Sold.", "{}"), 0);
    EXPECT_INT(ledger_commit(ledger), 0);
    struct ledger_trade trade = {0};
    EXPECT_INT(ledger_each_trade(ledger, 10, see_trade, &trade), 0);
    EXPECT_TEXT(trade.symbol, "BTC/USD");
    EXPECT_NEAR(trade.entry_price, 100, 1e-12);
    EXPECT_NEAR(trade.exit_price, 110, 0);
    EXPECT_INT(trade.pnl, 916000000);
    uint64_t last = 0;
    EXPECT_INT(ledger_last_record(ledger, &last), 0);
    EXPECT_INT((int64_t)last, 7);
    ledger_close(ledger);
}

TEST(writing_a_row_twice_changes_nothing)
{
    const char *path = scratch("ledger2.db");
    struct ledger *ledger = open_at(path);
    const struct report fill = {.order_id = 3, .trade_id = 9, .kind = REPORT_FILL, .qty_lots = 5};
    struct order order = {.id = 3, .qty_lots = 5, .state = ORDER_OPEN};
    const struct record record = exit_record(1);
    for (int i = 0; i < 2; i++) {
        EXPECT_INT(ledger_begin(ledger, true), 0);
        EXPECT_INT(ledger_put_fill(ledger, &fill, &btc, 1), 0);
        EXPECT_INT(ledger_put_order(ledger, &order, &btc, 1), 0);
        EXPECT_INT(ledger_put_record(ledger, &record, &btc, "exit", "Sold.", "{}"), 0);
        EXPECT_INT(ledger_commit(ledger), 0);
    }
    EXPECT_INT(count_rows(path, "fills"), 1);
    EXPECT_INT(count_rows(path, "orders"), 1);
    EXPECT_INT(count_rows(path, "records"), 1);
    EXPECT_INT(count_rows(path, "trades"), 1);
    ledger_close(ledger);
}

TEST(what_was_not_committed_is_not_there_after_a_crash)
{
    const char *path = scratch("ledger3.db");
    struct ledger *ledger = open_at(path);
    const struct record record = exit_record(1);
    EXPECT_INT(ledger_begin(ledger, true), 0);
    EXPECT_INT(ledger_put_record(ledger, &record, &btc, "exit", "Sold.", "{}"), 0);
    ledger_close(ledger); /* as a process that dies: no commit */
    EXPECT_INT(count_rows(path, "records"), 0);
}

TEST(a_value_is_kept_by_its_name)
{
    const char *path = scratch("ledger4.db");
    struct ledger *ledger = open_at(path);
    char value[32] = "untouched";
    EXPECT_INT(ledger_get_state(ledger, "market_ns", value, sizeof value), -2);
    EXPECT_TEXT(value, "untouched");
    EXPECT_INT(ledger_put_state(ledger, "market_ns", "1"), 0);
    EXPECT_INT(ledger_put_state(ledger, "market_ns", "2"), 0);
    EXPECT_INT(ledger_get_state(ledger, "market_ns", value, sizeof value), 0);
    EXPECT_TEXT(value, "2");
    ledger_close(ledger);
}

TEST(a_ledger_of_a_newer_cuttle_is_refused_and_left_alone)
{
    const char *path = scratch("ledger5.db");
    ledger_close(open_at(path));
    sqlite3 *db;
    EXPECT_INT(sqlite3_open(path, &db), SQLITE_OK);
    EXPECT_INT(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    struct ledger *ledger = NULL;
    char error[512];
    EXPECT(ledger_open(path, &ledger, error, sizeof error) < 0);
    EXPECT(strstr(error, "newer cuttle") != NULL && strstr(error, path) != NULL);
    EXPECT(ledger == NULL);
}

TEST(a_file_that_is_no_ledger_is_refused_with_its_name)
{
    const char *path = scratch("ledger6.db");
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 200; i++) {
        fputs("this is a letter to somebody, not a database\n", file);
    }
    fclose(file);
    struct ledger *ledger = NULL;
    char error[512];
    EXPECT(ledger_open(path, &ledger, error, sizeof error) < 0);
    EXPECT(strstr(error, path) != NULL && strstr(error, "not a database") != NULL);
}

TEST(a_directory_that_is_not_there_is_named)
{
    struct ledger *ledger = NULL;
    char error[512];
    EXPECT(ledger_open("/nonexistent/ledger.db", &ledger, error, sizeof error) < 0);
    EXPECT(strstr(error, "/nonexistent/ledger.db") != NULL);
}
