/* SPDX-License-Identifier: MIT */
/* An entry that is being taken back may fill once more: what then is held is neither forgotten by
 * the bracket nor kept where everything is to be sold. */
#include "command_fixture.h"

/* An engine alone, which is told what a venue would. */
struct bench {
    struct engine *engine;
    struct actions *actions;
    uint64_t entry;
};

static void step(struct bench *bench, const struct event *event)
{
    engine_step(bench->engine, event, bench->actions);
}

static void command(struct bench *bench, enum command command, int64_t qty_lots)
{
    step(bench, &(struct event){.kind = EVENT_COMMAND,
                                .time_ns = FIXTURE_START_NS,
                                .command = {.command = command,
                                            .qty_lots = qty_lots,
                                            .limit_ticks = 9900,
                                            .stop_ticks = 9500}});
}

static void report(struct bench *bench, struct report report)
{
    step(bench,
         &(struct event){.kind = EVENT_REPORT, .time_ns = FIXTURE_START_NS, .report = report});
}

static void fill(struct bench *bench, uint64_t trade, int64_t qty_lots)
{
    report(bench, (struct report){.order_id = bench->entry,
                                  .kind = REPORT_FILL,
                                  .side = SIDE_BUY,
                                  .trade_id = trade,
                                  .price_ticks = 9900,
                                  .qty_lots = qty_lots});
}

static const struct action *did(const struct bench *bench, enum action_kind kind)
{
    for (uint32_t i = 0; i < bench->actions->count; i++) {
        if (bench->actions->list[i].kind == kind) {
            return &bench->actions->list[i];
        }
    }
    return NULL;
}

/* Ten units are to be bought, four of them are, under a bracket. */
static struct bench bench_new(const struct engine_config *config)
{
    struct bench bench = {.engine = calloc(1, engine_size(1)),
                          .actions = malloc(sizeof(struct actions))};
    const struct pair terms = fixture_pair("AAA/USD");
    const struct level_change changes[] = {{SIDE_BUY, {9999, 100000000}},
                                           {SIDE_SELL, {10000, 100000000}}};
    engine_init(bench.engine, config);
    engine_set_terms(bench.engine, 0, &terms);
    step(&bench, &(struct event){
                     .kind = EVENT_BOOK,
                     .time_ns = FIXTURE_START_NS,
                     .book = {0, .snapshot = true, .depth = 10, .count = 2, .changes = changes}});
    command(&bench, COMMAND_BUY, 100000);
    bench.entry = did(&bench, ACTION_PLACE)->place.id;
    fill(&bench, 1, 40000);
    EXPECT_INT(did(&bench, ACTION_PLACE)->place.purpose, PURPOSE_PROTECT);
    return bench;
}

static void bench_free(struct bench *bench)
{
    free(bench->engine);
    free(bench->actions);
}

TEST(what_fills_while_a_part_is_sold_is_covered_by_the_bracket)
{
    const struct engine_config config = fixture_config();
    struct bench bench = bench_new(&config);
    command(&bench, COMMAND_SELL, 10000);
    EXPECT(did(&bench, ACTION_CANCEL) != NULL);
    const struct action less = *did(&bench, ACTION_AMEND);
    EXPECT_INT(less.amend.qty_lots, 30000);
    report(&bench, (struct report){.order_id = less.amend.order_id,
                                   .kind = REPORT_AMENDED,
                                   .side = SIDE_SELL,
                                   .qty_lots = 30000,
                                   .price_ticks = 9500});
    EXPECT_INT(did(&bench, ACTION_PLACE)->place.qty_lots, 10000);
    fill(&bench, 2, 30000);
    EXPECT_INT(did(&bench, ACTION_AMEND)->amend.qty_lots, 60000);
    EXPECT_INT(bench.engine->portfolio.positions[0].exit_lots, 10000);
    bench_free(&bench);
}

TEST(what_fills_while_a_bracket_is_taken_back_is_its_stops_too)
{
    const struct engine_config config = fixture_config();
    struct bench bench = bench_new(&config);
    command(&bench, COMMAND_CLOSE, 0);
    EXPECT(did(&bench, ACTION_AMEND) == NULL);
    fill(&bench, 2, 30000); /* and a stop may sell all seven before it is gone */
    EXPECT_INT(did(&bench, ACTION_AMEND)->amend.qty_lots, 70000);
    EXPECT(did(&bench, ACTION_PLACE) == NULL);
    bench_free(&bench);
}

TEST(what_fills_after_a_crash_that_sells_everything_is_sold_too)
{
    for (int flatten = 0; flatten < 2; flatten++) {
        struct engine_config config = fixture_config();
        config.risk.crash = (struct crash_config){
            .fall = 0.1, .window_ns = NS_PER_HOUR, .pause_ns = NS_PER_HOUR, .flatten = flatten};
        struct bench bench = bench_new(&config);
        bench.engine->crash.state = BREAKER_OPEN;
        fill(&bench, 2, 30000);
        EXPECT(bench.engine->portfolio.positions[0].exit_wanted == flatten);
        bench_free(&bench);
    }
}
