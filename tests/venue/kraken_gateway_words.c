/* SPDX-License-Identifier: MIT */
/*
 * The parts of the private side that stand alone: what errors mean, orders as they are kept, and
 * the results of private REST calls in each shape that was seen.
 */
#include "../test.h"

#include "core/base/prng.h"
#include "venue/kraken/errors.h"
#include "venue/kraken/own_orders.h"
#include "venue/kraken/own_replies.h"

static const struct kraken_error *error_of(const char *text)
{
    return kraken_error_find(text, strlen(text));
}

static const struct {
    const char *text;
    bool lost;
    enum reject_reason reject;
    enum kraken_remedy remedy;
} classes[] = {
    {"EAPI:Invalid key", false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"EAPI:Invalid signature", false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"EAPI:Invalid nonce", false, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONCE},
    {"EAPI:Rate limit exceeded", false, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EAPI:Invalid token", false, REJECT_VENUE_DOWN, KRAKEN_REMEDY_TOKEN},
    {"ESession:Invalid session", false, REJECT_VENUE_DOWN, KRAKEN_REMEDY_TOKEN},
    {"EAuth:Account temporary disabled", false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"EAuth:Account unconfirmed", false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"EAuth:Rate limit exceeded", false, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EAuth:Too many requests", false, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EGeneral:Invalid arguments", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EGeneral:Invalid arguments:volume", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EGeneral:Invalid arguments:Index unavailable", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EGeneral:Permission denied", false, REJECT_PERMISSION, KRAKEN_REMEDY_NONE},
    {"EGeneral:Temporary lockout", false, REJECT_RATE, KRAKEN_REMEDY_LOCKOUT},
    {"EGeneral:Too many requests", false, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EGeneral:Internal error", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EGeneral:Internal error:17", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EDatabase:Internal error", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EGeneral:Unknown method", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EService:Unavailable", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EService:Busy", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EService:Timeout", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EService:Throttled: 1722816000", false, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EService:Deadline elapsed", false, REJECT_DEADLINE, KRAKEN_REMEDY_NONE},
    {"EService:Market in cancel_only mode", false, REJECT_PAIR_STATUS, KRAKEN_REMEDY_NONE},
    {"EService:Market in post_only mode", false, REJECT_PAIR_STATUS, KRAKEN_REMEDY_NONE},
    {"EService:Market in limit_only mode", false, REJECT_PAIR_STATUS, KRAKEN_REMEDY_NONE},
    {"EOrder:Insufficient funds", false, REJECT_FUNDS, KRAKEN_REMEDY_NONE},
    {"EOrder:Order minimum not met", false, REJECT_QTY_MIN, KRAKEN_REMEDY_NONE},
    {"EOrder:Cost minimum not met", false, REJECT_COST_MIN, KRAKEN_REMEDY_NONE},
    {"EOrder:Tick size check failed", false, REJECT_TICK, KRAKEN_REMEDY_NONE},
    {"EOrder:Invalid price:Invalid price argument", false, REJECT_TICK, KRAKEN_REMEDY_NONE},
    {"EOrder:Invalid order", false, REJECT_UNKNOWN_ORDER, KRAKEN_REMEDY_NONE},
    {"EOrder:Unknown order", false, REJECT_UNKNOWN_ORDER, KRAKEN_REMEDY_NONE},
    {"EOrder:Unknown position", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EOrder:Cannot open position", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EOrder:Cannot open opposing position", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EOrder:Margin allowance exceeded", false, REJECT_FUNDS, KRAKEN_REMEDY_NONE},
    {"EOrder:Margin level too low", false, REJECT_FUNDS, KRAKEN_REMEDY_NONE},
    {"EOrder:Margin position size exceeded", false, REJECT_FUNDS, KRAKEN_REMEDY_NONE},
    {"EOrder:Insufficient margin", false, REJECT_FUNDS, KRAKEN_REMEDY_NONE},
    {"EOrder:Positions limit exceeded", false, REJECT_FULL, KRAKEN_REMEDY_NONE},
    {"EOrder:Reduce only:No position exists", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EOrder:Rate limit exceeded", false, REJECT_RATE, KRAKEN_REMEDY_NONE},
    {"EOrder:Domain rate limit exceeded", false, REJECT_RATE, KRAKEN_REMEDY_NONE},
    {"EOrder:Orders limit exceeded", false, REJECT_FULL, KRAKEN_REMEDY_NONE},
    {"EOrder:Scheduled orders limit exceeded", false, REJECT_FULL, KRAKEN_REMEDY_NONE},
    {"EOrder:Post only order", false, REJECT_POST_ONLY, KRAKEN_REMEDY_NONE},
    {"EOrder:Something new", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EQuery:Unknown asset pair", false, REJECT_NO_MARKET, KRAKEN_REMEDY_NONE},
    {"EQuery:Invalid asset pair", false, REJECT_NO_MARKET, KRAKEN_REMEDY_NONE},
    {"EQuery:Unknown asset", false, REJECT_NO_MARKET, KRAKEN_REMEDY_NONE},
    {"ETrade:Invalid request", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"ETrade:User Locked", false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"EAccount:Invalid permissions", false, REJECT_PERMISSION, KRAKEN_REMEDY_NONE},
    {"EFunding:Unknown withdraw key", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EBM:limit exceeded:CAL", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    /* Never heard of: what is a service's or strange leaves the fate open. */
    {"EService:Something new", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EDatabase:Deadlock", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EEngine:Gone", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EOrder:Internal failure", true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"Unsupported field: 'x' for the given msg type: add order", false, REJECT_OTHER,
     KRAKEN_REMEDY_NONE},
    {"Expected an order_id", false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
};

TEST(every_error_of_the_documents_has_its_class)
{
    for (uint32_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        const struct kraken_error *error = error_of(classes[i].text);
        if (error->lost != classes[i].lost || error->reject != classes[i].reject ||
            error->remedy != classes[i].remedy)
            fail_msg("%s is taken for another", classes[i].text);
    }
}

TEST(no_row_of_the_table_hides_behind_another)
{
    for (size_t i = 0; i < kraken_error_count; i++)
        EXPECT(error_of(kraken_errors[i].text) == &kraken_errors[i]);
}

static struct venue_id id_of(uint64_t number)
{
    return (struct venue_id){.hi = 1, .lo = number};
}

TEST(orders_are_found_among_thousands_and_the_longest_ended_makes_place)
{
    struct kraken_own_orders *orders = calloc(1, sizeof *orders);
    EXPECT(orders != NULL);
    kraken_own_init(orders);
    for (uint64_t i = 0; i < KRAKEN_OWN_MAX; i++) {
        struct kraken_own_order *own = kraken_own_get(orders, id_of(i));
        own->order.state = i % 2 == 0 ? NEWS_OPEN : NEWS_CANCELLED;
        own->order.client = i;
    }
    for (uint64_t i = 0; i < 500; i++) {
        kraken_own_get(orders, id_of(KRAKEN_OWN_MAX + i))->order.client = KRAKEN_OWN_MAX + i;
        EXPECT(kraken_own_find(orders, id_of(2 * i + 1)) == NULL);
    }
    for (uint64_t i = 0; i < KRAKEN_OWN_MAX + 500; i++) {
        const struct kraken_own_order *own = kraken_own_find(orders, id_of(i));
        if (i < 1000 && i % 2 == 1)
            EXPECT(own == NULL);
        else
            EXPECT(own != NULL && own->order.client == i);
    }
    EXPECT_INT(orders->count, KRAKEN_OWN_MAX);
    free(orders);
}

TEST(the_table_of_orders_agrees_with_a_plain_list_over_seeds)
{
    enum { IDS = 6000 };
    static uint64_t value[IDS];
    struct kraken_own_orders *orders = calloc(1, sizeof *orders);
    struct prng prng;
    EXPECT(orders != NULL);
    prng_init(&prng, test_seed());
    for (uint64_t n = 1; n <= 60000; n++) {
        uint64_t i = prng_below(&prng, IDS);
        struct kraken_own_order *own = kraken_own_find(orders, id_of(i));
        if (own != NULL)
            EXPECT(own->order.client == value[i] && own->order.txid.lo == i);
        own = kraken_own_get(orders, id_of(i));
        own->order.client = value[i] = n;
        own->order.state = prng_below(&prng, 3) == 0 ? NEWS_FILLED : NEWS_OPEN;
        EXPECT(kraken_own_find(orders, id_of(i)) == own);
    }
    free(orders);
}

static struct json result_of(const char *text)
{
    struct json json;
    json_init(&json, text, strlen(text));
    return json;
}

TEST(assets_are_named_as_they_are_shown)
{
    static const char *const names[][2] = {
        {"ZUSD", "USD"}, {"XXBT", "BTC"},    {"XXDG", "DOGE"},   {"XRP", "XRP"},
        {"USD", "USD"},  {"DOT.S", "DOT.S"}, {"XBT.M", "BTC.M"}, {"XTZ", "XTZ"},
    };
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[GATEWAY_ASSET_MAX];
        const struct json_text text = {names[i][0], strlen(names[i][0])};
        EXPECT(kraken_asset_name(text, name));
        EXPECT_TEXT(name, names[i][1]);
    }
    char name[GATEWAY_ASSET_MAX];
    EXPECT(!kraken_asset_name((struct json_text){"A\"B", 3}, name));
    EXPECT(!kraken_asset_name((struct json_text){"", 0}, name));
}

TEST(balances_come_as_numbers_strings_or_objects)
{
    struct gateway_balance list[GATEWAY_BALANCE_MAX];
    uint32_t count = 0;
    struct json json = result_of("{\"ZUSD\":\"171288.6158\",\"XXBT\":1.5,\"ADA.S\":{\"balance\":"
                                 "2,\"hold_trade\":\"0.000000019\",\"credit\":\"0\"}}");
    EXPECT(kraken_balances_read(&json, list, &count));
    EXPECT_INT(count, 3);
    EXPECT_INT(list[0].total, 17128861580000);
    EXPECT_INT(list[1].total, 150000000);
    EXPECT_TEXT(list[2].asset, "ADA.S");
    EXPECT_INT(list[2].total, 200000000);
    EXPECT_INT(list[2].held, 1);
    json = result_of("{\"ZUSD\":\"a lot\"}");
    EXPECT(!kraken_balances_read(&json, list, &count));
    EXPECT_INT(count, 3);
}

TEST(a_token_is_a_text_that_expires)
{
    char token[KRAKEN_TOKEN_MAX] = "before";
    int64_t life_ns = 0;
    struct json json =
        result_of("{\"expires\":900,\"token\":\"1Dwc4lzSwNWOAwkMdqhssNNFhs1ed606\"}");
    EXPECT(kraken_token_read(&json, token, &life_ns));
    EXPECT_TEXT(token, "1Dwc4lzSwNWOAwkMdqhssNNFhs1ed606");
    EXPECT_INT(life_ns, 900000000000);
    json = result_of("{\"expires\":900}");
    EXPECT(!kraken_token_read(&json, token, &life_ns));
}

TEST(an_order_added_says_its_id_in_a_list_or_alone_or_not_at_all)
{
    static const struct {
        const char *text;
        bool known;
    } rows[] = {
        {"{\"descr\":{\"order\":\"buy\"},\"txid\":[\"OUF4EM-FRGI2-MQMWZD\"]}", true},
        {"{\"txid\":\"OUF4EM-FRGI2-MQMWZD\",\"descr\":{}}", true},
        {"{\"descr\":{\"order\":\"buy\"}}", false},
    };
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct venue_id id = {0};
        struct json json = result_of(rows[i].text);
        EXPECT(kraken_added_read(&json, &id));
        EXPECT_INT(venue_id_known(id), rows[i].known);
    }
    struct venue_id id = {0};
    struct json json = result_of("{\"txid\":[\"what is this?\"]}");
    EXPECT(!kraken_added_read(&json, &id));
}
