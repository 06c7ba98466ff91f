/* SPDX-License-Identifier: MIT */
#include "platform/json/json_fields.h"

#include "test.h"

struct leaf {
    char name[8];
    double weight;
};

struct tree {
    char word[8];
    double real;
    int64_t number;
    uint64_t amount;
    bool flag;
    uint32_t leaf_count;
    struct leaf leaves[2];
    struct leaf best;
};

static const struct json_field leaf_rows[] = {
    JSON_FIELD(struct leaf, "name", JSON_FIELD_TEXT, name),
    JSON_FIELD(struct leaf, "weight", JSON_FIELD_REAL, weight),
};
static const struct json_table leaf_table = JSON_TABLE(leaf_rows);

static const struct json_field inside_rows[] = {
    JSON_FIELD(struct tree, "amount", JSON_FIELD_COUNT, amount),
};
static const struct json_table inside_table = JSON_TABLE(inside_rows);

static const struct json_field tree_rows[] = {
    JSON_FIELD(struct tree, "word", JSON_FIELD_TEXT, word),
    JSON_FIELD(struct tree, "real", JSON_FIELD_REAL, real),
    JSON_FIELD(struct tree, "number", JSON_FIELD_INT, number),
    JSON_FIELD(struct tree, "flag", JSON_FIELD_FLAG, flag),
    JSON_FIELD_INSIDE("inside", &inside_table),
    JSON_FIELD_EACH(struct tree, "leaves", leaves, leaf_count, &leaf_table),
    {"best", JSON_FIELD_OBJECT, offsetof(struct tree, best), 0, &leaf_table, 0, 0},
};
static const struct json_table tree_table = JSON_TABLE(tree_rows);

static bool take(const char *text, struct tree *tree)
{
    struct json json;
    memset(tree, 0, sizeof *tree);
    json_init(&json, text, strlen(text));
    json_take(&json, &tree_table, tree);
    return json_done(&json);
}

TEST(every_shape_lands_in_its_field)
{
    struct tree tree;
    EXPECT(take("{\"word\": \"oak\", \"real\": 2.5, \"number\": -7, \"flag\": true, "
                "\"inside\": {\"amount\": 9}, \"best\": {\"name\": \"top\", \"weight\": 4}, "
                "\"leaves\": [{\"name\": \"a\", \"weight\": 1}, {\"weight\": 2, \"name\": \"b\"}]}",
                &tree));
    EXPECT_TEXT(tree.word, "oak");
    EXPECT_NEAR(tree.real, 2.5, 0);
    EXPECT_INT(tree.number, -7);
    EXPECT(tree.flag);
    EXPECT_INT((int64_t)tree.amount, 9);
    EXPECT_INT(tree.leaf_count, 2);
    EXPECT_TEXT(tree.leaves[1].name, "b");
    EXPECT_NEAR(tree.leaves[0].weight, 1, 0);
    EXPECT_TEXT(tree.best.name, "top");
}

TEST(what_has_no_row_is_passed_over_and_null_leaves_a_field_alone)
{
    struct tree tree;
    EXPECT(take("{\"new\": {\"deep\": [1, 2]}, \"real\": null, \"leaves\": null, \"number\": 3}",
                &tree));
    EXPECT_NEAR(tree.real, 0, 0);
    EXPECT_INT(tree.leaf_count, 0);
    EXPECT_INT(tree.number, 3);
}

TEST(a_number_where_a_text_goes_keeps_its_digits)
{
    struct tree tree;
    EXPECT(take("{\"word\": 1.50}", &tree));
    EXPECT_TEXT(tree.word, "1.50");
}

TEST(more_elements_than_there_is_room_for_are_refused)
{
    struct tree tree;
    EXPECT(!take("{\"leaves\": [{}, {}, {}]}", &tree));
    EXPECT_INT(tree.leaf_count, 2);
}

TEST(a_value_of_another_kind_is_an_error)
{
    struct tree tree;
    EXPECT(!take("{\"real\": \"much\"}", &tree));
    EXPECT(!take("{\"leaves\": 3}", &tree));
    EXPECT(!take("{\"best\": []}", &tree));
    EXPECT(!take("{\"word\": \"a word too long\"}", &tree));
}
