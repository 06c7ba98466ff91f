/* SPDX-License-Identifier: MIT */
/*
 * The REST interface, without its sockets: a path and a query in, a status and JSON out. Lists are
 * newest first. An error is a problem document (RFC 9457).
 *
 *     /api/v1                the routes there are; openapi.json describes them
 *     /api/v1/status  pairs  positions  orders  strategies  risk   (and /status)
 *     /api/v1/scanner  balances  config
 *     /api/v1/book?pair
 *     /api/v1/indicators?pair&timeframe&names
 *     /api/v1/activity?limit&offset
 *     /api/v1/trades?limit&offset&pair&strategy&from&to   (and trades.csv, which is text)
 *     /api/v1/thoughts?limit&offset&pair&kind&from&to
 *     /api/v1/performance?pair&strategy&from&to
 *     /api/v1/equity?points&from&to
 *     /api/v1/candles?pair&timeframe&limit
 *     /api/v1/monitoring?limit&offset&severity   (and /monitoring)
 *     /api/v1/insights
 *     /api/v1/ml-metrics   (and /ml-metrics, where other engines have it)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "operator/server/history.h"
#include "operator/server/section.h"
#include "operator/server/view.h"

struct alarm_figures;
struct event_list;
struct histogram;
struct json_writer;
struct query;

struct api_source {
    const struct view *view;
    const struct section_now *now;
    const struct history *history;
    const struct bridge_insights *insights; /* NULL, as one without `write`: none */
    const struct bridge_models *models;     /* the same */
    const char *configuration;              /* JSON; NULL: not told */
    const struct bridge_books *books;       /* the same */
    const struct event_list *events;        /* NULL: nobody watches, as */
    const struct alarm_figures *alarm;      /* here */
    const struct histogram *requests;       /* how long they took; NULL: not measured */
};

/* Whether a GET of it is answered. */
bool api_has(const char *path);

/* Writes the whole answer; returns the HTTP status. 200 is JSON, else application/problem+json. */
int api_get(const struct api_source *source, const char *path, const char *query,
            struct json_writer *writer);

/* Writes a problem document in place of whatever the writer held; returns `status`. */
int api_problem(struct json_writer *writer, int status, const char *detail);

/* Its members alone, into an object that the caller has begun. */
void api_put_problem(struct json_writer *writer, int status, const char *detail);

/* What closed a trade: "stop", "target", or "exit" for what was sold otherwise. */
const char *api_closed_by(enum order_purpose purpose, bool stop_hit, bool by_hand);

/* As everything that tells of a closed trade does: prices and money as decimal texts. */
void api_put_trade(struct json_writer *writer, const char *key, const struct bridge_trade *trade);

/* The pair's index in the view; false when it has no such pair. */
bool api_pair_find(const struct view *view, const char *symbol, uint32_t *ret_pair);

/* The pair that a request names; else a problem is written, and its status returned: 0 is good. */
int api_pair_asked(const struct api_source *source, const struct query *query,
                   struct json_writer *writer, uint32_t *ret_pair);

/* What a list tells of itself beside its rows. */
void api_put_page(struct json_writer *writer, const struct query *query, uint64_t total);

/* The routes in their order, "status" for /api/v1/status; NULL behind the last. `ret_root`: the
 * same answer stands at /status. */
const char *api_route(size_t index, bool *ret_root);
