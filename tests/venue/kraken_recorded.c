/* SPDX-License-Identifier: MIT */
/*
 * Frames recorded from the real venue, through the whole adapter: the truth to hold it against.
 * They are played, round after round, to see that handling a message allocates nothing.
 */
#include "../sim/net_sim.h"
#include "../test.h"

#include <zlib.h>

#include "core/base/timestamp.h"
#include "core/market/book.h"
#include "venue/kraken/kraken_feed.h"

#define RECORDING "data/books/kraken_v2_book10_trade_BTCUSD_ETHUSD_20260707T2300Z.ndjson.gz"
#define FRAMES_MAX 8192

static struct {
    uint32_t count;
    char *texts[FRAMES_MAX];
    size_t lens[FRAMES_MAX];
} frames;

static void read_frames(void)
{
    static char line[1 << 16];
    const char *path = test_shared(RECORDING);
    gzFile file = gzopen(path, "rb");
    EXPECT(file != NULL);
    while (gzgets(file, line, sizeof line) != NULL) {
        EXPECT(frames.count < FRAMES_MAX);
        size_t len = strcspn(line, "\n");
        line[len] = '\0';
        frames.texts[frames.count] = strdup(line);
        frames.lens[frames.count++] = len;
    }
    gzclose(file);
}

static void free_frames(void)
{
    while (frames.count > 0)
        free(frames.texts[--frames.count]);
}

/* What the session sees. */
static struct {
    uint32_t books, snapshots, unknown, trades;
    struct book book[2];
    uint32_t checked;
} seen;

static void on_pair(void *context, uint32_t pair, const struct pair *terms)
{
    (void)context, (void)pair, (void)terms;
}

static void on_history(void *context, uint32_t pair, const struct candle *candles, uint32_t count)
{
    (void)context, (void)pair, (void)candles, (void)count;
}

static void on_history_end(void *context, uint32_t pair)
{
    (void)context, (void)pair;
}

static void on_candle(void *context, uint32_t pair, const struct candle *candle)
{
    (void)context, (void)pair, (void)candle;
}

static void on_book(void *context, uint32_t pair, int64_t time_ns, bool snapshot, uint32_t depth,
                    const struct level_change *changes, uint32_t count)
{
    (void)context, (void)time_ns;
    seen.books++;
    seen.snapshots += snapshot;
    seen.unknown += snapshot && count == 0;
    if (snapshot)
        book_init(&seen.book[pair], depth);
    book_apply(&seen.book[pair], changes, count);
    EXPECT(count == 0 || book_sound(&seen.book[pair]));
}

static void on_trade(void *context, uint32_t pair, const struct trade *trade)
{
    (void)context, (void)pair;
    EXPECT(trade->price_ticks > 0);
    seen.trades++;
}

static void on_health(void *context, uint32_t pair, enum feed_health health, int64_t silent_ns)
{
    (void)context, (void)pair, (void)health, (void)silent_ns;
}

static void on_time(void *context, int64_t time_ns)
{
    (void)context, (void)time_ns;
}

static void on_connection(void *context, bool connected, const char *reason)
{
    (void)context, (void)connected, (void)reason;
}

static const struct feed_events events = {
    on_pair, on_history, on_history_end, on_candle, on_candle,
    on_book, on_trade,   on_health,      on_time,   on_connection,
};

/* A transport of the one connection that the test speaks through; REST knows the two pairs. */
static struct {
    const struct transport_events *events;
    void *context;
    http_callback *callback;
    void *callback_context;
    const char *body;
    int64_t mono_ns, wall_ns;
} wire;

static connection_id wire_open(void *self, const char *url, const struct transport_events *to,
                               void *context)
{
    (void)self, (void)url;
    wire.events = to;
    wire.context = context;
    return 1;
}

static int wire_send(void *self, connection_id id, const char *text, size_t len)
{
    (void)self, (void)id, (void)text, (void)len;
    return 0;
}

static void wire_close(void *self, connection_id id, uint32_t code)
{
    (void)self;
    wire.events->on_closed(wire.context, id, code, "closed");
}

static int wire_request(void *self, const struct http_request *request, http_callback *callback,
                        void *context)
{
    (void)self;
    wire.callback = callback;
    wire.callback_context = context;
    wire.body = "{\"error\":[],\"result\":{\"status\":\"online\"}}";
    if (strstr(request->url, "AssetPairs") != NULL)
        wire.body = "{\"error\":[],\"result\":{"
                    "\"XXBTZUSD\":{\"altname\":\"XBTUSD\",\"wsname\":\"XBT/USD\","
                    "\"pair_decimals\":1,\"lot_decimals\":8},"
                    "\"XETHZUSD\":{\"altname\":\"ETHUSD\",\"wsname\":\"ETH/USD\","
                    "\"pair_decimals\":2,\"lot_decimals\":8}}}";
    return 0;
}

static int64_t wire_wall(void *self)
{
    (void)self;
    return wire.wall_ns + wire.mono_ns;
}

static int64_t wire_mono(void *self)
{
    (void)self;
    return wire.mono_ns;
}

static void say(const char *text, size_t len)
{
    wire.events->on_text(wire.context, 1, text, len);
}

static void tick(struct kraken_feed *feed)
{
    wire.mono_ns += 100 * NS_PER_MS;
    kraken_feed_tick(feed);
    while (wire.callback != NULL) {
        const struct http_response response = {
            .status = 200, .body = wire.body, .body_len = strlen(wire.body), .sent = true};
        http_callback *callback = wire.callback;
        wire.callback = NULL;
        callback(wire.callback_context, &response);
    }
}

/* The recording holds books and trades alone: what else was asked is granted here. */
static const char *const acks[] = {
    "{\"method\":\"subscribe\",\"result\":{\"channel\":\"ohlc\",\"symbol\":\"BTC/USD\"},"
    "\"success\":true}",
    "{\"method\":\"subscribe\",\"result\":{\"channel\":\"ohlc\",\"symbol\":\"ETH/USD\"},"
    "\"success\":true}",
    "{\"method\":\"subscribe\",\"result\":{\"channel\":\"ticker\",\"symbol\":\"BTC/USD\"},"
    "\"success\":true}",
    "{\"method\":\"subscribe\",\"result\":{\"channel\":\"ticker\",\"symbol\":\"ETH/USD\"},"
    "\"success\":true}",
};

static const char *const pong[] = {
    "{\"method\":\"pong\",\"time_out\":\"2026-07-07T23:00:03.400000Z\"}",
};

static void say_all(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        say(texts[i], strlen(texts[i]));
}

/* A feed with everything acknowledged, as the recording begins. */
static struct kraken_feed *connect(void)
{
    static const char *const symbols[] = {"BTC/USD", "ETH/USD"};
    const struct transport transport = {NULL, wire_open, wire_send, wire_close, wire_request};
    const struct clock clock = {NULL, wire_wall, wire_mono};
    const struct kraken_feed_config config = {
        .rest_url = "http://rest",
        .ws_url = "ws://stream",
        .symbols = symbols,
        .symbol_count = 2,
        .timeframe = TIMEFRAME_1M,
        .depth = 10,
        .stale_ns = 180 * NS_PER_S,
    };
    char error[100];
    static const char at[] = "2026-07-07T23:00:03Z";
    memset(&wire, 0, sizeof wire);
    memset(&seen, 0, sizeof seen);
    EXPECT(timestamp_parse(at, strlen(at), &wire.wall_ns));
    struct kraken_feed *feed =
        kraken_feed_open(&config, &transport, &clock, &events, NULL, error, sizeof error);
    EXPECT(feed != NULL);
    for (int i = 0; i < 5; i++)
        tick(feed);
    EXPECT(wire.events != NULL);
    wire.events->on_open(wire.context, 1);
    say(frames.texts[0], frames.lens[0]); /* the status, answered by a ping */
    say_all(pong, 1);
    for (int i = 0; i < 6; i++)
        tick(feed); /* subscriptions go out: the recorded answers follow */
    say_all(acks, sizeof acks / sizeof *acks);
    return feed;
}

TEST(every_recorded_book_message_passes_with_its_checksum_verified)
{
    read_frames();
    struct kraken_feed *feed = connect();
    for (uint32_t i = 1; i < frames.count; i++)
        say(frames.texts[i], frames.lens[i]);
    const struct feed_stats *stats = kraken_feed_stats(feed);
    EXPECT_INT(seen.books, 2962);
    EXPECT_INT(seen.snapshots, 2);
    EXPECT_INT(seen.unknown, 0);
    EXPECT_INT(seen.trades, 17);
    EXPECT_INT((int64_t)stats->checksum_fault_count, 0);
    EXPECT_INT((int64_t)stats->malformed_count, 0);
    EXPECT_INT((int64_t)stats->message_count, frames.count + 5);
    kraken_feed_close(feed);
    free_frames();
}

/* Each recorded update damaged in one digit of one number: none may pass as it is. */
TEST(a_damaged_digit_never_passes)
{
    read_frames();
    struct prng prng;
    prng_init(&prng, test_seed());
    uint32_t tried = 0;
    for (uint32_t round = 0; round < 40; round++) {
        struct kraken_feed *feed = connect();
        uint32_t victim = 200 + (uint32_t)prng_below(&prng, 2000);
        for (uint32_t i = 1; i < victim; i++)
            say(frames.texts[i], frames.lens[i]);
        char *qty = strstr(frames.texts[victim], "\"qty\":");
        if (qty != NULL && strstr(frames.texts[victim], "\"book\"") != NULL) {
            char *digit = qty + 6 + strcspn(qty + 6, "123456789");
            char was = *digit;
            *digit = was == '9' ? '1' : (char)(was + 1);
            uint32_t books = seen.books;
            say(frames.texts[victim], frames.lens[victim]);
            *digit = was;
            EXPECT_INT((int64_t)kraken_feed_stats(feed)->checksum_fault_count, 1);
            EXPECT_INT(seen.books, books + 1); /* the book is unknown: said once */
            EXPECT_INT(seen.unknown, 1);
            tried++;
        }
        kraken_feed_close(feed);
    }
    EXPECT(tried > 20);
    free_frames();
}

/* Counted by the linker's wraps: what the library itself, not libc, asks of the heap. */
static uint64_t heap_calls;
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    heap_calls++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    heap_calls++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    heap_calls++;
    return __real_realloc(old, size);
}

TEST(a_million_messages_in_steady_state_allocate_nothing)
{
    read_frames();
    uint64_t before_open = heap_calls;
    struct kraken_feed *feed = connect();
    EXPECT(heap_calls > before_open); /* the count counts */

    static const char *const heartbeat[] = {"{\"channel\":\"heartbeat\"}"};
    char ohlc[400], ticker[300];
    int64_t minute_ns = wire_wall(NULL) / NS_PER_MIN * NS_PER_MIN;
    uint64_t before = heap_calls;
    for (uint32_t count = 0; count < 1000000;) {
        for (uint32_t i = 6; i < frames.count; i++, count++)
            say(frames.texts[i], frames.lens[i]);
        char begin[TIMESTAMP_TEXT_MAX];
        timestamp_format(begin, minute_ns, 9);
        int len = snprintf(ohlc, sizeof ohlc,
                           "{\"channel\":\"ohlc\",\"type\":\"update\",\"timestamp\":\"%s\","
                           "\"data\":[{\"symbol\":\"BTC/USD\",\"open\":5.1,\"high\":5.2,"
                           "\"low\":5.0,\"close\":5.1,\"trades\":1,\"volume\":2.5,"
                           "\"interval_begin\":\"%s\",\"interval\":1}]}",
                           begin, begin);
        say(ohlc, (size_t)len);
        len = snprintf(ticker, sizeof ticker,
                       "{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":"
                       "\"ETH/USD\",\"bid\":5.1,\"bid_qty\":1,\"last\":5.2}]}");
        say(ticker, (size_t)len);
        minute_ns += NS_PER_MIN;
        for (int i = 0; i < 600; i++) {
            tick(feed);
            say_all(heartbeat, 1);
        }
    }
    EXPECT_INT((int64_t)(heap_calls - before), 0);
    EXPECT_INT((int64_t)kraken_feed_stats(feed)->malformed_count, 0);
    EXPECT_INT((int64_t)kraken_feed_stats(feed)->checksum_fault_count, 0);
    EXPECT(seen.books > 900000);
    kraken_feed_close(feed);
    free_frames();
}
