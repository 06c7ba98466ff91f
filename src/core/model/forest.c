/* SPDX-License-Identifier: MIT */
#include "core/model/forest.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/check.h"

/* Trees walked side by side: each step waits for the one before it, and eight hide that. */
#define LANES 8

/* Two for each feature, after two for leaves. */
#define SLOT_MAX (2 * FOREST_FEATURE_MAX + 2)

/*
 * What a node compares with its value, by its test, so that a step is the same at every node: what
 * is not known is below every split or above it, as the split wants it; and a leaf's slot is below
 * every value, so that a walk that has come to a leaf stays there.
 */
static void fill_slots(const struct forest *forest, const float *values, float *slots)
{
    slots[FOREST_LEAF] = -INFINITY;
    for (uint32_t i = 0; i < forest->feature_count; i++) {
        const bool known = !isnan(values[i]);
        slots[FOREST_TEST(i, false)] = known ? values[i] : INFINITY;
        slots[FOREST_TEST(i, true)] = known ? values[i] : -INFINITY;
    }
}

static inline const struct forest_node *step(const struct forest_node *node, const float *slots)
{
    return node + node->ahead + !(slots[node->test] < node->value);
}

float forest_margin(const struct forest *forest, const float *values)
{
    float slots[SLOT_MAX];
    float sum = forest->base;
    CHECK(forest->feature_count <= FOREST_FEATURE_MAX);
    fill_slots(forest, values, slots);
    for (uint32_t first = 0; first < forest->tree_count; first += LANES) {
        const uint32_t left = forest->tree_count - first;
        const struct forest_node *at[LANES];
        /* Lanes without a tree of their own walk the last one again, and are not counted. */
#pragma GCC unroll 8
        for (uint32_t i = 0; i < LANES; i++) {
            at[i] = forest->nodes + forest->roots[first + (i < left ? i : left - 1)];
        }
        for (uint32_t depth = forest->depth; depth > 0; depth--) {
#pragma GCC unroll 8
            for (uint32_t i = 0; i < LANES; i++) {
                at[i] = step(at[i], slots);
            }
        }
        for (uint32_t i = 0; i < LANES && i < left; i++) {
            sum += at[i]->value;
        }
    }
    return sum;
}

double forest_explain(const struct forest *forest, const float *values, double *ret_amounts)
{
    float slots[SLOT_MAX];
    double bias = (double)forest->base;
    CHECK(forest->means != NULL && forest->feature_count <= FOREST_FEATURE_MAX);
    fill_slots(forest, values, slots);
    for (uint32_t i = 0; i < forest->feature_count; i++) {
        ret_amounts[i] = 0;
    }
    for (uint32_t tree = 0; tree < forest->tree_count; tree++) {
        const struct forest_node *node = forest->nodes + forest->roots[tree];
        double mean = (double)forest->means[node - forest->nodes];
        bias += mean;
        while (node->test != FOREST_LEAF) {
            const struct forest_node *next = step(node, slots);
            const double further = (double)forest->means[next - forest->nodes];
            ret_amounts[node->test / 2 - 1] += further - mean;
            mean = further;
            node = next;
        }
    }
    return bias;
}

/* What is looked for in one tree, and found. */
struct tree_view {
    const struct forest_node *nodes;
    const float *means; /* NULL: there are none */
    uint32_t node_count;
    uint32_t depth;
    float most; /* of its leaves, without sign */
};

static const char *check_leaf(struct tree_view *tree, uint32_t at)
{
    const struct forest_node *node = &tree->nodes[at];
    if (node->ahead != 0) {
        return "a leaf has children";
    }
    if (tree->means != NULL && tree->means[at] != node->value) {
        return "a leaf's mean is not its value";
    }
    if (fabsf(node->value) > tree->most) {
        tree->most = fabsf(node->value);
    }
    return NULL;
}

/* Level by level, each node that splits has the next two nodes that have no parent yet. */
static const char *check_tree(struct tree_view *tree, uint32_t feature_count)
{
    uint32_t next = 1, level_end = 1;
    for (uint32_t i = 0; i < tree->node_count; i++) {
        const struct forest_node *node = &tree->nodes[i];
        if (i >= next) {
            return "a node has no parent";
        }
        if (i == level_end) {
            level_end = next;
            tree->depth++;
        }
        if (!isfinite(node->value) || (tree->means != NULL && !isfinite(tree->means[i]))) {
            return "a number is not finite";
        }
        const char *fault = node->test == FOREST_LEAF ? check_leaf(tree, i) : NULL;
        if (fault != NULL) {
            return fault;
        }
        if (node->test == FOREST_LEAF) {
            continue;
        }
        if (node->test == 1 || node->test > FOREST_TEST(feature_count - 1, true)) {
            return "a node asks for a feature that there is not";
        }
        if (node->ahead != next - i) {
            return "a node's children are not the next ones of its tree";
        }
        next += 2;
    }
    if (next != tree->node_count) {
        return "a node's children are beyond its tree";
    }
    return tree->depth <= FOREST_DEPTH_MAX ? NULL : "a tree is too deep";
}

static const char *check_counts(const struct forest *forest)
{
    if (forest->feature_count == 0 || forest->feature_count > FOREST_FEATURE_MAX) {
        return "it has no features, or too many";
    }
    if (forest->tree_count > FOREST_TREE_MAX || forest->node_count > FOREST_NODE_MAX) {
        return "it has too many trees or nodes";
    }
    if ((forest->tree_count == 0) != (forest->node_count == 0)) {
        return "it has trees without nodes, or nodes without trees";
    }
    return isfinite(forest->base) ? NULL : "a number is not finite";
}

const char *forest_check(const struct forest *forest)
{
    const char *fault = check_counts(forest);
    double most = fabs((double)forest->base);
    uint32_t depth = 0;
    if (fault != NULL) {
        return fault;
    }
    for (uint32_t i = 0; i < forest->tree_count; i++) {
        const uint32_t first = forest->roots[i];
        const uint32_t end = i + 1 < forest->tree_count ? forest->roots[i + 1] : forest->node_count;
        if ((i == 0 && first != 0) || first >= end || end > forest->node_count) {
            return "its roots are not where its trees begin";
        }
        struct tree_view tree = {.nodes = forest->nodes + first,
                                 .means = forest->means == NULL ? NULL : forest->means + first,
                                 .node_count = end - first};
        fault = check_tree(&tree, forest->feature_count);
        if (fault != NULL) {
            return fault;
        }
        most += (double)tree.most;
        depth = tree.depth > depth ? tree.depth : depth;
    }
    /* Half, because each of the additions rounds. */
    if (most > (double)FLT_MAX / 2) {
        return "its leaves could add up to more than a float holds";
    }
    return depth == forest->depth ? NULL : "its depth is not that of its deepest tree";
}
