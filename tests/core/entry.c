/* SPDX-License-Identifier: MIT */
/* What lets an entry happen, what it carries, and what becomes of it: each bound at its edge. */
#include "core/engine/engine.h"

#include "desk_fixture.h"
#include "story.h"

struct cross_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

static const struct matching_config by_candles = {.fills = FILLS_CANDLES};
static const struct matching_config by_book = {.fills = FILLS_BOOK};

/* With a stop 2 ATR below the close and a target 3 above. */
static struct engine_config crossing(void)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "sma_cross", &(struct cross_params){TIMEFRAME_1M, 3, 3, 2, 3},
                     sizeof(struct cross_params));
    config.decision.actionable = config.decision.alone = config.decision.confidence = 0;
    return config;
}

static void send_asks(struct fixture *fixture, int64_t price_ticks, int64_t qty_lots)
{
    const struct level_change changes[] = {{SIDE_BUY, {9900, 1000000}},
                                           {SIDE_SELL, {price_ticks, qty_lots}},
                                           {SIDE_SELL, {price_ticks + 100, 1000000}}};
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = fixture->now_ns,
        .book = {.snapshot = true, .depth = 10, .count = 3, .changes = changes},
    };
    desk_step(&fixture->desk, &event);
}

TEST(a_boundary_decided_in_an_earlier_session_is_not_decided_again)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *before = fixture_new(&config, &by_candles);
    struct fixture *after = fixture_new(&config, &by_candles);
    fixture_turn_up(before);
    EXPECT(engine_adopt(after->engine, before->engine, (const uint32_t[]){0}));
    const uint64_t decided = after->engine->decision_count;
    after->now_ns = before->now_ns - NS_PER_MIN;
    fixture_candle(after, 100, 100, 100, 100);
    EXPECT_INT((int64_t)after->engine->decision_count, (int64_t)decided);
    fixture_candle(after, 100, 100, 100, 100);
    EXPECT_INT((int64_t)after->engine->decision_count, (int64_t)decided + 1);
    fixture_free(before);
    fixture_free(after);
}

TEST(a_loss_of_exactly_the_limit_is_the_limit)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_candle(fixture, 100, 100, 100, 100); /* the day begins with 10,000 */
    fixture->engine->portfolio.cash = USD(9500.01);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 0);
    fixture->engine->portfolio.cash = USD(9500);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 1);
    fixture_free(fixture);
}

TEST(a_pair_that_the_venue_has_closed_to_entries_gets_none)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    struct pair terms = fixture->engine->pairs[0].terms;
    terms.status = PAIR_CANCEL_ONLY;
    const struct event event = {.kind = EVENT_PAIR, .pair = {.pair = 0, .terms = terms}};
    desk_step(&fixture->desk, &event);
    fixture_turn_up(fixture);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_PAIR_STATUS);
    EXPECT_INT(fixture->place_count, 0);
    fixture_free(fixture);
}

TEST(a_second_signal_while_an_entry_rests_places_no_second)
{
    struct engine_config config = fixture_averages_config();
    config.execution.entry = 1;
    fixture_strategy(&config, "sma_pair", &(struct fixture_averages){TIMEFRAME_1M, 3, 5},
                     sizeof(struct fixture_averages));
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_closes(fixture, (const double[]){100, 100, 100, 100, 100, 98, 97, 100, 103, 106}, 10);
    EXPECT_INT(fixture_count(fixture, RECORD_DECISION) >= 3, 1);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_HAVE_ORDER);
    EXPECT_INT(fixture->place_count, 1);
    fixture_free(fixture);
}

TEST(a_resting_entry_dies_when_its_life_is_over)
{
    struct engine_config config = fixture_averages_config();
    config.execution.entry = 1;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    const int64_t placed_ns = fixture->now_ns;
    EXPECT_INT(fixture->engine->portfolio.orders[0].expire_ns, placed_ns + 600 * NS_PER_S);
    for (double price = 101; price < 110; price++) {
        fixture_closes(fixture, &price, 1);
        EXPECT_INT(fixture->engine->portfolio.order_count, 1);
    }
    fixture_closes(fixture, (const double[]){110}, 1);
    EXPECT_INT(fixture->engine->portfolio.order_count, 0);
    EXPECT_INT(fixture_count(fixture, RECORD_ORDER_ENDED), 1);
    fixture_free(fixture);
}

TEST(a_close_of_one_pair_takes_back_no_other_pairs_entry)
{
    struct engine_config config = fixture_averages_config();
    config.execution.entry = 1;
    config.pair_count = 2;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double list[] = {100, 100, 100, 98, 97, 100};
    for (int i = 0; i < 6; i++) {
        const struct candle candle = {0, list[i], list[i], list[i], list[i], 1};
        fixture_batch(fixture, (const struct candle[]){candle, candle}, 2);
    }
    EXPECT_INT(fixture->engine->portfolio.order_count, 2);
    const struct event close = {.kind = EVENT_COMMAND, .command = {.command = COMMAND_CLOSE}};
    desk_step(&fixture->desk, &close);
    EXPECT_INT(fixture->engine->portfolio.order_count, 1);
    EXPECT_INT(fixture->engine->portfolio.orders[0].pair, 1);
    fixture_free(fixture);
}

TEST(a_market_entry_stops_at_its_worst_price)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_book);
    send_asks(fixture, 10000, 50000); /* 5 units at 100, more at 101: beyond the half per cent */
    fixture_turn_up(fixture);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 50000);
    EXPECT_INT(fixture->engine->portfolio.positions[0].cost, USD(500));
    EXPECT_INT(fixture->engine->portfolio.reserved, 0);
    fixture_free(fixture);
}

TEST(an_entry_carries_the_stop_and_target_it_was_decided_with)
{
    const struct engine_config config = crossing();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    const struct record *decision = fixture_last(fixture, RECORD_DECISION);
    EXPECT_INT(decision->verdict, VERDICT_ENTER);
    EXPECT(decision->stop > 0 && decision->stop < 100 && decision->target > 100);
    const struct order *order = &fixture->engine->portfolio.orders[0];
    EXPECT_NEAR((double)order->stop_ticks / 100, decision->stop, 0.005);
    EXPECT_NEAR((double)order->target_ticks / 100, decision->target, 0.005);
    fixture_free(fixture);
}

TEST(a_target_within_the_fees_of_the_ask_is_no_reward)
{
    const struct engine_config config = crossing();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    const double target = fixture_last(fixture, RECORD_DECISION)->target;
    fixture_free(fixture);
    /* Bought 0.4 % below the target, both fees of 0.4 % would cost more than is gained. */
    const double factors[] = {1.004, 1.012};
    const enum verdict verdicts[] = {VERDICT_NO_REWARD, VERDICT_ENTER};
    for (int i = 0; i < 2; i++) {
        fixture = fixture_new(&config, &by_book);
        send_asks(fixture, (int64_t)(target / factors[i] * 100), 1000000);
        fixture_turn_up(fixture);
        EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, verdicts[i]);
        fixture_free(fixture);
    }
}

/* Without a matching: the test is the venue. */
static const struct action *tell(struct fixture *fixture, const struct report *report)
{
    const struct event event = {.kind = EVENT_REPORT, .report = *report};
    static struct actions actions;
    engine_step(fixture->engine, &event, &actions);
    return actions.count > 0 ? &actions.list[actions.count - 1] : NULL;
}

TEST(a_bracket_covers_what_is_held_however_entry_and_bracket_fill_in_turn)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const struct order entry = {.kind = ORDER_LIMIT,
                                .side = SIDE_BUY,
                                .qty_lots = 100000,
                                .cash = USD(2000),
                                .stop_ticks = 9500};
    struct report buy = {.order_id = portfolio_add_order(&fixture->engine->portfolio, &entry)->id,
                         .kind = REPORT_FILL,
                         .trade_id = 1,
                         .price_ticks = 10000,
                         .qty_lots = 40000};
    const struct action *action = tell(fixture, &buy);
    EXPECT_INT(action->kind, ACTION_PLACE);
    EXPECT_INT(action->place.qty_lots, 40000);
    struct report sell = buy;
    sell.order_id = action->place.id;
    sell.qty_lots = 10000;
    EXPECT(tell(fixture, &sell) == NULL); /* 4 asked for, 1 sold, 3 left and 3 held */
    buy.trade_id = 2;
    buy.qty_lots = 60000;
    action = tell(fixture, &buy);
    EXPECT_INT(action->kind, ACTION_AMEND);
    EXPECT_INT(action->amend.qty_lots, 100000); /* the one that is sold, and the nine held */
    fixture_free(fixture);
}

/* A strategy at its defaults, but on the fixture's minutes and with the periods that are named. */
static void vote_by(struct engine_config *config, const char *name, const char *const *periods)
{
    struct story story;
    story_init(&story, name);
    story_set(&story, "timeframe", "1m");
    for (; *periods != NULL; periods++) {
        story_set(&story, *periods, "40");
    }
    story_set(&story, "confidence", "0");
    fixture_strategy(config, name, story.params, sizeof story.params);
}

/* To and fro between 100 and 110, then up and out of it on ten times the volume; and on for the
 * rest, 4 lower each time. */
static void break_out(struct fixture *fixture, int candles)
{
    double last = 100;
    for (int i = 0; i < candles; i++) {
        const double turn = 2.5 * (i % 8 < 4 ? i % 8 : 8 - i % 8);
        const double close = i < 240 ? 100 + turn : i == 240 ? 115 : last - 4;
        const double high = close > last ? close : last, low = close < last ? close : last;
        const double volume = i == 240 ? 10 : 1;
        fixture_batch(fixture, &(struct candle){0, last, high, low, close, volume}, 1);
        last = close;
    }
}

TEST(a_vote_says_how_its_strategy_would_end_the_trade)
{
    struct engine_config config = fixture_config();
    vote_by(&config, "channel", (const char *const[]){"period", NULL});
    vote_by(&config, "swing", (const char *const[]){"period", "fast_period", NULL});
    vote_by(&config, "dca", (const char *const[]){"high_period", NULL});
    struct fixture *fixture = fixture_new(&config, &by_candles);
    break_out(fixture, 250);
    uint32_t seen[3] = {0};
    for (uint32_t r = 0; r < fixture->record_count; r++) {
        const struct record *record = &fixture->records[r];
        for (uint32_t i = 0; record->kind == RECORD_DECISION && i < record->vote_count; i++) {
            const struct vote *vote = &record->votes[i];
            const int32_t direction = vote->direction;
            seen[vote->strategy] += direction != 0;
            const double broken = direction > 0 ? 99.5 : 110.5; /* a twentieth of 10 outside */
            EXPECT_NEAR(vote->broken, direction != 0 && vote->strategy == 0 ? broken : 0, 1e-9);
            EXPECT_NEAR(vote->trail, direction != 0 && vote->strategy == 1 ? 0.07 : 0, 0);
            EXPECT_INT(vote->hold_ns, direction != 0 && vote->strategy == 2 ? 72 * NS_PER_HOUR : 0);
        }
    }
    EXPECT(seen[0] > 0 && seen[1] > 0 && seen[2] > 0);
    fixture_free(fixture);
}

TEST(what_the_vote_asked_for_is_the_plan_of_the_position_that_came_of_it)
{
    struct engine_config config = fixture_config();
    vote_by(&config, "swing", (const char *const[]){"period", "fast_period", NULL});
    config.decision.alone = config.decision.confidence = 0;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    break_out(fixture, 242); /* the entry is filled at the open of the candle behind the break */
    const struct position *position = &fixture->engine->portfolio.positions[0];
    EXPECT(position->qty_lots > 0);
    EXPECT_INT(position->plan.trail_ppm, 70000);
    EXPECT_INT(position->plan.broken_ticks, 0);
    EXPECT_INT(position->plan.hold_ns, 0);
    EXPECT(position->plan.risk_ticks > 0);
    EXPECT_INT(position->stop_ticks, 11017); /* 5 % below 115, drawn in by the fees of 0.8 % */
    fixture_free(fixture);
}
