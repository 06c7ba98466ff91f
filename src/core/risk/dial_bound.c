/* SPDX-License-Identifier: MIT */
#include "core/risk/dial_bound.h"

#include <string.h>

#include "core/base/check.h"

static const struct bound {
    const char *low, *high;
    bool apart; /* equal they do not fit either; and with the higher at 0 both are off */
    const char *low_right, *high_right;
} bounds[] = {
    {"drawdown_from", "drawdown_to", true, "below risk.drawdown_to",
     "above risk.drawdown_from, or 0: off"},
    {"scale_least", "scale_most", false, "risk.scale_most at most", "risk.scale_least at least"},
};

static bool is_named(uint32_t dial, const char *name)
{
    return strcmp(dial_option(dial)->name, name) == 0;
}

static const struct bound *bound_of(uint32_t dial)
{
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0] && dial < DIAL_COUNT; i++) {
        if (is_named(dial, bounds[i].low) || is_named(dial, bounds[i].high)) {
            return &bounds[i];
        }
    }
    return NULL;
}

const char *dial_beside(uint32_t dial)
{
    const struct bound *bound = bound_of(dial);
    if (bound == NULL) {
        return NULL;
    }
    return is_named(dial, bound->low) ? bound->low_right : bound->high_right;
}

bool dial_agrees(const struct risk_config *config, uint32_t dial, double value)
{
    CHECK(dial < DIAL_COUNT);
    uint32_t low = 0, high = 0;
    const struct bound *bound = bound_of(dial);
    if (bound == NULL || !dial_find(bound->low, &low) || !dial_find(bound->high, &high)) {
        return true;
    }
    const double least = dial == low ? value : dial_get(config, low);
    const double most = dial == high ? value : dial_get(config, high);
    return bound->apart ? most == 0 || least < most : least <= most;
}
