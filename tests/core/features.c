/* SPDX-License-Identifier: MIT */
/* The features that a model is told: worked by hand, in the mirror, without sight of what comes. */
#include "core/model/features.h"

#include "core/base/prng.h"

#include "chain_fixture.h"

/* A panel of the features alone, fed with candles of five minutes. */
struct world {
    struct panel_plan plan;
    struct panel panel;
    struct series series;
    uint32_t slots[FEATURES_SLOT_COUNT];
    int64_t now_ns;
    double close;
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof *world);
    panel_plan_init(&world->plan);
    features_plan(TIMEFRAME_5M, &world->plan, world->slots);
    panel_init(&world->panel, &world->plan);
    series_init(&world->series, TIMEFRAME_5M, world->plan.timeframes);
    world->now_ns = timeframe_floor(TIMEFRAME_1D, FIXTURE_START_NS);
    return world;
}

static void world_push(struct world *world, double open, double high, double low, double close,
                       double volume)
{
    const struct candle candle = {.time_ns = world->now_ns,
                                  .open = open,
                                  .high = high,
                                  .low = low,
                                  .close = close,
                                  .volume = volume};
    const uint32_t closed = series_push(&world->series, &candle);
    panel_update(&world->panel, &world->plan, &world->series, closed);
    world->now_ns += timeframe_ns[TIMEFRAME_5M];
    world->close = close;
}

static const struct surroundings nobody = {(double)NAN, (double)NAN, (double)NAN};

static struct features world_read(const struct world *world)
{
    const struct features_view view = {.cells = world->panel.cells,
                                       .slots = world->slots,
                                       .price = world->close,
                                       .time_ns = world->now_ns,
                                       .book = (double)NAN,
                                       .around = &nobody};
    struct features features;
    features_read(&view, &features);
    return features;
}

/* A market around `middle`; with `sign` -1 it is reflected at it. */
static void walk(struct world *world, uint32_t count, uint64_t seed, double middle, double sign)
{
    struct prng prng;
    prng_init(&prng, seed);
    double at = 0;
    for (uint32_t i = 0; i < count; i++) {
        const double open = at;
        /* Quarters, so that a price and its reflection are exact. */
        at += 0.25 * ((double)prng_below(&prng, 9) - 4);
        at = at > 60 ? 60 : at < -60 ? -60 : at;
        const double up = 0.25 * (double)(1 + prng_below(&prng, 6));
        const double down = 0.25 * (double)(1 + prng_below(&prng, 6));
        const double high = (open > at ? open : at) + up, low = (open < at ? open : at) - down;
        const double volume = (double)(1 + prng_below(&prng, 1000));
        world_push(world, middle + sign * open, middle + (sign > 0 ? high : -low),
                   middle + (sign > 0 ? low : -high), middle + sign * at, volume);
    }
}

TEST(every_row_of_the_table_is_whole)
{
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        const struct feature_row *row = &feature_table[i];
        EXPECT(row->name != NULL && row->formula != NULL && row->unit != NULL);
        EXPECT(row->normal != NULL && row->slots < 1u << FEATURES_SLOT_COUNT);
        for (uint32_t k = 0; k < i; k++) {
            EXPECT(strcmp(row->name, feature_table[k].name) != 0);
        }
        if (row->mirror == MIRROR_SWAP && (i == 0 || row[-1].mirror != MIRROR_SWAP)) {
            uint32_t run = 1;
            for (; i + run < FEATURE_COUNT && row[run].mirror == MIRROR_SWAP; run++) {
            }
            EXPECT(run % 2 == 0); /* each has its partner beside it */
        }
    }
    uint32_t ten = 0;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        ten += (feature_table[i].sets & FEATURE_SET_TEN) != 0;
    }
    EXPECT_INT(ten, 10);
}

TEST(a_feature_is_known_when_its_history_is_there_and_not_before)
{
    struct world *world = world_new();
    uint32_t first[FEATURE_COUNT] = {0};
    struct prng prng;
    prng_init(&prng, 4);
    for (uint32_t n = 1; n <= 600; n++) {
        walk(world, 1, prng_next(&prng), 1000, 1);
        const struct features features = world_read(world);
        for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
            if (first[i] == 0 && isfinite(features.values[i])) {
                first[i] = n;
            }
        }
    }
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        const bool levels = (feature_table[i].slots & 1u << FEATURES_LEVELS) != 0;
        if (feature_table[i].slots == 0) {
            EXPECT(first[i] <= 1);
        } else if (i == FEATURE_STOP_ATR || i == FEATURE_TARGET_ATR || i == FEATURE_LEADER_24 ||
                   i == FEATURE_LEADER_288 || i == FEATURE_BREADTH) {
            EXPECT_INT(first[i], 0); /* the candidate's own, and the others' */
        } else if (levels) {
            EXPECT(first[i] >= features_history((enum feature)i) && first[i] < 600);
        } else {
            EXPECT_INT(first[i], features_history((enum feature)i));
        }
    }
    free(world);
}

TEST(worked_by_hand_in_a_market_that_rises_by_a_dollar_a_candle)
{
    struct world *world = world_new();
    for (uint32_t i = 0; i < 600; i++) {
        const double close = 1000 + i;
        world_push(world, close - 1, close + 0.5, close - 1.5, close, 10);
    }
    /* Each candle's true range is 2, so is every ATR. The close is 1599. */
    const struct features f = world_read(world);
    EXPECT_NEAR(f.values[FEATURE_VOLATILITY], 100 * 2 / 1599., 1e-12);
    EXPECT_NEAR(f.values[FEATURE_VOLATILITY_TURN], 1, 1e-12);
    EXPECT_NEAR(f.values[FEATURE_RETURN_24], (100 * 24 / 1575.) / (100 * 2 / 1599.), 1e-9);
    EXPECT_NEAR(f.values[FEATURE_TO_SMA20], 9.5 / 2, 1e-9);
    EXPECT_NEAR(f.values[FEATURE_TO_SMA200], 99.5 / 2, 1e-9);
    EXPECT_NEAR(f.values[FEATURE_STACKED], 3, 0);
    EXPECT_NEAR(f.values[FEATURE_BAND_PLACE], 9.5 / (2 * sqrt(399 / 12.)), 1e-9);
    EXPECT_NEAR(f.values[FEATURE_RSI], 50, 1e-9);
    EXPECT_NEAR(f.values[FEATURE_RSI_TURN], 0, 1e-9);
    EXPECT_NEAR(f.values[FEATURE_SLOPE], 20 / 2., 1e-9);
    EXPECT_NEAR(f.values[FEATURE_REGIME], 1, 0);
    /* From 1550.5, the low of the first of 48, to 1599.5. */
    EXPECT_NEAR(f.values[FEATURE_CHOP], 49 / 2., 1e-12);
    EXPECT_NEAR(f.values[FEATURE_BELOW_HIGH], 0.25, 1e-12);
    EXPECT_NEAR(f.values[FEATURE_ABOVE_LOW], 48.5 / 2, 1e-12);
    EXPECT_NEAR(f.values[FEATURE_DAY_PLACE], 1 - 2 * 0.5 / 289, 1e-12);
    EXPECT_NEAR(f.values[FEATURE_VOLUME_RATIO], 1, 1e-12);
    EXPECT(isnan(f.values[FEATURE_ABOVE_SUPPORT])); /* a straight line has no swings */
    EXPECT(isnan(f.values[FEATURE_BOOK]) && isnan(f.values[FEATURE_BREADTH]));
    free(world);
}

TEST(the_hour_and_the_weekday_are_those_of_the_candles_end)
{
    struct world *world = world_new();
    const struct {
        const char *text;
        double noon, evening, weekday, weekend;
    } lines[] = {
        {"2024-01-01T12:00Z", 1, 0, 0, 0},      {"2024-01-01T00:00Z", -1, 0, 0, 0},
        {"2024-01-06T18:00Z", 0, 1, 5, 1},      {"2024-01-07T06:00Z", 0, -1, 6, 1},
        {"2024-01-08T21:00Z", -0.5, 0.5, 0, 0}, {"2024-01-10T03:00Z", -0.5, -0.5, 2, 0},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        EXPECT(timestamp_parse(lines[i].text, strlen(lines[i].text), &world->now_ns));
        const struct features f = world_read(world);
        EXPECT_NEAR(f.values[FEATURE_NOON], lines[i].noon, 1e-12);
        EXPECT_NEAR(f.values[FEATURE_EVENING], lines[i].evening, 1e-12);
        EXPECT_NEAR(f.values[FEATURE_WEEKDAY], lines[i].weekday, 0);
        EXPECT_NEAR(f.values[FEATURE_WEEKEND], lines[i].weekend, 0);
    }
    free(world);
}

TEST(what_is_the_candidates_own_is_counted_from_its_stop_and_target)
{
    struct world *world = world_new();
    for (uint32_t i = 0; i < 300; i++) {
        world_push(world, 100, 101, 99, 100, 10); /* an ATR of 2 */
    }
    const struct features market = world_read(world);
    struct candidate candidate = {.direction = 1,
                                  .price = 100,
                                  .stop = 97,
                                  .target = 109,
                                  .strength = 0.7,
                                  .confidence = 0.6,
                                  .majority = 2,
                                  .round_trip_fee = 0.008};
    struct features f;
    features_aim(&market, &candidate, &f);
    EXPECT_NEAR(f.values[FEATURE_STOP_ATR], 1.5, 1e-12);
    EXPECT_NEAR(f.values[FEATURE_TARGET_ATR], 4.5, 1e-12);
    EXPECT_NEAR(f.values[FEATURE_ODDS], 0.25, 1e-12);
    EXPECT_NEAR(f.values[FEATURE_FEES], 0.8 / 9, 1e-12);
    EXPECT_NEAR(f.values[FEATURE_STRENGTH], 0.7, 0);
    EXPECT_NEAR(f.values[FEATURE_CONFIDENCE], 0.6, 0);
    EXPECT_NEAR(f.values[FEATURE_MAJORITY], 2, 0);
    candidate.target = 0;
    features_aim(&market, &candidate, &f);
    EXPECT(isnan(f.values[FEATURE_ODDS]) && isnan(f.values[FEATURE_FEES]));
    EXPECT(isnan(f.values[FEATURE_TARGET_ATR]) && isfinite(f.values[FEATURE_STOP_ATR]));
    free(world);
}

/* The market turned upside down asks of a short what the market asks of a long, so far as a price
 * that is reflected, and not a ratio, can: percents of another price are left out. */
TEST(a_short_sees_the_reflected_market_as_a_long_sees_the_market)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct world *up = world_new(), *down = world_new();
        walk(up, 500, seed, 4096, 1);
        walk(down, 500, seed, 4096, -1);
        const struct features above = world_read(up), below = world_read(down);
        const struct candidate wants = {1, up->close, up->close - 8, up->close + 16, 0.5, 0.5,
                                        1, 0};
        const struct candidate mirrored = {
            -1, down->close, down->close + 8, down->close - 16, 0.5, 0.5, 1, 0};
        struct features a, b;
        features_aim(&above, &wants, &a);
        features_aim(&below, &mirrored, &b);
        for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
            const bool percent = i >= FEATURE_RETURN_1 && i <= FEATURE_VOLATILITY;
            if (isnan(a.values[i]) || i == FEATURE_RANGE_WIDTH) {
                EXPECT(isnan(b.values[i]) || i == FEATURE_RANGE_WIDTH);
                continue;
            }
            /* The levels' tolerance is a part of the price. */
            const bool levels = (feature_table[i].slots & 1u << FEATURES_LEVELS) != 0;
            const double room = percent ? 0.1 * (1 + fabs(a.values[i])) : levels ? 20 : 1e-7;
            EXPECT_NEAR(b.values[i], a.values[i], room);
        }
        free(up);
        free(down);
    }
}

TEST(a_short_mirrored_twice_is_what_it_was)
{
    struct world *world = world_new();
    walk(world, 400, 9, 500, 1);
    struct features market = world_read(world), once, twice;
    const struct candidate shorted = {-1, 500, 510, 480, 0.5, 0.5, 1, 0.01};
    features_aim(&market, &shorted, &once);
    features_aim(&once, &shorted, &twice);
    for (uint32_t i = 0; i < FEATURE_MAJORITY; i++) {
        EXPECT(memcmp(&market.values[i], &twice.values[i], sizeof(double)) == 0);
    }
    for (uint32_t i = FEATURE_RETURN_1; i <= FEATURE_BREADTH; i++) {
        EXPECT(memcmp(&market.values[i], &twice.values[i], sizeof(double)) == 0);
    }
    free(world);
}

/* What comes after a decision changes nothing of what was read at it. */
TEST(no_feature_hangs_on_what_comes_later)
{
    struct world *world = world_new();
    walk(world, 400, 3, 300, 1);
    const struct features then = world_read(world);
    struct world *kept = malloc(sizeof *kept);
    *kept = *world;
    walk(world, 50, 77, 900, 1);
    const struct features again = world_read(kept);
    EXPECT(memcmp(&then, &again, sizeof then) == 0);
    free(kept);
    free(world);
}

TEST(what_the_regime_the_filters_and_the_strategies_ask_for_is_computed_once)
{
    struct panel_plan plan;
    uint32_t asked[FEATURES_SLOT_COUNT];
    panel_plan_init(&plan);
    const uint32_t adx =
        panel_plan_ask(&plan, &(struct panel_ask){INDICATOR_ADX, TIMEFRAME_5M, 14, 0});
    const uint32_t levels =
        panel_plan_ask(&plan, &(struct panel_ask){INDICATOR_LEVELS, TIMEFRAME_5M, 288, 0.004});
    features_plan(TIMEFRAME_5M, &plan, asked);
    EXPECT_INT(asked[FEATURES_ADX], adx);
    EXPECT_INT(asked[FEATURES_LEVELS], levels);
    EXPECT_INT(plan.count, FEATURES_SLOT_COUNT);
    EXPECT(!plan.refused);
}

TEST(a_decision_keeps_what_it_was_told_whatever_came_of_it)
{
    struct engine_config config = averages();
    config.pair_count = 3;
    config.chain.model.enabled = true;
    config.decision.confidence = 1; /* nobody is sure enough */
    config.decision.alone = 1;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    struct prng prng;
    prng_init(&prng, 12);
    double close[3] = {100, 200, 300};
    uint32_t decisions = 0;
    for (uint32_t n = 0; n < 400; n++) {
        struct candle candles[3];
        for (uint32_t i = 0; i < 3; i++) {
            const double open = close[i];
            close[i] += 0.25 * ((double)prng_below(&prng, 9) - 4);
            candles[i] = (struct candle){.open = open,
                                         .high = fmax(open, close[i]) + 0.5,
                                         .low = fmin(open, close[i]) - 0.5,
                                         .close = close[i],
                                         .volume = 1 + (double)prng_below(&prng, 9)};
        }
        fixture->record_count = 0;
        fixture_batch(fixture, candles, 3);
        for (uint32_t r = 0; r < fixture->record_count; r++) {
            const struct record *record = &fixture->records[r];
            if (record->kind != RECORD_DECISION) {
                continue;
            }
            const struct blend *blend = &record->findings.blend;
            const struct engine *engine = fixture->engine;
            EXPECT(record->chained && blend->read);
            decisions++;
            /* Breadth counts all three, of the same candle, whichever of them is decided on. */
            double breadth = 0;
            for (uint32_t i = 0; i < 3; i++) {
                breadth += features_side(engine->pairs[i].panel.cells, engine->chain.model,
                                         engine->pairs[i].price);
            }
            const double told = blend->market.values[FEATURE_BREADTH];
            EXPECT(n < 60 || fabs(told - breadth / 3) < 1e-15);
            const double leader =
                features_move(engine->pairs[0].panel.cells, engine->chain.model, FEATURES_ROC_24);
            EXPECT(n < 60 || blend->market.values[FEATURE_LEADER_24] == leader);
        }
    }
    EXPECT(decisions > 100);
    fixture_free(fixture);
}
