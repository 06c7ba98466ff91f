/* SPDX-License-Identifier: MIT */
/* The strategies by name, for strategy_table; everybody else finds them there. */
#pragma once

#include "core/strategy/strategy.h"

extern const struct strategy strategy_sma_cross;
extern const struct strategy strategy_trend;
extern const struct strategy strategy_mean_reversion;
extern const struct strategy strategy_sma_pair;
extern const struct strategy strategy_channel;
extern const struct strategy strategy_swing;
extern const struct strategy strategy_dca;
extern const struct strategy strategy_momentum;
extern const struct strategy strategy_breakout;
extern const struct strategy strategy_reversal;
extern const struct strategy strategy_keltner;
