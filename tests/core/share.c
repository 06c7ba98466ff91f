/* SPDX-License-Identifier: MIT */
/* Kelly, ruin and the scale together, and what risk_size makes of them. */
#include "core/risk/share.h"

#include "desk_fixture.h"

static double factors[SIZE_FACTOR_COUNT];

static struct risk_config config(void)
{
    struct risk_config risk = fixture_config().risk;
    risk.kelly = (struct kelly_config){KELLY_CAP, 0.25, 50, 0.25};
    risk.ruin = (struct ruin_config){0.01, 0.5, 50, 0.25};
    risk.scale = (struct scale_config){.drawdown_from = 0.05,
                                       .drawdown_to = 0.15,
                                       .drawdown_floor = 0.5,
                                       .least = 0.25,
                                       .most = 1.5};
    return risk;
}

/* `won` of a hundred, a win of 1.2 R, a loss of 1 R. */
static struct tally record_of(uint64_t won)
{
    return (struct tally){.count = 100,
                          .won_count = won,
                          .won_ppm = (int64_t)won * 1200000,
                          .lost_ppm = (100 - (int64_t)won) * 1000000};
}

static double share(const struct risk_config *risk, const struct tally *tally, double drawdown)
{
    return share_of(
        risk, tally,
        &(struct scale_view){.per_trade = risk->risk_per_trade, .drawdown = drawdown, .market = 1},
        0.1, factors);
}

TEST(with_no_record_and_no_drawdown_a_trade_risks_what_the_configuration_says)
{
    const struct risk_config risk = config();
    EXPECT_NEAR(share(&risk, &(struct tally){0}, 0), 0.02, 1e-15);
    EXPECT(factors[SIZE_KELLY] == 1 && factors[SIZE_RUIN] == 1 && factors[SIZE_ALL] == 1);
}

TEST(the_example_of_the_documentation)
{
    /* docs/risk.md. f* = 0.48 - 0.52 / 1.2 = 0.046667, a quarter 0.0116667. Drawdown 10 %: 0.75.
     * 0.00875 of equity. Ruin at that: 0.13 %. */
    const struct risk_config risk = config();
    const struct tally tally = record_of(48);
    EXPECT_NEAR(share(&risk, &tally, 0.10), 0.00875, 1e-12);
    EXPECT_NEAR(factors[SIZE_KELLY], 0.583333, 1e-6);
    EXPECT_NEAR(factors[SIZE_DRAWDOWN], 0.75, 1e-12);
    EXPECT_NEAR(factors[SIZE_RUIN], 1, 0);
    EXPECT_NEAR(factors[SIZE_ALL], 0.4375, 1e-12);

    static struct portfolio portfolio;
    const struct pair pair = fixture_pair("AAA/USD");
    const struct fee_rates fees = {2500, 4000};
    portfolio_init(&portfolio, USD(10000));
    portfolio.cash = USD(9000);
    EXPECT_NEAR(portfolio_drawdown(&portfolio), 0.1, 1e-15);
    EXPECT_NEAR(risk_loss_ratio(&fees, 10000, 9500), 0.0578, 1e-12);
    const struct risk_ask ask = {10000, 9500, 0, 0.00875, 1, INT64_MAX};
    struct risk_size size = {0};
    EXPECT_INT(risk_size(&risk, &pair, &fees, &portfolio, &ask, &size), RISK_OK);
    EXPECT_INT(size.qty_lots, 136245);
    EXPECT_NEAR((double)size.risk / 1e8, 78.75, 0.01);
}

TEST(a_scale_above_one_does_not_lift_a_size_above_kelly)
{
    struct risk_config risk = config();
    risk.scale = (struct scale_config){
        .confidence = true, .confidence_full = 0.9, .least = 0.25, .most = 1.5};
    const struct tally tally = record_of(48);
    const struct scale_view sure = {
        .per_trade = risk.risk_per_trade, .confidence = 1, .gate = 0.5, .market = 1};
    EXPECT_NEAR(share_of(&risk, &tally, &sure, 0.1, factors), 0.0116667, 1e-6);
    EXPECT_NEAR(share_of(&risk, &(struct tally){0}, &sure, 0.1, factors), 0.03, 1e-15);
}

TEST(kelly_in_full_takes_the_place_of_risk_per_trade_and_ruin_has_the_last_word)
{
    struct risk_config risk = config();
    risk.kelly.mode = KELLY_FULL;
    risk.ruin.limit = 0;
    const struct tally tally = record_of(60); /* f* = 0.6 - 0.4 / 1.2 = 0.266667 */
    EXPECT_NEAR(share(&risk, &tally, 0), 0.0666667, 1e-6);
    EXPECT_NEAR(factors[SIZE_KELLY], 3.333333, 1e-5);
    risk.ruin.limit = 1e-6;
    const double left = share(&risk, &tally, 0);
    const struct edge edge = edge_of(&tally);
    EXPECT(left < 0.0666);
    EXPECT_NEAR(ruin_probability(&edge, left, 0.5), 1e-6, 1e-9);
    EXPECT_NEAR(factors[SIZE_RUIN], left / 0.0666667, 1e-5);
}

TEST(kelly_in_full_does_not_lift_what_a_strategy_was_given_and_the_scale_does_by_its_most)
{
    struct risk_config risk = config();
    risk.kelly.mode = KELLY_FULL;
    risk.ruin.limit = 0;
    risk.scale = (struct scale_config){
        .confidence = true, .confidence_full = 0.9, .least = 0.25, .most = 1.5};
    const struct tally tally = record_of(60); /* Kelly's part is 0.0667 */
    struct scale_view view = {
        .per_trade = 0.005, .own = 0.005, .confidence = 0.7, .gate = 0.5, .market = 1};
    EXPECT_NEAR(share_of(&risk, &tally, &view, 0.1, factors), 0.005, 1e-15); /* halfway: 1 */
    EXPECT_NEAR(factors[SIZE_KELLY], 1, 1e-12);
    view.confidence = 1;
    EXPECT_NEAR(share_of(&risk, &tally, &view, 0.1, factors), 0.0075, 1e-15);
    /* Another that wants it has 0.02 by the configuration: in its place Kelly, up to the first. */
    view = (struct scale_view){
        .per_trade = 0.02, .own = 0.03, .confidence = 0.7, .gate = 0.5, .market = 1};
    EXPECT_NEAR(share_of(&risk, &tally, &view, 0.1, factors), 0.03, 1e-15);
    view.own = 0.08;
    EXPECT_NEAR(share_of(&risk, &tally, &view, 0.1, factors), 0.0666667, 1e-6);
}

TEST(what_the_market_leaves_comes_last_and_goes_below_every_floor)
{
    struct risk_config risk = config();
    risk.scale.least = 1;
    const double usual = share(&risk, &(struct tally){0}, 0);
    const double calm = share_of(
        &risk, &(struct tally){0},
        &(struct scale_view){.per_trade = risk.risk_per_trade, .market = 0.25}, 0.1, factors);
    EXPECT_NEAR(calm, usual / 4, 1e-15);
    EXPECT(factors[SIZE_MARKET] == 0.25 && factors[SIZE_ALL] == 0.25);
    EXPECT(share_of(&risk, &(struct tally){0}, &(struct scale_view){.market = NAN}, 0.1, factors) ==
           0);
}

TEST(a_stake_is_bounded_by_what_it_loses_at_the_stop)
{
    struct risk_config risk = config();
    risk.sizing = SIZING_STAKE;
    risk.risk_per_trade = 0.2; /* a cost, of which a tenth is lost: 0.02 */
    const struct tally tally = record_of(48);
    EXPECT_NEAR(share(&risk, &tally, 0), 0.2 * 0.0116667 / 0.02, 1e-6);
}

TEST(money_that_other_limits_leave_bounds_the_size)
{
    static struct portfolio portfolio;
    const struct pair pair = fixture_pair("AAA/USD");
    const struct risk_config risk = config();
    const struct fee_rates fees = {2500, 4000};
    portfolio_init(&portfolio, USD(10000));
    struct risk_ask ask = {10000, 9900, 0, 0.02, 1, USD(500)};
    struct risk_size size = {0};
    EXPECT_INT(risk_size(&risk, &pair, &fees, &portfolio, &ask, &size), RISK_OK);
    EXPECT_INT(size.cost, USD(500));
    ask.cost_most = 0;
    EXPECT_INT(risk_size(&risk, &pair, &fees, &portfolio, &ask, &size), RISK_TOO_SMALL);
    /* The loss of 20 at the stop, fees included, and back. */
    const int64_t cost = risk_cost_for_loss(&fees, USD(20), 10000, 9900);
    EXPECT_NEAR((double)cost * risk_loss_ratio(&fees, 10000, 9900) / 1e8, 20, 1e-6);
    EXPECT_INT(risk_cost_for_loss(&fees, USD(20), 10000, 0), USD(20));
}

static double odd_real(struct prng *prng)
{
    static const double odd[] = {0, -0.0, 1, -1, 1e300, -1e300, 1e-300, NAN, INFINITY, -INFINITY};
    return prng_below(prng, 4) == 0 ? odd[prng_below(prng, 10)] : 1.2 * prng_real(prng) - 0.1;
}

static struct risk_config odd_config(struct prng *prng)
{
    struct risk_config risk = {.sizing = (int32_t)prng_below(prng, 2),
                               .risk_per_trade = odd_real(prng),
                               .max_position = odd_real(prng),
                               .max_exposure = odd_real(prng)};
    risk.kelly = (struct kelly_config){(int32_t)prng_below(prng, 3), odd_real(prng),
                                       (int64_t)prng_below(prng, 60), odd_real(prng)};
    risk.ruin = (struct ruin_config){odd_real(prng), odd_real(prng), (int64_t)prng_below(prng, 60),
                                     odd_real(prng)};
    risk.scale = (struct scale_config){.confidence = prng_below(prng, 2) == 0,
                                       .confidence_full = odd_real(prng),
                                       .volatility = odd_real(prng),
                                       .drawdown_from = odd_real(prng),
                                       .drawdown_to = odd_real(prng),
                                       .drawdown_floor = odd_real(prng),
                                       .least = odd_real(prng),
                                       .most = odd_real(prng)};
    return risk;
}

static double clean(double x)
{
    return x > 0 ? (x < 1 ? x : 1) : 0;
}

/* Beside the engine's own limits: Kelly's part, ruin's, the largest scale, and every cap on cost.
 */
TEST(no_size_ever_exceeds_a_limit_whatever_the_configuration)
{
    const struct pair pair = fixture_pair("AAA/USD");
    const struct fee_rates fees = {2500, 4000};
    static struct portfolio portfolio;
    struct prng prng;
    uint32_t sized = 0;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 30000; i++) {
        const struct risk_config risk = odd_config(&prng);
        struct tally tally = record_of(prng_below(&prng, 101));
        portfolio_init(&portfolio, USD(10000));
        portfolio.cash = (int64_t)prng_below(&prng, (uint64_t)USD(10000));
        portfolio.reserved = (int64_t)prng_below(&prng, (uint64_t)USD(3000));
        portfolio.holdings = (int64_t)prng_below(&prng, (uint64_t)USD(9000));
        const int64_t price = 10000, stop = 1 + (int64_t)prng_below(&prng, 9999);
        const double given = clean(risk.risk_per_trade) * (1 + (double)prng_below(&prng, 3));
        const struct scale_view view = {.per_trade = risk.risk_per_trade,
                                        .own = prng_below(&prng, 2) == 0 ? 0 : given,
                                        .confidence = odd_real(&prng),
                                        .gate = odd_real(&prng),
                                        .volatility = odd_real(&prng),
                                        .drawdown = odd_real(&prng),
                                        .market = odd_real(&prng)};
        const double ratio = risk_loss_ratio(&fees, price, stop);
        const struct risk_ask ask = {price,
                                     stop,
                                     5000,
                                     share_of(&risk, &tally, &view, ratio, factors),
                                     odd_real(&prng),
                                     (int64_t)prng_below(&prng, (uint64_t)USD(20000))};
        const double scale_most = fmax(1, 2.25 * clean(risk.scale.most / 2.25));
        EXPECT(ask.share >= 0 && ask.share <= 1);
        EXPECT(view.own == 0 || ask.share <= view.own * scale_most + 1e-12);
        struct risk_size size = {0};
        if (risk_size(&risk, &pair, &fees, &portfolio, &ask, &size) != RISK_OK) {
            continue;
        }
        sized++;
        const double equity = (double)portfolio_equity(&portfolio), cent = 1e6;
        const bool full = risk.kelly.mode == KELLY_FULL;
        const double loss = (double)size.risk,
                     base = clean(risk.risk_per_trade) *
                            (risk.sizing == SIZING_STAKE ? clean(ratio) : 1);
        const struct edge edge = edge_of(&tally);
        double kelly = 0, ruin = 0;
        EXPECT((double)size.cost <= equity * clean(risk.max_position) + cent);
        EXPECT((double)(size.cost + portfolio.holdings + portfolio.reserved) <=
               equity * clean(risk.max_exposure) + cent);
        EXPECT(size.cost <= ask.cost_most && size.cash <= portfolio_free(&portfolio));
        EXPECT(full || loss <= equity * base * 2.25 * ratio / (ratio < 1 ? ratio : 1) + cent);
        if (kelly_share(&risk.kelly, &edge, base, &kelly)) {
            EXPECT(loss <= equity * kelly * (ratio > 1 ? ratio : 1) + cent);
        }
        if (ruin_share(&risk.ruin, &edge, base, 1, &ruin)) {
            EXPECT(loss <= equity * ruin * (ratio > 1 ? ratio : 1) + cent);
        }
    }
    EXPECT(sized > 1000);
}
