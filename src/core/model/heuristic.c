/* SPDX-License-Identifier: MIT */
#include "core/model/heuristic.h"

#include <math.h>

#include "core/strategy/rule.h"

/* The features that it judges by come first in the table. */
#define TERM_COUNT (FEATURE_ODDS + 1)
_Static_assert(TERM_COUNT <= MODEL_CONTRIBUTION_MAX, "every term is told");

static double term(enum feature feature, double figure)
{
    switch (feature) {
    case FEATURE_ADX:
        return (figure - 25) / 15;
    case FEATURE_VOLUME_RANK:
        return (figure - 50) / 50;
    case FEATURE_ATR_RANK:
        return 1 - fabs(figure - 50) / 30;
    case FEATURE_BOOK:
        return figure;
    case FEATURE_MAJORITY:
        return (figure - 1) / 2;
    case FEATURE_ODDS:
        return 2 * figure - 1;
    default:
        return 0;
    }
}

void heuristic_ask(const struct features *features, struct model_answer *ret)
{
    double sum = 0;
    *ret = (struct model_answer){.kind = MODEL_NONE};
    for (uint32_t i = 0; i < TERM_COUNT; i++) {
        const double figure = features->values[i];
        if (isfinite(figure)) {
            const double said = rule_clamp(term((enum feature)i, figure), -1, 1);
            ret->contributions[ret->contribution_count++] =
                (struct contribution){(enum feature)i, figure, said};
            sum += said;
        }
    }
    if (ret->contribution_count == 0) {
        return;
    }
    ret->kind = MODEL_HEURISTIC;
    ret->probability = 0.5 + 0.5 * sum / ret->contribution_count;
    const double each = 0.5 / ret->contribution_count;
    for (uint32_t i = 0; i < ret->contribution_count; i++) {
        ret->contributions[i].amount *= each;
    }
}
