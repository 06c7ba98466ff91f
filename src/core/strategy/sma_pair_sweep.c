/* SPDX-License-Identifier: MIT */
/*
 * The sweep kernel of sma_pair. Each distinct period's average is worked out once a candle, by the
 * panel's own function and with its restarts, so that it is the panel's bit for bit. A set then
 * passes over eight candles at a time while its fast average stays on one side of the slow one, and
 * asks the strategy's rule about the others.
 */
#include <math.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/indicator/panel.h"
#include "core/strategy/rule.h"
#include "core/strategy/sma_pair.h"

#define AHEAD 8                    /* candles passed over at a time */
#define PAST (SERIES_CAPACITY - 1) /* closes before the block: the longest period's */

_Static_assert(SWEEP_BLOCK % AHEAD == 0, "eight candles never reach beyond a row");

/*
 * Averages further apart than this part of the slow one are clear of each other: the rule, which
 * measures both distances by the slow average of now, finds none of them touching, as long as that
 * average is not WILD times what it was before: WILD times RULE_TOUCH is less.
 */
#define CLEAR 1e-9
#define WILD 500.0

/* One period's average at each candle of the block; NAN until there are enough. */
struct average {
    struct sma sma;
    double before; /* at the candle before the block */
    double now[SWEEP_BLOCK];
    double above[SWEEP_BLOCK], below[SWEEP_BLOCK]; /* from where on another is clear of it */
};

struct averages {
    uint32_t fast, slow;
};

struct sma_sweep {
    enum timeframe timeframe;
    uint32_t average_count;
    uint32_t count; /* candles of the block */
    bool wild;      /* prices lie so far apart that nothing is clear */
    uint32_t known; /* closes before the block, at most PAST */
    int64_t restart_ns;
    uint32_t restart_count;
    uint16_t restarts[SWEEP_BLOCK]; /* candles of the block at which sums begin anew */
    struct averages *sets;          /* behind the averages */
    double closes[PAST + SWEEP_BLOCK];
    struct average averages[];
};

static const struct sma_pair_params *params_of(const struct sweep_sets *sets, uint32_t index)
{
    return sweep_params(sets, index);
}

/* Gives each period that is asked for a place, from 1 on; returns how many. */
static uint32_t place(const struct sweep_sets *sets, uint32_t places[SERIES_CAPACITY])
{
    uint32_t count = 0;
    memset(places, 0, SERIES_CAPACITY * sizeof places[0]);
    for (uint32_t i = 0; i < sets->count; i++) {
        const int64_t periods[] = {params_of(sets, i)->fast, params_of(sets, i)->slow};
        for (uint32_t k = 0; k < 2; k++) {
            CHECK(periods[k] >= 1 && periods[k] < SERIES_CAPACITY);
            if (places[periods[k]] == 0) {
                places[periods[k]] = ++count;
            }
        }
    }
    return count;
}

static size_t sma_pair_sweep_size(const struct sweep_sets *sets)
{
    uint32_t places[SERIES_CAPACITY];
    return sizeof(struct sma_sweep) + place(sets, places) * sizeof(struct average) +
           sets->count * sizeof(struct averages);
}

static void sma_pair_sweep_init(void *work, const struct sweep_sets *sets)
{
    struct sma_sweep *sweep = work;
    uint32_t places[SERIES_CAPACITY];
    const uint32_t count = place(sets, places);
    *sweep = (struct sma_sweep){.average_count = count, .restart_ns = INT64_MIN};
    for (uint32_t period = 1; period < SERIES_CAPACITY; period++) {
        if (places[period] != 0) {
            struct average *average = &sweep->averages[places[period] - 1];
            *average = (struct average){.before = NAN};
            sma_init(&average->sma, period);
        }
    }
    sweep->sets = (void *)&sweep->averages[count];
    for (uint32_t i = 0; i < sets->count; i++) {
        const struct sma_pair_params *params = params_of(sets, i);
        CHECK(i == 0 || (enum timeframe)params->base.timeframe == sweep->timeframe);
        sweep->timeframe = (enum timeframe)params->base.timeframe;
        sweep->sets[i] = (struct averages){places[params->fast] - 1, places[params->slow] - 1};
    }
}

/* A sum that was full begins anew on its window less the oldest close, as the panel's does. */
static struct sma restart(struct sma sma, const double *now)
{
    double unused;
    if (sma.count < sma.period) {
        return sma;
    }
    sma_init(&sma, sma.period);
    for (uint32_t back = sma.period; back-- > 1;) {
        sma_update(&sma, now[-(int32_t)back], 0, &unused);
    }
    return sma;
}

static void learn_average(const struct sma_sweep *sweep, struct average *average)
{
    const double *closes = &sweep->closes[PAST];
    const uint32_t period = average->sma.period;
    struct sma sma = average->sma;
    uint32_t at = 0;
    for (uint32_t r = 0; r <= sweep->restart_count; r++) {
        const uint32_t end = r < sweep->restart_count ? sweep->restarts[r] : sweep->count;
        for (; at < end; at++) {
            average->now[at] = NAN;
            sma_update(&sma, closes[at], closes[(int32_t)at - (int32_t)period], &average->now[at]);
        }
        if (r < sweep->restart_count) {
            sma = restart(sma, &closes[at]);
        }
    }
    average->sma = sma;
    for (uint32_t i = 0; i < SWEEP_BLOCK; i++) {
        average->above[i] = average->now[i] * (1 + CLEAR);
        average->below[i] = average->now[i] * (1 - CLEAR);
    }
}

static void take_closes(struct sma_sweep *sweep, const struct sweep_block *block)
{
    sweep->known = sweep->known + sweep->count < PAST ? sweep->known + sweep->count : PAST;
    memmove(sweep->closes, &sweep->closes[sweep->count], PAST * sizeof sweep->closes[0]);
    memcpy(&sweep->closes[PAST], block->close, block->count * sizeof sweep->closes[0]);
    sweep->count = block->count;
    double low = block->close[0], high = low;
    for (uint32_t i = PAST - sweep->known; i < PAST + block->count; i++) {
        low = sweep->closes[i] < low ? sweep->closes[i] : low;
        high = sweep->closes[i] > high ? sweep->closes[i] : high;
    }
    sweep->wild = high > low * WILD;
    sweep->restart_count = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        if (block->times_ns[i] >= sweep->restart_ns) {
            sweep->restart_ns = panel_restart_after(block->times_ns[i], sweep->timeframe);
            sweep->restarts[sweep->restart_count++] = (uint16_t)i;
        }
    }
}

static void sma_pair_sweep_learn(void *work, const struct sweep_block *block)
{
    struct sma_sweep *sweep = work;
    for (uint32_t i = 0; sweep->count > 0 && i < sweep->average_count; i++) {
        sweep->averages[i].before = sweep->averages[i].now[sweep->count - 1];
    }
    take_closes(sweep, block);
    for (uint32_t i = 0; i < sweep->average_count; i++) {
        learn_average(sweep, &sweep->averages[i]);
    }
}

typedef double two __attribute__((vector_size(16)));
typedef int64_t two_words __attribute__((vector_size(16)));

static inline two_words greater(const double *a, const double *b)
{
    two x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x > y;
}

/* Whether the next eight of a are all greater than those of b. */
static inline bool all_greater(const double *a, const double *b)
{
    _Static_assert(AHEAD == 8, "four times two");
    const two_words all =
        greater(a, b) & greater(a + 2, b + 2) & greater(a + 4, b + 4) & greater(a + 6, b + 6);
    return (all[0] & all[1]) != 0;
}

/* Which side of the slow average the fast one is clearly on; 0 neither. */
static int32_t side_of(const struct average *fast, const struct average *slow, uint32_t at)
{
    return (fast->now[at] > slow->above[at]) - (fast->now[at] < slow->below[at]);
}

static uint32_t sma_pair_sweep_signals(const void *work, uint32_t set, struct sweep_signal *out)
{
    const struct sma_sweep *sweep = work;
    const struct average *fast = &sweep->averages[sweep->sets[set].fast];
    const struct average *slow = &sweep->averages[sweep->sets[set].slow];
    double fast_before = fast->before, slow_before = slow->before;
    uint32_t count = 0;
    int32_t side = 0; /* of the candle before */
    for (uint32_t at = 0; at < sweep->count; at += AHEAD) {
        if ((side > 0 && all_greater(&fast->now[at], &slow->above[at])) ||
            (side < 0 && all_greater(&slow->below[at], &fast->now[at]))) {
            continue;
        }
        if (at > 0) {
            fast_before = fast->now[at - 1];
            slow_before = slow->now[at - 1];
        }
        const uint32_t end = at + AHEAD < sweep->count ? at + AHEAD : sweep->count;
        for (uint32_t i = at; i < end; i++) {
            const int32_t cross = rule_cross(fast_before, slow_before, fast->now[i], slow->now[i]);
            if (cross != 0) {
                out[count++] = (struct sweep_signal){i, cross};
            }
            fast_before = fast->now[i];
            slow_before = slow->now[i];
        }
        side = sweep->wild ? 0 : side_of(fast, slow, end - 1);
    }
    return count;
}

const struct sweep_kernel sma_pair_sweep = {
    .size = sma_pair_sweep_size,
    .init = sma_pair_sweep_init,
    .learn = sma_pair_sweep_learn,
    .signals = sma_pair_sweep_signals,
};
