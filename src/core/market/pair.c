/* SPDX-License-Identifier: MIT */
#include "core/market/pair.h"

#include <math.h>

#include "core/base/check.h"

bool pair_usable(const struct pair *pair)
{
    return pair->symbol[0] != '\0' && pair->price_decimals <= DECIMAL_PLACES_MAX &&
           pair->qty_decimals <= DECIMAL_PLACES_MAX &&
           pair->price_decimals + pair->qty_decimals <= PAIR_PLACES_MAX && pair->tick_step >= 1 &&
           pair->qty_min_lots >= 0 && pair->cost_min >= 0;
}

int64_t pair_notional_coarse(const struct pair *pair, int64_t price_ticks, int64_t qty_lots,
                             enum rounding rounding)
{
    const int32_t places = pair_product_places(pair);
    CHECK(places < 0);
    int64_t product = decimal_mul_div(price_ticks, qty_lots, 1, rounding);
    return decimal_mul_div(product, decimal_pow10((uint32_t)-places), 1, rounding);
}

int64_t pair_qty_for(const struct pair *pair, int64_t money, int64_t price_ticks)
{
    __extension__ typedef __int128 int128;
    CHECK(price_ticks > 0);
    int32_t places = pair_product_places(pair);
    if (money <= 0)
        return 0;
    /* Dividing twice rounds down like dividing once by the product. */
    if (places < 0)
        return money / price_ticks / decimal_pow10((uint32_t)-places);
    int128 qty = (int128)money * decimal_pow10((uint32_t)places) / price_ticks;
    return qty > INT64_MAX ? INT64_MAX : (int64_t)qty;
}

/* Rounds positive ticks to a multiple of step. */
static bool round_to_step(int64_t ticks, int64_t step, enum rounding rounding, int64_t *ret)
{
    int64_t over = ticks % step;
    bool up =
        (rounding == ROUND_UP && over > 0) || (rounding == ROUND_NEAREST && over >= step - over);
    return !__builtin_add_overflow(ticks - over, up ? step : 0, ret);
}

bool pair_plausible_closer(const struct pair *pair, int64_t price_ticks, int64_t qty_lots)
{
    return pair_price_to_double(pair, price_ticks) * pair_qty_to_double(pair, qty_lots) <
           PAIR_VALUE_MAX;
}

/* Half of what an int64 holds is left free, so that two of them may be added. */
#define MOVED_MAX (INT64_MAX / 4)

static int64_t moved(int64_t value, uint32_t from, uint32_t to, int64_t step,
                     enum rounding rounding)
{
    if (value <= 0)
        return 0;
    int64_t result = value;
    if (to < from)
        result = decimal_mul_div(value, 1, decimal_pow10(from - to), rounding);
    else if (__builtin_mul_overflow(value, decimal_pow10(to - from), &result))
        result = MOVED_MAX;
    if (result > MOVED_MAX)
        result = MOVED_MAX;
    int64_t stepped = 0;
    round_to_step(result, step, rounding, &stepped);
    return stepped > step ? stepped : step;
}

int64_t pair_price_moved(const struct pair *from, const struct pair *to, int64_t price_ticks)
{
    return moved(price_ticks, from->price_decimals, to->price_decimals, to->tick_step,
                 ROUND_NEAREST);
}

int64_t pair_qty_moved(const struct pair *from, const struct pair *to, int64_t qty_lots)
{
    return moved(qty_lots, from->qty_decimals, to->qty_decimals, 1, ROUND_DOWN);
}

bool pair_price_rounded(const struct pair *pair, double price, enum rounding rounding,
                        int64_t *ret_ticks)
{
    int64_t step = pair->tick_step;
    if (!(price >= decimal_to_double(step, pair->price_decimals)))
        return false;
    /* Rounded twice to the nearest, 0.6 ticks would become a whole tick, then a step of two. An
     * even step's half is a whole tick, so what lies below a tick may fall; an odd step's half is
     * half a tick, so the nearest tick tells on which side of it the price lies. */
    enum rounding to_tick = rounding;
    if (rounding == ROUND_NEAREST && step % 2 == 0)
        to_tick = ROUND_DOWN;
    int64_t ticks;
    return decimal_from_double(price, pair->price_decimals, to_tick, &ticks) &&
           round_to_step(ticks, step, rounding, ret_ticks);
}

double pair_price_to_double(const struct pair *pair, int64_t price_ticks)
{
    return decimal_to_double(price_ticks, pair->price_decimals);
}

double pair_qty_to_double(const struct pair *pair, int64_t qty_lots)
{
    return decimal_to_double(qty_lots, pair->qty_decimals);
}

/*
 * The double of the nearest decimal. From 2^53 units on, doubles lie further apart than decimals,
 * so x is already the double of one (a day's volume of a coin worth a millionth gets there).
 */
static double quantised(double x, uint32_t decimals)
{
    if (x >= 0x1p53 / (double)decimal_pow10(decimals))
        return x;
    int64_t value = 0;
    bool fits = decimal_from_double(x, decimals, ROUND_NEAREST, &value);
    CHECK(fits);
    return decimal_to_double(value, decimals);
}

bool pair_quantise(const struct pair *pair, struct candle *candle)
{
    if (!candle_valid(candle))
        return false;
    struct candle rounded = {
        .time_ns = candle->time_ns,
        .open = quantised(candle->open, pair->price_decimals),
        .high = quantised(candle->high, pair->price_decimals),
        .low = quantised(candle->low, pair->price_decimals),
        .close = quantised(candle->close, pair->price_decimals),
        .volume = quantised(candle->volume, pair->qty_decimals),
    };
    if (!candle_valid(&rounded)) /* a price of less than half a tick */
        return false;
    *candle = rounded;
    return true;
}

bool pair_same_terms(const struct pair *a, const struct pair *b)
{
    return a->price_decimals == b->price_decimals && a->qty_decimals == b->qty_decimals &&
           a->tick_step == b->tick_step && a->qty_min_lots == b->qty_min_lots &&
           a->cost_min == b->cost_min;
}
