/* SPDX-License-Identifier: MIT */
#include "core/risk/ladder.h"

#include "core/base/check.h"
#include "core/risk/risk.h"

__extension__ typedef unsigned __int128 uint128;

static void ladder_add(struct ladder_plan *ladder, int64_t price_ticks)
{
    if (ladder->count == 0 || ladder->orders[ladder->count - 1].price_ticks != price_ticks)
        ladder->orders[ladder->count++].price_ticks = price_ticks;
    ladder->orders[ladder->count - 1].shares++;
}

void ladder_init(struct ladder_plan *ladder, const struct ladder_terms *terms,
                 const struct pair *pair, int64_t price_ticks, int64_t stop_ticks)
{
    CHECK(terms->rungs >= 1 && terms->rungs <= LADDER_RUNG_MAX);
    CHECK(price_ticks > 0 && stop_ticks >= 0);
    const int64_t first = ppm_of(terms->first), step = ppm_of(terms->step);
    int64_t high_ticks = 0;
    *ladder = (struct ladder_plan){.shares = terms->rungs};
    if (!decimal_from_double(terms->high, pair->price_decimals, ROUND_NEAREST, &high_ticks) ||
        high_ticks <= 0) {
        return;
    }
    for (int64_t rung = 0; rung < terms->rungs; rung++) {
        const int64_t part = PPM - first - rung * step;
        int64_t ticks = decimal_mul_div(high_ticks, part, PPM, ROUND_DOWN);
        ticks -= ticks % pair->tick_step;
        ladder->reached += ticks >= price_ticks;
        ticks = ticks < price_ticks ? ticks : price_ticks;
        if (ticks > stop_ticks) {
            ladder_add(ladder, ticks);
        }
    }
}

int64_t ladder_cash(const struct ladder_plan *ladder, uint32_t index, int64_t stake)
{
    CHECK(index < ladder->count && stake >= 0);
    int64_t before = 0;
    for (uint32_t i = 0; i < index; i++)
        before += ladder->orders[i].shares;
    const int64_t after = before + ladder->orders[index].shares;
    return decimal_mul_div(stake, after, ladder->shares, ROUND_DOWN) -
           decimal_mul_div(stake, before, ladder->shares, ROUND_DOWN);
}

int64_t ladder_average(const struct ladder_plan *ladder, uint32_t count)
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
    return (int64_t)((cost + bought - bought / 1000000000) / bought); /* a whole one stays */
}
