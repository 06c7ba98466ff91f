/* SPDX-License-Identifier: MIT */
/*
 * Amounts. A cost is price times quantity to the nearest digit that costs have; a fee is rounded as
 * the variant says. What a fill takes never exceeds what its order held, see fill.c.
 */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

static int64_t rounded(wide value, int64_t divisor, enum rounding rounding)
{
    const wide over = value % divisor;
    wide quotient = value / divisor;
    if (rounding == ROUND_UP ? over > 0 : rounding == ROUND_NEAREST && over >= divisor - over)
        quotient++;
    return quotient > AMOUNT_MAX ? AMOUNT_MAX : (int64_t)quotient;
}

int64_t cost_of(const struct desk *desk, int64_t price_ticks, int64_t qty_lots,
                enum rounding rounding)
{
    const int64_t steps = rounded((wide)price_ticks * qty_lots, desk->cost_divisor, rounding);
    const wide amount = (wide)steps * desk->cost_factor;
    return amount > AMOUNT_MAX ? AMOUNT_MAX : (int64_t)amount;
}

int64_t trade_fee_of(int64_t amount, int64_t ppm, int64_t step, enum rounding rounding)
{
    return rounded((wide)amount * ppm, PPM * step, rounding) * step;
}

int64_t base_of(const struct desk *desk, int64_t qty_lots)
{
    const wide amount = (wide)qty_lots * desk->lot_factor;
    return amount > AMOUNT_MAX ? AMOUNT_MAX : (int64_t)amount;
}

int64_t lots_for(const struct desk *desk, int64_t amount, int64_t price_ticks)
{
    const wide product = (wide)(amount / desk->cost_factor) * desk->cost_divisor;
    const wide lots = product / price_ticks;
    return lots > AMOUNT_MAX ? AMOUNT_MAX : (int64_t)lots;
}

int64_t dollars_of(const struct trading *trading, uint32_t asset, int64_t amount)
{
    const uint32_t decimals = trading->assets[asset].decimals;
    const uint32_t index = trading->dollars[asset];
    wide value = amount;
    uint32_t places = decimals;
    if (index != NIL) {
        const struct desk *desk = &trading->desks[index];
        value *= desk->last_ticks;
        places += desk->pair.terms.price_decimals;
    } else if (asset != trading->usd) {
        return 0;
    }
    for (; places > MONEY_DECIMALS; places--)
        value = (value + 5) / 10;
    for (; places < MONEY_DECIMALS; places++)
        value *= 10;
    return value > AMOUNT_MAX ? AMOUNT_MAX : (int64_t)value;
}

int64_t trading_average(const struct trading *trading, const struct trading_order *order,
                        uint32_t places)
{
    const struct node *node = &trading->nodes[order->id % trading->config.order_max];
    if (node->order.id != order->id || order->filled_lots == 0)
        return 0;
    return rounded(node->product * decimal_pow10(places), order->filled_lots, ROUND_NEAREST);
}
