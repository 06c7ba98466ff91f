/* SPDX-License-Identifier: MIT */
/* What was learned, as one HTML page that opens from disk: of each strategy its verdict, the proof,
 * what was said against what came, and what the model looks at. */
#include <inttypes.h>
#include <math.h>

#include "app/backtest_text.h"
#include "app/html.h"
#include "app/learn_plan.h"

#define SIDE 360.0 /* of the reliability diagram */
#define BARS 12    /* features that are shown */
#define BAR_HIGH 18.0
#define BAR_LEFT 170.0
#define BAR_WIDE 560.0

static void put_figure(FILE *out, double value)
{
    if (isfinite(value)) {
        fprintf(out, "<td>%.4f</td>", value);
    } else {
        fputs("<td>-</td>", out);
    }
}

static void put_part(FILE *out, const char *format, double part)
{
    if (isfinite(part)) {
        fputs("<td>", out);
        fprintf(out, format, 100 * part);
        fputs("</td>", out);
    } else {
        fputs("<td>-</td>", out);
    }
}

static void put_counts(FILE *out, const struct learn_job *job)
{
    fputs("<h2>Signals and what became of them</h2>\n<table><thead><tr><th>strategy</th>"
          "<th>signals</th><th>shorts</th><th>unfinished</th><th>unfilled</th><th>examples</th>"
          "<th>won</th><th>a trade</th></tr></thead><tbody>\n",
          out);
    for (uint32_t i = 0; i < job->setup.engine.strategy_count; i++) {
        const struct examples_count *count = &job->examples.counts[i];
        const double kept = count->kept > 0 ? (double)count->kept : (double)NAN;
        fputs("<tr>", out);
        html_cell(out, learn_strategy(job, i));
        fprintf(out,
                "<td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64
                "</td><td>%" PRIu64 "</td>",
                count->candidates, count->shorts, count->unfinished,
                count->unfilled + count->unusable, count->kept);
        put_part(out, "%.1f %%", (double)count->won / kept);
        put_part(out, "%+.3f %%", count->reward / kept);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
}

static void put_scores(FILE *out, const struct gate_report *report)
{
    fputs("<table><thead><tr><th>model</th><th>log loss</th><th>Brier</th><th>AUC</th>"
          "<th>accuracy</th><th>precision</th><th>calibration error</th></tr></thead><tbody>\n",
          out);
    for (int i = 0; i < GATE_PREDICTOR_COUNT; i++) {
        const struct scores *scores = &report->scores[i];
        if (scores->count > 0) {
            fputs("<tr>", out);
            html_cell(out, gate_predictor_names[i]);
            put_figure(out, scores->log_loss);
            put_figure(out, scores->brier);
            put_figure(out, scores->auc);
            put_part(out, "%.1f %%", scores->accuracy);
            put_part(out, "%.1f %%", scores->precision);
            put_figure(out, scores->calibration_error);
            fputs("</tr>\n", out);
        }
    }
    fputs("</tbody></table>\n<table><thead><tr><th>against</th><th>loses less a trade</th>"
          "<th>from</th><th>to</th><th>p</th></tr></thead><tbody>\n",
          out);
    for (int i = 0; i < GATE_RIVAL_COUNT; i++) {
        const struct gate_trial *trial = &report->rivals[i];
        if (trial->shown) {
            fputs("<tr>", out);
            html_cell(out, gate_rival_names[i]);
            put_figure(out, trial->paired.mean);
            put_figure(out, trial->paired.within.low);
            put_figure(out, trial->paired.within.high);
            fprintf(out, "<td>%.2g</td></tr>\n", trial->paired.p);
        }
    }
    fputs("</tbody></table>\n", out);
}

/* What taking brought, after fees, by whoever says what is taken. */
static void put_rewards(FILE *out, const struct gate_report *report)
{
    fputs("<table><thead><tr><th>taken</th><th>trades</th><th>won</th><th>a trade</th>"
          "<th>from</th><th>to (95 %)</th></tr></thead><tbody>\n",
          out);
    for (int i = 0; i < GATE_POLICY_COUNT; i++) {
        const struct gate_reward *reward = &report->rewards[i];
        fputs("<tr>", out);
        html_cell(out, gate_policy_names[i]);
        fprintf(out, "<td>%zu</td>", reward->count);
        put_part(out, "%.1f %%", reward->won);
        put_part(out, "%+.3f %%", reward->mean);
        put_part(out, "%+.3f %%", reward->within.low);
        put_part(out, "%+.3f %%", reward->within.high);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
}

static void put_pairs(FILE *out, const struct learn_job *job, const struct gate_report *report)
{
    fputs("<table><thead><tr><th>pair</th><th>examples</th><th>AUC</th><th>won</th><th>a trade</th>"
          "<th>taken</th><th>won</th><th>a trade</th></tr></thead><tbody>\n",
          out);
    for (uint32_t i = 0; i < report->pair_count; i++) {
        const struct gate_pair *pair = &report->pairs[i];
        const struct gate_reward *all = &pair->rewards[GATE_EVERY];
        const struct gate_reward *taken = &pair->rewards[GATE_BY_MODEL];
        fputs("<tr>", out);
        html_cell(out, learn_pair(job, pair->pair));
        fprintf(out, "<td>%zu</td>", all->count);
        put_figure(out, pair->scores.auc);
        put_part(out, "%.1f %%", all->won);
        put_part(out, "%+.3f %%", all->mean);
        fprintf(out, "<td>%zu</td>", taken->count);
        put_part(out, "%.1f %%", taken->won);
        put_part(out, "%+.3f %%", taken->mean);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
}

/* What was said from left to right, what came from the bottom up; where both are the same it lies
 * on the grey line. */
static void put_reliability(FILE *out, const struct scores *scores)
{
    fprintf(
        out,
        "<p class=\"quiet\">What was said (to the right) against what came (upwards), both from "
        "0 to 100 %%; the strokes are 95 %%. On the grey line both are the same.</p>\n<svg "
        "class=\"reliability\" viewBox=\"0 0 %g %g\" style=\"width:%gpx\"><line class=\"held\" "
        "x1=\"0\" y1=\"%g\" x2=\"%g\" y2=\"0\"/>",
        SIDE, SIDE, SIDE, SIDE, SIDE);
    for (uint32_t i = 0; i < scores->bin_count; i++) {
        const struct reliability_bin *bin = &scores->bins[i];
        const double x = SIDE * bin->predicted;
        fprintf(
            out,
            "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/><circle "
            "cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#1668d6\"><title>said %.1f %%, came %.1f %% "
            "(%zu)</title></circle>",
            x, x, SIDE * (1 - bin->within.low), SIDE * (1 - bin->within.high), x,
            SIDE * (1 - bin->observed), 100 * bin->predicted, 100 * bin->observed, bin->count);
    }
    fputs("</svg>\n", out);
}

static void put_importance(FILE *out, const struct learn_importance *importance)
{
    uint32_t ranks[FEATURE_COUNT];
    learn_rank(importance, ranks);
    if (!(importance->parts[ranks[0]] > 0)) {
        return;
    }
    const double most = importance->parts[ranks[0]];
    fprintf(out,
            "<p class=\"quiet\">How far each feature moves the %s's margin, of all that moves "
            "it%s.</p>\n<svg class=\"importance\" viewBox=\"0 0 %g %g\" style=\"width:%gpx\">",
            importance->trees ? "forest" : "logistic model",
            importance->pooled ? " (the pooled model's)" : "", BAR_LEFT + BAR_WIDE + 70,
            BARS * BAR_HIGH, BAR_LEFT + BAR_WIDE + 70);
    for (int i = 0; i < BARS && importance->parts[ranks[i]] > 0; i++) {
        const double wide = BAR_WIDE * importance->parts[ranks[i]] / most, y = i * BAR_HIGH;
        fprintf(out,
                "<text x=\"%g\" y=\"%g\" text-anchor=\"end\">%s</text><rect class=\"narrow-band\" "
                "x=\"%g\" y=\"%g\" width=\"%.1f\" height=\"%g\"/><text x=\"%.1f\" y=\"%g\">%.1f "
                "%%</text>",
                BAR_LEFT - 8, y + 13, feature_table[ranks[i]].name, BAR_LEFT, y + 2, wide,
                BAR_HIGH - 4, BAR_LEFT + wide + 6, y + 13, 100 * importance->parts[ranks[i]]);
    }
    fputs("</svg>\n", out);
}

static void put_strategy(FILE *out, const struct learn_job *job, uint32_t strategy)
{
    const struct gate_report *report = &job->reports[strategy];
    const double *shares = job->forward.models[strategy].ensemble.weights;
    fputs("<h2>", out);
    html_text(out, learn_strategy(job, strategy));
    fprintf(out, ": %s</h2>\n<p>", gate_verdict_names[report->verdict]);
    html_text(out, report->words);
    fprintf(out,
            "</p>\n<p class=\"quiet\">%zu examples forward in time, worth %.0f independent ones. "
            "The ensemble now: forest %.2f, logistic %.2f, online %.2f, base rate %.2f; its own "
            "models count %.2f.</p>\n",
            report->rewards[GATE_EVERY].count, report->scores[GATE_ENSEMBLE].effective,
            shares[FORWARD_FOREST], shares[FORWARD_LOGISTIC], shares[FORWARD_ONLINE],
            shares[FORWARD_BASE], job->forward.models[strategy].own_weight);
    put_scores(out, report);
    put_rewards(out, report);
    put_pairs(out, job, report);
    put_reliability(out, &report->scores[GATE_ENSEMBLE]);
    put_importance(out, &job->importance[strategy]);
    learn_plan_html(job, strategy, out);
}

void learn_html(const void *context, FILE *out)
{
    const struct learn_job *job = context;
    char from[CELL], until[CELL];
    html_begin(out, "Learned", job->name);
    fprintf(out, "<p>%s - %s, %u pairs, decided on %s candles; %zu tests forward in time</p>\n",
            text_date(from, job->run.start_ns), text_date(until, job->run.end_ns),
            job->setup.sources.count, timeframe_names[job->setup.sources.decided],
            job->forward.fold_count);
    put_counts(out, job);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        if (job->reports[i].any) {
            put_strategy(out, job, i);
        }
    }
    fprintf(out, "<script>%s</script>\n</body></html>\n", html_sorting);
}
