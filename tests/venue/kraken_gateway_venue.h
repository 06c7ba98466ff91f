/* SPDX-License-Identifier: MIT */
/*
 * A broker that only writes down what the gateway tells it, on the simulated network, and a
 * scripted Kraken: it checks signatures and nonces, answers the start by itself, subscribes, and
 * says what the test makes it say. Rows are those of the real venue: sparse, in the shapes that
 * were recorded.
 */
#pragma once

#include "../sim/net_sim.h"
#include "../test.h"

#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/kraken/kraken_gateway.h"

#define PLAY_START INT64_C(1722816000000000000) /* 2024-08-05T00:00:00Z */
#define TICK_NS (50 * NS_PER_MS)
#define PLAY_LINES 512
#define PLAY_TAG 46655 /* "000zzz" */

/* Kraken's published test vector. */
#define PLAY_SECRET                                                                                \
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="

struct play_answer {
    const char *path; /* "OpenOrders"; NULL: used up */
    const char *body;
    int status;
    int64_t wait_ns;
};

struct play {
    struct net_sim *net;
    struct transport real;      /* the simulated network's */
    struct transport transport; /* looks at requests on the way */
    struct clock clock;
    struct kraken_signer *signer;
    struct kraken_nonce nonce;
    struct kraken_gateway_config config;
    struct gateway gateway;
    const struct http_request *request; /* under way to the venue */

    /* The venue. */
    connection_id id;     /* the open socket */
    uint64_t sequence[2]; /* of executions, of balances */
    bool shared_sequence; /* one for both */
    bool manual;          /* subscriptions are answered by the test */
    bool deaf;            /* it answers nothing on the socket */
    const char *status;   /* said on connecting */
    const char *snap_orders, *snap_trades, *snap_balances; /* rows; NULL no such message */
    struct play_answer answers[32];
    uint32_t answer_count;
    uint64_t nonce_last;
    struct rate_counter rate; /* the key's, as the venue counts it */
    int64_t rate_most;        /* the highest it came to, in hundredths */
    uint32_t token_count, subscribe_count, ping_count;

    /* What was said: frames and calls in the order in which they left, pings apart. */
    uint32_t line_count;
    char lines[PLAY_LINES][1024];
    int64_t time_ns; /* of the last news */
    uint32_t news_count;
    char news[PLAY_LINES][200];
    uint32_t balance_calls;
    uint32_t balance_count;
    struct gateway_balance balances[GATEWAY_BALANCE_MAX];
    char trouble[320];
    bool final;
    void (*on_news)(struct play *play, const struct news *news);
};

/* How often a call or a frame that begins so left. */
static inline uint32_t play_count(const struct play *play, const char *begins)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < play->line_count; i++)
        count += strncmp(play->lines[i], begins, strlen(begins)) == 0;
    return count;
}

static inline void play_line(struct play *play, const char *text)
{
    EXPECT(play->line_count < PLAY_LINES);
    snprintf(play->lines[play->line_count++], sizeof play->lines[0], "%s", text);
}

/* The venue says something on the socket, as it is. */
static inline void play_say(struct play *play, const char *text)
{
    net_sim_send(play->net, play->id, text, strlen(text));
}

/* Rows of a channel (0 executions, 1 balances) in their envelope, with the next sequence. */
static inline void play_rows(struct play *play, uint32_t channel, bool snapshot, const char *rows)
{
    static const char *const names[] = {"executions", "balances"};
    char text[8192];
    uint64_t *sequence = &play->sequence[play->shared_sequence ? 0 : channel];
    int len = snprintf(
        text, sizeof text, "{\"channel\":\"%s\",\"type\":\"%s\",\"data\":[%s],\"sequence\":%llu}",
        names[channel], snapshot ? "snapshot" : "update", rows, (unsigned long long)++*sequence);
    EXPECT(len > 0 && (size_t)len < sizeof text);
    play_say(play, text);
}

static inline uint64_t play_req_id(const char *text)
{
    const char *at = strstr(text, "\"req_id\":");
    return at == NULL ? 0 : strtoull(at + 9, NULL, 10);
}

/* Answers the newest frame with this method: a result's members, or an error. */
static inline void play_answer_frame(struct play *play, const char *method, const char *result,
                                     const char *error)
{
    char text[1024], want[64];
    uint32_t at = play->line_count;
    snprintf(want, sizeof want, "{\"method\":\"%s\"", method);
    while (at > 0 && strncmp(play->lines[at - 1], want, strlen(want)) != 0)
        at--;
    EXPECT(at > 0);
    unsigned long long req_id = play_req_id(play->lines[at - 1]);
    static const char times[] = "\"time_in\":\"2024-08-05T00:00:09.799685Z\","
                                "\"time_out\":\"2024-08-05T00:00:09.799703Z\"";
    if (error == NULL)
        snprintf(text, sizeof text,
                 "{\"method\":\"%s\",\"req_id\":%llu,\"result\":{%s},\"success\":true,%s}", method,
                 req_id, result, times);
    else
        snprintf(text, sizeof text,
                 "{\"method\":\"%s\",\"req_id\":%llu,\"error\":\"%s\",\"success\":false,%s}",
                 method, req_id, error, times);
    play_say(play, text);
}

static inline void play_subscribed(struct play *play, const char *text)
{
    char reply[300];
    bool executions = strstr(text, "\"executions\"") != NULL;
    play->subscribe_count++;
    snprintf(reply, sizeof reply,
             "{\"method\":\"subscribe\",\"result\":{\"channel\":\"%s\",\"maxratecount\":125},"
             "\"success\":true,\"req_id\":%llu}",
             executions ? "executions" : "balances", (unsigned long long)play_req_id(text));
    play_say(play, reply);
    if (executions && play->snap_orders != NULL)
        play_rows(play, 0, true, play->snap_orders);
    if (executions && play->snap_trades != NULL)
        play_rows(play, 0, true, play->snap_trades);
    if (!executions && play->snap_balances != NULL)
        play_rows(play, 1, true, play->snap_balances);
}

static inline void play_heard(void *context, connection_id id, const char *text, size_t len)
{
    struct play *play = context;
    char copy[1024], reply[300], now[TIMESTAMP_TEXT_MAX];
    EXPECT(id == play->id && len < sizeof copy);
    memcpy(copy, text, len);
    copy[len] = '\0';
    bool ping = strstr(copy, "\"ping\"") != NULL;
    play->ping_count += ping;
    if (!ping)
        play_line(play, copy);
    if (play->deaf)
        return;
    timestamp_format(now, PLAY_START + net_sim_now(play->net), 6);
    if (ping) {
        snprintf(reply, sizeof reply,
                 "{\"method\":\"pong\",\"time_in\":\"%s\",\"time_out\":\"%s\"}", now, now);
        play_say(play, reply);
    } else if (strstr(copy, "\"method\":\"unsubscribe\"") != NULL && !play->manual) {
        snprintf(reply, sizeof reply,
                 "{\"method\":\"unsubscribe\",\"result\":{\"channel\":\"executions\"},"
                 "\"success\":true,\"req_id\":%llu}",
                 (unsigned long long)play_req_id(copy));
        play_say(play, reply);
    } else if (strstr(copy, "\"method\":\"subscribe\"") != NULL && !play->manual) {
        play_subscribed(play, copy);
    }
}

static inline void play_opened(void *context, connection_id id)
{
    struct play *play = context;
    play->id = id;
    play->sequence[0] = play->sequence[1] = 0;
    play_say(play, play->status);
}

static inline void play_closed(void *context, connection_id id)
{
    struct play *play = context;
    if (play->id == id)
        play->id = 0;
}

/* The next scripted answer for this path, or NULL. */
static inline const struct play_answer *play_scripted(struct play *play, const char *path)
{
    for (uint32_t i = 0; i < play->answer_count; i++) {
        struct play_answer *answer = &play->answers[i];
        if (answer->path != NULL && strcmp(answer->path, path) == 0) {
            answer->path = NULL;
            return answer;
        }
    }
    return NULL;
}

static const char play_pairs[] =
    "{\"error\":[],\"result\":{"
    "\"XXBTZUSD\":{\"altname\":\"XBTUSD\",\"wsname\":\"XBT/USD\",\"base\":\"XXBT\","
    "\"quote\":\"ZUSD\",\"cost_decimals\":5,\"pair_decimals\":1,\"lot_decimals\":8,"
    "\"ordermin\":\"0.00005\",\"costmin\":\"0.5\",\"tick_size\":\"0.1\",\"status\":\"online\"},"
    "\"XETHZUSD\":{\"altname\":\"ETHUSD\",\"wsname\":\"ETH/USD\",\"base\":\"XETH\","
    "\"quote\":\"ZUSD\",\"cost_decimals\":5,\"pair_decimals\":2,\"lot_decimals\":8,"
    "\"ordermin\":\"0.002\",\"costmin\":\"0.5\",\"tick_size\":\"0.01\",\"status\":\"online\"}}}";

static inline const char *play_default(struct play *play, const char *path)
{
    static char token[120];
    if (strcmp(path, "AssetPairs") == 0)
        return play_pairs;
    if (strcmp(path, "GetApiKeyInfo") == 0)
        return "{\"error\":[],\"result\":{\"api_key_name\":\"cuttle\",\"permissions\":["
               "\"query-funds\",\"query-open-trades\",\"modify-trades\",\"create-ws-token\"]}}";
    if (strcmp(path, "BalanceEx") == 0)
        return "{\"error\":[],\"result\":{\"ZUSD\":{\"balance\":\"25435.21\",\"hold_trade\":"
               "\"8249.76\"},\"XXBT\":{\"balance\":\"1.2435\",\"hold_trade\":\"0\"}}}";
    if (strcmp(path, "GetWebSocketsToken") == 0) {
        snprintf(token, sizeof token,
                 "{\"error\":[],\"result\":{\"token\":\"T%u\",\"expires\":900}}",
                 ++play->token_count);
        return token;
    }
    if (strcmp(path, "OpenOrders") == 0)
        return "{\"error\":[],\"result\":{\"open\":{}}}";
    if (strcmp(path, "ClosedOrders") == 0)
        return "{\"error\":[],\"result\":{\"closed\":{},\"count\":0}}";
    if (strcmp(path, "TradesHistory") == 0)
        return "{\"error\":[],\"result\":{\"trades\":{},\"count\":0}}";
    return "{\"error\":[\"EGeneral:Unknown method\"]}";
}

/* Orders count elsewhere; history counts twice. */
static inline void play_charge(struct play *play, const char *path)
{
    if (strstr(path, "AddOrder") != NULL || strstr(path, "Cancel") != NULL ||
        strstr(path, "Amend") != NULL)
        return;
    bool twice = strcmp(path, "TradesHistory") == 0 || strcmp(path, "Ledgers") == 0;
    const struct rate_limit limit = rate_limit_rest(play->config.tier);
    int64_t now_ns = PLAY_START + net_sim_now(play->net);
    rate_counter_add(&play->rate, &limit, (twice ? 2 : 1) * RATE_COUNT, now_ns);
    int64_t come_to = rate_counter_now(&play->rate, &limit, now_ns);
    EXPECT(come_to <= limit.max);
    if (come_to > play->rate_most)
        play->rate_most = come_to;
}

/* Private calls are signed over what was sent, and their numbers ascend. */
static inline void play_check(struct play *play, const struct http_request *request,
                              const char *path)
{
    char nonce[24], sign[KRAKEN_SIGN_SIZE], want[KRAKEN_SIGN_SIZE + 20];
    char full[80];
    EXPECT(strncmp(request->body, "nonce=", 6) == 0);
    uint64_t number = strtoull(request->body + 6, NULL, 10);
    EXPECT(number > play->nonce_last);
    play->nonce_last = number;
    snprintf(nonce, sizeof nonce, "%llu", (unsigned long long)number);
    snprintf(full, sizeof full, "/0/private/%s", path);
    const struct kraken_call call = {full, nonce, request->body, request->body_len};
    kraken_sign(play->signer, &call, sign);
    snprintf(want, sizeof want, "API-Sign: %s\r\n", sign);
    EXPECT(strstr(request->headers, want) != NULL);
    EXPECT(strstr(request->headers, "API-Key: the-key\r\n") != NULL);
}

static inline void play_asked(void *context, const char *url, struct net_sim_answer *answer)
{
    struct play *play = context;
    const struct http_request *request = play->request;
    const char *path = strrchr(url, '/') + 1;
    if (strcmp(request->method, "POST") == 0) {
        char line[1024];
        play_check(play, request, path);
        play_charge(play, path);
        const char *fields = memchr(request->body, '&', request->body_len);
        snprintf(line, sizeof line, "%s %.*s", path,
                 fields == NULL ? 0 : (int)(request->body + request->body_len - fields - 1),
                 fields == NULL ? "" : fields + 1);
        play_line(play, line);
    }
    const struct play_answer *scripted = play_scripted(play, path);
    const char *body = scripted != NULL ? scripted->body : play_default(play, path);
    if (scripted != NULL && scripted->status != 0)
        answer->status = scripted->status;
    if (scripted != NULL)
        answer->wait_ns = scripted->wait_ns;
    answer->len = strlen(body);
    memcpy(answer->body, body, answer->len);
}

static const struct net_sim_server play_server = {
    .on_request = play_asked,
    .on_open = play_opened,
    .on_text = play_heard,
    .on_closed = play_closed,
};

static inline int play_request(void *self, const struct http_request *request,
                               http_callback *callback, void *context)
{
    struct play *play = self;
    play->request = request;
    int code = play->real.http_request(play->real.self, request, callback, context);
    play->request = NULL;
    return code;
}

static inline connection_id play_open_socket(void *self, const char *url,
                                             const struct transport_events *events, void *context)
{
    struct play *play = self;
    return play->real.open(play->real.self, url, events, context);
}

static inline int play_send_text(void *self, connection_id id, const char *text, size_t len)
{
    struct play *play = self;
    return play->real.send_text(play->real.self, id, text, len);
}

static inline void play_close_socket(void *self, connection_id id, uint32_t code)
{
    struct play *play = self;
    play->real.close(play->real.self, id, code);
}

static inline void play_save(void *self, uint64_t bound)
{
    struct play *play = self;
    kraken_nonce_saved(&play->nonce, bound, 0);
}
