/* SPDX-License-Identifier: MIT */
/* What else could have come of it, for a terminal. */
#include <inttypes.h>

#include "app/backtest_text.h"
#include "app/monte_carlo.h"
#include "app/monte_carlo_text.h"
#include "core/base/timestamp.h"

static void print_head(const struct monte_carlo_job *job, FILE *out)
{
    const struct backtest *run = &job->result;
    char a[CELL], b[CELL], c[CELL], d[CELL];
    fprintf(out,
            "%s: %s to %s, %zu bars of %s; as it came %s, fell %s at worst, %" PRIu64
            " closed trades\n",
            job->name, text_date(a, run->start_ns), text_date(b, run->end_ns), run->bar_count,
            timeframe_names[job->setup.engine.base], text_percent(c, run->ours.total_return),
            text_percent(d, -run->ours.drawdown), run->account.all.count);
}

static void print_table(const struct monte_carlo_job *job, FILE *out)
{
    struct monte_carlo_row rows[MONTE_CARLO_ROW_MAX];
    const uint32_t count = monte_carlo_rows(job, rows);
    fprintf(out, "\n  %-34s %12s", "so much of the runs is below:", "as it came");
    for (int i = 0; i < BAND_COUNT; i++) {
        fprintf(out, " %9.0f %%", band_levels[i] * 100);
    }
    fputc('\n', out);
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].bands == NULL) {
            fprintf(out, "\n  %s\n", rows[i].name);
            continue;
        }
        char text[CELL];
        fprintf(out, "    %-32s %12s", rows[i].name, rows[i].put(text, rows[i].own));
        for (int k = 0; k < BAND_COUNT; k++) {
            fprintf(out, " %11s", rows[i].put(text, rows[i].bands->at[k]));
        }
        fputc('\n', out);
    }
}

void monte_carlo_summary(const struct monte_carlo_job *job, FILE *out)
{
    char text[MONTE_CARLO_TEXT_MAX];
    print_head(job, out);
    print_table(job, out);
    fputc('\n', out);
    for (int i = 0; monte_carlo_sentence(job, i, text); i++) {
        fprintf(out, "  %s\n", text);
    }
}
