/* SPDX-License-Identifier: MIT */
#include "app/plot_tick.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/timestamp.h"

/* 1, 2, 2.5 or 5 times a power of ten. */
static double round_step(double least)
{
    const double power = pow(10, floor(log10(least)));
    const double steps[] = {1, 2, 2.5, 5};
    for (int i = 0; i < 4; i++) {
        if (steps[i] * power >= least * (1 - 1e-9)) {
            return steps[i] * power;
        }
    }
    return 10 * power;
}

/* 12500 -> "12,500", with as many decimals as the step has. */
static void put_number(double value, int decimals, char text[TICK_TEXT_MAX])
{
    char plain[TICK_TEXT_MAX];
    snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
    const size_t whole = strcspn(plain, "."), len = strlen(plain);
    size_t out = 0;
    if (value < 0) {
        text[out++] = '-';
    }
    for (size_t i = 0; i < len && out + 2 < TICK_TEXT_MAX; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0) {
            text[out++] = ',';
        }
        text[out++] = plain[i];
    }
    text[out] = '\0';
}

/* How many decimals a step needs: 2.5 one, 0.25 two. */
static int decimals_of(double step)
{
    int decimals = 0;
    for (double at = step; decimals < 8 && fabs(at - round(at)) > 1e-6 * at; at *= 10) {
        decimals++;
    }
    return decimals;
}

static size_t put_steps(double low, double high, double step, double unit,
                        struct tick ticks[TICK_MAX])
{
    size_t count = 0;
    for (double k = ceil(low / step - 1e-9); k * step <= high + 1e-9 * step && count < TICK_MAX;
         k++) {
        struct tick *tick = &ticks[count++];
        tick->at = k * step;
        put_number(k == 0 ? 0 : tick->at / unit, decimals_of(step / unit), tick->text);
    }
    return count;
}

size_t ticks_of_values(double low, double high, enum plot_unit unit, int wanted,
                       struct tick ticks[TICK_MAX])
{
    if (!(high > low)) {
        return 0;
    }
    const double scale = unit == PLOT_MONEY ? 1e8 : 0.01;
    const double step = round_step((high - low) / scale / wanted) * scale;
    const size_t count = put_steps(low, high, step, scale, ticks);
    for (size_t i = 0; unit == PLOT_PART && i < count; i++) {
        strncat(ticks[i].text, " %", TICK_TEXT_MAX - 1 - strlen(ticks[i].text));
    }
    return count;
}

size_t ticks_of_things(double last, int wanted, struct tick ticks[TICK_MAX])
{
    return last > 0 ? put_steps(0, last, fmax(round_step(last / wanted), 1), 1, ticks) : 0;
}

/* A step of the calendar: so many months, or else so many nanoseconds from 1970 on. */
struct calendar {
    int months;
    int64_t ns;
};

static const struct calendar calendars[] = {
    {0, NS_PER_HOUR},
    {0, 3 * NS_PER_HOUR},
    {0, 6 * NS_PER_HOUR},
    {0, 12 * NS_PER_HOUR},
    {0, NS_PER_DAY},
    {0, 2 * NS_PER_DAY},
    {0, 7 * NS_PER_DAY},
    {0, 14 * NS_PER_DAY},
    {1, 0},
    {3, 0},
    {6, 0},
    {12, 0},
    {24, 0},
    {60, 0},
    {120, 0},
    {240, 0},
};

/* The first such beginning at from_ns or after it, then the next after each; in nanoseconds. */
static int64_t first_of(const struct calendar *calendar, int64_t from_ns)
{
    if (calendar->months == 0) {
        return (from_ns + calendar->ns - 1) / calendar->ns * calendar->ns;
    }
    const time_t from = (time_t)(from_ns / NS_PER_S);
    struct tm utc;
    gmtime_r(&from, &utc);
    int month = (utc.tm_year * 12 + utc.tm_mon) / calendar->months * calendar->months;
    for (;; month += calendar->months) {
        struct tm begin = {.tm_year = month / 12, .tm_mon = month % 12, .tm_mday = 1};
        const int64_t begin_ns = (int64_t)timegm(&begin) * NS_PER_S;
        if (begin_ns >= from_ns) {
            return begin_ns;
        }
    }
}

static void put_date(const struct calendar *calendar, int64_t time_ns, char text[TICK_TEXT_MAX])
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const time_t time = (time_t)(time_ns / NS_PER_S);
    struct tm utc;
    gmtime_r(&time, &utc);
    if (calendar->months >= 12) {
        snprintf(text, TICK_TEXT_MAX, "%d", utc.tm_year + 1900);
    } else if (calendar->months > 0) {
        snprintf(text, TICK_TEXT_MAX, "%s %d", months[utc.tm_mon], utc.tm_year + 1900);
    } else if (calendar->ns >= NS_PER_DAY) {
        snprintf(text, TICK_TEXT_MAX, "%d %s %d", utc.tm_mday, months[utc.tm_mon],
                 utc.tm_year + 1900);
    } else {
        snprintf(text, TICK_TEXT_MAX, "%d %s %02d:00", utc.tm_mday, months[utc.tm_mon],
                 utc.tm_hour);
    }
}

size_t ticks_of_times(int64_t from_ns, int64_t until_ns, size_t wanted, struct tick ticks[TICK_MAX])
{
    for (size_t i = 0; i < sizeof calendars / sizeof calendars[0]; i++) {
        size_t count = 0;
        int64_t at_ns = first_of(&calendars[i], from_ns);
        for (; at_ns <= until_ns && count <= wanted && count < TICK_MAX;
             at_ns = first_of(&calendars[i], at_ns + 1)) {
            struct tick *tick = &ticks[count++];
            tick->at = (double)at_ns;
            put_date(&calendars[i], at_ns, tick->text);
        }
        if (count <= wanted && at_ns > until_ns) {
            return count;
        }
    }
    return 0;
}
