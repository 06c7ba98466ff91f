/* SPDX-License-Identifier: MIT */
#include "../test.h"

#include "core/base/timestamp.h"
#include "venue/kraken/messages.h"

static struct kraken_markets markets;

static void list(uint32_t index, const char *symbol, uint32_t price_decimals)
{
    struct pair terms = {.price_decimals = price_decimals, .qty_decimals = 8, .tick_step = 1};
    snprintf(terms.symbol, sizeof terms.symbol, "%s", symbol);
    kraken_markets_put(&markets, index, &terms);
}

static void list_all(void)
{
    kraken_markets_init(&markets);
    list(0, "BTC/USD", 1);
    list(1, "MATIC/USD", 4);
    list(2, "ALGO/USD", 5);
}

static int64_t time_of(const char *text)
{
    int64_t time_ns;
    EXPECT(timestamp_parse(text, strlen(text), &time_ns));
    return time_ns;
}

static void open_rows(const char *text, struct kraken_frame *frame)
{
    list_all();
    EXPECT(kraken_parse_frame(text, strlen(text), frame));
    EXPECT(kraken_parse_rows(frame));
    EXPECT(kraken_parse_row(frame));
}

static void close_rows(struct kraken_frame *frame)
{
    EXPECT(!kraken_parse_row(frame));
    EXPECT(kraken_parse_end(frame));
}

static void expect_ticker(const char *text)
{
    struct kraken_frame frame;
    struct kraken_ticker row;
    open_rows(text, &frame);
    EXPECT_INT(frame.channel, KRAKEN_TICKER);
    EXPECT(kraken_parse_ticker(&frame, &markets, &row));
    EXPECT_INT(row.pair, 2);
    EXPECT_INT(row.bid_ticks, 10025);
    EXPECT_INT(row.bid_lots, 74000000000);
    EXPECT_INT(row.ask_ticks, 10036);
    EXPECT_INT(row.ask_lots, 136144813783);
    EXPECT_INT(row.last_ticks, 10035);
    close_rows(&frame);
}

TEST(the_documented_ticker_reads_as_it_says)
{
    expect_ticker("{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"ALGO/USD\","
                  "\"bid\":0.10025,\"bid_qty\":740.0,\"ask\":0.10036,\"ask_qty\":1361.44813783,"
                  "\"last\":0.10035,\"volume\":997038.98383185,\"vwap\":0.10148,\"low\":0.09979,"
                  "\"high\":0.10285,\"change\":-0.00017,\"change_pct\":-0.17}]}");
}

TEST(members_come_in_any_order_quoted_or_bare_and_unknown_ones_are_passed_over)
{
    expect_ticker("{\"data\":[{\"new\":{\"a\":[1,2]},\"change_pct\":\"-0.17\",\"high\":\"0.10285\","
                  "\"low\":0.0997900,\"vwap\":0.101484,\"volume\":\"997038.98383185\","
                  "\"last\":1.0035e-1,\"ask_qty\":\"1361.44813783\",\"ask\":0.10036,"
                  "\"bid_qty\":740,\"bid\":\"0.10025\",\"timestamp\":null,"
                  "\"symbol\":\"ALGO\\/USD\"}],\"type\":\"snapshot\",\"seq\":7,"
                  "\"channel\":\"ticker\"}");
}

TEST(a_ticker_of_an_empty_book_has_no_prices)
{
    struct kraken_frame frame;
    struct kraken_ticker row;
    open_rows("{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\","
              "\"bid\":null,\"last\":5.5}]}",
              &frame);
    EXPECT(kraken_parse_ticker(&frame, &markets, &row));
    EXPECT_INT(row.bid_ticks, 0);
    EXPECT_INT(row.ask_ticks, 0);
    EXPECT_INT(row.last_ticks, 55);
    close_rows(&frame);
}

TEST(the_documented_trade_reads_as_it_says)
{
    struct kraken_frame frame;
    struct kraken_trade row;
    open_rows("{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{\"symbol\":\"MATIC/USD\","
              "\"side\":\"buy\",\"price\":0.5147,\"qty\":6423.46326,\"ord_type\":\"limit\","
              "\"trade_id\":4665846,\"timestamp\":\"2023-09-25T07:48:36.925533Z\"},"
              "{\"symbol\":\"NEW/USD\",\"side\":\"up\",\"price\":1e30}]}",
              &frame);
    EXPECT(kraken_parse_trade(&frame, &markets, &row));
    EXPECT_INT(row.pair, 1);
    EXPECT_INT(row.trade.price_ticks, 5147);
    EXPECT_INT(row.trade.qty_lots, 642346326000);
    EXPECT_INT(row.trade.taker, SIDE_BUY);
    EXPECT_INT((int64_t)row.trade.id, 4665846);
    EXPECT_INT(row.trade.time_ns, time_of("2023-09-25T07:48:36.925533Z"));
    /* A market that is not ours: whatever it holds is no business of ours. */
    EXPECT(kraken_parse_row(&frame));
    EXPECT(kraken_parse_trade(&frame, &markets, &row));
    EXPECT_INT(row.pair, -1);
    close_rows(&frame);
}

TEST(the_documented_candle_reads_as_it_says_and_its_deprecated_timestamp_is_ignored)
{
    struct kraken_frame frame;
    struct kraken_ohlc row;
    open_rows("{\"channel\":\"ohlc\",\"type\":\"update\",\"timestamp\":"
              "\"2023-10-04T16:26:30.524394914Z\",\"data\":[{\"symbol\":\"MATIC/USD\","
              "\"open\":0.5624,\"high\":0.5628,\"low\":0.5622,\"close\":0.5627,\"trades\":12,"
              "\"volume\":30927.68066226,\"vwap\":0.5626,\"interval_begin\":"
              "\"2023-10-04T16:25:00.000000000Z\",\"interval\":5,\"timestamp\":"
              "\"2023-10-04T16:30:00.000000Z\"}]}",
              &frame);
    EXPECT_INT(frame.time_ns, time_of("2023-10-04T16:26:30.524394914Z"));
    EXPECT(kraken_parse_ohlc(&frame, &markets, &row));
    EXPECT_INT(row.pair, 1);
    EXPECT_INT(row.candle.time_ns, time_of("2023-10-04T16:25:00Z"));
    EXPECT(row.candle.open == 0.5624 && row.candle.high == 0.5628 && row.candle.low == 0.5622);
    EXPECT(row.candle.close == 0.5627 && row.candle.volume == 30927.68066226);
    EXPECT_INT((int64_t)row.trade_count, 12);
    EXPECT_INT(row.interval, 5);
    close_rows(&frame);
}

static const char documented_bids[] =
    "[{\"price\":0.5666,\"qty\":4831.75496356},{\"price\":0.5665,\"qty\":6658.22734739}]";
static const char documented_asks[] =
    "[{\"price\":0.5668,\"qty\":4410.79769741},{\"qty\":0.00000000,\"price\":\"0.5669\"}]";

static void expect_book(const char *text)
{
    static struct kraken_book row;
    struct kraken_frame frame;
    open_rows(text, &frame);
    EXPECT_INT(frame.channel, KRAKEN_BOOK);
    EXPECT(frame.snapshot);
    EXPECT(kraken_parse_book(&frame, &markets, &row));
    EXPECT_INT(row.pair, 1);
    EXPECT(row.has_checksum);
    EXPECT_INT(row.checksum, 2439117997);
    EXPECT_INT(row.count, 4);
    /* Sides come as they were sent; within a side the order of levels is kept. */
    const struct level_change *bids = &row.changes[row.changes[0].side == SIDE_BUY ? 0 : 2];
    const struct level_change *asks = &row.changes[row.changes[0].side == SIDE_BUY ? 2 : 0];
    EXPECT(bids[0].side == SIDE_BUY && bids[1].side == SIDE_BUY);
    EXPECT(asks[0].side == SIDE_SELL && asks[1].side == SIDE_SELL);
    EXPECT_INT(bids[0].level.price_ticks, 5666);
    EXPECT_INT(bids[0].level.qty_lots, 483175496356);
    EXPECT_INT(asks[1].level.price_ticks, 5669);
    EXPECT_INT(asks[1].level.qty_lots, 0);
    close_rows(&frame);
}

TEST(the_documented_book_reads_as_it_says_whatever_the_order_of_members)
{
    char text[1024];
    snprintf(text, sizeof text,
             "{\"channel\":\"book\",\"type\":\"snapshot\",\"data\":[{\"symbol\":\"MATIC/USD\","
             "\"bids\":%s,\"asks\":%s,\"checksum\":2439117997,"
             "\"timestamp\":\"2023-10-04T16:25:00Z\"}]}",
             documented_bids, documented_asks);
    expect_book(text);
    snprintf(text, sizeof text,
             "{\"data\":[{\"checksum\":\"2439117997\",\"asks\":%s,\"bids\":%s,"
             "\"symbol\":\"MATIC/USD\"}],\"channel\":\"book\",\"type\":\"snapshot\"}",
             documented_asks, documented_bids);
    expect_book(text);
    snprintf(text, sizeof text,
             "{\"type\":\"snapshot\",\"channel\":\"book\",\"data\":[{\"bids\":%s,"
             "\"symbol\":\"MATIC/USD\",\"asks\":%s,\"checksum\":2439117997}],\"x\":null}",
             documented_bids, documented_asks);
    expect_book(text);
}

TEST(a_status_tells_the_local_markets_clock)
{
    struct kraken_frame frame;
    struct kraken_status row;
    open_rows("{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\","
              "\"system\":\"online\",\"api_version\":\"v2\","
              "\"connection_id\":18446744073709551615,\"market\":{\"time\":"
              "\"2024-08-05T00:00:00.000000000Z\",\"speed\":60,\"lockstep\":false,"
              "\"ended\":true}}]}",
              &frame);
    EXPECT(kraken_parse_status(&frame, &row));
    EXPECT_TEXT(row.system, "online");
    EXPECT(row.has_market && row.ended && !row.lockstep);
    EXPECT_INT(row.market_ns, time_of("2024-08-05"));
    EXPECT(row.speed == 60);
    close_rows(&frame);
}

TEST(replies_tell_what_they_are_about)
{
    struct kraken_frame frame;
    static const char good[] =
        "{\"method\":\"subscribe\",\"result\":{\"channel\":\"book\",\"depth\":10,\"snapshot\":true,"
        "\"symbol\":\"BTC/USD\",\"warnings\":[\"x\"]},\"success\":true,"
        "\"time_in\":\"2023-09-24T14:10:23.799685Z\",\"time_out\":\"2023-09-24T14:10:23.799703Z\","
        "\"req_id\":1}";
    EXPECT(kraken_parse_frame(good, strlen(good), &frame));
    EXPECT_INT(frame.method, KRAKEN_SUBSCRIBED);
    EXPECT_INT(frame.channel, KRAKEN_BOOK);
    EXPECT(frame.success && json_is(frame.symbol, "BTC/USD"));
    EXPECT_INT((int64_t)frame.req_id, 1);
    EXPECT_INT(frame.time_ns, time_of("2023-09-24T14:10:23.799703Z"));

    static const char bad[] =
        "{\"method\":\"subscribe\",\"error\":\"Currency pair not supported FOO/BAR\","
        "\"success\":false,\"symbol\":\"FOO/BAR\",\"req_id\":null}";
    EXPECT(kraken_parse_frame(bad, strlen(bad), &frame));
    EXPECT(!frame.success && frame.channel == KRAKEN_NONE);
    EXPECT(json_is(frame.error, "Currency pair not supported FOO/BAR"));

    static const char rate[] = "{\"Error\":\"Exceeded msg rate\"}";
    EXPECT(kraken_parse_frame(rate, strlen(rate), &frame));
    EXPECT_INT(frame.method, KRAKEN_NO_METHOD);
    EXPECT(json_is(frame.error, "Exceeded msg rate"));
}

TEST(channels_that_we_do_not_know_are_no_error)
{
    struct kraken_frame frame;
    static const char text[] = "{\"channel\":\"weather\",\"type\":\"update\",\"data\":{\"a\":1}}";
    EXPECT(kraken_parse_frame(text, strlen(text), &frame));
    EXPECT_INT(frame.channel, KRAKEN_CHANNEL_COUNT);
}

/* What must be refused, and where the explanation must point. */
TEST(malformed_messages_are_refused_with_their_position)
{
    static const struct {
        const char *text, *where;
    } rows[] = {
        {"{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\",\"bid\":x",
         "at byte 70"},
        {"{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\","
         "\"bid\":1.25}]}",
         "finer"},
        {"{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"bid\":1.5}]}", "no symbol"},
        {"{\"channel\":\"ticker\",\"type\":\"update\",\"data\":{}}", "at byte"},
        {"{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\"}]} x",
         "at byte"},
        {"{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\","
         "\"bids\":[{\"price\":1.5}],\"asks\":[]}]}",
         "a price and a qty"},
        {"{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"bids\":[{\"price\":-1.5,"
         "\"qty\":1}],\"symbol\":\"BTC/USD\"}]}",
         "above 0"},
        {"{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\","
         "\"checksum\":4294967296}]}",
         "32 bits"},
        {"{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\","
         "\"timestamp\":\"yesterday\"}]}",
         "RFC 3339"},
        {"{\"channel\":\"ticker\",\"type\":\"update\"}", "no data"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct kraken_book book;
        struct kraken_frame frame;
        struct kraken_ticker ticker;
        char where[200];
        list_all();
        bool good = kraken_parse_frame(rows[i].text, strlen(rows[i].text), &frame);
        if (good && kraken_parse_rows(&frame)) {
            while (kraken_parse_row(&frame)) {
                if (frame.channel == KRAKEN_BOOK)
                    kraken_parse_book(&frame, &markets, &book);
                else
                    kraken_parse_ticker(&frame, &markets, &ticker);
            }
        }
        EXPECT(!good || !kraken_parse_end(&frame));
        kraken_explain(&frame, where, sizeof where);
        if (strstr(where, rows[i].where) == NULL)
            fail_msg("row %zu: \"%s\" does not say \"%s\"", i, where, rows[i].where);
    }
}

TEST(a_book_message_holds_512_levels_and_not_one_more)
{
    static char text[64 * 1024];
    static struct kraken_book row;
    for (int count = KRAKEN_CHANGES_MAX; count <= KRAKEN_CHANGES_MAX + 1; count++) {
        size_t len = (size_t)snprintf(text, sizeof text,
                                      "{\"channel\":\"book\",\"type\":\"update\",\"data\":"
                                      "[{\"symbol\":\"BTC/USD\",\"bids\":[");
        for (int i = 0; i < count; i++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s{\"price\":%d,\"qty\":1}",
                                    i ? "," : "", i + 1);
        snprintf(text + len, sizeof text - len, "],\"asks\":[]}]}");
        struct kraken_frame frame;
        open_rows(text, &frame);
        EXPECT_INT(kraken_parse_book(&frame, &markets, &row), count == KRAKEN_CHANGES_MAX);
    }
}
