/* SPDX-License-Identifier: MIT */
/*
 * A backtest as one HTML page that opens from disk and asks nobody for anything: figures, equity
 * and drawdown as charts (SVG that stands without a script; a script reads off what lies under the
 * pointer and sorts tables), and the trades.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/backtest.h"
#include "app/backtest_chart.h"
#include "app/backtest_text.h"
#include "app/html.h"
#include "core/base/timestamp.h"

#define TRADES_SHOWN 2000 /* the newest; trades.csv has all */
#define WIDTH 1000.0
#define EQUITY_HEIGHT 320.0
#define FALL_HEIGHT 110.0

static const char script[] =
    "const hairs=document.querySelectorAll('.hair'),read=document.getElementById('read'),"
    "money=x=>x.toLocaleString('en',{minimumFractionDigits:2,maximumFractionDigits:2});"
    "document.querySelectorAll('svg').forEach(svg=>{svg.onpointermove=e=>{"
    "const box=svg.getBoundingClientRect(),n=bars.length,"
    "i=Math.max(0,Math.min(n-1,Math.round((e.clientX-box.left)/box.width*(n-1)))),b=bars[i],"
    "x=n>1?i/(n-1)*1000:0;hairs.forEach(h=>{h.setAttribute('x1',x);h.setAttribute('x2',x);"
    "h.style.visibility='visible'});read.textContent=new Date(b[0]*1e3).toISOString().slice(0,16)"
    ".replace('T',' ')+'  equity '+money(b[1])+'  buy and hold '+money(b[2])+'  drawdown '"
    "+(b[3]*100).toFixed(2)+' %'};svg.onpointerleave=()=>hairs.forEach(h=>"
    "h.style.visibility='hidden')});";

/* How high the chart reaches. */
struct scale {
    double low, high;
};

static struct scale scale_of(const struct chart_point *points, size_t count)
{
    struct scale scale = {INFINITY, -INFINITY};
    for (size_t i = 0; i < count; i++) {
        const double a = (double)points[i].ours, b = (double)points[i].held;
        scale.low = fmin(scale.low, fmin(a, b));
        scale.high = fmax(scale.high, fmax(a, b));
    }
    if (scale.high <= scale.low) {
        scale.low -= 1e8;
        scale.high += 1e8;
    }
    return scale;
}

static double x_of(size_t i, size_t count)
{
    return count > 1 ? WIDTH * (double)i / (double)(count - 1) : 0;
}

static double y_of(const struct scale *scale, double money)
{
    return EQUITY_HEIGHT - 8 -
           (money - scale->low) / (scale->high - scale->low) * (EQUITY_HEIGHT - 16);
}

static void put_equity(FILE *out, const struct chart_point *points, size_t count)
{
    const struct scale scale = scale_of(points, count);
    fprintf(out, "<svg viewBox=\"0 0 %g %g\" preserveAspectRatio=\"none\" height=\"320\">", WIDTH,
            EQUITY_HEIGHT);
    for (int i = 0; i < 5; i++) {
        const double y = 8 + (EQUITY_HEIGHT - 16) * i / 4;
        fprintf(out, "<line class=\"grid\" x1=\"0\" x2=\"%g\" y1=\"%g\" y2=\"%g\"/>", WIDTH, y, y);
    }
    fputs("<polyline class=\"held\" points=\"", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%.1f,%.1f ", x_of(i, count), y_of(&scale, (double)points[i].held));
    }
    fputs("\"/><polyline class=\"ours\" points=\"", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%.1f,%.1f ", x_of(i, count), y_of(&scale, (double)points[i].ours));
    }
    fputs("\"/><line class=\"hair\" y1=\"0\" y2=\"320\"/></svg>\n", out);
    char low[CELL], high[CELL];
    fprintf(out,
            "<p class=\"quiet\">from %s (bottom) to %s (top); blue: this, grey: buy and hold</p>\n",
            text_money(low, scale.low), text_money(high, scale.high));
}

static void put_falls(FILE *out, const struct chart_point *points, size_t count)
{
    double worst = 0;
    for (size_t i = 0; i < count; i++) {
        worst = fmax(worst, points[i].fall);
    }
    fprintf(out,
            "<svg viewBox=\"0 0 %g %g\" preserveAspectRatio=\"none\" height=\"110\">"
            "<polygon class=\"fall\" points=\"0,0 ",
            WIDTH, FALL_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        const double y = worst > 0 ? points[i].fall / worst * (FALL_HEIGHT - 4) : 0;
        fprintf(out, "%.1f,%.1f ", x_of(i, count), y);
    }
    fprintf(out, "%.1f,0\"/><line class=\"hair\" y1=\"0\" y2=\"110\"/></svg>\n",
            x_of(count - 1, count));
    fprintf(out, "<p class=\"quiet\">drawdown, down to -%.2f %%</p>\n", worst * 100);
}

static void put_charts(const struct run_report *report, FILE *out)
{
    struct chart_point *points = malloc(CHART_POINT_MAX * sizeof *points);
    if (points == NULL) {
        fputs("<p>The charts are missing: out of memory.</p>\n", out);
        return;
    }
    const size_t count = chart_sample(report, points, CHART_POINT_MAX);
    fputs("<p id=\"read\" class=\"quiet\">Point at a chart to read it off.</p>\n", out);
    put_equity(out, points, count);
    put_falls(out, points, count);
    fputs("<script>const bars=[", out);
    for (size_t i = 0; i < count; i++) {
        const struct chart_point *point = &points[i];
        fprintf(out, "%s[%" PRId64 ",%.2f,%.2f,%.5f]", i > 0 ? "," : "", point->time_ns / NS_PER_S,
                (double)point->ours / 1e8, (double)point->held / 1e8, point->fall);
    }
    fputs("];</script>\n", out);
    free(points);
}

static void put_head(const struct run_report *report, FILE *out)
{
    const struct backtest *run = report->run;
    char from[CELL], until[CELL], length[CELL], text[1024];
    html_begin(out, "Backtest", report->name);
    fprintf(out, "<p>%s to %s: %s, %zu bars of %s", text_date(from, run->start_ns),
            text_date(until, run->end_ns), text_length(length, run->end_ns - run->start_ns),
            run->bar_count, timeframe_names[report->config->engine->base]);
    fprintf(out, "; strategies look at %s and longer</p>\n<p>", timeframe_names[report->decided]);
    text_strategies(report, text, sizeof text);
    html_text(out, text);
    report_fills(report, text, sizeof text);
    fprintf(out, "</p>\n<p>fills %s</p>\n", text);
    text_how(report, text, sizeof text);
    if (text[0] != '\0') {
        fprintf(out, "<p>fills: %s</p>\n", text);
    }
    report_fees(report, text, sizeof text);
    fprintf(out, "<p>fees: %s</p>\n", text);
    report_asked(report, text, sizeof text);
    if (text[0] != '\0') {
        fprintf(out, "<p>model: %s</p>\n", text);
    }
}

static void put_figures(const struct run_report *report, FILE *out)
{
    struct text_row rows[TEXT_ROW_MAX];
    const uint32_t count = text_rows(report, rows);
    fprintf(out,
            "<h2>Figures</h2>\n<table><tr><th>in %s</th><th>this</th><th>buy and hold</th>"
            "</tr>\n",
            report->currency);
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].name != NULL) {
            fputs("<tr>", out);
            html_cell(out, rows[i].name), html_cell(out, rows[i].ours),
                html_cell(out, rows[i].beside);
            fputs("</tr>\n", out);
        }
    }
    fputs("</table>\n", out);
}

static void put_tally(FILE *out, const char *name, const struct trade_tally *tally,
                      const char *behind)
{
    struct trade_metrics m;
    char text[CELL];
    trade_tally_measure(tally, &m);
    fputs("<tr>", out);
    html_cell(out, name);
    fprintf(out, "<td>%" PRIu64 "</td>", tally->count);
    html_cell(out, text_share(text, m.win_rate));
    html_cell(out, text_money(text, tally->gained - tally->given));
    html_cell(out, text_money(text, m.expectancy));
    html_cell(out, text_figure(text, m.profit_factor));
    html_cell(out, behind);
    fputs("</tr>\n", out);
}

static void put_tables(const struct run_report *report, FILE *out)
{
    const struct account *account = &report->run->account;
    const struct engine_config *engine = report->config->engine;
    static const char head[] =
        "<h2>By %s</h2>\n<table><thead><tr><th>%s</th><th>trades</th><th>won</th><th>profit</th>"
        "<th>a trade</th><th>profit factor</th><th>%s</th></tr></thead><tbody>\n";
    char name[CELL], behind[128], text[1024];
    fprintf(out, head, "strategy", "strategy", "");
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        put_tally(out, report_strategies(report, 1u << i, name, sizeof name),
                  &account->by_strategy[i], "");
    }
    fputs("</tbody></table>\n<p class=\"quiet\">A trade that two voted for counts in both "
          "rows.</p>\n",
          out);
    fprintf(out, head, "pair", "pair", "candles");
    for (uint32_t i = 0; i < engine->pair_count; i++) {
        const struct backtest_pair *pair = &report->run->pairs[i];
        snprintf(behind, sizeof behind, "%" PRIu64 " of %s, %" PRIu64 " flat, %" PRIu64 " gaps",
                 pair->candle_count, timeframe_names[report->files[i]], pair->flat_count,
                 pair->gap_count);
        put_tally(out, text_pair(report, i, name), &account->by_pair[i], behind);
    }
    fputs("</tbody></table>\n", out);
    for (uint32_t i = 0; i < engine->pair_count; i++) {
        if (report->origins[i] != NULL) {
            fprintf(out, "<p>%s: the candles are of %s.</p>\n", text_pair(report, i, name),
                    report->origins[i]);
        }
    }
    text_ends(report, text, sizeof text);
    fprintf(out, "<p>Trades ended by: %s.</p>\n", text);
    text_verdicts(report, text, sizeof text);
    fprintf(out, "<p>Decisions: %s.</p>\n", text);
    if (account->halted_ns != 0) {
        fprintf(out,
                "<p>risk.max_drawdown paused trading at %s; in a backtest nobody resumes it.</p>\n",
                text_date(name, account->halted_ns));
    }
}

static void put_trade(const struct run_report *report, const struct closed_trade *trade, FILE *out)
{
    const struct pair *terms = &report->config->terms[trade->pair];
    char names[512], text[CELL], qty[DECIMAL_TEXT_MAX];
    fputs("<tr>", out);
    html_cell(out, text_date(text, trade->opened_ns));
    html_cell(out, text_date(text, trade->closed_ns));
    html_cell(out, terms->symbol);
    html_cell(out, report_strategies(report, trade->strategies, names, sizeof names));
    decimal_format(qty, trade->qty_lots, terms->qty_decimals);
    html_cell(out, qty);
    fprintf(out, "<td>%.12g</td><td>%.12g</td>", trade->entry_price, trade->exit_price);
    html_cell(out, text_money(text, (double)trade->fee));
    html_cell(out, text_money(text, (double)trade->pnl));
    html_cell(out, text_percent(text, metrics_ratio((double)trade->pnl, (double)trade->cost)));
    html_cell(out, trade_end_names[trade->end]);
    fputs("</tr>\n", out);
}

static void put_trades(const struct run_report *report, FILE *out)
{
    const struct account *account = &report->run->account;
    const size_t count = account->trade_count;
    const size_t first = count > TRADES_SHOWN ? count - TRADES_SHOWN : 0;
    fputs("<h2>Trades</h2>\n", out);
    if (first > 0) {
        fprintf(out, "<p class=\"quiet\">The last %d of %zu; trades.csv has them all.</p>\n",
                TRADES_SHOWN, count);
    }
    fputs("<div class=\"wide\"><table><thead><tr><th>opened</th><th>closed</th><th>pair</th>"
          "<th>strategies</th><th>quantity</th><th>entry</th><th>exit</th><th>fees</th>"
          "<th>profit</th><th>of cost</th><th>ended by</th></tr></thead><tbody>\n",
          out);
    for (size_t i = first; i < count; i++) {
        put_trade(report, &account->trades[i], out);
    }
    fputs("</tbody></table></div>\n", out);
}

void backtest_html(const struct run_report *report, FILE *out)
{
    put_head(report, out);
    put_charts(report, out);
    put_figures(report, out);
    put_tables(report, out);
    put_trades(report, out);
    fprintf(out, "<p class=\"quiet\">cuttle %s</p>\n<script>%s%s</script>\n</body></html>\n",
            report->version, script, html_sorting);
}
