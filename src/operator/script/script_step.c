/* SPDX-License-Identifier: MIT */
/* A script is asked: its parameters set, its function called, its answer read. */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "operator/script/script_inside.h"

static struct script *script_of(const void *params)
{
    const uint32_t type = ((const struct strategy_params *)params)->type;
    CHECK(type >= strategy_built_in && type < strategy_table_count);
    return strategy_table[type]->user;
}

uint32_t script_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct script_shape *shape = &script_of(params)->shape;
    for (uint32_t i = 0; i < shape->indicator_count; i++) {
        const struct panel_ask ask = script_shape_ask(shape, params, i);
        slots[i] = panel_plan_ask(plan, &ask);
    }
    return shape->indicator_count;
}

static int bind_inside(lua_State *lua)
{
    const struct script_ask *ask = script_vm_of(lua)->context;
    const struct script_shape *shape = &ask->script->shape;
    lua_rawgeti(lua, LUA_REGISTRYINDEX, ask->script->params_at);
    for (uint32_t i = 1; i < shape->option_count; i++) {
        const struct option *option = &shape->options[i];
        const double value = script_shape_value(shape, ask->script->params, i);
        if (option->type == OPTION_CHOICE) {
            lua_pushstring(lua, option->choices[(int)value]);
        } else if (option->type == OPTION_BOOL) {
            lua_pushboolean(lua, value != 0);
        } else {
            lua_pushnumber(lua, value);
        }
        lua_setfield(lua, -2, option->name);
    }
    return 0;
}

static bool call(struct script *script, lua_CFunction function, struct script_ask *ask)
{
    char fault[SCRIPT_FAULT_MAX];
    ask->script = script;
    if (script_vm_call(&script->vm, function, ask, fault, sizeof fault)) {
        return true;
    }
    snprintf(script->fault, sizeof script->fault, "%s", fault);
    script->stopped = true;
    return false;
}

/* The parameters become a part of what every step begins with. They are the same from step to step;
 * only a search changes them. */
static bool bind(struct script *script, const void *params)
{
    const size_t size = script->strategy.params_size;
    script_vm_restore(&script->vm);
    if (script->bound && memcmp(script->params, params, size) == 0) {
        return true;
    }
    memcpy(script->params, params, size);
    struct script_ask ask = {0};
    script->bound = call(script, bind_inside, &ask) && script_vm_keep(&script->vm);
    if (script->bound) {
        script_vm_restore(&script->vm);
    }
    return script->bound;
}

static int check_inside(lua_State *lua)
{
    struct script_ask *ask = script_vm_of(lua)->context;
    lua_rawgeti(lua, LUA_REGISTRYINDEX, ask->script->check_at);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, ask->script->params_at);
    lua_call(lua, 1, 1);
    if (lua_isnil(lua, -1)) {
        return 0;
    }
    if (lua_type(lua, -1) != LUA_TSTRING) {
        luaL_error(lua, "check returned a %s; nil or a text is what it says",
                   luaL_typename(lua, -1));
    }
    snprintf(ask->refusal_text, ask->refusal_size, "%s", lua_tostring(lua, -1));
    ask->refusal = ask->refusal_text;
    return 0;
}

const char *script_check(const void *params)
{
    static char text[SCRIPT_FAULT_MAX];
    struct script *script = script_of(params);
    const struct script_shape *shape = &script->shape;
    for (uint32_t i = 0; i < shape->indicator_count; i++) {
        const struct panel_ask ask = script_shape_ask(shape, params, i);
        const char *wrong = panel_ask_fault(&ask);
        if (wrong != NULL) {
            snprintf(text, sizeof text, "indicators.%s: %s", shape->indicators[i].name, wrong);
            return text;
        }
    }
    if (script->stopped || script->check_at == LUA_NOREF || !bind(script, params)) {
        return NULL;
    }
    struct script_ask ask = {.refusal_text = text, .refusal_size = sizeof text};
    return call(script, check_inside, &ask) ? ask.refusal : NULL;
}

static int step_inside(lua_State *lua)
{
    const struct script_ask *ask = script_vm_of(lua)->context;
    const struct script *script = ask->script;
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script->step_at);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script->params_at);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script->state_at);
    lua_call(lua, 2, 1);
    if (!lua_isnil(lua, -1)) {
        script_signal_read(lua, ask);
    }
    return 0;
}

/* Everything it may ask for is there, now and a candle before. */
static bool warm(const struct script *script, const struct strategy_view *view)
{
    bool ready = series_held(view->series, view->timeframe) >= script->shape.history;
    for (uint32_t i = 0; ready && i < script->shape.indicator_count; i++) {
        const struct panel_cell *cell = &view->cells[view->slots[i]];
        ready = cell->ready && cell->ready_before;
    }
    return ready;
}

void script_step(const void *params, const struct strategy_view *view, double *state,
                 struct signal *signal)
{
    struct script *script = script_of(params);
    if (script->stopped) {
        return;
    }
    if (!warm(script, view)) {
        signal->reason = REASON_WARMING_UP;
        return;
    }
    struct signal said = {0};
    struct script_ask ask = {.view = view, .notes = state, .signal = &said};
    if (bind(script, params) && call(script, step_inside, &ask)) {
        *signal = said;
    }
}
