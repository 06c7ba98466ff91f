/* SPDX-License-Identifier: MIT */
/* From the text that XGBoost writes of a model to a forest. */
#include "research/learn/booster_model.h"

#include <errno.h>

#include "research/learn/booster.h"
#include "test.h"

#define AROUND(trees)                                                                              \
    "{\"learner\":{\"attributes\":{},\"gradient_booster\":{\"model\":{\"gbtree_model_param\":"     \
    "{\"num_trees\":\"2\"},\"tree_info\":[0,0],\"trees\":[" trees                                  \
    "]},\"name\":\"gbtree\"},\"learner_model_param\":{\"base_score\":\"5E-1\"}},"                  \
    "\"version\":[1,7,4]}"

/*
 * Node 0 splits by column 1, 1 by column 0; 3 and 4 were 2's, and are pruned. 5 and 6 are 1's:
 *
 *     x1 < 2.5 ? (x0 < -1 ? 0.5 : 0.25) : -1        not known: left; right
 */
#define PRUNED                                                                                     \
    "{\"base_weights\":[0,0,0,0,0,0,0],\"categories\":[],\"default_left\":[1,0,0,0,0,0,0],"        \
    "\"id\":0,\"left_children\":[1,5,-1,-1,-1,-1,-1],\"loss_changes\":[1,1,0,0,0,0,0],"            \
    "\"parents\":[2147483647,0,0,2,2,1,1],\"right_children\":[2,6,-1,-1,-1,-1,-1],"                \
    "\"split_conditions\":[2.5E0,-1E0,-1E0,0E0,0E0,5E-1,2.5E-1],"                                  \
    "\"split_indices\":[1,0,0,0,0,0,0],\"sum_hessian\":[8E0,4E0,4E0,2E0,2E0,3E0,1E0],"             \
    "\"tree_param\":{\"num_deleted\":\"2\",\"num_nodes\":\"7\"}}"

#define STUMP(left, right, more)                                                                   \
    "{\"default_left\":[0,0,0],\"left_children\":[" left ",-1,-1],\"right_children\":[" right      \
    ",-1,-1],\"split_conditions\":[1E0,7.0064923E-45,3.4E-1],\"split_indices\":[0,0,0],"           \
    "\"sum_hessian\":[0E0,0E0,0E0" more "]}"

static int read_text(const char *text, struct forest_owned *ret, char *error)
{
    /* A block of its own, so that a look beyond its end is seen. */
    const size_t len = strlen(text);
    char *copy = malloc(len + 1);
    memcpy(copy, text, len);
    error[0] = '\0';
    copy = realloc(copy, len > 0 ? len : 1);
    const int code = booster_model_read(copy, len, 2, 0.125F, ret, error, BOOSTER_ERROR_MAX);
    free(copy);
    return code;
}

TEST(trees_stand_level_by_level_without_what_was_pruned)
{
    struct forest_owned owned;
    char error[BOOSTER_ERROR_MAX];
    EXPECT_INT(read_text(AROUND(PRUNED "," STUMP("1", "2", "")), &owned, error), 0);
    const struct forest *forest = &owned.forest;
    const struct forest_node want[] = {{2.5F, FOREST_TEST(1, true), 1},
                                       {-1, FOREST_TEST(0, false), 2},
                                       {-1, FOREST_LEAF, 0},
                                       {0.5F, FOREST_LEAF, 0},
                                       {0.25F, FOREST_LEAF, 0},
                                       {1, FOREST_TEST(0, false), 1},
                                       {0x1.4p-147F, FOREST_LEAF, 0},
                                       {0.34F, FOREST_LEAF, 0}};
    EXPECT_INT(forest->tree_count, 2);
    EXPECT_INT(forest->node_count, 8);
    EXPECT_INT(forest->depth, 2);
    EXPECT(forest->roots[0] == 0 && forest->roots[1] == 5);
    EXPECT(forest->base == 0.125F);
    EXPECT(memcmp(forest->nodes, want, sizeof want) == 0);
    forest_owned_free(&owned);
}

TEST(a_nodes_mean_is_its_childrens_by_their_cover)
{
    struct forest_owned owned;
    char error[BOOSTER_ERROR_MAX];
    EXPECT_INT(read_text(AROUND(PRUNED "," STUMP("1", "2", "")), &owned, error), 0);
    /* (3 * 0.5 + 1 * 0.25) / 4; with -1 on the other side, 4 and 4; without any cover, half. */
    EXPECT_NEAR((double)owned.forest.means[1], 0.4375, 1e-7);
    EXPECT_NEAR((double)owned.forest.means[0], (0.4375 - 1) / 2, 1e-7);
    EXPECT_NEAR((double)owned.forest.means[5], 0.17, 1e-7);
    EXPECT(owned.forest.means[4] == 0.25F);
    forest_owned_free(&owned);
}

static void refused(const char *text, const char *why)
{
    struct forest_owned owned;
    char error[BOOSTER_ERROR_MAX];
    EXPECT_INT(read_text(text, &owned, error), -EPROTO);
    EXPECT(strncmp(error, "XGBoost's model: ", 17) == 0);
    if (strstr(error, why) == NULL) {
        print_error("%s\n", error);
    }
    EXPECT(strstr(error, why) != NULL);
}

TEST(a_text_that_is_no_model_is_refused)
{
    const char *tangled = "the nodes are no tree";
    refused(AROUND(STUMP("0", "2", "")), tangled);  /* its own child */
    refused(AROUND(STUMP("1", "3", "")), tangled);  /* of a node that there is not */
    refused(AROUND(STUMP("1", "-1", "")), tangled); /* one child alone */
    refused(AROUND(STUMP("1", "2", ",0E0")), "arrays are not equally long");
    refused(AROUND("{}"), "arrays are not equally long");
    refused(AROUND(STUMP("1", "\"2\"", "")), "expected a number");
    refused(AROUND("7"), "expected an object");
    refused("", "at byte 0");
    refused("{\"learner\":{}} 1", "at byte 15");
}

TEST(a_text_cut_short_anywhere_is_refused)
{
    const char *whole = AROUND(PRUNED "," STUMP("1", "2", ""));
    struct forest_owned owned;
    char error[BOOSTER_ERROR_MAX], text[4096];
    for (size_t len = 0; len < strlen(whole); len++) {
        memcpy(text, whole, len);
        text[len] = '\0';
        EXPECT_INT(read_text(text, &owned, error), -EPROTO);
    }
}

/* A tree whose right child splits again and again. */
static const char *thread_of(uint32_t depth, char *text, size_t size)
{
    char lefts[512] = "", rights[512] = "", zeros[512] = "";
    for (uint32_t i = 0; i < 2 * depth + 1; i++) {
        const bool splits = i % 2 == 0 && i < 2 * depth;
        const char *comma = i > 0 ? "," : "";
        snprintf(lefts + strlen(lefts), sizeof lefts - strlen(lefts), "%s%d", comma,
                 splits ? (int)i + 1 : -1);
        snprintf(rights + strlen(rights), sizeof rights - strlen(rights), "%s%d", comma,
                 splits ? (int)i + 2 : -1);
        snprintf(zeros + strlen(zeros), sizeof zeros - strlen(zeros), "%s0", comma);
    }
    snprintf(text, size,
             AROUND("{\"default_left\":[%s],\"left_children\":[%s],\"right_children\":[%s],"
                    "\"split_conditions\":[%s],\"split_indices\":[%s],\"sum_hessian\":[%s]}"),
             zeros, lefts, rights, zeros, zeros, zeros);
    return text;
}

TEST(a_tree_deeper_than_the_core_walks_is_refused)
{
    struct forest_owned owned;
    char error[BOOSTER_ERROR_MAX], text[4096];
    EXPECT_INT(read_text(thread_of(FOREST_DEPTH_MAX, text, sizeof text), &owned, error), 0);
    EXPECT_INT(owned.forest.depth, FOREST_DEPTH_MAX);
    forest_owned_free(&owned);
    refused(thread_of(FOREST_DEPTH_MAX + 1, text, sizeof text), "the nodes are no tree");
}
