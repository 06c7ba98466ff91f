/* SPDX-License-Identifier: MIT */
#include "core/indicator/vwap.h"

#include "core/base/timestamp.h"

void vwap_init(struct vwap *vwap, uint32_t period)
{
    window_sum_init(&vwap->money, period);
    window_sum_init(&vwap->volume, period);
}

bool vwap_update(struct vwap *vwap, double *store, double typical, double volume, double *ret_value)
{
    double money = 0, traded = 0;
    window_sum_update(&vwap->money, store, typical * volume, &money);
    if (!window_sum_update(&vwap->volume, store + window_sum_store(vwap->money.period), volume,
                           &traded))
        return false;
    *ret_value = traded > 0 ? money / traded : typical;
    return true;
}

void vwap_day_init(struct vwap_day *vwap)
{
    *vwap = (struct vwap_day){0};
}

bool vwap_day_update(struct vwap_day *vwap, int64_t time_ns, double typical, double volume,
                     double *ret_value)
{
    const int64_t day_ns = timestamp_day(time_ns);
    if (!vwap->seen || day_ns != vwap->day_ns) {
        const bool whole = vwap->seen || time_ns == day_ns;
        *vwap = (struct vwap_day){.day_ns = day_ns, .seen = true, .whole = whole};
    }
    vwap->money += typical * volume;
    vwap->volume += volume;
    if (!vwap->whole)
        return false;
    *ret_value = vwap->volume > 0 ? vwap->money / vwap->volume : typical;
    return true;
}
