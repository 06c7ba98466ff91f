/* SPDX-License-Identifier: MIT */
/*
 * What a market is called and how finely it counts. A price is an integer of 10^-price_decimals
 * ("ticks"), a quantity an integer of 10^-qty_decimals ("lots"). Kraken's own increment may be
 * coarser than its decimals, so a price must also be a multiple of tick_step.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/decimal.h"
#include "core/market/candle.h"

#define SYMBOL_MAX 24

/* price_decimals + qty_decimals, so that money for a quantity is worked out in 128 bits. Kraken's
 * finest pairs need 18. */
#define PAIR_PLACES_MAX 26

enum pair_status {
    PAIR_ONLINE,
    PAIR_CANCEL_ONLY,
    PAIR_POST_ONLY,
    PAIR_LIMIT_ONLY,
    PAIR_REDUCE_ONLY,
    PAIR_OFFLINE, /* delisted, maintenance, work in progress, or a word we do not know */
};

struct pair {
    char symbol[SYMBOL_MAX]; /* "BTC/USD", the name used everywhere inside */
    char base[SYMBOL_MAX];   /* "BTC" */
    char quote[SYMBOL_MAX];  /* "USD" */
    enum pair_status status;
    uint32_t price_decimals;
    uint32_t qty_decimals;
    int64_t tick_step;    /* smallest price increment, in ticks; >= 1 */
    int64_t qty_min_lots; /* smallest order; 0 none */
    int64_t cost_min;     /* smallest price * quantity, money; 0 none */
};

/* True when precision and minimums are within the bounds above: asked once of what a venue sends,
 * then everything below may rely on it. */
bool pair_usable(const struct pair *pair);

/* Decimals by which a product of ticks and lots is finer than money; below zero: coarser. */
static inline int32_t pair_product_places(const struct pair *pair)
{
    CHECK(pair->price_decimals + pair->qty_decimals <= PAIR_PLACES_MAX);
    return (int32_t)(pair->price_decimals + pair->qty_decimals) - MONEY_DECIMALS;
}

/* For pair_notional alone: a product coarser than money. */
int64_t pair_notional_coarse(const struct pair *pair, int64_t price_ticks, int64_t qty_lots,
                             enum rounding rounding);

/* price * qty as money (1e-8 of the quote currency), rounded as named. Inline, with the price
 * below: a position is valued at every candle. */
static inline int64_t pair_notional(const struct pair *pair, int64_t price_ticks, int64_t qty_lots,
                                    enum rounding rounding)
{
    const int32_t places = pair_product_places(pair);
    if (places < 0)
        return pair_notional_coarse(pair, price_ticks, qty_lots, rounding);
    return decimal_mul_div(price_ticks, qty_lots, decimal_pow10((uint32_t)places), rounding);
}

/* The venue takes no order so small: it can be neither sold nor protected. price_ticks 0: a price
 * is not known, and the quantity alone tells. */
static inline bool pair_too_small(const struct pair *pair, int64_t price_ticks, int64_t qty_lots)
{
    return qty_lots < pair->qty_min_lots ||
           (price_ticks > 0 &&
            pair_notional(pair, price_ticks, qty_lots, ROUND_DOWN) < pair->cost_min);
}

/* The quantity that `money` buys at a price > 0, rounded down to a whole lot; 0 for no money, and
 * INT64_MAX when it buys more than that. */
int64_t pair_qty_for(const struct pair *pair, int64_t money, int64_t price_ticks);

/* A double price as a multiple of tick_step, rounded once, with decimal_from_double's view of what
 * a double stands for. False for NaN, infinity, or a price below one step. */
bool pair_price_rounded(const struct pair *pair, double price, enum rounding rounding,
                        int64_t *ret_ticks);

/* The same; inline for the usual price, which from two ticks on is above one step for certain. */
static inline bool pair_price_from_double(const struct pair *pair, double price,
                                          enum rounding rounding, int64_t *ret_ticks)
{
    int64_t near;
    if (pair->tick_step == 1 && rounding == ROUND_NEAREST &&
        decimal_near(price, pair->price_decimals, &near) && near >= 2) {
        *ret_ticks = near;
        return true;
    }
    return pair_price_rounded(pair, price, rounding, ret_ticks);
}

/* What is worth more than this (a billion of the quote currency) was never a price, whatever a
 * venue says: so no figure of a venue's makes a value that overflows. */
#define PAIR_VALUE_MAX 1e9

bool pair_plausible_closer(const struct pair *pair, int64_t price_ticks, int64_t qty_lots);

/* True when a quantity at a price is worth less than PAIR_VALUE_MAX. Inline for a product that 63
 * bits hold and that money counts a hundred times more coarsely. */
static inline bool pair_plausible(const struct pair *pair, int64_t price_ticks, int64_t qty_lots)
{
    int64_t product;
    return (!__builtin_mul_overflow(price_ticks, qty_lots, &product) &&
            pair_product_places(pair) >= 2) ||
           pair_plausible_closer(pair, price_ticks, qty_lots);
}

/*
 * A price and a quantity counted in `from`, in the terms of `to`: the price at the nearest step,
 * the quantity rounded down. What was something stays something, at least one step or lot; 0 stays
 * 0.
 */
int64_t pair_price_moved(const struct pair *from, const struct pair *to, int64_t price_ticks);
int64_t pair_qty_moved(const struct pair *from, const struct pair *to, int64_t qty_lots);

double pair_price_to_double(const struct pair *pair, int64_t price_ticks);
double pair_qty_to_double(const struct pair *pair, int64_t qty_lots);

/*
 * Rounds a candle to the pair's ticks and lots, so that a candle from a file equals the same
 * candle that came through a socket as text, bit for bit. False when a field is not finite,
 * a price is not positive, the volume is negative, or high/low do not bound open and close.
 */
bool pair_quantise(const struct pair *pair, struct candle *candle);

/* True when b holds the same precision and minimums: what a running session may rely on. */
bool pair_same_terms(const struct pair *a, const struct pair *b);
