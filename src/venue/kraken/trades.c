/* SPDX-License-Identifier: MIT */
#include "venue/kraken/trades.h"

#include "core/base/decimal.h"
#include "venue/kraken/words.h"

/* Digits beyond what the pair counts today are rounded, as Kraken does in its own candles. */
static int64_t take(struct json *json, uint32_t decimals)
{
    struct json_text text;
    int64_t value = 0;
    if (json_amount(json, &text) &&
        (!decimal_parse_rounded(text.at, text.len, decimals, ROUND_NEAREST, &value) || value < 0))
        json_refuse(json, "a trade's price, volume and time are numbers, none below 0");
    return value;
}

/* [price, volume, time, "b" or "s", order type, misc, trade id]; the id is younger than the rest,
 * and more may follow. */
static void read_row(struct json *json, const struct pair *terms, struct kraken_trades *ret)
{
    struct trade trade = {0};
    uint32_t column = 0;
    json_array(json);
    for (; json_element(json); column++) {
        struct json_text side;
        if (column == 0)
            trade.price_ticks = take(json, terms->price_decimals);
        else if (column == 1)
            trade.qty_lots = take(json, terms->qty_decimals);
        else if (column == 2)
            trade.time_ns = take(json, 9);
        else if (column == 3 && json_string(json, &side))
            trade.taker = WORD_IS(side, "s") ? SIDE_SELL : SIDE_BUY;
        else if (column == 6)
            json_uint(json, &trade.id);
        else if (column > 3)
            json_skip(json);
    }
    if (json->error != NULL)
        return;
    if (column < 4)
        json_refuse(json, "a trade is [price, volume, time, side, ...]");
    else if (ret->count > 0 && trade.time_ns < ret->rows[ret->count - 1].time_ns)
        json_refuse(json, "a trade is older than the one before it");
    else if (trade.price_ticks == 0 || trade.qty_lots == 0)
        ret->empty_count++;
    else if (ret->count < KRAKEN_TRADES_MAX)
        ret->rows[ret->count++] = trade;
    else
        json_refuse(json, "more than 1000 trades");
}

bool kraken_trades_parse(struct json *json, const struct pair *terms, struct kraken_trades *ret)
{
    struct json_text key;
    bool told = false;
    ret->count = ret->empty_count = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "last")) {
            ret->last_ns = take(json, 0);
            told = true;
        } else {
            json_array(json);
            while (json_element(json))
                read_row(json, terms, ret);
        }
    }
    if (json->error == NULL && !told)
        json_refuse(json, "the reply does not say where the next page begins");
    return json->error == NULL;
}
