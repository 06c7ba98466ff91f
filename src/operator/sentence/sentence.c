/* SPDX-License-Identifier: MIT */
#include "operator/sentence/sentence.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/sentence/sentence_table.h"

#define FIGURE_MAX 480 /* the longest double in %.18f */

/* A text that grows to its size and then ends in "...", never inside a word of ours it began. */
struct words {
    char *text;
    size_t size;
    size_t len;
    bool full;
};

struct context {
    struct words *words;
    const struct record *record;
    const struct sentence_names *names;
};

static void put_bytes(struct words *words, const char *bytes, size_t len)
{
    if (words->full)
        return;
    size_t room = words->size - 1 - words->len;
    if (len > room) {
        words->full = true;
        memcpy(words->text + words->len, bytes, room);
        words->len += room;
        while (words->len && (words->len > words->size - 4 ||
                              ((unsigned char)words->text[words->len] & 0xC0) == 0x80))
            words->len--;
        memcpy(words->text + words->len, "...", 3);
        words->len += 3;
        return;
    }
    memcpy(words->text + words->len, bytes, len);
    words->len += len;
}

static void put(struct words *words, const char *text)
{
    put_bytes(words, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static void putf(struct words *words, const char *format, ...)
{
    char text[FIGURE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put(words, text);
}

static size_t finish(struct words *words)
{
    words->text[words->len] = '\0';
    return words->len;
}

static const struct pair *pair_of(const struct context *c)
{
    return c->record->pair < c->names->pair_count ? &c->names->pairs[c->record->pair] : NULL;
}

static void put_price(const struct context *c, double price)
{
    char text[FIGURE_MAX];
    const struct pair *pair = pair_of(c);
    sentence_price(text, sizeof text, price, pair ? pair->price_decimals : MONEY_DECIMALS);
    put(c->words, text);
}

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
        put(c->words, "by an exit order");
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

/* {0p} and {2n}: a vote's figure as a price or a plain number. */
static void put_figure(const struct context *c, const struct vote *vote, const char *token)
{
    double figure = vote->figures[(token[0] - '0') % SIGNAL_FIGURE_MAX];
    if (token[1] == 'p')
        put_price(c, figure);
    else
        putf(c->words, "%.1f", figure);
}

static void put_vote(const struct context *c, const struct vote *vote, bool with_direction)
{
    if (vote->strategy < c->names->strategy_count)
        put(c->words, c->names->strategies[vote->strategy]);
    else
        putf(c->words, "strategy %u", (unsigned)vote->strategy);
    if (with_direction)
        put(c->words, vote->direction > 0 ? " long" : vote->direction < 0 ? " short" : " neutral");
    put(c->words, ": ");
    const struct sentence_row *row = sentence_reason_row(vote->reason);
    const char *text = row ? row->text : "a reason of its own";
    for (const char *open; (open = strchr(text, '{')); text = open + 4) {
        put_bytes(c->words, text, (size_t)(open - text));
        put_figure(c, vote, open + 1);
    }
    put(c->words, text);
}

static uint32_t vote_count_of(const struct record *record)
{
    return record->vote_count < STRATEGY_MAX ? record->vote_count : STRATEGY_MAX;
}

static uint32_t count_votes(const struct record *record, int direction, bool actionable)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < vote_count_of(record); i++)
        count +=
            record->votes[i].direction == direction && record->votes[i].actionable == actionable;
    return count;
}

/* " (sma_cross: ...; trend: ...)" */
static void put_voters(const struct context *c, int direction, bool actionable)
{
    const char *before = " (";
    for (uint32_t i = 0; i < vote_count_of(c->record); i++) {
        const struct vote *vote = &c->record->votes[i];
        if (vote->direction != direction || vote->actionable != actionable)
            continue;
        put(c->words, before);
        put_vote(c, vote, false);
        before = "; ";
    }
    put(c->words, ")");
}

static void put_votes(const struct context *c)
{
    const struct record *record = c->record;
    uint32_t of = vote_count_of(record);
    uint32_t longs = count_votes(record, 1, true);
    uint32_t shorts = count_votes(record, -1, true);
    int first = longs >= shorts ? 1 : -1;
    uint32_t count = first > 0 ? longs : shorts;
    uint32_t against = first > 0 ? shorts : longs;
    if (count == 0) {
        put(c->words, of == 1 ? "The one strategy gives no" : "No strategy gives a");
        put(c->words, " signal strong enough to act on");
    } else {
        putf(c->words, "%u of %u %s %s %s", count, of, of == 1 ? "strategy" : "strategies",
             count == 1 ? "says" : "say", first > 0 ? "long" : "short");
        put_voters(c, first, true);
    }
    if (against) {
        putf(c->words, ", %u %s %s", against, against == 1 ? "says" : "say",
             first > 0 ? "short" : "long");
        put_voters(c, -first, true);
    }
}

/* After the verdict, because it did not make it. */
static void put_weak(const struct context *c)
{
    for (int direction = 1; direction >= -1; direction -= 2) {
        uint32_t weak = count_votes(c->record, direction, false);
        if (weak == 0)
            continue;
        putf(c->words, " Too weak to count: %u %s", weak, direction > 0 ? "long" : "short");
        put_voters(c, direction, false);
        put(c->words, ".");
    }
}

/* An entry filled later than it was decided carries no votes: then nothing is said of them. */
static void put_agreement(const struct context *c)
{
    const struct record *record = c->record;
    int direction = record->direction < 0 ? -1 : 1;
    uint32_t count = count_votes(record, direction, true);
    if (count == 0)
        return;
    putf(c->words, "; %u of %u %s", count, vote_count_of(record), count == 1 ? "agrees" : "agree");
    put_voters(c, direction, true);
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

static void put_moved(const struct context *c)
{
    const struct record *record = c->record;
    if (record->stop_before <= 0 || record->stop_before == record->stop)
        return;
    put(c->words, record->stop < record->stop_before ? ". The stop was lowered from "
                                                     : ". The stop was raised from ");
    put_price(c, record->stop_before);
}

static const struct {
    const char *name;
    void (*put)(const struct context *c);
} tokens[] = {
    {"agreement", put_agreement},
    {"by", put_by},
    {"confidence", put_confidence},
    {"cost", put_cost},
    {"count", put_count},
    {"currency", put_currency},
    {"entered", put_entered},
    {"equity", put_equity},
    {"exits", put_exits},
    {"fee", put_fee},
    {"figure", put_noted},
    {"gate", put_gate},
    {"held", put_held},
    {"least", put_least},
    {"left", put_left},
    {"moved", put_moved},
    {"order", put_order},
    {"pair", put_pair},
    {"pnl", put_pnl},
    {"pnl_percent", put_pnl_percent},
    {"price", put_fill_price},
    {"purpose", put_purpose},
    {"qty", put_qty},
    {"quote", put_quote},
    {"reject", put_reject},
    {"result", put_result},
    {"risks", put_risks},
    {"side", put_side},
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
    return finish(&words);
}

size_t sentence_vote(char *out, size_t size, const struct vote *vote, const struct record *record,
                     const struct sentence_names *names)
{
    struct words words = {.text = out, .size = size};
    const struct context c = {.words = &words, .record = record, .names = names};
    put_vote(&c, vote, true);
    return finish(&words);
}
