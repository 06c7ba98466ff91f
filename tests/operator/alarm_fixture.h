/* SPDX-License-Identifier: MIT */
/* The terms of a watch that tells nobody of what is less than a warning; a test changes what it is
 * about. */
#pragma once

#include "core/base/timestamp.h"
#include "operator/watch/alarm.h"

static inline struct alarm_config alarm_terms(struct queue *rows)
{
    return (struct alarm_config){
        .sentry = {.silence_ns = 60 * NS_PER_S,
                   .stale_share = 0.9,
                   .drawdown = 0.5,
                   .faults = 10,
                   .skew_ns = NS_PER_S,
                   .bare_ns = NS_PER_S},
        .severity = SENTRY_WARNING,
        .webhook = "",
        .command = "",
        .ca_file = "",
        .state = "/tmp",
        .host = "bot1",
        .venue = "kraken",
        .mode = "live",
        .version = "0.1.0",
        .rows = rows,
    };
}
