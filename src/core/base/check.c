/* SPDX-License-Identifier: MIT */
#include "core/base/check.h"

#include <stdlib.h>

static check_reporter *report;

void check_report_to(check_reporter *reporter)
{
    report = reporter;
}

_Noreturn void check_failed(const char *cond, const char *file, int line)
{
    /* A CHECK that fails inside the reporter must not come back here for ever. */
    check_reporter *once = report;
    report = NULL;
    if (once)
        once(cond, file, line);
    abort();
}
