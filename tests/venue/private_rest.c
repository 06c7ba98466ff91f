/* SPDX-License-Identifier: MIT */
#include "private_wire.h"

#include "venue/local/private/private_variant.h"

#define BUY "pair=XBTUSD&type=buy&ordertype=limit"
#define SELL "pair=XBTUSD&type=sell&ordertype=limit"

static struct wire wire;

static void begin(const char *balance)
{
    struct exchange_config config = wire_account(balance);
    wire_open(&wire, &config);
}

static void begin_variant(bool (*has)(struct private_variant variant))
{
    struct exchange_config config = wire_account("USD=1000");
    for (config.variant = 1; !has(private_variant_of(config.variant)); config.variant++)
        continue;
    wire_open(&wire, &config);
}

/* The answer to a call that must succeed. */
static const char *call(const char *method, const char *fields)
{
    const char *text = wire_call(&wire, method, fields);
    if (strncmp(text, "{\"error\":[],\"result\":", 21) != 0) {
        print_error("%s %s: %s\n", method, fields, text);
        EXPECT(false);
    }
    return text;
}

static void refused(const char *method, const char *fields, const char *error)
{
    char want[160];
    snprintf(want, sizeof want, "{\"error\":[\"%s\"]}", error);
    const char *text = wire_call(&wire, method, fields);
    if (strcmp(text, want) != 0)
        print_error("%s %s\n", method, fields);
    EXPECT_TEXT(text, want);
}

/* Places an order and gives its id, until seven more have been asked for. */
static const char *place(const char *fields)
{
    return wire_value(call("AddOrder", fields), "txid");
}

TEST(a_call_without_a_known_key_is_refused_before_anything_else)
{
    begin("USD=1");
    static const char invalid[] = "{\"error\":[\"EAPI:Invalid key\"]}";
    EXPECT_TEXT(wire_post(&wire, "/0/private/Balance", "", "nonce=1"), invalid);
    EXPECT_TEXT(wire_post(&wire, "/0/private/Nothing", "API-Key: other\r\n", "nonce=1"), invalid);
    EXPECT_TEXT(wire_get(&wire, "/0/private/Balance"), invalid);
    wire_close(&wire);
}

TEST(each_refusal_of_a_call_has_krakens_words)
{
    begin("USD=1");
    refused("Nothing", "", "EGeneral:Unknown method");
    EXPECT_TEXT(wire_post(&wire, "/0/private/Balance", "API-Key: K\r\n", "nonce=1"),
                "{\"error\":[\"EAPI:Invalid signature\"]}");
    EXPECT_TEXT(wire_post(&wire, "/0/private/Balance", "API-Key: K\r\nAPI-Sign: AAAA\r\n", "a=1"),
                "{\"error\":[\"EAPI:Invalid nonce\"]}");
    EXPECT_TEXT(
        wire_post(&wire, "/0/private/Balance", "API-Key: K\r\nAPI-Sign: AAAA\r\n", "nonce=1"),
        "{\"error\":[\"EAPI:Invalid signature\"]}");
    wire_close(&wire);
}

TEST(the_rest_counter_is_counted_and_comes_down_with_market_time)
{
    begin("USD=1");
    for (int i = 0; i < 10; i++)
        call("Ledgers", ""); /* two each, twenty a Pro may have */
    refused("Balance", "", "EAPI:Rate limit exceeded");
    refused("AddOrder", BUY "&volume=1&price=0.1", "EOrder:Cost minimum not met");
    struct wire_socket *socket = wire_upgrade(&wire, "/v2");
    wire_send(socket, "{\"method\":\"ping\"}");
    EXPECT(wire_find(socket, "pong") != NULL);
    wire_drop(socket);
    call("Balance", "");
    wire_close(&wire);
}

TEST(a_key_may_do_what_it_is_permitted)
{
    struct exchange_config config = wire_account("USD=1000");
    config.key_count = 3;
    config.keys[1] = (struct exchange_key){
        .key = "R", .secret = WIRE_SECRET, .permissions = "query-funds", .tier = RATE_PRO};
    config.keys[2] = (struct exchange_key){
        .key = "M", .secret = WIRE_SECRET, .permissions = "modify-trades", .tier = RATE_PRO};
    wire_open(&wire, &config);
    static const struct {
        const char *key, *method, *fields, *has;
    } calls[] = {
        {"R", "Balance", "", "\"result\""},
        {"R", "GetApiKeyInfo", "", "[\"query-funds\"]"},
        {"R", "OpenOrders", "", "EGeneral:Permission denied"},
        {"R", "TradesHistory", "", "EGeneral:Permission denied"},
        {"R", "Ledgers", "", "EGeneral:Permission denied"},
        {"R", "GetWebSocketsToken", "", "EGeneral:Permission denied"},
        {"R", "AddOrder", BUY "&volume=1&price=1", "EGeneral:Permission denied"},
        {"R", "CancelAll", "", "EGeneral:Permission denied"},
        {"M", "CancelAll", "", "\"count\":0"},
        {"M", "EditOrder", "txid=O", "EGeneral:Permission denied"},
        {"M", "Balance", "", "EGeneral:Permission denied"},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        EXPECT_HAS(wire_call_as(&wire, calls[i].key, calls[i].method, calls[i].fields),
                   calls[i].has);
    wire_close(&wire);
}

TEST(balances_are_under_krakens_ids_with_the_ledgers_decimals)
{
    begin("USD=1000.5,BTC=2,ETH=0.00000001");
    EXPECT_TEXT(call("Balance", ""), "{\"error\":[],\"result\":{\"XXBT\":\"2.0000000000\","
                                     "\"ZUSD\":\"1000.5000\",\"XETH\":\"0.0000000100\"}}");
    call("AddOrder", BUY "&volume=0.01&price=10000");
    EXPECT_HAS(call("BalanceEx", ""),
               "\"ZUSD\":{\"balance\":\"1000.5000\",\"hold_trade\":\"100.4000\"}");
    EXPECT_HAS(call("TradeBalance", "asset=ZUSD"), "\"m\":\"0.0000\"");
    refused("TradeBalance", "asset=FOO", "EQuery:Unknown asset");
    wire_close(&wire);
}

TEST(an_order_is_described_as_kraken_does)
{
    static const struct {
        const char *fields, *order;
    } orders[] = {
        {BUY "&volume=0.01&price=10000", "buy 0.01000000 XBTUSD @ limit 10000.0"},
        {SELL "&volume=0.01&price=%2350%25", "sell 0.01000000 XBTUSD @ limit #50.0000%"},
        {"pair=XBTUSD&type=sell&ordertype=stop-loss&volume=0.01&price=20000",
         "sell 0.01000000 XBTUSD @ stop loss 20000.0"},
        {"pair=XBTUSD&type=sell&ordertype=take-profit-limit&volume=0.01&price=200000&price2=-100",
         "sell 0.01000000 XBTUSD @ take profit 200000.0 -> limit -100.0"},
        {"pair=XBTUSD&type=sell&ordertype=trailing-stop&volume=0.01&price=%2B5%25",
         "sell 0.01000000 XBTUSD @ trailing stop +5.0000%"},
        {"pair=XXBTZUSD&type=buy&ordertype=market&volume=0.001", "buy 0.00100000 XBTUSD @ market"},
        {"pair=XBT/USD&type=buy&ordertype=market&volume=50&oflags=viqc",
         "buy 50.0000 XBTUSD @ market"},
    };
    begin("USD=10000,BTC=1");
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        char want[160], fields[256];
        snprintf(want, sizeof want, "{\"error\":[],\"result\":{\"descr\":{\"order\":\"%s\"}",
                 orders[i].order);
        snprintf(fields, sizeof fields, "%s&validate=true", orders[i].fields);
        EXPECT_HAS(call("AddOrder", orders[i].fields), want);
        EXPECT_HAS(call("AddOrder", fields), want);
        EXPECT(strstr(wire_call(&wire, "AddOrder", fields), "txid") == NULL);
    }
    wire_close(&wire);
}

TEST(form_and_json_raw_and_encoded_brackets_place_the_same_order)
{
    static const char *const bodies[] = {
        BUY "&volume=0.01&price=10000&close[ordertype]=stop-loss&close[price]=9000",
        BUY "&volume=0.01&price=10000&close%5Bordertype%5D=stop-loss&close%5Bprice%5D=9000",
        "{\"pair\":\"XBTUSD\",\"type\":\"buy\",\"ordertype\":\"limit\",\"volume\":0.01,"
        "\"price\":10000.0,\"close\":{\"ordertype\":\"stop-loss\",\"price\":\"9000\"}}",
    };
    begin("USD=10000");
    for (size_t i = 0; i < 3; i++)
        EXPECT_HAS(call("AddOrder", bodies[i]),
                   "{\"order\":\"buy 0.01000000 XBTUSD @ limit 10000.0\","
                   "\"close\":\"close position @ stop loss 9000.0\"}");
    wire_close(&wire);
}

TEST(every_malformed_order_is_refused_by_what_is_wrong_with_it)
{
    static const struct {
        const char *fields, *error;
    } orders[] = {
        {"type=buy&ordertype=limit&volume=1&price=1", "EGeneral:Invalid arguments:pair"},
        {"pair=FOO&type=buy&ordertype=limit&volume=1&price=1", "EQuery:Unknown asset pair"},
        {"pair=XBTUSD&ordertype=limit&volume=1&price=1", "EGeneral:Invalid arguments:type"},
        {"pair=XBTUSD&type=hold&ordertype=limit", "EGeneral:Invalid arguments:type"},
        {"pair=XBTUSD&type=buy&volume=1", "EGeneral:Invalid arguments:ordertype"},
        {BUY "&volume=x&price=1", "EGeneral:Invalid arguments:volume"},
        {BUY "&volume=-1&price=1", "EGeneral:Invalid arguments:volume"},
        {BUY "&volume=1&price=cheap", "EOrder:Invalid price:Invalid price argument"},
        {BUY "&volume=1&price=5%25", "EOrder:Invalid price:Invalid price argument"},
        {BUY "&volume=1&price=%2B-5", "EOrder:Invalid price:Invalid price argument"},
        {BUY "&volume=1&price=1.23", "EOrder:Invalid price"},
        {BUY "&volume=1&price=1&oflags=fciq,free", "EGeneral:Invalid arguments:oflags"},
        {BUY "&volume=1&price=1&oflags=viqc", "EGeneral:Invalid arguments:oflags"},
        {BUY "&volume=1&price=1&timeinforce=NOW", "EGeneral:Invalid arguments:timeinforce"},
        {BUY "&volume=1&price=1&expiretm=soon", "EGeneral:Invalid arguments:expiretm"},
        {BUY "&volume=1&price=1&expiretm=%2B9223372036", "EGeneral:Invalid arguments:expiretm"},
        {BUY "&volume=1&price=1&starttm=-5", "EGeneral:Invalid arguments:starttm"},
        {BUY "&volume=1&price=1&userref=99999999999", "EGeneral:Invalid arguments:userref"},
        {BUY "&volume=1&price=1&userref=1&cl_ord_id=a", "EGeneral:Invalid arguments:userref"},
        {BUY "&volume=1&price=1&cl_ord_id=nineteen-characters",
         "EGeneral:Invalid arguments:cl_ord_id"},
        {BUY "&volume=1&price=1&validate=perhaps", "EGeneral:Invalid arguments:validate"},
        {BUY "&volume=1&price=1&deadline=2030-01-01T00:00:00Z",
         "EGeneral:Invalid arguments:deadline"},
        {BUY "&volume=1&price=1&deadline=2020-01-01T00:00:00Z", "EService:Deadline elapsed"},
        {BUY "&volume=1&price=1&close[ordertype]=market", "EGeneral:Invalid arguments:close"},
        {BUY "&volume=1&price=1&close[price]=1", "EGeneral:Invalid arguments:close"},
        {"pair=XBTUSD&type=sell&ordertype=trailing-stop&volume=1&price=5",
         "EGeneral:Invalid arguments:price"},
        {BUY "&volume=1&price=1000000&stptype=none", "EGeneral:Invalid arguments:stptype"},
        {BUY "&volume=0.00001&price=10000", "EOrder:Order minimum not met"},
        {BUY "&volume=100&price=10000", "EOrder:Insufficient funds"},
    };
    begin("USD=1000");
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        refused("AddOrder", orders[i].fields, orders[i].error);
    EXPECT_HAS(call("OpenOrders", ""), "{\"open\":{}}");
    wire_close(&wire);
}

TEST(a_uuid_is_a_client_id_and_finds_its_order)
{
    begin("USD=1000");
    const char *id = place(BUY "&volume=0.01&price=10000"
                               "&cl_ord_id=6d1b345e-2821-40e2-ad83-4ecb18a06876");
    EXPECT_HAS(call("OpenOrders", "cl_ord_id=6d1b345e-2821-40e2-ad83-4ecb18a06876"), id);
    EXPECT_HAS(call("OpenOrders", "cl_ord_id=other"), "{\"open\":{}}");
    EXPECT_HAS(call("CancelOrder", "cl_ord_id=6d1b345e-2821-40e2-ad83-4ecb18a06876"),
               "{\"count\":1}");
    refused("CancelOrder", "cl_ord_id=6d1b345e-2821-40e2-ad83-4ecb18a06876",
            "EOrder:Unknown order");
    wire_close(&wire);
}

TEST(an_open_order_is_listed_with_all_that_kraken_tells)
{
    begin("USD=1000");
    char want[900];
    const char *id = place(BUY "&volume=0.01&price=10000&userref=7&oflags=post");
    const char *text = call("OpenOrders", "userref=7&trades=true");
    snprintf(want, sizeof want,
             "{\"error\":[],\"result\":{\"open\":{\"%s\":{\"refid\":null,\"userref\":7,"
             "\"status\":\"open\",\"opentm\":1704067200.0000,\"starttm\":0,\"expiretm\":0,"
             "\"descr\":{\"pair\":\"XBTUSD\",\"type\":\"buy\",\"ordertype\":\"limit\","
             "\"price\":\"10000.0\",\"price2\":\"0\",\"leverage\":\"none\","
             "\"order\":\"buy 0.01000000 XBTUSD @ limit 10000.0\",\"close\":\"\"},"
             "\"vol\":\"0.01000000\",\"vol_exec\":\"0.00000000\",\"cost\":\"0.00000\","
             "\"fee\":\"0.00000\",\"price\":\"0.0\",\"stopprice\":\"0.0\",\"limitprice\":\"0.0\","
             "\"misc\":\"\",\"oflags\":\"fciq,post\",\"trades\":[]}}}}",
             id);
    EXPECT_TEXT(text, want);
    EXPECT_HAS(call("OpenOrders", "userref=8"), "{\"open\":{}}");
    wire_close(&wire);
}

TEST(a_fill_is_the_same_in_order_trade_and_ledger)
{
    begin("USD=1000");
    char id[32], trade[32], query[128];
    snprintf(id, sizeof id, "%s",
             place("pair=XBTUSD&type=buy&ordertype=market&volume=0.001&oflags=fciq"));
    snprintf(query, sizeof query, "txid=%s&trades=true", id);
    const char *order = call("QueryOrders", query);
    EXPECT_HAS(order, "\"status\":\"closed\",\"reason\":null");
    EXPECT_HAS(order, "\"vol_exec\":\"0.00100000\"");
    char cost[32], fee[32], price[32];
    snprintf(cost, sizeof cost, "\"cost\":\"%s\"", wire_value(order, "cost"));
    snprintf(fee, sizeof fee, "\"fee\":\"%s\"", wire_value(order, "fee"));
    snprintf(price, sizeof price, "\"price\":\"%s\"", wire_value(strstr(order, "fee"), "price"));
    snprintf(trade, sizeof trade, "%s", wire_value(order, "trades"));
    const char *history = call("TradesHistory", "ledgers=true");
    EXPECT_HAS(history, trade);
    EXPECT_HAS(history, id);
    EXPECT_HAS(history, "\"pair\":\"XXBTZUSD\"");
    EXPECT_HAS(history, "\"maker\":false");
    EXPECT_HAS(history, cost);
    EXPECT_HAS(history, fee);
    EXPECT_HAS(history, price);
    EXPECT_HAS(history, "\"count\":1}");
    snprintf(query, sizeof query, "txid=%s", trade);
    EXPECT_HAS(call("QueryTrades", query), cost);
    const char *ledgers = call("Ledgers", "asset=ZUSD&type=trade");
    EXPECT_HAS(ledgers, trade);
    EXPECT_HAS(ledgers, "\"asset\":\"ZUSD\"");
    EXPECT_HAS(ledgers, "\"count\":1}");
    EXPECT_HAS(call("Ledgers", "type=deposit"), "\"count\":1}");
    EXPECT_HAS(call("Ledgers", "type=staking"), "{\"ledger\":{},\"count\":0}");
    snprintf(query, sizeof query, "id=%s",
             wire_value(call("TradesHistory", "ledgers=true"), "ledgers"));
    EXPECT_HAS(call("QueryLedgers", query), "\"amount\":\"0.0010000000\"");
    wire_close(&wire);
}

TEST(listings_refuse_what_they_do_not_know)
{
    begin("USD=1000");
    refused("QueryOrders", "", "EGeneral:Invalid arguments:txid");
    refused("QueryOrders", "txid=OAAAAA-AAAAA-AAAAAA", "EOrder:Invalid order");
    refused("QueryTrades", "txid=TAAAAA-AAAAA-AAAAAA", "EGeneral:Invalid arguments:txid");
    refused("QueryLedgers", "id=LAAAAA-AAAAA-AAAAAA", "EGeneral:Invalid arguments:id");
    refused("ClosedOrders", "ofs=-1", "EGeneral:Invalid arguments");
    EXPECT_HAS(call("ClosedOrders", "ofs=9223372036854775807"), "\"count\":0}");
    refused("ClosedOrders", "closetime=never", "EGeneral:Invalid arguments:closetime");
    refused("TradesHistory", "start=soon", "EGeneral:Invalid arguments");
    refused("Ledgers", "asset=FOO", "EQuery:Unknown asset");
    refused("OrderAmends", "order_id=O", "EOrder:Invalid order");
    refused("TradeVolume", "pair=FOO", "EQuery:Unknown asset pair");
    EXPECT_HAS(call("OpenPositions", ""), "\"result\":{}}");
    wire_close(&wire);
}

TEST(closed_orders_come_fifty_a_page_newest_first)
{
    begin("USD=1000");
    char first[32] = "", last[32] = "", fields[96];
    for (int i = 0; i < 52; i++) {
        snprintf(last, sizeof last, "%s", place(BUY "&volume=0.0001&price=10000"));
        if (i == 0)
            snprintf(first, sizeof first, "%s", last);
        snprintf(fields, sizeof fields, "{\"orders\":[\"%s\"]}", last);
        if (i % 10 == 9) {
            struct wire_socket *socket = wire_upgrade(&wire, "/v2");
            wire_send(socket, "{\"method\":\"ping\"}");
            EXPECT(wire_find(socket, "pong") != NULL);
            wire_drop(socket);
        }
        EXPECT_HAS(call("CancelOrderBatch", fields), "{\"count\":1}");
    }
    const char *page = call("ClosedOrders", "");
    EXPECT_HAS(page, "\"count\":52}");
    EXPECT_HAS(page, last);
    EXPECT(strstr(page, first) == NULL);
    page = call("ClosedOrders", "ofs=50&without_count=true");
    EXPECT_HAS(page, first);
    EXPECT(strstr(page, last) == NULL && strstr(page, "count") == NULL);
    EXPECT_HAS(page, "\"reason\":\"User requested\"");
    wire_close(&wire);
}

TEST(an_amendment_stays_the_same_order_and_is_remembered)
{
    begin("USD=1000");
    char id[32], fields[160];
    snprintf(id, sizeof id, "%s", place(BUY "&volume=0.01&price=10000"));
    snprintf(fields, sizeof fields, "txid=%s&order_qty=0.02&limit_price=10100.5", id);
    EXPECT(wire_value(call("AmendOrder", fields), "amend_id")[0] == 'T');
    const char *open = call("OpenOrders", "");
    EXPECT_HAS(open, id);
    EXPECT_HAS(open, "buy 0.02000000 XBTUSD @ limit 10100.5");
    EXPECT_HAS(open, "\"misc\":\"amended\"");
    snprintf(fields, sizeof fields, "order_id=%s", id);
    EXPECT_HAS(call("OrderAmends", fields), "\"count\":2,\"amends\":[{");
    snprintf(fields, sizeof fields, "txid=%s&limit_price=x", id);
    refused("AmendOrder", fields, "EOrder:Invalid price:Invalid price argument");
    refused("AmendOrder", "txid=OAAAAA-AAAAA-AAAAAA&order_qty=1", "EOrder:Unknown order");
    refused("AmendOrder", "order_qty=1", "EGeneral:Invalid arguments:txid");
    wire_close(&wire);
}

TEST(an_edit_ends_the_order_and_stands_another_in_its_place)
{
    begin("USD=1000");
    char id[32], fields[160];
    snprintf(id, sizeof id, "%s", place(BUY "&volume=0.01&price=10000"));
    snprintf(fields, sizeof fields, "pair=XBTUSD&txid=%s&volume=0.02&price=9000", id);
    const char *text = call("EditOrder", fields);
    EXPECT_TEXT(wire_value(text, "originaltxid"), id);
    EXPECT(strcmp(wire_value(text, "txid"), id) != 0);
    EXPECT_HAS(text, "\"status\":\"ok\"");
    EXPECT_HAS(text, "\"volume\":\"0.02000000\",\"price\":\"9000.0\",\"price2\":\"0\","
                     "\"orders_cancelled\":1");
    EXPECT_HAS(text, "{\"order\":\"buy 0.02000000 XBTUSD @ limit 9000.0\"}");
    snprintf(fields, sizeof fields, "pair=ETHUSD&txid=%s&volume=0.02", wire_value(text, "txid"));
    refused("EditOrder", fields, "EOrder:Invalid order");
    wire_close(&wire);
}

TEST(a_batch_answers_row_by_row)
{
    begin("USD=1000");
    const char *text =
        call("AddOrderBatch",
             "{\"pair\":\"XBTUSD\",\"orders\":["
             "{\"ordertype\":\"limit\",\"type\":\"buy\",\"price\":\"10000\",\"volume\":\"0.01\"},"
             "{\"ordertype\":\"limit\",\"type\":\"buy\",\"price\":\"10000\",\"volume\":\"100\"}]}");
    EXPECT(wire_value(text, "txid")[0] == 'O');
    EXPECT_HAS(text, "\"descr\":{\"order\":\"buy 0.01000000 XBTUSD @ limit 10000.0\"}},"
                     "{\"error\":\"EOrder:Insufficient funds\"}]}}");
    refused("AddOrderBatch", "{\"pair\":\"XBTUSD\",\"orders\":[{\"ordertype\":\"limit\"}]}",
            "EGeneral:Invalid arguments:orders");
    refused("AddOrderBatch",
            "{\"pair\":\"XBTUSD\",\"orders\":["
            "{\"ordertype\":\"limit\",\"type\":\"buy\",\"price\":\"10000\",\"volume\":\"0.01\"},"
            "{\"ordertype\":\"limit\",\"type\":\"buy\",\"price\":\"x\",\"volume\":\"0.01\"}]}",
            "EOrder:Invalid price:Invalid price argument");
    wire_close(&wire);
}

TEST(orders_are_cancelled_by_id_by_userref_in_a_batch_and_all_at_once)
{
    begin("USD=1000");
    char fields[160];
    for (int i = 0; i < 2; i++)
        place(BUY "&volume=0.001&price=10000&userref=5");
    EXPECT_HAS(call("CancelOrder", "txid=5"), "{\"count\":2}");
    snprintf(fields, sizeof fields, "txid=%s", place(BUY "&volume=0.001&price=10000"));
    EXPECT_HAS(call("CancelOrder", fields), "{\"count\":1}");
    refused("CancelOrder", fields, "EOrder:Unknown order");
    refused("CancelOrder", "", "EGeneral:Invalid arguments:txid");
    const char *id = place(BUY "&volume=0.001&price=10000");
    place(BUY "&volume=0.001&price=10000&cl_ord_id=mine");
    place(BUY "&volume=0.001&price=10000&userref=6");
    snprintf(fields, sizeof fields, "{\"orders\":[\"%s\",6],\"cl_ord_ids\":[\"mine\"]}", id);
    EXPECT_HAS(call("CancelOrderBatch", fields), "{\"count\":3}");
    refused("CancelOrderBatch", "{\"orders\":[]}", "EGeneral:Invalid arguments:orders");
    place(BUY "&volume=0.001&price=10000");
    EXPECT_HAS(call("CancelAll", ""), "{\"count\":1}");
    EXPECT_HAS(call("CancelAll", ""), "{\"count\":0}");
    wire_close(&wire);
}

TEST(a_dead_mans_timer_cancels_all_when_nobody_calls_again)
{
    begin("USD=1000");
    place(BUY "&volume=0.001&price=10000");
    EXPECT_HAS(call("CancelAllOrdersAfter", "timeout=59"),
               "{\"currentTime\":\"2024-01-01T00:00:00Z\","
               "\"triggerTime\":\"2024-01-01T00:00:59Z\"}");
    EXPECT_HAS(call("CancelAllOrdersAfter", "timeout=0"), "\"triggerTime\":\"0\"}");
    call("CancelAllOrdersAfter", "timeout=59");
    EXPECT(strstr(call("OpenOrders", ""), "{\"open\":{}}") == NULL);
    struct wire_socket *socket = wire_upgrade(&wire, "/v2");
    wire_send(socket, "{\"method\":\"ping\"}");
    EXPECT(wire_find(socket, "pong") != NULL);
    wire_drop(socket);
    EXPECT_HAS(call("OpenOrders", ""), "{\"open\":{}}");
    refused("CancelAllOrdersAfter", "timeout=-1", "EGeneral:Invalid arguments:timeout");
    refused("CancelAllOrdersAfter", "timeout=86400", "EGeneral:Invalid arguments:timeout");
    refused("CancelAllOrdersAfter", "", "EGeneral:Invalid arguments:timeout");
    wire_close(&wire);
}

TEST(fees_are_told_by_the_pairs_own_schedule)
{
    begin("USD=1000");
    EXPECT_TEXT(call("TradeVolume", "pair=XBTUSD"),
                "{\"error\":[],\"result\":{\"currency\":\"ZUSD\",\"volume\":\"0.0000\",\"fees\":"
                "{\"XXBTZUSD\":{\"fee\":\"0.4000\",\"minfee\":\"0.1000\",\"maxfee\":\"0.4000\","
                "\"nextfee\":\"0.3500\",\"nextvolume\":\"10000.0000\",\"tiervolume\":\"0.0000\"}},"
                "\"fees_maker\":{\"XXBTZUSD\":{\"fee\":\"0.2500\",\"minfee\":\"0.0000\","
                "\"maxfee\":\"0.2500\",\"nextfee\":\"0.2000\",\"nextvolume\":\"10000.0000\","
                "\"tiervolume\":\"0.0000\"}}}}");
    EXPECT(strstr(call("TradeVolume", ""), "fees") == NULL);
    wire_close(&wire);
}

static bool camel(struct private_variant variant)
{
    return variant.camel_case;
}

static bool zeros(struct private_variant variant)
{
    return variant.zero_balances && variant.plain_balances;
}

static bool late(struct private_variant variant)
{
    return variant.stop_price_late && variant.pending_cancels;
}

TEST(variants_of_what_is_left_open_are_all_spoken)
{
    begin("USD=1000");
    EXPECT_HAS(call("GetApiKeyInfo", ""), "\"api_key_name\":\"local\"");
    EXPECT_HAS(
        call("AddOrder", "pair=XBTUSD&type=buy&ordertype=stop-loss&volume=0.001&price=90000"),
        "stop loss");
    EXPECT_HAS(call("OpenOrders", ""), "\"stopprice\":\"90000.0\"");
    wire_close(&wire);
    begin_variant(camel);
    EXPECT_HAS(call("GetApiKeyInfo", ""), "\"apiKeyName\":\"local\"");
    wire_close(&wire);
    begin_variant(zeros);
    EXPECT_HAS(call("Balance", ""), "\"XXBT\":\"0.0000000000\"");
    EXPECT_HAS(call("BalanceEx", ""), "\"ZUSD\":{\"balance\":1000.0000,");
    wire_close(&wire);
    begin_variant(late);
    call("AddOrder", "pair=XBTUSD&type=buy&ordertype=stop-loss&volume=0.001&price=90000");
    EXPECT_HAS(call("OpenOrders", ""), "\"stopprice\":\"0.0\"");
    EXPECT_HAS(call("CancelAll", ""), "{\"count\":1,\"pending\":false}");
    wire_close(&wire);
}
