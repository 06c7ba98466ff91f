/* SPDX-License-Identifier: MIT */
#include "venue/kraken/market_clock.h"

void kraken_clock_init(struct kraken_clock *clock, const struct clock *system)
{
    *clock = (struct kraken_clock){.clock = system, .speed = 1};
}

static int64_t mono_now(const struct kraken_clock *clock)
{
    return clock->clock->mono_ns(clock->clock->self);
}

int64_t kraken_clock_at(const struct kraken_clock *clock, int64_t mono_ns)
{
    if (!clock->anchored) {
        int64_t age_ns = mono_now(clock) - mono_ns;
        return clock->clock->wall_ns(clock->clock->self) - age_ns;
    }
    if (clock->lockstep || clock->ended)
        return clock->market_ns;
    /* At speed 1 exact; faster markets are of this machine, where a double's 53 bits do. */
    int64_t passed_ns = mono_ns - clock->mono_ns;
    int64_t grown_ns = clock->speed == 1 ? passed_ns : (int64_t)((double)passed_ns * clock->speed);
    return clock->market_ns + grown_ns;
}

int64_t kraken_clock_now(const struct kraken_clock *clock)
{
    int64_t now_ns = kraken_clock_at(clock, mono_now(clock));
    return now_ns > clock->floor_ns ? now_ns : clock->floor_ns;
}

void kraken_clock_anchor(struct kraken_clock *clock, int64_t market_ns)
{
    if (clock->anchored)
        clock->floor_ns = kraken_clock_now(clock);
    clock->market_ns = market_ns;
    clock->mono_ns = mono_now(clock);
    clock->anchored = true;
}

void kraken_clock_follow(struct kraken_clock *clock, int64_t market_ns, double speed, bool lockstep,
                         bool ended)
{
    clock->floor_ns = 0;
    clock->anchored = false;
    kraken_clock_anchor(clock, market_ns);
    clock->speed = speed;
    clock->lockstep = lockstep;
    clock->ended = ended;
}
