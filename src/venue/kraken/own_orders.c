/* SPDX-License-Identifier: MIT */
#include "venue/kraken/own_orders.h"

#include <string.h>

#include "core/base/check.h"
#include "core/base/prng.h"
#include "venue/kraken/words.h"

_Static_assert(KRAKEN_OWN_SLOTS >= 2 * KRAKEN_OWN_MAX, "probing must end soon");

void kraken_own_init(struct kraken_own_orders *orders)
{
    memset(orders, 0, sizeof *orders);
}

static uint32_t home_of(struct venue_id txid)
{
    return (uint32_t)prng_mix(txid.hi, txid.lo) & (KRAKEN_OWN_SLOTS - 1);
}

/* The slot that holds the id, or the empty one where it would go. */
static uint32_t slot_of(const struct kraken_own_orders *orders, struct venue_id txid)
{
    uint32_t slot = home_of(txid);
    while (orders->slots[slot] != 0 &&
           !venue_id_same(orders->list[orders->slots[slot] - 1].order.txid, txid))
        slot = (slot + 1) & (KRAKEN_OWN_SLOTS - 1);
    return slot;
}

struct kraken_own_order *kraken_own_find(struct kraken_own_orders *orders, struct venue_id txid)
{
    uint16_t entry = orders->slots[slot_of(orders, txid)];
    return entry == 0 ? NULL : &orders->list[entry - 1];
}

/* Empties a slot and moves up what probing had pushed beyond it. */
static void vacate(struct kraken_own_orders *orders, uint32_t slot)
{
    const uint32_t mask = KRAKEN_OWN_SLOTS - 1;
    orders->slots[slot] = 0;
    for (uint32_t at = (slot + 1) & mask; orders->slots[at] != 0; at = (at + 1) & mask) {
        uint32_t home = home_of(orders->list[orders->slots[at] - 1].order.txid);
        if (((at - home) & mask) < ((at - slot) & mask))
            continue;
        orders->slots[slot] = orders->slots[at];
        orders->slots[at] = 0;
        slot = at;
    }
}

bool kraken_own_ended(enum news_state state)
{
    return state >= NEWS_FILLED;
}

/* Rather one that has ended; a row of one that was given up is looked up again. */
static uint32_t oldest(const struct kraken_own_orders *orders)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < orders->count; i++) {
        const struct kraken_own_order *a = &orders->list[i], *b = &orders->list[best];
        bool a_ended = kraken_own_ended(a->order.state), b_ended = kraken_own_ended(b->order.state);
        if (a_ended != b_ended ? a_ended : a->touched < b->touched)
            best = i;
    }
    return best;
}

struct kraken_own_order *kraken_own_get(struct kraken_own_orders *orders, struct venue_id txid)
{
    CHECK(venue_id_known(txid));
    struct kraken_own_order *own = kraken_own_find(orders, txid);
    if (own == NULL) {
        uint32_t index = orders->count;
        if (index < KRAKEN_OWN_MAX) {
            orders->count++;
        } else {
            index = oldest(orders);
            vacate(orders, slot_of(orders, orders->list[index].order.txid));
        }
        own = &orders->list[index];
        *own = (struct kraken_own_order){.order = {.txid = txid, .pair = KRAKEN_PAIR_UNSAID}};
        orders->slots[slot_of(orders, txid)] = (uint16_t)(index + 1);
    }
    own->touched = ++orders->touch;
    return own;
}

bool kraken_own_whole(const struct kraken_own_order *own)
{
    return own->order.pair != KRAKEN_PAIR_UNSAID && own->has_state && own->has_side &&
           own->has_kind && own->has_qty;
}

void kraken_own_name(struct news_order *order, struct json_text client, uint32_t tag)
{
    uint32_t theirs;
    uint64_t number;
    if (client.at == NULL || !client_id_parse(client.at, client.len, &theirs, &number))
        return;
    order->other_instance = theirs != tag;
    order->client = theirs == tag ? number : 0;
}

struct amounts {
    int64_t qty, filled, limit, trigger;
};

/* Prices of another kind of order may be finer than the pair's (a percentage, an average). */
static bool read_price(struct json_text text, const struct pair *terms, int64_t *ret)
{
    return text.at == NULL ||
           decimal_parse_rounded(text.at, text.len, terms->price_decimals, ROUND_NEAREST, ret);
}

static bool read_qty(struct json_text text, const struct pair *terms, int64_t *ret)
{
    return text.at == NULL || decimal_parse(text.at, text.len, terms->qty_decimals, ret);
}

static bool read_amounts(const struct kraken_own_row *row, const struct pair *terms,
                         struct amounts *ret)
{
    return read_qty(row->qty, terms, &ret->qty) && read_qty(row->filled, terms, &ret->filled) &&
           read_price(row->limit, terms, &ret->limit) &&
           read_price(row->trigger, terms, &ret->trigger) && ret->qty >= 0 && ret->filled >= 0 &&
           ret->limit >= 0;
}

bool kraken_own_merge(struct kraken_own_order *own, const struct kraken_own_row *row, uint32_t pair,
                      const struct pair *terms, uint32_t tag)
{
    struct news_order *order = &own->order;
    struct amounts amounts = {order->qty_lots, order->filled_lots, order->limit_ticks,
                              order->trigger_ticks};
    if (terms != NULL && !read_amounts(row, terms, &amounts))
        return false;
    if (pair != KRAKEN_PAIR_UNSAID)
        order->pair = pair;
    kraken_own_name(order, row->client, tag);
    if (venue_id_known(row->parent))
        order->parent = row->parent;
    if (row->has_side)
        order->side = row->side;
    if (row->has_kind)
        order->kind = row->kind;
    own->has_side |= row->has_side;
    own->has_kind |= row->has_kind;

    bool ended = own->has_state && kraken_own_ended(order->state);
    bool newer = row->time_ns == 0 || row->time_ns >= order->time_ns;
    if (row->has_state && !ended && (newer || !own->has_state || kraken_own_ended(row->state))) {
        order->state = row->state;
        own->has_state = true;
    }
    if (amounts.filled > order->filled_lots)
        order->filled_lots = amounts.filled;
    if (newer || !own->has_qty) {
        order->qty_lots = amounts.qty;
        order->limit_ticks = amounts.limit;
        order->trigger_ticks = amounts.trigger;
    }
    own->has_qty |= row->qty.at != NULL && (terms != NULL || order->pair == KRAKEN_PAIR_FOREIGN);
    if (newer && row->time_ns > 0)
        order->time_ns = row->time_ns;
    return true;
}

void kraken_own_move(struct kraken_own_orders *orders, uint32_t pair, const struct pair *from,
                     const struct pair *to)
{
    if (from->price_decimals == to->price_decimals && from->qty_decimals == to->qty_decimals)
        return;
    for (uint32_t i = 0; i < orders->count; i++) {
        struct news_order *order = &orders->list[i].order;
        if (order->pair != pair)
            continue;
        order->qty_lots = pair_qty_moved(from, to, order->qty_lots);
        order->filled_lots = pair_qty_moved(from, to, order->filled_lots);
        order->limit_ticks = pair_price_moved(from, to, order->limit_ticks);
        order->trigger_ticks = pair_price_moved(from, to, order->trigger_ticks);
    }
}

/* A fee in money: of the quote as it is, of the base at the fill's price, rounded up; of another
 * asset nothing is known here, and ours are asked in quote. */
static bool add_fee(const struct kraken_fee *fee, const struct pair *terms, int64_t price_ticks,
                    int64_t *ret_money)
{
    int64_t money;
    if (fee->asset.at == NULL || json_is(fee->asset, terms->quote)) {
        if (!decimal_parse_rounded(fee->qty.at, fee->qty.len, MONEY_DECIMALS, ROUND_UP, &money))
            return false;
    } else if (json_is(fee->asset, terms->base)) {
        int64_t lots;
        if (!decimal_parse_rounded(fee->qty.at, fee->qty.len, terms->qty_decimals, ROUND_UP,
                                   &lots) ||
            !pair_plausible(terms, price_ticks, lots < 0 ? -lots : lots))
            return false;
        money = pair_notional(terms, price_ticks, lots, ROUND_UP);
    } else {
        return true;
    }
    return !__builtin_add_overflow(*ret_money, money, ret_money);
}

bool kraken_own_trade(const struct kraken_own_row *row, const struct news_order *order,
                      const struct pair *terms, struct news_trade *ret)
{
    struct news_trade trade = {
        .exec = row->exec,
        .txid = row->txid,
        .client = order->client,
        .pair = order->pair,
        .side = order->side,
        .maker = row->maker,
        .time_ns = row->time_ns,
    };
    if (terms != NULL) {
        if (!read_price(row->price, terms, &trade.price_ticks) ||
            !read_qty(row->trade_qty, terms, &trade.qty_lots) || trade.price_ticks <= 0 ||
            trade.qty_lots <= 0 || !pair_plausible(terms, trade.price_ticks, trade.qty_lots))
            return false;
        for (uint32_t i = 0; i < row->fee_count; i++) {
            if (!add_fee(&row->fees[i], terms, trade.price_ticks, &trade.fee))
                return false;
        }
    }
    *ret = trade;
    return true;
}
