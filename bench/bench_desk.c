/* SPDX-License-Identifier: MIT */
#include "bench_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/options.h"
#include "core/base/timestamp.h"
#include "venue/kraken/messages.h"

#define PRICE_DECIMALS 4
#define QTY_DECIMALS 8
#define BOOK_LEVELS 10
#define LEVEL_TICKS 20000 /* two dollars of a price near 30,000 */

int64_t bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void wrong(struct bench_desk *bench, bool is, const char *what)
{
    if (is && bench->wrong == NULL) {
        bench->wrong = what;
    }
}

bool bench_options(void (*adjust)(struct options *options), uint32_t pair_count,
                   struct engine_config *engine, struct broker_config *broker, char *error,
                   size_t error_size)
{
    static struct options all;
    struct options *const options = &all;
    options_declare(options);
    struct config *config = config_new(options->sections, options->section_count);
    if (config == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    char *enabled = options->strategies.enabled;
    size_t len = 0;
    for (uint32_t i = 0; i < strategy_table_count; i++) {
        len += (size_t)snprintf(enabled + len, sizeof options->strategies.enabled - len, "%s%s",
                                i > 0 ? " " : "", strategy_table[i]->name);
    }
    if (adjust != NULL) {
        adjust(options);
    }
    const bool good = options_settle(options, error, error_size) == 0 &&
                      options_engine(options, pair_count, engine, error, error_size) == 0;
    options_broker(options, broker);
    config_free(config);
    return good;
}

static const struct candle *candle_at(const struct bench_desk *bench, uint32_t pair,
                                      uint32_t minute)
{
    return &bench->candles[(size_t)pair * bench->minutes + minute];
}

static void on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct bench_desk *bench = context;
    for (uint32_t i = 0; i < actions->count; i++) {
        const struct action *action = &actions->list[i];
        if (action->kind == ACTION_PLACE && action->place.purpose == PURPOSE_ENTRY) {
            bench->placed[action->place.pair] = true;
            bench->orders[action->place.pair] = action->place;
        }
    }
    if (bench->recorder != NULL) {
        recorder_step(bench->recorder, event, actions, bench->engine);
    }
}

static void on_request(void *context, const struct request *request)
{
    struct bench_desk *bench = context;
    if (request->kind == REQUEST_ADD && bench->intent_count < BENCH_PAIRS) {
        bench->intents[bench->intent_count++] = (struct bench_intent){
            .request = *request, .begun_ns = bench->begun_ns, .handed_ns = bench_now_ns()};
    }
    if (bench->recorder != NULL) {
        recorder_request(bench->recorder, request, bench->engine);
    }
    bench->asked[bench->asked_count++] = *request;
}

void bench_desk_give(struct bench_desk *bench, const struct event *event)
{
    if (bench->recorder != NULL) {
        recorder_event(bench->recorder, event);
    }
    desk_step(bench->desk, event);
}

static void give_news(struct bench_desk *bench, const struct news *news)
{
    const struct event event = {
        .kind = EVENT_NEWS, .time_ns = bench->engine->time_ns, .news = *news};
    bench_desk_give(bench, &event);
}

/* The intent's pair and size, by the order that the engine had in mind and by the rules of size:
 * its cost is within a position's share, and its loss at the stop is what one trade may lose unless
 * another bound came first. */
static void check_intent(struct bench_desk *bench, const struct request *request)
{
    if (request->pair >= BENCH_PAIRS || !bench->placed[request->pair]) {
        wrong(bench, true, "an intent for a pair that the engine did not choose");
        return;
    }
    const struct order *order = &bench->orders[request->pair];
    const struct risk_config *risk = &bench->engine->config.risk;
    const double equity = (double)portfolio_equity(&bench->engine->portfolio) / 1e8;
    const double close = candle_at(bench, request->pair, bench->minute - 2)->close;
    const double qty = (double)request->qty_lots * 1e-8,
                 limit = (double)request->limit_ticks * 1e-4;
    const double loss = qty * (close - (double)request->close_ticks * 1e-4);
    wrong(bench, request->qty_lots != order->qty_lots || request->side != SIDE_BUY,
          "an intent of another size than the engine's order");
    wrong(bench, !(limit > close * 0.99 && limit < close * 1.02),
          "an intent whose price is not near its pair's");
    wrong(bench, request->close_ticks != order->stop_ticks || !(loss > 0),
          "an intent without stop");
    wrong(bench, !(qty * close <= equity * risk->max_position * 1.0001),
          "an intent that costs more than a position may");
    wrong(bench, !(loss <= equity * risk->risk_per_trade),
          "an intent that risks more than a trade may");
}

static void answer_add(struct bench_desk *bench, const struct request *request)
{
    const struct venue_id txid = {.hi = 1, .lo = ++bench->next_id};
    give_news(bench,
              &(struct news){.kind = NEWS_ACCEPTED, .sequence = request->sequence, .txid = txid});
    give_news(bench, &(struct news){.kind = NEWS_ORDER,
                                    .order = {.txid = txid,
                                              .client = request->client,
                                              .pair = request->pair,
                                              .state = NEWS_EXPIRED,
                                              .side = request->side,
                                              .kind = request->order,
                                              .qty_lots = request->qty_lots,
                                              .limit_ticks = request->limit_ticks,
                                              .time_ns = bench->engine->time_ns}});
}

static void answer(struct bench_desk *bench, const struct request *request)
{
    switch (request->kind) {
    case REQUEST_ADD:
        give_news(bench, &(struct news){.kind = NEWS_DURABLE, .sequence = request->sequence});
        answer_add(bench, request);
        return;
    case REQUEST_LIST:
    case REQUEST_QUERY:
        give_news(bench, &(struct news){.kind = NEWS_LISTED,
                                        .sequence = request->sequence,
                                        .begun_ns = bench->engine->time_ns,
                                        .whole = true});
        return;
    case REQUEST_AMEND:
    case REQUEST_CANCEL:
    case REQUEST_TIMER:
        give_news(bench, &(struct news){.kind = NEWS_ACCEPTED, .sequence = request->sequence});
        return;
    }
}

void bench_desk_answer(struct bench_desk *bench)
{
    for (uint32_t i = 0; i < bench->intent_count; i++) {
        check_intent(bench, &bench->intents[i].request);
    }
    for (uint32_t i = 0; i < bench->asked_count; i++) {
        const struct request request = bench->asked[i];
        answer(bench, &request);
    }
    bench->asked_count = bench->intent_count = 0;
    memset(bench->placed, 0, sizeof bench->placed);
}

/* A row of the channel ohlc, as Kraken writes it. */
static void write_row(struct bench_desk *bench, uint32_t pair)
{
    const struct candle *c = candle_at(bench, pair, bench->minute);
    char begin[TIMESTAMP_TEXT_MAX], end[TIMESTAMP_TEXT_MAX];
    timestamp_format(begin, c->time_ns, 9);
    timestamp_format(end, c->time_ns + NS_PER_MIN, 6);
    snprintf(bench->text[pair], BENCH_ROW_MAX,
             "{\"channel\":\"ohlc\",\"type\":\"update\",\"timestamp\":\"%s\",\"data\":[{\"symbol\":"
             "\"%s\",\"open\":%.4f,\"high\":%.4f,\"low\":%.4f,\"close\":%.4f,\"trades\":23,"
             "\"volume\":%.8f,\"vwap\":%.4f,\"interval_begin\":\"%s\",\"interval\":1,"
             "\"timestamp\":\"%s\"}]}",
             begin, bench->terms[pair].symbol, c->open, c->high, c->low, c->close, c->volume,
             c->close, begin, end);
}

/* Ten levels a side round the price; now one side, now the other is the fuller. */
static void give_book(struct bench_desk *bench, uint32_t pair, uint32_t minute)
{
    const struct candle *c = candle_at(bench, pair, minute);
    const int64_t middle = (int64_t)(c->close * 1e4 + 0.5);
    struct level_change changes[2 * BOOK_LEVELS];
    for (int i = 0; i < BOOK_LEVELS; i++) {
        const int64_t away = 5000 + i * LEVEL_TICKS, lots = 100000000;
        changes[2 * i] =
            (struct level_change){SIDE_BUY, {middle - away, lots * (1 + (minute + pair) % 3)}};
        changes[2 * i + 1] =
            (struct level_change){SIDE_SELL, {middle + away, lots * (1 + (minute / 3) % 3)}};
    }
    const struct event event = {.kind = EVENT_BOOK,
                                .time_ns = c->time_ns + NS_PER_MIN - 1,
                                .book = {.pair = pair,
                                         .snapshot = true,
                                         .depth = BOOK_LEVELS,
                                         .count = 2 * BOOK_LEVELS,
                                         .changes = changes}};
    bench_desk_give(bench, &event);
}

static void release(struct bench_desk *bench)
{
    int64_t boundary_ns = 0;
    for (int count; (count = batch_take(bench->batch, &boundary_ns, bench->entries)) >= 0;) {
        const struct event event = {.kind = EVENT_BATCH,
                                    .time_ns = boundary_ns + NS_PER_MIN,
                                    .batch = {.boundary_ns = boundary_ns,
                                              .count = (uint32_t)count,
                                              .entries = bench->entries}};
        wrong(bench, count != BENCH_PAIRS, "a batch without all of its pairs");
        bench_desk_give(bench, &event);
    }
}

/* A message as the feed and the session take it: its row joined, the candle it ends into the batch,
 * the batch that this completes decided. */
static void take(struct bench_desk *bench, const char *text, size_t len)
{
    struct kraken_frame frame;
    struct kraken_ohlc row;
    bool good = kraken_parse_frame(text, len, &frame) && frame.channel == KRAKEN_OHLC &&
                kraken_parse_rows(&frame);
    while (good && kraken_parse_row(&frame)) {
        good = kraken_parse_ohlc(&frame, &bench->markets, &row) && row.pair >= 0 &&
               kraken_join_row(&bench->joins[row.pair], &row.candle);
    }
    wrong(bench, !good || !kraken_parse_end(&frame), "a message that was not read");
    if (!good) {
        return;
    }
    struct kraken_join *join = &bench->joins[row.pair];
    for (const struct candle *candle; (candle = kraken_join_peek(join)) != NULL;) {
        const struct candle copy = *candle;
        kraken_join_take(join);
        wrong(bench, !batch_add(bench->batch, (uint32_t)row.pair, &copy, 0), "a candle refused");
        release(bench);
        if (copy.time_ns == bench->batch->boundary_ns) {
            bench_desk_give(bench, &(struct event){.kind = EVENT_CANDLE,
                                                   .time_ns = bench->engine->time_ns,
                                                   .candle = {(uint32_t)row.pair, copy}});
        }
    }
}

bool bench_desk_minute(struct bench_desk *bench)
{
    if (bench->minute == bench->minutes) {
        return false;
    }
    size_t len[BENCH_PAIRS];
    for (uint32_t i = 0; i < BENCH_PAIRS; i++) {
        write_row(bench, i);
        len[i] = strlen(bench->text[i]);
        give_book(bench, i, bench->minute - 1);
    }
    const struct event time = {.kind = EVENT_TIME,
                               .time_ns = candle_at(bench, 0, bench->minute)->time_ns};
    bench_desk_give(bench, &time);
    bench_desk_answer(bench);
    for (uint32_t i = 0; i < BENCH_PAIRS; i++) {
        bench->begun_ns = bench_now_ns();
        take(bench, bench->text[i], len[i]);
    }
    bench->minute++;
    return true;
}

static void list_pair(struct bench_desk *bench, uint32_t pair)
{
    struct pair *terms = &bench->terms[pair];
    *terms = (struct pair){.quote = "USD",
                           .price_decimals = PRICE_DECIMALS,
                           .qty_decimals = QTY_DECIMALS,
                           .tick_step = 1};
    snprintf(terms->base, sizeof terms->base, "A%02u", pair);
    snprintf(terms->symbol, sizeof terms->symbol, "A%02u/USD", pair);
    kraken_markets_put(&bench->markets, pair, terms);
    const struct event event = {.kind = EVENT_PAIR, .pair = {.pair = pair, .terms = *terms}};
    bench_desk_give(bench, &event);
    const struct candle *first = candle_at(bench, pair, 0);
    const struct event warm = {.kind = EVENT_WARM,
                               .time_ns = first[BENCH_WARM].time_ns,
                               .warm = {.pair = pair, .count = BENCH_WARM, .candles = first}};
    bench_desk_give(bench, &warm);
    const int64_t next_ns = first[BENCH_WARM].time_ns;
    kraken_join_init(&bench->joins[pair], NS_PER_MIN, next_ns);
    kraken_join_start(&bench->joins[pair], next_ns);
    kraken_join_cover(&bench->joins[pair], next_ns);
    batch_seed(bench->batch, pair, first[BENCH_WARM - 1].close);
}

void bench_desk_start(struct bench_desk *bench)
{
    const struct engine_config engine = bench->engine->config;
    const struct broker_config broker = bench->broker->config;
    memset(bench->engine, 0, engine_size(BENCH_PAIRS));
    engine_init(bench->engine, &engine);
    broker_init(bench->broker, &broker, BENCH_PAIRS);
    desk_init(bench->desk, bench->engine, NULL, on_step, bench);
    desk_trade(bench->desk, bench->broker, on_request);
    kraken_markets_init(&bench->markets);
    batch_init(bench->batch, TIMEFRAME_1M, BENCH_PAIRS);
    const int64_t next_ns = bench->candles[BENCH_WARM].time_ns;
    batch_start(bench->batch, next_ns);
    for (uint32_t i = 0; i < BENCH_PAIRS; i++) {
        list_pair(bench, i);
    }
    const struct event start = {.kind = EVENT_START, .time_ns = next_ns};
    bench_desk_give(bench, &start);
    give_news(bench, &(struct news){.kind = NEWS_LINK, .up = true});
    bench_desk_answer(bench);
    wrong(bench, !broker_open(bench->broker), "a broker that is not open");
    for (uint32_t i = 0; i < BENCH_PAIRS; i++) {
        kraken_join_row(&bench->joins[i], candle_at(bench, i, BENCH_WARM));
    }
    bench->minute = BENCH_WARM + 1;
}

/* One long walk, cut: each pair has a stretch of its own, all of the same minutes. */
static void cut_walk(struct bench_desk *bench)
{
    bench_walk(bench->candles, (size_t)BENCH_PAIRS * bench->minutes);
    for (uint32_t pair = 1; pair < BENCH_PAIRS; pair++) {
        for (uint32_t i = 0; i < bench->minutes; i++) {
            bench->candles[(size_t)pair * bench->minutes + i].time_ns = bench->candles[i].time_ns;
        }
    }
}

struct bench_desk *bench_desk_new(uint32_t minutes, struct bench_row *row)
{
    struct bench_desk *bench = calloc(1, sizeof *bench);
    struct engine_config engine;
    struct broker_config broker;
    bool good = bench != NULL;
    snprintf(row->note, sizeof row->note, "%s", good ? "" : "out of memory");
    good = good && bench_options(NULL, BENCH_PAIRS, &engine, &broker, row->note, sizeof row->note);
    if (!good) {
        free(bench);
        return NULL;
    }
    bench->minutes = minutes;
    bench->desk = calloc(1, sizeof *bench->desk);
    bench->engine = calloc(1, engine_size(BENCH_PAIRS));
    bench->broker = calloc(1, sizeof *bench->broker);
    bench->batch = calloc(1, sizeof *bench->batch);
    bench->joins = calloc(BENCH_PAIRS, sizeof *bench->joins);
    bench->candles = calloc((size_t)BENCH_PAIRS * minutes, sizeof *bench->candles);
    if (bench->desk == NULL || bench->engine == NULL || bench->broker == NULL ||
        bench->batch == NULL || bench->joins == NULL || bench->candles == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
        bench_desk_free(bench);
        return NULL;
    }
    bench->engine->config = engine;
    bench->broker->config = broker;
    cut_walk(bench);
    return bench;
}

void bench_desk_free(struct bench_desk *bench)
{
    free(bench->desk), free(bench->engine), free(bench->broker);
    free(bench->batch), free(bench->joins), free(bench->candles);
    free(bench);
}
