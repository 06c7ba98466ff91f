/* SPDX-License-Identifier: MIT */
#include "operator/sentence/catalog.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/indicator/panel_row.h"

_Static_assert(CATALOG_COLUMN_MAX == PANEL_COLUMN_MAX, "a choice can be all of a row's columns");

static uint32_t column_count(const struct panel_row *row)
{
    uint32_t count = 0;
    while (count < PANEL_COLUMN_MAX && row->columns[count] != NULL)
        count++;
    return count;
}

static uint32_t parameter_count(const struct panel_row *row)
{
    return row->periods + (row->factor_max > 0);
}

/* Whether `name` is the column's name without its parameters: "bb_upper" of "bb_*_upper". */
static bool is_column(const char *column, const char *name, size_t len)
{
    char bare[CATALOG_TEXT_MAX];
    const char *star = strstr(column, "_*");
    const size_t head = star == NULL ? strlen(column) : (size_t)(star - column);
    snprintf(bare, sizeof bare, "%.*s%s", (int)head, column, star == NULL ? "" : star + 2);
    return strlen(bare) == len && strncmp(bare, name, len) == 0;
}

/* Finds the indicator or the output of that name; NULL when there is none. */
static const struct panel_row *find_row(const char *name, size_t len, struct catalog_choice *ret)
{
    for (uint32_t i = 0; i < INDICATOR_COUNT; i++) {
        const struct panel_row *row = panel_rows[i];
        ret->ask.indicator = (enum indicator)i;
        ret->first = 0;
        ret->count = column_count(row);
        if (strlen(row->name) == len && strncmp(row->name, name, len) == 0)
            return row;
        for (uint32_t k = 0; k < column_count(row); k++) {
            if (!is_column(row->columns[k], name, len))
                continue;
            ret->first = k;
            ret->count = 1;
            return row;
        }
    }
    return NULL;
}

/* A period is a whole number; the factor any. */
static bool take_parameter(struct panel_ask *ask, const struct panel_row *row, uint32_t index,
                           double value)
{
    uint32_t *const periods[] = {&ask->period, &ask->second, &ask->third};
    if (index >= row->periods) {
        ask->factor = value;
        return true;
    }
    if (!(value >= 0 && value < 1e6) || value != floor(value))
        return false;
    *periods[index] = (uint32_t)value;
    return true;
}

const char *catalog_parse(const char *text, enum timeframe timeframe, struct catalog_choice *ret)
{
    struct catalog_choice choice = {.ask = {.timeframe = timeframe}};
    const char *at = text + strcspn(text, ":");
    const struct panel_row *row = find_row(text, (size_t)(at - text), &choice);
    if (row == NULL)
        return "there is no such indicator";
    for (uint32_t i = 0; i < parameter_count(row); i++) {
        if (*at != ':')
            return "a parameter is missing";
        char *end;
        const double value = strtod(at + 1, &end);
        if (end == at + 1 || (*end != ':' && *end != '\0'))
            return "a parameter is not a number";
        if (!take_parameter(&choice.ask, row, i, value))
            return "a period is a whole number of candles";
        at = end;
    }
    if (*at != '\0')
        return "there are more parameters than it has";
    const char *fault = panel_ask_fault(&choice.ask);
    if (fault == NULL)
        *ret = choice;
    return fault;
}

/* "20_2", or "20:2". */
static void put_parameters(const struct panel_ask *ask, char separator, char *text, size_t size)
{
    const struct panel_row *row = panel_rows[ask->indicator];
    const uint32_t periods[] = {ask->period, ask->second, ask->third};
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < row->periods; i++)
        len += (size_t)snprintf(text + len, size - len, "%.*s%u", i > 0, &separator, periods[i]);
    if (row->factor_max > 0)
        snprintf(text + len, size - len, "%c%g", separator, ask->factor);
}

void catalog_column_name(const struct panel_ask *ask, uint32_t column, char *text, size_t size)
{
    char parameters[CATALOG_TEXT_MAX];
    put_parameters(ask, '_', parameters, sizeof parameters);
    const char *name = panel_rows[ask->indicator]->columns[column], *star = strchr(name, '*');
    if (star == NULL)
        snprintf(text, size, "%s", name);
    else
        snprintf(text, size, "%.*s%s%s", (int)(star - name), name, parameters, star + 1);
}

void catalog_ask_name(const struct panel_ask *ask, char *text, size_t size)
{
    char parameters[CATALOG_TEXT_MAX];
    put_parameters(ask, ':', parameters, sizeof parameters);
    snprintf(text, size, "%s%s%s", panel_rows[ask->indicator]->name,
             parameters[0] != '\0' ? ":" : "", parameters);
}

uint32_t catalog_column_warmup(const struct panel_ask *ask, uint32_t column)
{
    const struct panel_row *row = panel_rows[ask->indicator];
    return row->column_warmup != NULL ? row->column_warmup(ask, column) : row->warmup(ask);
}

bool catalog_column_ready(const struct panel_ask *ask, const struct panel_cell *cell,
                          uint32_t column, size_t candles)
{
    const uint32_t warmup = catalog_column_warmup(ask, column);
    return cell->ready || (candles >= warmup && warmup < panel_ask_warmup(ask));
}

double catalog_column_value(const struct panel_ask *ask, const struct panel_cell *cell,
                            uint32_t column)
{
    const struct panel_row *row = panel_rows[ask->indicator];
    return row->column != NULL ? row->column(cell, column) : cell->now[column];
}

void catalog_usage(enum indicator indicator, char *text, size_t size)
{
    const struct panel_row *row = panel_rows[indicator];
    size_t len = (size_t)snprintf(text, size, "%s", row->name);
    for (uint32_t i = 0; i < parameter_count(row) && len < size; i++)
        len += (size_t)snprintf(text + len, size - len, ":%s", row->parameters[i]);
}

const char *catalog_help(enum indicator indicator)
{
    return panel_rows[indicator]->help;
}
