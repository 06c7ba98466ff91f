/* SPDX-License-Identifier: MIT */
#include "operator/server/api.h"

#include "api_fixture.h"
#include "core/base/prng.h"
#include "operator/server/asset.h"
#include "operator/server/metrics.h"
#include "operator/server/query.h"

TEST(status_gives_money_as_exact_text_and_times_in_utc)
{
    begin();
    const char *text = get("/api/v1/status", "", 200);
    EXPECT(has(text, "\"mode\":\"paper\""));
    EXPECT(has(text, "\"equity\":\"10123.45000000\""));
    EXPECT(has(text, "\"market_time\":\"2024-08-05T12:00:00.000Z\""));
    EXPECT(has(text, "\"uptime_seconds\":10800"));
    EXPECT(has(text, "\"runtime_degraded\":false"));
    EXPECT(has(text, "\"fresh\":1,\"stale\":1"));
    end();
}

TEST(where_orders_go_to_a_venue_its_balances_its_names_and_its_counters_are_told)
{
    begin();
    EXPECT(has(get("/api/v1/status", "", 200),
               "\"orders_at_venue\":false,\"entries_possible\":true,"
               "\"trouble\":null,\"balances\":[]"));
    EXPECT(has(get("/api/v1/orders", "", 200), "\"venue_id\":null"));
    view.mode = VIEW_LIVE;
    view.at_venue = (struct view_venue){.trades = true,
                                        .trouble = "the key may withdraw",
                                        .unknown_count = 3,
                                        .bare_longest_ns = 1500 * NS_PER_MS,
                                        .reconnect_count = 7,
                                        .balance_count = 1,
                                        .balances = {{"BTC", 123000000, 23000000}}};
    EXPECT(venue_id_parse("OUF4EM-FRGI2-MQMWZD", 19, &view.order_ids[0]));
    const char *text = get("/api/v1/status", "", 200);
    EXPECT(has(text, "\"orders_at_venue\":true,\"entries_possible\":false"));
    EXPECT(has(text, "\"trouble\":\"the key may withdraw\""));
    EXPECT(has(text, "{\"asset\":\"BTC\",\"total\":\"1.23000000\",\"held\":\"0.23000000\"}"));
    EXPECT(has(get("/api/v1/orders", "", 200), "\"venue_id\":\"OUF4EM-FRGI2-MQMWZD\""));
    const struct api_source shown = {.view = &view, .now = &now};
    EXPECT(metrics_write(page, sizeof page, &shown, &(struct bridge_model){0}) > 0);
    EXPECT(has(page, "\ncuttle_venue_orders_unknown_total 3\n"));
    EXPECT(has(page, "\ncuttle_venue_bare_longest_seconds 1.5\n"));
    EXPECT(has(page, "\ncuttle_gateway_reconnects_total 7\n"));
    EXPECT(has(page, "\ncuttle_entries_possible 0\n"));
    end();
}

TEST(a_session_that_has_gone_silent_is_reported_as_degraded)
{
    begin();
    now.mono_ns = view.mono_ns + 61 * NS_PER_S;
    EXPECT(has(get("/api/v1/status", "", 200), "\"runtime_degraded\":true"));
    EXPECT_NEAR(section_age(&view, &now), 61, 1e-9);
    now.mono_ns = view.mono_ns + 59 * NS_PER_S;
    EXPECT(section_degraded(&view, &now) == NULL);
    view.feed.connected = false;
    EXPECT(section_degraded(&view, &now) != NULL);
    view.number = 0;
    EXPECT(section_degraded(&view, &now) != NULL);
    end();
}

TEST(positions_and_pairs_use_each_pairs_own_decimals)
{
    begin();
    const char *text = get("/api/v1/positions", "", 200);
    EXPECT(has(text, "\"entry\":\"64010.0\",\"stop\":\"63100.0\",\"target\":\"66900.0\""));
    EXPECT(has(text, "\"quantity\":\"0.01230000\""));
    view.pairs[1].against = VERDICT_STALE;
    text = get("/api/v1/pairs", "", 200);
    EXPECT(has(
        text,
        "\"pair\":\"ETH/USD\",\"health\":\"stale\",\"against\":\"stale\",\"last\":\"3210.99\""));
    EXPECT(has(text, "\"day_change\":null"));
    text = get("/api/v1/orders", "", 200);
    EXPECT(has(text, "\"order\":42,\"pair\":\"BTC/USD\",\"purpose\":\"protect\""));
    text = get("/api/v1/strategies", "", 200);
    EXPECT(has(text, "\"model\":null"));
    view.strategies[0].model = VIEW_MODEL_DEMOTED;
    const struct model_outcome won = {0.25, true, true, 0.02, 1};
    model_score_add(&view.strategies[0].scores.model, &won);
    text = get("/api/v1/strategies", "", 200);
    EXPECT(has(text, "\"model\":{\"state\":\"demoted\",\"asked\":0,"));
    EXPECT(has(text, "\"brier\":0.5625,\"accuracy\":0,\"reward\":0.02,\"reward_yes\":0.02"));
    get("/api/v1/risk", "", 200);
    end();
}

TEST(thoughts_are_newest_first_and_filtered_by_pair_and_kind)
{
    begin();
    for (uint64_t i = 1; i <= 10; i++) {
        struct record record = i % 5 == 0 ? script_exit(i, i % 2 ? 0 : 1, 100)
                                          : script_decision(i, i % 2 ? 0 : 1, VERDICT_UNSURE);
        think(&record);
    }
    const char *text = get("/api/v1/thoughts", "limit=1", 200);
    EXPECT(has(text, "\"number\":10,"));
    EXPECT(has(text, "\"total\":10"));
    text = get("/api/v1/thoughts", "kind=exit", 200);
    EXPECT(has(text, "\"number\":10,") && has(text, "\"number\":5,"));
    EXPECT(has(text, "\"total\":2"));
    text = get("/api/v1/thoughts", "pair=BTC%2FUSD&kind=exit", 200);
    EXPECT(has(text, "\"number\":5,") && has(text, "\"total\":1"));
    text = get("/api/v1/thoughts", "pair=BTC/USD&limit=2&offset=4", 200);
    EXPECT(has(text, "\"number\":1,") && has(text, "\"total\":5"));
    end();
}

TEST(trades_page_from_the_newest)
{
    begin();
    for (uint64_t i = 1; i <= 7; i++) {
        struct record record = script_exit(i, 0, (int64_t)i * 100000000);
        struct bridge_trade trade = bridge_trade_of(&record, &script_pairs[0]);
        history_add_trade(history, &trade);
    }
    const char *text = get("/api/v1/trades", "limit=2&offset=1", 200);
    /* 640 USD for 0.01 BTC is 64,000. */
    EXPECT(has(text, "\"total\":7,\"offset\":1,\"limit\":2,\"trades\":[{\"number\":6,"));
    EXPECT(has(text, "\"entry\":\"64000.0000000000\",\"exit\":\"64500.0000000000\""));
    EXPECT(has(text, "\"pnl\":\"6.00000000\",\"closed_by\":\"target\""));
    EXPECT(strstr(text, "\"number\":4,") == NULL);
    struct record sold = script_exit(8, 0, 100000000);
    sold.purpose = PURPOSE_EXIT;
    sold.by_hand = true;
    const struct bridge_trade by_hand = bridge_trade_of(&sold, &script_pairs[0]);
    history_add_trade(history, &by_hand);
    EXPECT(has(get("/api/v1/trades", "limit=1", 200), "\"closed_by\":\"hand\""));
    EXPECT(has(get("/api/v1/trades", "offset=8", 200), "\"trades\":[]"));
    end();
}

TEST(candles_are_resampled_and_end_with_the_forming_one)
{
    begin();
    for (int64_t i = 0; i < 12; i++) {
        struct candle candle = script_candle(0, i);
        history_add_candles(history, 0, TIMEFRAME_1M, &candle, 1);
    }
    const char *text = get("/api/v1/candles", "pair=BTC/USD&timeframe=5m", 200);
    EXPECT(has(text, "\"candles\":[{\"time\":\"2024-08-05T00:00:00Z\",\"open\":\"64000.0\""));
    EXPECT(has(text, "\"forming\":{\"time\":\"2024-08-05T00:10:00Z\""));
    text = get("/api/v1/candles", "pair=BTC/USD&timeframe=1m&limit=1", 200);
    EXPECT(has(text, "\"candles\":[{\"time\":\"2024-08-05T00:11:00Z\""));
    EXPECT(has(text, "\"forming\":null"));
    EXPECT(has(get("/api/v1/candles", "pair=ETH/USD", 200), "\"candles\":[],\"forming\":null"));
    end();
}

static bool write_insights(void *context, struct json_writer *writer, char *error,
                           size_t error_size)
{
    snprintf(error, error_size, "the ledger is not there");
    if (*(bool *)context)
        json_put_raw(writer, NULL, "{\"insights\":[]}", 15);
    return *(bool *)context;
}

TEST(insights_are_whatever_the_session_makes_of_its_trades)
{
    bool there = true;
    begin();
    EXPECT(has(get("/api/v1/insights", "", 503), "keeps no trades"));
    source.insights = &(struct bridge_insights){write_insights, &there};
    EXPECT_TEXT(get("/api/v1/insights", "", 200), "{\"insights\":[]}");
    EXPECT(has(get("/api/v1/insights", "limit=1", 400), "not a parameter"));
    there = false;
    EXPECT(has(get("/api/v1/insights", "", 503), "the ledger is not there"));
    end();
}

static bool write_models(void *context, struct json_writer *writer, char *error, size_t error_size)
{
    snprintf(error, error_size, "the model in force cannot be read");
    if (*(bool *)context)
        json_put_raw(writer, NULL, "{\"model\":null}", 14);
    return *(bool *)context;
}

TEST(what_the_model_proved_is_told_at_both_addresses)
{
    bool there = true;
    begin();
    EXPECT(has(get("/api/v1/ml-metrics", "", 503), "no models"));
    source.models = &(struct bridge_models){.write = write_models, .context = &there};
    EXPECT_TEXT(get("/api/v1/ml-metrics", "", 200), "{\"model\":null}");
    EXPECT_TEXT(get("/ml-metrics", "", 200), "{\"model\":null}");
    EXPECT(has(get("/ml-metrics", "pair=BTC/USD", 400), "not a parameter"));
    there = false;
    EXPECT(has(get("/api/v1/ml-metrics", "", 503), "cannot be read"));
    end();
}

TEST(wrong_requests_are_told_what_would_be_right)
{
    const struct {
        const char *path, *query;
        int status;
        const char *detail;
    } story[] = {
        {"/api/v1/nothing", "", 404, "/api/v1 lists"},
        {"/api/v2/status", "", 404, "there is nothing at"},
        {"/", "", 404, "there is nothing at"},
        {"/api/v1/status", "limit=3", 400, "not a parameter of this route"},
        {"/api/v1/trades", "limit=0", 400, "from 1 to 1000"},
        {"/api/v1/trades", "limit=1001", 400, "from 1 to 1000"},
        {"/api/v1/trades", "limit=-1", 400, "from 1 to 1000"},
        {"/api/v1/trades", "limit=99999999999999999999", 400, "from 1 to 1000"},
        {"/api/v1/trades", "limit=", 400, "from 1 to 1000"},
        {"/api/v1/trades", "limit=5&limit=6", 400, "given twice"},
        {"/api/v1/trades", "limit", 400, "name=value"},
        {"/api/v1/trades", "limit=%zz", 400, "name=value"},
        {"/api/v1/trades", "limit=%3", 400, "name=value"},
        {"/api/v1/thoughts", "kind=dream", 400, "order_ended"},
        {"/api/v1/thoughts", "pair=", 400, "BTC/USD"},
        {"/api/v1/candles", "", 400, "pair is missing"},
        {"/api/v1/candles", "pair=FOO/USD", 404, "no pair"},
        {"/api/v1/candles", "pair=BTC/USD&timeframe=2m", 400, "1m, 5m"},
        {"/api/v1/candles", "pair=%00", 400, "name=value"},
    };
    begin();
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        const char *text = get(story[i].path, story[i].query, story[i].status);
        EXPECT(has(text, story[i].detail));
        EXPECT(has(text, "\"type\":\"about:blank\""));
    }
    end();
}

TEST(no_query_of_any_bytes_is_taken_for_more_than_it_says)
{
    static const char letters[] = "limit=offset&pair&kind=timeframe%2F+0123456789%%%\x01\xff";
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 20000; round++) {
        char text[80], error[64];
        size_t len = prng_below(&prng, sizeof text);
        for (size_t i = 0; i < len; i++)
            text[i] = letters[prng_below(&prng, sizeof letters - 1)];
        text[len < sizeof text ? len : sizeof text - 1] = '\0';
        struct query query = {.limit = 7};
        bool good = query_parse(&query, QUERY_LIMIT | QUERY_PAIR, text, error, sizeof error);
        EXPECT(!good || (query.given & ~(uint32_t)(QUERY_LIMIT | QUERY_PAIR)) == 0);
        EXPECT(!good || (query.limit >= 1 && query.limit <= 1000));
        EXPECT(good || error[0] != '\0');
    }
}

TEST(an_answer_too_large_is_a_problem_and_never_half_a_list)
{
    begin();
    for (uint64_t i = 1; i <= 100; i++) {
        struct record record = script_decision(i, 0, VERDICT_UNSURE);
        think(&record);
    }
    struct json_writer writer;
    json_writer_init(&writer, page, 4096);
    EXPECT_INT(api_get(&source, "/api/v1/thoughts", "", &writer), 500);
    EXPECT(json_writer_ok(&writer) && has(page, "smaller limit"));
    end();
}

TEST(every_asset_decompresses_to_its_length_and_the_page_is_html)
{
    EXPECT(asset_find("/") != NULL);
    EXPECT(asset_find("/../etc/passwd") == NULL);
    for (size_t i = 0; i < asset_count; i++) {
        char *plain = asset_plain(&assets[i]);
        EXPECT(plain != NULL);
        EXPECT(assets[i].etag[0] == '"');
        if (strcmp(assets[i].path, "/") == 0)
            EXPECT(strncasecmp(plain, "<!doctype html>", 15) == 0);
        free(plain);
    }
}
