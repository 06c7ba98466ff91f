/* SPDX-License-Identifier: MIT */
/*
 * An exchange with a few accounts, and stories told to it in words:
 *
 *     { "A buy 1.5 limit=100",          "pending 1, new 1" },
 *     { "book bids 99:2 asks 101:1",    "" },
 *     { "trade sell 0.5 @ 99",          "" },
 *     { "A funds",                      "BTC 0/0 USD 9850/150.6" },   balance/hold
 *
 * What follows is everything that was emitted, or the error. Orders are called by their serial
 * numbers. The pair is BTC/USD with one decimal of price; every account begins with what the test
 * gave it. After each step the accounts' holds must be the sum of what their orders hold, and no
 * balance below its hold.
 */
#pragma once

#include "core/base/timestamp.h"
#include "test.h"
#include "venue/local/trading/internal.h"

#define T0 (INT64_C(1700000000) * NS_PER_S)

enum {
    BTC,
    USD,
    ETH,
    ASSETS,
};

enum {
    BTC_USD,
    ETH_USD,
    ETH_BTC,
    PAIRS,
};

struct venue {
    struct trading *trading;
    struct liquidity_side book[2];
    char said[8192]; /* since the step began */
    uint64_t public_trades;
};

struct step {
    const char *what;
    const char *follows;
};

static const struct trading_asset venue_assets[ASSETS] = {{"BTC", 10}, {"USD", 4}, {"ETH", 10}};

static inline struct trading_pair venue_pair(const char *symbol, uint32_t base, uint32_t quote,
                                             uint32_t price_decimals)
{
    struct trading_pair pair = {
        .terms = {.status = PAIR_ONLINE,
                  .price_decimals = price_decimals,
                  .qty_decimals = 8,
                  .tick_step = 1,
                  .qty_min_lots = 10000,
                  .cost_min = quote == USD ? 50000000 : 2000},
        .base = base,
        .quote = quote,
        .cost_decimals = quote == USD ? 5 : 10,
        .fee_step_count = 3,
        .fees = {{0, 4000, 2500}, {10000, 3500, 2000}, {1000000, 1600, 600}},
    };
    snprintf(pair.terms.symbol, sizeof pair.terms.symbol, "%s", symbol);
    memcpy(pair.terms.base, venue_assets[base].name, sizeof venue_assets[base].name);
    memcpy(pair.terms.quote, venue_assets[quote].name, sizeof venue_assets[quote].name);
    return pair;
}

static inline void venue_say(struct venue *venue, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline void venue_say(struct venue *venue, const char *format, ...)
{
    size_t len = strlen(venue->said);
    if (len > 0)
        len += (size_t)snprintf(venue->said + len, sizeof venue->said - len, ", ");
    va_list args;
    va_start(args, format);
    vsnprintf(venue->said + len, sizeof venue->said - len, format, args);
    va_end(args);
}

/* A decimal without the zeros at its end. */
static inline const char *venue_number(int64_t value, uint32_t decimals,
                                       char text[DECIMAL_TEXT_MAX])
{
    size_t len = decimal_format(text, value, decimals);
    while (decimals > 0 && text[len - 1] == '0')
        len--;
    if (decimals > 0 && text[len - 1] == '.')
        len--;
    text[len] = '\0';
    return text;
}

static inline void venue_on_event(void *user, const struct trading_event *event)
{
    static const char *const kinds[] = {"pending",  "new",      "trade",   "filled",
                                        "refill",   "canceled", "expired", "amended",
                                        "restated", "status",   "ledger"};
    struct venue *venue = user;
    const struct trading_order *order = event->order;
    char qty[DECIMAL_TEXT_MAX], price[DECIMAL_TEXT_MAX];
    switch (event->kind) {
    case TRADING_EVENT_LEDGER:
        return;
    case TRADING_EVENT_TRADE:
        venue_say(venue, "%s %llu %s@%s%s", kinds[event->kind], (unsigned long long)order->id,
                  venue_number(event->trade->qty_lots, 8, qty),
                  venue_number(event->trade->price_ticks, 1, price),
                  event->trade->maker ? "m" : "t");
        return;
    case TRADING_EVENT_STATUS:
        venue_say(venue, "%s %llu %s%s", kinds[event->kind], (unsigned long long)order->id,
                  order->triggered ? "fired " : "at ",
                  venue_number(order->triggered ? order->trigger_last_ticks : order->trigger_ticks,
                               1, price));
        return;
    default:
        venue_say(venue, "%s %llu%s%s", kinds[event->kind], (unsigned long long)order->id,
                  order->reason ? " " : "",
                  order->reason ? trading_reason_text(venue->trading, order->reason) : "");
    }
}

static inline uint64_t venue_on_public(void *user, uint32_t pair, const struct trade *trade,
                                       bool market)
{
    struct venue *venue = user;
    EXPECT(pair < PAIRS && trade->qty_lots > 0 && trade->price_ticks > 0);
    (void)market;
    return ++venue->public_trades;
}

static inline void venue_open_as(struct venue *venue, uint64_t variant, uint32_t order_max)
{
    const struct trading_pair pairs[PAIRS] = {
        venue_pair("BTC/USD", BTC, USD, 1),
        venue_pair("ETH/USD", ETH, USD, 2),
        venue_pair("ETH/BTC", ETH, BTC, 5),
    };
    const struct trading_config config = {
        .seed = 7,
        .variant = variant,
        .assets = venue_assets,
        .asset_count = ASSETS,
        .pairs = pairs,
        .pair_count = PAIRS,
        .account_max = 8,
        .order_max = order_max,
        .trade_max = order_max,
        .time_ns = T0,
        .user = venue,
        .on_event = venue_on_event,
        .on_public = venue_on_public,
    };
    char error[200] = "";
    *venue = (struct venue){0};
    venue->trading = trading_open(&config, error, sizeof error);
    EXPECT_TEXT(error, "");
    trading_set_book(venue->trading, BTC_USD, venue->book);
}

/* Accounts A and B with 10000 dollars and 10 bitcoin each, the last price 100. */
static inline void venue_open(struct venue *venue)
{
    venue_open_as(venue, 0, 1024);
    for (uint32_t i = 0; i < 2; i++) {
        char name[2] = {(char)('A' + i), '\0'};
        EXPECT_INT(trading_account(venue->trading, name, RATE_PRO), i);
        EXPECT(trading_deposit(venue->trading, i, USD, INT64_C(100000000)) == NULL);
        EXPECT(trading_deposit(venue->trading, i, BTC, INT64_C(100000000000)) == NULL);
    }
    trading_set_last(venue->trading, BTC_USD, 1000);
}

/* ---- The words. ---- */

static inline int64_t venue_decimal(const char *text, uint32_t decimals)
{
    int64_t value = 0;
    EXPECT(decimal_parse(text, strlen(text), decimals, &value));
    return value;
}

/* "100", "+5", "-5", "+5%", "#5", "#5%". */
static inline struct trading_price venue_price(const char *text)
{
    char number[32] = "";
    const size_t len = strcspn(text, "%,:");
    const bool percent = text[len] == '%';
    const bool sign = text[0] == '+' || text[0] == '-' || text[0] == '#';
    const bool skip = text[0] == '+' || text[0] == '#';
    memcpy(number, text + skip, len - skip);
    struct trading_price price = {TRADING_PRICE_TICKS, venue_decimal(number, percent ? 4 : 1)};
    if (sign)
        price.kind = text[0] == '#' ? (percent ? TRADING_PRICE_AUTO_PPM : TRADING_PRICE_AUTO)
                                    : (percent ? TRADING_PRICE_PPM : TRADING_PRICE_OFFSET);
    return price;
}

static inline enum trading_type venue_type(const char *word)
{
    static const char *const types[] = {
        "market", "limit",      "iceberg",      "stop",        "profit",
        "trail",  "stop-limit", "profit-limit", "trail-limit", "settle-position"};
    for (uint32_t i = 0; i < TRADING_TYPE_COUNT; i++)
        if (strcmp(types[i], word) == 0)
            return i;
    fail_msg("no type %s", word);
    return TRADING_MARKET;
}

/* Value of the word "key=value", or NULL. */
static inline const char *venue_value(const char *word, const char *key)
{
    const size_t len = strlen(key);
    return strncmp(word, key, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

static inline void venue_word(const struct venue *venue, struct trading_add *add, const char *word)
{
    const int64_t now_ns = trading_now(venue->trading);
    const char *value;
    if ((value = venue_value(word, "limit")) != NULL)
        add->limit = venue_price(value);
    else if ((value = venue_value(word, "trigger")) != NULL)
        add->trigger = venue_price(value);
    else if ((value = venue_value(word, "cash")) != NULL)
        add->cash = venue_decimal(value, 4), add->qty_lots = 0;
    else if ((value = venue_value(word, "display")) != NULL)
        add->display_lots = venue_decimal(value, 8);
    else if ((value = venue_value(word, "expire")) != NULL)
        add->expire_ns = now_ns + venue_decimal(value, 9), add->tif = TRADING_GTD;
    else if ((value = venue_value(word, "start")) != NULL)
        add->start_ns = now_ns + venue_decimal(value, 9);
    else if ((value = venue_value(word, "deadline")) != NULL)
        add->deadline_ns = now_ns + venue_decimal(value, 9);
    else if ((value = venue_value(word, "ref")) != NULL)
        add->userref = (int32_t)venue_decimal(value, 0);
    else if ((value = venue_value(word, "id")) != NULL)
        snprintf(add->cl_ord_id, sizeof add->cl_ord_id, "%s", value);
    else if ((value = venue_value(word, "close-limit")) != NULL)
        add->close.wanted = true, add->close.limit = venue_price(value);
    else if ((value = venue_value(word, "close-trigger")) != NULL)
        add->close.wanted = true, add->close.trigger = venue_price(value);
    else if ((value = venue_value(word, "close")) != NULL)
        add->close.wanted = true, add->close.type = venue_type(value);
    else if (strcmp(word, "post") == 0)
        add->post_only = true;
    else if (strcmp(word, "ioc") == 0)
        add->tif = TRADING_IOC;
    else if (strcmp(word, "fok") == 0)
        add->tif = TRADING_FOK;
    else if (strcmp(word, "index") == 0)
        add->reference = TRADING_INDEX;
    else if (strcmp(word, "fcib") == 0)
        add->fee_in = TRADING_FEE_BASE;
    else if (strcmp(word, "oldest") == 0)
        add->stp = TRADING_CANCEL_OLDEST;
    else if (strcmp(word, "both") == 0)
        add->stp = TRADING_CANCEL_BOTH;
    else if (strcmp(word, "margin") == 0)
        add->margin = true;
    else if (strcmp(word, "validate") == 0)
        add->validate = true;
    else
        add->type = venue_type(word);
}

#define WORDS_MAX 16

static inline uint32_t venue_split(char *text, char *words[WORDS_MAX])
{
    uint32_t count = 0;
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        EXPECT(count < WORDS_MAX);
        words[count++] = word;
    }
    return count;
}

/* "buy 1.5 limit=100": a limit order unless a word names another type. */
static inline struct trading_add venue_add(const struct venue *venue, char **words, uint32_t count)
{
    struct trading_add add = {
        .side = strcmp(words[0], "buy") == 0 ? SIDE_BUY : SIDE_SELL,
        .type = TRADING_LIMIT,
        .qty_lots = venue_decimal(words[1], 8),
    };
    for (uint32_t i = 2; i < count; i++)
        venue_word(venue, &add, words[i]);
    return add;
}

static inline void venue_funds(struct venue *venue, uint32_t account)
{
    char text[4][DECIMAL_TEXT_MAX];
    const struct trading *trading = venue->trading;
    venue_say(venue, "BTC %s/%s USD %s/%s",
              venue_number(trading_balance(trading, account, BTC), 10, text[0]),
              venue_number(trading_hold(trading, account, BTC), 10, text[1]),
              venue_number(trading_balance(trading, account, USD), 4, text[2]),
              venue_number(trading_hold(trading, account, USD), 4, text[3]));
}

static inline const char *venue_amend(struct venue *venue, uint32_t account, char **words,
                                      uint32_t count)
{
    struct trading_amend amend = {.order = (uint64_t)venue_decimal(words[0], 0)};
    const char *value;
    for (uint32_t i = 1; i < count; i++) {
        if ((value = venue_value(words[i], "qty")) != NULL)
            amend.qty_set = true, amend.qty_lots = venue_decimal(value, 8);
        else if ((value = venue_value(words[i], "display")) != NULL)
            amend.display_set = true, amend.display_lots = venue_decimal(value, 8);
        else if ((value = venue_value(words[i], "limit")) != NULL)
            amend.limit = venue_price(value);
        else if ((value = venue_value(words[i], "trigger")) != NULL)
            amend.trigger = venue_price(value);
        else if (strcmp(words[i], "post") == 0)
            amend.post_only_set = amend.post_only = true;
        else
            fail_msg("amend %s", words[i]);
    }
    uint64_t id;
    return trading_amend(venue->trading, account, &amend, &id);
}

static inline const char *venue_edit(struct venue *venue, uint32_t account, char **words,
                                     uint32_t count)
{
    struct trading_edit edit = {.order = (uint64_t)venue_decimal(words[0], 0)};
    const char *value;
    for (uint32_t i = 1; i < count; i++) {
        if ((value = venue_value(words[i], "qty")) != NULL)
            edit.qty_lots = venue_decimal(value, 8);
        else if ((value = venue_value(words[i], "limit")) != NULL)
            edit.limit = venue_price(value);
        else if ((value = venue_value(words[i], "trigger")) != NULL)
            edit.trigger = venue_price(value);
        else
            fail_msg("edit %s", words[i]);
    }
    struct trading_order order;
    return trading_edit(venue->trading, account, &edit, &order);
}

static inline const char *venue_request(struct venue *venue, uint32_t account, char **words,
                                        uint32_t count)
{
    struct trading *trading = venue->trading;
    uint32_t done = 0;
    int64_t timer_ns;
    const char *error = NULL;
    if (strcmp(words[0], "funds") == 0) {
        venue_funds(venue, account);
    } else if (strcmp(words[0], "rate") == 0) {
        venue_say(venue, "%lld", (long long)trading_rate(trading, account, BTC_USD));
    } else if (strcmp(words[0], "cancel") == 0) {
        error = trading_cancel(trading, account, (uint64_t)venue_decimal(words[1], 0));
    } else if (strcmp(words[0], "cancel-ref") == 0) {
        error =
            trading_cancel_userref(trading, account, (int32_t)venue_decimal(words[1], 0), &done);
    } else if (strcmp(words[0], "cancel-all") == 0) {
        error = trading_cancel_all(trading, account, &done);
    } else if (strcmp(words[0], "timer") == 0) {
        error = trading_cancel_after(trading, account, venue_decimal(words[1], 0), &timer_ns);
    } else if (strcmp(words[0], "amend") == 0) {
        error = venue_amend(venue, account, words + 1, count - 1);
    } else if (strcmp(words[0], "edit") == 0) {
        error = venue_edit(venue, account, words + 1, count - 1);
    } else {
        const struct trading_add add = venue_add(venue, words, count);
        struct trading_order order;
        error = trading_add(trading, account, &add, &order);
    }
    return error;
}

/* "bids 99:2 98:1 asks 101:1": replaces the book. */
static inline void venue_book(struct venue *venue, char **words, uint32_t count)
{
    struct liquidity_side *side = NULL;
    venue->book[0].count = venue->book[1].count = 0;
    for (uint32_t i = 0; i < count; i++) {
        char *colon = strchr(words[i], ':');
        if (colon == NULL) {
            side = &venue->book[strcmp(words[i], "bids") == 0 ? SIDE_BUY : SIDE_SELL];
            continue;
        }
        *colon = '\0';
        side->levels[side->count++] =
            (struct level){venue_decimal(words[i], 1), venue_decimal(colon + 1, 8)};
    }
    trading_on_book(venue->trading, BTC_USD, trading_now(venue->trading));
}

static inline void venue_expect_sound(const struct venue *venue)
{
    const struct trading *trading = venue->trading;
    for (uint32_t account = 0; account < trading_account_count(trading); account++) {
        int64_t holds[ASSETS] = {0};
        const struct trading_order *order = NULL;
        while ((order = trading_open_next(trading, account, order)) != NULL)
            holds[order->hold_asset] += order->hold;
        for (uint32_t asset = 0; asset < ASSETS; asset++) {
            EXPECT_INT(trading_hold(trading, account, asset), holds[asset]);
            EXPECT(trading_balance(trading, account, asset) >= holds[asset]);
            EXPECT(holds[asset] >= 0);
        }
    }
}

static inline void venue_step(struct venue *venue, const char *what)
{
    char text[400], *words[WORDS_MAX] = {NULL};
    EXPECT(strlen(what) < sizeof text);
    snprintf(text, sizeof text, "%s", what);
    const uint32_t count = venue_split(text, words);
    venue->said[0] = '\0';
    const char *error = NULL;
    if (strcmp(words[0], "book") == 0) {
        venue_book(venue, words + 1, count - 1);
    } else if (strcmp(words[0], "wait") == 0) {
        trading_advance(venue->trading, trading_now(venue->trading) + venue_decimal(words[1], 9));
    } else if (strcmp(words[0], "trade") == 0) {
        const struct trade trade = {
            .time_ns = trading_now(venue->trading),
            .price_ticks = venue_decimal(words[4], 1),
            .qty_lots = venue_decimal(words[2], 8),
            .id = ++venue->public_trades,
            .taker = strcmp(words[1], "buy") == 0 ? SIDE_BUY : SIDE_SELL,
        };
        trading_on_trade(venue->trading, BTC_USD, &trade);
    } else {
        error = venue_request(venue, (uint32_t)(words[0][0] - 'A'), words + 1, count - 1);
    }
    if (error != NULL)
        venue_say(venue, "%s", error);
    venue_expect_sound(venue);
}

static inline void venue_tell(struct venue *venue, const struct step *story, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        venue_step(venue, story[i].what);
        if (strcmp(venue->said, story[i].follows) != 0)
            fail_msg("step %zu: %s\n  said   %s\n  wanted %s", i + 1, story[i].what, venue->said,
                     story[i].follows);
    }
}

/* A story from venue_open to the end. */
#define TELL(story)                                                                                \
    do {                                                                                           \
        struct venue venue_;                                                                       \
        venue_open(&venue_);                                                                       \
        venue_tell(&venue_, (story), sizeof(story) / sizeof((story)[0]));                          \
        trading_close(venue_.trading);                                                             \
    } while (0)
