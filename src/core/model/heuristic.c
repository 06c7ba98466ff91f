/* SPDX-License-Identifier: MIT */
#include "core/model/heuristic.h"

#include <math.h>

#include "core/strategy/rule.h"

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
    case FEATURE_COUNT:
        break;
    }
    return 0;
}

void heuristic_ask(const struct features *features, struct model_answer *ret)
{
    double terms[FEATURE_COUNT], sum = 0;
    uint32_t known = 0;
    *ret = (struct model_answer){.kind = MODEL_NONE};
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        const double figure = features->values[i];
        if (isfinite(figure)) {
            terms[i] = rule_clamp(term((enum feature)i, figure), -1, 1);
            sum += terms[i];
            known++;
        }
    }
    if (known == 0) {
        return;
    }
    ret->kind = MODEL_HEURISTIC;
    ret->probability = 0.5 + 0.5 * sum / known;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        if (isfinite(features->values[i])) {
            model_answer_add(ret, (struct contribution){(enum feature)i, features->values[i],
                                                        0.5 * terms[i] / known});
        }
    }
}
