/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/backtest_tape.h"
#include "app/backtest_text.h"
#include "app/named.h"

int backtest_setup_engine(struct backtest_setup *setup, char error[BACKTEST_ERROR_MAX])
{
    const int result = options_engine(&setup->options, setup->sources.count, &setup->engine, error,
                                      BACKTEST_ERROR_MAX);
    if (result == 0) {
        options_matching(&setup->options, &setup->matching);
        const struct backtest_tape *tape = setup->sources.tape;
        setup->matching.fills = tape == NULL          ? FILLS_CANDLES
                                : tape->books != NULL ? FILLS_BOOK
                                                      : FILLS_TRADES;
    }
    return result;
}

/* What strategies and the decision's parts look at follows from --timeframe; candles may be finer.
 */
static bool settle(struct backtest_setup *setup, char error[BACKTEST_ERROR_MAX])
{
    setup->options.session.timeframe = (int32_t)setup->sources.decided + 1;
    if (options_settle(&setup->options, error, BACKTEST_ERROR_MAX) != 0) {
        return false;
    }
    setup->options.base = setup->sources.base;
    if (backtest_setup_engine(setup, error) != 0) {
        return false;
    }
    const char *fault = options_fault(&setup->options, &setup->engine);
    if (fault != NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "%s", fault);
    }
    return fault == NULL;
}

static bool is_traded(const void *context, struct list_word word)
{
    const struct backtest_setup *setup = context;
    for (uint32_t i = 0; i < setup->sources.count; i++) {
        const struct pair *terms = &setup->sources.terms[i];
        const char *const names[] = {terms->base, terms->symbol};
        for (int k = 0; k < 2; k++) {
            if (strlen(names[k]) == word.len && memcmp(names[k], word.at, word.len) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* As much history as the slowest indicator needs, and never less than a session fetches. */
static size_t history_of(const struct backtest_setup *setup)
{
    enum { SESSION = 719 };
    const int64_t asked = setup->options.session.history;
    const size_t day = (size_t)(timeframe_ns[TIMEFRAME_1D] / timeframe_ns[setup->engine.base]);
    return asked > 0 ? (size_t)asked : day * 60 > SESSION ? day * 60 : SESSION;
}

static bool ends_after_it_begins(const struct market_options *span, char error[BACKTEST_ERROR_MAX])
{
    char from[CELL], until[CELL];
    if (span->to_ns == 0 || span->from_ns < span->to_ns) {
        return true;
    }
    snprintf(error, BACKTEST_ERROR_MAX, "the span ends at %s, and begins only at %s",
             text_date(until, span->to_ns), text_date(from, span->from_ns));
    return false;
}

bool backtest_setup_open(struct backtest_setup *setup, char error[BACKTEST_ERROR_MAX])
{
    if (options_load(&setup->options, &setup->config, setup->flags.argc - 1, setup->flags.argv + 1,
                     NULL, NULL) != 0) {
        return false;
    }
    if (!ends_after_it_begins(&setup->options.market, error) ||
        backtest_sources_open(&setup->sources, &setup->flags, &setup->options, error) != 0 ||
        !settle(setup, error)) {
        return false;
    }
    named_tell(&setup->engine.risk, &setup->engine.day, is_traded, setup, "of this backtest");
    setup->run = (struct backtest_config){
        .engine = &setup->engine,
        .matching = &setup->matching,
        .terms = setup->sources.terms,
        .rows = setup->sources.rows,
        .start_ns = setup->options.market.from_ns,
        .end_ns = setup->options.market.to_ns,
        .history = history_of(setup),
    };
    if (setup->sources.tape != NULL) {
        backtest_tape_play(setup->sources.tape, &setup->run);
    }
    return true;
}

void backtest_setup_close(struct backtest_setup *setup)
{
    backtest_sources_close(&setup->sources);
    config_free(setup->config);
    backtest_flags_free(&setup->flags);
}

bool backtest_setup_votes(const struct backtest_setup *setup, const char *section)
{
    static const char prefix[] = "strategy.";
    const size_t len = sizeof prefix - 1;
    for (uint32_t i = 0; i < setup->engine.strategy_count; i++) {
        const char *name = strategy_table[setup->engine.strategies[i].type]->name;
        if (strncmp(section, prefix, len) == 0 && strcmp(section + len, name) == 0) {
            return true;
        }
    }
    return false;
}

void backtest_setup_name(const struct backtest_setup *setup, char name[BACKTEST_NAME_MAX])
{
    const char *strategy = setup->flags.strategy;
    const char *pair = setup->sources.count == 1 ? setup->sources.terms[0].symbol : "portfolio";
    snprintf(name, BACKTEST_NAME_MAX, "%.40s", strategy != NULL ? strategy : pair);
    for (char *c = name; *c != '\0'; c++) {
        *c = (char)(*c == '/' ? '-' : *c);
    }
}
