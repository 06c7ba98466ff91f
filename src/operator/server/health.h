/* SPDX-License-Identifier: MIT */
/*
 * What a supervisor asks:
 *
 *     /health/live    the process answers, and that is all it says
 *     /health/ready   it trades: warmed up, connected, heard of lately, books agreed with the venue
 *                     which takes entries, not halted by the drawdown guard
 *     /health         the session reports, its feed is connected and the disk takes what happens
 */
#pragma once

#include "operator/server/api.h"

/* The HTTP status, 200 or 503, with the answer in the writer; 0 when the path is none of these. */
int health_get(const struct api_source *source, const char *path, struct json_writer *writer);

/* Why the session does not trade now, in words; NULL when it does. */
const char *health_unready(const struct view *view, const struct section_now *now);
