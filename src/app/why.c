/* SPDX-License-Identifier: MIT */
#include "app/why.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/engine/action.h"
#include "platform/json/json_fields.h"

static const struct json_field feed_rows[] = {
    JSON_FIELD(struct why, "connected", JSON_FIELD_FLAG, connected),
    JSON_FIELD(struct why, "reason", JSON_FIELD_TEXT, reason),
};
static const struct json_table feed_table = JSON_TABLE(feed_rows);

static const struct json_field status_rows[] = {
    JSON_FIELD(struct why, "mode", JSON_FIELD_TEXT, mode),
    JSON_FIELD(struct why, "venue", JSON_FIELD_TEXT, venue),
    JSON_FIELD(struct why, "market_time", JSON_FIELD_TEXT, market_time),
    JSON_FIELD(struct why, "reconciled", JSON_FIELD_FLAG, reconciled),
    JSON_FIELD(struct why, "entries_possible", JSON_FIELD_FLAG, entries_possible),
    JSON_FIELD(struct why, "trouble", JSON_FIELD_TEXT, trouble),
    JSON_FIELD_INSIDE("feed", &feed_table),
};
static const struct json_table status_table = JSON_TABLE(status_rows);

static const struct json_field risk_rows[] = {
    JSON_FIELD(struct why, "positions", JSON_FIELD_COUNT, positions),
    JSON_FIELD(struct why, "positions_max", JSON_FIELD_COUNT, positions_max),
};
static const struct json_table risk_table = JSON_TABLE(risk_rows);

static const struct json_field pair_rows[] = {
    JSON_FIELD(struct why_pair, "pair", JSON_FIELD_TEXT, symbol),
    JSON_FIELD(struct why_pair, "health", JSON_FIELD_TEXT, health),
    JSON_FIELD(struct why_pair, "against", JSON_FIELD_TEXT, against),
};
static const struct json_table pair_table = JSON_TABLE(pair_rows);
static const struct json_field pairs_list =
    JSON_FIELD_EACH(struct why, NULL, pairs, pair_count, &pair_table);

static const struct json_field strategy_rows[] = {
    JSON_FIELD(struct why_strategy, "strategy", JSON_FIELD_TEXT, name),
    JSON_FIELD(struct why_strategy, "timeframe", JSON_FIELD_TEXT, timeframe),
    JSON_FIELD(struct why_strategy, "enabled", JSON_FIELD_FLAG, enabled),
    JSON_FIELD(struct why_strategy, "shadow", JSON_FIELD_FLAG, shadow),
    JSON_FIELD(struct why_strategy, "signals", JSON_FIELD_COUNT, signals),
    JSON_FIELD(struct why_strategy, "actionable", JSON_FIELD_COUNT, actionable),
};
static const struct json_table strategy_fields = JSON_TABLE(strategy_rows);
static const struct json_field strategies_list =
    JSON_FIELD_EACH(struct why, NULL, strategies, strategy_count, &strategy_fields);

/* An answer is an object or a list. */
static const struct {
    const char *route;
    const struct json_table *object;
    const struct json_field *list;
} questions[] = {
    {"/api/v1/status", &status_table, NULL},
    {"/api/v1/risk", &risk_table, NULL},
    {"/api/v1/pairs", NULL, &pairs_list},
    {"/api/v1/strategies", NULL, &strategies_list},
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
        if (questions[i].list != NULL) {
            json_take_list(&json, questions[i].list, why);
        } else {
            json_take(&json, questions[i].object, why);
        }
        if (!json_done(&json)) {
            snprintf(error, error_size, "%s: the session gave an answer that cannot be read", url);
            return false;
        }
    }
    /* null before the first news: stays 0 */
    timestamp_parse(why->market_time, strlen(why->market_time), &why->market_ns);
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
