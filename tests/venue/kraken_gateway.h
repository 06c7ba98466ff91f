/* SPDX-License-Identifier: MIT */
/*
 * A broker that only writes down what the gateway tells it, before the scripted Kraken of
 * kraken_gateway_venue.h. News are lines of text, so that a test's story is read at a glance.
 */
#pragma once

#include "kraken_gateway_venue.h"

/* A REST reply with these members. */
#define OK(result) "{\"error\":[],\"result\":{" result "}}"

static inline const char *play_state_name(enum news_state state)
{
    static const char *const names[] = {"pending", "open", "filled", "cancelled", "expired"};
    return names[state];
}

static inline void play_write(struct play *play, const struct news *news, char *out, size_t size)
{
    char txid[VENUE_ID_TEXT_MAX], parent[VENUE_ID_TEXT_MAX], exec[VENUE_ID_TEXT_MAX];
    const struct news_order *o = &news->order;
    const struct news_trade *t = &news->trade;
    (void)play;
    venue_id_format(txid, news->txid);
    switch (news->kind) {
    case NEWS_ACCEPTED:
        snprintf(out, size, "accepted %d %s", (int)news->sequence, txid);
        break;
    case NEWS_REFUSED:
        snprintf(out, size, "refused %d %d", (int)news->sequence, news->reject);
        break;
    case NEWS_LOST:
        snprintf(out, size, "lost %d", (int)news->sequence);
        break;
    case NEWS_UNSENT:
        snprintf(out, size, "unsent %d", (int)news->sequence);
        break;
    case NEWS_LISTED:
        snprintf(out, size, "listed %d %s", (int)news->sequence, news->whole ? "whole" : "part");
        break;
    case NEWS_LINK:
        snprintf(out, size, "link %s", news->up ? "up" : "down");
        break;
    case NEWS_SYSTEM:
        snprintf(out, size, "system %d", (int)news->system);
        break;
    case NEWS_FLOW:
        snprintf(out, size, "flow %lld", (long long)news->money);
        break;
    case NEWS_ORDER:
        venue_id_format(txid, o->txid);
        venue_id_format(parent, o->parent);
        snprintf(out, size, "order %s #%d p%d %s %s k%d %lld/%lld @%lld !%lld%s%s%s%s", txid,
                 (int)o->client, (int)o->pair, play_state_name(o->state),
                 o->side == SIDE_BUY ? "buy" : "sell", o->kind, (long long)o->filled_lots,
                 (long long)o->qty_lots, (long long)o->limit_ticks, (long long)o->trigger_ticks,
                 o->other_instance ? " other" : "", o->listed ? " listed" : "",
                 parent[0] != '\0' ? " of " : "", parent);
        break;
    case NEWS_TRADE:
        venue_id_format(txid, t->txid);
        venue_id_format(exec, t->exec);
        snprintf(out, size, "trade %s of %s #%d p%d %s %lld @%lld fee %lld%s%s", exec, txid,
                 (int)t->client, (int)t->pair, t->side == SIDE_BUY ? "buy" : "sell",
                 (long long)t->qty_lots, (long long)t->price_ticks, (long long)t->fee,
                 t->maker ? " maker" : "", t->listed ? " listed" : "");
        break;
    default:
        snprintf(out, size, "?");
        break;
    }
}

static inline void play_on_news(void *context, int64_t time_ns, const struct news *news)
{
    struct play *play = context;
    EXPECT(time_ns >= 0); /* 0: the venue has not told it yet */
    play->time_ns = time_ns;
    EXPECT(play->news_count < PLAY_LINES);
    play_write(play, news, play->news[play->news_count++], sizeof play->news[0]);
    if (play->on_news != NULL)
        play->on_news(play, news);
}

static inline void play_on_balances(void *context, const struct gateway_balance *balances,
                                    uint32_t count)
{
    struct play *play = context;
    play->balance_calls++;
    play->balance_count = count;
    memcpy(play->balances, balances, count * sizeof *balances);
}

static inline void play_on_trouble(void *context, const char *what, bool final)
{
    struct play *play = context;
    snprintf(play->trouble, sizeof play->trouble, "%s", what);
    play->final = final;
}

static const struct gateway_events play_events = {play_on_news, play_on_balances, play_on_trouble};

/* A gateway before its first tick; the test may change what the venue is like. */
static inline struct play *play_new(void)
{
    static const char *const symbols[] = {"BTC/USD", "XETHZUSD"};
    struct play *play = calloc(1, sizeof *play);
    EXPECT(play != NULL);
    play->net = net_sim_new(7, PLAY_START, &play_server, play);
    play->real = net_sim_transport(play->net);
    play->transport = (struct transport){
        .self = play,
        .open = play_open_socket,
        .send_text = play_send_text,
        .close = play_close_socket,
        .http_request = play_request,
    };
    play->clock = net_sim_clock(play->net);
    play->signer = kraken_signer_new(PLAY_SECRET, strlen(PLAY_SECRET));
    EXPECT(play->signer != NULL);
    const struct nonce_store store = {play, play_save};
    kraken_nonce_init(&play->nonce, &store, 0, PLAY_START);
    play->snap_orders = play->snap_trades = "";
    play->snap_balances = "{\"asset\":\"USD\",\"asset_class\":\"currency\",\"balance\":25435.21}";
    play->status = "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\","
                   "\"system\":\"online\",\"api_version\":\"v2\","
                   "\"connection_id\":6447481662169813000}]}";
    play->config = (struct kraken_gateway_config){
        .rest_url = "https://api.kraken.example",
        .ws_url = "wss://ws-auth.kraken.example/v2",
        .symbols = symbols,
        .symbol_count = 2,
        .currency = "USD",
        .api_key = "the-key",
        .signer = play->signer,
        .nonce = &play->nonce,
        .tag = PLAY_TAG,
        .tier = RATE_PRO,
        .seed = 1,
    };
    return play;
}

static inline void play_tick(void *context)
{
    struct play *play = context;
    play->gateway.tick(play->gateway.self);
}

static inline void play_run(struct play *play, int64_t for_ns)
{
    net_sim_run(play->net, for_ns, TICK_NS, play_tick, play);
}

static inline void play_open(struct play *play)
{
    char error[200] = "";
    struct kraken_gateway *made = kraken_gateway_open(&play->config, &play->transport, &play->clock,
                                                      &play_events, play, error, sizeof error);
    if (made == NULL)
        fail_msg("%s", error);
    play->gateway = kraken_gateway_face(made);
}

/* The usual start: connected, the snapshot in, and what was said until then forgotten. */
static inline struct play *play_start(void)
{
    struct play *play = play_new();
    play_open(play);
    play_run(play, 3 * NS_PER_S);
    EXPECT(play->gateway.ready(play->gateway.self));
    play->line_count = play->news_count = 0;
    return play;
}

static inline void play_end(struct play *play)
{
    play->gateway.close(play->gateway.self);
    net_sim_free(play->net);
    kraken_signer_free(play->signer);
    free(play);
}

static inline void play_send(struct play *play, const struct request *request)
{
    uint32_t before = play->news_count;
    play->gateway.send(play->gateway.self, request);
    EXPECT_INT(play->news_count, before); /* never from inside */
}

static inline void play_script(struct play *play, const char *path, const char *body)
{
    EXPECT(play->answer_count < 32);
    play->answers[play->answer_count++] = (struct play_answer){.path = path, .body = body};
}

static inline void play_script_status(struct play *play, const char *path, int status)
{
    EXPECT(play->answer_count < 32);
    play->answers[play->answer_count++] =
        (struct play_answer){.path = path, .body = "", .status = status};
}

static inline void play_expect(char (*list)[200], uint32_t count, const char *const *want,
                               uint32_t want_count)
{
    for (uint32_t i = 0; i < count || i < want_count; i++)
        EXPECT_TEXT(i < count ? list[i] : "(nothing)", i < want_count ? want[i] : "(nothing)");
}

/* What was told since the last time, line by line. */
#define EXPECT_NEWS(play, ...)                                                                     \
    do {                                                                                           \
        static const char *const want_[] = {__VA_ARGS__};                                          \
        play_expect((play)->news, (play)->news_count, want_, sizeof want_ / sizeof *want_);        \
        (play)->news_count = 0;                                                                    \
    } while (0)
#define EXPECT_NO_NEWS(play) EXPECT_INT((play)->news_count, 0)

/* A limit buy of 1.25 BTC at 26500.4, good for ten seconds. */
static inline struct request play_buy(uint64_t sequence)
{
    return (struct request){
        .sequence = sequence,
        .kind = REQUEST_ADD,
        .pair = 0,
        .client = sequence,
        .order = VENUE_LIMIT,
        .side = SIDE_BUY,
        .qty_lots = 125000000,
        .limit_ticks = 265004,
        .deadline_ns = PLAY_START + 3600 * NS_PER_S,
    };
}

static inline struct venue_id play_id(const char *text)
{
    struct venue_id id = {0};
    EXPECT(venue_id_parse(text, strlen(text), &id));
    return id;
}
