/* SPDX-License-Identifier: MIT */
#include "research/learn/gate.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/model/sigmoid.h"
#include "research/learn/gate_scores.h"
#include "research/learn/spend.h"

const char *const gate_rival_names[GATE_RIVAL_COUNT] = {
    [GATE_RIVAL_ALWAYS] = "always take",
    [GATE_RIVAL_HEURISTIC] = "the heuristic",
    [GATE_RIVAL_LOGISTIC] = "the logistic model",
    [GATE_RIVAL_INCUMBENT] = "the incumbent",
};

const char *const gate_verdict_names[3] = {
    [GATE_LIVE] = "live", [GATE_SHADOW] = "shadow", [GATE_REFUSED] = "refused"};

static double rival_said(const struct gate_config *config, const struct forward *forward,
                         enum gate_rival rival, size_t index)
{
    const struct forward_row *row = &forward->rows[index];
    switch (rival) {
    case GATE_RIVAL_ALWAYS:
        return row->members[FORWARD_BASE];
    case GATE_RIVAL_HEURISTIC:
        return row->heuristic;
    case GATE_RIVAL_LOGISTIC:
        return row->members[FORWARD_LOGISTIC];
    default:
        return config->incumbent != NULL ? config->incumbent[index] : (double)NAN;
    }
}

/* How much less the ensemble lost than the rival, each example as much as it is unique. */
static int try_rival(const struct gate_config *config, const struct forward *forward,
                     const struct gate_rows *rows, uint32_t strategy, enum gate_rival rival,
                     struct gate_report *ret)
{
    struct gate_trial *trial = &ret->rivals[rival];
    double *differences = malloc((rows->count + 1) * sizeof *differences);
    double sum = 0;
    for (size_t i = 0; i < rows->count && differences != NULL; i++) {
        const struct forward_row *row = &forward->rows[rows->list[i]];
        const struct example *example = &rows->examples->list[row->example];
        const double said = rival_said(config, forward, rival, rows->list[i]);
        if (!isnan(said)) {
            differences[trial->count++] =
                example->uniqueness *
                (log_loss(said, example->won) - log_loss(row->ensemble, example->won));
            sum += example->uniqueness;
        }
    }
    /* Who is in force is asked, though he may have nothing to say of what he has not seen. */
    trial->asked = trial->count > 0 ||
                   (rival == GATE_RIVAL_INCUMBENT && (config->incumbents >> strategy & 1) != 0);
    for (size_t i = 0; i < trial->count; i++) {
        differences[i] *= (double)trial->count / sum;
    }
    double *scratch = malloc((paired_scratch(trial->count) + 1) * sizeof *scratch);
    if (differences != NULL && scratch != NULL && trial->count > 0) {
        trial->shown = paired_test(&(struct paired_config){.differences = differences,
                                                           .count = trial->count,
                                                           .overlap = ret->overlap,
                                                           .confidence = GATE_CONFIDENCE,
                                                           .seed = config->seed + rival,
                                                           .scratch = scratch},
                                   &trial->paired);
    }
    const int code = differences == NULL || scratch == NULL ? -ENOMEM : 0;
    free(differences), free(scratch);
    return code;
}

/* The largest p of those that had something to say; NAN where one could not be tested. */
static double largest_p(const struct gate_report *report)
{
    double most = (double)NAN;
    for (int rival = 0; rival < GATE_RIVAL_COUNT; rival++) {
        const struct gate_trial *trial = &report->rivals[rival];
        if (trial->asked && !trial->shown) {
            return (double)NAN;
        }
        if (trial->asked && !(trial->paired.p <= most)) {
            most = trial->paired.p;
        }
    }
    return report->rivals[GATE_RIVAL_ALWAYS].asked ? most : (double)NAN;
}

static int judge_one(const struct gate_config *config, const struct forward *forward,
                     const struct examples *examples, uint32_t strategy, struct gate_report *ret)
{
    struct gate_rows rows;
    int code = gate_rows_make(forward, examples, strategy, &rows);
    if (code == 0) {
        code = gate_measure(config, forward, &rows, ret);
    }
    for (int rival = 0; rival < GATE_RIVAL_COUNT && code == 0; rival++) {
        code = try_rival(config, forward, &rows, strategy, (enum gate_rival)rival, ret);
    }
    if (code == 0) {
        code = gate_find_leak(examples, strategy, ret);
    }
    ret->p = code == 0 ? largest_p(ret) : (double)NAN;
    gate_rows_free(&rows);
    return code;
}

/* The rival that it came nearest to losing against. */
static enum gate_rival hardest(const struct gate_report *report)
{
    enum gate_rival worst = GATE_RIVAL_ALWAYS;
    for (int rival = 0; rival < GATE_RIVAL_COUNT; rival++) {
        const struct gate_trial *trial = &report->rivals[rival];
        if (trial->shown && trial->paired.p > report->rivals[worst].paired.p) {
            worst = (enum gate_rival)rival;
        }
    }
    return worst;
}

__attribute__((format(printf, 3, 4))) static void say(struct gate_report *report,
                                                      enum gate_verdict verdict, const char *format,
                                                      ...)
{
    va_list list;
    va_start(list, format);
    report->verdict = verdict;
    vsnprintf(report->words, sizeof report->words, format, list);
    va_end(list);
}

/* Why it could not be judged. */
static void say_too_few(struct gate_report *report)
{
    const struct gate_trial *incumbent = &report->rivals[GATE_RIVAL_INCUMBENT];
    if (incumbent->asked && !incumbent->shown) {
        say(report, GATE_SHADOW,
            "what is in force stays: %zu examples that it was not trained on are too few to beat "
            "it "
            "by",
            incumbent->count);
    } else {
        say(report, GATE_SHADOW, "%zu examples forward in time are too few to show anything",
            report->rewards[GATE_EVERY].count);
    }
}

static void decide(struct gate_report *report)
{
    const struct gate_reward *all = &report->rewards[GATE_EVERY];
    const struct gate_reward *taken = &report->rewards[GATE_BY_MODEL];
    const enum gate_rival rival = hardest(report);
    const struct paired *paired = &report->rivals[rival].paired;
    const double auc = report->scores[GATE_ENSEMBLE].auc;
    if (report->leak_auc > GATE_LEAK_FEATURE) {
        say(report, GATE_REFUSED,
            "too good to be true: the feature %s alone tells winners from losers with an AUC of "
            "%.3f (above %.2f); it knows the outcome",
            feature_table[report->leak_feature].name, report->leak_auc, GATE_LEAK_FEATURE);
    } else if (gate_believes(&report->scores[GATE_ENSEMBLE]) && auc > GATE_LEAK_MODEL) {
        say(report, GATE_REFUSED,
            "too good to be true: an AUC of %.3f forward in time (above %.2f); the features know "
            "the outcome",
            auc, GATE_LEAK_MODEL);
    } else if (isnan(report->p)) {
        say_too_few(report);
    } else if (!(report->adjusted <= report->share)) {
        say(report, GATE_SHADOW,
            "its log loss is %.4f %s than that of %s, p %.2g of %.2g allowed: that is not shown to "
            "be more than noise",
            fabs(paired->mean), paired->mean > 0 ? "lower" : "higher", gate_rival_names[rival],
            report->adjusted, report->share);
    } else if (taken->count < GATE_TAKEN_LEAST) {
        say(report, GATE_SHADOW,
            "it knows more than noise (p %.2g), but says yes to %zu of %zu: a reward is not known",
            report->adjusted, taken->count, all->count);
    } else if (!(taken->mean >= all->mean)) {
        say(report, GATE_SHADOW,
            "it knows more than noise (p %.2g), but what it takes brings %.3f %% a trade, less "
            "than %.3f %% of all",
            report->adjusted, 100 * taken->mean, 100 * all->mean);
    } else {
        say(report, GATE_LIVE,
            "it beats every rival, %s by the least: its log loss is %.4f lower, p %.2g of %.2g "
            "allowed; %.3f %% a trade instead of %.3f %%",
            gate_rival_names[rival], paired->mean, report->adjusted, report->share,
            100 * taken->mean, 100 * all->mean);
    }
}

int gate_judge(const struct gate_config *config, const struct forward *forward,
               const struct examples *examples, struct gate_report ret[STRATEGY_MAX])
{
    double p[STRATEGY_MAX], adjusted[STRATEGY_MAX];
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        ret[i] = (struct gate_report){.p = (double)NAN, .share = config->share};
    }
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        ret[i].any = (forward->strategies & 1u << i) != 0;
        if (ret[i].any && judge_one(config, forward, examples, i, &ret[i]) != 0) {
            return -ENOMEM;
        }
        p[i] = ret[i].p;
    }
    spend_holm(p, STRATEGY_MAX, adjusted);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        ret[i].adjusted = adjusted[i];
        if (ret[i].any) {
            decide(&ret[i]);
        }
    }
    return 0;
}

void gate_free(struct gate_report *report)
{
    free(report->pairs);
    *report = (struct gate_report){0};
}
