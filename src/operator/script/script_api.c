/* SPDX-License-Identifier: MIT */
/*
 * All that a script may call. Each function takes a bounded time: O(1), or what it charges to the
 * script's instructions. Nothing tells two machines, two processes or two steps apart: no clock, no
 * address, no order of a hash table.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <string.h>

#include "core/indicator/panel_row.h"
#include "core/strategy/rule.h"
#include "operator/script/script_inside.h"

/* The call that is under way; an error while the text is being loaded, when there is no market. */
static const struct script_ask *asked(lua_State *lua)
{
    const struct script_ask *ask = script_vm_of(lua)->context;
    if (ask->view == NULL) {
        luaL_error(lua, "there is no market outside of step");
    }
    return ask;
}

/* A call whose context is no script_ask has no view to find: loading gives one that is empty. */
static const struct candle *candle_at(lua_State *lua)
{
    const struct script_ask *ask = asked(lua);
    const double back = luaL_optnumber(lua, 1, 0);
    const uint32_t history = ask->script->shape.history;
    if (!(back >= 0 && back < history) || back != floor(back)) {
        luaL_error(lua, "candles 0 to %d are there: the file says history = %d", (int)history - 1,
                   (int)history);
    }
    return series_at(ask->view->series, ask->view->timeframe, (uint32_t)back);
}

static int give(lua_State *lua, double value)
{
    lua_pushnumber(lua, value);
    return 1;
}

static int api_open(lua_State *lua)
{
    return give(lua, candle_at(lua)->open);
}

static int api_high(lua_State *lua)
{
    return give(lua, candle_at(lua)->high);
}

static int api_low(lua_State *lua)
{
    return give(lua, candle_at(lua)->low);
}

static int api_close(lua_State *lua)
{
    return give(lua, candle_at(lua)->close);
}

static int api_volume(lua_State *lua)
{
    return give(lua, candle_at(lua)->volume);
}

/* Seconds since 1970. */
static int api_time(lua_State *lua)
{
    return give(lua, (double)(candle_at(lua)->time_ns / 1000000000));
}

static const struct panel_cell *cell_of(lua_State *lua, const struct panel_row **ret_row)
{
    const struct script_ask *ask = asked(lua);
    const struct script_shape *shape = &ask->script->shape;
    const char *name = luaL_checkstring(lua, 1);
    for (uint32_t i = 0; i < shape->indicator_count; i++) {
        if (strcmp(shape->indicators[i].name, name) == 0) {
            *ret_row = panel_rows[shape->indicators[i].indicator];
            return &ask->view->cells[ask->view->slots[i]];
        }
    }
    luaL_error(lua, "the file asks for no indicator '%s'", name);
    return NULL;
}

/* All columns of an indicator, as `cuttle indicator` shows them. */
static int give_columns(lua_State *lua, const struct panel_row *row, const struct panel_cell *cell,
                        const double *values)
{
    int count = 0;
    for (; count < PANEL_COLUMN_MAX && row->columns[count] != NULL; count++) {
        lua_pushnumber(lua,
                       row->column != NULL ? row->column(cell, (uint32_t)count) : values[count]);
    }
    return count;
}

static int api_now(lua_State *lua)
{
    const struct panel_row *row;
    const struct panel_cell *cell = cell_of(lua, &row);
    return give_columns(lua, row, cell, cell->now);
}

/* A row whose columns are no plain outputs works them out from a cell: it is shown the one before.
 */
static int api_before(lua_State *lua)
{
    const struct panel_row *row;
    const struct panel_cell *cell = cell_of(lua, &row);
    if (row->column == NULL) {
        return give_columns(lua, row, cell, cell->before);
    }
    struct panel_cell before = *cell;
    memcpy(before.now, cell->before, sizeof before.now);
    return give_columns(lua, row, &before, NULL);
}

static int api_pair(lua_State *lua)
{
    lua_pushstring(lua, asked(lua)->view->pair->symbol);
    return 1;
}

static int api_fee(lua_State *lua)
{
    return give(lua, asked(lua)->view->round_trip_fee);
}

static int api_cross(lua_State *lua)
{
    return give(lua, rule_cross(luaL_checknumber(lua, 1), luaL_checknumber(lua, 2),
                                luaL_checknumber(lua, 3), luaL_checknumber(lua, 4)));
}

static int api_in_atr(lua_State *lua)
{
    return give(lua, rule_in_atr(luaL_checknumber(lua, 1), luaL_checknumber(lua, 2)));
}

static int api_clamp(lua_State *lua)
{
    return give(lua, rule_clamp(luaL_checknumber(lua, 1), luaL_checknumber(lua, 2),
                                luaL_checknumber(lua, 3)));
}

static int api_way(lua_State *lua)
{
    return give(lua, rule_way(luaL_checknumber(lua, 1), luaL_checknumber(lua, 2),
                              luaL_checknumber(lua, 3)));
}

static int api_enough(lua_State *lua)
{
    lua_pushboolean(lua, rule_enough(luaL_checknumber(lua, 1), luaL_checknumber(lua, 2)));
    return 1;
}

static int32_t checked_direction(lua_State *lua)
{
    const double way = luaL_checknumber(lua, 1);
    if (way != 1 && way != -1) {
        luaL_error(lua, "the direction of a stop and a target is 1 or -1");
    }
    return (int32_t)way;
}

static int give_exits(lua_State *lua, const struct signal *signal)
{
    lua_pushnumber(lua, signal->stop);
    lua_pushnumber(lua, signal->target);
    return 2;
}

static int api_place(lua_State *lua)
{
    struct signal signal = {.direction = checked_direction(lua)};
    strategy_place_at(&signal, luaL_checknumber(lua, 2), luaL_checknumber(lua, 3),
                      luaL_checknumber(lua, 4), asked(lua)->view->round_trip_fee);
    return give_exits(lua, &signal);
}

static int api_place_atr(lua_State *lua)
{
    struct signal signal = {.direction = checked_direction(lua)};
    strategy_place_exits(&signal, luaL_checknumber(lua, 2), luaL_checknumber(lua, 3),
                         luaL_checknumber(lua, 4), luaL_checknumber(lua, 5),
                         asked(lua)->view->round_trip_fee);
    return give_exits(lua, &signal);
}

static double *note_of(lua_State *lua)
{
    const struct script_ask *ask = asked(lua);
    const struct script_shape *shape = &ask->script->shape;
    const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "";
    for (uint32_t i = 0; i < shape->note_count; i++) {
        if (strcmp(shape->notes[i], name) == 0) {
            return &ask->notes[i];
        }
    }
    luaL_error(lua, "the file has no note '%s' among its notes", name);
    return NULL;
}

static int state_get(lua_State *lua)
{
    return give(lua, *note_of(lua));
}

/* What is remembered is a number that can be written down. */
static int state_set(lua_State *lua)
{
    double *note = note_of(lua);
    const double value = lua_type(lua, 3) == LUA_TNUMBER ? lua_tonumber(lua, 3) : NAN;
    if (!isfinite(value)) {
        luaL_error(lua, "a note is a finite number, and this is %s",
                   lua_type(lua, 3) != LUA_TNUMBER                ? luaL_typename(lua, 3)
                   : lua_tonumber(lua, 3) != lua_tonumber(lua, 3) ? "not a number (0/0)"
                                                                  : "infinite");
    }
    *note = value;
    return 0;
}

void script_api_push_state(lua_State *lua)
{
    lua_newuserdata(lua, 1);
    lua_createtable(lua, 0, 2);
    lua_pushcfunction(lua, state_get);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, state_set);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
}

static const luaL_Reg functions[] = {
    {"open", api_open},
    {"high", api_high},
    {"low", api_low},
    {"close", api_close},
    {"volume", api_volume},
    {"time", api_time},
    {"now", api_now},
    {"before", api_before},
    {"pair", api_pair},
    {"fee", api_fee},
    {"cross", api_cross},
    {"in_atr", api_in_atr},
    {"clamp", api_clamp},
    {"way", api_way},
    {"enough", api_enough},
    {"place", api_place},
    {"place_atr", api_place_atr},
};

void script_api_open(lua_State *lua)
{
    script_base_open(lua);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        lua_pushcfunction(lua, functions[i].func);
        lua_setglobal(lua, functions[i].name);
    }
}
