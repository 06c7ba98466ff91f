/* SPDX-License-Identifier: MIT */
#include "core/model/features.h"

#include <math.h>

#include "core/base/check.h"

#define ADX_PERIOD 14
#define ATR_PERIOD 14
#define ATR_WINDOW 100
#define VOLUME_WINDOW 50

/* As the regime and the filters ask by default, so that what is on twice is computed once. */
void features_plan(enum timeframe timeframe, struct panel_plan *plan,
                   uint32_t slots[FEATURES_SLOT_COUNT])
{
    const struct panel_ask asks[FEATURES_SLOT_COUNT] = {
        [FEATURES_ADX] = {INDICATOR_ADX, timeframe, ADX_PERIOD, 0},
        [FEATURES_VOLUME] = {INDICATOR_VOLUME_PERCENTILE, timeframe, VOLUME_WINDOW, 0},
        [FEATURES_ATR] = {INDICATOR_ATR_PERCENTILE, timeframe, ATR_PERIOD, 0, ATR_WINDOW},
    };
    for (uint32_t i = 0; i < FEATURES_SLOT_COUNT; i++) {
        slots[i] = panel_plan_ask(plan, &asks[i]);
    }
}

static double known(double figure)
{
    return isfinite(figure) ? figure : (double)NAN;
}

static double of_cell(const struct panel_cell *cell)
{
    return cell->ready ? known(cell->now[0]) : (double)NAN;
}

/* Unknown where either is missing, or stands on the wrong side of the price. */
static double odds(const struct candidate *candidate)
{
    const double to_stop = candidate->direction * (candidate->price - candidate->stop);
    const double to_target = candidate->direction * (candidate->target - candidate->price);
    const bool both = candidate->stop > 0 && candidate->target > 0 && to_stop > 0 && to_target > 0;
    return both ? known(to_stop / (to_stop + to_target)) : (double)NAN;
}

void features_read(const struct panel_cell *cells, const uint32_t slots[FEATURES_SLOT_COUNT],
                   const struct candidate *candidate, struct features *ret)
{
    CHECK(candidate->direction == 1 || candidate->direction == -1);
    *ret = (struct features){{
        [FEATURE_ADX] = of_cell(&cells[slots[FEATURES_ADX]]),
        [FEATURE_VOLUME_RANK] = of_cell(&cells[slots[FEATURES_VOLUME]]),
        [FEATURE_ATR_RANK] = of_cell(&cells[slots[FEATURES_ATR]]),
        [FEATURE_BOOK] = known(candidate->direction * candidate->book),
        [FEATURE_MAJORITY] = known(candidate->majority),
        [FEATURE_ODDS] = odds(candidate),
    }};
}
