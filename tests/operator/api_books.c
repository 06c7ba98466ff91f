/* SPDX-License-Identifier: MIT */
/* The routes of the ledger: what they ask it for, and what is told where there is none. */
#include "api_fixture.h"
#include "core/risk/dial.h"
#include "operator/server/query.h"

/* What the last request asked for. */
static struct asked {
    enum bridge_book book;
    struct query query;
    bool there;
} asked;

static bool write_book(void *context, enum bridge_book book, const struct query *query,
                       struct json_writer *writer, char *error, size_t error_size)
{
    struct asked *into = context;
    into->book = book;
    into->query = *query;
    snprintf(error, error_size, "the ledger is not there");
    if (into->there)
        json_put_raw(writer, NULL, "{\"book\":1}", 10);
    return into->there;
}

static uint64_t count_thoughts(void *context, const struct query *query)
{
    (void)context, (void)query;
    return 4711;
}

/* A ledger with a pair and a strategy that the session has not. */
static bool knows(void *context, const char *pair, const char *strategy)
{
    (void)context;
    return strcmp(pair, "BTC/EUR") == 0 || strcmp(strategy, "retired") == 0;
}

TEST(a_name_that_neither_session_nor_ledger_has_is_refused_and_an_alias_is_resolved)
{
    static const struct {
        const char *query, *pair;
        int status;
    } story[] = {
        {"pair=XBTUSD", "BTC/USD", 200},
        {"pair=btc/usd", "BTC/USD", 200},
        {"pair=XXBTZUSD", "BTC/USD", 200},
        {"pair=eth-usd", "ETH/USD", 200},
        {"pair=xbt/eur", "BTC/EUR", 200},
        {"strategy=retired", "", 200},
        {"strategy=hand", "", 200},
        {"pair=FOO/BAR", "", 404},
        {"pair=BTC", "", 404},
        {"pair=BTCUSDT", "", 404},
        {"pair=BTC/USD/USD", "", 404},
        {"strategy=nope", "", 404},
        {"pair=XBTUSD&strategy=nope", "", 404},
    };
    begin();
    view.number = 1;
    source.books = &(struct bridge_books){write_book, count_thoughts, &asked, knows};
    asked.there = true;
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        const char *text = get("/api/v1/trades", story[i].query, story[i].status);
        EXPECT(
            has(text, story[i].status == 200 ? "{\"book\":1}" : "in this session or its ledger"));
        if (story[i].status == 200)
            EXPECT_TEXT(asked.query.pair, story[i].pair);
    }
    end();
}

/* By its table, never by stripping the X or the Z of Kraken's old names. */
TEST(a_name_is_never_taken_for_another_coins)
{
    begin();
    view.number = 1;
    source.books = &(struct bridge_books){write_book, count_thoughts, &asked, knows};
    asked.there = true;
    snprintf(view.pairs[0].terms.symbol, SYMBOL_MAX, "RP/USD");
    snprintf(view.pairs[1].terms.symbol, SYMBOL_MAX, "TZ/USD");
    get("/api/v1/trades", "pair=XRP/USD", 404);
    get("/api/v1/trades", "pair=XTZ/USD", 404);
    get("/api/v1/trades", "pair=RP/USD", 200);
    snprintf(view.pairs[1].terms.symbol, SYMBOL_MAX, "XRP/USD");
    get("/api/v1/trades", "pair=XXRPZUSD", 200);
    EXPECT_TEXT(asked.query.pair, "XRP/USD");
    end();
}

TEST(the_ledgers_routes_read_their_filters_strictly)
{
    begin();
    static const char *const routes[] = {"performance", "equity", "trades.csv"};
    for (size_t i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof path, "/api/v1/%s", routes[i]);
        EXPECT(has(get(path, "", 503), "keeps no ledger"));
    }
    EXPECT(has(get("/api/v1/trades", "pair=BTC/USD", 503), "keeps no ledger"));
    EXPECT(has(get("/api/v1/thoughts", "from=2024-08-05", 503), "keeps no ledger"));
    source.books = &(struct bridge_books){write_book, count_thoughts, &asked};
    asked.there = true;
    EXPECT_TEXT(get("/api/v1/trades",
                    "strategy=trend&pair=BTC/USD&from=2024-08-05&to=2024-08-06T00:00:00%2B02:00",
                    200),
                "{\"book\":1}");
    EXPECT_INT(asked.book, BRIDGE_TRADES);
    EXPECT_TEXT(asked.query.strategy, "trend");
    EXPECT_INT(asked.query.from_ns, SCRIPT_START);
    EXPECT_INT(asked.query.to_ns, SCRIPT_START + 22 * NS_PER_HOUR);
    EXPECT_INT(asked.query.limit, 100);
    get("/api/v1/equity", "points=2000", 200);
    EXPECT(asked.book == BRIDGE_EQUITY && asked.query.points == 2000);
    EXPECT(asked.query.from_ns == INT64_MIN && asked.query.to_ns == INT64_MAX);
    get("/api/v1/equity", "", 200);
    EXPECT_INT(asked.query.points, 500);
    get("/api/v1/trades.csv", "limit=20000&offset=20000", 200);
    EXPECT(asked.book == BRIDGE_TRADES_CSV && asked.query.limit == 20000);
    static const struct {
        const char *path, *query, *says;
    } wrong[] = {
        {"/api/v1/trades.csv", "limit=20001", "from 1 to 20000"},
        {"/api/v1/trades", "from=yesterday", "is not a time"},
        {"/api/v1/trades", "to=2024-13-01", "is not a time"},
        {"/api/v1/trades", "from=2024-08-06&to=2024-08-06", "before"},
        {"/api/v1/trades", "from=2024-08-06&from=2024-08-07", "twice"},
        {"/api/v1/trades", "strategy=", "not a strategy"},
        {"/api/v1/trades", "kind=exit", "not a parameter"},
        {"/api/v1/performance", "limit=1", "not a parameter"},
        {"/api/v1/equity", "points=1", "from 2 to 2000"},
        {"/api/v1/equity", "points=2001", "from 2 to 2000"},
        {"/api/v1/equity", "pair=BTC/USD", "not a parameter"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT(has(get(wrong[i].path, wrong[i].query, 400), wrong[i].says));
    asked.there = false;
    EXPECT(has(get("/api/v1/performance", "", 503), "the ledger is not there"));
    end();
}

TEST(the_newest_thoughts_are_the_bridges_own_and_those_behind_them_the_ledgers)
{
    begin();
    source.books = &(struct bridge_books){write_book, count_thoughts, &asked};
    asked.there = true;
    for (uint64_t i = 1; i <= 10; i++) {
        struct record record = script_decision(i, i % 2, VERDICT_UNSURE);
        think(&record);
    }
    EXPECT(has(get("/api/v1/thoughts", "limit=10", 200), "\"number\":10,"));
    EXPECT(has(page, "\"total\":4711"));
    EXPECT_TEXT(get("/api/v1/thoughts", "limit=11", 200), "{\"book\":1}");
    EXPECT_TEXT(get("/api/v1/thoughts", "limit=5&offset=6", 200), "{\"book\":1}");
    EXPECT(has(get("/api/v1/thoughts", "limit=5&pair=ETH/USD", 200), "\"total\":4711"));
    EXPECT_TEXT(get("/api/v1/thoughts", "limit=6&pair=ETH/USD", 200), "{\"book\":1}");
    EXPECT_TEXT(get("/api/v1/thoughts", "limit=1&from=2024-08-05", 200), "{\"book\":1}");
    EXPECT_INT(asked.book, BRIDGE_THOUGHTS);
    end();
}

TEST(a_strategy_tells_what_the_operator_has_made_of_it)
{
    begin();
    view.strategies[1].part = PART_SHADOW;
    const char *text = get("/api/v1/strategies", "", 200);
    EXPECT(has(text, "\"strategy\":\"sma_cross\",\"enabled\":true,\"shadow\":false,\"part\":"
                     "\"configured\""));
    EXPECT(has(text, "\"part\":\"shadow\""));
    end();
}

TEST(limits_that_can_be_changed_are_told_with_what_is_configured)
{
    begin();
    uint32_t dial;
    EXPECT(dial_find("cool_off", &dial));
    view.risk.limits[dial] = 45 * 60e9;
    view.risk.limits_configured[dial] = 30 * 60e9;
    view.risk.dials = 1u << dial;
    EXPECT(has(get("/api/v1/risk", "", 200),
               "{\"name\":\"risk.cool_off\",\"value\":\"45m\",\"configured\":\"30m\",\"changed\":"
               "true,\"min\":\"0s\",\"max\":\"30d\"}"));
    EXPECT(has(page, "{\"name\":\"risk.max_positions\",\"value\":0,\"configured\":0,\"changed\":"
                     "false,\"min\":1,\"max\":200}"));
    end();
}
