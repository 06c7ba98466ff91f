/* SPDX-License-Identifier: MIT */
/*
 * The panel: every indicator a pair needs, asked for once and computed once per closed candle,
 * whoever asks. The plan is made at start, the same for all pairs; a panel is one pair's state.
 *
 *     plan:   strategy A asks SMA(20) on 5m -> slot 0
 *             strategy B asks SMA(20) on 5m -> slot 0 again
 *             strategy C asks ATR(14) on 1h -> slot 1
 *     panel:  cells[slot].now[], .before[], .ready
 *
 * What an indicator with several outputs gives stands in one cell: MACD's line, signal and
 * histogram are computed together, and once.
 *
 * Windowed indicators read the candles that leave their window from the pair's series, so a period
 * is at most SERIES_CAPACITY - 1; windows of anything else stand in the panel's store. At the first
 * candle of each block of PANEL_RESTART candles since 1970 they begin anew on the candles of their
 * window, so the value does not depend on how long the program has been running: from such a candle
 * on, with the window full, it is the same bit for bit. What is smoothed (EMA, RSI, ATR, ADX, MACD,
 * Keltner, and the ATR's percentile) forgets its beginning, but never wholly; on-balance volume
 * counts from it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/indicator/adx.h"
#include "core/indicator/atr.h"
#include "core/indicator/bollinger.h"
#include "core/indicator/cci.h"
#include "core/indicator/ema.h"
#include "core/indicator/extremes.h"
#include "core/indicator/keltner.h"
#include "core/indicator/levels.h"
#include "core/indicator/macd.h"
#include "core/indicator/mfi.h"
#include "core/indicator/obv.h"
#include "core/indicator/patterns.h"
#include "core/indicator/percentile_rank.h"
#include "core/indicator/roc.h"
#include "core/indicator/rsi.h"
#include "core/indicator/slope.h"
#include "core/indicator/sma.h"
#include "core/indicator/stddev.h"
#include "core/indicator/stochastic.h"
#include "core/indicator/true_range.h"
#include "core/indicator/volume_ratio.h"
#include "core/indicator/vwap.h"
#include "core/indicator/williams.h"
#include "core/indicator/wma.h"
#include "core/market/series.h"

#define PANEL_RESTART 1024
#define PANEL_OUTPUT_MAX 4

/* Each with its parameters and outputs; docs/indicators.md says more of them. */
enum indicator {
    INDICATOR_SMA,              /* of closes: value */
    INDICATOR_EMA,              /* of closes: value */
    INDICATOR_RSI,              /* value 0..100 */
    INDICATOR_ATR,              /* value, in price; in percent of the close */
    INDICATOR_ADX,              /* adx, +di, -di */
    INDICATOR_BOLLINGER,        /* factor: deviations. middle, upper, lower */
    INDICATOR_VOLUME_RATIO,     /* volume over its average of the period before */
    INDICATOR_WMA,              /* of closes: value */
    INDICATOR_TRUE_RANGE,       /* no period: value, in price */
    INDICATOR_KELTNER,          /* second: ATR's period, factor: ATRs. middle, upper, lower */
    INDICATOR_MACD,             /* fast, second: slow, third: signal. line, signal, histogram */
    INDICATOR_STOCHASTIC,       /* second: slow, third: signal. k, d */
    INDICATOR_WILLIAMS,         /* value -100..0 */
    INDICATOR_CCI,              /* value */
    INDICATOR_MFI,              /* value 0..100 */
    INDICATOR_OBV,              /* no period: value, in volume */
    INDICATOR_ROC,              /* value, in percent */
    INDICATOR_STDDEV,           /* of closes: value, in price */
    INDICATOR_SLOPE,            /* of closes: value, in price a candle */
    INDICATOR_EXTREMES,         /* highest high, lowest low */
    INDICATOR_CLOSE_PERCENTILE, /* of the close among the period before: value 0..100 */
    INDICATOR_VOLUME_PERCENTILE,
    INDICATOR_ATR_PERCENTILE, /* of ATR(period) among the second before */
    INDICATOR_VWAP,           /* value, in price */
    INDICATOR_VWAP_DAY,       /* no period: value, in price */
    INDICATOR_LEVELS,         /* factor: tolerance. enum in levels.h */
    INDICATOR_PATTERNS,       /* no period: mask of the rising, mask of the falling */
    INDICATOR_COUNT,
};

/* What an indicator does not ask for is 0. */
struct panel_ask {
    enum indicator indicator;
    enum timeframe timeframe;
    uint32_t period;
    double factor;
    uint32_t second, third; /* further periods */
};

struct panel_plan {
    uint32_t count;
    struct panel_ask asks[PANEL_SLOT_MAX];
    uint32_t timeframes; /* mask of the timeframes asked for */
    bool refused;        /* an ask found no room: not a plan for a panel */

    /* Where each slot's part of the store begins, and how much of it all of them take. */
    uint32_t store_at[PANEL_SLOT_MAX];
    uint32_t store_count;

    /* The slots again, by timeframe: those of timeframe t are order[first[t]] up to, not including,
     * order[first[t + 1]]; its SMAs come first and end before order[sma_end[t]]. So a candle that
     * closes touches only its own, and the cheapest and most frequent ask has a loop to itself. */
    uint32_t first[TIMEFRAME_COUNT + 1];
    uint32_t sma_end[TIMEFRAME_COUNT];
    uint32_t order[PANEL_SLOT_MAX];
};

struct panel_cell {
    bool ready;        /* now[] holds values */
    bool ready_before; /* before[] too: the candle before */
    double now[PANEL_OUTPUT_MAX];
    double before[PANEL_OUTPUT_MAX];
    union {
        struct sma sma;
        struct ema ema;
        struct rsi rsi;
        struct atr atr;
        struct adx adx;
        struct bollinger bollinger;
        struct volume_ratio volume_ratio;
        struct wma wma;
        struct true_range true_range;
        struct keltner keltner;
        struct macd macd;
        struct stochastic stochastic;
        struct williams williams;
        struct cci cci;
        struct mfi mfi;
        struct obv obv;
        struct roc roc;
        struct stddev stddev;
        struct slope slope;
        struct extremes extremes;
        struct {
            struct percentile_rank rank;
            struct atr atr; /* where it is the ATR that is ranked */
        } percentile;
        struct vwap vwap;
        struct vwap_day vwap_day;
        struct levels levels;
        struct patterns patterns;
    } state;
};

struct panel {
    int64_t restart_ns[TIMEFRAME_COUNT]; /* a candle at or after this begins a new block */
    uint64_t computed; /* indicator updates done: a test counts that nothing is done twice */
    struct panel_cell cells[PANEL_SLOT_MAX];
    double store[PANEL_STORE_MAX];
};

void panel_plan_init(struct panel_plan *plan);

/* What is wrong with an ask, and what would be right; NULL when it may be asked. */
const char *panel_ask_fault(const struct panel_ask *ask);

/* Whether the plan has room for one more, or has it already. */
bool panel_plan_room(const struct panel_plan *plan, const struct panel_ask *ask);

/* The slot for an ask; the same ask gives the same slot. CHECKs that it has no fault. Without room
 * the plan is refused: how much is asked for is the configuration's doing. */
uint32_t panel_plan_ask(struct panel_plan *plan, const struct panel_ask *ask);

/* Candles until the slot of an ask is ready. One that waits for midnight is given a day, or
 * SERIES_CAPACITY candles where that is less. */
uint32_t panel_ask_warmup(const struct panel_ask *ask);

/* Candles of `timeframe` until every slot on it is ready: what warm-up must fetch. */
uint32_t panel_plan_warmup(const struct panel_plan *plan, enum timeframe timeframe);

/* CHECKs that nothing was refused. What is not asked for is not touched, and costs nothing in
 * memory that comes zeroed. */
void panel_init(struct panel *panel, const struct panel_plan *plan);

/* When the block of PANEL_RESTART candles that a candle lies in is over. */
static inline int64_t panel_restart_after(int64_t time_ns, enum timeframe timeframe)
{
    const int64_t block_ns = PANEL_RESTART * timeframe_ns[timeframe];
    return (time_ns / block_ns + 1) * block_ns;
}

/* For panel_update alone: the sums of a new block, and the slots that are no SMA. */
void panel_restart(struct panel *panel, const struct panel_plan *plan,
                   const struct series_ring *ring, uint32_t timeframe);
void panel_update_others(struct panel *panel, const struct panel_plan *plan,
                         const struct series_ring *ring, uint32_t timeframe,
                         const struct candle *newest);

/* The candle `back` before the newest. Unlike series_at it may reach before the first candle: what
 * it reads there is inside the ring, and the windowed indicators ignore it while they fill. */
static inline const struct candle *panel_candle(const struct series_ring *ring, uint32_t back)
{
    return &ring->ring[((uint32_t)ring->count - 1 - back) & (SERIES_CAPACITY - 1)];
}

static inline void panel_update_smas(struct panel *panel, const struct panel_plan *plan,
                                     const struct series_ring *ring, uint32_t timeframe,
                                     double close)
{
    const uint32_t *end = &plan->order[plan->sma_end[timeframe]];
    for (const uint32_t *slot = &plan->order[plan->first[timeframe]]; slot < end; slot++) {
        struct panel_cell *cell = &panel->cells[*slot];
        struct sma *sma = &cell->state.sma;
        const double leaving = panel_candle(ring, sma->period)->close;
        cell->ready_before = cell->ready;
        cell->before[0] = cell->now[0];
        cell->ready = sma_update(sma, close, leaving, &cell->now[0]);
    }
}

/* panel_update by the base candle just pushed: what was stored a moment ago is read back from the
 * ring only after some 15 cycles, so its own close and time are taken instead. Inline, because with
 * SMAs alone it is a few additions in the engine's hottest loop. */
static inline void panel_update_by(struct panel *panel, const struct panel_plan *plan,
                                   const struct series *series, uint32_t closed,
                                   const struct candle *base)
{
    for (uint32_t mask = closed & plan->timeframes; mask != 0; mask &= mask - 1) {
        const uint32_t timeframe = (uint32_t)__builtin_ctz(mask);
        const struct series_ring *ring = &series->rings[timeframe];
        const struct candle *newest = timeframe == series->base ? base : panel_candle(ring, 0);
        if (newest->time_ns >= panel->restart_ns[timeframe])
            panel_restart(panel, plan, ring, timeframe);
        panel_update_smas(panel, plan, ring, timeframe, newest->close);
        if (plan->sma_end[timeframe] < plan->first[timeframe + 1])
            panel_update_others(panel, plan, ring, timeframe, newest);
        panel->computed += plan->first[timeframe + 1] - plan->first[timeframe];
    }
}

/* After series_push returned `closed`: updates each slot whose timeframe is in the mask. */
static inline void panel_update(struct panel *panel, const struct panel_plan *plan,
                                const struct series *series, uint32_t closed)
{
    panel_update_by(panel, plan, series, closed, panel_candle(&series->rings[series->base], 0));
}
