/* SPDX-License-Identifier: MIT */
#include "core/model/features.h"

#include <math.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

#define ADX_TREND 25 /* Wilder's, and the regime's */

static const struct panel_ask asks[FEATURES_SLOT_COUNT] = {
    /* These as the regime and the filters ask by default, so that what is on twice is computed
     * once; so are the levels and the hours, of the channel and the dips. */
    [FEATURES_ADX] = {INDICATOR_ADX, 0, 14},
    [FEATURES_VOLUME] = {INDICATOR_VOLUME_PERCENTILE, 0, 50},
    [FEATURES_ATR_RANK] = {INDICATOR_ATR_PERCENTILE, 0, 14, 0, 100},
    [FEATURES_ATR] = {INDICATOR_ATR, 0, 14},
    [FEATURES_ATR_SLOW] = {INDICATOR_ATR, 0, 100},
    [FEATURES_ROC_1] = {INDICATOR_ROC, 0, 1},
    [FEATURES_ROC_6] = {INDICATOR_ROC, 0, 6},
    [FEATURES_ROC_24] = {INDICATOR_ROC, 0, 24},
    [FEATURES_ROC_96] = {INDICATOR_ROC, 0, 96},
    [FEATURES_ROC_288] = {INDICATOR_ROC, 0, 288},
    [FEATURES_VOLUME_RATIO] = {INDICATOR_VOLUME_RATIO, 0, 20},
    [FEATURES_SMA20] = {INDICATOR_SMA, 0, 20},
    [FEATURES_SMA50] = {INDICATOR_SMA, 0, 50},
    [FEATURES_SMA200] = {INDICATOR_SMA, 0, 200},
    [FEATURES_BANDS] = {INDICATOR_BOLLINGER, 0, 20, 2},
    [FEATURES_RSI] = {INDICATOR_RSI, 0, 14},
    [FEATURES_MACD] = {INDICATOR_MACD, 0, 12, 0, 26, 9},
    [FEATURES_SLOPE] = {INDICATOR_SLOPE, 0, 20},
    [FEATURES_HOURS] = {INDICATOR_EXTREMES, 0, 48},
    [FEATURES_DAY] = {INDICATOR_EXTREMES, 0, 288},
    [FEATURES_LEVELS] = {INDICATOR_LEVELS, 0, 288, 0.004},
};

void features_plan(enum timeframe timeframe, struct panel_plan *plan,
                   uint32_t slots[FEATURES_SLOT_COUNT])
{
    for (uint32_t i = 0; i < FEATURES_SLOT_COUNT; i++) {
        struct panel_ask ask = asks[i];
        ask.timeframe = timeframe;
        slots[i] = panel_plan_ask(plan, &ask);
    }
}

uint32_t features_history(enum feature feature)
{
    uint32_t most = 0;
    for (uint32_t slots = feature_table[feature].slots; slots != 0; slots &= slots - 1) {
        const uint32_t needed = panel_ask_warmup(&asks[__builtin_ctz(slots)]);
        most = needed > most ? needed : most;
    }
    return feature == FEATURE_RSI_TURN ? most + 1 : most;
}

static double known(double figure)
{
    return isfinite(figure) ? figure : (double)NAN;
}

static double over(double part, double whole)
{
    return whole > 0 ? known(part / whole) : (double)NAN;
}

/* An indicator's output, NaN while it warms up. */
static double output(const struct panel_cell *cells, const uint32_t *slots, enum features_slot slot,
                     uint32_t which)
{
    const struct panel_cell *cell = &cells[slots[slot]];
    return cell->ready ? known(cell->now[which]) : (double)NAN;
}

static double value(const struct panel_cell *cells, const uint32_t *slots, enum features_slot slot)
{
    return output(cells, slots, slot, 0);
}

double features_move(const struct panel_cell *cells, const uint32_t *slots, enum features_slot roc)
{
    return over(value(cells, slots, roc), output(cells, slots, FEATURES_ATR, 1));
}

int32_t features_side(const struct panel_cell *cells, const uint32_t *slots, double price)
{
    const double middle = value(cells, slots, FEATURES_SMA50);
    return isnan(middle) ? 0 : price >= middle ? 1 : -1;
}

/* -1 at `low`, 1 at `high`; beyond them it goes on. */
static double place(double price, double low, double high)
{
    return over(2 * price - low - high, high - low);
}

static void read_moves(const struct features_view *v, double *values)
{
    static const enum features_slot rocs[] = {FEATURES_ROC_1, FEATURES_ROC_6, FEATURES_ROC_24,
                                              FEATURES_ROC_96, FEATURES_ROC_288};
    for (uint32_t i = 0; i < sizeof rocs / sizeof rocs[0]; i++) {
        values[FEATURE_RETURN_1 + i] = features_move(v->cells, v->slots, rocs[i]);
    }
    values[FEATURE_VOLATILITY] = output(v->cells, v->slots, FEATURES_ATR, 1);
    values[FEATURE_VOLATILITY_TURN] =
        over(value(v->cells, v->slots, FEATURES_ATR), value(v->cells, v->slots, FEATURES_ATR_SLOW));
    values[FEATURE_VOLUME_RATIO] = value(v->cells, v->slots, FEATURES_VOLUME_RATIO);
}

/* +1 a above b, -1 below; NaN where one is not known. */
static double order(double a, double b)
{
    return isnan(a) || isnan(b) ? (double)NAN : (double)((a > b) - (a < b));
}

static void read_averages(const struct features_view *v, double atr, double *values)
{
    const double fast = value(v->cells, v->slots, FEATURES_SMA20);
    const double middle = value(v->cells, v->slots, FEATURES_SMA50);
    const double slow = value(v->cells, v->slots, FEATURES_SMA200);
    values[FEATURE_TO_SMA20] = over(v->price - fast, atr);
    values[FEATURE_TO_SMA50] = over(v->price - middle, atr);
    values[FEATURE_TO_SMA200] = over(v->price - slow, atr);
    values[FEATURE_STACKED] = order(v->price, fast) + order(fast, middle) + order(middle, slow);
    const double upper = output(v->cells, v->slots, FEATURES_BANDS, 1);
    const double lower = output(v->cells, v->slots, FEATURES_BANDS, 2);
    values[FEATURE_BAND_PLACE] = place(v->price, lower, upper);
    values[FEATURE_BAND_WIDTH] = over(upper - lower, atr);
}

static void read_leanings(const struct features_view *v, double atr, double *values)
{
    const struct panel_cell *rsi = &v->cells[v->slots[FEATURES_RSI]];
    values[FEATURE_RSI] = value(v->cells, v->slots, FEATURES_RSI) - 50;
    values[FEATURE_RSI_TURN] =
        rsi->ready && rsi->ready_before ? known(rsi->now[0] - rsi->before[0]) : (double)NAN;
    values[FEATURE_MACD] = over(output(v->cells, v->slots, FEATURES_MACD, 2), atr);
    values[FEATURE_SLOPE] =
        over(asks[FEATURES_SLOPE].period * value(v->cells, v->slots, FEATURES_SLOPE), atr);
    const double adx = value(v->cells, v->slots, FEATURES_ADX);
    const double lead =
        output(v->cells, v->slots, FEATURES_ADX, 1) - output(v->cells, v->slots, FEATURES_ADX, 2);
    values[FEATURE_ADX] = adx;
    values[FEATURE_DI] = lead;
    values[FEATURE_REGIME] = adx < ADX_TREND ? 0 : isnan(adx) ? adx : order(lead, 0);
}

static void read_range(const struct features_view *v, double atr, double *values)
{
    const double high = output(v->cells, v->slots, FEATURES_HOURS, 0);
    const double low = output(v->cells, v->slots, FEATURES_HOURS, 1);
    values[FEATURE_CHOP] = over(high - low, atr);
    values[FEATURE_BELOW_HIGH] = over(high - v->price, atr);
    values[FEATURE_ABOVE_LOW] = over(v->price - low, atr);
    values[FEATURE_DAY_PLACE] = place(v->price, output(v->cells, v->slots, FEATURES_DAY, 1),
                                      output(v->cells, v->slots, FEATURES_DAY, 0));
    const double support = output(v->cells, v->slots, FEATURES_LEVELS, LEVELS_SUPPORT);
    const double resistance = output(v->cells, v->slots, FEATURES_LEVELS, LEVELS_RESISTANCE);
    values[FEATURE_SUPPORT_TOUCHES] =
        output(v->cells, v->slots, FEATURES_LEVELS, LEVELS_SUPPORT_TOUCHES);
    values[FEATURE_RESISTANCE_TOUCHES] =
        output(v->cells, v->slots, FEATURES_LEVELS, LEVELS_RESISTANCE_TOUCHES);
    if (support > 0) {
        values[FEATURE_ABOVE_SUPPORT] = over(v->price - support, atr);
    }
    if (resistance > 0) {
        values[FEATURE_BELOW_RESISTANCE] = over(resistance - v->price, atr);
    }
    if (support > 0 && resistance > 0) {
        values[FEATURE_RANGE_WIDTH] = over(100 * (resistance - support), v->price);
        values[FEATURE_RANGE_PLACE] = place(v->price, support, resistance);
    }
}

/* 1 at the hour, -1 twelve hours from it, straight lines between. */
static double wave(int64_t into_day_ns, int64_t hour)
{
    const double hours = fabs((double)(into_day_ns - hour * NS_PER_HOUR) / (double)NS_PER_HOUR);
    return fabs(hours - 12) / 6 - 1;
}

static void read_time(int64_t time_ns, double *values)
{
    const int64_t day_ns = timestamp_day(time_ns);
    const int64_t weekday = (day_ns / NS_PER_DAY + 3) % 7; /* 1970 began on a Thursday */
    values[FEATURE_NOON] = wave(time_ns - day_ns, 12);
    values[FEATURE_EVENING] = wave(time_ns - day_ns, 18);
    values[FEATURE_WEEKDAY] = (double)weekday;
    values[FEATURE_WEEKEND] = weekday >= 5;
}

void features_read(const struct features_view *v, struct features *ret)
{
    double *const values = ret->values;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        values[i] = (double)NAN;
    }
    const double atr = value(v->cells, v->slots, FEATURES_ATR);
    values[FEATURE_VOLUME_RANK] = value(v->cells, v->slots, FEATURES_VOLUME);
    values[FEATURE_ATR_RANK] = value(v->cells, v->slots, FEATURES_ATR_RANK);
    values[FEATURE_BOOK] = v->book;
    read_moves(v, values);
    read_averages(v, atr, values);
    read_leanings(v, atr, values);
    read_range(v, atr, values);
    read_time(v->time_ns, values);
    values[FEATURE_LEADER_24] = v->around->leader_24;
    values[FEATURE_LEADER_288] = v->around->leader_288;
    values[FEATURE_BREADTH] = v->around->breadth;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        values[i] = known(values[i]); /* one NaN, whatever it came of: records are hashed */
    }
}

/* The market as a short sees it. */
static void mirror(const struct features *market, struct features *ret)
{
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        const double figure = market->values[i];
        if (feature_table[i].mirror == MIRROR_SWAP) {
            ret->values[i] = market->values[i + 1];
            ret->values[i + 1] = figure;
            i++;
        } else {
            const bool turns = feature_table[i].mirror == MIRROR_SIGN && !isnan(figure);
            ret->values[i] = turns && figure != 0 ? -figure : figure;
        }
    }
}

/* A stop or a target on the wrong side of the price is none. */
static double distance(const struct candidate *candidate, double from, double to)
{
    const double far = candidate->direction * (to - from);
    return from > 0 && to > 0 && far > 0 ? known(far) : (double)NAN;
}

void features_aim(const struct features *market, const struct candidate *candidate,
                  struct features *ret)
{
    CHECK(candidate->direction == 1 || candidate->direction == -1);
    if (candidate->direction > 0) {
        *ret = *market;
    } else {
        mirror(market, ret);
    }
    double *const values = ret->values;
    const double price = candidate->price;
    const double to_stop = distance(candidate, candidate->stop, price);
    const double to_target = distance(candidate, price, candidate->target);
    const double atr = price * market->values[FEATURE_VOLATILITY] / 100;
    values[FEATURE_MAJORITY] = known(candidate->majority);
    values[FEATURE_ODDS] = over(to_stop, to_stop + to_target);
    values[FEATURE_STRENGTH] = known(candidate->strength);
    values[FEATURE_CONFIDENCE] = known(candidate->confidence);
    values[FEATURE_STOP_ATR] = over(to_stop, atr);
    values[FEATURE_TARGET_ATR] = over(to_target, atr);
    values[FEATURE_FEES] = over(price * candidate->round_trip_fee, to_target);
}
