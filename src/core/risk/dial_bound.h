/* SPDX-License-Identifier: MIT */
/*
 * Limits that bound each other: risk.drawdown_from lies below risk.drawdown_to, which at 0 turns
 * both off, and risk.scale_least is no more than risk.scale_most.
 */
#pragma once

#include "core/risk/dial.h"

/* Whether the limits would fit each other with this one so. */
bool dial_agrees(const struct risk_config *config, uint32_t dial, double value);

/* What a limit has to be beside the other one: "below risk.drawdown_to"; NULL: none bounds it. */
const char *dial_beside(uint32_t dial);
