/* SPDX-License-Identifier: MIT */
/* The fan of the histories drawn anew, as a picture. */
#include "app/backtest_text.h"
#include "app/monte_carlo.h"
#include "app/plot.h"
#include "core/base/timestamp.h"

/* The bands side by side, as gains: 0 is the capital. */
struct lines {
    double bands[BAND_COUNT][FAN_POINTS + 1], own[FAN_POINTS + 1];
};

void monte_carlo_png(const void *context, FILE *out)
{
    const struct monte_carlo_job *job = context;
    const struct drawn *drawn = &job->bootstrap;
    struct lines lines;
    char title[160], note[320], low[CELL], middle[CELL], high[CELL], fall[CELL], length[CELL],
        things[CELL + 16];
    for (int i = 0; i <= FAN_POINTS; i++) {
        lines.own[i] = drawn->own[i] - 1;
        for (int k = 0; k < BAND_COUNT; k++) {
            lines.bands[k][i] = drawn->fan[i][k] - 1;
        }
    }
    const struct bands *bands = &drawn->found.total_return;
    snprintf(title, sizeof title, "Monte Carlo: %s", job->name);
    snprintf(
        note, sizeof note,
        "its history drawn anew in blocks: in the end %s (5 %%), %s (median), %s (95 %%); worst "
        "drawdown %s at 95 %%",
        text_percent(low, bands->at[0]), text_percent(middle, bands->at[BAND_COUNT / 2]),
        text_percent(high, bands->at[BAND_COUNT - 1]),
        text_share(fall, drawn->found.drawdown.at[BAND_COUNT - 1]));
    text_length(length, job->period_ns);
    snprintf(things, sizeof things, job->period_ns == NS_PER_DAY ? "days" : "bars of %s", length);
    const struct plot plot = {
        .title = title,
        .note = note,
        .count = FAN_POINTS + 1,
        .things = things,
        .thing_count = (double)drawn->count,
        .panel_count = 1,
        .panels = {{.title = "gain; the shades hold half and nine tenths of the runs",
                    .unit = PLOT_PART,
                    .height = 1,
                    .line_count = 2,
                    .lines = {{"as it came", lines.own, PLOT_BROWN},
                              {"median", lines.bands[BAND_COUNT / 2], PLOT_BLUE}},
                    .band_count = 2,
                    .bands = {{lines.bands[0], lines.bands[BAND_COUNT - 1]},
                              {lines.bands[1], lines.bands[BAND_COUNT - 2]}}}},
    };
    plot_png(&plot, out);
}
