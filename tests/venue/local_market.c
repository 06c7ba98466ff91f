/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "venue/local/bucket.h"
#include "venue/local/history.h"
#include "venue/local/market.h"
#include "venue/local/tape.h"

static struct market *open_synthetic(const char *pairs, uint64_t seed)
{
    char error[256] = "";
    struct market *market = market_synthetic_open(pairs, seed, error, sizeof error);
    EXPECT_TEXT(error, "");
    EXPECT(market != NULL);
    return market;
}

/* What the trades say of their bar, computed from them alone. */
static void expect_trades_give_bar(const struct bar *bar, const struct trade *trades,
                                   int64_t step_ns, int64_t tick_step)
{
    int64_t high = trades[0].price_ticks, low = high, volume = 0;
    for (uint32_t i = 0; i < bar->trade_count; i++) {
        if (trades[i].price_ticks > high)
            high = trades[i].price_ticks;
        if (trades[i].price_ticks < low)
            low = trades[i].price_ticks;
        volume += trades[i].qty_lots;
        EXPECT(trades[i].qty_lots > 0);
        EXPECT_INT(trades[i].price_ticks % tick_step, 0);
        EXPECT(trades[i].time_ns > (i ? trades[i - 1].time_ns : bar->time_ns));
        EXPECT(trades[i].id == bar->trade_first + i);
    }
    EXPECT(trades[bar->trade_count - 1].time_ns < bar->time_ns + step_ns);
    EXPECT_INT(trades[0].price_ticks, bar->open_ticks);
    EXPECT_INT(high, bar->high_ticks);
    EXPECT_INT(low, bar->low_ticks);
    EXPECT_INT(trades[bar->trade_count - 1].price_ticks, bar->close_ticks);
    EXPECT_INT(volume, bar->volume_lots);
}

TEST(four_trades_give_back_any_bar_to_the_tick_and_the_lot)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 20000; round++) {
        int64_t tick_step = 1 + (int64_t)prng_below(&prng, 3);
        int64_t low = 1 + (int64_t)prng_below(&prng, 1000), range = (int64_t)prng_below(&prng, 4);
        struct bar bar = {.time_ns = (int64_t)prng_below(&prng, 1000) * 300 * NS_PER_S};
        bar.low_ticks = low * tick_step;
        bar.high_ticks = (low + range) * tick_step;
        bar.open_ticks = (low + (int64_t)prng_below(&prng, (uint64_t)range + 1)) * tick_step;
        bar.close_ticks = (low + (int64_t)prng_below(&prng, (uint64_t)range + 1)) * tick_step;
        bar.trade_count = 4 + (uint32_t)prng_below(&prng, round % 10 ? 1 : 60);
        bar.volume_lots =
            bar.trade_count + (int64_t)prng_below(&prng, 1 + 1000000000u * (round & 1));
        bar.trade_first = prng_next(&prng) >> 8;
        struct trade trades[MARKET_TRADES_MAX], again[MARKET_TRADES_MAX];
        tape_make(&bar, 300 * NS_PER_S, tick_step, (uint64_t)round, trades);
        expect_trades_give_bar(&bar, trades, 300 * NS_PER_S, tick_step);
        tape_make(&bar, 300 * NS_PER_S, tick_step, (uint64_t)round, again);
        for (uint32_t i = 0; i < bar.trade_count; i++)
            EXPECT(memcmp(&trades[i].time_ns, &again[i].time_ns, 8) == 0 &&
                   trades[i].qty_lots == again[i].qty_lots);
    }
}

TEST(a_bar_needs_a_trade_for_each_price_that_shows)
{
    const struct {
        int64_t open, high, low, close;
        uint32_t count;
    } rows[] = {
        {5, 5, 5, 5, 1},                  /* flat */
        {5, 7, 5, 7, 2},                  /* straight up */
        {5, 8, 5, 7, 3},                  /* a wick above */
        {5, 7, 4, 7, 3},                  /* a wick below */
        {5, 8, 4, 7, 4}, {5, 6, 5, 5, 3}, /* there and back */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bar bar = {0, rows[i].open, rows[i].high, rows[i].low, rows[i].close, 9, 1, 4};
        EXPECT_INT(tape_count_min(&bar), rows[i].count);
    }
}

TEST(every_synthetic_minute_is_given_back_by_its_trades)
{
    struct market *market = open_synthetic("BTC/USD PEPE/USD MKR/USD ETH/BTC", test_seed());
    for (uint32_t pair = 0; pair < market->pair_count; pair++) {
        int64_t from_ns = market->from_ns, until_ns = from_ns + 2 * NS_PER_DAY;
        uint64_t id = 0;
        uint32_t bars = 0;
        struct bar bar;
        while (market_next(market, pair, from_ns, until_ns, &bar)) {
            struct trade trades[MARKET_TRADES_MAX];
            EXPECT_INT(market_trades(market, pair, &bar, trades), bar.trade_count);
            expect_trades_give_bar(&bar, trades, NS_PER_MIN, 1);
            EXPECT(id == 0 || bar.trade_first == id); /* ids count on without a hole */
            id = bar.trade_first + bar.trade_count;
            from_ns = bar.time_ns + 1;
            bars++;
        }
        EXPECT(bars > 500 && bars <= 2880);
    }
    market_close(market);
}

static bool same_bar(const struct bar *a, const struct bar *b)
{
    return a->time_ns == b->time_ns && a->open_ticks == b->open_ticks &&
           a->high_ticks == b->high_ticks && a->low_ticks == b->low_ticks &&
           a->close_ticks == b->close_ticks && a->volume_lots == b->volume_lots &&
           a->trade_count == b->trade_count && a->trade_first == b->trade_first;
}

TEST(the_path_is_the_same_wherever_one_begins_and_whatever_else_is_listed)
{
    struct market *whole = open_synthetic(NULL, 7), *part = open_synthetic("WIF/USD SOL/USD", 7);
    int32_t in_whole = market_find(whole, "SOL/USD", 7), in_part = market_find(part, "SOLUSD", 6);
    EXPECT(in_whole >= 0 && in_part >= 0);
    int64_t late_ns = whole->from_ns + 400 * NS_PER_DAY, from_ns = whole->from_ns;
    struct bar a, b;
    for (int i = 0; i < 3000; i++) { /* one walks there day by day, the other jumps */
        EXPECT(market_next(whole, (uint32_t)in_whole, from_ns, INT64_MAX, &a));
        from_ns += NS_PER_DAY / 7;
        if (from_ns > late_ns)
            break;
    }
    for (from_ns = late_ns; from_ns < late_ns + NS_PER_DAY; from_ns = a.time_ns + 1) {
        EXPECT(market_next(whole, (uint32_t)in_whole, from_ns, INT64_MAX, &a));
        EXPECT(market_next(part, (uint32_t)in_part, from_ns, INT64_MAX, &b));
        EXPECT(same_bar(&a, &b));
    }
    market_close(whole);
    market_close(part);
}

TEST(another_seed_is_another_path)
{
    struct market *a = open_synthetic("BTC/USD", 1), *b = open_synthetic("BTC/USD", 2);
    struct bar first, second;
    EXPECT(market_next(a, 0, a->from_ns, INT64_MAX, &first));
    EXPECT(market_next(b, 0, b->from_ns, INT64_MAX, &second));
    EXPECT(first.close_ticks != second.close_ticks);
    market_close(a);
    market_close(b);
}

static double log_return(struct market *market, uint32_t pair, int64_t day_ns)
{
    struct bar day;
    EXPECT(market_day(market, pair, day_ns, &day));
    return log((double)day.close_ticks / (double)day.open_ticks);
}

TEST(coins_move_together_and_as_much_as_coins_do)
{
    struct market *market = open_synthetic("BTC/USD ETH/USD WIF/USD", test_seed());
    double sum[3] = {0}, square[3] = {0}, product = 0;
    const int days = 500;
    for (int d = 0; d < days; d++) {
        double move[3];
        for (uint32_t pair = 0; pair < 3; pair++) {
            move[pair] = log_return(market, pair, market->from_ns + d * NS_PER_DAY);
            sum[pair] += move[pair];
            square[pair] += move[pair] * move[pair];
        }
        product += move[0] * move[1];
    }
    double deviation[3];
    for (int i = 0; i < 3; i++)
        deviation[i] = sqrt(square[i] / days - sum[i] / days * sum[i] / days);
    double correlation =
        (product / days - sum[0] / days * sum[1] / days) / deviation[0] / deviation[1];
    print_message("daily volatility %.4f %.4f %.4f, BTC-ETH correlation %.3f\n", deviation[0],
                  deviation[1], deviation[2], correlation);
    EXPECT(deviation[0] > 0.012 && deviation[0] < 0.05);
    EXPECT(deviation[1] > deviation[0] && deviation[2] > deviation[1] && deviation[2] < 0.15);
    EXPECT(correlation > 0.6 && correlation < 0.97);
    market_close(market);
}

TEST(volatility_comes_in_clusters)
{
    /* Absolute daily moves must predict the next day's: an autocorrelation above zero. */
    struct market *market = open_synthetic("BTC/USD", test_seed());
    enum { DAYS = 1200 };
    double moves[DAYS], mean = 0, own = 0, lagged = 0;
    for (int d = 0; d < DAYS; d++) {
        moves[d] = fabs(log_return(market, 0, market->begin_ns + (d + 200) * NS_PER_DAY));
        mean += moves[d] / DAYS;
    }
    for (int d = 0; d + 1 < DAYS; d++) {
        own += (moves[d] - mean) * (moves[d] - mean);
        lagged += (moves[d] - mean) * (moves[d + 1] - mean);
    }
    EXPECT(lagged / own > 0.05);
    market_close(market);
}

TEST(a_cross_pair_is_the_quotient_of_its_sides)
{
    struct market *market = open_synthetic("BTC/USD ETH/USD ETH/BTC", 3);
    struct bar btc, eth, cross;
    for (int hour = 0; hour < 48; hour++) {
        int64_t at_ns = market->from_ns + hour * NS_PER_HOUR;
        EXPECT(market_next(market, 0, at_ns, INT64_MAX, &btc));
        EXPECT(market_next(market, 1, at_ns, INT64_MAX, &eth));
        EXPECT(market_next(market, 2, at_ns, INT64_MAX, &cross));
        double ratio = ((double)eth.close_ticks / 100) / ((double)btc.close_ticks / 10);
        EXPECT_NEAR((double)cross.close_ticks / 1e5 / ratio, 1, 0.01);
    }
    market_close(market);
}

TEST(all_default_pairs_stay_near_real_prices_for_years)
{
    struct market *market = open_synthetic(NULL, test_seed());
    EXPECT_INT(market->pair_count, 24);
    for (uint32_t pair = 0; pair < market->pair_count; pair++)
        for (int year = 0; year < 6; year++) {
            struct bar bar;
            int64_t at_ns = market->from_ns + year * 365 * NS_PER_DAY;
            EXPECT(market_next(market, pair, at_ns, INT64_MAX, &bar));
            EXPECT(bar.close_ticks > 20); /* fine enough to trade */
        }
    market_close(market);
}

TEST(candles_of_every_interval_are_made_of_their_trades)
{
    struct market *market = open_synthetic("SOL/USD CRV/USD", test_seed());
    int64_t now_ns = market->from_ns + 11 * NS_PER_HOUR + 1234567 * NS_PER_US;
    static struct bucket rows[HISTORY_CANDLES_MAX];
    for (uint32_t pair = 0; pair < 2; pair++)
        for (uint32_t interval = 0; interval < INTERVAL_COUNT; interval++) {
            uint32_t count = history_candles(market, pair, interval, now_ns, 720, rows);
            EXPECT(count == 720 || interval_minutes[interval] >= 10080);
            EXPECT_INT(rows[count - 1].time_ns, interval_floor(interval, now_ns));
            /* The last one but a few, walked through trade by trade. */
            uint32_t at = interval_minutes[interval] > 1440 ? count - 1 : count - 2;
            int64_t end_ns = rows[at].time_ns + interval_minutes[interval] * NS_PER_MIN;
            struct bucket sum = {0};
            struct trade trade;
            int64_t since_ns = rows[at].time_ns;
            while (history_trades_since(market, pair, since_ns, now_ns, 1, &trade) == 1 &&
                   trade.time_ns < end_ns) {
                bucket_add(&sum, &trade);
                since_ns = trade.time_ns;
                if (sum.trade_count > 3000)
                    break;
            }
            if (sum.trade_count > 3000 || sum.trade_count == 0)
                continue;
            EXPECT_INT(rows[at].open_ticks, sum.open_ticks);
            EXPECT_INT(rows[at].high_ticks, sum.high_ticks);
            EXPECT_INT(rows[at].low_ticks, sum.low_ticks);
            EXPECT_INT(rows[at].close_ticks, sum.close_ticks);
            EXPECT_INT(rows[at].volume_lots, sum.volume_lots);
            EXPECT_INT(rows[at].trade_count, sum.trade_count);
        }
    market_close(market);
}

TEST(larger_candles_are_the_sum_of_smaller_ones)
{
    struct market *market = open_synthetic("ETH/USD", test_seed());
    int64_t now_ns = market->from_ns + 100 * NS_PER_DAY;
    static struct bucket hours[HISTORY_CANDLES_MAX], days[HISTORY_CANDLES_MAX];
    uint32_t hour_count = history_candles(market, 0, 4, now_ns, 720, hours);
    uint32_t day_count = history_candles(market, 0, 6, now_ns, 720, days);
    EXPECT_INT(hour_count, 720);
    for (uint32_t d = 2; d < 25; d++) {
        const struct bucket *day = &days[day_count - d];
        struct bucket sum = bucket_flat(day->time_ns, 0);
        for (uint32_t h = 0; h < hour_count; h++)
            if (hours[h].time_ns >= day->time_ns && hours[h].time_ns < day->time_ns + NS_PER_DAY)
                bucket_merge(&sum, &hours[h]);
        EXPECT_INT(day->open_ticks, sum.open_ticks);
        EXPECT_INT(day->high_ticks, sum.high_ticks);
        EXPECT_INT(day->low_ticks, sum.low_ticks);
        EXPECT_INT(day->close_ticks, sum.close_ticks);
        EXPECT_INT(day->volume_lots, sum.volume_lots);
        EXPECT_INT(day->trade_count, sum.trade_count);
    }
    market_close(market);
}

TEST(an_interval_without_trades_repeats_the_close_before)
{
    struct market *market = open_synthetic("MKR/USD", test_seed());
    static struct bucket rows[HISTORY_CANDLES_MAX];
    uint32_t count = history_candles(market, 0, 0, market->from_ns + NS_PER_DAY, 720, rows);
    uint32_t empty = 0;
    for (uint32_t i = 1; i < count; i++) {
        EXPECT_INT(rows[i].time_ns, rows[i - 1].time_ns + NS_PER_MIN);
        if (rows[i].volume_lots > 0)
            continue;
        empty++;
        EXPECT_INT(rows[i].open_ticks, rows[i - 1].close_ticks);
        EXPECT_INT(rows[i].high_ticks, rows[i - 1].close_ticks);
        EXPECT_INT(rows[i].trade_count, 0);
    }
    EXPECT(empty > 100); /* 900 trades a day leave many minutes alone */
    market_close(market);
}

TEST(the_last_trades_end_now_and_count_on_from_the_ones_before)
{
    struct market *market = open_synthetic("MKR/USD", 5);
    static struct trade last[HISTORY_TRADES_MAX], since[HISTORY_TRADES_MAX];
    int64_t now_ns = market->from_ns + 30 * NS_PER_HOUR + 17 * NS_PER_S;
    EXPECT_INT(history_trades_last(market, 0, now_ns, 1000, last), 1000);
    EXPECT(last[999].time_ns <= now_ns);
    EXPECT_INT(history_trades_since(market, 0, last[0].time_ns, now_ns, 1000, since), 999);
    for (int i = 0; i < 999; i++) {
        EXPECT(since[i].id == last[i + 1].id && last[i + 1].id == last[i].id + 1);
        EXPECT_INT(since[i].price_ticks, last[i + 1].price_ticks);
    }
    market_close(market);
}

TEST(a_pair_answers_to_all_its_names_and_a_stranger_gets_names_by_the_same_rules)
{
    const char *const rows[][4] = {
        /* symbol      key          altname    wsname */
        {"BTC/USD", "XXBTZUSD", "XBTUSD", "XBT/USD"},
        {"ETH/BTC", "XETHXXBT", "ETHXBT", "ETH/XBT"},
        {"BTC/USDT", "XBTUSDT", "XBTUSDT", "XBT/USDT"},
        {"DOGE/USD", "XDGUSD", "XDGUSD", "XDG/USD"},
        {"SOL/USD", "SOLUSD", "SOLUSD", "SOL/USD"},
        {"XRP/EUR", "XXRPZEUR", "XRPEUR", "XRP/EUR"},
        {"FOO/EUR", "FOOEUR", "FOOEUR", "FOO/EUR"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct instrument instrument;
        EXPECT(instrument_find(rows[i][0], &instrument) ||
               instrument_make(rows[i][0], 4, 8, &instrument));
        EXPECT_TEXT(instrument.key, rows[i][1]);
        EXPECT_TEXT(instrument.altname, rows[i][2]);
        EXPECT_TEXT(instrument.wsname, rows[i][3]);
        for (int name = 0; name < 4; name++)
            EXPECT(instrument_is(&instrument, rows[i][name], strlen(rows[i][name])));
    }
    char symbol[SYMBOL_MAX];
    EXPECT(instrument_symbol_of("XXBTZUSD", 8, symbol));
    EXPECT_TEXT(symbol, "BTC/USD");
    EXPECT(instrument_symbol_of("XBT/CHF", 7, symbol));
    EXPECT_TEXT(symbol, "BTC/CHF");
    EXPECT(!instrument_symbol_of("BTCCHF", 6, symbol));
    struct instrument none;
    EXPECT(!instrument_make("NOSLASH", 2, 8, &none) && !instrument_make("/USD", 2, 8, &none));
}
