/* SPDX-License-Identifier: MIT */
/*
 * The limits of section `risk` that may be changed while an engine runs: plain numbers that every
 * decision asks for anew. A dial is known by its place in the table, in snapshots and events of one
 * version, and by its option's name everywhere else. Whatever the option's type, its value is a
 * double here: the counts and the nanoseconds of these rows are exact in one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/risk/risk.h"

#define DIAL_COUNT 19

/* Its row in risk_options; NULL beyond the last. */
const struct option *dial_option(uint32_t dial);

/* "max_positions". False: no dial has that name. */
bool dial_find(const char *name, uint32_t *ret_dial);

/* Why an option of `risk` that is no dial cannot be changed; NULL: there is no such option. */
const char *dial_barred(const char *name);

/* A number within the option's range, and whole where it counts. */
bool dial_allows(uint32_t dial, double value);

double dial_get(const struct risk_config *config, uint32_t dial);
void dial_set(struct risk_config *config, uint32_t dial, double value);
