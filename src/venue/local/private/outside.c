/* SPDX-License-Identifier: MIT */
/*
 * What happens to the first account from outside its clients' sessions: money and coins that come
 * and go, orders of another client of the same account, and tokens that run out. The orders have a
 * userref by which they are known again; all else of them is as anybody's.
 */
#include <string.h>

#include "venue/local/private/inside.h"

#define OUTSIDE_USERREF 7717

static uint32_t first_account(const struct private *private)
{
    return private->keyring.keys[0].account;
}

static bool amount_of(const struct script_step *step, uint32_t decimals, int64_t *ret)
{
    return decimal_parse(step->amount, strlen(step->amount), decimals, ret) && *ret > 0;
}

static int32_t pair_of(const struct private *private, const struct script_step *step)
{
    return market_find(private->exchange->market, step->name, strlen(step->name));
}

const char *private_outside_check(const struct private *private, const struct script_step *step)
{
    int64_t amount;
    if (private->keyring.count == 0)
        return "there is no account";
    if (step->kind == SCRIPT_FOREIGN) {
        const int32_t pair = pair_of(private, step);
        if (pair < 0)
            return "it has no such pair: --pairs names them";
        const uint32_t decimals = private_instrument(private, (uint32_t)pair)->terms.qty_decimals;
        return amount_of(step, decimals, &amount) ? NULL
                                                  : "no quantity, or finer than the pair's lots";
    }
    if (step->kind != SCRIPT_DEPOSIT && step->kind != SCRIPT_WITHDRAW)
        return NULL;
    const uint32_t asset = private_asset_find(private, step->name);
    if (asset == TRADING_NONE)
        return "it has no such asset: those of its pairs, and USD";
    return amount_of(step, private->assets[asset].decimals, &amount)
               ? NULL
               : "no amount, or finer than the asset's ledger";
}

int64_t private_outside_lots(const struct private *private, uint32_t pair)
{
    const struct trading *trading = private->trading;
    const uint32_t account = first_account(private);
    int64_t lots = 0;
    for (const struct trading_trade *trade = NULL;
         (trade = trading_trade_next(trading, account, trade));) {
        const struct trading_order *order = trading_order(trading, account, trade->order);
        if (trade->pair == pair && order && order->userref == OUTSIDE_USERREF)
            lots += trade->side == SIDE_BUY ? trade->qty_lots : -trade->qty_lots;
    }
    for (const struct trading_order *order = NULL;
         (order = trading_open_next(trading, account, order));)
        if (order->pair == pair && order->userref == OUTSIDE_USERREF && order->side == SIDE_SELL)
            lots -= trading_order_left(order);
    return lots;
}

static void place(struct private *private, const struct script_step *step)
{
    const int32_t pair = pair_of(private, step);
    if (pair < 0)
        return;
    const struct pair *terms = &private_instrument(private, (uint32_t)pair)->terms;
    const int64_t last = trading_last(private->trading, (uint32_t)pair);
    struct trading_order order;
    struct trading_add add = {.pair = (uint32_t)pair,
                              .side = step->side,
                              .type = step->market ? TRADING_MARKET : TRADING_LIMIT,
                              .fee_in = TRADING_FEE_QUOTE, /* it never touches others' coins */
                              .userref = OUTSIDE_USERREF};
    if (!amount_of(step, terms->qty_decimals, &add.qty_lots))
        return;
    if (!step->market) {
        const int64_t price = last + decimal_mul_div(last, step->away_ppm, 1000000, ROUND_DOWN);
        add.limit = (struct trading_price){TRADING_PRICE_TICKS, price - price % terms->tick_step};
    }
    trading_add(private->trading, first_account(private), &add, &order); /* or it is refused */
}

void private_outside(struct private *private, const struct script_step *step)
{
    struct trading *trading = private->trading;
    const uint32_t account = first_account(private);
    const uint32_t asset = private_asset_find(private, step->name);
    uint32_t count;
    int64_t amount = 0;
    switch (step->kind) {
    case SCRIPT_TOKENS:
        tokens_expire(&private->tokens);
        break;
    case SCRIPT_DEPOSIT:
    case SCRIPT_WITHDRAW:
        if (asset == TRADING_NONE || !amount_of(step, private->assets[asset].decimals, &amount))
            break;
        if (step->kind == SCRIPT_DEPOSIT)
            trading_deposit(trading, account, asset, amount);
        else
            trading_withdraw(trading, account, asset, amount, 0);
        break;
    case SCRIPT_FOREIGN:
        place(private, step);
        break;
    case SCRIPT_FOREIGN_CANCEL:
        trading_cancel_userref(trading, account, OUTSIDE_USERREF, &count);
        break;
    default:
        break;
    }
    private_tell(private);
}

void private_set_system(struct private *private, enum trading_system system)
{
    trading_set_system(private->trading, system);
    private->changed = true;
    private_tell(private);
}

enum trading_system private_system(const struct private *private)
{
    return trading_system(private->trading);
}
