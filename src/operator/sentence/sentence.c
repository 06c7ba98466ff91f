/* SPDX-License-Identifier: MIT */
#include "operator/sentence/sentence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/risk/dial_bound.h"
#include "operator/sentence/sentence_table.h"
#include "operator/sentence/sentence_words.h"

static void put_money(const struct context *c, int64_t money)
{
    char text[FIGURE_MAX];
    sentence_money(text, sizeof text, money);
    put(c->words, text);
}

static const char *currency_of(const struct context *c)
{
    return c->names->currency ? c->names->currency : "";
}

static void put_pair(const struct context *c)
{
    const struct pair *pair = pair_of(c);
    if (pair)
        put(c->words, pair->symbol);
    else
        putf(c->words, "pair %u", c->record->pair);
}

static void put_quote(const struct context *c)
{
    const struct pair *pair = pair_of(c);
    put(c->words, pair && pair->quote[0] ? pair->quote : currency_of(c));
}

static void put_currency(const struct context *c)
{
    put(c->words, currency_of(c));
}

static void put_qty(const struct context *c)
{
    char text[FIGURE_MAX];
    const struct pair *pair = pair_of(c);
    if (!pair) {
        putf(c->words, "%lld lots of", (long long)c->record->qty_lots);
        return;
    }
    sentence_decimal(text, sizeof text, c->record->qty_lots, pair->qty_decimals);
    put(c->words, text);
}

static void put_fill_price(const struct context *c)
{
    put_price(c, c->record->price);
}

static void put_cost(const struct context *c)
{
    put_money(c, c->record->cost);
}

static void put_fee(const struct context *c)
{
    put_money(c, c->record->fee);
}

static void put_equity(const struct context *c)
{
    put_money(c, c->record->equity);
}

/* The word before it says won or lost, so the sign stays in the percentage alone. */
static void put_pnl(const struct context *c)
{
    int64_t pnl = c->record->pnl;
    put_money(c, pnl < 0 && pnl > INT64_MIN ? -pnl : pnl);
}

static void put_pnl_percent(const struct context *c)
{
    if (c->record->cost > 0)
        putf(c->words, "%+.1f %%", 100.0 * (double)c->record->pnl / (double)c->record->cost);
    else
        put(c->words, "no cost known");
}

static void put_result(const struct context *c)
{
    int64_t pnl = c->record->pnl;
    put(c->words, pnl > 0 ? "won" : pnl < 0 ? "lost" : "neither won nor lost:");
}

static void put_held(const struct context *c)
{
    char text[64];
    sentence_duration(text, sizeof text, c->record->time_ns - c->record->opened_ns);
    put(c->words, text);
}

static void put_by(const struct context *c)
{
    const struct record *record = c->record;
    if (record->purpose == PURPOSE_PROTECT)
        put(c->words, record->stop_hit ? "by its stop" : "at its target");
    else
        put(c->words, record->by_hand ? "by hand" : "by an exit order");
}

static void put_entered(const struct context *c)
{
    put(c->words, c->record->direction < 0 ? "Sold short" : "Bought");
}

static void put_left(const struct context *c)
{
    put(c->words, c->record->direction < 0 ? "Bought back" : "Sold");
}

static void put_side(const struct context *c)
{
    put(c->words, c->record->direction < 0 ? "sell short" : "buy");
}

static void put_exits(const struct context *c)
{
    put(c->words, c->record->stop > 0 ? "stop " : "no stop");
    if (c->record->stop > 0)
        put_price(c, c->record->stop);
    if (c->record->target > 0) {
        put(c->words, ", target ");
        put_price(c, c->record->target);
    }
    if (c->record->rungs > 1)
        putf(c->words, ", in %u steps", c->record->rungs);
}

static void put_risks(const struct context *c)
{
    const struct record *record = c->record;
    if (record->risk <= 0) {
        put(c->words, "its risk is not known");
        return;
    }
    put(c->words, "risks ");
    put_money(c, record->risk);
    put(c->words, " ");
    put_quote(c);
    if (record->equity > 0)
        putf(c->words, ", %.2f %% of equity",
             100.0 * (double)record->risk / (double)record->equity);
}

static void put_confidence(const struct context *c)
{
    putf(c->words, "%.2f", c->record->confidence);
}

static void put_gate(const struct context *c)
{
    putf(c->words, "%.2f", c->record->gate);
}

static void put_fall(const struct context *c)
{
    putf(c->words, "%.1f %%", 100 * c->record->gate);
}

static void put_fallen(const struct context *c)
{
    putf(c->words, "%u of %u", c->record->agree_count, c->record->actionable_count);
}

static void put_order(const struct context *c)
{
    putf(c->words, "%llu", (unsigned long long)c->record->order_id);
}

static void put_row_text(const struct context *c, const struct sentence_row *row)
{
    put(c->words, row ? row->text : "unknown");
}

static void put_reject(const struct context *c)
{
    put_row_text(c, sentence_reject_row((uint32_t)c->record->reject));
}

static void put_purpose(const struct context *c)
{
    put_row_text(c, sentence_purpose_row((uint32_t)c->record->purpose));
}

static void put_because(const struct context *c)
{
    put_row_text(c, sentence_cause_row((uint32_t)c->record->cause));
}

static void put_stop(const struct context *c)
{
    put_price(c, c->record->stop);
}

/* A position may have been opened without one. */
static void put_stop_before(const struct context *c)
{
    if (c->record->stop_before > 0)
        put_price(c, c->record->stop_before);
    else
        put(c->words, "none");
}

static void put_noted(const struct context *c)
{
    putf(c->words, "%lld", (long long)c->record->qty_lots);
}

static void put_count(const struct context *c)
{
    putf(c->words, "%u", c->record->agree_count);
}

/* The pair's smallest order, in its own terms; either bound may be none. */
static void put_least(const struct context *c)
{
    char text[FIGURE_MAX];
    const struct pair *pair = pair_of(c);
    sentence_decimal(text, sizeof text, pair ? pair->qty_min_lots : 0,
                     pair ? pair->qty_decimals : 0);
    put(c->words, text);
    if (pair && pair->cost_min > 0) {
        put(c->words, " or ");
        put_money(c, pair->cost_min);
        put(c->words, " ");
        put_quote(c);
    }
}

static void put_part(const struct context *c)
{
    putf(c->words, "%.1f %%", 100 * c->record->figure);
}

static void put_part_most(const struct context *c)
{
    putf(c->words, "%.1f %%", 100 * c->record->limit);
}

static void put_many(const struct context *c)
{
    putf(c->words, "%.0f", c->record->figure);
}

static void put_many_most(const struct context *c)
{
    putf(c->words, "%.0f", c->record->limit);
}

/* Nothing where the size is the usual one. */
static void put_sized(const struct context *c)
{
    const double *factors = c->record->factors;
    if (factors[SIZE_ALL] == 0 || factors[SIZE_ALL] == 1)
        return;
    putf(c->words, "; %.2f times the usual size", factors[SIZE_ALL]);
    const char *before = " (";
    for (uint32_t i = 0; i < SIZE_ALL; i++)
        if (factors[i] != 1) {
            const struct sentence_row *row = sentence_factor_row(i);
            putf(c->words, "%s%s %.2f", before, row ? row->text : "unknown", factors[i]);
            before = ", ";
        }
    put(c->words, before[0] == ',' ? ")" : "");
}

static void put_moved(const struct context *c)
{
    const struct record *record = c->record;
    if (record->stop_before <= 0 || record->stop_before == record->stop)
        return;
    put(c->words, record->stop < record->stop_before ? ". The stop was lowered from "
                                                     : ". The stop was raised from ");
    put_price(c, record->stop_before);
}

static void put_strategy(const struct context *c)
{
    put_strategy_name(c, c->record->votes[0].strategy);
}

static void put_plays(const struct context *c)
{
    const struct sentence_row *row = sentence_part_row(c->record->part);
    put(c->words, row ? row->text : "takes another part");
}

static void put_dial(const struct context *c)
{
    const struct option *option = dial_option(c->record->part);
    putf(c->words, "risk.%s", option ? option->name : "unknown");
}

/* As it is written in the configuration. */
static void put_dialled(const struct context *c, double value)
{
    const struct option *option = dial_option(c->record->part);
    char text[TIMESTAMP_TEXT_MAX];
    if (option && option->type == OPTION_DURATION && duration_format(text, (int64_t)value) > 0)
        put(c->words, text);
    else
        putf(c->words, "%.10g", value);
}

static void put_turned(const struct context *c)
{
    const bool configured = c->record->configured;
    put(c->words, configured ? "" : "now ");
    put_dialled(c, c->record->limit);
    put(c->words, configured ? " again, as the configuration says" : "");
}

static void put_turned_from(const struct context *c)
{
    put_dialled(c, c->record->figure);
}

/* Of a duration the row's bounds are seconds. */
static void put_dial_range(const struct context *c)
{
    const char *const beside = dial_beside(c->record->part);
    if (beside && dial_allows(c->record->part, c->record->limit)) {
        put(c->words, beside);
        return;
    }
    const struct option *option = dial_option(c->record->part);
    const double unit = option && option->type == OPTION_DURATION ? (double)NS_PER_S : 1;
    put_dialled(c, option ? option->min * unit : 0);
    put(c->words, " to ");
    put_dialled(c, option ? option->max * unit : 0);
    put(c->words, option && option->type == OPTION_INT ? ", and whole" : "");
}

static const struct {
    const char *name;
    void (*put)(const struct context *c);
} tokens[] = {
    {"agreement", put_agreement},
    {"because", put_because},
    {"by", put_by},
    {"confidence", put_confidence},
    {"cost", put_cost},
    {"count", put_count},
    {"currency", put_currency},
    {"dial", put_dial},
    {"dial_range", put_dial_range},
    {"drifted", put_drifted},
    {"entered", put_entered},
    {"equity", put_equity},
    {"exits", put_exits},
    {"fee", put_fee},
    {"figure", put_noted},
    {"fall", put_fall},
    {"fallen", put_fallen},
    {"failed", put_failed},
    {"filter", put_filter},
    {"gate", put_gate},
    {"held", put_held},
    {"in_force", put_in_force},
    {"least", put_least},
    {"left", put_left},
    {"many", put_many},
    {"many_most", put_many_most},
    {"model", put_model},
    {"skipped", put_skipped},
    {"mood", put_mood},
    {"moved", put_moved},
    {"order", put_order},
    {"pair", put_pair},
    {"part", put_part},
    {"part_most", put_part_most},
    {"plays", put_plays},
    {"pnl", put_pnl},
    {"pnl_percent", put_pnl_percent},
    {"price", put_fill_price},
    {"purpose", put_purpose},
    {"qty", put_qty},
    {"quote", put_quote},
    {"reject", put_reject},
    {"result", put_result},
    {"risks", put_risks},
    {"scaled", put_scaled},
    {"side", put_side},
    {"sized", put_sized},
    {"stop", put_stop},
    {"stop_before", put_stop_before},
    {"strategy", put_strategy},
    {"timeframe", put_timeframe},
    {"turned", put_turned},
    {"turned_from", put_turned_from},
    {"votes", put_votes},
};

static bool put_token(const struct context *c, const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        if (strlen(tokens[i].name) == len && memcmp(tokens[i].name, name, len) == 0) {
            tokens[i].put(c);
            return true;
        }
    return false;
}

/* A token without a row stays in the text in its braces, where the tests find it. */
static void put_template(const struct context *c, const char *text)
{
    for (const char *open; (open = strchr(text, '{'));) {
        size_t len = strcspn(open + 1, "}");
        put_bytes(c->words, text, (size_t)(open - text));
        if (!put_token(c, open + 1, len))
            put_bytes(c->words, open, len + 2);
        text = open + len + 2;
    }
    put(c->words, text);
}

static const struct sentence_row *sentence_row_of(const struct record *record)
{
    if (record->kind == RECORD_DECISION) {
        return sentence_verdict_row((uint32_t)record->verdict);
    }
    if (record->kind == RECORD_COMMAND) {
        return record->verdict == VERDICT_DONE ? sentence_command_row((uint32_t)record->command)
                                               : sentence_asked_row((uint32_t)record->command);
    }
    return record->kind == RECORD_NOTE ? sentence_note_row((uint32_t)record->note)
                                       : sentence_kind_row((uint32_t)record->kind);
}

size_t sentence_record(char *out, size_t size, const struct record *record,
                       const struct sentence_names *names)
{
    struct words words = {.text = out, .size = size};
    const struct context c = {.words = &words, .record = record, .names = names};
    const struct sentence_row *row = sentence_row_of(record);
    const struct sentence_row *refusal = sentence_refusal_row((uint32_t)record->verdict);
    if (row && record->kind == RECORD_DECISION) {
        put_template(&c, row->text);
        put_weak(&c);
        put_cooling(&c);
        if (record->verdict == VERDICT_ENTER)
            put_regime(&c);
        if (record->verdict == VERDICT_ENTER || record->verdict == VERDICT_UNSURE)
            put_blend(&c);
        if (record->verdict == VERDICT_ENTER)
            put_shadow(&c), put_planned(&c), put_bandit(&c);
    } else if (row && record->kind == RECORD_COMMAND && record->verdict != VERDICT_DONE) {
        put(&words, "By hand, refused: ");
        put_template(&c, row->text);
        put(&words, ": ");
        put_template(&c, refusal ? refusal->text : "for a reason this version has no words for");
        put(&words, ".");
    } else if (row) {
        put_template(&c, row->text);
    } else {
        putf(&words, "A record of kind %d, verdict %d, that this version has no words for.",
             (int)record->kind, (int)record->verdict);
    }
    return words_finish(&words);
}

size_t sentence_contribution(char *out, size_t size, const struct contribution *contribution)
{
    struct words words = {.text = out, .size = size};
    const struct context c = {.words = &words};
    put_contribution(&c, contribution);
    return words_finish(&words);
}

size_t sentence_vote(char *out, size_t size, const struct vote *vote, const struct record *record,
                     const struct sentence_names *names)
{
    struct words words = {.text = out, .size = size};
    const struct context c = {.words = &words, .record = record, .names = names};
    put_vote(&c, vote, true);
    return words_finish(&words);
}
