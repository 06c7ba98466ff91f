/* SPDX-License-Identifier: MIT */
#include "core/indicator/obv.h"

#include <math.h>

void obv_init(struct obv *obv)
{
    *obv = (struct obv){0};
}

double obv_update(struct obv *obv, double close, double volume)
{
    const double before = obv->close_last;
    const double flow = close > before ? volume : close < before ? -volume : 0;
    const double sum = obv->sum + flow;
    obv->rest += fabs(obv->sum) >= fabs(flow) ? (obv->sum - sum) + flow : (flow - sum) + obv->sum;
    obv->sum = sum;
    obv->close_last = close;
    return obv->sum + obv->rest;
}
