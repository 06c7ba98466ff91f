/* SPDX-License-Identifier: MIT */
#include "core/model/model_answer.h"

#include <math.h>

void model_answer_add(struct model_answer *answer, struct contribution added)
{
    uint32_t at = answer->contribution_count;
    while (at > 0 && fabs(added.amount) > fabs(answer->contributions[at - 1].amount)) {
        at--;
    }
    if (at == MODEL_CONTRIBUTION_MAX) {
        return;
    }
    const bool full = answer->contribution_count == MODEL_CONTRIBUTION_MAX;
    answer->contribution_count += !full;
    for (uint32_t i = answer->contribution_count - 1; i > at; i--) {
        answer->contributions[i] = answer->contributions[i - 1];
    }
    answer->contributions[at] = added;
}
