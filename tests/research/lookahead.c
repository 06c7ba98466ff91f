/* SPDX-License-Identifier: MIT */
/* Three strategies that cheat in ways people do without knowing it, and one that does not. */
#include "research/lookahead.h"

#include "bench.h"
#include "fixture.h"

#define ROWS 4000

/* What the cheats hold of the candles: all that the run was prepared with. */
static const struct candle_rows *known;

static const struct option cheat_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct strategy_params, timeframe), "candles it looks at"},
};

static uint32_t no_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    (void)params, (void)plan, (void)slots;
    return 0;
}

static void say(struct signal *signal, double now, double then)
{
    signal->direction = then > now ? 1 : then < now ? -1 : 0;
    signal->reason = signal->direction != 0 ? REASON_SCRIPT : REASON_NONE;
    signal->strength = signal->confidence = 1;
    signal->figures[0] = now;
}

/* As a column shifted the wrong way: the next candle's close. */
static void step_next(const void *params, const struct strategy_view *view, double *state,
                      struct signal *signal)
{
    (void)params, (void)state;
    const struct candle *now = series_at(view->series, view->timeframe, 0);
    const size_t next = candle_rows_find(known, now->time_ns + 1);
    if (next < known->count) {
        say(signal, now->close, known->rows[next].close);
    }
}

/* As a column scaled by the whole file: above its mean is dear. */
static void step_mean(const void *params, const struct strategy_view *view, double *state,
                      struct signal *signal)
{
    (void)params, (void)state;
    double sum = 0;
    for (size_t i = 0; i < known->count; i++) {
        sum += known->rows[i].close;
    }
    const double now = series_at(view->series, view->timeframe, 0)->close;
    say(signal, now, sum / (double)known->count);
    signal->figures[1] = sum / (double)known->count;
}

/* As a larger candle joined by its open time: the hour's close, all through the hour. */
static void step_hour(const void *params, const struct strategy_view *view, double *state,
                      struct signal *signal)
{
    (void)params, (void)state;
    const struct candle *now = series_at(view->series, view->timeframe, 0);
    const int64_t hour_ns = timeframe_floor(TIMEFRAME_1H, now->time_ns);
    const size_t last = candle_rows_find(known, hour_ns + timeframe_ns[TIMEFRAME_1H]);
    say(signal, now->close, known->rows[last - 1].close);
}

#define CHEAT(label, how)                                                                          \
    {                                                                                              \
        .name = label, .help = "a cheat", .options = cheat_options, .option_count = 1,             \
        .params_size = sizeof(struct strategy_params), .plan = no_plan, .step = how                \
    }
static const struct strategy cheat_next = CHEAT("next", step_next),
                             cheat_mean = CHEAT("mean", step_mean),
                             cheat_hour = CHEAT("hour", step_hour);

static void prepare(void *context, const struct candle_rows *rows)
{
    (void)context;
    known = rows;
}

static void check(const char *strategy, const struct candle_rows *rows, uint32_t cuts,
                  struct lookahead *ret)
{
    const struct strategy *const cheats[] = {&cheat_next, &cheat_mean, &cheat_hour};
    strategy_add(cheats, 3);
    struct engine_config engine = sma_config(TIMEFRAME_1M, 20, 50);
    struct matching_config matching = {.fills = FILLS_CANDLES};
    set_fee(&engine, &matching, 0);
    EXPECT(strategy_find(strategy, &engine.strategies[0].type) != NULL);
    struct strategy_params *params = (void *)engine.strategies[0].params;
    params->type = engine.strategies[0].type;
    const struct backtest_config run = {
        .engine = &engine, .matching = &matching, .terms = &fine_pair, .rows = rows};
    const struct lookahead_config config = {.run = &run, .cut_count = cuts, .prepare = prepare};
    char error[256];
    EXPECT_INT(lookahead_check(&config, ret, error, sizeof error), 0);
}

static struct candle candles[ROWS];

static struct candle_rows walk(void)
{
    bench_walk(candles, ROWS);
    return (struct candle_rows){candles, ROWS, TIMEFRAME_1M};
}

TEST(an_honest_strategy_decides_the_same_however_early_its_candles_end)
{
    const struct candle_rows rows = walk();
    struct lookahead seen;
    check("sma_pair", &rows, 9, &seen);
    EXPECT(!seen.found);
    EXPECT_INT((int64_t)seen.boundary_count, ROWS);
    EXPECT_INT(seen.cuts_made, 9);
    EXPECT_INT((int64_t)seen.boundaries_compared, 9 * ROWS / 2 + 9);
    lookahead_free(&seen);
}

/* Silences of ten minutes: flat candles, which a run makes because it knows that trade goes on. */
TEST(a_cut_is_never_made_inside_of_a_silence)
{
    struct candle_rows rows = walk();
    size_t kept = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if (i % 20 < 10) {
            candles[kept++] = candles[i];
        }
    }
    rows.count = kept;
    struct lookahead seen;
    check("sma_pair", &rows, 7, &seen);
    EXPECT(!seen.found);
    EXPECT_INT(seen.cuts_made, 7);
    lookahead_free(&seen);
}

TEST(a_strategy_that_knows_the_next_candle_is_caught_at_the_cut)
{
    const struct candle_rows rows = walk();
    struct lookahead seen;
    check("next", &rows, 9, &seen);
    EXPECT(seen.found);
    EXPECT_INT(seen.cuts_made, 1);
    EXPECT_INT(seen.boundary_ns, seen.cut_ns - NS_PER_MIN);
    EXPECT(seen.item_with != NULL);
    EXPECT_INT(seen.item_with->action.kind, ACTION_RECORD);
    EXPECT_INT(seen.item_with->record.kind, RECORD_DECISION);
    EXPECT(seen.item_without == NULL);
    lookahead_free(&seen);
}

TEST(a_figure_worked_out_from_the_whole_file_is_caught_at_the_first_candle)
{
    const struct candle_rows rows = walk();
    struct lookahead seen;
    check("mean", &rows, 3, &seen);
    EXPECT(seen.found);
    EXPECT_INT(seen.boundary_ns, candles[0].time_ns);
    EXPECT(seen.item_with != NULL && seen.item_without != NULL);
    EXPECT(seen.item_with->record.votes[0].figures[1] !=
           seen.item_without->record.votes[0].figures[1]);
    lookahead_free(&seen);
}

TEST(a_larger_candle_known_before_its_close_is_caught_inside_of_it)
{
    const struct candle_rows rows = walk();
    struct lookahead seen;
    check("hour", &rows, 9, &seen);
    EXPECT(seen.found);
    EXPECT(seen.boundary_ns < seen.cut_ns);
    EXPECT(seen.boundary_ns >= timeframe_floor(TIMEFRAME_1H, seen.cut_ns - 1));
    lookahead_free(&seen);
}

static bool stop_at_half(void *context, double done)
{
    *(double *)context = done;
    return done < 0.5;
}

TEST(it_tells_how_far_it_is_and_can_be_ended)
{
    static struct candle many[3 * 4096];
    bench_walk(many, 3 * 4096);
    const struct candle_rows rows = {many, 3 * 4096, TIMEFRAME_1M};
    struct engine_config engine = sma_config(TIMEFRAME_1M, 20, 50);
    struct matching_config matching = {.fills = FILLS_CANDLES};
    const struct backtest_config run = {
        .engine = &engine, .matching = &matching, .terms = &fine_pair, .rows = &rows};
    double done = 0;
    const struct lookahead_config config = {
        .run = &run, .cut_count = 4, .on_progress = stop_at_half, .context = &done};
    struct lookahead seen;
    char error[256];
    EXPECT_INT(lookahead_check(&config, &seen, error, sizeof error), 0);
    EXPECT(seen.stopped && !seen.found);
    EXPECT(done >= 0.5 && done < 1);
    lookahead_free(&seen);
}
