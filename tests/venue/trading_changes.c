/* SPDX-License-Identifier: MIT */
/* Amend, edit, cancel, the dead-man's timer, and what they count. */
#include "trading_fixture.h"

TEST(an_amend_that_only_reduces_keeps_the_place_in_the_queue)
{
    const struct step story[] = {
        {"A buy 2 limit=99", "pending 1, new 1"},
        {"B buy 1 limit=99", "pending 2, new 2"},
        {"A amend 1 qty=1.5", "amended 1"},
        {"A funds", "BTC 10/0 USD 10000/149.094"},
        {"trade sell 1.6 @ 99", "trade 1 1.5@99m, filled 1, trade 2 0.1@99m"},
    };
    TELL(story);
}

TEST(an_amend_that_grows_or_moves_queues_anew)
{
    const struct step story[] = {
        {"A buy 1 limit=99", "pending 1, new 1"},
        {"B buy 1 limit=99", "pending 2, new 2"},
        {"A amend 1 qty=2", "amended 1"},
        {"trade sell 1.5 @ 99", "trade 2 1@99m, filled 2, trade 1 0.5@99m"},
        {"B buy 1 limit=98", "pending 3, new 3"},
        {"A amend 1 limit=98", "amended 1"},
        {"trade sell 1.5 @ 98", "trade 3 1@98m, filled 3, trade 1 0.5@98m"},
        {"A funds", "BTC 11/0 USD 9901.2537/98.392"},
    };
    TELL(story);
}

TEST(an_amended_price_may_take_unless_it_is_post_only)
{
    const struct step story[] = {
        {"book bids 99:1 asks 101:0.5", ""},
        {"A buy 1 limit=99.5", "pending 1, new 1"},
        {"A amend 1 limit=101 post", "EOrder:Post only order"},
        {"A amend 1 limit=101", "amended 1, trade 1 0.5@101t"},
    };
    TELL(story);
}

TEST(an_amend_below_what_was_filled_ends_the_order)
{
    const struct step story[] = {
        {"A buy 2 limit=99", "pending 1, new 1"},
        {"trade sell 1 @ 99", "trade 1 1@99m"},
        {"A amend 1 qty=0.5", "amended 1, canceled 1 User requested"},
        {"A funds", "BTC 11/0 USD 9900.7525/0"},
    };
    TELL(story);
}

TEST(an_amend_that_cannot_be_is_refused_and_changes_nothing)
{
    const struct step story[] = {
        {"A buy 1 limit=99", "pending 1, new 1"},
        {"A sell 1 stop trigger=95", "pending 2, new 2"},
        {"A amend 1 qty=200", "EOrder:Insufficient funds"},
        {"A amend 1 qty=0.00005", "EOrder:Order minimum not met"},
        {"A amend 1 limit=0.1 qty=1", "EOrder:Cost minimum not met"},
        {"A amend 1 trigger=95", "EGeneral:Invalid arguments:trigger_price"},
        {"A amend 1 display=1", "EGeneral:Invalid arguments:display_qty"},
        {"A amend 2 limit=94", "EGeneral:Invalid arguments:limit_price"},
        {"A amend 3 qty=1", "EOrder:Unknown order"},
        {"B amend 1 qty=1", "EOrder:Unknown order"},
        {"A funds", "BTC 10/1 USD 10000/99.396"},
        {"A amend 2 trigger=96", "amended 2"},
        {"book asks 101:1 bids 95:1", ""},
        {"trade sell 1 @ 96",
         "trade 1 1@99m, filled 1, status 2 fired 96, trade 2 1@95t, filled 2"},
    };
    TELL(story);
}

TEST(an_amended_iceberg_shows_its_whole_part_again)
{
    const struct step story[] = {
        {"A sell 3 iceberg limit=101 display=1", "pending 1, new 1"},
        {"trade buy 0.6 @ 101", "trade 1 0.6@101m"},
        {"A amend 1 limit=102", "amended 1"},
        {"trade buy 1 @ 102", "trade 1 1@102m, refill 1"},
        {"A amend 1 display=3.1", "EGeneral:Invalid arguments:display_qty"},
        {"A amend 1 qty=4 display=1.5", "amended 1"},
        {"trade buy 1.4 @ 102", "trade 1 1.4@102m"},
    };
    TELL(story);
}

TEST(an_edit_is_a_new_order_under_a_new_id)
{
    struct venue venue;
    venue_open(&venue);
    const struct step story[] = {
        {"A buy 2 limit=99", "pending 1, new 1"},
        {"trade sell 0.5 @ 99", "trade 1 0.5@99m"},
        {"A edit 1 limit=98", "canceled 1 Order replaced, pending 2, new 2"},
        {"A funds", "BTC 10.5/0 USD 9950.3762/147.588"},
        {"A edit 1 limit=98", "EOrder:Unknown order"},
        {"A edit 2 qty=500", "EOrder:Insufficient funds"},
        {"A edit 2 qty=100", "canceled 2 Order replaced, pending 3, new 3"},
        {"A buy 0.1 limit=98 id=mine", "pending 4, new 4"},
        {"A edit 4 qty=0.2", "ETrade:Invalid request"},
    };
    venue_tell(&venue, story, 9);
    EXPECT_INT((int64_t)trading_order(venue.trading, 0, 3)->parent, 2);
    EXPECT_INT(trading_order(venue.trading, 0, 2)->qty_lots, 150000000);
    trading_close(venue.trading);
}

TEST(cancels_by_userref_and_all)
{
    const struct step story[] = {
        {"A buy 1 limit=90 ref=5", "pending 1, new 1"},
        {"A buy 1 limit=91 ref=5", "pending 2, new 2"},
        {"A buy 1 limit=92 ref=6", "pending 3, new 3"},
        {"B buy 1 limit=92 ref=5", "pending 4, new 4"},
        {"A cancel-ref 5", "canceled 1 User requested, canceled 2 User requested"},
        {"A cancel-ref 5", "EOrder:Unknown order"},
        {"A buy 1 limit=93", "pending 5, new 5"},
        {"A cancel-all", "canceled 3 User requested, canceled 5 User requested"},
        {"A cancel-all", ""},
    };
    TELL(story);
}

TEST(the_dead_mans_timer_cancels_everything_once)
{
    const struct step story[] = {
        {"A buy 1 limit=90", "pending 1, new 1"},
        {"B buy 1 limit=90", "pending 2, new 2"},
        {"A timer 60", ""},
        {"wait 40", ""},
        {"A timer 60", ""},
        {"wait 40", ""},
        {"wait 20", "canceled 1 Cancel all orders after timer"},
        {"A buy 1 limit=90", "pending 3, new 3"},
        {"wait 1000", ""},
        {"A timer 60", ""},
        {"A timer 0", ""},
        {"wait 1000", ""},
        {"A timer 86400", "EGeneral:Invalid arguments:timeout"},
    };
    TELL(story);
}

TEST(a_timer_armed_over_maintenance_cancels_when_it_ends)
{
    struct venue venue;
    venue_open(&venue);
    const struct step before[] = {
        {"A buy 1 limit=90", "pending 1, new 1"},
        {"A timer 600", ""},
    };
    venue_tell(&venue, before, 2);
    trading_set_system(venue.trading, TRADING_MAINTENANCE);
    const struct step during[] = {
        {"A buy 1 limit=90", "EService:Unavailable"},
        {"A cancel 1", "EService:Unavailable"},
        {"trade sell 1 @ 80", ""},
        {"wait 900", ""},
    };
    venue_tell(&venue, during, 4);
    venue.said[0] = '\0';
    trading_set_system(venue.trading, TRADING_ONLINE);
    EXPECT_TEXT(venue.said, "canceled 1 Cancel all orders after timer");
    trading_close(venue.trading);
}

TEST(the_counter_goes_up_with_what_is_done_and_by_how_young_the_order_is)
{
    const struct step story[] = {
        {"A rate", "0"},
        {"A buy 1 limit=90", "pending 1, new 1"},
        {"A rate", "100"},
        {"A amend 1 qty=2", "amended 1"},
        {"A rate", "500"},
        /* Two seconds at 3.75 a second. */
        {"wait 2", ""},
        {"A rate", "0"},
        {"A cancel 1", "canceled 1 User requested"},
        {"A rate", "800"},
        {"A buy 500 limit=90", "EOrder:Insufficient funds"},
        {"A rate", "900"},
        {"B rate", "0"},
        {"wait 100", ""},
        {"A buy 1 limit=90", "pending 2, new 2"},
        {"A edit 2 limit=91", "canceled 2 Order replaced, pending 3, new 3"},
        {"A rate", "800"},
    };
    TELL(story);
}

TEST(too_many_cancels_are_refused_until_the_counter_has_run_down)
{
    struct venue venue;
    venue_open(&venue);
    char what[32], follows[64];
    /* Twenty adds and twenty cancels at once: 20 + 160 are 180, the threshold of Pro. */
    for (int i = 1; i <= 20; i++) {
        snprintf(follows, sizeof follows, "pending %d, new %d", i, i);
        venue_tell(&venue, &(struct step){"A buy 0.1 limit=90", follows}, 1);
        snprintf(what, sizeof what, "A cancel %d", i);
        snprintf(follows, sizeof follows, "canceled %d User requested", i);
        venue_tell(&venue, &(struct step){what, follows}, 1);
    }
    const struct step story[] = {
        {"A buy 1 limit=90", "EOrder:Rate limit exceeded"},
        {"A rate", "18000"},
        {"wait 0.27", ""},
        {"A buy 1 limit=90", "pending 21, new 21"},
        {"A cancel 21", "EOrder:Rate limit exceeded"},
        {"A cancel-all", "canceled 21 User requested"},
        {"B buy 1 limit=90", "pending 22, new 22"},
    };
    venue_tell(&venue, story, 7);
    trading_close(venue.trading);
}
