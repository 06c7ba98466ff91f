/* SPDX-License-Identifier: MIT */
/* Labels worked out by hand: a maker pays 0.1 %, a taker 0.2 %, and there is no spread. */
#include "research/learn/barrier.h"

#include "../fixture.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"

#define BARS 64
#define START (INT64_C(1700000000) / 300 * 300 * NS_PER_S)

struct bar {
    double open, high, low, close;
};

struct scene {
    size_t count;
    struct candle candles[BARS];
    struct pair pair;
    struct barrier_terms terms;
};

static struct scene scene_of(const struct bar *bars, size_t count)
{
    struct scene scene = {.count = count, .pair = fine_pair};
    scene.pair.price_decimals = 2;
    scene.terms = (struct barrier_terms){
        .base = TIMEFRAME_5M,
        .matching = {.fills = FILLS_CANDLES, .fees = {.maker_ppm = 1000, .taker_ppm = 2000}},
        .slack = 0.05};
    for (size_t i = 0; i < count; i++) {
        scene.candles[i] = (struct candle){START + (int64_t)i * 5 * NS_PER_MIN,
                                           bars[i].open,
                                           bars[i].high,
                                           bars[i].low,
                                           bars[i].close,
                                           1};
    }
    return scene;
}

static int64_t bar_ns(size_t i)
{
    return START + (int64_t)i * 5 * NS_PER_MIN;
}

/* Said at the close of the first bar. */
static struct candidate_row row_of(double stop, double target)
{
    return (struct candidate_row){
        .boundary_ns = START, .price = 100, .stop = stop, .target = target, .direction = 1};
}

static struct barrier_label label_of(const struct scene *scene, const struct candidate_row *row)
{
    struct barrier *barrier = barrier_new(&scene->terms);
    struct barrier_label label;
    EXPECT(barrier != NULL);
    const struct barrier_market market = {&scene->pair, scene->candles, scene->count};
    EXPECT_INT(barrier_enter(barrier, &market), 0);
    barrier_label(barrier, row, &label);
    barrier_free(barrier);
    return label;
}

#define SCENE(...)                                                                                 \
    scene_of((const struct bar[]){__VA_ARGS__},                                                    \
             sizeof(const struct bar[]){__VA_ARGS__} / sizeof(struct bar))
#define SAID                                                                                       \
    {                                                                                              \
        100, 100, 100, 100                                                                         \
    }

/* Bought at 100 for 0.20, sold at 110 for 0.11. */
TEST(a_target_is_a_limit_and_pays_the_makers_fee)
{
    const struct scene scene =
        SCENE(SAID, {100, 105, 99, 104}, {104, 111, 103, 103}, {103, 103, 90, 90});
    const struct candidate_row row = row_of(95, 110);
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_INT(label.fate, BARRIER_ENDED);
    EXPECT_INT(label.end, TRADE_TARGET);
    EXPECT_INT(label.opened_ns, bar_ns(1));
    EXPECT_INT(label.closed_ns, bar_ns(2));
    EXPECT_INT(label.known_ns, bar_ns(3));
    EXPECT_NEAR(label.net, 0.0969, 1e-12);
    EXPECT_NEAR(label.favourable, 0.10, 1e-12);
    EXPECT_NEAR(label.adverse, 0.01, 1e-12);
    EXPECT_NEAR(label.favourable_widest, 0.11, 1e-12);
    EXPECT_NEAR(label.adverse_widest, 0.10, 1e-12);
    EXPECT(!label.whole && !label.hypothetical);
}

TEST(a_target_that_is_only_touched_is_not_reached)
{
    const struct scene scene = SCENE(SAID, {100, 110, 99, 104}, {104, 105, 94, 96});
    const struct candidate_row row = row_of(95, 110);
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_INT(label.end, TRADE_STOP);
    EXPECT_NEAR(label.net, -0.05 - 0.002 - 0.0019, 1e-12);
}

TEST(where_one_candle_has_both_the_stop_came_first)
{
    const struct scene scene = SCENE(SAID, {100, 120, 80, 100});
    const struct candidate_row row = row_of(95, 110);
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_INT(label.end, TRADE_STOP);
    EXPECT_INT(label.closed_ns, bar_ns(1));
    EXPECT_NEAR(label.exit_price, 95, 1e-12);
    EXPECT_NEAR(label.favourable, 0, 1e-12);
    EXPECT_NEAR(label.adverse, 0.05, 1e-12);
}

TEST(through_a_stop_that_the_market_jumps_over_it_sells_at_the_open)
{
    const struct scene scene = SCENE(SAID, {100, 101, 99, 100}, {90, 92, 88, 91});
    const struct candidate_row row = row_of(95, 110);
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_NEAR(label.exit_price, 90, 1e-12);
    EXPECT_NEAR(label.net, -0.10 - 0.002 - 0.0018, 1e-12);
}

TEST(half_the_spread_and_slippage_are_paid_at_market_and_not_at_the_target)
{
    struct scene scene = SCENE(SAID, {100, 105, 99, 104}, {104, 111, 103, 103});
    scene.terms.matching.half_spread_ppm = 4000;
    scene.terms.matching.slippage_ppm = 6000;
    const struct candidate_row row = row_of(95, 110);
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_NEAR(label.entry_price, 101, 1e-12);
    EXPECT_NEAR(label.exit_price, 110, 1e-12);
    EXPECT_NEAR(label.net, (110 - 101 - 0.202 - 0.11) / 101, 1e-12);
}

/* Its ten minutes are over with bar 3: what bar 4 did is none of its business. */
TEST(the_widest_excursions_are_of_all_of_its_time_and_not_a_candle_more)
{
    const struct scene scene = SCENE(SAID, {100, 105, 99, 104}, {104, 111, 103, 103},
                                     {103, 113, 90, 90}, {90, 130, 50, 90});
    struct candidate_row row = row_of(95, 110);
    row.hold_ns = 10 * NS_PER_MIN;
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_INT(label.closed_ns, bar_ns(2));
    EXPECT_NEAR(label.favourable_widest, 0.13, 1e-12);
    EXPECT_NEAR(label.adverse_widest, 0.10, 1e-12);
    EXPECT(label.whole);
}

/* Bought in bar 1; ten minutes later bar 3 closes, and bar 4 opens. */
TEST(its_time_is_over_at_a_close_and_it_is_sold_at_the_next_open)
{
    const struct scene scene = SCENE(SAID, SAID, {100, 102, 98, 101}, {101, 101, 101, 101},
                                     {103, 150, 50, 103}, {103, 103, 103, 103});
    struct candidate_row row = row_of(0, 0);
    row.hold_ns = 10 * NS_PER_MIN;
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_INT(label.end, TRADE_TIME);
    EXPECT_INT(label.closed_ns, bar_ns(4));
    EXPECT_NEAR(label.net, 0.03 - 0.002 - 0.00206, 1e-12);
    EXPECT_NEAR(label.favourable, 0.03, 1e-12);
    EXPECT_NEAR(label.adverse_widest, 0.02, 1e-12);
    EXPECT(label.whole);
}

TEST(without_a_time_of_its_own_the_horizon_ends_it_and_the_configurations_where_that_is_shorter)
{
    struct scene scene = SCENE(SAID, SAID, SAID, SAID, SAID, SAID, SAID, SAID);
    struct candidate_row row = row_of(90, 0);
    scene.terms.horizon_ns = 15 * NS_PER_MIN;
    EXPECT_INT(label_of(&scene, &row).closed_ns, bar_ns(5));
    scene.terms.exits.hold_ns = 5 * NS_PER_MIN;
    EXPECT_INT(label_of(&scene, &row).closed_ns, bar_ns(3));
    row.hold_ns = 10 * NS_PER_MIN;
    EXPECT_INT(label_of(&scene, &row).closed_ns, bar_ns(3));
}

TEST(a_trail_follows_the_best_price_and_a_close_outside_of_the_range_ends_it)
{
    const struct scene scene = SCENE(SAID, {100, 100, 100, 100}, {100, 120, 100, 119},
                                     {119, 119, 107, 108}, {90, 90, 90, 90});
    struct candidate_row row = row_of(80, 0);
    row.trail = 0.1;
    const struct barrier_label trailed = label_of(&scene, &row);
    EXPECT_INT(trailed.end, TRADE_TRAIL);
    EXPECT_NEAR(trailed.exit_price, 108, 1e-12);
    row.trail = 0;
    row.broken = 110;
    const struct barrier_label broken = label_of(&scene, &row);
    EXPECT_INT(broken.end, TRADE_BROKEN); /* at the first close below it, bar 1's */
    EXPECT_INT(broken.closed_ns, bar_ns(2));
}

TEST(what_the_candles_do_not_reach_is_unfinished)
{
    const struct scene scene = SCENE(SAID, {100, 105, 99, 104}, {104, 106, 103, 105});
    struct candidate_row row = row_of(95, 110);
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNFINISHED);
    row.boundary_ns = bar_ns(2); /* the last: there is no open to buy at */
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNFINISHED);
    row.hold_ns = 5 * NS_PER_MIN; /* it would be sold at the next open */
    row.boundary_ns = START;
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNFINISHED);
}

TEST(what_no_ticks_can_count_is_unusable_and_so_is_a_candle_that_is_not_there)
{
    const struct scene scene = SCENE(SAID, SAID, SAID);
    struct candidate_row row = row_of(95, 110);
    row.price = 0.001;
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNUSABLE);
    row = row_of(0.001, 110);
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNUSABLE);
    row = row_of(95, (double)INFINITY);
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNUSABLE);
    row = row_of(95, 110);
    row.boundary_ns = bar_ns(7);
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNUSABLE);
    row.boundary_ns = bar_ns(1) + 1;
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNUSABLE);
}

/* A high of 110, rungs at 99 and 88, equal money: the average of both is 93.17. The target stood 10
 * % above 100, so it comes down to 108.9, then 102.49. */
TEST(a_ladder_is_bought_as_far_as_the_price_comes_down_and_its_target_with_it)
{
    const struct scene both = SCENE(SAID, {100, 100, 98, 98}, {98, 98, 87, 90}, {90, 105, 90, 100});
    const struct scene one = SCENE(SAID, {100, 100, 98, 98}, {98, 98, 89, 90}, {90, 109, 90, 100});
    struct candidate_row row = row_of(70, 110);
    row.ladder = (struct ladder_terms){.first = 0.1, .step = 0.1, .high = 110, .rungs = 2};
    const struct barrier_label label = label_of(&both, &row);
    EXPECT_INT(label.end, TRADE_TARGET);
    EXPECT_NEAR(label.entry_price, 2 / (1 / 99.0 + 1 / 88.0), 1e-6);
    EXPECT_NEAR(label.exit_price, 102.5, 0.011);
    EXPECT_NEAR(label.net, label.exit_price / label.entry_price * 0.999 - 1.001, 1e-9);
    const struct barrier_label first = label_of(&one, &row);
    EXPECT_NEAR(first.entry_price, 99, 1e-9);
    EXPECT_NEAR(first.exit_price, 108.9, 1e-9);
}

/* Whether the 130 or the 98 of its candle came before the 99 nobody knows. */
TEST(of_the_candle_that_came_down_to_a_rung_only_the_close_is_known_to_be_later)
{
    const struct scene scene =
        SCENE(SAID, {100, 130, 98, 99.5}, {99.5, 104, 98.5, 103}, {103, 109, 103, 103});
    struct candidate_row row = row_of(70, 110);
    row.ladder = (struct ladder_terms){.first = 0.1, .step = 0.1, .high = 110, .rungs = 1};
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_INT(label.opened_ns, bar_ns(1));
    EXPECT_INT(label.closed_ns, bar_ns(3));
    EXPECT_NEAR(label.favourable, 0.1, 1e-9);
    EXPECT_NEAR(label.adverse, 0.5 / 99, 1e-9);
    EXPECT_NEAR(label.favourable_widest, 10.0 / 99, 1e-9);
    EXPECT_NEAR(label.adverse_widest, 0.5 / 99, 1e-9);
}

/* The open jumps by a tenth, and execution.slack allows half of that: of the market's share less is
 * bought, and the average comes out lower. */
TEST(a_ladders_first_order_is_cut_where_the_market_jumps_past_the_slack)
{
    const struct scene scene =
        SCENE(SAID, {110, 110, 105, 105}, {105, 105, 87, 90}, {90, 90, 60, 60});
    struct candidate_row row = row_of(70, 0);
    row.ladder = (struct ladder_terms){.first = 0, .step = 0.2, .high = 110, .rungs = 2};
    const struct barrier_label label = label_of(&scene, &row);
    const double first = 1.05 / 110, second = 1 / 88.0; /* units, of a share of money each */
    EXPECT_NEAR(label.entry_price, (1.05 + 1) / (first + second), 1e-4);
}

TEST(a_short_waits_for_no_ladder)
{
    const struct scene scene = SCENE(SAID, {100, 101, 95, 96}, {96, 97, 89, 97});
    struct candidate_row row = row_of(105, 90);
    row.direction = -1;
    row.ladder = (struct ladder_terms){.first = 0.1, .step = 0.1, .high = 110, .rungs = 2};
    EXPECT_INT(label_of(&scene, &row).opened_ns, bar_ns(1));
}

TEST(a_ladder_that_the_price_never_came_down_to_is_unfilled)
{
    const struct scene scene = SCENE(SAID, SAID, SAID, SAID, SAID);
    struct candidate_row row = row_of(70, 110);
    row.ladder = (struct ladder_terms){.first = 0.1, .step = 0.1, .high = 110, .rungs = 2};
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNFINISHED);
    row.hold_ns = 10 * NS_PER_MIN;
    EXPECT_INT(label_of(&scene, &row).fate, BARRIER_UNFILLED);
}

/* Sold at 100 for 0.20, bought back at 90 for 0.09: less than its mirror image's 0.11. */
TEST(a_short_is_the_mirror_image_and_pays_the_fees_of_its_own_prices)
{
    const struct scene scene = SCENE(SAID, {100, 101, 95, 96}, {96, 97, 89, 97});
    struct candidate_row row = row_of(105, 90);
    row.direction = -1;
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT(label.hypothetical);
    EXPECT_INT(label.end, TRADE_TARGET);
    EXPECT_NEAR(label.entry_price, 100, 1e-12);
    EXPECT_NEAR(label.exit_price, 90, 1e-12);
    EXPECT_NEAR(label.net, 0.10 - 0.002 - 0.0009, 1e-12);
    EXPECT_NEAR(label.adverse, 0.01, 1e-12);
    EXPECT_NEAR(label.favourable_widest, 0.11, 1e-12);
}

/* A short in a market that trebles has lost all that there is to lose. */
TEST(a_short_without_a_stop_loses_no_more_than_it_sold_for)
{
    const struct scene scene = SCENE(SAID, SAID, {100, 300, 100, 300}, {300, 300, 300, 300});
    struct candidate_row row = row_of(0, 0);
    row.direction = -1;
    row.hold_ns = 5 * NS_PER_MIN;
    const struct barrier_label label = label_of(&scene, &row);
    EXPECT_INT(label.end, TRADE_TIME);
    EXPECT_NEAR(label.net, -1 - 0.002 - 0.004, 1e-3);
}

static struct scene wandering(struct prng *prng)
{
    struct bar bars[BARS];
    double price = 100;
    for (size_t i = 0; i < BARS; i++) {
        const double open = price + 0.01 * (double)(int64_t)prng_below(prng, 60) - 0.3;
        const double close = open + 0.01 * (double)(int64_t)prng_below(prng, 200) - 1;
        const double up = 0.01 * (double)prng_below(prng, 80);
        const double down = 0.01 * (double)prng_below(prng, 80);
        bars[i] = (struct bar){open, fmax(open, close) + up, fmin(open, close) - down, close};
        price = close;
    }
    return scene_of(bars, BARS);
}

static struct scene mirror_of(const struct scene *scene, double axis)
{
    struct scene mirrored = *scene;
    for (size_t i = 0; i < scene->count; i++) {
        struct candle *candle = &mirrored.candles[i];
        candle->open = axis - scene->candles[i].open;
        candle->close = axis - scene->candles[i].close;
        candle->high = axis - scene->candles[i].low;
        candle->low = axis - scene->candles[i].high;
    }
    return mirrored;
}

TEST(a_short_ends_as_the_long_of_the_mirrored_market_does)
{
    struct prng prng;
    uint64_t ends[TRADE_END_COUNT] = {0};
    prng_init(&prng, test_seed());
    for (int run = 0; run < 300; run++) {
        const struct scene scene = wandering(&prng);
        const double price = scene.candles[0].close, axis = 2 * price;
        const struct scene mirrored = mirror_of(&scene, axis);
        struct candidate_row longer =
            row_of(price * (1 - 0.05 * prng_real(&prng)), price * (1 + 0.05 * prng_real(&prng)));
        longer.price = price;
        longer.trail = prng_below(&prng, 3) == 0 ? 0.03 : 0;
        longer.broken = prng_below(&prng, 3) == 0 ? price - 2 : 0;
        longer.hold_ns = (int64_t)prng_below(&prng, 40) * 5 * NS_PER_MIN;
        struct candidate_row shorter = longer;
        shorter.direction = -1;
        shorter.stop = axis - longer.stop;
        shorter.target = axis - longer.target;
        shorter.broken = longer.broken > 0 ? axis - longer.broken : 0;
        const struct barrier_label a = label_of(&mirrored, &longer), b = label_of(&scene, &shorter);
        EXPECT_INT(b.fate, a.fate);
        EXPECT_INT(b.end, a.end);
        EXPECT_INT(b.opened_ns, a.opened_ns);
        EXPECT_INT(b.closed_ns, a.closed_ns);
        if (a.fate == BARRIER_ENDED) {
            EXPECT_NEAR(b.entry_price, axis - a.entry_price, 1e-9);
            EXPECT_NEAR(b.exit_price, axis - a.exit_price, 1e-9);
            EXPECT_NEAR(b.favourable, a.favourable, 1e-9);
            EXPECT_NEAR(b.adverse_widest, a.adverse_widest, 1e-9);
            ends[a.end]++;
        }
    }
    EXPECT(ends[TRADE_STOP] > 20 && ends[TRADE_TARGET] > 20 && ends[TRADE_TRAIL] > 5);
    EXPECT(ends[TRADE_BROKEN] > 5 && ends[TRADE_TIME] > 5);
}
