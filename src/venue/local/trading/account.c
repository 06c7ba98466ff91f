/* SPDX-License-Identifier: MIT */
/* Accounts: balances, the ledger that moves them, the volume that earns their fees. */
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "venue/local/trading/internal.h"

uint32_t trading_account(struct trading *trading, const char *identity, enum rate_tier tier)
{
    if (trading->account_count == trading->config.account_max)
        return TRADING_NONE;
    CHECK(tier < RATE_TIER_COUNT);
    struct account *account = &trading->accounts[trading->account_count];
    *account = (struct account){
        .tier = tier,
        .open_first = NIL,
        .open_last = NIL,
        .closed_first = NIL,
        .closed_last = NIL,
        .volume_day = trading->now_ns / NS_PER_DAY,
    };
    snprintf(account->identity, sizeof account->identity, "%s", identity);
    return trading->account_count++;
}

uint32_t trading_account_count(const struct trading *trading)
{
    return trading->account_count;
}

const char *trading_identity(const struct trading *trading, uint32_t account)
{
    CHECK(account < trading->account_count);
    return trading->accounts[account].identity;
}

int64_t trading_balance(const struct trading *trading, uint32_t account, uint32_t asset)
{
    CHECK(account < trading->account_count && asset < trading->config.asset_count);
    return trading->balances[(size_t)account * trading->config.asset_count + asset];
}

int64_t trading_hold(const struct trading *trading, uint32_t account, uint32_t asset)
{
    CHECK(account < trading->account_count && asset < trading->config.asset_count);
    return trading->holds[(size_t)account * trading->config.asset_count + asset];
}

int64_t account_free(const struct trading *trading, uint32_t account, uint32_t asset)
{
    return trading_balance(trading, account, asset) - trading_hold(trading, account, asset);
}

uint64_t ledger_add(struct trading *trading, const struct trading_ledger *row)
{
    struct account *account = &trading->accounts[row->account];
    int64_t *balance = balance_of(trading, row->account, row->asset);
    *balance += row->amount - row->fee;
    CHECK(*balance >= 0 && *balance <= 2 * AMOUNT_MAX);
    const uint64_t id = ++trading->ledger_last;
    struct trading_ledger *ledger = &trading->ledgers[id % (2 * trading->config.trade_max)];
    *ledger = *row;
    ledger->id = id;
    ledger->before = account->ledger_last;
    ledger->time_ns = trading->now_ns;
    ledger->balance = *balance;
    if (row->ref == 0)
        ledger->ref = id;
    account->ledger_last = id;
    if (trading->config.on_event != NULL) {
        const struct trading_event event = {
            .kind = TRADING_EVENT_LEDGER,
            .account = row->account,
            .time_ns = trading->now_ns,
            .ledger = ledger,
        };
        trading->config.on_event(trading->config.user, &event);
    }
    return id;
}

const char *trading_deposit(struct trading *trading, uint32_t account, uint32_t asset,
                            int64_t amount)
{
    const int64_t balance = trading_balance(trading, account, asset);
    if (amount <= 0 || amount > AMOUNT_MAX || balance + amount > AMOUNT_MAX)
        return "EFunding:Invalid amount";
    ledger_add(trading, &(struct trading_ledger){.kind = TRADING_LEDGER_DEPOSIT,
                                                 .account = account,
                                                 .asset = asset,
                                                 .amount = amount});
    return NULL;
}

const char *trading_withdraw(struct trading *trading, uint32_t account, uint32_t asset,
                             int64_t amount, int64_t fee)
{
    if (amount <= 0 || amount > AMOUNT_MAX || fee < 0 || fee > AMOUNT_MAX)
        return "EFunding:Invalid amount";
    if (amount + fee > account_free(trading, account, asset))
        return "EFunding:Insufficient funds";
    ledger_add(trading, &(struct trading_ledger){.kind = TRADING_LEDGER_WITHDRAWAL,
                                                 .account = account,
                                                 .asset = asset,
                                                 .amount = -amount,
                                                 .fee = fee});
    return NULL;
}

/* Sums the days that still count: the thirty that end today. */
int64_t trading_volume(const struct trading *trading, uint32_t account)
{
    CHECK(account < trading->account_count);
    const struct account *of = &trading->accounts[account];
    const int64_t today = trading->now_ns / NS_PER_DAY;
    int64_t sum = 0;
    for (int64_t day = today - VOLUME_DAYS + 1; day <= of->volume_day; day++)
        sum += of->volume[(uint64_t)day % VOLUME_DAYS];
    return sum;
}

void trading_add_volume(struct trading *trading, uint32_t account, int64_t money)
{
    CHECK(account < trading->account_count && money >= 0);
    struct account *of = &trading->accounts[account];
    const int64_t today = trading->now_ns / NS_PER_DAY;
    if (today - of->volume_day >= VOLUME_DAYS) {
        memset(of->volume, 0, sizeof of->volume);
        of->volume_day = today;
    }
    while (of->volume_day < today)
        of->volume[(uint64_t)++of->volume_day % VOLUME_DAYS] = 0;
    int64_t *day = &of->volume[(uint64_t)today % VOLUME_DAYS];
    if (money > INT64_MAX / (2 * VOLUME_DAYS) - *day)
        money = INT64_MAX / (2 * VOLUME_DAYS) - *day;
    *day += money;
}

uint32_t trading_fee_step(const struct trading *trading, uint32_t account, uint32_t pair)
{
    const struct trading_pair *of = trading_pair(trading, pair);
    const int64_t dollars = trading_volume(trading, account) / decimal_pow10(MONEY_DECIMALS);
    uint32_t step = 0;
    while (step + 1 < of->fee_step_count && of->fees[step + 1].volume <= dollars)
        step++;
    return step;
}

int64_t fee_ppm(const struct trading *trading, uint32_t account, uint32_t pair, bool maker)
{
    const struct trading_fee_step *step =
        &trading_pair(trading, pair)->fees[trading_fee_step(trading, account, pair)];
    return maker ? step->maker_ppm : step->taker_ppm;
}

static struct rate_counter *counter_of(const struct trading *trading, uint32_t account,
                                       uint32_t pair)
{
    return &trading->counters[(size_t)account * trading->config.pair_count + pair];
}

int64_t trading_rate(const struct trading *trading, uint32_t account, uint32_t pair)
{
    CHECK(account < trading->account_count && pair < trading->config.pair_count);
    const struct rate_limit limit = rate_limit_trading(trading->accounts[account].tier);
    return rate_counter_now(counter_of(trading, account, pair), &limit, trading->now_ns);
}

int64_t trading_rate_max(const struct trading *trading, uint32_t account)
{
    CHECK(account < trading->account_count);
    return rate_limit_trading(trading->accounts[account].tier).max;
}

bool rate_admits(const struct trading *trading, uint32_t account, uint32_t pair, int64_t cost)
{
    const struct rate_limit limit = rate_limit_trading(trading->accounts[account].tier);
    return rate_counter_admits(counter_of(trading, account, pair), &limit, cost, trading->now_ns);
}

void rate_charge(struct trading *trading, uint32_t account, uint32_t pair, int64_t cost)
{
    const struct rate_limit limit = rate_limit_trading(trading->accounts[account].tier);
    rate_counter_add(counter_of(trading, account, pair), &limit, cost, trading->now_ns);
}
