/* SPDX-License-Identifier: MIT */
#include "local_wire.h"

#include "core/base/decimal.h"
#include "core/base/timestamp.h"

static struct exchange_config plain(void)
{
    return (struct exchange_config){.address = "127.0.0.1", .speed = 1, .seed = 11};
}

static struct exchange_config stepped(const char *pairs)
{
    struct exchange_config config = plain();
    config.lockstep = true;
    config.pairs = pairs;
    return config;
}

/* The text has this words; `line` names the story's row. */
static void expect_words(const char *text, const char *words, size_t line)
{
    if (!text || !strstr(text, words)) {
        print_error("row %zu: %.300s\n  has no %s\n", line, text ? text : "(nothing)", words);
        EXPECT(!"the words are there");
    }
}

TEST(rest_answers_in_krakens_texts)
{
    const struct {
        const char *path, *words;
    } story[] = {
        {"/0/public/Time", "{\"error\":[],\"result\":{\"unixtime\":1704067200,\"rfc1123\":"
                           "\"Mon, 01 Jan 24 00:00:00 +0000\"}}"},
        {"/0/public/SystemStatus", "\"status\":\"online\",\"timestamp\":\"2024-01-01T00:00:00Z\""},
        {"/0/public/Assets?asset=XBT", "{\"XXBT\":{\"aclass\":\"currency\",\"altname\":\"XBT\","
                                       "\"decimals\":10,\"display_decimals\":5,"},
        {"/0/public/Assets?asset=NOPE", "{\"error\":[\"EQuery:Unknown asset\"]}"},
        {"/0/public/AssetPairs?pair=XBTUSD",
         "{\"XXBTZUSD\":{\"altname\":\"XBTUSD\","
         "\"wsname\":\"XBT/USD\",\"aclass_base\":\"currency\","},
        {"/0/public/AssetPairs?pair=XBT%2FUSD", "\"ordermin\":\"0.00005\",\"costmin\":\"0.5\","
                                                "\"tick_size\":\"0.1\",\"status\":\"online\""},
        {"/0/public/AssetPairs?pair=XBTUSD&info=fees", "{\"XXBTZUSD\":{\"fees\":[[0,0.40],"},
        {"/0/public/AssetPairs?info=what", "{\"error\":[\"EGeneral:Invalid arguments\"]}"},
        {"/0/public/AssetPairs", "\"BONKUSD\":{"},
        {"/0/public/Ticker?pair=XXBTZUSD,XDGUSD", "\"XDGUSD\":{\"a\":[\""},
        {"/0/public/Ticker", "\"WIFUSD\":{\"a\":[\""},
        {"/0/public/Ticker?pair=XBTUSD,FOO", "{\"error\":[\"EQuery:Unknown asset pair\"]}"},
        {"/0/public/OHLC?pair=ETHUSD", "{\"error\":[],\"result\":{\"XETHZUSD\":[[1704024060,\""},
        {"/0/public/OHLC?pair=ETHUSD&interval=60", "\"last\":1704063600}}"},
        {"/0/public/OHLC?pair=ETHUSD&interval=2", "{\"error\":[\"EGeneral:Invalid arguments\"]}"},
        {"/0/public/OHLC?pair=ETHUSD&since=x", "{\"error\":[\"EGeneral:Invalid arguments\"]}"},
        {"/0/public/OHLC", "{\"error\":[\"EGeneral:Invalid arguments\"]}"},
        {"/0/public/Depth?pair=ETH/USD&count=1", "{\"XETHZUSD\":{\"asks\":[[\""},
        {"/0/public/Depth?pair=ETH/USD&count=501", "{\"error\":[\"EGeneral:Invalid arguments\"]}"},
        {"/0/public/Trades?pair=SOLUSD&count=2", "\"last\":\"17040671"},
        {"/0/public/Trades?pair=SOLUSD&since=9e99", "{\"error\":[\"EGeneral:Invalid arguments\"]}"},
        {"/0/public/Spread?pair=SOLUSD", "{\"SOLUSD\":[[1704067200,\""},
        {"/0/public/Nothing", "{\"error\":[\"EGeneral:Unknown method\"]}"},
        {"/0/private/Balance", "{\"error\":[\"EAPI:Invalid key\"]}"},
        {"/elsewhere", "{\"error\":[\"EGeneral:Unknown method\"]}"},
    };
    struct wire wire;
    struct exchange_config config = stepped(NULL);
    wire_open(&wire, &config);
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++)
        expect_words(wire_get(&wire, story[i].path), story[i].words, i);
    wire_close(&wire);
}

static size_t count_words(const char *text, const char *words)
{
    size_t count = 0;
    for (; (text = strstr(text, words)); text++)
        count++;
    return count;
}

TEST(ohlc_gives_720_rows_and_since_gives_those_after_it)
{
    struct wire wire;
    struct exchange_config config = stepped("ETH/USD");
    wire_open(&wire, &config);
    EXPECT_INT((int64_t)count_words(wire_get(&wire, "/0/public/OHLC?pair=ETHUSD"), "],["), 719);
    const char *few = wire_get(&wire, "/0/public/OHLC?pair=ETHUSD&since=1704067080");
    EXPECT_INT((int64_t)count_words(few, "],["), 1);
    EXPECT(strstr(few, "[1704067140,") && strstr(few, "[1704067200,"));
    wire_close(&wire);
}

TEST(trades_walk_on_with_last_and_none_comes_twice)
{
    struct wire wire;
    struct exchange_config config = stepped("MKR/USD");
    wire_open(&wire, &config);
    char path[128], last[32] = "1704000000";
    uint64_t id = 0;
    for (int page = 0; page < 5; page++) {
        snprintf(path, sizeof path, "/0/public/Trades?pair=MKRUSD&count=20&since=%s", last);
        const char *text = wire_get(&wire, path);
        EXPECT_INT((int64_t)count_words(text, ",\"\","), 20);
        for (const char *row = text; (row = strstr(row, ",\"\",")); row += 4) {
            uint64_t now = strtoull(row + 4, NULL, 10);
            EXPECT(id == 0 || now == id + 1);
            id = now;
        }
        const char *at = strstr(text, "\"last\":\"");
        EXPECT(at && sscanf(at + 8, "%31[0-9]", last) == 1);
    }
    wire_close(&wire);
}

/* What a client sends, and what the next messages that are no data must say. */
struct exchange_of_words {
    const char *say, *hear;
};

TEST(subscribing_is_acknowledged_refused_and_undone_in_krakens_words)
{
    const struct exchange_of_words story[] = {
        {"{\"method\":\"ping\",\"req_id\":101}", "{\"method\":\"pong\",\"time_in\":\"2024-01-01T"},
        {"{\"method\":\"ping\",\"req_id\":101}", "\"req_id\":101}"},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[\"BTC/USD\"],"
         "\"depth\":25},\"req_id\":7}",
         "{\"method\":\"subscribe\",\"result\":{\"channel\":\"book\",\"depth\":25,\"snapshot\":"
         "true,"
         "\"symbol\":\"BTC/USD\"},\"success\":true,\"time_in\":"},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[\"BTC/USD\"],"
         "\"depth\":25},\"req_id\":8}",
         "{\"method\":\"subscribe\",\"error\":\"Already subscribed\",\"success\":false,"
         "\"symbol\":\"BTC/USD\",\"time_in\":"},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"ticker\",\"symbol\":[\"FOO/BAR\"]}}",
         "\"error\":\"Currency pair not supported "
         "FOO/BAR\",\"success\":false,\"symbol\":\"FOO/BAR\""},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"ticker\",\"symbol\":[\"XBT/USD\"]}}",
         "\"error\":\"Currency pair not supported XBT/USD\""},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"gossip\",\"symbol\":[\"BTC/USD\"]}}",
         "\"error\":\"Subscription name invalid\""},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[\"BTC/USD\"],"
         "\"depth\":11}}",
         "\"error\":\"Subscription depth not supported\""},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"ohlc\",\"symbol\":[\"BTC/USD\"],"
         "\"interval\":3}}",
         "\"error\":\"Subscription ohlc interval not supported\""},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"trade\",\"symbols\":[\"BTC/USD\"]}}",
         "\"error\":\"Unsupported field: 'symbols' for the given msg type: subscribe\""},
        {"{\"req_id\":5,\"params\":{\"symbol\":[\"BTC\\/USD\"],\"snapshot\":false,\"interval\":5,"
         "\"channel\":\"ohlc\"},\"method\":\"subscribe\"}",
         "\"result\":{\"channel\":\"ohlc\",\"interval\":5,\"snapshot\":false,\"symbol\":\"BTC/"
         "USD\""},
        {"{\"method\":\"unsubscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[\"BTC/USD\"],"
         "\"depth\":25},\"req_id\":9}",
         "{\"method\":\"unsubscribe\",\"result\":{\"channel\":\"book\",\"depth\":25,"
         "\"symbol\":\"BTC/USD\"},\"success\":true,"},
        {"{\"method\":\"unsubscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[\"BTC/USD\"],"
         "\"depth\":25},\"req_id\":9}",
         "\"error\":\"Subscription Not Found\",\"success\":false,\"symbol\":\"BTC/USD\""},
        {"{\"method\":\"subscribe\",\"params\":{\"channel\":\"executions\",\"token\":\"x\"}}",
         "\"error\":\"EAPI:Invalid token\""},
        {"{\"method\":\"add_house\",\"params\":{}}", "\"error\":\"Method not supported\""},
        {"{\"method\":", "\"error\":\"Malformed request: at byte"},
        {"[1]", "\"error\":\"Malformed request"},
    };
    struct wire wire;
    struct exchange_config config = plain();
    wire_open(&wire, &config);
    struct wire_socket *socket = wire_upgrade(&wire, "/v2");
    const char *status = wire_next(socket, 2000);
    expect_words(status,
                 "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\","
                 "\"system\":\"online\",\"api_version\":\"v2\",\"connection_id\":",
                 0);
    expect_words(status, ",\"speed\":1,\"lockstep\":false,\"ended\":false}}]}", 0);
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        wire_send(socket, story[i].say);
        const char *text;
        do
            text = wire_next(socket, 3000);
        while (text && strncmp(text, "{\"channel\"", 10) == 0);
        expect_words(text, story[i].hear, i);
    }
    wire_drop(socket);
    wire_close(&wire);
}

TEST(each_symbol_has_its_acknowledgement_then_its_snapshot_one_a_message)
{
    struct wire wire;
    struct exchange_config config = stepped("BTC/USD ETH/USD");
    wire_open(&wire, &config);
    struct wire_socket *socket = wire_upgrade(&wire, "/v2");
    EXPECT(wire_next(socket, 2000) != NULL);
    wire_send(socket, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"ohlc\",\"symbol\":"
                      "[\"BTC/USD\",\"ETH/USD\"],\"interval\":1},\"req_id\":1}");
    const char *const order[] = {"\"symbol\":\"BTC/USD\",\"warnings\"",
                                 "\"type\":\"snapshot\",\"timestamp\":\"2024-01-01T00:00:00."
                                 "000000000Z\",\"data\":[{\"symbol\":\"BTC/USD\",\"open\":",
                                 "\"symbol\":\"ETH/USD\",\"warnings\"",
                                 "\"data\":[{\"symbol\":\"ETH/USD\",\"open\":"};
    for (size_t i = 0; i < 4; i++)
        expect_words(wire_next(socket, 2000), order[i], i);
    wire_send(socket, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"instrument\"}}");
    expect_words(wire_next(socket, 2000), "\"result\":{\"channel\":\"instrument\"", 4);
    expect_words(wire_next(socket, 2000),
                 "{\"symbol\":\"BTC/USD\",\"base\":\"BTC\",\"quote\":\"USD\",\"status\":\"online\","
                 "\"qty_precision\":8,\"qty_increment\":0.00000001,\"price_precision\":1,",
                 5);
    wire_drop(socket);
    wire_close(&wire);
}

struct told {
    int64_t close_tenths, volume_lots, trade_count;
};

static int64_t number_of(const char *text, const char *key, uint32_t decimals)
{
    const char *at = strstr(text, key);
    EXPECT(at != NULL);
    at += strlen(key);
    int64_t value = 0;
    EXPECT(decimal_parse(at, strcspn(at, ",}"), decimals, &value));
    return value;
}

TEST(in_lockstep_a_ping_is_one_candle_and_the_candle_is_its_trades)
{
    struct wire wire;
    struct exchange_config config = stepped("BTC/USD");
    config.to_ns = INT64_C(1704067200) * NS_PER_S + 60 * NS_PER_MIN;
    wire_open(&wire, &config);
    struct wire_socket *socket = wire_upgrade(&wire, "/v2");
    wire_send(socket, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"trade\",\"symbol\":"
                      "[\"BTC/USD\"]}}");
    wire_send(socket, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"ohlc\",\"symbol\":"
                      "[\"BTC/USD\"],\"interval\":1}}");
    EXPECT(wire_find(socket, "\"type\":\"snapshot\"") != NULL);
    for (int minute = 0; minute < 60; minute++) {
        struct told trades = {0}, candle = {0};
        char stamp[64];
        int64_t end_ns = (INT64_C(1704067200) + 60 * (minute + 1)) * NS_PER_S;
        wire_send(socket, "{\"method\":\"ping\",\"req_id\":3}");
        const char *text;
        while ((text = wire_next(socket, 3000)) && !strstr(text, "\"pong\"")) {
            if (strstr(text, "\"channel\":\"trade\"")) {
                trades.close_tenths = number_of(text, "\"price\":", 1);
                trades.volume_lots += number_of(text, "\"qty\":", 8);
                trades.trade_count++;
            } else if (strstr(text, "\"channel\":\"ohlc\"")) {
                candle.close_tenths = number_of(text, "\"close\":", 1);
                candle.volume_lots = number_of(text, "\"volume\":", 8);
                candle.trade_count = number_of(text, "\"trades\":", 0);
                timestamp_format(stamp, end_ns - NS_PER_MIN, 9);
                EXPECT(strstr(text, stamp) != NULL); /* interval_begin */
            }
        }
        timestamp_format(stamp, end_ns, 6);
        expect_words(text, stamp, (size_t)minute);
        EXPECT(trades.trade_count > 0 || minute > 0);
        EXPECT_INT(candle.close_tenths, trades.close_tenths);
        EXPECT_INT(candle.volume_lots, trades.volume_lots);
        EXPECT_INT(candle.trade_count, trades.trade_count);
        EXPECT_INT(exchange_market_time(wire.exchange), end_ns);
    }
    EXPECT(exchange_ended(wire.exchange));
    wire_send(socket, "{\"method\":\"ping\"}");
    expect_words(wire_next(socket, 2000), "\"time_out\":\"2024-01-01T01:00:00.000000Z\"", 60);
    wire_drop(socket);
    wire_close(&wire);
}

/* All that a lock-step session is told in `steps`, as one hash of its texts and their number. */
static uint64_t told_in(const struct exchange_config *config, int steps, uint32_t *ret_count)
{
    static const char *const channels[] = {"\"book\"", "\"ticker\"", "\"trade\"", "\"ohlc\""};
    struct wire wire;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    wire_open(&wire, config);
    struct wire_socket *socket = wire_upgrade(&wire, "/v2");
    EXPECT(strstr(wire_next(socket, 2000), "status") != NULL);
    for (int i = 0; i < 4; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "{\"method\":\"subscribe\",\"params\":{\"channel\":%s,\"symbol\":"
                 "[\"BTC/USD\",\"WIF/USD\"]}}",
                 channels[i]);
        wire_send(socket, text);
    }
    *ret_count = 0;
    for (int step = 0; step < steps; step++) {
        wire_send(socket, "{\"method\":\"ping\"}");
        const char *text;
        do {
            text = wire_next(socket, 3000);
            EXPECT(text != NULL);
            if (strcmp(text, "{\"channel\":\"heartbeat\"}") == 0)
                continue;
            for (const char *c = text; *c; c++)
                hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
            ++*ret_count;
        } while (!strstr(text, "\"pong\""));
    }
    wire_drop(socket);
    wire_close(&wire);
    return hash;
}

TEST(two_lockstep_sessions_are_told_the_same_to_the_byte_and_another_seed_is_not)
{
    struct exchange_config config = stepped("BTC/USD WIF/USD");
    uint32_t first_count, second_count, other_count;
    uint64_t first = told_in(&config, 30, &first_count);
    uint64_t second = told_in(&config, 30, &second_count);
    EXPECT_INT(first_count, second_count);
    EXPECT(first == second && first_count > 500);
    config.seed++;
    EXPECT(told_in(&config, 30, &other_count) != first);
}

/* A client's own clock, counted on from the status, must never be ahead of what it was told. */
TEST(nothing_reaches_a_client_later_than_its_own_clock_says)
{
    struct wire wire;
    struct exchange_config config = plain();
    config.pairs = "BTC/USD";
    config.speed = 600;
    wire_open(&wire, &config);
    struct wire_socket *socket = wire_upgrade(&wire, "/v2");
    const char *status = wire_next(socket, 2000);
    int64_t begin_mono_ns = wire.clock.mono_ns(wire.clock.self), begin_ns, trade_ns;
    const char *at = strstr(status, "\"time\":\"");
    EXPECT(at && timestamp_parse(at + 8, strcspn(at + 8, "\""), &begin_ns));
    wire_send(socket, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"trade\",\"symbol\":"
                      "[\"BTC/USD\"]}}");
    int late = 0, seen = 0;
    while (seen < 150) {
        const char *text = wire_find(socket, "\"channel\":\"trade\",\"type\"");
        EXPECT(text != NULL);
        int64_t passed_ns = wire.clock.mono_ns(wire.clock.self) - begin_mono_ns;
        at = strstr(text, "\"timestamp\":\"");
        EXPECT(at && timestamp_parse(at + 13, strcspn(at + 13, "\""), &trade_ns));
        late += trade_ns < begin_ns + passed_ns * 600;
        seen++;
    }
    EXPECT(late < 75); /* a busy machine is forgiven; without the two ticks all are late */
    wire_drop(socket);
    wire_close(&wire);
}

static int64_t hand_ns(void *self)
{
    return *(int64_t *)self;
}

/* The request comes right behind a tick, and ten minutes later by the market's clock. */
TEST(rest_answers_as_of_its_clock_and_not_of_the_last_tick)
{
    static const char request[] = "GET /0/public/OHLC?pair=XBTUSD HTTP/1.1\r\nHost: x\r\n\r\n";
    static char bytes[1 << 20];
    int64_t now_ns = 1;
    size_t len = 0;
    struct wire wire;
    struct exchange_config config = plain();
    config.pairs = "BTC/USD";
    wire_open_by(&wire, (struct clock){.self = &now_ns, .mono_ns = hand_ns, .wall_ns = hand_ns},
                 &config);
    int fd = wire_connect(&wire);
    loop_turn(wire.loop, 5);
    int64_t begin_ns = exchange_market_time(wire.exchange);
    now_ns += NS_PER_MS;
    while (exchange_market_time(wire.exchange) == begin_ns)
        loop_turn(wire.loop, 20);
    EXPECT(send(fd, request, sizeof request - 1, 0) == sizeof request - 1);
    now_ns += 10 * NS_PER_MIN;
    while (!strstr(bytes, "\"last\":"))
        EXPECT(wire_more(&wire, fd, bytes, sizeof bytes - 1, &len));
    EXPECT(strstr(bytes, "\"last\":1704067740}}") != NULL);
    close(fd);
    wire_close(&wire);
}

TEST(the_end_of_the_market_is_told_to_everybody)
{
    struct wire wire;
    struct exchange_config config = plain();
    config.pairs = "BTC/USD";
    config.speed = 600;
    config.to_ns = INT64_C(1704067200) * NS_PER_S + 2 * NS_PER_MIN;
    wire_open(&wire, &config);
    struct wire_socket *first = wire_upgrade(&wire, "/v2"), *second = wire_upgrade(&wire, "/v2");
    expect_words(wire_find(first, "\"ended\":true"), "\"time\":\"2024-01-01T00:02:00.000000000Z\"",
                 0);
    EXPECT(wire_find(second, "\"ended\":true") != NULL);
    EXPECT(exchange_ended(wire.exchange));
    wire_drop(first);
    wire_drop(second);
    wire_close(&wire);
}

TEST(a_quiet_subscriber_hears_a_heartbeat_each_second_and_a_stranger_none)
{
    struct wire wire;
    struct exchange_config config = stepped("BTC/USD");
    wire_open(&wire, &config);
    struct wire_socket *holder = wire_upgrade(&wire, "/v2"), *stranger = wire_upgrade(&wire, "/v2");
    wire_send(holder, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"trade\",\"symbol\":"
                      "[\"BTC/USD\"]}}");
    EXPECT(wire_find(holder, "{\"channel\":\"heartbeat\"}") != NULL);
    EXPECT(strstr(wire_next(stranger, 100), "status") != NULL);
    EXPECT(wire_next(stranger, 100) == NULL);
    wire_drop(holder);
    wire_drop(stranger);
    wire_close(&wire);
}

TEST(what_cannot_be_served_is_refused_with_the_reason)
{
    const struct {
        struct exchange_config config;
        const char *words;
    } story[] = {
        {{.speed = 0}, "speed 0: must be above 0"},
        {{.speed = 1, .pairs = "XBTUSD NOPE"}, "NOPE is no pair; write it as BASE/QUOTE"},
        {{.speed = 1, .pairs = " "}, "no pair named"},
        {{.speed = 1, .from_ns = NS_PER_DAY}, "the market, which goes from 2018-01-01T00:00:00Z"},
        {{.speed = 1, .from_ns = 1800000000 * NS_PER_S, .to_ns = 1700000000 * NS_PER_S},
         "must begin before it ends"},
        {{.speed = 1, .market = EXCHANGE_REPLAY}, "replay needs a store of candles"},
        {{.speed = 1, .market = EXCHANGE_REPLAY, .store = "/nowhere"}, "/nowhere"},
    };
    struct loop *loop = loop_new();
    struct clock clock = clock_system();
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        char error[512] = "";
        EXPECT(!exchange_open(loop, &clock, &story[i].config, error, sizeof error));
        expect_words(error, story[i].words, i);
    }
    loop_free(loop);
}

TEST(a_port_in_use_is_one_clear_line)
{
    struct wire wire;
    struct exchange_config config = stepped("BTC/USD");
    wire_open(&wire, &config);
    config.port = exchange_port(wire.exchange);
    char error[512] = "";
    EXPECT(!exchange_open(wire.loop, &wire.clock, &config, error, sizeof error));
    expect_words(error, "already in use", 0);
    EXPECT(strchr(error, '\n') == NULL);
    wire_close(&wire);
}

TEST(a_client_that_does_not_read_is_dropped_and_the_others_are_served)
{
    struct wire wire;
    struct exchange_config config = stepped(NULL);
    wire_open(&wire, &config);
    struct wire_socket *sleeper = wire_upgrade(&wire, "/v2"), *reader = wire_upgrade(&wire, "/v2");
    wire_send(sleeper, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"instrument\"}}");
    const char *const symbols = "\"BTC/USD\",\"ETH/USD\",\"SOL/USD\",\"XRP/USD\",\"DOGE/USD\"";
    for (int depth = 0; depth < 3; depth++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{\"method\":\"subscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[%s],"
                 "\"depth\":%d}}",
                 symbols, (const int[]){10, 25, 100}[depth]);
        wire_send(sleeper, text);
    }
    for (int step = 0; step < 2000 && exchange_dropped(wire.exchange) == 0; step++) {
        wire_send(reader, "{\"method\":\"ping\"}");
        EXPECT(wire_find(reader, "pong") != NULL);
    }
    EXPECT_INT((int64_t)exchange_dropped(wire.exchange), 1);
    wire_send(reader, "{\"method\":\"ping\"}");
    EXPECT(wire_find(reader, "pong") != NULL);
    wire_drop(sleeper);
    wire_drop(reader);
    wire_close(&wire);
}
