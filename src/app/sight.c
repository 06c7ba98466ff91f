/* SPDX-License-Identifier: MIT */
#include "app/sight.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/json/json_fields.h"

#define TEXT(type, key, member) JSON_FIELD(struct type, key, JSON_FIELD_TEXT, member)
#define REAL(type, key, member) JSON_FIELD(struct type, key, JSON_FIELD_REAL, member)
#define COUNT(type, key, member) JSON_FIELD(struct type, key, JSON_FIELD_COUNT, member)
#define FLAG(type, key, member) JSON_FIELD(struct type, key, JSON_FIELD_FLAG, member)

static const struct json_field feed_rows[] = {
    FLAG(sight_status, "connected", connected), TEXT(sight_status, "reason", reason),
    COUNT(sight_status, "warming", warming),    COUNT(sight_status, "fresh", fresh),
    COUNT(sight_status, "stale", stale),        COUNT(sight_status, "unlisted", unlisted),
    COUNT(sight_status, "messages", messages),  COUNT(sight_status, "reconnects", reconnects),
};
static const struct json_table feed_table = JSON_TABLE(feed_rows);

static const struct json_field counter_rows[] = {
    COUNT(sight_status, "decisions", decisions), COUNT(sight_status, "entries", entries),
    COUNT(sight_status, "exits", exits),         COUNT(sight_status, "orders", orders),
    COUNT(sight_status, "rejects", rejects),
};
static const struct json_table counter_table = JSON_TABLE(counter_rows);

static const struct json_field status_rows[] = {
    TEXT(sight_status, "mode", mode),
    TEXT(sight_status, "venue", venue),
    TEXT(sight_status, "version", version),
    TEXT(sight_status, "market_time", market_time),
    TEXT(sight_status, "started", started),
    TEXT(sight_status, "currency", currency),
    COUNT(sight_status, "uptime_seconds", uptime_seconds),
    REAL(sight_status, "speed", speed),
    FLAG(sight_status, "runtime_degraded", degraded),
    FLAG(sight_status, "paused", paused),
    FLAG(sight_status, "reconciled", reconciled),
    FLAG(sight_status, "entries_possible", entries_possible),
    TEXT(sight_status, "degraded_reason", degraded_reason),
    TEXT(sight_status, "trouble", trouble),
    COUNT(sight_status, "open_positions", open_positions),
    COUNT(sight_status, "open_orders", open_orders),
    TEXT(sight_status, "equity", equity),
    TEXT(sight_status, "cash", cash),
    TEXT(sight_status, "day_pnl", day_pnl),
    TEXT(sight_status, "realised", realised),
    TEXT(sight_status, "unrealised", unrealised),
    TEXT(sight_status, "fees", fees),
    REAL(sight_status, "drawdown", drawdown),
    REAL(sight_status, "drawdown_max", drawdown_max),
    JSON_FIELD_INSIDE("feed", &feed_table),
    JSON_FIELD_INSIDE("counters", &counter_table),
};
static const struct json_table status_table = JSON_TABLE(status_rows);

static const struct json_field risk_rows[] = {
    FLAG(sight_risk, "paused", paused),
    FLAG(sight_risk, "loss_limit_hit", loss_limit_hit),
    FLAG(sight_risk, "crashed", crashed),
    REAL(sight_risk, "day_loss", day_loss),
    REAL(sight_risk, "day_loss_max", day_loss_max),
    REAL(sight_risk, "at_risk", at_risk),
    REAL(sight_risk, "exposure", exposure),
    REAL(sight_risk, "exposure_max", exposure_max),
    COUNT(sight_risk, "positions", positions),
    COUNT(sight_risk, "positions_max", positions_max),
};
static const struct json_table risk_table = JSON_TABLE(risk_rows);

static const struct json_field pair_rows[] = {
    TEXT(sight_pair, "pair", symbol),
    TEXT(sight_pair, "health", health),
    TEXT(sight_pair, "against", against),
    TEXT(sight_pair, "regime", regime),
    TEXT(sight_pair, "last", last),
    TEXT(sight_pair, "heard", heard),
    REAL(sight_pair, "spread_bps", spread_bps),
    REAL(sight_pair, "day_change", day_change),
    REAL(sight_pair, "imbalance", imbalance),
};
static const struct json_table pair_table = JSON_TABLE(pair_rows);

static const struct json_field position_rows[] = {
    TEXT(sight_position, "pair", symbol),       TEXT(sight_position, "direction", direction),
    TEXT(sight_position, "quantity", quantity), TEXT(sight_position, "entry", entry),
    TEXT(sight_position, "last", last),         TEXT(sight_position, "stop", stop),
    TEXT(sight_position, "target", target),     TEXT(sight_position, "unrealised", unrealised),
    TEXT(sight_position, "risk", risk),         TEXT(sight_position, "opened", opened),
};
static const struct json_table position_table = JSON_TABLE(position_rows);

static const struct json_field order_rows[] = {
    TEXT(sight_order, "order", number),    TEXT(sight_order, "pair", symbol),
    TEXT(sight_order, "purpose", purpose), TEXT(sight_order, "side", side),
    TEXT(sight_order, "state", state),     TEXT(sight_order, "quantity", quantity),
    TEXT(sight_order, "filled", filled),   TEXT(sight_order, "limit", limit),
    TEXT(sight_order, "stop", stop),       TEXT(sight_order, "target", target),
};
static const struct json_table order_table = JSON_TABLE(order_rows);

static const struct json_field thought_rows[] = {
    TEXT(sight_thought, "time", time),
    TEXT(sight_thought, "kind", kind),
    TEXT(sight_thought, "pair", symbol),
    TEXT(sight_thought, "sentence", sentence),
};
static const struct json_table thought_table = JSON_TABLE(thought_rows);

static const struct json_field trade_rows[] = {
    TEXT(sight_trade, "number", number),     TEXT(sight_trade, "pair", symbol),
    TEXT(sight_trade, "closed", closed),     TEXT(sight_trade, "closed_by", closed_by),
    TEXT(sight_trade, "strategy", strategy), TEXT(sight_trade, "quantity", quantity),
    TEXT(sight_trade, "entry", entry),       TEXT(sight_trade, "exit", exit),
    TEXT(sight_trade, "pnl", pnl),
};
static const struct json_table trade_table = JSON_TABLE(trade_rows);

static const struct json_field event_rows[] = {
    TEXT(sight_event, "id", id),           TEXT(sight_event, "timestamp", time),
    TEXT(sight_event, "event_type", kind), TEXT(sight_event, "severity", severity),
    TEXT(sight_event, "message", message), TEXT(sight_event, "remedy", remedy),
    TEXT(sight_event, "cleared", cleared),
};
static const struct json_table event_table = JSON_TABLE(event_rows);

/* Lists that are replaced whole. */
static const struct list {
    const char *name;
    struct json_field field;
} lists[] = {
    {"pairs", JSON_FIELD_EACH(struct sight, NULL, pairs, pair_count, &pair_table)},
    {"positions", JSON_FIELD_EACH(struct sight, NULL, positions, position_count, &position_table)},
    {"orders", JSON_FIELD_EACH(struct sight, NULL, orders, order_count, &order_table)},
    {"thoughts", JSON_FIELD_EACH(struct sight, NULL, thoughts, thought_count, &thought_table)},
    {"trades", JSON_FIELD_EACH(struct sight, NULL, trades, trade_count, &trade_table)},
    {"events", JSON_FIELD_EACH(struct sight, NULL, events, event_count, &event_table)},
};

static void take_list(struct json *json, const struct list *list, struct sight *sight)
{
    uint32_t *count = (void *)((char *)sight + list->field.count_at);
    memset((char *)sight + list->field.offset, 0, list->field.size * list->field.most);
    *count = 0;
    for (uint32_t i = 0; list->field.table == &pair_table && i < PAIR_MAX; i++) {
        struct sight_pair *pair = &sight->pairs[i];
        pair->spread_bps = pair->day_change = pair->imbalance = NAN;
    }
    json_take_list(json, &list->field, sight);
}

/* A section, or a list of the state, by its name; what is not known is passed over. */
static void take_named(struct json *json, struct json_text name, struct sight *sight)
{
    if (json_is(name, "status")) {
        sight->status = (struct sight_status){0};
        json_take(json, &status_table, &sight->status);
        return;
    }
    if (json_is(name, "risk")) {
        sight->risk = (struct sight_risk){0};
        json_take(json, &risk_table, &sight->risk);
        return;
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (json_is(name, lists[i].name)) {
            take_list(json, &lists[i], sight);
            return;
        }
    }
    json_skip(json);
}

static void take_sections(struct json *json, struct sight *sight)
{
    struct json_text name;
    json_object(json);
    while (json_key(json, &name)) {
        take_named(json, name, sight);
    }
}

/* One more in front of what there is; the oldest falls out at the end. */
static void *push_front(void *elements, size_t size, uint32_t *count, uint32_t most)
{
    const uint32_t kept = *count < most ? *count : most - 1;
    memmove((char *)elements + size, elements, size * kept);
    memset(elements, 0, size);
    *count = kept + 1;
    return elements;
}

/* An event may come again with the time it was cleared at. */
static void take_event(struct json *json, struct sight *sight)
{
    struct sight_event event = {0};
    json_take(json, &event_table, &event);
    for (uint32_t i = 0; i < sight->event_count; i++) {
        struct sight_event *other = &sight->events[i];
        if (event.id[0] != '\0' && strcmp(other->id, event.id) == 0) {
            *other = event;
            return;
        }
    }
    sight->warning_count += strcmp(event.severity, "warning") == 0;
    sight->critical_count += strcmp(event.severity, "critical") == 0;
    memcpy(push_front(sight->events, sizeof event, &sight->event_count, SIGHT_EVENT_MAX), &event,
           sizeof event);
}

/* The members beside `type`, which names them; their order is the sender's. */
static void take_members(struct json *json, struct json_text type, struct json_text name,
                         struct sight *sight)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(type, "section") && json_is(key, "data")) {
            take_named(json, name, sight);
        } else if (json_is(type, "state") && json_is(key, "sections")) {
            take_sections(json, sight);
        } else if (json_is(type, "state")) {
            take_named(json, key, sight);
        } else if (json_is(type, "thought") && json_is(key, "thought")) {
            json_take(json, &thought_table,
                      push_front(sight->thoughts, sizeof sight->thoughts[0], &sight->thought_count,
                                 SIGHT_THOUGHT_MAX));
        } else if (json_is(type, "trade") && json_is(key, "trade")) {
            json_take(json, &trade_table,
                      push_front(sight->trades, sizeof sight->trades[0], &sight->trade_count,
                                 SIGHT_TRADE_MAX));
        } else if (json_is(type, "event") && json_is(key, "event")) {
            take_event(json, sight);
        } else {
            json_skip(json);
        }
    }
}

/* The whole message is walked before anything is taken from it. */
static bool find_type(const char *text, size_t len, struct json_text *ret_type,
                      struct json_text *ret_name)
{
    struct json json;
    struct json_text key;
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "type")) {
            json_string(&json, ret_type);
        } else if (json_is(key, "name") && json_peek(&json) == JSON_STRING) {
            json_string(&json, ret_name);
        } else {
            json_skip(&json);
        }
    }
    return json_done(&json);
}

bool sight_apply(struct sight *sight, const char *text, size_t len)
{
    struct json json;
    struct json_text type = {"", 0}, name = {"", 0};
    bool well = find_type(text, len, &type, &name);
    if (well) {
        json_init(&json, text, len);
        take_members(&json, type, name, sight);
        well = json_done(&json);
    }
    sight->message_count += well;
    sight->bad_count += !well;
    return well;
}

bool sight_read_status(struct sight_status *ret, const char *text, size_t len)
{
    struct json json;
    struct sight_status status = {0};
    json_init(&json, text, len);
    json_take(&json, &status_table, &status);
    if (!json_done(&json)) {
        return false;
    }
    *ret = status;
    return true;
}
