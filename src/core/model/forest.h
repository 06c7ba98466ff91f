/* SPDX-License-Identifier: MIT */
/*
 * A trained ensemble of trees, and what it says of a row of values: the raw margin. It is that of
 * XGBoost bit for bit: float32, the base first, then the trees in their order; a value below the
 * split goes left, what is not known (NaN) goes where the split says.
 *
 * All trees' nodes stand in one array, tree after tree; within a tree level by level, from the left
 * to the right, and a node's two children side by side:
 *
 *             0                  node     0   1   2   3   4
 *          1     2               ahead    1   2   0   0   0
 *         3 4
 *
 * So a tree can be written in one way only, every child stands behind its parent, and no array
 * whatever can make a walk go round for ever. `forest_check` sees to the rest: one that it has
 * passed can be asked anything.
 *
 * The forest only points to its arrays; whoever loaded them keeps them.
 */
#pragma once

#include <stdint.h>

/* Bounds, for arrays on the stack and for files from elsewhere. XGBoost's defaults are a hundred
 * trees of depth 6; `ahead` reaches through a tree of depth 15. */
#define FOREST_FEATURE_MAX 256
#define FOREST_TREE_MAX 4096
#define FOREST_DEPTH_MAX 15
#define FOREST_NODE_MAX (1u << 22) /* 32 MB */

#define FOREST_LEAF 0
#define FOREST_TEST(feature, unknown_left)                                                         \
    ((uint16_t)(2 * (feature) + 2 + ((unknown_left) ? 1 : 0)))

struct forest_node {
    float value;    /* the split; at a leaf what it adds to the margin */
    uint16_t test;  /* FOREST_TEST; FOREST_LEAF */
    uint16_t ahead; /* how many nodes further on its left child stands; 0 at a leaf */
};

struct forest {
    const struct forest_node *nodes;
    /* By node, what its tree adds on average where a walk has come to it: of a leaf its value, of
     * another the mean of its children's, weighted by their sums of hessians in training (XGBoost's
     * "cover"). NULL: not known, and nothing can be explained. */
    const float *means;
    const uint32_t *roots; /* by tree its first node; ascending, the first of them 0 */
    uint32_t node_count;
    uint32_t tree_count;
    uint32_t feature_count;
    uint32_t depth; /* of the deepest tree: steps from its root to its furthest leaf */
    float base;
};

/* NULL when the forest may be asked; else what is wrong with it, in a few words. Of its arrays no
 * more is read than its counts say there is. */
const char *forest_check(const struct forest *forest);

/* `values` by feature; NaN: not known. Infinities are values. */
float forest_margin(const struct forest *forest, const float *values);

/*
 * What each feature moved the margin by (A. Saabas, 2014): along each tree's path the difference of
 * the means is the split feature's. Returns the bias, where the forest stands before it knows
 * anything, which is the same for every row. In double, so that
 *
 *     bias + sum of amounts = base + sum of leaves      to 1e-12 of what is summed
 *
 * and the margin differs from that by what adding in float32 rounds away: at most 6e-8 of each of
 * its partial sums.
 */
double forest_explain(const struct forest *forest, const float *values, double *ret_amounts);
