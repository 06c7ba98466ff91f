/* SPDX-License-Identifier: MIT */
/* What an open event says as time goes on, and when it is told again. */
#include "operator/watch/sentry.h"

#include "sentry_fixture.h"

TEST(an_open_event_says_what_is_so_now_and_is_told_again_when_its_figure_has_doubled)
{
    begin();
    changes = true;
    pass(5);
    view.counters.reject_count = 2;
    pass(1);
    expect("rejection raised; ");
    view.counters.reject_count = 3;
    pass(59);
    expect("");
    pass(1);
    expect("rejection changed; "); /* kept and shown, no more than once a minute */
    EXPECT(strstr(last.message, "refused 3 orders") != NULL);
    EXPECT(strstr(last.metadata, "\"orders\":3") != NULL);
    pass(120);
    expect("");
    view.counters.reject_count = 4; /* twice what was told */
    pass(1);
    expect("rejection repeated; ");
    EXPECT(strstr(last.message, "refused 4 orders") != NULL);
    view.counters.reject_count = 7;
    pass(1);
    expect("");
    view.counters.reject_count = 8;
    pass(1);
    expect("rejection repeated; ");
    EXPECT_INT(sentry.last_id, 1);
}

TEST(an_event_of_an_earlier_session_is_told_again_when_its_figure_doubles_from_here)
{
    begin();
    changes = true;
    const struct ledger_event event = {.id = 3,
                                       .raised_ns = 1,
                                       .severity = SENTRY_CRITICAL,
                                       .type = "drawdown",
                                       .message = "deep",
                                       .remedy = "look",
                                       .metadata = "{}"};
    sentry_restore(&sentry, &event, now.wall_ns);
    view.account.drawdown = 0.2;
    pass(1);
    expect("drawdown changed; ");
    view.account.drawdown = 0.39;
    pass(2);
    expect("");
    view.account.drawdown = 0.4;
    pass(1);
    expect("drawdown repeated; ");
}

TEST(the_drawdown_guard_is_told_until_somebody_resumes_whatever_equity_does)
{
    begin();
    view.risk.paused = view.risk.halted = true;
    view.risk.guard_drawdown = 0.0021;
    view.risk.guard_max = 0.002;
    pass(1);
    expect("drawdown_guard raised; ");
    EXPECT_INT(last.severity, SENTRY_CRITICAL);
    EXPECT(strstr(last.message, "0.21 %") != NULL && strstr(last.message, "0.20 %") != NULL);
    EXPECT(strstr(last.remedy, "cuttle ctl resume") != NULL);
    view.risk.guard_drawdown = 0;
    pass(50);
    expect("");
    view.risk.paused = view.risk.halted = false;
    pass(1);
    expect("drawdown_guard cleared; ");
    view.risk.paused = true; /* by hand: somebody knows */
    pass(600);
    expect("");
}

TEST(what_ends_by_itself_says_when)
{
    begin();
    changes = true;
    view.risk.loss_streak = 4;
    view.risk.cool_until_ns = SCRIPT_START + NS_PER_HOUR;
    pass(1);
    expect("cool_off raised; ");
    EXPECT(strstr(last.message, "after 4 losses in a row") != NULL);
    EXPECT(strstr(last.message, "2024-08-05 01:00:00 UTC") != NULL);
    begin();
    changes = true;
    view.risk.crashed = true;
    view.risk.crash_until_ns = SCRIPT_START + NS_PER_HOUR;
    pass(1);
    expect("breaker raised; ");
    EXPECT(strstr(last.message, "crashed: no entries until 2024-08-05 01:00:00 UTC") != NULL);
    begin();
    changes = true;
    view.at_venue.tripped = true;
    view.at_venue.tripped_until_ns = SCRIPT_START + 2 * NS_PER_MIN;
    pass(1);
    expect("breaker raised; ");
    EXPECT(strstr(last.message, "failed: no entries until 2024-08-05 00:02:00 UTC") != NULL);
    view.at_venue.tripped_until_ns = 0;
    pass(60);
    expect("breaker changed; ");
    EXPECT(strstr(last.message, "one entry is tried") != NULL);
}

/* Losses in a row at `from_ns` lead to a pause of half an hour of the market's time. */
static void cool_from(int64_t from_ns)
{
    view.risk.loss_streak = 4;
    view.risk.cool_from_ns = from_ns;
    view.risk.cool_until_ns = from_ns + 30 * NS_PER_MIN;
}

TEST(each_cool_off_is_an_event_of_its_own_that_ends_when_it_does)
{
    begin();
    for (uint64_t id = 1; id <= 4; id++) { /* often within the hour is no flapping */
        cool_from(SCRIPT_START + (int64_t)id * NS_PER_HOUR);
        pass(90);
        expect("cool_off raised; ");
        EXPECT_INT(last.id, (int64_t)id);
        view.risk.loss_streak = 0;
        view.risk.cool_from_ns = view.risk.cool_until_ns = 0;
        pass(1);
        expect("cool_off cleared; ");
        EXPECT_INT(last.id, (int64_t)id);
        EXPECT_INT(last.cleared_ns, now.wall_ns);
        pass(5);
        expect("");
    }
}

TEST(a_cool_off_that_begins_between_two_looks_as_the_last_one_ends_is_another)
{
    begin();
    changes = true;
    cool_from(SCRIPT_START);
    pass(1);
    expect("cool_off raised; ");
    cool_from(SCRIPT_START + 20 * NS_PER_MIN); /* one loss more, while it lasts */
    pass(60);
    expect("cool_off changed; ");
    EXPECT(strstr(last.message, "2024-08-05 00:50:00 UTC") != NULL);
    EXPECT_INT(last.id, 1);
    cool_from(SCRIPT_START + 50 * NS_PER_MIN);
    pass(1);
    expect("cool_off cleared; cool_off raised; ");
    EXPECT_INT(last.id, 2);
    EXPECT(strstr(last.message, "2024-08-05 01:20:00 UTC") != NULL);
    EXPECT_INT(sentry_open_count(&sentry, SENTRY_INFO), 1);
}

TEST(a_breaker_and_a_loss_limit_are_over_when_the_engine_says_so)
{
    begin();
    for (int i = 0; i < 3; i++) {
        view.risk.loss_limit_hit = true;
        pass(1);
        expect("loss_limit raised; ");
        view.risk.crashed = true;
        pass(1);
        expect("breaker raised; ");
        view.risk.crashed = false;
        view.at_venue.tripped = true; /* as long as one of the two stands */
        pass(1);
        expect("");
        view.at_venue.tripped = false;
        pass(1);
        expect("breaker cleared; ");
        view.risk.loss_limit_hit = false;
        pass(1);
        expect("loss_limit cleared; ");
    }
    EXPECT_INT(sentry.last_id, 6);
}

TEST(coins_that_stood_bare_between_two_looks_are_told_too)
{
    begin();
    view.at_venue.bare_long_count = 5; /* of before */
    pass(10);
    expect("");
    view.at_venue.bare_long_count = 6;
    view.at_venue.bare_longest_ns = 5200 * NS_PER_MS;
    pass(1);
    expect("unprotected raised; ");
    EXPECT(strstr(last.message, "for 3.0 s or longer, 1 time in ten minutes") != NULL);
    EXPECT(strstr(last.metadata, "\"longest_seconds\":5.2") != NULL);
    view.at_venue.bare_long_count = 7;
    pass(1);
    expect("unprotected repeated; ");
    pass(700);
    expect("unprotected cleared; ");
}

TEST(a_disk_that_is_nearly_full_is_not_called_one_that_takes_nothing)
{
    begin();
    changes = true;
    view.held = view.room_lacks = true;
    pass(3);
    expect("storage raised; ");
    EXPECT(strstr(last.message, "nearly full") != NULL);
    EXPECT(strstr(last.message, "cannot be written") == NULL);
    view.room_lacks = false;
    pass(1);
    expect("storage repeated; ");
    EXPECT(strstr(last.message, "cannot be written") != NULL);
    view.room_lacks = true;
    pass(60);
    expect("storage changed; ");
}

TEST(nothing_is_over_before_it_began_though_the_clock_was_set_back)
{
    begin();
    view.account.drawdown = 0.2;
    pass(1);
    expect("drawdown raised; ");
    const int64_t raised_ns = last.raised_ns;
    now.wall_ns -= 2 * NS_PER_HOUR;
    view.account.drawdown = 0;
    pass(61);
    expect("drawdown cleared; ");
    EXPECT_INT(last.raised_ns, raised_ns);
    EXPECT_INT(last.cleared_ns, raised_ns);
}

TEST(one_of_a_thing_is_told_in_the_singular)
{
    begin();
    pass(1);
    view.counters.reject_count = 1;
    pass(1);
    expect("rejection raised; ");
    EXPECT_TEXT(last.message, "the venue refused 1 order within ten minutes");
    view.at_venue.emergency_count = 1;
    pass(1);
    expect("emergency_sale raised; ");
    EXPECT(strstr(last.message, "1 position was sold") != NULL);
}
