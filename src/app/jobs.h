/* SPDX-License-Identifier: MIT */
/*
 * Backtests that the dashboard asks for: a bounded queue, and one child at a time that runs `cuttle
 * backtest` with what the processor has left (app/background.h).
 *
 *     POST --> jobs_ask_read --> queue --> child --> STATE/backtests/ID.json --> GET
 *
 * All of it runs on the bridge's thread but jobs_new and jobs_free; it reads the session's
 * configuration, which does not change while the session runs, and its published view. What a
 * backtest came to is kept on disk, the last JOBS_KEPT of them, and read again at the next start;
 * one that was under way when its session ended is told as failed.
 *
 * A child has so much memory, time and room for its result, and is ended beyond.
 */
#pragma once

#include "app/options.h"
#include "operator/server/bridge.h"

#define JOBS_KEPT 20     /* ended ones; the oldest goes when one more ends */
#define JOBS_QUEUE_MAX 8 /* that wait or run; one more is refused */
#define JOBS_MEMORY_MAX (UINT64_C(1) << 30)
#define JOBS_TIME_MAX_NS (30 * INT64_C(60000000000))
#define JOBS_RESULT_MAX (4u << 20) /* bytes; a page has half a megabyte at most */

struct jobs;

/* The options stay the caller's. NULL with the reason in `error`. */
struct jobs *jobs_new(const struct options *options, char *error, size_t error_size);
void jobs_free(struct jobs *jobs);

struct bridge_jobs jobs_source(struct jobs *jobs);
