/* SPDX-License-Identifier: MIT */
#include "core/risk/risk.h"

#include "desk_fixture.h"

static struct risk_config config(void)
{
    return fixture_config().risk;
}

static const struct fee_rates free_of_fees = {0, 0};
static const struct fee_rates kraken = {2500, 4000};

/* By risk_per_trade alone. */
static enum risk_verdict size_at(const struct risk_config *config, const struct pair *pair,
                                 const struct fee_rates *fees, const struct portfolio *portfolio,
                                 int64_t price_ticks, int64_t stop_ticks, int64_t slack_ppm,
                                 struct risk_size *ret)
{
    const struct risk_ask ask = {price_ticks, stop_ticks, slack_ppm, config->risk_per_trade,
                                 1,           INT64_MAX};
    return risk_size(config, pair, fees, portfolio, &ask, ret);
}

static struct portfolio *rich(void)
{
    static struct portfolio portfolio;
    portfolio_init(&portfolio, USD(10000));
    return &portfolio;
}

TEST(the_loss_at_the_stop_is_the_fraction_of_equity)
{
    const struct pair pair = fixture_pair("AAA/USD");
    struct risk_config risk = config();
    risk.max_position = risk.max_exposure = 1;
    struct risk_size size;
    /* 10,000 * 2 % = 200 of loss; stop 10 % below 100: 2,000 of cost, 20 units. */
    EXPECT_INT(size_at(&risk, &pair, &free_of_fees, rich(), 10000, 9000, 0, &size), RISK_OK);
    EXPECT_NEAR((double)size.qty_lots / 1e4, 20, 0.001);
    EXPECT_NEAR((double)size.risk / 1e8, 200, 0.01);
}

TEST(fees_of_both_ends_count_as_loss)
{
    const struct pair pair = fixture_pair("AAA/USD");
    struct risk_config risk = config();
    risk.max_position = risk.max_exposure = 1;
    struct risk_size size;
    /* 0.1 + 0.004 + 0.9 * 0.004 = 0.1076 of the cost is lost: 200 / 0.1076 = 1858.74. */
    EXPECT_INT(size_at(&risk, &pair, &kraken, rich(), 10000, 9000, 0, &size), RISK_OK);
    EXPECT_NEAR((double)size.cost / 1e8, 1858.74, 0.02);
    EXPECT_NEAR((double)size.risk / 1e8, 200, 0.01);
}

TEST(one_position_is_capped_and_all_of_them_too)
{
    const struct pair pair = fixture_pair("AAA/USD");
    const struct risk_config risk = config();
    struct portfolio *portfolio = rich();
    struct risk_size size;
    EXPECT_INT(size_at(&risk, &pair, &kraken, portfolio, 10000, 9990, 0, &size), RISK_OK);
    EXPECT_NEAR((double)size.cost / 1e8, 2000, 0.01); /* 20 % of 10,000 */
    portfolio->holdings = USD(4500);
    portfolio->cash = USD(5500);
    EXPECT_INT(size_at(&risk, &pair, &kraken, portfolio, 10000, 9990, 0, &size), RISK_OK);
    EXPECT_NEAR((double)size.cost / 1e8, 500, 0.01); /* half of 10,000 less 4,500 */
}

TEST(without_a_stop_there_is_no_risk_sizing)
{
    const struct pair pair = fixture_pair("AAA/USD");
    struct risk_config risk = config();
    struct risk_size size;
    EXPECT_INT(size_at(&risk, &pair, &kraken, rich(), 10000, 0, 0, &size), RISK_NO_STOP);
    EXPECT_INT(size_at(&risk, &pair, &kraken, rich(), 10000, 10000, 0, &size), RISK_NO_STOP);
    risk.stop_required = false;
    risk.sizing = SIZING_STAKE;
    EXPECT_INT(size_at(&risk, &pair, &kraken, rich(), 10000, 0, 0, &size), RISK_OK);
    EXPECT_NEAR((double)size.cost / 1e8, 200, 0.01); /* 2 % of 10,000 is the cost itself */
}

TEST(what_is_below_the_minimums_is_refused)
{
    struct pair pair = fixture_pair("AAA/USD");
    struct risk_size size;
    const struct risk_config risk = config();
    pair.qty_min_lots = 200001; /* 20.0001 units; 2,000 buys 20 */
    EXPECT_INT(size_at(&risk, &pair, &kraken, rich(), 10000, 9990, 0, &size), RISK_TOO_SMALL);
    pair.qty_min_lots = 200000;
    pair.cost_min = USD(2000); /* the minimum itself is enough */
    EXPECT_INT(size_at(&risk, &pair, &kraken, rich(), 10000, 9990, 0, &size), RISK_OK);
    pair.qty_min_lots = 0;
    pair.cost_min = USD(2000.01);
    EXPECT_INT(size_at(&risk, &pair, &kraken, rich(), 10000, 9990, 0, &size), RISK_TOO_SMALL);
}

TEST(cash_spoken_for_is_not_spent_again)
{
    const struct pair pair = fixture_pair("AAA/USD");
    struct risk_config risk = config();
    risk.max_exposure = risk.max_position = 1;
    struct portfolio *portfolio = rich();
    portfolio->reserved = USD(9000);
    struct risk_size size;
    EXPECT_INT(size_at(&risk, &pair, &kraken, portfolio, 10000, 9990, 5000, &size), RISK_OK);
    EXPECT(size.cash <= USD(1000));
    portfolio->reserved = USD(10000);
    EXPECT_INT(size_at(&risk, &pair, &kraken, portfolio, 10000, 9990, 0, &size), RISK_NO_FUNDS);
}

TEST(the_cash_of_an_order_covers_slack_and_fee)
{
    const struct pair pair = fixture_pair("AAA/USD");
    const struct risk_config risk = config();
    struct risk_size size;
    EXPECT_INT(size_at(&risk, &pair, &kraken, rich(), 10000, 9990, 5000, &size), RISK_OK);
    EXPECT_NEAR((double)size.cash / 1e8, 2000 * 1.005 * 1.004, 0.01);
}

TEST(no_size_ever_exceeds_its_bounds)
{
    const struct pair pair = fixture_pair("AAA/USD");
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 20000; i++) {
        struct risk_config risk = config();
        risk.sizing = (int32_t)prng_below(&prng, 2);
        struct portfolio *portfolio = rich();
        portfolio->cash = (int64_t)prng_below(&prng, (uint64_t)USD(10000));
        portfolio->reserved = (int64_t)prng_below(&prng, (uint64_t)USD(3000));
        portfolio->holdings = (int64_t)prng_below(&prng, (uint64_t)USD(9000));
        const int64_t price = 1 + (int64_t)prng_below(&prng, 10000000);
        const int64_t stop = (int64_t)prng_below(&prng, (uint64_t)price + 2);
        struct risk_size size = {0};
        if (size_at(&risk, &pair, &kraken, portfolio, price, stop, 5000, &size) != RISK_OK) {
            continue;
        }
        EXPECT(size.qty_lots > 0 && size.cash <= portfolio_free(portfolio));
        EXPECT(size.cost <= portfolio_equity(portfolio) / 5 + USD(0.01));
        EXPECT(portfolio->holdings + portfolio->reserved + size.cost <=
               portfolio_equity(portfolio) / 2 + USD(0.01));
    }
}

TEST(a_size_names_the_limit_that_it_came_to)
{
    const struct pair pair = fixture_pair("AAA/USD");
    struct risk_config risk = config();
    struct portfolio *portfolio = rich();
    struct risk_ask ask = {10000, 9000, 0, 0.02, 1, INT64_MAX};
    struct risk_size size;
    risk.max_position = risk.max_exposure = 1;
    EXPECT_INT(risk_size(&risk, &pair, &free_of_fees, portfolio, &ask, &size), RISK_OK);
    EXPECT_INT(size.rule, RULE_SHARE); /* 2,000 */
    risk.max_position = 0.1;
    EXPECT_INT(risk_size(&risk, &pair, &free_of_fees, portfolio, &ask, &size), RISK_OK);
    EXPECT_INT(size.rule, RULE_POSITION); /* 1,000 */
    risk.max_exposure = 0.05;
    EXPECT_INT(risk_size(&risk, &pair, &free_of_fees, portfolio, &ask, &size), RISK_OK);
    EXPECT_INT(size.rule, RULE_EXPOSURE); /* 500 */
    ask.cost_most = USD(100);
    EXPECT_INT(risk_size(&risk, &pair, &free_of_fees, portfolio, &ask, &size), RISK_OK);
    EXPECT_INT(size.rule, RULE_BESIDE);
    ask.cost_most = INT64_MAX;
    portfolio->cash = USD(10000);
    portfolio->reserved = USD(9990); /* 10 are free */
    risk.max_exposure = 1;
    EXPECT_INT(risk_size(&risk, &pair, &free_of_fees, portfolio, &ask, &size), RISK_OK);
    EXPECT_INT(size.rule, RULE_CASH);
}
