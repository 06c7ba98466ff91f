/* SPDX-License-Identifier: MIT */
/* The floor of `model.forest`. */
#include "bench_forest.h"

#include <math.h>
#include <stdbool.h>

float plain_forest_margin(const struct forest *forest, const float *values)
{
    float sum = forest->base;
    for (uint32_t i = 0; i < forest->tree_count; i++) {
        const struct forest_node *node = &forest->nodes[forest->roots[i]];
        while (node->test != FOREST_LEAF) {
            const float x = values[node->test / 2 - 1];
            const bool left = isnan(x) ? (node->test & 1) != 0 : x < node->value;
            node += node->ahead + (left ? 0 : 1);
        }
        sum += node->value;
    }
    return sum;
}
