/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "core/risk/dial.h"
#include "operator/sentence/sentence.h"
#include "operator/sentence/sentence_table.h"
#include "operator/server/api.h"
#include "operator/server/control.h"
#include "platform/config/config.h"
#include "platform/json/json.h"

enum {
    PAIR = 1 << 0,
    QUANTITY = 1 << 1,
    CASH = 1 << 2,
    LIMIT = 1 << 3,
    STOP = 1 << 4,
    TARGET = 1 << 5,
    ORDER = 1 << 6,
    STRATEGY = 1 << 7,
    PART = 1 << 8,
    NAME = 1 << 9,
    VALUE = 1 << 10,
};

/* What each command must have, and may have beside it. */
static const struct {
    uint32_t needed, allowed;
} shapes[] = {
    [COMMAND_PAUSE] = {0, 0},
    [COMMAND_RESUME] = {0, 0},
    [COMMAND_CLOSE] = {PAIR, 0},
    [COMMAND_FLATTEN] = {0, 0},
    [COMMAND_BUY] = {PAIR, QUANTITY | CASH | LIMIT | STOP | TARGET},
    [COMMAND_SELL] = {PAIR, QUANTITY},
    [COMMAND_CANCEL] = {ORDER, 0},
    [COMMAND_BRACKET] = {PAIR, STOP | TARGET},
    [COMMAND_STRATEGY] = {STRATEGY | PART, 0},
    [COMMAND_LIMIT] = {NAME | VALUE, 0},
};

static const struct {
    const char *name;
    uint32_t bit;
} members[] = {{"pair", PAIR}, {"quantity", QUANTITY}, {"cash", CASH},   {"limit", LIMIT},
               {"stop", STOP}, {"target", TARGET},     {"order", ORDER}, {"strategy", STRATEGY},
               {"part", PART}, {"name", NAME},         {"value", VALUE}};

#define MEMBER_COUNT (sizeof members / sizeof members[0])
#define VALUE_PLACE (MEMBER_COUNT - 1)

static const struct {
    const char *method, *path;
    const char *command; /* NULL: the body says it */
} paths[] = {
    {"POST", "/api/v1/commands", NULL},
    {"POST", "/api/v1/control/pause", "pause"},
    {"POST", "/api/v1/control/resume", "resume"},
    {"POST", "/api/v1/control/close", "close"},
    {"POST", "/api/v1/control/close_all", "flatten"},
    {"PATCH", "/api/v1/risk", "limit"},
    {"PATCH", "/api/v1/strategies", "strategy"},
};

#define PATH_COUNT (sizeof paths / sizeof paths[0])

const char *control_path(size_t index, const char **ret_method)
{
    *ret_method = index < PATH_COUNT ? paths[index].method : NULL;
    return index < PATH_COUNT ? paths[index].path : NULL;
}

bool control_takes(const char *method, const char *path, const char **ret_command)
{
    for (size_t i = 0; i < PATH_COUNT; i++) {
        if (strcmp(paths[i].method, method) == 0 && strcmp(paths[i].path, path) == 0) {
            *ret_command = paths[i].command;
            return true;
        }
    }
    return false;
}

/* As it stood in the body: an amount can be read only when its pair is known. */
struct wish {
    char command[16];
    char pair[SYMBOL_MAX];
    char strategy[32];
    char part[16];
    char name[64];
    struct json_text amounts[MEMBER_COUNT];
    uint64_t order;
    uint32_t given;
};

/* A string's or a number's text; escapes are in neither that could be a decimal. */
static bool read_text(struct json *json, struct json_text *ret)
{
    return json_peek(json) == JSON_STRING ? json_string(json, ret) : json_number(json, ret);
}

static bool read_member(struct json *json, struct json_text key, struct wish *wish)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (!json_is(key, members[i].name)) {
            continue;
        }
        if (wish->given & members[i].bit) {
            json_refuse(json, "a member stands there twice");
            return false;
        }
        wish->given |= members[i].bit;
        if (members[i].bit == PAIR) {
            return json_string_copy(json, wish->pair, sizeof wish->pair);
        }
        if (members[i].bit == STRATEGY) {
            return json_string_copy(json, wish->strategy, sizeof wish->strategy);
        }
        if (members[i].bit == PART) {
            return json_string_copy(json, wish->part, sizeof wish->part);
        }
        if (members[i].bit == NAME) {
            return json_string_copy(json, wish->name, sizeof wish->name);
        }
        return members[i].bit == ORDER ? json_uint(json, &wish->order)
                                       : read_text(json, &wish->amounts[i]);
    }
    json_refuse(json, "a member that no command has");
    return false;
}

/* Where the route says already what is wanted, the body does not say it again. */
static bool read_wish(const char *body, size_t len, struct wish *wish, char *error,
                      size_t error_size)
{
    struct json json;
    struct json_text key;
    json_init(&json, body, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "command") && wish->command[0] == '\0') {
            json_string_copy(&json, wish->command, sizeof wish->command);
        } else {
            read_member(&json, key, wish);
        }
    }
    if (json_done(&json)) {
        return true;
    }
    char where[128];
    json_explain(&json, where, sizeof where);
    snprintf(error, error_size,
             "not a command: %s; write {\"command\":\"close\",\"pair\":\"BTC/USD\"}", where);
    return false;
}

static bool shaped(const struct wish *wish, enum command command, char *error, size_t error_size)
{
    const uint32_t needed = shapes[command].needed, allowed = needed | shapes[command].allowed;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if ((needed & ~wish->given) & members[i].bit) {
            snprintf(error, error_size, "%s: \"%s\" is missing", wish->command, members[i].name);
            return false;
        }
        if ((wish->given & ~allowed) & members[i].bit) {
            snprintf(error, error_size, "%s: \"%s\" has no place there", wish->command,
                     members[i].name);
            return false;
        }
    }
    const uint32_t size = wish->given & (QUANTITY | CASH);
    if (command == COMMAND_BUY && size != QUANTITY && size != CASH) {
        snprintf(error, error_size, "buy: name either \"quantity\" or \"cash\"");
        return false;
    }
    if (command == COMMAND_BRACKET && (wish->given & (STOP | TARGET)) == 0) {
        snprintf(error, error_size, "bracket: name \"stop\", \"target\" or both");
        return false;
    }
    return true;
}

/* A step of 5 ticks at two decimals is "0.05". */
static void refuse_amount(const char *name, const struct json_text *text, uint32_t decimals,
                          int64_t step, char *error, size_t error_size)
{
    char unit[32];
    sentence_decimal(unit, sizeof unit, step, decimals);
    snprintf(error, error_size, "\"%s\": \"%.*s\" is not a number above 0 in steps of %s", name,
             (int)(text->len < 40 ? text->len : 40), text->at, unit);
}

static bool read_amounts(const struct wish *wish, struct control_item *ret, char *error,
                         size_t error_size)
{
    const struct pair *terms = &ret->terms;
    struct instruction *asked = &ret->asked;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const uint32_t bit = members[i].bit;
        const bool price = (bit & (LIMIT | STOP | TARGET)) != 0;
        if ((wish->given & bit) == 0 || bit == PAIR || bit == ORDER) {
            continue;
        }
        const uint32_t decimals = bit == CASH ? MONEY_DECIMALS
                                  : price     ? terms->price_decimals
                                              : terms->qty_decimals;
        const int64_t step = price ? terms->tick_step : 1;
        int64_t *into = bit == CASH    ? &asked->cash
                        : bit == LIMIT ? &asked->limit_ticks
                        : bit == STOP  ? &asked->stop_ticks
                        : price        ? &asked->target_ticks
                                       : &asked->qty_lots;
        if (!decimal_parse(wish->amounts[i].at, wish->amounts[i].len, decimals, into) ||
            *into <= 0 || *into % step != 0) {
            refuse_amount(members[i].name, &wish->amounts[i], decimals, step, error, error_size);
            return false;
        }
    }
    return true;
}

static bool read_part(const struct wish *wish, struct instruction *asked, char *error,
                      size_t error_size)
{
    if (strategy_find(wish->strategy, &asked->strategy) == NULL) {
        snprintf(error, error_size,
                 "there is no strategy \"%s\"; `cuttle config reference` lists "
                 "them",
                 wish->strategy);
        return false;
    }
    const struct sentence_row *row;
    for (uint32_t part = 0; (row = sentence_part_row(part)) != NULL; part++) {
        if (strcmp(row->word, wish->part) == 0) {
            asked->part = part;
            return true;
        }
    }
    snprintf(error, error_size, "a strategy is on, shadow, off or configured, not \"%s\"",
             wish->part);
    return false;
}

static bool find_dial(const char *name, uint32_t *ret_dial, char *error, size_t error_size)
{
    const char *const option = strncmp(name, "risk.", 5) == 0 ? name + 5 : name;
    if (dial_find(option, ret_dial)) {
        return true;
    }
    const char *const barred = dial_barred(option);
    if (barred == NULL) {
        snprintf(error, error_size,
                 "there is no limit \"%s\"; /api/v1/risk lists those that "
                 "can be changed",
                 name);
    } else {
        snprintf(error, error_size,
                 "risk.%s is not changed while a session runs: %s; change the configuration, and "
                 "start again",
                 option, barred);
    }
    return false;
}

/* The configuration's own reader judges the text, so that what it takes is taken here. */
static bool read_limit(const struct wish *wish, struct instruction *asked, char *error,
                       size_t error_size)
{
    const struct json_text *given = &wish->amounts[VALUE_PLACE];
    char text[64], why[160];
    if (!find_dial(wish->name, &asked->dial, error, error_size)) {
        return false;
    }
    if (given->len >= sizeof text) {
        snprintf(error, error_size, "value: longer than any limit is written");
        return false;
    }
    snprintf(text, sizeof text, "%.*s", (int)given->len, given->at);
    asked->configured = strcmp(text, "configured") == 0;
    if (asked->configured) {
        return true;
    }
    struct risk_config scratch = {0};
    const struct option *option = dial_option(asked->dial);
    if (!config_value(option, text, &scratch, why, sizeof why)) {
        snprintf(error, error_size, "risk.%s: %s, or \"configured\"", option->name, why);
        return false;
    }
    asked->value = dial_get(&scratch, asked->dial);
    return true;
}

bool control_parse(const struct view *view, const char *as, const char *body, size_t len,
                   struct control_item *ret, char *error, size_t error_size)
{
    struct wish wish = {0};
    *ret = (struct control_item){0};
    if (as != NULL) {
        snprintf(wish.command, sizeof wish.command, "%s", as);
        body = len == 0 ? "{}" : body;
        len = len == 0 ? 2 : len;
    }
    if (!read_wish(body, len, &wish, error, error_size)) {
        return false;
    }
    enum command command;
    if (!sentence_command_find(wish.command, strlen(wish.command), &command)) {
        snprintf(error, error_size,
                 "\"command\" is one of pause, resume, close, flatten, buy, sell, cancel, bracket, "
                 "strategy, limit");
        return false;
    }
    if (!shaped(&wish, command, error, error_size)) {
        return false;
    }
    ret->asked = (struct instruction){.command = command, .order_id = wish.order};
    if (command == COMMAND_STRATEGY) {
        return read_part(&wish, &ret->asked, error, error_size);
    }
    if (command == COMMAND_LIMIT) {
        return read_limit(&wish, &ret->asked, error, error_size);
    }
    if ((wish.given & PAIR) == 0) {
        return true;
    }
    if (!api_pair_find(view, wish.pair, &ret->asked.pair)) {
        snprintf(error, error_size, "no pair \"%s\" in this session; see /api/v1/pairs", wish.pair);
        return false;
    }
    ret->terms = view->pairs[ret->asked.pair].terms;
    if (!pair_usable(&ret->terms)) {
        snprintf(error, error_size, "the venue has not told the terms of %s yet", wish.pair);
        return false;
    }
    return read_amounts(&wish, ret, error, error_size);
}
