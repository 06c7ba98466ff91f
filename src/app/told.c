/* SPDX-License-Identifier: MIT */
#include "app/told.h"

#include <string.h>

#include "operator/sentence/sentence_table.h"
#include "platform/json/json_fields.h"

static const struct json_field book_rows[] = {
    JSON_FIELD(struct told, "score", JSON_FIELD_REAL, score),
};
static const struct json_table book_table = JSON_TABLE(book_rows);

static const struct json_field regime_rows[] = {
    JSON_FIELD(struct told, "way", JSON_FIELD_TEXT, way),
    JSON_FIELD(struct told, "volatility", JSON_FIELD_TEXT, volatility),
    JSON_FIELD(struct told, "adx", JSON_FIELD_REAL, adx),
    JSON_FIELD(struct told, "atr_rank", JSON_FIELD_REAL, atr_rank),
};
static const struct json_table regime_table = JSON_TABLE(regime_rows);

static const struct json_field mood_rows[] = {
    JSON_FIELD(struct told, "kind", JSON_FIELD_TEXT, mood),
    JSON_FIELD(struct told, "leader", JSON_FIELD_REAL, leader),
    JSON_FIELD(struct told, "breadth", JSON_FIELD_REAL, breadth),
};
static const struct json_table mood_table = JSON_TABLE(mood_rows);

static const struct json_field effect_rows[] = {
    JSON_FIELD(struct told, "size", JSON_FIELD_REAL, effect_size),
    JSON_FIELD(struct told, "confidence", JSON_FIELD_REAL, effect_confidence),
    JSON_FIELD(struct told, "stop", JSON_FIELD_REAL, effect_stop),
    JSON_FIELD(struct told, "target", JSON_FIELD_REAL, effect_target),
};
static const struct json_table effect_table = JSON_TABLE(effect_rows);

static const struct json_field contribution_rows[] = {
    JSON_FIELD(struct told_contribution, "sentence", JSON_FIELD_TEXT, sentence),
    JSON_FIELD(struct told_contribution, "amount", JSON_FIELD_REAL, amount),
};
static const struct json_table contribution_table = JSON_TABLE(contribution_rows);

static const struct json_field vote_rows[] = {
    JSON_FIELD(struct told_vote, "strategy", JSON_FIELD_TEXT, strategy),
    JSON_FIELD(struct told_vote, "direction", JSON_FIELD_TEXT, direction),
    JSON_FIELD(struct told_vote, "sentence", JSON_FIELD_TEXT, sentence),
    JSON_FIELD(struct told_vote, "actionable", JSON_FIELD_FLAG, actionable),
    JSON_FIELD(struct told_vote, "cooling", JSON_FIELD_FLAG, cooling),
    JSON_FIELD(struct told_vote, "shadow", JSON_FIELD_FLAG, shadow),
    JSON_FIELD(struct told_vote, "strength", JSON_FIELD_REAL, strength),
    JSON_FIELD(struct told_vote, "confidence", JSON_FIELD_REAL, confidence),
    JSON_FIELD(struct told_vote, "stop", JSON_FIELD_REAL, stop),
    JSON_FIELD(struct told_vote, "target", JSON_FIELD_REAL, target),
};
static const struct json_table vote_table = JSON_TABLE(vote_rows);

static const struct json_field finding_rows[] = {
    JSON_FIELD(struct told_finding, "name", JSON_FIELD_TEXT, name),
    JSON_FIELD(struct told_finding, "state", JSON_FIELD_TEXT, state),
    JSON_FIELD(struct told_finding, "figure", JSON_FIELD_REAL, figure),
    JSON_FIELD(struct told_finding, "low", JSON_FIELD_REAL, low),
    JSON_FIELD(struct told_finding, "high", JSON_FIELD_REAL, high),
};
static const struct json_table finding_table = JSON_TABLE(finding_rows);

static const struct json_field blend_rows[] = {
    JSON_FIELD(struct told, "model", JSON_FIELD_TEXT, model),
    JSON_FIELD(struct told, "voted", JSON_FIELD_REAL, voted),
    JSON_FIELD(struct told, "probability", JSON_FIELD_REAL, probability),
    JSON_FIELD(struct told, "share", JSON_FIELD_REAL, share),
    JSON_FIELD_EACH(struct told, "contributions", contributions, contribution_count,
                    &contribution_table),
};
static const struct json_table blend_table = JSON_TABLE(blend_rows);

static const struct json_field record_rows[] = {
    JSON_FIELD(struct told, "kind", JSON_FIELD_TEXT, kind),
    JSON_FIELD(struct told, "pair", JSON_FIELD_TEXT, pair),
    JSON_FIELD(struct told, "verdict", JSON_FIELD_TEXT, verdict),
    JSON_FIELD(struct told, "command", JSON_FIELD_TEXT, command),
    JSON_FIELD(struct told, "direction", JSON_FIELD_TEXT, direction),
    JSON_FIELD(struct told, "size_rule", JSON_FIELD_TEXT, size_rule),
    JSON_FIELD(struct told, "quantity", JSON_FIELD_TEXT, quantity),
    JSON_FIELD(struct told, "cost", JSON_FIELD_TEXT, cost),
    JSON_FIELD(struct told, "risk", JSON_FIELD_TEXT, risk),
    JSON_FIELD(struct told, "equity", JSON_FIELD_TEXT, equity),
    JSON_FIELD(struct told, "sentence", JSON_FIELD_TEXT, sentence),
    JSON_FIELD(struct told, "done", JSON_FIELD_FLAG, done),
    JSON_FIELD(struct told, "order", JSON_FIELD_COUNT, order),
    JSON_FIELD(struct told, "price", JSON_FIELD_REAL, price),
    JSON_FIELD(struct told, "stop", JSON_FIELD_REAL, stop),
    JSON_FIELD(struct told, "target", JSON_FIELD_REAL, target),
    JSON_FIELD(struct told, "strength", JSON_FIELD_REAL, strength),
    JSON_FIELD(struct told, "confidence", JSON_FIELD_REAL, confidence),
    JSON_FIELD(struct told, "gate", JSON_FIELD_REAL, gate),
    JSON_FIELD(struct told, "imbalance", JSON_FIELD_REAL, imbalance),
    JSON_FIELD(struct told, "expected_value", JSON_FIELD_REAL, expected_value),
    JSON_FIELD(struct told, "agree", JSON_FIELD_COUNT, agree),
    JSON_FIELD(struct told, "actionable", JSON_FIELD_COUNT, actionable),
    JSON_FIELD(struct told, "cooling_left_s", JSON_FIELD_INT, cooling_left_s),
    JSON_FIELD_INSIDE("book", &book_table),
    JSON_FIELD_INSIDE("regime", &regime_table),
    JSON_FIELD_INSIDE("mood", &mood_table),
    JSON_FIELD_INSIDE("effect", &effect_table),
    JSON_FIELD_INSIDE("blend", &blend_table),
    JSON_FIELD_EACH(struct told, "votes", votes, vote_count, &vote_table),
    JSON_FIELD_EACH(struct told, "filters", filters.list, filters.count, &finding_table),
    JSON_FIELD_EACH(struct told, "timeframes", timeframes.list, timeframes.count, &finding_table),
};
static const struct json_table record_table = JSON_TABLE(record_rows);

static void take_factors(struct json *json, struct told *told)
{
    struct json_text key;
    told->sized = true;
    told->factors[SIZE_MODEL] = 1; /* an older version's record has no word of it */
    json_object(json);
    while (json_key(json, &key)) {
        uint32_t i = 0;
        while (i < SIZE_FACTOR_COUNT && !json_is(key, sentence_factor_row(i)->word)) {
            i++;
        }
        if (i < SIZE_FACTOR_COUNT) {
            json_real(json, &told->factors[i]);
        } else {
            json_skip(json);
        }
    }
}

bool told_read(struct told *told, const char *text, size_t len)
{
    struct json json;
    struct json_text key;
    memset(told, 0, sizeof *told);
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "size_factors")) {
            take_factors(&json, told);
        } else if (!json_take_member(&json, key, &record_table, told)) {
            json_skip(&json);
        }
    }
    told->chained = told->filters.count > 0;
    return json_done(&json) && told->kind[0] != '\0';
}
