/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/page.h"
#include "app/top.h"

static const struct top_column position_columns[] = {
    {"pair", 10, false},  {"P&L", 10, true},     {"last", 10, true},     {"stop", 10, true},
    {"target", 10, true}, {"entry", 10, true},   {"quantity", 12, true}, {"risk", 9, true},
    {"side", 5, false},   {"opened", 14, false}, {NULL, 0, false},
};
static const struct top_column pair_columns[] = {
    {"pair", 10, false}, {"last", 11, true}, {"24 h", 8, true},      {"spread", 7, true},
    {"book", 6, true},   {"feed", 8, false}, {"against", 14, false}, {"regime", 14, false},
    {"heard", 8, false}, {NULL, 0, false},
};
static const struct top_column thought_columns[] = {
    {"time", 8, false},    {"kind", 11, false}, {"pair", 10, false},
    {"thought", 0, false}, {NULL, 0, false},
};
static const struct top_column trade_columns[] = {
    {"closed", 14, false}, {"pair", 10, false},     {"P&L", 10, true},
    {"entry", 10, true},   {"exit", 10, true},      {"quantity", 12, true},
    {"by", 7, false},      {"strategy", 16, false}, {NULL, 0, false},
};
static const struct top_column order_columns[] = {
    {"order", 6, true},   {"pair", 10, false},    {"purpose", 9, false}, {"side", 5, false},
    {"state", 10, false}, {"quantity", 12, true}, {"filled", 12, true},  {"limit", 10, true},
    {"stop", 10, true},   {"target", 10, true},   {NULL, 0, false},
};
static const struct top_column alarm_columns[] = {
    {"time", 14, false},   {"severity", 9, false}, {"event", 20, false},
    {"message", 0, false}, {NULL, 0, false},
};

const struct top_column *top_columns(enum top_tab tab)
{
    static const struct top_column *const tables[TOP_TAB_COUNT] = {
        position_columns, position_columns, pair_columns,  thought_columns,
        trade_columns,    order_columns,    alarm_columns,
    };
    return tables[tab];
}

static uint32_t count_of(const struct top *top, enum top_tab tab)
{
    const struct sight *sight = &top->sight;
    const uint32_t counts[TOP_TAB_COUNT] = {
        sight->position_count, sight->position_count, sight->pair_count,  sight->thought_count,
        sight->trade_count,    sight->order_count,    sight->event_count,
    };
    return counts[tab] < TOP_ROW_MAX ? counts[tab] : TOP_ROW_MAX;
}

static enum paint copy(char *out, const char *text)
{
    snprintf(out, TOP_CELL_MAX, "%s", text[0] != '\0' ? text : "-");
    return PAINT_PLAIN;
}

enum paint top_sign_paint(int sign)
{
    return sign > 0 ? PAINT_GAIN : sign < 0 ? PAINT_LOSS : PAINT_PLAIN;
}

static enum paint put_gain(char *out, const char *money)
{
    if (money[0] == '\0') {
        return copy(out, money);
    }
    page_gain(out, TOP_CELL_MAX, money);
    return top_sign_paint(page_sign(money));
}

static enum paint put_money(char *out, const char *money)
{
    if (money[0] == '\0') {
        return copy(out, money);
    }
    page_money(out, TOP_CELL_MAX, money);
    return PAINT_PLAIN;
}

static enum paint put_average(char *out, const char *price)
{
    if (price[0] == '\0') {
        return copy(out, price);
    }
    page_price(out, TOP_CELL_MAX, strtod(price, NULL));
    return PAINT_PLAIN;
}

/* Of "2024-01-01T12:30:05.000Z" the time of day, or with `day` "01-01 12:30:05". */
static enum paint put_time(char *out, const char *time, bool day)
{
    if (strlen(time) < 19) {
        return copy(out, "");
    }
    snprintf(out, TOP_CELL_MAX, "%.*s%s%.8s", day ? 5 : 0, time + 5, day ? " " : "", time + 11);
    return PAINT_SOFT;
}

static enum paint put_real(char *out, double value, const char *format)
{
    if (isnan(value)) {
        return copy(out, "");
    }
    snprintf(out, TOP_CELL_MAX, format, value);
    return PAINT_PLAIN;
}

static enum paint position_cell(const struct sight_position *position, int column, char *out)
{
    switch (column) {
    case 0:
        return copy(out, position->symbol);
    case 1:
        return put_gain(out, position->unrealised);
    case 2:
        return copy(out, position->last);
    case 3:
        return copy(out, position->stop) == PAINT_PLAIN && position->stop[0] == '\0' ? PAINT_ALARM
                                                                                     : PAINT_PLAIN;
    case 4:
        return copy(out, position->target);
    case 5:
        return copy(out, position->entry);
    case 6:
        return copy(out, position->quantity);
    case 7:
        return put_money(out, position->risk);
    case 8:
        return copy(out, position->direction);
    default:
        return put_time(out, position->opened, true);
    }
}

static enum paint pair_cell(const struct sight_pair *pair, int column, char *out)
{
    switch (column) {
    case 0:
        return copy(out, pair->symbol);
    case 1:
        return copy(out, pair->last);
    case 2:
        put_real(out, pair->day_change * 100, "%+.2f%%");
        return top_sign_paint((pair->day_change > 0) - (pair->day_change < 0));
    case 3:
        return put_real(out, pair->spread_bps, "%.1f");
    case 4:
        return put_real(out, pair->imbalance, "%+.2f");
    case 5:
        copy(out, pair->health);
        return strcmp(pair->health, "fresh") == 0 ? PAINT_PLAIN : PAINT_WARN;
    case 6:
        return copy(out, pair->against);
    case 7:
        return copy(out, pair->regime);
    default:
        return put_time(out, pair->heard, false);
    }
}

static enum paint thought_cell(const struct sight_thought *thought, int column, char *out)
{
    switch (column) {
    case 0:
        return put_time(out, thought->time, false);
    case 1:
        copy(out, thought->kind);
        return PAINT_SOFT;
    case 2:
        return copy(out, thought->symbol);
    default:
        return copy(out, thought->sentence);
    }
}

static enum paint trade_cell(const struct sight_trade *trade, int column, char *out)
{
    switch (column) {
    case 0:
        return put_time(out, trade->closed, true);
    case 1:
        return copy(out, trade->symbol);
    case 2:
        return put_gain(out, trade->pnl);
    case 3:
        return put_average(out, trade->entry);
    case 4:
        return put_average(out, trade->exit);
    case 5:
        return copy(out, trade->quantity);
    case 6:
        return copy(out, trade->closed_by);
    default:
        return copy(out, trade->strategy);
    }
}

static enum paint order_cell(const struct sight_order *order, int column, char *out)
{
    const char *const texts[] = {order->number, order->symbol,   order->purpose, order->side,
                                 order->state,  order->quantity, order->filled,  order->limit,
                                 order->stop,   order->target};
    return copy(out, texts[column]);
}

static enum paint alarm_cell(const struct sight_event *event, int column, char *out)
{
    switch (column) {
    case 0:
        return put_time(out, event->time, true);
    case 1:
        copy(out, event->severity);
        return event->cleared[0] != '\0'                  ? PAINT_SOFT
               : strcmp(event->severity, "critical") == 0 ? PAINT_ALARM
               : strcmp(event->severity, "warning") == 0  ? PAINT_WARN
                                                          : PAINT_PLAIN;
    case 2:
        return copy(out, event->kind);
    default:
        copy(out, event->message);
        return event->cleared[0] != '\0' ? PAINT_SOFT : PAINT_PLAIN;
    }
}

enum paint top_cell(const struct top *top, enum top_tab tab, uint32_t row, int column,
                    char out[TOP_CELL_MAX])
{
    const struct sight *sight = &top->sight;
    switch (tab) {
    case TOP_PAIRS:
        return pair_cell(&sight->pairs[row], column, out);
    case TOP_THOUGHTS:
        return thought_cell(&sight->thoughts[row], column, out);
    case TOP_TRADES:
        return trade_cell(&sight->trades[row], column, out);
    case TOP_ORDERS:
        return order_cell(&sight->orders[row], column, out);
    case TOP_ALARMS:
        return alarm_cell(&sight->events[row], column, out);
    case TOP_ALL:
    case TOP_POSITIONS:
    case TOP_TAB_COUNT:
        break;
    }
    return position_cell(&sight->positions[row], column, out);
}

static bool passes(const struct top *top, enum top_tab tab, uint32_t row)
{
    char text[TOP_CELL_MAX];
    const struct top_column *columns = top_columns(tab);
    for (int c = 0; columns[c].title != NULL; c++) {
        top_cell(top, tab, row, c, text);
        if (strcasestr(text, top->filter) != NULL) {
            return true;
        }
    }
    return false;
}

/* "1,234.50", "+2.5%"; false when it is no figure. */
static bool figure_of(const char *text, double *ret)
{
    char digits[64];
    size_t len = 0;
    for (; *text != '\0' && len < sizeof digits - 1; text++) {
        if (*text != ',') {
            digits[len++] = *text;
        }
    }
    digits[len] = '\0';
    char *end = digits;
    *ret = strtod(digits, &end);
    return end != digits && (*end == '\0' || strcmp(end, "%") == 0);
}

struct order {
    const struct top *top;
    enum top_tab tab;
};

/* Figures by size, the rest as text; what is unknown comes last either way. */
static int compare(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    const uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
    char left[TOP_CELL_MAX], right[TOP_CELL_MAX];
    double p, q;
    top_cell(order->top, order->tab, x, order->top->sort[order->tab] - 1, left);
    top_cell(order->top, order->tab, y, order->top->sort[order->tab] - 1, right);
    const bool no_left = strcmp(left, "-") == 0, no_right = strcmp(right, "-") == 0;
    if (no_left || no_right) {
        return no_left != no_right ? (no_left ? 1 : -1) : x - y;
    }
    const int by =
        figure_of(left, &p) && figure_of(right, &q) ? (p > q) - (p < q) : strcmp(left, right);
    return by == 0 ? x - y : order->top->reversed[order->tab] ? -by : by;
}

uint32_t top_rows(const struct top *top, enum top_tab tab, uint16_t rows[TOP_ROW_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < count_of(top, tab); i++) {
        if (top->filter[0] == '\0' || passes(top, tab, i)) {
            rows[count++] = (uint16_t)i;
        }
    }
    if (top->sort[tab] > 0) {
        struct order order = {top, tab};
        qsort_r(rows, count, sizeof rows[0], compare, &order);
    }
    return count;
}
