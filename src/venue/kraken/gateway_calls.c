/* SPDX-License-Identifier: MIT */
/*
 * Signed REST, one call at a time, because numbers that overtake each other are refused. Orders go
 * first, and only while the socket is down; then what the start needs; then listings, a pace apart.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/kraken/gateway_state.h"

#define TIMEOUT_NS (10 * NS_PER_S)
#define TIMEOUT_PAIRS_NS (60 * NS_PER_S) /* 4 MB over a slow line */
#define BALANCE_GAP_NS (15 * NS_PER_S)
#define BALANCE_SPARE 5 /* counts that looking at balances leaves to others */

static void on_reply(void *context, const struct http_response *response);

static void call_failed(struct kraken_gateway *gateway, const char *reason)
{
    int64_t delay_ns =
        kraken_backoff_fail(&gateway->call_backoff, kraken_gate_mono(gateway), KRAKEN_FAILED);
    enum log_level level = gateway->call_noted ? LOG_DEBUG : LOG_WARN;
    gateway->call_noted = true;
    log_printf(level, "gateway.offline",
               "a private call to %s failed: %s; trying again, next in %lld s", gateway->rest_url,
               reason, (long long)((delay_ns + NS_PER_S - 1) / NS_PER_S));
}

static void call_worked(struct kraken_gateway *gateway)
{
    kraken_backoff_good(&gateway->call_backoff);
    gateway->nonce_noted = false;
    if (gateway->call_noted)
        log_printf(LOG_INFO, "gateway.online", "%s answers private calls again", gateway->rest_url);
    gateway->call_noted = false;
}

/* 0 when it is under way. Nothing of it leaves otherwise. */
static int call(struct kraken_gateway *gateway, enum kraken_errand errand, const char *path,
                const char *nonce, size_t body_len)
{
    char url[2 * KRAKEN_GATE_URL_MAX], headers[KRAKEN_GATE_KEY_MAX + KRAKEN_CALL_HEADERS_SIZE];
    const struct kraken_call call = {
        .path = path, .nonce = nonce, .body = gateway->body, .body_len = body_len};
    kraken_call_headers(gateway->config.signer, &call, gateway->api_key, headers, sizeof headers);
    snprintf(url, sizeof url, "%s%s", gateway->rest_url, path);
    const struct http_request request = {
        .method = "POST",
        .url = url,
        .headers = headers,
        .body = gateway->body,
        .body_len = body_len,
        .timeout_ns = TIMEOUT_NS,
    };
    gateway->errand = errand;
    int code =
        gateway->transport.http_request(gateway->transport.self, &request, on_reply, gateway);
    if (code != 0)
        gateway->errand = KRAKEN_ERRAND_NONE;
    return code;
}

bool kraken_gate_read(struct kraken_gateway *gateway, enum kraken_errand errand, const char *name,
                      const char *fields, uint32_t counts)
{
    uint64_t number;
    char path[80], nonce[24];
    if (kraken_nonce_next(gateway->config.nonce, &number) != 0)
        return false;
    snprintf(path, sizeof path, "/0/private/%s", name);
    snprintf(nonce, sizeof nonce, "%" PRIu64, number);
    int len = snprintf(gateway->body, sizeof gateway->body, "nonce=%s%s", nonce, fields);
    CHECK(len > 0 && (size_t)len < sizeof gateway->body);
    rate_counter_add(&gateway->rate, &gateway->rate_limit, (int64_t)counts * RATE_COUNT,
                     kraken_clock_now(&gateway->market));
    gateway->call_next_ns = kraken_gate_mono(gateway) + gateway->config.rest_gap_ns;
    if (call(gateway, errand, path, nonce, (size_t)len) == 0)
        return true;
    call_failed(gateway, "it cannot be made: the address is wrong or too many wait");
    return false;
}

/* An order waits for REST: the socket is down. False when no number can be had yet. */
static bool call_order(struct kraken_gateway *gateway, uint32_t index)
{
    const struct request *request = &gateway->slots[index].request;
    struct kraken_wording wording;
    uint64_t number;
    char nonce[24];
    if (kraken_gate_late(gateway, request)) {
        kraken_gate_answer(gateway, index, NEWS_REFUSED, REJECT_DEADLINE, (struct venue_id){0});
        return true;
    }
    if (!kraken_gate_wording(gateway, request, &wording) ||
        (wording.rest_pair != NULL && wording.rest_pair[0] == '\0')) {
        kraken_gate_answer(gateway, index, NEWS_UNSENT, REJECT_NO_MARKET, (struct venue_id){0});
        return true;
    }
    if (kraken_nonce_next(gateway->config.nonce, &number) != 0)
        return false;
    snprintf(nonce, sizeof nonce, "%" PRIu64, number);
    size_t len = kraken_order_body(&wording, request, number, gateway->body);
    if (len == 0) {
        kraken_gate_answer(gateway, index, NEWS_REFUSED, REJECT_OTHER, (struct venue_id){0});
        return true;
    }
    gateway->stats.fallback_count++;
    gateway->errand_slot = index;
    if (call(gateway, KRAKEN_ERRAND_ORDER, kraken_order_path(request->kind), nonce, len) == 0)
        kraken_gate_state(gateway, index, KRAKEN_SLOT_CALLED);
    else
        kraken_gate_answer(gateway, index, NEWS_UNSENT, REJECT_VENUE_DOWN, (struct venue_id){0});
    return true;
}

static void ask_pairs(struct kraken_gateway *gateway)
{
    char url[2 * KRAKEN_GATE_URL_MAX];
    snprintf(url, sizeof url, "%s/0/public/AssetPairs", gateway->rest_url);
    const struct http_request request = {
        .method = "GET",
        .url = url,
        .timeout_ns = TIMEOUT_PAIRS_NS,
    };
    gateway->errand = KRAKEN_ERRAND_PAIRS;
    gateway->call_next_ns = kraken_gate_mono(gateway) + gateway->config.rest_gap_ns;
    if (gateway->transport.http_request(gateway->transport.self, &request, on_reply, gateway) !=
        0) {
        gateway->errand = KRAKEN_ERRAND_NONE;
        call_failed(gateway, "it cannot be made: the address is wrong or too many wait");
    }
}

/* Good for as long as it is young, and for its connection while that lasts. */
static bool wants_token(const struct kraken_gateway *gateway)
{
    if (gateway->token[0] == '\0')
        return true;
    int64_t age_ns = kraken_gate_mono(gateway) - gateway->token_ns;
    double speed = gateway->market.speed > 1 ? gateway->market.speed : 1;
    return gateway->link.id == 0 && (double)age_ns * speed > (double)gateway->token_life_ns / 2;
}

static bool wants_balances(const struct kraken_gateway *gateway)
{
    return gateway->balance_stale &&
           kraken_gate_mono(gateway) - gateway->balance_ns >= BALANCE_GAP_NS &&
           rate_counter_admits(&gateway->rate, &gateway->rate_limit, BALANCE_SPARE * RATE_COUNT,
                               kraken_clock_now(&gateway->market));
}

static void ask_balances(struct kraken_gateway *gateway)
{
    gateway->balance_stale = false;
    gateway->balance_ns = kraken_gate_mono(gateway);
    kraken_gate_read(gateway, KRAKEN_ERRAND_BALANCE, "BalanceEx", "", 1);
}

static void read_next(struct kraken_gateway *gateway)
{
    switch (gateway->stage) {
    case KRAKEN_GATE_PAIRS:
        ask_pairs(gateway);
        break;
    case KRAKEN_GATE_KEY:
        kraken_gate_read(gateway, KRAKEN_ERRAND_KEY, "GetApiKeyInfo", "", 1);
        break;
    case KRAKEN_GATE_BALANCE:
        ask_balances(gateway);
        break;
    case KRAKEN_GATE_OPEN:
        if (wants_token(gateway)) {
            gateway->token[0] = '\0';
            kraken_gate_read(gateway, KRAKEN_ERRAND_TOKEN, "GetWebSocketsToken", "", 1);
        } else if (!kraken_gate_job_pump(gateway) && wants_balances(gateway)) {
            ask_balances(gateway);
        }
        break;
    case KRAKEN_GATE_SHUT:
        break;
    }
}

void kraken_gate_calls_pump(struct kraken_gateway *gateway)
{
    int64_t mono_ns = kraken_gate_mono(gateway);
    if (mono_ns < gateway->locked_ns || gateway->closing)
        return;
    while (gateway->errand == KRAKEN_ERRAND_NONE) {
        uint32_t waiting = kraken_gate_first(gateway, KRAKEN_SLOT_REST);
        if (waiting == KRAKEN_GATE_SLOTS || !call_order(gateway, waiting))
            break;
    }
    if (gateway->errand == KRAKEN_ERRAND_NONE && mono_ns >= gateway->call_next_ns &&
        kraken_backoff_due(&gateway->call_backoff, mono_ns))
        read_next(gateway);
}

/* What came back, before it means anything: a result, or an error in words. */
struct outcome {
    int status; /* of HTTP */
    bool sent;
    bool answered;     /* by Kraken itself, with its envelope */
    char problem[200]; /* "" when there is a result */
    struct kraken_reply reply;
};

static void weigh(const struct http_response *response, struct outcome *ret)
{
    char where[160];
    *ret = (struct outcome){.status = response->status, .sent = response->sent};
    if (response->status < 0) {
        snprintf(ret->problem, sizeof ret->problem, "%s",
                 response->error != NULL ? response->error : "no whole reply came");
    } else if (response->status != 200) {
        snprintf(ret->problem, sizeof ret->problem, "it answers with HTTP status %d",
                 response->status);
    } else if (!kraken_reply_parse(response->body, response->body_len, &ret->reply, where,
                                   sizeof where)) {
        snprintf(ret->problem, sizeof ret->problem, "its reply is malformed, %s", where);
    } else {
        ret->answered = true;
        if (ret->reply.error[0] != '\0' || !ret->reply.has_result)
            snprintf(ret->problem, sizeof ret->problem, "%s",
                     ret->reply.error[0] != '\0' ? ret->reply.error : "a reply without a result");
    }
}

/* What a REST reply says of an order: NEWS_ACCEPTED only when it says so in full. */
static enum news_kind judge(const struct request *request, struct outcome *outcome,
                            enum reject_reason *ret_reject, struct venue_id *ret_txid)
{
    uint64_t count = 0;
    *ret_reject = REJECT_NONE;
    if (!outcome->sent) {
        *ret_reject = REJECT_VENUE_DOWN;
        return NEWS_UNSENT;
    }
    if (!outcome->answered)
        return NEWS_LOST;
    if (outcome->problem[0] != '\0') {
        const struct kraken_error *error =
            kraken_error_find(outcome->problem, strlen(outcome->problem));
        if (error->lost || outcome->reply.error[0] == '\0')
            return NEWS_LOST;
        *ret_reject = error->reject;
        return NEWS_REFUSED;
    }
    struct json *result = &outcome->reply.result;
    if (request->kind == REQUEST_ADD && !kraken_added_read(result, ret_txid))
        return NEWS_LOST;
    if (request->kind != REQUEST_CANCEL)
        return NEWS_ACCEPTED;
    if (!kraken_count_read(result, &count))
        return NEWS_LOST;
    *ret_reject = count > 0 ? REJECT_NONE : REJECT_UNKNOWN_ORDER;
    return count > 0 ? NEWS_ACCEPTED : NEWS_REFUSED;
}

static void take_order(struct kraken_gateway *gateway, struct outcome *outcome)
{
    uint32_t index = gateway->errand_slot;
    const struct request request = gateway->slots[index].request;
    struct venue_id txid = {0};
    enum reject_reason reject;
    enum kraken_remedy remedy = KRAKEN_REMEDY_NONE;
    enum news_kind kind = judge(&request, outcome, &reject, &txid);
    if (kind == NEWS_ACCEPTED && request.kind == REQUEST_ADD)
        kraken_gate_learn(gateway, &request, txid);
    if (outcome->answered && outcome->reply.error[0] != '\0')
        remedy = kraken_error_find(outcome->problem, strlen(outcome->problem))->remedy;
    gateway->balance_stale = true;
    kraken_gate_answer(gateway, index, kind, reject, txid);
    kraken_gate_remedy(gateway, remedy, outcome->problem);
}

static void list_pair(struct kraken_gateway *gateway, uint32_t index,
                      const struct kraken_name *name)
{
    struct kraken_gate_pair *pair = &gateway->pairs[index];
    if (name == NULL)
        return; /* the feed has told that it is not listed */
    memcpy(pair->key, name->key, sizeof pair->key);
    memcpy(pair->altname, name->altname, sizeof pair->altname);
    memcpy(pair->wsname, name->wsname, sizeof pair->wsname);
    if (pair->has_terms)
        return;
    pair->terms = name->terms;
    pair->has_terms = true;
    kraken_markets_put(&gateway->markets, index, &pair->terms);
}

static void take_pairs(struct kraken_gateway *gateway, struct json *result)
{
    struct kraken_names *names = malloc(sizeof *names);
    if (names != NULL && kraken_names_read(names, result) && names->count > 0) {
        for (uint32_t i = 0; i < gateway->config.symbol_count; i++)
            list_pair(gateway, i, kraken_names_find(names, gateway->pairs[i].wanted));
        gateway->stage = KRAKEN_GATE_KEY;
    } else {
        call_failed(gateway, "its list of pairs cannot be read");
    }
    free(names);
}

static void take_key(struct kraken_gateway *gateway, struct json *result)
{
    struct kraken_key_info info;
    gateway->stage = KRAKEN_GATE_BALANCE;
    if (!kraken_key_read(result, &info) || !info.has_permissions)
        log_printf(LOG_WARN, "gateway.key",
                   "Kraken does not say what the API key may: see to it that it may not withdraw");
    else if (info.withdraw)
        kraken_gate_shut(gateway,
                         "the API key may withdraw funds, and cuttle takes no such key: make one "
                         "at Kraken without that permission, and delete this one");
}

static void take_balances(struct kraken_gateway *gateway, struct json *result)
{
    if (gateway->stage == KRAKEN_GATE_BALANCE)
        gateway->stage = KRAKEN_GATE_OPEN;
    if (kraken_balances_read(result, gateway->balances, &gateway->balance_count))
        kraken_gate_tell_balances(gateway);
    else
        kraken_gate_complain(gateway, result, "the balances");
}

static void take_token(struct kraken_gateway *gateway, struct json *result)
{
    if (!kraken_token_read(result, gateway->token, &gateway->token_life_ns)) {
        kraken_gate_complain(gateway, result, "the token");
        call_failed(gateway, "its token cannot be read");
        return;
    }
    gateway->token_ns = kraken_gate_mono(gateway);
}

static void take_result(struct kraken_gateway *gateway, enum kraken_errand errand,
                        struct json *result)
{
    switch (errand) {
    case KRAKEN_ERRAND_PAIRS:
        take_pairs(gateway, result);
        break;
    case KRAKEN_ERRAND_KEY:
        take_key(gateway, result);
        break;
    case KRAKEN_ERRAND_BALANCE:
        take_balances(gateway, result);
        break;
    case KRAKEN_ERRAND_TOKEN:
        take_token(gateway, result);
        break;
    case KRAKEN_ERRAND_JOB:
        kraken_gate_job_reply(gateway, result);
        break;
    default:
        break;
    }
}

/* Kraken says no to a read, and means it: what can be done without is done without. */
static void refused(struct kraken_gateway *gateway, enum kraken_errand errand, const char *error)
{
    char text[320];
    if (errand == KRAKEN_ERRAND_TOKEN) {
        snprintf(text, sizeof text,
                 "Kraken gives this API key no WebSocket token (%s): allow it \"Access WebSockets "
                 "API\", \"Create & modify orders\" and the queries of orders and funds",
                 error);
        kraken_gate_shut(gateway, text);
        return;
    }
    log_printf(LOG_WARN, "gateway.refused", "Kraken does not answer %s (%s): going on without it",
               errand == KRAKEN_ERRAND_KEY ? "what the API key may: see to it that it may not "
                                             "withdraw"
                                           : "what the account holds",
               error);
    if (gateway->stage == KRAKEN_GATE_KEY)
        gateway->stage = KRAKEN_GATE_BALANCE;
    else if (gateway->stage == KRAKEN_GATE_BALANCE)
        gateway->stage = KRAKEN_GATE_OPEN;
}

/* True when the same is to be asked again. */
static bool passes(struct kraken_gateway *gateway, enum kraken_errand errand,
                   const struct outcome *outcome)
{
    const struct kraken_error *error =
        kraken_error_find(outcome->problem, strlen(outcome->problem));
    if (!outcome->answered || outcome->reply.error[0] == '\0') {
        if (errand == KRAKEN_ERRAND_KEY && outcome->status == 404)
            return false;
        call_failed(gateway, outcome->problem);
        return true;
    }
    kraken_gate_remedy(gateway, error->remedy, outcome->problem);
    /* A number too low is followed by a higher one at once; but only once. */
    bool at_once = error->remedy == KRAKEN_REMEDY_NONCE && !gateway->nonce_noted;
    gateway->nonce_noted = error->remedy == KRAKEN_REMEDY_NONCE;
    if (!at_once && (error->passing || errand == KRAKEN_ERRAND_PAIRS))
        call_failed(gateway, outcome->problem);
    return error->passing || errand == KRAKEN_ERRAND_PAIRS;
}

static void take_problem(struct kraken_gateway *gateway, enum kraken_errand errand,
                         const struct outcome *outcome)
{
    bool again = passes(gateway, errand, outcome);
    if (gateway->stage == KRAKEN_GATE_SHUT)
        return;
    if (errand == KRAKEN_ERRAND_JOB)
        kraken_gate_job_failed(gateway, again, outcome->problem);
    else if (!again)
        refused(gateway, errand, outcome->problem);
}

static void on_reply(void *context, const struct http_response *response)
{
    struct kraken_gateway *gateway = context;
    enum kraken_errand errand = gateway->errand;
    struct outcome outcome;
    CHECK(errand != KRAKEN_ERRAND_NONE);
    gateway->errand = KRAKEN_ERRAND_NONE;
    if (gateway->closing) {
        kraken_gate_gone(gateway);
        return;
    }
    weigh(response, &outcome);
    if (outcome.problem[0] == '\0')
        call_worked(gateway);
    if (errand == KRAKEN_ERRAND_ORDER)
        take_order(gateway, &outcome);
    else if (outcome.problem[0] == '\0')
        take_result(gateway, errand, &outcome.reply.result);
    else
        take_problem(gateway, errand, &outcome);
    kraken_gate_calls_pump(gateway);
}
