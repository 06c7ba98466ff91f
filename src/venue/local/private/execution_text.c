/* SPDX-License-Identifier: MIT */
/*
 * Rows of the executions channel. The real venue sends what changed and the client merges by
 * order_id (sparse); ordinary clients are easier served by whole rows.
 */
#include <string.h>

#include "venue/local/private/inside.h"

#define AVERAGE_PLACES 4 /* of an average price, beyond the pair's */

static const char *const exec_types[] = {"pending_new",    "new",      "trade",   "filled",
                                         "iceberg_refill", "canceled", "expired", "amended",
                                         "restated",       "status"};
static const char *const statuses[] = {"pending_new", "new",      "partially_filled",
                                       "filled",      "canceled", "expired"};
static const char *const tifs[] = {"GTC", "IOC", "GTD", "FOK"};

/* An order with the pair it is counted in, and where its row goes. */
struct row {
    struct json_writer *writer;
    const struct private *private;
    const struct trading_order *order;
    const struct pair *terms;
    uint32_t quote;
};

static void put_price(const struct row *row, const char *key, int64_t ticks)
{
    json_put_decimal(row->writer, key, ticks, row->terms->price_decimals);
}

static void put_qty(const struct row *row, const char *key, int64_t lots)
{
    json_put_decimal(row->writer, key, lots, row->terms->qty_decimals);
}

static const char *price_type(const struct trading_price *price)
{
    if (price->kind == TRADING_PRICE_PPM || price->kind == TRADING_PRICE_AUTO_PPM)
        return "pct";
    return price->kind == TRADING_PRICE_OFFSET || price->kind == TRADING_PRICE_AUTO ? "quote"
                                                                                    : "static";
}

/* A price as it was asked for: percent with four decimals. */
static void put_asked(const struct row *row, const char *key, const struct trading_price *price)
{
    json_put_decimal(row->writer, key, price->value,
                     strcmp(price_type(price), "pct") == 0 ? 4 : row->terms->price_decimals);
}

static void put_names(const struct row *row)
{
    put_id(row->writer, "order_id", row->private, 'O', row->order->id);
    json_put_int(row->writer, "order_userref", row->order->userref);
    if (row->order->cl_ord_id[0])
        json_put_string(row->writer, "cl_ord_id", row->order->cl_ord_id);
}

static void put_state(const struct row *row, enum trading_event_kind kind, int64_t time_ns)
{
    json_put_string(row->writer, "exec_type", exec_types[kind]);
    json_put_string(row->writer, "order_status", statuses[row->order->status]);
    json_put_time(row->writer, "timestamp", time_ns, 6);
}

static void put_triggers(const struct row *row)
{
    const struct trading_order *order = row->order;
    if (!trading_type_triggers(order->type))
        return;
    json_begin_object(row->writer, "triggers");
    json_put_string(row->writer, "reference", order->reference == TRADING_INDEX ? "index" : "last");
    put_asked(row, "price", &order->trigger_asked);
    json_put_string(row->writer, "price_type", price_type(&order->trigger_asked));
    put_price(row, "actual_price", order->trigger_ticks);
    if (trading_type_trails(order->type))
        put_price(row, "peak_price", order->peak_ticks);
    if (order->triggered)
        put_price(row, "last_price", order->trigger_last_ticks);
    json_put_string(row->writer, "status", order->triggered ? "triggered" : "untriggered");
    if (order->triggered)
        json_put_time(row->writer, "timestamp", order->trigger_ns, 6);
    json_end_object(row->writer);
}

static void put_contingent(const struct row *row)
{
    const struct trading_close *close = &row->order->close;
    if (!close->wanted)
        return;
    json_begin_object(row->writer, "contingent");
    json_put_string(row->writer, "order_type", order_type_word(close->type));
    if (close->trigger.kind != TRADING_PRICE_NONE) {
        put_asked(row, "trigger_price", &close->trigger);
        json_put_string(row->writer, "trigger_price_type", price_type(&close->trigger));
    }
    if (close->limit.kind != TRADING_PRICE_NONE) {
        put_asked(row, "limit_price", &close->limit);
        json_put_string(row->writer, "limit_price_type", price_type(&close->limit));
    }
    json_end_object(row->writer);
}

static void put_quantities(const struct row *row)
{
    const struct trading_order *order = row->order;
    if (order->cash > 0)
        put_number(row->writer, "cash_order_qty", row->private, row->quote, order->cash);
    if (order->cash == 0 || order->qty_lots > 0)
        put_qty(row, "order_qty", order->qty_lots);
    if (order->display_lots > 0) {
        put_qty(row, "display_qty", order->display_lots);
        put_qty(row, "display_qty_remain", order->display_left_lots);
    }
    if (trading_type_limits(order->type)) {
        put_price(row, "limit_price", order->limit_ticks);
        json_put_string(row->writer, "limit_price_type", price_type(&order->limit_asked));
    }
    put_price(row, "stop_price", trading_type_triggers(order->type) ? order->trigger_ticks : 0);
}

static void put_terms(const struct row *row)
{
    const struct trading_order *order = row->order;
    json_put_string(row->writer, "symbol", row->terms->symbol);
    json_put_string(row->writer, "side", order->side == SIDE_BUY ? "buy" : "sell");
    json_put_string(row->writer, "order_type", order_type_word(order->type));
    put_quantities(row);
    json_put_string(row->writer, "time_in_force", tifs[order->tif]);
    json_put_bool(row->writer, "post_only", order->post_only);
    json_put_bool(row->writer, "reduce_only", false);
    json_put_bool(row->writer, "margin", false);
    json_put_string(row->writer, "fee_ccy_pref",
                    order->fee_in == TRADING_FEE_BASE ? "fcib" : "fciq");
    if (order->parent)
        put_id(row->writer, "ord_ref_id", row->private, 'O', order->parent);
    if (order->start_ns)
        json_put_time(row->writer, "effective_time", order->start_ns, 6);
    if (order->expire_ns)
        json_put_time(row->writer, "expire_time", order->expire_ns, 6);
    put_triggers(row);
    put_contingent(row);
}

static void put_totals(const struct row *row)
{
    const struct trading_order *order = row->order;
    put_qty(row, "cum_qty", order->filled_lots);
    put_number(row->writer, "cum_cost", row->private, row->quote, order->cost);
    json_put_decimal(row->writer, "avg_price",
                     trading_average(row->private->trading, order, AVERAGE_PLACES),
                     row->terms->price_decimals + AVERAGE_PLACES);
    json_put_decimal(row->writer, "fee_usd_equiv", order->fee_usd, MONEY_DECIMALS);
}

static void put_fill(const struct row *row, const struct trading_trade *trade)
{
    uint32_t asset = fee_asset(row->private, trade->pair, trade->fee_in);
    put_id(row->writer, "exec_id", row->private, 'T', trade->id);
    json_put_uint(row->writer, "trade_id", trade->public_id);
    put_qty(row, "last_qty", trade->qty_lots);
    put_price(row, "last_price", trade->price_ticks);
    put_number(row->writer, "cost", row->private, row->quote, trade->cost);
    json_put_string(row->writer, "liquidity_ind", trade->maker ? "m" : "t");
    json_begin_array(row->writer, "fees");
    json_begin_object(row->writer, NULL);
    json_put_string(row->writer, "asset", row->private->assets[asset].name);
    put_number(row->writer, "qty", row->private, asset, trade->fee);
    json_end_object(row->writer);
    json_end_array(row->writer);
}

static void put_reason(const struct row *row, enum trading_event_kind kind)
{
    const char *reason = trading_reason_text(row->private->trading, row->order->reason);
    if (!reason)
        return;
    if (kind == TRADING_EVENT_CANCELED || kind == TRADING_EVENT_EXPIRED)
        json_put_string(row->writer, "cancel_reason", reason);
    json_put_string(row->writer, "reason", reason);
}

static void put_sparse(const struct row *row, const struct trading_event *event)
{
    switch (event->kind) {
    case TRADING_EVENT_PENDING:
        put_terms(row);
        put_number(row->writer, "cum_cost", row->private, row->quote, 0);
        json_put_int(row->writer, "fee_usd_equiv", 0);
        break;
    case TRADING_EVENT_TRADE:
        put_fill(row, event->trade);
        json_put_string(row->writer, "symbol", row->terms->symbol);
        json_put_string(row->writer, "side", row->order->side == SIDE_BUY ? "buy" : "sell");
        json_put_string(row->writer, "order_type", order_type_word(row->order->type));
        put_totals(row);
        break;
    case TRADING_EVENT_FILLED:
    case TRADING_EVENT_CANCELED:
    case TRADING_EVENT_EXPIRED:
        put_totals(row);
        break;
    case TRADING_EVENT_AMENDED:
    case TRADING_EVENT_RESTATED:
        put_qty(row, "cum_qty", row->order->filled_lots);
        put_quantities(row);
        json_put_bool(row->writer, "amended", event->kind == TRADING_EVENT_AMENDED);
        break;
    case TRADING_EVENT_REFILL:
        put_quantities(row);
        break;
    case TRADING_EVENT_STATUS:
        put_triggers(row);
        break;
    case TRADING_EVENT_NEW:
    case TRADING_EVENT_LEDGER:
        break;
    }
}

void put_execution(struct json_writer *writer, const struct private *private,
                   const struct trading_event *event, bool sparse)
{
    const struct trading_order *order = event->order;
    const struct row row = {writer, private, order,
                            &private_instrument(private, order->pair)->terms,
                            trading_pair(private->trading, order->pair)->quote};
    json_begin_object(writer, NULL);
    put_names(&row);
    if (sparse) {
        put_sparse(&row, event);
    } else {
        put_terms(&row);
        put_totals(&row);
        if (event->trade)
            put_fill(&row, event->trade);
        if (order->amended)
            json_put_bool(writer, "amended", true);
    }
    if (event->kind != TRADING_EVENT_PENDING && event->kind != TRADING_EVENT_NEW &&
        event->kind != TRADING_EVENT_TRADE)
        put_reason(&row, event->kind);
    put_state(&row, event->kind, event->time_ns);
    if (private->variant.extra_fields)
        json_put_string(writer, "news", "an undocumented member");
    json_end_object(writer);
}
