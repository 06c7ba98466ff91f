/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "core/market/series.h"

#define ALL ((1u << TIMEFRAME_COUNT) - 1)
#define BIT(timeframe) (1u << TIMEFRAME_##timeframe)

static struct series series;

/* A candle of minute `minute` whose four prices and volume tell it apart. */
static struct candle minute_candle(int64_t minute)
{
    double price = 100 + (double)(minute % 7);
    return (struct candle){minute * NS_PER_MIN, price, price + 2, price - 3, price + 1, 1.5};
}

static uint32_t push_minute(int64_t minute)
{
    const struct candle candle = minute_candle(minute);
    return series_push(&series, &candle);
}

static bool all_are(const struct series_ring *ring, unsigned char value)
{
    const unsigned char *bytes = (const unsigned char *)ring->ring;
    for (size_t i = 0; i < sizeof ring->ring; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

/* So memory neither grows with time nor is spent on what nobody asked for. */
TEST(kept_rings_are_written_whole_at_the_start_and_others_not_at_all)
{
    memset(&series, 0xaa, sizeof series);
    series_init(&series, TIMEFRAME_5M, BIT(1M) | BIT(1H));
    for (uint32_t i = 0; i < TIMEFRAME_COUNT; i++) {
        bool kept = i == TIMEFRAME_5M || i == TIMEFRAME_1H;
        EXPECT(all_are(&series.rings[i], kept ? 0 : 0xaa));
        EXPECT_INT(series.rings[i].count, 0);
    }
}

TEST(a_five_minute_candle_closes_with_the_minute_that_ends_it)
{
    series_init(&series, TIMEFRAME_1M, BIT(5M));
    for (int64_t minute = 0; minute < 4; minute++)
        EXPECT_INT(push_minute(minute), BIT(1M));
    EXPECT_INT(series_held(&series, TIMEFRAME_5M), 0);
    EXPECT_INT(push_minute(4), BIT(1M) | BIT(5M));
    EXPECT_INT(series_held(&series, TIMEFRAME_5M), 1);
    /* Prices 100..104: open 100, high 104 + 2, low 100 - 3, close 104 + 1, volume 5 * 1.5. */
    const struct candle *candle = series_at(&series, TIMEFRAME_5M, 0);
    EXPECT_INT(candle->time_ns, 0);
    EXPECT(candle->open == 100 && candle->high == 106 && candle->low == 97);
    EXPECT(candle->close == 105 && candle->volume == 7.5);
    EXPECT_INT(series.jump_count, 0);
}

TEST(the_end_of_a_day_closes_every_timeframe_at_once)
{
    series_init(&series, TIMEFRAME_1M, ALL);
    for (int64_t minute = 0; minute < 1439; minute++)
        EXPECT(!(push_minute(minute) & BIT(1D)));
    EXPECT_INT(push_minute(1439), ALL);
    EXPECT_INT(series_held(&series, TIMEFRAME_1D), 1);
    EXPECT_INT(series_held(&series, TIMEFRAME_4H), 6);
    EXPECT_INT(series_held(&series, TIMEFRAME_1H), 24);
    EXPECT_INT(series_held(&series, TIMEFRAME_15M), 96);
    EXPECT_INT(series_held(&series, TIMEFRAME_5M), 288);
    EXPECT_INT(series_held(&series, TIMEFRAME_1M), SERIES_CAPACITY);
    EXPECT_INT(series_at(&series, TIMEFRAME_1M, 0)->time_ns, 1439 * NS_PER_MIN);
    EXPECT_INT(series_at(&series, TIMEFRAME_1M, SERIES_CAPACITY - 1)->time_ns,
               (1440 - SERIES_CAPACITY) * NS_PER_MIN);
}

TEST(time_that_does_not_go_on_is_refused)
{
    series_init(&series, TIMEFRAME_1M, ALL);
    push_minute(7);
    const struct series before = series;
    EXPECT_INT(push_minute(7), 0);
    EXPECT_INT(push_minute(6), 0);
    EXPECT_INT(memcmp(&before, &series, sizeof series), 0);
}

TEST(timeframes_below_the_base_are_not_kept_and_the_base_always_is)
{
    series_init(&series, TIMEFRAME_15M, BIT(1M) | BIT(5M) | BIT(1H) | 1u << 31);
    EXPECT_INT(series.kept, BIT(15M) | BIT(1H));
    series_init(&series, TIMEFRAME_1D, 0);
    EXPECT_INT(series.kept, BIT(1D));
    const struct candle candle = {3 * NS_PER_DAY, 1, 1, 1, 1, 1};
    EXPECT_INT(series_push(&series, &candle), BIT(1D));
}

TEST(a_jump_closes_what_it_leaves_and_lets_the_rest_run)
{
    const struct {
        int64_t minute;
        uint32_t closed;
        uint32_t jumps;
    } story[] = {
        {1, BIT(1M), 0},
        {3, BIT(1M), 1},           /* the same five minutes run on */
        {6, BIT(1M) | BIT(5M), 2}, /* :00 is left as it is */
        {7, BIT(1M), 2},
        {19, BIT(1M) | BIT(5M) | BIT(15M), 3}, /* :05 is left; :15 ends but waits */
        {20, BIT(1M) | BIT(5M), 3},            /* now :15 closes */
        {24, BIT(1M) | BIT(5M), 4},            /* :20 ends, holding two minutes */
        {25, BIT(1M), 4},
    };
    series_init(&series, TIMEFRAME_1M, BIT(5M) | BIT(15M));
    for (size_t i = 0; i < sizeof story / sizeof *story; i++) {
        EXPECT_INT(push_minute(story[i].minute), story[i].closed);
        EXPECT_INT(series.jump_count, story[i].jumps);
    }
    const int64_t opened[] = {0, 5, 15, 20};
    EXPECT_INT(series_held(&series, TIMEFRAME_5M), 4);
    for (uint32_t i = 0; i < 4; i++)
        EXPECT_INT(series_at(&series, TIMEFRAME_5M, 3 - i)->time_ns, opened[i] * NS_PER_MIN);
    EXPECT(series_at(&series, TIMEFRAME_5M, 0)->volume == 3.0);
}

/* The slow model: all base candles so far, grouped by bucket anew on each look. */
#define BASE_MAX 4000

static struct candle pushed[BASE_MAX];
static struct candle grouped[BASE_MAX];

/* Every bucket of the candles pushed, the last of which may still be open. */
static uint32_t group(uint32_t count, enum timeframe timeframe)
{
    uint32_t group_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t bucket = pushed[i].time_ns - pushed[i].time_ns % timeframe_ns[timeframe];
        if (group_count > 0 && grouped[group_count - 1].time_ns == bucket) {
            struct candle *last = &grouped[group_count - 1];
            last->high = fmax(last->high, pushed[i].high);
            last->low = fmin(last->low, pushed[i].low);
            last->close = pushed[i].close;
            last->volume += pushed[i].volume;
        } else {
            grouped[group_count] = pushed[i];
            grouped[group_count++].time_ns = bucket;
        }
    }
    return group_count;
}

/* The ring must hold the last buckets of the model; only the very last may be missing, and only
 * while its time is not over, or where it ended behind a jump. */
static void expect_grouped(uint32_t count, enum timeframe timeframe)
{
    uint32_t group_count = group(count, timeframe);
    uint64_t closed = series.rings[timeframe].count;
    EXPECT(closed == group_count || closed + 1 == group_count);
    bool ended = pushed[count - 1].time_ns + timeframe_ns[series.base] ==
                 grouped[group_count - 1].time_ns + timeframe_ns[timeframe];
    if (closed == group_count)
        EXPECT(ended);
    bool jumped = count > 1 && pushed[count - 1].time_ns - pushed[count - 2].time_ns !=
                                   timeframe_ns[series.base];
    if (ended && !jumped)
        EXPECT(closed == group_count);
    for (uint32_t back = 0; back < series_held(&series, timeframe); back++)
        EXPECT_INT(memcmp(series_at(&series, timeframe, back), &grouped[closed - 1 - back],
                          sizeof(struct candle)),
                   0);
}

static void play_random(struct prng *prng, enum timeframe base, uint64_t jump_odds)
{
    int64_t time_ns = (int64_t)prng_below(prng, 1000) * timeframe_ns[base];
    uint64_t jump_max = base < TIMEFRAME_1H ? 500 : 30; /* thousands of days still fit */
    series_init(&series, base, ALL);
    uint32_t jumps = 0;
    for (uint32_t count = 1; count <= BASE_MAX; count++) {
        struct candle *candle = &pushed[count - 1];
        double low = 1 + prng_real(prng);
        double span = prng_real(prng);
        *candle = (struct candle){.time_ns = time_ns,
                                  .open = low + span * prng_real(prng),
                                  .high = low + span,
                                  .low = low,
                                  .close = low + span * prng_real(prng),
                                  .volume = prng_real(prng)};
        uint64_t before[TIMEFRAME_COUNT];
        for (uint32_t i = 0; i < TIMEFRAME_COUNT; i++)
            before[i] = series.rings[i].count;
        uint32_t closed = series_push(&series, candle);
        for (uint32_t i = 0; i < TIMEFRAME_COUNT; i++)
            EXPECT(series.rings[i].count == before[i] + (closed >> i & 1));
        if (count % 97 == 0 || count == BASE_MAX)
            for (uint32_t i = base; i < TIMEFRAME_COUNT; i++)
                expect_grouped(count, (enum timeframe)i);
        bool jump = prng_below(prng, jump_odds) == 0;
        jumps += jump && count < BASE_MAX;
        time_ns += timeframe_ns[base] * (jump ? 2 + (int64_t)prng_below(prng, jump_max) : 1);
    }
    EXPECT_INT(series.jump_count, jumps);
}

TEST(resampling_equals_grouping_by_bucket_with_and_without_gaps)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    const uint64_t jump_odds[] = {1000000000, 100, 10, 2};
    for (uint32_t base = 0; base < TIMEFRAME_COUNT; base++)
        for (int i = 0; i < 4; i++)
            play_random(&prng, (enum timeframe)base, jump_odds[i]);
}

TEST(what_a_pair_keeps_beside_its_rings_is_small)
{
    EXPECT(sizeof(struct series) - sizeof series.rings <= 512);
}
