/* SPDX-License-Identifier: MIT */
/*
 * Rows into news. What a sparse row leaves out comes from the orders known (own_orders.h); a row
 * that even so says too little is held back, and its order is looked up over REST.
 */
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/kraken/gateway_state.h"
#include "venue/kraken/words.h"

void kraken_gate_tell(struct kraken_gateway *gateway, const struct news *news)
{
    const struct kraken_clock *market = &gateway->market;
    gateway->events.on_news(gateway->context, market->anchored ? kraken_clock_now(market) : 0,
                            news);
}

void kraken_gate_tell_link(struct kraken_gateway *gateway, bool up)
{
    if (gateway->link_told == up)
        return;
    gateway->link_told = up;
    if (up && gateway->flows_ns == 0) {
        gateway->flows_ns = gateway->flows_floor_ns = kraken_clock_now(&gateway->market);
        gateway->flows_listed_ns = kraken_gate_mono(gateway);
    }
    kraken_gate_tell(gateway, &(struct news){.kind = NEWS_LINK, .up = up});
}

static const struct pair *terms_of(const struct kraken_gateway *gateway, uint32_t pair)
{
    return pair < gateway->config.symbol_count ? &gateway->pairs[pair].terms : NULL;
}

/* The pair by the WebSocket's symbol, or by REST's key, altname or wsname. */
static uint32_t pair_of(const struct kraken_gateway *gateway, struct json_text symbol)
{
    if (symbol.len == 0)
        return KRAKEN_PAIR_UNSAID;
    int32_t found = kraken_markets_find(&gateway->markets, symbol);
    if (found >= 0)
        return (uint32_t)found;
    for (uint32_t i = 0; i < gateway->config.symbol_count; i++) {
        const struct kraken_gate_pair *pair = &gateway->pairs[i];
        if (pair->has_terms && (json_is(symbol, pair->altname) || json_is(symbol, pair->key) ||
                                json_is(symbol, pair->wsname)))
            return i;
    }
    return KRAKEN_PAIR_FOREIGN;
}

void kraken_gate_look_up(struct kraken_gateway *gateway, struct venue_id txid)
{
    for (uint32_t i = 0; i < gateway->lookup_count; i++) {
        if (venue_id_same(gateway->lookups[i], txid))
            return;
    }
    gateway->stats.held_count++;
    if (gateway->lookup_count < KRAKEN_GATE_LOOKUPS)
        gateway->lookups[gateway->lookup_count++] = txid;
}

static void tell_order(struct kraken_gateway *gateway, const struct news_order *order, bool listed)
{
    struct news news = {.kind = NEWS_ORDER, .order = *order};
    news.order.listed = listed;
    kraken_gate_tell(gateway, &news);
}

static void tell_trade(struct kraken_gateway *gateway, const struct news_trade *trade, bool listed)
{
    struct news news = {.kind = NEWS_TRADE, .trade = *trade};
    news.trade.listed = listed;
    kraken_gate_tell(gateway, &news);
}

static void refuse(struct kraken_gateway *gateway, const char *what)
{
    kraken_gate_complain(gateway, NULL, what);
}

void kraken_gate_row(struct kraken_gateway *gateway, const struct kraken_own_row *row,
                     bool snapshot)
{
    struct kraken_own_order *own = kraken_own_get(&gateway->own, row->txid);
    uint32_t said = pair_of(gateway, row->symbol);
    uint32_t pair = said == KRAKEN_PAIR_UNSAID ? own->order.pair : said;
    const struct pair *terms = terms_of(gateway, pair);
    if (!kraken_own_merge(own, row, said, terms, gateway->config.tag)) {
        refuse(gateway, "an order's row has an amount that its pair has not");
        return;
    }
    bool whole = kraken_own_whole(own);
    const struct news_order order = own->order; /* whoever is told may make `own` another's */
    struct news_trade trade = {0};
    bool placed = order.pair != KRAKEN_PAIR_UNSAID && own->has_side;
    if (row->is_trade && placed && !kraken_own_trade(row, &order, terms, &trade)) {
        refuse(gateway, "a trade's row has an amount that its pair has not");
        kraken_gate_look_up(gateway, row->txid);
        return;
    }
    /* Of trades long past a snapshot need not know the orders. */
    if (!whole && !(snapshot && row->is_trade && placed))
        kraken_gate_look_up(gateway, row->txid);
    gateway->balance_stale = true;
    if (row->is_trade && placed)
        tell_trade(gateway, &trade, snapshot);
    if (whole)
        tell_order(gateway, &order, snapshot);
}

void kraken_gate_learn(struct kraken_gateway *gateway, const struct request *request,
                       struct venue_id txid)
{
    if (!venue_id_known(txid))
        return;
    struct kraken_own_order *own = kraken_own_get(&gateway->own, txid);
    own->order.client = request->client;
    if (kraken_own_whole(own))
        return;
    own->order.pair = request->pair;
    own->order.side = request->side;
    own->order.kind = request->order;
    own->order.qty_lots = request->qty_lots;
    own->order.limit_ticks = request->limit_ticks;
    own->order.trigger_ticks = request->trigger_ticks;
    own->has_side = own->has_kind = own->has_qty = true;
}

void kraken_gate_listed_order(void *context, const struct kraken_own_row *row)
{
    struct kraken_gateway *gateway = context;
    uint32_t pair = pair_of(gateway, row->symbol);
    const struct pair *terms = terms_of(gateway, pair);
    struct kraken_own_order listed = {.order = {.txid = row->txid}};
    if (!kraken_own_merge(&listed, row, pair, terms, gateway->config.tag)) {
        refuse(gateway, "a listed order has an amount that its pair has not");
        gateway->job.whole = false;
        return;
    }
    struct kraken_own_order *own = kraken_own_get(&gateway->own, row->txid);
    kraken_own_merge(own, row, pair, terms, gateway->config.tag);
    if (listed.order.client == 0)
        listed.order.client = own->order.client; /* the venue's answer named it */
    tell_order(gateway, &listed.order, true);
}

void kraken_gate_listed_trade(void *context, const struct kraken_own_row *row)
{
    struct kraken_gateway *gateway = context;
    struct kraken_own_order *own = kraken_own_find(&gateway->own, row->txid);
    const struct news_order order = {
        .txid = row->txid,
        .client = own == NULL ? 0 : own->order.client,
        .pair = pair_of(gateway, row->symbol),
        .side = row->side,
    };
    struct news_trade trade;
    if (!kraken_own_trade(row, &order, terms_of(gateway, order.pair), &trade)) {
        refuse(gateway, "a listed trade has an amount that its pair has not");
        gateway->job.whole = false;
        return;
    }
    tell_trade(gateway, &trade, true);
}

static bool flow_told(struct kraken_gateway *gateway, struct venue_id ledger)
{
    uint32_t kept =
        gateway->flow_count < KRAKEN_GATE_FLOWS ? gateway->flow_count : KRAKEN_GATE_FLOWS;
    for (uint32_t i = 0; i < kept; i++) {
        if (venue_id_same(gateway->flows[i], ledger))
            return true;
    }
    gateway->flows[gateway->flow_count++ % KRAKEN_GATE_FLOWS] = ledger;
    return false;
}

/* Money in the account's currency that no trade moved, its own fee taken off. */
static void tell_flow(struct kraken_gateway *gateway, const struct kraken_own_balance *row)
{
    char asset[GATEWAY_ASSET_MAX];
    int64_t amount, fee = 0;
    if (gateway->flows_ns == 0 || !row->spot || !venue_id_known(row->ledger) ||
        row->type.len == 0 || WORD_IS(row->type, "trade") || row->amount.at == NULL ||
        !kraken_asset_name(row->asset, asset) || strcmp(asset, gateway->currency) != 0)
        return;
    if (!decimal_parse_rounded(row->amount.at, row->amount.len, MONEY_DECIMALS, ROUND_DOWN,
                               &amount) ||
        (row->fee.at != NULL &&
         !decimal_parse_rounded(row->fee.at, row->fee.len, MONEY_DECIMALS, ROUND_UP, &fee)) ||
        __builtin_sub_overflow(amount, fee, &amount)) {
        refuse(gateway, "a ledger entry's amount is none of money");
        return;
    }
    if (flow_told(gateway, row->ledger) || amount == 0)
        return;
    kraken_gate_tell(gateway,
                     &(struct news){.kind = NEWS_FLOW, .txid = row->ledger, .money = amount});
}

/* Somewhat before it was last read: our clock may be ahead of the ledger's, and an entry told
 * already is known by its id. */
int64_t kraken_gate_flows_since(const struct kraken_gateway *gateway)
{
    const int64_t since_ns = gateway->flows_ns - NS_PER_MIN;
    return since_ns > gateway->flows_floor_ns ? since_ns : gateway->flows_floor_ns;
}

void kraken_gate_listed_flow(void *context, const struct kraken_own_balance *row)
{
    struct kraken_gateway *gateway = context;
    if (row->time_ns == 0 || row->time_ns > kraken_gate_flows_since(gateway))
        tell_flow(gateway, row);
}

static struct gateway_balance *balance_of(struct kraken_gateway *gateway,
                                          const char asset[GATEWAY_ASSET_MAX])
{
    for (uint32_t i = 0; i < gateway->balance_count; i++) {
        if (strcmp(gateway->balances[i].asset, asset) == 0)
            return &gateway->balances[i];
    }
    if (gateway->balance_count == GATEWAY_BALANCE_MAX)
        return NULL;
    struct gateway_balance *made = &gateway->balances[gateway->balance_count++];
    *made = (struct gateway_balance){0};
    memcpy(made->asset, asset, sizeof made->asset);
    return made;
}

void kraken_gate_balance(struct kraken_gateway *gateway, const struct kraken_own_balance *row,
                         bool snapshot)
{
    char asset[GATEWAY_ASSET_MAX];
    int64_t total;
    if (!row->spot || !kraken_asset_name(row->asset, asset))
        return;
    if (!decimal_parse_rounded(row->balance.at, row->balance.len, MONEY_DECIMALS, ROUND_DOWN,
                               &total)) {
        refuse(gateway, "a balance is none of money");
        return;
    }
    struct gateway_balance *balance = balance_of(gateway, asset);
    if (balance != NULL) {
        /* What orders hold only BalanceEx tells, many seconds apart: of it some is sold by now. */
        balance->total = total;
        balance->held = balance->held < total ? balance->held : total;
    }
    gateway->balance_stale = true;
    if (!snapshot)
        tell_flow(gateway, row);
}

void kraken_gate_tell_balances(struct kraken_gateway *gateway)
{
    gateway->events.on_balances(gateway->context, gateway->balances, gateway->balance_count);
}
