/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/jobs_internal.h"
#include "core/market/alias.h"
#include "platform/json/json.h"

const char *const jobs_account_options[] = {
    "session.capital",     "paper.fees",          "paper.maker",
    "paper.taker",         "paper.half_spread",   "paper.slippage",
    "risk.risk_per_trade", "risk.max_position",   "risk.max_exposure",
    "risk.max_daily_loss", "risk.max_drawdown",   "exits.trail_atr",
    "exits.break_even",    "exits.hold",          "decision.agree",
    "decision.alone",      "decision.confidence", NULL};

/* What is a figure, a choice or a switch: no path, no list, nothing that names anything. */
static bool may_be_set(const struct option *option)
{
    return option->type != OPTION_TEXT && option->type != OPTION_SECRET &&
           option->type != OPTION_TIME && strcmp(option->name, "timeframe") != 0;
}

static const struct option *find(const struct options *options, const char *section,
                                 const char *name)
{
    for (size_t s = 0; s < options->section_count; s++) {
        const struct config_section *each = &options->sections[s];
        for (size_t i = 0; strcmp(each->name, section) == 0 && i < each->option_count; i++) {
            if (strcmp(each->options[i].name, name) == 0 && may_be_set(&each->options[i])) {
                return &each->options[i];
            }
        }
    }
    return NULL;
}

const struct option *jobs_option(const struct jobs *jobs, const char *strategy, const char *name,
                                 char *key, size_t key_size)
{
    char section[JOB_NAME_MAX];
    const char *dot = strchr(name, '.');
    if (dot == NULL) {
        snprintf(section, sizeof section, "strategy.%s", strategy);
        snprintf(key, key_size, "%s.%s", section, name);
        return strategy[0] != '\0' ? find(jobs->options, section, name) : NULL;
    }
    snprintf(section, sizeof section, "%.*s", (int)(dot - name), name);
    snprintf(key, key_size, "%s", name);
    for (size_t i = 0; jobs_account_options[i] != NULL; i++) {
        if (strcmp(jobs_account_options[i], name) == 0) {
            return find(jobs->options, section, dot + 1);
        }
    }
    return NULL;
}

/* As it stands in the body. */
struct reader {
    struct json json;
    struct job_asked *asked;
    char timeframe[8];
    bool given[5];
};

static const char *const members[] = {"pair", "days", "strategy", "timeframe", "set"};
enum { PAIR, DAYS, STRATEGY, TIMEFRAME, SET, MEMBER_COUNT };

/* A string, or null for none. */
static void read_word(struct reader *reader, char *out, size_t size)
{
    if (json_peek(&reader->json) == JSON_NULL) {
        json_null(&reader->json);
    } else {
        json_string_copy(&reader->json, out, size);
    }
}

/* A value as a string, or as the number or the switch that it is. */
static void read_value(struct json *json, char *out, size_t size)
{
    struct json_text text = {0};
    bool flag = false;
    switch (json_peek(json)) {
    case JSON_NUMBER:
        if (json_number(json, &text) && text.len < size) {
            snprintf(out, size, "%.*s", (int)text.len, text.at);
        } else {
            json_refuse(json, "a number longer than any option's");
        }
        return;
    case JSON_BOOL:
        json_bool(json, &flag);
        snprintf(out, size, "%s", flag ? "true" : "false");
        return;
    default:
        json_string_copy(json, out, size);
        return;
    }
}

static void read_set(struct reader *reader)
{
    struct json *json = &reader->json;
    struct json_text key;
    struct job_asked *asked = reader->asked;
    json_object(json);
    while (json_key(json, &key)) {
        struct job_set *set = &asked->set[asked->set_count];
        if (asked->set_count == JOB_SET_MAX) {
            json_refuse(json, "at most 24 options can be set");
        } else if (key.len >= sizeof set->name || memchr(key.at, '\\', key.len) != NULL) {
            json_refuse(json, "no option has such a name");
        } else {
            snprintf(set->name, sizeof set->name, "%.*s", (int)key.len, key.at);
            read_value(json, set->value, sizeof set->value);
            asked->set_count++;
        }
    }
}

static void read_member(struct reader *reader, struct json_text key)
{
    struct job_asked *asked = reader->asked;
    size_t which = 0;
    while (which < MEMBER_COUNT && !json_is(key, members[which])) {
        which++;
    }
    if (which == MEMBER_COUNT || reader->given[which]) {
        json_refuse(&reader->json, which == MEMBER_COUNT ? "a member that no backtest has"
                                                         : "a member stands there twice");
        return;
    }
    reader->given[which] = true;
    switch (which) {
    case PAIR:
        json_string_copy(&reader->json, asked->pair, sizeof asked->pair);
        return;
    case DAYS:
        json_int(&reader->json, &asked->days);
        return;
    case STRATEGY:
        read_word(reader, asked->strategy, sizeof asked->strategy);
        return;
    case TIMEFRAME:
        read_word(reader, reader->timeframe, sizeof reader->timeframe);
        return;
    default:
        read_set(reader);
        return;
    }
}

static bool read_body(struct reader *reader, const char *body, size_t len, char *error,
                      size_t error_size)
{
    struct json_text key;
    char where[128];
    json_init(&reader->json, body, len);
    json_object(&reader->json);
    while (json_key(&reader->json, &key)) {
        read_member(reader, key);
    }
    if (json_done(&reader->json)) {
        return true;
    }
    json_explain(&reader->json, where, sizeof where);
    snprintf(error, error_size,
             "not a backtest: %s; write {\"pair\":\"BTC/USD\",\"days\":30,\"strategy\":"
             "\"sma_cross\",\"timeframe\":\"5m\",\"set\":{\"sma_period\":\"20\"}}",
             where);
    return false;
}

static bool check_set(const struct jobs *jobs, const struct job_asked *asked, char *error,
                      size_t error_size)
{
    char key[JOB_NAME_MAX + STRATEGY_NAME_MAX + 16], why[256];
    for (uint32_t i = 0; i < asked->set_count; i++) {
        const struct job_set *set = &asked->set[i];
        const struct option *option =
            jobs_option(jobs, asked->strategy, set->name, key, sizeof key);
        if (option == NULL) {
            snprintf(error, error_size,
                     "set: there is no \"%s\" to set%s; GET /api/v1/backtests/options lists what "
                     "there is",
                     set->name, asked->strategy[0] == '\0' ? " where no strategy is named" : "");
            return false;
        }
        if (!config_value(option, set->value, NULL, why, sizeof why)) {
            snprintf(error, error_size, "set: %s: %s", set->name, why);
            return false;
        }
        for (uint32_t k = 0; k < i; k++) {
            if (strcmp(asked->set[k].name, set->name) == 0) {
                snprintf(error, error_size, "set: %s stands there twice", set->name);
                return false;
            }
        }
    }
    return true;
}

static bool is_strategy(const struct jobs *jobs, const char *name)
{
    for (uint32_t i = 0; i < jobs->strategy_count; i++) {
        if (strcmp(jobs->strategies[i]->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool check(const struct jobs *jobs, const struct reader *reader, char *error,
                  size_t error_size)
{
    struct job_asked *asked = reader->asked;
    char symbol[SYMBOL_MAX];
    enum timeframe timeframe = TIMEFRAME_1M;
    if (!alias_symbol(asked->pair, strlen(asked->pair), symbol)) {
        snprintf(error, error_size, "pair: write a pair such as BTC/USD");
        return false;
    }
    memcpy(asked->pair, symbol, sizeof symbol);
    if (asked->days < 1 || asked->days > JOB_DAYS_MAX) {
        snprintf(error, error_size, "days: say how many whole days, 1 to %d", JOB_DAYS_MAX);
        return false;
    }
    if (asked->strategy[0] != '\0' && !is_strategy(jobs, asked->strategy)) {
        snprintf(error, error_size,
                 "strategy: there is no \"%s\"; GET /api/v1/backtests/options lists them",
                 asked->strategy);
        return false;
    }
    const size_t len = strlen(reader->timeframe);
    if (len > 0 && !timeframe_parse(reader->timeframe, len, &timeframe)) {
        snprintf(error, error_size, "timeframe: write one of 1m 5m 15m 1h 4h 1d, or null");
        return false;
    }
    asked->timeframe = len > 0 ? (int32_t)timeframe : -1;
    return check_set(jobs, asked, error, error_size);
}

bool jobs_ask_read(const struct jobs *jobs, const char *body, size_t len, struct job_asked *ret,
                   char *error, size_t error_size)
{
    *ret = (struct job_asked){.timeframe = -1};
    struct reader reader = {.asked = ret};
    return read_body(&reader, body, len, error, error_size) &&
           check(jobs, &reader, error, error_size);
}

static void put_or_null(struct json_writer *json, const char *key, const char *text)
{
    if (text[0] != '\0') {
        json_put_string(json, key, text);
    } else {
        json_put_null(json, key);
    }
}

void jobs_ask_tell(const struct job_asked *asked, char *out, size_t size)
{
    struct json_writer json;
    json_writer_init(&json, out, size);
    json_begin_object(&json, NULL);
    json_put_string(&json, "pair", asked->pair);
    json_put_int(&json, "days", asked->days);
    put_or_null(&json, "strategy", asked->strategy);
    put_or_null(&json, "timeframe", asked->timeframe < 0 ? "" : timeframe_names[asked->timeframe]);
    json_begin_object(&json, "set");
    for (uint32_t i = 0; i < asked->set_count; i++) {
        json_put_string(&json, asked->set[i].name, asked->set[i].value);
    }
    json_end_object(&json);
    json_end_object(&json);
    CHECK(json_writer_ok(&json)); /* 24 options of 128 bytes, escaped as the worst is, fit */
}
