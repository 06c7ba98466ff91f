/* SPDX-License-Identifier: MIT */
/*
 * The hard filters, asked in this order of one timeframe's newest closed candle (5m); an entry
 * needs every one that is on. For a short what has a side is mirrored.
 *
 *   filter  figure                                       passes by default, for a long
 *   rsi     RSI(14)                                      30 to 70
 *   trend   how far SMA(20) stands above SMA(50)         above 0 % of SMA(50)
 *   volume  the volume's rank among the 50 before        20 or more of 100
 *   atr     ATR(14)                                      0.05 % to 3 % of the close
 *   slope   how far SMA(20) moved on this candle         0.02 ATR or more, either way
 *   range   highest high less lowest low of 20 candles   2.5 ATR or more
 *   spike   ATR(14) over ATR(100)                        2.5 or less
 *
 * slope and range are the two halves of `chop`, switched on together: a market that goes nowhere
 * has an average that lies flat, or no room between its extremes. Measured in ATR they mean the
 * same on every pair and timeframe: over six months of BTC's 5m candles the medians are 0.09 and
 * 4.3. A market without any range stands at 0 in both.
 *
 * The filters and their order are the mission's; the limits are ours, set wide: they are to keep
 * out what is abnormal, not to choose trades.
 */
#pragma once

#include "core/base/option.h"
#include "core/decision/finding.h"
#include "core/indicator/panel.h"

enum filter {
    FILTER_RSI,
    FILTER_TREND,
    FILTER_VOLUME,
    FILTER_ATR,
    FILTER_SLOPE,
    FILTER_RANGE,
    FILTER_SPIKE,
    FILTER_COUNT, /* none */
};

struct filters_config {
    bool enabled; /* false: none is asked, whatever stands below */
    int32_t timeframe;
    bool rsi, trend, volume, atr, chop, spike;
    int64_t rsi_period;
    double rsi_low, rsi_high;
    int64_t fast_period, slow_period;
    double trend_min; /* percent */
    int64_t volume_period;
    double volume_min;
    int64_t atr_period;
    double atr_low, atr_high; /* percent of the close */
    double slope_min;         /* ATR a candle */
    int64_t range_period;
    double range_min; /* ATR */
    int64_t spike_period;
    double spike_max;
};

extern const struct option filters_options[];
extern const uint32_t filters_option_count;

enum filters_slot {
    FILTERS_RSI,
    FILTERS_FAST,
    FILTERS_SLOW,
    FILTERS_VOLUME,
    FILTERS_ATR,
    FILTERS_EXTREMES,
    FILTERS_ATR_LONG,
    FILTERS_SLOT_COUNT,
};

/* Checks the options against each other: NULL, or what is wrong and what would be right. */
const char *filters_check(const struct filters_config *config);

/* Asks for the indicators of those that are on. */
void filters_plan(const struct filters_config *config, struct panel_plan *plan,
                  uint32_t slots[FILTERS_SLOT_COUNT]);

/* Fills every finding; returns the first filter that stops an entry, FILTER_COUNT where none does.
 * `direction` is +1 or -1. */
enum filter filters_ask(const struct filters_config *config, const struct panel_cell *cells,
                        const uint32_t slots[FILTERS_SLOT_COUNT], int32_t direction,
                        struct finding findings[FILTER_COUNT]);
