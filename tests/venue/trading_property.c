/* SPDX-License-Identifier: MIT */
/*
 * By chance, over seeds. Clients alone against a slow model of price and time; clients and market
 * together for what must always hold: money is neither made nor lost, nothing is held that no
 * order needs, nothing falls below zero.
 */
#include "core/base/prng.h"
#include "trading_fixture.h"

#define ACCOUNTS 4
#define ORDERS 600

/* ---- The model: an array of orders, searched whole for each fill. ---- */

struct plain_order {
    uint64_t id;
    uint32_t account;
    enum side side;
    enum trading_stp stp;
    int64_t price_ticks, left_lots;
    bool alive;
};

struct plain_fill {
    uint64_t taker, maker;
    int64_t price_ticks, qty_lots;
};

struct plain {
    struct plain_order orders[ORDERS];
    uint32_t order_count;
    struct plain_fill fills[4 * ORDERS];
    uint32_t fill_count;
};

static struct plain_order *plain_best(struct plain *plain, const struct plain_order *taker)
{
    struct plain_order *best = NULL;
    for (uint32_t i = 0; i < plain->order_count; i++) {
        struct plain_order *order = &plain->orders[i];
        const bool buy = taker->side == SIDE_BUY;
        if (!order->alive || order == taker || order->side == taker->side)
            continue;
        if (buy ? order->price_ticks > taker->price_ticks : order->price_ticks < taker->price_ticks)
            continue;
        if (best == NULL ||
            (buy ? order->price_ticks < best->price_ticks : order->price_ticks > best->price_ticks))
            best = order;
    }
    return best;
}

static void plain_add(struct plain *plain, const struct plain_order *order, bool ioc)
{
    struct plain_order *taker = &plain->orders[plain->order_count++];
    *taker = *order;
    struct plain_order *maker;
    while (taker->alive && (maker = plain_best(plain, taker)) != NULL) {
        if (maker->account == taker->account) {
            maker->alive = taker->stp == TRADING_CANCEL_NEWEST;
            taker->alive = taker->stp == TRADING_CANCEL_OLDEST;
            continue;
        }
        const int64_t qty =
            maker->left_lots < taker->left_lots ? maker->left_lots : taker->left_lots;
        plain->fills[plain->fill_count++] =
            (struct plain_fill){taker->id, maker->id, maker->price_ticks, qty};
        maker->left_lots -= qty;
        taker->left_lots -= qty;
        maker->alive = maker->left_lots > 0;
        taker->alive = taker->left_lots > 0;
    }
    taker->alive = taker->alive && !ioc;
}

/* ---- The exchange beside it, whose trades are gathered as they are told. ---- */

struct gathered {
    struct plain_fill fills[4 * ORDERS];
    uint32_t count;
    int64_t fees[ASSETS];
};

static void gather(void *user, const struct trading_event *event)
{
    struct gathered *gathered = user;
    if (event->kind == TRADING_EVENT_LEDGER)
        gathered->fees[event->ledger->asset] += event->ledger->fee;
    if (event->kind != TRADING_EVENT_TRADE)
        return;
    const struct trading_trade *trade = event->trade;
    if (!trade->maker)
        gathered->fills[gathered->count++] =
            (struct plain_fill){trade->order, 0, trade->price_ticks, trade->qty_lots};
    else
        gathered->fills[gathered->count - 1].maker = trade->order;
}

static struct trading *open_exchange(struct gathered *gathered, uint64_t variant,
                                     uint32_t order_max)
{
    struct trading_pair pairs[] = {venue_pair("BTC/USD", BTC, USD, 1)};
    pairs[0].fee_step_count = 1; /* what is held stays held at the fee of its day */
    const struct trading_config config = {
        .seed = 3,
        .variant = variant,
        .assets = venue_assets,
        .asset_count = ASSETS,
        .pairs = pairs,
        .pair_count = 1,
        .account_max = ACCOUNTS,
        .order_max = order_max,
        .trade_max = 4096,
        .time_ns = T0,
        .user = gathered,
        .on_event = gather,
    };
    char error[200];
    struct trading *trading = trading_open(&config, error, sizeof error);
    EXPECT(trading != NULL);
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        EXPECT_INT(trading_account(trading, "somebody", RATE_PRO), i);
        EXPECT(trading_deposit(trading, i, USD, INT64_C(1000000000)) == NULL);
        EXPECT(trading_deposit(trading, i, BTC, INT64_C(10000000000000)) == NULL);
    }
    trading_set_last(trading, 0, 1000);
    return trading;
}

static void expect_conserved(const struct trading *trading, const struct gathered *gathered)
{
    const int64_t given[ASSETS] = {[USD] = INT64_C(1000000000), [BTC] = INT64_C(10000000000000)};
    for (uint32_t asset = 0; asset < ASSETS; asset++) {
        int64_t sum = gathered->fees[asset];
        for (uint32_t account = 0; account < ACCOUNTS; account++)
            sum += trading_balance(trading, account, asset);
        EXPECT_INT(sum, ACCOUNTS * given[asset]);
    }
}

static struct trading_add chance_add(struct prng *prng)
{
    struct trading_add add = {
        .side = prng_below(prng, 2) ? SIDE_BUY : SIDE_SELL,
        .type = TRADING_LIMIT,
        .qty_lots = 1000000 + (int64_t)prng_below(prng, 300000000),
        .tif = prng_below(prng, 5) ? TRADING_GTC : TRADING_IOC,
        .stp = (enum trading_stp)prng_below(prng, 3),
        .limit = {TRADING_PRICE_TICKS, 980 + (int64_t)prng_below(prng, 40)},
        .fee_in = prng_below(prng, 3) ? TRADING_FEE_QUOTE : TRADING_FEE_BASE,
    };
    return add;
}

static void play_beside_the_model(uint64_t seed)
{
    static struct plain plain;
    static struct gathered gathered;
    struct prng prng;
    prng_init(&prng, seed);
    plain = (struct plain){0};
    gathered = (struct gathered){0};
    struct trading *trading = open_exchange(&gathered, seed % 7, 4096);
    while (plain.order_count < ORDERS) {
        trading_advance(trading, trading_now(trading) + 10 * NS_PER_S);
        const uint32_t account = (uint32_t)prng_below(&prng, ACCOUNTS);
        if (plain.order_count > 0 && prng_below(&prng, 4) == 0) {
            struct plain_order *order = &plain.orders[prng_below(&prng, plain.order_count)];
            const bool refused = trading_cancel(trading, order->account, order->id) != NULL;
            EXPECT(refused != order->alive);
            order->alive = false;
            continue;
        }
        const struct trading_add add = chance_add(&prng);
        struct trading_order order;
        const char *error = trading_add(trading, account, &add, &order);
        EXPECT_TEXT(error ? error : "", "");
        plain_add(&plain,
                  &(struct plain_order){order.id, account, add.side, add.stp, add.limit.value,
                                        add.qty_lots, true},
                  add.tif == TRADING_IOC);
    }
    EXPECT_INT(gathered.count, plain.fill_count);
    EXPECT(plain.fill_count > ORDERS / 4);
    EXPECT(memcmp(gathered.fills, plain.fills, plain.fill_count * sizeof plain.fills[0]) == 0);
    for (uint32_t i = 0; i < plain.order_count; i++) {
        const struct plain_order *want = &plain.orders[i];
        const struct trading_order *got = trading_order(trading, want->account, want->id);
        EXPECT(got != NULL && trading_order_open(got) == want->alive);
        EXPECT_INT(trading_order_left(got), want->left_lots);
    }
    expect_conserved(trading, &gathered);
    trading_close(trading);
}

TEST(clients_trade_as_a_slow_search_for_price_and_time_says)
{
    const uint64_t seed = test_seed();
    for (uint64_t i = 0; i < 40; i++)
        play_beside_the_model(seed + i);
}

/* ---- Everything at once. ---- */

static struct trading_price chance_price(struct prng *prng)
{
    switch (prng_below(prng, 8)) {
    case 0:
        return (struct trading_price){TRADING_PRICE_OFFSET, (int64_t)prng_below(prng, 60) - 30};
    case 1:
        return (struct trading_price){TRADING_PRICE_PPM, (int64_t)prng_below(prng, 60000) - 30000};
    case 2:
        return (struct trading_price){TRADING_PRICE_AUTO, (int64_t)prng_below(prng, 30)};
    default:
        return (struct trading_price){TRADING_PRICE_TICKS, 950 + (int64_t)prng_below(prng, 100)};
    }
}

static void chance_prices(struct prng *prng, enum trading_type type, struct trading_price *limit,
                          struct trading_price *trigger)
{
    if (trading_type_limits(type))
        *limit = chance_price(prng);
    if (trading_type_triggers(type))
        *trigger = chance_price(prng);
    if (trading_type_trails(type)) {
        *trigger = (struct trading_price){TRADING_PRICE_OFFSET, 1 + (int64_t)prng_below(prng, 30)};
        *limit = (struct trading_price){type == TRADING_TRAILING_STOP_LIMIT ? TRADING_PRICE_OFFSET
                                                                            : TRADING_PRICE_NONE,
                                        (int64_t)prng_below(prng, 20) - 10};
    }
}

static struct trading_add chance_anything(struct prng *prng, int64_t now_ns)
{
    struct trading_add add = chance_add(prng);
    add.type = (enum trading_type)prng_below(prng, TRADING_SETTLE_POSITION);
    add.limit.kind = TRADING_PRICE_NONE;
    chance_prices(prng, add.type, &add.limit, &add.trigger);
    if (prng_below(prng, 20) == 0)
        add.qty_lots *= 1000;
    if (prng_below(prng, 3) == 0)
        add.qty_lots = 10000 + (int64_t)prng_below(prng, 2000000);
    add.reference = prng_below(prng, 4) ? TRADING_LAST : TRADING_INDEX;
    if (add.type != TRADING_LIMIT && add.type != TRADING_ICEBERG)
        add.tif = TRADING_GTC;
    else if (prng_below(prng, 6) == 0)
        add.post_only = add.tif == TRADING_GTC;
    if (add.type == TRADING_LIMIT && prng_below(prng, 9) == 0)
        add.tif = TRADING_FOK, add.post_only = false;
    if (add.type == TRADING_ICEBERG)
        add.tif = TRADING_GTC, add.display_lots = add.qty_lots / 7;
    if (add.tif == TRADING_GTC && prng_below(prng, 4) == 0)
        add.expire_ns = now_ns + (int64_t)(20 + prng_below(prng, 300)) * NS_PER_S;
    if (prng_below(prng, 9) == 0)
        add.start_ns = now_ns + (int64_t)prng_below(prng, 20) * NS_PER_S;
    if (add.type == TRADING_MARKET && add.side == SIDE_BUY && prng_below(prng, 2))
        add.cash = add.qty_lots / 100, add.qty_lots = 0;
    if (prng_below(prng, 3) == 0) {
        add.close.wanted = true;
        add.close.type = (enum trading_type)(1 + prng_below(prng, TRADING_SETTLE_POSITION - 1));
        chance_prices(prng, add.close.type, &add.close.limit, &add.close.trigger);
    }
    return add;
}

static void chance_book(struct prng *prng, struct liquidity_side book[2], int64_t middle)
{
    for (uint32_t side = 0; side < 2; side++) {
        int64_t price = middle;
        book[side].count = (uint32_t)prng_below(prng, 6);
        for (uint32_t i = 0; i < book[side].count; i++) {
            price += (1 + (int64_t)prng_below(prng, 8)) * (side == SIDE_BUY ? -1 : 1);
            book[side].levels[i] = (struct level){price, 1 + (int64_t)prng_below(prng, 200000000)};
        }
    }
}

static void chance_change(struct trading *trading, struct prng *prng, uint32_t account)
{
    const uint64_t id = 1 + prng_below(prng, 4000);
    struct trading_order order;
    uint64_t amendment;
    uint32_t count;
    int64_t timer_ns;
    struct trading_amend amend = {.order = id, .qty_set = prng_below(prng, 2)};
    amend.qty_lots = (int64_t)prng_below(prng, 300000000);
    if (prng_below(prng, 2))
        amend.limit = chance_price(prng);
    const struct trading_edit edit = {.order = id, .limit = chance_price(prng)};
    switch (prng_below(prng, 12)) {
    case 0:
        trading_cancel_all(trading, account, &count);
        break;
    case 1:
        trading_cancel_after(trading, account, (int64_t)prng_below(prng, 60), &timer_ns);
        break;
    case 2:
    case 3:
        trading_edit(trading, account, &edit, &order);
        break;
    case 4:
    case 5:
    case 6:
        trading_amend(trading, account, &amend, &amendment);
        break;
    default:
        trading_cancel(trading, account, id);
    }
}

/* Holds are what the open orders need, and no order is empty, crossed or asleep. */
static void expect_in_order(struct trading *trading)
{
    for (uint32_t account = 0; account < ACCOUNTS; account++) {
        int64_t holds[ASSETS] = {0};
        const struct trading_order *order = NULL;
        while ((order = trading_open_next(trading, account, order)) != NULL) {
            EXPECT(order->hold >= 0 && (trading_order_left(order) > 0 || order->cash > 0));
            /* Each fill may have rounded up a digit of cost and one of fee. */
            const int64_t needed = hold_needed(trading, order);
            EXPECT(order->hold <= needed && order->hold >= needed - 2 * order->trade_count);
            EXPECT(order->display_lots == 0 || order->type == TRADING_ICEBERG);
            EXPECT(order->expire_ns == 0 || order->expire_ns > trading_now(trading));
            holds[order->hold_asset] += order->hold;
        }
        for (uint32_t asset = 0; asset < ASSETS; asset++) {
            EXPECT_INT(trading_hold(trading, account, asset), holds[asset]);
            EXPECT(trading_balance(trading, account, asset) >= holds[asset]);
        }
    }
    const struct desk *desk = &trading->desks[0];
    if (desk->resting[SIDE_BUY] != NIL && desk->resting[SIDE_SELL] != NIL)
        EXPECT(trading->nodes[desk->resting[SIDE_BUY]].order.limit_ticks <
               trading->nodes[desk->resting[SIDE_SELL]].order.limit_ticks);
    EXPECT(desk->arriving == NIL);
}

/* Balances are what the ledger says, and an order's figures the sums of its trades. */
static void expect_accounted(const struct trading *trading)
{
    for (uint32_t account = 0; account < ACCOUNTS; account++) {
        int64_t sums[ASSETS] = {0};
        const struct trading_ledger *row = NULL;
        while ((row = trading_ledger_next(trading, account, row)) != NULL)
            sums[row->asset] += row->amount - row->fee;
        for (uint32_t asset = 0; asset < ASSETS; asset++)
            EXPECT_INT(trading_balance(trading, account, asset), sums[asset]);
        const struct trading_order *order = NULL;
        while ((order = trading_closed_next(trading, account, order)) != NULL) {
            int64_t lots = 0, cost = 0, fee = 0;
            uint64_t id = order->trade_last;
            const struct trading_trade *trade;
            for (; (trade = trading_trade(trading, account, id)); id = trade->order_before) {
                EXPECT(trade->order == order->id);
                lots += trade->qty_lots;
                cost += trade->cost;
                fee += trade->fee;
            }
            EXPECT(lots == order->filled_lots && cost == order->cost && fee == order->fee);
            EXPECT(order->status != TRADING_FILLED || order->qty_lots == order->filled_lots);
            EXPECT_INT(order->hold, 0);
        }
    }
}

static void ignore(void *user, const struct trading_event *event)
{
    (void)user;
    EXPECT(event->order == NULL || event->order->account == event->account);
}

static void play_everything(uint64_t seed)
{
    static struct gathered gathered;
    struct liquidity_side book[2] = {0};
    struct prng prng;
    prng_init(&prng, seed);
    /* Now and then with so little room that ended orders hardly outlive their end. */
    struct trading *trading = open_exchange(&gathered, seed, seed % 3 ? 4096 : 24);
    trading->config.on_event = ignore;
    trading_set_book(trading, 0, book);
    for (int i = 0; i < 1500; i++) {
        const int64_t middle = 980 + (int64_t)prng_below(&prng, 40);
        const uint32_t account = (uint32_t)prng_below(&prng, ACCOUNTS);
        const int64_t now_ns = trading_now(trading) + (int64_t)prng_below(&prng, 4 * NS_PER_S);
        if (prng_below(&prng, 3) == 0) {
            chance_book(&prng, book, middle);
            trading_on_book(trading, 0, now_ns);
        } else if (prng_below(&prng, 3) == 0) {
            const struct trade trade = {now_ns, middle, 1 + (int64_t)prng_below(&prng, 100000000),
                                        0, prng_below(&prng, 2) ? SIDE_BUY : SIDE_SELL};
            trading_on_trade(trading, 0, &trade);
        } else if (prng_below(&prng, 3) == 0) {
            chance_change(trading, &prng, account);
        } else {
            const struct trading_add add = chance_anything(&prng, now_ns);
            struct trading_order order;
            trading_advance(trading, now_ns);
            trading_add(trading, account, &add, &order);
        }
        expect_in_order(trading);
    }
    EXPECT(trading->trade_last > 200);
    expect_accounted(trading);
    trading_close(trading);
}

TEST(whatever_happens_money_is_accounted_for_and_nothing_is_held_in_vain)
{
    const uint64_t seed = test_seed();
    for (uint64_t i = 0; i < 60; i++)
        play_everything(seed + i);
}
