/* SPDX-License-Identifier: MIT */
#include "store/ledger.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "core/base/timestamp.h"
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
        EXPECT_INT(ledger_begin(ledger), 0);
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
    EXPECT_INT(ledger_begin(ledger), 0);
    EXPECT_INT(ledger_put_record(ledger, &record, &btc, "exit", "Sold.", "{}"), 0);
    EXPECT_INT(ledger_commit(ledger), 0);
    struct ledger_trade trade = {0};
    EXPECT_INT(ledger_each_trade(ledger, 10, see_trade, &trade), 0);
    EXPECT_TEXT(trade.symbol, "BTC/USD");
    EXPECT_NEAR(trade.entry_price, 100, 1e-12);
    EXPECT_NEAR(trade.exit_price, 110, 0);
    EXPECT_INT(trade.pnl, 916000000);
    EXPECT(!trade.by_hand);
    uint64_t last = 0;
    EXPECT_INT(ledger_last_record(ledger, &last), 0);
    EXPECT_INT((int64_t)last, 7);
    ledger_close(ledger);
}

TEST(a_fill_keeps_its_name_at_the_venue)
{
    const char *path = scratch("named.db");
    struct ledger *ledger = open_at(path);
    struct report fill = {.order_id = 3, .trade_id = 9, .kind = REPORT_FILL, .qty_lots = 5};
    EXPECT(venue_id_parse("TUF4EM-FRGI2-MQMWZD", 19, &fill.exec));
    EXPECT_INT(ledger_begin(ledger), 0);
    EXPECT_INT(ledger_put_fill(ledger, &fill, &btc, 1), 0);
    EXPECT_INT(ledger_commit(ledger), 0);
    EXPECT_INT(count_rows(path, "fills WHERE exec='TUF4EM-FRGI2-MQMWZD'"), 1);
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
        EXPECT_INT(ledger_begin(ledger), 0);
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
    EXPECT_INT(ledger_begin(ledger), 0);
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

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    EXPECT_INT(sqlite3_open(path, &db), SQLITE_OK);
    EXPECT_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

TEST(a_version_below_zero_is_no_ledger)
{
    const char *path = scratch("ledger7.db");
    run_sql(path, "PRAGMA user_version=-1");
    struct ledger *ledger = NULL;
    char error[512];
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), -EPROTO);
    EXPECT(strstr(error, "no ledger of any cuttle") != NULL && strstr(error, path) != NULL);
}

static void *open_with_others(void *path)
{
    struct ledger *ledger = open_at(path);
    ledger_close(ledger);
    return ledger; /* whether there was one */
}

TEST(those_who_open_a_new_ledger_at_once_all_get_it)
{
    enum { OPENERS = 8, ROUNDS = 10 };
    for (int round = 0; round < ROUNDS; round++) {
        char name[64], path[256];
        pthread_t threads[OPENERS];
        snprintf(name, sizeof name, "together%d.db", round);
        snprintf(path, sizeof path, "%s", scratch(name));
        for (int i = 0; i < OPENERS; i++)
            EXPECT_INT(pthread_create(&threads[i], NULL, open_with_others, path), 0);
        for (int i = 0; i < OPENERS; i++) {
            void *opened = NULL;
            pthread_join(threads[i], &opened);
            EXPECT(opened != NULL);
        }
    }
}

TEST(a_reader_makes_nothing_and_changes_nothing)
{
    const char *path = scratch("ledger8.db");
    struct ledger *ledger = NULL;
    struct stat status;
    char error[512];
    EXPECT_INT(ledger_open_reader(path, &ledger, error, sizeof error), -ENOENT);
    EXPECT(strstr(error, path) != NULL);
    EXPECT(stat(path, &status) != 0);

    run_sql(path, "PRAGMA user_version=0; CREATE TABLE other(a)");
    EXPECT_INT(ledger_open_reader(path, &ledger, error, sizeof error), -ESTALE);
    EXPECT(strstr(error, "older cuttle") != NULL);
}

TEST(a_reader_sees_what_the_writer_has_committed)
{
    const char *path = scratch("ledger9.db");
    struct ledger *writer = open_at(path), *reader = NULL;
    char error[512], value[8];
    EXPECT_INT(ledger_open_reader(path, &reader, error, sizeof error), 0);
    EXPECT_INT(ledger_put_state(writer, "mode", "paper"), 0);
    EXPECT_INT(ledger_get_state(reader, "mode", value, sizeof value), 0);
    EXPECT_TEXT(value, "paper");
    ledger_close(reader);
    ledger_close(writer);
}

TEST(a_value_longer_than_its_room_is_refused_not_cut)
{
    struct ledger *ledger = open_at(scratch("ledger10.db"));
    char value[6] = "kept";
    EXPECT_INT(ledger_put_state(ledger, "nonce", "123456"), 0);
    EXPECT_INT(ledger_get_state(ledger, "nonce", value, sizeof value), -EMSGSIZE);
    EXPECT_TEXT(value, "kept");
    EXPECT(strstr(ledger_error(ledger), "nonce is 6 bytes long") != NULL);
    EXPECT_INT(ledger_put_state(ledger, "nonce", "12345"), 0);
    EXPECT_INT(ledger_get_state(ledger, "nonce", value, sizeof value), 0);
    EXPECT_TEXT(value, "12345");
    ledger_close(ledger);
}

TEST(a_ledger_and_what_stands_beside_it_are_their_owners_alone)
{
    const char *const endings[] = {"", "-wal", "-shm"};
    for (int pass = 0; pass < 2; pass++) {
        struct ledger *ledger = open_at(scratch("ledger11.db"));
        EXPECT_INT(ledger_put_state(ledger, "a", "b"), 0);
        for (int i = 0; i < 3; i++) {
            char name[64];
            struct stat status;
            snprintf(name, sizeof name, "ledger11.db%s", endings[i]);
            EXPECT(stat(scratch(name), &status) == 0);
            EXPECT_INT((int)(status.st_mode & 0777), 0600);
        }
        ledger_close(ledger);
        EXPECT(chmod(scratch("ledger11.db"), 0644) == 0);
    }
}

struct seen {
    uint32_t count;
    struct ledger_order orders[16];
};

static void see_order(void *context, const struct ledger_order *order)
{
    struct seen *seen = context;
    seen->orders[seen->count++] = *order;
}

TEST(orders_alive_are_listed_however_old_and_ended_ones_only_when_recent)
{
    struct ledger *ledger = open_at(scratch("ledger12.db"));
    EXPECT_INT(ledger_begin(ledger), 0);
    for (uint64_t id = 1; id <= 9; id++) {
        const struct order order = {.id = id,
                                    .state = id == 1   ? ORDER_UNKNOWN
                                             : id == 2 ? ORDER_PARTIAL
                                                       : ORDER_CANCELLED};
        EXPECT_INT(ledger_put_order(ledger, &order, &btc, 1), 0);
    }
    EXPECT_INT(ledger_commit(ledger), 0);
    struct seen seen = {0};
    EXPECT_INT(ledger_each_order(ledger, 2, see_order, &seen), 0);
    EXPECT_INT(seen.count, 4);
    const uint64_t want[] = {1, 2, 8, 9};
    for (int i = 0; i < 4; i++)
        EXPECT_INT((int64_t)seen.orders[i].order.id, (int64_t)want[i]);
    ledger_close(ledger);
}

TEST(an_order_comes_back_as_it_was_written)
{
    struct ledger *ledger = open_at(scratch("ledger13.db"));
    const struct order order = {.id = 77,
                                .purpose = PURPOSE_PROTECT,
                                .kind = ORDER_BRACKET,
                                .state = ORDER_PARTIAL,
                                .side = SIDE_SELL,
                                .qty_lots = 11,
                                .cash = 12,
                                .limit_ticks = 13,
                                .stop_ticks = 14,
                                .target_ticks = 15,
                                .created_ns = 16,
                                .expire_ns = 17,
                                .filled_lots = 9,
                                .cost = 19,
                                .fee = 20,
                                .strategies = 5};
    for (uint64_t trade_id = 4; trade_id <= 6; trade_id++) {
        const struct report fill = {
            .order_id = 77, .trade_id = trade_id, .kind = REPORT_FILL, .qty_lots = 3};
        EXPECT_INT(ledger_put_fill(ledger, &fill, &btc, 1), 0);
    }
    EXPECT_INT(ledger_put_order(ledger, &order, &btc, 18), 0);
    struct seen seen = {0};
    EXPECT_INT(ledger_each_order(ledger, 0, see_order, &seen), 0);
    EXPECT_INT(seen.count, 1);
    const struct ledger_order *got = &seen.orders[0];
    const int64_t fields[][2] = {
        {(int64_t)got->order.id, 77},
        {got->order.purpose, PURPOSE_PROTECT},
        {got->order.kind, ORDER_BRACKET},
        {got->order.state, ORDER_PARTIAL},
        {got->order.side, SIDE_SELL},
        {got->order.qty_lots, 11},
        {got->order.cash, 12},
        {got->order.limit_ticks, 13},
        {got->order.stop_ticks, 14},
        {got->order.target_ticks, 15},
        {got->order.created_ns, 16},
        {got->order.expire_ns, 17},
        {got->order.filled_lots, 9},
        {got->order.cost, 19},
        {got->order.fee, 20},
        {(int64_t)got->order.trade_id_last, 6},
        {got->order.strategies, 5},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        EXPECT_INT(fields[i][0], fields[i][1]);
    EXPECT_TEXT(got->symbol, "BTC/USD");
    EXPECT_INT(got->price_decimals, 1);
    EXPECT_INT(got->qty_decimals, 8);
    EXPECT_INT(got->updated_ns, 18);
    ledger_close(ledger);
}

static void put_old_and_new(struct ledger *ledger, int64_t time_ns, uint64_t number)
{
    const struct ledger_equity equity = {.time_ns = time_ns, .equity = 1};
    const struct request request = {.sequence = number, .kind = REQUEST_ADD, .client = number};
    struct record record = exit_record(number);
    record.time_ns = time_ns;
    EXPECT_INT(ledger_put_equity(ledger, &equity), 0);
    EXPECT_INT(ledger_put_intent(ledger, &request, &btc, time_ns), 0);
    EXPECT_INT(ledger_put_record(ledger, &record, &btc, "exit", "sold", "{}"), 0);
}

TEST(old_rows_go_batch_by_batch_and_trades_stay)
{
    const char *path = scratch("ledger14.db");
    struct ledger *ledger = open_at(path);
    uint32_t removed = 0;
    for (uint64_t number = 1; number <= 10; number++) {
        put_old_and_new(ledger, (int64_t)number * NS_PER_DAY, number);
    }
    /* The newest is of day 10; what is older than day 6 is five rows a table. */
    EXPECT_INT(ledger_retain(ledger, 4 * NS_PER_DAY, 3, &removed), 0);
    EXPECT_INT(removed, 9);
    EXPECT_INT(ledger_retain(ledger, 4 * NS_PER_DAY, 3, &removed), 0);
    EXPECT_INT(removed, 6);
    EXPECT_INT(ledger_retain(ledger, 4 * NS_PER_DAY, 3, &removed), 0);
    EXPECT_INT(removed, 0);
    EXPECT_INT(count_rows(path, "records"), 5);
    EXPECT_INT(count_rows(path, "equity"), 5);
    EXPECT_INT(count_rows(path, "intents"), 5);
    EXPECT_INT(count_rows(path, "trades"), 10);
    ledger_close(ledger);
}

TEST(the_newest_record_and_intent_stay_however_old_because_numbers_go_on_from_them)
{
    struct ledger *ledger = open_at(scratch("ledger15.db"));
    uint32_t removed = 0;
    uint64_t record = 0, sequence = 0, client = 0;
    put_old_and_new(ledger, NS_PER_DAY, 1);
    put_old_and_new(ledger, NS_PER_DAY, 2);
    EXPECT_INT(ledger_put_equity(ledger, &(struct ledger_equity){.time_ns = 900 * NS_PER_DAY}), 0);
    EXPECT_INT(ledger_retain(ledger, 400 * NS_PER_DAY, 100, &removed), 0);
    EXPECT_INT(removed, 3);
    EXPECT_INT(ledger_last_record(ledger, &record), 0);
    EXPECT_INT(ledger_last_intent(ledger, &sequence, &client), 0);
    EXPECT_INT(record, 2);
    EXPECT_INT(sequence, 2);
    EXPECT_INT(client, 2);
    ledger_close(ledger);
}

static void see_number(void *context, const struct ledger_record *record)
{
    char *out = context;
    const size_t len = strlen(out);
    snprintf(out + len, 64 - len, "%s%llu", len > 0 ? " " : "", (unsigned long long)record->number);
}

/* Its order rested from 500 on; it was filled at 1000 and sold at 2000. */
TEST(a_trades_records_are_its_pairs_and_the_accounts_from_the_order_to_the_exit)
{
    static const struct pair eth = {.symbol = "ETH/USD", .price_decimals = 1, .qty_decimals = 8};
    static const struct {
        int64_t time_ns;
        const struct pair *pair;
    } rows[] = {{400, &btc}, {500, &btc}, {600, &eth}, {700, NULL}, {1500, &btc}, {2000, &btc}};
    struct ledger *ledger = open_at(scratch("ledger_story.db"));
    const struct order orders[] = {
        {.id = 1, .side = SIDE_BUY, .created_ns = 400},                     /* never filled */
        {.id = 2, .side = SIDE_BUY, .created_ns = 500, .filled_lots = 100}, /* the trade's */
        {.id = 3, .purpose = PURPOSE_EXIT, .created_ns = 900, .filled_lots = 100},
    };
    for (int i = 0; i < 3; i++)
        EXPECT_INT(ledger_put_order(ledger, &orders[i], &btc, 0), 0);
    for (uint64_t i = 0; i < 6; i++) {
        const struct record record = {
            .kind = RECORD_DECISION, .number = i + 1, .time_ns = rows[i].time_ns};
        EXPECT_INT(ledger_put_record(ledger, &record, rows[i].pair, "decision", ".", "{}"), 0);
    }
    const struct record after = exit_record(8), last = exit_record(7);
    EXPECT_INT(ledger_put_record(ledger, &last, &btc, "exit", "Sold.", "{}"), 0);
    EXPECT_INT(ledger_put_record(ledger, &after, &btc, "exit", "Sold.", "{}"), 0);
    struct ledger_trade trade = {.number = 7, .opened_ns = 1000, .closed_ns = 2000};
    snprintf(trade.symbol, sizeof trade.symbol, "BTC/USD");
    char seen[64] = "";
    EXPECT_INT(ledger_each_record_of(ledger, &trade, see_number, seen), 0);
    EXPECT(strcmp(seen, "2 4 5 6 7") == 0);
    seen[0] = '\0';
    EXPECT_INT(ledger_each_record_since(ledger, 1500, see_number, seen), 0);
    EXPECT(strcmp(seen, "5 6 7 8") == 0);
    ledger_close(ledger);
}
