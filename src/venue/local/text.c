/* SPDX-License-Identifier: MIT */
#include "venue/local/text.h"

#include <string.h>

#include "core/base/timestamp.h"

static void amount(struct json_writer *writer, const struct variant *variant, const char *key,
                   int64_t value, uint32_t decimals)
{
    if (variant->quoted_numbers)
        json_put_decimal_string(writer, key, value, decimals);
    else
        json_put_decimal(writer, key, value, decimals);
}

static void begin(struct json_writer *writer, const struct variant *variant, const char *channel,
                  const char *type)
{
    json_begin_object(writer, NULL);
    json_put_string(writer, "channel", channel);
    json_put_string(writer, "type", type);
    if (variant->extra_fields)
        json_put_string(writer, "news", "an undocumented member");
}

static void begin_row(struct json_writer *writer, const struct variant *variant,
                      const struct listing *listing)
{
    json_begin_object(writer, NULL);
    if (!variant->symbol_last)
        json_put_string(writer, "symbol", listing->pair->instrument.terms.symbol);
}

static void end_row(struct json_writer *writer, const struct variant *variant,
                    const struct listing *listing)
{
    if (variant->extra_fields) {
        json_begin_object(writer, "extra");
        json_put_null(writer, "nothing");
        json_end_object(writer);
    }
    if (variant->symbol_last)
        json_put_string(writer, "symbol", listing->pair->instrument.terms.symbol);
    json_end_object(writer);
}

void text_status(struct json_writer *writer, const struct text_status *status)
{
    json_begin_object(writer, NULL);
    json_put_string(writer, "channel", "status");
    json_put_string(writer, "type", "update");
    json_begin_array(writer, "data");
    json_begin_object(writer, NULL);
    json_put_string(writer, "version", "2.0.10");
    json_put_string(writer, "system", status->system);
    json_put_string(writer, "api_version", "v2");
    json_put_uint(writer, "connection_id", status->connection);
    json_begin_object(writer, "market");
    json_put_time(writer, "time", status->time_ns, 9);
    json_put_real(writer, "speed", status->speed);
    json_put_bool(writer, "lockstep", status->lockstep);
    json_put_bool(writer, "ended", status->ended);
    json_end_object(writer);
    json_end_object(writer);
    json_end_array(writer);
    json_end_object(writer);
}

/* In percent with two decimals, rounded to nearest. */
static int64_t change_pct(int64_t from, int64_t to)
{
    if (from <= 0)
        return 0;
    double pct = ((double)to / (double)from - 1) * 1e4;
    return (int64_t)(pct < 0 ? pct - 0.5 : pct + 0.5);
}

void text_ticker(struct json_writer *writer, const struct variant *variant, const char *type,
                 struct listing *listing, int64_t now_ns)
{
    const struct pair *terms = &listing->pair->instrument.terms;
    struct bucket day = listing_day(listing, now_ns);
    struct level bid = listing_touch(listing, SIDE_BUY), ask = listing_touch(listing, SIDE_SELL);
    uint32_t price = terms->price_decimals, qty = terms->qty_decimals;
    int64_t last = listing->last.price_ticks;
    begin(writer, variant, "ticker", type);
    json_begin_array(writer, "data");
    begin_row(writer, variant, listing);
    amount(writer, variant, "bid", bid.price_ticks, price);
    amount(writer, variant, "bid_qty", bid.qty_lots, qty);
    amount(writer, variant, "ask", ask.price_ticks, price);
    amount(writer, variant, "ask_qty", ask.qty_lots, qty);
    amount(writer, variant, "last", last, price);
    amount(writer, variant, "volume", day.volume_lots, qty);
    amount(writer, variant, "vwap", bucket_vwap_ticks(&day), price);
    amount(writer, variant, "low", day.low_ticks, price);
    amount(writer, variant, "high", day.high_ticks, price);
    amount(writer, variant, "change", last - day.open_ticks, price);
    amount(writer, variant, "change_pct", change_pct(day.open_ticks, last), 2);
    json_put_time(writer, "timestamp", now_ns, 6);
    end_row(writer, variant, listing);
    json_end_array(writer);
    json_end_object(writer);
}

void text_trades(struct json_writer *writer, const struct variant *variant, const char *type,
                 const struct listing *listing, const struct trade *trades, uint32_t count)
{
    const struct pair *terms = &listing->pair->instrument.terms;
    begin(writer, variant, "trade", type);
    json_begin_array(writer, "data");
    for (uint32_t i = 0; i < count; i++) {
        begin_row(writer, variant, listing);
        json_put_string(writer, "side", trades[i].taker == SIDE_BUY ? "buy" : "sell");
        json_put_decimal(writer, "price", trades[i].price_ticks, terms->price_decimals);
        json_put_decimal(writer, "qty", trades[i].qty_lots, terms->qty_decimals);
        json_put_string(writer, "ord_type", trades[i].id % 3 ? "limit" : "market");
        json_put_uint(writer, "trade_id", trades[i].id);
        json_put_time(writer, "timestamp", trades[i].time_ns, 6);
        end_row(writer, variant, listing);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void candle_row(struct json_writer *writer, const struct variant *variant,
                       const struct listing *listing, int64_t minutes, const struct bucket *candle)
{
    const struct pair *terms = &listing->pair->instrument.terms;
    uint32_t price = terms->price_decimals;
    begin_row(writer, variant, listing);
    json_put_decimal(writer, "open", candle->open_ticks, price);
    json_put_decimal(writer, "high", candle->high_ticks, price);
    json_put_decimal(writer, "low", candle->low_ticks, price);
    json_put_decimal(writer, "close", candle->close_ticks, price);
    json_put_uint(writer, "trades", candle->trade_count);
    json_put_decimal(writer, "volume", candle->volume_lots, terms->qty_decimals);
    json_put_decimal(writer, "vwap", bucket_vwap_ticks(candle), price);
    json_put_time(writer, "interval_begin", candle->time_ns, 9);
    json_put_int(writer, "interval", minutes);
    if (!variant->without_timestamp)
        json_put_time(writer, "timestamp", candle->time_ns + minutes * NS_PER_MIN, 6);
    end_row(writer, variant, listing);
}

void text_candles(struct json_writer *writer, const struct variant *variant, const char *type,
                  const struct listing *listing, uint32_t interval, const struct bucket *candles,
                  uint32_t count, int64_t now_ns)
{
    begin(writer, variant, "ohlc", type);
    json_put_time(writer, "timestamp", now_ns, 9);
    json_begin_array(writer, "data");
    for (uint32_t i = 0; i < count; i++)
        candle_row(writer, variant, listing, interval_minutes[interval], &candles[i]);
    json_end_array(writer);
    json_end_object(writer);
}

static void level_row(struct json_writer *writer, const struct variant *variant,
                      const struct pair *terms, const struct level *level)
{
    json_begin_object(writer, NULL);
    amount(writer, variant, "price", level->price_ticks, terms->price_decimals);
    amount(writer, variant, "qty", level->qty_lots, terms->qty_decimals);
    json_end_object(writer);
}

static void end_book(struct json_writer *writer, const struct variant *variant,
                     const struct listing *listing, uint32_t checksum, int64_t now_ns)
{
    json_put_uint(writer, "checksum", checksum);
    json_put_time(writer, "timestamp", now_ns, 6);
    end_row(writer, variant, listing);
    json_end_array(writer);
    json_end_object(writer);
}

void text_book_snapshot(struct json_writer *writer, const struct variant *variant,
                        const struct listing *listing, const struct view *view, int64_t now_ns)
{
    const struct pair *terms = &listing->pair->instrument.terms;
    begin(writer, variant, "book", "snapshot");
    json_begin_array(writer, "data");
    begin_row(writer, variant, listing);
    for (int side = SIDE_BUY; side <= SIDE_SELL; side++) {
        json_begin_array(writer, side == SIDE_BUY ? "bids" : "asks");
        for (uint32_t i = 0; i < view->sides[side].count; i++)
            level_row(writer, variant, terms, &view->sides[side].levels[i]);
        json_end_array(writer);
    }
    end_book(writer, variant, listing, view_checksum(view), now_ns);
}

void text_book_update(struct json_writer *writer, const struct variant *variant,
                      const struct listing *listing, const struct level_change *changes,
                      uint32_t count, uint32_t checksum, int64_t now_ns)
{
    const struct pair *terms = &listing->pair->instrument.terms;
    begin(writer, variant, "book", "update");
    json_begin_array(writer, "data");
    begin_row(writer, variant, listing);
    for (int side = SIDE_BUY; side <= SIDE_SELL; side++) {
        json_begin_array(writer, side == SIDE_BUY ? "bids" : "asks");
        for (uint32_t i = 0; i < count; i++)
            if (changes[i].side == (enum side)side)
                level_row(writer, variant, terms, &changes[i].level);
        json_end_array(writer);
    }
    end_book(writer, variant, listing, checksum, now_ns);
}

/* True when a pair before `index` has shown the asset already. */
static bool shown(const struct market *market, uint32_t index, const char *name)
{
    for (uint32_t i = 0; i < index; i++) {
        const struct pair *terms = &market->pairs[i].instrument.terms;
        if (strcmp(terms->base, name) == 0 || strcmp(terms->quote, name) == 0)
            return true;
    }
    return false;
}

static void asset_row(struct json_writer *writer, const char *name)
{
    struct asset asset = asset_of(name);
    json_begin_object(writer, NULL);
    json_put_string(writer, "id", name);
    json_put_string(writer, "status", "enabled");
    json_put_uint(writer, "precision", asset.decimals);
    json_put_uint(writer, "precision_display", asset.display_decimals);
    json_put_bool(writer, "borrowable", false);
    json_put_decimal(writer, "collateral_value", asset.fiat ? 10 : 0, 1);
    json_end_object(writer);
}

static void pair_row(struct json_writer *writer, const struct variant *variant,
                     const struct instrument *instrument)
{
    const struct pair *terms = &instrument->terms;
    json_begin_object(writer, NULL);
    json_put_string(writer, "symbol", terms->symbol);
    json_put_string(writer, "base", terms->base);
    json_put_string(writer, "quote", terms->quote);
    json_put_string(writer, "status", "online");
    json_put_uint(writer, "qty_precision", terms->qty_decimals);
    json_put_decimal(writer, "qty_increment", 1, terms->qty_decimals);
    json_put_uint(writer, "price_precision", terms->price_decimals);
    json_put_uint(writer, "cost_precision", instrument->cost_decimals);
    json_put_bool(writer, "marginable", instrument->leverage_max > 0);
    json_put_bool(writer, "has_index", true);
    json_put_decimal(writer, "cost_min", terms->cost_min, MONEY_DECIMALS);
    if (instrument->leverage_max > 0)
        json_put_real(writer, "margin_initial", 1.0 / instrument->leverage_max);
    if (!variant->without_tick_size)
        json_put_decimal(writer, "tick_size", terms->tick_step, terms->price_decimals);
    json_put_decimal(writer, "price_increment", terms->tick_step, terms->price_decimals);
    json_put_decimal(writer, "qty_min", terms->qty_min_lots, terms->qty_decimals);
    if (variant->extra_fields)
        json_put_bool(writer, "undocumented", true);
    json_end_object(writer);
}

void text_instruments(struct json_writer *writer, const struct variant *variant,
                      const struct market *market)
{
    begin(writer, variant, "instrument", "snapshot");
    json_begin_object(writer, "data");
    json_begin_array(writer, "assets");
    for (uint32_t i = 0; i < market->pair_count; i++) {
        const struct pair *terms = &market->pairs[i].instrument.terms;
        if (!shown(market, i, terms->base))
            asset_row(writer, terms->base);
        if (!shown(market, i, terms->quote) && strcmp(terms->base, terms->quote) != 0)
            asset_row(writer, terms->quote);
    }
    json_end_array(writer);
    json_begin_array(writer, "pairs");
    for (uint32_t i = 0; i < market->pair_count; i++)
        pair_row(writer, variant, &market->pairs[i].instrument);
    json_end_array(writer);
    json_end_object(writer);
    json_end_object(writer);
}
