/* SPDX-License-Identifier: MIT */
#include "core/risk/dial.h"

#include <math.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

static const struct {
    const char *name;
    enum option_type type;
    size_t offset;
} dials[DIAL_COUNT] = {
#define DIAL(name, type, member)                                                                   \
    {                                                                                              \
        name, type, offsetof(struct risk_config, member)                                           \
    }
    DIAL("risk_per_trade", OPTION_REAL, risk_per_trade),
    DIAL("max_position", OPTION_REAL, max_position),
    DIAL("max_exposure", OPTION_REAL, max_exposure),
    DIAL("max_positions", OPTION_INT, max_positions),
    DIAL("max_daily_loss", OPTION_REAL, max_daily_loss),
    DIAL("max_drawdown", OPTION_REAL, limits.max_drawdown),
    DIAL("max_at_risk", OPTION_REAL, limits.max_at_risk),
    DIAL("cool_off_losses", OPTION_INT, limits.cool_off_losses),
    DIAL("cool_off", OPTION_DURATION, limits.cool_off_ns),
    DIAL("group_positions", OPTION_INT, limits.group_positions),
    DIAL("kelly_fraction", OPTION_REAL, kelly.fraction),
    DIAL("kelly_floor", OPTION_REAL, kelly.floor),
    DIAL("ruin_limit", OPTION_REAL, ruin.limit),
    DIAL("ruin_floor", OPTION_REAL, ruin.floor),
    DIAL("drawdown_from", OPTION_REAL, scale.drawdown_from),
    DIAL("drawdown_to", OPTION_REAL, scale.drawdown_to),
    DIAL("drawdown_floor", OPTION_REAL, scale.drawdown_floor),
    DIAL("scale_least", OPTION_REAL, scale.least),
    DIAL("scale_most", OPTION_REAL, scale.most),
};

static const struct option *option_of(const char *name)
{
    for (uint32_t i = 0; i < risk_option_count; i++) {
        if (strcmp(risk_options[i].name, name) == 0) {
            return &risk_options[i];
        }
    }
    return NULL;
}

const struct option *dial_option(uint32_t dial)
{
    return dial < DIAL_COUNT ? option_of(dials[dial].name) : NULL;
}

bool dial_find(const char *name, uint32_t *ret_dial)
{
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        if (strcmp(dials[i].name, name) == 0) {
            *ret_dial = i;
            return true;
        }
    }
    return false;
}

const char *dial_barred(const char *name)
{
    const struct option *option = option_of(name);
    if (option == NULL) {
        return NULL;
    }
    if (strncmp(name, "crash_", strlen("crash_")) == 0) {
        return "the breaker has watched the market by it since the session began";
    }
    if (strcmp(name, "scale_volatility") == 0 ||
        strncmp(name, "volatility_", strlen("volatility_")) == 0) {
        return "its indicator is set up when a session begins";
    }
    return option->type == OPTION_INT || option->type == OPTION_REAL
               ? "it says how the record of closed trades is judged, and not how much may be risked"
               : "it is no number but a way of working, which a session begins with";
}

bool dial_allows(uint32_t dial, double value)
{
    const struct option *option = dial_option(dial);
    if (option == NULL || !isfinite(value)) {
        return false;
    }
    const bool counts = option->type != OPTION_REAL;
    const double unit = option->type == OPTION_DURATION ? (double)NS_PER_S : 1;
    return value >= option->min * unit && value <= option->max * unit &&
           (!counts || value == floor(value));
}

double dial_get(const struct risk_config *config, uint32_t dial)
{
    CHECK(dial < DIAL_COUNT);
    const char *at = (const char *)config + dials[dial].offset;
    double real = 0;
    int64_t whole = 0;
    if (dials[dial].type == OPTION_REAL) {
        memcpy(&real, at, sizeof real);
        return real;
    }
    memcpy(&whole, at, sizeof whole);
    return (double)whole;
}

void dial_set(struct risk_config *config, uint32_t dial, double value)
{
    CHECK(dial < DIAL_COUNT && isfinite(value));
    char *at = (char *)config + dials[dial].offset;
    const int64_t whole = (int64_t)value;
    if (dials[dial].type == OPTION_REAL) {
        memcpy(at, &value, sizeof value);
    } else {
        memcpy(at, &whole, sizeof whole);
    }
}
