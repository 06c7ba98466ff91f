/* SPDX-License-Identifier: MIT */
/* What the parts of `cuttle check` share. */
#pragma once

#include "app/backtest.h"
#include "app/progress.h"

struct check {
    struct backtest_setup setup;
    double cuts, tolerance, session_history;
    struct progress progress;
};

/* One check, its page printed: the exit status, with the reason in `error` when it could not be
 * run. */
typedef int check_run(struct check *check, char error[BACKTEST_ERROR_MAX]);

/* An on_progress whose context is the check. */
bool check_progress(void *context, double done);

check_run check_lookahead;
check_run check_warmup;
check_run check_repeat;
