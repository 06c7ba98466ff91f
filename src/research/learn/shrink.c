/* SPDX-License-Identifier: MIT */
#include "research/learn/shrink.h"

#include <math.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

const double shrink_choices[SHRINK_CHOICES] = {INFINITY, 10000, 3000, 1000, 300, 100, 30, 0};

double shrink_weight(double examples, double k)
{
    CHECK(examples >= 0 && k >= 0);
    return examples > 0 && isfinite(k) ? examples / (examples + k) : 0;
}

static double loss_of(const struct shrink_row *row, double k)
{
    const double weight = isnan(row->own) ? 0 : shrink_weight(row->examples, k);
    return log_loss(probability_between(row->own, row->pooled, weight), row->won);
}

bool shrink_choose(const struct shrink_row *rows, size_t count, struct shrink *ret)
{
    struct shrink shrink = {.loss = INFINITY};
    double weight = 0;
    for (size_t i = 0; i < count; i++) {
        CHECK(rows[i].weight >= 0 && !isnan(rows[i].pooled));
        weight += rows[i].weight;
    }
    if (!(weight > 0)) {
        return false;
    }
    for (size_t choice = 0; choice < SHRINK_CHOICES; choice++) {
        double loss = 0;
        for (size_t i = 0; i < count; i++) {
            loss += rows[i].weight * loss_of(&rows[i], shrink_choices[choice]);
        }
        shrink.losses[choice] = loss / weight;
        if (shrink.losses[choice] < shrink.loss) {
            shrink.loss = shrink.losses[choice];
            shrink.k = shrink_choices[choice];
        }
    }
    *ret = shrink;
    return true;
}
