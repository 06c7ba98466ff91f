/* SPDX-License-Identifier: MIT */
/* The table that a script's text returns, read field by field. */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/indicator/panel_row.h"
#include "core/strategy/setup.h"
#include "operator/script/script_shape.h"

/* What stands at the top of the stack, as messages call it: "parameters[2]". */
struct place {
    lua_State *lua;
    struct script_shape *shape;
    char name[80];
};

static int wrong(const struct place *place, const char *what)
{
    return luaL_error(place->lua, "%s: %s", place->name, what);
}

static const char *keep(const struct place *place, const char *text)
{
    struct script_shape *shape = place->shape;
    const size_t len = strlen(text) + 1;
    if (len > sizeof shape->text - shape->text_len) {
        wrong(place, "all names and helps together are too long");
    }
    char *at = shape->text + shape->text_len;
    memcpy(at, text, len);
    shape->text_len += len;
    return at;
}

/* A field of the table at the top, as a text of printing letters; NULL where there is none. */
static const char *text_field(const struct place *place, const char *field)
{
    lua_State *lua = place->lua;
    lua_getfield(lua, -1, field);
    const bool none = lua_isnil(lua, -1), text = lua_type(lua, -1) == LUA_TSTRING;
    const char *kept = text ? keep(place, lua_tostring(lua, -1)) : NULL;
    lua_pop(lua, 1);
    for (const char *c = kept; c != NULL && *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            luaL_error(lua, "%s: %s must be one line of text", place->name, field);
        }
    }
    if (!none && !text) {
        luaL_error(lua, "%s: %s must be a text", place->name, field);
    }
    return kept;
}

static bool number_field(const struct place *place, const char *field, double *ret)
{
    lua_State *lua = place->lua;
    lua_getfield(lua, -1, field);
    const bool none = lua_isnil(lua, -1), number = lua_type(lua, -1) == LUA_TNUMBER;
    const double value = number ? lua_tonumber(lua, -1) : 0;
    lua_pop(lua, 1);
    if (!none && (!number || !isfinite(value))) {
        luaL_error(lua, "%s: %s must be a number", place->name, field);
    }
    *ret = number ? value : *ret;
    return number;
}

static bool truth_field(const struct place *place, const char *field)
{
    lua_getfield(place->lua, -1, field);
    const bool value = lua_toboolean(place->lua, -1);
    lua_pop(place->lua, 1);
    return value;
}

/* A misspelt field would be a silent default: every one must be known. */
static void check_fields(const struct place *place, const char *const *known)
{
    lua_State *lua = place->lua;
    lua_pushnil(lua);
    while (lua_next(lua, -2) != 0) {
        lua_pop(lua, 1);
        bool found = lua_type(lua, -1) == LUA_TNUMBER;
        for (const char *const *name = known; !found && *name != NULL; name++) {
            found = lua_type(lua, -1) == LUA_TSTRING && strcmp(*name, lua_tostring(lua, -1)) == 0;
        }
        if (!found) {
            luaL_error(lua, "%s: there is no field '%s'", place->name,
                       lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1)
                                                        : luaL_typename(lua, -1));
        }
    }
}

static bool is_name(const char *text)
{
    const size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return text[len] == '\0' && len >= 1 && len <= SHAPE_NAME_MAX && text[0] >= 'a';
}

static void copy_name(const struct place *place, char *to, const char *name)
{
    if (!is_name(name)) {
        wrong(place, "a name is small letters, digits and underscores, and begins with a letter");
    }
    snprintf(to, SHAPE_NAME_MAX + 1, "%s", name);
}

/* Choices: a list of words under `choices`. */
static void read_choices(const struct place *place, struct option *option)
{
    lua_State *lua = place->lua;
    struct script_shape *shape = place->shape;
    bool known = false;
    option->choices = &shape->choices[shape->choice_count];
    for (int i = 1;; i++) {
        lua_rawgeti(lua, -1, i);
        if (lua_isnil(lua, -1)) {
            lua_pop(lua, 1);
            break;
        }
        if (lua_type(lua, -1) != LUA_TSTRING || shape->choice_count + 2 > SHAPE_CHOICE_MAX) {
            wrong(place, "choices must be a list of words, and not a long one");
        }
        const char *word = keep(place, lua_tostring(lua, -1));
        known = known || strcmp(word, option->initial) == 0;
        shape->choices[shape->choice_count++] = word;
        lua_pop(lua, 1);
    }
    shape->choices[shape->choice_count++] = NULL;
    if (!known) {
        wrong(place, "the default must be one of the choices");
    }
}

static void read_bounds(const struct place *place, struct option *option, double initial)
{
    if (!number_field(place, "min", &option->min) || !number_field(place, "max", &option->max)) {
        wrong(place, "a number needs min and max");
    }
    if (!(option->min <= initial && initial <= option->max)) {
        wrong(place, "the default must lie from min to max");
    }
}

static void read_number(const struct place *place, struct option *option, double initial)
{
    char text[40];
    option->type = truth_field(place, "whole") ? OPTION_INT : OPTION_REAL;
    if (!isfinite(initial) || (option->type == OPTION_INT && initial != floor(initial)) ||
        fabs(initial) > 9e15) {
        wrong(place, "the default is no such number");
    }
    snprintf(text, sizeof text, "%.15g", initial);
    option->initial = keep(place, text);
    read_bounds(place, option, initial);
}

static void read_duration(const struct place *place, struct option *option)
{
    int64_t ns = 0;
    option->type = OPTION_DURATION;
    if (!duration_parse(option->initial, strlen(option->initial), &ns)) {
        wrong(place, "a default in words is a duration such as \"30m\", or has choices");
    }
    read_bounds(place, option, (double)ns / NS_PER_S);
}

/* The kind follows from the default. */
static void read_kind(const struct place *place, struct option *option)
{
    static const size_t sizes[] = {
        [OPTION_BOOL] = sizeof(bool),      [OPTION_INT] = sizeof(int64_t),
        [OPTION_REAL] = sizeof(double),    [OPTION_DURATION] = sizeof(int64_t),
        [OPTION_CHOICE] = sizeof(int32_t),
    };
    lua_State *lua = place->lua;
    lua_getfield(lua, -1, "default");
    const int type = lua_type(lua, -1);
    const double number = type == LUA_TNUMBER ? lua_tonumber(lua, -1) : 0;
    const bool truth = lua_toboolean(lua, -1);
    option->initial = type == LUA_TSTRING ? keep(place, lua_tostring(lua, -1)) : "";
    lua_pop(lua, 1);
    lua_getfield(lua, -1, "choices");
    if (lua_istable(lua, -1) && type == LUA_TSTRING) {
        option->type = OPTION_CHOICE;
        read_choices(place, option);
        lua_pop(lua, 1);
    } else {
        lua_pop(lua, 1);
        if (type == LUA_TNUMBER) {
            read_number(place, option, number);
        } else if (type == LUA_TSTRING) {
            read_duration(place, option);
        } else if (type == LUA_TBOOLEAN) {
            option->type = OPTION_BOOL;
            option->initial = truth ? "true" : "false";
        } else {
            wrong(place, "the default must be a number, a truth, a duration or a word");
        }
    }
    option->size = sizes[option->type];
}

static int32_t find_option(const struct script_shape *shape, const char *name)
{
    for (uint32_t i = 0; i < shape->option_count; i++) {
        if (strcmp(shape->options[i].name, name) == 0) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* Every strategy has options of these names beside its own. */
static bool is_common(const char *name)
{
    bool common = false;
    for (uint32_t i = 0; i < strategy_setup_option_count; i++) {
        common = common || strcmp(strategy_setup_options[i].name, name) == 0;
    }
    return common;
}

static void read_parameter(struct place *place)
{
    static const char *const known[] = {"name", "default", "choices", "whole", "min",
                                        "max",  "unit",    "help",    NULL};
    struct script_shape *shape = place->shape;
    if (!lua_istable(place->lua, -1)) {
        wrong(place, "must be a table");
    }
    check_fields(place, known);
    char name[SHAPE_NAME_MAX + 1];
    const char *given = text_field(place, "name");
    copy_name(place, name, given != NULL ? given : "");
    if (is_common(name) || find_option(shape, name) >= 0) {
        wrong(place, "a parameter of that name is there already");
    }
    if (shape->option_count == STRATEGY_PARAM_MAX) {
        wrong(place, "there are too many parameters: 15 are the most");
    }
    struct option option = {.name = given, .offset = SHAPE_OFFSET(shape->option_count)};
    const char *unit = text_field(place, "unit"), *help = text_field(place, "help");
    option.unit = unit != NULL ? unit : "";
    option.help = help;
    if (help == NULL) {
        wrong(place, "help is missing: say in a line what the parameter does");
    }
    read_kind(place, &option);
    shape->options[shape->option_count++] = option;
}

static bool find_indicator(const char *name, enum indicator *ret)
{
    for (uint32_t i = 0; i < INDICATOR_COUNT; i++) {
        if (strcmp(panel_rows[i]->name, name) == 0) {
            *ret = (enum indicator)i;
            return true;
        }
    }
    return false;
}

static int32_t read_timeframe(const struct place *place, int32_t otherwise)
{
    const char *name = text_field(place, "timeframe");
    enum timeframe timeframe = TIMEFRAME_1M;
    if (name != NULL && !timeframe_parse(name, strlen(name), &timeframe)) {
        wrong(place, "timeframe is one of 1m, 5m, 15m, 1h, 4h, 1d");
    }
    return name == NULL ? otherwise : (int32_t)timeframe;
}

/* A parameter of an indicator: a number, or the name of one of the strategy's parameters. */
static void read_operand(const struct place *place, struct shape_indicator *asked, uint32_t index)
{
    lua_State *lua = place->lua;
    const struct panel_row *row = panel_rows[asked->indicator];
    lua_rawgeti(lua, -1, (int)index + 2);
    asked->from[index] = -1;
    if (lua_type(lua, -1) == LUA_TNUMBER) {
        asked->number[index] = lua_tonumber(lua, -1);
    } else if (lua_type(lua, -1) == LUA_TSTRING) {
        asked->from[index] = find_option(place->shape, lua_tostring(lua, -1));
        const int32_t from = asked->from[index];
        const bool number =
            from > 0 &&
            (place->shape->options[from].type == OPTION_INT ||
             (place->shape->options[from].type == OPTION_REAL && index >= row->periods));
        if (!number) {
            luaL_error(lua, "%s: '%s' is no parameter that is a %s", place->name,
                       lua_tostring(lua, -1), index < row->periods ? "whole number" : "number");
        }
    } else {
        luaL_error(lua, "%s: %s takes %d numbers, each written here or the name of a parameter",
                   place->name, row->name, (int)asked->count);
    }
    lua_pop(lua, 1);
}

static void read_indicator(struct place *place, const char *name)
{
    static const char *const known[] = {"timeframe", NULL};
    lua_State *lua = place->lua;
    struct script_shape *shape = place->shape;
    snprintf(place->name, sizeof place->name, "indicators.%.40s", name);
    if (!lua_istable(lua, -1)) {
        wrong(place, "must be a table such as {\"sma\", 20}");
    }
    if (shape->indicator_count == STRATEGY_SLOT_MAX) {
        wrong(place, "one too many: a strategy asks for 8 at most");
    }
    check_fields(place, known);
    struct shape_indicator asked = {.timeframe = read_timeframe(place, -1)};
    copy_name(place, asked.name, name);
    lua_rawgeti(lua, -1, 1);
    const char *indicator = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "";
    if (!find_indicator(indicator, &asked.indicator)) {
        luaL_error(lua, "%s: there is no indicator '%s'; `cuttle help indicator` lists them",
                   place->name, indicator);
    }
    lua_pop(lua, 1);
    const struct panel_row *row = panel_rows[asked.indicator];
    asked.count = row->periods + (row->factor_max > 0);
    for (uint32_t i = 0; i < asked.count; i++) {
        read_operand(place, &asked, i);
    }
    if (lua_objlen(lua, -1) != asked.count + 1) {
        luaL_error(lua, "%s: %s takes %d numbers", place->name, row->name, (int)asked.count);
    }
    uint32_t at = shape->indicator_count++;
    for (; at > 0 && strcmp(shape->indicators[at - 1].name, asked.name) > 0; at--) {
        shape->indicators[at] = shape->indicators[at - 1];
    }
    shape->indicators[at] = asked;
}

static void read_indicators(struct place *place)
{
    lua_State *lua = place->lua;
    lua_pushnil(lua);
    while (lua_next(lua, -2) != 0) {
        if (lua_type(lua, -2) != LUA_TSTRING) {
            wrong(place, "each indicator has a name: {sma = {\"sma\", 20}}");
        }
        read_indicator(place, lua_tostring(lua, -2));
        lua_pop(lua, 1);
    }
}

static void read_note(struct place *place)
{
    struct script_shape *shape = place->shape;
    if (lua_type(place->lua, -1) != LUA_TSTRING) {
        wrong(place, "must be a name");
    }
    if (shape->note_count == STRATEGY_STATE_MAX) {
        wrong(place, "one too many: a strategy remembers 8 numbers at most");
    }
    copy_name(place, shape->notes[shape->note_count++], lua_tostring(place->lua, -1));
}

/* Each member of the list in field `field`, which may be missing. */
static void each(struct place *place, const char *field, void (*read)(struct place *))
{
    lua_State *lua = place->lua;
    lua_getfield(lua, -1, field);
    snprintf(place->name, sizeof place->name, "%s", field);
    if (!lua_istable(lua, -1) && !lua_isnil(lua, -1)) {
        wrong(place, "must be a list");
    }
    for (int i = 1; lua_istable(lua, -1); i++) {
        lua_rawgeti(lua, -1, i);
        if (lua_isnil(lua, -1)) {
            lua_pop(lua, 1);
            break;
        }
        snprintf(place->name, sizeof place->name, "%s[%d]", field, i);
        read(place);
        lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
}

static void read_history(const struct place *place)
{
    double history = 2;
    number_field(place, "history", &history);
    if (!(history >= 1 && history <= SERIES_CAPACITY) || history != floor(history)) {
        wrong(place, "history is a whole number of candles, 1 to 512");
    }
    place->shape->history = (uint32_t)history;
}

void script_shape_read(lua_State *lua, struct script_shape *shape)
{
    static const char *const known[] = {"help",  "timeframe", "parameters", "indicators", "notes",
                                        "check", "history",   "step",       NULL};
    struct place place = {.lua = lua, .shape = shape, .name = "the table"};
    *shape = (struct script_shape){0};
    if (!lua_istable(lua, -1)) {
        luaL_error(lua, "the file must return a table, which describes the strategy");
    }
    check_fields(&place, known);
    shape->help = text_field(&place, "help");
    if (shape->help == NULL) {
        wrong(&place, "help is missing: say in a line what the strategy does");
    }
    shape->options[shape->option_count++] = (struct option){
        .name = "timeframe",
        .type = OPTION_CHOICE,
        .unit = "",
        .initial = timeframe_names[read_timeframe(&place, TIMEFRAME_5M)],
        .choices = timeframe_names,
        OPTION_FIELD(struct strategy_params, timeframe),
        .help = "candles it looks at",
    };
    read_history(&place);
    each(&place, "parameters", read_parameter);
    each(&place, "notes", read_note);
    lua_getfield(lua, -1, "indicators");
    snprintf(place.name, sizeof place.name, "indicators");
    if (lua_istable(lua, -1)) {
        read_indicators(&place);
    } else if (!lua_isnil(lua, -1)) {
        wrong(&place, "must be a table");
    }
    lua_pop(lua, 1);
}
