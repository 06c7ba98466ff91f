/* SPDX-License-Identifier: MIT */
/*
 * From rows to insights.
 *
 * Why the step-up of Benjamini and Hochberg and not that of D. Yekutieli (2001), which holds under
 * any dependence: the questions overlap (BTC/USD is a part of every hour), and where tests lean the
 * same way the former holds too (Benjamini and Yekutieli, theorem 1.2); the latter's price is a
 * factor of ln(questions) in every p, six of two hundred. That it holds here as well, where some
 * rows lean against each other, is measured: tests/research/learn/analyse.c.
 *
 * The first insight is the row of the smallest p. Most others that stand out then repeat it: its
 * pair, its weekend, its strategy. To pass over those alone would leave luck among the rest,
 * because the step-up has counted them. So everything is asked anew of the trades that are left.
 *
 * How long a trade was held is known at its end, and how it ended is much of what it brought: where
 * stops are near, what is held for minutes loses. That split is a family of its own, asked last and
 * said last, so that it takes no trades from what was known before. Each family may err by its
 * share of fdr, which is that of its questions.
 *
 * What was chosen for being far from the rest looks further away than it is, and the interval made
 * for one row alone holds too seldom. That of an insight is made at 1 - 0.05 * stood out / asked,
 * so that of all insights' intervals at most one in twenty misses (Benjamini and Yekutieli, 2005).
 *
 * How many trades more it would take to see the largest, if it is as large as it looks: its t grows
 * with the root of the trades, and its degrees of freedom with them; it must reach what fdr / asked
 * asks for and 0.84 beyond, so that four of five such would be seen.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "research/learn/analyse_internal.h"
#include "research/normal.h"
#include "research/student.h"

#define MISSES 0.05
#define TIMES_MAX 1e9
#define POWER_Z 0.8416212335729143 /* of 80 % */

struct ranked {
    double p;
    uint32_t row;
};

/* One round of questions, of the trades that no insight has told of. */
struct round {
    struct analyse_work *work;
    const struct analysis *analysis;
    bool late; /* asks of what is known at a trade's end, and else of nothing else */
    double fdr;
    uint32_t row_count;
    struct analyse_row *rows;
    uint64_t *keys;        /* of the rows' trades */
    struct ranked *ranked; /* those asked, by p */
    size_t left;           /* trades */
    uint64_t key_left;
    uint32_t asked, stands_out;
};

static void measure_left(struct round *round)
{
    struct analyse_work *work = round->work;
    round->left = 0;
    round->key_left = 0;
    for (size_t i = 0; i < work->count; i++) {
        round->left += !work->said[i];
        round->key_left ^= work->said[i] ? 0 : work->key[i];
    }
    for (uint32_t r = 0; r < round->row_count; r++) {
        analyse_mark(work, &round->rows[r].cell);
        analyse_measure(work, &round->rows[r]);
        round->keys[r] = 0;
        for (size_t i = 0; i < work->count; i++) {
            round->keys[r] ^= work->member[i] && !work->said[i] ? work->key[i] : 0;
        }
    }
}

static bool is_late(const struct analyse_row *row)
{
    return row->cell.splits[0] == ANALYSE_HOLD;
}

static bool may_ask(const struct round *round, const struct analyse_row *row)
{
    const struct analyse_config *config = &round->analysis->config;
    bool known = true;
    for (int i = 0; i < 2; i++) {
        known = known && !analyse_unknown(config, row->cell.splits[i], row->cell.values[i]);
    }
    return known && round->late == is_late(row) && isfinite(row->p) &&
           row->count >= config->support && round->left - row->count >= config->support;
}

/* Of two halves the smaller is named: that is where something is otherwise. */
static void ask(struct round *round, uint32_t index)
{
    const uint64_t key = round->keys[index], other = key ^ round->key_left;
    for (uint32_t i = 0; i < round->asked; i++) {
        const uint32_t before = round->ranked[i].row;
        if (round->keys[before] == other && round->rows[index].count < round->rows[before].count) {
            round->rows[before].asked = false;
            round->rows[index].asked = true;
            round->ranked[i] = (struct ranked){round->rows[index].p, index};
            return;
        }
        if (round->keys[before] == key || round->keys[before] == other) {
            return;
        }
    }
    round->rows[index].asked = true;
    round->ranked[round->asked++] = (struct ranked){round->rows[index].p, index};
}

/* Equal ones as they stand. */
static int by_p(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return x->p != y->p ? (x->p > y->p) - (x->p < y->p) : (x->row > y->row) - (x->row < y->row);
}

/* Marks all up to the largest p that is small enough for its place. */
static void step_up(struct round *round)
{
    round->stands_out = 0;
    for (uint32_t i = round->asked; i-- > 0 && round->stands_out == 0;) {
        const double p = round->ranked[i].p;
        if (p <= round->fdr * (i + 1) / round->asked) {
            round->stands_out = i + 1;
        }
    }
    for (uint32_t i = 0; i < round->stands_out; i++) {
        round->rows[round->ranked[i].row].stands_out = true;
    }
}

static void ask_all(struct round *round)
{
    round->asked = 0;
    measure_left(round);
    for (uint32_t i = 0; i < round->row_count; i++) {
        round->rows[i].asked = round->rows[i].stands_out = false;
        if (may_ask(round, &round->rows[i])) {
            ask(round, i);
        }
    }
    qsort(round->ranked, round->asked, sizeof *round->ranked, by_p);
    step_up(round);
}

static void say(struct round *round, struct analysis *analysis)
{
    struct analyse_work *work = round->work;
    const struct analyse_row *row = &round->rows[round->ranked[0].row];
    const double chance = MISSES * round->stands_out / round->asked;
    const double reach = row->error * student_quantile(chance, row->error_df);
    analysis->insights[analysis->insight_count++] = (struct analyse_insight){
        *row, round->left < work->count, round->asked, row->mean - reach, row->mean + reach};
    analyse_mark(work, &row->cell);
    for (size_t i = 0; i < work->count; i++) {
        work->said[i] = work->said[i] || work->member[i];
    }
}

static bool would_show(const struct analyse_row *row, double chance, double times)
{
    const double needed = student_quantile(chance, (row->df + 1) * times - 1) + POWER_Z;
    return fabs(row->t) * sqrt(times) >= needed;
}

static double trades_missing(const struct round *round)
{
    const struct analyse_row *row = &round->rows[round->ranked[0].row];
    const double chance = round->fdr / round->asked;
    double low = 1, high = 2;
    if (round->stands_out > 0) {
        return 0;
    }
    while (!would_show(row, chance, high) && high < TIMES_MAX) {
        low = high;
        high *= 2;
    }
    while (high - low > 1e-6 * high) {
        const double middle = (low + high) / 2;
        *(would_show(row, chance, middle) ? &high : &low) = middle;
    }
    return ceil((high - 1) * (double)round->left);
}

/* What the table shows is each family's first round. */
static void keep(const struct round *round, struct analysis *analysis)
{
    for (uint32_t i = 0; i < round->row_count; i++) {
        if (is_late(&round->rows[i]) == round->late) {
            analysis->rows[i] = round->rows[i];
        }
    }
    if (analysis->asked == 0 && round->asked > 0) {
        analysis->largest = round->ranked[0].row;
        analysis->more = trades_missing(round);
    }
    analysis->asked += round->asked;
    analysis->stands_out += round->stands_out;
}

static uint32_t count_questions(struct round *round, bool late)
{
    round->late = late;
    ask_all(round);
    return round->asked;
}

static void run_rounds(struct round *round, struct analysis *analysis, double fdr, bool late)
{
    memset(round->work->said, 0, round->work->count * sizeof *round->work->said);
    round->late = late;
    round->fdr = fdr;
    ask_all(round);
    keep(round, analysis);
    while (round->stands_out > 0 && analysis->insight_count < ANALYSE_INSIGHT_MAX) {
        say(round, analysis);
        ask_all(round);
    }
}

static void run_families(struct round *round, struct analysis *analysis)
{
    memcpy(round->rows, analysis->rows, round->row_count * sizeof *round->rows);
    const double late = count_questions(round, true);
    const double share = late / fmax(late + count_questions(round, false), 1);
    run_rounds(round, analysis, (1 - share) * analysis->config.fdr, false);
    run_rounds(round, analysis, share * analysis->config.fdr, true);
}

int analyse_find(struct analyse_work *work, struct analysis *analysis)
{
    const size_t room = analysis->row_count + 1;
    struct round round = {
        .work = work,
        .analysis = analysis,
        .row_count = analysis->row_count,
        .rows = calloc(room, sizeof *round.rows),
        .keys = calloc(room, sizeof *round.keys),
        .ranked = calloc(room, sizeof *round.ranked),
    };
    const bool enough = round.rows != NULL && round.keys != NULL && round.ranked != NULL;
    if (enough && analysis->row_count > 0) {
        run_families(&round, analysis);
    }
    free(round.rows);
    free(round.keys);
    free(round.ranked);
    return enough ? 0 : -ENOMEM;
}
