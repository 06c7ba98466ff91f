/* SPDX-License-Identifier: MIT */
#include "core/decision/regime.h"

#include <math.h>

#include "core/base/check.h"

#define ROW(member) OPTION_FIELD(struct regime_config, member)

const struct option regime_options[] = {
    {"enabled", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(enabled),
     "The kind of market a pair is in leans the vote, moves stops and targets and scales the size"},
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names, ROW(timeframe),
     "Candles it is read from"},
    {"adx_period", OPTION_INT, "candles", "14", 2, 200, NULL, ROW(adx_period), "The ADX"},
    {"adx_trend", OPTION_REAL, "", "25", 1, 90, NULL, ROW(adx_trend),
     "From this ADX on a market trends; below it ranges"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL, ROW(atr_period),
     "The ATR whose rank is volatility"},
    {"atr_window", OPTION_INT, "candles", "100", 10, 400, NULL, ROW(atr_window),
     "Candles before it that an ATR is ranked among"},
    {"volatility_low", OPTION_REAL, "of 100", "30", 0, 100, NULL, ROW(volatility_low),
     "A rank up to this is low volatility"},
    {"volatility_high", OPTION_REAL, "of 100", "70", 0, 100, NULL, ROW(volatility_high),
     "A rank from this on is high volatility; above volatility_low"},
    {"favour", OPTION_REAL, "times", "1.5", 1, 10, NULL, ROW(favour),
     "Weight of a strategy in the market it was made for. Ranging: keltner, mean_reversion, "
     "channel; trending: trend, momentum; rising: swing; falling: dca"},
    {"ranging_target", OPTION_REAL, "times", "0.8", 0.1, 5, NULL, ROW(ranging_target),
     "A target's distance where the market ranges"},
    {"trending_target", OPTION_REAL, "times", "1.25", 0.1, 5, NULL, ROW(trending_target),
     "A target's distance where it trends"},
    {"low_stop", OPTION_REAL, "times", "0.8", 0.1, 5, NULL, ROW(low_stop),
     "A stop's distance while volatility is low"},
    {"high_stop", OPTION_REAL, "times", "1.25", 0.1, 5, NULL, ROW(high_stop),
     "A stop's distance while it is high"},
    {"high_size", OPTION_REAL, "times", "0.75", 0.01, 1, NULL, ROW(high_size),
     "An entry's size while volatility is high"},
    {"high_confidence", OPTION_REAL, "0..1", "0.05", 0, 1, NULL, ROW(high_confidence),
     "Confidence needed beyond decision.confidence while volatility is high"},
};
const uint32_t regime_option_count = sizeof regime_options / sizeof regime_options[0];

const char *regime_check(const struct regime_config *config)
{
    return config->volatility_low >= config->volatility_high
               ? "volatility_low must be below volatility_high, as 30 is below 70"
               : NULL;
}

void regime_plan(const struct regime_config *config, struct panel_plan *plan,
                 uint32_t slots[REGIME_SLOT_COUNT])
{
    slots[REGIME_ADX] = slots[REGIME_ATR] = 0;
    if (!config->enabled) {
        return;
    }
    const enum timeframe timeframe = (enum timeframe)config->timeframe;
    slots[REGIME_ADX] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ADX, timeframe, (uint32_t)config->adx_period, 0});
    slots[REGIME_ATR] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR_PERCENTILE, timeframe, (uint32_t)config->atr_period,
                                  0, (uint32_t)config->atr_window});
}

struct regime regime_read(const struct regime_config *config, const struct panel_cell *cells,
                          const uint32_t slots[REGIME_SLOT_COUNT])
{
    struct regime regime = {0};
    if (!config->enabled) {
        return regime;
    }
    const struct panel_cell *adx = &cells[slots[REGIME_ADX]];
    const struct panel_cell *rank = &cells[slots[REGIME_ATR]];
    if (adx->ready && isfinite(adx->now[0])) {
        regime.adx = adx->now[0];
        regime.way = regime.adx < config->adx_trend ? REGIME_RANGING
                     : adx->now[1] >= adx->now[2]   ? REGIME_RISING
                                                    : REGIME_FALLING;
    }
    if (rank->ready && isfinite(rank->now[0])) {
        regime.atr_rank = rank->now[0];
        regime.volatility = regime.atr_rank <= config->volatility_low    ? VOLATILITY_LOW
                            : regime.atr_rank >= config->volatility_high ? VOLATILITY_HIGH
                                                                         : VOLATILITY_NORMAL;
    }
    return regime;
}

struct regime_effect regime_effect(const struct regime_config *config, const struct regime *regime)
{
    struct regime_effect effect = {.size = 1, .confidence = 0, .stop = 1, .target = 1};
    if (regime->way != REGIME_UNKNOWN) {
        effect.target =
            regime->way == REGIME_RANGING ? config->ranging_target : config->trending_target;
    }
    if (regime->volatility == VOLATILITY_LOW) {
        effect.stop = config->low_stop;
    } else if (regime->volatility == VOLATILITY_HIGH) {
        effect.stop = config->high_stop;
        effect.size = config->high_size;
        effect.confidence = config->high_confidence;
    }
    return effect;
}

double regime_weight(const struct regime_config *config, uint32_t taste, enum regime_way way)
{
    return (taste >> way & 1) != 0 ? config->favour : 1;
}

struct regime_effect regime_effect_both(const struct regime_effect *a,
                                        const struct regime_effect *b)
{
    return (struct regime_effect){
        .size = a->size * b->size,
        .confidence = a->confidence + b->confidence,
        .stop = a->stop * b->stop,
        .target = a->target * b->target,
    };
}

void regime_exits(const struct regime_effect *effect, double price, int32_t direction,
                  double nearest, double *stop, double *target)
{
    CHECK(direction == 1 || direction == -1);
    const double stop_before = direction * (price - *stop);
    if (*stop > 0 && stop_before > 0 && effect->stop != 1) {
        const double least = stop_before < nearest ? stop_before : nearest;
        const double wanted = stop_before * effect->stop;
        const double moved = price - direction * (wanted > least ? wanted : least);
        *stop = moved > 0 ? moved : *stop;
    }
    const double target_before = direction * (*target - price);
    if (*target > 0 && target_before > 0 && effect->target != 1) {
        const double moved = price + direction * target_before * effect->target;
        *target = moved > 0 ? moved : *target;
    }
}
