/* SPDX-License-Identifier: MIT */
/* Exits and sizes, for the strategies whose probability has passed the gate; and what is said of
 * them. */
#include "app/learn_plan.h"

#include <math.h>
#include <string.h>

#include "app/backtest_text.h"
#include "app/html.h"

/* What becomes of them by the run's own candles, fees and exits. */
static int relabel(void *context, const struct candidate_row *rows, size_t count,
                   struct barrier_label *ret)
{
    const struct learn_job *job = context;
    struct labels labels;
    /* Nothing of them is written to. */
    const struct candidates asked = {.count = count, .rows = (struct candidate_row *)rows};
    const int code = labels_make(&job->setup.run, job->flags.horizon_ns, &asked, &labels);
    if (code == 0) {
        memcpy(ret, labels.list, count * sizeof *ret);
    }
    labels_free(&labels);
    return code;
}

bool learn_plan(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    const struct engine_config *engine = &job->setup.engine;
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        const struct gate_report *report = &job->reports[i];
        const struct plan_config config = {
            .terms = job->flags.walk.terms,
            .strategy = learn_strategy(job, i),
            .pairs = job->setup.sources.terms,
            .pair_count = job->setup.sources.count,
            .candidates = &job->candidates,
            .base = (enum timeframe)engine->base,
            .hold_ns = engine->exits.hold_ns,
            .horizon_ns = job->flags.horizon_ns,
            .round_trip_fee = job->flags.walk.round_trip_fee,
            .overlap = report->overlap,
            .seed = job->flags.walk.terms.seed,
            .relabel = {relabel, job},
        };
        if (report->any && report->verdict == GATE_LIVE &&
            plan_walk_run(&config, &job->forward, &job->examples, i, &job->plans[i], error,
                          BACKTEST_ERROR_MAX) != 0) {
            return false;
        }
    }
    plan_judge(job->share, job->plans);
    return true;
}

/* "4.12 %" of the price, or "7.5 h". */
static const char *amount(char text[CELL], enum plan_part part, double value)
{
    snprintf(text, CELL,
             !isfinite(value)    ? "-"
             : part == PLAN_HOLD ? "%.1f h"
                                 : "%.2f %%",
             part == PLAN_HOLD ? value : 100 * value);
    return text;
}

static const char *trial_words(const struct plan_trial *trial)
{
    return trial->live ? "live" : !trial->shown ? "too few examples: a shadow" : "a shadow";
}

static void print_trial(FILE *out, const char *what, const struct plan_trial *trial)
{
    if (trial->count == 0) {
        return; /* nothing was taken in a test behind the first */
    }
    fprintf(out, "  %s: %+.3f %% a trade instead of %+.3f %% over %zu", what, 100 * trial->with,
            100 * trial->without, trial->count);
    if (trial->shown) {
        fprintf(out, ", p %.2g", trial->adjusted);
    }
    fprintf(out, "; %s\n", trial_words(trial));
}

void learn_plan_text(const struct learn_job *job, uint32_t strategy, FILE *out)
{
    const struct plan_report *report = &job->plans[strategy];
    char a[CELL], b[CELL];
    if (!report->any) {
        return;
    }
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        const struct plan_error *error = &report->errors[i];
        if (error->count > 0) {
            fprintf(out,
                    "  %-6s %s, quantile %.2f: mean error %s, of one number for all %s; %.0f %% "
                    "did not exceed it\n",
                    plan_part_names[i], report->plan.moves[i] ? "learned" : "the signal's own",
                    error->alpha, amount(a, (enum plan_part)i, error->mean),
                    amount(b, (enum plan_part)i, error->mean_constant), 100 * error->covered);
        }
    }
    print_trial(out, "with learned exits", &report->exits);
    print_trial(out, "with sizes by the model", &report->sizes);
}

static void put_trial(struct json_writer *json, const char *key, const struct plan_trial *trial)
{
    json_begin_object(json, key);
    json_put_bool(json, "live", trial->live);
    json_put_bool(json, "shown", trial->shown);
    json_put_uint(json, "count", trial->count);
    json_put_real(json, "with", trial->with);
    json_put_real(json, "without", trial->without);
    if (trial->shown) {
        json_put_real(json, "low", trial->paired.within.low);
        json_put_real(json, "high", trial->paired.within.high);
        json_put_real(json, "p", trial->p);
        json_put_real(json, "p_adjusted", trial->adjusted);
    }
    json_end_object(json);
}

static void put_error(struct json_writer *json, const struct plan_report *report,
                      enum plan_part part)
{
    const struct plan_error *error = &report->errors[part];
    json_begin_object(json, plan_part_names[part]);
    json_put_uint(json, "count", error->count);
    json_put_bool(json, "learned", report->plan.moves[part]);
    json_put_real(json, "quantile", error->alpha);
    json_put_string(json, "unit", part == PLAN_HOLD ? "hours" : "of price");
    if (error->count > 0) {
        json_put_real(json, "mean_error", error->mean);
        json_put_real(json, "mean_error_constant", error->mean_constant);
        json_put_real(json, "pinball", error->pinball);
        json_put_real(json, "pinball_constant", error->pinball_constant);
        json_put_real(json, "covered", error->covered);
    }
    json_end_object(json);
}

static void put_pairs(struct json_writer *json, const struct model_plan *plan)
{
    json_begin_array(json, "pairs");
    for (uint32_t i = 0; i < plan->pair_count; i++) {
        const struct plan_pair *pair = &plan->pairs[i];
        json_begin_object(json, NULL);
        json_put_string(json, "pair", pair->symbol);
        for (uint32_t part = 0; part < PLAN_PART_COUNT; part++) {
            json_begin_object(json, plan_part_names[part]);
            json_put_real(json, "offset", pair->offsets[part]);
            json_put_real(json, "weight", pair->weights[part]);
            json_end_object(json);
        }
        json_end_object(json);
    }
    json_end_array(json);
}

void learn_plan_json(const struct learn_job *job, uint32_t strategy, struct json_writer *json)
{
    const struct plan_report *report = &job->plans[strategy];
    if (!report->any) {
        return;
    }
    json_begin_object(json, "plan");
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        put_error(json, report, (enum plan_part)i);
    }
    put_trial(json, "exits", &report->exits);
    put_trial(json, "sizes", &report->sizes);
    put_pairs(json, &report->plan);
    json_end_object(json);
}

static void put_row(FILE *out, const char *what, const struct plan_trial *trial)
{
    if (trial->count == 0) {
        return;
    }
    fprintf(out,
            "<tr><td>%s</td><td>%zu</td><td>%+.3f %%</td><td>%+.3f %%</td><td>%.2g</td>"
            "<td>%s</td></tr>\n",
            what, trial->count, 100 * trial->with, 100 * trial->without, trial->adjusted,
            trial_words(trial));
}

void learn_plan_html(const struct learn_job *job, uint32_t strategy, FILE *out)
{
    const struct plan_report *report = &job->plans[strategy];
    char a[CELL], b[CELL];
    if (!report->any) {
        return;
    }
    fputs("<table><thead><tr><th>part</th><th>exits</th><th>quantile</th><th>mean error</th>"
          "<th>of one number for all</th><th>not exceeded by</th></tr></thead><tbody>\n",
          out);
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        const struct plan_error *error = &report->errors[i];
        if (error->count > 0) {
            fprintf(out,
                    "<tr><td>%s</td><td>%s</td><td>%.2f</td><td>%s</td><td>%s</td><td>%.0f "
                    "%%</td></tr>\n",
                    plan_part_names[i], report->plan.moves[i] ? "learned" : "the signal's own",
                    error->alpha, amount(a, (enum plan_part)i, error->mean),
                    amount(b, (enum plan_part)i, error->mean_constant), 100 * error->covered);
        }
    }
    fputs("</tbody></table>\n<table><thead><tr><th>learned</th><th>trades</th><th>with</th>"
          "<th>without</th><th>p</th><th></th></tr></thead><tbody>\n",
          out);
    put_row(out, "exits", &report->exits);
    put_row(out, "sizes", &report->sizes);
    fputs("</tbody></table>\n", out);
}
