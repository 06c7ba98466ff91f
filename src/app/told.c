/* SPDX-License-Identifier: MIT */
#include "app/told.h"

#include <stdio.h>
#include <string.h>

#include "operator/sentence/sentence_table.h"
#include "platform/json/json.h"

enum shape {
    SHAPE_WORD, /* a text of TOLD_WORD_MAX */
    SHAPE_TEXT, /* a text of SENTENCE_MAX */
    SHAPE_REAL, /* null is 0 */
    SHAPE_COUNT,
    SHAPE_FLAG,
};

/* Which member goes where; whatever has no row is passed over. */
struct row {
    const char *key;
    enum shape shape;
    size_t offset;
};

#define ROW(type, key, shape, member)                                                              \
    {                                                                                              \
        key, shape, offsetof(struct type, member)                                                  \
    }
#define ROW_COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct row record_rows[] = {
    ROW(told, "kind", SHAPE_WORD, kind),
    ROW(told, "pair", SHAPE_WORD, pair),
    ROW(told, "verdict", SHAPE_WORD, verdict),
    ROW(told, "command", SHAPE_WORD, command),
    ROW(told, "direction", SHAPE_WORD, direction),
    ROW(told, "size_rule", SHAPE_WORD, size_rule),
    ROW(told, "quantity", SHAPE_WORD, quantity),
    ROW(told, "cost", SHAPE_WORD, cost),
    ROW(told, "risk", SHAPE_WORD, risk),
    ROW(told, "equity", SHAPE_WORD, equity),
    ROW(told, "sentence", SHAPE_TEXT, sentence),
    ROW(told, "done", SHAPE_FLAG, done),
    ROW(told, "order", SHAPE_COUNT, order),
    ROW(told, "price", SHAPE_REAL, price),
    ROW(told, "stop", SHAPE_REAL, stop),
    ROW(told, "target", SHAPE_REAL, target),
    ROW(told, "strength", SHAPE_REAL, strength),
    ROW(told, "confidence", SHAPE_REAL, confidence),
    ROW(told, "gate", SHAPE_REAL, gate),
    ROW(told, "imbalance", SHAPE_REAL, imbalance),
    ROW(told, "expected_value", SHAPE_REAL, expected_value),
    ROW(told, "agree", SHAPE_COUNT, agree),
    ROW(told, "actionable", SHAPE_COUNT, actionable),
    ROW(told, "cooling_left_s", SHAPE_COUNT, cooling_left_s),
};

static const struct row book_rows[] = {
    ROW(told, "score", SHAPE_REAL, score),
};

static const struct row regime_rows[] = {
    ROW(told, "way", SHAPE_WORD, way),
    ROW(told, "volatility", SHAPE_WORD, volatility),
    ROW(told, "adx", SHAPE_REAL, adx),
    ROW(told, "atr_rank", SHAPE_REAL, atr_rank),
};

static const struct row mood_rows[] = {
    ROW(told, "kind", SHAPE_WORD, mood),
    ROW(told, "leader", SHAPE_REAL, leader),
    ROW(told, "breadth", SHAPE_REAL, breadth),
};

static const struct row effect_rows[] = {
    ROW(told, "size", SHAPE_REAL, effect_size),
    ROW(told, "confidence", SHAPE_REAL, effect_confidence),
    ROW(told, "stop", SHAPE_REAL, effect_stop),
    ROW(told, "target", SHAPE_REAL, effect_target),
};

static const struct row blend_rows[] = {
    ROW(told, "model", SHAPE_WORD, model),
    ROW(told, "voted", SHAPE_REAL, voted),
    ROW(told, "probability", SHAPE_REAL, probability),
    ROW(told, "share", SHAPE_REAL, share),
};

static const struct row contribution_rows[] = {
    ROW(told_contribution, "sentence", SHAPE_TEXT, sentence),
    ROW(told_contribution, "amount", SHAPE_REAL, amount),
};

static const struct row vote_rows[] = {
    ROW(told_vote, "strategy", SHAPE_WORD, strategy),
    ROW(told_vote, "direction", SHAPE_WORD, direction),
    ROW(told_vote, "sentence", SHAPE_TEXT, sentence),
    ROW(told_vote, "actionable", SHAPE_FLAG, actionable),
    ROW(told_vote, "cooling", SHAPE_FLAG, cooling),
    ROW(told_vote, "shadow", SHAPE_FLAG, shadow),
    ROW(told_vote, "strength", SHAPE_REAL, strength),
    ROW(told_vote, "confidence", SHAPE_REAL, confidence),
    ROW(told_vote, "stop", SHAPE_REAL, stop),
    ROW(told_vote, "target", SHAPE_REAL, target),
};

static const struct row finding_rows[] = {
    ROW(told_finding, "name", SHAPE_WORD, name),     ROW(told_finding, "state", SHAPE_WORD, state),
    ROW(told_finding, "figure", SHAPE_REAL, figure), ROW(told_finding, "low", SHAPE_REAL, low),
    ROW(told_finding, "high", SHAPE_REAL, high),
};

/* A strategy that is not known by name stands there by its number. */
static void take_word(struct json *json, char *into)
{
    struct json_text number;
    if (json_peek(json) == JSON_NUMBER && json_number(json, &number)) {
        snprintf(into, TOLD_WORD_MAX, "%.*s", (int)number.len, number.at);
    } else {
        json_string_copy(json, into, TOLD_WORD_MAX);
    }
}

static void take(struct json *json, const struct row *row, char *into)
{
    if (json_peek(json) == JSON_NULL) {
        json_null(json);
        return;
    }
    switch (row->shape) {
    case SHAPE_WORD:
        take_word(json, into);
        return;
    case SHAPE_TEXT:
        json_string_copy(json, into, SENTENCE_MAX);
        return;
    case SHAPE_REAL:
        json_real(json, (double *)(void *)into);
        return;
    case SHAPE_COUNT:
        json_uint(json, (uint64_t *)(void *)into);
        return;
    case SHAPE_FLAG:
        json_bool(json, (bool *)into);
        return;
    }
}

/* The member that `key` names; false when the table has none of that name, and nothing is read. */
static bool take_row(struct json *json, struct json_text key, const struct row *rows, size_t count,
                     void *into)
{
    for (size_t i = 0; i < count; i++) {
        if (json_is(key, rows[i].key)) {
            take(json, &rows[i], (char *)into + rows[i].offset);
            return true;
        }
    }
    return false;
}

static void take_object(struct json *json, const struct row *rows, size_t count, void *into)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (!take_row(json, key, rows, count, into)) {
            json_skip(json);
        }
    }
}

static void take_votes(struct json *json, struct told *told)
{
    json_array(json);
    while (json_element(json)) {
        if (told->vote_count == STRATEGY_MAX) {
            json_refuse(json, "more votes than there can be strategies");
            return;
        }
        take_object(json, vote_rows, ROW_COUNT(vote_rows), &told->votes[told->vote_count++]);
    }
}

static void take_findings(struct json *json, struct told_findings *findings)
{
    json_array(json);
    while (json_element(json)) {
        if (findings->count == TOLD_FINDING_MAX) {
            json_refuse(json, "more filters or timeframes than there are");
            return;
        }
        take_object(json, finding_rows, ROW_COUNT(finding_rows),
                    &findings->list[findings->count++]);
    }
}

static void take_contributions(struct json *json, struct told *told)
{
    json_array(json);
    while (json_element(json)) {
        if (told->contribution_count == MODEL_CONTRIBUTION_MAX) {
            json_refuse(json, "more contributions than a model's answer has");
            return;
        }
        take_object(json, contribution_rows, ROW_COUNT(contribution_rows),
                    &told->contributions[told->contribution_count++]);
    }
}

static void take_blend(struct json *json, struct told *told)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "contributions")) {
            take_contributions(json, told);
        } else if (!take_row(json, key, blend_rows, ROW_COUNT(blend_rows), told)) {
            json_skip(json);
        }
    }
}

static void take_factors(struct json *json, struct told *told)
{
    struct json_text key;
    told->sized = true;
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

static bool take_part(struct json *json, struct json_text key, struct told *told)
{
    if (json_is(key, "votes")) {
        take_votes(json, told);
    } else if (json_is(key, "filters")) {
        told->chained = true;
        take_findings(json, &told->filters);
    } else if (json_is(key, "timeframes")) {
        take_findings(json, &told->timeframes);
    } else if (json_is(key, "size_factors")) {
        take_factors(json, told);
    } else if (json_is(key, "book")) {
        take_object(json, book_rows, ROW_COUNT(book_rows), told);
    } else if (json_is(key, "regime")) {
        take_object(json, regime_rows, ROW_COUNT(regime_rows), told);
    } else if (json_is(key, "mood")) {
        take_object(json, mood_rows, ROW_COUNT(mood_rows), told);
    } else if (json_is(key, "effect")) {
        take_object(json, effect_rows, ROW_COUNT(effect_rows), told);
    } else if (json_is(key, "blend")) {
        take_blend(json, told);
    } else {
        return false;
    }
    return true;
}

bool told_read(struct told *told, const char *text, size_t len)
{
    struct json json;
    struct json_text key;
    memset(told, 0, sizeof *told);
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (!take_part(&json, key, told) &&
            !take_row(&json, key, record_rows, ROW_COUNT(record_rows), told)) {
            json_skip(&json);
        }
    }
    return json_done(&json) && told->kind[0] != '\0';
}
