/* SPDX-License-Identifier: MIT */
/* What another version of cuttle finds of what was owned: all of it, or a clear no. */
#include "store/estate.h"

#include <stdlib.h>

#include "../core/desk_fixture.h"
#include "store/varint.h"

/* Static, so that what lies between their fields is zero and bytes can be compared. */
static const struct order wish = {.id = 11,
                                  .pair = 1,
                                  .purpose = PURPOSE_PROTECT,
                                  .kind = ORDER_BRACKET,
                                  .state = ORDER_PARTIAL,
                                  .side = SIDE_SELL,
                                  .qty_lots = 12,
                                  .cash = 13,
                                  .limit_ticks = 14,
                                  .stop_ticks = 15,
                                  .target_ticks = 16,
                                  .created_ns = 17,
                                  .expire_ns = 18,
                                  .filled_lots = 5,
                                  .cost = 20,
                                  .fee = -21,
                                  .trade_id_last = UINT64_MAX,
                                  .strategies = UINT32_MAX,
                                  .risk = 24,
                                  .plan = {25, 26, 27, 28, 29},
                                  .ladder = UINT64_MAX};
static const struct position held = {.qty_lots = 31,
                                     .cost = 32,
                                     .fee = 33,
                                     .stop_ticks = 34,
                                     .target_ticks = 35,
                                     .risk = 36,
                                     .opened_ns = 37,
                                     .mark_ticks = 38,
                                     .value = 39,
                                     .sold = 40,
                                     .sold_fee = 41,
                                     .sold_lots = 42,
                                     .pnl = -43,
                                     .entry_order = 44,
                                     .protect_order = 45,
                                     .exit_order = 46,
                                     .protect_lots = 47,
                                     .exit_wanted = true,
                                     .exit_lots = 48,
                                     .exit_tried_ns = 49,
                                     .strategies = 50,
                                     .exit_last = 51,
                                     .sized = 52,
                                     .best_ticks = 53,
                                     .best_from_ns = 54,
                                     .plan = {55, 56, 57, 58, 59}};
static const struct tally tally = {81, 82, 83, 84, 85, 86};
static const struct ticket stop = {.number = 61,
                                   .made_by_venue = true,
                                   .role = TICKET_STOP,
                                   .state = TICKET_OPEN,
                                   .kind = VENUE_STOP,
                                   .life = LIFE_GTD,
                                   .side = SIDE_SELL,
                                   .pair = 1,
                                   .txid = {UINT64_MAX, 62},
                                   .parent = {63, 64},
                                   .qty_lots = 65,
                                   .filled_lots = 66,
                                   .told_lots = 67,
                                   .limit_ticks = 68,
                                   .trigger_ticks = 69,
                                   .close_ticks = 70,
                                   .created_ns = 71,
                                   .opened_ns = 72,
                                   .deadline_ns = 73,
                                   .expire_ns = 74,
                                   .missed_ns = 75,
                                   .behind_ns = 76,
                                   .ended_ns = 77,
                                   .intent = 78,
                                   .gone = true,
                                   .ended_told = true,
                                   .ended_as = NEWS_CANCELLED,
                                   .reject = REJECT_RATE,
                                   .unmoved = true};

static uint8_t bytes[1 << 20];
static struct matching matching;
static struct broker broker, broker_read;

static struct engine *owner(void)
{
    struct engine *engine = calloc(1, engine_size(2));
    EXPECT(engine != NULL);
    engine->config.pair_count = 2;
    engine->time_ns = FIXTURE_START_NS;
    engine->record_next = 9;
    engine->paused = engine->loss_limit_told = engine->target_told = engine->halted = true;
    engine->pairs[1].traded = 3;
    engine->guard_peak = USD(1300);
    engine->seats[0] = (struct strategy_seat){"trend", PART_CONFIGURED};
    engine->seats[1] = (struct strategy_seat){"mine", PART_SHADOW};
    engine->seats[2] = (struct strategy_seat){"abcdefghijklmnopqrstuvwx", PART_OFF};
    engine->seats[3] = (struct strategy_seat){"dca", PART_ON};
    dial_set(&engine->config.risk, 2, 0.25); /* max_exposure */
    dial_set(&engine->config.risk, 3, 7);    /* max_positions, which nobody has set */
    engine->dials = 1u << 2;
    engine->dials_configured[2] = 0.5;
    engine->portfolio.tally = tally;
    engine->crash = (struct crash){BREAKER_OPEN, 2, 0, 0, true, FIXTURE_START_NS + 1};
    engine->flows_from_ns = FIXTURE_START_NS - 2;
    engine->flows[0] = (struct venue_id){7, 8};
    engine->flow_next = 1;
    engine->portfolio.cash = USD(1234);
    engine->portfolio.day_equity = USD(1240);
    engine->portfolio.day_reference = USD(1250);
    engine->portfolio.day_ns = INT64_MIN;
    engine->portfolio.order_next = 12;
    engine->portfolio.open_count = 1;
    engine->pairs[0].decided_ns = INT64_MIN; /* not listed yet: it has no name */
    engine->pairs[1].terms = fixture_pair("ETH/USD");
    engine->pairs[1].listed = true;
    engine->pairs[1].decided_ns = FIXTURE_START_NS - NS_PER_MIN;
    engine->portfolio.positions[1] = held;
    engine->pairs[1].cooldowns[2][0] = (struct cooldown){FIXTURE_START_NS + 1, true};
    engine->pairs[1].cooldowns[3][1] = (struct cooldown){FIXTURE_START_NS + 2, false};
    engine->pairs[0].cooldowns[2][0] = (struct cooldown){FIXTURE_START_NS, true}; /* over */
    engine->portfolio.orders[engine->portfolio.order_count++] = wish;
    return engine;
}

static void expect_owner(const struct engine *engine)
{
    EXPECT_INT(engine->time_ns, FIXTURE_START_NS);
    EXPECT(engine->record_next == 9 && engine->paused && engine->loss_limit_told &&
           !engine->flatten);
    EXPECT(engine->crash.state == BREAKER_OPEN && engine->crash.doubled == 2 &&
           engine->crash.tried && engine->crash.until_ns == FIXTURE_START_NS + 1);
    EXPECT_INT(engine->flows_from_ns, FIXTURE_START_NS - 2);
    EXPECT(engine->target_told && engine->pairs[1].traded == 3);
    EXPECT_TEXT(engine->seats[0].name, "trend");
    EXPECT_TEXT(engine->seats[1].name, "mine");
    EXPECT_TEXT(engine->seats[2].name, "abcdefghijklmnopqrstuvwx");
    EXPECT_TEXT(engine->seats[4].name, "");
    EXPECT(engine->seats[0].part == PART_CONFIGURED && engine->seats[1].part == PART_SHADOW &&
           engine->seats[2].part == PART_OFF && engine->seats[3].part == PART_ON);
    EXPECT_INT(engine->dials, 1u << 2);
    EXPECT_NEAR(engine->config.risk.max_exposure, 0.25, 0);
    EXPECT_NEAR(engine->dials_configured[2], 0.5, 0);
    EXPECT_INT(engine->config.risk.max_positions, 0);
    EXPECT(engine->flow_next == 1 && engine->flows[0].hi == 7 && engine->flows[0].lo == 8);
    EXPECT_INT(engine->portfolio.cash, USD(1234));
    EXPECT(engine->portfolio.day_equity == USD(1240) &&
           engine->portfolio.day_reference == USD(1250));
    EXPECT(engine->halted && engine->guard_peak == USD(1300));
    EXPECT(memcmp(&engine->portfolio.tally, &tally, sizeof tally) == 0);
    EXPECT_INT(engine->portfolio.day_ns, INT64_MIN);
    EXPECT_INT(engine->portfolio.open_count, 1);
    EXPECT_TEXT(engine->pairs[1].terms.symbol, "ETH/USD");
    EXPECT_INT(engine->pairs[1].terms.qty_decimals, 4);
    EXPECT_INT(engine->pairs[0].decided_ns, INT64_MIN);
    EXPECT_INT(engine->pairs[1].decided_ns, FIXTURE_START_NS - NS_PER_MIN);
    EXPECT(memcmp(&engine->portfolio.positions[1], &held, sizeof held) == 0);
    EXPECT(engine->pairs[1].cooldowns[2][0].until_ns == FIXTURE_START_NS + 1 &&
           engine->pairs[1].cooldowns[2][0].lost);
    EXPECT(engine->pairs[1].cooldowns[3][1].until_ns == FIXTURE_START_NS + 2 &&
           !engine->pairs[1].cooldowns[3][1].lost);
    EXPECT_INT(engine->pairs[0].cooldowns[2][0].until_ns, 0);
    EXPECT_INT(engine->portfolio.order_count, 1);
    EXPECT(memcmp(&engine->portfolio.orders[0], &wish, sizeof wish) == 0);
}

/* Behind noise of any layout: an estate is found from the end. */
static size_t behind_noise(const struct engine *engine, bool trades, size_t noise)
{
    memset(bytes, 0xa5, noise);
    const size_t len = estate_write(engine, trades ? NULL : &matching, trades ? &broker : NULL,
                                    bytes + noise, sizeof bytes - noise);
    EXPECT(len > 0);
    EXPECT_INT((int64_t)estate_find(bytes, noise + len), (int64_t)len);
    return noise + len;
}

static void own_at_a_venue(void)
{
    broker = (struct broker){.pair_count = 2, .number_next = 62, .sequence_next = 79};
    broker.lanes[1].held_lots = 31;
    broker.lanes[1].owed_lots = 32;
    broker.lanes[1].owed_ns = FIXTURE_START_NS + 3;
    broker.lanes[1].guard_ticks = 34;
    broker.lanes[1].protect = wish;
    broker.lanes[1].tickets[0] = stop;
    broker.lanes[1].entries[0] = (struct lane_entry){.order = wish};
    broker.lanes[1].entries[1] = (struct lane_entry){.order = wish, .cancel = true};
    broker.lanes[1].entries[1].order.id = 91;
    broker.lanes[1].failed = 92;
    broker.lanes[1].tickets[1] = stop;
    broker.lanes[1].tickets[1].role = TICKET_ENTRY;
    broker.lanes[1].tickets[1].order = 91;
    broker.execs[0] = (struct exec){.id = {1, 2}, .txid = stop.txid, .qty_lots = 3};
    broker.execs[1] = (struct exec){.id = {4, 5}, .txid = stop.txid, .qty_lots = 6};
    broker.exec_next = 2;
}

TEST(what_is_held_and_what_stands_at_the_venue_outlive_the_layout)
{
    struct engine *engine = owner(), *read = NULL;
    own_at_a_venue();
    const size_t len = behind_noise(engine, true, 777);
    EXPECT_INT(estate_read(bytes, len, &read, &matching, &broker_read), ESTATE_BROKER);
    expect_owner(read);
    EXPECT(memcmp(&broker_read, &broker, sizeof broker) == 0);
    free(engine);
    free(read);
}

TEST(orders_that_rest_on_paper_do_too)
{
    struct engine *engine = owner(), *read = NULL;
    matching = (struct matching){.trade_next = 7, .order_count = 1};
    matching.orders[0] =
        (struct matching_order){.order = wish, .queue_lots = INT64_MAX, .fresh = true};
    const size_t len = behind_noise(engine, false, 0);
    EXPECT_INT(estate_read(bytes, len, &read, &matching, &broker_read), ESTATE_MATCHING);
    expect_owner(read);
    EXPECT(matching.trade_next == 7 && matching.order_count == 1);
    EXPECT(memcmp(&matching.orders[0].order, &wish, sizeof wish) == 0);
    EXPECT(matching.orders[0].queue_lots == INT64_MAX && matching.orders[0].fresh);
    free(engine);
    free(read);
}

/* An estate of version, since, no groups but those given, for two pairs at a venue. */
static enum estate_side read_engine(uint64_t version, uint64_t since, const void *groups,
                                    size_t groups_len, struct engine **ret_engine)
{
    struct varint_out out = {.bytes = bytes, .size = sizeof bytes};
    varint_put(&out, version);
    varint_put(&out, since);
    varint_put(&out, 2);
    varint_put_byte(&out, 1);
    varint_put_bytes(&out, groups, groups_len);
    const uint8_t mark[] = {(uint8_t)out.len, 0, 0, 0, 'c', 'u', 't', 't', 'l', 'e', 'E', 'S'};
    varint_put_bytes(&out, mark, sizeof mark);
    *ret_engine = NULL;
    const enum estate_side side = estate_read(bytes, out.len, ret_engine, &matching, &broker_read);
    EXPECT((*ret_engine != NULL) == (side == ESTATE_BROKER));
    return side;
}

static enum estate_side read_version(uint64_t version, uint64_t since, const void *groups,
                                     size_t groups_len)
{
    struct engine *engine = NULL;
    const enum estate_side side = read_engine(version, since, groups, groups_len, &engine);
    free(engine);
    return side;
}

static enum estate_side read_made(uint64_t since, const void *groups, size_t groups_len)
{
    return read_version(ESTATE_VERSION + 1, since, groups, groups_len);
}

/* Then a lane had one entry; its own field said that it was taken back, and no ticket whose it was.
 */
TEST(the_entry_of_a_time_before_ladders_finds_its_ticket)
{
    /* Group 6, the lane: 3 is 1. Group 7, its entry: id 9. Group 10, a ticket: number 5, role
     * entry, state open; and one of a stop. Values are folded. */
    const uint8_t groups[] = {6,  1, 2, 3, 2, 7,  1, 2, 1, 18, 10, 1, 6, 1,
                              10, 3, 0, 4, 6, 10, 1, 6, 1, 12, 3,  2, 4, 6};
    EXPECT_INT(read_version(1, 1, groups, sizeof groups), ESTATE_BROKER);
    const struct lane *lane = &broker_read.lanes[1];
    EXPECT(lane->entries[0].order.id == 9 && lane->entries[0].cancel);
    EXPECT_INT(lane->tickets[0].order, 9);
    EXPECT_INT(lane->tickets[1].order, 0);
    EXPECT_INT(read_version(2, 1, groups, sizeof groups), ESTATE_BROKER);
    EXPECT_INT(lane->tickets[0].order, 9); /* version 2 was there before ladders were */
    EXPECT_INT(read_version(3, 1, groups, sizeof groups), ESTATE_BROKER);
    EXPECT_INT(lane->tickets[0].order, 0); /* one that nobody asked for */
}

TEST(a_day_of_a_time_when_its_loss_had_no_reference_is_measured_from_its_equity)
{
    const uint8_t groups[] = {1, 0, 2, 14, 18}; /* group 1, the engine: 14 is 9 */
    struct engine *before = NULL, *since = NULL;
    EXPECT_INT(read_engine(2, 1, groups, sizeof groups, &before), ESTATE_BROKER);
    EXPECT_INT(before->portfolio.day_reference, 9);
    EXPECT_INT(read_engine(3, 1, groups, sizeof groups, &since), ESTATE_BROKER);
    EXPECT_INT(since->portfolio.day_reference, 0); /* the account was emptied */
    free(before);
    free(since);
}

TEST(what_the_configuration_said_of_a_limit_may_not_be_known)
{
    /* Group 17, a limit: its name, and no field, so its value is 0. */
    const uint8_t groups[] = {17,  0,   15,  14,  'm', 'a', 'x', '_', 'd',
                              'a', 'i', 'l', 'y', '_', 'l', 'o', 's', 's'};
    uint32_t dial = 0;
    struct engine *engine = NULL;
    EXPECT(dial_find("max_daily_loss", &dial));
    EXPECT_INT(read_engine(ESTATE_VERSION, 1, groups, sizeof groups, &engine), ESTATE_BROKER);
    EXPECT_INT(engine->dials, 1u << dial);
    EXPECT(isnan(engine->dials_configured[dial]));
    free(engine);
}

TEST(more_entries_than_a_ladder_has_rungs_are_refused)
{
    uint8_t groups[5 * (LADDER_RUNG_MAX + 1)];
    for (uint8_t i = 0; i <= LADDER_RUNG_MAX; i++) {
        const uint8_t entry[] = {7, 1, 2, 1, (uint8_t)(2 * i + 2)};
        memcpy(groups + sizeof entry * i, entry, sizeof entry);
    }
    EXPECT_INT(read_made(2, groups, sizeof groups - 5), ESTATE_BROKER);
    EXPECT_INT(read_made(2, groups, sizeof groups), ESTATE_NONE);
}

TEST(what_knows_no_ladders_or_seats_refuses_an_estate_that_needs_them)
{
    struct engine *engine = owner();
    size_t len = estate_write(engine, &matching, NULL, bytes, sizeof bytes);
    EXPECT(len > 0);
    EXPECT_INT(bytes[1], ESTATE_DIALS); /* a limit set tighter would be the configuration's */
    engine->dials = 0;
    len = estate_write(engine, &matching, NULL, bytes, sizeof bytes);
    EXPECT(len > 0);
    EXPECT_INT(bytes[1], ESTATE_LADDERS);
    engine->portfolio.orders[0].ladder = 0;
    len = estate_write(engine, &matching, NULL, bytes, sizeof bytes);
    EXPECT(len > 0);
    EXPECT_INT(bytes[1], ESTATE_PARTS); /* a strategy put off would trade again */
    for (uint32_t i = 0; i < STRATEGY_SEAT_MAX; i++) {
        engine->seats[i].part = PART_CONFIGURED;
    }
    len = estate_write(engine, &matching, NULL, bytes, sizeof bytes);
    EXPECT(len > 0);
    EXPECT_INT(bytes[1], ESTATE_SINCE);
    free(engine);
}

TEST(what_is_new_is_passed_over_unless_it_says_that_it_must_not_be)
{
    /* kind, pair, length, then number and value folded */
    const uint8_t unknown_group[] = {99, 0, 2, 1, 2}, unknown_field[] = {1, 0, 2, 120, 2};
    EXPECT_INT(read_made(ESTATE_VERSION, unknown_group, sizeof unknown_group), ESTATE_BROKER);
    EXPECT_INT(read_made(ESTATE_VERSION, unknown_field, sizeof unknown_field), ESTATE_BROKER);
    EXPECT_INT(read_made(ESTATE_VERSION + 1, NULL, 0), ESTATE_NEWER);
    /* A cooldown of strategy 80, which no table of ours has; one of no side, and one of no seat. */
    const uint8_t far[] = {15, 0, 3, 1, 160, 1}, sideless[] = {15, 0, 2, 2, 4},
                  seatless[] = {15, 0, 2, 5, 64};
    EXPECT_INT(read_made(ESTATE_VERSION, far, sizeof far), ESTATE_BROKER);
    EXPECT_INT(read_made(ESTATE_VERSION, sideless, sizeof sideless), ESTATE_NONE);
    EXPECT_INT(read_made(ESTATE_VERSION, seatless, sizeof seatless), ESTATE_NONE);
}

/* Who bought it was then told by a place in a list that nobody knows any more. */
TEST(an_estate_without_seats_names_the_built_in_strategies_by_their_table)
{
    /* Group 1: 37, the parts, is shadow for strategy 1 and off for 6. Group 15, of pair 1: strategy
     * 6, buys, until 3. Group 3 and 4, position and order: 31 and 26 are not there, 21 and 18 are.
     */
    const uint8_t parts[] = {1, 0, 4, 37},
                  rest[] = {15, 1, 6, 1, 12, 2, 0, 3, 6, 3, 1, 4, 1, 2, 21, 6, 4, 0, 2, 18, 6};
    uint8_t list[64];
    struct varint_out out = {.bytes = list, .size = sizeof list};
    varint_put_bytes(&out, parts, sizeof parts);
    varint_put_signed(&out, PART_SHADOW << 2 | PART_OFF << 12);
    varint_put_bytes(&out, rest, sizeof rest);
    struct engine *engine = NULL;
    EXPECT_INT(read_engine(2, 1, list, out.len, &engine), ESTATE_BROKER);
    EXPECT_TEXT(engine->seats[1].name, "trend");
    EXPECT_TEXT(engine->seats[6].name, "dca");
    EXPECT(engine->seats[1].part == PART_SHADOW && engine->seats[6].part == PART_OFF);
    EXPECT_INT(engine->pairs[1].cooldowns[6][0].until_ns, 3);
    EXPECT_INT(engine->portfolio.positions[1].qty_lots, 1);
    EXPECT_INT(engine->portfolio.positions[1].strategies, 0);
    EXPECT_INT(engine->portfolio.orders[0].strategies, 0);
    free(engine);
}

TEST(more_strategies_than_there_are_seats_and_names_too_long_are_refused)
{
    uint8_t groups[5 * (STRATEGY_SEAT_MAX + 1)], wide[29] = {16, 0, 26, 25};
    for (uint8_t i = 0; i <= STRATEGY_SEAT_MAX; i++) {
        const uint8_t seat[] = {16, 0, 2, 1, (uint8_t)('A' + i)};
        memcpy(groups + sizeof seat * i, seat, sizeof seat);
    }
    EXPECT_INT(read_made(2, groups, sizeof groups - 5), ESTATE_BROKER);
    EXPECT_INT(read_made(2, groups, sizeof groups), ESTATE_NONE);
    memset(wide + 4, 'w', 25);
    EXPECT_INT(read_made(2, wide, sizeof wide), ESTATE_NONE);
    wide[2] = 25;
    wide[3] = 24;
    EXPECT_INT(read_made(2, wide, sizeof wide - 1), ESTATE_BROKER);
}

TEST(what_makes_no_sense_is_refused)
{
    const uint8_t third_pair[] = {6, 2, 0}, torn[] = {1, 0, 9, 1}, no_bool[] = {1, 0, 2, 4, 4},
                  half[] = {1, 0, 1, 1};
    EXPECT_INT(read_made(1, third_pair, sizeof third_pair), ESTATE_NONE);
    EXPECT_INT(read_made(1, torn, sizeof torn), ESTATE_NONE);
    EXPECT_INT(read_made(1, no_bool, sizeof no_bool), ESTATE_NONE);
    EXPECT_INT(read_made(1, half, sizeof half), ESTATE_NONE);
    struct engine *engine = NULL;
    EXPECT_INT(estate_read("no estate at all", 16, &engine, &matching, &broker_read), ESTATE_NONE);
}

TEST(every_shorter_estate_is_refused_or_read_never_run_beyond)
{
    struct engine *engine = owner();
    own_at_a_venue();
    const size_t len = behind_noise(engine, true, 0);
    for (size_t cut = 13; cut < len; cut++) {
        struct engine *read = NULL;
        uint8_t *exact = malloc(cut);
        EXPECT(exact != NULL);
        memcpy(exact, bytes, cut - 12);
        exact[cut - 12] = (uint8_t)(cut - 12);
        exact[cut - 11] = (uint8_t)((cut - 12) >> 8);
        exact[cut - 10] = exact[cut - 9] = 0;
        memcpy(exact + cut - 8, "cuttleES", 8);
        estate_read(exact, cut, &read, &matching, &broker_read);
        free(exact);
        free(read);
    }
    free(engine);
}
