/* SPDX-License-Identifier: MIT */
#include "app/local_kraken.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/local/exchange.h"

#define ARGS_MAX 32

#define RESTART_AFTER_MS 500
#define STOP_PATIENCE_NS (10 * NS_PER_S)

struct local_kraken {
    struct loop *loop;
    const struct options *options;
    struct loop_child *child;
    struct loop_timer *restart;
    const struct local_kraken_events *events;
    void *context;
    bool ready;
    bool stopping;
    uint16_t port; /* 0 until it was ready once */
    struct local_kraken_place place;
    char accounts[OPTION_PATH_MAX + 16], balance[64];
    char program[OPTION_PATH_MAX];
    char pairs[OPTION_LIST_MAX];
    char from[TIMESTAMP_TEXT_MAX], to[TIMESTAMP_TEXT_MAX];
    char port_text[16], speed[32], seed[32], variant[32];
};

static bool start_child(struct local_kraken *local);

/* "key ... secret ...", then "ready http://127.0.0.1:4711 ws://127.0.0.1:4711/v2" */
static void on_line(void *context, const char *line)
{
    struct local_kraken *local = context;
    struct local_kraken_place *place = &local->place;
    unsigned port = 0;
    if (sscanf(line, "key %127s secret %127s", place->key, place->secret) == 2) {
        return;
    }
    if (sscanf(line, "ready %127s %127s", place->rest_url, place->ws_url) == 2 &&
        sscanf(place->rest_url, "http://%*[0-9.]:%u", &port) == 1) {
        local->ready = true;
        local->port = (uint16_t)port;
        local->events->on_ready(local->context, place);
    }
}

static void on_restart(void *context)
{
    struct local_kraken *local = context;
    loop_timer_stop(local->restart);
    local->restart = NULL;
    if (!start_child(local)) {
        local->events->on_ready(local->context, NULL);
    }
}

static void on_exit_of(void *context, int64_t status, int signal_number)
{
    struct local_kraken *local = context;
    local->child = NULL;
    if (local->stopping) {
        return;
    }
    if (!local->ready) {
        local->events->on_ready(local->context, NULL);
        return;
    }
    log_printf(LOG_WARN, "local.ended",
               "the local Kraken ended by itself (status %lld, signal %d): starting it again",
               (long long)status, signal_number);
    local->ready = false;
    local->restart = loop_timer_start(local->loop, RESTART_AFTER_MS, 0, on_restart, local);
}

static void own_path(char *out, size_t size)
{
    const ssize_t len = readlink("/proc/self/exe", out, size - 1);
    out[len > 0 ? len : 0] = '\0';
}

struct arguments {
    int count;
    const char *list[ARGS_MAX];
};

/* A flag and its value; an empty value leaves both out. */
static void add_flag(struct arguments *arguments, const char *flag, const char *value)
{
    if (value[0] != '\0') {
        arguments->list[arguments->count++] = flag;
        arguments->list[arguments->count++] = value;
    }
}

/* The account of a rehearsal: the session's capital at first, then what its file keeps. */
static void add_account(struct local_kraken *local, struct arguments *arguments)
{
    const struct session_options *session = &local->options->session;
    char money[DECIMAL_TEXT_MAX];
    decimal_format(money, session->capital, MONEY_DECIMALS);
    snprintf(local->balance, sizeof local->balance, "%s=%s", session->currency, money);
    snprintf(local->accounts, sizeof local->accounts, "%s/exchange.json", session->state);
    add_flag(arguments, "--balance", local->balance);
    add_flag(arguments, "--accounts", local->accounts);
}

static void list_arguments(struct local_kraken *local, int64_t from_ns, struct arguments *out)
{
    const struct market_options *market = &local->options->market;
    local->from[0] = local->to[0] = '\0';
    if (from_ns != 0) {
        timestamp_format(local->from, from_ns, 9);
    }
    if (market->to_ns != 0) {
        timestamp_format(local->to, market->to_ns, 0);
    }
    snprintf(local->port_text, sizeof local->port_text, "%u", local->port);
    snprintf(local->speed, sizeof local->speed, "%.9g", market->speed);
    snprintf(local->seed, sizeof local->seed, "%lld", (long long)market->seed);
    snprintf(local->variant, sizeof local->variant, "%lld", (long long)market->variant);
    const bool replay = market->kind == EXCHANGE_REPLAY;
    *out = (struct arguments){.count = 2, .list = {local->program, "exchange"}};
    add_flag(out, "--port", local->port_text);
    add_flag(out, "--market", replay ? "replay" : "synthetic");
    add_flag(out, "--profile", "real");
    add_flag(out, "--speed", local->speed);
    add_flag(out, "--seed", local->seed);
    add_flag(out, "--variant", local->variant);
    add_flag(out, "--store", replay ? market->store : "");
    add_flag(out, "--pairs", local->pairs);
    add_flag(out, "--from", local->from);
    add_flag(out, "--to", local->to);
    if (mode_trades(local->options->session.mode)) {
        add_account(local, out);
    }
    if (market->lockstep) {
        out->list[out->count++] = "--lockstep";
    }
    out->list[out->count] = NULL;
}

static bool start_child(struct local_kraken *local)
{
    static const struct loop_child_events events = {.on_line = on_line, .on_exit = on_exit_of};
    struct arguments arguments;
    const int64_t resume_ns = local->events->resume_time(local->context);
    list_arguments(local, resume_ns != 0 ? resume_ns : local->options->market.from_ns, &arguments);
    local->child =
        loop_child_start(local->loop, (char *const *)(uintptr_t)arguments.list, &events, local);
    return local->child != NULL;
}

/* All that the session watches: a pair still held though no longer asked for must have a market. */
static void list_pairs(struct local_kraken *local, const char *const *symbols, uint32_t count)
{
    size_t len = 0;
    for (uint32_t i = 0; i < count && len + SYMBOL_MAX < sizeof local->pairs; i++) {
        len += (size_t)snprintf(local->pairs + len, sizeof local->pairs - len, "%s%s",
                                i > 0 ? " " : "", symbols[i]);
    }
}

struct local_kraken *local_kraken_start(struct loop *loop, const struct options *options,
                                        const char *const *symbols, uint32_t symbol_count,
                                        const struct local_kraken_events *events, void *context,
                                        char *error, size_t error_size)
{
    struct local_kraken *local = calloc(1, sizeof *local);
    if (local == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    local->loop = loop;
    local->options = options;
    local->events = events;
    local->context = context;
    own_path(local->program, sizeof local->program);
    list_pairs(local, symbols, symbol_count);
    if (!start_child(local)) {
        snprintf(error, error_size, "cannot start the local Kraken (%s exchange)", local->program);
        free(local);
        return NULL;
    }
    return local;
}

void local_kraken_stop(struct local_kraken *local)
{
    if (local == NULL) {
        return;
    }
    local->stopping = true;
    if (local->restart != NULL) {
        loop_timer_stop(local->restart);
    }
    if (local->child != NULL) {
        loop_child_signal(local->child, SIGTERM);
    }
    /* By the clock: a turn ends with whatever happens on the loop, and its accounts are being
     * written. */
    const struct clock clock = clock_system();
    const int64_t until_ns = clock.mono_ns(clock.self) + STOP_PATIENCE_NS;
    while (local->child != NULL && clock.mono_ns(clock.self) < until_ns) {
        loop_turn(local->loop, 10);
    }
    if (local->child != NULL) {
        loop_child_signal(local->child, SIGKILL);
        loop_turn(local->loop, 100);
    }
    free(local);
}
