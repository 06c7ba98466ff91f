/* SPDX-License-Identifier: MIT */
/*
 * What /api/v1/ml-metrics answers: the model in force, what it proved forward in time, and how
 * trainings before it did; and what of it /metrics tells. The model's file is read on the thread
 * that asks, and again only when another one is in force; the registry's history and the ledger are
 * read at each request, beside whoever writes them.
 */
#pragma once

#include "operator/server/bridge.h"

struct ml_metrics;

/* `asked`: whether the session asks the model in force at all. NULL when memory gave out. */
struct ml_metrics *ml_metrics_new(const char *state, bool asked);
void ml_metrics_free(struct ml_metrics *metrics);

/* For bridge_config; good until ml_metrics_free. */
struct bridge_models ml_metrics_source(struct ml_metrics *metrics);
