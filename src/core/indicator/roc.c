/* SPDX-License-Identifier: MIT */
#include "core/indicator/roc.h"

#include "core/base/check.h"

void roc_init(struct roc *roc, uint32_t period)
{
    CHECK(period >= 1);
    *roc = (struct roc){.period = period};
}
