/* SPDX-License-Identifier: MIT */
/* The row of the forest: a hundred trees of depth 6, asked for the margin of a row of values. */
#include "bench_forest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "core/base/prng.h"

#define SEED 42
#define TREES 100
#define DEPTH 6
#define INNER ((1u << DEPTH) - 1)
#define NODES (2 * INNER + 1) /* of a tree */
#define FEATURES 45
#define ROWS 4096
#define UNKNOWN_OF 10 /* one value in so many is not known */

struct forest_run {
    struct forest forest;
    struct forest_node nodes[TREES * NODES];
    uint32_t roots[TREES];
    float values[ROWS][FEATURES];
    float margins[ROWS], plain_margins[ROWS];
};

static void make_forest(struct forest_run *run)
{
    struct prng prng;
    prng_init(&prng, SEED);
    for (uint32_t i = 0; i < TREES * NODES; i++) {
        const uint32_t at = i % NODES;
        run->nodes[i] = (struct forest_node){(float)prng_normal(&prng), FOREST_LEAF, 0};
        if (at < INNER) {
            run->nodes[i].test =
                FOREST_TEST(prng_below(&prng, FEATURES), prng_below(&prng, 2) == 0);
            run->nodes[i].ahead = (uint16_t)(at + 1);
        }
    }
    for (uint32_t i = 0; i < TREES; i++) {
        run->roots[i] = i * NODES;
    }
    for (uint32_t i = 0; i < ROWS * FEATURES; i++) {
        run->values[i / FEATURES][i % FEATURES] =
            prng_below(&prng, UNKNOWN_OF) == 0 ? NAN : (float)prng_normal(&prng);
    }
    run->forest = (struct forest){.nodes = run->nodes,
                                  .roots = run->roots,
                                  .node_count = TREES * NODES,
                                  .tree_count = TREES,
                                  .feature_count = FEATURES,
                                  .depth = DEPTH,
                                  .base = 0.5F};
}

static void forest_run(void *context)
{
    struct forest_run *run = context;
    for (uint32_t i = 0; i < ROWS; i++) {
        run->margins[i] = forest_margin(&run->forest, run->values[i]);
    }
}

static void forest_floor(void *context)
{
    struct forest_run *run = context;
    for (uint32_t i = 0; i < ROWS; i++) {
        run->plain_margins[i] = plain_forest_margin(&run->forest, run->values[i]);
    }
}

bool bench_model_forest(struct bench_row *row)
{
    row->unit = "row";
    struct forest_run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
        return false;
    }
    make_forest(run);
    const char *fault = forest_check(&run->forest);
    bool right = fault == NULL;
    if (right) {
        bench_time(row, &(struct bench_work){forest_run, forest_floor, run, ROWS});
        right = memcmp(run->margins, run->plain_margins, sizeof run->margins) == 0;
    }
    if (!right) {
        snprintf(row->note, sizeof row->note, "%s",
                 fault != NULL ? fault : "the margins are not those of a plain walk");
    }
    free(run);
    return right;
}
