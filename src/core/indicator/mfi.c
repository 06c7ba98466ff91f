/* SPDX-License-Identifier: MIT */
#include "core/indicator/mfi.h"

void mfi_init(struct mfi *mfi, uint32_t period)
{
    mfi->typical_last = 0;
    window_sum_init(&mfi->up, period);
    window_sum_init(&mfi->down, period);
}

bool mfi_update(struct mfi *mfi, double *store, double typical, double volume, double *ret_value)
{
    const double before = mfi->typical_last;
    mfi->typical_last = typical;
    if (before <= 0)
        return false;
    const double money = typical * volume;
    double up = 0, down = 0;
    window_sum_update(&mfi->up, store, typical > before ? money : 0, &up);
    if (!window_sum_update(&mfi->down, store + window_sum_store(mfi->up.period),
                           typical < before ? money : 0, &down))
        return false;
    *ret_value = up + down > 0 ? 100 * (up / (up + down)) : 50;
    return true;
}
