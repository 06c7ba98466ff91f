/* SPDX-License-Identifier: MIT */
/* A strategy in Lua beside the same one in C, through the engine, on the same candles. */
#include "../core/csv.h"
#include "../core/desk_fixture.h"
#include "script_example.h"

/* As both declare them. */
struct cross_params {
    struct strategy_params base;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

static struct shelf *shelf_of(const char *name, const char *text)
{
    struct shelf *shelf = shelf_new();
    const struct event event = {
        .kind = EVENT_STRATEGY,
        .strategy = {.type = strategy_built_in, .name = name, .text = text},
    };
    EXPECT(shelf_take(shelf, &event));
    EXPECT_TEXT(script_fault(shelf_script(shelf, 0)), "");
    shelf_use(shelf);
    return shelf;
}

static struct fixture *fixture_of(const char *strategy, const struct cross_params *given)
{
    struct engine_config config = fixture_config();
    struct cross_params params = *given;
    uint32_t type = 0;
    EXPECT(strategy_find(strategy, &type) != NULL);
    params.base.type = type < strategy_built_in ? 0 : type;
    config.base = params.base.timeframe;
    config.decision.agree = 1;
    config.decision.alone = 0.3;
    config.decision.confidence = 0.3;
    fixture_strategy(&config, strategy, &params, sizeof params);
    const struct matching_config matching = {
        .fills = FILLS_CANDLES, .half_spread_ppm = 100, .fees = {2500, 4000}};
    return fixture_new(&config, &matching);
}

/* All that both decided at this candle must be the same; what they voted, too, but for the words.
 */
static void expect_same(struct fixture *c, struct fixture *lua)
{
    EXPECT_INT(c->record_count, lua->record_count);
    for (uint32_t i = 0; i < c->record_count; i++) {
        const struct record *a = &c->records[i], *b = &lua->records[i];
        EXPECT(a->kind == b->kind && a->verdict == b->verdict && a->direction == b->direction);
        EXPECT(a->strength == b->strength && a->confidence == b->confidence);
        EXPECT(a->stop == b->stop && a->target == b->target && a->qty_lots == b->qty_lots);
        EXPECT(a->equity == b->equity && a->pnl == b->pnl && a->vote_count == b->vote_count);
        for (uint32_t v = 0; v < a->vote_count; v++) {
            const struct vote *x = &a->votes[v], *y = &b->votes[v];
            EXPECT(x->direction == y->direction && x->strength == y->strength);
            EXPECT(x->confidence == y->confidence && x->stop == y->stop);
            EXPECT(x->target == y->target);
            EXPECT(memcmp(x->figures, y->figures, sizeof x->figures) == 0);
            EXPECT_INT(y->reason, REASON_SCRIPT_FIGURES);
        }
    }
    c->record_count = lua->record_count = 0;
}

TEST(the_example_decides_as_sma_cross_does_over_half_a_year_of_ether)
{
    static struct csv csv;
    const struct cross_params params = {{TIMEFRAME_5M, 0}, 20, 14, 2, 3};
    csv_open(&csv, test_shared("data/candles/KRAKEN_ETHUSD_5m.csv.gz"));
    char *text = example("cross");
    struct shelf *shelf = shelf_of("cross", text);
    struct fixture *c = fixture_of("sma_cross", &params), *lua = fixture_of("cross", &params);
    uint32_t records = 0;
    while (csv_next(&csv)) {
        const struct candle candle = csv_candle(&csv);
        fixture_batch(c, &candle, 1);
        fixture_batch(lua, &candle, 1);
        records += c->record_count;
        expect_same(c, lua);
    }
    EXPECT_TEXT(script_fault(shelf_script(shelf, 0)), "");
    EXPECT(records > 6000 && c->engine->portfolio.trade_count > 300);
    fixture_free(c);
    fixture_free(lua);
    shelf_free(shelf);
    free(text);
}

/* Any periods, any market: a random walk with jumps and stretches of silence. */
TEST(the_example_decides_as_sma_cross_does_under_any_parameters)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    char *text = example("cross");
    for (int run = 0; run < 30; run++) {
        const struct cross_params params = {
            {TIMEFRAME_5M, 0},          2 + (int64_t)prng_below(&prng, 60), 2,
            0.1 + 5 * prng_real(&prng), 0.1 + 9 * prng_real(&prng),
        };
        struct shelf *shelf = shelf_of("cross", text);
        struct fixture *c = fixture_of("sma_cross", &params), *lua = fixture_of("cross", &params);
        double close = 100;
        for (int i = 0; i < 1500; i++) {
            const double open = close;
            const bool still = prng_below(&prng, 4) == 0;
            close *= still ? 1 : 1 + 0.01 * (prng_real(&prng) - 0.5);
            const double high = fmax(open, close), low = fmin(open, close);
            const struct candle candle = {0, open, high * 1.001, low * 0.999, close, 1};
            fixture_batch(c, &candle, 1);
            fixture_batch(lua, &candle, 1);
            expect_same(c, lua);
        }
        EXPECT_TEXT(script_fault(shelf_script(shelf, 0)), "");
        fixture_free(c);
        fixture_free(lua);
        shelf_free(shelf);
    }
    free(text);
}

static void tell(struct fixture *fixture, const char *text, bool fresh)
{
    const struct event event = {
        .kind = EVENT_STRATEGY,
        .time_ns = fixture->now_ns,
        .strategy = {.type = strategy_built_in, .fresh = fresh, .name = "mine", .text = text},
    };
    desk_step(&fixture->desk, &event);
}

/* A snapshot's bytes go on as the engine itself does: all that is remembered stands in them. */
TEST(notes_are_the_engines_and_a_new_text_begins_without_them)
{
    static const char text[] = "return {help = 'x', timeframe = '1m', notes = {'n'}, history = 1,\n"
                               "step = function(p, state) state.n = state.n + 1 end}";
    struct shelf *shelf = shelf_of("mine", text);
    struct engine_config config = fixture_config();
    const struct strategy_params params = {TIMEFRAME_1M, strategy_built_in};
    fixture_strategy(&config, "mine", &params, sizeof params);
    struct fixture *fixture =
        fixture_new(&config, &(struct matching_config){.fills = FILLS_CANDLES});
    fixture_closes(fixture, (const double[]){100, 101, 102}, 3);
    EXPECT_NEAR(fixture->engine->pairs[0].notes[0][0], 3, 0);
    struct engine *copy = malloc(engine_size(1));
    memcpy(copy, fixture->engine, engine_size(1));
    fixture_closes(fixture, (const double[]){103, 104}, 2);
    memcpy(fixture->engine, copy, engine_size(1));
    fixture_closes(fixture, (const double[]){103}, 1);
    EXPECT_NEAR(fixture->engine->pairs[0].notes[0][0], 4, 0);
    tell(fixture, text, false);
    EXPECT_NEAR(fixture->engine->pairs[0].notes[0][0], 4, 0);
    tell(fixture, text, true);
    EXPECT_NEAR(fixture->engine->pairs[0].notes[0][0], 0, 0);
    free(copy);
    fixture_free(fixture);
    shelf_free(shelf);
}

/* One that fails is silent; the other votes on as if it were alone. */
TEST(a_strategy_that_fails_takes_nobody_along)
{
    struct shelf *shelf =
        shelf_of("mine", "return {help = 'x', timeframe = '1m', history = 1,\n"
                         "step = function() if close(0) < 98 then error('down') end end}");
    struct engine_config alone = fixture_averages_config(), both = fixture_averages_config();
    const struct strategy_params params = {TIMEFRAME_1M, strategy_built_in};
    fixture_strategy(&both, "mine", &params, sizeof params);
    const struct matching_config matching = {.fills = FILLS_CANDLES};
    struct fixture *one = fixture_new(&alone, &matching), *two = fixture_new(&both, &matching);
    fixture_turn_up(one);
    fixture_turn_up(two);
    EXPECT_TEXT(script_fault(shelf_script(shelf, 0)), "mine.lua:2: down");
    EXPECT(one->record_count > 0);
    EXPECT_INT(one->record_count, two->record_count);
    EXPECT_INT(fixture_last(one, RECORD_DECISION)->verdict, VERDICT_ENTER);
    EXPECT_INT(fixture_last(two, RECORD_DECISION)->verdict, VERDICT_ENTER);
    EXPECT_INT(two->engine->portfolio.order_count, one->engine->portfolio.order_count);
    fixture_free(one);
    fixture_free(two);
    shelf_free(shelf);
}

static struct shelf *shelf_of_two(const char *first, const char *second)
{
    static const char text[] = "return {help = 'x', step = function() end}";
    struct shelf *shelf = shelf_new();
    const char *const names[] = {first, second};
    for (uint32_t i = 0; i < 2; i++) {
        const struct event event = {
            .kind = EVENT_STRATEGY,
            .strategy = {.type = strategy_built_in + i, .name = names[i], .text = text},
        };
        EXPECT(shelf_take(shelf, &event));
    }
    shelf_use(shelf);
    return shelf;
}

static struct fixture *fixture_of_two(void)
{
    struct engine_config config = fixture_config();
    for (uint32_t i = 0; i < 2; i++) {
        const struct strategy_params params = {TIMEFRAME_1M, strategy_built_in + i};
        const char *name = strategy_table[strategy_built_in + i]->name;
        fixture_strategy(&config, name, &params, sizeof params);
    }
    return fixture_new(&config, &(struct matching_config){.fills = FILLS_CANDLES});
}

/* A file more in the folder, and every strategy behind it has another place in the table; without
 * its file one keeps the part that the operator gave it. */
TEST(what_is_kept_of_a_strategy_is_adopted_by_that_of_the_same_name)
{
    struct shelf *before = shelf_of_two("alpha", "beta");
    struct fixture *there = fixture_of_two();
    there->engine->pairs[0].cooldowns[0][0].until_ns = 5;
    there->engine->pairs[0].cooldowns[1][1].until_ns = 7;
    there->engine->seats[0].part = PART_SHADOW;
    there->engine->seats[1].part = PART_OFF;
    struct shelf *after = shelf_of_two("aaa", "alpha");
    struct fixture *here = fixture_of_two();
    EXPECT(engine_adopt(here->engine, there->engine, &(uint32_t){0}));
    EXPECT_INT(here->engine->pairs[0].cooldowns[0][0].until_ns, 0);
    EXPECT_INT(here->engine->pairs[0].cooldowns[0][1].until_ns, 0);
    EXPECT_INT(here->engine->pairs[0].cooldowns[1][0].until_ns, 5);
    EXPECT_INT(here->engine->pairs[0].cooldowns[1][1].until_ns, 0);
    EXPECT(here->engine->shadow == 1u << 1 && here->engine->off == 0);
    struct shelf *back = shelf_of_two("beta", "zulu");
    struct fixture *then = fixture_of_two();
    EXPECT(engine_adopt(then->engine, here->engine, &(uint32_t){0}));
    EXPECT(then->engine->shadow == 0 && then->engine->off == 1u << 0);
    EXPECT_INT(then->engine->pairs[0].cooldowns[0][1].until_ns, 7);
    fixture_free(there);
    fixture_free(here);
    fixture_free(then);
    shelf_free(back);
    shelf_free(after);
    shelf_free(before);
}
