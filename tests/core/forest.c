/* SPDX-License-Identifier: MIT */
/* A trained ensemble: what it answers, why, and what is refused. */
#include "core/model/forest.h"

#include <float.h>

#include "core/base/prng.h"
#include "test.h"

#define UNKNOWN ((float)NAN)
#define ENDLESS ((float)INFINITY)

/* The tree of the header's drawing, then one of a single leaf:
 *
 *     x0 < 1.5 ? (x1 < 10 ? 0.25 : -0.5) : 1        unknown x0 goes left, unknown x1 right
 *     -2
 */
static const struct forest_node drawn[] = {
    {1.5F, FOREST_TEST(0, true), 1}, {10, FOREST_TEST(1, false), 2}, {1, FOREST_LEAF, 0},
    {0.25F, FOREST_LEAF, 0},         {-0.5F, FOREST_LEAF, 0},        {-2, FOREST_LEAF, 0}};
static const float drawn_means[] = {0.4F, -0.2F, 1, 0.25F, -0.5F, -2};
static const uint32_t drawn_roots[] = {0, 5};

static const struct forest by_hand = {.nodes = drawn,
                                      .means = drawn_means,
                                      .roots = drawn_roots,
                                      .node_count = 6,
                                      .tree_count = 2,
                                      .feature_count = 3,
                                      .depth = 2,
                                      .base = 0.125F};

static float margin_of(float x0, float x1)
{
    return forest_margin(&by_hand, (float[]){x0, x1, UNKNOWN});
}

TEST(the_drawing_worked_by_hand)
{
    EXPECT(forest_check(&by_hand) == NULL);
    EXPECT(margin_of(1, 9) == 0.125F + 0.25F - 2);
    EXPECT(margin_of(1, 11) == 0.125F - 0.5F - 2);
    EXPECT(margin_of(2, 9) == 0.125F + 1 - 2);
}

TEST(a_value_at_the_split_goes_right_and_one_just_below_it_left)
{
    EXPECT(margin_of(1.5F, 9) == margin_of(ENDLESS, 9));
    EXPECT(margin_of(nextafterf(1.5F, 0), 9) == margin_of(-ENDLESS, 9));
    EXPECT(margin_of(1, 10) == margin_of(1, ENDLESS));
    EXPECT(margin_of(1, nextafterf(10, 0)) == margin_of(1, -ENDLESS));
}

TEST(what_is_not_known_goes_where_the_split_says)
{
    EXPECT(margin_of(UNKNOWN, 9) == margin_of(1, 9));
    EXPECT(margin_of(1, UNKNOWN) == margin_of(1, 11));
    EXPECT(margin_of(UNKNOWN, UNKNOWN) == margin_of(1, 11));
}

TEST(leaves_are_added_in_float_the_base_first_then_tree_by_tree)
{
    /* 2^24 and the next whole number are one float, so what comes after 2^24 is lost. */
    const float leaves[] = {1, 0x1p24F, 1, -0x1p24F, 3};
    struct forest_node nodes[5];
    uint32_t roots[5];
    for (uint32_t i = 0; i < 5; i++) {
        nodes[i] = (struct forest_node){leaves[i], FOREST_LEAF, 0};
        roots[i] = i;
    }
    const struct forest forest = {
        .nodes = nodes, .roots = roots, .node_count = 5, .tree_count = 5, .feature_count = 1};
    EXPECT(forest_check(&forest) == NULL);
    EXPECT(forest_margin(&forest, &(float){0}) == 3);
}

TEST(without_trees_there_is_the_base)
{
    const struct forest forest = {.feature_count = 1, .base = -0.75F};
    EXPECT(forest_check(&forest) == NULL);
    EXPECT(forest_margin(&forest, &(float){0}) == -0.75F);
}

TEST(each_step_of_a_path_is_the_split_features)
{
    double amounts[3];
    /* 0.4 to -0.2 by x0, -0.2 to 0.25 by x1; the second tree asks nothing. */
    const double bias = forest_explain(&by_hand, (float[]){1, 9, 7}, amounts);
    EXPECT_NEAR(bias, 0.125 + 0.4 - 2, 1e-7);
    EXPECT_NEAR(amounts[0], -0.6, 1e-7);
    EXPECT_NEAR(amounts[1], 0.45, 1e-7);
    EXPECT_NEAR(amounts[2], 0, 0);
    EXPECT_NEAR(forest_explain(&by_hand, (float[]){2, 9, 7}, amounts), bias, 0);
    EXPECT_NEAR(amounts[0], 0.6, 1e-7);
    EXPECT_NEAR(amounts[1], 0, 0);
}

/* A copy of the drawing that may be damaged. */
struct damaged {
    struct forest_node nodes[6];
    float means[6];
    uint32_t roots[2];
    struct forest forest;
};

static struct damaged *damage(void)
{
    static struct damaged damaged;
    memcpy(damaged.nodes, drawn, sizeof drawn);
    memcpy(damaged.means, drawn_means, sizeof drawn_means);
    memcpy(damaged.roots, drawn_roots, sizeof drawn_roots);
    damaged.forest = by_hand;
    damaged.forest.nodes = damaged.nodes;
    damaged.forest.means = damaged.means;
    damaged.forest.roots = damaged.roots;
    return &damaged;
}

#define REFUSED(change, why)                                                                       \
    do {                                                                                           \
        struct damaged *d = damage();                                                              \
        change;                                                                                    \
        const char *fault = forest_check(&d->forest);                                              \
        EXPECT(fault != NULL);                                                                     \
        EXPECT_TEXT(fault, why);                                                                   \
    } while (0)

TEST(a_forest_whose_nodes_are_no_tree_is_refused)
{
    const char *astray = "a node's children are not the next ones of its tree";
    REFUSED(d->nodes[0].ahead = 0, astray);
    REFUSED(d->nodes[0].ahead = 2, astray);
    REFUSED(d->nodes[1].ahead = 1, astray);
    REFUSED(d->nodes[1].ahead = UINT16_MAX, astray);
    REFUSED(d->nodes[2].ahead = 1, "a leaf has children");
    REFUSED(d->nodes[1].test = FOREST_LEAF; d->nodes[1].ahead = 0;
            d->means[1] = 10, "a node has no parent");
    REFUSED(d->nodes[4] = d->nodes[1];
            d->nodes[4].ahead = 1, "a node's children are beyond its tree");
    REFUSED(d->nodes[5].test = 1;
            d->nodes[5].ahead = 1, "a node asks for a feature that there is not");
    REFUSED(d->nodes[0].test = FOREST_TEST(3, false),
            "a node asks for a feature that there is not");
    REFUSED(d->nodes[0].test = UINT16_MAX, "a node asks for a feature that there is not");
}

TEST(numbers_that_are_none_or_too_large_are_refused)
{
    REFUSED(d->nodes[0].value = UNKNOWN, "a number is not finite");
    REFUSED(d->nodes[3].value = ENDLESS, "a number is not finite");
    REFUSED(d->means[0] = -ENDLESS, "a number is not finite");
    REFUSED(d->forest.base = UNKNOWN, "a number is not finite");
    REFUSED(d->means[3] = 0, "a leaf's mean is not its value");
    const char *large = "its leaves could add up to more than a float holds";
    REFUSED(d->nodes[3].value = d->means[3] = FLT_MAX;
            d->nodes[5].value = d->means[5] = FLT_MAX, large);
    REFUSED(d->forest.base = -FLT_MAX, large);
}

TEST(counts_and_roots_that_do_not_fit_are_refused)
{
    const char *roots = "its roots are not where its trees begin";
    REFUSED(d->roots[0] = 1, roots);
    REFUSED(d->roots[1] = 0, roots);
    REFUSED(d->roots[1] = 6, "a node has no parent");
    REFUSED(d->roots[1] = 4, "a node's children are beyond its tree");
    REFUSED(d->roots[1] = UINT32_MAX, roots);
    REFUSED(d->forest.node_count = 5, roots);
    REFUSED(d->forest.node_count = 0, "it has trees without nodes, or nodes without trees");
    REFUSED(d->forest.tree_count = 0, "it has trees without nodes, or nodes without trees");
    REFUSED(d->forest.tree_count = FOREST_TREE_MAX + 1, "it has too many trees or nodes");
    REFUSED(d->forest.node_count = FOREST_NODE_MAX + 1, "it has too many trees or nodes");
    REFUSED(d->forest.feature_count = 0, "it has no features, or too many");
    REFUSED(d->forest.feature_count = FOREST_FEATURE_MAX + 1, "it has no features, or too many");
    REFUSED(d->forest.depth = 1, "its depth is not that of its deepest tree");
    REFUSED(d->forest.depth = 3, "its depth is not that of its deepest tree");
}

/* A tree whose every right child splits again, down to `depth`. */
static const char *check_of_thread(uint32_t depth)
{
    struct forest_node nodes[2 * FOREST_DEPTH_MAX + 3];
    const uint32_t root = 0;
    for (uint32_t i = 0; i < depth; i++) {
        nodes[2 * i] = (struct forest_node){0, FOREST_TEST(0, false), 1};
        nodes[2 * i + 1] = (struct forest_node){1, FOREST_LEAF, 0};
    }
    nodes[2 * depth] = (struct forest_node){2, FOREST_LEAF, 0};
    const struct forest forest = {.nodes = nodes,
                                  .roots = &root,
                                  .node_count = 2 * depth + 1,
                                  .tree_count = 1,
                                  .feature_count = 1,
                                  .depth = depth};
    return forest_check(&forest);
}

TEST(a_tree_may_be_so_deep_and_no_deeper)
{
    EXPECT(check_of_thread(FOREST_DEPTH_MAX) == NULL);
    EXPECT_TEXT(check_of_thread(FOREST_DEPTH_MAX + 1), "a tree is too deep");
}

/* A tree as one would write it down, and what it answers. */
struct plain {
    bool leaf, unknown_left;
    uint32_t feature;
    float value;
    struct plain *left, *right;
};

static float plain_leaf(const struct plain *node, const float *values)
{
    if (node->leaf) {
        return node->value;
    }
    const float x = values[node->feature];
    const bool left = isnan(x) ? node->unknown_left : x < node->value;
    return plain_leaf(left ? node->left : node->right, values);
}

#define TREES 40
#define NODES 20000

struct world {
    struct prng prng;
    struct plain plain[NODES], *trees[TREES];
    struct forest_node *nodes;
    float *means;
    uint32_t roots[TREES], plain_count, depth;
    struct forest forest;
};

/* Few different numbers, so that values meet splits. */
static float any_number(struct prng *prng)
{
    return (float)prng_below(prng, 16) / 4 - 2;
}

static float any_value(struct prng *prng)
{
    static const float odd[] = {UNKNOWN, ENDLESS, -ENDLESS, -0.0F};
    return prng_below(prng, 4) == 0 ? odd[prng_below(prng, 4)] : any_number(prng);
}

static struct plain *grow(struct world *world, uint32_t depth)
{
    struct prng *prng = &world->prng;
    struct plain *node = &world->plain[world->plain_count++];
    *node = (struct plain){.leaf = depth == 0 || prng_below(prng, 8) == 0};
    if (node->leaf) {
        node->value = (float)prng_normal(prng);
        return node;
    }
    node->feature = (uint32_t)prng_below(prng, world->forest.feature_count);
    node->unknown_left = prng_below(prng, 2) == 0;
    node->value = any_number(prng);
    node->left = grow(world, depth - 1);
    node->right = grow(world, depth - 1);
    return node;
}

/* Level by level into the forest's arrays; returns how many nodes there are. */
static uint32_t lay_out(struct world *world, const struct plain *tree, uint32_t first)
{
    static const struct plain *queue[NODES];
    static uint32_t depths[NODES];
    uint32_t count = 1;
    queue[0] = tree, depths[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct plain *node = queue[i];
        struct forest_node *at = &world->nodes[first + i];
        *at = (struct forest_node){node->value, FOREST_LEAF, 0};
        world->means[first + i] = node->leaf ? node->value : (float)prng_normal(&world->prng);
        world->depth = depths[i] > world->depth ? depths[i] : world->depth;
        if (!node->leaf) {
            at->test = FOREST_TEST(node->feature, node->unknown_left);
            at->ahead = (uint16_t)(count - i);
            depths[count] = depths[count + 1] = depths[i] + 1;
            queue[count++] = node->left;
            queue[count++] = node->right;
        }
    }
    return count;
}

/* Arrays as long as they are said to be, so that a look beyond them is seen. */
static struct world *make_world(uint64_t seed)
{
    static struct world world;
    free(world.nodes);
    free(world.means);
    memset(&world, 0, sizeof world);
    prng_init(&world.prng, seed);
    world.forest.feature_count = 1 + (uint32_t)prng_below(&world.prng, 12);
    world.forest.tree_count = (uint32_t)prng_below(&world.prng, TREES + 1);
    world.forest.base = (float)prng_normal(&world.prng);
    for (uint32_t i = 0; i < world.forest.tree_count; i++) {
        world.trees[i] = grow(&world, (uint32_t)prng_below(&world.prng, 9));
    }
    world.nodes = malloc(world.plain_count * sizeof world.nodes[0] + 1);
    world.means = malloc(world.plain_count * sizeof world.means[0] + 1);
    for (uint32_t i = 0; i < world.forest.tree_count; i++) {
        world.roots[i] = world.forest.node_count;
        world.forest.node_count += lay_out(&world, world.trees[i], world.roots[i]);
    }
    world.forest.nodes = world.nodes;
    world.forest.means = world.means;
    world.forest.roots = world.roots;
    world.forest.depth = world.depth;
    return &world;
}

TEST(eight_trees_at_once_answer_as_a_plain_walk_does_bit_for_bit)
{
    const uint64_t seed = test_seed();
    for (uint64_t i = 0; i < 300; i++) {
        struct world *world = make_world(prng_mix(seed, i));
        EXPECT(forest_check(&world->forest) == NULL);
        for (int row = 0; row < 50; row++) {
            float values[12], sum = world->forest.base;
            for (uint32_t k = 0; k < world->forest.feature_count; k++) {
                values[k] = any_value(&world->prng);
            }
            for (uint32_t k = 0; k < world->forest.tree_count; k++) {
                sum += plain_leaf(world->trees[k], values);
            }
            const float margin = forest_margin(&world->forest, values);
            EXPECT(memcmp(&margin, &sum, sizeof sum) == 0);
        }
    }
}

TEST(what_features_did_and_the_bias_add_up_to_the_leaves)
{
    const uint64_t seed = test_seed();
    for (uint64_t i = 0; i < 300; i++) {
        struct world *world = make_world(prng_mix(seed, i));
        double first_bias = (double)NAN;
        for (int row = 0; row < 20; row++) {
            float values[12], partial = world->forest.base;
            double amounts[12], sum = (double)partial, lost = 0;
            for (uint32_t k = 0; k < world->forest.feature_count; k++) {
                values[k] = any_value(&world->prng);
            }
            for (uint32_t k = 0; k < world->forest.tree_count; k++) {
                sum += (double)plain_leaf(world->trees[k], values);
                partial += plain_leaf(world->trees[k], values);
                lost += 0x1p-24 * fabs((double)partial);
            }
            const double bias = forest_explain(&world->forest, values, amounts);
            double told = bias;
            for (uint32_t k = 0; k < world->forest.feature_count; k++) {
                told += amounts[k];
            }
            EXPECT_NEAR(told, sum, 1e-12 * (1 + world->forest.tree_count));
            EXPECT_NEAR(told, (double)forest_margin(&world->forest, values), lost + 1e-12);
            EXPECT(row == 0 || bias == first_bias);
            first_bias = bias;
        }
    }
}

/* Somewhere in its arrays or its own counts. */
static void change_any_byte(struct world *world)
{
    struct forest *forest = &world->forest;
    struct {
        void *bytes;
        size_t size;
    } parts[] = {{world->nodes, forest->node_count * sizeof world->nodes[0]},
                 {world->means, forest->node_count * sizeof world->means[0]},
                 {world->roots, forest->tree_count * sizeof world->roots[0]},
                 {&forest->depth, sizeof forest->depth},
                 {&forest->base, sizeof forest->base}};
    const uint64_t which = prng_below(&world->prng, 5);
    if (parts[which].size > 0) {
        uint8_t *byte = parts[which].bytes;
        byte[prng_below(&world->prng, parts[which].size)] ^=
            (uint8_t)(1 + prng_below(&world->prng, 255));
    }
}

TEST(whatever_bytes_it_is_made_of_it_is_refused_or_answers)
{
    const uint64_t seed = test_seed();
    uint32_t refused = 0, passed = 0;
    for (uint64_t i = 0; i < 3000; i++) {
        struct world *world = make_world(prng_mix(seed, i));
        for (uint64_t k = prng_below(&world->prng, 3); k < 3; k++) {
            change_any_byte(world);
        }
        if (forest_check(&world->forest) != NULL) {
            refused++;
            continue;
        }
        float values[12];
        double amounts[12];
        for (uint32_t k = 0; k < 12; k++) {
            values[k] = any_value(&world->prng);
        }
        EXPECT(isfinite(forest_margin(&world->forest, values)));
        EXPECT(isfinite(forest_explain(&world->forest, values, amounts)));
        passed++;
    }
    EXPECT(refused > 500 && passed > 500);
}
