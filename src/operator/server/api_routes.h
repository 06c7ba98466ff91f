/* SPDX-License-Identifier: MIT */
/*
 * The routes of the REST interface that stand in files of their own, one function each: what the
 * table in api.c calls. `name` is the route's; the query's parameters are those that its row
 * allows. Each writes the whole answer and returns the HTTP status.
 */
#pragma once

#include "operator/server/api.h"
#include "operator/server/query.h"

typedef int api_getter(const struct api_source *source, const struct query *query,
                       struct json_writer *writer, const char *name);

/* The page that is asked for of those of the history's thoughts that `wants` takes, newest first,
 * as an array; returns how many there are in all. */
uint64_t api_put_thoughts(const struct api_source *source, const struct query *query,
                          struct json_writer *writer, const char *name,
                          bool (*wants)(const struct history_thought *, const struct query *),
                          void (*put)(struct json_writer *, const struct history_thought *));

/* api_market.c */
api_getter api_get_scanner, api_get_book;

/* api_indicators.c: lines over a pair's closed candles, as `cuttle indicator` works them out. */
api_getter api_get_indicators;

/* api_account.c */
api_getter api_get_balances, api_get_activity;

/* api_about.c: the session's options, and what this interface is. */
api_getter api_get_config, api_get_description, api_get_routes;

/* Aliases become the names that the books have; a name that neither session nor ledger has is
 * refused: an empty list would say that nothing was traded there. 0, or the status of the refusal.
 */
int api_settle_names(const struct api_source *source, struct query *query,
                     struct json_writer *writer);
