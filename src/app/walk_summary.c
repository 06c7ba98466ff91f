/* SPDX-License-Identifier: MIT */
/* A walk forward for a terminal, and its curves as CSV. */
#include <inttypes.h>
#include <stdio.h>

#include "app/backtest_text.h"
#include "app/walk.h"
#include "core/base/timestamp.h"

static const char *value_of(const struct walk_job *job, const struct outcome *outcome,
                            char text[CELL])
{
    const struct objective objective = {.kind = job->objective_kind, .drawdown_max = 1};
    return text_figure(text, objective_value(&objective, outcome));
}

static void print_head(const struct walk_job *job, FILE *out)
{
    const struct walk_config *plan = &job->flags.plan;
    char a[CELL], b[CELL], c[CELL], d[CELL];
    fprintf(out, "walk forward, %s: %s\n", plan->anchored ? "anchored" : "rolling", job->folder);
    fprintf(out, "the best %s of %s%s each time, tried on the %s behind it", job->objective,
            plan->anchored ? "all since the beginning, from " : "", text_length(a, plan->train_ns),
            text_length(b, plan->test_ns));
    if (plan->purge_ns > 0) {
        fprintf(out, "; %s between the two are left out", text_length(c, plan->purge_ns));
    }
    if (plan->embargo_ns > 0) {
        fprintf(out, "; %s between two tests", text_length(d, plan->embargo_ns));
    }
    fputc('\n', out);
}

static void print_folds(const struct walk_job *job, FILE *out)
{
    fprintf(out, "\n  %-23s %9s | %9s %9s %7s | %9s %9s  %s\n", "test", "in sample", "out of it",
            "return", "trades", "as it is", "hold", "set");
    for (size_t i = 0; i < job->done; i++) {
        const struct walk_result *result = &job->results[i];
        char a[CELL], b[CELL], c[CELL], d[CELL], e[CELL], f[CELL], g[CELL];
        fprintf(out, "  %.10s - %.10s %9s | %9s %9s %7" PRIu64 " | %9s %9s  %s\n",
                text_date(a, result->fold.test_from_ns), text_date(b, result->fold.test_until_ns),
                result->chosen ? value_of(job, &result->inside, c) : "-",
                value_of(job, &result->outside, d), text_percent(e, result->outside.profit),
                result->outside.trades, text_percent(f, result->present.profit),
                text_percent(g, result->held), result->set);
    }
}

static void print_row(FILE *out, const char *name, const char *ours, const char *present,
                      const char *held)
{
    fprintf(out, "  %-30s %14s %14s %14s\n", name, ours, present, held);
}

/* What all tests together came to. */
static void print_whole(const struct walk_job *job, FILE *out)
{
    const struct walk_measure *m[] = {&job->measured_ours, &job->measured_present,
                                      &job->measured_held};
    char a[CELL], b[CELL], c[CELL];
    fprintf(out, "\n  %-30s %14s %14s %14s\n", "all tests, one after the other", "walked forward",
            "as it is", "hold");
#define ROW(name, put, figure)                                                                     \
    print_row(out, name, put(a, m[0]->figure), put(b, m[1]->figure), put(c, m[2]->figure))
    ROW("return", text_percent, curve.total_return);
    ROW("a year", text_percent, curve.cagr);
    ROW("Sharpe", text_figure, curve.sharpe);
    ROW("Sortino", text_figure, curve.sortino);
    ROW("deepest drawdown", text_share, curve.drawdown);
    ROW("chance that Sharpe is above 0", text_share, psr);
    ROW("return, 5 % of the time below", text_percent, bands.total_return.at[0]);
    ROW("        half of the time", text_percent, bands.total_return.at[2]);
    ROW("        5 % of the time above", text_percent, bands.total_return.at[4]);
    ROW("drawdown, 5 % deeper than", text_share, bands.drawdown.at[4]);
    ROW("chance to lose", text_share, bands.loss_probability);
#undef ROW
    fprintf(out,
            "\n  %u of %zu tests brought something. Walk-forward efficiency (a year's return out "
            "of sample\n  over that in sample): %s. Bands: %" PRIu32
            " bootstraps of the days' returns, in blocks.\n",
            job->won, job->done, text_figure(a, job->efficiency), job->flags.runs);
}

void walk_summary(const struct walk_job *job, FILE *out)
{
    print_head(job, out);
    print_folds(job, out);
    if (job->interrupted) {
        fprintf(out, "\ninterrupted; the same command with --study %s goes on\n", job->name);
        return;
    }
    print_whole(job, out);
    fprintf(out, "  %.1f s\n", job->seconds);
}

void walk_csv(const struct walk_job *job, FILE *out)
{
    fputs("time,walked_forward,as_it_is,hold\n", out);
    for (size_t i = 0; i < job->ours.count && i < job->present.count; i++) {
        char time_text[TIMESTAMP_TEXT_MAX];
        timestamp_format(time_text, job->ours.times_ns[i], 0);
        fprintf(out, "%s,%.8f,%.8f,%.8f\n", time_text, (double)job->ours.money[i] / 1e8,
                (double)job->present.money[i] / 1e8, (double)job->held.money[i] / 1e8);
    }
}
