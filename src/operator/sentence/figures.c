/* SPDX-License-Identifier: MIT */
/* Numbers for reading. Nothing here is read back: what is exact goes through json_writer. */
#include "operator/sentence/sentence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"

/* Copies a plain decimal text ("-1234.50") with its whole part grouped by threes. */
static size_t group_digits(char *out, size_t size, const char *text)
{
    size_t sign = text[0] == '-';
    size_t whole = strcspn(text + sign, ".");
    size_t len = 0;
    for (size_t i = 0; text[i] && len + 2 < size; i++) {
        size_t digit = i - sign;
        if (i > sign && digit < whole && (whole - digit) % 3 == 0)
            out[len++] = ',';
        out[len++] = text[i];
    }
    out[len] = '\0';
    return len;
}

static void trim_zeros(char *text, size_t decimals_kept)
{
    char *dot = strchr(text, '.');
    if (!dot)
        return;
    char *end = text + strlen(text);
    while (end > dot + 1 + decimals_kept && end[-1] == '0')
        end--;
    if (end == dot + 1)
        end = dot;
    *end = '\0';
}

size_t sentence_price(char *out, size_t size, double price, uint32_t decimals)
{
    char text[400];
    if (!isfinite(price))
        return (size_t)snprintf(out, size, "an unknown price");
    snprintf(text, sizeof text, "%.*f", (int)(decimals > 18 ? 18 : decimals), price);
    return group_digits(out, size, text);
}

/* |value| as text with `decimals` digits, rounded half away from zero from `from` digits. */
static void exact_text(char *text, size_t size, int64_t value, uint32_t from, uint32_t decimals)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (; from > decimals; from--)
        magnitude = magnitude / 10 + (from == decimals + 1 && magnitude % 10 >= 5);
    uint64_t unit = 1;
    for (uint32_t i = 0; i < from; i++)
        unit *= 10;
    const char *sign = value < 0 && magnitude ? "-" : "";
    if (from)
        snprintf(text, size, "%s%llu.%0*llu", sign, (unsigned long long)(magnitude / unit),
                 (int)from, (unsigned long long)(magnitude % unit));
    else
        snprintf(text, size, "%s%llu", sign, (unsigned long long)magnitude);
}

size_t sentence_money(char *out, size_t size, int64_t money)
{
    uint32_t decimals = 2;
    uint64_t magnitude = money < 0 ? 0 - (uint64_t)money : (uint64_t)money;
    if (magnitude && magnitude < 100000000) /* below one: keep two digits that say something */
        for (uint64_t scaled = magnitude; scaled < 10000000 && decimals < MONEY_DECIMALS;
             scaled *= 10)
            decimals++;
    char text[48];
    exact_text(text, sizeof text, money, MONEY_DECIMALS, decimals);
    trim_zeros(text, 2);
    return group_digits(out, size, text);
}

size_t sentence_decimal(char *out, size_t size, int64_t value, uint32_t decimals)
{
    char text[48];
    uint32_t places = decimals > DECIMAL_PLACES_MAX ? DECIMAL_PLACES_MAX : decimals;
    exact_text(text, sizeof text, value, places, places);
    trim_zeros(text, 0);
    return group_digits(out, size, text);
}

size_t sentence_duration(char *out, size_t size, int64_t duration_ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{NS_PER_DAY, "d"}, {NS_PER_HOUR, "h"}, {NS_PER_MIN, "min"}, {NS_PER_S, "s"}};
    const size_t unit_count = sizeof units / sizeof units[0];
    int64_t rest = duration_ns < 0 ? 0 : duration_ns;
    size_t i = 0;
    while (i + 1 < unit_count && rest < units[i].ns)
        i++;
    long long first = (long long)(rest / units[i].ns);
    if (i + 1 < unit_count) {
        long long second = (long long)(rest % units[i].ns / units[i + 1].ns);
        if (second)
            return (size_t)snprintf(out, size, "%lld %s %lld %s", first, units[i].name, second,
                                    units[i + 1].name);
    }
    return (size_t)snprintf(out, size, "%lld %s", first, units[i].name);
}
