/* SPDX-License-Identifier: MIT */
#include "research/learn/booster_model.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "platform/json/json.h"
#include "store/disk.h"

/* Nodes of a tree as XGBoost has it: those of the deepest one, and as many that were pruned. */
#define TREE_NODE_MAX (4u << FOREST_DEPTH_MAX)

/* A float takes 15 letters. */
#define NUMBER_TEXT_MAX 48

/* One tree, by XGBoost's own numbers of its nodes. */
struct source_tree {
    float values[TREE_NODE_MAX];
    float covers[TREE_NODE_MAX];
    int64_t lefts[TREE_NODE_MAX], rights[TREE_NODE_MAX];
    int64_t features[TREE_NODE_MAX], unknown_lefts[TREE_NODE_MAX];
    /* The tree as it will stand: whose node is where, how deep, and its mean. */
    uint32_t order[TREE_NODE_MAX], depths[TREE_NODE_MAX];
    double means[TREE_NODE_MAX];
};

struct reader {
    struct json *json;
    struct source_tree *tree;
    struct forest_owned *owned;
    uint32_t node_capacity;
    bool out_of_memory;
};

/* Through text, because a double in between would round twice. */
static bool read_float(struct json *json, float *ret)
{
    struct json_text text;
    char copy[NUMBER_TEXT_MAX];
    if (!json_number(json, &text)) {
        return false;
    }
    if (text.len >= sizeof copy) {
        json_refuse(json, "a number of too many digits");
        return false;
    }
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    *ret = strtof(copy, NULL);
    return true;
}

/* An array's elements, into one of the two; returns how many there are. */
static uint32_t read_array(struct json *json, float *floats, int64_t *ints)
{
    uint32_t count = 0;
    json_array(json);
    while (json_element(json)) {
        if (count == TREE_NODE_MAX) {
            json_refuse(json, "a tree of too many nodes");
            return 0;
        }
        if (floats != NULL) {
            read_float(json, &floats[count]);
        } else {
            json_int(json, &ints[count]);
        }
        count++;
    }
    return count;
}

/* Room for one more tree; false without memory. */
static bool make_room(struct reader *reader, uint32_t node_count)
{
    struct forest_owned *owned = reader->owned;
    const uint32_t nodes_needed = owned->forest.node_count + node_count;
    if (nodes_needed > reader->node_capacity) {
        const size_t capacity = 2 * (size_t)nodes_needed;
        struct forest_node *nodes = realloc(owned->nodes, capacity * sizeof *nodes);
        owned->nodes = nodes != NULL ? nodes : owned->nodes;
        float *means = realloc(owned->means, capacity * sizeof *means);
        owned->means = means != NULL ? means : owned->means;
        if (nodes == NULL || means == NULL) {
            return false;
        }
        reader->node_capacity = (uint32_t)capacity;
    }
    if (owned->roots == NULL) {
        owned->roots = malloc(FOREST_TREE_MAX * sizeof owned->roots[0]);
    }
    return owned->roots != NULL;
}

static bool splits(const struct source_tree *tree, uint32_t node)
{
    return tree->lefts[node] >= 0;
}

/* Level by level from the root; what was pruned is not come to. Returns how many nodes the tree
 * has, 0 when it is none. */
static uint32_t order_nodes(struct source_tree *tree, uint32_t source_count, uint32_t feature_count)
{
    uint32_t count = 1;
    tree->order[0] = 0, tree->depths[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t node = tree->order[i];
        if (!splits(tree, node)) {
            continue;
        }
        const int64_t left = tree->lefts[node], right = tree->rights[node];
        if (left >= source_count || right < 0 || right >= source_count ||
            tree->features[node] < 0 || tree->features[node] >= feature_count ||
            count + 2 > source_count || tree->depths[i] == FOREST_DEPTH_MAX) {
            return 0;
        }
        tree->order[count] = (uint32_t)left;
        tree->order[count + 1] = (uint32_t)right;
        tree->depths[count] = tree->depths[count + 1] = tree->depths[i] + 1;
        count += 2;
    }
    return count;
}

/* From the last node to the root: children stand behind their parent. */
static void fill_tree(const struct source_tree *tree, double *means, struct forest_owned *owned,
                      uint32_t count)
{
    struct forest_node *nodes = owned->nodes + owned->forest.node_count;
    float *ret_means = owned->means + owned->forest.node_count;
    uint32_t next = count;
    for (uint32_t i = count; i-- > 0;) {
        const uint32_t source = tree->order[i];
        nodes[i] = (struct forest_node){tree->values[source], FOREST_LEAF, 0};
        means[i] = (double)tree->values[source];
        if (splits(tree, source)) {
            next -= 2;
            const double left = (double)tree->covers[tree->order[next]];
            const double right = (double)tree->covers[tree->order[next + 1]];
            const double part = left + right > 0 ? left / (left + right) : 0.5;
            means[i] = part * means[next] + (1 - part) * means[next + 1];
            nodes[i].test = FOREST_TEST(tree->features[source], tree->unknown_lefts[source] != 0);
            nodes[i].ahead = (uint16_t)(next - i);
        }
        ret_means[i] = (float)means[i];
    }
}

static void add_tree(struct reader *reader, uint32_t source_count)
{
    struct forest *forest = &reader->owned->forest;
    struct source_tree *tree = reader->tree;
    const uint32_t count = order_nodes(tree, source_count, forest->feature_count);
    if (count == 0 || forest->tree_count == FOREST_TREE_MAX ||
        forest->node_count + count > FOREST_NODE_MAX) {
        json_refuse(reader->json, "the nodes are no tree, or too many");
        return;
    }
    if (!make_room(reader, count)) {
        reader->out_of_memory = true;
        json_refuse(reader->json, "out of memory");
        return;
    }
    fill_tree(tree, tree->means, reader->owned, count);
    const uint32_t depth = tree->depths[count - 1];
    forest->depth = depth > forest->depth ? depth : forest->depth;
    reader->owned->roots[forest->tree_count++] = forest->node_count;
    forest->node_count += count;
}

static void read_tree(struct reader *reader)
{
    struct source_tree *tree = reader->tree;
    const struct {
        const char *key;
        float *floats;
        int64_t *ints;
    } arrays[] = {
        {"split_conditions", tree->values, NULL}, {"sum_hessian", tree->covers, NULL},
        {"left_children", NULL, tree->lefts},     {"right_children", NULL, tree->rights},
        {"split_indices", NULL, tree->features},  {"default_left", NULL, tree->unknown_lefts}};
    enum { ARRAYS = sizeof arrays / sizeof arrays[0] };
    uint32_t counts[ARRAYS] = {0};
    struct json_text key;
    json_object(reader->json);
    while (json_key(reader->json, &key)) {
        size_t i = 0;
        while (i < ARRAYS && !json_is(key, arrays[i].key)) {
            i++;
        }
        if (i < ARRAYS) {
            counts[i] = read_array(reader->json, arrays[i].floats, arrays[i].ints);
        } else {
            json_skip(reader->json);
        }
    }
    for (size_t i = 0; i < ARRAYS; i++) {
        if (counts[i] == 0 || counts[i] != counts[0]) {
            json_refuse(reader->json, "a tree whose arrays are not equally long");
        }
    }
    if (reader->json->error == NULL) {
        add_tree(reader, counts[0]);
    }
}

/* The trees are the array at the end of the path. */
static void read_path(struct reader *reader, const char *const *path)
{
    struct json_text key;
    if (*path == NULL) {
        json_array(reader->json);
        while (json_element(reader->json)) {
            read_tree(reader);
        }
        return;
    }
    json_object(reader->json);
    while (json_key(reader->json, &key)) {
        if (json_is(key, *path)) {
            read_path(reader, path + 1);
        } else {
            json_skip(reader->json);
        }
    }
}

int booster_model_read(const char *text, size_t len, uint32_t feature_count, float base,
                       struct forest_owned *ret, char *error, size_t error_size)
{
    static const char *const path[] = {"learner", "gradient_booster", "model", "trees", NULL};
    struct json json;
    struct forest_owned owned = {.forest = {.feature_count = feature_count, .base = base}};
    struct reader reader = {.json = &json, .tree = malloc(sizeof *reader.tree), .owned = &owned};
    char why[128];
    if (reader.tree == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    json_init(&json, text, len);
    read_path(&reader, path);
    free(reader.tree);
    owned.forest.nodes = owned.nodes;
    owned.forest.means = owned.means;
    owned.forest.roots = owned.roots;
    const char *fault = NULL;
    if (!json_done(&json)) {
        json_explain(&json, why, sizeof why);
        fault = why;
    } else {
        fault = forest_check(&owned.forest);
    }
    if (fault != NULL) {
        forest_owned_free(&owned);
        return reader.out_of_memory
                   ? disk_fail(ENOMEM, error, error_size, "out of memory")
                   : disk_fail(EPROTO, error, error_size, "XGBoost's model: %s", fault);
    }
    *ret = owned;
    return 0;
}

void forest_owned_free(struct forest_owned *owned)
{
    free(owned->nodes);
    free(owned->means);
    free(owned->roots);
    *owned = (struct forest_owned){0};
}
