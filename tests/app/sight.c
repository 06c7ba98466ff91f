/* SPDX-License-Identifier: MIT */
#include "app/sight.h"

#include "test.h"

static struct sight sight;

static bool hear(const char *text)
{
    return sight_apply(&sight, text, strlen(text));
}

TEST(a_state_fills_everything)
{
    sight = (struct sight){0};
    EXPECT(hear(
        "{\"type\":\"state\",\"sections\":{\"status\":{\"mode\":\"paper\",\"uptime_seconds\":61,"
        "\"equity\":\"10000.50000000\",\"day_pnl\":\"-3.00000000\",\"speed\":20,"
        "\"degraded_reason\":null,\"feed\":{\"connected\":true,\"fresh\":2,\"stale\":1},"
        "\"counters\":{\"decisions\":7,\"exits\":3}},"
        "\"pairs\":[{\"pair\":\"BTC/USD\",\"last\":\"64210.5\",\"day_change\":null,"
        "\"spread_bps\":1.5,\"health\":\"fresh\",\"against\":null}],\"unheard\":[1,{}]},"
        "\"thoughts\":[{\"kind\":\"note\",\"sentence\":\"Here.\",\"votes\":[]}],\"trades\":[]}"));
    EXPECT_TEXT(sight.status.mode, "paper");
    EXPECT_INT((int64_t)sight.status.uptime_seconds, 61);
    EXPECT_TEXT(sight.status.equity, "10000.50000000");
    EXPECT(sight.status.connected);
    EXPECT_INT((int64_t)sight.status.fresh, 2);
    EXPECT_INT((int64_t)sight.status.exits, 3);
    EXPECT_INT(sight.pair_count, 1);
    EXPECT_TEXT(sight.pairs[0].last, "64210.5");
    EXPECT_TEXT(sight.pairs[0].against, "");
    EXPECT(isnan(sight.pairs[0].day_change)); /* unknown is not nothing */
    EXPECT_NEAR(sight.pairs[0].spread_bps, 1.5, 0);
    EXPECT_INT(sight.thought_count, 1);
    EXPECT_TEXT(sight.thoughts[0].sentence, "Here.");
}

TEST(a_section_replaces_its_own_and_the_order_of_members_is_the_senders)
{
    sight = (struct sight){0};
    EXPECT(hear("{\"type\":\"section\",\"name\":\"positions\",\"data\":[{\"pair\":\"A\"},{\"pair\":"
                "\"B\"}]}"));
    EXPECT_INT(sight.position_count, 2);
    EXPECT(hear("{\"data\":[{\"pair\":\"C\",\"stop\":\"1.5\"}],\"name\":\"positions\",\"type\":"
                "\"section\"}"));
    EXPECT_INT(sight.position_count, 1);
    EXPECT_TEXT(sight.positions[0].symbol, "C");
    EXPECT_TEXT(sight.positions[0].stop, "1.5");
    EXPECT(hear(
        "{\"type\":\"section\",\"name\":\"risk\",\"data\":{\"exposure\":0.25,\"positions\":1}}"));
    EXPECT_NEAR(sight.risk.exposure, 0.25, 0);
    EXPECT_INT(sight.position_count, 1);
}

TEST(what_is_pushed_comes_first_and_the_oldest_falls_out)
{
    sight = (struct sight){0};
    char text[96];
    for (int i = 0; i < SIGHT_THOUGHT_MAX + 5; i++) {
        snprintf(text, sizeof text,
                 "{\"type\":\"thought\",\"thought\":{\"sentence\":\"number %d\"}}", i);
        EXPECT(hear(text));
    }
    EXPECT_INT(sight.thought_count, SIGHT_THOUGHT_MAX);
    EXPECT_TEXT(sight.thoughts[0].sentence, "number 104");
    EXPECT_TEXT(sight.thoughts[SIGHT_THOUGHT_MAX - 1].sentence, "number 5");
    EXPECT(hear("{\"type\":\"trade\",\"trade\":{\"number\":9,\"pnl\":\"1.5\"}}"));
    EXPECT_TEXT(sight.trades[0].number, "9");
}

TEST(an_event_counts_once_and_is_cleared_in_its_place)
{
    sight = (struct sight){0};
    const char *const alarm = "{\"type\":\"event\",\"event\":{\"id\":4,\"severity\":\"critical\","
                              "\"message\":\"bare\",\"cleared\":null}}";
    EXPECT(hear(alarm));
    EXPECT(hear(
        "{\"type\":\"event\",\"event\":{\"id\":5,\"severity\":\"warning\",\"message\":\"w\"}}"));
    EXPECT(hear("{\"type\":\"event\",\"event\":{\"id\":4,\"severity\":\"critical\","
                "\"message\":\"bare\",\"cleared\":\"2024-01-01T00:00:00Z\"}}"));
    EXPECT_INT(sight.event_count, 2);
    EXPECT_INT((int64_t)sight.critical_count, 1);
    EXPECT_INT((int64_t)sight.warning_count, 1);
    EXPECT(sight.events[1].cleared[0] != '\0');
}

TEST(what_is_no_json_changes_nothing)
{
    sight = (struct sight){0};
    EXPECT(hear("{\"type\":\"section\",\"name\":\"positions\",\"data\":[{\"pair\":\"A\"}]}"));
    EXPECT(!hear("{\"type\":\"section\",\"name\":\"positions\",\"data\":[{\"pair\":"));
    EXPECT(!hear(""));
    EXPECT(!hear("[]"));
    EXPECT_INT(sight.position_count, 1);
    EXPECT_TEXT(sight.positions[0].symbol, "A");
    EXPECT_INT((int64_t)sight.bad_count, 3);
    EXPECT(hear("{\"type\":\"of another day\",\"data\":[1,2]}"));
}

TEST(a_list_longer_than_there_can_be_is_refused)
{
    sight = (struct sight){0};
    char text[8192] = "{\"type\":\"section\",\"name\":\"pairs\",\"data\":[{}";
    for (int i = 0; i < PAIR_MAX; i++) {
        strcat(text, ",{}");
    }
    strcat(text, "]}");
    EXPECT(!hear(text));
    EXPECT_INT(sight.pair_count, PAIR_MAX);
}
