/* SPDX-License-Identifier: MIT */
#include "../test.h"

#include "core/base/timestamp.h"
#include "venue/kraken/backoff.h"
#include "venue/kraken/candle_join.h"
#include "venue/kraken/replies.h"

#define SPAN NS_PER_MIN

static struct kraken_join join;

static struct candle at(int64_t minute, double volume)
{
    return (struct candle){minute * SPAN, 5, 6, 4, 5, volume};
}

static bool row(int64_t minute, double volume)
{
    struct candle candle = at(minute, volume);
    return kraken_join_row(&join, &candle);
}

/* The next candle given out: its minute, -1 when there is none. */
static int64_t next(double *ret_volume)
{
    const struct candle *candle = kraken_join_peek(&join);
    if (candle == NULL)
        return -1;
    int64_t minute = candle->time_ns / SPAN;
    *ret_volume = candle->volume;
    kraken_join_take(&join);
    return minute;
}

static void expect_next(int64_t minute, double volume)
{
    double got = 0;
    EXPECT_INT(next(&got), minute);
    EXPECT(minute < 0 || got == volume);
}

TEST(a_later_row_closes_a_candle_as_its_last_row_had_it)
{
    kraken_join_init(&join, SPAN, 10 * SPAN);
    row(10, 1);
    row(10, 2);
    expect_next(-1, 0);
    row(11, 7);
    expect_next(10, 2);
    expect_next(-1, 0);
    EXPECT(!row(10, 3)); /* late */
}

TEST(time_closes_a_candle_where_nothing_trades)
{
    kraken_join_init(&join, SPAN, 10 * SPAN);
    row(10, 1);
    kraken_join_settle(&join, 11 * SPAN - 1);
    expect_next(-1, 0);
    kraken_join_settle(&join, 11 * SPAN);
    expect_next(10, 1);
    kraken_join_settle(&join, 14 * SPAN); /* three minutes without trades */
    EXPECT_INT(join.cursor_ns, 14 * SPAN);
    EXPECT(!kraken_join_gap(&join, 14 * SPAN));
}

/* What waits is one candle as a rule, so months of them stay within one page of memory. */
TEST(candles_that_are_taken_as_they_come_use_the_same_room_again)
{
    memset(&join, 0, sizeof join);
    kraken_join_init(&join, SPAN, 10 * SPAN);
    row(10, 1);
    for (int64_t minute = 11; minute < 2000; minute++) {
        row(minute, 1);
        expect_next(minute - 1, 1);
    }
    EXPECT_INT(join.ready[1].time_ns, 0); /* never touched */
    row(2001, 1);
    row(2002, 1); /* two at once, and both are given out */
    expect_next(1999, 1);
    expect_next(2001, 1);
    expect_next(-1, 0);
}

/* history to 10 | 10..12 only REST knows | rows from 13 on */
TEST(rest_closes_the_gap_before_the_first_row_without_hole_or_double)
{
    kraken_join_init(&join, SPAN, 10 * SPAN);
    row(13, 3);
    row(14, 4);
    kraken_join_settle(&join, 15 * SPAN);
    expect_next(-1, 0);
    EXPECT(kraken_join_gap(&join, 15 * SPAN));
    const struct candle rows[] = {at(9, 9), at(10, 1), at(12, 2), at(13, 9), at(14, 9)};
    EXPECT_INT(kraken_join_rest(&join, rows, 5, 12 * SPAN), 1); /* committed to 12 only */
    expect_next(10, 1);
    expect_next(-1, 0);
    EXPECT_INT(kraken_join_rest(&join, rows, 5, 15 * SPAN), 1);
    kraken_join_settle(&join, 15 * SPAN);
    expect_next(12, 2);
    expect_next(13, 3);
    expect_next(14, 4);
    expect_next(-1, 0);
    EXPECT(!kraken_join_gap(&join, 15 * SPAN));
}

TEST(what_a_lost_connection_began_is_left_to_rest)
{
    kraken_join_init(&join, SPAN, 10 * SPAN);
    row(10, 1);
    kraken_join_uncover(&join);
    kraken_join_settle(&join, 12 * SPAN);
    expect_next(-1, 0);
    EXPECT(kraken_join_gap(&join, 12 * SPAN));
    const struct candle rows[] = {at(10, 5), at(11, 6)};
    kraken_join_rest(&join, rows, 2, 12 * SPAN);
    expect_next(10, 5);
    expect_next(11, 6);
}

TEST(a_snapshot_that_reaches_back_closes_the_gap_alone)
{
    kraken_join_init(&join, SPAN, 10 * SPAN);
    kraken_join_cover(&join, 16 * SPAN);
    for (int64_t minute = 4; minute <= 15; minute++)
        row(minute, (double)minute);
    for (int64_t minute = 10; minute <= 14; minute++)
        expect_next(minute, (double)minute);
    expect_next(-1, 0);
    EXPECT(!kraken_join_gap(&join, 15 * SPAN));
}

TEST(more_open_candles_than_fit_are_left_to_rest)
{
    kraken_join_init(&join, SPAN, 10 * SPAN);
    for (int64_t minute = 12; minute < 12 + 2 * KRAKEN_OPEN_MAX; minute++)
        row(minute, (double)minute);
    expect_next(-1, 0);
    EXPECT_INT(join.covered_ns, (12 + KRAKEN_OPEN_MAX) * SPAN);
    struct candle rows[40];
    for (int64_t minute = 0; minute < 40; minute++)
        rows[minute] = at(minute + 1, (double)minute + 1);
    kraken_join_rest(&join, rows, 40, 40 * SPAN);
    for (int64_t minute = 10; minute < 12 + 2 * KRAKEN_OPEN_MAX - 1; minute++)
        expect_next(minute, (double)minute);
    expect_next(-1, 0);
}

TEST(candles_that_nobody_takes_make_it_wait_and_lose_nothing)
{
    kraken_join_init(&join, SPAN, SPAN);
    for (int64_t minute = 1; minute <= KRAKEN_REST_ROWS + 3; minute++)
        row(minute, (double)minute);
    for (int64_t minute = 1; minute <= KRAKEN_REST_ROWS; minute++)
        expect_next(minute, (double)minute);
    kraken_join_settle(&join, (KRAKEN_REST_ROWS + 4) * SPAN);
    for (int64_t minute = KRAKEN_REST_ROWS + 1; minute <= KRAKEN_REST_ROWS + 3; minute++)
        expect_next(minute, (double)minute);
}

TEST(delays_double_from_one_second_to_sixty_and_are_jittered_by_half)
{
    struct kraken_backoff backoff;
    kraken_backoff_init(&backoff, test_seed());
    static const double full[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    int64_t now_ns = NS_PER_HOUR;
    for (uint32_t i = 0; i < sizeof full / sizeof *full; i++) {
        double delay = (double)kraken_backoff_fail(&backoff, now_ns, KRAKEN_FAILED) / 1e9;
        EXPECT(delay >= full[i] / 2 - 1e-9 && delay <= full[i]);
    }
    kraken_backoff_good(&backoff);
    EXPECT(kraken_backoff_fail(&backoff, now_ns, KRAKEN_FAILED) <= NS_PER_S);
    kraken_backoff_good(&backoff);
    EXPECT(kraken_backoff_fail(&backoff, now_ns, KRAKEN_MAINTENANCE) > 5 * NS_PER_S);
    kraken_backoff_good(&backoff);
    EXPECT(kraken_backoff_fail(&backoff, now_ns, KRAKEN_POLICY) > 10 * NS_PER_MIN);
}

/* The worst caller: attempts whenever it may, and every attempt seems to go well. */
TEST(no_ten_minutes_hold_more_attempts_than_the_window_allows)
{
    struct kraken_backoff backoff;
    kraken_backoff_init(&backoff, 1);
    static int64_t attempts_ns[100000];
    uint32_t count = 0;
    for (int64_t now_ns = NS_PER_HOUR; now_ns < 25 * NS_PER_HOUR; now_ns += NS_PER_S) {
        if (!kraken_backoff_due(&backoff, now_ns))
            continue;
        kraken_backoff_attempt(&backoff, now_ns);
        kraken_backoff_good(&backoff);
        attempts_ns[count++] = now_ns;
    }
    EXPECT(count > 24 * 6 * KRAKEN_ATTEMPTS_MAX / 2);
    for (uint32_t i = KRAKEN_ATTEMPTS_MAX; i < count; i++)
        EXPECT(attempts_ns[i] - attempts_ns[i - KRAKEN_ATTEMPTS_MAX] >= 10 * NS_PER_MIN);
}

static struct kraken_rows rows;
static const struct pair terms = {.price_decimals = 1, .qty_decimals = 8};

static bool parse_ohlc(const char *text, struct kraken_reply *reply)
{
    char where[100];
    return kraken_reply_parse(text, strlen(text), reply, where, sizeof where) &&
           reply->has_result && kraken_rows_parse(&reply->result, SPAN, &terms, &rows);
}

TEST(the_documented_ohlc_reply_reads_as_it_says_and_invented_rows_are_left_out)
{
    struct kraken_reply reply;
    EXPECT(parse_ohlc(
        "{\"error\":[\"WGeneral:something\"],\"result\":{\"last\":1688672100,\"XXBTZUSD\":["
        "[1688671980,\"30306.1\",\"30306.2\",\"30305.7\",\"30305.7\",\"30306.1\",\"3.39243896\",23]"
        ","
        "[1688672040,\"30305.7\",\"30305.7\",\"30305.7\",\"30305.7\",\"0.0\",\"0.00000000\",0],"
        "[1688672100,30305.7,30307.0,30305.7,30306.0,30306.1,1.5,2,\"new\"],"
        "[1688672160,\"30306.0\",\"30306.0\",\"30306.0\",\"30306.0\",\"30306.0\",\"0.1\",1]]}}",
        &reply));
    EXPECT_TEXT(reply.error, ""); /* a warning is no error */
    EXPECT_INT(rows.count, 3);
    EXPECT_INT(rows.rows[0].time_ns, 1688671980 * NS_PER_S);
    EXPECT(rows.rows[0].open == 30306.1 && rows.rows[0].volume == 3.39243896);
    EXPECT(rows.rows[1].high == 30307.0);
    EXPECT_INT(rows.last_ns, 1688672100 * NS_PER_S);
    EXPECT_INT(rows.final_ns, 1688672160 * NS_PER_S);
}

/* Times in minutes: last, the reply's final row, now -> committed before. */
TEST(rows_are_final_up_to_what_the_venue_commits)
{
    static const struct {
        bool told;
        int64_t last, final, now_seconds, committed;
    } table[] = {
        {true, 99, 100, 100 * 60 + 30, 100},  /* as documented */
        {true, 98, 99, 100 * 60 + 2, 99},     /* REST lags behind the boundary */
        {true, 100, 100, 100 * 60 + 30, 100}, /* `last` names the unfinished row */
        {true, 0, 0, 100 * 60 + 30, 99},     /* nothing: a minute after its end it did not happen */
        {true, 40, 40, 100 * 60 + 30, 99},   /* empty ones are left out, none is being formed */
        {true, 40, 100, 100 * 60 + 30, 100}, /* the same, and one is */
        {true, 99, 100, 106 * 60 + 30, 105}, /* REST lags by far more than a minute */
        {true, 99, 400, 100 * 60 + 30, 100}, /* a row from the future closes none before it */
        {true, 400, 100, 100 * 60 + 30, 100}, /* nor does what it calls committed */
        {false, 99, 100, 900 * 60, 100},      /* nobody knows the time: the final row tells it */
        {false, 100, 100, 900 * 60, 100},     /* the same: `last` may name the unfinished row */
        {false, 40, 0, 900 * 60, 0},          /* the same, and there is no row: nothing is known */
        {false, 99, 400, 100 * 60 + 30, 100}, /* the same, and the row is beyond our clock */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        rows.last_ns = table[i].last * SPAN;
        rows.final_ns = table[i].final * SPAN;
        EXPECT_INT(
            kraken_rows_committed(&rows, SPAN, table[i].now_seconds * NS_PER_S, table[i].told),
            table[i].committed * SPAN);
    }
    /* The newest time that a text can name. */
    rows.last_ns = INT64_MAX;
    EXPECT_INT(kraken_rows_committed(&rows, SPAN, 100 * SPAN + 1, true), 100 * SPAN);
}

TEST(replies_that_are_none_are_refused)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"error\":[]}",
        "{\"error\":[],\"result\":{\"X\":[[1,2]]}}",
        "{\"error\":[],\"result\":{\"X\":[[60,\"1\",\"0\",\"1\",\"1\",\"1\",\"1\",1]]}}",
        "{\"error\":[],\"result\":{\"X\":[[60,1,1,1,1,1,1,1],[60,1,1,1,1,1,1,1]]}}",
        "{\"error\":[],\"result\":{\"X\":[[60,1,1,1,1,1,1,1],[150,1,1,1,1,1,1,1]]}}",
        "{\"error\":[],\"result\":{\"X\":[[60,1,1,1,1,1,1,1],[121,1,1,1,1,1,0,0]]}}",
        "<html>520</html>",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct kraken_reply reply;
        EXPECT(!parse_ohlc(texts[i], &reply));
    }
    struct kraken_reply reply;
    char where[100];
    static const char error[] = "{\"error\":[\"EQuery:Unknown asset pair\"]}";
    EXPECT(kraken_reply_parse(error, strlen(error), &reply, where, sizeof where));
    EXPECT_TEXT(reply.error, "EQuery:Unknown asset pair");
}
