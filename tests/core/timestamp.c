/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <time.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"

static const int64_t untouched = -777;

static int64_t parsed(const char *text)
{
    int64_t time = untouched;
    if (!timestamp_parse(text, strlen(text), &time)) {
        print_error("'%s' was refused\n", text);
        fail();
    }
    return time;
}

TEST(a_timestamp_is_nanoseconds_since_1970)
{
    EXPECT_INT(parsed("1970-01-01"), 0);
    EXPECT_INT(parsed("1970-01-02T00:00Z"), NS_PER_DAY);
    EXPECT_INT(parsed("2024-08-01"), INT64_C(1722470400) * NS_PER_S);
    EXPECT_INT(parsed("2024-08-01T12:30Z"), INT64_C(1722515400) * NS_PER_S);
    EXPECT_INT(parsed("2024-08-01T12:30:05.123456789Z"), INT64_C(1722515405123456789));
    EXPECT_INT(parsed("2024-08-01T12:30:05.5Z"), INT64_C(1722515405500000000));
    EXPECT_INT(parsed("2001-09-09T01:46:40Z"), INT64_C(1000000000) * NS_PER_S);
}

TEST(an_offset_is_taken_off)
{
    EXPECT_INT(parsed("2024-08-01T02:00:00+02:00"), parsed("2024-08-01"));
    EXPECT_INT(parsed("2024-07-31T18:30:00-05:30"), parsed("2024-08-01"));
    EXPECT_INT(parsed("1969-12-31T23:00:00-01:00"), 0);
    EXPECT_INT(parsed("2201-01-01T00:30:00+01:00"), parsed("2200-12-31T23:30:00Z"));
}

TEST(leap_years_follow_the_calendar)
{
    EXPECT_INT(parsed("2024-03-01") - parsed("2024-02-28"), 2 * NS_PER_DAY);
    EXPECT_INT(parsed("2023-03-01") - parsed("2023-02-28"), NS_PER_DAY);
    EXPECT_INT(parsed("2000-03-01") - parsed("2000-02-28"), 2 * NS_PER_DAY);
    EXPECT_INT(parsed("2100-03-01") - parsed("2100-02-28"), NS_PER_DAY);
    EXPECT_INT(parsed("2024-02-29") + NS_PER_DAY, parsed("2024-03-01"));
}

TEST(what_is_no_timestamp_is_refused)
{
    const char *const texts[] = {
        "",
        "2024",
        "2024-08",
        "2024-8-1",
        "2024-08-01T",
        "2024-08-01T12",
        "2024-08-01T12:30",
        "2024-08-01T12:30:05",
        "2024-08-01T12:30:05.Z",
        "2024-08-01T12:30:05.1234567890Z",
        "2024-08-01T12:30:05,5Z",
        "2024-08-01 12:30:05Z",
        "2024-08-01T12:30:05Z ",
        " 2024-08-01",
        "2024-08-01Z",
        "2024-08-01T24:00:00Z",
        "2024-08-01T12:60:00Z",
        "2024-08-01T12:30:60Z",
        "2024-08-01T12:30:05+0200",
        "2024-08-01T12:30:05+02",
        "2024-08-01T12:30:05+24:00",
        "2024-08-01T12:30:05+02:60",
        "2024-08-01T12:30:05z",
        "2024-08-01t12:30:05Z",
        "2024-02-30",
        "2023-02-29",
        "2100-02-29",
        "2024-00-01",
        "2024-13-01",
        "2024-01-00",
        "2024-04-31",
        "1969-12-31",
        "1970-01-01T00:30:00+01:00",
        "2201-01-01",
        "2200-12-31T23:30:00-01:00",
        "-024-08-01",
        "+2024-08-01",
        "20240801",
        "1722515405",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t time = untouched;
        if (timestamp_parse(texts[i], strlen(texts[i]), &time)) {
            print_error("'%s' was taken\n", texts[i]);
            fail();
        }
        EXPECT_INT(time, untouched);
    }
}

static const char *formatted(int64_t time, uint32_t fraction_digits)
{
    static char text[TIMESTAMP_TEXT_MAX];
    size_t len = timestamp_format(text, time, fraction_digits);
    EXPECT_INT((int64_t)len, (int64_t)strlen(text));
    return text;
}

TEST(a_time_is_written_with_the_fraction_asked_for)
{
    const int64_t time = INT64_C(1722515405123456789);
    EXPECT_TEXT(formatted(time, 0), "2024-08-01T12:30:05Z");
    EXPECT_TEXT(formatted(time, 3), "2024-08-01T12:30:05.123Z");
    EXPECT_TEXT(formatted(time, 6), "2024-08-01T12:30:05.123456Z");
    EXPECT_TEXT(formatted(time, 9), "2024-08-01T12:30:05.123456789Z");
    EXPECT_TEXT(formatted(0, 6), "1970-01-01T00:00:00.000000Z");
    EXPECT_TEXT(formatted(-1, 9), "1969-12-31T23:59:59.999999999Z");
}

TEST(no_time_at_all_overflows_when_written)
{
    EXPECT_TEXT(formatted(INT64_MIN, 0), "1677-09-21T00:12:43Z");
    EXPECT_TEXT(formatted(INT64_MAX, 0), "2262-04-11T23:47:16Z");
}

TEST(every_day_of_the_range_is_the_calendar_of_libc_and_reads_back)
{
    for (int64_t day = 0; day < 84371; day++) {
        time_t seconds = (time_t)(day * 86400);
        struct tm tm;
        char want[TIMESTAMP_TEXT_MAX];
        gmtime_r(&seconds, &tm);
        strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%SZ", &tm);
        EXPECT_TEXT(formatted(day * NS_PER_DAY, 0), want);
        EXPECT_INT(parsed(want), day * NS_PER_DAY);
    }
}

TEST(any_time_written_reads_back_the_same)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 100000; i++) {
        int64_t time = (int64_t)prng_below(&prng, (uint64_t)(84371 * NS_PER_DAY));
        EXPECT_INT(parsed(formatted(time, 9)), time);
        EXPECT_INT(parsed(formatted(time, 3)), time - time % NS_PER_MS);
    }
}

/* Where a valid text is spoilt by one character, the reader refuses or writes back the same time:
 * it never accepts two things for one. */
TEST(a_spoilt_timestamp_is_refused_or_means_what_it_says)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    const char letters[] = "0123456789-:.TZ+ eE\x00\xff";
    for (int i = 0; i < 200000; i++) {
        char text[TIMESTAMP_TEXT_MAX];
        size_t len =
            timestamp_format(text, (int64_t)prng_below(&prng, (uint64_t)(84371 * NS_PER_DAY)), 9);
        for (uint64_t n = prng_below(&prng, 3) + 1; n > 0; n--)
            text[prng_below(&prng, len)] = letters[prng_below(&prng, sizeof letters)];
        len -= prng_below(&prng, 3) == 0 ? prng_below(&prng, len) : 0;
        /* An exact copy, so that the sanitizer sees a read beyond the end. */
        char *exact = malloc(len ? len : 1);
        memcpy(exact, text, len);
        int64_t time = untouched;
        if (timestamp_parse(exact, len, &time)) {
            EXPECT(time >= 0 && time < 84371 * NS_PER_DAY);
            if (exact[len - 1] == 'Z')
                EXPECT_INT(memcmp(formatted(time, 0), exact, 16), 0);
        } else {
            EXPECT_INT(time, untouched);
        }
        free(exact);
    }
}

TEST(a_day_starts_at_midnight_utc)
{
    EXPECT_INT(timestamp_day(0), 0);
    EXPECT_INT(timestamp_day(NS_PER_DAY - 1), 0);
    EXPECT_INT(timestamp_day(NS_PER_DAY), NS_PER_DAY);
    EXPECT_INT(timestamp_day(-1), -NS_PER_DAY);
    EXPECT_INT(timestamp_day(-NS_PER_DAY), -NS_PER_DAY);
}

static int64_t duration(const char *text)
{
    int64_t value = untouched;
    if (!duration_parse(text, strlen(text), &value)) {
        print_error("'%s' was refused\n", text);
        fail();
    }
    return value;
}

TEST(a_duration_is_the_sum_of_its_parts)
{
    EXPECT_INT(duration("500ms"), 500 * NS_PER_MS);
    EXPECT_INT(duration("180s"), 180 * NS_PER_S);
    EXPECT_INT(duration("10m"), 10 * NS_PER_MIN);
    EXPECT_INT(duration("2h"), 2 * NS_PER_HOUR);
    EXPECT_INT(duration("3d"), 3 * NS_PER_DAY);
    EXPECT_INT(duration("1h30m"), 90 * NS_PER_MIN);
    EXPECT_INT(duration("1d2h3m4s5ms6us7ns"), INT64_C(93784005006007));
    EXPECT_INT(duration("0s"), 0);
    EXPECT_INT(duration("9223372036854775807ns"), INT64_MAX);
}

TEST(what_is_no_duration_is_refused)
{
    const char *const texts[] = {"",      "5",    "s",    "5x",      "-5s",
                                 "+5s",   "1.5h", " 5s",  "5s ",     "5 s",
                                 "30m1h", "1h1h", "1h30", "5S",      "5mss",
                                 "1ms2m", "5min", "1e3s", "106752d", "9223372036854775808ns",
                                 "5m-3s", "0"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t value = untouched;
        if (duration_parse(texts[i], strlen(texts[i]), &value)) {
            print_error("'%s' was taken\n", texts[i]);
            fail();
        }
        EXPECT_INT(value, untouched);
    }
}

static const char *duration_text(int64_t value)
{
    static char text[TIMESTAMP_TEXT_MAX];
    size_t len = duration_format(text, value);
    EXPECT_INT((int64_t)len, (int64_t)strlen(text));
    return text;
}

TEST(a_duration_is_written_as_short_as_can_be)
{
    EXPECT_TEXT(duration_text(0), "0s");
    EXPECT_TEXT(duration_text(180 * NS_PER_S), "3m");
    EXPECT_TEXT(duration_text(90 * NS_PER_MIN), "90m");
    EXPECT_TEXT(duration_text(NS_PER_DAY), "1d");
    EXPECT_TEXT(duration_text(36 * NS_PER_HOUR), "36h");
    EXPECT_TEXT(duration_text(NS_PER_DAY + NS_PER_S), "1d1s");
    EXPECT_TEXT(duration_text(500 * NS_PER_MS), "500ms");
    EXPECT_TEXT(duration_text(1500 * NS_PER_MS), "1500ms");
    EXPECT_TEXT(duration_text(-90 * NS_PER_S), "-90s");
    EXPECT(strlen(duration_text(INT64_MIN)) < TIMESTAMP_TEXT_MAX);
}

TEST(any_duration_written_reads_back_the_same)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)(prng_next(&prng) >> (1 + prng_below(&prng, 62)));
        value -= prng_below(&prng, 2) ? value % NS_PER_S : 0;
        EXPECT_INT(duration(duration_text(value)), value);
    }
}

TEST(random_letters_never_make_the_duration_reader_stumble)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    const char letters[] = "0123459dhmsun. -";
    int taken = 0;
    for (int i = 0; i < 300000; i++) {
        size_t len = prng_below(&prng, 9);
        char *text = malloc(len ? len : 1);
        for (size_t c = 0; c < len; c++)
            text[c] = letters[prng_below(&prng, sizeof letters - 1)];
        int64_t value = untouched;
        if (duration_parse(text, len, &value)) {
            taken++;
            EXPECT(value >= 0);
            EXPECT(strlen(duration_text(value)) <= (value ? len : 2));
        } else {
            EXPECT_INT(value, untouched);
        }
        free(text);
    }
    EXPECT(taken > 1000);
}
