/* SPDX-License-Identifier: MIT */
#include "store/estate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "store/estate_table.h"
#include "store/varint.h"

#define MARK "cuttleES"
#define MARK_SIZE (sizeof(uint32_t) + 8) /* the length, then the word */
#define GROUP_MAX 2048

enum group {
    GROUP_ENGINE = 1,
    GROUP_PAIR,
    GROUP_POSITION,
    GROUP_ORDER,
    GROUP_BROKER,
    GROUP_LANE,
    GROUP_LANE_ENTRY,
    GROUP_LANE_PROTECT,
    GROUP_LANE_EXIT,
    GROUP_TICKET,
    GROUP_EXEC,
    GROUP_MATCHING,
    GROUP_RESTING,
    GROUP_FLOW,
    GROUP_COOLDOWN,
    GROUP_SEAT,
    GROUP_DIAL,
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A group: its kind, the pair it is of (0 where it is of none), its length, its fields. */
struct writer {
    struct varint_out out;
    struct varint_out group;
    uint8_t bytes[GROUP_MAX];
};

static struct varint_out *begin(struct writer *writer)
{
    writer->group = (struct varint_out){.bytes = writer->bytes, .size = sizeof writer->bytes};
    return &writer->group;
}

static void end(struct writer *writer, enum group kind, uint32_t pair)
{
    CHECK(!writer->group.full);
    varint_put(&writer->out, kind);
    varint_put(&writer->out, pair);
    varint_put(&writer->out, writer->group.len);
    varint_put_bytes(&writer->out, writer->bytes, writer->group.len);
}

#define PUT(writer, kind, pair, fields, object)                                                    \
    (field_put(begin(writer), fields, COUNT(fields), object), end(writer, kind, pair))

static void put_cooldowns(struct writer *writer, const struct engine *engine, uint32_t pair)
{
    for (uint32_t i = 0; i < STRATEGY_SEAT_MAX * 2; i++) {
        const struct estate_cooldown put = {
            .seat = i / 2, .side = i % 2, .cooldown = engine->pairs[pair].cooldowns[i / 2][i % 2]};
        if (cooldown_active(&put.cooldown, engine->time_ns)) {
            PUT(writer, GROUP_COOLDOWN, pair, cooldown_fields, &put);
        }
    }
}

/* By their names, as their places are a version's own; the value's bits. */
static void put_dials(struct writer *writer, const struct engine *engine)
{
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        if ((engine->dials >> i & 1) != 0) {
            const struct estate_dial put = {dial_get(&engine->config.risk, i),
                                            engine->dials_configured[i]};
            varint_put_text(begin(writer), dial_option(i)->name);
            field_put(&writer->group, dial_fields, COUNT(dial_fields), &put);
            end(writer, GROUP_DIAL, 0);
        }
    }
}

static void put_engine(struct writer *writer, const struct engine *engine)
{
    const struct portfolio *portfolio = &engine->portfolio;
    PUT(writer, GROUP_ENGINE, 0, engine_fields, engine);
    for (uint32_t i = 0; i < ENGINE_FLOW_MAX && venue_id_known(engine->flows[i]); i++) {
        PUT(writer, GROUP_FLOW, 0, flow_fields, &engine->flows[i]);
    }
    for (uint32_t i = 0; i < STRATEGY_SEAT_MAX && engine->seats[i].name[0] != '\0'; i++) {
        varint_put_text(begin(writer), engine->seats[i].name);
        field_put(&writer->group, seat_fields, COUNT(seat_fields), &engine->seats[i]);
        end(writer, GROUP_SEAT, 0);
    }
    put_dials(writer, engine);
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        const struct pair *terms = &engine->pairs[i].terms;
        varint_put_text(begin(writer), terms->symbol);
        varint_put_text(&writer->group, terms->base);
        varint_put_text(&writer->group, terms->quote);
        field_put(&writer->group, pair_fields, COUNT(pair_fields), &engine->pairs[i]);
        end(writer, GROUP_PAIR, i);
        if (portfolio->positions[i].qty_lots != 0) {
            PUT(writer, GROUP_POSITION, i, position_fields, &portfolio->positions[i]);
        }
        put_cooldowns(writer, engine, i);
    }
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        PUT(writer, GROUP_ORDER, 0, order_fields, &portfolio->orders[i]);
    }
}

static void put_lane(struct writer *writer, const struct lane *lane, uint32_t pair)
{
    PUT(writer, GROUP_LANE, pair, lane_fields, lane);
    for (uint32_t i = 0; i < LADDER_RUNG_MAX; i++) {
        const struct lane_entry *entry = &lane->entries[i];
        if (entry->order.id != 0) {
            field_put(begin(writer), order_fields, COUNT(order_fields), &entry->order);
            field_put(&writer->group, entry_fields, COUNT(entry_fields), entry);
            end(writer, GROUP_LANE_ENTRY, pair);
        }
    }
    const struct order *const orders[] = {&lane->protect, &lane->exit};
    for (uint32_t i = 0; i < COUNT(orders); i++) {
        if (orders[i]->id != 0) {
            PUT(writer, (enum group)(GROUP_LANE_PROTECT + i), pair, order_fields, orders[i]);
        }
    }
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        if (lane->tickets[i].state != TICKET_FREE) {
            PUT(writer, GROUP_TICKET, pair, ticket_fields, &lane->tickets[i]);
        }
    }
}

static void put_broker(struct writer *writer, const struct broker *broker)
{
    PUT(writer, GROUP_BROKER, 0, broker_fields, broker);
    for (uint32_t i = 0; i < broker->pair_count; i++) {
        put_lane(writer, &broker->lanes[i], i);
    }
    for (uint32_t i = 0; i < EXEC_MAX && venue_id_known(broker->execs[i].id); i++) {
        PUT(writer, GROUP_EXEC, 0, exec_fields, &broker->execs[i]);
    }
}

static void put_matching(struct writer *writer, const struct matching *matching)
{
    PUT(writer, GROUP_MATCHING, 0, matching_fields, matching);
    for (uint32_t i = 0; i < matching->order_count; i++) {
        const struct matching_order *resting = &matching->orders[i];
        field_put(begin(writer), order_fields, COUNT(order_fields), &resting->order);
        field_put(&writer->group, resting_fields, COUNT(resting_fields), resting);
        end(writer, GROUP_RESTING, 0);
    }
}

static bool has_ladder(const struct portfolio *portfolio)
{
    bool any = false;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        any |= portfolio->orders[i].ladder != 0;
    }
    return any;
}

static bool has_part(const struct engine *engine)
{
    bool any = false;
    for (uint32_t i = 0; i < STRATEGY_SEAT_MAX; i++) {
        any |= engine->seats[i].part != PART_CONFIGURED;
    }
    return any;
}

static uint32_t since_of(const struct engine *engine)
{
    if (engine->dials != 0) {
        return ESTATE_DIALS;
    }
    if (has_ladder(&engine->portfolio)) {
        return ESTATE_LADDERS;
    }
    return has_part(engine) ? ESTATE_PARTS : ESTATE_SINCE;
}

size_t estate_write(const struct engine *engine, const struct matching *matching,
                    const struct broker *broker, void *bytes, size_t size)
{
    if (size < MARK_SIZE) {
        return 0;
    }
    struct writer writer = {.out = {.bytes = bytes, .size = size - MARK_SIZE}};
    varint_put(&writer.out, ESTATE_VERSION);
    varint_put(&writer.out, since_of(engine));
    varint_put(&writer.out, engine->config.pair_count);
    varint_put_byte(&writer.out, broker != NULL);
    put_engine(&writer, engine);
    if (broker != NULL) {
        put_broker(&writer, broker);
    } else {
        put_matching(&writer, matching);
    }
    if (writer.out.full) {
        return 0;
    }
    uint8_t *mark = (uint8_t *)bytes + writer.out.len;
    bytes_put_u32(mark, (uint32_t)writer.out.len);
    memcpy(mark + sizeof(uint32_t), MARK, MARK_SIZE - sizeof(uint32_t));
    return writer.out.len + MARK_SIZE;
}

size_t estate_find(const void *bytes, size_t len)
{
    if (len < MARK_SIZE) {
        return 0;
    }
    const uint8_t *mark = (const uint8_t *)bytes + len - MARK_SIZE;
    const size_t size = bytes_get_u32(mark);
    const bool marked = memcmp(mark + sizeof(uint32_t), MARK, MARK_SIZE - sizeof(uint32_t)) == 0;
    return marked && size <= len - MARK_SIZE ? size + MARK_SIZE : 0;
}

struct reader {
    struct engine *engine;
    struct matching *matching;
    struct broker *broker;
    uint32_t pair_count;
    uint32_t exec_count, flow_count, seat_count;
    struct estate_unseated unseated;
};

static bool get_pair(struct reader *reader, uint32_t pair, struct varint_in in)
{
    struct pair_state *state = &reader->engine->pairs[pair];
    return varint_get_text(&in, state->terms.symbol, SYMBOL_MAX) &&
           varint_get_text(&in, state->terms.base, SYMBOL_MAX) &&
           varint_get_text(&in, state->terms.quote, SYMBOL_MAX) &&
           field_get(in, pair_fields, COUNT(pair_fields), state) &&
           (!state->listed || pair_usable(&state->terms));
}

/* What lists hold takes the next place of its list. */
static bool get_order(struct reader *reader, struct varint_in in)
{
    struct portfolio *portfolio = &reader->engine->portfolio;
    if (portfolio->order_count == ORDER_MAX) {
        return false;
    }
    struct order *order = &portfolio->orders[portfolio->order_count++];
    return field_get(in, order_fields, COUNT(order_fields), order) &&
           order->pair < reader->pair_count;
}

static bool get_resting(struct reader *reader, struct varint_in in)
{
    struct matching *matching = reader->matching;
    if (matching->order_count == ORDER_MAX) {
        return false;
    }
    struct matching_order *resting = &matching->orders[matching->order_count++];
    return field_get(in, order_fields, COUNT(order_fields), &resting->order) &&
           field_get(in, resting_fields, COUNT(resting_fields), resting) &&
           resting->order.pair < reader->pair_count;
}

/* The lane's own field has said of the first whether it is taken back: what was before ladders. */
static bool get_lane_entry(struct lane *lane, struct varint_in in)
{
    for (uint32_t i = 0; i < LADDER_RUNG_MAX; i++) {
        struct lane_entry *entry = &lane->entries[i];
        if (entry->order.id == 0) {
            return field_get(in, order_fields, COUNT(order_fields), &entry->order) &&
                   field_get(in, entry_fields, COUNT(entry_fields), entry);
        }
    }
    return false;
}

/* A position of before ladders was last bought when it was opened. */
static bool get_position(struct position *position, struct varint_in in)
{
    const bool got = field_get(in, position_fields, COUNT(position_fields), position);
    position->best_from_ns =
        position->best_from_ns != 0 ? position->best_from_ns : position->opened_ns;
    return got;
}

/* A lane of before ladders had one entry, and its ticket did not say so. */
static void join_entry(struct lane *lane)
{
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        const bool alive = ticket->state != TICKET_FREE && ticket->state != TICKET_ENDED;
        if (ticket->role == TICKET_ENTRY && alive && ticket->order == 0) {
            ticket->order = lane->entries[0].order.id;
        }
    }
}

static bool get_ticket(struct reader *reader, uint32_t pair, struct varint_in in)
{
    struct lane *lane = &reader->broker->lanes[pair];
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        if (ticket->state == TICKET_FREE) {
            ticket->pair = pair;
            return field_get(in, ticket_fields, COUNT(ticket_fields), ticket);
        }
    }
    return false;
}

static bool get_exec(struct reader *reader, struct varint_in in)
{
    return reader->exec_count < EXEC_MAX && field_get(in, exec_fields, COUNT(exec_fields),
                                                      &reader->broker->execs[reader->exec_count++]);
}

static bool get_flow(struct reader *reader, struct varint_in in)
{
    return reader->flow_count < ENGINE_FLOW_MAX &&
           field_get(in, flow_fields, COUNT(flow_fields),
                     &reader->engine->flows[reader->flow_count++]);
}

static bool get_seat(struct reader *reader, struct varint_in in)
{
    if (reader->seat_count == STRATEGY_SEAT_MAX) {
        return false;
    }
    struct strategy_seat *seat = &reader->engine->seats[reader->seat_count++];
    return varint_get_text(&in, seat->name, sizeof seat->name) &&
           field_get(in, seat_fields, COUNT(seat_fields), seat);
}

/* A limit that has no dial here is the configuration's. */
static bool get_dial(struct engine *engine, struct varint_in in)
{
    char name[64] = "";
    struct estate_dial got = {.configured = NAN}; /* of before it was kept */
    uint32_t dial;
    if (!varint_get_text(&in, name, sizeof name) ||
        !field_get(in, dial_fields, COUNT(dial_fields), &got)) {
        return false;
    }
    if (dial_find(name, &dial) && dial_allows(dial, got.value)) {
        dial_set(&engine->config.risk, dial, got.value);
        engine->dials_configured[dial] = got.configured;
        engine->dials |= 1u << dial;
    }
    return true;
}

/* One of a strategy that has no seat here is passed over. */
static bool get_cooldown(struct pair_state *state, struct varint_in in)
{
    struct estate_cooldown got = {0};
    if (!field_get(in, unseated_cooldown_fields, COUNT(unseated_cooldown_fields), &got) ||
        !field_get(in, cooldown_fields, COUNT(cooldown_fields), &got)) {
        return false;
    }
    if (got.seat < STRATEGY_SEAT_MAX) {
        state->cooldowns[got.seat][got.side] = got.cooldown;
    }
    return true;
}

/* In an estate of before there were seats, strategy_table tells whose the numbers are. */
static void seat_built_in(struct reader *reader)
{
    for (uint32_t t = 0; t < strategy_built_in; t++) {
        struct strategy_seat *seat = &reader->engine->seats[t];
        memcpy(seat->name, strategy_table[t]->name, strlen(strategy_table[t]->name));
        seat->part = reader->unseated.parts >> 2 * t & 3;
    }
}

static bool get_group(struct reader *reader, uint64_t kind, uint32_t pair, struct varint_in in)
{
    struct engine *engine = reader->engine;
    struct lane *lane = &reader->broker->lanes[pair];
    switch (kind) {
    case GROUP_ENGINE:
        return field_get(in, engine_fields, COUNT(engine_fields), engine) &&
               field_get(in, unseated_fields, COUNT(unseated_fields), &reader->unseated);
    case GROUP_PAIR:
        return get_pair(reader, pair, in);
    case GROUP_POSITION:
        return get_position(&engine->portfolio.positions[pair], in);
    case GROUP_ORDER:
        return get_order(reader, in);
    case GROUP_BROKER:
        return field_get(in, broker_fields, COUNT(broker_fields), reader->broker);
    case GROUP_LANE:
        return field_get(in, lane_fields, COUNT(lane_fields), lane);
    case GROUP_LANE_ENTRY:
        return get_lane_entry(lane, in);
    case GROUP_LANE_PROTECT:
        return field_get(in, order_fields, COUNT(order_fields), &lane->protect);
    case GROUP_LANE_EXIT:
        return field_get(in, order_fields, COUNT(order_fields), &lane->exit);
    case GROUP_TICKET:
        return get_ticket(reader, pair, in);
    case GROUP_EXEC:
        return get_exec(reader, in);
    case GROUP_MATCHING:
        return field_get(in, matching_fields, COUNT(matching_fields), reader->matching);
    case GROUP_RESTING:
        return get_resting(reader, in);
    case GROUP_FLOW:
        return get_flow(reader, in);
    case GROUP_COOLDOWN:
        return get_cooldown(&engine->pairs[pair], in);
    case GROUP_SEAT:
        return get_seat(reader, in);
    case GROUP_DIAL:
        return get_dial(engine, in);
    default:
        return true; /* of a newer cuttle */
    }
}

static bool get_groups(struct reader *reader, struct varint_in *in)
{
    while (in->at < in->end) {
        const uint64_t kind = varint_get(in), pair = varint_get(in), len = varint_get(in);
        const uint8_t *bytes = varint_get_bytes(in, (size_t)len);
        if (bytes == NULL || pair >= reader->pair_count ||
            !get_group(reader, kind, (uint32_t)pair,
                       (struct varint_in){.at = bytes, .end = bytes + len})) {
            return false;
        }
    }
    return !in->bad;
}

enum estate_side estate_read(const void *bytes, size_t len, struct engine **ret_engine,
                             struct matching *matching, struct broker *broker)
{
    const size_t size = estate_find(bytes, len);
    if (size == 0) {
        return ESTATE_NONE;
    }
    const uint8_t *at = (const uint8_t *)bytes + len - size;
    struct varint_in in = {.at = at, .end = at + size - MARK_SIZE};
    const uint64_t version = varint_get(&in); /* what is new in it is passed over */
    if (varint_get(&in) > ESTATE_VERSION) {
        return ESTATE_NEWER;
    }
    const uint64_t pair_count = varint_get(&in);
    const bool trades = varint_get_byte(&in) != 0;
    if (in.bad || pair_count == 0 || pair_count > PAIR_MAX) {
        return ESTATE_NONE;
    }
    struct engine *engine = calloc(1, engine_size((uint32_t)pair_count));
    if (engine == NULL) {
        return ESTATE_NONE;
    }
    engine->config.pair_count = (uint32_t)pair_count;
    memset(matching, 0, sizeof *matching);
    memset(broker, 0, sizeof *broker);
    broker->pair_count = (uint32_t)pair_count;
    struct reader reader = {.engine = engine,
                            .matching = matching,
                            .broker = broker,
                            .pair_count = (uint32_t)pair_count};
    if (!get_groups(&reader, &in)) {
        free(engine);
        return ESTATE_NONE;
    }
    for (uint32_t i = 0; i < pair_count && version < ESTATE_LADDERS; i++) {
        join_entry(&broker->lanes[i]);
    }
    if (version < ESTATE_REFERENCE) {
        engine->portfolio.day_reference = engine->portfolio.day_equity;
    }
    if (reader.seat_count == 0) {
        seat_built_in(&reader);
    }
    *ret_engine = engine;
    return trades ? ESTATE_BROKER : ESTATE_MATCHING;
}
