/* SPDX-License-Identifier: MIT */
#include "core/indicator/macd.h"

#include "core/base/check.h"

void macd_init(struct macd *macd, uint32_t fast, uint32_t slow, uint32_t signal)
{
    CHECK(fast < slow);
    ema_init(&macd->fast, fast);
    ema_init(&macd->slow, slow);
    ema_init(&macd->signal, signal);
    macd->wait = slow - fast;
}

bool macd_update(struct macd *macd, double close, double ret_values[3])
{
    double fast = 0, slow, signal;
    if (macd->wait > 0)
        macd->wait--;
    else
        ema_update(&macd->fast, close, &fast);
    if (!ema_update(&macd->slow, close, &slow))
        return false;
    const double line = fast - slow;
    if (!ema_update(&macd->signal, line, &signal))
        return false;
    ret_values[0] = line;
    ret_values[1] = signal;
    ret_values[2] = line - signal;
    return true;
}
