/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/page.h"
#include "app/top.h"
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

#define SILENT_S 4 /* the push comes each second at least */
#define WIDE 100   /* columns from which two panels stand side by side */
#define DETAIL_ROWS 5

static int putf(struct grid *grid, int row, int column, enum paint paint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static int putf(struct grid *grid, int row, int column, enum paint paint, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return grid_put(grid, row, column, grid->width, paint, text);
}

static enum paint mode_paint(const char *mode)
{
    return strcmp(mode, "live") == 0       ? PAINT_LIVE
           : strcmp(mode, "validate") == 0 ? PAINT_VALIDATE
           : strcmp(mode, "paper") == 0    ? PAINT_PAPER
                                           : PAINT_REHEARSAL;
}

/* Equity, the day, mode, uptime. */
static void draw_head(const struct top *top, struct grid *grid)
{
    const struct sight_status *status = &top->sight.status;
    char equity[64], day[64], uptime[48], mode[SIGHT_WORD_MAX];
    page_money(equity, sizeof equity, status->equity);
    page_gain(day, sizeof day, status->day_pnl);
    sentence_duration(uptime, sizeof uptime, (int64_t)status->uptime_seconds * NS_PER_S);
    snprintf(mode, sizeof mode, "%s", status->mode);
    for (char *c = mode; *c != '\0'; c++) {
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    }
    if (top->sight.message_count == 0) {
        grid_put(grid, 0, 0, grid->width, PAINT_STRONG, "cuttle: no news yet");
        return;
    }
    int at = putf(grid, 0, 0, mode_paint(status->mode), " %s ", mode) + 1;
    at += putf(grid, 0, at, PAINT_SOFT, "equity ");
    at += putf(grid, 0, at, PAINT_STRONG, "%s %s", equity, status->currency);
    at += putf(grid, 0, at, PAINT_SOFT, "  day ");
    at += putf(grid, 0, at, top_sign_paint(page_sign(status->day_pnl)), "%s", day);
    at += putf(grid, 0, at, PAINT_SOFT, "  drawdown ");
    at += putf(grid, 0, at, PAINT_PLAIN, "%.2f %%", status->drawdown * 100);
    const int left = grid->width - at - 2;
    const int wants = (int)strlen(uptime) + 3;
    if (left >= wants) {
        putf(grid, 0, grid->width - wants, PAINT_SOFT, "up ");
        grid_put_right(grid, 0, grid->width - (int)strlen(uptime), (int)strlen(uptime), PAINT_PLAIN,
                       uptime);
    }
}

/* What is wrong comes before what is well. */
static void draw_health(const struct top *top, struct grid *grid)
{
    const struct sight_status *status = &top->sight.status;
    const uint64_t pairs = status->warming + status->fresh + status->stale + status->unlisted;
    if (!top->connected) {
        putf(grid, 1, 0, PAINT_ALARM, " NO CONNECTION, trying again in %d s: %s", top->retry_s,
             top->trouble);
        grid_paint(grid, 1, 0, grid->width, PAINT_ALARM);
        return;
    }
    if (top->sight.message_count == 0) {
        return;
    }
    if (top->silent_s >= SILENT_S) {
        putf(grid, 1, 0, PAINT_WARN, " no news for %d s: what stands here is old", top->silent_s);
        return;
    }
    int at = 0;
    if (status->paused) {
        at += putf(grid, 1, at, PAINT_WARN, " PAUSED ") + 1;
    }
    if (status->degraded) {
        at += putf(grid, 1, at, PAINT_ALARM, " %s ", status->degraded_reason) + 1;
    } else if (!status->entries_possible || status->trouble[0] != '\0') {
        at += putf(grid, 1, at, PAINT_WARN, " %s ",
                   status->trouble[0] != '\0' ? status->trouble : "no entries at the venue now") +
              1;
    }
    if (top->sight.risk.loss_limit_hit) {
        at += putf(grid, 1, at, PAINT_WARN, " the day's loss limit is reached ") + 1;
    }
    if (top->sight.risk.crashed) {
        at += putf(grid, 1, at, PAINT_WARN, " the market has crashed ") + 1;
    }
    at += putf(grid, 1, at, PAINT_SOFT, "feed ");
    at += putf(grid, 1, at, status->connected && status->stale == 0 ? PAINT_PLAIN : PAINT_WARN,
               "%" PRIu64 "/%" PRIu64 " fresh", status->fresh, pairs);
    at += putf(grid, 1, at, PAINT_SOFT, "  %s", status->venue);
    if (strlen(status->market_time) >= 19) {
        at += putf(grid, 1, at, PAINT_SOFT, "  market %.10s %.8s", status->market_time,
                   status->market_time + 11);
    }
    putf(grid, 1, at, PAINT_SOFT, "  decisions %" PRIu64 ", trades %" PRIu64, status->decisions,
         status->exits);
}

/* Beginnings and ends of sessions stand in the list, too. */
static uint32_t alarm_count(const struct sight *sight)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < sight->event_count; i++) {
        count += strcmp(sight->events[i].severity, "info") != 0;
    }
    return count;
}

static void draw_tabs(const struct top *top, struct grid *grid)
{
    static const char *const names[TOP_TAB_COUNT] = {"all",    "positions", "pairs", "thoughts",
                                                     "trades", "orders",    "alarms"};
    const struct sight *sight = &top->sight;
    const uint32_t counts[TOP_TAB_COUNT] = {0, sight->position_count, sight->pair_count, 0,
                                            0, sight->order_count,    alarm_count(sight)};
    int at = 0;
    for (int i = 0; i < TOP_TAB_COUNT; i++) {
        char count[16] = "";
        if (counts[i] > 0) {
            snprintf(count, sizeof count, " %u", counts[i]);
        }
        at += putf(grid, 2, at, (int)top->tab == i ? PAINT_CHOSEN : PAINT_SOFT, " %d %s%s ", i + 1,
                   names[i], count);
    }
}

struct area {
    int row, column, width, height;
};

static void draw_row(const struct top *top, struct grid *grid, const struct area *area,
                     enum top_tab tab, int at, uint32_t row, bool chosen)
{
    char text[TOP_CELL_MAX];
    const struct top_column *columns = top_columns(tab);
    int column = 0;
    for (int c = 0; columns[c].title != NULL && column < area->width; c++) {
        const int left = area->width - column;
        const int width = columns[c].width > 0 && columns[c].width < left ? columns[c].width : left;
        if (columns[c].width > left && c > 0) {
            break; /* half a figure is none */
        }
        const enum paint paint = top_cell(top, tab, row, c, text);
        if (columns[c].right) {
            grid_put_right(grid, at, area->column + column, width, paint, text);
        } else {
            grid_put(grid, at, area->column + column, width, paint, text);
        }
        column += width + 1;
    }
    if (chosen) {
        grid_paint(grid, at, area->column, area->width, PAINT_CHOSEN);
    }
}

static void draw_titles(const struct top *top, struct grid *grid, const struct area *area,
                        enum top_tab tab)
{
    const struct top_column *columns = top_columns(tab);
    int column = 0;
    for (int c = 0; columns[c].title != NULL && column < area->width; c++) {
        char title[32];
        const int left = area->width - column;
        const int width = columns[c].width > 0 && columns[c].width < left ? columns[c].width : left;
        if (columns[c].width > left && c > 0) {
            break;
        }
        const bool sorted = top->sort[tab] == c + 1;
        snprintf(title, sizeof title, "%s%s", columns[c].title,
                 !sorted              ? ""
                 : top->reversed[tab] ? "-"
                                      : "+");
        const enum paint paint = sorted ? PAINT_STRONG : PAINT_SOFT;
        if (columns[c].right) {
            grid_put_right(grid, area->row, area->column + column, width, paint, title);
        } else {
            grid_put(grid, area->row, area->column + column, width, paint, title);
        }
        column += width + 1;
    }
}

/* Titles and rows; the list that keys move in keeps its chosen row in sight. */
static void draw_list(struct top *top, struct grid *grid, const struct area *area, enum top_tab tab,
                      bool moves)
{
    uint16_t rows[TOP_ROW_MAX];
    const int count = (int)top_rows(top, tab, rows);
    const int height = area->height - 1;
    int first = 0, chosen = -1;
    if (height < 1) {
        return;
    }
    draw_titles(top, grid, area, tab);
    if (moves) {
        chosen = top->chosen[tab] < count ? top->chosen[tab] : count - 1;
        first = top->first[tab];
        first = chosen >= first + height ? chosen - height + 1 : first;
        first = chosen >= 0 && chosen < first ? chosen : first;
        first = first > count - height ? (count > height ? count - height : 0) : first;
        top->chosen[tab] = chosen < 0 ? 0 : chosen;
        top->first[tab] = first;
        top->page = height;
    }
    for (int i = 0; i < height && first + i < count; i++) {
        draw_row(top, grid, area, tab, area->row + 1 + i, rows[first + i], first + i == chosen);
    }
    if (count == 0) {
        grid_put(grid, area->row + 1, area->column, area->width, PAINT_SOFT,
                 top->filter[0] != '\0' ? "nothing passes the filter" : "none");
    }
}

static void draw_gauge(struct grid *grid, const struct area *area, int row, const char *label,
                       double part, const char *text)
{
    const int bar = area->width > 52 ? 20 : area->width > 40 ? 10 : 0;
    if (row >= area->row + area->height) {
        return;
    }
    grid_put(grid, row, area->column, 11, PAINT_SOFT, label);
    grid_bar(grid, row, area->column + 11, bar, part,
             part >= 0.9   ? PAINT_ALARM
             : part >= 0.7 ? PAINT_WARN
                           : PAINT_GAIN);
    grid_put(grid, row, area->column + 11 + bar + (bar > 0), area->width - 12 - bar, PAINT_PLAIN,
             text);
}

static double part_of(double value, double most)
{
    return most > 0 ? value / most : 0;
}

static void draw_risk(const struct top *top, struct grid *grid, const struct area *area)
{
    const struct sight_risk *risk = &top->sight.risk;
    char text[96];
    grid_rule(grid, area->row, area->column, area->width, "risk");
    snprintf(text, sizeof text, "%.2f %% of %.2f %%", 100 * risk->day_loss,
             100 * risk->day_loss_max);
    draw_gauge(grid, area, area->row + 1, "day's loss", part_of(risk->day_loss, risk->day_loss_max),
               text);
    snprintf(text, sizeof text, "%.1f %% of %.1f %%", 100 * risk->exposure,
             100 * risk->exposure_max);
    draw_gauge(grid, area, area->row + 2, "exposure", part_of(risk->exposure, risk->exposure_max),
               text);
    snprintf(text, sizeof text, "%" PRIu64 " of %" PRIu64, risk->positions, risk->positions_max);
    draw_gauge(grid, area, area->row + 3, "positions",
               part_of((double)risk->positions, (double)risk->positions_max), text);
    snprintf(text, sizeof text, "%.2f %% at the stops", 100 * risk->at_risk);
    draw_gauge(grid, area, area->row + 4, "at risk", risk->at_risk, text);
}

static void draw_panel(struct top *top, struct grid *grid, const struct area *area,
                       enum top_tab tab, const char *title, bool moves)
{
    const struct area inside = {area->row + 1, area->column, area->width, area->height - 1};
    if (area->height < 2) {
        return;
    }
    grid_rule(grid, area->row, area->column, area->width, title);
    draw_list(top, grid, &inside, tab, moves);
}

static void draw_all(struct top *top, struct grid *grid, const struct area *body)
{
    const int held = top->sight.position_count > 0 ? (int)top->sight.position_count : 1;
    const int most = body->height / 3 > 3 ? body->height / 3 : 3;
    struct area area = *body;
    area.height = held + 2 < most ? held + 2 : most;
    draw_panel(top, grid, &area, TOP_ALL, "positions", true);
    const int used = area.height, rest = body->height - used;
    const bool wide = body->width >= WIDE && rest >= 14;
    const int middle = wide ? (rest * 3 / 5 > 7 ? rest * 3 / 5 : 7) : 5;
    struct area risk = {body->row + used, body->column, body->width, middle};
    if (wide) {
        const int left = body->width * 3 / 5;
        const struct area pairs = {risk.row, body->column, left - 1, middle};
        const struct area alarms = {risk.row + 6, left + 1, body->width - left - 1, middle - 6};
        draw_panel(top, grid, &pairs, TOP_PAIRS, "pairs", false);
        draw_panel(top, grid, &alarms, TOP_ALARMS, "alarms", false);
        risk = (struct area){risk.row, left + 1, body->width - left - 1, 5};
    }
    if (rest >= 5) {
        draw_risk(top, grid, &risk);
    }
    const struct area thoughts = {body->row + used + middle, body->column, body->width,
                                  rest - middle};
    draw_panel(top, grid, &thoughts, TOP_THOUGHTS, "thoughts", false);
}

/* Words over as many rows as there are. */
static void draw_wrapped(struct grid *grid, const struct area *area, const char *text)
{
    char line[GRID_SIDE_MAX * 4 + 1];
    const size_t width = (size_t)area->width;
    for (int row = 0; row < area->height && *text != '\0'; row++) {
        size_t len = strlen(text);
        if (len > width) {
            for (len = width; len > 0 && text[len] != ' '; len--) {
            }
            len = len > 0 ? len : width;
        }
        snprintf(line, sizeof line, "%.*s", (int)len, text);
        grid_put(grid, area->row + row, area->column, area->width, PAINT_PLAIN, line);
        text += len + strspn(text + len, " ");
    }
}

/* A list over the whole body; of what is longer than a row, the chosen one in full below it. */
static void draw_tab(struct top *top, struct grid *grid, const struct area *body)
{
    struct area list = *body;
    const bool long_rows = top->tab == TOP_THOUGHTS || top->tab == TOP_ALARMS;
    uint16_t rows[TOP_ROW_MAX];
    if (!long_rows || body->height < 3 * DETAIL_ROWS) {
        draw_list(top, grid, &list, top->tab, true);
        return;
    }
    list.height -= DETAIL_ROWS + 1;
    draw_list(top, grid, &list, top->tab, true);
    const struct area detail = {body->row + list.height + 1, body->column, body->width,
                                DETAIL_ROWS};
    grid_rule(grid, detail.row - 1, body->column, body->width, "in full");
    const uint32_t count = top_rows(top, top->tab, rows);
    if ((uint32_t)top->chosen[top->tab] < count) {
        const uint32_t row = rows[top->chosen[top->tab]];
        char text[2 * SIGHT_SENTENCE_MAX];
        const struct sight_event *event = &top->sight.events[row % SIGHT_EVENT_MAX];
        if (top->tab == TOP_ALARMS) {
            snprintf(text, sizeof text, "%s. %s", event->message, event->remedy);
        } else {
            snprintf(text, sizeof text, "%s", top->sight.thoughts[row].sentence);
        }
        draw_wrapped(grid, &detail, text);
    }
}

static void draw_help(struct grid *grid, const struct area *body)
{
    static const char *const lines[] = {
        "p  pause: no new entries          r  resume",
        "x  close the chosen position      F  sell everything (asks you to type it)",
        "Tab, arrows, 1-7  panels          up, down, PgUp, PgDn, Home, End  choose a row",
        "s, <, >  sort by another column   S  the other way round",
        "/  filter (Esc takes it away)     q  quit; the session goes on",
        "",
        "Blue is a gain, orange a loss. Any key leaves this page.",
    };
    grid_rule(grid, body->row, body->column, body->width, "keys");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        grid_put(grid, body->row + 1 + (int)i, body->column + 1, body->width - 1, PAINT_PLAIN,
                 lines[i]);
    }
}

static void draw_bottom(const struct top *top, struct grid *grid)
{
    const int row = grid->height - 1;
    grid_blank(grid, row);
    switch (top->asks) {
    case TOP_ASK_CLOSE:
        putf(grid, row, 0, PAINT_ALARM,
             " Close the position in %s? y closes it, any other key not ", top->subject);
        return;
    case TOP_ASK_FLATTEN:
        putf(grid, row, 0, PAINT_ALARM, " Type \"close all\" and Enter to sell everything (%s): %s",
             top->sight.status.mode, top->typed);
        return;
    case TOP_FILTER:
        putf(grid, row, 0, PAINT_STRONG, "/%s", top->filter);
        return;
    case TOP_BROWSE:
    case TOP_HELP:
        break;
    }
    if (top->message[0] != '\0') {
        grid_put(grid, row, 0, grid->width, top->message_bad ? PAINT_WARN : PAINT_STRONG,
                 top->message);
    } else if (top->filter[0] != '\0') {
        putf(grid, row, 0, PAINT_WARN, " filter: %s   Esc takes it away ", top->filter);
    } else {
        grid_put(grid, row, 0, grid->width, PAINT_SOFT,
                 "q quit  ? help  p pause  r resume  x close  F close all  s sort  / filter");
    }
}

void top_draw(struct top *top, struct grid *grid)
{
    const struct area body = {3, 0, grid->width, grid->height - 4};
    draw_head(top, grid);
    draw_health(top, grid);
    draw_tabs(top, grid);
    if (top->asks == TOP_HELP) {
        draw_help(grid, &body);
    } else if (top->tab == TOP_ALL) {
        draw_all(top, grid, &body);
    } else {
        draw_tab(top, grid, &body);
    }
    draw_bottom(top, grid);
}
