/* SPDX-License-Identifier: MIT */
#include "app/doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/rows.h"
#include "core/base/timestamp.h"
#include "platform/loop/loop.h"
#include "venue/kraken/errors.h"
#include "venue/kraken/own_replies.h"

#define TIMEOUT_NS (10 * NS_PER_S)

/* Beyond it a bound on disk is no block given ahead, but the word of a clock that was wrong. */
#define NONCE_AHEAD_NS (60 * NS_PER_S)

/* The session's own place for the bound, so that the next start goes on above what was used here.
 * Without a ledger there is none to keep: the clock is then ahead of what was used. */
static void save_nonce(void *context, uint64_t bound)
{
    struct doctor *doctor = context;
    struct ledger *ledger = NULL;
    char error[512], text[24];
    int code = 0;
    if (doctor->has_ledger) {
        snprintf(text, sizeof text, "%" PRIu64, bound);
        code = ledger_open(doctor->ledger_path, &ledger, error, sizeof error);
        if (code == 0) {
            code = ledger_begin(ledger);
            code = code == 0 ? ledger_put_state(ledger, STATE_NONCE, text) : code;
            code = code == 0 ? ledger_commit(ledger) : code;
        }
        ledger_close(ledger);
    }
    kraken_nonce_saved(&doctor->nonce, bound, code);
}

bool doctor_nonce(struct doctor *doctor, uint64_t *ret)
{
    return kraken_nonce_next(&doctor->nonce, ret) == 0 ||
           kraken_nonce_next(&doctor->nonce, ret) == 0;
}

bool doctor_post(struct doctor *doctor, const char *path, uint64_t nonce, size_t len,
                 struct kraken_reply *ret, char *error, size_t error_size)
{
    char url[OPTION_PATH_MAX + 80], number[24];
    char headers[KEYS_KEY_SIZE + KRAKEN_CALL_HEADERS_SIZE];
    snprintf(number, sizeof number, "%" PRIu64, nonce);
    snprintf(url, sizeof url, "%s%s", doctor->options.venue.rest_url, path);
    const struct kraken_call call = {
        .path = path, .nonce = number, .body = doctor->body, .body_len = len};
    kraken_call_headers(doctor->signer, &call, doctor->keys->key, headers, sizeof headers);
    const struct http_request request = {
        .method = "POST",
        .url = url,
        .headers = headers,
        .body = doctor->body,
        .body_len = len,
        .timeout_ns = TIMEOUT_NS,
    };
    return doctor_ask(doctor, &request, ret, error, error_size);
}

bool doctor_call(struct doctor *doctor, const char *name, const char *fields,
                 struct kraken_reply *ret, char *error, size_t error_size)
{
    char path[80];
    uint64_t nonce = 0;
    if (!doctor_nonce(doctor, &nonce)) {
        snprintf(error, error_size, "the ledger does not keep the nonce: is the disk full?");
        return false;
    }
    snprintf(path, sizeof path, "/0/private/%s", name);
    const int len =
        snprintf(doctor->body, sizeof doctor->body, "nonce=%" PRIu64 "%s", nonce, fields);
    return doctor_post(doctor, path, nonce, (size_t)len, ret, error, error_size);
}

/* Skips, aloud, where there is nothing to check or no right to. */
static bool load_key(struct doctor *doctor)
{
    char error[512];
    const char *state = doctor->options.session.state;
    if (!keys_there(state)) {
        const bool wanted = doctor->options.session.mode == MODE_LIVE;
        doctor_say(doctor, wanted ? DOCTOR_FAIL : DOCTOR_SKIP, "key",
                   "none, neither in the environment nor in %s/vault: `cuttle vault set "
                   "kraken.key --state %s`, then kraken.secret%s",
                   state, state, wanted ? "" : ", to trade; paper needs none");
        return false;
    }
    if (doctor->in_use) {
        doctor_say(doctor, DOCTOR_SKIP, "key",
                   "a session uses it, and its nonces must not be overtaken: stop that first");
        return false;
    }
    doctor->keys = keys_load(state, error, sizeof error);
    if (doctor->keys == NULL) {
        doctor_say(doctor, DOCTOR_FAIL, "key", "%s", error);
        return false;
    }
    doctor->signer = kraken_signer_new(doctor->keys->secret, strlen(doctor->keys->secret));
    if (doctor->signer == NULL) {
        doctor_say(doctor, DOCTOR_FAIL, "key", "the secret cannot be used: %s",
                   errno == EINVAL ? "it is not base64" : strerror(errno));
        return false;
    }
    return true;
}

static void begin_nonces(struct doctor *doctor)
{
    const struct clock clock = clock_system();
    const struct nonce_store store = {.self = doctor, .save = save_nonce};
    const int64_t wall_ns = clock.wall_ns(clock.self);
    const int64_t ahead_ns =
        doctor->nonce_bound > INT64_MAX ? INT64_MAX : (int64_t)doctor->nonce_bound - wall_ns;
    kraken_nonce_init(&doctor->nonce, &store, doctor->nonce_bound, wall_ns);
    if (ahead_ns > NONCE_AHEAD_NS) {
        doctor_say(doctor, DOCTOR_WARN, "nonce",
                   "the numbers on disk are %lld s ahead of this machine's clock, which was set "
                   "back or was wrong once: they go on from there, but set the clock right",
                   (long long)(ahead_ns / NS_PER_S));
    } else {
        doctor_say(doctor, DOCTOR_OK, "nonce", "nanoseconds of the clock, above all used before");
    }
}

static const char *remedy_of(const char *error)
{
    if (strncmp(error, "EAPI:Invalid key", 16) == 0) {
        return "Kraken does not know this key: was it copied whole, or deleted there?";
    }
    if (strncmp(error, "EAPI:Invalid signature", 22) == 0) {
        return "the secret is not this key's, or the key wants a one-time password, which cuttle "
               "does not give";
    }
    if (strncmp(error, "EAPI:Invalid nonce", 18) == 0) {
        return "another program uses this key, or did with higher numbers: make a key for cuttle "
               "alone";
    }
    if (strncmp(error, "EGeneral:Temporary lockout", 26) == 0) {
        return "wait a quarter of an hour without any attempt";
    }
    return "look at the key on Kraken's page, and at status.kraken.com";
}

static void judge_permissions(struct doctor *doctor, const struct kraken_key_info *info)
{
    static const struct {
        uint32_t bit; /* enum kraken_permission */
        const char *name;
    } needs[] = {
        {KRAKEN_MAY_QUERY_FUNDS, "query-funds (Query Funds)"},
        {KRAKEN_MAY_QUERY_OPEN, "query-open-trades (Query open orders & trades)"},
        {KRAKEN_MAY_QUERY_CLOSED, "query-closed-trades (Query closed orders & trades)"},
        {KRAKEN_MAY_MODIFY, "modify-trades (Create & modify orders)"},
        {KRAKEN_MAY_TOKEN, "create-ws-token (Access WebSockets API)"},
    };
    uint32_t missing = 0;
    if (info->withdraw) {
        doctor_say(doctor, DOCTOR_FAIL, "permissions",
                   "the key may withdraw funds, and cuttle takes no such key: make one without, "
                   "and delete this one");
    }
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        if ((info->permissions & needs[i].bit) == 0) {
            missing++;
            doctor_say(doctor, DOCTOR_FAIL, "permissions",
                       "the key lacks %s: allow it on Kraken's page of the key", needs[i].name);
        }
    }
    if (!info->withdraw && missing == 0) {
        doctor_say(doctor, DOCTOR_OK, "permissions", "all that is needed, and no withdrawal");
    }
}

static bool check_key(struct doctor *doctor, struct kraken_key_info *ret)
{
    char error[512];
    struct kraken_reply reply;
    *ret = (struct kraken_key_info){.permissions = UINT32_MAX};
    const bool told = doctor_call(doctor, "GetApiKeyInfo", "", &reply, error, sizeof error);
    const struct kraken_error *kind = kraken_error_find(reply.error, strlen(reply.error));
    if (!told && strcmp(reply.error, "EGeneral:Unknown method") != 0 &&
        (kind->remedy != KRAKEN_REMEDY_NONE || reply.error[0] == '\0' ||
         strncmp(reply.error, "EAPI:", 5) == 0)) {
        doctor_say(doctor, DOCTOR_FAIL, "key", "refused, %s: %s", error, remedy_of(error));
        return false;
    }
    if (!told || !kraken_key_read(&reply.result, ret) || !ret->has_permissions) {
        *ret = (struct kraken_key_info){.permissions = UINT32_MAX};
        doctor_say(doctor, DOCTOR_WARN, "permissions",
                   "Kraken does not say what the key may (%s): see on its page that it may not "
                   "withdraw",
                   told ? "no list" : error);
        return true;
    }
    doctor_say(doctor, DOCTOR_OK, "key", "its signature is accepted, in %.0f ms",
               (double)doctor->answer.took_ns / 1e6);
    judge_permissions(doctor, ret);
    return true;
}

static void check_balance(struct doctor *doctor)
{
    char error[512];
    struct kraken_reply reply;
    struct gateway_balance list[GATEWAY_BALANCE_MAX];
    const struct session_options *session = &doctor->options.session;
    uint32_t count = 0;
    int64_t money = 0;
    if (!doctor_call(doctor, "BalanceEx", "", &reply, error, sizeof error)) {
        doctor_say(doctor, DOCTOR_FAIL, "balance", "%s: %s", error, remedy_of(error));
        return;
    }
    if (!kraken_balances_read(&reply.result, list, &count)) {
        doctor_say(doctor, DOCTOR_FAIL, "balance", "what the account holds cannot be read");
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(list[i].asset, session->currency) == 0) {
            money = list[i].total - list[i].held;
        }
    }
    const double free_money = (double)money / 1e8, capital = (double)session->capital / 1e8;
    if (money >= session->capital) {
        doctor_say(doctor, DOCTOR_OK, "balance", "%.2f %s are free, session.capital is %.2f",
                   free_money, session->currency, capital);
    } else {
        doctor_say(doctor, DOCTOR_WARN, "balance",
                   "%.2f %s are free, and session.capital is %.2f: unless the rest is in "
                   "cuttle's positions, deposit it or write less",
                   free_money, session->currency, capital);
    }
}

/* The token, and the connection on which orders would go. */
static void check_socket(struct doctor *doctor)
{
    char error[512];
    struct kraken_reply reply;
    int64_t life_ns = 0;
    const char *url = doctor->options.venue.private_ws_url;
    struct ask_answer *answer = &doctor->answer;
    if (!doctor_call(doctor, "GetWebSocketsToken", "", &reply, error, sizeof error)) {
        doctor_say(doctor, DOCTOR_FAIL, "token", "%s: %s", error, remedy_of(error));
        return;
    }
    if (!kraken_token_read(&reply.result, doctor->token, &life_ns)) {
        doctor_say(doctor, DOCTOR_FAIL, "token", "the WebSocket token cannot be read");
        return;
    }
    if (!ask_connect(doctor->ask, url, answer) ||
        !ask_message(doctor->ask, "{\"method\":\"ping\",\"req_id\":1}", 1, answer)) {
        doctor_say(doctor, DOCTOR_FAIL, "network",
                   "%s: %s; look at the network, a firewall, venue.private_ws_url", url,
                   answer->error);
        doctor->token[0] = '\0';
        return;
    }
    doctor_say(doctor, DOCTOR_OK, "network", "%s answers in %.0f ms, and a token is there", url,
               (double)answer->took_ns / 1e6);
}

bool doctor_account(struct doctor *doctor)
{
    struct kraken_key_info info;
    if (!load_key(doctor)) {
        return false;
    }
    begin_nonces(doctor);
    if (!check_key(doctor, &info)) {
        return false;
    }
    if ((info.permissions & KRAKEN_MAY_QUERY_FUNDS) != 0) {
        check_balance(doctor);
    }
    if ((info.permissions & KRAKEN_MAY_TOKEN) != 0) {
        check_socket(doctor);
    }
    return true;
}
