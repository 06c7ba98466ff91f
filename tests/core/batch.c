/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/base/prng.h"
#include "core/market/batch.h"

static struct batch batch;

/*
 * A story is played line by line; times are in minutes. What a boundary released is written as
 * "open:pair=close ..." with '~' before the close of a flat candle, and "-" when none is complete.
 *
 *   +<pair> <minute> <close>   a candle arrives       ("!" after it: it must be refused)
 *   @<minute>                  the feed's time has come so far
 *   @<minute>g                 and BATCH_GRACE_NS further
 *   s<pair> f<pair>            the pair goes stale, is fresh again
 *   x<pair> a<pair>            the pair is taken out, is active again
 *   b<minute>                  gathering starts here
 *   c<pair> <close>            the pair's last close is known from history
 */
struct step {
    const char *what;
    const char *released; /* every boundary now complete, joined by " | " */
};

static bool add(uint32_t pair, int64_t minute, double close)
{
    const struct candle candle = {minute * NS_PER_MIN, close, close, close, close, 1};
    return batch_add(&batch, pair, &candle, 0);
}

static void describe(int64_t boundary_ns, const struct batch_entry *entries, int count, char *text,
                     size_t size)
{
    size_t len = (size_t)snprintf(text, size, "%lld:", (long long)(boundary_ns / NS_PER_MIN));
    for (int i = 0; i < count; i++) {
        const struct batch_entry *entry = &entries[i];
        bool flat = entry->flags & CANDLE_FLAT;
        EXPECT_INT(entry->candle.time_ns, boundary_ns);
        EXPECT(i == 0 || entries[i - 1].pair < entry->pair);
        EXPECT(candle_valid(&entry->candle));
        EXPECT(flat == (entry->candle.volume == 0));
        len += (size_t)snprintf(text + len, size - len, "%s%u=%s%g", i ? " " : "", entry->pair,
                                flat ? "~" : "", entry->candle.close);
    }
}

static void take_all(char *text, size_t size)
{
    static struct batch_entry entries[PAIR_MAX];
    int64_t boundary_ns;
    int count;
    snprintf(text, size, "-");
    for (bool first = true; (count = batch_take(&batch, &boundary_ns, entries)) >= 0;
         first = false) {
        char one[512];
        describe(boundary_ns, entries, count, one, sizeof one);
        size_t len = first ? 0 : strlen(text);
        snprintf(text + len, size - len, "%s%s", first ? "" : " | ", one);
    }
}

static void play_step(const char *what)
{
    unsigned pair = 0;
    long long minute = 0;
    double close = 0;
    if (what[0] == '+') {
        EXPECT_INT(sscanf(what + 1, "%u %lld %lf", &pair, &minute, &close), 3);
        EXPECT(add(pair, minute, close) == !strchr(what, '!'));
    } else if (what[0] == '@') {
        EXPECT_INT(sscanf(what + 1, "%lld", &minute), 1);
        batch_clock(&batch, minute * NS_PER_MIN + (strchr(what, 'g') ? BATCH_GRACE_NS : 0));
    } else if (what[0] == 'b') {
        EXPECT_INT(sscanf(what + 1, "%lld", &minute), 1);
        batch_start(&batch, minute * NS_PER_MIN);
    } else {
        EXPECT(sscanf(what + 1, "%u %lf", &pair, &close) >= 1);
        switch (what[0]) {
        case 's':
        case 'f':
            batch_set_stale(&batch, pair, what[0] == 's');
            break;
        case 'x':
        case 'a':
            batch_set_active(&batch, pair, what[0] == 'a');
            break;
        case 'c':
            batch_seed(&batch, pair, close);
            break;
        default:
            fail();
        }
    }
}

static void play(uint32_t pair_count, const struct step *story, size_t count)
{
    batch_init(&batch, TIMEFRAME_1M, pair_count);
    for (size_t i = 0; i < count; i++) {
        char text[2048];
        play_step(story[i].what);
        take_all(text, sizeof text);
        if (strcmp(text, story[i].released) != 0) {
            print_error("step %zu, %s: '%s', not '%s'\n", i, story[i].what, text,
                        story[i].released);
            fail();
        }
    }
}

#define PLAY(pair_count, story) play(pair_count, story, sizeof(story) / sizeof *(story))

TEST(a_boundary_is_complete_when_every_pair_delivered)
{
    const struct step story[] = {
        {"+1 10 21", "-"},
        {"+0 10 11", "10:0=11 1=21"},
        {"+0 11 12", "-"},
        {"+1 11 22", "11:0=12 1=22"},
    };
    PLAY(2, story);
}

TEST(a_newer_candle_says_that_the_pair_had_no_trades_before_it)
{
    const struct step story[] = {
        {"+0 10 11", "-"},
        {"+1 10 21", "10:0=11 1=21"},
        {"+0 11 12", "-"},
        {"+1 13 24", "11:0=12 1=~21"},
        {"+0 13 14", "12:0=~12 1=~21 | 13:0=14 1=24"},
    };
    PLAY(2, story);
    EXPECT_INT((int64_t)batch.flat_count, 3);
}

TEST(the_feeds_time_completes_a_boundary_one_second_after_its_end)
{
    const struct step story[] = {
        {"+0 10 11", "-"},         {"+1 10 21", "10:0=11 1=21"},
        {"+0 11 12", "-"},         {"@12", "-"}, /* the end, but not the grace */
        {"@12g", "11:0=12 1=~21"}, {"@11", "-"}, /* time never goes back */
        {"+1 11 22 !", "-"},                     /* late */
        {"+1 12 23", "-"},         {"@13g", "12:0=~12 1=23"},
    };
    PLAY(2, story);
    EXPECT_INT((int64_t)batch.late_count, 1);
    EXPECT_INT((int64_t)batch.flat_count, 2);
}

TEST(time_that_passes_many_boundaries_releases_each_in_turn)
{
    const struct step story[] = {
        {"+0 10 11", "10:0=11"},
        {"@14g", "11:0=~11 | 12:0=~11 | 13:0=~11"},
        {"+0 14 15", "14:0=15"},
    };
    PLAY(1, story);
}

TEST(a_burst_after_a_stall_is_released_boundary_by_boundary)
{
    const struct step story[] = {
        {"+0 10 11", "-"},
        {"+0 11 12", "-"},
        {"+0 12 13", "-"},
        {"+0 13 14", "-"},
        {"+0 14 15", "-"},
        {"+0 15 16", "-"},
        {"+0 16 17", "-"},
        {"+0 17 18", "-"},
        {"+0 18 19 !", "-"}, /* too far ahead */
        {"+1 12 22", "10:0=11 | 11:0=12 | 12:0=13 1=22"},
        {"+0 18 19", "-"},
        {"+1 14 24", "13:0=14 1=~22 | 14:0=15 1=24"},
    };
    PLAY(2, story);
    EXPECT_INT((int64_t)batch.late_count, 0);
}

TEST(a_duplicate_is_refused_and_a_step_back_is_late)
{
    const struct step story[] = {
        {"+0 10 11", "-"},
        {"+0 10 12 !", "-"},
        {"+0 12 13", "-"},
        {"+0 11 12 !", "-"}, /* the candle of 12 said that 11 had no trades */
        {"+1 10 21", "10:0=11 1=21"},
        {"+0 10 11 !", "-"},
    };
    PLAY(2, story);
    EXPECT_INT((int64_t)batch.late_count, 2);
}

TEST(gathering_starts_at_the_oldest_candle_whoever_brought_it)
{
    const struct step story[] = {
        {"+0 12 11", "-"},
        {"+1 10 21", "10:1=21"}, /* pair 0 has no last close yet */
        {"+1 12 22", "11:1=~21 | 12:0=11 1=22"},
    };
    PLAY(2, story);
}

TEST(a_session_that_warmed_up_starts_where_it_says_from_what_it_knows)
{
    const struct step story[] = {
        {"+0 9 10", "-"},   {"c0 11", "-"},
        {"c1 21", "-"},     {"b10", "-"}, /* drops the candle of 9 */
        {"+0 9 10 !", "-"}, {"@11g", "10:0=~11 1=~21"},
        {"+1 11 22", "-"},  {"+0 11 12", "11:0=12 1=22"},
    };
    PLAY(2, story);
    EXPECT_INT((int64_t)batch.late_count, 1);
}

TEST(a_stale_pair_is_neither_waited_for_nor_invented)
{
    const struct step story[] = {
        {"+0 10 11", "-"},   {"+1 10 21", "10:0=11 1=21"}, {"+0 11 12", "-"},
        {"s1", "11:0=12"}, /* it was all that was missing */
        {"+1 12 22 !", "-"}, {"+0 12 13", "12:0=13"},      {"f1", "-"},
        {"+0 13 14", "-"},   {"@14g", "13:0=14"}, /* after an absence its last close is no price to
                                                     go on from */
        {"+1 14 25", "-"},   {"+0 14 15", "14:0=15 1=25"}, {"@16g", "15:0=~15 1=~25"},
    };
    PLAY(2, story);
}

TEST(what_waits_when_its_pair_goes_stale_is_given_at_its_boundary)
{
    const struct step story[] = {
        {"+0 10 11", "-"},
        {"+0 11 12", "-"},
        {"s0", "-"},
        {"+0 12 13", "-"}, /* behind its own, or it would overtake them */
        {"+1 10 21", "10:0=11 1=21"},
        {"+1 11 22", "11:0=12 1=22"},
        {"+1 12 23", "12:0=13 1=23"},
        {"+0 13 14 !", "-"}, /* nothing waits any more */
        {"+1 13 24", "13:1=24"},
        {"f0", "-"},
        {"+1 14 25", "-"},
        {"@15g", "14:1=25"}, /* from before its absence no price goes on */
    };
    PLAY(2, story);
}

TEST(a_pair_that_comes_back_while_its_candle_waits_has_delivered_it)
{
    const struct step story[] = {
        {"+0 10 11", "-"}, {"s0", "-"},
        {"f0", "-"},       {"+1 10 21", "10:0=11 1=21"},
        {"+1 11 22", "-"}, {"@12g", "11:0=~11 1=22"},
    };
    PLAY(2, story);
}

TEST(what_waits_when_its_pair_is_taken_out_is_given_all_the_same)
{
    const struct step story[] = {
        {"+0 10 11", "-"},
        {"x0", "-"},
        {"+1 11 22", "10:0=11 | 11:1=22"},
    };
    PLAY(2, story);
}

TEST(a_pair_that_is_not_active_is_not_there)
{
    const struct step story[] = {
        {"x1", "-"},
        {"+0 10 11", "10:0=11"},
        {"+1 10 21 !", "-"},
        {"a1", "-"},
        {"+0 11 12", "-"},
        {"+1 11 22", "11:0=12 1=22"},
        {"s1", "-"},
        {"x1", "-"},
        {"f1", "-"}, /* fresh, but still not active */
        {"+0 12 13", "12:0=13"},
        {"s1", "-"},
        {"a1", "-"}, /* active, but still stale */
        {"+0 13 14", "13:0=14"},
        {"f1", "-"},
        {"+0 14 15", "-"},
    };
    PLAY(2, story);
}

TEST(with_nobody_to_wait_for_only_the_feeds_time_goes_on)
{
    const struct step story[] = {
        {"+0 10 11", "-"},
        {"+1 10 21", "10:0=11 1=21"},
        {"s0", "-"},
        {"s1", "-"}, /* nothing completes of itself */
        {"@12", "-"},
        {"@12g", "11:"},
        {"@14g", "12: | 13:"},
        {"f0", "-"},
        {"+0 14 15", "14:0=15"},
    };
    PLAY(2, story);
}

TEST(a_candle_off_the_grid_is_refused)
{
    batch_init(&batch, TIMEFRAME_5M, 1);
    EXPECT(!add(0, 3, 11));
    EXPECT(add(0, 5, 11));
    EXPECT(!add(0, 8, 11));
    EXPECT_INT((int64_t)batch.late_count, 0);
}

TEST(the_flags_of_a_candle_come_out_with_it)
{
    batch_init(&batch, TIMEFRAME_1M, 1);
    const struct candle candle = {0, 1, 1, 1, 1, 1};
    EXPECT(batch_add(&batch, 0, &candle, CANDLE_SYNTHETIC));
    static struct batch_entry entries[PAIR_MAX];
    int64_t boundary_ns = -1;
    EXPECT_INT(batch_take(&batch, &boundary_ns, entries), 1);
    EXPECT_INT(boundary_ns, 0);
    EXPECT_INT(entries[0].flags, CANDLE_SYNTHETIC);
}

/* By property: a market of several pairs with quiet minutes, delivered in any interleaving of the
 * pairs, each in its own order, gives the batches that a table of it says. */
#define PAIRS 5
#define MINUTES 60

static bool traded[PAIRS][MINUTES];

static void make_market(struct prng *prng)
{
    for (int pair = 0; pair < PAIRS; pair++)
        for (int minute = 0; minute < MINUTES; minute++)
            traded[pair][minute] =
                minute == MINUTES - 1 || prng_below(prng, 3) > 0 || (minute == 0 && pair == 0);
}

static double close_of(int pair, int minute)
{
    return 100 * (pair + 1) + minute;
}

/* The batch of a minute, as the table has it. */
static void expect_batch(int minute, const struct batch_entry *entries, int count)
{
    int seen = 0;
    for (int pair = 0; pair < PAIRS; pair++) {
        int last = minute;
        while (last >= 0 && !traded[pair][last])
            last--;
        if (last < 0)
            continue;
        EXPECT(seen < count);
        EXPECT_INT(entries[seen].pair, pair);
        EXPECT_INT(entries[seen].candle.time_ns, minute * NS_PER_MIN);
        EXPECT(entries[seen].candle.close == close_of(pair, last));
        EXPECT_INT(entries[seen].flags, last == minute ? 0 : CANDLE_FLAT);
        EXPECT(entries[seen].candle.volume == (last == minute ? 1 : 0));
        seen++;
    }
    EXPECT_INT(seen, count);
}

static int take_and_compare(int minute)
{
    static struct batch_entry entries[PAIR_MAX];
    int64_t boundary_ns;
    int count;
    while ((count = batch_take(&batch, &boundary_ns, entries)) >= 0) {
        EXPECT_INT(boundary_ns, minute * NS_PER_MIN);
        expect_batch(minute++, entries, count);
    }
    return minute;
}

static void deliver_in_any_order(struct prng *prng)
{
    int next[PAIRS] = {0};
    int released = 0;
    bool polls_often = prng_below(prng, 2);
    batch_init(&batch, TIMEFRAME_1M, PAIRS);
    while (released < MINUTES) {
        int pair = (int)prng_below(prng, PAIRS);
        while (next[pair] < MINUTES && !traded[pair][next[pair]])
            next[pair]++;
        if (next[pair] < MINUTES && add((uint32_t)pair, next[pair], close_of(pair, next[pair])))
            next[pair]++;
        if (polls_often || prng_below(prng, 20) == 0)
            released = take_and_compare(released);
    }
    EXPECT_INT((int64_t)batch.late_count, 0);
}

TEST(whatever_the_order_of_arrival_the_same_batches_come_out)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 300; round++) {
        make_market(&prng);
        for (int i = 0; i < 4; i++)
            deliver_in_any_order(&prng);
    }
}

/* The counters behind the cheap poll must always be what a count over the pairs says. */
TEST(the_counters_stay_true_whatever_happens)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    static struct batch_entry entries[PAIR_MAX];
    batch_init(&batch, TIMEFRAME_1M, PAIRS);
    int64_t boundary_ns;
    int64_t minute = 100;
    for (int i = 0; i < 200000; i++) {
        uint32_t pair = (uint32_t)prng_below(&prng, PAIRS);
        switch (prng_below(&prng, 8)) {
        case 0:
            batch_set_stale(&batch, pair, prng_below(&prng, 2));
            break;
        case 1:
            batch_set_active(&batch, pair, prng_below(&prng, 4) > 0);
            break;
        case 2:
            batch_clock(&batch, minute++ * NS_PER_MIN);
            break;
        case 3:
            if (prng_below(&prng, 50) == 0)
                batch_start(&batch, minute * NS_PER_MIN);
            break;
        default:
            add(pair, minute + (int64_t)prng_below(&prng, 6) - 3, 5);
        }
        while (prng_below(&prng, 3) == 0 && batch_take(&batch, &boundary_ns, entries) >= 0)
            continue;
        uint32_t fresh = 0, missing = 0;
        for (uint32_t p = 0; p < PAIRS; p++) {
            const struct batch_pair *state = &batch.pairs[p];
            fresh += state->active && !state->stale;
            missing += state->active && !state->stale && state->waiting_count == 0;
            EXPECT(state->waiting_count <= BATCH_AHEAD_MAX);
        }
        EXPECT_INT(batch.fresh_count, fresh);
        EXPECT_INT(batch.missing_count, missing);
    }
}

/* Whoever goes and comes back: a candle that was taken is given, once, in its pair's order. */
TEST(every_candle_that_was_taken_is_given_once)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    static struct batch_entry entries[PAIR_MAX];
    int64_t last_ns[PAIRS] = {0}, boundary_ns;
    uint64_t taken = 0, given = 0;
    batch_init(&batch, TIMEFRAME_1M, PAIRS);
    for (int64_t i = 0; i < 100000; i++) {
        uint32_t pair = (uint32_t)prng_below(&prng, PAIRS);
        int64_t minute = 100 + i / 20;
        if (i > 99000) /* to the end */
            batch_clock(&batch, (minute + 100) * NS_PER_MIN);
        else if (prng_below(&prng, 8) == 0)
            batch_set_stale(&batch, pair, prng_below(&prng, 2));
        else if (prng_below(&prng, 8) == 0)
            batch_set_active(&batch, pair, prng_below(&prng, 4) > 0);
        else
            taken += add(pair, minute + (int64_t)prng_below(&prng, 3), 5);
        for (int count; (count = batch_take(&batch, &boundary_ns, entries)) >= 0;)
            for (int k = 0; k < count; k++) {
                if (entries[k].flags & CANDLE_FLAT)
                    continue;
                EXPECT(entries[k].candle.time_ns > last_ns[entries[k].pair]);
                last_ns[entries[k].pair] = entries[k].candle.time_ns;
                given++;
            }
    }
    EXPECT(taken > 1000);
    EXPECT_INT((int64_t)given, (int64_t)taken);
}

TEST(a_pairs_part_of_a_batch_is_small)
{
    EXPECT(sizeof(struct batch_pair) <= 1024);
}
