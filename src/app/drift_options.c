/* SPDX-License-Identifier: MIT */
/* The options of two runs, by the tables that declare them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/drift.h"
#include "app/option_text.h"
#include "app/options.h"
#include "core/base/timestamp.h"

#define FEES_OWN 2 /* paper.fees: own */

/* The fees are in force whatever profile they came from. */
static void recall_paper(struct options *options, const struct matching_config *matching)
{
    options->paper.fees = FEES_OWN;
    options->paper.maker = (double)matching->fees.maker_ppm / 1e6;
    options->paper.taker = (double)matching->fees.taker_ppm / 1e6;
    options->paper.half_spread = (double)matching->half_spread_ppm / 1e6;
    options->paper.slippage = (double)matching->slippage_ppm / 1e6;
}

/* The options as what runs has them. */
static void recall(struct options *options, const struct drift_setup *setup)
{
    const struct engine_config *engine = &setup->engine;
    char *enabled = options->strategies.enabled;
    const size_t size = sizeof options->strategies.enabled;
    size_t len = 0;
    options->decision = engine->decision;
    options->book = engine->book;
    options->chain = engine->chain;
    options->risk = engine->risk;
    options->exits = engine->exits;
    options->day = engine->day;
    options->execution = engine->execution;
    enabled[0] = '\0';
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        const struct strategy_setup *strategy = &engine->strategies[i];
        options->setups[strategy->type] = *strategy;
        len += (size_t)snprintf(enabled + len, size - len, "%s%s", i > 0 ? " " : "",
                                strategy_table[strategy->type]->name);
    }
    recall_paper(options, &setup->matching);
}

static bool same_value(const struct option *option, const void *a, const void *b)
{
    const char *x = (const char *)a + option->offset, *y = (const char *)b + option->offset;
    if (option->type == OPTION_TEXT || option->type == OPTION_SECRET) {
        return strcmp(x, y) == 0;
    }
    if (option->type == OPTION_REAL) {
        double p, q;
        memcpy(&p, x, sizeof p);
        memcpy(&q, y, sizeof q);
        return p == q;
    }
    return memcmp(x, y, option->size) == 0;
}

static void compare_section(const struct config_section *a, const struct config_section *b,
                            struct drift_options *ret)
{
    for (size_t i = 0; i < a->option_count; i++) {
        const struct option *option = &a->options[i];
        if (same_value(option, a->values, b->values)) {
            continue;
        }
        if (ret->count < DRIFT_OPTION_MAX) {
            struct drift_option *row = &ret->list[ret->count];
            snprintf(row->name, sizeof row->name, "%s.%s", a->name, option->name);
            option_text(option, a->values, row->session, sizeof row->session);
            option_text(option, b->values, row->rerun, sizeof row->rerun);
        }
        ret->count++;
    }
}

static bool enables(const struct engine_config *engine, uint32_t type)
{
    bool does = false;
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        does |= engine->strategies[i].type == type;
    }
    return does;
}

/* The parameters of what only the other side enables are no difference of their own. */
static void lend(struct options *to, const struct options *from, const struct engine_config *has,
                 const struct engine_config *other)
{
    for (uint32_t i = 0; i < other->strategy_count; i++) {
        const uint32_t type = other->strategies[i].type;
        if (!enables(has, type)) {
            to->setups[type] = from->setups[type];
        }
    }
}

void drift_options_compare(const struct drift_setup *session, const struct drift_setup *rerun,
                           struct drift_options *ret)
{
    ret->count = 0;
    struct options *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    if (a != NULL && b != NULL) {
        options_declare(a);
        options_declare(b);
        recall(a, session);
        recall(b, rerun);
        lend(a, b, &session->engine, &rerun->engine);
        lend(b, a, &rerun->engine, &session->engine);
        for (size_t i = 0; i < a->section_count; i++) {
            compare_section(&a->sections[i], &b->sections[i], ret);
        }
    }
    free(a);
    free(b);
}

static int read_sources(struct config *config, const char *file, char *const *sets,
                        uint32_t set_count, char *error, size_t error_size)
{
    if (file != NULL && config_read_file(config, file) != 0) {
        snprintf(error, error_size, "%s", config_error(config));
        return -EINVAL;
    }
    for (uint32_t i = 0; i < set_count; i++) {
        char key[256];
        const char *equals = strchr(sets[i], '=');
        if (equals == NULL || (size_t)(equals - sets[i]) >= sizeof key) {
            snprintf(error, error_size, "--set %s: write --set section.option=value", sets[i]);
            return -EINVAL;
        }
        snprintf(key, sizeof key, "%.*s", (int)(equals - sets[i]), sets[i]);
        if (config_set(config, key, equals + 1, "--set") != 0) {
            snprintf(error, error_size, "%s", config_error(config));
            return -EINVAL;
        }
    }
    return 0;
}

/* Their texts come behind the snapshot that begins the re-run, so nothing is known of their options
 * there. */
static bool has_scripts(const struct engine_config *config)
{
    bool has = false;
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        has |= config->strategies[i].type >= strategy_built_in;
    }
    return has;
}

/* With the values that `options` hold, of which the config knows the defaults. */
static int make_setup(struct options *options, const struct drift_setup *recorded,
                      struct drift_setup *ret, char *error, size_t error_size)
{
    options->base = (enum timeframe)recorded->engine.base;
    options->session.capital = recorded->engine.capital;
    options_raise(options);
    options_matching(options, &ret->matching);
    ret->matching.fills = FILLS_CANDLES;
    return options_engine(options, recorded->engine.pair_count, &ret->engine, error, error_size);
}

int drift_options_read(const struct drift_setup *recorded, const char *file, char *const *sets,
                       uint32_t set_count, struct drift_setup *ret, char *error, size_t error_size)
{
    if (has_scripts(&recorded->engine)) {
        snprintf(error, error_size,
                 "a session with strategies in Lua is re-run with the options it had: leave "
                 "--config and --set out");
        return -EINVAL;
    }
    struct options *options = calloc(1, sizeof *options);
    if (options == NULL) {
        snprintf(error, error_size, "out of memory");
        return -ENOMEM;
    }
    options_declare(options);
    struct config *config = config_new(options->sections, options->section_count);
    int result = -ENOMEM;
    if (config != NULL) {
        if (file == NULL) {
            recall(options, recorded);
        }
        result = read_sources(config, file, sets, set_count, error, error_size);
    }
    if (result == 0) {
        result = make_setup(options, recorded, ret, error, error_size);
    }
    config_free(config);
    free(options);
    return result;
}
