/* SPDX-License-Identifier: MIT */
#include "core/indicator/stochastic.h"

void stochastic_init(struct stochastic *stochastic, uint32_t period, uint32_t slow, uint32_t signal)
{
    extremes_init(&stochastic->extremes, period);
    window_sum_init(&stochastic->slow, slow);
    window_sum_init(&stochastic->signal, signal);
}

bool stochastic_update(struct stochastic *stochastic, double *store, double high, double low,
                       double close, double ret_values[2])
{
    double *slow_store = store + extremes_store(stochastic->extremes.period);
    double *signal_store = slow_store + window_sum_store(stochastic->slow.period);
    double range[2], sum;
    if (!extremes_update(&stochastic->extremes, store, high, low, range))
        return false;
    const double reach = range[0] - range[1];
    const double raw = reach > 0 ? 100 * ((close - range[1]) / reach) : 0;
    if (!window_sum_update(&stochastic->slow, slow_store, raw, &sum))
        return false;
    const double k = sum / stochastic->slow.period;
    if (!window_sum_update(&stochastic->signal, signal_store, k, &sum))
        return false;
    ret_values[0] = k;
    ret_values[1] = sum / stochastic->signal.period;
    return true;
}
