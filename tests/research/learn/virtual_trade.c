/* SPDX-License-Identifier: MIT */
/*
 * A candidate that is followed as it happens ends as the label says that training gives it: the
 * same end, candles, prices and return, to the last bit, whatever stop, target, trail, range and
 * time it has; and what has no end yet has none there.
 */
#include "core/matching/virtual_trade.h"

#include "../../core/options_fixture.h"
#include "../fixture.h"
#include "bench.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "core/indicator/panel.h"
#include "research/learn/barrier.h"
#include "research/learn/uniqueness.h"
#include "store/csv.h"

#define ROOM 100000
static struct candle walk[ROOM];
static double atrs[ROOM]; /* in ticks */

struct world {
    struct pair pair;
    enum timeframe base;
    const struct candle *candles;
    size_t count;
    struct matching_config matching;
    struct exit_config exits;
};

struct tally_seen {
    uint64_t all, same, ended;
    uint64_t by_end[TRADE_END_COUNT];
};

/* As an engine has it that follows stops by it. */
static void read_atrs(const struct world *world)
{
    static struct panel panel;
    static struct panel_plan plan;
    static struct series series;
    panel_plan_init(&plan);
    const enum timeframe timeframe = (enum timeframe)world->exits.atr_timeframe;
    const uint32_t slot = panel_plan_ask(
        &plan, &(struct panel_ask){INDICATOR_ATR, timeframe, (uint32_t)world->exits.atr_period, 0});
    panel_init(&panel, &plan);
    series_init(&series, world->base, 1u << timeframe);
    const double scale = (double)decimal_pow10(world->pair.price_decimals);
    for (size_t i = 0; i < world->count; i++) {
        const uint32_t closed = series_push(&series, &world->candles[i]);
        panel_update(&panel, &plan, &series, closed);
        atrs[i] = panel.cells[slot].ready ? panel.cells[slot].now[0] * scale : 0;
    }
}

static struct virtual_terms terms_of(const struct world *world)
{
    return (struct virtual_terms){
        .matching = world->matching, .exits = &world->exits, .step_ns = timeframe_ns[world->base]};
}

static struct virtual_wish wish_of(const struct candidate_row *row)
{
    return (struct virtual_wish){.price = row->price,
                                 .stop = row->stop,
                                 .target = row->target,
                                 .trail = row->trail,
                                 .broken = row->broken,
                                 .hold_ns = row->hold_ns};
}

/* Of the candidate said at candle `at`; false: it never began. */
static bool play(const struct world *world, const struct candidate_row *row, size_t at,
                 struct virtual_trade *ret)
{
    const struct virtual_terms terms = terms_of(world);
    const struct virtual_wish wish = wish_of(row);
    if (!virtual_begin(ret, &terms, &world->pair, &wish)) {
        return false;
    }
    for (size_t i = at + 1; i < world->count && ret->state != VIRTUAL_OVER; i++) {
        virtual_candle(ret, &terms, &world->pair, &world->candles[i],
                       world->exits.trail_atr > 0 ? atrs[i] : 0);
    }
    return true;
}

static bool same(const struct world *world, const struct virtual_trade *outcome, bool begun,
                 const struct barrier_label *label)
{
    const int64_t step_ns = timeframe_ns[world->base];
    if (label->fate != BARRIER_ENDED) {
        return begun == (label->fate == BARRIER_UNFINISHED) &&
               (!begun || outcome->state != VIRTUAL_OVER);
    }
    const enum order_purpose purpose =
        outcome->stop_hit || outcome->maker ? PURPOSE_PROTECT : PURPOSE_EXIT;
    return begun && outcome->state == VIRTUAL_OVER && outcome->net == label->net &&
           outcome->opened_ns == label->opened_ns + step_ns &&
           outcome->closed_ns == label->known_ns &&
           trade_end_of(purpose, outcome->stop_hit, outcome->raised, outcome->sold) == label->end;
}

static double any(struct prng *prng, uint32_t of, double most)
{
    const double value = most * prng_real(prng);
    return prng_below(prng, of) == 0 ? value : 0;
}

static struct candidate_row row_of(const struct world *world, struct prng *prng, bool plain)
{
    const struct candle *said = &world->candles[prng_below(prng, world->count)];
    const double stop = any(prng, 1, 0.04), target = any(prng, 1, 0.06);
    struct candidate_row row = {
        .boundary_ns = said->time_ns,
        .price = said->close,
        .direction = 1,
        .stop = plain || prng_below(prng, 4) != 0 ? said->close * (1 - stop) : 0,
        .target = plain || prng_below(prng, 4) != 0 ? said->close * (1 + target) : 0,
        .hold_ns = prng_below(prng, 2) == 0 ? 0 : (int64_t)prng_below(prng, 400) * NS_PER_MIN,
    };
    if (!plain) {
        row.trail = any(prng, 3, 0.05);
        row.broken = any(prng, 3, 0.03);
        row.broken = row.broken > 0 ? said->close * (1 - row.broken) : 0;
    }
    return row;
}

static void compare(const struct world *world, struct prng *prng, uint32_t count, bool plain,
                    struct tally_seen *seen)
{
    const struct barrier_terms terms = {
        .base = world->base, .matching = world->matching, .exits = world->exits};
    const struct barrier_market market = {&world->pair, world->candles, world->count};
    struct barrier *barrier = barrier_new(&terms);
    EXPECT(barrier != NULL);
    EXPECT_INT(barrier_enter(barrier, &market), 0);
    if (world->exits.trail_atr > 0) {
        read_atrs(world);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct candidate_row row = row_of(world, prng, plain);
        const size_t at = candle_find(world->candles, world->count, row.boundary_ns);
        struct barrier_label label;
        struct virtual_trade outcome;
        barrier_label(barrier, &row, &label);
        const bool begun = play(world, &row, at, &outcome);
        seen->all++;
        seen->same += same(world, &outcome, begun, &label);
        if (label.fate == BARRIER_ENDED) {
            seen->ended++;
            seen->by_end[label.end]++;
        }
    }
    barrier_free(barrier);
}

static void say(const char *market, const struct tally_seen *seen)
{
    print_message("%s: %llu of %llu the same, %llu ended (", market, (unsigned long long)seen->same,
                  (unsigned long long)seen->all, (unsigned long long)seen->ended);
    for (uint32_t end = TRADE_STOP; end < TRADE_END_COUNT; end++) {
        print_message("%s%llu %s", end > TRADE_STOP ? ", " : "",
                      (unsigned long long)seen->by_end[end], trade_end_names[end]);
    }
    print_message(")\n");
}

static struct exit_config usual_exits(void)
{
    struct exit_config exits;
    options_default(exit_options, exit_option_count, &exits);
    return exits;
}

static struct world world_of(const struct candle *candles, size_t count, enum timeframe base)
{
    return (struct world){
        .pair = fine_pair,
        .base = base,
        .candles = candles,
        .count = count,
        .matching = {.fills = FILLS_CANDLES,
                     .half_spread_ppm = 100,
                     .slippage_ppm = 500,
                     .fees = {.maker_ppm = 2500, .taker_ppm = 4000}},
        .exits = usual_exits(),
    };
}

TEST(on_a_random_walk_what_is_followed_ends_as_its_label_says)
{
    struct prng prng;
    struct tally_seen seen = {0};
    bench_walk(walk, ROOM);
    prng_init(&prng, test_seed());
    const struct world world = world_of(walk, ROOM, TIMEFRAME_1M);
    compare(&world, &prng, 5000, true, &seen);
    say("walk, stop, target and time", &seen);
    EXPECT_INT((int64_t)seen.same, (int64_t)seen.all);
    EXPECT(seen.by_end[TRADE_STOP] > 500 && seen.by_end[TRADE_TARGET] > 500 &&
           seen.by_end[TRADE_TIME] > 500);
}

TEST(so_does_what_trails_breaks_even_or_breaks_its_range)
{
    struct prng prng;
    struct tally_seen seen = {0};
    bench_walk(walk, ROOM);
    prng_init(&prng, test_seed());
    for (uint32_t run = 0; run < 8; run++) {
        struct world world = world_of(walk, ROOM, TIMEFRAME_1M);
        world.exits.trail = run % 2 == 0 ? 0.03 : 0;
        world.exits.break_even = run / 2 % 2 == 0 ? 0.7 : 0;
        world.exits.trail_atr = run / 4 % 2 == 0 ? 4 : 0;
        world.exits.atr_timeframe = TIMEFRAME_5M;
        world.exits.hold_ns = run == 3 ? NS_PER_HOUR : 0;
        world.pair.tick_step = run == 5 ? 5 : 1;
        compare(&world, &prng, 1000, false, &seen);
    }
    say("walk, every plan", &seen);
    EXPECT_INT((int64_t)seen.same, (int64_t)seen.all);
    for (uint32_t end = TRADE_STOP; end < TRADE_END_COUNT; end++) {
        EXPECT(seen.by_end[end] > 50);
    }
}

static void real(const char *path, uint32_t price_decimals, uint32_t qty_decimals)
{
    char error[256];
    struct csv_data data;
    struct prng prng;
    struct tally_seen seen = {0};
    const struct csv_options options = {.bad_max = CSV_BAD_MAX};
    prng_init(&prng, test_seed());
    EXPECT_INT(csv_read(test_shared(path), &options, &data, error, sizeof error), 0);
    struct world world = world_of(data.rows, data.count, data.timeframe);
    world.pair.price_decimals = price_decimals;
    world.pair.qty_decimals = qty_decimals;
    compare(&world, &prng, 5000, true, &seen);
    compare(&world, &prng, 3000, false, &seen);
    csv_free(&data);
    say(path, &seen);
    EXPECT_INT((int64_t)seen.same, (int64_t)seen.all);
    EXPECT(seen.ended > 7000);
}

TEST(on_real_markets_what_is_followed_ends_as_its_label_says)
{
    real("data/candles/BINANCE_BTCUSDT_5m.csv.gz", 2, 8);
    real("data/candles/KRAKEN_PEPEUSD_5m.csv.gz", 9, 5);
}

/* A candle that stands still at 100 until it has been bought, then one as it is told. */
static struct virtual_trade met(double high, double low, const struct virtual_wish *wish)
{
    const struct world world = world_of(walk, 0, TIMEFRAME_1M);
    struct virtual_terms terms = terms_of(&world);
    struct virtual_trade outcome;
    terms.matching = (struct matching_config){.fills = FILLS_CANDLES,
                                              .fees = {.maker_ppm = 1000, .taker_ppm = 2000}};
    EXPECT(virtual_begin(&outcome, &terms, &world.pair, wish));
    const struct candle still = {NS_PER_MIN, 100, 100, 100, 100, 1};
    EXPECT_INT(virtual_candle(&outcome, &terms, &world.pair, &still, 0), VIRTUAL_HELD);
    const struct candle next = {2 * NS_PER_MIN, 100, high, low, 100, 1};
    virtual_candle(&outcome, &terms, &world.pair, &next, 0);
    return outcome;
}

TEST(what_reaches_its_target_pays_a_taker_in_and_a_maker_out)
{
    const struct virtual_wish wish = {.price = 100, .stop = 95, .target = 110};
    const struct virtual_trade won = met(110.5, 99, &wish), both = met(111, 94, &wish);
    EXPECT_INT(won.state, VIRTUAL_OVER);
    EXPECT(won.maker && !won.stop_hit);
    EXPECT_NEAR(won.net, 0.10 - 0.002 - 0.0011, 1e-12);
    /* Where one candle has both the stop came first. */
    EXPECT(both.stop_hit && !both.maker);
    EXPECT_NEAR(both.net, -0.05 - 0.002 - 0.0019, 1e-12);
    EXPECT_INT(met(110, 95.01, &wish).state, VIRTUAL_HELD); /* a target only touched */
}

TEST(a_venue_that_counts_otherwise_changes_no_outcome)
{
    struct prng prng;
    bench_walk(walk, ROOM);
    prng_init(&prng, test_seed());
    const struct world world = world_of(walk, ROOM, TIMEFRAME_1M);
    const struct virtual_terms terms = terms_of(&world);
    struct pair finer = world.pair;
    finer.price_decimals += 2;
    for (uint32_t n = 0; n < 200; n++) {
        const struct candidate_row row = row_of(&world, &prng, true);
        const struct virtual_wish wish = wish_of(&row);
        const size_t at = candle_find(walk, ROOM, row.boundary_ns);
        struct virtual_trade stays, moves;
        EXPECT(virtual_begin(&stays, &terms, &world.pair, &wish));
        moves = stays;
        for (size_t i = at + 1; i < ROOM && stays.state != VIRTUAL_OVER; i++) {
            if (i == at + 5) {
                virtual_move(&moves, &world.pair, &finer);
            }
            const struct pair *pair = i < at + 5 ? &world.pair : &finer;
            virtual_candle(&stays, &terms, &world.pair, &walk[i], 0);
            virtual_candle(&moves, &terms, pair, &walk[i], 0);
            EXPECT_INT(moves.state, stays.state);
        }
        EXPECT_NEAR(moves.net, stays.net, 1e-6);
    }
}

TEST(prices_that_no_ticks_count_are_not_followed)
{
    const struct world world = world_of(walk, 0, TIMEFRAME_1M);
    const struct virtual_terms terms = terms_of(&world);
    struct virtual_trade outcome;
    const double prices[] = {0, -1, 1e-9, 1e300, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < sizeof prices / sizeof prices[0]; i++) {
        const struct virtual_wish wish = {.price = prices[i]};
        EXPECT(!virtual_begin(&outcome, &terms, &world.pair, &wish));
    }
}

/* Of one pair and strategy, in the order of time: joined and left as an engine would. */
TEST(a_crowd_weighs_its_members_as_training_weighs_its_examples)
{
    enum { COUNT = 400 };
    struct outcome_span spans[COUNT];
    double expected[COUNT], begun[COUNT];
    bool in[COUNT] = {false};
    struct prng prng;
    struct overlap overlap = {0};
    prng_init(&prng, test_seed());
    for (uint32_t i = 0; i < COUNT; i++) {
        const int64_t begin = (int64_t)(i / 2 + prng_below(&prng, 3)) * NS_PER_MIN;
        spans[i] = (struct outcome_span){
            begin, begin + (int64_t)(1 + prng_below(&prng, 20)) * NS_PER_MIN, 0, false};
    }
    EXPECT_INT(
        uniqueness_weigh(&(struct uniqueness_config){.own = 1}, spans, COUNT, expected, NULL), 0);
    for (int64_t now = 0; now < 1000; now++) {
        for (uint32_t i = 0; i < COUNT; i++) {
            if (in[i] && spans[i].end_ns == now * NS_PER_MIN) {
                const double part =
                    overlap_leave(&overlap, spans[i].end_ns, spans[i].begin_ns, begun[i]);
                EXPECT_NEAR(part, expected[i], 1e-9);
                in[i] = false;
            }
        }
        for (uint32_t i = 0; i < COUNT; i++) {
            if (spans[i].begin_ns == now * NS_PER_MIN) {
                begun[i] = overlap_join(&overlap, spans[i].begin_ns);
                in[i] = true;
            }
        }
    }
    EXPECT_INT(overlap.count, 0);
}
