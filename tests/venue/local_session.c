/* SPDX-License-Identifier: MIT */
/* Candle files through the whole exchange: what a client reads off the socket is what the file
 * holds. And what a client may send, however malformed. */
#include "local_wire.h"
#include "store/scratch.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "core/market/pair.h"
#include "store/candle_file.h"
#include "venue/local/query.h"
#include "venue/local/request.h"

#define STEP_NS (5 * NS_PER_MIN)
#define BEGIN_NS (INT64_C(1700000400) / 300 * 300 * NS_PER_S)

static size_t make_store(const char *symbol, struct candle *rows, size_t count, uint64_t seed)
{
    struct prng prng;
    prng_init(&prng, seed);
    size_t made = 0;
    double close = 1000;
    for (size_t i = 0; i < count; i++) {
        double open = close;
        close = open + (double)((int64_t)prng_below(&prng, 401) - 200) / 100;
        double high = fmax(open, close) + (double)prng_below(&prng, 50) / 100;
        double low = fmin(open, close) - (double)prng_below(&prng, 50) / 100;
        double volume = (double)(1 + prng_below(&prng, 1000000000)) / 1e8;
        if (prng_below(&prng, 8) > 0)
            rows[made++] =
                (struct candle){BEGIN_NS + (int64_t)i * STEP_NS, open, high, low, close, volume};
    }
    struct candle_key key = {"KRAKEN", "", TIMEFRAME_5M};
    struct candle_merge_result merged;
    char error[256];
    snprintf(key.symbol, sizeof key.symbol, "%s", symbol);
    EXPECT_INT(
        candle_file_merge(scratch("store"), &key, rows, made, true, &merged, error, sizeof error),
        0);
    return made;
}

static double number_of(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    EXPECT(at != NULL);
    return strtod(at + strlen(key), NULL);
}

/* The row of the file that the message's candle is of; NULL when the file has none. */
static const struct candle *row_of(const char *text, const struct candle *rows, size_t count)
{
    int64_t time_ns;
    const char *at = strstr(text, "\"interval_begin\":\"");
    EXPECT(at && timestamp_parse(at + 18, strcspn(at + 18, "\""), &time_ns));
    for (size_t i = 0; i < count; i++)
        if (rows[i].time_ns == time_ns)
            return &rows[i];
    return NULL;
}

static void expect_row(const char *text, const struct candle *row, const struct pair *terms)
{
    struct candle want = *row;
    EXPECT(pair_quantise(terms, &want));
    EXPECT(number_of(text, "\"open\":") == want.open);
    EXPECT(number_of(text, "\"high\":") == want.high);
    EXPECT(number_of(text, "\"low\":") == want.low);
    EXPECT(number_of(text, "\"close\":") == want.close);
    EXPECT(number_of(text, "\"volume\":") == want.volume);
    EXPECT(number_of(text, "\"trades\":") == 4);
}

TEST(a_lockstep_replay_gives_every_candle_of_its_files_over_the_socket_and_no_other)
{
    static struct candle rows[2][200];
    const char *const symbols[2] = {"ETH/USD", "SOL/USD"};
    size_t counts[2], seen[2] = {0};
    struct pair terms = {.price_decimals = 2, .qty_decimals = 8, .tick_step = 1};
    for (int i = 0; i < 2; i++)
        counts[i] = make_store(symbols[i], rows[i], 200, test_seed() + (uint64_t)i);
    struct exchange_config config = {.address = "127.0.0.1",
                                     .speed = 1,
                                     .lockstep = true,
                                     .market = EXCHANGE_REPLAY,
                                     .store = scratch("store")};
    struct wire wire;
    wire_open(&wire, &config);
    struct wire_socket *socket = wire_upgrade(&wire, "/v2");
    wire_send(socket, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"ohlc\",\"interval\":5,"
                      "\"symbol\":[\"ETH/USD\",\"SOL/USD\"],\"snapshot\":false}}");
    while (!exchange_ended(wire.exchange)) {
        char last[2][1024] = {"", ""};
        wire_send(socket, "{\"method\":\"ping\"}");
        const char *text;
        while ((text = wire_next(socket, 3000)) && !strstr(text, "\"pong\"")) {
            if (strncmp(text, "{\"channel\":\"ohlc\"", 17) == 0)
                snprintf(last[strstr(text, "SOL/USD") != NULL], sizeof last[0], "%.1023s", text);
        }
        EXPECT(text != NULL);
        for (int i = 0; i < 2; i++) {
            if (!last[i][0])
                continue;
            const struct candle *row = row_of(last[i], rows[i], counts[i]);
            EXPECT(row != NULL);
            expect_row(last[i], row, &terms);
            seen[i]++;
        }
    }
    EXPECT_INT((int64_t)seen[0], (int64_t)counts[0]);
    EXPECT_INT((int64_t)seen[1], (int64_t)counts[1]);
    wire_drop(socket);
    wire_close(&wire);
}

TEST(history_before_the_start_of_a_replay_is_served_and_nothing_after_it)
{
    static struct candle rows[200];
    size_t count = make_store("LTC/USD", rows, 200, test_seed() + 9);
    struct exchange_config config = {.address = "127.0.0.1",
                                     .speed = 1,
                                     .lockstep = true,
                                     .market = EXCHANGE_REPLAY,
                                     .pairs = "LTC/USD",
                                     .store = scratch("store"),
                                     .from_ns = rows[count / 2].time_ns};
    struct wire wire;
    wire_open(&wire, &config);
    const char *body = wire_get(&wire, "/0/public/OHLC?pair=LTCUSD&interval=5");
    char first[32], here[32], next[32];
    snprintf(first, sizeof first, "[[%lld,", (long long)(rows[0].time_ns / NS_PER_S));
    snprintf(here, sizeof here, "[%lld,", (long long)(rows[count / 2].time_ns / NS_PER_S));
    snprintf(next, sizeof next, "[%lld,", (long long)(rows[count / 2].time_ns / NS_PER_S + 300));
    EXPECT(strstr(body, first) && strstr(body, here) && !strstr(body, next));
    wire_close(&wire);
}

TEST(no_text_a_client_can_send_is_misread_or_breaks_the_reader)
{
    static const char sound[] = "{\"method\":\"subscribe\",\"params\":{\"channel\":\"book\","
                                "\"symbol\":[\"BTC/USD\",\"ETH\\/USD\"],\"depth\":10,"
                                "\"snapshot\":true},\"req_id\":123456789}";
    struct request *request = calloc(1, sizeof *request);
    struct prng prng;
    prng_init(&prng, test_seed());
    request_read(request, sound, sizeof sound - 1);
    EXPECT_TEXT(request->error, "");
    EXPECT_TEXT(request->symbols[1], "ETH/USD");
    EXPECT(request->depth == 10 && request->snapshot && request->req_id == 123456789);
    for (int round = 0; round < 20000; round++) {
        size_t len = sizeof sound - 1;
        char *text = malloc(len); /* of its exact size, so that one byte beyond is noticed */
        memcpy(text, sound, len);
        for (uint64_t hits = 1 + prng_below(&prng, 4); hits > 0; hits--)
            text[prng_below(&prng, len)] = (char)prng_next(&prng);
        size_t cut = prng_below(&prng, 3) ? len : prng_below(&prng, len + 1);
        request_read(request, text, cut);
        EXPECT(cut == len || request->error[0]); /* what is cut short is never taken */
        EXPECT(request->symbol_count <= REQUEST_SYMBOLS_MAX);
        free(text);
    }
    free(request);
}

TEST(a_query_is_read_by_its_names_and_decoded)
{
    const struct {
        const char *query, *name, *value;
        bool found;
    } story[] = {
        {"pair=XBTUSD&count=10", "pair", "XBTUSD", true},
        {"pair=XBTUSD&count=10", "count", "10", true},
        {"pair=XBT%2FUSD", "pair", "XBT/USD", true},
        {"a=x+y", "a", "x y", true},
        {"a=%2", "a", "%2", true},
        {"a=%zz", "a", "%zz", true},
        {"pairs=1&pair=2", "pair", "2", true},
        {"&&pair=2&", "pair", "2", true},
        {"pair", "pair", "", false},
        {"", "pair", "", false},
        {"a=12345678901234567890", "a", "", false}, /* does not fit */
    };
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        char value[16];
        EXPECT_INT(query_find(story[i].query, story[i].name, value, sizeof value), story[i].found);
        EXPECT_TEXT(value, story[i].value);
    }
    int64_t number = 7;
    EXPECT_INT(query_int("n=-5", "n", &number), QUERY_NUMBER);
    EXPECT_INT(number, -5);
    EXPECT_INT(query_int("n=5.5", "n", &number), QUERY_MALFORMED);
    EXPECT_INT(query_int("m=1", "n", &number), QUERY_ABSENT);
    EXPECT_INT(number, -5);
}
