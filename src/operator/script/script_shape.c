/* SPDX-License-Identifier: MIT */
#include "operator/script/script_shape.h"

#include <math.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/indicator/panel_row.h"

static bool same_option(const struct option *a, const struct option *b)
{
    bool same = strcmp(a->name, b->name) == 0 && a->type == b->type &&
                strcmp(a->initial, b->initial) == 0 && a->min == b->min && a->max == b->max;
    for (uint32_t i = 0; same && a->type == OPTION_CHOICE && (a->choices[i] || b->choices[i]);
         i++) {
        same = a->choices[i] && b->choices[i] && strcmp(a->choices[i], b->choices[i]) == 0;
    }
    return same;
}

static bool same_indicator(const struct shape_indicator *a, const struct shape_indicator *b)
{
    bool same = strcmp(a->name, b->name) == 0 && a->indicator == b->indicator &&
                a->timeframe == b->timeframe;
    for (uint32_t i = 0; same && i < a->count; i++) {
        same = a->from[i] == b->from[i] && a->number[i] == b->number[i];
    }
    return same;
}

const char *script_shape_differs(const struct script_shape *a, const struct script_shape *b)
{
    bool same = a->option_count == b->option_count;
    for (uint32_t i = 0; same && i < a->option_count; i++) {
        same = same_option(&a->options[i], &b->options[i]);
    }
    if (!same) {
        return "its parameters";
    }
    same = a->indicator_count == b->indicator_count;
    for (uint32_t i = 0; same && i < a->indicator_count; i++) {
        same = same_indicator(&a->indicators[i], &b->indicators[i]);
    }
    return same ? NULL : "its indicators";
}

double script_shape_value(const struct script_shape *shape, const void *params, uint32_t option)
{
    const struct option *row = &shape->options[option];
    const uint8_t *field = (const uint8_t *)params + row->offset;
    int32_t choice = 0;
    int64_t whole = 0;
    double real = 0;
    bool truth = false;
    switch (row->type) {
    case OPTION_CHOICE:
        memcpy(&choice, field, sizeof choice);
        return choice;
    case OPTION_BOOL:
        memcpy(&truth, field, sizeof truth);
        return truth;
    case OPTION_INT:
        memcpy(&whole, field, sizeof whole);
        return (double)whole;
    case OPTION_DURATION:
        memcpy(&whole, field, sizeof whole);
        return (double)whole / NS_PER_S;
    default:
        CHECK(row->type == OPTION_REAL);
        memcpy(&real, field, sizeof real);
        return real;
    }
}

/* What a period cannot be is 0, which panel_ask_fault refuses. */
static uint32_t period_of(double value)
{
    return value >= 1 && value <= SERIES_CAPACITY && value == floor(value) ? (uint32_t)value : 0;
}

struct panel_ask script_shape_ask(const struct script_shape *shape, const void *params,
                                  uint32_t indicator)
{
    const struct shape_indicator *asked = &shape->indicators[indicator];
    const struct panel_row *row = panel_rows[asked->indicator];
    const int32_t own = ((const struct strategy_params *)params)->timeframe;
    /* Candles finer than the strategy's it would see as they are when its own closes. */
    struct panel_ask ask = {
        .indicator = asked->indicator,
        .timeframe = (enum timeframe)(asked->timeframe > own ? asked->timeframe : own),
    };
    uint32_t *const periods[] = {&ask.period, &ask.second, &ask.third};
    for (uint32_t i = 0; i < asked->count; i++) {
        const int32_t from = asked->from[i];
        const double value =
            from >= 0 ? script_shape_value(shape, params, (uint32_t)from) : asked->number[i];
        if (i < row->periods) {
            *periods[i] = period_of(value);
        } else {
            ask.factor = value;
        }
    }
    return ask;
}
