/* SPDX-License-Identifier: MIT */
#include "store/csv_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/market/alias.h"

#define PART_MAX 8

struct part {
    const char *at;
    size_t len;
};

/* The length of a name without .gz and the ending before it. */
static size_t stem_length(const char *name)
{
    static const char *const endings[] = {".gz", ".csv", ".json", ".txt"};
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (len > ending && strncasecmp(name + len - ending, endings[i], ending) == 0)
            len -= ending;
    }
    return len;
}

static size_t split(const char *at, size_t len, const char *marks, struct part parts[PART_MAX])
{
    size_t count = 0;
    while (count < PART_MAX) {
        size_t part = 0;
        while (part < len && !strchr(marks, at[part]))
            part++;
        parts[count++] = (struct part){at, part};
        if (part == len)
            break;
        at += part + 1;
        len -= part + 1;
    }
    return count;
}

/* "5m", "1h", or Kraken's minutes: "60". */
static bool timeframe_named(struct part part, enum timeframe *ret)
{
    if (timeframe_parse(part.at, part.len, ret))
        return true;
    for (int i = 0; i < TIMEFRAME_COUNT; i++) {
        char minutes[24];
        int len = snprintf(minutes, sizeof minutes, "%lld",
                           (long long)timeframe_minutes((enum timeframe)i));
        if (part.len == (size_t)len && memcmp(part.at, minutes, part.len) == 0) {
            *ret = (enum timeframe)i;
            return true;
        }
    }
    return false;
}

/* "20240131", as a file of trades has it behind its pair. */
static bool is_date(struct part part)
{
    size_t digits = 0;
    while (digits < part.len && isdigit((unsigned char)part.at[digits]))
        digits++;
    return digits == 8 && part.len == 8;
}

static void take_venue(struct csv_name *name, struct part part)
{
    if (part.len == 0 || part.len >= sizeof name->key.venue)
        return;
    for (size_t i = 0; i < part.len; i++) {
        if (!isalnum((unsigned char)part.at[i]))
            return;
    }
    for (size_t i = 0; i < part.len; i++)
        name->key.venue[i] = (char)toupper((unsigned char)part.at[i]);
    name->key.venue[part.len] = '\0';
    name->has_venue = true;
}

/* freqtrade keeps BTC_USD-5m.json in a folder named after the exchange. */
static void take_folder(struct csv_name *name, const char *path, const char *base)
{
    static const char *const venues[] = {"kraken", "binance", "coinbase", "bitstamp", "bybit",
                                         "okx",    "kucoin",  "bitfinex", "gemini"};
    const char *end = base > path ? base - 1 : path;
    const char *start = end;
    while (start > path && start[-1] != '/')
        start--;
    for (size_t i = 0; i < sizeof venues / sizeof *venues; i++) {
        if (strlen(venues[i]) == (size_t)(end - start) &&
            strncasecmp(start, venues[i], (size_t)(end - start)) == 0)
            take_venue(name, (struct part){start, (size_t)(end - start)});
    }
}

/* PARTS before the timeframe: PAIR, or VENUE PAIR, or BASE QUOTE, or VENUE BASE QUOTE. */
static void take_pair(struct csv_name *name, const struct part *parts, size_t count)
{
    if (count == 0 || count > 3)
        return;
    const struct part *last = &parts[count - 1];
    if (alias_symbol(last->at, last->len, name->key.symbol)) {
        name->has_symbol = true;
        if (count == 2)
            take_venue(name, parts[0]);
        return;
    }
    if (count < 2 || last->len == 0 || !isalpha((unsigned char)last->at[0]))
        return;
    const char *from = parts[count - 2].at;
    name->has_symbol = alias_symbol(from, (size_t)(last->at + last->len - from), name->key.symbol);
    if (name->has_symbol && count == 3)
        take_venue(name, parts[0]);
}

void csv_name_parse(const char *path, struct csv_name *ret)
{
    struct csv_name name = {0};
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    struct part parts[PART_MAX];
    size_t count = split(base, stem_length(base), "_-", parts);
    size_t at = count;
    for (size_t i = 1; i < count && at == count; i++) {
        if (timeframe_named(parts[i], &name.key.timeframe))
            at = i;
    }
    name.has_timeframe = at < count;
    while (!name.has_timeframe && at > 1 && is_date(parts[at - 1]))
        at--;
    take_pair(&name, parts, at);
    if (!name.has_venue)
        take_folder(&name, path, base);
    *ret = name;
}
