/* SPDX-License-Identifier: MIT */
#include "venue/kraken/kraken_gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/kraken/gateway_state.h"

#define LOCKOUT_NS (16 * NS_PER_MIN)
#define STATUS_NS (2 * NS_PER_S) /* the first message; a venue that sends none is a real one */

static const struct kraken_link_events link_events;

static const char *fault_of(const struct kraken_gateway_config *config)
{
    if (config->rest_url == NULL || strlen(config->rest_url) >= KRAKEN_GATE_URL_MAX)
        return "rest_url is missing or too long";
    if (config->ws_url == NULL || strlen(config->ws_url) >= KRAKEN_GATE_URL_MAX)
        return "ws_url is missing or too long";
    if (config->symbol_count == 0 || config->symbol_count > PAIR_MAX)
        return "a gateway trades 1 to 200 pairs";
    if (config->currency == NULL || config->currency[0] == '\0' ||
        strlen(config->currency) >= SYMBOL_MAX)
        return "the account has a currency";
    if (config->api_key == NULL || config->api_key[0] == '\0' ||
        strlen(config->api_key) >= KRAKEN_GATE_KEY_MAX ||
        config->api_key[strcspn(config->api_key, "\r\n")] != '\0')
        return "the API key is missing, too long or of several lines";
    if (config->signer == NULL || config->nonce == NULL)
        return "it needs the key's secret and its numbers";
    if (config->tag > CLIENT_TAG_MAX)
        return "the instance's tag has 6 digits of base 36";
    if ((uint32_t)config->tier >= RATE_TIER_COUNT)
        return "tier is none of starter, intermediate, pro";
    if (config->rest_gap_ns < 0)
        return "rest_gap_ns is not below 0";
    return NULL;
}

static bool copy_symbols(struct kraken_gateway *gateway, const struct kraken_gateway_config *config)
{
    size_t size = 0;
    for (uint32_t i = 0; i < config->symbol_count; i++)
        size += strlen(config->symbols[i]) + 1;
    char *at = gateway->symbols = malloc(size);
    if (at == NULL)
        return false;
    for (uint32_t i = 0; i < config->symbol_count; i++) {
        gateway->pairs[i].wanted = at;
        at = stpcpy(at, config->symbols[i]) + 1;
    }
    return true;
}

static void init_gateway(struct kraken_gateway *gateway, const struct kraken_gateway_config *config)
{
    snprintf(gateway->rest_url, sizeof gateway->rest_url, "%s", config->rest_url);
    snprintf(gateway->ws_url, sizeof gateway->ws_url, "%s", config->ws_url);
    snprintf(gateway->api_key, sizeof gateway->api_key, "%s", config->api_key);
    snprintf(gateway->currency, sizeof gateway->currency, "%s", config->currency);
    size_t len = strlen(gateway->rest_url);
    if (len > 0 && gateway->rest_url[len - 1] == '/')
        gateway->rest_url[len - 1] = '\0';
    gateway->config = *config;
    gateway->config.symbols = NULL; /* not ours: see kraken_gate_pair.wanted */
    gateway->slot_counts[KRAKEN_SLOT_FREE] = KRAKEN_GATE_SLOTS;
    gateway->flows_ns = gateway->flows_floor_ns = config->flows_since_ns;
    gateway->flows_missed = config->flows_since_ns > 0;
    gateway->rate_limit = rate_limit_rest(config->tier);
    kraken_clock_init(&gateway->market, &gateway->clock);
    kraken_markets_init(&gateway->markets);
    kraken_own_init(&gateway->own);
    kraken_backoff_init(&gateway->call_backoff, prng_mix(config->seed, 3));
    kraken_link_init(&gateway->link, &gateway->transport, &gateway->clock, gateway->ws_url,
                     prng_mix(config->seed, 4), &link_events, gateway);
}

struct kraken_gateway *kraken_gateway_open(const struct kraken_gateway_config *config,
                                           const struct transport *transport,
                                           const struct clock *clock,
                                           const struct gateway_events *events, void *context,
                                           char *error, size_t error_size)
{
    const char *fault = fault_of(config);
    if (fault != NULL) {
        snprintf(error, error_size, "Kraken's private side cannot start: %s", fault);
        return NULL;
    }
    struct kraken_gateway *gateway =
        calloc(1, sizeof *gateway + config->symbol_count * sizeof gateway->pairs[0]);
    if (gateway == NULL || !copy_symbols(gateway, config)) {
        snprintf(error, error_size, "Kraken's private side cannot start: out of memory");
        free(gateway);
        return NULL;
    }
    gateway->transport = *transport;
    gateway->clock = *clock;
    gateway->events = *events;
    gateway->context = context;
    init_gateway(gateway, config);
    return gateway;
}

/* The transport still owes us its last calls; it gets a gateway that wants nothing more. */
void kraken_gate_gone(struct kraken_gateway *gateway)
{
    if (!gateway->closing || gateway->errand != KRAKEN_ERRAND_NONE ||
        gateway->link.pending_count > 0)
        return;
    explicit_bzero(gateway->token, sizeof gateway->token);
    free(gateway->symbols);
    free(gateway);
}

void kraken_gate_shut(struct kraken_gateway *gateway, const char *what)
{
    if (gateway->stage == KRAKEN_GATE_SHUT)
        return;
    gateway->stage = KRAKEN_GATE_SHUT;
    log_printf(LOG_ERROR, "gateway.shut", "%s", what);
    kraken_gate_requests_shut(gateway);
    kraken_link_close(&gateway->link);
    kraken_gate_subs_stop(gateway);
    kraken_gate_requests_down(gateway);
    kraken_gate_tell_link(gateway, false);
    gateway->events.on_trouble(gateway->context, what, true);
}

static void drop_session(struct kraken_gateway *gateway)
{
    gateway->token[0] = '\0';
    kraken_link_drop(&gateway->link, "the session is not valid any more");
}

/* The venue counts more than we do: the key is used elsewhere. */
static void fill_counter(struct kraken_gateway *gateway)
{
    int64_t now_ns = kraken_clock_now(&gateway->market);
    int64_t count = rate_counter_now(&gateway->rate, &gateway->rate_limit, now_ns);
    if (count < gateway->rate_limit.max)
        rate_counter_add(&gateway->rate, &gateway->rate_limit, gateway->rate_limit.max - count,
                         now_ns);
}

void kraken_gate_remedy(struct kraken_gateway *gateway, enum kraken_remedy remedy,
                        const char *error)
{
    int64_t mono_ns = kraken_gate_mono(gateway);
    char text[320];
    switch (remedy) {
    case KRAKEN_REMEDY_NONE:
        break;
    case KRAKEN_REMEDY_TOKEN:
        drop_session(gateway);
        break;
    case KRAKEN_REMEDY_NONCE:
        kraken_nonce_jump(gateway->config.nonce, gateway->clock.wall_ns(gateway->clock.self));
        break;
    case KRAKEN_REMEDY_WAIT:
        fill_counter(gateway);
        gateway->call_next_ns = mono_ns + 5 * NS_PER_S;
        break;
    case KRAKEN_REMEDY_LOCKOUT:
        gateway->locked_ns = mono_ns + LOCKOUT_NS;
        snprintf(text, sizeof text,
                 "Kraken has locked this API key out for a quarter of an hour (%s): see whether "
                 "somebody else uses it",
                 error);
        gateway->events.on_trouble(gateway->context, text, false);
        break;
    case KRAKEN_REMEDY_HUMAN:
        snprintf(text, sizeof text,
                 "Kraken refuses the API key or the account (%s): check key, secret and account at "
                 "Kraken, then start again",
                 error);
        kraken_gate_shut(gateway, text);
        break;
    }
}

static void on_up(void *context)
{
    struct kraken_gateway *gateway = context;
    if (gateway->link_noted)
        log_printf(LOG_INFO, "gateway.online", "connected to %s again", gateway->ws_url);
    gateway->stats.reconnect_count += gateway->was_up;
    gateway->was_up = true;
    gateway->link_noted = false;
    gateway->status_seen = false;
    kraken_gate_subs_start(gateway);
    kraken_gate_subs_pump(gateway);
    kraken_gate_requests_up(gateway);
}

static void on_down(void *context, bool was_up, const char *reason, int64_t delay_ns)
{
    struct kraken_gateway *gateway = context;
    enum log_level level = gateway->link_noted ? LOG_DEBUG : LOG_WARN;
    log_printf(level, "gateway.offline", "%s %s: %s; trying again, next in %lld s",
               was_up ? "lost the connection to" : "cannot reach", gateway->ws_url, reason,
               (long long)((delay_ns + NS_PER_S - 1) / NS_PER_S));
    gateway->link_noted = true;
    gateway->flows_missed |= was_up;
    kraken_gate_subs_stop(gateway);
    kraken_gate_requests_down(gateway);
    kraken_gate_tell_link(gateway, false);
}

static void on_text(void *context, const char *text, size_t len)
{
    kraken_gate_text(context, text, len);
}

static void on_gone(void *context)
{
    kraken_gate_gone(context);
}

static const struct kraken_link_events link_events = {
    .on_up = on_up,
    .on_text = on_text,
    .on_down = on_down,
    .on_gone = on_gone,
};

static void face_close(void *self)
{
    struct kraken_gateway *gateway = self;
    /* A socket may say its last word inside the call: the gateway must outlive it. */
    gateway->link.pending_count++;
    gateway->closing = true;
    kraken_link_close(&gateway->link);
    gateway->link.pending_count--;
    kraken_gate_gone(gateway);
}

static void face_tick(void *self)
{
    struct kraken_gateway *gateway = self;
    kraken_gate_requests_tick(gateway);
    kraken_gate_calls_pump(gateway);
    const int64_t used =
        rate_counter_now(&gateway->rate, &gateway->rate_limit, kraken_clock_now(&gateway->market));
    gateway->stats.rate_used = (double)used / gateway->rate_limit.max;
    if (gateway->stage != KRAKEN_GATE_OPEN || (gateway->token[0] == '\0' && gateway->link.id == 0))
        return;
    kraken_link_tick(&gateway->link);
    if (gateway->link.up && !gateway->status_seen &&
        kraken_gate_mono(gateway) - gateway->link.up_ns >= STATUS_NS) {
        gateway->status_seen = true;
        kraken_link_ping(&gateway->link);
    }
    kraken_gate_subs_pump(gateway);
}

static void face_set_terms(void *self, uint32_t pair, const struct pair *terms)
{
    struct kraken_gateway *gateway = self;
    CHECK(pair < gateway->config.symbol_count);
    struct kraken_gate_pair *known = &gateway->pairs[pair];
    if (known->has_terms)
        kraken_own_move(&gateway->own, pair, &known->terms, terms);
    known->terms = *terms;
    known->has_terms = true;
    kraken_markets_put(&gateway->markets, pair, terms);
}

static void face_send(void *self, const struct request *request)
{
    kraken_gate_send(self, request);
}

static int64_t face_time(void *self)
{
    const struct kraken_gateway *gateway = self;
    return gateway->market.anchored ? kraken_clock_now(&gateway->market) : 0;
}

static bool face_ready(void *self)
{
    const struct kraken_gateway *gateway = self;
    return gateway->link_told;
}

static const struct gateway_stats *face_stats(void *self)
{
    const struct kraken_gateway *gateway = self;
    return &gateway->stats;
}

struct gateway kraken_gateway_face(struct kraken_gateway *gateway)
{
    return (struct gateway){
        .self = gateway,
        .close = face_close,
        .tick = face_tick,
        .set_terms = face_set_terms,
        .send = face_send,
        .time = face_time,
        .ready = face_ready,
        .stats = face_stats,
    };
}
