/* SPDX-License-Identifier: MIT */
#include "core/indicator/bollinger.h"

#include <math.h>

#include "core/base/check.h"

/* The running sum carries an error of about 1e-14 of its peak. Below this part of the peak that
 * error would show in the tenth digit, so the sum is rebuilt. */
#define WORN_RATIO 1e-4

void bollinger_init(struct bollinger *bollinger, uint32_t period, double factor)
{
    CHECK(period >= 1 && factor > 0);
    *bollinger = (struct bollinger){.period = period, .factor = factor};
}

/* Distances are taken from the first close, so that a flat window gives its price exactly. */
void bollinger_restart(struct bollinger *bollinger, const double *window)
{
    double distance_sum = 0;
    for (uint32_t i = 0; i < bollinger->period; i++)
        distance_sum += window[i] - window[0];
    double mean = window[0] + distance_sum / bollinger->period;

    double square_sum = 0;
    for (uint32_t i = 0; i < bollinger->period; i++)
        square_sum += (window[i] - mean) * (window[i] - mean);
    bollinger->count = bollinger->period;
    bollinger->mean = mean;
    bollinger->square_sum = square_sum;
    bollinger->square_sum_peak = square_sum;
}

bool bollinger_update(struct bollinger *bollinger, double close, double leaving)
{
    double mean_before = bollinger->mean;
    if (bollinger->count == bollinger->period) {
        double move = close - leaving;
        bollinger->mean += move / bollinger->period;
        bollinger->square_sum += move * ((close - bollinger->mean) + (leaving - mean_before));
    } else {
        bollinger->count++;
        bollinger->mean += (close - mean_before) / bollinger->count;
        bollinger->square_sum += (close - mean_before) * (close - bollinger->mean);
    }
    if (bollinger->square_sum > bollinger->square_sum_peak)
        bollinger->square_sum_peak = bollinger->square_sum;
    return bollinger->count == bollinger->period;
}

bool bollinger_worn(const struct bollinger *bollinger)
{
    return bollinger->square_sum < bollinger->square_sum_peak * WORN_RATIO;
}

void bollinger_read(const struct bollinger *bollinger, double ret_values[3])
{
    double variance = bollinger->square_sum / bollinger->period;
    double reach = variance > 0 ? bollinger->factor * sqrt(variance) : 0;
    ret_values[0] = bollinger->mean;
    ret_values[1] = bollinger->mean + reach;
    ret_values[2] = bollinger->mean - reach;
}
