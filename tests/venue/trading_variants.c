/* SPDX-License-Identifier: MIT */
/* The readings that variant 0 does not choose. */
#include "trading_fixture.h"

static void tell_with(struct trading_variant variant, const struct step *story, size_t count)
{
    struct venue venue;
    venue_open(&venue);
    venue.trading->variant = variant;
    venue_tell(&venue, story, count);
    trading_close(venue.trading);
}

#define TELL_WITH(story, ...)                                                                      \
    tell_with((struct trading_variant){.fee_rounding = ROUND_NEAREST, __VA_ARGS__}, (story),       \
              sizeof(story) / sizeof((story)[0]))

TEST(a_crossing_post_only_may_be_an_error)
{
    const struct step story[] = {
        {"book asks 100:1 bids 99:5", ""},
        {"A buy 1 limit=100 post", "EOrder:Post only order"},
        {"A buy 1 limit=99.9 post", "pending 1, new 1"},
        /* By its start the market may have come: then it is canceled like any other. */
        {"A buy 1 limit=100 post start=5", "pending 2"},
        {"wait 5", "canceled 2 Post only order"},
    };
    TELL_WITH(story, .post_refused = true);
}

TEST(an_immediate_order_may_expire)
{
    const struct step story[] = {
        {"book asks 100:1 bids 99:5", ""},
        {"A buy 2 limit=100 ioc",
         "pending 1, new 1, trade 1 1@100t, expired 1 Immediate or cancel"},
    };
    TELL_WITH(story, .ioc_expires = true);
}

TEST(a_stop_that_is_met_already_may_be_an_error)
{
    const struct step story[] = {
        {"A sell 1 stop trigger=100", "EOrder:Invalid price"},
        {"A sell 1 stop trigger=99.9", "pending 1, new 1"},
        {"A sell 1 profit trigger=100", "EOrder:Invalid price"},
        {"A amend 1 trigger=100", "EOrder:Invalid price"},
        {"A amend 1 trigger=99.8", "amended 1"},
    };
    TELL_WITH(story, .crossed_refused = true);
}

TEST(a_close_below_the_minimum_may_not_be_made)
{
    const struct step story[] = {
        {"A buy 1 limit=99 close=limit close-limit=110", "pending 1, new 1"},
        {"trade sell 0.00009 @ 99", "trade 1 0.00009@99m"},
        {"trade sell 0.5 @ 99", "trade 1 0.5@99m, pending 2, new 2"},
    };
    const struct step otherwise[] = {
        story[0],
        {"trade sell 0.00009 @ 99", "trade 1 0.00009@99m, pending 2, new 2"},
    };
    TELL_WITH(story, .small_close_dropped = true);
    TELL(otherwise);
}

TEST(a_sell_may_pay_in_base_unless_it_says_otherwise)
{
    const struct step story[] = {
        {"book asks 101:1 bids 100:5", ""},
        {"A sell 1 market", "pending 1, new 1, trade 1 1@100t, filled 1"},
        {"A funds", "BTC 8.996/0 USD 10100/0"},
        {"A buy 1 market", "pending 2, new 2, trade 2 1@101t, filled 2"},
        {"A funds", "BTC 9.996/0 USD 9998.596/0"},
    };
    TELL_WITH(story, .fee_by_side = true);
}

TEST(a_cancel_may_be_above_the_counter)
{
    const struct step story[] = {
        {"A buy 1 limit=90", "pending 1, new 1"},
        {"A cancel 1", "canceled 1 User requested"},
        {"A rate", "17900"},
    };
    struct venue venue;
    venue_open(&venue);
    venue.trading->variant.cancel_unlimited = true;
    rate_charge(venue.trading, 0, BTC_USD, 17000);
    venue_tell(&venue, story, 3);
    trading_close(venue.trading);
}

TEST(an_expiry_may_count_like_a_cancel)
{
    const struct step story[] = {
        {"book asks 100:1 bids 99:5", ""},
        {"A buy 1 limit=100 post", "pending 1, canceled 1 Post only order"},
        {"A rate", "900"},
        {"A buy 1 limit=90 expire=9", "pending 2, new 2"},
        {"wait 9", "expired 2 Order expired"},
        /* Ten counts drained away, the expiry of one of 9 seconds counts 6. */
        {"A rate", "600"},
    };
    TELL_WITH(story, .end_penalised = true);
}

TEST(fees_may_round_up_or_down)
{
    const struct step up[] = {
        {"book asks 100.1:1 bids 99:5", ""},
        {"A buy 0.0123 market", "pending 1, new 1, trade 1 0.0123@100.1t, filled 1"},
        /* 1.23123 is 1.2312; 0.40 % of it 0.0049248. */
        {"A funds", "BTC 10.0123/0 USD 9998.7638/0"},
    };
    const struct step nearest[] = {up[0], up[1], {"A funds", "BTC 10.0123/0 USD 9998.7639/0"}};
    const struct step down[] = {
        up[0],
        {"A buy 0.0124 market", "pending 1, new 1, trade 1 0.0124@100.1t, filled 1"},
        /* 1.24124 is 1.2412; 0.40 % of it 0.0049648. */
        {"A funds", "BTC 10.0124/0 USD 9998.7539/0"},
    };
    tell_with((struct trading_variant){.fee_rounding = ROUND_UP}, up, 3);
    tell_with((struct trading_variant){.fee_rounding = ROUND_NEAREST}, nearest, 3);
    tell_with((struct trading_variant){.fee_rounding = ROUND_DOWN}, down, 3);
}

TEST(a_malformed_row_of_a_batch_may_be_its_own_error)
{
    struct venue venue;
    struct trading_batch_row rows[2];
    venue_open(&venue);
    venue.trading->variant.batch_strict = true;
    venue.trading->variant.batch_whole_cost = true;
    const struct trading_add adds[2] = {
        {.type = TRADING_LIMIT, .qty_lots = 0, .limit = {TRADING_PRICE_TICKS, 900}},
        {.type = TRADING_LIMIT, .qty_lots = 10000000, .limit = {TRADING_PRICE_TICKS, 900}},
    };
    EXPECT(trading_add_batch(venue.trading, 0, adds, 2, rows) == NULL);
    EXPECT_TEXT(rows[0].error, "EGeneral:Invalid arguments:volume");
    EXPECT(rows[1].error == NULL && rows[1].order.id == 1);
    EXPECT_INT(trading_rate(venue.trading, 0, BTC_USD), 200);
    trading_close(venue.trading);
}

TEST(every_reason_has_words_in_every_variant_and_every_point_is_thrown_both_ways)
{
    uint32_t seen = 0;
    for (uint64_t number = 0; number < 100; number++) {
        struct venue venue;
        venue_open_as(&venue, number, 16);
        const struct trading_variant *variant = trading_variant(venue.trading);
        EXPECT(trading_reason_text(venue.trading, TRADING_REASON_NONE) == NULL);
        for (enum trading_reason reason = TRADING_REASON_USER; reason < TRADING_REASON_COUNT;
             reason++)
            EXPECT(trading_reason_text(venue.trading, reason) != NULL);
        EXPECT_TEXT(trading_reason_text(venue.trading, TRADING_REASON_USER), "User requested");
        const bool points[] = {
            variant->post_refused,        variant->ioc_expires,   variant->crossed_refused,
            variant->small_close_dropped, variant->fee_by_side,   variant->cancel_unlimited,
            variant->batch_whole_cost,    variant->end_penalised, variant->batch_strict};
        for (uint32_t i = 0; i < 9; i++)
            seen |= 1u << (2 * i + points[i]);
        EXPECT(number != 0 || seen == 0x15555);
        trading_close(venue.trading);
    }
    EXPECT_INT(seen, 0x3ffff);
}
