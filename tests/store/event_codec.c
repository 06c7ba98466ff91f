/* SPDX-License-Identifier: MIT */
#include "store/event_codec.h"

#include "core/base/prng.h"
#include "core/risk/dial.h"
#include "core/strategy/strategy.h"
#include "test.h"

#define PAIRS 24

static struct event_buffer made, read_back;

static int64_t some(struct prng *prng, uint64_t bound)
{
    return (int64_t)prng_below(prng, bound);
}

static struct candle some_candle(struct prng *prng)
{
    const double low = 1 + 100 * prng_real(prng), high = low + prng_real(prng);
    return (struct candle){some(prng, 1u << 30), low, high, low, high, prng_real(prng)};
}

static struct venue_id some_id(struct prng *prng)
{
    return (struct venue_id){prng_next(prng), prng_next(prng)};
}

static struct news some_news(struct prng *prng, uint32_t pair)
{
    struct news news = {.kind = (enum news_kind)(1 + some(prng, NEWS_FLOW)),
                        .sequence = (uint64_t)some(prng, 1u << 30),
                        .reject = (enum reject_reason)some(prng, REJECT_STRAY + 1),
                        .txid = some_id(prng),
                        .begun_ns = some(prng, UINT64_C(1) << 62),
                        .money = -some(prng, UINT64_C(1) << 40),
                        .up = some(prng, 2),
                        .whole = some(prng, 2)};
    if (news.kind == NEWS_ORDER) {
        news.order = (struct news_order){.txid = some_id(prng),
                                         .parent = some_id(prng),
                                         .client = (uint64_t)some(prng, 1000),
                                         .pair = some(prng, 2) ? pair : UINT32_MAX,
                                         .state = (enum news_state)some(prng, NEWS_EXPIRED + 1),
                                         .side = (enum side)some(prng, 2),
                                         .kind = (enum request_order)(1 + some(prng, 4)),
                                         .other_instance = some(prng, 2),
                                         .listed = some(prng, 2),
                                         .qty_lots = some(prng, 1u << 30),
                                         .filled_lots = some(prng, 1u << 30),
                                         .limit_ticks = some(prng, 1u << 30),
                                         .trigger_ticks = some(prng, 1u << 30),
                                         .time_ns = some(prng, UINT64_C(1) << 62)};
    } else if (news.kind == NEWS_TRADE) {
        news.trade = (struct news_trade){.exec = some_id(prng),
                                         .txid = some_id(prng),
                                         .client = (uint64_t)some(prng, 1000),
                                         .pair = pair,
                                         .side = (enum side)some(prng, 2),
                                         .maker = some(prng, 2),
                                         .listed = some(prng, 2),
                                         .price_ticks = some(prng, 1u << 30),
                                         .qty_lots = some(prng, 1u << 30),
                                         .fee = -some(prng, 1u << 20),
                                         .time_ns = some(prng, UINT64_C(1) << 62)};
    }
    return news;
}

static struct instruction some_instruction(struct prng *prng, uint32_t pair)
{
    return (struct instruction){.command = (enum command)(1 + some(prng, COMMAND_LIMIT)),
                                .pair = pair,
                                .ask = (uint64_t)some(prng, 1u << 30),
                                .order_id = (uint64_t)some(prng, 1u << 30),
                                .qty_lots = some(prng, UINT64_C(1) << 62),
                                .cash = some(prng, UINT64_C(1) << 62),
                                .limit_ticks = some(prng, UINT64_C(1) << 62),
                                .stop_ticks = some(prng, 1u << 30),
                                .target_ticks = some(prng, 1u << 30),
                                .strategy = (uint32_t)some(prng, STRATEGY_MAX),
                                .part = (uint32_t)some(prng, PART_OFF + 1),
                                .dial = (uint32_t)some(prng, DIAL_COUNT),
                                .configured = some(prng, 2),
                                .value = (double)some(prng, UINT64_C(1) << 62) / 3};
}

static struct report some_report(struct prng *prng, uint32_t pair)
{
    return (struct report){.order_id = (uint64_t)some(prng, 1u << 30),
                           .kind = REPORT_FILL,
                           .pair = pair,
                           .side = SIDE_SELL,
                           .maker = some(prng, 2),
                           .stop_hit = some(prng, 2),
                           .trade_id = 7,
                           .price_ticks = some(prng, 1u << 30),
                           .qty_lots = 5,
                           .before_lots = some(prng, 1u << 30),
                           .fee = -3,
                           .target_ticks = 9,
                           .exec = {(uint64_t)some(prng, 1u << 30), 11}};
}

static const char *some_text(struct prng *prng)
{
    const size_t len = (size_t)some(prng, 300);
    for (size_t i = 0; i < len; i++) {
        made.text[i] = (char)(1 + some(prng, 255));
    }
    made.text[len] = '\0';
    return made.text;
}

static void some_model(struct prng *prng, struct event *ret)
{
    memset(ret->model.hash, (int)some(prng, 256), MODEL_HASH_SIZE);
    ret->model.unfit = (uint32_t)some(prng, UINT64_C(1) << 32);
    ret->model.turn = (uint64_t)some(prng, UINT64_C(1) << 62);
    ret->model.demoted = (uint32_t)some(prng, 1u << STRATEGY_MAX);
}

static struct event some_event(struct prng *prng)
{
    struct event event = {.kind = (enum event_kind)(1 + some(prng, EVENT_MODEL)),
                          .time_ns = some(prng, UINT64_C(1) << 62)};
    const uint32_t pair = (uint32_t)some(prng, PAIRS), count = (uint32_t)some(prng, PAIRS);
    switch (event.kind) {
    case EVENT_WARM:
        for (uint32_t i = 0; i < count; i++) {
            made.candles[i] = some_candle(prng);
        }
        event.warm.pair = pair, event.warm.count = count, event.warm.candles = made.candles;
        break;
    case EVENT_BATCH:
        for (uint32_t i = 0; i < count; i++) {
            made.entries[i] = (struct batch_entry){i, (uint32_t)some(prng, 4), some_candle(prng)};
        }
        event.batch.boundary_ns = some(prng, UINT64_C(1) << 62);
        event.batch.count = count, event.batch.entries = made.entries;
        break;
    case EVENT_BOOK:
        for (uint32_t i = 0; i < count; i++) {
            made.changes[i] = (struct level_change){
                (enum side)some(prng, 2), {1 + some(prng, 1u << 30), some(prng, 1u << 30)}};
        }
        event.book.pair = pair, event.book.snapshot = some(prng, 2), event.book.depth = 25;
        event.book.count = count, event.book.changes = made.changes;
        break;
    case EVENT_TRADE:
        event.trade.pair = pair;
        event.trade.trade = (struct trade){some(prng, UINT64_C(1) << 62), 1 + some(prng, 1u << 30),
                                           some(prng, 1u << 30), (uint64_t)some(prng, 1u << 30),
                                           (enum side)some(prng, 2)};
        break;
    case EVENT_REPORT:
        event.report = some_report(prng, pair);
        break;
    case EVENT_HEALTH:
        event.health.pair = pair, event.health.stale = true;
        break;
    case EVENT_COMMAND:
        event.command = some_instruction(prng, pair);
        break;
    case EVENT_PAIR:
        event.pair.pair = pair;
        event.pair.terms = (struct pair){.symbol = "BTC/USD",
                                         .base = "BTC",
                                         .quote = "USD",
                                         .price_decimals = 1,
                                         .qty_decimals = 8,
                                         .tick_step = 5,
                                         .qty_min_lots = 5000,
                                         .cost_min = 50000000};
        break;
    case EVENT_NEWS:
        event.news = some_news(prng, pair);
        break;
    case EVENT_CANDLE:
        event.candle.pair = pair, event.candle.candle = some_candle(prng);
        break;
    case EVENT_STRATEGY:
        event.strategy.type = strategy_built_in + (uint32_t)some(prng, 3);
        event.strategy.fresh = some(prng, 2), event.strategy.stopped = some(prng, 2);
        event.strategy.name = "mine", event.strategy.text = some_text(prng);
        break;
    case EVENT_MODEL:
        some_model(prng, &event);
        break;
    case EVENT_START:
    case EVENT_TIME:
        break;
    }
    return event;
}

TEST(what_is_decoded_encodes_to_the_same_bytes)
{
    static uint8_t first[EVENT_CODE_MAX], second[EVENT_CODE_MAX];
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 20000; i++) {
        const struct event event = some_event(&prng);
        const size_t len = event_encode(&event, first, sizeof first);
        EXPECT(len > 0);
        struct event back;
        EXPECT(event_decode(first, len, PAIRS, &back, &read_back));
        EXPECT_INT((int64_t)event_encode(&back, second, sizeof second), (int64_t)len);
        EXPECT_INT(memcmp(first, second, len), 0);
        EXPECT_INT(back.time_ns, event.time_ns);
    }
}

TEST(bytes_cut_short_or_changed_never_decode_to_what_the_engine_would_check)
{
    static uint8_t bytes[EVENT_CODE_MAX];
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 20000; i++) {
        const struct event event = some_event(&prng);
        const size_t len = event_encode(&event, bytes, sizeof bytes);
        struct event back;
        EXPECT(!event_decode(bytes, len - 1, PAIRS, &back, &read_back) || len == 1);
        bytes[some(&prng, len)] ^= (uint8_t)(1 + some(&prng, 255));
        if (event_decode(bytes, len, PAIRS, &back, &read_back) && back.kind == EVENT_BATCH) {
            for (uint32_t e = 0; e < back.batch.count; e++) {
                EXPECT(back.batch.entries[e].pair < PAIRS);
                EXPECT(candle_valid(&back.batch.entries[e].candle));
            }
        }
    }
}

TEST(a_trade_as_far_from_its_event_as_time_goes_comes_back)
{
    const int64_t times[][2] = {{INT64_MIN, INT64_MAX}, {INT64_MAX, -24}, {INT64_MAX, INT64_MIN}};
    for (int i = 0; i < 3; i++) {
        uint8_t bytes[64];
        const struct event event = {
            .kind = EVENT_TRADE,
            .time_ns = times[i][0],
            .trade = {.trade = {.time_ns = times[i][1], .price_ticks = 1, .qty_lots = 1}}};
        const size_t len = event_encode(&event, bytes, sizeof bytes);
        struct event back;
        EXPECT(event_decode(bytes, len, 1, &back, &read_back));
        EXPECT_INT(back.trade.trade.time_ns, times[i][1]);
    }
}

TEST(a_pair_that_is_not_there_is_refused)
{
    uint8_t bytes[64];
    const struct event event = {.kind = EVENT_HEALTH, .health = {.pair = 3}};
    const size_t len = event_encode(&event, bytes, sizeof bytes);
    struct event back;
    EXPECT(event_decode(bytes, len, 4, &back, &read_back));
    EXPECT(!event_decode(bytes, len, 3, &back, &read_back));
}

TEST(every_figure_of_a_command_comes_back)
{
    uint8_t bytes[128];
    const struct event event = {
        .kind = EVENT_COMMAND,
        .command = {COMMAND_BUY, 3, 4, 5, 6, 7, 8, 9, 10, .origin = "key ops from 192.0.2.7"}};
    const size_t len = event_encode(&event, bytes, sizeof bytes);
    struct event back;
    EXPECT(event_decode(bytes, len, 4, &back, &read_back));
    EXPECT_INT(back.command.command, COMMAND_BUY);
    EXPECT_TEXT(back.command.origin, event.command.origin);
    EXPECT_INT(back.command.pair, 3);
    EXPECT_INT((int64_t)back.command.ask, 4);
    EXPECT_INT((int64_t)back.command.order_id, 5);
    EXPECT_INT(back.command.qty_lots, 6);
    EXPECT_INT(back.command.cash, 7);
    EXPECT_INT(back.command.limit_ticks, 8);
    EXPECT_INT(back.command.stop_ticks, 9);
    EXPECT_INT(back.command.target_ticks, 10);
}

TEST(a_command_with_less_than_nothing_in_it_is_refused)
{
    uint8_t bytes[128];
    struct event event = {.kind = EVENT_COMMAND, .command = {.command = COMMAND_BRACKET}};
    struct event back;
    EXPECT(event_decode(bytes, event_encode(&event, bytes, sizeof bytes), 1, &back, &read_back));
    int64_t *const figures[] = {&event.command.qty_lots, &event.command.cash,
                                &event.command.limit_ticks, &event.command.stop_ticks,
                                &event.command.target_ticks};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        *figures[i] = -1;
        const size_t len = event_encode(&event, bytes, sizeof bytes);
        EXPECT(!event_decode(bytes, len, 1, &back, &read_back));
        *figures[i] = 0;
    }
    event.command = (struct instruction){.command = COMMAND_LIMIT, .dial = DIAL_COUNT};
    EXPECT(!event_decode(bytes, event_encode(&event, bytes, sizeof bytes), 1, &back, &read_back));
    event.command.command = (enum command)(COMMAND_LIMIT + 1);
    EXPECT(!event_decode(bytes, event_encode(&event, bytes, sizeof bytes), 1, &back, &read_back));
}

TEST(a_strategys_text_comes_back_whole_and_the_longest_fits)
{
    static uint8_t bytes[EVENT_CODE_MAX];
    memset(made.text, 'x', EVENT_TEXT_MAX);
    made.text[EVENT_TEXT_MAX] = '\0';
    struct event event = {
        .kind = EVENT_STRATEGY,
        .strategy = {.type = strategy_built_in, .fresh = true, .name = "mine", .text = made.text}};
    const size_t len = event_encode(&event, bytes, sizeof bytes);
    struct event back;
    EXPECT(event_decode(bytes, len, 1, &back, &read_back));
    EXPECT_INT(back.strategy.type, strategy_built_in);
    EXPECT(back.strategy.fresh && !back.strategy.stopped);
    EXPECT_TEXT(back.strategy.name, "mine");
    EXPECT_TEXT(back.strategy.text, made.text);
}

/* A built-in strategy is made of no text, and the table has an end. */
TEST(a_strategy_that_has_no_text_is_refused_one)
{
    uint8_t bytes[64];
    const uint32_t types[] = {strategy_built_in - 1, STRATEGY_TABLE_MAX};
    for (int i = 0; i < 2; i++) {
        const struct event event = {
            .kind = EVENT_STRATEGY,
            .strategy = {.type = types[i], .name = "mine", .text = "return {}"}};
        struct event back;
        const size_t len = event_encode(&event, bytes, sizeof bytes);
        EXPECT(len > 0 && !event_decode(bytes, len, 1, &back, &read_back));
    }
}

TEST(what_does_not_fit_is_not_written)
{
    uint8_t bytes[4];
    const struct event event = {.kind = EVENT_HEALTH, .time_ns = INT64_MAX};
    EXPECT_INT((int64_t)event_encode(&event, bytes, sizeof bytes), 0);
}
