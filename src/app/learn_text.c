/* SPDX-License-Identifier: MIT */
/* What was learned, for a terminal; and the table of features. */
#include <inttypes.h>
#include <math.h>

#include "app/backtest_text.h"
#include "app/learn_plan.h"

#define TOP 6 /* features that are told of a model */

/* "0.6931"; "-" of nothing. */
static const char *fine(char text[CELL], double value)
{
    snprintf(text, CELL, isfinite(value) ? "%.4f" : "-", value);
    return text;
}

/* "+0.142 %": what a trade brings is small. */
static const char *reward(char text[CELL], double part)
{
    snprintf(text, CELL, isfinite(part) ? "%+.3f %%" : "-", part * 100);
    return text;
}

static void print_head(const struct learn_job *job, FILE *out)
{
    char from[CELL], until[CELL];
    fprintf(out, "learn: %s, %u pairs, %s - %s, decided on %s candles\n", job->name,
            job->setup.sources.count, text_date(from, job->run.start_ns),
            text_date(until, job->run.end_ns), timeframe_names[job->setup.sources.decided]);
    fprintf(out, "\n  %-16s %10s %8s %10s %9s %9s %8s %9s\n", "strategy", "signals", "shorts",
            "unfinished", "unfilled", "examples", "won", "a trade");
    for (uint32_t i = 0; i < job->setup.engine.strategy_count; i++) {
        const struct examples_count *count = &job->examples.counts[i];
        const double kept = count->kept > 0 ? (double)count->kept : (double)NAN;
        char won[CELL], brought[CELL];
        fprintf(out,
                "  %-16s %10" PRIu64 " %8" PRIu64 " %10" PRIu64 " %9" PRIu64 " %9" PRIu64
                " %8s %9s\n",
                learn_strategy(job, i), count->candidates, count->shorts, count->unfinished,
                count->unfilled + count->unusable, count->kept,
                text_share(won, (double)count->won / kept), reward(brought, count->reward / kept));
    }
}

static void print_own(const struct learn_job *job, FILE *out)
{
    const struct own_count *own = &job->own;
    if (own->trades > 0) {
        fprintf(out,
                "\n%" PRIu64 " trades of the bot's own: %" PRIu64
                " are found in history, and count "
                "%.0f times as %" PRIu64 " examples with what they really brought\n",
                own->trades, own->matched, job->flags.walk.terms.own, own->examples);
    }
}

static void print_walk(const struct learn_job *job, FILE *out)
{
    const struct forward *forward = &job->forward;
    char from[CELL], until[CELL];
    fprintf(out,
            "\nforward in time: %zu tests from %.10s to %.10s, each by models of %s; %zu times an\n"
            "example was left out of a training because its outcome was not known yet\n",
            forward->fold_count, text_date(from, forward->folds[0].test_from_ns),
            text_date(until, forward->folds[forward->fold_count - 1].test_until_ns),
            job->flags.walk.rolling ? "the span before it" : "all that was known before it",
            forward->purged);
}

static void print_scores(const struct learn_job *job, uint32_t strategy, FILE *out)
{
    const struct gate_report *report = &job->reports[strategy];
    char a[CELL], b[CELL], c[CELL], d[CELL], e[CELL], f[CELL];
    fprintf(out, "\n%s: %zu examples forward in time, worth %.0f independent ones\n",
            learn_strategy(job, strategy), report->rewards[GATE_EVERY].count,
            report->scores[GATE_ENSEMBLE].effective);
    fprintf(out, "  %-10s %9s %9s %9s %9s %9s %11s\n", "model", "log loss", "Brier", "AUC",
            "accuracy", "precision", "calibration");
    for (int i = 0; i < GATE_PREDICTOR_COUNT; i++) {
        const struct scores *scores = &report->scores[i];
        if (scores->count > 0) {
            fprintf(out, "  %-10s %9s %9s %9s %9s %9s %11s\n", gate_predictor_names[i],
                    fine(a, scores->log_loss), fine(b, scores->brier), fine(c, scores->auc),
                    text_share(d, scores->accuracy), text_share(e, scores->precision),
                    fine(f, scores->calibration_error));
        }
    }
}

static void print_trials(const struct learn_job *job, uint32_t strategy, FILE *out)
{
    const struct gate_report *report = &job->reports[strategy];
    for (int i = 0; i < GATE_RIVAL_COUNT; i++) {
        const struct gate_trial *trial = &report->rivals[i];
        if (trial->shown) {
            fprintf(out, "  against %-19s log loss %+.4f, %+.4f to %+.4f (95 %%), p %.2g\n",
                    gate_rival_names[i], -trial->paired.mean, -trial->paired.within.high,
                    -trial->paired.within.low, trial->paired.p);
        } else if (trial->asked) {
            fprintf(out, "  against %-19s too few examples\n", gate_rival_names[i]);
        }
    }
}

/* What taking brought, after fees, by whoever says what is taken. */
static void print_rewards(const struct learn_job *job, uint32_t strategy, FILE *out)
{
    const struct gate_report *report = &job->reports[strategy];
    char a[CELL], b[CELL], c[CELL], d[CELL];
    fprintf(out, "  %-18s %6s %8s %10s   %s\n", "taken", "trades", "won", "a trade", "95 %");
    for (int i = 0; i < GATE_POLICY_COUNT; i++) {
        const struct gate_reward *one = &report->rewards[i];
        fprintf(out, "  %-18s %6zu %8s %10s   ", gate_policy_names[i], one->count,
                text_share(a, one->won), reward(b, one->mean));
        if (isfinite(one->within.low) && isfinite(one->within.high)) {
            fprintf(out, "%s to %s\n", reward(c, one->within.low), reward(d, one->within.high));
        } else {
            fputs(one->count > 0 ? "too few\n" : "-\n", out);
        }
    }
    for (uint32_t i = 0; i < report->pair_count && report->pair_count > 1; i++) {
        const struct gate_pair *pair = &report->pairs[i];
        const struct gate_reward *all = &pair->rewards[GATE_EVERY];
        const struct gate_reward *taken = &pair->rewards[GATE_BY_MODEL];
        fprintf(out, "    %-10s %6zu examples, AUC %s, %s a trade; with it %zu: %s\n",
                learn_pair(job, pair->pair), all->count, fine(a, pair->scores.auc),
                reward(b, all->mean), taken->count, reward(c, taken->mean));
    }
}

static void print_model(const struct learn_job *job, uint32_t strategy, FILE *out)
{
    const struct forward_model *model = &job->forward.models[strategy];
    const struct learn_importance *importance = &job->importance[strategy];
    uint32_t ranks[FEATURE_COUNT];
    const double *shares = model->ensemble.weights;
    fprintf(out,
            "  now: forest %.2f, logistic %.2f, online %.2f, base rate %.2f; its own models count "
            "%.2f,\n  the pooled ones %.2f\n",
            shares[FORWARD_FOREST], shares[FORWARD_LOGISTIC], shares[FORWARD_ONLINE],
            shares[FORWARD_BASE], model->own_weight, 1 - model->own_weight);
    learn_rank(importance, ranks);
    if (importance->parts[ranks[0]] > 0) {
        fputs("  looks at:", out);
        for (int i = 0; i < TOP; i++) {
            fprintf(out, "%s %s %.0f %%", i > 0 ? "," : "", feature_table[ranks[i]].name,
                    100 * importance->parts[ranks[i]]);
        }
        fputc('\n', out);
    }
}

/* In units of risk: what a stop costs. */
static void print_sizing(const struct bandit_walk *sizing, FILE *out)
{
    fprintf(out, "\nsizes by a bandit, %zu signals: %s\n", sizing->count,
            bandit_walk_verdict(sizing));
    if (sizing->count == 0) {
        return;
    }
    fprintf(out, "  skipped %zu, at half size %zu, whole %zu, at 1.5 %zu\n",
            sizing->arms[BANDIT_SKIP], sizing->arms[BANDIT_HALF_SIZE], sizing->arms[BANDIT_WHOLE],
            sizing->arms[BANDIT_LARGE]);
    fprintf(out,
            "  a signal brings %+.3f of its risk taken whole, %+.3f sized; deepest fall %.1f "
            "and %.1f\n",
            sizing->reward_whole, sizing->reward_sized, sizing->drawdown_whole,
            sizing->drawdown_sized);
    if (sizing->shown) {
        fprintf(out, "  worth %+.4f more, %+.4f to %+.4f (95 %%), p %.2g\n", sizing->paired.mean,
                sizing->paired.within.low, sizing->paired.within.high, sizing->paired.p);
    }
}

void learn_summary(const void *context, FILE *out)
{
    const struct learn_job *job = context;
    print_head(job, out);
    print_own(job, out);
    print_walk(job, out);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        if (job->reports[i].any) {
            print_scores(job, i, out);
            print_trials(job, i, out);
            print_rewards(job, i, out);
            print_model(job, i, out);
            learn_plan_text(job, i, out);
        }
    }
    print_sizing(&job->sizing, out);
    fputs("\nverdicts\n", out);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        if (job->reports[i].any) {
            fprintf(out, "  %-16s %-8s %s\n", learn_strategy(job, i),
                    gate_verdict_names[job->reports[i].verdict], job->reports[i].words);
        }
    }
    if (!job->flags.keep) {
        fputs("\nexploratory: nothing of the week's allowance of luck was spent, so these verdicts "
              "put "
              "nothing\nin force; --keep trains a model that can be, and is judged by what is left "
              "of "
              "it\n",
              out);
    }
    fprintf(out, "  %.1f s\n", job->seconds);
}

void learn_features(FILE *out)
{
    static const struct {
        uint32_t set;
        const char *name;
    } sets[] = {{FEATURE_SET_TEN, "ten"},
                {FEATURE_SET_DCA, "dca"},
                {FEATURE_SET_SWING, "swing"},
                {FEATURE_SET_CHANNEL, "channel"}};
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        const struct feature_row *row = &feature_table[i];
        fprintf(out, "%-20s %s\n%-20s unit: %s; scale: %s; needs %u candles", row->name,
                row->formula, "", row->unit, row->normal, features_history((enum feature)i));
        const char *before = "; in the vector of: ";
        for (size_t k = 0; k < sizeof sets / sizeof sets[0]; k++) {
            if ((row->sets & sets[k].set) != 0) {
                fprintf(out, "%s%s", before, sets[k].name);
                before = ", ";
            }
        }
        fputc('\n', out);
    }
}
