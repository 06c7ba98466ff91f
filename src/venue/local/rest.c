/* SPDX-License-Identifier: MIT */
/*
 * Kraken's public REST calls; the private ones are private/'s. Every answer is HTTP 200 with
 * {"error":[...],"result":{...}}, failures included. The calls on market data are in
 * rest_market.c.
 */
#include "venue/local/rest.h"

#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

void rest_refuse(struct exchange *exchange, struct server_reply *reply, const char *error)
{
    struct json_writer writer;
    json_writer_init(&writer, exchange->text, sizeof exchange->text);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "error");
    json_put_string(&writer, NULL, error);
    json_end_array(&writer);
    json_end_object(&writer);
    CHECK(json_writer_ok(&writer));
    server_answer(reply, 200, "application/json", NULL, writer.text, writer.len);
}

static const char *put_time(struct rest_call *call)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[TIMESTAMP_TEXT_MAX], rfc1123[40];
    int64_t now_ns = call->exchange->now_ns;
    unsigned year, month, day, hour, minute, second;
    timestamp_format(text, now_ns, 0);
    int fields = sscanf(text, "%u-%u-%uT%u:%u:%u", &year, &month, &day, &hour, &minute, &second);
    CHECK(fields == 6 && month >= 1 && month <= 12);
    snprintf(rfc1123, sizeof rfc1123, "%s, %02u %s %02u %02u:%02u:%02u +0000",
             days[now_ns / NS_PER_DAY % 7], day, months[month - 1], year % 100, hour, minute,
             second);
    json_begin_object(&call->writer, "result");
    json_put_int(&call->writer, "unixtime", now_ns / NS_PER_S);
    json_put_string(&call->writer, "rfc1123", rfc1123);
    json_end_object(&call->writer);
    return NULL;
}

static const char *put_status(struct rest_call *call)
{
    json_begin_object(&call->writer, "result");
    json_put_string(&call->writer, "status",
                    script_system_word(private_system(call->exchange->private)));
    json_put_time(&call->writer, "timestamp", call->exchange->now_ns, 0);
    json_end_object(&call->writer);
    return NULL;
}

static void put_asset(struct json_writer *writer, const struct asset *asset)
{
    json_begin_object(writer, asset->id);
    json_put_string(writer, "aclass", "currency");
    json_put_string(writer, "altname", asset->altname);
    json_put_uint(writer, "decimals", asset->decimals);
    json_put_uint(writer, "display_decimals", asset->display_decimals);
    if (asset->fiat)
        json_put_int(writer, "collateral_value", 1);
    json_put_string(writer, "status", "enabled");
    json_end_object(writer);
}

/* The assets of the market, each once, in order of appearance. */
static uint32_t collect_assets(const struct market *market, struct asset *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < 2 * market->pair_count; i++) {
        const struct pair *terms = &market->pairs[i / 2].instrument.terms;
        struct asset asset = asset_of(i % 2 ? terms->quote : terms->base);
        uint32_t at = 0;
        while (at < count && strcmp(out[at].id, asset.id) != 0)
            at++;
        if (at == count)
            out[count++] = asset;
    }
    return count;
}

static const char *put_assets(struct rest_call *call)
{
    struct asset assets[2 * PAIR_MAX];
    uint32_t count = collect_assets(call->exchange->market, assets);
    char wanted[REST_VALUE_MAX];
    if (!query_find(call->query, "asset", wanted, sizeof wanted))
        wanted[0] = '\0';
    json_begin_object(&call->writer, "result");
    if (wanted[0] == '\0')
        for (uint32_t i = 0; i < count; i++)
            put_asset(&call->writer, &assets[i]);
    for (char *rest = wanted, *name; (name = strsep(&rest, ",")) && wanted[0];) {
        uint32_t at = 0;
        while (at < count && strcmp(assets[at].id, name) != 0 &&
               strcmp(assets[at].altname, name) != 0 && strcmp(assets[at].name, name) != 0)
            at++;
        if (at == count)
            return "EQuery:Unknown asset";
        put_asset(&call->writer, &assets[at]);
    }
    json_end_object(&call->writer);
    return NULL;
}

struct fee_step {
    int64_t volume;
    int64_t taker, maker; /* hundredths of a percent */
};

/* Kraken's schedule by 30-day volume in dollars (reference of 2025). */
static const struct fee_step fee_steps[] = {
    {0, 40, 25},     {10000, 35, 20},  {50000, 24, 14},  {100000, 22, 12}, {250000, 20, 10},
    {500000, 18, 8}, {1000000, 16, 6}, {2500000, 14, 4}, {5000000, 12, 2}, {10000000, 10, 0},
};

uint32_t rest_fee_steps(struct trading_fee_step steps[TRADING_FEE_STEPS])
{
    const uint32_t count = sizeof fee_steps / sizeof fee_steps[0];
    for (uint32_t i = 0; i < count; i++)
        steps[i] =
            (struct trading_fee_step){fee_steps[i].volume, (uint32_t)fee_steps[i].taker * 100,
                                      (uint32_t)fee_steps[i].maker * 100};
    return count;
}

static void put_fees(struct json_writer *writer, const char *key, bool taker)
{
    json_begin_array(writer, key);
    for (size_t i = 0; i < sizeof fee_steps / sizeof fee_steps[0]; i++) {
        json_begin_array(writer, NULL);
        json_put_int(writer, NULL, fee_steps[i].volume);
        json_put_decimal(writer, NULL, taker ? fee_steps[i].taker : fee_steps[i].maker, 2);
        json_end_array(writer);
    }
    json_end_array(writer);
}

static void put_leverage(struct json_writer *writer, const char *key, uint32_t max)
{
    json_begin_array(writer, key);
    for (uint32_t i = 2; i <= max; i++)
        json_put_uint(writer, NULL, i);
    json_end_array(writer);
}

enum info {
    INFO_ALL,
    INFO_LEVERAGE,
    INFO_FEES,
    INFO_MARGIN,
};

static void put_terms(struct json_writer *writer, const struct instrument *instrument)
{
    const struct pair *terms = &instrument->terms;
    json_put_string(writer, "altname", instrument->altname);
    json_put_string(writer, "wsname", instrument->wsname);
    json_put_string(writer, "aclass_base", "currency");
    json_put_string(writer, "base", instrument->base_id);
    json_put_string(writer, "aclass_quote", "currency");
    json_put_string(writer, "quote", instrument->quote_id);
    json_put_string(writer, "lot", "unit");
    json_put_uint(writer, "cost_decimals", instrument->cost_decimals);
    json_put_uint(writer, "pair_decimals", terms->price_decimals);
    json_put_uint(writer, "lot_decimals", terms->qty_decimals);
    json_put_int(writer, "lot_multiplier", 1);
}

/* Minimums come without trailing zeros: "0.00005", "0.5". */
static void put_trimmed(struct json_writer *writer, const char *key, int64_t value,
                        uint32_t decimals)
{
    for (; decimals > 0 && value % 10 == 0; decimals--)
        value /= 10;
    json_put_decimal_string(writer, key, value, decimals);
}

static void put_limits(struct json_writer *writer, const struct instrument *instrument)
{
    const struct pair *terms = &instrument->terms;
    put_trimmed(writer, "ordermin", terms->qty_min_lots, terms->qty_decimals);
    put_trimmed(writer, "costmin", terms->cost_min, MONEY_DECIMALS);
    put_trimmed(writer, "tick_size", terms->tick_step, terms->price_decimals);
    json_put_string(writer, "status", "online");
    if (instrument->leverage_max > 0) {
        json_put_int(writer, "long_position_limit", 250);
        json_put_int(writer, "short_position_limit", 200);
    }
}

static void put_pair(struct json_writer *writer, const struct instrument *instrument,
                     enum info info)
{
    json_begin_object(writer, instrument->key);
    if (info == INFO_ALL)
        put_terms(writer, instrument);
    if (info == INFO_ALL || info == INFO_LEVERAGE) {
        put_leverage(writer, "leverage_buy", instrument->leverage_max);
        put_leverage(writer, "leverage_sell", instrument->leverage_max);
    }
    if (info == INFO_ALL || info == INFO_FEES) {
        put_fees(writer, "fees", true);
        put_fees(writer, "fees_maker", false);
        json_put_string(writer, "fee_volume_currency", "ZUSD");
    }
    if (info == INFO_ALL || info == INFO_MARGIN) {
        json_put_int(writer, "margin_call", 80);
        json_put_int(writer, info == INFO_ALL ? "margin_stop" : "margin_level", 40);
    }
    if (info == INFO_ALL)
        put_limits(writer, instrument);
    json_end_object(writer);
}

static const char *put_pairs(struct rest_call *call)
{
    static const char *const infos[] = {"info", "leverage", "fees", "margin", NULL};
    char text[32];
    uint32_t info = INFO_ALL;
    if (query_find(call->query, "info", text, sizeof text)) {
        while (infos[info] && strcmp(infos[info], text) != 0)
            info++;
        if (!infos[info])
            return "EGeneral:Invalid arguments";
    }
    struct rest_pairs pairs;
    const char *error = rest_find_pairs(call, true, &pairs);
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    for (uint32_t i = 0; i < pairs.count; i++)
        put_pair(&call->writer, &call->exchange->market->pairs[pairs.list[i]].instrument,
                 (enum info)info);
    json_end_object(&call->writer);
    return NULL;
}

const char *rest_find_pairs(struct rest_call *call, bool all_when_absent, struct rest_pairs *ret)
{
    const struct market *market = call->exchange->market;
    char wanted[REST_VALUE_MAX];
    ret->count = 0;
    bool given = query_find(call->query, "pair", wanted, sizeof wanted) && wanted[0];
    if (!given && !all_when_absent)
        return "EGeneral:Invalid arguments";
    for (uint32_t i = 0; !given && i < market->pair_count; i++)
        ret->list[ret->count++] = i;
    for (char *rest = wanted, *name; given && (name = strsep(&rest, ","));) {
        int32_t pair = market_find(market, name, strlen(name));
        if (pair < 0)
            return "EQuery:Unknown asset pair";
        if (ret->count == PAIR_MAX)
            return "EGeneral:Invalid arguments";
        ret->list[ret->count++] = (uint32_t)pair;
    }
    return NULL;
}

static const struct {
    const char *name;
    const char *(*put)(struct rest_call *call);
} methods[] = {
    {"Time", put_time},        {"SystemStatus", put_status}, {"Assets", put_assets},
    {"AssetPairs", put_pairs}, {"Ticker", rest_put_ticker},  {"OHLC", rest_put_candles},
    {"Depth", rest_put_depth}, {"Trades", rest_put_trades},  {"Spread", rest_put_spread},
};

static void answer_public(struct exchange *exchange, struct server_reply *reply,
                          const struct server_request *request, const char *name)
{
    size_t count = sizeof methods / sizeof methods[0], at = 0;
    while (at < count && strcmp(methods[at].name, name) != 0)
        at++;
    if (at == count) {
        rest_refuse(exchange, reply, "EGeneral:Unknown method");
        return;
    }
    struct rest_call call = {.exchange = exchange,
                             .query = request->query[0] ? request->query : request->body};
    json_writer_init(&call.writer, exchange->text, sizeof exchange->text);
    json_begin_object(&call.writer, NULL);
    json_begin_array(&call.writer, "error");
    json_end_array(&call.writer);
    const char *error = methods[at].put(&call);
    if (error) {
        rest_refuse(exchange, reply, error);
        return;
    }
    json_end_object(&call.writer);
    CHECK(json_writer_ok(&call.writer));
    server_answer(reply, 200, "application/json", NULL, call.writer.text, call.writer.len);
}

void rest_on_request(struct exchange *exchange, struct server_reply *reply,
                     const struct server_request *request)
{
    static const char public_path[] = "/0/public/", private_path[] = "/0/private/";
    if (strncmp(request->path, public_path, sizeof public_path - 1) == 0)
        answer_public(exchange, reply, request, request->path + sizeof public_path - 1);
    else if (strncmp(request->path, private_path, sizeof private_path - 1) == 0)
        private_on_request(exchange->private, reply, request,
                           request->path + sizeof private_path - 1);
    else
        rest_refuse(exchange, reply, "EGeneral:Unknown method");
}
