/* SPDX-License-Identifier: MIT */
#include "core/decision/agreement.h"

#include "core/base/check.h"

#define ROW(member) OPTION_FIELD(struct agreement_config, member)

static const char *const method_names[] = {"sma", "ema", "both", NULL};

const struct option agreement_options[] = {
    {"5m", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(asked[TIMEFRAME_5M]),
     "5-minute candles must agree with an entry"},
    {"15m", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(asked[TIMEFRAME_15M]),
     "15-minute candles must"},
    {"1h", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(asked[TIMEFRAME_1H]), "Hourly candles must"},
    {"4h", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(asked[TIMEFRAME_4H]), "4-hour candles must"},
    {"1d", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(asked[TIMEFRAME_1D]), "Daily candles must"},
    {"method", OPTION_CHOICE, "", "sma", 0, 0, method_names, ROW(method),
     "sma: the close stands beyond its SMA. ema: its EMA moves that way. both: both"},
    {"period", OPTION_INT, "candles", "20", 2, 500, NULL, ROW(period),
     "The average that a timeframe is held against"},
    {"confidence", OPTION_REAL, "0..1", "0", 0, 1, NULL, ROW(confidence),
     "Confidence that a decision needs while any timeframe is asked; 0: no more than otherwise"},
    {"alone", OPTION_REAL, "0..1", "1.01", 0, 1.01, NULL, ROW(alone),
     "A decision of this confidence needs no agreement; 1.01: every one does"},
};
const uint32_t agreement_option_count = sizeof agreement_options / sizeof agreement_options[0];

bool agreement_any(const struct agreement_config *config)
{
    for (uint32_t t = 0; t < TIMEFRAME_COUNT; t++) {
        if (config->asked[t]) {
            return true;
        }
    }
    return false;
}

void agreement_plan(const struct agreement_config *config, struct panel_plan *plan,
                    struct agreement_slots *slots)
{
    *slots = (struct agreement_slots){0};
    for (uint32_t t = 0; t < TIMEFRAME_COUNT; t++) {
        struct panel_ask wish = {INDICATOR_SMA, (enum timeframe)t, (uint32_t)config->period, 0};
        if (config->asked[t] && config->method != AGREEMENT_EMA) {
            slots->sma[t] = panel_plan_ask(plan, &wish);
        }
        wish.indicator = INDICATOR_EMA;
        if (config->asked[t] && config->method != AGREEMENT_SMA) {
            slots->ema[t] = panel_plan_ask(plan, &wish);
        }
    }
}

/* In percent, whichever of the two speaks more against the direction. */
static struct finding ask_one(const struct agreement_config *config, double close,
                              const struct panel_cell *sma, const struct panel_cell *ema,
                              int32_t direction)
{
    const double beyond = direction * finding_percent_above(close, sma->now[0]);
    const double moved = direction * finding_percent_above(ema->now[0], ema->before[0]);
    const double least = beyond < moved ? beyond : moved;
    return finding_judge(config->method == AGREEMENT_SMA   ? beyond
                         : config->method == AGREEMENT_EMA ? moved
                                                           : least,
                         0, 0, true);
}

enum timeframe agreement_ask(const struct agreement_config *config, const struct series *series,
                             const struct panel_cell *cells, const struct agreement_slots *slots,
                             int32_t direction, double confidence,
                             struct finding findings[TIMEFRAME_COUNT])
{
    CHECK(direction == 1 || direction == -1);
    const bool needed = confidence < config->alone;
    enum timeframe first = TIMEFRAME_COUNT;
    for (uint32_t t = 0; t < TIMEFRAME_COUNT; t++) {
        findings[t] = (struct finding){.state = FINDING_NOT_ASKED};
        if (!config->asked[t] || !needed) {
            continue;
        }
        const struct panel_cell *sma = &cells[slots->sma[t]], *ema = &cells[slots->ema[t]];
        const bool ready = (config->method == AGREEMENT_EMA || sma->ready) &&
                           (config->method == AGREEMENT_SMA || ema->ready_before);
        findings[t].state = FINDING_WARMING;
        if (ready) {
            const double close = series_at(series, (enum timeframe)t, 0)->close;
            findings[t] = ask_one(config, close, sma, ema, direction);
        }
        if (finding_stops(&findings[t]) && first == TIMEFRAME_COUNT) {
            first = (enum timeframe)t;
        }
    }
    return first;
}
