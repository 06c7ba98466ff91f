/* SPDX-License-Identifier: MIT */
#include "operator/script/script.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "operator/script/script_inside.h"

bool script_supported(void)
{
    return true;
}

/* Until a text has loaded there is the timeframe alone. */
static const struct option bare_options[] = {
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names,
     OPTION_FIELD(struct strategy_params, timeframe), "candles it looks at"},
};

static bool set_text(struct script *script, const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL) {
        return false;
    }
    free(script->text);
    script->text = copy;
    return true;
}

struct script *script_new(const char *name, const char *path)
{
    struct script *script = calloc(1, sizeof *script);
    if (script == NULL || !set_text(script, "")) {
        script_free(script);
        return NULL;
    }
    snprintf(script->name, sizeof script->name, "%s", name);
    snprintf(script->path, sizeof script->path, "%s", path);
    script->stopped = true;
    script->strategy = (struct strategy){
        .name = script->name,
        .help = "a script that did not load",
        .options = bare_options,
        .option_count = 1,
        .params_size = sizeof(struct strategy_params),
        .plan = script_plan,
        .check = script_check,
        .step = script_step,
        .user = script,
    };
    return script;
}

void script_free(struct script *script)
{
    if (script != NULL) {
        script_vm_close(&script->vm);
        free(script->text);
        free(script);
    }
}

/* A text being loaded: what it calls meanwhile finds an ask without a market. */
struct loading {
    struct script_ask ask;
    const char *text;
    struct script_shape *shape;
};

/* A function of the table at the top, kept in the registry; LUA_NOREF where there is none. */
static int keep_function(lua_State *lua, const char *field)
{
    lua_getfield(lua, -1, field);
    if (lua_isfunction(lua, -1)) {
        return luaL_ref(lua, LUA_REGISTRYINDEX);
    }
    if (!lua_isnil(lua, -1)) {
        luaL_error(lua, "%s must be a function", field);
    }
    lua_pop(lua, 1);
    return LUA_NOREF;
}

/* The table of parameters, with a place for each: to set them later allocates nothing. */
static void make_params(lua_State *lua, struct script *script, const struct script_shape *shape)
{
    lua_createtable(lua, 0, (int)shape->option_count);
    for (uint32_t i = 1; i < shape->option_count; i++) {
        lua_pushboolean(lua, false);
        lua_setfield(lua, -2, shape->options[i].name);
        for (uint32_t k = 0; shape->options[i].choices && shape->options[i].choices[k]; k++) {
            lua_pushstring(lua, shape->options[i].choices[k]);
            luaL_ref(lua, LUA_REGISTRYINDEX);
        }
    }
    script->params_at = luaL_ref(lua, LUA_REGISTRYINDEX);
}

static int load_inside(lua_State *lua)
{
    struct loading *loading = script_vm_of(lua)->context;
    struct script *script = loading->ask.script;
    char chunk[sizeof script->path + 1];
    script_api_open(lua);
    snprintf(chunk, sizeof chunk, "@%s", script->path);
    /* "t": bytecode is not checked by LuaJIT, and must never come in. */
    if (luaL_loadbufferx(lua, loading->text, strlen(loading->text), chunk, "t") != 0) {
        return lua_error(lua);
    }
    lua_call(lua, 0, 1);
    script_shape_read(lua, loading->shape);
    script->step_at = keep_function(lua, "step");
    script->check_at = keep_function(lua, "check");
    if (script->step_at == LUA_NOREF) {
        luaL_error(lua, "step is missing: the function that is asked when a candle has closed");
    }
    make_params(lua, script, loading->shape);
    script_api_push_state(lua);
    script->state_at = luaL_ref(lua, LUA_REGISTRYINDEX);
    return 0;
}

static bool stop(struct script *script, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool stop(struct script *script, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(script->fault, sizeof script->fault, format, values);
    va_end(values);
    script->stopped = true;
    return false;
}

/* The first shape stays: options and panel were made by it. Notes begin at zero with each text. */
static bool take_later(struct script *script, const struct script_shape *shape)
{
    const char *differs = script_shape_differs(&script->shape, shape);
    if (differs != NULL) {
        return stop(script, "%s: %s are not those that the session began with: start it anew",
                    script->path, differs);
    }
    script->shape.note_count = shape->note_count;
    memcpy(script->shape.notes, shape->notes, sizeof shape->notes);
    script->shape.history = shape->history;
    return true;
}

static void take_first(struct script *script)
{
    script->declared = true;
    script->strategy.help = script->shape.help;
    script->strategy.options = script->shape.options;
    script->strategy.option_count = script->shape.option_count;
    script->strategy.params_size = (uint32_t)SHAPE_OFFSET(script->shape.option_count);
}

/* Texts of the shape point into it: it is read where it will stay, when it is the first. */
static bool load_into(struct script *script, const char *text, struct script_shape *shape)
{
    char fault[SCRIPT_FAULT_MAX];
    struct loading loading = {.ask = {.script = script}, .text = text, .shape = shape};
    script_vm_close(&script->vm);
    script->bound = false;
    if (!script_vm_open(&script->vm)) {
        return stop(script, "%s: no memory to run it in", script->path);
    }
    if (!script_vm_call(&script->vm, load_inside, &loading, fault, sizeof fault) ||
        !script_vm_settle(&script->vm, fault, sizeof fault)) {
        /* What is wrong with the table as a whole has no line. */
        const bool placed = strstr(fault, ".lua:") != NULL;
        return stop(script, "%s%s%s", placed ? "" : script->path, placed ? "" : ": ", fault);
    }
    return script_vm_keep(&script->vm) || stop(script, "%s: no memory to keep it", script->path);
}

bool script_load(struct script *script, const char *text)
{
    script->stopped = false;
    script->fault[0] = '\0';
    if (strlen(text) > SCRIPT_TEXT_MAX) {
        return stop(script, "%s: longer than %u KB", script->path, SCRIPT_TEXT_MAX >> 10);
    }
    struct script_shape *later = script->declared ? calloc(1, sizeof *later) : NULL;
    if (script->declared && later == NULL) {
        return stop(script, "%s: no memory to read it", script->path);
    }
    bool loaded = load_into(script, text, later != NULL ? later : &script->shape);
    if (later != NULL) {
        loaded = loaded && take_later(script, later);
        free(later);
    } else if (loaded) {
        take_first(script);
    } else {
        script->shape = (struct script_shape){0};
    }
    if ((loaded || !script->declared) && !set_text(script, text)) {
        return stop(script, "%s: no memory for its text", script->path);
    }
    return loaded;
}

void script_stop(struct script *script, const char *why)
{
    stop(script, "%s%s%s", why[0] != '\0' ? script->path : "", why[0] != '\0' ? ": " : "", why);
}

const struct strategy *script_strategy(const struct script *script)
{
    return &script->strategy;
}

bool script_declared(const struct script *script)
{
    return script->declared;
}

const char *script_text(const struct script *script)
{
    return script->text;
}

bool script_stopped(const struct script *script)
{
    return script->stopped;
}

const char *script_fault(const struct script *script)
{
    return script->fault;
}
