/* SPDX-License-Identifier: MIT */
/*
 * A label is what a backtest makes of the signal. One strategy runs over a market through the real
 * engine, with every signal enough and nothing in its way; each trade that it closed by itself must
 * end as its candidate's label says: why, in which candle, and with the same return. What cannot be
 * compared is counted, and each kind is bounded by what the label says of it:
 *
 *   closed by an opposite signal     the label knows no other signal: it ends no earlier
 *   held or waiting at the end       the label is unfinished
 *   a ladder that was never reached  the label is unfilled
 *   never taken                      there is no trade: a position was held, or it was a short
 */
#include "../../core/options_fixture.h"
#include "../fixture.h"
#include "bench.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "research/learn/labels.h"
#include "store/csv.h"

struct bet {
    const char *strategy;
    enum timeframe timeframe, base;
    const struct candle *candles;
    size_t count;
    struct pair terms;
    struct exit_config exits;
    int64_t fee_ppm, half_spread_ppm, slippage_ppm;
    int64_t start_ns; /* candles before it warm up; 0: from the first */
    double tolerance;
};

struct seen {
    uint64_t
        by_end[TRADE_END_COUNT]; /* trades that were compared, and those that a signal closed */
    uint64_t candidates, taken;
    uint64_t waiting;  /* at the end: held, or its entry not yet filled */
    uint64_t unfilled; /* ladders that the price never came down to */
};

static struct exit_config usual_exits(void)
{
    struct exit_config exits;
    options_default(exit_options, exit_option_count, &exits);
    exits.hold_ns = BARRIER_HORIZON_NS;
    return exits;
}

static struct engine_config engine_of(const struct bet *bet)
{
    struct engine_config config = sma_config(bet->base, 20, 50);
    config.capital = 10000000 * MONEY;
    config.exits = bet->exits;
    config.risk = (struct risk_config){.sizing = SIZING_STAKE,
                                       .risk_per_trade = 0.005,
                                       .max_position = 1,
                                       .max_exposure = 1,
                                       .max_positions = 5};
    config.fees = (struct fee_rates){bet->fee_ppm * 5 / 8, bet->fee_ppm};
    struct strategy_setup *setup = &config.strategies[0];
    const struct strategy *strategy = strategy_find(bet->strategy, &setup->type);
    EXPECT(strategy != NULL);
    options_default(strategy->options, strategy->option_count, setup->params);
    struct strategy_params *params = (void *)setup->params;
    params->timeframe = (int32_t)bet->timeframe;
    params->type = setup->type;
    return config;
}

/* The row that the trade was entered on. */
static size_t row_of(const struct candidates *candidates, int64_t opened_ns)
{
    for (size_t i = candidates->count; i-- > 0;) {
        if (candidates->rows[i].taken && candidates->rows[i].direction > 0 &&
            candidates->rows[i].boundary_ns < opened_ns) {
            return i;
        }
    }
    EXPECT(false);
    return 0;
}

static void compare(const struct closed_trade *trade, const struct barrier_label *label,
                    double tolerance)
{
    EXPECT(label->fate == BARRIER_ENDED || label->fate == BARRIER_UNFINISHED);
    if (trade->end == TRADE_SIGNAL) {
        EXPECT(label->fate == BARRIER_UNFINISHED || label->closed_ns >= trade->closed_ns);
        return;
    }
    EXPECT_INT(label->fate, BARRIER_ENDED);
    EXPECT_INT(label->end, trade->end);
    EXPECT_INT(label->opened_ns, trade->opened_ns);
    EXPECT_INT(label->closed_ns, trade->closed_ns);
    EXPECT_NEAR(label->net, (double)trade->pnl / (double)trade->cost, tolerance);
    EXPECT_NEAR(label->entry_price / trade->entry_price, 1, tolerance);
    EXPECT_NEAR(label->exit_price / trade->exit_price, 1, tolerance);
    EXPECT(label->favourable >= 0 && label->favourable_widest >= label->favourable);
    EXPECT(label->adverse >= 0 && label->adverse_widest >= label->adverse);
    EXPECT(label->favourable >= trade->exit_price / trade->entry_price - 1 - tolerance);
}

/* Each that was taken is a trade, waits at the end, or was never filled. */
static void count_rest(const struct candidates *candidates, const struct labels *labels,
                       const struct backtest *backtest, struct seen *ret)
{
    uint64_t taken = 0, unfilled = 0;
    size_t last = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate_row *row = &candidates->rows[i];
        if (row->taken && row->direction > 0) {
            taken++;
            unfilled += labels->list[i].fate == BARRIER_UNFILLED;
            last = i;
        }
    }
    const struct portfolio *portfolio = &backtest->engine->portfolio;
    const bool waits = portfolio->open_count > 0 || portfolio_working(portfolio, 0);
    EXPECT(!waits || labels->list[last].fate == BARRIER_UNFINISHED);
    EXPECT_INT((int64_t)taken, (int64_t)(backtest->account.trade_count + waits + unfilled));
    ret->taken += taken;
    ret->unfilled += unfilled;
    ret->waiting += waits;
    ret->candidates += candidates->count;
}

static void prove(const struct bet *bet, struct seen *ret)
{
    const struct engine_config engine = engine_of(bet);
    const struct matching_config matching = {.fills = FILLS_CANDLES,
                                             .half_spread_ppm = bet->half_spread_ppm,
                                             .slippage_ppm = bet->slippage_ppm,
                                             .fees = engine.fees};
    const struct candle_rows rows = {bet->candles, bet->count, bet->base};
    struct candidates candidates;
    candidates_init(&candidates,
                    &(struct candidates_config){.actionable = engine.decision.actionable});
    const struct backtest_config run = {.engine = &engine,
                                        .matching = &matching,
                                        .terms = &bet->terms,
                                        .rows = &rows,
                                        .start_ns = bet->start_ns,
                                        .history = 5000,
                                        .watch = &candidates.watch};
    struct backtest backtest;
    struct labels labels;
    must_run(&run, &backtest);
    EXPECT(!candidates.out_of_memory && !backtest.stopped);
    EXPECT_INT(labels_make(&run, 0, &candidates, &labels), 0);
    const struct account *account = &backtest.account;
    for (size_t i = 0; i < account->trade_count; i++) {
        const struct closed_trade *trade = &account->trades[i];
        compare(trade, &labels.list[row_of(&candidates, trade->opened_ns)], bet->tolerance);
        ret->by_end[trade->end]++;
    }
    count_rest(&candidates, &labels, &backtest, ret);
    labels_free(&labels);
    candidates_deinit(&candidates);
    backtest_free(&backtest);
}

static uint64_t compared(const struct seen *seen)
{
    uint64_t sum = 0;
    for (uint32_t end = 0; end < TRADE_END_COUNT; end++) {
        sum += end == TRADE_SIGNAL ? 0 : seen->by_end[end];
    }
    return sum;
}

static void say(const char *market, const char *strategy, const struct seen *seen)
{
    print_message("%s %s: %llu candidates, %llu taken, %llu unfilled, %llu trades the same (",
                  market, strategy, (unsigned long long)seen->candidates,
                  (unsigned long long)seen->taken, (unsigned long long)seen->unfilled,
                  (unsigned long long)compared(seen));
    for (uint32_t end = 1; end < TRADE_END_COUNT; end++) {
        print_message("%s%llu %s", end > 1 ? ", " : "", (unsigned long long)seen->by_end[end],
                      trade_end_names[end]);
    }
    print_message("), %llu closed by a signal, %llu waiting\n",
                  (unsigned long long)seen->by_end[TRADE_SIGNAL],
                  (unsigned long long)seen->waiting);
}

/* Every built-in strategy on its own over one market; how many trades were compared. */
static uint64_t prove_all(const char *market, const struct bet *bet, bool told)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < strategy_built_in; i++) {
        struct bet one = *bet;
        struct seen seen = {0};
        one.strategy = strategy_table[i]->name;
        prove(&one, &seen);
        if (told) {
            say(market, one.strategy, &seen);
        }
        all += compared(&seen);
    }
    return all;
}

#define WALK 100000
static struct candle candles[WALK];

static struct bet walk_bet(void)
{
    bench_walk(candles, WALK);
    return (struct bet){
        .timeframe = TIMEFRAME_5M,
        .base = TIMEFRAME_1M,
        .candles = candles,
        .count = WALK,
        .terms = fine_pair,
        .exits = usual_exits(),
        .fee_ppm = 400,
        .half_spread_ppm = 20,
        .slippage_ppm = 50,
        .tolerance = 1e-9,
    };
}

TEST(on_a_random_walk_every_trade_of_every_strategy_ends_as_its_label_says)
{
    const struct bet bet = walk_bet();
    EXPECT(prove_all("walk", &bet, true) > 1000);
}

TEST(so_does_it_with_stops_that_follow_everywhere)
{
    struct bet bet = walk_bet();
    bet.start_ns = candles[0].time_ns + NS_PER_DAY;
    bet.exits.trail_atr = 3;
    bet.exits.atr_timeframe = TIMEFRAME_15M;
    bet.exits.break_even = 0.7;
    bet.exits.hold_ns = 3 * NS_PER_HOUR;
    EXPECT(prove_all("walk, stops follow", &bet, true) > 1000);
}

static uint64_t prove_file(const char *path, enum timeframe timeframe, struct pair terms)
{
    char error[256];
    struct csv_data data;
    const struct csv_options plain = {.bad_max = CSV_BAD_MAX};
    EXPECT_INT(csv_read(test_shared(path), &plain, &data, error, sizeof error), 0);
    const struct bet bet = {
        .timeframe = timeframe,
        .base = data.timeframe,
        .candles = data.rows,
        .count = data.count,
        .terms = terms,
        .exits = usual_exits(),
        .fee_ppm = 4000,
        .half_spread_ppm = 100,
        .slippage_ppm = 500,
        .tolerance = 1e-9,
    };
    const uint64_t count = prove_all(path, &bet, true);
    csv_free(&data);
    return count;
}

static struct pair pair_with(uint32_t price_decimals, uint32_t qty_decimals)
{
    struct pair terms = fine_pair;
    terms.price_decimals = price_decimals;
    terms.qty_decimals = qty_decimals;
    return terms;
}

TEST(on_real_bitcoin_every_trade_of_every_strategy_ends_as_its_label_says)
{
    EXPECT(prove_file("data/candles/BINANCE_BTCUSDT_5m.csv.gz", TIMEFRAME_1H, pair_with(2, 8)) >
           1000);
}

TEST(so_does_it_on_a_coin_of_a_thousandth_of_a_cent_with_silences)
{
    EXPECT(prove_file("data/candles/KRAKEN_PEPEUSD_5m.csv.gz", TIMEFRAME_15M, pair_with(9, 5)) >
           300);
}

/* A strategy that buys anything at all: any stop, target, trail, range, time and ladder, or none.
 */
static uint64_t dice_seed;

static void step_dice(const void *params, const struct strategy_view *view, double *state,
                      struct signal *signal)
{
    (void)params, (void)state;
    struct prng prng;
    const struct candle *now = series_at(view->series, view->timeframe, 0);
    prng_init(&prng, prng_mix(dice_seed, (uint64_t)now->time_ns));
    if (prng_below(&prng, 4) != 0) {
        return;
    }
    *signal =
        (struct signal){.direction = 1, .reason = REASON_SCRIPT, .strength = 1, .confidence = 1};
    if (prng_below(&prng, 4) != 0) {
        signal->stop = now->close * (1 - 0.04 * prng_real(&prng));
    }
    if (prng_below(&prng, 4) != 0) {
        signal->target = now->close * (1 + 0.06 * prng_real(&prng));
    }
    if (prng_below(&prng, 3) == 0) {
        signal->trail = 0.05 * prng_real(&prng);
    }
    if (prng_below(&prng, 3) == 0) {
        signal->broken = now->close * (1 - 0.03 * prng_real(&prng));
    }
    if (prng_below(&prng, 3) == 0) {
        signal->hold_ns = (int64_t)prng_below(&prng, 200) * NS_PER_MIN;
    }
    if (prng_below(&prng, 3) == 0) {
        signal->ladder = (struct ladder_terms){
            .first = 0.02 * prng_real(&prng),
            .step = 0.01 * prng_real(&prng),
            .high = now->close * (1 + 0.02 * prng_real(&prng)),
            .rungs = 1 + (int64_t)prng_below(&prng, LADDER_RUNG_MAX),
        };
    }
}

static uint32_t no_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    (void)params, (void)plan, (void)slots;
    return 0;
}

static const struct option dice_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct strategy_params, timeframe), "candles it looks at"},
};

static const struct strategy dice = {
    .name = "dice",
    .help = "buys anything",
    .options = dice_options,
    .option_count = 1,
    .params_size = sizeof(struct strategy_params),
    .plan = no_plan,
    .step = step_dice,
};

/* With jumps, spikes, candles that stand still, silences, and outages. */
static void wild_walk(struct prng *prng, const struct pair *terms, size_t count)
{
    double price =
        decimal_to_double(20000 + (int64_t)prng_below(prng, 1000000), terms->price_decimals);
    int64_t time_ns = INT64_C(1600000000) / 60 * NS_PER_MIN;
    for (size_t i = 0; i < count; i++) {
        const bool jumps = prng_below(prng, 50) == 0, still = prng_below(prng, 10) == 0;
        const double open = price * (1 + (jumps ? 0.02 : 0.0005) * prng_normal(prng));
        const double close = still ? open : open * (1 + 0.004 * prng_normal(prng));
        const double wick = still ? 0 : 0.003;
        struct candle *candle = &candles[i];
        *candle = (struct candle){
            .time_ns = time_ns,
            .open = open,
            .high = fmax(open, close) * (1 + wick * prng_real(prng)),
            .low = fmin(open, close) * (1 - wick * prng_real(prng)),
            .close = close,
            .volume = 1,
        };
        EXPECT(pair_quantise(terms, candle));
        price = candle->close;
        const uint64_t silence = prng_below(prng, 300);
        time_ns += (silence == 0   ? 200
                    : silence < 10 ? 1 + (int64_t)prng_below(prng, 50)
                                   : 1) *
                   NS_PER_MIN;
    }
}

static void throw_dice(struct prng *prng, struct seen *ret)
{
    const size_t count = 5000;
    struct bet bet = {
        .strategy = "dice",
        .timeframe = TIMEFRAME_1M,
        .base = TIMEFRAME_1M,
        .candles = candles,
        .count = count,
        .terms = pair_with((uint32_t)prng_below(prng, 9), 10),
        .exits = usual_exits(),
        .fee_ppm = 8 * (int64_t)prng_below(prng, 500),
        .half_spread_ppm = (int64_t)prng_below(prng, 500),
        .slippage_ppm = (int64_t)prng_below(prng, 500),
        .tolerance = 1e-9,
    };
    bet.terms.tick_step = prng_below(prng, 2) == 0 ? 1 : 5;
    bet.exits.hold_ns = (int64_t)(1 + prng_below(prng, 2000)) * NS_PER_MIN;
    bet.exits.trail = prng_below(prng, 4) == 0 ? 0.06 * prng_real(prng) : 0;
    bet.exits.break_even = prng_below(prng, 4) == 0 ? 2 * prng_real(prng) : 0;
    bet.exits.trail_atr = prng_below(prng, 4) == 0 ? 8 * prng_real(prng) : 0;
    wild_walk(prng, &bet.terms, count);
    prove(&bet, ret);
}

TEST(on_wild_markets_any_trade_at_all_ends_as_its_label_says)
{
    static const struct strategy *const dices[] = {&dice};
    struct seen seen = {0};
    struct prng prng;
    strategy_add(dices, 1);
    prng_init(&prng, test_seed());
    for (int run = 0; run < 60; run++) {
        dice_seed = prng_next(&prng);
        throw_dice(&prng, &seen);
    }
    say("wild", "dice", &seen);
    EXPECT_INT((int64_t)seen.by_end[TRADE_SIGNAL], 0);
    for (uint32_t end = TRADE_STOP; end < TRADE_END_COUNT; end++) {
        EXPECT(seen.by_end[end] > 50);
    }
    EXPECT(seen.unfilled > 50);
}
