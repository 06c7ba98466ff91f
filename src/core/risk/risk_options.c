/* SPDX-License-Identifier: MIT */
/* A table of data: the options of sizing and limits. */
#include "core/risk/risk.h"

#define FIELD(member) OPTION_FIELD(struct risk_config, member)

static const char *const sizing_names[] = {"risk", "stake", "all", NULL};
static const char *const kelly_names[] = {"off", "cap", "full", NULL};

const struct option risk_options[] = {
    {"sizing", OPTION_CHOICE, "", "risk", 0, 0, sizing_names, FIELD(sizing),
     "What a fixed fraction is taken of: risk (the loss at the stop), stake (the cost), or all "
     "free cash"},
    {"risk_per_trade", OPTION_REAL, "of equity", "0.02", 0.0001, 1, NULL, FIELD(risk_per_trade),
     "Fraction of equity one trade may lose at its stop (or costs, with sizing: stake)"},
    {"max_position", OPTION_REAL, "of equity", "0.2", 0.001, 1, NULL, FIELD(max_position),
     "The most one position may cost"},
    {"max_exposure", OPTION_REAL, "of equity", "0.5", 0.001, 1, NULL, FIELD(max_exposure),
     "The most all positions together may cost"},
    {"max_positions", OPTION_INT, "positions", "5", 1, PAIR_MAX, NULL, FIELD(max_positions),
     "Positions open at once; one a pair"},
    {"max_daily_loss", OPTION_REAL, "of equity", "0.05", 0, 1, NULL, FIELD(max_daily_loss),
     "Loss since the UTC day began that stops entries until the next; 0: no limit"},
    {"stop_required", OPTION_BOOL, "", "true", 0, 0, NULL, FIELD(stop_required),
     "Refuse entries that name no stop"},
    {"crash_fall", OPTION_REAL, "of price", "0.08", 0, 0.9, NULL, FIELD(crash.fall),
     "When half of the pairs stand so far below their highest price of crash_window, entries stop; "
     "0: never"},
    {"crash_window", OPTION_DURATION, "", "1h", 720, 7 * 86400, NULL, FIELD(crash.window_ns),
     "How far back that highest price is sought"},
    {"crash_pause", OPTION_DURATION, "", "1h", 60, 86400, NULL, FIELD(crash.pause_ns),
     "So long entries stop; then one is let through, and after as long again all; doubled each "
     "time the market crashes meanwhile"},
    {"crash_flatten", OPTION_BOOL, "", "false", 0, 0, NULL, FIELD(crash.flatten),
     "Sell every position at market, too"},

    {"kelly", OPTION_CHOICE, "", "cap", 0, 0, kelly_names, FIELD(kelly.mode),
     "What the account's own record has to say, once there is one. cap: risk_per_trade is at most "
     "kelly_fraction of Kelly. full: that in its place. off: nothing"},
    {"kelly_fraction", OPTION_REAL, "of Kelly", "0.25", 0.01, 1, NULL, FIELD(kelly.fraction),
     "How much of what Kelly says is taken"},
    {"kelly_trades", OPTION_INT, "trades", "50", 10, 100000, NULL, FIELD(kelly.trades),
     "Closed trades before Kelly has a word"},
    {"kelly_floor", OPTION_REAL, "of risk_per_trade", "0.25", 0, 1, NULL, FIELD(kelly.floor),
     "What is still risked when Kelly is not positive, or says less; 0: nothing, so that entries "
     "end"},
    {"ruin_limit", OPTION_REAL, "likelihood", "0.01", 0, 1, NULL, FIELD(ruin.limit),
     "Sizes shrink until losing ruin_drawdown is no likelier, judged by the closed trades; 0: "
     "never"},
    {"ruin_drawdown", OPTION_REAL, "of equity", "0.5", 0.01, 0.99, NULL, FIELD(ruin.drawdown),
     "The loss that is called ruin"},
    {"ruin_trades", OPTION_INT, "trades", "50", 10, 100000, NULL, FIELD(ruin.trades),
     "Closed trades before ruin is judged"},
    {"ruin_floor", OPTION_REAL, "of risk_per_trade", "0.25", 0, 1, NULL, FIELD(ruin.floor),
     "Sizes do not shrink below it for fear of ruin"},

    {"scale_confidence", OPTION_BOOL, "", "false", 0, 0, NULL, FIELD(scale.confidence),
     "Sizes from 0.5 times at the confidence that was needed to 1.5 times at full_confidence"},
    {"full_confidence", OPTION_REAL, "0..1", "0.9", 0.1, 1, NULL, FIELD(scale.confidence_full),
     "The confidence of the largest size"},
    {"scale_volatility", OPTION_REAL, "ATR of price", "0", 0, 0.5, NULL, FIELD(scale.volatility),
     "Sizes times this over the pair's ATR as a part of its price, 0.5 to 1.5; 0: not"},
    {"volatility_period", OPTION_INT, "candles", "14", 2, 200, NULL, FIELD(scale.volatility_period),
     "The ATR of scale_volatility"},
    {"volatility_timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names,
     FIELD(scale.volatility_timeframe), "Its candles; not finer than the engine's"},
    {"drawdown_from", OPTION_REAL, "below the peak", "0.05", 0, 1, NULL, FIELD(scale.drawdown_from),
     "From here on sizes shrink with the drawdown"},
    {"drawdown_to", OPTION_REAL, "below the peak", "0.15", 0, 1, NULL, FIELD(scale.drawdown_to),
     "Here they are drawdown_floor, and no smaller beyond; 0: they never shrink"},
    {"drawdown_floor", OPTION_REAL, "times", "0.5", 0, 1, NULL, FIELD(scale.drawdown_floor),
     "The smallest size that a drawdown makes"},
    {"scale_least", OPTION_REAL, "times", "0.25", 0, 1, NULL, FIELD(scale.least),
     "The product of confidence, volatility and drawdown is at least this"},
    {"scale_most", OPTION_REAL, "times", "1.5", 0.1, 2.25, NULL, FIELD(scale.most),
     "... and at most this"},

    {"max_drawdown", OPTION_REAL, "of equity", "0.2", 0, 1, NULL, FIELD(limits.max_drawdown),
     "So far below the highest equity trading pauses until the operator resumes; it is measured "
     "anew from there. 0: never"},
    {"max_at_risk", OPTION_REAL, "of equity", "0.5", 0, 1, NULL, FIELD(limits.max_at_risk),
     "The most that all positions together may lose at their stops; 0: no limit"},
    {"cool_off_losses", OPTION_INT, "losses", "5", 0, 1000, NULL, FIELD(limits.cool_off_losses),
     "After so many losses in a row, and after each further one, no entries for cool_off; 0: "
     "never"},
    {"cool_off", OPTION_DURATION, "", "30m", 0, 30 * 86400, NULL, FIELD(limits.cool_off_ns),
     "How long, on all pairs"},
    {"groups", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(limits.groups),
     "Pairs that move together, by base or symbol, | between groups: BTC ETH | SOL AVAX"},
    {"group_positions", OPTION_INT, "positions", "1", 1, PAIR_MAX, NULL,
     FIELD(limits.group_positions), "The most positions in one of the groups"},
    {"pair_limits", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(limits.pairs),
     "The most of equity that a position in a pair may cost, where that is not max_position: PEPE "
     "0.05 | BTC/USD 0.1"},
    {"strategy_limits", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(limits.strategies),
     "The most of equity that all positions a strategy voted for may cost, and how many there may "
     "be: trend 0.3 2 | mean_reversion 0.2"},
};
const uint32_t risk_option_count = sizeof risk_options / sizeof risk_options[0];
