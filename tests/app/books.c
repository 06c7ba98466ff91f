/* SPDX-License-Identifier: MIT */
/* What the interface tells from the ledger: pages, filters, figures and curves. */
#include "app/books.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "operator/server/query.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/ledger.h"
#include "store/scratch.h"
#include "test.h"

#define START INT64_C(1722816000000000000) /* 2024-08-05T00:00:00Z, a Monday */
#define CENT INT64_C(1000000)

static const struct pair pairs[] = {{.symbol = "BTC/USD", .qty_decimals = 8},
                                    {.symbol = "ETH/USD", .qty_decimals = 8}};
static char page[4 << 20];
static struct ledger *ledger;
static struct books *books;

static void begin(const char *name)
{
    char path[512], error[256];
    const char *state = scratch(name);
    EXPECT(mkdir(state, 0700) == 0 || errno == EEXIST);
    snprintf(path, sizeof path, "%s/ledger.db", state);
    unlink(path);
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), 0);
    EXPECT_INT(ledger_begin(ledger), 0);
    books = books_new(state, "USD");
}

static void end(void)
{
    books_free(books);
    ledger_close(ledger);
}

struct deal {
    uint32_t pair;
    const char *strategies;
    int64_t opened_ns, held_ns, pnl;
};

/* Cost 100, fee 1. */
static void put_deal(uint64_t number, const struct deal *deal)
{
    const struct record record = {.kind = RECORD_EXIT,
                                  .number = number,
                                  .pair = deal->pair,
                                  .opened_ns = deal->opened_ns,
                                  .time_ns = deal->opened_ns + deal->held_ns,
                                  .price = 110,
                                  .qty_lots = 100000000,
                                  .cost = 10000 * CENT,
                                  .fee = 100 * CENT,
                                  .pnl = deal->pnl};
    EXPECT_INT(ledger_put_record(ledger, &record, &pairs[deal->pair], "exit", "Sold.",
                                 "{\"kind\":\"exit\"}"),
               0);
    EXPECT_INT(ledger_put_owner(ledger, number, deal->strategies), 0);
}

/* The answer; sound JSON unless it is the CSV. */
static const char *ask(enum bridge_book book, uint32_t allowed, const char *text)
{
    char error[256];
    struct query query = {.limit = 100, .points = 10};
    struct json_writer writer;
    struct json json;
    const struct bridge_books source = books_source(books);
    EXPECT(query_parse(&query, allowed, text, error, sizeof error));
    json_writer_init(&writer, page, sizeof page);
    EXPECT(source.write(source.context, book, &query, &writer, error, sizeof error));
    EXPECT(json_writer_ok(&writer));
    if (book != BRIDGE_TRADES_CSV) {
        json_init(&json, page, writer.len);
        json_skip(&json);
        EXPECT(json_done(&json));
    }
    return page;
}

static bool has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        print_error("%s\nlacks %s\n", text, part);
    return strstr(text, part) != NULL;
}

static uint32_t count(const char *text, const char *part)
{
    uint32_t found = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part)) {
        found++;
    }
    return found;
}

#define ALL UINT32_MAX

TEST(trades_reach_back_over_the_whole_ledger_and_are_filtered_and_counted)
{
    static const char *const mixes[] = {"trend", "trend+swing", "hand", ""};
    begin("books_trades");
    for (uint64_t i = 0; i < 1200; i++) {
        put_deal(i + 1, &(struct deal){i % 2, mixes[i % 4], START + (int64_t)i * NS_PER_HOUR,
                                       NS_PER_MIN, CENT});
    }
    EXPECT_INT(ledger_commit(ledger), 0);
    EXPECT(has(ask(BRIDGE_TRADES, ALL, "limit=2"),
               "{\"total\":1200,\"offset\":0,\"limit\":2,\"trades\":[{\"number\":1200,"));
    EXPECT(has(page, "\"strategy\":null") && has(page, "\"strategy\":\"hand\""));
    ask(BRIDGE_TRADES, ALL, "limit=1&offset=1199");
    EXPECT(has(page, "\"trades\":[{\"number\":1,\"pair\":\"BTC/USD\",\"direction\":\"long\","));
    EXPECT(has(page, "\"cost\":\"100.00000000\",\"fee\":\"1.00000000\",\"pnl\":\"0.01000000\""));
    EXPECT(has(page, "\"strategy\":\"trend\""));
    EXPECT(has(ask(BRIDGE_TRADES, ALL, "pair=ETH/USD&limit=1"), "\"total\":600,"));
    EXPECT(has(ask(BRIDGE_TRADES, ALL, "strategy=trend&limit=1"), "\"total\":600,"));
    EXPECT(has(ask(BRIDGE_TRADES, ALL, "strategy=swing&limit=1"), "\"total\":300,"));
    EXPECT(has(ask(BRIDGE_TRADES, ALL, "strategy=tren&limit=1"), "\"total\":0,"));
    EXPECT(has(ask(BRIDGE_TRADES, ALL, "strategy=swing&pair=BTC/USD"), "\"total\":0,"));
    ask(BRIDGE_TRADES, ALL, "from=2024-08-06&to=2024-08-06T02:00:00Z");
    EXPECT(has(page, "\"total\":2,") && has(page, "\"number\":26,") && has(page, "\"number\":25,"));
    EXPECT(has(ask(BRIDGE_TRADES, ALL, "from=2030-01-01"), "\"total\":0,"));
    end();
}

TEST(the_export_has_a_line_a_trade_and_the_columns_that_analyse_reads)
{
    begin("books_csv");
    put_deal(7, &(struct deal){0, "trend+swing", START, NS_PER_MIN, -50 * CENT});
    EXPECT_INT(ledger_commit(ledger), 0);
    EXPECT_TEXT(ask(BRIDGE_TRADES_CSV, ALL, ""),
                "number,pair,strategies,opened,closed,quantity,entry_price,exit_price,cost,fee,pnl,"
                "end\r\n"
                "7,BTC/USD,trend+swing,2024-08-05T00:00:00.000Z,2024-08-05T00:01:00.000Z,"
                "1.00000000,100,110,100.00000000,1.00000000,-0.50000000,exit\r\n");
    end();
}

/* +3, +1 and -2: a win rate of 2/3, a profit factor of 4/2, 2/3 a trade, the middle one of 60, 120
 * and 600 seconds. */
TEST(performance_is_what_is_worked_out_by_hand)
{
    begin("books_hand");
    put_deal(1, &(struct deal){0, "trend", START + NS_PER_HOUR, 60 * NS_PER_S, 300 * CENT});
    put_deal(2, &(struct deal){0, "trend+swing", START + NS_PER_DAY, 600 * NS_PER_S, 100 * CENT});
    EXPECT_INT(ledger_commit(ledger), 0);
    EXPECT(has(ask(BRIDGE_PERFORMANCE, ALL, ""), "\"trades\":2,\"won\":2"));
    EXPECT_INT(ledger_begin(ledger), 0);
    put_deal(3, &(struct deal){1, "", START + 25 * NS_PER_HOUR, 120 * NS_PER_S, -200 * CENT});
    EXPECT_INT(ledger_commit(ledger), 0);
    ask(BRIDGE_PERFORMANCE, ALL, "");
    EXPECT(has(page, "{\"currency\":\"USD\",\"from\":null,\"to\":null,\"whole\":{\"value\":null,"
                     "\"trades\":3,\"won\":2,\"lost\":1,\"win_rate\":0.6666666666666666,"
                     "\"profit_factor\":2,\"expectancy\":\"0.66666667\",\"pnl\":\"2.00000000\","
                     "\"fees\":\"3.00000000\",\"average_win\":\"2.00000000\","
                     "\"average_loss\":\"-2.00000000\",\"best\":\"3.00000000\","
                     "\"worst\":\"-2.00000000\",\"hold_seconds\":120}"));
    EXPECT(has(page, "\"strategy\":[{\"value\":\"swing\",\"trades\":1,"));
    EXPECT(has(page, "{\"value\":\"trend\",\"trades\":2,\"won\":2,\"lost\":0,\"win_rate\":1,"
                     "\"profit_factor\":null,"));
    EXPECT(has(page, "{\"value\":\"unknown\",\"trades\":1,"));
    EXPECT(has(page, "{\"value\":\"1\",\"trades\":2,"));
    EXPECT(has(page, "{\"value\":\"Mon\",\"trades\":1,\"won\":1"));
    EXPECT(has(page, "{\"value\":\"Tue\",\"trades\":2,"));
    EXPECT(has(page, "{\"value\":\"Sun\",\"trades\":0,\"won\":0,\"lost\":0,\"win_rate\":null,"));
    EXPECT(has(ask(BRIDGE_PERFORMANCE, ALL, "strategy=swing"), "\"trades\":1,\"won\":1"));
    EXPECT(has(ask(BRIDGE_PERFORMANCE, ALL, "pair=ETH/USD&from=2024-08-06"),
               "\"from\":\"2024-08-06T00:00:00.000Z\",\"to\":null,\"whole\":{\"value\":null,"
               "\"trades\":1,\"won\":0,\"lost\":1"));
    EXPECT(has(ask(BRIDGE_PERFORMANCE, ALL, "to=2024-08-05"), "\"hold_seconds\":null"));
    end();
}

/* The sums of the parts of each split are those of all. */
TEST(the_parts_of_a_split_come_to_the_whole)
{
    static const char *const mixes[] = {"trend", "swing", "hand", "dca"};
    struct prng prng;
    int64_t pnl = 0;
    prng_init(&prng, test_seed());
    begin("books_parts");
    for (uint64_t i = 0; i < 3000; i++) {
        const struct deal deal = {(uint32_t)prng_below(&prng, 2), mixes[prng_below(&prng, 4)],
                                  START + (int64_t)i * NS_PER_HOUR,
                                  (int64_t)prng_below(&prng, 1u << 30) * NS_PER_US,
                                  (int64_t)prng_below(&prng, 2000) * CENT - 900 * CENT};
        pnl += deal.pnl;
        put_deal(i + 1, &deal);
    }
    EXPECT_INT(ledger_commit(ledger), 0);
    ask(BRIDGE_PERFORMANCE, ALL, "");
    char text[DECIMAL_TEXT_MAX];
    const char *at = page;
    double sum = 0;
    uint32_t rows = 0;
    while ((at = strstr(at, "\"pnl\":\"")) != NULL) {
        at += strlen("\"pnl\":\"");
        sum += strtod(at, NULL);
        rows++;
    }
    EXPECT_INT(rows, 1 + 4 + 2 + 24 + 7);
    EXPECT_NEAR(sum, 5 * (double)pnl / 1e8, 1e-6);
    decimal_format(text, pnl, MONEY_DECIMALS);
    EXPECT(has(page, text));
    end();
}

TEST(a_curve_in_few_points_keeps_its_end_and_its_deepest_fall)
{
    begin("books_equity");
    EXPECT(has(ask(BRIDGE_EQUITY, ALL, ""), "{\"currency\":\"USD\",\"points\":[]}"));
    for (int64_t i = 0; i < 1000; i++) {
        const struct ledger_equity row = {.time_ns = START + i * NS_PER_MIN,
                                          .equity = (1000 + i) * 100 * CENT,
                                          .drawdown = i == 617 ? 0.25 : (double)(i % 7) / 100};
        EXPECT_INT(ledger_put_equity(ledger, &row), 0);
    }
    EXPECT_INT(ledger_commit(ledger), 0);
    ask(BRIDGE_EQUITY, ALL, "");
    const uint32_t points = count(page, "\"time\"");
    EXPECT(points >= 5 && points <= 10);
    EXPECT(has(page, "\"equity\":\"1617.00000000\",\"drawdown\":0.25}"));
    EXPECT(has(page, "{\"time\":\"2024-08-05T16:39:00.000Z\",\"equity\":\"1999.00000000\","
                     "\"drawdown\":0.05}]}"));
    for (uint32_t wanted = 2; wanted < 40; wanted++) {
        char text[64];
        snprintf(text, sizeof text, "points=%u&from=2024-08-05T01:00:00Z", wanted);
        ask(BRIDGE_EQUITY, ALL, text);
        EXPECT(count(page, "\"time\"") <= wanted && count(page, "\"drawdown\":0.25") == 1);
    }
    EXPECT_INT(count(ask(BRIDGE_EQUITY, ALL, "points=2000"), "\"time\""), 1000);
    end();
}

static void think(uint64_t number, enum record_kind kind, const struct pair *pair)
{
    char json[64];
    const struct record record = {
        .kind = kind, .number = number, .time_ns = START + (int64_t)number * NS_PER_MIN};
    snprintf(json, sizeof json, "{\"number\":%llu}", (unsigned long long)number);
    EXPECT_INT(ledger_put_record(ledger, &record, pair, "word", "Said.", json), 0);
}

TEST(thoughts_reach_back_by_pair_kind_and_time)
{
    begin("books_thoughts");
    EXPECT(has(ask(BRIDGE_THOUGHTS, ALL, "limit=5"), "{\"thoughts\":[],\"total\":0,"));
    for (uint64_t i = 1; i <= 2000; i++) {
        think(i,
              i % 10 == 0 ? RECORD_ENTRY
              : i == 1234 ? RECORD_CRASH
                          : RECORD_DECISION,
              i == 1234 ? NULL : &pairs[i % 2]);
    }
    EXPECT_INT(ledger_commit(ledger), 0);
    const struct {
        const char *query, *says;
    } cases[] = {
        {"limit=2", "{\"thoughts\":[{\"number\":2000},{\"number\":1999}],\"total\":2000,"},
        {"limit=2&offset=1998", "[{\"number\":2},{\"number\":1}],\"total\":2000,"},
        {"kind=crash", "[{\"number\":1234}],\"total\":1,"},
        {"kind=entry&limit=1&offset=199", "[{\"number\":10}],\"total\":200,"},
        {"pair=ETH/USD&limit=1", "[{\"number\":1999}],\"total\":1000,"},
        {"pair=ETH/USD&kind=entry", "[],\"total\":0,"},
        {"pair=BTC/USD&kind=entry&limit=1&offset=1", "[{\"number\":1990}],\"total\":200,"},
        {"from=2024-08-05T01:00:00Z&to=2024-08-05T01:02:00Z",
         "[{\"number\":61},{\"number\":60}],\"total\":2,"},
        {"from=2024-08-05T01:00:00Z&to=2024-08-05T01:20:00Z&kind=entry",
         "[{\"number\":70},{\"number\":60}],\"total\":2,"},
        {"pair=BTC/USD&from=2024-08-06T09:19:00Z", "[{\"number\":2000}],\"total\":1,"},
        {"from=2031-01-01", "[],\"total\":0,"},
        {"to=2024-08-05", "[],\"total\":0,"},
    };
    const struct bridge_books source = books_source(books);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT(has(ask(BRIDGE_THOUGHTS, ALL, cases[i].query), cases[i].says));
    }
    const struct query all = {.from_ns = INT64_MIN, .to_ns = INT64_MAX};
    EXPECT_INT((int64_t)source.count_thoughts(source.context, &all), 2000);
    end();
}

TEST(without_a_ledger_the_reason_is_told)
{
    char error[256] = "";
    struct json_writer writer;
    const struct query query = {.limit = 1};
    struct books *none = books_new(scratch("books_nowhere"), "USD");
    const struct bridge_books source = books_source(none);
    json_writer_init(&writer, page, sizeof page);
    EXPECT(!source.write(source.context, BRIDGE_TRADES, &query, &writer, error, sizeof error));
    EXPECT(has(error, "ledger.db"));
    EXPECT_INT((int64_t)source.count_thoughts(source.context, &query), 0);
    books_free(none);
}
