/* SPDX-License-Identifier: MIT */
#include "venue/local/liquidity.h"

#include <math.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/crc32.h"
#include "core/base/decimal.h"

/* Levels that are kept up; the capacity leaves room for inserts. */
#define LEVELS_USUAL 112

/* A bid must be below, an ask above: how far `price` is on the better side of `than`. */
static bool better(enum side side, int64_t price, int64_t than)
{
    return side == SIDE_BUY ? price > than : price < than;
}

static int64_t away(enum side side, int64_t price, int64_t distance)
{
    return side == SIDE_BUY ? price - distance : price + distance;
}

static uint32_t find(const struct liquidity_side *levels, enum side side, int64_t price)
{
    uint32_t low = 0, high = levels->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (better(side, levels->levels[middle].price_ticks, price))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void remove_at(struct liquidity_side *levels, uint32_t at)
{
    levels->count--;
    memmove(&levels->levels[at], &levels->levels[at + 1],
            (levels->count - at) * sizeof levels->levels[0]);
}

/* Sets a level's quantity, inserting it when new; the worst falls off a full side. */
static void set(struct liquidity_side *levels, enum side side, int64_t price, int64_t qty)
{
    uint32_t at = find(levels, side, price);
    if (at < levels->count && levels->levels[at].price_ticks == price) {
        levels->levels[at].qty_lots = qty;
        return;
    }
    if (at == LIQUIDITY_LEVELS_MAX)
        return;
    if (levels->count == LIQUIDITY_LEVELS_MAX)
        levels->count--;
    memmove(&levels->levels[at + 1], &levels->levels[at],
            (levels->count - at) * sizeof levels->levels[0]);
    levels->levels[at] = (struct level){price, qty};
    levels->count++;
}

/* Many small orders, a few large ones; now and then a round lot. */
static int64_t random_qty(struct liquidity *liquidity)
{
    double u = prng_real(&liquidity->prng);
    double qty = (double)liquidity->qty_usual_lots * (0.02 + 3 * u * u * u);
    int64_t lots = (int64_t)qty + 1;
    if (lots > 100000 && prng_below(&liquidity->prng, 5) == 0)
        lots -= lots % 100000;
    return lots;
}

static int64_t random_gap(struct liquidity *liquidity)
{
    uint64_t bound = (uint64_t)(2 * liquidity->gap_steps);
    return (1 + (int64_t)prng_below(&liquidity->prng, bound)) * liquidity->tick_step;
}

/* The touch moves with every trade, and behind it come the orders of others: what would be left
 * between it and the levels of an older price is filled, and the worst fall off. */
static void close_holes(struct liquidity *liquidity, enum side side)
{
    struct liquidity_side *levels = &liquidity->sides[side];
    int64_t widest = 4 * liquidity->gap_steps * liquidity->tick_step;
    for (uint32_t i = 0; i + 1 < levels->count; i++) {
        int64_t price = levels->levels[i].price_ticks;
        int64_t next = levels->levels[i + 1].price_ticks;
        if (better(side, away(side, price, widest), next))
            set(levels, side, away(side, price, random_gap(liquidity)), random_qty(liquidity));
    }
}

static void fill(struct liquidity *liquidity, enum side side)
{
    struct liquidity_side *levels = &liquidity->sides[side];
    close_holes(liquidity, side);
    while (levels->count > 0 && levels->count < LEVELS_USUAL) {
        int64_t last = levels->levels[levels->count - 1].price_ticks;
        int64_t price = away(side, last, random_gap(liquidity));
        if (price <= 0)
            return;
        levels->levels[levels->count++] = (struct level){price, random_qty(liquidity)};
    }
}

/* A price near `other`'s touch on this side; nothing when there is no room above zero. */
static void set_touch(struct liquidity *liquidity, enum side side, int64_t other)
{
    int64_t steps = 1 + (int64_t)prng_below(&liquidity->prng, (uint64_t)liquidity->spread_steps);
    int64_t price = away(side, other, steps * liquidity->tick_step);
    if (price > 0)
        set(&liquidity->sides[side], side, price, random_qty(liquidity));
}

void liquidity_init(struct liquidity *liquidity, const struct pair *terms, int64_t price_ticks,
                    int64_t day_qty_lots, uint64_t seed)
{
    CHECK(price_ticks > 0);
    *liquidity = (struct liquidity){.tick_step = terms->tick_step};
    prng_init(&liquidity->prng, seed);
    double price = (double)price_ticks / (double)terms->tick_step;
    double millions = decimal_to_double(price_ticks, terms->price_decimals) *
                      decimal_to_double(day_qty_lots, terms->qty_decimals) / 1e6;
    double bps = fmin(6 / pow(fmax(millions, 0.01), 0.9), 8);
    liquidity->spread_steps = (int64_t)(price * bps / 1e4) + 1;
    liquidity->gap_steps = (int64_t)(price * fmax(bps / 3, 0.3) / 1e4) + 1;
    liquidity->qty_usual_lots = day_qty_lots / 15000 + 1;
    set(&liquidity->sides[SIDE_SELL], SIDE_SELL, price_ticks, random_qty(liquidity));
    set_touch(liquidity, SIDE_BUY, price_ticks);
    fill(liquidity, SIDE_BUY);
    fill(liquidity, SIDE_SELL);
}

void liquidity_shape(struct liquidity *liquidity, const struct trade *trade)
{
    enum side resting = trade->taker == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    struct liquidity_side *hit = &liquidity->sides[resting];
    struct liquidity_side *own = &liquidity->sides[trade->taker];
    int64_t price = trade->price_ticks;
    while (hit->count > 0 && better(resting, hit->levels[0].price_ticks, price))
        remove_at(hit, 0);
    while (own->count > 0 && !better(trade->taker, price, own->levels[0].price_ticks))
        remove_at(own, 0);
    bool there = hit->count > 0 && hit->levels[0].price_ticks == price;
    if (!there || hit->levels[0].qty_lots < trade->qty_lots) {
        bool rest = prng_below(&liquidity->prng, 4) != 0;
        set(hit, resting, price, trade->qty_lots + (rest ? random_qty(liquidity) : 0));
    }
    int64_t wide = 3 * liquidity->spread_steps * liquidity->tick_step;
    if (own->count == 0 ||
        better(trade->taker, away(trade->taker, price, wide), own->levels[0].price_ticks))
        set_touch(liquidity, trade->taker, price);
    fill(liquidity, SIDE_BUY);
    fill(liquidity, SIDE_SELL);
}

void liquidity_take(struct liquidity *liquidity, const struct trade *trade)
{
    enum side resting = trade->taker == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    struct liquidity_side *hit = &liquidity->sides[resting];
    CHECK(hit->count > 0 && hit->levels[0].price_ticks == trade->price_ticks);
    CHECK(hit->levels[0].qty_lots >= trade->qty_lots);
    hit->levels[0].qty_lots -= trade->qty_lots;
    if (hit->levels[0].qty_lots == 0)
        remove_at(hit, 0);
    if (hit->count == 0)
        set(hit, resting, away(resting, trade->price_ticks, liquidity->tick_step),
            random_qty(liquidity));
    fill(liquidity, resting);
}

static int64_t spread_of(const struct liquidity *liquidity)
{
    const struct liquidity_side *bids = &liquidity->sides[SIDE_BUY];
    const struct liquidity_side *asks = &liquidity->sides[SIDE_SELL];
    if (bids->count == 0 || asks->count == 0)
        return 0;
    return (asks->levels[0].price_ticks - bids->levels[0].price_ticks) / liquidity->tick_step;
}

static void stir_once(struct liquidity *liquidity)
{
    struct prng *prng = &liquidity->prng;
    enum side side = prng_below(prng, 2) ? SIDE_BUY : SIDE_SELL;
    struct liquidity_side *levels = &liquidity->sides[side];
    if (levels->count < 2)
        return;
    uint64_t what = prng_below(prng, 100);
    uint32_t near = levels->count < 14 ? levels->count : 14;
    uint32_t at = (uint32_t)prng_below(prng, near);
    int64_t spread = spread_of(liquidity);
    if (what < 60) {
        levels->levels[at].qty_lots = random_qty(liquidity);
    } else if (what < 75) {
        int64_t price = away(side, levels->levels[at].price_ticks, random_gap(liquidity));
        if (price > 0)
            set(levels, side, price, random_qty(liquidity));
    } else if (what < 88) {
        if (at > 0)
            remove_at(levels, at);
    } else if (what < 94) {
        if (spread > 1 + liquidity->spread_steps / 2)
            set(levels, side, away(side, levels->levels[0].price_ticks, -liquidity->tick_step),
                random_qty(liquidity));
    } else if (spread < 2 * liquidity->spread_steps) {
        remove_at(levels, 0);
    }
}

void liquidity_stir(struct liquidity *liquidity)
{
    uint32_t count = 1 + (uint32_t)prng_below(&liquidity->prng, 3);
    for (uint32_t i = 0; i < count; i++)
        stir_once(liquidity);
    fill(liquidity, SIDE_BUY);
    fill(liquidity, SIDE_SELL);
}

static bool holds(const struct liquidity_side *levels, enum side side, int64_t price)
{
    uint32_t at = find(levels, side, price);
    return at < levels->count && levels->levels[at].price_ticks == price;
}

static uint32_t update_side(struct liquidity_side *held, const struct liquidity_side *now,
                            enum side side, uint32_t depth, struct level_change *out)
{
    uint32_t count = 0, shown = now->count < depth ? now->count : depth;
    for (uint32_t i = 0; i < held->count; i++)
        if (!holds(now, side, held->levels[i].price_ticks))
            out[count++] = (struct level_change){side, {held->levels[i].price_ticks, 0}};
    for (uint32_t i = 0; i < shown; i++) {
        const struct level *level = &now->levels[i];
        uint32_t at = find(held, side, level->price_ticks);
        bool same = at < held->count && held->levels[at].price_ticks == level->price_ticks &&
                    held->levels[at].qty_lots == level->qty_lots;
        if (!same)
            out[count++] = (struct level_change){side, *level};
    }
    held->count = shown;
    memcpy(held->levels, now->levels, shown * sizeof now->levels[0]);
    return count;
}

uint32_t view_update(struct view *view, const struct liquidity_side sides[2],
                     struct level_change *out)
{
    uint32_t count = 0;
    for (int side = SIDE_BUY; side <= SIDE_SELL; side++)
        count += update_side(&view->sides[side], &sides[side], (enum side)side, view->depth,
                             out + count);
    return count;
}

/* Without its dot and leading zeros a decimal is its count of ticks or lots. */
static uint32_t sum_side(uint32_t crc, const struct liquidity_side *levels)
{
    for (uint32_t i = 0; i < levels->count && i < 10; i++) {
        char text[2 * DECIMAL_TEXT_MAX];
        size_t len = decimal_digits(text, (uint64_t)levels->levels[i].price_ticks);
        len += decimal_digits(text + len, (uint64_t)levels->levels[i].qty_lots);
        crc = crc32_update(crc, text, len);
    }
    return crc;
}

uint32_t view_checksum(const struct view *view)
{
    return sum_side(sum_side(0, &view->sides[SIDE_SELL]), &view->sides[SIDE_BUY]);
}
