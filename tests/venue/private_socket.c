/* SPDX-License-Identifier: MIT */
#include "private_wire.h"

#include "core/base/decimal.h"
#include "venue/local/private/private_variant.h"

static struct wire wire;
static struct wire_socket *client;
static char token[64];

static void begin_with(struct exchange_config config)
{
    wire_open(&wire, &config);
    snprintf(token, sizeof token, "%s",
             wire_value(wire_call(&wire, "GetWebSocketsToken", ""), "token"));
    client = wire_upgrade(&wire, "/v2");
    EXPECT(wire_find(client, "\"channel\":\"status\"") != NULL);
}

static void begin(enum exchange_profile profile)
{
    struct exchange_config config = wire_account("USD=1000,BTC=1");
    config.profile = profile;
    begin_with(config);
}

static void end(void)
{
    wire_drop(client);
    wire_close(&wire);
}

static const char *next(void)
{
    const char *text = wire_next(client, 3000);
    EXPECT(text != NULL);
    return text;
}

/* What comes next has these words. */
static const char *expect(const char *words)
{
    const char *text = next();
    EXPECT_HAS(text, words);
    return text;
}

static void silent(void)
{
    const char *text = wire_next(client, 50);
    if (text)
        print_error("unexpected: %s\n", text);
    EXPECT(text == NULL);
}

static void ask(const char *method, const char *params)
{
    wire_ask(client, method, params, token, 7);
}

static void subscribe(const char *params)
{
    ask("subscribe", params);
    expect("{\"method\":\"subscribe\",\"req_id\":7,\"result\":{\"channel\":");
    expect("\"type\":\"snapshot\"");
}

static void subscribe_executions(void)
{
    subscribe("\"channel\":\"executions\"");
}

#define LIMIT "\"order_type\":\"limit\",\"symbol\":\"BTC/USD\",\"side\":\"buy\""

static void advance(int minutes)
{
    for (int i = 0; i < minutes; i++) {
        wire_send(client, "{\"method\":\"ping\"}");
        EXPECT(wire_find(client, "\"method\":\"pong\"") != NULL);
    }
}

TEST(a_private_channel_wants_a_token_that_was_given_out)
{
    begin(EXCHANGE_CCXT);
    wire_send(client, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"executions\"}}");
    expect("{\"method\":\"subscribe\",\"error\":\"EAPI:Invalid token\",\"success\":false,");
    wire_ask(client, "subscribe", "\"channel\":\"balances\"", "made up", 3);
    expect("{\"method\":\"subscribe\",\"req_id\":3,\"error\":\"EAPI:Invalid token\"");
    wire_ask(client, "cancel_all", "", "made up", 4);
    expect("{\"method\":\"cancel_all\",\"req_id\":4,\"error\":\"EAPI:Invalid token\"");
    end();
}

TEST(a_token_that_nobody_used_ends_after_fifteen_minutes)
{
    begin(EXCHANGE_CCXT);
    advance(14);
    ask("cancel_all", "");
    expect("\"result\":{\"count\":0},\"success\":true");
    advance(1);
    ask("cancel_all", "");
    expect("\"error\":\"EAPI:Invalid token\"");
    end();
}

TEST(a_token_lasts_as_long_as_its_subscription)
{
    begin(EXCHANGE_CCXT);
    subscribe_executions();
    advance(20);
    ask("cancel_all", "");
    expect("\"result\":{\"count\":0}");
    struct wire_socket *other = wire_upgrade(&wire, "/v2");
    wire_drop(client);
    client = other;
    ask("cancel_all", "");
    EXPECT(wire_find(client, "\"error\":\"ESession:Invalid session\"") != NULL);
    end();
}

TEST(a_key_without_the_permission_is_refused_on_its_socket_too)
{
    struct exchange_config config = wire_account("USD=1000");
    config.keys[0].permissions = "create-ws-token,query-funds";
    begin_with(config);
    ask("subscribe", "\"channel\":\"executions\"");
    expect("\"error\":\"EGeneral:Permission denied\"");
    ask("add_order", LIMIT ",\"order_qty\":0.01,\"limit_price\":10000");
    expect("\"error\":\"EGeneral:Permission denied\"");
    subscribe("\"channel\":\"balances\"");
    end();
}

TEST(executions_are_acknowledged_and_each_kind_has_its_own_snapshot)
{
    begin(EXCHANGE_CCXT);
    ask("subscribe", "\"channel\":\"executions\",\"snap_orders\":true,\"snap_trades\":true");
    expect("{\"method\":\"subscribe\",\"req_id\":7,\"result\":{\"channel\":\"executions\","
           "\"maxratecount\":180,\"snap_orders\":true,\"snap_trades\":true},\"success\":true,"
           "\"time_in\":\"2024-01-01T00:00:00.000000Z\"");
    EXPECT_TEXT(next(), "{\"channel\":\"executions\",\"type\":\"snapshot\",\"data\":[],"
                        "\"sequence\":1}");
    EXPECT_TEXT(next(), "{\"channel\":\"executions\",\"type\":\"snapshot\",\"data\":[],"
                        "\"sequence\":2}");
    ask("subscribe", "\"channel\":\"executions\"");
    expect("\"error\":\"Already subscribed\"");
    ask("unsubscribe", "\"channel\":\"executions\"");
    expect("{\"method\":\"unsubscribe\",\"req_id\":7,\"result\":{\"channel\":\"executions\"}");
    ask("unsubscribe", "\"channel\":\"executions\"");
    expect("\"error\":\"Subscription Not Found\"");
    end();
}

TEST(an_open_order_is_in_the_snapshot_with_its_symbol)
{
    begin(EXCHANGE_REAL);
    ask("add_order", LIMIT ",\"order_qty\":0.01,\"limit_price\":10000.5,\"cl_ord_id\":\"mine\"");
    char id[32];
    snprintf(id, sizeof id, "%s", wire_value(expect("\"success\":true"), "order_id"));
    ask("subscribe", "\"channel\":\"executions\"");
    expect("\"success\":true");
    const char *text = expect(id);
    EXPECT_HAS(text, "\"type\":\"snapshot\"");
    EXPECT_HAS(text, "\"cl_ord_id\":\"mine\",\"symbol\":\"BTC/USD\",\"side\":\"buy\","
                     "\"order_type\":\"limit\",\"order_qty\":0.01000000,\"limit_price\":10000.5,"
                     "\"limit_price_type\":\"static\"");
    EXPECT_HAS(text, "\"exec_type\":\"new\",\"order_status\":\"new\"");
    end();
}

TEST(the_answer_comes_first_and_then_what_it_caused_in_order)
{
    begin(EXCHANGE_CCXT);
    subscribe_executions();
    ask("add_order", LIMIT ",\"order_qty\":0.01,\"limit_price\":10000,\"cl_ord_id\":\"mine\"");
    const char *text = expect("{\"method\":\"add_order\",\"req_id\":7,\"result\":{\"order_id\":");
    EXPECT_HAS(text, "\"cl_ord_id\":\"mine\"},\"success\":true,\"time_in\":");
    EXPECT_HAS(expect("\"exec_type\":\"pending_new\""), "\"sequence\":2}");
    EXPECT_HAS(expect("\"exec_type\":\"new\""), "\"sequence\":3}");
    ask("cancel_order", "\"cl_ord_id\":[\"mine\"]");
    expect("\"result\":{\"cl_ord_id\":\"mine\",\"order_id\":\"O");
    text = expect("\"exec_type\":\"canceled\"");
    EXPECT_HAS(text, "\"cancel_reason\":\"User requested\",\"reason\":\"User requested\"");
    EXPECT_HAS(text, "\"order_status\":\"canceled\"");
    EXPECT_HAS(text, "\"symbol\":\"BTC/USD\"");
    silent();
    end();
}

static void fill(void)
{
    ask("add_order", "\"order_type\":\"market\",\"symbol\":\"BTC/USD\",\"side\":\"sell\","
                     "\"order_qty\":0.001");
    expect("\"method\":\"add_order\"");
    expect("\"exec_type\":\"pending_new\"");
}

TEST(a_fill_is_a_trade_row_and_a_row_of_its_own_for_the_order)
{
    begin(EXCHANGE_CCXT);
    subscribe_executions();
    fill();
    const char *text = wire_find(client, "\"exec_type\":\"trade\"");
    EXPECT_HAS(text, "\"symbol\":\"BTC/USD\"");
    EXPECT_HAS(text, "\"liquidity_ind\":\"t\",\"fees\":[{\"asset\":\"USD\",\"qty\":");
    EXPECT(strstr(text, "\"exec_type\":\"filled\"") == NULL);
    text = wire_find(client, "\"exec_type\":\"filled\"");
    EXPECT_HAS(text, "\"symbol\":\"BTC/USD\"");
    EXPECT_HAS(text, "\"cum_qty\":0.00100000");
    EXPECT_HAS(text, "\"order_status\":\"filled\"");
    end();
}

TEST(the_real_venues_rows_are_sparse)
{
    begin(EXCHANGE_REAL);
    subscribe_executions();
    ask("add_order", LIMIT ",\"order_qty\":0.01,\"limit_price\":10000");
    expect("\"method\":\"add_order\"");
    EXPECT_HAS(expect("\"exec_type\":\"pending_new\""), "\"symbol\":\"BTC/USD\"");
    const char *text = expect("\"exec_type\":\"new\"");
    EXPECT(strstr(text, "symbol") == NULL && strstr(text, "order_qty") == NULL);
    EXPECT_HAS(text, "\"order_userref\":0,\"exec_type\":\"new\",\"order_status\":\"new\"");
    fill();
    text = wire_find(client, "\"exec_type\":\"filled\"");
    EXPECT(strstr(text, "symbol") == NULL);
    EXPECT_HAS(text, "\"avg_price\":");
    end();
}

TEST(without_order_status_only_the_essential_is_told)
{
    begin(EXCHANGE_CCXT);
    subscribe("\"channel\":\"executions\",\"order_status\":false,\"ratecounter\":true");
    ask("add_order", LIMIT ",\"order_qty\":0.01,\"limit_price\":10000");
    char id[32], params[96];
    snprintf(id, sizeof id, "%s", wire_value(expect("\"method\":\"add_order\""), "order_id"));
    EXPECT_HAS(expect("\"exec_type\":\"new\""), "\"ratecount\":1.00,\"sequence\":2}");
    snprintf(params, sizeof params, "\"order_id\":\"%s\",\"limit_price\":10001", id);
    ask("amend_order", params);
    EXPECT_HAS(expect("\"result\":{\"amend_id\":\"T"), id);
    silent();
    end();
}

TEST(balances_follow_the_ledger_row_by_row)
{
    begin(EXCHANGE_CCXT);
    ask("subscribe", "\"channel\":\"balances\"");
    expect("\"result\":{\"channel\":\"balances\",\"snapshot\":true}");
    EXPECT_TEXT(next(),
                "{\"channel\":\"balances\",\"type\":\"snapshot\",\"data\":["
                "{\"asset\":\"BTC\",\"asset_class\":\"currency\",\"balance\":1.0000000000,"
                "\"wallets\":[{\"type\":\"spot\",\"id\":\"main\",\"balance\":1.0000000000}]},"
                "{\"asset\":\"USD\",\"asset_class\":\"currency\",\"balance\":1000.0000,"
                "\"wallets\":[{\"type\":\"spot\",\"id\":\"main\",\"balance\":1000.0000}]}],"
                "\"sequence\":1}");
    ask("add_order", "\"order_type\":\"market\",\"symbol\":\"BTC/USD\",\"side\":\"sell\","
                     "\"order_qty\":0.001");
    expect("\"method\":\"add_order\"");
    const char *text = expect("\"asset\":\"BTC\"");
    EXPECT_HAS(text, "\"type\":\"update\"");
    EXPECT_HAS(text, "\"category\":\"trade\",\"wallet_type\":\"spot\",\"wallet_id\":\"main\","
                     "\"amount\":-0.0010000000,\"fee\":0.0000000000,\"balance\":0.9990000000");
    EXPECT_HAS(text, "\"sequence\":2}");
    EXPECT_HAS(expect("\"asset\":\"USD\""), "\"sequence\":3}");
    end();
}

TEST(two_sockets_of_an_account_hear_of_it_both_and_no_other_account_does)
{
    struct exchange_config config = wire_account("USD=1000");
    config.key_count = 2;
    config.keys[1] = (struct exchange_key){.key = "L", .secret = WIRE_SECRET, .tier = RATE_PRO};
    begin_with(config);
    subscribe_executions();
    struct wire_socket *other = wire_upgrade(&wire, "/v2");
    char theirs[64];
    snprintf(theirs, sizeof theirs, "%s",
             wire_value(wire_call_as(&wire, "L", "GetWebSocketsToken", ""), "token"));
    wire_ask(other, "subscribe", "\"channel\":\"executions\"", theirs, 1);
    EXPECT(wire_find(other, "snapshot") != NULL);
    EXPECT_HAS(wire_call(&wire, "AddOrder",
                         "pair=XBTUSD&type=buy&ordertype=limit&volume=0.01&price=10000"),
               "txid");
    expect("\"exec_type\":\"pending_new\"");
    expect("\"exec_type\":\"new\"");
    EXPECT(wire_next(other, 50) == NULL);
    wire_drop(other);
    end();
}

TEST(each_cancelled_order_is_answered_by_itself)
{
    begin(EXCHANGE_CCXT);
    char ids[2][32], params[160];
    for (int i = 0; i < 2; i++) {
        ask("add_order", LIMIT ",\"order_qty\":0.001,\"limit_price\":10000");
        snprintf(ids[i], sizeof ids[i], "%s", wire_value(expect("\"success\":true"), "order_id"));
    }
    snprintf(params, sizeof params, "\"order_id\":[\"%s\",\"OAAAAA-AAAAA-AAAAAA\",\"%s\"]", ids[0],
             ids[1]);
    ask("cancel_order", params);
    EXPECT_HAS(expect("\"success\":true"), ids[0]);
    expect("\"req_id\":7,\"error\":\"EOrder:Unknown order\",\"success\":false");
    EXPECT_HAS(expect("\"success\":true"), ids[1]);
    ask("add_order", LIMIT ",\"order_qty\":0.001,\"limit_price\":10000,\"order_userref\":9");
    expect("\"order_userref\":9");
    ask("cancel_order", "\"order_userref\":[9]");
    expect("\"result\":{\"order_id\":\"O");
    ask("cancel_order", "");
    expect("\"error\":\"EGeneral:Invalid arguments:order_id\"");
    end();
}

TEST(an_order_is_edited_amended_and_cancelled_with_the_rest)
{
    begin(EXCHANGE_CCXT);
    char id[32], params[160];
    ask("add_order", LIMIT ",\"order_qty\":0.001,\"limit_price\":10000");
    snprintf(id, sizeof id, "%s", wire_value(expect("\"success\":true"), "order_id"));
    snprintf(params, sizeof params,
             "\"order_id\":\"%s\",\"symbol\":\"BTC/USD\",\"order_qty\":0.002", id);
    ask("edit_order", params);
    const char *text = expect("\"method\":\"edit_order\"");
    EXPECT_TEXT(wire_value(text, "original_order_id"), id);
    EXPECT(strcmp(wire_value(text, "order_id"), id) != 0);
    ask("cancel_all_orders_after", "\"timeout\":60");
    expect("\"result\":{\"currentTime\":\"2024-01-01T00:00:00Z\","
           "\"triggerTime\":\"2024-01-01T00:01:00Z\"}");
    ask("cancel_all_orders_after", "\"timeout\":0");
    expect("\"triggerTime\":\"0\"}");
    ask("cancel_all", "");
    expect("\"result\":{\"count\":1}");
    end();
}

#define ROW(qty)                                                                                   \
    "{\"order_type\":\"limit\",\"side\":\"buy\",\"order_qty\":" qty ",\"limit_price\":10000}"

TEST(a_batch_is_an_array_and_is_cancelled_as_one)
{
    begin(EXCHANGE_CCXT);
    char first[32], params[160];
    ask("batch_add", "\"symbol\":\"BTC/USD\",\"orders\":[" ROW("0.001") "," ROW("100") "]");
    const char *text = expect("\"result\":[{\"order_id\":\"O");
    EXPECT_HAS(text, "},{\"error\":\"EOrder:Insufficient funds\"}],\"success\":true");
    snprintf(first, sizeof first, "%s", wire_value(text, "order_id"));
    ask("add_order", LIMIT ",\"order_qty\":0.001,\"limit_price\":10000,\"cl_ord_id\":\"b\"");
    expect("\"success\":true");
    snprintf(params, sizeof params, "\"orders\":[\"%s\"],\"cl_ord_id\":[\"b\"]", first);
    ask("batch_cancel", params);
    expect("\"result\":{\"count\":2}");
    ask("batch_add", "\"symbol\":\"BTC/USD\",\"orders\":[" ROW("0.001") "]");
    expect("\"error\":\"EGeneral:Invalid arguments:orders\"");
    ask("batch_cancel", "\"orders\":[\"O\"]");
    expect("\"error\":\"EGeneral:Invalid arguments:orders\"");
    end();
}

TEST(what_a_socket_cannot_read_is_refused_by_name)
{
    static const struct {
        const char *params, *error;
    } orders[] = {
        {LIMIT ",\"order_qty\":1,\"price\":1",
         "Unsupported field: 'price' for the given msg type: add order"},
        {"\"symbol\":\"XBT/USD\"", "Currency pair not supported XBT/USD"},
        {"\"order_type\":\"limit\"", "EGeneral:Invalid arguments:symbol"},
        {"\"symbol\":\"BTC/USD\",\"order_type\":\"limit\"", "EGeneral:Invalid arguments:side"},
        {"\"symbol\":\"BTC/USD\",\"side\":\"buy\"", "EGeneral:Invalid arguments:order_type"},
        {LIMIT ",\"order_qty\":\"1\",\"limit_price\":1", "EGeneral:Invalid arguments:order_qty"},
        {LIMIT ",\"order_qty\":1,\"limit_price\":\"1\"",
         "EOrder:Invalid price:Invalid price argument"},
        {LIMIT ",\"order_qty\":1,\"limit_price\":1.23", "EOrder:Invalid price"},
        {LIMIT ",\"order_qty\":1,\"limit_price\":-1",
         "EOrder:Invalid price:Invalid price argument"},
        {LIMIT ",\"order_qty\":1,\"limit_price\":1,\"time_in_force\":\"now\"",
         "EGeneral:Invalid arguments:time_in_force"},
        {LIMIT ",\"order_qty\":1,\"limit_price\":1,\"stp_type\":\"cancel-newest\"",
         "EGeneral:Invalid arguments:stp_type"},
        {LIMIT ",\"cash_order_qty\":1,\"limit_price\":1",
         "EGeneral:Invalid arguments:cash_order_qty"},
        {LIMIT ",\"order_qty\":1,\"limit_price\":1,\"expire_time\":\"soon\"",
         "EGeneral:Invalid arguments:expire_time"},
        {LIMIT ",\"order_qty\":1,\"limit_price\":1,\"conditional\":{\"limit_price\":1}",
         "EGeneral:Invalid arguments:conditional"},
        {LIMIT ",\"order_qty\":1,\"limit_price\":1,\"post_only\":\"perhaps\"",
         "EGeneral:Invalid arguments:post_only"},
        {"\"symbol\":\"BTC/USD\",\"side\":\"sell\",\"order_type\":\"trailing-stop\","
         "\"order_qty\":0.1,\"triggers\":{\"price\":5,\"price_type\":\"static\"}",
         "EGeneral:Invalid arguments:triggers"},
        {LIMIT ",\"order_qty\":100,\"limit_price\":10000", "EOrder:Insufficient funds"},
    };
    begin(EXCHANGE_CCXT);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        char want[200];
        snprintf(want, sizeof want,
                 "{\"method\":\"add_order\",\"req_id\":7,\"error\":\"%s\",\"success\":false,",
                 orders[i].error);
        ask("add_order", orders[i].params);
        expect(want);
    }
    end();
}

TEST(triggers_and_conditionals_are_told_back_as_they_stand)
{
    begin(EXCHANGE_CCXT);
    subscribe_executions();
    ask("add_order", "\"symbol\":\"BTC/USD\",\"side\":\"sell\",\"order_type\":\"trailing-stop\","
                     "\"order_qty\":0.1,\"triggers\":{\"price\":5,\"price_type\":\"pct\"}");
    expect("\"success\":true");
    expect("\"triggers\":{\"reference\":\"last\",\"price\":5.0000,\"price_type\":\"pct\","
           "\"actual_price\":");
    expect("\"status\":\"untriggered\"}");
    ask("add_order", LIMIT ",\"order_qty\":0.01,\"limit_price\":10000,\"conditional\":{"
                           "\"order_type\":\"stop-loss-limit\",\"trigger_price\":9000,"
                           "\"limit_price\":8900}");
    expect("\"success\":true");
    expect("\"contingent\":{\"order_type\":\"stop-loss-limit\",\"trigger_price\":9000.0,"
           "\"trigger_price_type\":\"static\",\"limit_price\":8900.0,"
           "\"limit_price_type\":\"static\"}");
    end();
}

TEST(a_clients_resting_order_stands_in_the_book_that_everyone_sees)
{
    begin(EXCHANGE_CCXT);
    wire_send(client, "{\"method\":\"subscribe\",\"params\":{\"channel\":\"book\","
                      "\"symbol\":[\"BTC/USD\"]}}");
    expect("\"success\":true");
    const char *book = expect("\"type\":\"snapshot\"");
    /* One tick above the best bid. */
    int64_t bid = 0;
    const char *price = wire_value(strstr(book, "\"bids\""), "price");
    EXPECT(decimal_parse(price, strlen(price), 1, &bid));
    char params[160], want[64];
    snprintf(params, sizeof params, LIMIT ",\"order_qty\":0.0101,\"limit_price\":%lld.%lld",
             (long long)(bid + 1) / 10, (long long)(bid + 1) % 10);
    ask("add_order", params);
    expect("\"method\":\"add_order\"");
    snprintf(want, sizeof want, "{\"price\":%lld.%lld,\"qty\":0.01010000}",
             (long long)(bid + 1) / 10, (long long)(bid + 1) % 10);
    EXPECT_HAS(expect("\"channel\":\"book\",\"type\":\"update\""), want);
    EXPECT_HAS(wire_get(&wire, "/0/public/Depth?pair=XBTUSD&count=1"), "\"0.010\"");
    ask("cancel_all", "");
    expect("\"count\":1");
    snprintf(want, sizeof want, "{\"price\":%lld.%lld,\"qty\":0.00000000}",
             (long long)(bid + 1) / 10, (long long)(bid + 1) % 10);
    EXPECT_HAS(expect("\"channel\":\"book\",\"type\":\"update\""), want);
    end();
}

TEST(in_another_variant_the_rows_come_before_the_answer)
{
    struct exchange_config config = wire_account("USD=1000,BTC=1");
    for (config.variant = 1;; config.variant++) {
        struct private_variant variant = private_variant_of(config.variant);
        if (variant.rows_first && variant.batch_rows && variant.count_at_top)
            break;
    }
    begin_with(config);
    subscribe_executions();
    ask("add_order", LIMIT ",\"order_qty\":0.001,\"limit_price\":10000,\"cl_ord_id\":\"b\"");
    expect("\"exec_type\":\"pending_new\"");
    expect("\"exec_type\":\"new\"");
    expect("\"method\":\"add_order\"");
    ask("batch_add", "\"symbol\":\"BTC/USD\",\"orders\":[" ROW("0.001") "," ROW("100") "]");
    const char *text = wire_find(client, "\"method\":\"batch_add\"");
    EXPECT_HAS(text, "\"result\":{\"orders\":[{\"success\":true,\"order_id\":\"O");
    EXPECT_HAS(text, "{\"success\":false,\"error\":\"EOrder:Insufficient funds\"}]}");
    ask("batch_cancel", "\"orders\":[\"O\"],\"cl_ord_id\":[\"b\"]");
    EXPECT(wire_find(client, "\"orders_cancelled\":1,\"success\":true") != NULL);
    end();
}
