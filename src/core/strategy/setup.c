/* SPDX-License-Identifier: MIT */
#include "core/strategy/setup.h"

#define ROW(member) OPTION_FIELD(struct strategy_setup, member)

const struct option strategy_setup_options[] = {
    {"weight", OPTION_REAL, "", "1", 0.01, 100, NULL, ROW(weight),
     "How much its strength and confidence count among those that agree"},
    {"alone", OPTION_REAL, "0..1", "0", 0, 1, NULL, ROW(alone),
     "Confidence with which it is enough by itself; 0: decision.alone, and 0.52 for keltner"},
    {"risk_per_trade", OPTION_REAL, "of equity", "0", 0, 1, NULL, ROW(risk_per_trade),
     "In the place of risk.risk_per_trade where it agrees; 0: that. Of several the least counts"},
    {"shadow", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(shadow),
     "It is asked and what it says is kept, but it moves nothing"},
};
const uint32_t strategy_setup_option_count =
    sizeof strategy_setup_options / sizeof strategy_setup_options[0];
