/* SPDX-License-Identifier: MIT */
#include "research/drift.h"

#include "drift_fixture.h"

/* The next minute opens at 100.00 and the venue sold at 100.07: 7 bps, of 10 pieces 0.70. The
 * sale is at 99.00 in both. */
TEST(a_fill_at_another_price_is_named_with_its_gap)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    EXPECT_INT(runs->order.qty_lots, 100000);
    fill(runs, 2 * NS_PER_S, 10007, 100000);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE); /* the candle is not over */
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_FILL_PRICE);
    EXPECT(!first->exit);
    EXPECT_NEAR(first->gap_bps, 7, 1e-9);
    EXPECT_INT(first->delay_ns, 3 * NS_PER_S);
    EXPECT_INT(first->fills[DRIFT_SESSION].low_ticks, 10007);
    EXPECT_INT(first->fills[DRIFT_RERUN].low_ticks, 10000);
    turn_down(runs);
    EXPECT_INT(runs->order.purpose, PURPOSE_EXIT);
    fill(runs, NS_PER_S, 9900, 100000);
    closes(runs, (const double[]){99}, 1);
    end(runs);
    const struct drift_totals *totals = &runs->drift->totals;
    EXPECT_INT((int64_t)totals->both_count, 1);
    EXPECT_INT(totals->parts[DRIFT_PART_PRICE], -USD(0.7));
    EXPECT_INT(totals->parts[DRIFT_PART_FEES], -USD(0.0028));
    EXPECT_INT(totals->parts[DRIFT_PART_SIZE], 0);
    EXPECT_INT(totals->parts[DRIFT_PART_OTHER], 0);
    EXPECT_INT(totals->equity[0] - totals->equity[1], -USD(0.7028));
    EXPECT_NEAR(totals->gap_bps.worst, 7, 1e-9);
    EXPECT_NEAR(totals->delay_s.sum, 3 + 2, 1e-9);
    runs_free(runs);
}

TEST(a_fill_a_candle_later_is_latency_and_says_by_how_much)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_LATENCY);
    EXPECT_INT((int64_t)first->fills[DRIFT_SESSION].count, 0);
    EXPECT_INT((int64_t)first->fills[DRIFT_RERUN].count, 1);
    fill(runs, 2 * NS_PER_S, 10000, 100000); /* the market did not move meanwhile */
    EXPECT_INT(first->delay_ns, NS_PER_MIN + 3 * NS_PER_S);
    EXPECT_NEAR(first->gap_bps, 0, 0);
    runs_free(runs);
}

TEST(an_order_filled_in_part_is_latency_with_both_quantities)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    fill(runs, 2 * NS_PER_S, 10000, 40000);
    report(runs, 3 * NS_PER_S, (struct report){.kind = REPORT_CANCELLED});
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_LATENCY);
    EXPECT_INT(first->fills[DRIFT_SESSION].qty_lots, 40000);
    EXPECT_INT(first->fills[DRIFT_RERUN].qty_lots, 100000);
    runs_free(runs);
}

TEST(an_order_that_the_venue_refused_is_named_with_its_reason)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    report(runs, NS_PER_S, (struct report){.kind = REPORT_REJECTED, .reject = REJECT_DEADLINE});
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_REFUSED);
    EXPECT_INT(first->reject, REJECT_DEADLINE);
    EXPECT(first->ended[DRIFT_SESSION] && !first->ended[DRIFT_RERUN]);
    end(runs);
    EXPECT_INT((int64_t)runs->drift->totals.only_count[DRIFT_RERUN], 1);
    runs_free(runs);
}

TEST(the_same_fill_with_another_fee_is_fees)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    report(runs, 2 * NS_PER_S,
           (struct report){
               .kind = REPORT_FILL, .price_ticks = 10000, .qty_lots = 100000, .fee = USD(2.6)});
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_FEES);
    EXPECT_INT(first->fills[DRIFT_SESSION].fee, USD(2.6));
    EXPECT_INT(first->fills[DRIFT_RERUN].fee, USD(4));
    runs_free(runs);
}

/* The trade would have come at the sixth minute; the operator had paused. */
TEST(an_entry_missed_because_the_operator_paused_is_the_accounts)
{
    struct pair_of_runs *runs = venue_runs();
    give(runs, &(struct event){.kind = EVENT_COMMAND,
                               .time_ns = runs->now_ns,
                               .command = {.command = COMMAND_PAUSE}});
    turn_up(runs);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_ACCOUNT);
    EXPECT_INT(first->command, COMMAND_PAUSE);
    EXPECT_INT(first->command_ns, FIXTURE_START_NS);
    EXPECT_INT(first->records[DRIFT_SESSION].verdict, VERDICT_PAUSED);
    EXPECT_INT(first->records[DRIFT_RERUN].verdict, VERDICT_ENTER);
    closes(runs, (const double[]){100}, 1);
    end(runs);
    EXPECT_INT((int64_t)runs->drift->totals.only_count[DRIFT_RERUN], 1);
    EXPECT_INT((int64_t)runs->drift->totals.only_count[DRIFT_SESSION], 0);
    EXPECT_INT(runs->drift->totals.solos[0].side, DRIFT_RERUN);
    EXPECT_INT(runs->drift->totals.solos[0].decided_ns, FIXTURE_START_NS + 5 * NS_PER_MIN);
    EXPECT(runs->drift->totals.solos[0].open);
    runs_free(runs);
}

TEST(a_pause_that_changed_nothing_is_no_difference)
{
    struct pair_of_runs *runs = venue_runs();
    struct event event = {.kind = EVENT_COMMAND, .time_ns = runs->now_ns};
    event.command.command = COMMAND_PAUSE;
    give(runs, &event);
    event.command.command = COMMAND_RESUME;
    give(runs, &event);
    turn_up(runs);
    fill(runs, 2 * NS_PER_S, 10000, 100000);
    closes(runs, (const double[]){100}, 1);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    runs_free(runs);
}

/* By hand: sma_cross, whose entries have a stop and a target, bought at 100.00 by both. */
static struct pair_of_runs *bracket_runs(void)
{
    struct engine_config config = fixture_config();
    const struct {
        int32_t timeframe;
        int64_t average, atr;
        double stop_atr, target_atr;
    } params = {TIMEFRAME_1M, 3, 3, 2, 3};
    fixture_strategy(&config, "sma_cross", &params, sizeof params);
    config.decision.agree = 1;
    config.decision.confidence = 0;
    struct pair_of_runs *runs = runs_new(&config, NULL, &(struct rerun_config){.matching = plain});
    turn_up(runs);
    EXPECT_INT(runs->order.purpose, PURPOSE_ENTRY);
    fill(runs, NS_PER_S, 10000, runs->order.qty_lots);
    closes(runs, (const double[]){100}, 1);
    EXPECT_INT(runs->order.purpose, PURPOSE_PROTECT);
    return runs;
}

/* The venue sold at the target; the minute that holds it holds the stop, too, and a backtest takes
 * that one. */
TEST(a_target_where_a_backtest_takes_the_stop_says_which_was_which)
{
    struct pair_of_runs *runs = bracket_runs();
    const struct order bracket = runs->order;
    fill(runs, NS_PER_S, bracket.target_ticks, bracket.qty_lots);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    minute(runs, 100, (double)bracket.target_ticks / 100 + 1, (double)bracket.stop_ticks / 100 - 1,
           100);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_FILL_PRICE);
    EXPECT(first->exit);
    EXPECT_INT(first->fills[DRIFT_SESSION].by, DRIFT_BY_TARGET);
    EXPECT_INT(first->fills[DRIFT_RERUN].by, DRIFT_BY_STOP);
    EXPECT_INT(first->fills[DRIFT_RERUN].low_ticks, bracket.stop_ticks);
    EXPECT(first->gap_bps < -100);
    EXPECT_INT(first->delay_ns, 0); /* of neither more is known than the candle */
    runs_free(runs);
}

/* The stop was hit half a second into a minute, before the one that was over was told. */
TEST(a_fill_belongs_to_the_candle_it_lies_in_though_the_last_one_is_told_after_it)
{
    struct pair_of_runs *runs = bracket_runs();
    const struct order bracket = runs->order;
    const double stop = (double)bracket.stop_ticks / 100;
    fill(runs, 59 * NS_PER_S + NS_PER_S / 2, bracket.stop_ticks, bracket.qty_lots);
    closes(runs, (const double[]){100}, 1);
    EXPECT_INT(runs->engine->portfolio.open_count, 0);
    EXPECT_INT(runs->rerun.engine->portfolio.open_count, 1);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    minute(runs, 100, 100, stop, 100);
    EXPECT_INT(runs->rerun.engine->portfolio.open_count, 0);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    EXPECT_INT((int64_t)runs->drift->totals.both_count, 1);
    runs_free(runs);
}

TEST(a_position_that_the_operator_closed_is_the_accounts)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    fill(runs, NS_PER_S, 10000, 100000);
    closes(runs, (const double[]){100}, 1);
    give(runs, &(struct event){.kind = EVENT_COMMAND,
                               .time_ns = runs->now_ns + NS_PER_S,
                               .command = {.command = COMMAND_CLOSE, .pair = 0}});
    EXPECT_INT(runs->order.purpose, PURPOSE_EXIT);
    fill(runs, 2 * NS_PER_S, 10000, 100000);
    closes(runs, (const double[]){101}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_ACCOUNT);
    EXPECT_INT(first->command, COMMAND_CLOSE);
    EXPECT(first->exit);
    runs_free(runs);
}

/* The operator set a stop that was never touched; the next entry is late because the venue was. */
TEST(a_command_is_blamed_for_its_own_trade_alone)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    fill(runs, NS_PER_S, 10000, 100000);
    give(runs, &(struct event){.kind = EVENT_COMMAND,
                               .time_ns = runs->now_ns + 2 * NS_PER_S,
                               .command = {.command = COMMAND_BRACKET, .stop_ticks = 5000}});
    EXPECT_INT(runs->order.purpose, PURPOSE_PROTECT);
    EXPECT_INT(runs->drift->pairs[0].command, COMMAND_BRACKET);
    closes(runs, (const double[]){100}, 1);
    turn_down(runs);
    report(runs, NS_PER_S, (struct report){.kind = REPORT_CANCELLED});
    EXPECT_INT(runs->order.purpose, PURPOSE_EXIT);
    fill(runs, NS_PER_S, 9900, 100000);
    closes(runs, (const double[]){99}, 1);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    closes(runs, (const double[]){98, 97, 100, 100}, 4);
    EXPECT_INT(runs->drift->first.cause, DRIFT_LATENCY);
    runs_free(runs);
}

/* Half the stake: the decision is the same, and the order is not. */
TEST(other_options_are_the_first_difference_and_it_says_where_they_show)
{
    const struct engine_config config = fixture_averages_config();
    struct engine_config other = config;
    other.risk.risk_per_trade = 0.05;
    struct pair_of_runs *runs =
        runs_new(&config, &plain, &(struct rerun_config){.matching = plain, .engine = &other});
    drift_configured(runs->drift, FIXTURE_START_NS);
    EXPECT_INT(runs->drift->shows.cause, DRIFT_NONE);
    turn_up(runs);
    const struct drift_difference *shows = &runs->drift->shows;
    EXPECT_INT(runs->drift->first.cause, DRIFT_CONFIGURATION);
    EXPECT_INT(shows->cause, DRIFT_DECISION);
    EXPECT(shows->ordered);
    EXPECT_INT(shows->time_ns, runs->time_ns);
    EXPECT_INT(shows->orders[DRIFT_SESSION].qty_lots, 100000);
    EXPECT_INT(shows->orders[DRIFT_RERUN].qty_lots, 50000);
    runs_free(runs);
}

/* Slower averages have not crossed by then. */
TEST(another_strategy_shows_in_a_decision)
{
    const struct engine_config config = fixture_averages_config();
    struct engine_config other = config;
    memcpy(other.strategies[0].params, &(struct fixture_averages){TIMEFRAME_1M, 5, 6},
           sizeof(struct fixture_averages));
    struct pair_of_runs *runs =
        runs_new(&config, &plain, &(struct rerun_config){.matching = plain, .engine = &other});
    turn_up(runs);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_DECISION);
    EXPECT(!first->ordered && first->has[DRIFT_SESSION] && !first->has[DRIFT_RERUN]);
    runs_free(runs);
}

/* Whatever the session's fills cost it, the parts of the gap add up to the last cent. */
TEST(the_parts_of_the_gap_add_up_whatever_was_filled)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 40; i++) {
        const struct engine_config config = fixture_averages_config();
        const struct matching_config session = {
            .fills = FILLS_CANDLES,
            .slippage_ppm = (int64_t)(prng_real(&prng) * 3000),
            .fees = {(int64_t)(prng_real(&prng) * 5000), (int64_t)(prng_real(&prng) * 5000)}};
        struct pair_of_runs *runs =
            runs_new(&config, &session, &(struct rerun_config){.matching = plain});
        walk(runs, &prng, 150);
        end(runs);
        const struct drift_totals *totals = &runs->drift->totals;
        EXPECT(totals->both_count > 3);
        EXPECT(runs->drift->first.cause == DRIFT_FILL_PRICE ||
               runs->drift->first.cause == DRIFT_FEES);
        EXPECT_INT(sum_of_parts(totals), totals->equity[0] - totals->equity[1]);
        EXPECT_INT(totals->parts[DRIFT_PART_OTHER], 0);
        EXPECT(totals->parts[DRIFT_PART_PRICE] <= 0);
        runs_free(runs);
    }
}
