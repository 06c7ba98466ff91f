/* SPDX-License-Identifier: MIT */
#include "app/why.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/engine/action.h"
#include "platform/json/json.h"

static void take_word(struct json *json, char *into, size_t size)
{
    if (json_peek(json) == JSON_NULL) {
        json_null(json);
    } else {
        json_string_copy(json, into, size);
    }
}

static void take_feed(struct json *json, struct why *why)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "connected")) {
            json_bool(json, &why->connected);
        } else if (json_is(key, "reason")) {
            take_word(json, why->reason, sizeof why->reason);
        } else {
            json_skip(json);
        }
    }
}

static void take_status(struct json *json, struct why *why)
{
    struct json_text key;
    char time[TIMESTAMP_TEXT_MAX] = "";
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "mode")) {
            take_word(json, why->mode, sizeof why->mode);
        } else if (json_is(key, "venue")) {
            take_word(json, why->venue, sizeof why->venue);
        } else if (json_is(key, "market_time")) {
            take_word(json, time, sizeof time);
        } else if (json_is(key, "reconciled")) {
            json_bool(json, &why->reconciled);
        } else if (json_is(key, "entries_possible")) {
            json_bool(json, &why->entries_possible);
        } else if (json_is(key, "trouble")) {
            take_word(json, why->trouble, sizeof why->trouble);
        } else if (json_is(key, "feed")) {
            take_feed(json, why);
        } else {
            json_skip(json);
        }
    }
    timestamp_parse(time, strlen(time), &why->market_ns); /* null before the first news: stays 0 */
}

static void take_risk(struct json *json, struct why *why)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "positions")) {
            json_uint(json, &why->positions);
        } else if (json_is(key, "positions_max")) {
            json_uint(json, &why->positions_max);
        } else {
            json_skip(json);
        }
    }
}

static void take_pair(struct json *json, struct why_pair *pair)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "pair")) {
            take_word(json, pair->symbol, sizeof pair->symbol);
        } else if (json_is(key, "health")) {
            take_word(json, pair->health, sizeof pair->health);
        } else if (json_is(key, "against")) {
            take_word(json, pair->against, sizeof pair->against);
        } else {
            json_skip(json);
        }
    }
}

static void take_pairs(struct json *json, struct why *why)
{
    json_array(json);
    while (json_element(json)) {
        if (why->pair_count == PAIR_MAX) {
            json_refuse(json, "more pairs than there can be");
            return;
        }
        take_pair(json, &why->pairs[why->pair_count++]);
    }
}

static void take_strategy(struct json *json, struct why_strategy *strategy)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "strategy")) {
            take_word(json, strategy->name, sizeof strategy->name);
        } else if (json_is(key, "timeframe")) {
            take_word(json, strategy->timeframe, sizeof strategy->timeframe);
        } else if (json_is(key, "enabled")) {
            json_bool(json, &strategy->enabled);
        } else if (json_is(key, "shadow")) {
            json_bool(json, &strategy->shadow);
        } else if (json_is(key, "signals")) {
            json_uint(json, &strategy->signals);
        } else if (json_is(key, "actionable")) {
            json_uint(json, &strategy->actionable);
        } else {
            json_skip(json);
        }
    }
}

static void take_strategies(struct json *json, struct why *why)
{
    json_array(json);
    while (json_element(json)) {
        if (why->strategy_count == STRATEGY_MAX) {
            json_refuse(json, "more strategies than there can be");
            return;
        }
        take_strategy(json, &why->strategies[why->strategy_count++]);
    }
}

static const struct {
    const char *route;
    void (*take)(struct json *json, struct why *why);
} questions[] = {
    {"/api/v1/status", take_status},
    {"/api/v1/risk", take_risk},
    {"/api/v1/pairs", take_pairs},
    {"/api/v1/strategies", take_strategies},
};

bool why_ask(struct why *why, struct ask *ask, const char *address, char *error, size_t error_size)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        char url[256];
        struct ask_answer answer;
        struct json json;
        snprintf(url, sizeof url, "%s%s", address, questions[i].route);
        const struct http_request request = {
            .method = "GET", .url = url, .headers = "", .timeout_ns = 15 * NS_PER_S};
        if (!ask_http(ask, &request, &answer)) {
            snprintf(error, error_size, "no session answers at %s (%s)", url, answer.error);
            return false;
        }
        json_init(&json, answer.text, answer.len);
        questions[i].take(&json, why);
        if (!json_done(&json)) {
            snprintf(error, error_size, "%s: the session gave an answer that cannot be read", url);
            return false;
        }
    }
    why->running = true;
    return true;
}

static struct why_pair *find(struct why *why, const char *symbol)
{
    for (uint32_t i = 0; i < why->pair_count; i++) {
        if (strcmp(why->pairs[i].symbol, symbol) == 0) {
            return &why->pairs[i];
        }
    }
    return NULL;
}

const struct why_pair *why_find(const struct why *why, const char *symbol)
{
    return find((struct why *)why, symbol);
}

/* Where a session runs only its own pairs count. */
static struct why_pair *find_or_add(struct why *why, const char *symbol)
{
    struct why_pair *pair = find(why, symbol);
    if (pair == NULL && !why->running && why->pair_count < PAIR_MAX) {
        pair = &why->pairs[why->pair_count++];
        snprintf(pair->symbol, sizeof pair->symbol, "%s", symbol);
    }
    return pair;
}

static void on_record(void *context, const struct ledger_record *record)
{
    struct why *why = context;
    struct why_pair *pair =
        record->kind == RECORD_DECISION ? find_or_add(why, record->symbol) : NULL;
    if (pair == NULL) {
        return;
    }
    free(pair->sentence);
    free(pair->json);
    pair->time_ns = record->time_ns;
    pair->sentence = strdup(record->sentence);
    pair->json = strdup(record->json);
    pair->decided = pair->sentence != NULL && pair->json != NULL;
}

static void on_newest(void *context, const struct ledger_record *record)
{
    *(int64_t *)context = record->time_ns;
}

int why_read(struct why *why, struct ledger *ledger)
{
    static struct told told;
    int code = 0;
    if (why->market_ns == 0) { /* nothing runs, or what runs has not heard its market yet */
        code = ledger_each_record(ledger, 1, on_newest, &why->market_ns);
    }
    if (code == 0) {
        code = ledger_each_record_since(ledger, why->market_ns - WHY_BACK_NS, on_record, why);
    }
    for (uint32_t i = 0; i < why->pair_count; i++) {
        struct why_pair *pair = &why->pairs[i];
        if (pair->decided && told_read(&told, pair->json, strlen(pair->json))) {
            snprintf(pair->verdict, sizeof pair->verdict, "%s", told.verdict);
            pair->short_of = told.gate - told.confidence;
        }
    }
    return code;
}

/* How many of the chain's steps it still had before it; docs/decisions.md has them in order. */
static uint32_t steps_left(const struct why_pair *pair)
{
    static const char *const nearest_first[] = {
        "enter",      "full",          "at_risk",   "pair_limit", "strategy_limit",
        "group_full", "strategy_full", "cool_off",  "no_funds",   "too_small",
        "no_reward",  "no_stop",       "timeframe", "mood",       "filter",
        "day_target", "loss_limit",    "drawdown",  "crash",      "pair_status",
        "late",       "stale",         "held",      "paused",     "have_order",
        "hold",       "unsure",        "too_few",   "tie",        "cooldown",
        "close",      "no_short",
    };
    const uint32_t count = sizeof nearest_first / sizeof nearest_first[0];
    if (!pair->decided) {
        return count + 1;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(pair->verdict, nearest_first[i]) == 0) {
            return i;
        }
    }
    return count;
}

static int by_nearness(const void *a, const void *b)
{
    const struct why_pair *one = a, *two = b;
    const uint32_t left = steps_left(one), right = steps_left(two);
    if (left != right) {
        return left < right ? -1 : 1;
    }
    if (strcmp(one->verdict, "unsure") == 0 && one->short_of != two->short_of) {
        return one->short_of < two->short_of ? -1 : 1;
    }
    if (one->time_ns != two->time_ns) {
        return one->time_ns > two->time_ns ? -1 : 1;
    }
    return strcmp(one->symbol, two->symbol);
}

void why_sort(struct why *why)
{
    qsort(why->pairs, why->pair_count, sizeof why->pairs[0], by_nearness);
}

void why_free(struct why *why)
{
    for (uint32_t i = 0; i < why->pair_count; i++) {
        free(why->pairs[i].sentence);
        free(why->pairs[i].json);
    }
}
