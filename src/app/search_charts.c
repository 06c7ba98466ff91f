/* SPDX-License-Identifier: MIT */
/* What a search found out of its axes, in characters: how much each matters, and the two that
 * matter most against each other. */
#include <math.h>
#include <string.h>

#include "app/search.h"
#include "app/search_heat.h"
#include "app/search_text.h"

#define BAR_WIDTH 30
#define COLUMNS_MAX 24
#define ROWS_MAX 12

void search_measure(struct search_job *job)
{
    const struct search *search = &job->search;
    const struct scored sets = {search->points, search->scores, search_alike(search)};
    importance_measure(&job->space, &sets, &job->importance);
}

void search_put_importance(const struct search_job *job, FILE *out)
{
    const struct importance *importance = &job->importance;
    char share[CELL];
    fprintf(out, "\n  how much of the %s hangs on\n", objective_names[job->flags.objective.kind]);
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        const double part = importance->share[i];
        const int eighths = isfinite(part) ? (int)(part * BAR_WIDTH * 8 + 0.5) : 0;
        static const char *const ends[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
        fprintf(out, "  %-24s %8s ", search_axis_name(job, i), text_share(share, part));
        for (int k = 0; k < eighths / 8; k++) {
            fputs("█", out);
        }
        fprintf(out, "%s\n", ends[eighths % 8]);
    }
}

static void put_labels(const struct search_job *job, const struct heat *heat, FILE *out)
{
    const struct axis *axis = &job->space.axes[heat->across];
    char first[64], last[64];
    const int width = (int)heat->columns * 2;
    heat_label(axis, 0, heat->columns, first, sizeof first);
    heat_label(axis, heat->columns - 1, heat->columns, last, sizeof last);
    const int between = width - (int)strlen(first);
    fprintf(out, "  %12s  %s%*s  %s\n", "", first, between > 0 ? between : 1, last,
            search_axis_name(job, heat->across));
}

void search_put_heat(const struct search_job *job, FILE *out)
{
    static const char *const shades[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    struct heat heat;
    char label[64], low[CELL], high[CELL];
    if (job->space.axis_count < 2) {
        return;
    }
    heat_measure(job, job->importance.second, job->importance.first, COLUMNS_MAX, ROWS_MAX, &heat);
    if (!isfinite(heat.low)) {
        return;
    }
    fprintf(out, "\n  mean %s, ▁ %s to █ %s\n", objective_names[job->flags.objective.kind],
            search_figure(job, heat.low, low), search_figure(job, heat.high, high));
    for (uint32_t r = 0; r < heat.rows; r++) {
        fprintf(out, "  %12.12s  ",
                heat_label(&job->space.axes[heat.down], r, heat.rows, label, sizeof label));
        for (uint32_t c = 0; c < heat.columns; c++) {
            const double mean = heat.mean[r][c];
            const double place =
                heat.high > heat.low ? (mean - heat.low) / (heat.high - heat.low) : 0.5;
            const char *shade = isfinite(mean) ? shades[(int)(place * 7.999)] : "·";
            fprintf(out, "%s%s", shade, shade);
        }
        fprintf(out, "%s%s\n", r == 0 ? "  " : "", r == 0 ? search_axis_name(job, heat.down) : "");
    }
    put_labels(job, &heat, out);
}
