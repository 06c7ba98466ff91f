/* SPDX-License-Identifier: MIT */
/*
 * The exchange as bytes. One walk serves both directions, so what is written is what is read; a
 * figure is a varint. Nodes are written in the order of their lists, and the lists are built anew:
 * open orders of each account oldest first, closed ones earliest closed first. Assets and pairs
 * are known by name, so their numbers may differ when it is read. A CRC-32 of all before it ends
 * the bytes: what passes it is what was written, and is believed.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/crc32.h"
#include "store/varint.h"
#include "venue/local/trading/internal.h"

#define MAGIC UINT64_C(0x74726164) /* "trad" */
#define VERSION 1
#define CRC_SIZE 4u

struct walk {
    bool saving;
    struct varint_out out;
    struct varint_in in;
    struct trading *trading;
    uint32_t asset_count, pair_count;                     /* of the file */
    uint32_t assets[PAIR_META_MAX], pairs[PAIR_META_MAX]; /* the file's numbers in ours */
};

static void walk_i64(struct walk *walk, int64_t *value)
{
    if (walk->saving)
        varint_put_signed(&walk->out, *value);
    else
        *value = varint_get_signed(&walk->in);
}

static void walk_u64(struct walk *walk, uint64_t *value)
{
    if (walk->saving)
        varint_put(&walk->out, *value);
    else
        *value = varint_get(&walk->in);
}

/* A number below `bound`; what is not ends the reading. */
static void walk_below(struct walk *walk, uint32_t *value, uint32_t bound)
{
    uint64_t wide_value = *value;
    walk_u64(walk, &wide_value);
    if (wide_value >= bound)
        walk->in.bad = true;
    *value = wide_value < bound ? (uint32_t)wide_value : 0;
}

#define WALK_ENUM(walk, field, bound)                                                              \
    do {                                                                                           \
        uint32_t value_ = (uint32_t)(field);                                                       \
        walk_below(walk, &value_, bound);                                                          \
        (field) = value_;                                                                          \
    } while (0)

static void walk_bool(struct walk *walk, bool *value)
{
    uint32_t number = *value;
    walk_below(walk, &number, 2);
    *value = number;
}

static void walk_text(struct walk *walk, char *text, size_t size)
{
    uint32_t len = walk->saving ? (uint32_t)strlen(text) : 0;
    walk_below(walk, &len, (uint32_t)size);
    if (walk->saving) {
        varint_put_bytes(&walk->out, text, len);
        return;
    }
    memset(text, 0, size);
    const void *bytes = varint_get_bytes(&walk->in, len);
    if (bytes != NULL)
        memcpy(text, bytes, len);
}

/* The number of an asset or a pair, by the file's tables. */
static void walk_index(struct walk *walk, uint32_t *index, const uint32_t *map, uint32_t count)
{
    walk_below(walk, index, count);
    if (!walk->saving)
        *index = map[*index];
}

static void walk_asset(struct walk *walk, uint32_t *asset)
{
    walk_index(walk, asset, walk->assets, walk->asset_count);
}

static void walk_pair(struct walk *walk, uint32_t *pair)
{
    walk_index(walk, pair, walk->pairs, walk->pair_count);
}

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

static uint64_t min_count(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
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

static void walk_all(struct walk *walk)
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

/* What the figures are counted in, which must not have changed. */
static const char *walk_tables(struct walk *walk)
{
    struct trading *trading = walk->trading;
    for (uint32_t i = 0; i < walk->asset_count && !walk->in.bad; i++) {
        struct trading_asset asset = {0};
        if (walk->saving)
            asset = trading->assets[i];
        walk_text(walk, asset.name, sizeof asset.name);
        walk_below(walk, &asset.decimals, DECIMAL_PLACES_MAX + 1);
        const uint32_t ours = trading_asset_find(trading, asset.name);
        if (ours == TRADING_NONE || trading->assets[ours].decimals != asset.decimals)
            return "an asset is missing, or counted otherwise now";
        walk->assets[i] = ours;
    }
    for (uint32_t i = 0; i < walk->pair_count && !walk->in.bad; i++) {
        struct pair terms = {0};
        if (walk->saving)
            terms = trading->desks[i].pair.terms;
        walk_text(walk, terms.symbol, sizeof terms.symbol);
        walk_below(walk, &terms.price_decimals, PAIR_PLACES_MAX + 1);
        walk_below(walk, &terms.qty_decimals, PAIR_PLACES_MAX + 1);
        uint32_t ours = 0;
        while (ours < trading->config.pair_count &&
               strcmp(trading->desks[ours].pair.terms.symbol, terms.symbol) != 0)
            ours++;
        if (ours == trading->config.pair_count ||
            trading->desks[ours].pair.terms.price_decimals != terms.price_decimals ||
            trading->desks[ours].pair.terms.qty_decimals != terms.qty_decimals)
            return "a pair is missing, or counted otherwise now";
        walk->pairs[i] = ours;
    }
    return NULL;
}

static const char *walk_header(struct walk *walk)
{
    const struct trading_config *config = &walk->trading->config;
    uint64_t magic = MAGIC, version = VERSION, orders = config->order_max,
             trades = config->trade_max;
    uint64_t seed = config->seed;
    walk_u64(walk, &magic);
    walk_u64(walk, &version);
    if (magic != MAGIC || version != VERSION)
        return "it is no saved exchange of this version";
    walk_u64(walk, &orders);
    walk_u64(walk, &trades);
    if (orders != config->order_max || trades != config->trade_max)
        return "it was saved with other capacities";
    walk_u64(walk, &seed);
    walk->trading->config.seed = seed; /* so that ids stay what they were */
    walk_below(walk, &walk->asset_count, PAIR_META_MAX);
    walk_below(walk, &walk->pair_count, PAIR_META_MAX);
    return walk_tables(walk);
}

size_t trading_save(struct trading *trading, uint8_t *bytes, size_t size)
{
    struct walk walk = {
        .saving = true,
        .out = {.bytes = bytes, .size = size > CRC_SIZE ? size - CRC_SIZE : 0},
        .trading = trading,
        .asset_count = trading->config.asset_count,
        .pair_count = trading->config.pair_count,
    };
    walk_header(&walk);
    walk_all(&walk);
    if (walk.out.full)
        return 0;
    const uint32_t crc = crc32_update(0, bytes, walk.out.len);
    for (uint32_t i = 0; i < CRC_SIZE; i++)
        bytes[walk.out.len++] = (uint8_t)(crc >> 8 * i);
    return walk.out.len;
}

size_t trading_save_max(const struct trading *trading)
{
    const struct trading_config *config = &trading->config;
    const size_t accounts = trading->account_count;
    return 4096 + (size_t)config->asset_count * 64 +
           config->pair_count * (64 + 2 * sizeof(struct desk)) +
           accounts *
               (1024 + ((size_t)config->asset_count + config->pair_count * 2) * 2 * VARINT_MAX) +
           min_count(trading->order_last, config->order_max) * (sizeof(struct node) * 2) +
           min_count(trading->amend_last, config->order_max) *
               (sizeof(struct trading_amendment) * 2) +
           min_count(trading->trade_last, config->trade_max) * (sizeof(struct trading_trade) * 2) +
           min_count(trading->ledger_last, 2 * (uint64_t)config->trade_max) *
               (sizeof(struct trading_ledger) * 2);
}

static bool whole(const uint8_t *bytes, size_t size)
{
    if (size < CRC_SIZE)
        return false;
    uint32_t crc = 0;
    for (uint32_t i = 0; i < CRC_SIZE; i++)
        crc |= (uint32_t)bytes[size - CRC_SIZE + i] << 8 * i;
    return crc == crc32_update(0, bytes, size - CRC_SIZE);
}

bool trading_load(struct trading *trading, const uint8_t *bytes, size_t size, char *error,
                  size_t error_size)
{
    CHECK(trading->account_count == 0 && trading->order_last == 0);
    const char *fault = "it is cut short or damaged";
    if (whole(bytes, size)) {
        struct walk walk = {
            .in = {.at = bytes, .end = bytes + size - CRC_SIZE},
            .trading = trading,
        };
        fault = walk_header(&walk);
        if (fault == NULL) {
            walk_all(&walk);
            fault = walk.in.bad || walk.in.at != walk.in.end ? "it does not fit together" : NULL;
        }
        trading->due_ns = trading->now_ns;
    }
    if (fault != NULL)
        snprintf(error, error_size, "saved exchange: %s", fault);
    return fault == NULL;
}
