/* SPDX-License-Identifier: MIT */
/* What a step answered, read and checked: nothing that is no signal reaches the engine. */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/script/script_inside.h"

/* With the line where the step begins: an answer has none of its own. */
static int wrong(lua_State *lua, const struct script_ask *ask, const char *format, ...)
{
    lua_Debug at;
    va_list values;
    lua_rawgeti(lua, LUA_REGISTRYINDEX, ask->script->step_at);
    lua_getinfo(lua, ">S", &at);
    lua_pushfstring(lua, "%s:%d: step returned ", at.short_src, at.linedefined);
    va_start(values, format);
    lua_pushvfstring(lua, format, values);
    va_end(values);
    lua_concat(lua, 2);
    return lua_error(lua);
}

/* What a fault says of a number: Lua's own words for what is none differ between machines. */
static const char *number_text(lua_State *lua, double value)
{
    return value != value         ? "not a number (0/0)"
           : isfinite(value) == 0 ? "infinite"
                                  : lua_pushfstring(lua, "%f", value);
}

static double number(lua_State *lua, const struct script_ask *ask, const char *field, double low,
                     double high)
{
    lua_getfield(lua, -1, field);
    const int type = lua_type(lua, -1);
    const double value = type == LUA_TNUMBER ? lua_tonumber(lua, -1) : 0;
    lua_pop(lua, 1);
    if (type == LUA_TNIL) {
        return 0;
    }
    if (type != LUA_TNUMBER) {
        wrong(lua, ask, "a %s as %s; it must be a number", lua_typename(lua, type), field);
    }
    if (!(value >= low && value <= high)) {
        wrong(lua, ask, "a %s that is %s; it must lie from %f to %f", field,
              number_text(lua, value), low, high);
    }
    return value;
}

static int32_t direction(lua_State *lua, const struct script_ask *ask)
{
    lua_getfield(lua, -1, "direction");
    const int type = lua_type(lua, -1);
    const char *word = type == LUA_TSTRING ? lua_tostring(lua, -1) : "";
    const double way = type == LUA_TNUMBER ? lua_tonumber(lua, -1) : 2;
    lua_pop(lua, 1);
    if (strcmp(word, "long") == 0 || way == 1) {
        return 1;
    }
    if (strcmp(word, "short") == 0 || way == -1) {
        return -1;
    }
    if (way != 0) {
        wrong(lua, ask, "no direction: it is \"long\", \"short\", 1, -1 or 0");
    }
    return 0;
}

/* A misspelt field would be a stop that is not there. */
static void check_fields(lua_State *lua, const struct script_ask *ask)
{
    static const char *const known[] = {"direction", "strength", "confidence", "stop",   "target",
                                        "trail",     "broken",   "hold",       "figures"};
    lua_pushnil(lua);
    while (lua_next(lua, -2) != 0) {
        lua_pop(lua, 1);
        const bool text = lua_type(lua, -1) == LUA_TSTRING;
        bool found = false;
        for (size_t i = 0; text && i < sizeof known / sizeof known[0]; i++) {
            found = found || strcmp(known[i], lua_tostring(lua, -1)) == 0;
        }
        if (!found) {
            wrong(lua, ask, "a field that no signal has: %s",
                  text ? lua_tostring(lua, -1) : luaL_typename(lua, -1));
        }
    }
}

static void read_figures(lua_State *lua, const struct script_ask *ask, struct signal *signal)
{
    signal->reason = REASON_SCRIPT;
    lua_getfield(lua, -1, "figures");
    if (!lua_isnil(lua, -1)) {
        const size_t count = lua_istable(lua, -1) ? lua_objlen(lua, -1) : 0;
        if (count < 1 || count >= SIGNAL_FIGURE_MAX) {
            wrong(lua, ask, "figures that are no list of one to three numbers");
        }
        for (size_t i = 1; i <= count; i++) {
            lua_rawgeti(lua, -1, (int)i);
            const double figure = lua_type(lua, -1) == LUA_TNUMBER ? lua_tonumber(lua, -1) : NAN;
            lua_pop(lua, 1);
            if (!isfinite(figure)) {
                wrong(lua, ask, "a figure that is no finite number");
            }
            signal->figures[i] = figure;
        }
        signal->reason = REASON_SCRIPT_FIGURES;
    }
    lua_pop(lua, 1);
}

/* A long's stop below the close and its target above; a short's the other way round. */
static void check_sides(lua_State *lua, const struct script_ask *ask, const struct signal *signal)
{
    const double close = signal->figures[0];
    const int32_t way = signal->direction;
    if (signal->stop > 0 && way * (close - signal->stop) <= 0) {
        wrong(lua, ask, "a stop at %f, which is on the wrong side of the close %f", signal->stop,
              close);
    }
    if (signal->target > 0 && way * (signal->target - close) <= 0) {
        wrong(lua, ask, "a target at %f, which is on the wrong side of the close %f",
              signal->target, close);
    }
}

void script_signal_read(lua_State *lua, const struct script_ask *ask)
{
    struct signal *signal = ask->signal;
    if (!lua_istable(lua, -1)) {
        wrong(lua, ask, "a %s; it is nil, or a table with direction, strength and confidence",
              luaL_typename(lua, -1));
    }
    check_fields(lua, ask);
    signal->direction = direction(lua, ask);
    if (signal->direction == 0) {
        return;
    }
    const double price_max = 1e15, hold_max = 366 * 86400.0;
    signal->strength = number(lua, ask, "strength", 0, 1);
    signal->confidence = number(lua, ask, "confidence", 0, 1);
    signal->stop = number(lua, ask, "stop", 0, price_max);
    signal->target = number(lua, ask, "target", 0, price_max);
    signal->trail = number(lua, ask, "trail", 0, 0.99);
    signal->broken = number(lua, ask, "broken", 0, price_max);
    signal->hold_ns = (int64_t)(number(lua, ask, "hold", 0, hold_max) * NS_PER_S);
    signal->figures[0] = series_at(ask->view->series, ask->view->timeframe, 0)->close;
    read_figures(lua, ask, signal);
    check_sides(lua, ask, signal);
}
