/* SPDX-License-Identifier: MIT */
/* Limits that the operator changes while the engine runs. Pairs are AAA, BBA ... at 100; the
 * account has 10,000. */
#include "core/risk/dial.h"

#include "command_fixture.h"
#include "core/risk/risk.h"
#include "options_fixture.h"
#include "store/action_codec.h"
#include "store/event_codec.h"

static struct engine_config pairs_of(uint32_t count)
{
    struct engine_config config = fixture_config();
    config.pair_count = count;
    return config;
}

static struct instruction turn(const char *name, double value)
{
    struct instruction asked = {.command = COMMAND_LIMIT, .value = value};
    EXPECT(dial_find(name, &asked.dial));
    return asked;
}

static struct instruction back(const char *name)
{
    struct instruction asked = turn(name, 0);
    asked.configured = true;
    return asked;
}

static enum verdict set(struct fixture *fixture, const char *name, double value)
{
    const struct instruction asked = turn(name, value);
    return verdict_of(fixture, &asked);
}

static enum verdict buy(struct fixture *fixture, uint32_t pair)
{
    return verdict_of(
        fixture, &(struct instruction){
                     .command = COMMAND_BUY, .pair = pair, .qty_lots = 10000, .stop_ticks = 9500});
}

TEST(every_dial_is_a_row_of_the_options_and_turns_its_own_field_alone)
{
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        struct risk_config config, defaults;
        options_default(risk_options, risk_option_count, &config);
        defaults = config;
        const struct option *option = dial_option(i);
        EXPECT(option != NULL && dial_allows(i, dial_get(&config, i)));
        EXPECT(!dial_allows(i, NAN) && !dial_allows(i, -1));
        EXPECT(!dial_allows(i, option->max * (double)NS_PER_S * 2));
        const double unit = option->type == OPTION_DURATION ? (double)NS_PER_S : 1;
        dial_set(&config, i, option->max * unit);
        EXPECT_NEAR(dial_get(&config, i), option->max * unit, 0);
        EXPECT_INT(option->size, 8);
        const size_t end = option->offset + option->size;
        EXPECT(memcmp(&config, &defaults, option->offset) == 0);
        EXPECT(memcmp((char *)&config + end, (char *)&defaults + end, sizeof config - end) == 0);
        EXPECT(dial_allows(i, option->max * unit));
        EXPECT_INT(dial_allows(i, option->min * unit + 0.5), option->type == OPTION_REAL);
    }
    EXPECT(dial_option(DIAL_COUNT) == NULL);
    uint32_t dial;
    EXPECT(!dial_find("crash_fall", &dial) && !dial_find("", &dial));
    EXPECT(dial_barred("crash_fall") != NULL && dial_barred("sizing") != NULL);
    EXPECT(dial_barred("scale_volatility") != NULL && dial_barred("kelly_trades") != NULL);
    EXPECT(dial_barred("no_such_option") == NULL);
}

TEST(a_changed_limit_acts_at_the_next_decision_and_the_record_says_old_and_new)
{
    const struct engine_config config = pairs_of(3);
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(set(fixture, "max_positions", 1), VERDICT_DONE);
    const struct record *record = fixture_last(fixture, RECORD_COMMAND);
    EXPECT_NEAR(record->figure, 5, 0);
    EXPECT_NEAR(record->limit, 1, 0);
    EXPECT_INT(record->pair, UINT32_MAX);
    EXPECT_TEXT(dial_option(record->part)->name, "max_positions");
    EXPECT_INT(buy(fixture, 0), VERDICT_DONE);
    EXPECT_INT(buy(fixture, 1), VERDICT_FULL);
    EXPECT_INT(set(fixture, "max_positions", 2), VERDICT_DONE);
    EXPECT_INT(buy(fixture, 1), VERDICT_DONE);
    const struct instruction asked = back("max_positions");
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    EXPECT(fixture_last(fixture, RECORD_COMMAND)->configured);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->limit, 5, 0);
    EXPECT_INT(fixture->engine->dials, 0);
    EXPECT_INT(buy(fixture, 2), VERDICT_DONE);
    fixture_free(fixture);
}

TEST(a_limit_out_of_its_range_is_refused_and_nothing_changes)
{
    const struct engine_config config = pairs_of(1);
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(set(fixture, "max_positions", 0), VERDICT_BAD_LIMIT);
    EXPECT_INT(set(fixture, "max_positions", 1.5), VERDICT_BAD_LIMIT);
    EXPECT_INT(set(fixture, "risk_per_trade", 2), VERDICT_BAD_LIMIT);
    EXPECT_INT(set(fixture, "risk_per_trade", NAN), VERDICT_BAD_LIMIT);
    EXPECT_INT(fixture->engine->dials, 0);
    EXPECT(memcmp(&fixture->engine->config.risk, &config.risk, sizeof config.risk) == 0);
    fixture_free(fixture);
}

TEST(limits_that_do_not_fit_each_other_are_refused)
{
    struct engine_config config = pairs_of(1);
    config.risk.scale.drawdown_from = 0.05;
    config.risk.scale.drawdown_to = 0.15;
    config.risk.scale.least = 0.25;
    config.risk.scale.most = 1.5;
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(set(fixture, "drawdown_from", 0.5), VERDICT_BAD_LIMIT);
    EXPECT_INT(set(fixture, "drawdown_from", 0.15), VERDICT_BAD_LIMIT);
    EXPECT_INT(set(fixture, "drawdown_to", 0.04), VERDICT_BAD_LIMIT);
    EXPECT_INT(set(fixture, "scale_most", 0.2), VERDICT_BAD_LIMIT);
    EXPECT_INT(fixture->engine->dials, 0);
    EXPECT_INT(set(fixture, "scale_most", 0.25), VERDICT_DONE);
    EXPECT_INT(set(fixture, "scale_least", 0.3), VERDICT_BAD_LIMIT);
    EXPECT_INT(set(fixture, "drawdown_to", 0), VERDICT_DONE); /* off */
    EXPECT_INT(set(fixture, "drawdown_from", 0.5), VERDICT_DONE);
    fixture_free(fixture);
}

TEST(a_looser_daily_loss_lets_entries_in_again_and_a_tighter_one_never_does)
{
    const struct engine_config config = pairs_of(1); /* 5 % */
    struct fixture *fixture = open_desk(&config);
    struct engine *engine = fixture->engine;
    fixture_candle(fixture, 100, 100, 100, 100);
    engine->portfolio.cash = USD(9400);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 1);
    engine->portfolio.cash = USD(9800); /* won back: the limit of 5 % stands all the same */
    EXPECT_INT(buy(fixture, 0), VERDICT_LOSS_LIMIT);
    EXPECT_INT(set(fixture, "max_daily_loss", 0.04), VERDICT_DONE);
    EXPECT_INT(buy(fixture, 0), VERDICT_LOSS_LIMIT);
    EXPECT_INT(set(fixture, "max_daily_loss", 0.1), VERDICT_DONE);
    EXPECT_INT(buy(fixture, 0), VERDICT_DONE);
    fixture_free(fixture);
}

TEST(what_the_operator_set_survives_a_restart_and_a_changed_configuration)
{
    struct engine_config config = pairs_of(1);
    struct fixture *before = open_desk(&config);
    EXPECT_INT(set(before, "max_positions", 2), VERDICT_DONE);
    EXPECT_INT(set(before, "cool_off", (double)NS_PER_HOUR), VERDICT_DONE);
    config.risk.max_positions = 9;
    config.risk.max_exposure = 0.25;
    struct fixture *after = open_desk(&config);
    EXPECT(engine_adopt(after->engine, before->engine, (const uint32_t[]){0}));
    EXPECT_INT(after->engine->config.risk.max_positions, 2);
    EXPECT_INT(after->engine->config.risk.limits.cool_off_ns, NS_PER_HOUR);
    EXPECT_NEAR(after->engine->config.risk.max_exposure, 0.25, 0);
    const struct instruction asked = back("max_positions");
    EXPECT_INT(verdict_of(after, &asked), VERDICT_DONE); /* today's configuration */
    EXPECT_INT(after->engine->config.risk.max_positions, 9);
    fixture_free(before);
    fixture_free(after);
}

/* The events of a session, through the journal's code, and what became of each. */
struct session_tape {
    uint32_t count;
    size_t lens[8], done_lens[8];
    uint8_t bytes[8][256], done[8][4096];
};

static void obey(struct fixture *fixture, struct actions *out, const struct event *event,
                 struct session_tape *tape)
{
    const size_t len = event_encode(event, tape->bytes[tape->count], 256);
    EXPECT(len > 0);
    engine_step(fixture->engine, event, out);
    tape->lens[tape->count] = len;
    tape->done_lens[tape->count] = actions_encode(out, tape->done[tape->count], 4096);
    EXPECT(tape->done_lens[tape->count++] > 0);
}

TEST(a_replay_of_the_events_does_the_same_bit_for_bit)
{
    static struct actions out;
    static struct event_buffer buffer;
    const struct engine_config config = pairs_of(3);
    struct fixture *first = open_desk(&config), *second = open_desk(&config);
    struct session_tape *tape = calloc(1, sizeof *tape);
    const struct instruction asked[] = {
        turn("max_positions", 1),
        {.command = COMMAND_BUY, .pair = 0, .qty_lots = 10000, .stop_ticks = 9500},
        {.command = COMMAND_BUY, .pair = 1, .qty_lots = 10000, .stop_ticks = 9500},
        turn("risk_per_trade", 0.0123456789012345),
        turn("max_positions", -7),
        back("max_positions"),
        {.command = COMMAND_BUY, .pair = 1, .qty_lots = 10000, .stop_ticks = 9500},
    };
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const struct event event = {
            .kind = EVENT_COMMAND, .time_ns = first->now_ns, .command = asked[i]};
        obey(first, &out, &event, tape);
    }
    for (uint32_t i = 0; i < tape->count; i++) {
        struct event event;
        EXPECT(event_decode(tape->bytes[i], tape->lens[i], 3, &event, &buffer));
        engine_step(second->engine, &event, &out);
        uint8_t done[4096];
        EXPECT_INT(actions_encode(&out, done, sizeof done), tape->done_lens[i]);
        EXPECT(memcmp(done, tape->done[i], tape->done_lens[i]) == 0);
    }
    EXPECT(memcmp(first->engine, second->engine, engine_size(3)) == 0);
    free(tape);
    fixture_free(first);
    fixture_free(second);
}
