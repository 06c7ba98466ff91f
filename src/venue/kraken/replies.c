/* SPDX-License-Identifier: MIT */
#include "venue/kraken/replies.h"

#include <string.h>

#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "venue/kraken/words.h"

static void read_errors(struct json *json, struct kraken_reply *ret)
{
    json_array(json);
    while (json_element(json)) {
        char text[sizeof ret->error];
        if (json_string_copy(json, text, sizeof text) && text[0] != 'W' && ret->error[0] == '\0')
            memcpy(ret->error, text, sizeof text);
    }
}

bool kraken_reply_parse(const char *text, size_t len, struct kraken_reply *ret, char *explain,
                        size_t explain_size)
{
    struct json json;
    struct json_text key;
    *ret = (struct kraken_reply){0};
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (WORD_IS(key, "error")) {
            read_errors(&json, ret);
        } else if (WORD_IS(key, "result")) {
            ret->has_result = true;
            ret->result = json;
            json_skip(&json);
        } else {
            json_skip(&json);
        }
    }
    if (json.error == NULL && !ret->has_result && ret->error[0] == '\0')
        json_refuse(&json, "the reply has neither a result nor an error");
    if (json_done(&json))
        return true;
    json_explain(&json, explain, explain_size);
    return false;
}

static int64_t take_seconds(struct json *json)
{
    struct json_text text;
    int64_t time_ns = 0;
    if (json_amount(json, &text) &&
        (!decimal_parse_rounded(text.at, text.len, 9, ROUND_DOWN, &time_ns) || time_ns < 0))
        json_refuse(json, "a time is in Unix seconds");
    return time_ns;
}

/* [time, open, high, low, close, vwap, volume, count]; more may follow. */
static void read_row(struct json *json, int64_t span_ns, const struct pair *terms,
                     struct kraken_rows *ret)
{
    static const int8_t slots[] = {-1, 0, 1, 2, 3, -1, 4};
    struct json_text texts[KRAKEN_CANDLE_TEXTS] = {0};
    struct candle candle = {0};
    uint32_t column = 0;
    json_array(json);
    while (json_element(json)) {
        if (column == 0)
            candle.time_ns = take_seconds(json);
        else if (column < sizeof slots && slots[column] >= 0)
            json_amount(json, &texts[slots[column]]);
        else
            json_skip(json);
        column++;
    }
    if (json->error != NULL)
        return;
    if (column < sizeof slots || candle.time_ns <= ret->final_ns) {
        json_refuse(json, "an OHLC row is [time, o, h, l, c, vwap, volume, count], ascending");
        return;
    }
    if (candle.time_ns % span_ns != 0) {
        json_refuse(json, "a row begins between two intervals");
        return;
    }
    ret->final_ns = candle.time_ns;
    if (ret->first_ns == 0)
        ret->first_ns = candle.time_ns;
    bool good = kraken_candle_of(texts, terms->price_decimals, terms->qty_decimals, &candle);
    /* An invented row repeats the last close, which is none before the first trade ever. */
    int64_t volume;
    bool empty = texts[4].at != NULL &&
                 decimal_parse(texts[4].at, texts[4].len, DECIMAL_PLACES_MAX, &volume) &&
                 volume == 0;
    if (empty)
        return;
    if (!good)
        json_refuse(json, "a row's numbers make no candle");
    else if (ret->count < KRAKEN_OHLC_ROWS)
        ret->rows[ret->count++] = candle;
    else
        json_refuse(json, "more than 721 rows");
}

bool kraken_rows_parse(struct json *json, int64_t span_ns, const struct pair *terms,
                       struct kraken_rows *ret)
{
    struct json_text key;
    ret->count = 0;
    ret->last_ns = 0;
    ret->first_ns = 0;
    ret->final_ns = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "last")) {
            ret->last_ns = take_seconds(json);
        } else if (json_peek(json) == JSON_ARRAY) {
            json_array(json);
            while (json_element(json))
                read_row(json, span_ns, terms, ret);
        } else {
            json_skip(json);
        }
    }
    return json->error == NULL;
}

static int64_t later(int64_t a_ns, int64_t b_ns)
{
    return a_ns > b_ns ? a_ns : b_ns;
}

int64_t kraken_rows_committed(const struct kraken_rows *rows, int64_t span_ns, int64_t now_ns,
                              bool told)
{
    int64_t forming_ns = now_ns - now_ns % span_ns;
    int64_t committed_ns = rows->final_ns;
    if (told) {
        int64_t settled_ns = now_ns - NS_PER_MIN;
        int64_t last_end_ns = rows->last_ns < forming_ns ? rows->last_ns + span_ns : forming_ns;
        committed_ns = later(later(committed_ns, last_end_ns), settled_ns);
    }
    if (committed_ns > forming_ns)
        committed_ns = forming_ns;
    return committed_ns - committed_ns % span_ns;
}

bool kraken_system_parse(struct json *json, char *ret_status, size_t size)
{
    struct json_text key;
    ret_status[0] = '\0';
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "status"))
            json_string_copy(json, ret_status, size);
        else
            json_skip(json);
    }
    return json->error == NULL;
}
