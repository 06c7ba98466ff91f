/* SPDX-License-Identifier: MIT */
/* A plan in force, by story: where the order's stop and target stand, how large it is, and what
 * neither may pass. */
#include "core/base/timestamp.h"

#include "chain_fixture.h"
#include "model_fixture.h"

struct exits_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

/* sma_cross, which places a stop and a target; a crossing up at a base close of a minute. */
static struct engine_config crossing(void)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "sma_cross", &(struct exits_params){TIMEFRAME_1M, 3, 3, 2, 3},
                     sizeof(struct exits_params));
    config.decision.agree = 1;
    config.decision.actionable = config.decision.alone = config.decision.confidence = 0;
    config.risk.max_daily_loss = 0;
    config.risk.max_position = 1;
    config.risk.risk_per_trade = 0.001;
    config.risk.scale.least = 0.25;
    config.risk.scale.most = 1.5;
    config.chain = chain_defaults();
    config.chain.model.enabled = true;
    config.chain.model.refuse = false;
    return config;
}

struct made {
    struct fixture_stump probability, parts[PLAN_PART_COUNT];
    struct model model;
};

/* A target `target` times as far away, a stop `stop` times; both live. */
static void make(struct made *made, float margin, float target, float stop)
{
    const float said[PLAN_PART_COUNT] = {target, stop, 6};
    const struct forest forest =
        fixture_forest(&made->probability, FEATURE_STRENGTH, 2, margin, margin);
    made->model = (struct model){
        .hash = {7, 2}, .trained_count = 1, .trained = {fixture_trained("sma_cross", &forest)}};
    struct model_plan *plan = &made->model.trained[0].plan;
    *plan = (struct model_plan){.live = true};
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        plan->forests[i] = fixture_forest(&made->parts[i], FEATURE_STRENGTH, 2, said[i], said[i]);
        plan->moves[i] = true;
        plan->alphas[i] = 0.5;
    }
    EXPECT(model_check(&made->model) == NULL);
}

/* What came of the same crossing. */
struct outcome {
    struct record record;
    struct order order;
};

/* Long enough that half of the features are known; then falls, and rises far enough to cross. */
static struct outcome cross(const struct engine_config *config, const struct model *model)
{
    struct fixture *fixture = fixture_new(config, &by_candles);
    struct event event = {.kind = EVENT_MODEL, .time_ns = fixture->now_ns};
    if (model != NULL) {
        memcpy(event.model.hash, model->hash, MODEL_HASH_SIZE);
    }
    model_use(model);
    desk_step(&fixture->desk, &event);
    for (uint32_t i = 0; i < 300; i++) {
        const double close = 400 - i;
        fixture_candle(fixture, close + 1, close + 1.5, close - 0.5, close);
        fixture->record_count = 0;
    }
    fixture_candle(fixture, 101, 107, 100.5, 106);
    struct outcome outcome = {.record = *decision(fixture)};
    EXPECT_INT(outcome.record.verdict, VERDICT_ENTER);
    EXPECT_INT(fixture->place_count, 1);
    outcome.order = fixture->engine->last_order;
    for (uint32_t i = 0; i < fixture->engine->portfolio.order_count; i++) {
        outcome.order = fixture->engine->portfolio.orders[i];
    }
    fixture_free(fixture);
    return outcome;
}

TEST(a_live_plan_is_where_the_orders_stop_and_target_stand)
{
    struct made made;
    const struct engine_config config = crossing();
    make(&made, 1, 1.5F, 0.75F);
    const struct outcome without = cross(&config, NULL), with = cross(&config, &made.model);
    const struct planned *planned = &with.record.findings.planned;
    EXPECT(planned->asked && planned->moved && !planned->sized);
    EXPECT(planned->stop_own == without.record.stop &&
           planned->target_own == without.record.target);
    const double to_target = without.record.target - 106, to_stop = 106 - without.record.stop;
    EXPECT(to_target > 0 && to_stop > 0);
    EXPECT_NEAR(with.record.target, 106 + 1.5 * to_target, 1e-9);
    EXPECT_NEAR(with.record.stop, 106 - 0.75 * to_stop, 1e-9);
    EXPECT(with.order.target_ticks > without.order.target_ticks);
    EXPECT(with.order.stop_ticks > without.order.stop_ticks);
    EXPECT(with.order.plan.hold_ns == 12 * NS_PER_HOUR && without.order.plan.hold_ns == 0);
    EXPECT(planned->expected_ns == 6 * NS_PER_HOUR);
    /* What the strategy said is kept as it was said: it is what models learn from. */
    EXPECT(with.record.votes[0].target == without.record.votes[0].target);
    /* The stop is nearer, so as much is lost at it with more. */
    EXPECT(with.record.qty_lots > without.record.qty_lots);
    EXPECT(with.record.risk <= without.record.risk * 1.001);
}

TEST(a_plan_that_is_a_shadow_is_told_and_moves_nothing)
{
    struct made made;
    for (int i = 0; i < 3; i++) {
        struct engine_config config = crossing();
        make(&made, 1, 1.5F, 0.75F);
        made.model.trained[0].plan.sizes = true;
        made.model.trained[0].plan.edge = 0.1;
        made.model.trained[0].plan.live = i != 0;
        made.model.trained[0].plan.sizes = i != 0;
        made.model.trained[0].live = i != 1;
        config.chain.model.plan = i != 2;
        const struct outcome without = cross(&config, NULL), with = cross(&config, &made.model);
        const struct planned *planned = &with.record.findings.planned;
        EXPECT(planned->asked && !planned->moved && !planned->sized);
        EXPECT(planned->target > planned->target_own && planned->size > 0);
        EXPECT(with.record.target == without.record.target);
        EXPECT(with.record.stop == without.record.stop);
        EXPECT_INT(with.order.plan.hold_ns, without.order.plan.hold_ns);
        EXPECT_INT(with.record.qty_lots, without.record.qty_lots);
    }
}

TEST(a_models_size_makes_an_entry_half_to_one_and_a_half_times_as_large)
{
    static const struct {
        float margin;
        double edge, times;
    } rows[] = {{3, 0.01, 1.5}, {-3, 0.5, 0.5}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made made;
        const struct engine_config config = crossing();
        make(&made, rows[i].margin, 1, 1);
        struct model_plan *plan = &made.model.trained[0].plan;
        *plan = (struct model_plan){.sizes = true, .edge = rows[i].edge};
        const struct outcome without = cross(&config, NULL), with = cross(&config, &made.model);
        EXPECT(with.record.findings.planned.sized);
        EXPECT_NEAR(with.record.findings.planned.size, rows[i].times, 1e-12);
        EXPECT_NEAR(with.record.factors[SIZE_MODEL], rows[i].times, 1e-12);
        EXPECT_NEAR((double)with.record.qty_lots / (double)without.record.qty_lots, rows[i].times,
                    1e-3);
    }
}

TEST(what_bounds_a_size_bounds_a_models_too)
{
    struct made made;
    struct engine_config config = crossing();
    make(&made, 3, 1, 0.5F);
    made.model.trained[0].plan.sizes = true;
    made.model.trained[0].plan.edge = 0.01;
    config.risk.risk_per_trade = 0.02;
    config.risk.max_position = 0.1;
    struct outcome with = cross(&config, &made.model);
    EXPECT_INT(with.record.rule, RULE_POSITION);
    EXPECT((double)with.record.cost <= 0.1 * (double)with.record.equity);
    config = crossing();
    config.risk.limits.max_at_risk = 0.0005;
    with = cross(&config, &made.model);
    EXPECT_INT(with.record.rule, RULE_AT_RISK);
    EXPECT((double)with.record.risk <= 0.0005 * (double)with.record.equity);
    config = crossing();
    config.risk.scale.most = 1; /* the operator's word on how much larger a trade may be */
    with = cross(&config, &made.model);
    EXPECT_NEAR(with.record.factors[SIZE_ALL], 1, 1e-12);
}

TEST(a_market_that_is_not_known_yet_leaves_the_signals_own_exits)
{
    struct made made;
    const struct engine_config config = crossing();
    make(&made, 1, 1.5F, 0.75F);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    struct event event = {.kind = EVENT_MODEL, .time_ns = fixture->now_ns};
    memcpy(event.model.hash, made.model.hash, MODEL_HASH_SIZE);
    model_use(&made.model);
    desk_step(&fixture->desk, &event);
    for (uint32_t i = 0; i < 12; i++) {
        const double close = 100 - i;
        fixture_candle(fixture, close + 1, close + 1.5, close - 0.5, close);
    }
    fixture_candle(fixture, 89, 95, 88.5, 94);
    const struct record *record = decision(fixture);
    EXPECT_INT(record->verdict, VERDICT_ENTER);
    EXPECT(!record->findings.planned.asked);
    EXPECT(record->target == record->votes[0].target && record->stop == record->votes[0].stop);
    fixture_free(fixture);
}
