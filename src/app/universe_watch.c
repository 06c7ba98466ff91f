/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/universe.h"
#include "core/base/timestamp.h"
#include "platform/log/log.h"

/* The day's last candles are decided on first, and the venue has turned its own page. */
#define AFTER_NS (30 * NS_PER_S)
#define RETRY_NS (10 * NS_PER_MIN)
#define TIMEOUT_NS (60 * NS_PER_S)

enum watch_state {
    WATCH_IDLE,
    WATCH_ASKING,
    WATCH_TOLD, /* the table is read */
    WATCH_FAILED,
};

struct universe_watch {
    const struct options *options;
    const struct transport *transport;
    struct universe_table *table; /* while it is asked for */
    enum watch_state state;
    int64_t day;           /* chosen for, in days since 1970; 0 none yet */
    int64_t retry_mono_ns; /* not before */
    char error[256];
};

struct universe_watch *universe_watch_new(const struct options *options,
                                          const struct transport *transport)
{
    struct universe_watch *watch = calloc(1, sizeof *watch);
    if (watch != NULL) {
        watch->options = options;
        watch->transport = transport;
    }
    return watch;
}

void universe_watch_free(struct universe_watch *watch)
{
    if (watch != NULL) {
        free(watch->table);
        free(watch);
    }
}

static void ask(struct universe_watch *watch, const char *name, http_callback *callback)
{
    char url[OPTION_PATH_MAX + 64];
    snprintf(url, sizeof url, "%s/0/public/%s", watch->options->venue.rest_url, name);
    const struct http_request request = {.method = "GET", .url = url, .timeout_ns = TIMEOUT_NS};
    const struct transport *transport = watch->transport;
    watch->state = WATCH_ASKING;
    if (transport->http_request(transport->self, &request, callback, watch) != 0) {
        watch->state = WATCH_FAILED;
        snprintf(watch->error, sizeof watch->error, "%s cannot be asked now", name);
    }
}

/* False, and why in watch->error, when the reply is none. */
static bool well(struct universe_watch *watch, const struct http_response *response)
{
    if (response->status == 200) {
        return true;
    }
    watch->state = WATCH_FAILED;
    if (response->status > 0) {
        snprintf(watch->error, sizeof watch->error, "HTTP status %d", response->status);
    } else {
        snprintf(watch->error, sizeof watch->error, "%s",
                 response->error != NULL ? response->error : "no whole reply came");
    }
    return false;
}

static void on_tickers(void *context, const struct http_response *response)
{
    struct universe_watch *watch = context;
    if (well(watch, response)) {
        const bool read = universe_read_tickers(watch->table, response->body, response->body_len,
                                                watch->error, sizeof watch->error);
        watch->state = read ? WATCH_TOLD : WATCH_FAILED;
    }
}

static void on_pairs(void *context, const struct http_response *response)
{
    struct universe_watch *watch = context;
    if (!well(watch, response)) {
        return;
    }
    if (universe_read_pairs(watch->table, response->body, response->body_len, watch->error,
                            sizeof watch->error)) {
        ask(watch, "Ticker", on_tickers);
    } else {
        watch->state = WATCH_FAILED;
    }
}

static bool is_watched(const struct universe_watched *watched, const char *symbol)
{
    for (uint32_t i = 0; i < watched->count; i++) {
        if (strcmp(watched->symbols[i], symbol) == 0) {
            return true;
        }
    }
    return false;
}

/* What would be chosen now, against what is watched. */
static bool differs(struct universe_watch *watch, const struct universe_watched *watched)
{
    char held[OPTION_LIST_MAX], before[OPTION_LIST_MAX];
    size_t len = 0;
    before[0] = '\0';
    for (uint32_t i = 0; i < watched->count; i++) {
        len += (size_t)snprintf(before + len, sizeof before - len, "%s ", watched->symbols[i]);
    }
    universe_list_held(watched->engine, held, sizeof held);
    universe_settle(watch->table, watch->options, held, before);
    const struct universe *chosen = &watch->table->chosen;
    uint32_t joining = 0;
    for (uint32_t i = 0; i < chosen->count; i++) {
        joining += !is_watched(watched, watch->table->rows[chosen->list[i]].symbol);
    }
    uint32_t leaving = joining + watched->count - chosen->count;
    for (uint32_t i = 0; i < watched->count; i++) { /* held, but not listed any more: it stays */
        const struct kraken_name *name =
            kraken_names_find(&watch->table->names, watched->symbols[i]);
        leaving -= universe_holds(watched->engine, i) && (name == NULL || name->wsname[0] == '\0');
    }
    if (chosen->count == 0) {
        log_warn("universe.empty", "no pair qualifies today: the universe stays as it is", NULL);
        return false;
    }
    log_printf(LOG_INFO, "universe.day", "the universe of the day: %u pairs, %u join, %u leave",
               chosen->count, joining, leaving);
    return joining + leaving > 0;
}

static void begin(struct universe_watch *watch)
{
    watch->table = calloc(1, sizeof *watch->table);
    if (watch->table != NULL) {
        ask(watch, "AssetPairs", on_pairs);
        return;
    }
    watch->state = WATCH_FAILED;
    snprintf(watch->error, sizeof watch->error, "out of memory");
}

/* The answer was used, or there is none. */
static void end(struct universe_watch *watch)
{
    free(watch->table);
    watch->table = NULL;
    watch->state = WATCH_IDLE;
}

bool universe_watch_tick(struct universe_watch *watch, const struct universe_watched *watched,
                         int64_t market_ns, int64_t mono_ns, char *list, size_t list_size)
{
    const int64_t day = (market_ns - AFTER_NS) / NS_PER_DAY;
    bool changed = false;
    if (watch->day == 0) {
        watch->day = day; /* a session chooses when it starts */
    }
    if (watch->state == WATCH_IDLE && day > watch->day && mono_ns >= watch->retry_mono_ns) {
        begin(watch);
    }
    if (watch->state == WATCH_FAILED) {
        log_warn("universe.unknown", "the universe of the day is not known yet: asked again later",
                 "reason", watch->error, NULL);
        watch->retry_mono_ns = mono_ns + RETRY_NS;
        end(watch);
    } else if (watch->state == WATCH_TOLD) {
        watch->day = day;
        changed = differs(watch, watched);
        if (changed) {
            universe_list_chosen(watch->table, list, list_size);
        }
        end(watch);
    }
    return changed;
}
