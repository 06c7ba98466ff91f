/* SPDX-License-Identifier: MIT */
#include "venue/local/upsets.h"

#include "private_wire.h"

/* A whole exchange in lock-step, whose market minute is a ping, and what upsets it. */
struct upset_wire {
    struct wire wire;
    struct wire_socket *socket;
    char token[64];
};

static void begin(struct upset_wire *upset, const char *text)
{
    static struct script script;
    char error[256] = "";
    struct exchange_config config = wire_account("USD=100000");
    script_parse(text, &script, error, sizeof error);
    EXPECT_TEXT(error, "");
    config.script = &script;
    wire_open(&upset->wire, &config);
    snprintf(upset->token, sizeof upset->token, "%s",
             wire_value(wire_call(&upset->wire, "GetWebSocketsToken", ""), "token"));
    upset->socket = wire_upgrade(&upset->wire, "/v2");
    EXPECT_HAS(wire_find(upset->socket, "\"status\""), "\"system\":\"online\"");
}

static void end(struct upset_wire *upset)
{
    wire_drop(upset->socket);
    wire_close(&upset->wire);
}

/* A minute of the market. */
static void step(struct upset_wire *upset)
{
    wire_send(upset->socket, "{\"method\":\"ping\"}");
}

static const char *ask(struct upset_wire *upset, const char *method, const char *params)
{
    static int req_id = 100;
    char mark[32];
    wire_ask(upset->socket, method, params, upset->token, ++req_id);
    snprintf(mark, sizeof mark, "\"req_id\":%d", req_id);
    return wire_find(upset->socket, mark);
}

static const char add_limit[] =
    "\"order_type\":\"limit\",\"side\":\"buy\",\"order_qty\":0.01,\"symbol\":\"BTC/USD\","
    "\"limit_price\":10000";

TEST(maintenance_is_told_refuses_everything_and_ends)
{
    struct upset_wire upset;
    begin(&upset, "30s maintenance for 1m");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "\"status\""), "\"system\":\"maintenance\"");
    EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
    EXPECT_HAS(wire_get(&upset.wire, "/0/public/SystemStatus"), "\"status\":\"maintenance\"");
    EXPECT_HAS(ask(&upset, "add_order", add_limit), "EService:Unavailable");
    EXPECT_HAS(ask(&upset, "cancel_all", ""), "EService:Unavailable");
    EXPECT_HAS(ask(&upset, "cancel_all_orders_after", "\"timeout\":60"), "EService:Unavailable");
    EXPECT_HAS(wire_call(&upset.wire, "BalanceEx", ""), "EService:Unavailable");
    EXPECT_HAS(wire_call(&upset.wire, "CancelAll", ""), "EService:Unavailable");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "\"status\""), "\"system\":\"online\"");
    EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
    EXPECT_HAS(ask(&upset, "add_order", add_limit), "\"success\":true");
    end(&upset);
}

TEST(in_cancel_only_orders_can_be_cancelled_and_nothing_else)
{
    struct upset_wire upset;
    begin(&upset, "30s cancel_only");
    EXPECT_HAS(ask(&upset, "add_order", add_limit), "\"success\":true");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
    EXPECT_HAS(ask(&upset, "add_order", add_limit), "EService:Market in cancel_only mode");
    EXPECT_HAS(wire_call(&upset.wire, "AddOrder",
                         "pair=XBTUSD&type=buy&ordertype=limit&volume=0.01&price=10000"),
               "EService:Market in cancel_only mode");
    EXPECT_HAS(ask(&upset, "cancel_all", ""), "\"count\":1");
    end(&upset);
}

TEST(a_later_state_is_not_ended_by_an_earlier_one)
{
    struct upset_wire upset;
    begin(&upset, "10s maintenance for 30s\n20s post_only for 10m");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
    EXPECT_HAS(wire_get(&upset.wire, "/0/public/SystemStatus"), "\"status\":\"post_only\"");
    EXPECT_HAS(ask(&upset, "add_order", add_limit), "EService:Market in post_only mode");
    char post[300];
    snprintf(post, sizeof post, "%s,\"post_only\":true", add_limit);
    EXPECT_HAS(ask(&upset, "add_order", post), "\"success\":true");
    end(&upset);
}

TEST(a_token_that_expired_is_worth_nothing_and_a_new_one_is)
{
    struct upset_wire upset;
    begin(&upset, "30s token_expires");
    EXPECT_HAS(ask(&upset, "subscribe", "\"channel\":\"executions\""), "\"success\":true");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
    EXPECT_HAS(ask(&upset, "add_order", add_limit), "ESession:Invalid session");
    snprintf(upset.token, sizeof upset.token, "%s",
             wire_value(wire_call(&upset.wire, "GetWebSocketsToken", ""), "token"));
    EXPECT_HAS(ask(&upset, "add_order", add_limit), "\"success\":true");
    end(&upset);
}

TEST(a_cut_comes_in_the_middle_of_a_frame)
{
    struct upset_wire upset;
    begin(&upset, "30s cut");
    step(&upset);
    struct wire_socket *socket = upset.socket;
    while (wire_more(socket->wire, socket->fd, socket->bytes, sizeof socket->bytes, &socket->len))
        while (wire_frame(socket))
            continue;
    EXPECT(socket->len > 4 && memcmp(socket->bytes, "\x81\x7e\x04\x00{", 5) == 0);
    EXPECT(socket->len < 1024);
    end(&upset);
}

TEST(money_comes_and_goes_and_the_ledger_says_so)
{
    struct upset_wire upset;
    begin(&upset, "10s deposit USD 500\n20s withdraw USD 120.5\n30s withdraw BTC 1");
    EXPECT_HAS(ask(&upset, "subscribe", "\"channel\":\"balances\""), "\"success\":true");
    step(&upset);
    const char *row = wire_find(upset.socket, "\"deposit\"");
    EXPECT_HAS(row, "\"amount\":500");
    EXPECT_HAS(row, "\"balance\":100500");
    row = wire_find(upset.socket, "\"withdrawal\"");
    EXPECT_HAS(row, "\"amount\":-120.5");
    EXPECT_HAS(wire_call(&upset.wire, "Ledgers", "type=withdrawal"), "\"count\":1");
    EXPECT_HAS(wire_call(&upset.wire, "Balance", ""), "\"ZUSD\":\"100379.5000\"");
    end(&upset);
}

TEST(another_client_orders_fills_and_cancels_on_the_account)
{
    struct upset_wire upset;
    begin(&upset, "10s foreign buy BTC/USD 0.01 at 20% below\n"
                  "20s foreign buy BTC/USD 0.02 at market\n"
                  "30s foreign sell BTC/USD 0.02 at 20% above\n"
                  "90s foreign cancel");
    EXPECT_HAS(ask(&upset, "subscribe", "\"channel\":\"executions\""), "\"success\":true");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "\"exec_type\":\"trade\""), "\"last_qty\":0.02");
    const char *open = wire_call(&upset.wire, "OpenOrders", "");
    EXPECT_HAS(open, "buy 0.01000000 XBTUSD @ limit");
    EXPECT_HAS(open, "sell 0.02000000 XBTUSD @ limit");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "\"exec_type\":\"canceled\""), "User requested");
    EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
    EXPECT_HAS(wire_call(&upset.wire, "OpenOrders", ""), "\"open\":{}");
    end(&upset);
}

TEST(a_word_of_the_faults_holds_for_a_while)
{
    struct upset_wire upset;
    begin(&upset, "10s limit 100% for 1m");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
    EXPECT_HAS(wire_call(&upset.wire, "Balance", ""), "EAPI:Rate limit exceeded");
    step(&upset);
    EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
    EXPECT_HAS(wire_call(&upset.wire, "Balance", ""), "ZUSD");
    end(&upset);
}

TEST(a_name_that_is_not_here_stops_the_exchange_before_it_serves)
{
    static struct script script;
    char error[256] = "";
    struct wire wire = {.loop = loop_new(), .clock = clock_system()};
    struct exchange_config config = wire_account("USD=1000");
    EXPECT(script_parse("1m cut\n2m foreign buy SOL/USD 1 at market", &script, error, 256));
    config.script = &script;
    EXPECT(exchange_open(wire.loop, &wire.clock, &config, error, sizeof error) == NULL);
    EXPECT_TEXT(error, "the faults' script, line 2: it has no such pair: --pairs names them");
    loop_turn(wire.loop, 10);
    loop_free(wire.loop);
}

TEST(the_chances_of_a_seed_upset_the_venue_alike_each_time)
{
    char told[2][4096] = {"", ""};
    for (int i = 0; i < 2; i++) {
        struct upset_wire upset;
        char error[256] = "";
        struct exchange_config config = wire_account("USD=100000");
        config.faulty = true;
        EXPECT(faults_parse("seed=3 cancel_only=0.5 foreign=1 deposit=1", &config.faults, error,
                            sizeof error));
        wire_open(&upset.wire, &config);
        upset.socket = wire_upgrade(&upset.wire, "/v2");
        for (int minute = 0; minute < 5; minute++) {
            step(&upset);
            EXPECT_HAS(wire_find(upset.socket, "pong"), "pong");
        }
        snprintf(told[i], sizeof told[i], "%s", wire_call(&upset.wire, "Ledgers", ""));
        EXPECT_HAS(told[i], "\"type\":\"deposit\"");
        end(&upset);
    }
    EXPECT_TEXT(told[0], told[1]);
}
