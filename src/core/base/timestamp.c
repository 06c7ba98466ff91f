/* SPDX-License-Identifier: MIT */
#include "core/base/timestamp.h"

#include <string.h>

#include "core/base/check.h"
#include "core/base/decimal.h"

/* 2201-01-01, 84371 days after 1970-01-01: what is accepted ends before it. */
#define TIMESTAMP_END (84371 * NS_PER_DAY)

/* A text being read. `ok` turns false at the first fault and stays so. */
struct reader {
    const char *at;
    const char *end;
    bool ok;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool next_is(const struct reader *reader, char c)
{
    return reader->ok && reader->at < reader->end && *reader->at == c;
}

static void expect(struct reader *reader, char c)
{
    if (next_is(reader, c))
        reader->at++;
    else
        reader->ok = false;
}

/* Exactly `count` digits, with a value in min..max. */
static int64_t read_digits(struct reader *reader, int count, int64_t min, int64_t max)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++) {
        if (!reader->ok || reader->at == reader->end || !is_digit(*reader->at)) {
            reader->ok = false;
            return 0;
        }
        value = value * 10 + (*reader->at++ - '0');
    }
    if (value < min || value > max)
        reader->ok = false;
    return value;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/*
 * Years are counted from March, so that the leap day is a year's last; then month m (0 is March)
 * starts on day (153 m + 2) / 5 of its year. 719468 days lie between 0000-03-01 and 1970-01-01.
 */
static int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    int64_t march_year = year - (month <= 2);
    int64_t march_month = (month + 9) % 12;
    return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 +
           (153 * march_month + 2) / 5 + (day - 1) - 719468;
}

static void date_from_days(int64_t days, int64_t *ret_year, int64_t *ret_month, int64_t *ret_day)
{
    /* A 400-year era has 146097 days. Taking out the leap days that lie before a day of the era
     * (one each 1460, less one each 36524, and the last one of all) leaves plain years of 365. */
    int64_t from_march = days + 719468;
    int64_t era = from_march / 146097;
    int64_t in_era = from_march % 146097;
    int64_t year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * in_year + 2) / 153;
    *ret_day = in_year - (153 * march_month + 2) / 5 + 1;
    *ret_month = march_month < 10 ? march_month + 3 : march_month - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

static int64_t read_date(struct reader *reader)
{
    int64_t year = read_digits(reader, 4, 1969, 2201);
    expect(reader, '-');
    int64_t month = read_digits(reader, 2, 1, 12);
    expect(reader, '-');
    if (!reader->ok)
        return 0;
    int64_t day = read_digits(reader, 2, 1, days_in_month(year, month));
    return days_from_date(year, month, day);
}

/* The digits behind a second's dot, one to nine of them, in nanoseconds. */
static int64_t read_fraction(struct reader *reader)
{
    int64_t value = 0;
    int64_t unit = NS_PER_S / 10;
    if (reader->at == reader->end || !is_digit(*reader->at))
        reader->ok = false;
    for (; reader->ok && reader->at < reader->end && is_digit(*reader->at); reader->at++) {
        if (unit == 0)
            reader->ok = false;
        value += (*reader->at - '0') * unit;
        unit /= 10;
    }
    return value;
}

static int64_t read_hour_minute(struct reader *reader)
{
    int64_t hour = read_digits(reader, 2, 0, 23);
    expect(reader, ':');
    int64_t minute = read_digits(reader, 2, 0, 59);
    return hour * NS_PER_HOUR + minute * NS_PER_MIN;
}

static int64_t read_clock(struct reader *reader)
{
    int64_t time = read_hour_minute(reader);
    if (next_is(reader, ':')) {
        reader->at++;
        time += read_digits(reader, 2, 0, 59) * NS_PER_S;
        if (next_is(reader, '.')) {
            reader->at++;
            time += read_fraction(reader);
        }
    }
    return time;
}

/* How far the clock read is ahead of UTC. */
static int64_t read_offset(struct reader *reader)
{
    if (next_is(reader, 'Z')) {
        reader->at++;
        return 0;
    }
    if (!next_is(reader, '+') && !next_is(reader, '-')) {
        reader->ok = false;
        return 0;
    }
    int64_t sign = *reader->at++ == '-' ? -1 : 1;
    return sign * read_hour_minute(reader);
}

bool timestamp_parse(const char *text, size_t len, int64_t *ret_ns)
{
    struct reader reader = {text, text + len, true};
    int64_t time = read_date(&reader) * NS_PER_DAY;
    if (reader.ok && reader.at < reader.end) {
        expect(&reader, 'T');
        time += read_clock(&reader);
        time -= read_offset(&reader);
    }
    if (!reader.ok || reader.at != reader.end || time < 0 || time >= TIMESTAMP_END)
        return false;
    *ret_ns = time;
    return true;
}

static char *put_digits(char *at, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + count;
}

static int64_t days_since_1970(int64_t time_ns)
{
    return time_ns / NS_PER_DAY - (time_ns % NS_PER_DAY < 0);
}

size_t timestamp_format(char *text, int64_t time_ns, uint32_t fraction_digits)
{
    CHECK(fraction_digits <= 9);
    int64_t days = days_since_1970(time_ns);
    int64_t in_day = time_ns % NS_PER_DAY;
    if (in_day < 0)
        in_day += NS_PER_DAY;
    int64_t year, month, day;
    date_from_days(days, &year, &month, &day);
    char *at = put_digits(text, year, 4);
    *at++ = '-';
    at = put_digits(at, month, 2);
    *at++ = '-';
    at = put_digits(at, day, 2);
    *at++ = 'T';
    at = put_digits(at, in_day / NS_PER_HOUR, 2);
    *at++ = ':';
    at = put_digits(at, in_day / NS_PER_MIN % 60, 2);
    *at++ = ':';
    at = put_digits(at, in_day / NS_PER_S % 60, 2);
    if (fraction_digits > 0) {
        *at++ = '.';
        at = put_digits(at, in_day % NS_PER_S / decimal_pow10(9 - fraction_digits),
                        (int)fraction_digits);
    }
    *at++ = 'Z';
    *at = '\0';
    return (size_t)(at - text);
}

int64_t timestamp_day(int64_t time_ns)
{
    return days_since_1970(time_ns) * NS_PER_DAY;
}

struct unit {
    const char *name;
    int64_t ns;
};

static const struct unit units[] = {
    {"d", NS_PER_DAY}, {"h", NS_PER_HOUR}, {"m", NS_PER_MIN}, {"s", NS_PER_S},
    {"ms", NS_PER_MS}, {"us", NS_PER_US},  {"ns", 1},
};

#define UNIT_COUNT (sizeof units / sizeof *units)

/* The unit whose name is the letters at *at, which are then passed; UNIT_COUNT when there is none.
 */
static size_t read_unit(const char **at, const char *end)
{
    const char *start = *at;
    while (*at < end && !is_digit(**at))
        ++*at;
    size_t len = (size_t)(*at - start);
    size_t unit = 0;
    while (unit < UNIT_COUNT &&
           (strlen(units[unit].name) != len || memcmp(units[unit].name, start, len) != 0))
        unit++;
    return unit;
}

bool duration_parse(const char *text, size_t len, int64_t *ret_ns)
{
    const char *at = text;
    const char *end = text + len;
    int64_t total = 0;
    size_t unit_min = 0; /* larger units come first, each once */
    if (len == 0)
        return false;
    while (at < end) {
        int64_t count = 0;
        int64_t part;
        const char *start = at;
        for (; at < end && is_digit(*at); at++)
            if (__builtin_mul_overflow(count, 10, &count) ||
                __builtin_add_overflow(count, *at - '0', &count))
                return false;
        if (at == start)
            return false;
        size_t unit = read_unit(&at, end);
        if (unit < unit_min || unit == UNIT_COUNT ||
            __builtin_mul_overflow(count, units[unit].ns, &part) ||
            __builtin_add_overflow(total, part, &total))
            return false;
        unit_min = unit + 1;
    }
    *ret_ns = total;
    return true;
}

/* Writes the shortest text of a positive duration, no unit above `first`; among equals the one
 * that starts with the largest unit. Each duration has one: ns divides all. */
static size_t put_shortest(char *text, uint64_t duration, size_t first)
{
    size_t best = SIZE_MAX;
    for (size_t unit = first; unit < UNIT_COUNT; unit++) {
        uint64_t ns = (uint64_t)units[unit].ns;
        if (duration < ns)
            continue;
        char tried[2 * TIMESTAMP_TEXT_MAX];
        size_t len = decimal_digits(tried, duration / ns);
        size_t name_len = strlen(units[unit].name);
        memcpy(tried + len, units[unit].name, name_len);
        len += name_len;
        if (duration % ns > 0)
            len += put_shortest(tried + len, duration % ns, unit + 1);
        if (len < best) {
            memcpy(text, tried, len);
            best = len;
        }
    }
    return best;
}

size_t duration_format(char *text, int64_t duration_ns)
{
    size_t len = 0;
    if (duration_ns < 0)
        text[len++] = '-';
    uint64_t magnitude = duration_ns < 0 ? -(uint64_t)duration_ns : (uint64_t)duration_ns;
    if (magnitude == 0)
        memcpy(text, "0s", len = 2);
    else
        len += put_shortest(text + len, magnitude, 0);
    text[len] = '\0';
    return len;
}
