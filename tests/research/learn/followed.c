/* SPDX-License-Identifier: MIT */
/*
 * What the engine makes of its candidates while candles come is what training makes of them
 * afterwards: as many known, as much each counts, as many won, and an online part with the same
 * weights to the last bit.
 */
#include <stdlib.h>

#include "../../core/model_fixture.h"
#include "../../core/options_fixture.h"
#include "../fixture.h"
#include "bench.h"
#include "core/base/timestamp.h"
#include "core/engine/desk.h"
#include "core/model/sigmoid.h"
#include "research/learn/examples.h"

#define CANDLES 20000
static struct candle candles[CANDLES];

static const char *const names[] = {"sma_cross", "trend", "keltner", "breakout", "momentum"};
#define STRATEGIES (sizeof names / sizeof names[0])

struct world {
    struct engine_config config;
    struct matching_config fills;
    struct engine *engine;
    struct matching *matching;
    struct desk *desk;
    struct candidates candidates;
    struct examples_reader reader;
    struct fixture_stump stump;
    struct model model;
    struct trained *trained;
};

static void add_strategy(struct engine_config *config, const char *name)
{
    struct strategy_setup *setup = &config->strategies[config->strategy_count++];
    const struct strategy *strategy = strategy_find(name, &setup->type);
    EXPECT(strategy != NULL);
    setup->weight = 1;
    options_default(strategy->options, strategy->option_count, setup->params);
    struct strategy_params *params = (void *)setup->params;
    params->timeframe = TIMEFRAME_5M;
    params->type = setup->type;
}

static struct engine_config config_of(void)
{
    struct engine_config config = sma_config(TIMEFRAME_1M, 20, 50);
    config.strategy_count = 0;
    for (uint32_t i = 0; i < STRATEGIES; i++) {
        add_strategy(&config, names[i]);
    }
    config.fees = (struct fee_rates){250, 400};
    config.slip_ppm = 70;
    options_default(exit_options, exit_option_count, &config.exits);
    config.exits.hold_ns = 4 * NS_PER_HOUR;
    config.chain.model = (struct blend_config){
        .enabled = true, .timeframe = TIMEFRAME_5M, .lone = 0.3, .several = 0.5, .refuse = true};
    return config;
}

/* Says the same of everything; its online part begins at even odds. */
static void make_model(struct world *world, float margin)
{
    const struct forest forest = fixture_forest(&world->stump, FEATURE_STRENGTH, 2, margin, margin);
    world->model = (struct model){.hash = {3}, .trained_count = STRATEGIES};
    for (uint32_t i = 0; i < STRATEGIES; i++) {
        struct trained *trained = &world->model.trained[i];
        *trained = fixture_trained(names[i], &forest);
        trained->logistic = fixture_linear(0, FEATURE_ADX, 0);
        trained->logistic_says = fixture_plain();
    }
    EXPECT(model_check(&world->model) == NULL);
}

static struct world *world_new(float margin)
{
    struct world *world = calloc(1, sizeof *world);
    EXPECT(world != NULL);
    world->config = config_of();
    world->fills = (struct matching_config){.fills = FILLS_CANDLES,
                                            .half_spread_ppm = 20,
                                            .slippage_ppm = 50,
                                            .fees = world->config.fees};
    world->engine = calloc(1, engine_size(1));
    world->matching = calloc(1, sizeof *world->matching);
    world->desk = calloc(1, sizeof *world->desk);
    EXPECT(world->engine != NULL && world->matching != NULL && world->desk != NULL);
    world->reader = (struct examples_reader){.round_trip_fee = 2 * 400 / 1e6, .voted = true};
    candidates_init(&world->candidates,
                    &(struct candidates_config){.actionable = world->config.decision.actionable,
                                                .feature_count = FEATURE_COUNT,
                                                .read = examples_read,
                                                .context = &world->reader});
    engine_init(world->engine, &world->config);
    engine_set_terms(world->engine, 0, &fine_pair);
    matching_init(world->matching, &world->fills);
    desk_init(world->desk, world->engine, world->matching, world->candidates.watch.on_step,
              &world->candidates);
    make_model(world, margin);
    return world;
}

static void world_free(struct world *world)
{
    model_use(NULL);
    candidates_deinit(&world->candidates);
    free(world->engine), free(world->matching), free(world->desk);
    free(world);
}

static void put_in_force(struct world *world)
{
    struct event event = {.kind = EVENT_MODEL, .time_ns = candles[0].time_ns};
    memcpy(event.model.hash, world->model.hash, MODEL_HASH_SIZE);
    model_use(&world->model);
    desk_step(world->desk, &event);
}

static void live_until(struct world *world, size_t until)
{
    bench_walk(candles, CANDLES);
    put_in_force(world);
    for (size_t i = 0; i < until; i++) {
        const struct batch_entry entry = {.pair = 0, .candle = candles[i]};
        const struct event event = {
            .kind = EVENT_BATCH,
            .time_ns = candles[i].time_ns + NS_PER_MIN,
            .batch = {.boundary_ns = candles[i].time_ns, .count = 1, .entries = &entry}};
        desk_step(world->desk, &event);
    }
}

static void live(struct world *world)
{
    live_until(world, CANDLES);
}

/* The same candidates, as training sees them. */
static void learn(const struct world *world, struct examples *ret)
{
    const struct barrier_terms terms = {
        .base = TIMEFRAME_1M, .matching = world->fills, .exits = world->config.exits};
    const struct barrier_market market = {&fine_pair, candles, CANDLES};
    struct barrier *barrier = barrier_new(&terms);
    struct labels labels = {.count = world->candidates.count};
    labels.list = calloc(labels.count + 1, sizeof *labels.list);
    EXPECT(barrier != NULL && labels.list != NULL);
    EXPECT_INT(barrier_enter(barrier, &market), 0);
    for (size_t i = 0; i < labels.count; i++) {
        barrier_label(barrier, &world->candidates.rows[i], &labels.list[i]);
    }
    EXPECT_INT(examples_make(&world->candidates, &labels, TIMEFRAME_1M, false, ret), 0);
    labels_free(&labels);
    barrier_free(barrier);
}

struct order_known {
    int64_t known_ns;
    size_t index;
};

static int by_known(const void *left, const void *right)
{
    const struct order_known *a = left, *b = right;
    if (a->known_ns != b->known_ns) {
        return a->known_ns < b->known_ns ? -1 : 1;
    }
    return (a->index > b->index) - (a->index < b->index);
}

/* As research/learn/forward.h teaches the online part of a strategy. */
static struct online taught(const struct world *world, const struct examples *examples,
                            uint32_t strategy)
{
    struct order_known *order = calloc(examples->count + 1, sizeof *order);
    struct online online;
    EXPECT(order != NULL);
    online_init(&online, &world->model.trained[strategy].logistic);
    for (size_t i = 0; i < examples->count; i++) {
        order[i] = (struct order_known){examples->list[i].known_ns, i};
    }
    qsort(order, examples->count, sizeof *order, by_known);
    for (size_t i = 0; i < examples->count; i++) {
        const struct example *example = &examples->list[order[i].index];
        double figures[FEATURE_COUNT];
        examples_figures(examples, order[i].index, figures);
        if (example->strategy == strategy) {
            online_learn(&online, 0.5, figures, example->won, example->uniqueness);
        }
    }
    free(order);
    return online;
}

struct sums {
    uint64_t count;
    double weight, won, reward, log_loss;
};

static struct sums sums_of(const struct examples *examples, uint32_t strategy, double probability)
{
    struct sums sums = {0};
    for (size_t i = 0; i < examples->count; i++) {
        const struct example *example = &examples->list[i];
        if (example->strategy == strategy) {
            sums.count++;
            sums.weight += example->uniqueness;
            sums.won += example->won ? example->uniqueness : 0;
            sums.reward += example->uniqueness * example->reward;
            sums.log_loss += example->uniqueness * log_loss(probability, example->won);
        }
    }
    return sums;
}

TEST(what_is_scored_and_taught_live_is_what_training_makes_of_it)
{
    struct world *world = world_new(-3); /* so that nothing is taken */
    struct examples examples;
    uint64_t all = 0;
    live(world);
    learn(world, &examples);
    EXPECT_INT((int64_t)world->engine->portfolio.trade_count, 0);
    for (uint32_t i = 0; i < STRATEGIES; i++) {
        const struct model_scores *scores = &world->engine->learning.scores[i];
        const struct model_sums *said = &scores->model.all;
        const struct sums expected = sums_of(&examples, i, sigmoid(-3));
        print_message("%s: %llu asked, %llu known, %.1f independent, %llu passed over\n", names[i],
                      (unsigned long long)scores->asked, (unsigned long long)scores->known,
                      said->weight, (unsigned long long)scores->passed_over);
        EXPECT_INT((int64_t)scores->passed_over, 0);
        EXPECT_INT((int64_t)scores->known, (int64_t)expected.count);
        EXPECT_NEAR(said->weight, expected.weight, 1e-9);
        EXPECT_NEAR(said->won, expected.won, 1e-9);
        EXPECT_NEAR(said->reward, expected.reward, 1e-9);
        EXPECT_NEAR(said->log_loss, expected.log_loss, 1e-9);
        EXPECT_INT((int64_t)scores->own, 0);
        EXPECT_INT((int64_t)scores->model.yes_count, 0);
        const struct online online = taught(world, &examples, i);
        const struct online *here = &world->engine->learning.online[i];
        EXPECT_INT((int64_t)here->updates, (int64_t)online.updates);
        for (uint32_t k = 0; k < FEATURE_COUNT; k++) {
            EXPECT_NEAR(here->change.weights[k], online.change.weights[k], 1e-12);
        }
        all += scores->known;
    }
    EXPECT(all > 400);
    examples_free(&examples);
    world_free(world);
}

TEST(a_trade_of_its_own_is_known_once_and_by_how_it_ended)
{
    struct world *world = world_new(3);
    uint64_t own = 0, known = 0, updates = 0, candidates = 0;
    live(world);
    const struct pair_state *state = &world->engine->pairs[0];
    for (uint32_t i = 0; i < STRATEGIES; i++) {
        const struct model_scores *scores = &world->engine->learning.scores[i];
        own += scores->own;
        known += scores->known;
        updates += world->engine->learning.online[i].updates;
        candidates += scores->asked - scores->passed_over - scores->lost;
    }
    EXPECT(own >= world->engine->portfolio.trade_count && own > 50);
    EXPECT(own < known);
    EXPECT_INT((int64_t)updates, (int64_t)known);
    EXPECT_INT((int64_t)candidates, (int64_t)(known + state->followed_count));
    world_free(world);
}

#define STOPPED 15000
#define RESUMED 17000

/* A session that goes on from another one, and hears of the past from a candle on. */
static struct world *resumed(const struct world *before, size_t from)
{
    struct world *world = world_new(-3);
    EXPECT(engine_adopt(world->engine, before->engine, (const uint32_t[]){0}));
    put_in_force(world);
    const struct event event = {
        .kind = EVENT_WARM,
        .time_ns = candles[RESUMED].time_ns,
        .warm = {.pair = 0, .count = (uint32_t)(RESUMED - from), .candles = &candles[from]}};
    desk_step(world->desk, &event);
    return world;
}

TEST(what_ended_while_nobody_ran_is_known_from_the_candles_of_the_past)
{
    struct world *before = world_new(-3);
    struct examples examples;
    uint64_t since = 0;
    live_until(before, STOPPED);
    learn(before, &examples);
    size_t known = 0;
    for (size_t i = 0; i < examples.count; i++) {
        if (examples.list[i].known_ns <= candles[RESUMED].time_ns) {
            examples.list[known++] = examples.list[i];
        }
    }
    examples.count = known;
    struct world *after = resumed(before, STOPPED - 1000);
    for (uint32_t i = 0; i < STRATEGIES; i++) {
        const struct model_scores *scores = &after->engine->learning.scores[i];
        const struct sums expected = sums_of(&examples, i, sigmoid(-3));
        EXPECT_INT((int64_t)scores->known, (int64_t)expected.count);
        EXPECT_NEAR(scores->model.all.weight, expected.weight, 1e-9);
        EXPECT_NEAR(scores->model.all.reward, expected.reward, 1e-9);
        EXPECT_INT((int64_t)scores->lost, 0);
        since += scores->known - before->engine->learning.scores[i].known;
    }
    EXPECT(since > 0);
    world_free(after);
    world_free(before);
    examples_free(&examples);
}

TEST(where_candles_are_missing_nothing_is_made_up)
{
    struct world *before = world_new(-3);
    uint64_t lost = 0, followed = 0;
    live_until(before, STOPPED);
    struct world *after = resumed(before, STOPPED + 1);
    followed = before->engine->pairs[0].followed_count;
    for (uint32_t i = 0; i < STRATEGIES; i++) {
        const struct learning *here = &after->engine->learning;
        EXPECT_INT((int64_t)here->scores[i].known,
                   (int64_t)before->engine->learning.scores[i].known);
        lost += here->scores[i].lost;
    }
    EXPECT(followed > 0);
    EXPECT_INT((int64_t)lost, (int64_t)followed);
    EXPECT_INT(after->engine->pairs[0].followed_count, 0);
    world_free(after);
    world_free(before);
}
