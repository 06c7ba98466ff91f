/* SPDX-License-Identifier: MIT */
/* A model written, read back to the last bit, and refused where anything of it is not as it was. */
#include "store/model_file.h"

#include <errno.h>

#include "core/base/prng.h"
#include "store/disk.h"

#include "../core/model_fixture.h"

/* Three trees of depth 2, with values that only their last bit tells apart. */
struct woods {
    struct forest_node nodes[21];
    float means[21];
    uint32_t roots[3];
};

static struct forest plant(struct woods *woods, struct prng *prng)
{
    for (uint32_t tree = 0; tree < 3; tree++) {
        struct forest_node *node = &woods->nodes[7 * tree];
        woods->roots[tree] = 7 * tree;
        for (uint32_t i = 0; i < 7; i++) {
            const uint32_t feature = (uint32_t)prng_below(prng, FEATURE_COUNT);
            node[i] = (struct forest_node){.value = (float)prng_normal(prng),
                                           .test = i < 3 ? FOREST_TEST(feature, prng_below(prng, 2))
                                                         : FOREST_LEAF,
                                           .ahead = (uint16_t)(i < 3 ? i + 1 : 0)};
            woods->means[7 * tree + i] = i < 3 ? (float)prng_normal(prng) : node[i].value;
        }
    }
    return (struct forest){.nodes = woods->nodes,
                           .means = woods->means,
                           .roots = woods->roots,
                           .node_count = 21,
                           .tree_count = 3,
                           .feature_count = FEATURE_COUNT,
                           .depth = 2,
                           .base = 0.1F};
}

struct made {
    struct woods woods[2];
    struct model model;
    struct model_check checks[16];
    char *text;
    size_t len;
    uint8_t hash[MODEL_HASH_SIZE];
};

static struct made *make(uint64_t seed)
{
    struct made *made = calloc(1, sizeof *made);
    struct prng prng;
    char error[256] = "";
    prng_init(&prng, seed);
    made->model.trained_count = 3;
    const char *const names[] = {"trend", ""};
    for (uint32_t i = 0; i < 2; i++) {
        const struct forest forest = plant(&made->woods[i], &prng);
        made->model.trained[i] = fixture_trained(names[i], &forest);
    }
    struct trained *trend = &made->model.trained[0];
    trend->live = true;
    trend->own = 1 / 3.;
    trend->shares[MODEL_PART_FOREST] = 0.7, trend->shares[MODEL_PART_LOGISTIC] = 0.2;
    trend->shares[MODEL_PART_ONLINE] = 0.1;
    trend->logistic = fixture_linear(0.1, FEATURE_RSI, -1 / 7.);
    trend->logistic_says = (struct calibration){.kind = CALIBRATION_ISOTONIC,
                                                .knot_count = 2,
                                                .least = 0.001,
                                                .margins = {-1 / 3., 2},
                                                .probabilities = {0.1, 0.9}};
    struct trained *dca = &made->model.trained[2];
    *dca =
        (struct trained){.strategy = "dca", .base = 1 / 3., .shares = {[MODEL_PART_LOGISTIC] = 1}};
    dca->logistic = fixture_linear(-0.5, FEATURE_ADX, 0.25);
    dca->logistic_says = fixture_plain();
    for (uint32_t i = 0; i < 16; i++) {
        struct model_check *check = &made->checks[i];
        check->trained = i % 2;
        for (uint32_t f = 0; f < FEATURE_COUNT; f++) {
            check->values[f] = prng_below(&prng, 5) == 0 ? (float)NAN : (float)prng_normal(&prng);
        }
        check->margin = forest_margin(&made->model.trained[i % 2].forest, check->values);
    }
    const int result = model_file_text(&made->model, made->checks, 16, "{\"made\":\"today\"}",
                                       &made->text, &made->len, made->hash, error, sizeof error);
    EXPECT_TEXT(error, "");
    EXPECT_INT(result, 0);
    return made;
}

static void made_free(struct made *made)
{
    free(made->text);
    free(made);
}

TEST(what_is_read_back_is_what_was_written_to_the_last_bit)
{
    struct made *made = make(1);
    struct model_file file;
    char error[256] = "";
    EXPECT_INT(model_file_parse(made->text, made->len, &file, error, sizeof error), 0);
    EXPECT(memcmp(file.model.hash, made->hash, MODEL_HASH_SIZE) == 0);
    EXPECT_TEXT(file.about, "{\"made\":\"today\"}");
    EXPECT_INT(file.model.trained_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const struct trained *a = &file.model.trained[i], *b = &made->model.trained[i];
        EXPECT_TEXT(a->strategy, b->strategy);
        EXPECT(a->live == b->live && a->own == b->own);
        EXPECT(memcmp(&a->base, &b->base, sizeof a->base) == 0);
        EXPECT(memcmp(a->shares, b->shares, sizeof a->shares) == 0);
        EXPECT(memcmp(&a->logistic, &b->logistic, sizeof a->logistic) == 0);
        EXPECT(memcmp(&a->logistic_says, &b->logistic_says, sizeof a->logistic_says) == 0);
        EXPECT_INT(a->forest.node_count, b->forest.node_count);
        EXPECT(b->forest.node_count == 0 ||
               memcmp(a->forest.nodes, b->forest.nodes,
                      b->forest.node_count * sizeof *b->forest.nodes) == 0);
        EXPECT(b->forest.node_count == 0 ||
               memcmp(a->forest.means, b->forest.means,
                      b->forest.node_count * sizeof *b->forest.means) == 0);
    }
    model_file_free(&file);
    made_free(made);
}

TEST(the_same_model_has_the_same_hash_and_another_one_another)
{
    struct made *one = make(1), *again = make(1), *other = make(2);
    EXPECT(memcmp(one->hash, again->hash, MODEL_HASH_SIZE) == 0);
    EXPECT(memcmp(one->hash, other->hash, MODEL_HASH_SIZE) != 0);
    char text[2 * MODEL_HASH_SIZE + 1];
    uint8_t hash[MODEL_HASH_SIZE];
    model_hash_text(one->hash, text);
    EXPECT(model_hash_parse(text, hash) && memcmp(hash, one->hash, sizeof hash) == 0);
    text[63] = '\0';
    EXPECT(!model_hash_parse(text, hash));
    made_free(one);
    made_free(again);
    made_free(other);
}

TEST(a_margin_that_is_off_by_its_last_bit_refuses_the_file)
{
    struct made *made = make(3);
    char error[256] = "", *text = NULL;
    size_t len = 0;
    made->checks[5].margin = nextafterf(made->checks[5].margin, 9);
    EXPECT_INT(model_file_text(&made->model, made->checks, 16, "{}", &text, &len, made->hash, error,
                               sizeof error),
               -EPROTO);
    EXPECT(strstr(error, "margin") != NULL && text == NULL);
    made_free(made);
}

/* Whatever a file holds, it is read or refused: never more than that. */
TEST(no_damage_is_more_than_a_refusal)
{
    struct made *made = make(4);
    struct prng prng;
    prng_init(&prng, test_seed());
    char *text = malloc(made->len);
    uint32_t refused = 0;
    for (int i = 0; i < 3000; i++) {
        memcpy(text, made->text, made->len);
        const uint32_t times = 1 + (uint32_t)prng_below(&prng, 3);
        for (uint32_t n = 0; n < times; n++) {
            static const char any[] = "0123456789.-e,:[]{}\"nulltrue ";
            text[prng_below(&prng, made->len)] = any[prng_below(&prng, sizeof any - 1)];
        }
        const size_t len = prng_below(&prng, 4) == 0 ? prng_below(&prng, made->len) : made->len;
        struct model_file file;
        char error[256] = "";
        const int result = model_file_parse(text, len, &file, error, sizeof error);
        EXPECT((result == 0) == (error[0] == '\0'));
        EXPECT(result == 0 || result == -EPROTO);
        refused += result != 0;
        model_file_free(&file);
    }
    EXPECT(refused > 1500);
    free(text);
    made_free(made);
}

TEST(trained_on_other_features_it_says_so)
{
    struct made *made = make(5);
    struct model_file file;
    char error[256] = "";
    char *at = strstr(made->text, "\"adx\"");
    memcpy(at, "\"axd\"", 5);
    EXPECT_INT(model_file_parse(made->text, made->len, &file, error, sizeof error), -EPROTO);
    EXPECT(strstr(error, "features") != NULL && strstr(error, "train") != NULL);
    model_file_free(&file);
    EXPECT_INT(model_file_read("/nonexistent/model.json", &file, error, sizeof error), -ENOENT);
    EXPECT(strstr(error, "/nonexistent/model.json") != NULL);
    model_file_free(&file);
    made_free(made);
}
