/* SPDX-License-Identifier: MIT */
/* Scripts in a program that was built without Lua: there are some, and none ever loads. */
#include "operator/script/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct script {
    struct strategy strategy;
    char name[STRATEGY_NAME_MAX + 1];
    char fault[SCRIPT_FAULT_MAX];
};

static const struct option options[] = {
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names,
     OPTION_FIELD(struct strategy_params, timeframe), "candles it looks at"},
};

static uint32_t plan_nothing(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    (void)params, (void)plan, (void)slots;
    return 0;
}

static const char *check_nothing(const void *params)
{
    (void)params;
    return NULL;
}

static void step_silently(const void *params, const struct strategy_view *view, double *state,
                          struct signal *signal)
{
    (void)params, (void)view, (void)state, (void)signal;
}

bool script_supported(void)
{
    return false;
}

struct script *script_new(const char *name, const char *path)
{
    struct script *script = calloc(1, sizeof *script);
    if (script == NULL) {
        return NULL;
    }
    snprintf(script->name, sizeof script->name, "%s", name);
    snprintf(script->fault, sizeof script->fault,
             "%s: this cuttle was built without Lua: install libluajit-5.1-dev and build it again",
             path);
    script->strategy = (struct strategy){
        .name = script->name,
        .help = "a script, in a cuttle without Lua",
        .options = options,
        .option_count = 1,
        .params_size = sizeof(struct strategy_params),
        .plan = plan_nothing,
        .check = check_nothing,
        .step = step_silently,
        .user = script,
    };
    return script;
}

void script_free(struct script *script)
{
    free(script);
}

bool script_load(struct script *script, const char *text)
{
    (void)script, (void)text;
    return false;
}

void script_stop(struct script *script, const char *why)
{
    (void)script, (void)why;
}

const struct strategy *script_strategy(const struct script *script)
{
    return &script->strategy;
}

bool script_declared(const struct script *script)
{
    (void)script;
    return false;
}

const char *script_text(const struct script *script)
{
    (void)script;
    return "";
}

bool script_stopped(const struct script *script)
{
    (void)script;
    return true;
}

const char *script_fault(const struct script *script)
{
    return script->fault;
}
