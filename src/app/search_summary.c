/* SPDX-License-Identifier: MIT */
/* A search for a terminal: what was asked, and the best sets in sample beside out of sample. */
#include <inttypes.h>
#include <stdio.h>

#include "app/backtest_text.h"
#include "app/search_board.h"
#include "app/search_text.h"

static void print_head(const struct search_job *job, FILE *out)
{
    const struct objective *objective = &job->flags.objective;
    char a[CELL], b[CELL], c[CELL], text[512];
    fprintf(out, "study: %s\n", job->folder);
    fprintf(out, "%s search for the best %s, with at least %" PRIu64 " trades",
            search_method_names[job->flags.method], objective_names[objective->kind],
            objective->trades_min);
    if (objective->drawdown_max < 1) {
        fprintf(out, " and a drawdown of %s at most", text_share(a, objective->drawdown_max));
    }
    fprintf(out, "\nin sample %s to %s", text_date(a, job->from_ns), text_date(b, job->cut_ns));
    if (job->cut_ns < job->until_ns) {
        fprintf(out, "; out of sample, never searched, to %s", text_date(c, job->until_ns));
    }
    search_counts(job, text, sizeof text);
    fprintf(out, "\n%s\n", text);
    search_say_path(job, text, sizeof text);
    fprintf(out, "%s\n", text);
}

static void print_row(const struct search_job *job, const struct finalist *finalist,
                      const char *rank, FILE *out)
{
    char a[CELL], b[CELL], c[CELL], d[CELL], e[CELL], f[CELL], set[SEARCH_SET_MAX] = "as it is now";
    const bool cut = job->cut_ns < job->until_ns;
    if (finalist->trial != SIZE_MAX) {
        search_set(job, &job->search.trials[finalist->trial].point, set);
    }
    fprintf(out, "  %4s %9s %10s %8s %7" PRIu64, rank, search_value(job, &finalist->inside, a),
            text_percent(b, finalist->inside.profit), text_share(c, finalist->inside.drawdown),
            finalist->inside.trades);
    if (cut) {
        fprintf(out, "  | %9s %10s %8s %7" PRIu64, search_value(job, &finalist->outside, d),
                text_percent(e, finalist->outside.profit),
                text_share(f, finalist->outside.drawdown), finalist->outside.trades);
    }
    fprintf(out, "  %-7s %s\n",
            finalist->trial == SIZE_MAX
                ? "engine"
                : trial_path_names[job->search.trials[finalist->trial].path],
            set);
}

static void print_finalists(const struct search_job *job, FILE *out)
{
    const char *what = objective_names[job->flags.objective.kind];
    const bool cut = job->cut_ns < job->until_ns;
    char rank[16], why[REFUSAL_TEXT_MAX];
    if (cut) {
        fprintf(out, "\n  %-42s  | out of sample\n", "     in sample");
    } else {
        fputc('\n', out);
    }
    fprintf(out, "  %4s %9s %10s %8s %7s", "", what, "profit", "drawdown", "trades");
    if (cut) {
        fprintf(out, "  | %9s %10s %8s %7s", what, "profit", "drawdown", "trades");
    }
    fputs("  path    set\n", out);
    for (uint32_t i = 0; i < job->finalist_count; i++) {
        snprintf(rank, sizeof rank, "%u", i + 1);
        print_row(job, &job->finalists[i], rank, out);
    }
    print_row(job, &job->finalists[job->finalist_count], "now", out);
    if (job->finalist_count == 0) {
        fputs("\n  No set is left: each broke a limit. The first of them: ", out);
        fprintf(out, "%s.\n",
                job->search.settled > 0
                    ? objective_explain(&job->flags.objective, &job->search.trials[0].outcome, why)
                    : "there was none");
    }
}

void search_summary(const struct search_job *job, FILE *out)
{
    print_head(job, out);
    if (job->interrupted) {
        fprintf(out, "\ninterrupted; it goes on with: cuttle search --resume %s\n", job->name);
        return;
    }
    print_finalists(job, out);
    search_put_importance(job, out);
    search_put_heat(job, out);
    fputc('\n', out);
    search_put_doubts(job, "  ", "\n", out);
    fprintf(out, "\n  %.1f s; %u worker%s that had work %.0f %% of the search\n", job->seconds,
            job->workers, job->workers == 1 ? "" : "s", 100 * job->busy);
    if (job->share != NULL) {
        search_board_say(job, out);
    }
}
