/* SPDX-License-Identifier: MIT */
/*
 * A scripted session for the tests of the bridge: two pairs, three strategies, one position, and
 * records of every kind, with figures that are easy to recognise.
 */
#pragma once

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/engine/action.h"
#include "operator/server/bridge.h"
#include "operator/server/view.h"

#define SCRIPT_START INT64_C(1722816000000000000) /* 2024-08-05T00:00:00Z */

static const struct pair script_pairs[2] = {
    {.symbol = "BTC/USD",
     .base = "BTC",
     .quote = "USD",
     .price_decimals = 1,
     .qty_decimals = 8,
     .tick_step = 1},
    {.symbol = "ETH/USD",
     .base = "ETH",
     .quote = "USD",
     .price_decimals = 2,
     .qty_decimals = 8,
     .tick_step = 1},
};

/* A candle that went straight from its open to its close. */
static inline struct candle candle_at(int64_t time_ns, double open, double close)
{
    return (struct candle){.time_ns = time_ns,
                           .open = open,
                           .high = open > close ? open : close,
                           .low = open > close ? close : open,
                           .close = close,
                           .volume = 1};
}

static inline void script_view(struct view *view, int64_t mono_ns, int64_t wall_ns)
{
    memset(view, 0, sizeof *view);
    view->mono_ns = mono_ns;
    view->market_ns = SCRIPT_START + 12 * NS_PER_HOUR;
    view->started_ns = wall_ns - 3 * NS_PER_HOUR;
    view->mode = VIEW_PAPER;
    view->speed = 60;
    view->reconciled = true;
    snprintf(view->venue, sizeof view->venue, "local Kraken");
    snprintf(view->version, sizeof view->version, "0.1.0");
    view->account = (struct view_account){
        .currency = "USD",
        .equity = INT64_C(1012345000000),
        .cash = INT64_C(933322000000),
        .day_pnl = INT64_C(12345000000),
        .realised = INT64_C(9876000000),
        .unrealised = INT64_C(2469000000),
        .fees = INT64_C(610000000),
        .equity_peak = INT64_C(1013000000000),
        .drawdown = 0.000647,
        .drawdown_max = 0.0125,
    };
    view->risk = (struct view_risk){
        .day_loss = 0,
        .day_loss_max = 0.05,
        .at_risk = 0.0014,
        .exposure = 0.078,
        .exposure_max = 0.5,
        .position_count_max = 5,
    };
    view->feed = (struct view_feed){.connected = true, .message_count = 4711, .reconnect_count = 2};
    view->counters = (struct view_counters){.decision_count = 100, .entry_count = 2};
    view->pair_count = 2;
    view->pairs[0] = (struct view_pair){.terms = script_pairs[0],
                                        .health = VIEW_FRESH,
                                        .book_known = true,
                                        .last_ticks = 642110,
                                        .bid_ticks = 642105,
                                        .ask_ticks = 642115,
                                        .heard_ns = view->market_ns,
                                        .day_change = 0.0123,
                                        .imbalance = 0.2};
    view->pairs[1] = (struct view_pair){
        .terms = script_pairs[1], .health = VIEW_STALE, .last_ticks = 321099, .day_change = NAN};
    view->strategy_count = 3;
    static const char *const names[] = {"sma_cross", "trend", "mean_reversion"};
    for (uint32_t i = 0; i < 3; i++) {
        view->strategies[i] = (struct view_strategy){
            .enabled = true, .timeframe = TIMEFRAME_5M, .signal_count = 10 * i};
        snprintf(view->strategies[i].name, sizeof view->strategies[i].name, "%s", names[i]);
    }
    view->position_count = 1;
    view->positions[0] = (struct view_position){.direction = 1,
                                                .qty_lots = 1230000,
                                                .entry_ticks = 640100,
                                                .stop_ticks = 631000,
                                                .target_ticks = 669000,
                                                .cost = INT64_C(78732300000),
                                                .unrealised = INT64_C(247200000),
                                                .risk = INT64_C(1420000000),
                                                .opened_ns = view->market_ns - 2 * NS_PER_HOUR};
    view->order_count = 1;
    view->orders[0] = (struct order){.id = 42,
                                     .purpose = PURPOSE_PROTECT,
                                     .kind = ORDER_BRACKET,
                                     .state = ORDER_OPEN,
                                     .side = SIDE_SELL,
                                     .qty_lots = 1230000,
                                     .stop_ticks = 631000,
                                     .target_ticks = 669000,
                                     .created_ns = view->market_ns - 2 * NS_PER_HOUR};
}

/* A decision that fell short of the gate by two hundredths. */
static inline struct record script_decision(uint64_t number, uint32_t pair, enum verdict verdict)
{
    double price = pair == 0 ? 64210.5 : 3210.99;
    return (struct record){
        .kind = RECORD_DECISION,
        .pair = pair,
        .number = number,
        .time_ns = SCRIPT_START + (int64_t)number * NS_PER_MIN,
        .verdict = verdict,
        .direction = 1,
        .price = price,
        .strength = 0.55,
        .confidence = 0.48,
        .gate = 0.50,
        .imbalance = 0.2,
        .stop = price * 0.98,
        .target = price * 1.04,
        .atr = price * 0.01,
        .agree_count = 1,
        .actionable_count = 1,
        .vote_count = 3,
        .votes = {{.strategy = 0,
                   .direction = 1,
                   .actionable = true,
                   .reason = REASON_SMA_CROSS_UP,
                   .strength = 0.55,
                   .confidence = 0.48,
                   .figures = {price, price * 0.9995, price * 0.998, price * 0.9990}},
                  {.strategy = 1, .reason = REASON_WARMING_UP},
                  {.strategy = 2,
                   .direction = -1,
                   .strength = 0.2,
                   .confidence = 0.25,
                   .reason = REASON_BAND_UNCONFIRMED,
                   .figures = {price, price * 0.999, 66.6, 70}}},
    };
}

static inline struct record script_exit(uint64_t number, uint32_t pair, int64_t pnl)
{
    return (struct record){
        .kind = RECORD_EXIT,
        .pair = pair,
        .number = number,
        .time_ns = SCRIPT_START + (int64_t)number * NS_PER_MIN,
        .opened_ns = SCRIPT_START + (int64_t)number * NS_PER_MIN - 70 * NS_PER_MIN,
        .direction = 1,
        .price = pair == 0 ? 64500.0 : 3200.5,
        .qty_lots = 1000000,
        .cost = pair == 0 ? INT64_C(64000000000) : INT64_C(3210000000),
        .pnl = pnl,
        .fee = INT64_C(320000000),
        .equity = INT64_C(1012345000000),
        .order_id = 40,
        .purpose = PURPOSE_PROTECT,
        .stop_hit = pnl < 0,
    };
}

/* Minute candles that wander without jumps: a fixed sum of sines. */
static inline struct candle script_candle(uint32_t pair, int64_t index)
{
    double base = pair == 0 ? 64000 : 3200;
    double now = base * (1 + 0.004 * sin((double)index / 40) + 0.0012 * sin((double)index / 7));
    int64_t next = index + 1;
    double then = base * (1 + 0.004 * sin((double)next / 40) + 0.0012 * sin((double)next / 7));
    double high = now > then ? now : then, low = now > then ? then : now;
    return (struct candle){
        .time_ns = SCRIPT_START + index * NS_PER_MIN,
        .open = now,
        .high = high * 1.0004,
        .low = low * 0.9996,
        .close = then,
        .volume = 2 + 1.5 * sin((double)index / 11),
    };
}
