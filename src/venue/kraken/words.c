/* SPDX-License-Identifier: MIT */
#include "venue/kraken/words.h"

#include "core/base/decimal.h"
#include "core/base/timestamp.h"

void kraken_take_time(struct json *json, int64_t *ret_ns)
{
    struct json_text text;
    if (json_peek(json) == JSON_NULL) {
        json_null(json);
        return;
    }
    if (json_string(json, &text) && text.len > 0 && !timestamp_parse(text.at, text.len, ret_ns))
        json_refuse(json, "a time is RFC 3339");
}

bool kraken_take_checksum(struct json *json, uint32_t *ret)
{
    struct json_text text;
    int64_t value;
    if (!json_amount(json, &text))
        return false;
    if (!decimal_parse(text.at, text.len, 0, &value) || value < 0 || value > UINT32_MAX) {
        json_refuse(json, "a checksum is a number of 32 bits");
        return false;
    }
    *ret = (uint32_t)value;
    return true;
}

bool kraken_candle_of(const struct json_text *texts, uint32_t price_decimals, uint32_t qty_decimals,
                      struct candle *candle)
{
    double values[KRAKEN_CANDLE_TEXTS];
    for (uint32_t i = 0; i < KRAKEN_CANDLE_TEXTS; i++) {
        uint32_t decimals = i == KRAKEN_CANDLE_TEXTS - 1 ? qty_decimals : price_decimals;
        int64_t value;
        if (texts[i].at == NULL ||
            !decimal_parse_rounded(texts[i].at, texts[i].len, decimals, ROUND_NEAREST, &value))
            return false;
        values[i] = decimal_to_double(value, decimals);
    }
    candle->open = values[0];
    candle->high = values[1];
    candle->low = values[2];
    candle->close = values[3];
    candle->volume = values[4];
    return candle_valid(candle);
}

bool kraken_mentions(struct json_text text, const char *words)
{
    size_t len = strlen(words);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (strncasecmp(text.at + i, words, len) == 0)
            return true;
    }
    return false;
}

bool kraken_copy_text(struct json_text text, char *out, size_t size)
{
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\\')
            continue;
        if (len + 1 >= size)
            return false;
        out[len++] = text.at[i];
    }
    out[len] = '\0';
    return true;
}
