/* SPDX-License-Identifier: MIT */
#include "app/session_orders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/session.h"
#include "core/base/check.h"
#include "platform/log/log.h"
#include "venue/kraken/kraken_gateway.h"

/* While nothing works anywhere, time alone is told so often (market time). */
#define IDLE_TIME_NS NS_PER_S

/* At a restart the venue's ledger is read from so long before the end of the life before. */
#define FLOWS_AGAIN_NS (15 * NS_PER_MIN)

/* The store thread: an intent is on disk, somebody waits for it. */
void session_on_durable(void *context)
{
    struct session *session = context;
    loop_wake(session->loop);
}

static void save_nonce(void *context, uint64_t bound)
{
    struct session *session = context;
    recorder_nonce(session->recorder, bound);
}

void session_on_request(void *context, const struct request *request)
{
    struct session *session = context;
    struct session_orders *orders = session->orders;
    recorder_request(session->recorder, request, session->engine);
    CHECK(orders->waiting_count < SESSION_WAITING_MAX);
    orders->waiting[orders->waiting_count++] = *request;
}

static void give_news(struct session *session, const struct news *news)
{
    const struct event event = {
        .kind = EVENT_NEWS,
        .time_ns = session->engine->time_ns,
        .news = *news,
    };
    session_give(session, &event);
}

/* What the disk has goes out, in order; what is no intent needs no disk. An intent that the disk
 * did not take in time never goes, and is taken back; one that was withdrawn never goes either. */
static void send_ready(struct session *session)
{
    struct session_orders *orders = session->orders;
    const int64_t now_ns = session_time(session);
    uint32_t kept = 0;
    uint64_t late = 0;
    for (uint32_t i = 0; i < orders->waiting_count; i++) {
        const struct request *request = &orders->waiting[i];
        const bool intent = request->kind == REQUEST_ADD;
        if (intent && !broker_intends(session->broker, request->sequence)) {
            continue;
        }
        if (!intent || request->sequence <= session->broker->durable) {
            orders->gateway.send(orders->gateway.self, request);
        } else if (request->deadline_ns < now_ns && late == 0) {
            late = request->sequence;
        } else {
            orders->waiting[kept++] = *request;
        }
    }
    orders->waiting_count = kept;
    if (late != 0) {
        give_news(session, &(struct news){
                               .kind = NEWS_REFUSED, .sequence = late, .reject = REJECT_DEADLINE});
    }
}

void session_orders_pump(struct session *session)
{
    struct session_orders *orders = session->orders;
    if (orders == NULL || orders->gateway.self == NULL || orders->pumping) {
        return;
    }
    orders->pumping = true;
    const uint64_t durable = recorder_durable(session->recorder);
    if (session->broker != NULL && durable > session->broker->durable) {
        give_news(session, &(struct news){.kind = NEWS_DURABLE, .sequence = durable});
    }
    const uint64_t nonce = recorder_nonce_kept(session->recorder);
    if (nonce > orders->nonce_kept) {
        orders->nonce_kept = nonce;
        kraken_nonce_saved(&orders->nonce, nonce, 0);
    }
    if (session->broker != NULL) {
        send_ready(session);
    }
    orders->pumping = false;
}

static void on_wake(void *context)
{
    session_orders_pump(context);
}

/* The broker has deadlines: it hears of time passing as the journal does. */
void session_orders_tick(struct session *session)
{
    struct session_orders *orders = session->orders;
    if (orders == NULL || orders->gateway.self == NULL) {
        return;
    }
    orders->gateway.tick(orders->gateway.self);
    const int64_t now_ns = session_time(session);
    if (session->broker == NULL) {
        session_orders_pump(session);
        return;
    }
    bool busy = false;
    for (uint32_t i = 0; i < session->pair_count && !busy; i++) {
        busy = broker_busy(session->broker, i);
    }
    if (now_ns - orders->time_told_ns >= (busy ? 1 : IDLE_TIME_NS)) {
        orders->time_told_ns = now_ns;
        const struct event event = {.kind = EVENT_TIME, .time_ns = now_ns};
        session_give(session, &event);
    }
    session_orders_pump(session);
    session_funds(session);
}

void session_validate(struct session *session, const struct order *order)
{
    struct session_orders *orders = session->orders;
    if (orders == NULL || session->broker != NULL || orders->gateway.self == NULL ||
        order->kind == ORDER_BRACKET) {
        return;
    }
    const bool buy = order->side == SIDE_BUY;
    const struct request request = {
        .sequence = order->id,
        .kind = REQUEST_ADD,
        .pair = order->pair,
        .client = order->id,
        .order = buy ? VENUE_LIMIT : VENUE_MARKET,
        .side = order->side,
        .life = order->kind == ORDER_LIMIT ? LIFE_GTC : LIFE_IOC,
        .qty_lots = order->qty_lots,
        .limit_ticks = buy ? order->limit_ticks : 0,
        .close_ticks = buy ? order->stop_ticks : 0,
        .deadline_ns = session_time(session) + session->options->broker.deadline_ns,
    };
    orders->gateway.send(orders->gateway.self, &request);
}

/* The venue looked at an order that is filled on paper: what it would have refused is worth a line.
 */
static void judge(const struct news *news)
{
    if (news->kind == NEWS_REFUSED) {
        log_printf(LOG_WARN, "validate.refused", "Kraken would have refused order %llu: %s",
                   (unsigned long long)news->sequence, sentence_reject_word(news->reject));
    } else if (news->kind == NEWS_ACCEPTED) {
        log_printf(LOG_INFO, "validate.taken", "Kraken would have taken order %llu",
                   (unsigned long long)news->sequence);
    }
}

static void on_news(void *context, int64_t time_ns, const struct news *news)
{
    struct session *session = context;
    if (session->broker == NULL) {
        judge(news);
        return;
    }
    const int64_t now_ns = session->engine->time_ns;
    const struct event event = {
        .kind = EVENT_NEWS, .time_ns = time_ns > now_ns ? time_ns : now_ns, .news = *news};
    session_give(session, &event);
    session_orders_pump(session);
}

static void on_balances(void *context, const struct gateway_balance *balances, uint32_t count)
{
    struct session *session = context;
    struct session_orders *orders = session->orders;
    orders->balance_count = count < GATEWAY_BALANCE_MAX ? count : GATEWAY_BALANCE_MAX;
    memcpy(orders->balances, balances, orders->balance_count * sizeof *balances);
}

static void on_trouble(void *context, const char *what, bool final)
{
    struct session *session = context;
    snprintf(session->orders->trouble, sizeof session->orders->trouble, "%s", what);
    session->orders->refused = session->orders->refused || final;
    if (final) {
        log_error("venue.account", what, NULL);
    } else {
        log_warn("venue.account", what, NULL);
    }
}

static const struct gateway_events events = {
    .on_news = on_news,
    .on_balances = on_balances,
    .on_trouble = on_trouble,
};

/* What came or went while nobody was there, and shortly before: it may not have been heard. */
static int64_t flows_since(const struct session *session)
{
    const int64_t from_ns = session->engine->flows_from_ns;
    const int64_t since_ns = session->resume_ns - FLOWS_AGAIN_NS;
    return from_ns != 0 && since_ns > from_ns ? since_ns : from_ns;
}

bool session_trade(struct session *session, const struct session_account *account,
                   const struct transport *transport, char *error, size_t error_size)
{
    struct session_orders *orders = session->orders;
    const struct options *options = session->options;
    orders->signer = kraken_signer_new(account->secret, strlen(account->secret));
    if (orders->signer == NULL) {
        snprintf(error, error_size, "the API secret cannot be used: %s",
                 errno == EINVAL ? "it is not base64" : strerror(errno));
        return false;
    }
    const struct nonce_store store = {.self = session, .save = save_nonce};
    kraken_nonce_init(&orders->nonce, &store, session->identity.nonce,
                      session->clock.wall_ns(session->clock.self));
    const struct kraken_gateway_config config = {
        .rest_url = account->rest_url,
        .ws_url = account->ws_url,
        .symbols = session->symbols,
        .symbol_count = session->pair_count,
        .currency = options->session.currency,
        .api_key = account->key,
        .signer = orders->signer,
        .nonce = &orders->nonce,
        .tag = session->identity.tag,
        .validate = options->session.mode == MODE_VALIDATE,
        .tier = (enum rate_tier)options->broker.tier,
        .flows_since_ns = flows_since(session),
        .rest_gap_ns = options->venue.name == VENUE_LOCAL ? 0 : options->venue.rest_gap_ns,
        .seed = (uint64_t)session->clock.wall_ns(session->clock.self),
    };
    struct kraken_gateway *gateway = kraken_gateway_open(&config, transport, &session->clock,
                                                         &events, session, error, error_size);
    if (gateway == NULL) {
        return false;
    }
    orders->gateway = kraken_gateway_face(gateway);
    loop_on_wake(session->loop, on_wake, session);
    for (uint32_t i = 0; i < session->pair_count; i++) {
        if (session->engine->pairs[i].listed) {
            orders->gateway.set_terms(orders->gateway.self, i, &session->engine->pairs[i].terms);
        }
    }
    return true;
}

void session_orders_close(struct session *session)
{
    struct session_orders *orders = session->orders;
    if (orders == NULL) {
        return;
    }
    if (orders->gateway.self != NULL) {
        orders->gateway.close(orders->gateway.self);
    }
}
