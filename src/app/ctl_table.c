/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "app/ctl.h"
#include "app/page.h"
#include "platform/json/json.h"

#define CELL_MAX 64

/* Profit is blue and loss is orange, as on the dashboard: told apart by every kind of eye. */
const char *ctl_color_gain(const char *decimal, bool color)
{
    const int sign = color ? page_sign(decimal) : 0;
    return sign == 0 ? "" : sign < 0 ? "\033[38;5;208m" : "\033[38;5;75m";
}

const char *ctl_color_end(bool color)
{
    return color ? "\033[0m" : "";
}

/* A string's text, a number's digits, yes or no; "" for what is nothing or more than one value. */
static void take_value(struct json *json, char *out, size_t size)
{
    struct json_text text;
    bool flag = false;
    out[0] = '\0';
    switch (json_peek(json)) {
    case JSON_STRING:
        if (json_string(json, &text)) {
            snprintf(out, size, "%.*s", (int)text.len, text.at);
        }
        return;
    case JSON_NUMBER:
        if (json_number(json, &text)) {
            snprintf(out, size, "%.*s", (int)text.len, text.at);
        }
        return;
    case JSON_BOOL:
        if (json_bool(json, &flag)) {
            snprintf(out, size, "%s", flag ? "yes" : "no");
        }
        return;
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_NULL:
    case JSON_NONE:
        json_skip(json);
        return;
    }
}

/* Cut where the cell ends. */
static void copy_cell(char *out, size_t size, const char *value)
{
    const size_t len = strnlen(value, size - 1);
    memcpy(out, value, len);
    out[len] = '\0';
}

static void shape_cell(enum ctl_shape shape, const char *value, char *out, size_t size)
{
    if (value[0] == '\0') {
        snprintf(out, size, "-");
        return;
    }
    switch (shape) {
    case CTL_TEXT:
    case CTL_DIGITS:
        copy_cell(out, size, value);
        return;
    case CTL_AVERAGE:
        page_price(out, size, strtod(value, NULL));
        return;
    case CTL_MONEY:
        page_money(out, size, value);
        return;
    case CTL_GAIN:
        page_gain(out, size, value);
        return;
    case CTL_TIME:
        snprintf(out, size, "%.10s %.8s", value, strlen(value) > 11 ? value + 11 : "");
        return;
    }
}

static uint32_t column_count(const struct ctl_table *table)
{
    uint32_t count = 0;
    while (count < CTL_COLUMN_MAX && table->columns[count].key != NULL) {
        count++;
    }
    return count;
}

static const char *title_of(const struct ctl_column *column)
{
    return column->title != NULL ? column->title : column->key;
}

static void read_row(struct json *json, const struct ctl_table *table,
                     char cells[CTL_COLUMN_MAX][CELL_MAX])
{
    char values[CTL_COLUMN_MAX][CELL_MAX] = {{0}};
    const uint32_t count = column_count(table);
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        uint32_t c = 0;
        while (c < count && !json_is(key, table->columns[c].key)) {
            c++;
        }
        if (c < count) {
            take_value(json, values[c], CELL_MAX);
        } else {
            json_skip(json);
        }
    }
    for (uint32_t c = 0; c < count; c++) {
        shape_cell(table->columns[c].shape, values[c], cells[c], CELL_MAX);
    }
}

/* Text to the left, figures to the right; the last column leaves no blanks behind it. */
static void put_cell(const struct ctl_table *table, uint32_t c, int width, const char *cell,
                     bool color, FILE *out)
{
    const bool left = table->columns[c].shape == CTL_TEXT || table->columns[c].shape == CTL_TIME;
    const bool last = c + 1 == column_count(table);
    const int blanks = width - (int)strlen(cell);
    const bool gain = color && table->columns[c].shape == CTL_GAIN;
    fprintf(out, "%*s%s%s%s%*s%s", left ? 0 : blanks, "", ctl_color_gain(cell, gain), cell,
            gain ? ctl_color_end(color) : "", left && !last ? blanks : 0, "", last ? "\n" : "  ");
}

/* A walk over the rows: to measure them, or with `out` to print them. Returns how many, or -1. */
static int64_t walk(const struct ctl_table *table, const char *text, size_t len,
                    int widths[CTL_COLUMN_MAX], bool color, FILE *out)
{
    struct json json;
    struct json_text key;
    int64_t rows = 0;
    json_init(&json, text, len);
    if (table->name != NULL) {
        json_object(&json);
    }
    while (table->name == NULL || json_key(&json, &key)) {
        if (table->name != NULL && !json_is(key, table->name)) {
            json_skip(&json);
            continue;
        }
        json_array(&json);
        while (json_element(&json)) {
            char cells[CTL_COLUMN_MAX][CELL_MAX];
            read_row(&json, table, cells);
            for (uint32_t c = 0; c < column_count(table); c++) {
                const int width = (int)strlen(cells[c]);
                widths[c] = width > widths[c] ? width : widths[c];
                if (out != NULL) {
                    put_cell(table, c, widths[c], cells[c], color, out);
                }
            }
            rows++;
        }
        if (table->name == NULL) {
            break;
        }
    }
    return json_done(&json) ? rows : -1;
}

bool ctl_table_print(const struct ctl_table *table, const char *text, size_t len, bool color,
                     FILE *out)
{
    int widths[CTL_COLUMN_MAX];
    for (uint32_t c = 0; c < column_count(table); c++) {
        widths[c] = (int)strlen(title_of(&table->columns[c]));
    }
    const int64_t rows = walk(table, text, len, widths, false, NULL);
    if (rows == 0) {
        fprintf(out, "no %s\n", table->things);
    }
    if (rows > 0) {
        for (uint32_t c = 0; c < column_count(table); c++) {
            put_cell(table, c, widths[c], title_of(&table->columns[c]), false, out);
        }
        walk(table, text, len, widths, color, out);
    }
    return rows >= 0;
}
