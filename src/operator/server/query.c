/* SPDX-License-Identifier: MIT */
#include "operator/server/query.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"
#include "operator/watch/sentry.h"

#define LIMIT_MAX 1000
#define OFFSET_MAX 1000000
#define POINTS_MAX 2000

struct fault {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct fault fault, const char *format,
                                                         ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(fault.text, fault.size, format, args);
    va_end(args);
    return false;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Decodes %2F and +; printable ASCII alone, since no name of ours has anything else. */
static bool decode(const char *text, size_t len, char *out)
{
    size_t out_len = 0;
    for (size_t i = 0; i < len; i++) {
        int c = text[i] == '+' ? ' ' : (unsigned char)text[i];
        if (c == '%') {
            int high = len - i > 2 ? hex_digit(text[i + 1]) : -1;
            int low = len - i > 2 ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = high * 16 + low;
            i += 2;
        }
        if (c < 0x20 || c > 0x7E || out_len + 1 >= QUERY_VALUE_MAX)
            return false;
        out[out_len++] = (char)c;
    }
    out[out_len] = '\0';
    return true;
}

static bool take_number(const char *name, const char *value, int64_t min, int64_t max, int64_t *ret,
                        struct fault fault)
{
    int64_t number = 0;
    size_t len = strlen(value);
    bool good = len > 0 && len <= 9;
    for (size_t i = 0; good && i < len; i++) {
        good = value[i] >= '0' && value[i] <= '9';
        number = number * 10 + (value[i] - '0');
    }
    if (!good || number < min || number > max)
        return refuse(fault, "%s: \"%s\" is not a whole number from %lld to %lld", name, value,
                      (long long)min, (long long)max);
    *ret = number;
    return true;
}

static bool take_limit(struct query *query, const char *value, struct fault fault)
{
    return take_number("limit", value, 1, query->limit_most > 0 ? query->limit_most : LIMIT_MAX,
                       &query->limit, fault);
}

static bool take_offset(struct query *query, const char *value, struct fault fault)
{
    return take_number("offset", value, 0, OFFSET_MAX, &query->offset, fault);
}

static bool take_name(const char *name, const char *like, const char *value, char *ret, size_t size,
                      struct fault fault)
{
    const size_t len = strlen(value);
    if (len == 0 || len >= size)
        return refuse(fault, "%s: \"%s\" is not a %s; write it as %s", name, value, name, like);
    memcpy(ret, value, len + 1);
    return true;
}

static bool take_pair(struct query *query, const char *value, struct fault fault)
{
    return take_name("pair", "BTC/USD", value, query->pair, sizeof query->pair, fault);
}

static bool take_kind(struct query *query, const char *value, struct fault fault)
{
    char words[400] = "";
    if (sentence_kind_find(value, strlen(value), &query->kind))
        return true;
    sentence_kind_list(words, sizeof words);
    return refuse(fault, "kind: \"%.40s\" is not one of %s", value, words);
}

static bool take_timeframe(struct query *query, const char *value, struct fault fault)
{
    return timeframe_parse(value, strlen(value), &query->timeframe) ||
           refuse(fault, "timeframe: \"%s\" is not one of 1m, 5m, 15m, 1h, 4h, 1d", value);
}

static bool take_names(struct query *query, const char *value, struct fault fault)
{
    if (value[0] == '\0')
        return refuse(fault, "names: name indicators, as in names=ema:20,rsi:14");
    memcpy(query->names, value, strlen(value) + 1);
    return true;
}

static bool take_strategy(struct query *query, const char *value, struct fault fault)
{
    return take_name("strategy", "trend", value, query->strategy, sizeof query->strategy, fault);
}

static bool take_time(const char *name, const char *value, int64_t *ret_ns, struct fault fault)
{
    return timestamp_parse(value, strlen(value), ret_ns) ||
           refuse(fault, "%s: \"%s\" is not a time; write 2024-08-01 or 2024-08-01T12:30:00Z", name,
                  value);
}

static bool take_from(struct query *query, const char *value, struct fault fault)
{
    return take_time("from", value, &query->from_ns, fault);
}

static bool take_to(struct query *query, const char *value, struct fault fault)
{
    return take_time("to", value, &query->to_ns, fault);
}

static bool take_points(struct query *query, const char *value, struct fault fault)
{
    return take_number("points", value, 2, POINTS_MAX, &query->points, fault);
}

static bool take_severity(struct query *query, const char *value, struct fault fault)
{
    for (int32_t i = 0; sentry_severity_names[i]; i++) {
        if (strcmp(sentry_severity_names[i], value) == 0) {
            query->severity = i;
            return true;
        }
    }
    return refuse(fault, "severity: \"%.40s\" is not one of info, warning, critical", value);
}

static const struct {
    const char *name;
    enum query_name bit;
    bool (*take)(struct query *query, const char *value, struct fault fault);
} names[] = {
    {"limit", QUERY_LIMIT, take_limit},
    {"offset", QUERY_OFFSET, take_offset},
    {"pair", QUERY_PAIR, take_pair},
    {"kind", QUERY_KIND, take_kind},
    {"timeframe", QUERY_TIMEFRAME, take_timeframe},
    {"names", QUERY_NAMES, take_names},
    {"strategy", QUERY_STRATEGY, take_strategy},
    {"from", QUERY_FROM, take_from},
    {"to", QUERY_TO, take_to},
    {"points", QUERY_POINTS, take_points},
    {"severity", QUERY_SEVERITY, take_severity},
};

static bool take(struct query *query, uint32_t allowed, const char *name, const char *value,
                 struct fault fault)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].name, name) != 0 || !(allowed & names[i].bit))
            continue;
        if (query->given & names[i].bit)
            return refuse(fault, "%s is given twice", name);
        query->given |= names[i].bit;
        return names[i].take(query, value, fault);
    }
    return refuse(fault, "\"%s\" is not a parameter of this route", name);
}

bool query_parse(struct query *query, uint32_t allowed, const char *text, char *error,
                 size_t error_size)
{
    struct fault fault = {error, error_size};
    query->given = 0;
    query->from_ns = INT64_MIN;
    query->to_ns = INT64_MAX;
    while (*text) {
        size_t len = strcspn(text, "&");
        const char *equals = memchr(text, '=', len);
        char name[QUERY_VALUE_MAX], value[QUERY_VALUE_MAX];
        if (!equals || !decode(text, (size_t)(equals - text), name) ||
            !decode(equals + 1, len - (size_t)(equals + 1 - text), value))
            return refuse(fault, "\"%.*s\" is not name=value in plain ASCII of at most %d letters",
                          (int)(len < 100 ? len : 100), text, QUERY_VALUE_MAX - 1);
        if (!take(query, allowed, name, value, fault))
            return false;
        text += len + (text[len] == '&');
    }
    if (query->from_ns >= query->to_ns)
        return refuse(fault, "from has to be before to");
    return true;
}
