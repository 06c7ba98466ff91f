/* SPDX-License-Identifier: MIT */
/*
 * The pairs that the configuration names to limit something: risk.pair_limits, risk.groups and
 * day.pair_trades. A name that no pair has limits nothing, and most likely it is misspelt: whoever
 * begins a session is told.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/risk/day.h"
#include "core/risk/risk.h"

#define NAMED_MAX (3 * LIST_SIZE / 2) /* names of a letter and a blank in all three */

/* A name, where it stands in the configuration. */
struct named {
    const char *option;
    struct list_word word;
};

/* Whether a pair has the name: its base or its symbol. */
typedef bool named_known(const void *context, struct list_word word);

/* Those that no pair has, each option's in its order and none of them twice. Returns how many. */
uint32_t named_strange(const struct risk_config *risk, const struct day_config *day,
                       named_known *known, const void *context, struct named ret[NAMED_MAX]);

/* Tells them in the log, a line each. `whose` pairs they are none of. */
void named_tell(const struct risk_config *risk, const struct day_config *day, named_known *known,
                const void *context, const char *whose);
