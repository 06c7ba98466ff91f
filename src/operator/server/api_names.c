/* SPDX-License-Identifier: MIT */
/* The names of pairs and strategies in a request: the session's, the ledger's, and their aliases.
 */
#include <stdio.h>
#include <string.h>

#include "core/market/alias.h"
#include "operator/server/api_routes.h"
#include "operator/server/query.h"

#define ERROR_MAX 256

static bool find(const struct view *view, const char *symbol, uint32_t *ret_pair)
{
    for (uint32_t i = 0; i < view->pair_count; i++)
        if (strcmp(symbol, view->pairs[i].terms.symbol) == 0) {
            *ret_pair = i;
            return true;
        }
    return false;
}

bool api_pair_find(const struct view *view, const char *name, uint32_t *ret_pair)
{
    char symbol[SYMBOL_MAX];
    return find(view, name, ret_pair) ||
           (alias_symbol(name, strlen(name), symbol) && find(view, symbol, ret_pair));
}

/* Before the venue has named its terms a pair has no name yet. */
static bool all_named(const struct view *view)
{
    uint32_t i = 0;
    while (i < view->pair_count && view->pairs[i].terms.symbol[0])
        i++;
    return view->number > 0 && i == view->pair_count;
}

static bool strategy_known(const struct api_source *source, const char *name)
{
    uint32_t type;
    for (uint32_t i = 0; i < source->view->strategy_count; i++)
        if (strcmp(source->view->strategies[i].name, name) == 0)
            return true;
    return strcmp(name, "hand") == 0 || strategy_find(name, &type) != NULL;
}

/* Whether the ledger has anything under these names; true where it cannot be asked, so that it
 * answers itself. */
static bool in_books(const struct api_source *source, const char *pair, const char *strategy)
{
    return !source->books || !source->books->knows ||
           source->books->knows(source->books->context, pair, strategy);
}

int api_settle_names(const struct api_source *source, struct query *query,
                     struct json_writer *writer)
{
    char error[ERROR_MAX], symbol[SYMBOL_MAX];
    uint32_t pair;
    if ((query->given & QUERY_PAIR) && api_pair_find(source->view, query->pair, &pair)) {
        memcpy(query->pair, source->view->pairs[pair].terms.symbol, sizeof query->pair);
    } else if (query->given & QUERY_PAIR) {
        const struct query asked = *query;
        if (alias_symbol(query->pair, strlen(query->pair), symbol))
            memcpy(query->pair, symbol, sizeof symbol);
        if (all_named(source->view) &&
            (!source->books || !source->books->write || !in_books(source, query->pair, ""))) {
            snprintf(error, sizeof error,
                     "no pair \"%s\" in this session or its ledger; see /api/v1/pairs", asked.pair);
            return api_problem(writer, 404, error);
        }
    }
    if ((query->given & QUERY_STRATEGY) && !strategy_known(source, query->strategy) &&
        !in_books(source, "", query->strategy)) {
        snprintf(error, sizeof error,
                 "no strategy \"%s\" in this session or its ledger; see /api/v1/strategies",
                 query->strategy);
        return api_problem(writer, 404, error);
    }
    return 0;
}
