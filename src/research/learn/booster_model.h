/* SPDX-License-Identifier: MIT */
/*
 * A forest with arrays of its own, and how one is made from the text that XGBoost writes of a model
 * (JSON, of 1.6 and later): its trees, in their order, level by level, with a mean for each node.
 */
#pragma once

#include <stddef.h>

#include "core/model/forest.h"

struct forest_owned {
    struct forest forest; /* its arrays are these */
    struct forest_node *nodes;
    float *means;
    uint32_t *roots;
};

/*
 * The base is given: what XGBoost answers when there is no tree yet. 0; -EPROTO for a text that is
 * not such a model, -ENOMEM; then nothing is owned.
 */
int booster_model_read(const char *text, size_t len, uint32_t feature_count, float base,
                       struct forest_owned *ret, char *error, size_t error_size);

void forest_owned_free(struct forest_owned *owned);
