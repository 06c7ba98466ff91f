/* SPDX-License-Identifier: MIT */
/* What was found, for a terminal; and the texts of figures that the browser's page has too. */
#include <math.h>
#include <string.h>

#include "app/analyse.h"
#include "app/backtest_text.h"
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

#define BAR 12 /* columns a side */

static void put(char *out, size_t size, const char *format, double value)
{
    if (isfinite(value)) {
        snprintf(out, size, format, value);
    } else {
        snprintf(out, size, "-");
    }
}

static void put_interval(char *out, size_t size, const char *format, double low, double high)
{
    if (isfinite(low) && isfinite(high)) {
        snprintf(out, size, format, low * 100, high * 100);
    } else {
        snprintf(out, size, "-");
    }
}

void analyse_row_text(struct analyse_cells *cells, const struct analyse_page *page,
                      const struct analyse_row *row)
{
    analyse_value_text(cells->value, page, &row->cell);
    snprintf(cells->count, sizeof cells->count, "%u", row->count);
    put(cells->mean, sizeof cells->mean, "%+.2f %%", row->mean * 100);
    put_interval(cells->interval, sizeof cells->interval, "%+.2f to %+.2f", row->low, row->high);
    put(cells->won, sizeof cells->won, "%.0f %%", row->win_rate * 100);
    put_interval(cells->won_interval, sizeof cells->won_interval, "%.0f to %.0f", row->win_low,
                 row->win_high);
    put(cells->p, sizeof cells->p, row->p < 0.001 ? "%.0e" : "%.3f", row->asked ? row->p : NAN);
}

double analyse_scale(const struct analyse_page *page, uint32_t ask)
{
    double scale = 0;
    for (uint32_t i = 0; i < page->analysis->row_count; i++) {
        const struct analyse_row *row = &page->analysis->rows[i];
        if (analyse_ask_has(ask, &row->cell)) {
            scale = fmax(scale, fabs(row->mean));
        }
    }
    return scale;
}

struct figures {
    struct analyse_figure *list;
    uint32_t count;
};

static char *add(struct figures *figures, const char *name)
{
    struct analyse_figure *figure = &figures->list[figures->count++];
    figure->name = name;
    return figure->value;
}

static void add_money(struct figures *figures, const struct analyse_whole *whole)
{
    char text[2][CELL], each[CELL];
    snprintf(add(figures, "profit"), ANALYSE_TEXT_MAX, "%s, %s a trade",
             text_money(text[0], (double)whole->profit), text_money(each, whole->money.expectancy));
    snprintf(add(figures, "average win"), ANALYSE_TEXT_MAX, "%s, %s",
             text_percent(text[0], whole->money.average_win_return),
             text_money(text[1], whole->money.average_win));
    snprintf(add(figures, "average loss"), ANALYSE_TEXT_MAX, "%s, %s",
             text_percent(text[0], whole->money.average_loss_return),
             text_money(text[1], whole->money.average_loss));
    const char *factor = text_figure(text[0], whole->money.profit_factor);
    snprintf(add(figures, "profit factor"), ANALYSE_TEXT_MAX, "%s",
             whole->money.average_loss < 0 ? factor : "- (nothing was lost)");
    snprintf(add(figures, "drawdown"), ANALYSE_TEXT_MAX,
             "%s: the deepest fall of the sum below its peak",
             text_money(text[0], (double)whole->drawdown));
}

uint32_t analyse_figures(const struct analyse_page *page,
                         struct analyse_figure list[ANALYSE_FIGURE_MAX])
{
    struct figures figures = {list, 0};
    const struct analyse_whole *whole = &page->analysis->whole;
    struct analyse_cells cells;
    char held[CELL];
    if (page->analysis->count == 0) {
        return 0;
    }
    analyse_row_text(&cells, page, &whole->all);
    snprintf(add(&figures, "won"), ANALYSE_TEXT_MAX, "%u of %u, %s (95 %% interval %s)",
             whole->all.won, whole->all.count, cells.won, cells.won_interval);
    snprintf(add(&figures, "each"), ANALYSE_TEXT_MAX, "%s (95 %% interval %s)", cells.mean,
             cells.interval);
    add_money(&figures, whole);
    put(add(&figures, "Sharpe ratio"), ANALYSE_TEXT_MAX, "%.3f a trade", whole->sharpe);
    snprintf(add(&figures, "losing run"), ANALYSE_TEXT_MAX, "%u trades at the longest",
             whole->losing_run);
    snprintf(add(&figures, "held"), ANALYSE_TEXT_MAX, "%s on average",
             text_length(held, (int64_t)(whole->money.average_held_s * 1e9)));
    return figures.count;
}

static void print_head(const struct analyse_page *page, FILE *out)
{
    const struct analysis *analysis = page->analysis;
    struct analyse_figure figures[ANALYSE_FIGURE_MAX];
    const uint32_t count = analyse_figures(page, figures);
    char from[CELL], until[CELL];
    fprintf(out, "%zu trades of %s", analysis->count, page->source);
    if (analysis->count > 0) {
        fprintf(out, ", opened %s to %s UTC", text_date(from, analysis->whole.first_ns),
                text_date(until, analysis->whole.last_ns));
    }
    fputs("\n\n", out);
    for (uint32_t i = 0; i < count; i++) {
        fprintf(out, "  %-15s %s\n", figures[i].name, figures[i].value);
    }
    if (analysis->left_out > 0) {
        fprintf(out, "  %-15s %zu trades without a return that is a number\n", "left out",
                analysis->left_out);
    }
    if (page->book->bare > 0) {
        fprintf(out,
                "  %-15s %zu trades whose decision is not kept any more: their strategy and regime "
                "are not known\n",
                "bare", page->book->bare);
    }
}

/* Folded at spaces, behind a mark. */
static void print_folded(FILE *out, const char *mark, const char *text)
{
    const size_t width = 96;
    size_t column = 0;
    while (*text != '\0') {
        const size_t len = strcspn(text, " ");
        if (column > 0 && column + 1 + len > width) {
            fputc('\n', out);
            column = 0;
            mark = "  ";
        }
        fprintf(out, "%s%.*s", column == 0 ? mark : " ", (int)len, text);
        column += len + 1;
        text += len + (text[len] == ' ');
    }
    fputc('\n', out);
}

static void print_findings(const struct analyse_page *page, FILE *out)
{
    const struct analysis *analysis = page->analysis;
    char text[ANALYSE_TEXT_MAX];
    fputc('\n', out);
    for (uint32_t i = 0; i < analysis->insight_count; i++) {
        analyse_insight_text(text, page, i);
        print_folded(out, "* ", text);
    }
    if (analysis->insight_count == 0) {
        analyse_silence_text(text, page);
        print_folded(out, "", text);
    } else {
        fprintf(out, "\n%u questions were asked; of what stands out at most %g %% is luck.\n",
                analysis->asked, analysis->config.fdr * 100);
    }
}

/* "     ####|           ": to the left what loses. */
static void print_bar(FILE *out, double part)
{
    char bar[2 * BAR + 2];
    const int length = isfinite(part) ? (int)round(fabs(part) * BAR) : 0;
    memset(bar, ' ', sizeof bar);
    memset(part < 0 ? bar + BAR - length : bar + BAR + 1, '#', (size_t)length);
    bar[BAR] = '|';
    bar[2 * BAR + 1] = '\0';
    fputs(bar, out);
}

static void print_row(const struct analyse_page *page, const struct analyse_row *row, double scale,
                      FILE *out)
{
    struct analyse_cells cells;
    analyse_row_text(&cells, page, row);
    fprintf(out, "  %-26.40s %6s %9s %17s %6s %10s %6s %s ", cells.value, cells.count, cells.mean,
            cells.interval, cells.won, cells.won_interval, cells.p, row->stands_out ? "*" : " ");
    print_bar(out, scale > 0 ? row->mean / scale : 0);
    fputc('\n', out);
}

/* Of two at once there are many, and most repeat what one alone says. */
static bool shows(const struct analyse_page *page, uint32_t ask, const struct analyse_row *row)
{
    const bool single = row->cell.splits[1] == ANALYSE_SPLIT_COUNT;
    return analyse_ask_has(ask, &row->cell) && (single || row->asked || page->only == (int)ask);
}

static void print_split(const struct analyse_page *page, uint32_t ask, FILE *out)
{
    const double scale = analyse_scale(page, ask);
    bool begun = false;
    for (uint32_t i = 0; i < page->analysis->row_count; i++) {
        const struct analyse_row *row = &page->analysis->rows[i];
        if (!shows(page, ask, row)) {
            continue;
        }
        if (!begun) {
            fprintf(out, "\n%s\n  %-26s %6s %9s %17s %6s %10s %6s\n", analyse_ask_heading(ask), "",
                    "trades", "each", "95 % interval", "won", "95 %", "p");
        }
        begun = true;
        print_row(page, row, scale, out);
    }
    if (!begun && page->only == (int)ask) {
        fprintf(out, "\n%s: no row%s\n", analyse_ask_heading(ask),
                page->analysis->count > 0 ? " with enough trades" : "");
    }
}

void analyse_print(const struct analyse_page *page, FILE *out)
{
    print_head(page, out);
    print_findings(page, out);
    for (uint32_t i = 0; i < analyse_ask_count(); i++) {
        if (page->only == ANALYSE_ASK_ALL || page->only == (int)i) {
            print_split(page, i, out);
        }
    }
}
