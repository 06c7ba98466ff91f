/* SPDX-License-Identifier: MIT */
/* The rows of an exchange as bytes: see persist.c. */
#include "venue/local/trading/persist.h"

static void walk_price(struct walk *walk, struct trading_price *price)
{
    WALK_ENUM(walk, price->kind, TRADING_PRICE_AUTO_PPM + 1);
    walk_i64(walk, &price->value);
}

static void walk_order_kind(struct walk *walk, struct trading_order *order)
{
    WALK_ENUM(walk, order->side, 2);
    WALK_ENUM(walk, order->type, TRADING_TYPE_COUNT);
    WALK_ENUM(walk, order->status, TRADING_EXPIRED + 1);
    WALK_ENUM(walk, order->reason, TRADING_REASON_COUNT);
    WALK_ENUM(walk, order->tif, TRADING_FOK + 1);
    WALK_ENUM(walk, order->stp, TRADING_CANCEL_BOTH + 1);
    WALK_ENUM(walk, order->fee_in, TRADING_FEE_BASE + 1);
    WALK_ENUM(walk, order->reference, TRADING_INDEX + 1);
    walk_bool(walk, &order->post_only);
    walk_bool(walk, &order->triggered);
    walk_bool(walk, &order->amended);
    walk_price(walk, &order->limit_asked);
    walk_price(walk, &order->trigger_asked);
    walk_bool(walk, &order->close.wanted);
    WALK_ENUM(walk, order->close.type, TRADING_TYPE_COUNT);
    walk_price(walk, &order->close.limit);
    walk_price(walk, &order->close.trigger);
    walk_text(walk, order->cl_ord_id, sizeof order->cl_ord_id);
}

static void walk_order_figures(struct walk *walk, struct trading_order *order)
{
    int64_t *const figures[] = {
        &order->qty_lots,
        &order->cash,
        &order->display_lots,
        &order->display_left_lots,
        &order->limit_ticks,
        &order->trigger_ticks,
        &order->peak_ticks,
        &order->filled_lots,
        &order->cost,
        &order->fee,
        &order->fee_usd,
        &order->hold,
        &order->open_ns,
        &order->start_ns,
        &order->expire_ns,
        &order->change_ns,
        &order->trigger_ns,
        &order->close_ns,
        &order->trigger_last_ticks,
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        walk_i64(walk, figures[i]);
    int64_t userref = order->userref;
    walk_i64(walk, &userref);
    order->userref = (int32_t)userref;
    walk_u64(walk, &order->parent);
    walk_u64(walk, &order->trade_last);
    walk_u64(walk, &order->amend_last);
    walk_below(walk, &order->trade_count, UINT32_MAX);
}

static void walk_node(struct walk *walk, struct node *node)
{
    walk_pair(walk, &node->order.pair);
    walk_asset(walk, &node->order.hold_asset);
    walk_order_kind(walk, &node->order);
    walk_order_figures(walk, &node->order);
    uint64_t low = (uint64_t)node->product;
    int64_t high = (int64_t)(node->product >> 64);
    walk_u64(walk, &low);
    walk_i64(walk, &high);
    node->product = (wide)high * ((wide)1 << 64) + low;
    walk_u64(walk, &node->sequence);
    walk_i64(walk, &node->queue_lots);
    WALK_ENUM(walk, node->place, PLACE_WAITING + 1);
}

/* The orders of one list. `at` the first to write. */
static void walk_orders(struct walk *walk, uint32_t account, bool open, uint32_t at)
{
    struct trading *trading = walk->trading;
    uint32_t count = 0;
    for (uint32_t i = at; walk->saving && i != NIL; count++)
        i = open ? trading->nodes[i].account_next : trading->nodes[i].account_before;
    walk_below(walk, &count, trading->config.order_max + 1);
    for (; count > 0 && !walk->in.bad; count--) {
        uint64_t id = walk->saving ? trading->nodes[at].order.id : 0;
        walk_u64(walk, &id);
        struct node *node = &trading->nodes[id % trading->config.order_max];
        if (walk->saving) {
            struct node copy = *node;
            walk_node(walk, &copy);
            at = open ? node->account_next : node->account_before;
            continue;
        }
        if (id == 0 || node->order.id != 0) {
            walk->in.bad = true;
            break;
        }
        *node = (struct node){.order.id = id, .order.account = account};
        walk_node(walk, node);
        const enum place place = node->place;
        node->place = PLACE_NONE;
        node->account_before = node->account_next = node->pair_before = node->pair_next = NIL;
        if (open != trading_order_open(&node->order) || open != (place != PLACE_NONE)) {
            walk->in.bad = true;
            break;
        }
        if (!open) {
            node_list_closed(trading, node);
            continue;
        }
        node_list_open(trading, node);
        node_place(trading, node, place);
        *hold_of(trading, account, node->order.hold_asset) += node->order.hold;
    }
}

static void walk_account(struct walk *walk, uint32_t index)
{
    struct trading *trading = walk->trading;
    struct account *account = &trading->accounts[index];
    walk_i64(walk, &account->timer_ns);
    walk_i64(walk, &account->volume_day);
    for (uint32_t i = 0; i < VOLUME_DAYS; i++)
        walk_i64(walk, &account->volume[i]);
    walk_u64(walk, &account->trade_last);
    walk_u64(walk, &account->ledger_last);
    for (uint32_t i = 0; i < walk->asset_count; i++) {
        uint32_t asset = i;
        walk_asset(walk, &asset);
        walk_i64(walk, balance_of(trading, index, asset));
    }
    for (uint32_t i = 0; i < walk->pair_count; i++) {
        uint32_t pair = i;
        walk_pair(walk, &pair);
        struct rate_counter *counter =
            &trading->counters[(size_t)index * trading->config.pair_count + pair];
        walk_i64(walk, &counter->value);
        walk_i64(walk, &counter->time_ns);
    }
    walk_orders(walk, index, false, account->closed_last);
    walk_orders(walk, index, true, account->open_first);
}

static void walk_accounts(struct walk *walk)
{
    struct trading *trading = walk->trading;
    uint32_t count = trading->account_count;
    walk_below(walk, &count, trading->config.account_max + 1);
    for (uint32_t i = 0; i < count && !walk->in.bad; i++) {
        char identity[TRADING_IDENTITY_MAX] = "";
        enum rate_tier tier = RATE_STARTER;
        if (walk->saving) {
            memcpy(identity, trading->accounts[i].identity, sizeof identity);
            tier = trading->accounts[i].tier;
        }
        walk_text(walk, identity, sizeof identity);
        WALK_ENUM(walk, tier, RATE_TIER_COUNT);
        if (!walk->saving)
            trading_account(trading, identity, tier);
        walk_account(walk, i);
    }
}

static void walk_trade(struct walk *walk, struct trading_trade *trade)
{
    struct trading *trading = walk->trading;
    int64_t *const figures[] = {&trade->time_ns, &trade->price_ticks, &trade->qty_lots,
                                &trade->cost,    &trade->fee,         &trade->fee_usd};
    uint64_t *const ids[] = {&trade->order, &trade->public_id, &trade->ledger_first,
                             &trade->order_before, &trade->before};
    walk_below(walk, &trade->account, trading->account_count);
    walk_pair(walk, &trade->pair);
    WALK_ENUM(walk, trade->side, 2);
    WALK_ENUM(walk, trade->type, TRADING_TYPE_COUNT);
    WALK_ENUM(walk, trade->fee_in, TRADING_FEE_BASE + 1);
    walk_bool(walk, &trade->maker);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        walk_i64(walk, figures[i]);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        walk_u64(walk, ids[i]);
}

static void walk_ledger(struct walk *walk, struct trading_ledger *row)
{
    int64_t *const figures[] = {&row->time_ns, &row->amount, &row->fee, &row->balance};
    walk_below(walk, &row->account, walk->trading->account_count);
    walk_asset(walk, &row->asset);
    WALK_ENUM(walk, row->kind, TRADING_LEDGER_WITHDRAWAL + 1);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        walk_i64(walk, figures[i]);
    walk_u64(walk, &row->ref);
    walk_u64(walk, &row->before);
}

static void walk_amendment(struct walk *walk, struct trading_amendment *row)
{
    int64_t *const figures[] = {&row->time_ns,      &row->qty_lots,    &row->left_lots,
                                &row->display_lots, &row->limit_ticks, &row->trigger_ticks};
    WALK_ENUM(walk, row->kind, TRADING_AMEND_RESTATED + 1);
    WALK_ENUM(walk, row->reason, TRADING_REASON_COUNT);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        walk_i64(walk, figures[i]);
    walk_u64(walk, &row->order);
    walk_u64(walk, &row->before);
}

static void walk_desk(struct walk *walk, struct desk *desk)
{
    walk_i64(walk, &desk->last_ticks);
    walk_u64(walk, &desk->public_id);
    walk_below(walk, &desk->taken_count, TAKEN_MAX + 1);
    for (uint32_t i = 0; i < desk->taken_count && !walk->in.bad; i++) {
        struct taken *taken = &desk->taken[i];
        WALK_ENUM(walk, taken->side, 2);
        walk_i64(walk, &taken->price_ticks);
        walk_i64(walk, &taken->qty_lots);
        walk_i64(walk, &taken->shown_lots);
        walk_i64(walk, &taken->until_ns);
    }
}

/* The newest of a series, as many as are remembered: their ids are the last ones. */
#define WALK_RING(walk, last, ring, max, walk_row)                                                 \
    do {                                                                                           \
        const uint64_t kept_ = min_count((last), (max));                                           \
        for (uint64_t id_ = (last)-kept_ + 1; id_ <= (last) && !(walk)->in.bad; id_++) {           \
            (ring)[id_ % (max)].id = id_;                                                          \
            walk_row(walk, &(ring)[id_ % (max)]);                                                  \
        }                                                                                          \
    } while (0)

void persist_rows(struct walk *walk)
{
    struct trading *trading = walk->trading;
    walk_i64(walk, &trading->now_ns);
    WALK_ENUM(walk, trading->system, TRADING_MAINTENANCE + 1);
    walk_u64(walk, &trading->sequence);
    walk_accounts(walk);
    walk_u64(walk, &trading->order_last);
    walk_u64(walk, &trading->trade_last);
    walk_u64(walk, &trading->ledger_last);
    walk_u64(walk, &trading->amend_last);
    const uint64_t orders = trading->config.order_max, trades = trading->config.trade_max;
    WALK_RING(walk, trading->trade_last, trading->trades, trades, walk_trade);
    WALK_RING(walk, trading->ledger_last, trading->ledgers, 2 * trades, walk_ledger);
    WALK_RING(walk, trading->amend_last, trading->amendments, orders, walk_amendment);
    for (uint32_t i = 0; i < walk->pair_count; i++) {
        uint32_t pair = i;
        walk_pair(walk, &pair);
        walk_desk(walk, &trading->desks[pair]);
    }
}
