/* SPDX-License-Identifier: MIT */
/* Exits and sizes of the strategies whose probability has passed the gate (learn/plan_walk.h), and
 * what the pages say of one; nothing where there are none. */
#pragma once

#include "app/learn.h"
#include "platform/json/json_writer.h"

/* False with the reason in `error`. */
bool learn_plan(struct learn_job *job, char error[BACKTEST_ERROR_MAX]);

void learn_plan_text(const struct learn_job *job, uint32_t strategy, FILE *out);
void learn_plan_json(const struct learn_job *job, uint32_t strategy, struct json_writer *json);
void learn_plan_html(const struct learn_job *job, uint32_t strategy, FILE *out);
