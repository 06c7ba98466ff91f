/* SPDX-License-Identifier: MIT */
#include "core/strategy/sweep.h"

#include <math.h>

#include "core/base/check.h"

/* Units of money that rounding may take at both ends of a trade: cost, fee, proceeds, fee. */
#define MONEY_LOST 4

void sweep_init(struct sweep *sweep, const struct sweep_kernel *kernel,
                const struct sweep_sets *sets, const struct sweep_config *config, void *work,
                struct sweep_account *accounts)
{
    CHECK(config->capital > 0 && config->fee >= 0);
    sweep->kernel = kernel;
    sweep->work = work;
    sweep->config = *config;
    sweep->accounts = accounts;
    sweep->set_count = sets->count;
    sweep->bar_count = 0;
    sweep->close_last = 0;
    for (uint32_t i = 0; i < sets->count; i++) {
        accounts[i] = (struct sweep_account){.cash = config->capital, .peak = config->capital};
    }
    kernel->init(work, sets);
}

void sweep_warm(struct sweep *sweep, const struct sweep_block *block)
{
    CHECK(block->count >= 1 && block->count <= SWEEP_BLOCK && sweep->bar_count == 0);
    sweep->kernel->learn(sweep->work, block);
    sweep->close_last = block->close[block->count - 1];
}

/* While a position is held its returns are the market's: summed once for all sets. A stretch's are
 * a difference of two sums, exact to some 1e-16 of the largest square of the block. */
static void see_market(struct sweep *sweep, const struct sweep_block *block)
{
    double before = sweep->close_last > 0 ? sweep->close_last : block->close[0];
    double sum = 0, squares = 0, below = 0;
    sweep->low = sweep->high = block->close[0];
    sweep->sums[0] = sweep->squares[0] = sweep->below[0] = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        const double close = block->close[i], r = close / before - 1;
        sweep->sums[i + 1] = sum += r;
        sweep->squares[i + 1] = squares += r * r;
        sweep->below[i + 1] = below += r < 0 ? r * r : 0;
        sweep->low = close < sweep->low ? close : sweep->low;
        sweep->high = close > sweep->high ? close : sweep->high;
        before = close;
    }
}

static void add_return(struct sweep_account *account, double r)
{
    account->sum += r;
    account->squares += r * r;
    account->below += r < 0 ? r * r : 0;
}

static void see_equity(struct sweep_account *account, double equity)
{
    if (equity >= account->peak) {
        account->peak = equity;
    } else if (1 - equity / account->peak > account->drawdown) {
        account->drawdown = 1 - equity / account->peak;
    }
}

/* Of two at a time, so that one need not wait for the other. */
static double lowest(const double *closes, uint32_t from, uint32_t to)
{
    double a = closes[from], b = a;
    for (; from + 1 < to; from += 2) {
        a = closes[from] < a ? closes[from] : a;
        b = closes[from + 1] < b ? closes[from + 1] : b;
    }
    if (from < to) {
        a = closes[from] < a ? closes[from] : a;
    }
    return a < b ? a : b;
}

/* Peak and drawdown over bars from..to-1, all of them held. */
static void see_closes(const struct sweep *sweep, struct sweep_account *account,
                       const double *closes, uint32_t from, uint32_t to)
{
    double peak = account->peak / account->qty, worst = account->drawdown;
    if (sweep->high < peak) {
        if (1 - sweep->low / peak > worst) {
            const double fall = 1 - lowest(closes, from, to) / peak;
            account->drawdown = fall > worst ? fall : worst;
        }
        return;
    }
    /* A close below this is the deepest yet. */
    double limit = peak * (1 - worst);
    for (uint32_t i = from; i < to; i++) {
        const double close = closes[i];
        if (close > peak) {
            peak = close;
            limit = peak * (1 - worst);
        } else if (close < limit) {
            worst = 1 - close / peak;
            limit = close;
        }
    }
    account->drawdown = worst > account->drawdown ? worst : account->drawdown;
    const double equity = peak * account->qty;
    account->peak = equity > account->peak ? equity : account->peak;
}

/* A stretch in which a position is held: the bars at whose end it is there, those of them with a
 * return that is the market's, and the first behind them. */
struct stretch {
    uint32_t held, moved, end;
};

static void hold(const struct sweep *sweep, const struct sweep_block *block,
                 struct sweep_account *account, const struct stretch *stretch)
{
    if (stretch->held == stretch->end) {
        return;
    }
    account->bars_held += stretch->end - stretch->held;
    account->sum += sweep->sums[stretch->end] - sweep->sums[stretch->moved];
    account->squares += sweep->squares[stretch->end] - sweep->squares[stretch->moved];
    account->below += sweep->below[stretch->end] - sweep->below[stretch->moved];
    see_closes(sweep, account, block->close, stretch->held, stretch->end);
}

/* Whole lots leave a part of one in cash, which does not grow with the rest. */
static void add_rounding(const struct sweep_config *config, struct sweep_account *account,
                         double price, double before, double after)
{
    const double left = config->lot * price * config->money * (1 + config->fee);
    const double least = after < before ? after : before;
    account->rounding += (left * fabs(after / before - 1) + MONEY_LOST) / least;
}

static void buy(const struct sweep *sweep, const struct sweep_block *block,
                struct sweep_account *account, uint32_t bar)
{
    const double cash = account->cash;
    account->entry = block->buy[bar];
    account->qty = cash / (account->entry * (1 + sweep->config.fee));
    account->opened_ns = block->times_ns[bar];
    add_return(account, account->qty * block->close[bar] / cash - 1);
}

static void sell(const struct sweep *sweep, const struct sweep_block *block, uint32_t set,
                 uint32_t bar)
{
    const struct sweep_config *config = &sweep->config;
    struct sweep_account *account = &sweep->accounts[set];
    const double paid = account->cash;
    const double before = bar > 0 ? block->close[bar - 1] : sweep->close_last;
    const double got = account->qty * block->sell[bar] * (1 - config->fee);
    add_return(account, got / (account->qty * before) - 1);
    add_rounding(config, account, account->entry, paid, got);
    account->cash = got;
    account->qty = 0;
    account->closed++;
    see_equity(account, got);
    if (config->on_trade != NULL) {
        const struct sweep_trade trade = {.opened_ns = account->opened_ns,
                                          .closed_ns = block->times_ns[bar],
                                          .cost = paid / (1 + config->fee),
                                          .pnl = got - paid};
        config->on_trade(config->context, set, &trade);
    }
}

/* The order that waited for the bar is filled at its beginning. */
static void fill(const struct sweep *sweep, const struct sweep_block *block, uint32_t set,
                 uint32_t bar, struct stretch *stretch)
{
    struct sweep_account *account = &sweep->accounts[set];
    if (account->wanted > 0) {
        buy(sweep, block, account, bar);
        *stretch = (struct stretch){.held = bar, .moved = bar + 1};
    } else {
        stretch->end = bar;
        hold(sweep, block, account, stretch);
        sell(sweep, block, set, bar);
    }
    account->wanted = 0;
}

static void feed_one(struct sweep *sweep, const struct sweep_block *block, uint32_t set)
{
    struct sweep_account *account = &sweep->accounts[set];
    const uint32_t count = sweep->kernel->signals(sweep->work, set, sweep->signals);
    struct stretch stretch = {0};
    if (account->wanted != 0) {
        fill(sweep, block, set, 0, &stretch);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct sweep_signal signal = sweep->signals[i];
        if (signal.direction != (account->qty > 0 ? -1 : 1)) {
            continue;
        }
        account->wanted = signal.direction;
        if (signal.bar + 1 < block->count) {
            fill(sweep, block, set, signal.bar + 1, &stretch);
        }
    }
    if (account->qty > 0) {
        stretch.end = block->count;
        hold(sweep, block, account, &stretch);
    }
}

void sweep_feed(struct sweep *sweep, const struct sweep_block *block)
{
    CHECK(block->count >= 1 && block->count <= SWEEP_BLOCK);
    sweep->kernel->learn(sweep->work, block);
    see_market(sweep, block);
    for (uint32_t set = 0; set < sweep->set_count; set++) {
        feed_one(sweep, block, set);
    }
    sweep->bar_count += block->count;
    sweep->close_last = block->close[block->count - 1];
}

double sweep_equity(const struct sweep *sweep, uint32_t set)
{
    const struct sweep_account *account = &sweep->accounts[set];
    return account->qty > 0 ? account->qty * sweep->close_last : account->cash;
}

struct sweep_returns sweep_returns(const struct sweep *sweep, uint32_t set)
{
    const struct sweep_account *account = &sweep->accounts[set];
    const uint64_t count = sweep->bar_count > 0 ? sweep->bar_count - 1 : 0;
    const double mean = count > 0 ? account->sum / (double)count : 0;
    const double squares = account->squares - mean * account->sum;
    return (struct sweep_returns){
        .count = count,
        .mean = mean,
        .squares = squares > 0 ? squares : 0,
        .below = account->below,
    };
}
