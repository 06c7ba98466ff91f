/* SPDX-License-Identifier: MIT */
/*
 * A script's inside, shared by its files: script.c loads, script_step.c asks, script_api.c has what
 * the text may call, script_signal.c reads what it answers.
 */
#pragma once

#include "operator/script/script_shape.h"
#include "operator/script/script_vm.h"

struct script {
    struct strategy strategy;
    char name[STRATEGY_NAME_MAX + 1];
    char path[256];
    char *text;
    bool declared; /* shape is what the first text that loaded said */
    bool stopped;
    char fault[SCRIPT_FAULT_MAX];
    struct script_shape shape;
    struct script_vm vm;
    int step_at, check_at, params_at, state_at; /* references in the machine's registry */
    bool bound;                                 /* the kept image holds these parameters: */
    _Alignas(8) uint8_t params[STRATEGY_PARAMS_SIZE];
};

/* What a step is asked about: the machine's context meanwhile. */
struct script_ask {
    struct script *script;
    const struct strategy_view *view;
    double *notes;
    struct signal *signal;
    const char *refusal; /* check's answer; NULL none */
    char *refusal_text;
    size_t refusal_size;
};

/* Sets the globals that a text may use, and for that those of Lua's own; within a call. */
void script_api_open(lua_State *lua);
void script_base_open(lua_State *lua);

/* Pushes the userdata that `state` is. */
void script_api_push_state(lua_State *lua);

/* Reads the table at the top of the stack into the ask's signal; an error says what is wrong. */
void script_signal_read(lua_State *lua, const struct script_ask *ask);

/* script_step.c: the three functions of the strategy. */
uint32_t script_plan(const void *params, struct panel_plan *plan, uint32_t *slots);
const char *script_check(const void *params);
void script_step(const void *params, const struct strategy_view *view, double *state,
                 struct signal *signal);
