/* SPDX-License-Identifier: MIT */
#include "venue/local/tape.h"

#include "core/base/check.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"

static int64_t max2(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t min2(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

uint32_t tape_count_min(const struct bar *bar)
{
    bool above = bar->high_ticks > max2(bar->open_ticks, bar->close_ticks);
    bool below = bar->low_ticks < min2(bar->open_ticks, bar->close_ticks);
    if (!above && !below && bar->open_ticks == bar->close_ticks)
        return 1;
    return 2u + above + below;
}

/* A price between two, off the straight line by up to a quarter of the bar's range. */
static int64_t between(const struct bar *bar, int64_t from, int64_t to, double share,
                       int64_t tick_step, struct prng *prng)
{
    double range = (double)(bar->high_ticks - bar->low_ticks);
    double price = (double)from + (double)(to - from) * share + (prng_real(prng) - 0.5) * range / 2;
    int64_t steps = (int64_t)((price - (double)bar->low_ticks) / (double)tick_step + 0.5);
    int64_t ticks = bar->low_ticks + max2(steps, 0) * tick_step;
    return min2(ticks, bar->high_ticks);
}

static void wander(const struct bar *bar, int64_t tick_step, struct prng *prng, uint32_t from,
                   uint32_t to, struct trade *out)
{
    for (uint32_t i = from + 1; i < to; i++) {
        double share = 1.0 / (double)(to - i + 1);
        out[i].price_ticks =
            between(bar, out[i - 1].price_ticks, out[to].price_ticks, share, tick_step, prng);
    }
}

static void make_prices(const struct bar *bar, int64_t tick_step, struct prng *prng,
                        struct trade *out)
{
    uint32_t last = bar->trade_count - 1, at = 0;
    int64_t extremes[2];
    uint32_t extreme_count = 0;
    if (bar->high_ticks > max2(bar->open_ticks, bar->close_ticks))
        extremes[extreme_count++] = bar->high_ticks;
    if (bar->low_ticks < min2(bar->open_ticks, bar->close_ticks))
        extremes[extreme_count++] = bar->low_ticks;
    if (extreme_count == 2 && prng_below(prng, 2)) {
        extremes[0] = bar->low_ticks;
        extremes[1] = bar->high_ticks;
    }
    out[last].price_ticks = bar->close_ticks;
    out[0].price_ticks = bar->open_ticks;
    for (uint32_t k = 0; k < extreme_count; k++) {
        uint32_t room = last - at - (extreme_count - k);
        uint32_t next = at + 1 + (uint32_t)prng_below(prng, room);
        out[next].price_ticks = extremes[k];
        wander(bar, tick_step, prng, at, next, out);
        at = next;
    }
    wander(bar, tick_step, prng, at, last, out);
}

static void make_times(const struct bar *bar, int64_t step_ns, struct prng *prng, struct trade *out)
{
    uint32_t count = bar->trade_count;
    int64_t step_us = step_ns / NS_PER_US;
    for (uint32_t i = 0; i < count; i++) {
        int64_t time_us = (int64_t)prng_below(prng, (uint64_t)(step_us - MARKET_TRADES_MAX - 1));
        uint32_t at = i;
        for (; at > 0 && out[at - 1].time_ns > time_us; at--)
            out[at].time_ns = out[at - 1].time_ns;
        out[at].time_ns = time_us;
    }
    for (uint32_t i = 0; i < count; i++)
        out[i].time_ns = bar->time_ns + (out[i].time_ns + i + 1) * NS_PER_US;
}

/* Every trade has one lot; the rest is shared out by random weights, small ones far more often. */
static void make_quantities(const struct bar *bar, struct prng *prng, struct trade *out)
{
    double weights[MARKET_TRADES_MAX], sum = 0;
    uint32_t count = bar->trade_count;
    int64_t rest = bar->volume_lots - count;
    for (uint32_t i = 0; i < count; i++) {
        double u = prng_real(prng);
        weights[i] = 0.02 + u * u * u;
        sum += weights[i];
    }
    int64_t left = rest;
    for (uint32_t i = 0; i < count; i++) {
        int64_t share = min2((int64_t)((double)rest * (weights[i] / sum)), left);
        out[i].qty_lots = 1 + share;
        left -= share;
    }
    out[count / 2].qty_lots += left;
}

static void make_sides(const struct bar *bar, struct prng *prng, struct trade *out)
{
    enum side side = prng_below(prng, 2) ? SIDE_BUY : SIDE_SELL;
    for (uint32_t i = 0; i < bar->trade_count; i++) {
        if (i > 0 && out[i].price_ticks != out[i - 1].price_ticks)
            side = out[i].price_ticks > out[i - 1].price_ticks ? SIDE_BUY : SIDE_SELL;
        out[i].taker = side;
        out[i].id = bar->trade_first + i;
    }
}

void tape_make(const struct bar *bar, int64_t step_ns, int64_t tick_step, uint64_t seed,
               struct trade *out)
{
    CHECK(bar->trade_count <= MARKET_TRADES_MAX && tape_count_min(bar) <= bar->trade_count);
    CHECK(bar->volume_lots >= bar->trade_count && step_ns >= NS_PER_S);
    struct prng prng;
    prng_init(&prng, seed);
    make_times(bar, step_ns, &prng, out);
    make_prices(bar, tick_step, &prng, out);
    make_quantities(bar, &prng, out);
    make_sides(bar, &prng, out);
}
