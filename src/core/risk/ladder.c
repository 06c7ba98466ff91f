/* SPDX-License-Identifier: MIT */
#include "core/risk/ladder.h"

#include "core/base/check.h"
#include "core/risk/risk.h"

__extension__ typedef unsigned __int128 uint128;

static void ladder_add(struct ladder *ladder, int64_t price_ticks)
{
    if (ladder->count == 0 || ladder->orders[ladder->count - 1].price_ticks != price_ticks)
        ladder->orders[ladder->count++].price_ticks = price_ticks;
    ladder->orders[ladder->count - 1].shares++;
}

void ladder_init(struct ladder *ladder, const struct ladder_terms *terms, const struct pair *pair,
                 int64_t high_ticks, int64_t price_ticks)
{
    CHECK(terms->rungs >= 1 && terms->rungs <= LADDER_RUNG_MAX);
    CHECK(high_ticks > 0 && price_ticks > 0);
    const int64_t first = ppm_of(terms->first), step = ppm_of(terms->step);
    *ladder = (struct ladder){.shares = terms->rungs};
    for (int64_t rung = 0; rung < terms->rungs; rung++) {
        const int64_t part = PPM - first - rung * step;
        int64_t ticks = decimal_mul_div(high_ticks, part, PPM, ROUND_DOWN);
        ticks -= ticks % pair->tick_step;
        ladder->reached += ticks >= price_ticks;
        if (ticks > 0)
            ladder_add(ladder, ticks < price_ticks ? ticks : price_ticks);
    }
}

int64_t ladder_cash(const struct ladder *ladder, uint32_t index, int64_t stake)
{
    CHECK(index < ladder->count && stake >= 0);
    int64_t before = 0;
    for (uint32_t i = 0; i < index; i++)
        before += ladder->orders[i].shares;
    const int64_t after = before + ladder->orders[index].shares;
    return decimal_mul_div(stake, after, ladder->shares, ROUND_DOWN) -
           decimal_mul_div(stake, before, ladder->shares, ROUND_DOWN);
}

int64_t ladder_average(const struct ladder *ladder, uint32_t count)
{
    CHECK(count >= 1 && count <= ladder->count);
    /* What a share is worth here; ten of them fit in 128 bits, and what a division by any price
     * cuts off is below 1e-17 of it. */
    const uint128 share = (uint128)INT64_C(1000000000000000000) * INT64_C(1000000000000000000);
    uint128 cost = 0, bought = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct ladder_order *order = &ladder->orders[i];
        cost += share * (uint64_t)order->shares;
        bought += share / (uint64_t)order->price_ticks * (uint64_t)order->shares;
    }
    return (int64_t)((cost + bought / 2) / bought);
}
