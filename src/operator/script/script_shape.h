/* SPDX-License-Identifier: MIT */
/*
 * What a script declares of itself: the table that its text returns, read and checked. It holds
 * everything that the engine and the configuration go by; only the step stays in the script.
 */
#pragma once

#include <lua.h>

#include "core/strategy/strategy.h"
#include "operator/script/script.h"

#define SHAPE_NAME_MAX 31
#define SHAPE_TEXT_SIZE 8192 /* all names, helps and words together */
#define SHAPE_CHOICE_MAX 64  /* words of all choices, and the ends of their lists */
#define SHAPE_PARAMETER_MAX 4

/* An indicator asked for: each of its parameters is a number, or the value of a parameter. */
struct shape_indicator {
    char name[SHAPE_NAME_MAX + 1];
    enum indicator indicator;
    int32_t timeframe; /* -1: the strategy's own */
    uint32_t count;
    int32_t from[SHAPE_PARAMETER_MAX]; /* index in options; -1: the number */
    double number[SHAPE_PARAMETER_MAX];
};

struct script_shape {
    const char *help;
    uint32_t option_count; /* the first is the timeframe */
    struct option options[STRATEGY_PARAM_MAX];
    uint32_t indicator_count; /* by name, in order */
    struct shape_indicator indicators[STRATEGY_SLOT_MAX];
    uint32_t note_count;
    char notes[STRATEGY_STATE_MAX][SHAPE_NAME_MAX + 1];
    uint32_t history; /* candles it looks at */
    const char *choices[SHAPE_CHOICE_MAX];
    uint32_t choice_count;
    char text[SHAPE_TEXT_SIZE];
    size_t text_len;
};

/* Every parameter takes eight bytes. */
#define SHAPE_OFFSET(index) (sizeof(struct strategy_params) + ((index)-1) * sizeof(int64_t))

/* Reads the table at the top of the stack; within a call of the machine, whose error says what is
 * wrong. */
void script_shape_read(lua_State *lua, struct script_shape *shape);

/* NULL, or what differs so that only a new start can take it up: "its parameters". */
const char *script_shape_differs(const struct script_shape *a, const struct script_shape *b);

/* A parameter's value as scripts see it: durations in seconds. A choice's is its index. */
double script_shape_value(const struct script_shape *shape, const void *params, uint32_t option);

/* The ask for one of the indicators under these parameters. */
struct panel_ask script_shape_ask(const struct script_shape *shape, const void *params,
                                  uint32_t indicator);
