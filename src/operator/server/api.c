/* SPDX-License-Identifier: MIT */
#include "operator/server/api.h"

#include <stdio.h>
#include <string.h>

#include "operator/sentence/sentence.h"
#include "operator/server/api_routes.h"
#include "operator/watch/event_list.h"
#include "platform/json/json_writer.h"

#define ERROR_MAX 256
#define ROOT "/api/v1"

#define BOOK_FILTERS (QUERY_PAIR | QUERY_STRATEGY | QUERY_FROM | QUERY_TO)
#define CSV_LIMIT 20000 /* rows: 4 MB of text */

static const char *title_of(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 429:
        return "Too Many Requests";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    default:
        return "Internal Server Error";
    }
}

void api_put_problem(struct json_writer *writer, int status, const char *detail)
{
    json_put_string(writer, "type", "about:blank");
    json_put_string(writer, "title", title_of(status));
    json_put_int(writer, "status", status);
    json_put_string(writer, "detail", detail);
}

int api_problem(struct json_writer *writer, int status, const char *detail)
{
    json_writer_init(writer, writer->text, writer->size);
    json_begin_object(writer, NULL);
    api_put_problem(writer, status, detail);
    json_end_object(writer);
    return status;
}

/* An average has more digits than the pair; ten decimals fit prices up to 922 million. */
static void put_average(struct json_writer *writer, const char *key, double price)
{
    int64_t exact;
    if (price > 0 && decimal_from_double(price, 10, ROUND_NEAREST, &exact))
        json_put_decimal_string(writer, key, exact, 10);
    else
        json_put_null(writer, key);
}

const char *api_closed_by(enum order_purpose purpose, bool stop_hit, bool by_hand)
{
    return by_hand ? "hand" : purpose != PURPOSE_PROTECT ? "exit" : stop_hit ? "stop" : "target";
}

void api_put_trade(struct json_writer *writer, const char *key, const struct bridge_trade *trade)
{
    json_begin_object(writer, key);
    json_put_uint(writer, "number", trade->number);
    json_put_string(writer, "pair", trade->symbol);
    json_put_string(writer, "direction", trade->direction < 0 ? "short" : "long");
    json_put_time(writer, "opened", trade->opened_ns, 3);
    json_put_time(writer, "closed", trade->closed_ns, 3);
    json_put_decimal_string(writer, "quantity", trade->qty_lots, trade->qty_decimals);
    put_average(writer, "entry", trade->entry_price);
    put_average(writer, "exit", trade->exit_price);
    json_put_decimal_string(writer, "cost", trade->cost, MONEY_DECIMALS);
    json_put_decimal_string(writer, "fee", trade->fee, MONEY_DECIMALS);
    json_put_decimal_string(writer, "pnl", trade->pnl, MONEY_DECIMALS);
    json_put_string(writer, "closed_by",
                    api_closed_by(trade->purpose, trade->stop_hit, trade->by_hand));
    if (trade->strategies[0])
        json_put_string(writer, "strategy", trade->strategies);
    else
        json_put_null(writer, "strategy");
    json_end_object(writer);
}

static int get_section(const struct api_source *source, const struct query *query,
                       struct json_writer *writer, const char *name)
{
    (void)query;
    section_find(name)->write(writer, NULL, source->view, source->now);
    return 200;
}

void api_put_page(struct json_writer *writer, const struct query *query, uint64_t total)
{
    json_put_uint(writer, "total", total);
    json_put_int(writer, "offset", query->offset);
    json_put_int(writer, "limit", query->limit);
}

/* Those that the bridge itself remembers. */
static int get_last_trades(const struct api_source *source, const struct query *query,
                           struct json_writer *writer, const char *name)
{
    uint64_t count = source->history->trade_count;
    json_begin_object(writer, NULL);
    api_put_page(writer, query, count < HISTORY_TRADE_MAX ? count : HISTORY_TRADE_MAX);
    json_begin_array(writer, name);
    for (int64_t i = 0; i < query->limit; i++) {
        const struct bridge_trade *trade =
            history_trade_at(source->history, (uint64_t)(query->offset + i));
        if (!trade)
            break;
        api_put_trade(writer, NULL, trade);
    }
    json_end_array(writer);
    json_end_object(writer);
    return 200;
}

static bool has_books(const struct api_source *source)
{
    return source->books && source->books->write;
}

static int get_book(const struct api_source *source, enum bridge_book book,
                    const struct query *query, struct json_writer *writer)
{
    char error[ERROR_MAX];
    if (!has_books(source))
        return api_problem(writer, 503, "this session keeps no ledger to look it up in");
    return source->books->write(source->books->context, book, query, writer, error, sizeof error)
               ? 200
               : api_problem(writer, 503, error);
}

static int get_trades(const struct api_source *source, const struct query *query,
                      struct json_writer *writer, const char *name)
{
    return !has_books(source) && (query->given & BOOK_FILTERS) == 0
               ? get_last_trades(source, query, writer, name)
               : get_book(source, BRIDGE_TRADES, query, writer);
}

static int get_trades_csv(const struct api_source *source, const struct query *query,
                          struct json_writer *writer, const char *name)
{
    (void)name;
    return get_book(source, BRIDGE_TRADES_CSV, query, writer);
}

static int get_performance(const struct api_source *source, const struct query *query,
                           struct json_writer *writer, const char *name)
{
    (void)name;
    return get_book(source, BRIDGE_PERFORMANCE, query, writer);
}

static int get_equity(const struct api_source *source, const struct query *query,
                      struct json_writer *writer, const char *name)
{
    (void)name;
    return get_book(source, BRIDGE_EQUITY, query, writer);
}

static bool wanted(const struct history_thought *thought, const struct query *query)
{
    return (!(query->given & QUERY_PAIR) || strcmp(thought->symbol, query->pair) == 0) &&
           (!(query->given & QUERY_KIND) || thought->kind == query->kind);
}

uint64_t api_put_thoughts(const struct api_source *source, const struct query *query,
                          struct json_writer *writer, const char *name,
                          bool (*wants)(const struct history_thought *, const struct query *),
                          void (*put)(struct json_writer *, const struct history_thought *))
{
    uint64_t total = 0;
    const struct history_thought *thought;
    json_begin_array(writer, name);
    for (uint64_t back = 0; (thought = history_thought_at(source->history, back)); back++) {
        if (!wants(thought, query))
            continue;
        if (total >= (uint64_t)query->offset && total < (uint64_t)(query->offset + query->limit))
            put(writer, thought);
        total++;
    }
    json_end_array(writer);
    return total;
}

static void put_thought(struct json_writer *writer, const struct history_thought *thought)
{
    json_put_raw(writer, NULL, thought->json, thought->len);
}

/* Those that the bridge itself remembers. */
static int get_last_thoughts(const struct api_source *source, const struct query *query,
                             struct json_writer *writer, const char *name)
{
    json_begin_object(writer, NULL);
    const uint64_t total = api_put_thoughts(source, query, writer, name, wanted, put_thought);
    const uint64_t kept =
        has_books(source) ? source->books->count_thoughts(source->books->context, query) : 0;
    api_put_page(writer, query, kept > total ? kept : total);
    json_end_object(writer);
    return 200;
}

/* The newest are known here before the ledger has them; of those further back it has all. */
static bool remembered(const struct api_source *source, const struct query *query)
{
    const uint64_t end = (uint64_t)(query->offset + query->limit);
    const struct history_thought *thought;
    uint64_t count = 0;
    if (!has_books(source))
        return (query->given & (QUERY_FROM | QUERY_TO)) == 0;
    for (uint64_t back = 0; (thought = history_thought_at(source->history, back)); back++)
        count += wanted(thought, query);
    return (query->given & (QUERY_FROM | QUERY_TO)) == 0 && count >= end;
}

static int get_thoughts(const struct api_source *source, const struct query *query,
                        struct json_writer *writer, const char *name)
{
    return remembered(source, query) ? get_last_thoughts(source, query, writer, name)
                                     : get_book(source, BRIDGE_THOUGHTS, query, writer);
}

static void put_candle(struct json_writer *writer, const char *key, const struct candle *candle,
                       const struct pair *pair)
{
    const struct {
        const char *key;
        double value;
        uint32_t decimals;
    } fields[] = {
        {"open", candle->open, pair->price_decimals},
        {"high", candle->high, pair->price_decimals},
        {"low", candle->low, pair->price_decimals},
        {"close", candle->close, pair->price_decimals},
        {"volume", candle->volume, pair->qty_decimals},
    };
    json_begin_object(writer, key);
    json_put_time(writer, "time", candle->time_ns, 0);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        int64_t exact;
        if (decimal_from_double(fields[i].value, fields[i].decimals, ROUND_NEAREST, &exact))
            json_put_decimal_string(writer, fields[i].key, exact, fields[i].decimals);
        else
            json_put_null(writer, fields[i].key);
    }
    json_end_object(writer);
}

static void put_candles(struct json_writer *writer, const struct api_source *source, uint32_t pair,
                        const struct query *query)
{
    const struct chart *chart = source->history->charts[pair];
    const struct pair *terms = &source->view->pairs[pair].terms;
    struct candle partial;
    json_begin_array(writer, "candles");
    if (chart) {
        uint32_t held = chart_held(chart, query->timeframe);
        uint32_t count = held < query->limit ? held : (uint32_t)query->limit;
        for (uint32_t back = count; back-- > 0;) {
            struct candle candle = chart_at(chart, query->timeframe, back);
            put_candle(writer, NULL, &candle, terms);
        }
    }
    json_end_array(writer);
    if (chart && chart_partial(chart, query->timeframe, &partial))
        put_candle(writer, "forming", &partial, terms);
    else
        json_put_null(writer, "forming");
}

int api_pair_asked(const struct api_source *source, const struct query *query,
                   struct json_writer *writer, uint32_t *ret_pair)
{
    char error[ERROR_MAX];
    if (!(query->given & QUERY_PAIR))
        return api_problem(writer, 400, "pair is missing; write it as pair=BTC/USD");
    if (api_pair_find(source->view, query->pair, ret_pair))
        return 0;
    snprintf(error, sizeof error, "no pair \"%s\" in this session; see /api/v1/pairs", query->pair);
    return api_problem(writer, 404, error);
}

static int get_candles(const struct api_source *source, const struct query *query,
                       struct json_writer *writer, const char *name)
{
    (void)name;
    uint32_t pair;
    const int refused = api_pair_asked(source, query, writer, &pair);
    if (refused)
        return refused;
    json_begin_object(writer, NULL);
    json_put_string(writer, "pair", query->pair);
    json_put_string(writer, "timeframe", timeframe_names[query->timeframe]);
    put_candles(writer, source, pair, query);
    json_end_object(writer);
    return 200;
}

static int get_insights(const struct api_source *source, const struct query *query,
                        struct json_writer *writer, const char *name)
{
    (void)query, (void)name;
    char error[ERROR_MAX];
    if (!source->insights || !source->insights->write)
        return api_problem(writer, 503, "this session keeps no trades to have insights of");
    return source->insights->write(source->insights->context, writer, error, sizeof error)
               ? 200
               : api_problem(writer, 503, error);
}

static int get_models(const struct api_source *source, const struct query *query,
                      struct json_writer *writer, const char *name)
{
    (void)query, (void)name;
    char error[ERROR_MAX];
    if (!source->models || !source->models->write)
        return api_problem(writer, 503, "this session has no models");
    return source->models->write(source->models->context, writer, error, sizeof error)
               ? 200
               : api_problem(writer, 503, error);
}

static int get_monitoring(const struct api_source *source, const struct query *query,
                          struct json_writer *writer, const char *name)
{
    (void)name;
    const struct event_page page = {query->limit, query->offset,
                                    (enum sentry_severity)query->severity};
    event_list_write(writer, source->events, &page);
    return 200;
}

static const struct {
    const char *name;
    uint32_t allowed;
    int64_t limit;
    int (*get)(const struct api_source *source, const struct query *query,
               struct json_writer *writer, const char *name);
    bool root; /* at /status too, beside /api/v1/status */
} routes[] = {
    {"", 0, 0, api_get_routes},
    {"openapi.json", 0, 0, api_get_description},
    {"status", 0, 0, get_section, true},
    {"pairs", 0, 0, get_section},
    {"scanner", 0, 0, api_get_scanner},
    {"book", QUERY_PAIR, 0, api_get_book},
    {"positions", 0, 0, get_section},
    {"orders", 0, 0, get_section},
    {"balances", 0, 0, api_get_balances},
    {"strategies", 0, 0, get_section},
    {"risk", 0, 0, get_section},
    {"trades", QUERY_LIMIT | QUERY_OFFSET | BOOK_FILTERS, 100, get_trades},
    {"trades.csv", QUERY_LIMIT | QUERY_OFFSET | BOOK_FILTERS, CSV_LIMIT, get_trades_csv},
    {"performance", BOOK_FILTERS, 0, get_performance},
    {"equity", QUERY_FROM | QUERY_TO | QUERY_POINTS, 0, get_equity},
    {"thoughts", QUERY_LIMIT | QUERY_OFFSET | QUERY_PAIR | QUERY_KIND | QUERY_FROM | QUERY_TO, 100,
     get_thoughts},
    {"activity", QUERY_LIMIT | QUERY_OFFSET, 100, api_get_activity},
    {"candles", QUERY_LIMIT | QUERY_PAIR | QUERY_TIMEFRAME, 500, get_candles},
    {"indicators", QUERY_PAIR | QUERY_TIMEFRAME | QUERY_NAMES, 0, api_get_indicators},
    {"insights", 0, 0, get_insights},
    {"ml-metrics", 0, 0, get_models, true},
    {"config", 0, 0, api_get_config},
    {"monitoring", QUERY_LIMIT | QUERY_OFFSET | QUERY_SEVERITY, 50, get_monitoring, true},
};

#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

const char *api_route(size_t index, bool *ret_root)
{
    if (index >= ROUTE_COUNT)
        return NULL;
    *ret_root = routes[index].root;
    return routes[index].name;
}

/* Its index; ROUTE_COUNT where there is nothing. */
static size_t find_route(const char *path)
{
    const bool below = strncmp(path, ROOT "/", strlen(ROOT "/")) == 0;
    const char *name = below                       ? path + strlen(ROOT "/")
                       : strcmp(path, ROOT) == 0   ? ""
                       : path[0] == '/' && path[1] ? path + 1
                                                   : NULL;
    const bool root = !below && name && name[0];
    for (size_t i = 0; i < ROUTE_COUNT && name; i++)
        if (strcmp(routes[i].name, name) == 0 && (!root || routes[i].root))
            return i;
    return ROUTE_COUNT;
}

bool api_has(const char *path)
{
    return find_route(path) != ROUTE_COUNT;
}

int api_get(const struct api_source *source, const char *path, const char *query_text,
            struct json_writer *writer)
{
    char error[ERROR_MAX];
    const size_t i = find_route(path);
    if (i == ROUTE_COUNT) {
        snprintf(error, sizeof error, "there is nothing at %.150s; /api/v1 lists what there is",
                 path);
        return api_problem(writer, 404, error);
    }
    struct query query = {.limit = routes[i].limit,
                          .limit_most = routes[i].limit == CSV_LIMIT ? CSV_LIMIT : 0,
                          .points = 500,
                          .timeframe = TIMEFRAME_5M};
    if (!query_parse(&query, routes[i].allowed, query_text, error, sizeof error))
        return api_problem(writer, 400, error);
    int status = api_settle_names(source, &query, writer);
    if (status == 0)
        status = routes[i].get(source, &query, writer, routes[i].name);
    return json_writer_ok(writer)
               ? status
               : api_problem(writer, 500, "the answer is too large; ask with a smaller limit");
}
