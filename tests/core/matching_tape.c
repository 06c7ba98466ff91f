/* SPDX-License-Identifier: MIT */
/* Fills by a recorded tape alone. Prices are in ticks of a cent, times in seconds. */
#include "core/matching/matching.h"

#include "desk_fixture.h"

#define TAPE_MAX 20000
#define QUEUE_NS (60 * NS_PER_S)

struct venue {
    struct matching matching;
    struct matching_reports reports;
    struct pair pair;
    struct book book; /* stays empty: nobody knows it */
    struct tape tape;
    struct matching_market market;
    struct trade trades[TAPE_MAX];
    uint64_t next;
};

static struct venue venue;

static void open_venue(int64_t slippage_ppm, int64_t queue_ns, int64_t queue_lots)
{
    venue.pair = fixture_pair("AAA/USD");
    venue.next = 1;
    book_init(&venue.book, 10);
    matching_init(&venue.matching,
                  &(struct matching_config){.fills = FILLS_TRADES,
                                            .half_spread_ppm = slippage_ppm / 2,
                                            .slippage_ppm = slippage_ppm - slippage_ppm / 2,
                                            .fees = {.maker_ppm = 2500, .taker_ppm = 4000}});
    venue.tape = (struct tape){venue.trades, venue.trades, queue_ns, queue_lots};
    venue.market =
        (struct matching_market){.terms = &venue.pair, .book = &venue.book, .tape = &venue.tape};
}

static uint64_t place(struct order order)
{
    order.id = venue.next++;
    venue.reports.count = 0;
    matching_place(&venue.matching, &venue.market, &order, &venue.reports);
    return order.id;
}

/* The next trade of the tape, and what it causes. */
static void trade(int64_t second, int64_t price_ticks, int64_t qty_lots)
{
    struct trade *what = &venue.trades[venue.tape.next - venue.tape.first];
    *what = (struct trade){
        .time_ns = second * NS_PER_S, .price_ticks = price_ticks, .qty_lots = qty_lots};
    venue.reports.count = 0;
    matching_trade(&venue.matching, &venue.market, what, &venue.reports);
    venue.tape.next++;
    venue.market.time_ns = what->time_ns;
}

/* The reports of the last trade or order as text: "f10010x20000t" is a fill as a taker. */
static void expect_reports(const char *expected)
{
    char text[512] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < venue.reports.count; i++) {
        const struct report *report = &venue.reports.list[i];
        const char *gap = i > 0 ? " " : "";
        if (report->kind == REPORT_FILL) {
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%lldx%lld%s", gap,
                                    report->stop_hit ? "s" : "f", (long long)report->price_ticks,
                                    (long long)report->qty_lots, report->maker ? "m" : "t");
        } else {
            const char *word = report->kind == REPORT_ACCEPTED    ? "accepted"
                               : report->kind == REPORT_CANCELLED ? "cancelled"
                               : report->kind == REPORT_EXPIRED   ? "expired"
                                                                  : "else";
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", gap, word);
        }
    }
    EXPECT_TEXT(text, expected);
}

static struct order buy_market(int64_t qty_lots, int64_t worst_ticks)
{
    return (struct order){.kind = ORDER_MARKET,
                          .side = SIDE_BUY,
                          .qty_lots = qty_lots,
                          .limit_ticks = worst_ticks,
                          .cash = USD(1e6)};
}

static struct order buy_limit(int64_t qty_lots, int64_t limit_ticks)
{
    struct order order = buy_market(qty_lots, limit_ticks);
    order.kind = ORDER_LIMIT;
    return order;
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

TEST(five_ahead_and_three_trades_of_two_fill_one)
{
    open_venue(0, 0, 5);
    place(buy_limit(10, 10000));
    expect_reports("accepted");
    trade(1, 10000, 2);
    expect_reports("");
    trade(2, 10000, 2);
    expect_reports("");
    trade(3, 10000, 2);
    expect_reports("f10000x1m");
    trade(4, 10000, 3);
    expect_reports("f10000x3m");
    trade(5, 10000, 100);
    expect_reports("f10000x6m");
}

TEST(trades_above_a_bid_fill_nothing)
{
    open_venue(0, 0, 0);
    place(buy_limit(10, 10000));
    trade(1, 10001, 50);
    expect_reports("");
}

TEST(a_trade_through_the_price_fills_all_of_it)
{
    open_venue(500, 0, 5);
    place(buy_limit(10, 10000));
    trade(1, 9999, 1);
    expect_reports("f10000x10m");
}

/* Of the trades at 10000 the first is older than a minute. */
TEST(what_was_traded_at_a_price_in_the_minute_before_stands_ahead)
{
    open_venue(0, QUEUE_NS, 0);
    trade(1, 10000, 900);
    trade(30, 10000, 3);
    trade(40, 10010, 800);
    trade(61, 10000, 4);
    trade(62, 10010, 1);
    place(buy_limit(10, 10000));
    trade(63, 10000, 6);
    expect_reports("");
    trade(64, 10000, 2);
    expect_reports("f10000x1m");
}

TEST(where_nobody_traded_the_queue_is_not_known_and_only_a_trade_through_fills)
{
    open_venue(0, QUEUE_NS, 0);
    trade(1, 10000, 900);
    place(buy_limit(10, 9990));
    trade(2, 9990, 1000000);
    expect_reports("");
    trade(3, 9989, 1);
    expect_reports("f9990x10m");
}

/* 10000 and 500 ppm beside it: 10005, 10010 the next. */
TEST(a_market_order_walks_the_trades_that_follow)
{
    open_venue(500, 0, 0);
    trade(1, 10000, 7);
    place(buy_market(10, 0));
    expect_reports("accepted");
    trade(2, 10000, 4);
    expect_reports("f10005x4t");
    trade(3, 10004, 5);
    expect_reports("f10010x5t");
    trade(4, 10000, 5);
    expect_reports("f10005x1t");
    trade(5, 10000, 5);
    expect_reports("");
}

TEST(a_market_order_is_cancelled_where_the_next_trade_is_beyond_its_worst_price)
{
    open_venue(0, 0, 0);
    place(buy_market(10, 10010));
    trade(1, 10010, 4);
    expect_reports("f10010x4t");
    trade(2, 10011, 4);
    expect_reports("cancelled");
}

TEST(a_market_order_ends_where_its_cash_does)
{
    open_venue(0, 0, 0);
    struct order order = buy_market(50000, 0);
    order.cash = USD(301.2); /* three coins at 100.00 with the taker's fee */
    place(order);
    trade(1, 10000, 20000);
    expect_reports("f10000x20000t");
    trade(2, 10000, 20000);
    expect_reports("f10000x10000t cancelled");
}

/* As all cash that there is: how much that buys is known at the first trade. */
TEST(a_market_order_by_cash_alone_takes_what_it_buys_at_the_first_price)
{
    open_venue(0, 0, 0);
    struct order order = buy_market(0, 0);
    order.cash = USD(301.2);
    place(order);
    expect_reports("");
    trade(1, 10000, 20000);
    expect_reports("accepted f10000x20000t");
    trade(2, 9000, 20000);
    expect_reports("f9000x10000t");
}

TEST(two_market_orders_share_a_trade)
{
    open_venue(0, 0, 0);
    place(buy_market(10, 0));
    place(buy_market(10, 0));
    trade(1, 10000, 12);
    expect_reports("f10000x10t f10000x2t");
}

/* The market is at 99.00: a bid of 100.00 takes what it can, at no more than its price, and where
 * the market has left it joins the queue. */
TEST(a_limit_better_than_the_market_takes_before_it_waits)
{
    open_venue(20000, 0, 3);
    trade(1, 9900, 1);
    place(buy_limit(10, 10000));
    trade(2, 9700, 2);
    expect_reports("f9894x2t");
    trade(3, 9990, 2);
    expect_reports("f10000x2t");
    trade(4, 10000, 4);
    expect_reports("f10000x1m");
    trade(5, 10001, 9);
    expect_reports("");
}

TEST(a_stop_is_touched_by_a_trade_and_sells_into_the_next_ones)
{
    open_venue(0, 0, 0);
    place(bracket(10, 9900, 0));
    trade(1, 9901, 50);
    expect_reports("");
    trade(2, 9890, 50);
    expect_reports("");
    trade(3, 9895, 6);
    expect_reports("s9895x6t");
    trade(4, 9950, 6); /* above the stop again: it is a market order now */
    expect_reports("s9950x4t");
}

TEST(a_target_fills_by_a_trade_through_it_alone)
{
    open_venue(0, 0, 0);
    place(bracket(10, 9000, 10500));
    trade(1, 10500, 1000);
    expect_reports("");
    trade(2, 10501, 1);
    expect_reports("f10500x10m");
}

TEST(an_order_filled_in_part_can_be_cancelled)
{
    open_venue(0, 0, 5);
    const uint64_t id = place(buy_limit(10, 10000));
    trade(1, 10000, 8);
    expect_reports("f10000x3m");
    venue.reports.count = 0;
    matching_cancel(&venue.matching, id, &venue.reports);
    expect_reports("cancelled");
    trade(2, 9990, 50);
    expect_reports("");
}

TEST(an_order_expires_between_two_candles_before_a_later_trade_fills_it)
{
    open_venue(0, 0, 0);
    struct order order = buy_limit(10, 10000);
    order.expire_ns = 10 * NS_PER_S;
    place(order);
    trade(9, 10000, 4);
    expect_reports("f10000x4m");
    trade(10, 9999, 50);
    expect_reports("expired");
}

TEST(another_pairs_trades_do_nothing)
{
    open_venue(0, 0, 0);
    place(buy_limit(10, 10000));
    venue.market.pair = 1;
    trade(1, 9000, 50);
    expect_reports("");
}

TEST(takers_never_get_more_than_was_traded_nor_orders_more_than_they_asked)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    open_venue(300, QUEUE_NS, 0);
    static int64_t wanted[4000], filled[4000];
    for (int i = 0; i < TAPE_MAX; i++) {
        const int64_t price = 10000 + (int64_t)prng_below(&prng, 40);
        const int64_t qty = 1 + (int64_t)prng_below(&prng, 5000);
        if (venue.next < 3900 && prng_below(&prng, 6) == 0) {
            wanted[venue.next] = 1 + (int64_t)prng_below(&prng, 20000);
            const uint64_t kind = prng_below(&prng, 3);
            place(kind == 0   ? buy_market(wanted[venue.next], 0)
                  : kind == 1 ? buy_limit(wanted[venue.next], price)
                              : bracket(wanted[venue.next], price - 9, price + 9));
        }
        trade(i / 4, price, qty);
        int64_t taken = 0;
        for (uint32_t r = 0; r < venue.reports.count; r++) {
            const struct report *report = &venue.reports.list[r];
            if (report->kind == REPORT_FILL) {
                filled[report->order_id] += report->qty_lots;
                taken += report->maker ? 0 : report->qty_lots;
            }
        }
        EXPECT(taken <= qty);
    }
    for (int i = 0; i < 4000; i++) {
        EXPECT(filled[i] <= wanted[i]);
    }
}
