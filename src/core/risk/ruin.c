/* SPDX-License-Identifier: MIT */
#include "core/risk/ruin.h"

#include <math.h>

#include "core/risk/fraction.h"

/* Of equity, in which a share is sought: a logarithm's last bit moves no order. */
#define PARTS 1e6

double ruin_probability(const struct edge *edge, double f, double drawdown)
{
    if (!(drawdown > 0) || !(f * edge->loss < 1)) {
        return 1; /* ruined already, or by the next loss */
    }
    if (!(f > 0)) {
        return 0;
    }
    const double win = log(1 + f * edge->win), loss = log(1 - f * edge->loss);
    const double p = edge->win_rate, mean = p * win + (1 - p) * loss;
    const double spread = win - loss, variance = p * (1 - p) * spread * spread;
    if (!(mean > 0)) {
        return 1;
    }
    if (drawdown >= 1 || !(variance > 0)) {
        return 0; /* never all, or never a loss */
    }
    return exp(2 * mean * log(1 - drawdown) / variance);
}

/* The largest f up to `most` whose ruin is at most as likely as the limit: it rises with f. */
static double share_at(const struct ruin_config *config, const struct edge *edge, double most)
{
    int64_t low = 0, high = (int64_t)(most * PARTS) + 1;
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        const double f = (double)middle / PARTS;
        *(ruin_probability(edge, f, config->drawdown) <= config->limit ? &low : &high) = middle;
    }
    return (double)low / PARTS;
}

bool ruin_share(const struct ruin_config *config, const struct edge *edge, double base,
                double wanted, double *ret_share)
{
    if (config->limit == 0 || edge->trades < (uint64_t)config->trades) {
        return false;
    }
    const double most = fraction(wanted);
    double share = most;
    if (!(ruin_probability(edge, most, config->drawdown) <= config->limit)) {
        share = share_at(config, edge, most);
    }
    const double floor = fraction(config->floor) * fraction(base);
    share = share > floor ? share : floor;
    *ret_share = share < most ? share : most;
    return true;
}
