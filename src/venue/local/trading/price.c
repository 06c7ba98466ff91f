/* SPDX-License-Identifier: MIT */
/* Prices as they were asked for, in ticks. A relative one comes to the nearest price step. */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

int64_t price_index(const struct desk *desk)
{
    if (desk->sides == NULL || desk->sides[SIDE_BUY].count == 0 ||
        desk->sides[SIDE_SELL].count == 0)
        return desk->last_ticks;
    return (desk->sides[SIDE_BUY].levels[0].price_ticks +
            desk->sides[SIDE_SELL].levels[0].price_ticks) /
           2;
}

int64_t price_reference(const struct desk *desk, const struct trading_order *order)
{
    return order->reference == TRADING_INDEX ? price_index(desk) : desk->last_ticks;
}

static int64_t on_step(const struct desk *desk, wide price)
{
    const int64_t step = desk->pair.terms.tick_step;
    if (price <= 0 || price > AMOUNT_MAX)
        return 0;
    return ((int64_t)price + step / 2) / step * step;
}

static int64_t price_of(const struct desk *desk, const struct trading_price *asked,
                        int64_t reference_ticks, int sign)
{
    const wide reference = reference_ticks;
    switch (asked->kind) {
    case TRADING_PRICE_NONE:
        return 0;
    case TRADING_PRICE_TICKS:
        return asked->value;
    case TRADING_PRICE_OFFSET:
    case TRADING_PRICE_AUTO:
        if (reference == 0)
            return 0;
        return on_step(desk, reference + (asked->kind == TRADING_PRICE_AUTO ? sign : 1) *
                                             (wide)asked->value);
    case TRADING_PRICE_PPM:
    case TRADING_PRICE_AUTO_PPM:
        if (reference == 0)
            return 0;
        const wide ppm = (wide)asked->value * (asked->kind == TRADING_PRICE_AUTO_PPM ? sign : 1);
        return on_step(desk, (reference * (PPM + ppm) + PPM / 2) / PPM);
    }
    return 0;
}

int64_t price_trigger(const struct trading *trading, const struct trading_order *order,
                      int64_t reference_ticks)
{
    const struct desk *desk = &trading->desks[order->pair];
    const bool buy = order->side == SIDE_BUY;
    if (trading_type_trails(order->type)) {
        struct trading_price distance = order->trigger_asked;
        if (!buy)
            distance.value = -distance.value;
        return price_of(desk, &distance, reference_ticks, 1);
    }
    const bool stops = order->type == TRADING_STOP_LOSS || order->type == TRADING_STOP_LOSS_LIMIT;
    return price_of(desk, &order->trigger_asked, reference_ticks, buy == stops ? 1 : -1);
}

/* Auto: a limit order waits on its own side of the last price; what was triggered gives way. */
int64_t price_limit(const struct trading *trading, const struct trading_order *order,
                    int64_t reference_ticks)
{
    const struct desk *desk = &trading->desks[order->pair];
    const bool buy = order->side == SIDE_BUY;
    const bool above = trading_type_triggers(order->type) ? buy : !buy;
    return price_of(desk, &order->limit_asked, reference_ticks, above ? 1 : -1);
}
