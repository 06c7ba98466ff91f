/* SPDX-License-Identifier: MIT */
#include "core/decision/filters.h"

#include "core/base/check.h"

#define ROW(member) OPTION_FIELD(struct filters_config, member)

const struct option filters_options[] = {
    {"enabled", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(enabled),
     "Entries must pass every filter below that is on"},
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names, ROW(timeframe),
     "Candles the filters look at"},
    {"rsi", OPTION_BOOL, "", "true", 0, 0, NULL, ROW(rsi), "RSI must lie in its band"},
    {"rsi_period", OPTION_INT, "candles", "14", 2, 200, NULL, ROW(rsi_period), "The RSI"},
    {"rsi_low", OPTION_REAL, "", "30", 0, 100, NULL, ROW(rsi_low),
     "The band's lower end for a long; a short's band is mirrored at 50"},
    {"rsi_high", OPTION_REAL, "", "70", 1, 100, NULL, ROW(rsi_high), "Its upper end"},
    {"trend", OPTION_BOOL, "", "true", 0, 0, NULL, ROW(trend),
     "The fast average must stand above the slow one for a long, below for a short"},
    {"fast_period", OPTION_INT, "candles", "20", 2, 400, NULL, ROW(fast_period),
     "The fast SMA, whose slope chop looks at, too"},
    {"slow_period", OPTION_INT, "candles", "50", 3, 500, NULL, ROW(slow_period),
     "The slow SMA; above fast_period"},
    {"trend_min", OPTION_REAL, "percent", "0", -10, 10, NULL, ROW(trend_min),
     "The fast average must stand further than this above the slow one"},
    {"volume", OPTION_BOOL, "", "true", 0, 0, NULL, ROW(volume),
     "Volume must not be among the "
     "lowest"},
    {"volume_period", OPTION_INT, "candles", "50", 2, 500, NULL, ROW(volume_period),
     "Candles before it that a candle's volume is ranked among"},
    {"volume_min", OPTION_REAL, "of 100", "20", 0, 100, NULL, ROW(volume_min),
     "The rank it needs; a volume like all the others ranks 50"},
    {"atr", OPTION_BOOL, "", "true", 0, 0, NULL, ROW(atr), "ATR must lie in its band"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL, ROW(atr_period),
     "The ATR, which chop and spike measure by, too"},
    {"atr_low", OPTION_REAL, "% of price", "0.05", 0, 50, NULL, ROW(atr_low),
     "ATR below this leaves nothing to win after fees"},
    {"atr_high", OPTION_REAL, "% of price", "3", 0.01, 100, NULL, ROW(atr_high),
     "ATR above this is no market to enter"},
    {"chop", OPTION_BOOL, "", "true", 0, 0, NULL, ROW(chop),
     "The fast average must slope, and the candles must span a range"},
    {"slope_min", OPTION_REAL, "ATR", "0.02", 0, 5, NULL, ROW(slope_min),
     "How far the fast average must move in one candle, either way"},
    {"range_period", OPTION_INT, "candles", "20", 2, 200, NULL, ROW(range_period),
     "Candles whose highest high and lowest low are taken"},
    {"range_min", OPTION_REAL, "ATR", "2.5", 0, 50, NULL, ROW(range_min),
     "How far these two must lie apart"},
    {"spike", OPTION_BOOL, "", "true", 0, 0, NULL, ROW(spike), "ATR must not have leapt up"},
    {"spike_period", OPTION_INT, "candles", "100", 3, 500, NULL, ROW(spike_period),
     "The long ATR that the other is held against; above atr_period"},
    {"spike_max", OPTION_REAL, "times", "2.5", 1, 20, NULL, ROW(spike_max),
     "How many times the long ATR the other may be"},
};
const uint32_t filters_option_count = sizeof filters_options / sizeof filters_options[0];

const char *filters_check(const struct filters_config *config)
{
    if (config->rsi_low >= config->rsi_high) {
        return "rsi_low must be below rsi_high, as 30 is below 70";
    }
    if (config->fast_period >= config->slow_period) {
        return "fast_period must be below slow_period, as 20 is below 50";
    }
    if (config->atr_low >= config->atr_high) {
        return "atr_low must be below atr_high, as 0.05 is below 3";
    }
    if (config->atr_period >= config->spike_period) {
        return "atr_period must be below spike_period, as 14 is below 100";
    }
    return NULL;
}

static void ask(const struct filters_config *config, struct panel_plan *plan, uint32_t *slot,
                enum indicator indicator, int64_t period)
{
    *slot = panel_plan_ask(plan, &(struct panel_ask){indicator, (enum timeframe)config->timeframe,
                                                     (uint32_t)period, .factor = 0});
}

void filters_plan(const struct filters_config *config, struct panel_plan *plan,
                  uint32_t slots[FILTERS_SLOT_COUNT])
{
    for (uint32_t i = 0; i < FILTERS_SLOT_COUNT; i++) {
        slots[i] = 0;
    }
    if (!config->enabled) {
        return;
    }
    if (config->rsi) {
        ask(config, plan, &slots[FILTERS_RSI], INDICATOR_RSI, config->rsi_period);
    }
    if (config->trend || config->chop) {
        ask(config, plan, &slots[FILTERS_FAST], INDICATOR_SMA, config->fast_period);
    }
    if (config->trend) {
        ask(config, plan, &slots[FILTERS_SLOW], INDICATOR_SMA, config->slow_period);
    }
    if (config->volume) {
        ask(config, plan, &slots[FILTERS_VOLUME], INDICATOR_VOLUME_PERCENTILE,
            config->volume_period);
    }
    if (config->atr || config->chop || config->spike) {
        ask(config, plan, &slots[FILTERS_ATR], INDICATOR_ATR, config->atr_period);
    }
    if (config->chop) {
        ask(config, plan, &slots[FILTERS_EXTREMES], INDICATOR_EXTREMES, config->range_period);
    }
    if (config->spike) {
        ask(config, plan, &slots[FILTERS_ATR_LONG], INDICATOR_ATR, config->spike_period);
    }
}

static struct finding warming(void)
{
    return (struct finding){.state = FINDING_WARMING};
}

static struct finding ask_rsi(const struct filters_config *config, const struct panel_cell *rsi,
                              int32_t direction)
{
    const bool mirrored = direction < 0;
    return rsi->ready
               ? finding_judge(rsi->now[0], mirrored ? 100 - config->rsi_high : config->rsi_low,
                               mirrored ? 100 - config->rsi_low : config->rsi_high, false)
               : warming();
}

static struct finding ask_trend(const struct filters_config *config, const struct panel_cell *fast,
                                const struct panel_cell *slow, int32_t direction)
{
    return fast->ready && slow->ready
               ? finding_judge(direction * finding_percent_above(fast->now[0], slow->now[0]),
                               config->trend_min, 0, true)
               : warming();
}

static struct finding ask_slope(const struct filters_config *config, const struct panel_cell *fast,
                                const struct panel_cell *atr)
{
    return fast->ready_before && atr->ready
               ? finding_judge(rule_in_atr(fabs(fast->now[0] - fast->before[0]), atr->now[0]),
                               config->slope_min, 0, false)
               : warming();
}

static struct finding ask_range(const struct filters_config *config,
                                const struct panel_cell *extremes, const struct panel_cell *atr)
{
    return extremes->ready && atr->ready
               ? finding_judge(rule_in_atr(extremes->now[0] - extremes->now[1], atr->now[0]),
                               config->range_min, 0, false)
               : warming();
}

/* In a market that has not moved for so long nothing has leapt up. */
static struct finding ask_spike(const struct filters_config *config, const struct panel_cell *atr,
                                const struct panel_cell *atr_long)
{
    return atr->ready && atr_long->ready
               ? finding_judge(atr_long->now[0] > 0 ? atr->now[0] / atr_long->now[0] : 1, 0,
                               config->spike_max, false)
               : warming();
}

enum filter filters_ask(const struct filters_config *config, const struct panel_cell *cells,
                        const uint32_t slots[FILTERS_SLOT_COUNT], int32_t direction,
                        struct finding findings[FILTER_COUNT])
{
    CHECK(direction == 1 || direction == -1);
    for (uint32_t i = 0; i < FILTER_COUNT; i++) {
        findings[i] = (struct finding){.state = FINDING_NOT_ASKED};
    }
    if (!config->enabled) {
        return FILTER_COUNT;
    }
    const struct panel_cell *fast = &cells[slots[FILTERS_FAST]];
    const struct panel_cell *atr = &cells[slots[FILTERS_ATR]];
    const struct panel_cell *volume = &cells[slots[FILTERS_VOLUME]];
    if (config->rsi) {
        findings[FILTER_RSI] = ask_rsi(config, &cells[slots[FILTERS_RSI]], direction);
    }
    if (config->trend) {
        findings[FILTER_TREND] = ask_trend(config, fast, &cells[slots[FILTERS_SLOW]], direction);
    }
    if (config->volume) {
        findings[FILTER_VOLUME] =
            volume->ready ? finding_judge(volume->now[0], config->volume_min, 0, false) : warming();
    }
    if (config->atr) {
        findings[FILTER_ATR] =
            atr->ready ? finding_judge(atr->now[1], config->atr_low, config->atr_high, false)
                       : warming();
    }
    if (config->chop) {
        findings[FILTER_SLOPE] = ask_slope(config, fast, atr);
        findings[FILTER_RANGE] = ask_range(config, &cells[slots[FILTERS_EXTREMES]], atr);
    }
    if (config->spike) {
        findings[FILTER_SPIKE] = ask_spike(config, atr, &cells[slots[FILTERS_ATR_LONG]]);
    }
    uint32_t first = 0;
    while (first < FILTER_COUNT && !finding_stops(&findings[first])) {
        first++;
    }
    return (enum filter)first;
}
