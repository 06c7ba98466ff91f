/* SPDX-License-Identifier: MIT */
/* The strategies' part of a sentence: who said what, and why. */
#include <string.h>

#include "operator/sentence/sentence_table.h"
#include "operator/sentence/sentence_words.h"

/* A figure comes from a record, which may be of another version: any number at all. */
static void put_pattern(struct words *words, double figure)
{
    bool known = figure >= 0 && figure < PATTERN_COUNT;
    put(words, known ? sentence_pattern_row((uint32_t)figure)->text : "a candle pattern");
}

/* {0p}, {2n}, {3r}, {0c}: a vote's figure as a price, a plain number, a ratio, a pattern. */
static void put_figure(const struct context *c, const struct vote *vote, const char *token)
{
    double figure = vote->figures[(token[0] - '0') % SIGNAL_FIGURE_MAX];
    if (token[1] == 'p')
        put_price(c, figure);
    else if (token[1] == 'c')
        put_pattern(c->words, figure);
    else
        putf(c->words, token[1] == 'r' ? "%.2f" : "%.1f", figure);
}

void put_strategy_name(const struct context *c, uint32_t strategy)
{
    if (strategy < c->names->strategy_count)
        put(c->words, c->names->strategies[strategy]);
    else
        putf(c->words, "strategy %u", (unsigned)strategy);
}

void put_vote(const struct context *c, const struct vote *vote, bool with_direction)
{
    put_strategy_name(c, vote->strategy);
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

enum kind_of_vote {
    VOTE_WEAK,
    VOTE_ACTIONABLE,
    VOTE_COOLING,
    VOTE_SHADOW,
};

static enum kind_of_vote kind_of(const struct vote *vote)
{
    return vote->shadow       ? VOTE_SHADOW
           : vote->cooling    ? VOTE_COOLING
           : vote->actionable ? VOTE_ACTIONABLE
                              : VOTE_WEAK;
}

static uint32_t count_votes(const struct record *record, int direction, enum kind_of_vote kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < vote_count_of(record); i++)
        count += record->votes[i].direction == direction && kind_of(&record->votes[i]) == kind;
    return count;
}

/* " (sma_cross: ...; trend: ...)" */
static void put_voters(const struct context *c, int direction, enum kind_of_vote kind)
{
    const char *before = " (";
    for (uint32_t i = 0; i < vote_count_of(c->record); i++) {
        const struct vote *vote = &c->record->votes[i];
        if (vote->direction != direction || kind_of(vote) != kind)
            continue;
        put(c->words, before);
        put_vote(c, vote, false);
        before = "; ";
    }
    put(c->words, ")");
}

void put_votes(const struct context *c)
{
    const struct record *record = c->record;
    uint32_t of = vote_count_of(record);
    uint32_t longs = count_votes(record, 1, VOTE_ACTIONABLE);
    uint32_t shorts = count_votes(record, -1, VOTE_ACTIONABLE);
    int first = longs >= shorts ? 1 : -1;
    uint32_t count = first > 0 ? longs : shorts;
    uint32_t against = first > 0 ? shorts : longs;
    if (count == 0) {
        put(c->words, of == 1 ? "The one strategy gives no" : "No strategy gives a");
        put(c->words, " signal strong enough to act on");
    } else {
        putf(c->words, "%u of %u %s %s %s", count, of, of == 1 ? "strategy" : "strategies",
             count == 1 ? "says" : "say", first > 0 ? "long" : "short");
        put_voters(c, first, VOTE_ACTIONABLE);
    }
    if (against) {
        putf(c->words, ", %u %s %s", against, against == 1 ? "says" : "say",
             first > 0 ? "short" : "long");
        put_voters(c, -first, VOTE_ACTIONABLE);
    }
}

static void put_those(const struct context *c, enum kind_of_vote kind, const char *what)
{
    for (int direction = 1; direction >= -1; direction -= 2) {
        uint32_t count = count_votes(c->record, direction, kind);
        if (count == 0)
            continue;
        putf(c->words, " %s: %u %s", what, count, direction > 0 ? "long" : "short");
        put_voters(c, direction, kind);
        put(c->words, ".");
    }
}

void put_weak(const struct context *c)
{
    put_those(c, VOTE_WEAK, "Too weak to count");
    put_those(c, VOTE_SHADOW, "Only watched");
}

void put_cooling_votes(const struct context *c)
{
    const char *before = ": ";
    for (int direction = 1; direction >= -1; direction -= 2) {
        uint32_t cooling = count_votes(c->record, direction, VOTE_COOLING);
        if (cooling == 0)
            continue;
        putf(c->words, "%s%u %s", before, cooling, direction > 0 ? "long" : "short");
        put_voters(c, direction, VOTE_COOLING);
        before = ", ";
    }
}

/* An entry filled later than it was decided carries no votes: then nothing is said of them. */
void put_agreement(const struct context *c)
{
    const struct record *record = c->record;
    int direction = record->direction < 0 ? -1 : 1;
    uint32_t count = count_votes(record, direction, VOTE_ACTIONABLE);
    if (count == 0)
        return;
    putf(c->words, "; %u of %u %s", count, vote_count_of(record), count == 1 ? "agrees" : "agree");
    put_voters(c, direction, VOTE_ACTIONABLE);
}
