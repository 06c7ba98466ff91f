/* SPDX-License-Identifier: MIT */
#include "operator/sentence/sentence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/risk/dial.h"
#include "operator/sentence/sentence_table.h"
#include "platform/json/json_writer.h"

static const char *word_of(const struct sentence_row *row)
{
    return row ? row->word : "unknown";
}

const char *sentence_kind_word(enum record_kind kind)
{
    return word_of(sentence_kind_row((uint32_t)kind));
}

const char *sentence_note_word(enum report_note note)
{
    return word_of(sentence_note_row((uint32_t)note));
}

const char *sentence_cause_word(enum exit_cause cause)
{
    return word_of(sentence_cause_row((uint32_t)cause));
}

const char *sentence_verdict_word(enum verdict verdict)
{
    const struct sentence_row *row = sentence_verdict_row((uint32_t)verdict);
    return word_of(row ? row : sentence_refusal_row((uint32_t)verdict));
}

const char *sentence_command_word(enum command command)
{
    return word_of(sentence_command_row((uint32_t)command));
}

bool sentence_command_find(const char *word, size_t len, enum command *ret_command)
{
    const struct sentence_row *row;
    for (uint32_t command = COMMAND_PAUSE; (row = sentence_command_row(command)); command++) {
        const bool shell = command == COMMAND_HOLD || command == COMMAND_RELEASE;
        if (!shell && strlen(row->word) == len && memcmp(row->word, word, len) == 0) {
            *ret_command = (enum command)command;
            return true;
        }
    }
    return false;
}

const char *sentence_reason_word(enum signal_reason reason)
{
    return word_of(sentence_reason_row((uint32_t)reason));
}

const char *sentence_reject_word(enum reject_reason reject)
{
    return word_of(sentence_reject_row((uint32_t)reject));
}

const char *sentence_purpose_word(enum order_purpose purpose)
{
    return word_of(sentence_purpose_row((uint32_t)purpose));
}

void sentence_kind_list(char *out, size_t size)
{
    const struct sentence_row *row;
    size_t len = 0;
    for (uint32_t kind = RECORD_DECISION; (row = sentence_kind_row(kind)) && len < size; kind++)
        len += (size_t)snprintf(out + len, size - len, "%s%s", len == 0 ? "" : ", ", row->word);
}

bool sentence_kind_find(const char *word, size_t len, enum record_kind *ret_kind)
{
    const struct sentence_row *row;
    for (uint32_t kind = RECORD_DECISION; (row = sentence_kind_row(kind)); kind++)
        if (strlen(row->word) == len && memcmp(row->word, word, len) == 0) {
            *ret_kind = (enum record_kind)kind;
            return true;
        }
    return false;
}

const char *sentence_direction(int32_t direction)
{
    return direction > 0 ? "long" : direction < 0 ? "short" : "neutral";
}

/* 0 stands for "none" in a record's prices. */
static void put_price(struct json_writer *writer, const char *key, double price)
{
    if (price > 0)
        json_put_real(writer, key, price);
    else
        json_put_null(writer, key);
}

static void put_money(struct json_writer *writer, const char *key, int64_t money)
{
    json_put_decimal_string(writer, key, money, MONEY_DECIMALS);
}

static void put_vote(struct json_writer *writer, const struct vote *vote,
                     const struct record *record, const struct sentence_names *names)
{
    char text[SENTENCE_MAX];
    sentence_vote(text, sizeof text, vote, record, names);
    json_begin_object(writer, NULL);
    if (vote->strategy < names->strategy_count)
        json_put_string(writer, "strategy", names->strategies[vote->strategy]);
    else
        json_put_int(writer, "strategy", vote->strategy);
    json_put_string(writer, "direction", sentence_direction(vote->direction));
    json_put_bool(writer, "actionable", vote->actionable);
    json_put_bool(writer, "cooling", vote->cooling);
    json_put_bool(writer, "shadow", vote->shadow);
    json_put_string(writer, "reason", sentence_reason_word(vote->reason));
    json_put_string(writer, "sentence", text);
    json_put_real(writer, "strength", vote->strength);
    json_put_real(writer, "confidence", vote->confidence);
    put_price(writer, "stop", vote->stop);
    put_price(writer, "target", vote->target);
    json_begin_array(writer, "figures");
    for (int i = 0; i < SIGNAL_FIGURE_MAX; i++)
        json_put_real(writer, NULL, vote->figures[i]);
    json_end_array(writer);
    json_end_object(writer);
}

static void put_book(struct json_writer *writer, const struct book_figures *book)
{
    json_begin_object(writer, "book");
    json_put_real(writer, "score", book->score);
    json_put_real(writer, "imbalance", book->imbalance);
    json_put_real(writer, "delta", book->delta);
    json_put_real(writer, "whales", book->whales);
    json_put_real(writer, "voids", book->voids);
    json_put_real(writer, "spoofing", book->spoofing);
    json_end_object(writer);
}

static void put_votes(struct json_writer *writer, const struct record *record,
                      const struct sentence_names *names)
{
    json_put_string(writer, "direction", sentence_direction(record->direction));
    json_put_real(writer, "strength", record->strength);
    json_put_real(writer, "confidence", record->confidence);
    json_put_real(writer, "gate", record->gate);
    json_put_real(writer, "imbalance", record->imbalance);
    put_book(writer, &record->book);
    json_put_uint(writer, "agree", record->agree_count);
    json_put_uint(writer, "actionable", record->actionable_count);
    json_begin_array(writer, "votes");
    for (uint32_t i = 0; i < record->vote_count && i < STRATEGY_MAX; i++)
        put_vote(writer, &record->votes[i], record, names);
    json_end_array(writer);
}

/* A limit of 0 above is none. */
static void put_finding(struct json_writer *writer, const char *name, const struct finding *finding)
{
    json_begin_object(writer, NULL);
    json_put_string(writer, "name", name);
    json_put_string(writer, "state", word_of(sentence_state_row(finding->state)));
    json_put_real(writer, "figure", finding->figure);
    json_put_real(writer, "low", finding->low);
    put_price(writer, "high", finding->high);
    json_end_object(writer);
}

static void put_effect(struct json_writer *writer, const struct regime_effect *effect)
{
    json_begin_object(writer, "effect");
    json_put_real(writer, "size", effect->size);
    json_put_real(writer, "confidence", effect->confidence);
    json_put_real(writer, "stop", effect->stop);
    json_put_real(writer, "target", effect->target);
    json_end_object(writer);
}

/* What the model is told of the market: with a vote of the record, the whole of what it was asked.
 * What is not known is left out. */
static void put_market(struct json_writer *writer, const struct blend *blend)
{
    if (!blend->read)
        return;
    json_begin_object(writer, "features");
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        if (isfinite(blend->market.values[i]))
            json_put_real(writer, feature_table[i].name, blend->market.values[i]);
    }
    json_end_object(writer);
}

/* Where the model had an answer. */
static void put_blend(struct json_writer *writer, const struct record *record)
{
    const struct blend *blend = &record->findings.blend;
    const struct model_answer *answer = &blend->answer;
    put_market(writer, blend);
    if (answer->kind == MODEL_NONE)
        return;
    json_begin_object(writer, "blend");
    json_put_string(writer, "model", word_of(sentence_model_row(answer->kind)));
    json_put_real(writer, "voted", blend->voted);
    json_put_real(writer, "probability", answer->probability);
    json_put_real(writer, "share", blend->share);
    json_put_real(writer, "blended", record->confidence);
    if (answer->kind == MODEL_TRAINED)
        json_put_real(writer, "expected_value", blend->value);
    if (blend->shadow.kind != MODEL_NONE)
        json_put_real(writer, "shadow", blend->shadow.probability);
    json_begin_array(writer, "contributions");
    struct contribution told[MODEL_CONTRIBUTION_MAX];
    const uint32_t count = sentence_contributions(answer, told);
    for (uint32_t i = 0; i < count; i++) {
        char text[SENTENCE_MAX];
        const struct contribution *each = &told[i];
        sentence_contribution(text, sizeof text, each);
        json_begin_object(writer, NULL);
        json_put_string(writer, "feature",
                        each->feature < FEATURE_COUNT ? feature_table[each->feature].name
                                                      : "unknown");
        json_put_string(writer, "sentence", text);
        json_put_real(writer, "figure", each->figure);
        json_put_real(writer, "amount", each->amount);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

/* Where a plan had something to say: what it is, or would be, beside the signals' own. */
static void put_planned_json(struct json_writer *writer, const struct planned *planned)
{
    if (!planned->asked)
        return;
    json_begin_object(writer, "plan");
    json_put_bool(writer, "moved", planned->moved);
    json_put_bool(writer, "sized", planned->sized);
    put_price(writer, "target", planned->target);
    put_price(writer, "target_own", planned->target_own);
    put_price(writer, "stop", planned->stop);
    put_price(writer, "stop_own", planned->stop_own);
    json_put_real(writer, "hold_seconds", (double)planned->hold_ns / 1e9);
    json_put_real(writer, "hold_own_seconds", (double)planned->hold_own_ns / 1e9);
    json_put_real(writer, "expected_seconds", (double)planned->expected_ns / 1e9);
    if (planned->size > 0)
        json_put_real(writer, "size", planned->size);
    json_end_object(writer);
}

static void put_bandit_json(struct json_writer *writer, const struct bandit_said *said)
{
    if (!said->asked)
        return;
    json_begin_object(writer, "bandit");
    json_put_real(writer, "size", said->size);
    json_put_real(writer, "worth", said->worth);
    json_put_uint(writer, "trades", said->seen);
    json_end_object(writer);
}

static void put_regimes(struct json_writer *writer, const struct regime *regime,
                        const struct mood *mood)
{
    json_begin_object(writer, "regime");
    json_put_string(writer, "way", word_of(sentence_way_row(regime->way)));
    json_put_string(writer, "volatility", word_of(sentence_volatility_row(regime->volatility)));
    json_put_real(writer, "adx", regime->adx);
    json_put_real(writer, "atr_rank", regime->atr_rank);
    json_end_object(writer);
    json_begin_object(writer, "mood");
    json_put_string(writer, "kind", word_of(sentence_mood_row(mood->kind)));
    json_put_real(writer, "leader", mood->leader);
    json_put_real(writer, "breadth", mood->breadth);
    json_put_uint(writer, "risen", mood->risen);
    json_put_uint(writer, "counted", mood->counted);
    json_end_object(writer);
}

/* Of the filters and timeframes those that were asked. */
static void put_findings(struct json_writer *writer, const struct chain_findings *findings)
{
    json_begin_array(writer, "filters");
    for (uint32_t i = 0; i < FILTER_COUNT; i++)
        if (findings->filters[i].state != FINDING_NOT_ASKED)
            put_finding(writer, word_of(sentence_filter_row(i)), &findings->filters[i]);
    json_end_array(writer);
    json_begin_array(writer, "timeframes");
    for (uint32_t i = 0; i < TIMEFRAME_COUNT; i++)
        if (findings->timeframes[i].state != FINDING_NOT_ASKED)
            put_finding(writer, timeframe_names[i], &findings->timeframes[i]);
    json_end_array(writer);
    put_regimes(writer, &findings->regime, &findings->mood);
    put_effect(writer, &findings->effect);
    if (findings->cooling > 0)
        json_put_int(writer, "cooling_left_s", findings->cooling_left_ns / NS_PER_S);
}

static void put_amounts(struct json_writer *writer, const struct record *record,
                        const struct pair *pair)
{
    json_put_decimal_string(writer, "quantity", record->qty_lots, pair ? pair->qty_decimals : 0);
    put_money(writer, "cost", record->cost);
    put_money(writer, "risk", record->risk);
    put_money(writer, "fee", record->fee);
    put_money(writer, "equity", record->equity);
    if (record->kind != RECORD_EXIT && record->kind != RECORD_FLOW)
        return;
    put_money(writer, "pnl", record->pnl);
    if (record->kind == RECORD_FLOW)
        return;
    put_money(writer, "proceeds", record->proceeds);
    json_put_time(writer, "opened", record->opened_ns, 3);
    json_put_bool(writer, "stop_hit", record->stop_hit);
    json_put_bool(writer, "by_hand", record->by_hand);
}

bool sentence_about_pair(const struct record *record)
{
    const enum record_kind kind = record->kind;
    return record->pair != UINT32_MAX && kind != RECORD_LOSS_LIMIT && kind != RECORD_NEW_DAY &&
           kind != RECORD_PAUSED && kind != RECORD_RESUMED && kind != RECORD_HELD &&
           kind != RECORD_RELEASED && kind != RECORD_FLOW && kind != RECORD_MODEL &&
           kind != RECORD_DRIFT && kind != RECORD_DEMOTED;
}

/* What a limit was measured by, what was expected, and what the size was multiplied by. */
static void put_sizing(struct json_writer *writer, const struct record *record)
{
    if (record->rungs > 0)
        json_put_uint(writer, "rungs", record->rungs);
    if (record->limit != 0 && record->command != COMMAND_LIMIT) {
        json_put_real(writer, "figure", record->figure);
        json_put_real(writer, "limit", record->limit);
    }
    if (record->value != 0)
        json_put_real(writer, "expected_value", record->value);
    if (record->rule != RULE_NONE)
        json_put_string(writer, "size_rule", word_of(sentence_rule_row(record->rule)));
    if (record->factors[SIZE_ALL] == 0)
        return;
    json_begin_object(writer, "size_factors");
    for (uint32_t i = 0; i < SIZE_FACTOR_COUNT; i++)
        json_put_real(writer, sentence_factor_row(i)->word, record->factors[i]);
    json_end_object(writer);
}

static void put_drifted_names(struct json_writer *writer, const struct record *record)
{
    if (record->kind != RECORD_DRIFT)
        return;
    json_begin_array(writer, "drifted");
    for (uint32_t i = 0; i < FEATURE_COUNT; i++)
        if ((record->drifted >> i & 1) != 0)
            json_put_string(writer, NULL, feature_table[i].name);
    json_end_array(writer);
}

static void put_command(struct json_writer *writer, const struct record *record)
{
    json_put_string(writer, "command", sentence_command_word(record->command));
    json_put_bool(writer, "done", record->verdict == VERDICT_DONE);
    json_put_string(writer, "verdict",
                    record->verdict == VERDICT_DONE ? "done"
                                                    : sentence_verdict_word(record->verdict));
    const struct option *dial = record->command == COMMAND_LIMIT ? dial_option(record->part) : NULL;
    if (!dial)
        return;
    char name[64];
    snprintf(name, sizeof name, "risk.%s", dial->name);
    json_put_string(writer, "name", name);
    json_put_real(writer, "value", record->limit);
    json_put_real(writer, "value_before", record->figure);
    json_put_bool(writer, "configured", record->configured);
}

void sentence_json(struct json_writer *writer, const char *key, const struct record *record,
                   const struct sentence_names *names)
{
    char text[SENTENCE_MAX];
    const struct pair *pair = record->pair < names->pair_count ? &names->pairs[record->pair] : NULL;
    sentence_record(text, sizeof text, record, names);

    json_begin_object(writer, key);
    json_put_uint(writer, "number", record->number);
    json_put_time(writer, "time", record->time_ns, 3);
    json_put_string(writer, "kind", sentence_kind_word(record->kind));
    if (pair && sentence_about_pair(record))
        json_put_string(writer, "pair", pair->symbol);
    else
        json_put_null(writer, "pair");
    if (record->kind == RECORD_DECISION)
        json_put_string(writer, "verdict", sentence_verdict_word(record->verdict));
    if (record->kind == RECORD_COMMAND)
        put_command(writer, record);
    if (record->origin[0] != '\0')
        json_put_string(writer, "origin", record->origin);
    json_put_string(writer, "sentence", text);
    put_price(writer, "price", record->price);
    put_price(writer, "stop", record->stop);
    put_price(writer, "target", record->target);
    put_price(writer, "atr", record->atr);
    if (record->order_id) {
        json_put_uint(writer, "order", record->order_id);
        json_put_string(writer, "purpose", sentence_purpose_word(record->purpose));
    }
    if (record->cause != EXIT_NONE) {
        json_put_string(writer, "cause", sentence_cause_word(record->cause));
        put_price(writer, "stop_before", record->stop_before);
    }
    if (record->kind == RECORD_NOTE)
        json_put_string(writer, "note", sentence_note_word(record->note));
    if (record->kind == RECORD_ORDER_ENDED || record->reject != REJECT_NONE)
        json_put_string(writer, "reject", sentence_reject_word(record->reject));
    put_drifted_names(writer, record);
    put_sizing(writer, record);
    put_amounts(writer, record, pair);
    put_votes(writer, record, names);
    if (record->chained) {
        put_findings(writer, &record->findings);
        put_blend(writer, record);
        put_planned_json(writer, &record->findings.planned);
        put_bandit_json(writer, &record->findings.bandit);
    }
    json_end_object(writer);
}
