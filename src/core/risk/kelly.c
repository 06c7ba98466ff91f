/* SPDX-License-Identifier: MIT */
#include "core/risk/kelly.h"

#include "core/risk/fraction.h"

static double mean_of(int64_t sum_ppm, uint64_t count)
{
    return count > 0 ? (double)sum_ppm / 1e6 / (double)count : 0;
}

struct edge edge_of(const struct tally *tally)
{
    return (struct edge){
        .trades = tally->count,
        .win_rate = tally->count > 0 ? (double)tally->won_count / (double)tally->count : 0,
        .win = mean_of(tally->won_ppm, tally->won_count),
        .loss = mean_of(tally->lost_ppm, tally->count - tally->won_count),
    };
}

double kelly_optimum(const struct edge *edge)
{
    if (!(edge->win > 0)) {
        return -1;
    }
    const double optimum = edge->win_rate - (1 - edge->win_rate) * edge->loss / edge->win;
    return between(optimum, -1, 1);
}

bool kelly_share(const struct kelly_config *config, const struct edge *edge, double base,
                 double *ret_share)
{
    if (config->mode == KELLY_OFF || edge->trades < (uint64_t)config->trades) {
        return false;
    }
    const double risked = kelly_optimum(edge) / (edge->loss > 1 ? edge->loss : 1);
    const double share = fraction(risked) * fraction(config->fraction);
    const double floor = fraction(config->floor) * fraction(base);
    *ret_share = share > floor ? share : floor;
    return true;
}
