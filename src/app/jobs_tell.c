/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/jobs_internal.h"
#include "core/base/timestamp.h"
#include "operator/server/view.h"

const char *const job_state_names[] = {
    [JOB_QUEUED] = "queued", [JOB_RUNNING] = "running",     [JOB_DONE] = "done",
    [JOB_FAILED] = "failed", [JOB_CANCELLED] = "cancelled",
};

static void put_raw(struct json_writer *json, const char *key, const char *text)
{
    if (text[0] != '\0') {
        json_put_raw(json, key, text, strlen(text));
    } else {
        json_put_null(json, key);
    }
}

void jobs_tell(const struct job *job, struct json_writer *json)
{
    json_put_uint(json, "id", job->id);
    json_put_string(json, "state", job_state_names[job->state]);
    json_put_real(json, "progress", job->progress);
    put_raw(json, "asked", job->asked);
    json_put_time_or_null(json, "made", job->made_ns, 3);
    json_put_time_or_null(json, "ended", job->ended_ns, 3);
    json_put_string(json, "command", job->command);
    if (job->error[0] != '\0') {
        json_put_string(json, "error", job->error);
    } else {
        json_put_null(json, "error");
    }
    put_raw(json, "figures", job->figures);
}

/* What kind of field a form shows for it. */
static const char *const type_names[] = {
    [OPTION_BOOL] = "switch",       [OPTION_INT] = "whole", [OPTION_REAL] = "number",
    [OPTION_DURATION] = "duration", [OPTION_TIME] = "time", [OPTION_MONEY] = "money",
    [OPTION_CHOICE] = "choice",     [OPTION_TEXT] = "text", [OPTION_SECRET] = "secret",
};

static void put_option(const struct jobs *jobs, const struct option *option, const char *name,
                       const char *key, struct json_writer *json)
{
    /* Looked up, not changed: nothing sets an option while the session runs. */
    struct config *config = (struct config *)(uintptr_t)jobs->options->config;
    const char *value = config != NULL ? config_text(config, key) : NULL;
    const bool ranged = option->min != 0 || option->max != 0;
    json_begin_object(json, NULL);
    json_put_string(json, "name", name);
    json_put_string(json, "type", type_names[option->type]);
    json_put_string(json, "unit", option->unit);
    json_put_string(json, "default", option->initial);
    json_put_string(json, "value", value != NULL ? value : option->initial);
    if (ranged) {
        json_put_real(json, "min", option->min);
        json_put_real(json, "max", option->max);
    } else {
        json_put_null(json, "min");
        json_put_null(json, "max");
    }
    json_begin_array(json, "choices");
    for (size_t i = 0; option->type == OPTION_CHOICE && option->choices[i] != NULL; i++) {
        json_put_string(json, NULL, option->choices[i]);
    }
    json_end_array(json);
    json_put_string(json, "help", option->help);
    json_end_object(json);
}

static bool is_enabled(const struct view *view, const char *strategy)
{
    for (uint32_t i = 0; i < view->strategy_count; i++) {
        if (strcmp(view->strategies[i].name, strategy) == 0) {
            return true;
        }
    }
    return false;
}

/* Its own options, and those that every strategy has. */
static void put_parameters(const struct jobs *jobs, const char *strategy, struct json_writer *json)
{
    char section[JOB_NAME_MAX], key[JOB_NAME_MAX + STRATEGY_NAME_MAX + 16];
    const struct options *options = jobs->options;
    snprintf(section, sizeof section, "strategy.%s", strategy);
    json_begin_array(json, "parameters");
    for (size_t s = 0; s < options->section_count; s++) {
        const struct config_section *each = &options->sections[s];
        for (size_t i = 0; strcmp(each->name, section) == 0 && i < each->option_count; i++) {
            const char *name = each->options[i].name;
            const struct option *option = jobs_option(jobs, strategy, name, key, sizeof key);
            if (option != NULL) {
                put_option(jobs, option, name, key, json);
            }
        }
    }
    json_end_array(json);
}

static void put_pairs(const struct jobs *jobs, const struct view *view, struct json_writer *json)
{
    static struct job_stock list[PAIR_MAX]; /* the bridge has one thread */
    char error[JOB_ERROR_MAX];
    const uint32_t count = jobs_stock(jobs, view, list, PAIR_MAX, error, sizeof error);
    json_begin_array(json, "pairs");
    for (uint32_t i = 0; i < count; i++) {
        const struct job_stock *stock = &list[i];
        json_begin_object(json, NULL);
        json_put_string(json, "pair", stock->symbol);
        json_put_string(json, "venue", jobs->synthetic ? "SYNTHETIC" : stock->venue);
        json_put_time(json, "from", stock->first_ns, 0);
        json_put_time(json, "to", stock->end_ns, 0);
        const int64_t days = (stock->end_ns - stock->first_ns) / NS_PER_DAY;
        json_put_int(json, "days", days < JOB_DAYS_MAX ? days : JOB_DAYS_MAX);
        json_begin_array(json, "candles_of");
        for (int t = 0; t < TIMEFRAME_COUNT; t++) {
            if (stock->timeframes >> t & 1) {
                json_put_string(json, NULL, timeframe_names[t]);
            }
        }
        json_end_array(json);
        json_end_object(json);
    }
    json_end_array(json);
    if (error[0] != '\0') {
        json_put_string(json, "missing", error);
    } else {
        json_put_null(json, "missing");
    }
}

void jobs_tell_options(const struct jobs *jobs, const struct view *view, struct json_writer *json)
{
    char key[JOB_NAME_MAX + STRATEGY_NAME_MAX + 16];
    json_begin_object(json, NULL);
    json_put_string(json, "market", jobs->synthetic ? "synthetic" : "store");
    json_put_string(json, "currency", jobs->options->session.currency);
    put_pairs(jobs, view, json);
    json_put_int(json, "days_max", JOB_DAYS_MAX);
    json_begin_array(json, "timeframes");
    for (int t = 0; t < TIMEFRAME_COUNT; t++) {
        json_put_string(json, NULL, timeframe_names[t]);
    }
    json_end_array(json);
    json_begin_array(json, "strategies");
    for (uint32_t i = 0; i < jobs->strategy_count; i++) {
        const struct strategy *strategy = jobs->strategies[i];
        json_begin_object(json, NULL);
        json_put_string(json, "strategy", strategy->name);
        json_put_string(json, "help", strategy->help != NULL ? strategy->help : "");
        json_put_bool(json, "enabled", is_enabled(view, strategy->name));
        put_parameters(jobs, strategy->name, json);
        json_end_object(json);
    }
    json_end_array(json);
    json_begin_array(json, "account");
    for (size_t i = 0; jobs_account_options[i] != NULL; i++) {
        const char *name = jobs_account_options[i];
        const struct option *option = jobs_option(jobs, "", name, key, sizeof key);
        if (option != NULL) {
            put_option(jobs, option, name, key, json);
        }
    }
    json_end_array(json);
    json_put_int(json, "kept", JOBS_KEPT);
    json_put_int(json, "queue", JOBS_QUEUE_MAX);
    json_end_object(json);
}
