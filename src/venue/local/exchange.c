/* SPDX-License-Identifier: MIT */
#include "venue/local/exchange.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "venue/local/private/accounts.h"
#include "venue/local/state.h"

#define TICK_MS 10

/* HTTP connections at once, beside the sockets. */
#define HTTP_MAX 64

/* Above this speed book and ticker are told 20 times a second of wall time, not at each change. */
#define CONFLATE_SPEED 60.0
#define FLUSH_NS (50 * NS_PER_MS)

/* A quiet book moves twice a second of market time, but not more than 20 times a wall second. */
#define STIR_NS (500 * NS_PER_MS)

/* Accounts that changed are written to their file so often. */
#define SAVE_NS (5 * NS_PER_S)

/* A subscriber hears something each second. */
#define HEARTBEAT_NS NS_PER_S

int64_t exchange_mono_ns(const struct exchange *exchange)
{
    return exchange->clock->mono_ns(exchange->clock->self);
}

int64_t exchange_told_ns(const struct exchange *exchange)
{
    if (exchange->config.lockstep || exchange->ended)
        return exchange->now_ns;
    return exchange->now_ns - (int64_t)(2 * TICK_MS * NS_PER_MS * exchange->config.speed);
}

static void stir(struct exchange *exchange, struct board *board)
{
    struct listing *listing = &board->listing;
    int64_t gap_ns = exchange->stir_gap_ns;
    int64_t now_ns = board->stir_ns;
    board->stir_ns += gap_ns / 2 + (int64_t)prng_below(&listing->liquidity.prng, (uint64_t)gap_ns);
    if (!listing->alive)
        return;
    liquidity_stir(&listing->liquidity);
    private_on_book(exchange->private, listing->index, now_ns);
    publish_quote(exchange, board, now_ns);
}

/* The touch comes to the price, the trade takes from it, and both are told. */
static void trade(struct exchange *exchange, struct board *board)
{
    struct listing *listing = &board->listing;
    struct trade happening = *listing_peek(listing);
    liquidity_shape(&listing->liquidity, &happening);
    private_on_book(exchange->private, listing->index, happening.time_ns);
    publish_quote(exchange, board, happening.time_ns);
    private_on_trade(exchange->private, listing->index, &happening);
    listing_take(listing);
    private_on_book(exchange->private, listing->index, happening.time_ns);
    publish_trade(exchange, board, &happening);
    publish_quote(exchange, board, happening.time_ns);
}

static int64_t next_ns(struct board *board, int64_t until_ns)
{
    int64_t trade_ns = listing_next_ns(&board->listing, until_ns);
    return trade_ns < board->stir_ns ? trade_ns : board->stir_ns;
}

static void run_until(struct exchange *exchange, int64_t until_ns)
{
    int64_t next[PAIR_MAX];
    uint32_t count = exchange->market->pair_count;
    for (uint32_t i = 0; i < count; i++)
        next[i] = next_ns(&exchange->boards[i], until_ns);
    for (;;) {
        uint32_t first = 0;
        for (uint32_t i = 1; i < count; i++)
            if (next[i] < next[first])
                first = i;
        if (next[first] > until_ns)
            return;
        struct board *board = &exchange->boards[first];
        exchange->now_ns = next[first];
        if (private_next_ns(exchange->private) <= exchange->now_ns)
            private_advance(exchange->private, exchange->now_ns);
        if (next[first] == board->stir_ns)
            stir(exchange, board);
        else
            trade(exchange, board);
        next[first] = next_ns(board, until_ns);
    }
}

static void go_to(struct exchange *exchange, int64_t time_ns)
{
    run_until(exchange, time_ns);
    exchange->now_ns = time_ns > exchange->now_ns ? time_ns : exchange->now_ns;
    private_advance(exchange->private, exchange->now_ns);
}

void exchange_advance(struct exchange *exchange, int64_t time_ns)
{
    if (exchange->ended || time_ns <= exchange->now_ns)
        return;
    if (time_ns > exchange->end_ns)
        time_ns = exchange->end_ns;
    for (int64_t upset_ns; (upset_ns = upsets_next_ns(exchange)) <= time_ns;) {
        go_to(exchange, upset_ns);
        upsets_happen(exchange);
    }
    go_to(exchange, time_ns);
    if (time_ns < exchange->end_ns)
        return;
    exchange->ended = true;
    publish_flush(exchange);
    publish_status(exchange, NULL);
}

static void keep_alive(struct exchange *exchange, struct client *client, int64_t mono_ns)
{
    static const char heartbeat[] = "{\"channel\":\"heartbeat\"}";
    if (client->held_count > 0 && mono_ns - client->sent_ns >= HEARTBEAT_NS)
        clients_send(&exchange->clients, client, heartbeat, sizeof heartbeat - 1, mono_ns);
}

/* The market comes to the time of its clock, which goes on however late the loop turns. */
static void catch_up(struct exchange *exchange, int64_t mono_ns)
{
    if (exchange->config.lockstep)
        return;
    double passed = (double)(mono_ns - exchange->start_mono_ns) * exchange->config.speed;
    exchange_advance(exchange, exchange->start_ns + (int64_t)passed);
}

static void on_tick(void *context)
{
    struct exchange *exchange = context;
    int64_t mono_ns = exchange_mono_ns(exchange);
    catch_up(exchange, mono_ns);
    if (exchange->conflate && mono_ns - exchange->flush_mono_ns >= FLUSH_NS) {
        publish_flush(exchange);
        exchange->flush_mono_ns = mono_ns;
    }
    for (uint32_t i = 0; i < exchange->clients.count; i++) {
        channels_serve(exchange, exchange->clients.list[i]);
        keep_alive(exchange, exchange->clients.list[i], mono_ns);
    }
    clients_release_late(&exchange->clients, mono_ns);
    clients_reap(&exchange->clients);
    if (mono_ns - exchange->save_mono_ns >= SAVE_NS) {
        char error[512];
        exchange_save(exchange, error, sizeof error); /* told when it still fails at the end */
        exchange->save_mono_ns = mono_ns;
    }
}

static void on_request(void *context, struct server_reply *reply,
                       const struct server_request *request)
{
    /* A client takes what REST does not show a minute after its end for not having happened, and at
     * 600 times real time a minute is a tenth of a second. */
    catch_up(context, exchange_mono_ns(context));
    rest_on_request(context, reply, request);
}

static int on_upgrade(void *context, const struct server_request *request)
{
    const struct exchange *exchange = context;
    if (strcmp(request->path, "/v2") != 0)
        return 404;
    return exchange->clients.count < CLIENT_MAX ? 0 : 503;
}

static void on_socket_open(void *context, struct server_socket *socket, const char *path)
{
    struct exchange *exchange = context;
    (void)path;
    struct client *client = clients_add(&exchange->clients, socket);
    server_socket_set(socket, client);
    if (client)
        publish_status(exchange, client);
    else
        server_socket_close(socket, 1013, "too many clients");
}

static void on_socket_text(void *context, struct server_socket *socket, const char *text,
                           size_t len)
{
    struct client *client = server_socket_get(socket);
    if (client && !client->dropped)
        channels_on_text(context, client, text, len);
}

static void on_socket_closed(void *context, struct server_socket *socket)
{
    struct exchange *exchange = context;
    struct client *client = server_socket_get(socket);
    if (client) {
        private_forget(exchange->private, client);
        clients_remove(&exchange->clients, client);
    }
    server_socket_set(socket, NULL);
}

static const struct server_events events = {on_request, on_upgrade, on_socket_open, on_socket_text,
                                            on_socket_closed};

static void add_pair(char *list, size_t size, const char *symbol)
{
    const size_t len = strlen(list);
    snprintf(list + len, size - len, " %s", symbol);
}

/* The pairs that are wanted and those that the accounts have traded: whoever holds some can sell
 * it. NULL: all of a store. */
static const char *listed(const struct exchange_config *config, char *list, size_t size)
{
    char kept[PAIR_MAX][SYMBOL_MAX];
    const uint32_t count = config->accounts ? accounts_pairs(config->accounts, kept, PAIR_MAX) : 0;
    const bool synthetic = config->market == EXCHANGE_SYNTHETIC;
    if (count == 0 || (!config->pairs && !synthetic))
        return config->pairs;
    snprintf(list, size, "%s", config->pairs ? config->pairs : "");
    for (uint32_t i = 0; !config->pairs && i < INSTRUMENT_DEFAULT_COUNT; i++)
        add_pair(list, size, instrument_symbol(i));
    for (uint32_t i = 0; i < count; i++)
        add_pair(list, size, kept[i]);
    return list;
}

static struct market *open_market(const struct exchange_config *config, char *error,
                                  size_t error_size)
{
    char list[2 * PAIR_MAX * SYMBOL_MAX + 4096];
    const char *pairs = listed(config, list, sizeof list);
    if (config->market == EXCHANGE_REPLAY)
        return market_replay_open(config->store, pairs, config->seed, error, error_size);
    return market_synthetic_open(pairs, config->seed, error, error_size);
}

/* Sessions begin on a step of the market, so that lock-step moves whole candles. */
static bool set_times(struct exchange *exchange, char *error, size_t error_size)
{
    const struct exchange_config *config = &exchange->config;
    struct market *market = exchange->market;
    char begin[TIMESTAMP_TEXT_MAX], end[TIMESTAMP_TEXT_MAX] = "for ever";
    exchange->step_ns = market_step_ns(market);
    int64_t kept_ns = config->accounts ? accounts_time(config->accounts) : 0;
    int64_t from_ns = config->from_ns || kept_ns ? config->from_ns : market->from_ns;
    if (from_ns < kept_ns)
        from_ns = kept_ns; /* what happened in the accounts is past for everybody */
    exchange->start_ns = exchange->now_ns = from_ns - from_ns % exchange->step_ns;
    exchange->end_ns =
        config->to_ns && config->to_ns < market->end_ns ? config->to_ns : market->end_ns;
    timestamp_format(begin, market->begin_ns, 0);
    if (market->end_ns != INT64_MAX)
        timestamp_format(end, market->end_ns, 0);
    if (!(config->speed > 0 && config->speed <= 100000)) {
        snprintf(error, error_size, "speed %g: must be above 0 and at most 100000", config->speed);
        return false;
    }
    if (exchange->start_ns < market->begin_ns || exchange->start_ns >= exchange->end_ns) {
        snprintf(error, error_size,
                 "the session must begin before it ends and lie in the market, "
                 "which goes from %s to %s",
                 begin, end);
        return false;
    }
    return true;
}

static bool set_boards(struct exchange *exchange, char *error, size_t error_size)
{
    uint32_t count = exchange->market->pair_count;
    exchange->boards = calloc(count, sizeof *exchange->boards);
    if (!exchange->boards) {
        snprintf(error, error_size, "no memory for %" PRIu32 " pairs", count);
        return false;
    }
    double stir_ns = exchange->config.speed * (double)FLUSH_NS;
    exchange->stir_gap_ns = stir_ns > (double)STIR_NS ? (int64_t)stir_ns : STIR_NS;
    if (exchange->config.lockstep)
        exchange->stir_gap_ns = exchange->step_ns / 4;
    for (uint32_t i = 0; i < count; i++) {
        listing_init(&exchange->boards[i].listing, exchange->market, i, exchange->now_ns);
        exchange->boards[i].stir_ns =
            exchange->now_ns + exchange->stir_gap_ns * (i + 1) / (int64_t)(count + 1);
    }
    return true;
}

struct exchange *exchange_open(struct loop *loop, const struct clock *clock,
                               const struct exchange_config *config, char *error, size_t error_size)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange) {
        snprintf(error, error_size, "no memory for the exchange");
        return NULL;
    }
    exchange->config = *config;
    exchange->clock = clock;
    exchange->variant = variant_of(config->variant);
    if (config->faulty || config->script)
        faults_init(&exchange->clients.faults, &config->faults);
    exchange->conflate = !config->lockstep && config->speed > CONFLATE_SPEED;
    exchange->market = open_market(config, error, error_size);
    if (!exchange->market || !set_times(exchange, error, error_size) ||
        !set_boards(exchange, error, error_size))
        goto fail;
    exchange->private = private_open(exchange, error, error_size);
    if (!exchange->private)
        goto fail;
    if (!upsets_open(exchange, config->script, error, error_size))
        goto fail;
    for (uint32_t i = 0; i < exchange->market->pair_count; i++)
        board_show(exchange, &exchange->boards[i]);
    exchange->start_mono_ns = exchange_mono_ns(exchange);
    prng_init(&exchange->ids, (uint64_t)exchange->start_mono_ns);
    struct server_config server = {.address = config->address ? config->address : "127.0.0.1",
                                   .port = config->port,
                                   .max_clients = CLIENT_MAX + HTTP_MAX,
                                   .events = &events,
                                   .context = exchange};
    exchange->server = server_open(loop, &server, error, error_size);
    if (!exchange->server)
        goto fail;
    exchange->timer = loop_timer_start(loop, TICK_MS, TICK_MS, on_tick, exchange);
    return exchange;
fail:
    exchange_close(exchange);
    return NULL;
}

void exchange_close(struct exchange *exchange)
{
    if (!exchange)
        return;
    if (exchange->timer)
        loop_timer_stop(exchange->timer);
    if (exchange->server) {
        clients_release_late(&exchange->clients, INT64_MAX);
        server_close(exchange->server);
    }
    while (exchange->clients.count > 0)
        clients_remove(&exchange->clients, exchange->clients.list[0]);
    faults_deinit(&exchange->clients.faults);
    private_close(exchange->private);
    for (uint32_t i = 0; exchange->boards && i < exchange->market->pair_count; i++)
        for (uint32_t d = 0; d < DEPTH_COUNT; d++)
            free(exchange->boards[i].views[d]);
    free(exchange->boards);
    market_close(exchange->market);
    free(exchange);
}

bool exchange_save(struct exchange *exchange, char *error, size_t error_size)
{
    return private_save(exchange->private, error, error_size);
}

const char *exchange_key(const struct exchange *exchange, uint32_t index, const char **ret_secret)
{
    return private_key(exchange->private, index, ret_secret);
}

uint16_t exchange_port(const struct exchange *exchange)
{
    return server_port(exchange->server);
}

int64_t exchange_market_time(const struct exchange *exchange)
{
    return exchange->now_ns;
}

bool exchange_ended(const struct exchange *exchange)
{
    return exchange->ended;
}

uint64_t exchange_dropped(const struct exchange *exchange)
{
    return exchange->clients.dropped_count;
}
