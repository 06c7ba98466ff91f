/* SPDX-License-Identifier: MIT */
/*
 * Work that is asked for over the API and done beside the session: everything under
 * /api/v1/backtests. Who may ask is the door's business; what is asked, and what came of it, that
 * of whoever filled bridge_config.jobs.
 */
#pragma once

#include <stdbool.h>

#include "operator/server/bridge.h"

struct json_writer;
struct server_reply;
struct server_request;

/* How often the work is looked after. */
#define JOBS_WEB_TURN_MS 200

/* True when the request is for the jobs. */
bool jobs_web_is(const struct bridge_jobs *jobs, const struct server_request *request);

void jobs_web_answer(const struct bridge_jobs *jobs, struct server_reply *reply,
                     const struct server_request *request, const struct view *view,
                     struct json_writer *writer);
