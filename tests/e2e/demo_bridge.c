/* SPDX-License-Identifier: MIT */
/*
 * A bridge without an engine behind it, for the test of the dashboard in a browser: 24 pairs whose
 * prices follow fixed sums of sines, positions, trades and thoughts that never change between runs.
 *
 *     demo_bridge PORT MODE      mode: paper, live, rehearsal, validate; empty for a bare session
 *
 * Prints the port when it answers, runs until its standard input ends.
 */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/timestamp.h"
#include "demo_model.h"
#include "operator/server/bridge.h"
#include "operator/server/control.h"
#include "platform/json/json_writer.h"
#include "platform/loop/loop.h"
#include "platform/queue/queue.h"

#define PAIRS 24
#define START INT64_C(1722816000000000000) /* 2024-08-05T00:00:00Z */
#define HISTORY_MINUTES 2400
#define QUEUE_SIZE (16 * 1024 * 1024)

static const struct {
    const char *base;
    double price;
    uint32_t decimals;
} markets[PAIRS] = {
    {"BTC", 64200, 1},  {"ETH", 3210.5, 2},     {"SOL", 148.2, 2},  {"BNB", 571.3, 2},
    {"XRP", 0.5912, 5}, {"ADA", 0.3871, 6},     {"AVAX", 24.31, 2}, {"DOGE", 0.11423, 7},
    {"DOT", 5.012, 4},  {"LINK", 11.83, 5},     {"UNI", 6.42, 3},   {"ATOM", 4.871, 4},
    {"NEAR", 4.112, 3}, {"ICP", 8.07, 3},       {"ARB", 0.5781, 4}, {"OP", 1.402, 4},
    {"AAVE", 98.1, 2},  {"CRV", 0.2533, 4},     {"MKR", 2101.4, 1}, {"INJ", 18.44, 3},
    {"SEI", 0.2719, 4}, {"PEPE", 0.0000087, 9}, {"WIF", 1.733, 4},  {"BONK", 0.0000192, 8},
};

static struct view view;
static struct view_box box;
static struct queue *queue, *commands;
static struct clock wall;

static double price_at(uint32_t pair, double minute)
{
    double phase = pair * 1.7;
    return markets[pair].price *
           (1 + 0.010 * sin(minute / 190 + phase) + 0.0045 * sin(minute / 31 + 2 * phase) +
            0.0016 * sin(minute / 5.3 + 3 * phase));
}

static struct candle candle_at(uint32_t pair, int64_t minute, double part)
{
    struct candle candle = {.time_ns = START + minute * NS_PER_MIN};
    double from = (double)minute, to = from + part;
    candle.open = price_at(pair, from);
    candle.close = price_at(pair, to);
    double wick = markets[pair].price * 0.0004 * (1.2 + sin(from * 1.9 + pair));
    candle.high = fmax(candle.open, candle.close) + wick;
    candle.low = fmin(candle.open, candle.close) - wick;
    candle.volume = 4 + 3 * sin(from / 17 + pair) + 2.5 * fabs(sin(from * 2.3));
    pair_quantise(&view.pairs[pair].terms, &candle);
    return candle;
}

static int64_t ticks_of(uint32_t pair, double price)
{
    int64_t ticks = 0;
    pair_price_from_double(&view.pairs[pair].terms, price, ROUND_NEAREST, &ticks);
    return ticks;
}

static void name_pairs(void)
{
    view.pair_count = PAIRS;
    for (uint32_t i = 0; i < PAIRS; i++) {
        struct pair *terms = &view.pairs[i].terms;
        *terms =
            (struct pair){.price_decimals = markets[i].decimals, .qty_decimals = 8, .tick_step = 1};
        snprintf(terms->symbol, sizeof terms->symbol, "%s/USD", markets[i].base);
        snprintf(terms->base, sizeof terms->base, "%s", markets[i].base);
        snprintf(terms->quote, sizeof terms->quote, "USD");
        view.pairs[i].health = i == 13 ? VIEW_STALE : VIEW_FRESH;
    }
}

/* Ten levels a side behind the best prices, one quantity of which is a wall. */
static void fill_book(const struct view_pair *pair, struct view_book *book)
{
    const int64_t gap = (pair->ask_ticks - pair->bid_ticks) / 2 + 1;
    book->bid_count = book->ask_count = VIEW_LEVEL_MAX;
    for (int64_t i = 0; i < VIEW_LEVEL_MAX; i++) {
        const int64_t lots = (i == 4 ? 900 : 40 + 13 * (i * 7 % 5)) * 1000000;
        book->bids[i] = (struct level){pair->bid_ticks - i * gap, lots};
        book->asks[i] = (struct level){pair->ask_ticks + i * gap, lots / 2};
    }
}

static void name_strategies(void)
{
    static const char *const names[] = {"sma_cross", "trend", "mean_reversion", "sma_pair"};
    view.strategy_count = 4;
    for (uint32_t i = 0; i < 4; i++) {
        struct view_strategy *strategy = &view.strategies[i];
        *strategy = (struct view_strategy){.enabled = i != 3,
                                           .timeframe = i == 0 ? TIMEFRAME_5M : TIMEFRAME_1M,
                                           .signal_count = 41 * (i + 1),
                                           .actionable_count = 13 * (i + 1),
                                           .signal_ns = START + 2300 * NS_PER_MIN,
                                           .signal_pair = i,
                                           .signal_direction = i % 2 ? -1 : 1};
        snprintf(strategy->name, sizeof strategy->name, "%s", names[i]);
    }
}

static void open_position(uint32_t pair, double qty, int64_t minute)
{
    struct view_position *position = &view.positions[view.position_count++];
    double entry = price_at(pair, (double)minute);
    *position = (struct view_position){
        .pair = pair,
        .direction = 1,
        .qty_lots = (int64_t)(qty * 1e8),
        .entry_ticks = ticks_of(pair, entry),
        .stop_ticks = ticks_of(pair, entry * 0.991),
        .target_ticks = ticks_of(pair, entry * 1.019),
        .cost = (int64_t)(entry * qty * 1e8),
        .risk = (int64_t)(entry * qty * 0.014 * 1e8),
        .opened_ns = START + minute * NS_PER_MIN,
    };
    view.orders[view.order_count] = (struct order){.id = 100 + view.order_count,
                                                   .pair = pair,
                                                   .purpose = PURPOSE_PROTECT,
                                                   .kind = ORDER_BRACKET,
                                                   .state = ORDER_OPEN,
                                                   .side = SIDE_SELL,
                                                   .qty_lots = position->qty_lots,
                                                   .stop_ticks = position->stop_ticks,
                                                   .target_ticks = position->target_ticks,
                                                   .created_ns = position->opened_ns};
    view.order_count++;
}

static void put_history(void)
{
    static struct candle candles[HISTORY_MINUTES];
    for (uint32_t pair = 0; pair < PAIRS; pair++) {
        for (int64_t i = 0; i < HISTORY_MINUTES; i++)
            candles[i] = candle_at(pair, i, 1);
        bridge_put_candles(queue, pair, TIMEFRAME_1M, candles, HISTORY_MINUTES);
    }
}

static struct record decide(uint64_t number, uint32_t pair, int64_t minute, enum verdict verdict)
{
    double price = price_at(pair, (double)minute);
    bool enter = verdict == VERDICT_ENTER;
    struct record record = {
        .kind = RECORD_DECISION,
        .number = number,
        .pair = pair,
        .time_ns = START + minute * NS_PER_MIN,
        .verdict = verdict,
        .direction = 1,
        .price = price,
        .strength = 0.52,
        .confidence = enter ? 0.63 : 0.48,
        .gate = 0.5,
        .imbalance = 0.18,
        .stop = price * 0.991,
        .target = price * 1.019,
        .atr = price * 0.004,
        .vote_count = 3,
        .agree_count = enter ? 2 : 1,
        .actionable_count = enter ? 2 : 1,
        .equity = view.account.equity,
    };
    record.votes[0] =
        (struct vote){.strategy = 0,
                      .direction = 1,
                      .actionable = true,
                      .reason = REASON_SMA_CROSS_UP,
                      .strength = 0.52,
                      .confidence = 0.48,
                      .figures = {price, price * 0.9995, price * 0.998, price * 0.999}};
    record.votes[1] = (struct vote){.strategy = 1,
                                    .direction = enter ? 1 : 0,
                                    .actionable = enter,
                                    .reason = enter ? REASON_TREND_UP : REASON_NONE,
                                    .strength = enter ? 0.6 : 0,
                                    .confidence = enter ? 0.66 : 0,
                                    .figures = {price, price * 0.997, 31.2, 25}};
    record.votes[2] = (struct vote){.strategy = 2,
                                    .direction = -1,
                                    .reason = REASON_BAND_UNCONFIRMED,
                                    .strength = 0.2,
                                    .confidence = 0.26,
                                    .figures = {price, price * 0.998, 66.4, 70}};
    return record;
}

static void put_trade(uint64_t number, uint32_t pair, int64_t opened, int64_t closed)
{
    double qty = 600 / markets[pair].price, entry = price_at(pair, (double)opened);
    double exit = price_at(pair, (double)closed);
    struct record record = decide(number, pair, closed, VERDICT_ENTER);
    record.kind = RECORD_EXIT;
    record.vote_count = 0;
    record.opened_ns = START + opened * NS_PER_MIN;
    record.price = exit;
    record.qty_lots = (int64_t)(qty * 1e8);
    record.cost = (int64_t)(entry * qty * 1e8);
    record.fee = (int64_t)(record.cost * 0.0026);
    record.proceeds = (int64_t)(exit * qty * 1e8);
    record.pnl = record.proceeds - record.cost - record.fee;
    record.order_id = number;
    record.purpose = PURPOSE_PROTECT;
    record.stop_hit = record.pnl < 0;
    struct bridge_trade trade = bridge_trade_of(&record, &view.pairs[pair].terms);
    bridge_put_trade(queue, &trade);
    bridge_put_record(queue, &record);
}

/* The decision that opened the first position, its plan, and how its stop was raised twice since.
 */
static uint64_t put_plan(uint64_t number)
{
    struct view_position *position = &view.positions[0];
    const int64_t opened = HISTORY_MINUTES - 75;
    const double entry = price_at(0, (double)opened);
    struct record record = decide(number++, 0, opened, VERDICT_ENTER);
    record.chained = true;
    record.findings.regime.way = REGIME_RISING;
    record.findings.filters[0] = (struct finding){.state = FINDING_PASSED, .figure = 1.4, .low = 1};
    record.findings.planned = (struct planned){
        .asked = true, .moved = true, .hold_ns = 30 * NS_PER_HOUR, .hold_own_ns = 24 * NS_PER_HOUR};
    bridge_put_record(queue, &record);
    double stop = entry * 0.991;
    for (int64_t minute = opened + 25; minute < opened + 75; minute += 25) {
        record = decide(number++, 0, minute, VERDICT_ENTER);
        record.kind = RECORD_STOP;
        record.cause = EXIT_TRAIL;
        record.stop_before = stop;
        record.stop = stop += entry * 0.003;
        record.risk = position->risk;
        bridge_put_record(queue, &record);
    }
    position->stop_ticks = view.orders[0].stop_ticks = ticks_of(0, stop);
    return number;
}

static void put_thoughts(void)
{
    static const enum verdict verdicts[] = {VERDICT_UNSURE,   VERDICT_TOO_FEW,    VERDICT_TIE,
                                            VERDICT_NO_SHORT, VERDICT_HAVE_ORDER, VERDICT_ENTER};
    uint64_t number = 1;
    struct record record = decide(number++, 0, 1440, VERDICT_ENTER);
    record.kind = RECORD_NEW_DAY;
    bridge_put_record(queue, &record);
    for (int64_t minute = 1500; minute < HISTORY_MINUTES - 45; minute += 9) {
        uint32_t pair = (uint32_t)(minute / 9 * 7 % PAIRS);
        record = decide(number, pair, minute, verdicts[number % 6]);
        number++;
        bridge_put_record(queue, &record);
        if (minute % 90 == 60)
            put_trade(number++, minute % 180 == 60 ? 0 : pair, minute - 55, minute);
    }
    number = put_plan(number);
    record = decide(number++, 1, HISTORY_MINUTES - 40, VERDICT_ENTER);
    record.kind = RECORD_ENTRY;
    record.qty_lots = view.positions[1].qty_lots;
    record.cost = view.positions[1].cost;
    record.fee = record.cost / 400;
    record.risk = view.positions[1].risk;
    bridge_put_record(queue, &record);
    record = decide(number++, 13, HISTORY_MINUTES - 20, VERDICT_ENTER);
    record.kind = RECORD_STALE;
    bridge_put_record(queue, &record);
    record = decide(number, 0, HISTORY_MINUTES - 1, VERDICT_UNSURE);
    bridge_put_record(queue, &record);
}

/* Where the market stands after so many real seconds, at 60x: one minute a second. */
static void move(double minute)
{
    int64_t unrealised = 0;
    view.market_ns = START + (int64_t)(minute * (double)NS_PER_MIN);
    view.mono_ns = wall.mono_ns(wall.self);
    view.feed.message_count += 97;
    for (uint32_t i = 0; i < view.pair_count; i++) {
        struct view_pair *pair = &view.pairs[i];
        double price = price_at(i, minute);
        pair->last_ticks = ticks_of(i, price);
        pair->bid_ticks = ticks_of(i, price * 0.9999);
        pair->ask_ticks = ticks_of(i, price * 1.0001);
        pair->heard_ns = view.market_ns;
        pair->day_change = price / price_at(i, minute - 1440) - 1;
        pair->book_known = true;
        pair->imbalance = 0.4 * sin(minute / 3 + i);
        pair->book_score = 0.3 * sin(minute / 2 + i);
        pair->regime = REGIME_RANGING + (int32_t)(i % 3);
        fill_book(pair, &view.books[i]);
    }
    for (uint32_t i = 0; i < view.position_count; i++) {
        struct view_position *position = &view.positions[i];
        const struct view_pair *pair = &view.pairs[position->pair];
        position->mark_ticks = pair->last_ticks;
        int64_t now = pair_notional(&pair->terms, pair->last_ticks, position->qty_lots, ROUND_DOWN);
        position->unrealised = now - position->cost - position->cost / 200;
        unrealised += position->unrealised;
    }
    view.account.unrealised = unrealised;
    view_publish(&box, &view);
}

static void set_account(const char *mode, bool empty)
{
    static const char *const modes[] = {"rehearsal", "paper", "validate", "live"};
    view.mode = VIEW_PAPER;
    for (int i = 0; i < 4; i++)
        if (strcmp(modes[i], mode) == 0)
            view.mode = (enum view_mode)i;
    snprintf(view.venue, sizeof view.venue, "local Kraken");
    snprintf(view.version, sizeof view.version, "0.1.0");
    view.started_ns = wall.wall_ns(wall.self) - 26 * NS_PER_HOUR - 11 * NS_PER_MIN;
    view.speed = 60;
    view.reconciled = true;
    if (view.mode == VIEW_REHEARSAL || view.mode == VIEW_LIVE) {
        view.at_venue = (struct view_venue){.trades = true, .open = true, .balance_count = 2};
        view.at_venue.balances[0] =
            (struct view_balance){.asset = "USD", .total = INT64_C(833322000000)};
        view.at_venue.balances[1] = (struct view_balance){
            .asset = "BTC", .total = INT64_C(1230000), .held = INT64_C(1230000)};
    }
    view.feed.connected = true;
    view.feed.reconnect_count = 2;
    view.account = (struct view_account){.currency = "USD",
                                         .equity = INT64_C(1012345000000),
                                         .cash = INT64_C(833322000000),
                                         .day_pnl = empty ? 0 : INT64_C(12345000000),
                                         .realised = empty ? 0 : INT64_C(-1876000000),
                                         .fees = empty ? 0 : INT64_C(1610000000),
                                         .equity_peak = INT64_C(1013000000000),
                                         .drawdown = 0.0006,
                                         .drawdown_max = 0.0125};
    view.risk = (struct view_risk){.day_loss = 0.012,
                                   .day_loss_max = 0.05,
                                   .at_risk = 0.0031,
                                   .exposure = empty ? 0 : 0.41,
                                   .exposure_max = 0.5,
                                   .position_count_max = 5};
}

static bool input_ended(int wait_ms)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    char byte;
    return poll(&fd, 1, wait_ms) == 1 && read(STDIN_FILENO, &byte, 1) <= 0;
}

static void drop_position(uint32_t at)
{
    memmove(&view.positions[at], &view.positions[at + 1],
            (view.position_count - at - 1) * sizeof view.positions[0]);
    view.position_count--;
}

/* Does what a session would, as far as it shows; returns the verdict. */
static enum verdict obey(const struct instruction *asked)
{
    if (asked->command == COMMAND_CLOSE) {
        for (uint32_t i = 0; i < view.position_count; i++)
            if (view.positions[i].pair == asked->pair) {
                drop_position(i);
                return VERDICT_DONE;
            }
        return VERDICT_NO_POSITION;
    }
    if (asked->command == COMMAND_FLATTEN)
        view.position_count = view.order_count = 0;
    view.risk.paused = asked->command != COMMAND_RESUME;
    return VERDICT_DONE;
}

static void obey_all(void)
{
    static uint64_t number = 100000;
    const struct control_item *item;
    size_t len;
    while ((item = queue_peek(commands, &len))) {
        const struct instruction asked = item->asked;
        queue_pop(commands);
        const struct record record = {
            .kind = asked.command == COMMAND_PAUSE    ? RECORD_PAUSED
                    : asked.command == COMMAND_RESUME ? RECORD_RESUMED
                                                      : RECORD_COMMAND,
            .command = asked.command,
            .pair = asked.command == COMMAND_CLOSE ? asked.pair : UINT32_MAX,
            .ask = asked.ask,
            .agree_count = view.position_count,
            .verdict = obey(&asked),
            .number = number++,
            .time_ns = view.market_ns,
        };
        bridge_put_record(queue, &record);
    }
}

static bool write_insights(void *context, struct json_writer *writer, char *error,
                           size_t error_size)
{
    (void)context, (void)error, (void)error_size;
    json_begin_object(writer, NULL);
    json_put_int(writer, "trades", 240);
    json_put_int(writer, "asked", 85);
    json_put_real(writer, "fdr", 0.1);
    json_begin_array(writer, "insights");
    json_begin_object(writer, NULL);
    json_put_string(writer, "sentence",
                    "trades of BTC/USD on weekends lose: 60 trades, -0.79 % each, 95 % interval "
                    "-1.05 to -0.53; all others -0.02 %, p 5.5e-06. Chosen from 85 questions: "
                    "allow for -1.17 to -0.41");
    json_put_real(writer, "mean", -0.0079);
    json_end_object(writer);
    json_end_array(writer);
    json_put_null(writer, "silence");
    json_end_object(writer);
    return true;
}

int main(int argc, char **argv)
{
    char error[256];
    const char *mode = argc > 2 ? argv[2] : "paper";
    bool empty = strcmp(mode, "empty") == 0, has_model = !empty;
    const struct bridge_config config = {
        .address = "127.0.0.1",
        .port = (uint16_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 0),
        .max_clients = 32,
        .watchdog_ns = 60 * NS_PER_S,
        .commands = commands = queue_new(1 << 16),
        .token = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        .insights = {.write = write_insights},
        .models = {.write = demo_model_write, .context = &has_model},
    };
    wall = clock_system();
    view_box_init(&box);
    view_keep(&box, UINT64_MAX);
    queue = queue_new(QUEUE_SIZE);
    set_account(mode, empty);
    name_pairs();
    name_strategies();
    if (!empty) {
        open_position(0, 0.0123, HISTORY_MINUTES - 75);
        open_position(1, 0.31, HISTORY_MINUTES - 40);
        open_position(21, 31000000, HISTORY_MINUTES - 200);
        put_history();
        put_thoughts();
    }
    struct bridge *bridge = bridge_start(&config, &box, queue, error, sizeof error);
    if (!bridge) {
        fprintf(stderr, "demo_bridge: %s\n", error);
        return 1;
    }
    printf("%u\n", bridge_port(bridge));
    fflush(stdout);
    int64_t closed = HISTORY_MINUTES;
    for (int tick = 0;; tick++) {
        double minute = HISTORY_MINUTES + tick / 5.0;
        obey_all();
        move(minute);
        for (uint32_t pair = 0; !empty && pair < PAIRS; pair++) {
            int64_t whole = (int64_t)minute;
            struct candle candle = candle_at(pair, closed, 1);
            if (whole > closed)
                bridge_put_candles(queue, pair, TIMEFRAME_1M, &candle, 1);
            candle = candle_at(pair, whole, minute - (double)whole);
            bridge_put_forming(queue, pair, TIMEFRAME_1M, &candle);
        }
        closed = (int64_t)minute;
        if (input_ended(200))
            break;
    }
    bridge_stop(bridge);
    queue_free(queue);
    queue_free(commands);
    return 0;
}
