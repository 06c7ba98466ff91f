/* SPDX-License-Identifier: MIT */
/*
 * Each line is what the venue itself said, so that docs/kraken-assumptions.md can be held against
 * it. Of the account only shapes are printed, no amounts.
 */
#include "app/doctor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/execution/request.h"
#include "platform/loop/loop.h"
#include "venue/kraken/own_messages.h"
#include "venue/kraken/words.h"

#define SHOWN 300 /* characters of an answer */
#define PROBE_TAG 0

struct question {
    const char *what, *text; /* %s: the pair's name */
};

static const struct question reads[] = {
    {"an unknown call", "Nothing"},
    {"a pair as BTC/USD", "Ticker?pair=BTC/USD"},
    {"a pair that is none", "Ticker?pair=NOPE"},
    {"an unknown interval", "OHLC?pair=%s&interval=7"},
    {"a since that is no number", "OHLC?pair=%s&interval=1&since=x"},
    {"a count out of range", "Depth?pair=%s&count=0"},
    {"decimals in Ticker", "Ticker?pair=%s"},
    {"decimals in Depth", "Depth?pair=%s&count=1"},
    {"rows of Trades", "Trades?pair=%s&count=1"},
};

static const struct question messages[] = {
    {"XBT/USD over WebSocket", "\"method\":\"subscribe\",\"params\":{\"channel\":\"ticker\","
                               "\"symbol\":[\"XBT/USD\"]}"},
    {"a depth that is none", "\"method\":\"subscribe\",\"params\":{\"channel\":\"book\","
                             "\"symbol\":[\"%s\"],\"depth\":7}"},
    {"an unknown channel", "\"method\":\"subscribe\",\"params\":{\"channel\":\"nothing\"}"},
    {"an unknown member", "\"method\":\"subscribe\",\"params\":{\"channel\":\"ticker\","
                          "\"symbol\":[\"%s\"],\"nothing\":1}"},
    {"an unknown method", "\"method\":\"nothing\""},
    {"unsubscribing what is not held", "\"method\":\"unsubscribe\",\"params\":{\"channel\":"
                                       "\"trade\",\"symbol\":[\"%s\"]}"},
    {"ohlc acknowledged", "\"method\":\"subscribe\",\"params\":{\"channel\":\"ohlc\","
                          "\"symbol\":[\"%s\"],\"interval\":1,\"snapshot\":false}"},
};

static void say_found(struct doctor *doctor, const char *what, bool came)
{
    const struct ask_answer *answer = &doctor->answer;
    if (came) {
        doctor_say(doctor, DOCTOR_FOUND, "probe", "%s: %.*s", what, SHOWN, answer->text);
    } else {
        doctor_say(doctor, DOCTOR_FOUND, "probe", "%s: %s", what, answer->error);
    }
}

void doctor_probe_public(struct doctor *doctor)
{
    char text[512], error[512];
    struct kraken_reply reply;
    if (doctor->pair == NULL) {
        doctor_say(doctor, DOCTOR_SKIP, "probe", "no pair to ask about");
        return;
    }
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        snprintf(text, sizeof text, reads[i].text, doctor->pair->altname);
        doctor_read(doctor, text, &reply, error, sizeof error);
        say_found(doctor, reads[i].what, doctor->answer.text != NULL);
    }
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        const uint64_t req_id = 100 + i;
        text[0] = '{';
        int len =
            1 + snprintf(text + 1, sizeof text - 1, messages[i].text, doctor->pair->terms.symbol);
        snprintf(text + len, sizeof text - (size_t)len, ",\"req_id\":%" PRIu64 "}", req_id);
        say_found(doctor, messages[i].what,
                  ask_message(doctor->ask, text, req_id, &doctor->answer));
    }
}

static void probe_key(struct doctor *doctor)
{
    char error[512], names[512] = "";
    struct kraken_reply reply;
    struct json_text key;
    if (!doctor_call(doctor, "GetApiKeyInfo", "", &reply, error, sizeof error)) {
        doctor_say(doctor, DOCTOR_FOUND, "probe", "GetApiKeyInfo: %s", error);
        return;
    }
    size_t len = 0;
    json_object(&reply.result);
    while (json_key(&reply.result, &key)) {
        if (len + key.len + 2 < sizeof names) {
            len += (size_t)snprintf(names + len, sizeof names - len, " %.*s", (int)key.len, key.at);
        }
        json_skip(&reply.result);
    }
    doctor_say(doctor, DOCTOR_FOUND, "probe", "GetApiKeyInfo has%s", names);
}

static void probe_balances(struct doctor *doctor)
{
    char error[512];
    struct kraken_reply reply;
    struct json_text asset, key, amount;
    uint32_t texts = 0, numbers = 0, zeros = 0;
    if (!doctor_call(doctor, "BalanceEx", "", &reply, error, sizeof error)) {
        doctor_say(doctor, DOCTOR_FOUND, "probe", "BalanceEx: %s", error);
        return;
    }
    struct json *json = &reply.result;
    json_object(json);
    while (json_key(json, &asset)) {
        json_object(json);
        while (json_key(json, &key)) {
            int64_t value = 1;
            if (!WORD_IS(key, "balance")) {
                json_skip(json);
                continue;
            }
            texts += json_peek(json) == JSON_STRING;
            numbers += json_peek(json) == JSON_NUMBER;
            zeros +=
                json_amount(json, &amount) &&
                decimal_parse_rounded(amount.at, amount.len, MONEY_DECIMALS, ROUND_DOWN, &value) &&
                value == 0;
        }
    }
    doctor_say(doctor, DOCTOR_FOUND, "probe",
               "BalanceEx: amounts are text in %u rows and numbers in %u; %u rows of 0", texts,
               numbers, zeros);
}

static void probe_calls(struct doctor *doctor)
{
    static const struct {
        const char *what, *name, *fields;
    } calls[] = {
        {"an unknown private call", "Nothing", ""},
        {"QueryOrders of an id that is none", "QueryOrders", "&txid=OAAAAA-AAAAA-AAAAAA"},
        {"QueryTrades of an id that is none", "QueryTrades", "&txid=TAAAAA-AAAAA-AAAAAA"},
    };
    char error[512];
    struct kraken_reply reply;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        doctor_call(doctor, calls[i].name, calls[i].fields, &reply, error, sizeof error);
        say_found(doctor, calls[i].what, doctor->answer.text != NULL);
    }
}

/* The last price, for orders that are far from it. */
static bool last_ticks(struct doctor *doctor, int64_t *ret)
{
    char text[64], error[512];
    struct kraken_reply reply;
    struct json_text name, key, amount = {0};
    const struct pair *terms = &doctor->pair->terms;
    snprintf(text, sizeof text, "Ticker?pair=%s", doctor->pair->altname);
    if (!doctor_read(doctor, text, &reply, error, sizeof error)) {
        return false;
    }
    struct json *json = &reply.result;
    json_object(json);
    while (json_key(json, &name)) {
        json_object(json);
        while (json_key(json, &key)) {
            if (!WORD_IS(key, "c")) {
                json_skip(json);
                continue;
            }
            json_array(json);
            for (int i = 0; json_element(json); i++) {
                i == 0 ? json_amount(json, &amount) : json_skip(json);
            }
        }
    }
    return json->error == NULL && amount.at != NULL &&
           decimal_parse_rounded(amount.at, amount.len, terms->price_decimals, ROUND_DOWN, ret) &&
           *ret > 10 * terms->tick_step;
}

struct trial {
    const char *what;
    enum request_order order;
    enum side side;
    enum request_life life;
    bool post_only, closes;
    int64_t deadline_ns; /* from now */
    const char *extra;   /* of the form; NULL: also over the WebSocket */
};

static const struct trial trials[] = {
    {"limit with cl_ord_id", VENUE_LIMIT, SIDE_BUY, LIFE_GTC, .deadline_ns = 0},
    {"the same with a deadline in 5 s", VENUE_LIMIT, SIDE_BUY, LIFE_GTC,
     .deadline_ns = 5 * NS_PER_S},
    {"with a deadline that has passed", VENUE_LIMIT, SIDE_BUY, LIFE_GTC,
     .deadline_ns = -5 * NS_PER_S},
    {"with a deadline in 10 minutes", VENUE_LIMIT, SIDE_BUY, LIFE_GTC,
     .deadline_ns = 600 * NS_PER_S},
    {"with a conditional close", VENUE_LIMIT, SIDE_BUY, LIFE_GTC, .closes = true},
    {"good till a date, with a close", VENUE_LIMIT, SIDE_BUY, LIFE_GTD, .closes = true},
    {"post-only", VENUE_LIMIT, SIDE_BUY, LIFE_GTC, .post_only = true},
    {"immediate or cancel", VENUE_LIMIT, SIDE_BUY, LIFE_IOC},
    {"market with a conditional close", VENUE_MARKET, SIDE_BUY, LIFE_GTC, .closes = true},
    {"stop-loss sale of what is perhaps not held", VENUE_STOP, SIDE_SELL, LIFE_GTC},
    {"userref beside cl_ord_id", VENUE_LIMIT, SIDE_BUY, LIFE_GTC, .extra = "&userref=7"},
};

static void make_request(const struct doctor *doctor, const struct trial *trial,
                         int64_t price_ticks, struct request *ret)
{
    const struct clock clock = clock_system();
    const int64_t now_ns = clock.wall_ns(clock.self) - doctor->skew_ns;
    const struct pair *terms = &doctor->pair->terms;
    const int64_t limit = price_ticks / 10 * 9, stop = price_ticks / 10 * 8;
    const int64_t by_cost = pair_qty_for(terms, terms->cost_min / 10 * 15, limit) + 1;
    *ret = (struct request){
        .sequence = 1,
        .kind = REQUEST_ADD,
        .client = 1,
        .order = trial->order,
        .side = trial->side,
        .life = trial->life,
        .post_only = trial->post_only,
        .qty_lots = by_cost > terms->qty_min_lots ? by_cost : terms->qty_min_lots,
        .limit_ticks = trial->order == VENUE_LIMIT ? limit - limit % terms->tick_step : 0,
        .trigger_ticks = trial->order == VENUE_STOP ? stop - stop % terms->tick_step : 0,
        .close_ticks = trial->closes ? stop - stop % terms->tick_step : 0,
        .expire_ns = trial->life == LIFE_GTD ? now_ns + 600 * NS_PER_S : 0,
        .deadline_ns = trial->deadline_ns != 0 ? now_ns + trial->deadline_ns : 0,
    };
}

static void try_rest(struct doctor *doctor, const struct kraken_wording *wording,
                     const struct trial *trial, const struct request *request)
{
    char error[512];
    uint64_t nonce = 0;
    struct kraken_reply reply;
    if (!doctor_nonce(doctor, &nonce)) {
        return;
    }
    size_t len = kraken_order_body(wording, request, nonce, doctor->body);
    CHECK(len > 0 && strstr(doctor->body, "validate=true") != NULL);
    if (trial->extra != NULL) {
        len += (size_t)snprintf(doctor->body + len, sizeof doctor->body - len, "%s", trial->extra);
    }
    const bool taken = doctor_post(doctor, kraken_order_path(REQUEST_ADD), nonce, len, &reply,
                                   error, sizeof error);
    doctor_say(doctor, DOCTOR_FOUND, "probe", "REST, %s: %s", trial->what, taken ? "taken" : error);
}

static void try_socket(struct doctor *doctor, const struct kraken_wording *wording,
                       const struct trial *trial, const struct request *request, uint64_t req_id)
{
    char text[KRAKEN_ORDER_BYTES];
    struct kraken_own_frame frame;
    const size_t len = kraken_order_frame(wording, request, req_id, text);
    CHECK(len > 0 && strstr(text, "\"validate\":true") != NULL);
    if (!ask_message(doctor->ask, text, req_id, &doctor->answer) ||
        !kraken_own_frame(doctor->answer.text, doctor->answer.len, &frame)) {
        doctor_say(doctor, DOCTOR_FOUND, "probe", "WebSocket, %s: %s", trial->what,
                   doctor->answer.text == NULL ? doctor->answer.error : "malformed");
    } else if (frame.success) {
        doctor_say(doctor, DOCTOR_FOUND, "probe", "WebSocket, %s: taken", trial->what);
    } else {
        doctor_say(doctor, DOCTOR_FOUND, "probe", "WebSocket, %s: %.*s", trial->what,
                   (int)frame.error.len, frame.error.at);
    }
}

void doctor_probe_account(struct doctor *doctor)
{
    int64_t price_ticks = 0;
    probe_key(doctor);
    probe_balances(doctor);
    probe_calls(doctor);
    if (doctor->pair == NULL || !last_ticks(doctor, &price_ticks)) {
        doctor_say(doctor, DOCTOR_SKIP, "probe", "no price to try orders at");
        return;
    }
    const struct kraken_wording wording = {
        .tag = PROBE_TAG,
        .validate = true,
        .terms = &doctor->pair->terms,
        .rest_pair = doctor->pair->key,
        .token = doctor->token,
    };
    for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
        struct request request;
        make_request(doctor, &trials[i], price_ticks, &request);
        try_rest(doctor, &wording, &trials[i], &request);
        if (doctor->token[0] != '\0' && trials[i].extra == NULL) {
            try_socket(doctor, &wording, &trials[i], &request, 200 + i);
        }
    }
}
