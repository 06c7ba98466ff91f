/* SPDX-License-Identifier: MIT */
#include "core/decision/regime.h"

#include "core/base/prng.h"
#include "options_fixture.h"

static struct regime_config defaults(void)
{
    struct regime_config config;
    options_default(regime_options, regime_option_count, &config);
    EXPECT(!config.enabled);
    config.enabled = true;
    return config;
}

/* By ADX, +DI, -DI and the ATR's rank, in the slots 0 and 1. */
static struct regime read_cells(const struct regime_config *config, double adx, double plus,
                                double minus, double rank)
{
    static struct panel_cell cells[2];
    const uint32_t slots[REGIME_SLOT_COUNT] = {[REGIME_ADX] = 0, [REGIME_ATR] = 1};
    cells[0] = (struct panel_cell){.ready = adx >= 0, .now = {adx, plus, minus}};
    cells[1] = (struct panel_cell){.ready = rank >= 0, .now = {rank}};
    return regime_read(config, cells, slots);
}

TEST(a_regime_is_read_from_adx_and_the_rank_of_atr)
{
    const struct regime_config config = defaults();
    const struct {
        double adx, plus, minus, rank;
        enum regime_way way;
        enum volatility volatility;
    } lines[] = {
        {24.99, 30, 10, 50, REGIME_RANGING, VOLATILITY_NORMAL},
        {25, 30, 10, 30, REGIME_RISING, VOLATILITY_LOW},
        {25, 10, 30, 30.01, REGIME_FALLING, VOLATILITY_NORMAL},
        {60, 20, 20, 69.99, REGIME_RISING, VOLATILITY_NORMAL},
        {0, 0, 0, 70, REGIME_RANGING, VOLATILITY_HIGH},
        {-1, 0, 0, 100, REGIME_UNKNOWN, VOLATILITY_HIGH}, /* ADX warms up */
        {30, 9, 8, -1, REGIME_RISING, VOLATILITY_UNKNOWN},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct regime regime =
            read_cells(&config, lines[i].adx, lines[i].plus, lines[i].minus, lines[i].rank);
        EXPECT_INT(regime.way, lines[i].way);
        EXPECT_INT(regime.volatility, lines[i].volatility);
        EXPECT_NEAR(regime.adx, fmax(lines[i].adx, 0), 0);
        EXPECT_NEAR(regime.atr_rank, fmax(lines[i].rank, 0), 0);
    }
}

TEST(what_is_no_number_is_no_regime)
{
    const struct regime_config config = defaults();
    const uint32_t slots[REGIME_SLOT_COUNT] = {[REGIME_ADX] = 0, [REGIME_ATR] = 1};
    struct panel_cell cells[2] = {{.ready = true, .now = {NAN}}, {.ready = true, .now = {NAN}}};
    const struct regime regime = regime_read(&config, cells, slots);
    EXPECT(regime.way == REGIME_UNKNOWN && regime.volatility == VOLATILITY_UNKNOWN);
    EXPECT(regime.adx == 0 && regime.atr_rank == 0);
}

TEST(a_regime_that_is_off_asks_for_nothing_and_knows_nothing)
{
    struct regime_config config = defaults();
    struct panel_plan plan;
    uint32_t slots[REGIME_SLOT_COUNT];
    panel_plan_init(&plan);
    regime_plan(&config, &plan, slots);
    EXPECT_INT(plan.count, 2);
    EXPECT(plan.asks[slots[REGIME_ATR]].period == 14 && plan.asks[slots[REGIME_ATR]].second == 100);
    config.enabled = false;
    panel_plan_init(&plan);
    regime_plan(&config, &plan, slots);
    EXPECT_INT(plan.count, 0);
    const struct regime regime = read_cells(&config, 60, 30, 10, 90);
    EXPECT(regime.way == REGIME_UNKNOWN && regime.volatility == VOLATILITY_UNKNOWN);
}

static void expect_effect(const struct regime_config *config, enum regime_way way,
                          enum volatility volatility, const struct regime_effect *want)
{
    const struct regime regime = {.way = way, .volatility = volatility};
    const struct regime_effect got = regime_effect(config, &regime);
    EXPECT_NEAR(got.size, want->size, 0);
    EXPECT_NEAR(got.confidence, want->confidence, 0);
    EXPECT_NEAR(got.stop, want->stop, 0);
    EXPECT_NEAR(got.target, want->target, 0);
}

TEST(chop_draws_targets_in_trend_moves_them_out_and_stops_follow_volatility)
{
    const struct regime_config config = defaults();
    const struct {
        enum regime_way way;
        enum volatility volatility;
        struct regime_effect effect; /* size, confidence, stop, target */
    } lines[] = {
        {REGIME_UNKNOWN, VOLATILITY_UNKNOWN, {1, 0, 1, 1}},
        {REGIME_RANGING, VOLATILITY_NORMAL, {1, 0, 1, 0.8}},
        {REGIME_RISING, VOLATILITY_LOW, {1, 0, 0.8, 1.25}},
        {REGIME_FALLING, VOLATILITY_HIGH, {0.75, 0.05, 1.25, 1.25}},
        {REGIME_UNKNOWN, VOLATILITY_HIGH, {0.75, 0.05, 1.25, 1}},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        expect_effect(&config, lines[i].way, lines[i].volatility, &lines[i].effect);
    }
}

TEST(each_market_favours_the_strategies_made_for_it)
{
    const struct regime_config config = defaults();
    const struct {
        const char *strategy;
        double unknown, ranging, rising, falling;
    } lines[] = {
        {"keltner", 1, 1.5, 1, 1}, {"mean_reversion", 1, 1.5, 1, 1}, {"channel", 1, 1.5, 1, 1},
        {"trend", 1, 1, 1.5, 1.5}, {"momentum", 1, 1, 1.5, 1.5},     {"swing", 1, 1, 1.5, 1},
        {"dca", 1, 1, 1, 1.5},     {"sma_cross", 1, 1, 1, 1},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct strategy *strategy = strategy_find(lines[i].strategy, NULL);
        EXPECT(strategy != NULL);
        const double want[] = {lines[i].unknown, lines[i].ranging, lines[i].rising,
                               lines[i].falling};
        for (uint32_t way = 0; way < 4; way++) {
            EXPECT_NEAR(regime_weight(&config, strategy->taste, (enum regime_way)way), want[way],
                        0);
        }
    }
}

/* In words it stands once more, in the help of the option. */
TEST(the_help_of_favour_names_every_strategy_with_a_taste_and_no_other)
{
    const char *help = NULL;
    for (uint32_t i = 0; i < regime_option_count; i++) {
        help = strcmp(regime_options[i].name, "favour") == 0 ? regime_options[i].help : help;
    }
    EXPECT(help != NULL);
    for (uint32_t i = 0; i < strategy_built_in; i++) {
        const struct strategy *strategy = strategy_table[i];
        EXPECT((strstr(help, strategy->name) != NULL) == (strategy->taste != 0));
    }
}

TEST(two_effects_on_one_entry_multiply_and_their_confidence_adds)
{
    const struct regime_effect a = {0.5, 0.05, 1.25, 0.8}, b = {0.75, 0.1, 0.8, 1.25};
    const struct regime_effect both = regime_effect_both(&a, &b);
    EXPECT_NEAR(both.size, 0.375, 1e-12);
    EXPECT_NEAR(both.confidence, 0.15, 1e-12);
    EXPECT_NEAR(both.stop, 1, 1e-12);
    EXPECT_NEAR(both.target, 1, 1e-12);
}

TEST(exits_move_by_their_distance_from_the_price)
{
    const struct {
        int32_t direction;
        double stop_by, target_by, nearest, stop, target, stop_after, target_after;
    } lines[] = {
        {1, 1.25, 0.8, 1, 90, 120, 87.5, 116},
        {-1, 1.25, 0.8, 1, 110, 80, 112.5, 84},
        {1, 0.8, 1.25, 1, 90, 120, 92, 125},
        {1, 0.8, 1, 9, 90, 0, 91, 0},  /* no nearer than 9 */
        {1, 0.5, 1, 20, 90, 0, 90, 0}, /* it stands nearer than that already */
        {1, 1, 1, 1, 90.1, 119.9, 90.1, 119.9},
        {1, 1.25, 1.25, 1, 0, 0, 0, 0},       /* none stays none */
        {1, 1.25, 1.25, 1, 101, 99, 101, 99}, /* on the wrong side: not ours to mend */
        {1, 5, 1, 1, 75, 0, 75, 0},           /* it would cross zero */
        {-1, 1, 5, 1, 0, 75, 0, 75},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct regime_effect effect = {1, 0, lines[i].stop_by, lines[i].target_by};
        double stop = lines[i].stop, target = lines[i].target;
        regime_exits(&effect, 100, lines[i].direction, lines[i].nearest, &stop, &target);
        EXPECT_NEAR(stop, lines[i].stop_after, 1e-9);
        EXPECT_NEAR(target, lines[i].target_after, 1e-9);
    }
}

TEST(whatever_the_effect_exits_stay_on_their_sides)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t i = 0; i < 20000; i++) {
        const int32_t direction = i % 2 == 0 ? 1 : -1;
        const double price = 0.001 + 1000 * prng_real(&prng);
        double stop = price * (1 - direction * 0.99 * prng_real(&prng));
        double target = price * (1 + direction * 0.99 * prng_real(&prng));
        const double before = direction * (price - stop);
        const struct regime_effect effect = {1, 0, 0.1 + 4.9 * prng_real(&prng),
                                             0.1 + 4.9 * prng_real(&prng)};
        const double nearest = price * 0.008;
        regime_exits(&effect, price, direction, nearest, &stop, &target);
        EXPECT(stop > 0 && target > 0);
        EXPECT(direction * (price - stop) >= 0 && direction * (target - price) >= 0);
        EXPECT(direction * (price - stop) >= fmin(before, nearest) * (1 - 1e-9));
    }
}

TEST(a_high_volatility_below_the_low_one_is_refused)
{
    struct regime_config config = defaults();
    EXPECT(regime_check(&config) == NULL);
    config.volatility_low = config.volatility_high;
    EXPECT(strstr(regime_check(&config), "volatility_low") != NULL);
}
