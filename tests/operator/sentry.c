/* SPDX-License-Identifier: MIT */
#include "operator/watch/sentry.h"

#include "operator/watch/event_list.h"
#include "platform/json/json_writer.h"
#include "sentry_fixture.h"

TEST(of_a_session_that_is_well_nothing_is_said)
{
    begin();
    pass(3600);
    expect("");
    EXPECT_INT(sentry_open_count(&sentry, SENTRY_INFO), 0);
}

TEST(events_that_no_ledger_takes_are_told_once_unless_storage_says_it_already)
{
    begin();
    sight.unkept = true;
    pass(10);
    expect("");
    pass(600);
    expect("events_unkept raised; ");
    sight.unkept = false;
    pass(20);
    expect("events_unkept cleared; ");
    sight.unkept = true;
    view.held = true;
    pass(600);
    expect("storage raised; ");
}

TEST(a_silent_trading_thread_is_told_once_and_its_recovery_too)
{
    begin();
    pass(10);
    for (int i = 0; i < 300; i++) { /* the view stays as old as it is */
        now.mono_ns += NS_PER_S;
        sentry_look(&sentry, &sight);
        if (i == 59)
            expect("");
        if (i == 60)
            expect("watchdog raised; ");
    }
    expect("");
    EXPECT_INT(last.severity, SENTRY_CRITICAL);
    EXPECT(strstr(last.message, "61 s") != NULL);
    EXPECT_INT(sentry_open_count(&sentry, SENTRY_CRITICAL), 1);
    pass(5);
    expect("");
    pass(1);
    expect("watchdog cleared; ");
    EXPECT(last.cleared_ns != 0);
}

TEST(a_session_that_never_reports_is_silent_too)
{
    begin();
    view.number = 0;
    for (int i = 0; i < 70; i++) {
        now.mono_ns += NS_PER_S;
        sentry_look(&sentry, &sight);
    }
    expect("watchdog raised; ");
}

TEST(a_feed_is_missed_only_when_it_stays_away)
{
    begin();
    pass(1);
    view.feed.connected = false;
    snprintf(view.feed.reason, sizeof view.feed.reason, "connection refused");
    pass(29);
    view.feed.connected = true;
    pass(1);
    view.feed.connected = false;
    pass(30);
    expect("");
    pass(1);
    expect("disconnected raised; ");
    EXPECT(strstr(last.message, "connection refused") != NULL);
    view.feed.connected = true;
    pass(11);
    expect("disconnected cleared; ");
}

TEST(between_its_two_levels_an_event_stays_as_it_is)
{
    const struct {
        double drawdown;
        int seconds;
        const char *want;
    } story[] = {
        {0.09, 600, ""},  {0.101, 1, "drawdown raised; "},
        {0.085, 600, ""}, {0.12, 600, ""},
        {0.079, 60, ""},  {0.085, 10, ""},
        {0.079, 60, ""},  {0.079, 1, "drawdown cleared; "},
        {0.085, 600, ""}, {0.10, 1, "drawdown raised; "},
    };
    begin();
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        view.account.drawdown = story[i].drawdown;
        pass(story[i].seconds);
        expect(story[i].want);
    }
}

TEST(what_flaps_must_be_calm_for_longer_each_time)
{
    begin();
    int calm[4];
    for (int i = 0; i < 4; i++) {
        view.feed.connected = false;
        pass(31);
        expect("disconnected raised; ");
        view.feed.connected = true;
        for (calm[i] = 0; told[0] == '\0' && calm[i] < 1000; calm[i]++)
            pass(1);
        expect("disconnected cleared; ");
    }
    EXPECT_INT(calm[0], 11);
    EXPECT_INT(calm[1], 21);
    EXPECT_INT(calm[2], 41);
    EXPECT_INT(calm[3], 81);
    pass(3600); /* an hour of peace is forgiven */
    view.feed.connected = false;
    pass(31);
    expect("disconnected raised; ");
    view.feed.connected = true;
    pass(11);
    expect("disconnected cleared; ");
}

TEST(an_open_event_is_told_again_in_its_time_with_the_figures_of_then)
{
    begin();
    view.account.drawdown = 0.11;
    pass(1);
    expect("drawdown raised; ");
    const int64_t raised_ns = last.raised_ns;
    const uint64_t id = last.id;
    changes = true;
    pass(3540);
    expect("");
    view.account.drawdown = 0.2;
    pass(59);
    expect("drawdown changed; ");
    pass(1);
    expect("drawdown repeated; ");
    EXPECT(strstr(last.message, "20.00 %") != NULL);
    EXPECT_INT(last.id, (int64_t)id);
    EXPECT_INT(last.raised_ns, raised_ns);
    begin();
    sentry.config.repeat_ns = 0;
    view.account.drawdown = 0.11;
    pass(10000);
    expect("drawdown raised; ");
}

TEST(the_share_of_silent_pairs_counts)
{
    begin();
    view.pairs[1].health = VIEW_STALE;
    pass(30);
    expect("");
    pass(1);
    expect("stale_pairs raised; ");
    EXPECT(strstr(last.message, "1 of 2 pairs") != NULL);
    EXPECT(strstr(last.metadata, "\"ETH/USD\"") != NULL);
    view.pairs[1].health = VIEW_FRESH;
    pass(61);
    expect("stale_pairs cleared; ");
}

TEST(refusals_are_counted_over_ten_minutes)
{
    begin();
    view.counters.reject_count = 7; /* of before */
    pass(5);
    expect("");
    view.counters.reject_count += 2;
    pass(1);
    expect("rejection raised; ");
    EXPECT(strstr(last.message, "2 orders") != NULL);
    pass(540);
    expect("");
    pass(200);
    expect("rejection cleared; ");
    view.counters.reject_count = 1; /* another session's counter begins anew */
    pass(5);
    expect("");
}

TEST(broken_data_is_told_from_a_number_on_and_until_all_is_clean)
{
    begin();
    pass(1);
    view.feed.checksum_fault_count = 19;
    pass(1);
    expect("");
    view.feed.malformed_count = 1;
    pass(1);
    expect("data_health raised; ");
    pass(500);
    view.feed.malformed_count = 2;
    pass(300);
    expect("");
    pass(600);
    expect("data_health cleared; ");
}

TEST(the_clock_is_judged_where_the_venue_tells_the_time)
{
    begin();
    view.skew_ns = -5 * NS_PER_S;
    pass(100);
    expect("");
    view.timed = true;
    pass(31);
    expect("clock_skew raised; ");
    EXPECT(strstr(last.message, "5.0 s behind") != NULL);
}

TEST(the_disk_is_judged_also_before_the_session_reports)
{
    begin();
    view.number = 0;
    sight.disk_free = UINT64_C(999) * 1000000;
    now.mono_ns += NS_PER_S;
    sentry_look(&sentry, &sight);
    expect("disk_space raised; ");
    view.number = 1;
    sight.disk_free = UINT64_C(1100) * 1000000;
    pass(100);
    expect("");
    sight.disk_known = false;
    pass(31);
    expect("disk_space cleared; ");
}

TEST(each_of_the_others_has_its_moment)
{
    begin();
    pass(1);
    view.held = true;
    pass(3);
    expect("storage raised; ");
    view.risk.loss_limit_hit = true;
    pass(1);
    expect("loss_limit raised; ");
    view.risk.crashed = true;
    pass(1);
    expect("breaker raised; ");
    view.at_venue.bare_ns = 3 * NS_PER_S;
    pass(1);
    expect("unprotected raised; ");
    view.at_venue.emergency_count = 1;
    pass(1);
    expect("emergency_sale raised; ");
    view.at_venue.stray_count = 1;
    pass(1);
    expect("reconciliation raised; ");
    view.at_venue.trades = true;
    snprintf(view.at_venue.trouble, sizeof view.at_venue.trouble, "the key may withdraw");
    pass(61);
    expect("account raised; ");
    EXPECT_TEXT(last.message, "the key may withdraw");
    EXPECT_INT(sentry_open_count(&sentry, SENTRY_CRITICAL), 5);
    EXPECT_INT(sentry_open_count(&sentry, SENTRY_INFO), 7);
}

TEST(what_an_earlier_session_left_open_stays_open_or_is_cleared)
{
    begin();
    struct ledger_event event = {.id = 41,
                                 .raised_ns = 1,
                                 .severity = SENTRY_CRITICAL,
                                 .type = "drawdown",
                                 .message = "deep",
                                 .remedy = "look",
                                 .metadata = "{}"};
    sentry_restore(&sentry, &event, now.wall_ns);
    event.id = 42;
    snprintf(event.type, sizeof event.type, "watchdog");
    sentry_restore(&sentry, &event, now.wall_ns);
    event.id = 43;
    snprintf(event.type, sizeof event.type, "of_another_cuttle");
    sentry_restore(&sentry, &event, now.wall_ns);
    expect("of_another_cuttle cleared; ");
    event.id = 40;
    event.cleared_ns = 2;
    sentry_restore(&sentry, &event, now.wall_ns);
    view.account.drawdown = 0.2;
    pass(10);
    expect("watchdog cleared; ");
    EXPECT_INT(last.id, 42);
    pass(1000);
    expect("");
    view.account.drawdown = 0;
    pass(61);
    expect("drawdown cleared; ");
    EXPECT_INT(last.id, 41);
    view.held = true;
    pass(3);
    expect("storage raised; ");
    EXPECT_INT(last.id, 44);
}

static const char *listed(const struct event_list *list, struct event_page page)
{
    static char text[64 * 1024];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    event_list_write(&writer, list, &page);
    EXPECT(json_writer_ok(&writer));
    return text;
}

TEST(the_list_is_newest_first_and_what_is_told_again_stands_in_its_place)
{
    static struct event_list list;
    for (uint64_t id = 1; id <= EVENT_LIST_MAX + 2; id++) {
        struct ledger_event event = {.id = id,
                                     .raised_ns = SCRIPT_START,
                                     .severity = id % 3,
                                     .type = "test",
                                     .metadata = "{\"a\":1}"};
        event_list_put(&list, &event);
    }
    struct ledger_event over = *event_list_at(&list, 1);
    over.cleared_ns = SCRIPT_START + NS_PER_S;
    event_list_put(&list, &over);
    EXPECT_INT(event_list_at(&list, 0)->id, EVENT_LIST_MAX + 2);
    EXPECT_INT(event_list_at(&list, 1)->cleared_ns, SCRIPT_START + NS_PER_S);
    EXPECT_INT(event_list_at(&list, EVENT_LIST_MAX - 1)->id, 3);
    EXPECT(event_list_at(&list, EVENT_LIST_MAX) == NULL);
    list.open[SENTRY_WARNING] = 2;
    const char *text = listed(&list, (struct event_page){.limit = 1, .offset = 1});
    EXPECT_TEXT(text, "{\"events\":[{\"id\":257,\"timestamp\":\"2024-08-05T00:00:00.000Z\","
                      "\"event_type\":\"test\",\"severity\":\"critical\",\"message\":\"\","
                      "\"remedy\":\"\",\"metadata\":{\"a\":1},"
                      "\"cleared\":\"2024-08-05T00:00:01.000Z\"}],\"count\":1,\"total\":256,"
                      "\"offset\":1,\"limit\":1,"
                      "\"open\":{\"info\":0,\"warning\":2,\"critical\":0}}");
    text = listed(&list, (struct event_page){.limit = 1000, .severity = SENTRY_CRITICAL});
    EXPECT(strstr(text, "\"total\":85") != NULL);
    EXPECT(strstr(text, "\"severity\":\"warning\"") == NULL);
    EXPECT(strstr(listed(NULL, (struct event_page){.limit = 50}), "\"count\":0") != NULL);
}
