/* SPDX-License-Identifier: MIT */
#include "core/risk/risk.h"

#include "core/base/check.h"

static const char *const sizing_names[] = {"risk", "stake", "all", NULL};

const struct option risk_options[] = {
    {"sizing", OPTION_CHOICE, "", "risk", 0, 0, sizing_names,
     OPTION_FIELD(struct risk_config, sizing),
     "What a fixed fraction is taken of: risk (the loss at the stop), stake (the cost), or all "
     "free cash"},
    {"risk_per_trade", OPTION_REAL, "of equity", "0.02", 0.0001, 1, NULL,
     OPTION_FIELD(struct risk_config, risk_per_trade),
     "Fraction of equity one trade may lose at its stop (or costs, with sizing: stake)"},
    {"max_position", OPTION_REAL, "of equity", "0.2", 0.001, 1, NULL,
     OPTION_FIELD(struct risk_config, max_position), "The most one position may cost"},
    {"max_exposure", OPTION_REAL, "of equity", "0.5", 0.001, 1, NULL,
     OPTION_FIELD(struct risk_config, max_exposure), "The most all positions together may cost"},
    {"max_positions", OPTION_INT, "positions", "5", 1, PAIR_MAX, NULL,
     OPTION_FIELD(struct risk_config, max_positions), "Positions open at once; one a pair"},
    {"max_daily_loss", OPTION_REAL, "of equity", "0.05", 0, 1, NULL,
     OPTION_FIELD(struct risk_config, max_daily_loss),
     "Loss since the UTC day began that stops entries until the next; 0: no limit"},
    {"stop_required", OPTION_BOOL, "", "true", 0, 0, NULL,
     OPTION_FIELD(struct risk_config, stop_required), "Refuse entries that name no stop"},
    {"crash_fall", OPTION_REAL, "of price", "0.08", 0, 0.9, NULL,
     OPTION_FIELD(struct risk_config, crash.fall),
     "When half of the pairs stand so far below their highest price of crash_window, entries stop; "
     "0: never"},
    {"crash_window", OPTION_DURATION, "", "1h", 720, 7 * 86400, NULL,
     OPTION_FIELD(struct risk_config, crash.window_ns),
     "How far back that highest price is sought"},
    {"crash_pause", OPTION_DURATION, "", "1h", 60, 86400, NULL,
     OPTION_FIELD(struct risk_config, crash.pause_ns),
     "So long entries stop; then one is let through, and after as long again all; doubled each "
     "time the market crashes meanwhile"},
    {"crash_flatten", OPTION_BOOL, "", "false", 0, 0, NULL,
     OPTION_FIELD(struct risk_config, crash.flatten), "Sell every position at market, too"},
};
const uint32_t risk_option_count = sizeof risk_options / sizeof risk_options[0];

int64_t ppm_of(double part)
{
    CHECK(part >= 0 && part <= 1);
    return (int64_t)(part * (double)PPM + 0.5);
}

int64_t fee_of(int64_t cost, int64_t rate_ppm)
{
    return decimal_mul_div(cost, rate_ppm, PPM, ROUND_NEAREST);
}

/* A fraction of money, rounded down: the road from a risk figure to an integer. */
static int64_t money_share(int64_t money, double fraction)
{
    CHECK(fraction >= 0 && fraction <= 1);
    return decimal_mul_div(money, (int64_t)(fraction * 1e9), INT64_C(1000000000), ROUND_DOWN);
}

static int64_t min_money(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Loss of one trade of `cost` when the stop is hit: the fall and both fees. */
static int64_t loss_at_stop(const struct fee_rates *fees, int64_t cost, int64_t price_ticks,
                            int64_t stop_ticks)
{
    const int64_t back = decimal_mul_div(cost, stop_ticks, price_ticks, ROUND_DOWN);
    return cost - back + fee_of(cost, fees->taker_ppm) + fee_of(back, fees->taker_ppm);
}

/* The cost whose loss at the stop is `loss`. */
static int64_t cost_for_loss(const struct fee_rates *fees, int64_t loss, int64_t price_ticks,
                             int64_t stop_ticks)
{
    /* loss / cost = 1 - r + f + r f with r = stop / price: exact enough in ppm of ppm. */
    const double r = (double)stop_ticks / (double)price_ticks;
    const double f = (double)fees->taker_ppm / (double)PPM;
    const double ratio = 1 - r + f + r * f;
    const double cost = (double)loss / ratio;
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
                              int64_t price_ticks, int64_t stop_ticks)
{
    CHECK(price_ticks > 0 && stop_ticks >= 0);
    if (portfolio_equity(portfolio) <= 0 || portfolio_free(portfolio) <= 0) {
        return RISK_NO_FUNDS;
    }
    return stop_ticks >= price_ticks || (stop_ticks == 0 && config->stop_required) ? RISK_NO_STOP
                                                                                   : RISK_OK;
}

/* What a buy may cost for each unit of money at the decided price, in ppm: slack and fee. */
static int64_t cash_rate(const struct fee_rates *fees, int64_t slack_ppm)
{
    CHECK(slack_ppm >= 0);
    return (PPM + slack_ppm) * (PPM + fees->taker_ppm) / PPM;
}

/* The most a buy may cost by every limit. Without a stop its loss has no limit but its cost. */
static int64_t cost_most(const struct risk_config *config, const struct fee_rates *fees,
                         const struct portfolio *portfolio, int64_t price_ticks, int64_t stop_ticks,
                         int64_t rate)
{
    const int64_t equity = portfolio_equity(portfolio);
    const int64_t covered =
        decimal_mul_div(portfolio_free(portfolio), PPM, rate, ROUND_DOWN); /* with slack and fee */
    if (config->sizing == SIZING_ALL) {
        return covered;
    }
    const int64_t share = money_share(equity, config->risk_per_trade);
    int64_t cost = covered;
    if (config->sizing == SIZING_STAKE) {
        cost = min_money(cost, share);
    } else if (stop_ticks > 0) {
        cost = min_money(cost, cost_for_loss(fees, share, price_ticks, stop_ticks));
    }
    cost = min_money(cost, money_share(equity, config->max_position));
    return min_money(cost, exposure_left(config, portfolio));
}

static enum risk_verdict size_of(const struct pair *pair, const struct fee_rates *fees,
                                 const struct portfolio *portfolio, int64_t price_ticks,
                                 int64_t stop_ticks, int64_t rate, int64_t qty,
                                 struct risk_size *ret)
{
    const int64_t cost = pair_notional(pair, price_ticks, qty, ROUND_UP);
    if (qty <= 0 || qty < pair->qty_min_lots || cost < pair->cost_min) {
        return RISK_TOO_SMALL;
    }
    const int64_t cash = decimal_mul_div(cost, rate, PPM, ROUND_UP);
    *ret = (struct risk_size){
        .qty_lots = qty,
        .cash = min_money(portfolio_free(portfolio), cash),
        .cost = cost,
        .risk = stop_ticks > 0 ? loss_at_stop(fees, cost, price_ticks, stop_ticks) : cost,
    };
    return RISK_OK;
}

enum risk_verdict risk_size(const struct risk_config *config, const struct pair *pair,
                            const struct fee_rates *fees, const struct portfolio *portfolio,
                            int64_t price_ticks, int64_t stop_ticks, int64_t slack_ppm,
                            struct risk_size *ret)
{
    const enum risk_verdict barred = bars(config, portfolio, price_ticks, stop_ticks);
    if (barred != RISK_OK) {
        return barred;
    }
    if (config->sizing == SIZING_ALL) {
        const int64_t free = portfolio_free(portfolio);
        *ret = (struct risk_size){.cash = free, .cost = free, .risk = free};
        return RISK_OK;
    }
    if (config->sizing == SIZING_RISK && stop_ticks == 0) {
        return RISK_NO_STOP;
    }
    const int64_t rate = cash_rate(fees, slack_ppm);
    const int64_t most = cost_most(config, fees, portfolio, price_ticks, stop_ticks, rate);
    return size_of(pair, fees, portfolio, price_ticks, stop_ticks, rate,
                   pair_qty_for(pair, most, price_ticks), ret);
}

enum risk_verdict risk_fit(const struct risk_config *config, const struct pair *pair,
                           const struct fee_rates *fees, const struct portfolio *portfolio,
                           int64_t price_ticks, int64_t stop_ticks, int64_t slack_ppm,
                           const struct risk_wish *wish, struct risk_size *ret)
{
    const enum risk_verdict barred = bars(config, portfolio, price_ticks, stop_ticks);
    if (barred != RISK_OK) {
        return barred;
    }
    const int64_t rate = cash_rate(fees, slack_ppm);
    const int64_t most = pair_qty_for(
        pair, cost_most(config, fees, portfolio, price_ticks, stop_ticks, rate), price_ticks);
    const int64_t qty =
        wish->qty_lots > 0
            ? wish->qty_lots
            : pair_qty_for(pair, decimal_mul_div(wish->cash, PPM, rate, ROUND_DOWN), price_ticks);
    if (qty > most) {
        *ret = (struct risk_size){.qty_lots = most};
        return RISK_TOO_LARGE;
    }
    return size_of(pair, fees, portfolio, price_ticks, stop_ticks, rate, qty, ret);
}
