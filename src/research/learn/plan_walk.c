/* SPDX-License-Identifier: MIT */
#include "research/learn/plan_walk.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "research/learn/plan_walk_internal.h"
#include "research/learn/scores.h"
#include "research/learn/spend.h"

uint32_t plan_combination(uint32_t combination, enum plan_part part)
{
    CHECK(combination < PLAN_COMBINATIONS);
    const uint32_t target = combination / 6, stop = combination / 2 % 3, hold = combination % 2;
    const uint32_t choice = part == PLAN_TARGET ? target : part == PLAN_STOP ? stop : hold;
    const uint32_t first = part == PLAN_TARGET ? 0 : part == PLAN_STOP ? 3 : 5;
    return choice == 0 ? PLAN_CHOICES : first + choice - 1;
}

/* The candidate that an example was made of; SIZE_MAX: it is the bot's own trade. */
static size_t find_candidate(const struct plan_walker *walker, const struct example *example)
{
    const struct candidates *candidates = walker->config->candidates;
    const int64_t boundary_ns = example->time_ns - timeframe_ns[walker->config->base];
    size_t low = 0, high = candidates->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (candidates->rows[middle].boundary_ns < boundary_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < candidates->count && candidates->rows[low].boundary_ns == boundary_ns; low++) {
        const struct candidate_row *row = &candidates->rows[low];
        if (row->pair == example->pair && row->strategy == example->strategy &&
            row->direction == example->direction) {
            return low;
        }
    }
    return SIZE_MAX;
}

/* When all of a trade's time is over, and with it its excursions known. */
static int64_t over_ns(const struct plan_config *config, const struct candidate_row *row)
{
    const int64_t step_ns = timeframe_ns[config->base];
    int64_t limit_ns = config->horizon_ns > 0 ? config->horizon_ns : BARRIER_HORIZON_NS;
    if (row->hold_ns > 0 || config->hold_ns > 0) {
        limit_ns = row->hold_ns == 0 || (config->hold_ns != 0 && config->hold_ns < row->hold_ns)
                       ? config->hold_ns
                       : row->hold_ns;
    }
    /* A rung may be reached as late as the trade may last, and its time begins then. */
    return row->boundary_ns + 3 * step_ns + (row->ladder.rungs > 0 ? 2 : 1) * limit_ns;
}

static void gather(struct plan_walker *walker)
{
    for (size_t i = 0; i < walker->examples->count; i++) {
        const struct example *example = &walker->examples->list[i];
        const size_t candidate =
            example->strategy == walker->strategy ? find_candidate(walker, example) : SIZE_MAX;
        if (candidate == SIZE_MAX) {
            continue;
        }
        struct plan_row *row = &walker->rows[walker->row_count++];
        plan_row_make(walker->examples, i, row);
        row->candidate = candidate;
        row->known_ns = over_ns(walker->config, &walker->config->candidates->rows[candidate]);
        if (row->known_ns < example->known_ns) {
            row->known_ns = example->known_ns;
        }
    }
}

/* The strategy's row of an example; NULL. Both ascend. */
static const struct plan_row *row_of(const struct plan_walker *walker, size_t example, size_t *at)
{
    while (*at < walker->row_count && walker->rows[*at].example < example) {
        (*at)++;
    }
    return *at < walker->row_count && walker->rows[*at].example == example ? &walker->rows[*at]
                                                                           : NULL;
}

/* The test's examples, and what the fold's forests say of them. */
static size_t tell(struct plan_walker *walker, const struct plan_fit *fit, uint32_t fold,
                   int64_t known_ns)
{
    const struct forward *forward = walker->forward;
    double offsets[PLAN_CHOICES][PAIR_MAX], weights[PAIR_MAX];
    const size_t first = walker->said_count;
    size_t at = 0;
    for (uint32_t c = 0; c < PLAN_CHOICES; c++) {
        plan_offsets(walker, known_ns, c, offsets[c], weights);
    }
    for (size_t i = 0; i < forward->count; i++) {
        const struct forward_row *spoken = &forward->rows[i];
        const struct example *example = &walker->examples->list[spoken->example];
        const struct plan_row *row = spoken->fold == fold && example->strategy == walker->strategy
                                         ? row_of(walker, spoken->example, &at)
                                         : NULL;
        if (row == NULL) {
            continue;
        }
        struct plan_said_row *said = &walker->said[walker->said_count++];
        *said = (struct plan_said_row){.row = at, .forward = i, .fold = fold};
        for (uint32_t c = 0; c < PLAN_CHOICES; c++) {
            said->told[c] =
                plan_fit_tell(fit, c, examples_features(walker->examples, spoken->example));
            said->offsets[c] = offsets[c][example->pair];
            said->constants[c] = fit->constants[c];
        }
    }
    return first;
}

/* A plan of one combination, for one pair. */
static void build(const struct plan_fit *fit, uint32_t combination, struct plan_pair *pair,
                  struct model_plan *ret)
{
    *ret = (struct model_plan){.pairs = pair, .pair_count = 1};
    for (uint32_t part = 0; part < PLAN_PART_COUNT; part++) {
        const uint32_t choice = plan_combination(combination, (enum plan_part)part);
        if (choice < PLAN_CHOICES && fit->forests[choice] != NULL) {
            ret->forests[part] = *booster_forest(fit->forests[choice]);
            ret->alphas[part] = plan_choices[choice].alpha;
            ret->moves[part] = true;
        }
    }
}

/* The candidate with the exits that a combination gives it, as the engine would. */
static struct candidate_row ask_plan(const struct plan_walker *walker, const struct plan_fit *fit,
                                     const struct plan_said_row *said, uint32_t combination)
{
    const struct plan_config *config = walker->config;
    const struct plan_row *row = &walker->rows[said->row];
    struct candidate_row asked = config->candidates->rows[row->candidate];
    struct plan_pair pair = {.symbol = ""};
    struct model_plan plan;
    struct plan_said moved;
    struct features features;
    for (uint32_t part = 0; part < PLAN_PART_COUNT; part++) {
        const uint32_t choice = plan_combination(combination, (enum plan_part)part);
        pair.offsets[part] = choice < PLAN_CHOICES ? said->offsets[choice] : 0;
    }
    build(fit, combination, &pair, &plan);
    examples_figures(walker->examples, row->example, features.values);
    const struct plan_question question = {.strategy = config->strategy,
                                           .symbol = "",
                                           .features = &features,
                                           .direction = asked.direction,
                                           .price = asked.price,
                                           .stop = asked.stop,
                                           .target = asked.target,
                                           .hold_ns = asked.hold_ns,
                                           .round_trip_fee = config->round_trip_fee};
    if (plan_ask(&plan, &question, &moved)) {
        asked.stop = moved.stop;
        asked.target = moved.target;
        asked.hold_ns = moved.hold_ns;
    }
    return asked;
}

/* Follows the test's examples to their ends, once with each combination. */
static int follow(struct plan_walker *walker, const struct plan_fit *fit, size_t first)
{
    const size_t count = walker->said_count - first;
    for (size_t i = 0; i < count; i++) {
        for (uint32_t c = 0; c < PLAN_COMBINATIONS; c++) {
            walker->asked[i * PLAN_COMBINATIONS + c] =
                ask_plan(walker, fit, &walker->said[first + i], c);
        }
    }
    const struct plan_relabel *relabel = &walker->config->relabel;
    const int code =
        relabel->label(relabel->context, walker->asked, count * PLAN_COMBINATIONS, walker->labels);
    for (size_t i = 0; i < count && code == 0; i++) {
        struct plan_said_row *said = &walker->said[first + i];
        said->whole = true;
        for (uint32_t c = 0; c < PLAN_COMBINATIONS; c++) {
            const struct barrier_label *label = &walker->labels[i * PLAN_COMBINATIONS + c];
            said->whole = said->whole && label->fate == BARRIER_ENDED;
            said->rewards[c] = label->net;
            said->known_ns = label->known_ns > said->known_ns ? label->known_ns : said->known_ns;
        }
    }
    return code;
}

static int fit_by(struct plan_walker *walker, int64_t from_ns, int64_t until_ns,
                  struct plan_fit *ret)
{
    const struct plan_data data = {.examples = walker->examples,
                                   .rows = walker->rows,
                                   .count = walker->row_count,
                                   .now_ns = until_ns,
                                   .from_ns = from_ns};
    return plan_fit_make(&data, &walker->config->terms, ret, walker->error, walker->error_size);
}

static int walk_one(struct plan_walker *walker, uint32_t fold)
{
    const struct walk_fold *span = &walker->forward->folds[fold];
    struct plan_fit fit;
    int code = fit_by(walker, span->train_from_ns, span->train_until_ns, &fit);
    if (code == 0) {
        walker->chosen[fold] = plan_choose(walker, span->train_until_ns);
        code = follow(walker, &fit, tell(walker, &fit, fold, span->train_until_ns));
    }
    plan_fit_free(&fit);
    return code;
}

/* What goes on: fitted to all that is known, with the combination that brought most. A part that
 * stays the signal's own is told all the same. */
static int finish(struct plan_walker *walker, struct plan_report *ret)
{
    static const uint32_t usual[PLAN_PART_COUNT] = {1, 4, 5};
    const struct plan_config *config = walker->config;
    int64_t now_ns = 0;
    for (size_t i = 0; i < walker->examples->count; i++) {
        const int64_t known_ns = walker->examples->list[i].known_ns;
        now_ns = known_ns > now_ns ? known_ns : now_ns;
    }
    ret->pairs = calloc(config->pair_count + 1, sizeof *ret->pairs);
    if (ret->pairs == NULL) {
        return -ENOMEM;
    }
    const int code = fit_by(walker, INT64_MIN, now_ns, &ret->fit);
    ret->combination = plan_choose(walker, INT64_MAX);
    ret->plan = (struct model_plan){.pairs = ret->pairs, .pair_count = config->pair_count};
    for (uint32_t i = 0; i < config->pair_count; i++) {
        snprintf(ret->pairs[i].symbol, sizeof ret->pairs[i].symbol, "%s", config->pairs[i].symbol);
    }
    for (uint32_t part = 0; part < PLAN_PART_COUNT && code == 0; part++) {
        double offsets[PAIR_MAX], weights[PAIR_MAX];
        const uint32_t chosen = plan_combination(ret->combination, (enum plan_part)part);
        const uint32_t choice = chosen < PLAN_CHOICES ? chosen : usual[part];
        ret->choices[part] = choice;
        if (ret->fit.forests[choice] == NULL) {
            continue;
        }
        plan_offsets(walker, INT64_MAX, choice, offsets, weights);
        ret->plan.forests[part] = *booster_forest(ret->fit.forests[choice]);
        ret->plan.alphas[part] = plan_choices[choice].alpha;
        ret->plan.moves[part] = chosen < PLAN_CHOICES;
        for (uint32_t i = 0; i < config->pair_count; i++) {
            ret->pairs[i].offsets[part] = offsets[i];
            ret->pairs[i].weights[part] = weights[i];
        }
    }
    return code;
}

static bool make_room(struct plan_walker *walker)
{
    size_t counts[WALK_FOLD_MAX] = {0}, most = 0;
    for (size_t i = 0; i < walker->forward->count; i++) {
        const struct forward_row *row = &walker->forward->rows[i];
        if (walker->examples->list[row->example].strategy == walker->strategy) {
            const size_t count = ++counts[row->fold];
            most = count > most ? count : most;
        }
    }
    const size_t all = walker->examples->count + 1, asked = (most + 1) * PLAN_COMBINATIONS;
    walker->rows = calloc(all, sizeof *walker->rows);
    walker->said = calloc(walker->forward->count + 1, sizeof *walker->said);
    walker->values = calloc(all, sizeof *walker->values);
    walker->weights = calloc(all, sizeof *walker->weights);
    walker->asked = calloc(asked, sizeof *walker->asked);
    walker->labels = calloc(asked, sizeof *walker->labels);
    return walker->rows != NULL && walker->said != NULL && walker->values != NULL &&
           walker->weights != NULL && walker->asked != NULL && walker->labels != NULL;
}

static void free_room(struct plan_walker *walker)
{
    free(walker->rows), free(walker->said), free(walker->values);
    free(walker->weights), free(walker->asked), free(walker->labels);
}

int plan_walk_run(const struct plan_config *config, const struct forward *forward,
                  const struct examples *examples, uint32_t strategy, struct plan_report *ret,
                  char *error, size_t error_size)
{
    struct plan_walker walker = {.config = config,
                                 .forward = forward,
                                 .examples = examples,
                                 .strategy = strategy,
                                 .error = error,
                                 .error_size = error_size};
    *ret = (struct plan_report){.usual_edge = (double)NAN};
    int code = make_room(&walker) ? 0 : -ENOMEM;
    if (code == 0) {
        gather(&walker);
    }
    for (uint32_t fold = 0; fold < forward->fold_count && code == 0; fold++) {
        code = walk_one(&walker, fold);
    }
    code = code == 0 ? finish(&walker, ret) : code;
    code = code == 0 ? plan_measure(&walker, ret) : code;
    if (code == -ENOMEM) {
        snprintf(error, error_size, "out of memory for %zu examples", examples->count);
    }
    ret->any = code == 0;
    free_room(&walker);
    return code;
}

void plan_judge(double share, struct plan_report reports[STRATEGY_MAX])
{
    double p[2 * STRATEGY_MAX], adjusted[2 * STRATEGY_MAX];
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        p[2 * i] = reports[i].any ? reports[i].exits.p : (double)NAN;
        p[2 * i + 1] = reports[i].any ? reports[i].sizes.p : (double)NAN;
    }
    spend_holm(p, 2 * STRATEGY_MAX, adjusted);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        struct plan_report *report = &reports[i];
        report->exits.adjusted = adjusted[2 * i];
        report->sizes.adjusted = adjusted[2 * i + 1];
        report->exits.live = report->any && adjusted[2 * i] <= share && report->combination != 0;
        report->sizes.live = report->any && adjusted[2 * i + 1] <= share && report->usual_edge > 0;
        report->plan.live = report->exits.live;
        report->plan.sizes = report->sizes.live;
        report->plan.edge = report->usual_edge > 0 ? report->usual_edge : 0;
    }
}

void plan_report_free(struct plan_report *report)
{
    plan_fit_free(&report->fit);
    free(report->pairs);
    *report = (struct plan_report){0};
}
