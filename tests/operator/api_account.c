/* SPDX-License-Identifier: MIT */
/* What the account holds, what was done with it, and what the interface says of itself. */
#include "api_fixture.h"
#include "operator/server/control.h"

TEST(on_paper_the_balances_are_cash_and_what_the_positions_hold)
{
    begin();
    /* 0.0123 BTC at 64,211.0, all of it under its stop; 0.5 ETH asked for at 3,000.00. */
    view.orders[1] = (struct order){.pair = 1,
                                    .side = SIDE_BUY,
                                    .state = ORDER_OPEN,
                                    .qty_lots = 70000000,
                                    .filled_lots = 20000000,
                                    .limit_ticks = 300000};
    view.order_count = 2;
    EXPECT_TEXT(get("/api/v1/balances", "", 200),
                "{\"currency\":\"USD\",\"by\":\"session\",\"balances\":["
                "{\"asset\":\"USD\",\"total\":\"9333.22000000\",\"held\":\"1500.00000000\","
                "\"value\":\"9333.22000000\"},"
                "{\"asset\":\"BTC\",\"total\":\"0.01230000\",\"held\":\"0.01230000\","
                "\"value\":\"789.79530000\"}]}");
    view.pairs[0].last_ticks = 0;
    EXPECT(has(get("/api/v1/balances", "", 200), "\"value\":null}]"));
    view.pairs[0].terms =
        (struct pair){.symbol = "BTC/USD"}; /* an earlier session's, not named yet */
    view.pairs[1].terms = (struct pair){.symbol = "ETH/USD"};
    EXPECT(has(get("/api/v1/balances", "", 200), "[{\"asset\":\"USD\",\"total\":\"9333.22000000\","
                                                 "\"held\":\"0.00000000\",\"value\":"
                                                 "\"9333.22000000\"}]"));
    view.number = 0;
    EXPECT(has(get("/api/v1/balances", "", 200), "\"balances\":[]"));
    end();
}

TEST(at_a_venue_the_balances_are_by_its_word)
{
    begin();
    view.at_venue = (struct view_venue){.trades = true,
                                        .balance_count = 3,
                                        .balances = {{"USD", 100000000000, 0},
                                                     {"BTC", 200000000, 50000000},
                                                     {"XYZ", 100000000, 0}}};
    EXPECT_TEXT(get("/api/v1/balances", "", 200),
                "{\"currency\":\"USD\",\"by\":\"venue\",\"balances\":["
                "{\"asset\":\"USD\",\"total\":\"1000.00000000\",\"held\":\"0.00000000\","
                "\"value\":\"1000.00000000\"},"
                "{\"asset\":\"BTC\",\"total\":\"2.00000000\",\"held\":\"0.50000000\","
                "\"value\":\"128422.00000000\"},"
                "{\"asset\":\"XYZ\",\"total\":\"1.00000000\",\"held\":\"0.00000000\","
                "\"value\":null}]}");
    EXPECT(has(get("/api/v1/balances", "limit=1", 400), "not a parameter"));
    end();
}

TEST(the_activity_is_what_was_done_without_what_was_only_thought)
{
    begin();
    for (uint64_t i = 1; i <= 6; i++) {
        const struct record record =
            i % 2 == 0 ? script_exit(i, 0, 100) : script_decision(i, 0, VERDICT_UNSURE);
        think(&record);
    }
    const struct record paused = {
        .kind = RECORD_PAUSED, .pair = UINT32_MAX, .number = 7, .time_ns = SCRIPT_START};
    think(&paused);
    const char *text = get("/api/v1/activity", "limit=2", 200);
    EXPECT(has(text, "{\"activity\":[{\"number\":7,\"time\":\"2024-08-05T00:00:00.000Z\","
                     "\"kind\":\"paused\",\"pair\":null,\"sentence\":\""));
    EXPECT(has(text, "{\"number\":6,\"time\":\"2024-08-05T00:06:00.000Z\",\"kind\":\"exit\","
                     "\"pair\":\"BTC/USD\",\"sentence\":\""));
    EXPECT(has(text, "\"}],\"total\":4,\"offset\":0,\"limit\":2}"));
    EXPECT(has(get("/api/v1/activity", "offset=3", 200), "{\"activity\":[{\"number\":2,"));
    EXPECT(has(get("/api/v1/activity", "offset=4", 200), "{\"activity\":[],\"total\":4"));
    EXPECT(has(get("/api/v1/activity", "kind=exit", 400), "not a parameter"));
    EXPECT(has(get("/api/v1/activity", "limit=0", 400), "from 1 to 1000"));
    end();
}

TEST(the_configuration_is_told_as_it_was_given_or_why_not)
{
    begin();
    EXPECT(has(get("/api/v1/config", "", 503), "without a configuration"));
    source.configuration = "{\"options\":[]}";
    EXPECT_TEXT(get("/api/v1/config", "", 200), "{\"options\":[]}");
    EXPECT(has(get("/api/v1/config", "section=risk", 400), "not a parameter"));
    end();
}

TEST(status_stands_at_the_root_too_and_what_else_does_not_is_told_where_to_look)
{
    begin();
    char *told = strdup(get("/api/v1/status", "", 200));
    EXPECT_TEXT(get("/status", "", 200), told);
    free(told);
    EXPECT(has(get("/status", "limit=1", 400), "not a parameter"));
    EXPECT(has(get("/pairs", "", 404), "/api/v1 lists"));
    EXPECT(has(get("/api/v1status", "", 404), "/api/v1 lists"));
    EXPECT(has(get("//status", "", 404), "/api/v1 lists"));
    end();
}

/* The member of that key under `paths` of the description. */
static bool described(const char *path)
{
    char key[160];
    snprintf(key, sizeof key, "\"%s\":{\"", path);
    return has(get("/api/v1/openapi.json", "", 200), key);
}

TEST(every_route_is_listed_and_described)
{
    bool root;
    const char *each, *method;
    begin();
    for (size_t i = 0; (each = api_route(i, &root)); i++) {
        char path[128], line[192];
        snprintf(path, sizeof path, "/api/v1%s%s", each[0] ? "/" : "", each);
        snprintf(line, sizeof line, "{\"method\":\"GET\",\"path\":\"%s\"}", path);
        EXPECT(has(get("/api/v1", "", 200), line));
        EXPECT(described(path));
        snprintf(path, sizeof path, "/%s", each);
        EXPECT(!root || described(path));
    }
    for (size_t i = 0; (each = control_path(i, &method)); i++) {
        char line[192];
        snprintf(line, sizeof line, "{\"method\":\"%s\",\"path\":\"%s\"}", method, each);
        EXPECT(has(get("/api/v1/", "", 200), line));
        EXPECT(described(each));
    }
    end();
}
