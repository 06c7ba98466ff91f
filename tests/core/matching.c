/* SPDX-License-Identifier: MIT */
#include "core/matching/matching.h"

#include "desk_fixture.h"

/* One pair, 2 price decimals; prices below are written in ticks of a cent. */
struct venue {
    struct matching matching;
    struct matching_reports reports;
    struct pair pair;
    struct book book;
    struct matching_market market;
    uint64_t next;
};

static struct venue venue;

static void open_venue(enum fill_model fills, int64_t half_spread_ppm, int64_t slippage_ppm)
{
    venue.pair = fixture_pair("AAA/USD");
    venue.next = 1;
    book_init(&venue.book, 10);
    matching_init(&venue.matching,
                  &(struct matching_config){.fills = fills,
                                            .half_spread_ppm = half_spread_ppm,
                                            .slippage_ppm = slippage_ppm,
                                            .fees = {.maker_ppm = 2500, .taker_ppm = 4000}});
    venue.market = (struct matching_market){.terms = &venue.pair, .book = &venue.book};
}

static void set_book(const struct level_change *changes, uint32_t count)
{
    book_apply(&venue.book, changes, count);
    venue.reports.count = 0;
    matching_book(&venue.matching, &venue.market, changes, count, &venue.reports);
}

static uint64_t place(struct order order)
{
    order.id = venue.next++;
    venue.reports.count = 0;
    matching_place(&venue.matching, &venue.market, &order, &venue.reports);
    return order.id;
}

static void trade(int64_t price_ticks, int64_t qty_lots)
{
    const struct trade what = {.price_ticks = price_ticks, .qty_lots = qty_lots};
    venue.reports.count = 0;
    matching_trade(&venue.matching, &venue.market, &what, &venue.reports);
}

static void candle(double open, double high, double low, double close)
{
    const struct candle what = {0, open, high, low, close, 1};
    venue.reports.count = 0;
    matching_open(&venue.matching, &venue.market, &what, &venue.reports);
    matching_limits(&venue.matching, &venue.market, &what, &venue.reports);
    matching_stops(&venue.matching, &venue.market, &what, &venue.reports);
    matching_targets(&venue.matching, &venue.market, &what, &venue.reports);
}

static void expect_fill(uint32_t index, int64_t price_ticks, int64_t qty_lots, bool maker)
{
    EXPECT(index < venue.reports.count);
    const struct report *report = &venue.reports.list[index];
    EXPECT_INT(report->kind, REPORT_FILL);
    EXPECT_INT(report->price_ticks, price_ticks);
    EXPECT_INT(report->qty_lots, qty_lots);
    EXPECT_INT(report->maker, maker);
}

static struct order buy_market(int64_t qty_lots)
{
    return (struct order){
        .kind = ORDER_MARKET, .side = SIDE_BUY, .qty_lots = qty_lots, .cash = USD(1e6)};
}

static struct order buy_limit(int64_t qty_lots, int64_t limit_ticks)
{
    return (struct order){.kind = ORDER_LIMIT,
                          .side = SIDE_BUY,
                          .qty_lots = qty_lots,
                          .limit_ticks = limit_ticks,
                          .cash = USD(1e6)};
}

static struct order bracket(int64_t qty_lots, int64_t stop_ticks, int64_t target_ticks)
{
    return (struct order){.kind = ORDER_BRACKET,
                          .purpose = PURPOSE_PROTECT,
                          .side = SIDE_SELL,
                          .qty_lots = qty_lots,
                          .stop_ticks = stop_ticks,
                          .target_ticks = target_ticks};
}

static const struct level_change plain_book[] = {
    {SIDE_BUY, {9990, 50000}},
    {SIDE_BUY, {9980, 90000}},
    {SIDE_SELL, {10010, 20000}},
    {SIDE_SELL, {10020, 30000}},
};

TEST(a_market_order_waits_for_the_next_open_and_pays_half_the_spread_and_slippage)
{
    open_venue(FILLS_CANDLES, 300, 200);
    place(buy_market(10000));
    EXPECT_INT(venue.reports.count, 1);
    EXPECT_INT(venue.reports.list[0].kind, REPORT_ACCEPTED);
    candle(100, 101, 99, 100);
    expect_fill(0, 10005, 10000, false); /* 100.00 * 1.0005, up to a cent */
    /* 1 unit at 100.05 with 0.4 %: 0.4002. */
    EXPECT_INT(venue.reports.list[0].fee, USD(0.4002));
}

TEST(a_limit_fills_only_when_the_candle_trades_through_it)
{
    open_venue(FILLS_CANDLES, 0, 0);
    place(buy_limit(10000, 9900));
    candle(100, 101, 99.0, 100);
    EXPECT_INT(venue.reports.count, 0); /* touched, not traded through */
    candle(100, 101, 98.99, 100);
    expect_fill(0, 9900, 10000, true);
    EXPECT_INT(venue.reports.list[0].fee, USD(0.2475)); /* the maker's 0.25 % of 99 */
}

TEST(a_limit_that_the_market_gapped_through_fills_at_the_open)
{
    open_venue(FILLS_CANDLES, 0, 0);
    place(buy_limit(10000, 9900));
    candle(97, 98, 96, 97.5);
    expect_fill(0, 9700, 10000, false);
}

TEST(stop_and_target_in_one_candle_means_the_stop_came_first)
{
    open_venue(FILLS_CANDLES, 0, 0);
    place(bracket(10000, 9500, 10500));
    candle(100, 106, 94, 100);
    expect_fill(0, 9500, 10000, false);
    EXPECT(venue.reports.list[0].stop_hit);
    EXPECT_INT(venue.matching.order_count, 0);
}

TEST(a_stop_touched_to_the_tick_is_hit)
{
    open_venue(FILLS_CANDLES, 0, 0);
    place(bracket(10000, 9500, 0));
    candle(100, 100, 95.01, 100);
    EXPECT_INT(venue.reports.count, 0);
    candle(100, 100, 95.00, 100);
    expect_fill(0, 9500, 10000, false);
}

TEST(a_trade_at_the_target_is_not_through_it)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(bracket(10000, 9000, 10100));
    trade(10100, 1000000);
    EXPECT_INT(venue.reports.count, 0);
    trade(10101, 1);
    expect_fill(0, 10100, 10000, true);
}

TEST(an_amendment_below_what_is_filled_changes_nothing)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    const uint64_t id = place(bracket(150000, 9985, 0));
    trade(9985, 10); /* 140,000 are sold */
    venue.reports.count = 0;
    matching_amend(&venue.matching, id, 139999, 9985, 0, &venue.reports);
    EXPECT_INT(venue.reports.count, 0);
    EXPECT_INT(venue.matching.orders[0].order.qty_lots, 150000);
}

TEST(a_stop_that_the_market_gapped_over_sells_at_the_open)
{
    open_venue(FILLS_CANDLES, 0, 1000);
    place(bracket(10000, 9500, 0));
    candle(90, 91, 89, 90);
    expect_fill(0, 8991, 10000, false); /* 90.00 less 0.1 % */
}

TEST(a_target_is_a_limit_and_must_be_traded_through)
{
    open_venue(FILLS_CANDLES, 0, 0);
    place(bracket(10000, 9500, 10500));
    candle(100, 105.00, 99, 104);
    EXPECT_INT(venue.reports.count, 0);
    candle(104, 105.01, 103, 104);
    expect_fill(0, 10500, 10000, true);
    EXPECT(!venue.reports.list[0].stop_hit);
}

TEST(a_market_order_walks_the_book)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(buy_market(30000));
    EXPECT_INT(venue.reports.count, 3);
    expect_fill(1, 10010, 20000, false);
    expect_fill(2, 10020, 10000, false);
}

TEST(what_we_took_is_not_there_twice)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(buy_market(20000));
    place(buy_market(10000));
    expect_fill(1, 10020, 10000, false); /* the first level is empty by our own hand */
}

TEST(what_we_took_is_back_when_the_venue_changes_the_level_or_after_ten_seconds)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(buy_market(20000));
    set_book((const struct level_change[]){{SIDE_SELL, {10010, 15000}}}, 1);
    place(buy_market(10000));
    expect_fill(1, 10010, 10000, false);
    venue.market.time_ns += 10 * NS_PER_S;
    place(buy_market(15000));
    expect_fill(1, 10010, 15000, false);
}

TEST(a_book_that_runs_dry_cancels_the_rest_of_a_market_order)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(buy_market(60000));
    EXPECT_INT(venue.reports.count, 4);
    EXPECT_INT(venue.reports.list[3].kind, REPORT_CANCELLED);
    EXPECT_INT(venue.matching.order_count, 0);
}

TEST(without_a_book_a_market_order_is_refused)
{
    open_venue(FILLS_BOOK, 0, 0);
    place(buy_market(10000));
    EXPECT_INT(venue.reports.list[0].kind, REPORT_REJECTED);
    EXPECT_INT(venue.reports.list[0].reject, REJECT_NO_MARKET);
}

TEST(a_resting_limit_fills_after_the_queue_ahead_has_traded)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(buy_limit(10000, 9990)); /* 50,000 stand before us */
    trade(9990, 30000);
    EXPECT_INT(venue.reports.count, 0);
    trade(9990, 25000);
    expect_fill(0, 9990, 5000, true); /* 55,000 traded, 50,000 were not ours */
    trade(9990, 25000);
    expect_fill(0, 9990, 5000, true);
    EXPECT_INT(venue.matching.order_count, 0);
}

TEST(a_trade_through_the_price_fills_a_resting_limit_whole)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(buy_limit(10000, 9990));
    trade(9989, 1);
    expect_fill(0, 9990, 10000, true);
}

TEST(a_queue_shrinks_with_its_level_and_never_grows)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(buy_limit(10000, 9990));
    set_book((const struct level_change[]){{SIDE_BUY, {9990, 1000}}}, 1);
    set_book((const struct level_change[]){{SIDE_BUY, {9990, 80000}}}, 1);
    trade(9990, 1500);
    expect_fill(0, 9990, 500, true);
}

TEST(a_limit_beyond_the_touch_takes_and_the_rest_stays)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(buy_limit(50000, 10010));
    expect_fill(1, 10010, 20000, false);
    EXPECT_INT(venue.matching.order_count, 1);
}

TEST(a_stop_triggers_on_a_trade_and_sells_into_the_bids)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(bracket(60000, 9985, 0));
    trade(9986, 10);
    EXPECT_INT(venue.reports.count, 0);
    trade(9985, 10);
    expect_fill(0, 9990, 50000, false);
    expect_fill(1, 9980, 10000, false);
    EXPECT(venue.reports.list[1].stop_hit);
}

TEST(a_stop_larger_than_the_bids_goes_on_selling_as_bids_come)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(bracket(150000, 9985, 0));
    trade(9985, 10);
    EXPECT_INT(venue.reports.count, 2); /* 140,000 are sold */
    set_book((const struct level_change[]){{SIDE_BUY, {9970, 30000}}}, 1);
    expect_fill(0, 9970, 10000, false);
    EXPECT_INT(venue.matching.order_count, 0);
}

TEST(a_target_is_taken_by_bids_that_reach_it)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    place(bracket(10000, 9000, 10100));
    set_book((const struct level_change[]){{SIDE_SELL, {10010, 0}},
                                           {SIDE_SELL, {10020, 0}},
                                           {SIDE_SELL, {10200, 1000}},
                                           {SIDE_BUY, {10110, 90000}}},
             4);
    expect_fill(0, 10100, 10000, true);
}

TEST(the_simple_model_fills_at_the_touch_with_fixed_slippage)
{
    open_venue(FILLS_SIMPLE, 0, 500);
    set_book(plain_book, 4);
    place(buy_market(900000));
    expect_fill(1, 10016, 900000, false); /* 100.10 * 1.0005 = 100.15005, up to a cent */
}

TEST(an_order_by_cash_buys_what_the_cash_pays_for_with_the_fee)
{
    open_venue(FILLS_CANDLES, 0, 0);
    place((struct order){.kind = ORDER_MARKET, .side = SIDE_BUY, .cash = USD(1004)});
    EXPECT_INT(venue.reports.count, 0); /* how much is known when it executes */
    candle(100, 100, 100, 100);
    EXPECT_INT(venue.reports.list[0].kind, REPORT_ACCEPTED);
    expect_fill(1, 10000, 100000, false); /* 10 units: 1000 and a fee of 4 */
}

TEST(a_gap_never_makes_a_buy_spend_more_than_its_cash)
{
    open_venue(FILLS_CANDLES, 0, 0);
    struct order order = buy_market(100000);
    order.cash = USD(1004);
    place(order);
    candle(200, 200, 200, 200);
    expect_fill(0, 20000, 50000, false);
    EXPECT_INT(venue.reports.list[1].kind, REPORT_CANCELLED);
}

TEST(an_order_dies_when_its_time_is_over)
{
    open_venue(FILLS_BOOK, 0, 0);
    set_book(plain_book, 4);
    struct order order = buy_limit(10000, 9000);
    order.expire_ns = 100;
    place(order);
    venue.reports.count = 0;
    matching_expire(&venue.matching, 99, &venue.reports);
    EXPECT_INT(venue.reports.count, 0);
    matching_expire(&venue.matching, 100, &venue.reports);
    EXPECT_INT(venue.reports.list[0].kind, REPORT_EXPIRED);
}

TEST(minimums_ticks_and_the_pairs_status_are_refused_as_a_venue_would)
{
    open_venue(FILLS_CANDLES, 0, 0);
    venue.pair.tick_step = 5;
    place(buy_limit(10000, 9901));
    EXPECT_INT(venue.reports.list[0].reject, REJECT_TICK);
    venue.pair.qty_min_lots = 20000;
    place(buy_limit(10000, 9900));
    EXPECT_INT(venue.reports.list[0].reject, REJECT_QTY_MIN);
    venue.pair.status = PAIR_CANCEL_ONLY;
    place(buy_limit(30000, 9900));
    EXPECT_INT(venue.reports.list[0].reject, REJECT_PAIR_STATUS);
    place(bracket(30000, 9500, 0)); /* an exit is not an entry */
    EXPECT_INT(venue.reports.list[0].kind, REPORT_ACCEPTED);
}

TEST(an_amendment_changes_the_bracket_in_place)
{
    open_venue(FILLS_CANDLES, 0, 0);
    const uint64_t id = place(bracket(10000, 9500, 0));
    venue.reports.count = 0;
    matching_amend(&venue.matching, id, 20000, 9600, 11000, &venue.reports);
    EXPECT_INT(venue.reports.list[0].kind, REPORT_AMENDED);
    candle(100, 100, 95.99, 100);
    expect_fill(0, 9600, 20000, false);
}

TEST(fills_never_exceed_the_order_whatever_the_market_does)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    open_venue(FILLS_BOOK, 0, 0);
    int64_t wanted[2000] = {0}, filled[2000] = {0};
    for (int i = 0; i < 20000; i++) {
        struct level_change changes[2];
        const int64_t mid = 10000 + (int64_t)prng_below(&prng, 40);
        changes[0] = (struct level_change){SIDE_BUY, {mid - 5, (int64_t)prng_below(&prng, 9000)}};
        changes[1] = (struct level_change){SIDE_SELL, {mid + 5, (int64_t)prng_below(&prng, 9000)}};
        set_book(changes, 2);
        for (uint32_t r = 0; r < venue.reports.count; r++) {
            filled[venue.reports.list[r].order_id] +=
                venue.reports.list[r].kind == REPORT_FILL ? venue.reports.list[r].qty_lots : 0;
        }
        if (venue.next < 1900 && prng_below(&prng, 8) == 0) {
            const int64_t qty = 1 + (int64_t)prng_below(&prng, 20000);
            wanted[venue.next] = qty;
            place(prng_below(&prng, 2) ? buy_limit(qty, mid) : bracket(qty, mid - 9, mid + 9));
        } else {
            trade(mid - 12 + (int64_t)prng_below(&prng, 24), 1 + (int64_t)prng_below(&prng, 5000));
        }
        for (uint32_t r = 0; r < venue.reports.count; r++) {
            filled[venue.reports.list[r].order_id] +=
                venue.reports.list[r].kind == REPORT_FILL ? venue.reports.list[r].qty_lots : 0;
        }
    }
    for (int i = 0; i < 2000; i++) {
        EXPECT(filled[i] <= wanted[i]);
    }
}
