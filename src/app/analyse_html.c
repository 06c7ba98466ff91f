/* SPDX-License-Identifier: MIT */
/* What was found, as one HTML page that opens from disk: the findings, the figures, a table and its
 * bars for each split. */
#include <math.h>

#include "app/analyse.h"
#include "app/backtest_text.h"
#include "app/html.h"

#define BAR 70.0 /* of the picture, a side */

static void put_findings(const struct analyse_page *page, FILE *out)
{
    char text[ANALYSE_TEXT_MAX];
    fputs("<h2>What stands out</h2>\n", out);
    for (uint32_t i = 0; i < page->analysis->insight_count; i++) {
        analyse_insight_text(text, page, i);
        fputs("<p>", out);
        html_text(out, text);
        fputs("</p>\n", out);
    }
    if (page->analysis->insight_count == 0) {
        analyse_silence_text(text, page);
        fputs("<p>", out);
        html_text(out, text);
        fputs("</p>\n", out);
    } else {
        fprintf(out,
                "<p class=\"quiet\">%u questions were asked; of what stands out at most %g %% is "
                "luck.</p>\n",
                page->analysis->asked, page->analysis->config.fdr * 100);
    }
}

static void put_figures(const struct analyse_page *page, FILE *out)
{
    struct analyse_figure figures[ANALYSE_FIGURE_MAX];
    const uint32_t count = analyse_figures(page, figures);
    fputs("<h2>All trades</h2>\n<table><tbody>\n", out);
    for (uint32_t i = 0; i < count; i++) {
        fputs("<tr>", out);
        html_cell(out, figures[i].name);
        html_cell(out, figures[i].value);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
}

static void put_bar(FILE *out, double part)
{
    const double length = isfinite(part) ? fabs(part) * BAR : 0;
    fprintf(out,
            "<td><svg viewBox=\"0 0 %g 10\" style=\"width:%gpx;height:10px;margin:0\">"
            "<rect class=\"%s\" x=\"%.1f\" y=\"1\" width=\"%.1f\" height=\"8\"/>"
            "<line class=\"grid\" x1=\"%g\" x2=\"%g\" y1=\"0\" y2=\"10\"/></svg></td>",
            2 * BAR, 2 * BAR, part < 0 ? "fall" : "narrow-band", part < 0 ? BAR - length : BAR,
            length, BAR, BAR);
}

static void put_row(const struct analyse_page *page, const struct analyse_row *row, double scale,
                    FILE *out)
{
    struct analyse_cells cells;
    analyse_row_text(&cells, page, row);
    const char *const texts[] = {cells.value, cells.count,        cells.mean, cells.interval,
                                 cells.won,   cells.won_interval, cells.p};
    fputs("<tr>", out);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        html_cell(out, texts[i]);
    }
    html_cell(out, row->stands_out ? "stands out" : "");
    put_bar(out, scale > 0 ? row->mean / scale : 0);
    fputs("</tr>\n", out);
}

static void put_split(const struct analyse_page *page, uint32_t ask, FILE *out)
{
    const double scale = analyse_scale(page, ask);
    bool begun = false;
    for (uint32_t i = 0; i < page->analysis->row_count; i++) {
        const struct analyse_row *row = &page->analysis->rows[i];
        if (!analyse_ask_has(ask, &row->cell)) {
            continue;
        }
        if (!begun) {
            fprintf(out,
                    "<h2>%s</h2>\n<table><thead><tr><th></th><th>trades</th><th>each</th>"
                    "<th>95 %% interval</th><th>won</th><th>95 %% interval</th><th>p</th><th></th>"
                    "<th></th></tr></thead><tbody>\n",
                    analyse_ask_heading(ask));
        }
        begun = true;
        put_row(page, row, scale, out);
    }
    fputs(begun ? "</tbody></table>\n" : "", out);
}

void analyse_html(const struct analyse_page *page, FILE *out)
{
    char from[CELL], until[CELL];
    html_begin(out, "Analysis", page->source);
    fprintf(out, "<p>%zu trades", page->analysis->count);
    if (page->analysis->count > 0) {
        fprintf(out, ", opened %s to %s UTC", text_date(from, page->analysis->whole.first_ns),
                text_date(until, page->analysis->whole.last_ns));
    }
    fputs("</p>\n", out);
    put_findings(page, out);
    put_figures(page, out);
    for (uint32_t i = 0; i < analyse_ask_count(); i++) {
        if (page->only == ANALYSE_ASK_ALL || page->only == (int)i) {
            put_split(page, i, out);
        }
    }
    fprintf(out,
            "<p class=\"quiet\">Each row is held against all trades that it does not have; "
            "docs/analyse.md says how.</p>\n<script>%s</script>\n</body></html>\n",
            html_sorting);
}
