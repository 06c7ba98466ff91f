/* SPDX-License-Identifier: MIT */
#include "core/risk/risk.h"

#include "core/base/check.h"
#include "core/risk/fraction.h"

int64_t ppm_of(double part)
{
    CHECK(part >= 0 && part <= 1);
    return (int64_t)(part * (double)PPM + 0.5);
}

int64_t fee_of(int64_t cost, int64_t rate_ppm)
{
    return decimal_mul_div(cost, rate_ppm, PPM, ROUND_NEAREST);
}

int64_t money_share(int64_t money, double share)
{
    const int64_t parts = (int64_t)(fraction(share) * 1e9);
    return money > 0 ? decimal_mul_div(money, parts, INT64_C(1000000000), ROUND_DOWN) : 0;
}

static int64_t min_money(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The fall and both fees. */
int64_t risk_loss(const struct fee_rates *fees, int64_t cost, int64_t price_ticks,
                  int64_t stop_ticks)
{
    if (stop_ticks <= 0) {
        return cost;
    }
    const int64_t back = decimal_mul_div(cost, stop_ticks, price_ticks, ROUND_DOWN);
    return cost - back + fee_of(cost, fees->taker_ppm) + fee_of(back, fees->taker_ppm);
}

double risk_loss_ratio(const struct fee_rates *fees, int64_t price_ticks, int64_t stop_ticks)
{
    if (stop_ticks <= 0) {
        return 1;
    }
    const double r = (double)stop_ticks / (double)price_ticks;
    const double f = (double)fees->taker_ppm / (double)PPM;
    return 1 - r + f + r * f; /* loss / cost: exact enough in ppm of ppm */
}

int64_t risk_cost_for_loss(const struct fee_rates *fees, int64_t loss, int64_t price_ticks,
                           int64_t stop_ticks)
{
    const double cost = (double)loss / risk_loss_ratio(fees, price_ticks, stop_ticks);
    return cost < 9e18 ? (int64_t)cost : INT64_MAX;
}

static int64_t exposure_left(const struct risk_config *config, const struct portfolio *portfolio)
{
    const int64_t limit = money_share(portfolio_equity(portfolio), config->max_exposure);
    const int64_t used = portfolio->holdings + portfolio->reserved;
    return used < limit ? limit - used : 0;
}

/* What no buy can do without, however large; RISK_OK where nothing is missing. */
static enum risk_verdict bars(const struct risk_config *config, const struct portfolio *portfolio,
                              const struct risk_ask *ask)
{
    CHECK(ask->price_ticks > 0 && ask->stop_ticks >= 0);
    if (portfolio_equity(portfolio) <= 0 || portfolio_free(portfolio) <= 0) {
        return RISK_NO_FUNDS;
    }
    const bool missing = ask->stop_ticks == 0 && config->stop_required;
    return ask->stop_ticks >= ask->price_ticks || missing ? RISK_NO_STOP : RISK_OK;
}

int64_t risk_cash_rate(const struct fee_rates *fees, int64_t slack_ppm)
{
    CHECK(slack_ppm >= 0);
    return (PPM + slack_ppm) * (PPM + fees->taker_ppm) / PPM;
}

/* The tightest limit so far, and how much it leaves. */
struct most {
    int64_t cost;
    enum size_rule rule;
};

static void narrow(struct most *most, int64_t cost, enum size_rule rule)
{
    if (cost < most->cost) {
        *most = (struct most){cost, rule};
    }
}

/* The most a buy may cost by every limit. Without a stop its loss has no limit but its cost. */
static struct most cost_most(const struct risk_config *config, const struct fee_rates *fees,
                             const struct portfolio *portfolio, const struct risk_ask *ask,
                             int64_t rate)
{
    const int64_t equity = portfolio_equity(portfolio);
    const int64_t covered =
        decimal_mul_div(portfolio_free(portfolio), PPM, rate, ROUND_DOWN); /* with slack and fee */
    struct most most = {covered, RULE_CASH};
    if (config->sizing == SIZING_ALL) {
        return most;
    }
    const int64_t share = money_share(equity, ask->share);
    if (config->sizing == SIZING_STAKE) {
        narrow(&most, share, RULE_SHARE);
    } else if (ask->stop_ticks > 0) {
        narrow(&most, risk_cost_for_loss(fees, share, ask->price_ticks, ask->stop_ticks),
               RULE_SHARE);
    }
    narrow(&most, money_share(equity, config->max_position * fraction(ask->part)), RULE_POSITION);
    narrow(&most, exposure_left(config, portfolio), RULE_EXPOSURE);
    narrow(&most, ask->cost_most, RULE_BESIDE);
    return most;
}

static enum risk_verdict size_of(const struct pair *pair, const struct fee_rates *fees,
                                 const struct portfolio *portfolio, const struct risk_ask *ask,
                                 int64_t rate, int64_t qty, struct risk_size *ret)
{
    const int64_t cost = pair_notional(pair, ask->price_ticks, qty, ROUND_UP);
    if (qty <= 0 || qty < pair->qty_min_lots || cost < pair->cost_min) {
        return RISK_TOO_SMALL;
    }
    const int64_t cash = decimal_mul_div(cost, rate, PPM, ROUND_UP);
    *ret = (struct risk_size){
        .qty_lots = qty,
        .cash = min_money(portfolio_free(portfolio), cash),
        .cost = cost,
        .risk = risk_loss(fees, cost, ask->price_ticks, ask->stop_ticks),
    };
    return RISK_OK;
}

enum risk_verdict risk_size(const struct risk_config *config, const struct pair *pair,
                            const struct fee_rates *fees, const struct portfolio *portfolio,
                            const struct risk_ask *ask, struct risk_size *ret)
{
    const enum risk_verdict barred = bars(config, portfolio, ask);
    if (barred != RISK_OK) {
        return barred;
    }
    if (config->sizing == SIZING_ALL) {
        const int64_t all = portfolio_free(portfolio);
        const int64_t free = ask->part < 1 ? money_share(all, ask->part) : all;
        *ret = (struct risk_size){.cash = free, .cost = free, .risk = free, .rule = RULE_CASH};
        return RISK_OK;
    }
    if (config->sizing == SIZING_RISK && ask->stop_ticks == 0) {
        return RISK_NO_STOP;
    }
    const int64_t rate = risk_cash_rate(fees, ask->slack_ppm);
    const struct most most = cost_most(config, fees, portfolio, ask, rate);
    const int64_t qty = pair_qty_for(pair, most.cost, ask->price_ticks);
    const enum risk_verdict verdict = size_of(pair, fees, portfolio, ask, rate, qty, ret);
    if (verdict == RISK_OK) {
        ret->rule = most.rule;
    }
    return verdict;
}

enum risk_verdict risk_fit(const struct risk_config *config, const struct pair *pair,
                           const struct fee_rates *fees, const struct portfolio *portfolio,
                           const struct risk_ask *ask, const struct risk_wish *wish,
                           struct risk_size *ret)
{
    const enum risk_verdict barred = bars(config, portfolio, ask);
    if (barred != RISK_OK) {
        return barred;
    }
    const int64_t rate = risk_cash_rate(fees, ask->slack_ppm);
    const int64_t most =
        pair_qty_for(pair, cost_most(config, fees, portfolio, ask, rate).cost, ask->price_ticks);
    const int64_t paid = decimal_mul_div(wish->cash, PPM, rate, ROUND_DOWN);
    const int64_t qty =
        wish->qty_lots > 0 ? wish->qty_lots : pair_qty_for(pair, paid, ask->price_ticks);
    if (qty > most) {
        *ret = (struct risk_size){.qty_lots = most};
        return RISK_TOO_LARGE;
    }
    return size_of(pair, fees, portfolio, ask, rate, qty, ret);
}
