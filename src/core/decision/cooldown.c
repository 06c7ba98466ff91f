/* SPDX-License-Identifier: MIT */
#include "core/decision/cooldown.h"

#include "core/base/timestamp.h"

#define ROW(member) OPTION_FIELD(struct cooldown_config, member)

static const char *const unit_names[] = {"candles", "minutes", NULL};

const struct option cooldown_options[] = {
    {"enabled", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(enabled),
     "After a close its strategies are not listened to for a while, on its pair, in its direction"},
    {"unit", OPTION_CHOICE, "", "candles", 0, 0, unit_names, ROW(unit),
     "What the two lengths count: candles of the strategy's timeframe, or minutes"},
    {"win", OPTION_INT, "of unit", "3", 0, 10000, NULL, ROW(win), "After a gain"},
    {"loss", OPTION_INT, "of unit", "12", 0, 10000, NULL, ROW(loss),
     "After a loss, or nothing gained"},
};
const uint32_t cooldown_option_count = sizeof cooldown_options / sizeof cooldown_options[0];

void cooldown_begin(struct cooldown *cooldown, const struct cooldown_config *config, bool won,
                    enum timeframe timeframe, int64_t now_ns)
{
    const int64_t count = won ? config->win : config->loss;
    const int64_t unit_ns = config->unit == COOLDOWN_MINUTES ? NS_PER_MIN : timeframe_ns[timeframe];
    const int64_t until_ns = now_ns + count * unit_ns;
    if (config->enabled && count > 0 && until_ns > cooldown->until_ns) {
        *cooldown = (struct cooldown){.until_ns = until_ns, .lost = !won};
    }
}
