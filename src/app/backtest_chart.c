/* SPDX-License-Identifier: MIT */
#include "app/backtest_chart.h"

#include <math.h>
#include <stdlib.h>

#include "app/backtest_text.h"
#include "app/plot.h"

static void put_point(struct chart_point *point, const struct backtest *run, size_t i, double fall)
{
    *point = (struct chart_point){run->times_ns[i], run->equity[i], run->hold[i], fall};
}

size_t chart_sample(const struct run_report *report, struct chart_point *points, size_t room)
{
    const struct backtest *run = report->run;
    const size_t stretches = run->bar_count < room / 2 ? run->bar_count : room / 2;
    int64_t peak = report->config->engine->capital;
    size_t count = 0;
    for (size_t s = 0; s < stretches; s++) {
        const size_t begin = s * run->bar_count / stretches;
        const size_t end = (s + 1) * run->bar_count / stretches;
        size_t low = begin, high = begin;
        double fall = 0;
        for (size_t i = begin; i < end; i++) {
            const int64_t money = run->equity[i];
            peak = money > peak ? money : peak;
            fall = fmax(fall, peak > 0 ? 1 - (double)money / (double)peak : 0);
            low = money < run->equity[low] ? i : low;
            high = money >= run->equity[high] ? i : high;
        }
        put_point(&points[count++], run, low < high ? low : high, fall);
        if (low != high) {
            put_point(&points[count++], run, low < high ? high : low, fall);
        }
    }
    return count;
}

/* Each line's values side by side. */
struct lines {
    struct chart_point points[CHART_POINT_MAX];
    int64_t times_ns[CHART_POINT_MAX];
    double ours[CHART_POINT_MAX], held[CHART_POINT_MAX], falls[CHART_POINT_MAX];
};

static void split(struct lines *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lines->times_ns[i] = lines->points[i].time_ns;
        lines->ours[i] = (double)lines->points[i].ours;
        lines->held[i] = (double)lines->points[i].held;
        lines->falls[i] = -lines->points[i].fall;
    }
}

void chart_png(const struct run_report *report, FILE *out)
{
    const struct backtest *run = report->run;
    struct lines *lines = malloc(sizeof *lines);
    char title[160], note[320], from[CELL], until[CELL], ours[CELL], held[CELL], fall[CELL];
    if (lines == NULL) {
        return;
    }
    const size_t count = chart_sample(report, lines->points, CHART_POINT_MAX);
    split(lines, count);
    snprintf(title, sizeof title, "Backtest: %s", report->name);
    snprintf(note, sizeof note, "%s to %s; %s, buy and hold %s, worst drawdown %s",
             text_date(from, run->start_ns), text_date(until, run->end_ns),
             text_percent(ours, run->ours.total_return), text_percent(held, run->held.total_return),
             text_percent(fall, -run->ours.drawdown));
    const struct plot plot = {
        .title = title,
        .note = note,
        .count = count,
        .times_ns = lines->times_ns,
        .panel_count = 2,
        .panels = {{.title = report->currency,
                    .unit = PLOT_MONEY,
                    .height = 0.72,
                    .line_count = 2,
                    .lines = {{"equity", lines->ours, PLOT_BLUE},
                              {"buy and hold", lines->held, PLOT_GREY}}},
                   {.title = "drawdown",
                    .unit = PLOT_PART,
                    .height = 0.28,
                    .filled = true,
                    .line_count = 1,
                    .lines = {{"drawdown", lines->falls, PLOT_RED}}}},
    };
    plot_png(&plot, out);
    free(lines);
}
