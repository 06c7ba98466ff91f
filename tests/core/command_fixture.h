/* SPDX-License-Identifier: MIT */
/* A desk that an operator's commands are given to, and the records that answer them. */
#pragma once

#include "desk_fixture.h"

static inline void show_book(struct fixture *fixture, uint32_t pair, int64_t bid, int64_t bid_lots)
{
    const struct level_change changes[] = {{SIDE_BUY, {bid, bid_lots}},
                                           {SIDE_SELL, {bid + 1, 100000000}}};
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = fixture->now_ns,
        .book = {pair, .snapshot = true, .depth = 10, .count = 2, .changes = changes},
    };
    desk_step(&fixture->desk, &event);
}

/* A desk whose pairs stand at 100 (bid 99.99), 10,000 in cash: 20 units are 20 % of it. */
static inline struct fixture *open_desk(const struct engine_config *config)
{
    static const struct matching_config by_book = {.fills = FILLS_BOOK};
    struct fixture *fixture = fixture_new(config, &by_book);
    for (uint32_t i = 0; i < config->pair_count; i++) {
        show_book(fixture, i, 9999, 100000000);
    }
    return fixture;
}

/* The record that answers it. */
static inline const struct record *order(struct fixture *fixture, const struct instruction *asked)
{
    const struct event event = {
        .kind = EVENT_COMMAND, .time_ns = fixture->now_ns, .command = *asked};
    const uint64_t before = fixture->engine->record_next;
    desk_step(&fixture->desk, &event);
    for (uint32_t i = 0; i < fixture->record_count; i++) {
        const struct record *record = &fixture->records[i];
        if (record->number >= before && record->ask == asked->ask && record->ask != 0) {
            return record;
        }
    }
    fail_msg("no record answers the command");
    return NULL;
}

static inline enum verdict verdict_of(struct fixture *fixture, const struct instruction *asked)
{
    static uint64_t ask;
    struct instruction numbered = *asked;
    numbered.ask = ++ask;
    const struct record *record = order(fixture, &numbered);
    EXPECT_INT(record->kind, RECORD_COMMAND);
    EXPECT_INT(record->command, asked->command);
    return record->verdict;
}

static const struct instruction ten = {.command = COMMAND_BUY,
                                       .ask = 1,
                                       .qty_lots = 100000,
                                       .stop_ticks = 9500,
                                       .target_ticks = 11000};

/* 10 units of the first pair at 100, under a bracket of 95 and 110. */
static inline struct fixture *holding_ten(void)
{
    const struct engine_config config = fixture_config();
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_DONE);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 100000);
    return fixture;
}

static inline const struct order *bracket_of(const struct fixture *fixture)
{
    return portfolio_find_order(&fixture->engine->portfolio,
                                fixture->engine->portfolio.positions[0].protect_order);
}
