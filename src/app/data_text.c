/* SPDX-License-Identifier: MIT */
#include "app/data.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/market/alias.h"

#define TEXT_RING 8

const char *data_date(int64_t time_ns)
{
    static char texts[TEXT_RING][TIMESTAMP_TEXT_MAX];
    static unsigned turn;
    char *text = texts[turn++ % TEXT_RING];
    timestamp_format(text, time_ns, 0);
    text[time_ns % NS_PER_DAY == 0 ? 10 : 16] = '\0';
    if (text[10] == 'T')
        text[10] = ' ';
    return text;
}

const char *data_name(const struct candle_key *key)
{
    static char texts[TEXT_RING][sizeof key->venue + sizeof key->symbol + 8];
    static unsigned turn;
    char *text = texts[turn++ % TEXT_RING];
    snprintf(text, sizeof texts[0], "%s:%s %s", key->venue, key->symbol,
             timeframe_names[key->timeframe]);
    return text;
}

void data_print_gaps(const struct quality *quality)
{
    if (quality->missing == 0) {
        printf("  no candle is missing\n");
        return;
    }
    char length[TIMESTAMP_TEXT_MAX];
    duration_format(length, quality->gap_longest_ns);
    printf("  %" PRIu64 " candles are missing (%.2f %%) in %" PRIu64
           " gaps; the longest is %s, from %s\n",
           quality->missing, quality_missing_share(quality) * 100, quality->gap_count, length,
           data_date(quality->gap_longest_from_ns));
}

int data_complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("cuttle data: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return DATA_FAILED;
}

bool data_key(const char *text, struct candle_key *ret)
{
    const char *colon = strchr(text, ':');
    const char *pair = colon ? colon + 1 : text;
    char symbol[SYMBOL_MAX], whole[sizeof ret->venue + SYMBOL_MAX + 8];
    if (alias_symbol(pair, strlen(pair), symbol)) {
        const int len =
            colon ? snprintf(whole, sizeof whole, "%.*s:%s", (int)(colon - text), text, symbol)
                  : snprintf(whole, sizeof whole, "KRAKEN:%s", symbol);
        if (len > 0 && (size_t)len < sizeof whole && candle_key_parse(whole, ret))
            return true;
    }
    data_complain("%s: must be a pair such as BTC/USD or BINANCE:BTC/USDT", text);
    return false;
}

bool data_next_pair(const char **list, char symbol[SYMBOL_MAX])
{
    static const char between[] = " ,\t\n";
    *list += strspn(*list, between);
    const size_t len = strcspn(*list, between);
    const bool found = len > 0 && alias_symbol(*list, len, symbol);
    *list += len;
    return found;
}
