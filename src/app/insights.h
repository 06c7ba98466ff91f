/* SPDX-License-Identifier: MIT */
/*
 * What /api/v1/insights answers: `cuttle analyse --json` of the session's newest trades. The ledger
 * is read, beside whoever writes it, on the thread that asks, and again only when a trade was
 * closed since; the answer is kept.
 */
#pragma once

#include "operator/server/bridge.h"

struct insights;

/* NULL when memory gave out. */
struct insights *insights_new(const char *state);
void insights_free(struct insights *insights);

/* For bridge_config; good until insights_free. */
struct bridge_insights insights_source(struct insights *insights);
