/* SPDX-License-Identifier: MIT */
/* What can be read afterwards, what is kept over a restart, and ids. */
#include "core/base/prng.h"
#include "trading_fixture.h"

TEST(an_id_leads_back_to_its_number_and_no_other_text_does)
{
    struct venue venue;
    venue_open(&venue);
    char text[TRADING_ID_SIZE], other[TRADING_ID_SIZE];
    for (uint64_t id = 1; id < 2000; id++) {
        trading_id_text(venue.trading, 'O', id, text);
        EXPECT_INT((int64_t)strlen(text), 19);
        EXPECT(text[0] == 'O' && text[6] == '-' && text[12] == '-');
        EXPECT_INT((int64_t)trading_id_parse(venue.trading, 'O', text, 19), (int64_t)id);
        trading_id_text(venue.trading, 'T', id, other);
        EXPECT(other[0] == 'T' && strcmp(text + 1, other + 1) != 0);
        EXPECT_INT((int64_t)trading_id_parse(venue.trading, 'L', other, 19), 0);
    }
    EXPECT_INT((int64_t)trading_id_parse(venue.trading, 'O', text, 18), 0);
    text[3] = text[3] == 'A' ? 'B' : 'A';
    EXPECT_INT((int64_t)trading_id_parse(venue.trading, 'O', text, 19), 0);
    EXPECT_INT((int64_t)trading_id_parse(venue.trading, 'O', "O2345-ABCDEF-ABCDEF", 19), 0);
    trading_close(venue.trading);
}

TEST(orders_trades_and_ledger_are_listed_as_kraken_lists_them)
{
    struct venue venue;
    venue_open(&venue);
    const struct step story[] = {
        {"A buy 1 limit=90", "pending 1, new 1"},
        {"A buy 1 limit=91", "pending 2, new 2"},
        {"A buy 2 limit=92", "pending 3, new 3"},
        {"trade sell 0.5 @ 92", "trade 3 0.5@92m"},
        {"trade sell 1 @ 91.5", "trade 3 1.5@92m, filled 3"},
        {"A cancel 1", "canceled 1 User requested"},
        {"B buy 1 limit=50", "pending 4, new 4"},
    };
    venue_tell(&venue, story, 7);
    const struct trading *trading = venue.trading;
    const struct trading_order *order = trading_open_next(trading, 0, NULL);
    EXPECT(order->id == 2 && trading_open_next(trading, 0, order) == NULL);
    order = trading_closed_next(trading, 0, NULL);
    EXPECT(order->id == 1 && order->status == TRADING_CANCELED);
    order = trading_closed_next(trading, 0, order);
    EXPECT(order->id == 3 && order->status == TRADING_FILLED && order->trade_count == 2);
    EXPECT(trading_closed_next(trading, 0, order) == NULL);
    EXPECT_INT(trading_average(trading, order, 2), 92000);
    const struct trading_trade *trade = trading_trade_next(trading, 0, NULL);
    EXPECT(trade->id == order->trade_last && trade->qty_lots == 150000000 && trade->maker);
    EXPECT_INT(trade->cost, 1380000);
    EXPECT_INT(trade->fee, 3450);
    EXPECT_INT(trade->fee_usd, 34500000);
    const struct trading_ledger *row = trading_ledger(trading, 0, trade->ledger_first);
    EXPECT(row->asset == BTC && row->amount == INT64_C(15000000000) && row->ref == trade->id);
    row = trading_ledger(trading, 0, trade->ledger_first + 1);
    EXPECT(row->asset == USD && row->amount == -1380000 && row->fee == 3450);
    EXPECT_INT(row->balance, 100000000 - 1380000 - 3450 - 460000 - 1150);
    trade = trading_trade(trading, 0, trade->order_before);
    EXPECT(trade->qty_lots == 50000000 && trade->order_before == 0);
    EXPECT(trading_trade(trading, 1, trade->id) == NULL && trading_order(trading, 1, 3) == NULL);
    trading_close(venue.trading);
}

TEST(an_average_is_exact_whatever_the_costs_rounded_to)
{
    struct venue venue;
    venue_open(&venue);
    const struct step story[] = {
        {"book asks 100.1:0.00010001 100.4:0.3 bids 99:1", ""},
        {"A buy 0.1 market",
         "pending 1, new 1, trade 1 0.00010001@100.1t, trade 1 0.09989999@100.4t, filled 1"},
    };
    venue_tell(&venue, story, 2);
    /* (0.00010001 * 100.1 + 0.09989999 * 100.4) / 0.1 = 100.39969997 */
    EXPECT_INT(trading_average(venue.trading, trading_order(venue.trading, 0, 1), 7), 10039969997);
    trading_close(venue.trading);
}

TEST(amendments_are_remembered_from_the_original_on)
{
    struct venue venue;
    venue_open(&venue);
    const struct step story[] = {
        {"A buy 1 limit=90", "pending 1, new 1"},
        {"wait 100", ""},
        {"A amend 1 qty=2 limit=91", "amended 1"},
        {"A amend 1 qty=1.5", "amended 1"},
    };
    venue_tell(&venue, story, 4);
    const struct trading_order *order = trading_order(venue.trading, 0, 1);
    const struct trading_amendment *row = trading_amendment(venue.trading, 0, order->amend_last);
    EXPECT(row->kind == TRADING_AMEND_USER && row->qty_lots == 150000000);
    row = trading_amendment(venue.trading, 0, row->before);
    EXPECT(row->kind == TRADING_AMEND_USER && row->limit_ticks == 910);
    row = trading_amendment(venue.trading, 0, row->before);
    EXPECT(row->kind == TRADING_AMEND_ORIGINAL && row->qty_lots == 100000000 && row->before == 0);
    EXPECT_INT(row->time_ns, T0);
    trading_close(venue.trading);
}

TEST(thirty_days_of_volume_earn_the_tier)
{
    struct venue venue;
    venue_open(&venue);
    struct trading *trading = venue.trading;
    const int64_t dollar = decimal_pow10(MONEY_DECIMALS);
    trading_add_volume(trading, 0, 9800 * dollar);
    EXPECT_INT(trading_fee_step(trading, 0, BTC_USD), 0);
    const struct step story[] = {
        {"book asks 100:100 bids 99:100", ""},
        {"A buy 2 market", "pending 1, new 1, trade 1 2@100t, filled 1"},
        {"A funds", "BTC 12/0 USD 9799.2/0"},
        /* 10000 dollars: 0.35 % from now on. */
        {"A buy 1 market", "pending 2, new 2, trade 2 1@100t, filled 2"},
        {"A funds", "BTC 13/0 USD 9698.85/0"},
    };
    venue_tell(&venue, story, 5);
    EXPECT_INT(trading_volume(trading, 0), 10100 * dollar);
    trading_advance(trading, T0 + 29 * NS_PER_DAY);
    EXPECT_INT(trading_fee_step(trading, 0, BTC_USD), 1);
    trading_add_volume(trading, 0, 5 * dollar);
    trading_advance(trading, T0 + 30 * NS_PER_DAY);
    EXPECT_INT(trading_volume(trading, 0), 5 * dollar);
    trading_advance(trading, T0 + 58 * NS_PER_DAY);
    trading_add_volume(trading, 0, dollar);
    /* Day 60 counts where day 30 did: the days between are empty. */
    trading_advance(trading, T0 + 61 * NS_PER_DAY);
    trading_add_volume(trading, 0, dollar);
    EXPECT_INT(trading_volume(trading, 0), 2 * dollar);
    trading_advance(trading, T0 + 400 * NS_PER_DAY);
    EXPECT_INT(trading_volume(trading, 0), 0);
    trading_close(venue.trading);
}

TEST(a_pair_without_dollars_counts_at_the_price_of_its_quote)
{
    struct venue venue;
    venue_open(&venue);
    trading_set_last(venue.trading, BTC_USD, 500000);
    trading_set_last(venue.trading, ETH_BTC, 5000);
    const struct trading_add add = {
        .pair = ETH_BTC,
        .side = SIDE_SELL,
        .type = TRADING_LIMIT,
        .qty_lots = 100000000,
        .limit = {TRADING_PRICE_TICKS, 5000},
    };
    struct trading_order order;
    EXPECT(trading_deposit(venue.trading, 0, ETH, INT64_C(20000000000)) == NULL);
    EXPECT(trading_add(venue.trading, 0, &add, &order) == NULL);
    const struct trade trade = {T0, 5000, 100000000, 9, SIDE_BUY};
    trading_on_trade(venue.trading, ETH_BTC, &trade);
    const struct trading_trade *row = trading_trade_next(venue.trading, 0, NULL);
    /* 0.05 bitcoin are 2500 dollars, 0.25 % of them 6.25. */
    EXPECT_INT(row->cost, 500000000);
    EXPECT_INT(row->fee, 1250000);
    EXPECT_INT(row->fee_usd, 625000000);
    EXPECT_INT(trading_volume(venue.trading, 0), INT64_C(250000000000));
    trading_close(venue.trading);
}

TEST(the_oldest_ended_orders_make_room_and_open_ones_stay)
{
    struct venue venue;
    venue_open_as(&venue, 0, 16);
    trading_account(venue.trading, "A", RATE_PRO);
    EXPECT(trading_deposit(venue.trading, 0, USD, INT64_C(100000000)) == NULL);
    venue_step(&venue, "A buy 1 limit=90");
    for (int i = 0; i < 100; i++) {
        char what[40];
        venue_step(&venue, "A buy 1 limit=91");
        snprintf(what, sizeof what, "A cancel %llu", (unsigned long long)venue.trading->order_last);
        venue_step(&venue, what);
        EXPECT(strstr(venue.said, "canceled") == venue.said);
        venue_step(&venue, "wait 10");
    }
    EXPECT(trading_order(venue.trading, 0, 1) != NULL);
    uint32_t closed = 0;
    const struct trading_order *order = NULL;
    while ((order = trading_closed_next(venue.trading, 0, order)) != NULL)
        closed++;
    EXPECT_INT(closed, 15);
    trading_close(venue.trading);
}

TEST(an_order_whose_place_its_own_close_takes_is_over_all_the_same)
{
    struct venue venue;
    venue_open_as(&venue, 0, 16);
    trading_account(venue.trading, "A", RATE_PRO);
    EXPECT(trading_deposit(venue.trading, 0, BTC, INT64_C(100000000000)) == NULL);
    EXPECT(trading_deposit(venue.trading, 0, USD, INT64_C(100000000)) == NULL);
    trading_set_last(venue.trading, BTC_USD, 1000);
    const struct step first[] = {
        {"book bids 89:9 asks 120:9", ""},
        {"A sell 1 stop trigger=90 close=limit close-limit=80", "pending 1, new 1"},
    };
    venue_tell(&venue, first, 2);
    for (int i = 2; i <= 16; i++) {
        char what[40];
        venue_step(&venue, "A buy 1 limit=50");
        snprintf(what, sizeof what, "A cancel %d", i);
        venue_step(&venue, what);
        venue_step(&venue, "wait 10");
    }
    const struct step last[] = {
        {"trade sell 1 @ 90", "status 1 fired 90, trade 1 1@89t, filled 1, pending 17, new 17"},
    };
    venue_tell(&venue, last, 1);
    EXPECT(trading_order(venue.trading, 0, 1) == NULL);
    trading_close(venue.trading);
}

/* A day's worth of everything, by chance. */
static void live(struct venue *venue, struct prng *prng, int steps)
{
    for (int i = 0; i < steps; i++) {
        char what[80];
        const char account = (char)('A' + prng_below(prng, 2));
        const double price = 95 + (double)prng_below(prng, 100) / 10;
        switch (prng_below(prng, 9)) {
        case 8:
            snprintf(what, sizeof what, "book bids %.1f:0.7 asks %.1f:0.9", price - 0.5, price);
            break;
        case 0:
            snprintf(what, sizeof what, "trade %s 0.3 @ %.1f", prng_below(prng, 2) ? "buy" : "sell",
                     price);
            break;
        case 1:
            snprintf(what, sizeof what, "wait %d", (int)prng_below(prng, 5));
            break;
        case 2:
            snprintf(what, sizeof what, "%c sell 0.5 stop trigger=%.1f", account, price);
            break;
        case 3:
            snprintf(what, sizeof what, "%c cancel %d", account, 1 + (int)prng_below(prng, 200));
            break;
        case 4:
            snprintf(what, sizeof what, "%c amend %d qty=0.7", account,
                     1 + (int)prng_below(prng, 200));
            break;
        default:
            snprintf(what, sizeof what, "%c %s 0.4 limit=%.1f%s", account,
                     prng_below(prng, 2) ? "buy" : "sell", price,
                     prng_below(prng, 3) ? "" : " close=trail close-trigger=+2");
        }
        venue_step(venue, what);
    }
}

#define SAME(field) EXPECT(memcmp(&a->field, &b->field, sizeof a->field) == 0)

static void expect_same_order(const struct trading_order *a, const struct trading_order *b)
{
    SAME(id), SAME(parent), SAME(account), SAME(pair), SAME(side), SAME(type), SAME(status);
    SAME(reason), SAME(tif), SAME(stp), SAME(fee_in), SAME(reference), SAME(post_only);
    SAME(triggered), SAME(amended), SAME(qty_lots), SAME(cash), SAME(display_lots);
    SAME(display_left_lots), SAME(limit_asked.value), SAME(trigger_asked.value), SAME(limit_ticks);
    SAME(trigger_ticks), SAME(peak_ticks), SAME(filled_lots), SAME(cost), SAME(fee), SAME(fee_usd);
    SAME(hold), SAME(hold_asset), SAME(trade_count), SAME(open_ns), SAME(start_ns);
    SAME(expire_ns), SAME(change_ns), SAME(trigger_ns), SAME(close_ns), SAME(trigger_last_ticks);
    SAME(userref), SAME(cl_ord_id), SAME(close.wanted), SAME(close.type), SAME(close.limit.value);
    SAME(close.trigger.value), SAME(trade_last), SAME(amend_last);
}

/* Two exchanges, list by list. */
static void expect_same(const struct trading *first, const struct trading *second)
{
    EXPECT_INT(trading_now(second), trading_now(first));
    EXPECT_INT(trading_next_ns(second), trading_next_ns(first));
    for (uint32_t account = 0; account < 2; account++) {
        EXPECT_TEXT(trading_identity(second, account), trading_identity(first, account));
        EXPECT_INT(trading_volume(second, account), trading_volume(first, account));
        EXPECT_INT(trading_rate(second, account, 0), trading_rate(first, account, 0));
        const struct trading_order *a = NULL, *b = NULL;
        while ((a = trading_open_next(first, account, a)) != NULL)
            expect_same_order(a, b = trading_open_next(second, account, b));
        b = NULL;
        while ((a = trading_closed_next(first, account, a)) != NULL)
            expect_same_order(a, b = trading_closed_next(second, account, b));
        const struct trading_trade *c = NULL, *d = NULL;
        while ((c = trading_trade_next(first, account, c)) != NULL) {
            d = trading_trade_next(second, account, d);
            EXPECT(memcmp(c, d, sizeof *c) == 0);
        }
        const struct trading_ledger *e = NULL, *f = NULL;
        while ((e = trading_ledger_next(first, account, e)) != NULL) {
            f = trading_ledger_next(second, account, f);
            EXPECT(memcmp(e, f, sizeof *e) == 0);
        }
    }
}

TEST(what_is_kept_goes_on_exactly_as_if_it_had_not_stopped)
{
    struct venue first, second;
    struct prng prng, again;
    char error[200] = "";
    prng_init(&prng, test_seed());
    venue_open(&first);
    live(&first, &prng, 600);
    const size_t size = trading_save_max(first.trading);
    uint8_t *bytes = malloc(size);
    EXPECT(bytes != NULL);
    const size_t len = trading_save(first.trading, bytes, size);
    EXPECT(len > 1000);
    EXPECT_INT((int64_t)trading_save(first.trading, bytes, len), (int64_t)len);
    EXPECT_INT((int64_t)trading_save(first.trading, bytes, len - 1), 0);
    trading_save(first.trading, bytes, size);

    venue_open_as(&second, 0, 1024);
    EXPECT(trading_load(second.trading, bytes, len, error, sizeof error));
    EXPECT_TEXT(error, "");
    second.public_trades = first.public_trades;
    memcpy(second.book, first.book, sizeof first.book);
    uint8_t *resaved = malloc(size);
    EXPECT_INT((int64_t)trading_save(second.trading, resaved, size), (int64_t)len);
    EXPECT(memcmp(bytes, resaved, len) == 0);

    expect_same(first.trading, second.trading);
    again = prng;
    live(&first, &prng, 300);
    live(&second, &again, 300);
    EXPECT_TEXT(second.said, first.said);
    expect_same(first.trading, second.trading);
    EXPECT_INT((int64_t)trading_save(second.trading, resaved, size),
               (int64_t)trading_save(first.trading, bytes, size));
    EXPECT(memcmp(bytes, resaved, len) == 0);
    free(bytes);
    free(resaved);
    trading_close(first.trading);
    trading_close(second.trading);
}

TEST(what_is_damaged_or_of_another_shape_is_not_loaded)
{
    struct venue venue, other;
    static uint8_t bytes[1 << 20];
    char error[200] = "";
    venue_open(&venue);
    venue_step(&venue, "A buy 1 limit=90");
    const size_t len = trading_save(venue.trading, bytes, sizeof bytes);
    EXPECT(len > 0);
    for (size_t cut = 0; cut < len; cut += 7) {
        venue_open_as(&other, 0, 1024);
        EXPECT(!trading_load(other.trading, bytes, cut, error, sizeof error));
        trading_close(other.trading);
    }
    bytes[len / 2] ^= 4;
    venue_open_as(&other, 0, 1024);
    EXPECT(!trading_load(other.trading, bytes, len, error, sizeof error));
    EXPECT_TEXT(error, "saved exchange: it is cut short or damaged");
    trading_close(other.trading);
    bytes[len / 2] ^= 4;
    venue_open_as(&other, 0, 512);
    EXPECT(!trading_load(other.trading, bytes, len, error, sizeof error));
    EXPECT_TEXT(error, "saved exchange: it was saved with other capacities");
    trading_close(other.trading);
    trading_close(venue.trading);
}
