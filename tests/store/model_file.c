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
    struct woods woods[2], plan[PLAN_PART_COUNT];
    struct plan_pair pairs[2];
    struct watch_reference seen;
    struct model model;
    struct model_check checks[16];
    struct model_terms terms;
    char *text;
    size_t len;
    uint8_t hash[MODEL_HASH_SIZE];
};

/* Exits of trend, with what two pairs lie beside the others. */
static void make_plan(struct made *made, struct prng *prng)
{
    struct model_plan *plan = &made->model.trained[0].plan;
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        plan->forests[i] = plant(&made->plan[i], prng);
        plan->alphas[i] = 0.1 + 0.3 * i;
        plan->moves[i] = i != PLAN_STOP;
        for (uint32_t k = 0; k < 2; k++) {
            made->pairs[k].offsets[i] = prng_normal(prng);
            made->pairs[k].weights[i] = prng_real(prng);
        }
    }
    snprintf(made->pairs[0].symbol, sizeof made->pairs[0].symbol, "BTC/USD");
    snprintf(made->pairs[1].symbol, sizeof made->pairs[1].symbol, "PEPE/USD");
    plan->sizes = true;
    plan->edge = 1 / 7.;
    plan->pairs = made->pairs;
    plan->pair_count = 2;
}

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
    make_plan(made, &prng);
    made->seen = (struct watch_reference){.count = FEATURE_COUNT, .base = 1 / 3.};
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        struct watch_feature *feature = &made->seen.features[i];
        feature->alarm = 0.25 + i / 7.;
        for (uint32_t k = 0; k < WATCH_CUTS; k++) {
            feature->cuts[k] = k / 3. - i;
        }
        for (uint32_t k = 0; k < WATCH_BINS; k++) {
            feature->shares[k] = 1. / WATCH_BINS;
        }
    }
    trend->watch = &made->seen;
    struct trained *dca = &made->model.trained[2];
    *dca =
        (struct trained){.strategy = "dca", .base = 1 / 3., .shares = {[MODEL_PART_LOGISTIC] = 1}};
    dca->logistic = fixture_linear(-0.5, FEATURE_ADX, 0.25);
    dca->logistic_says = fixture_plain();
    for (uint32_t i = 0; i < 16; i++) {
        struct model_check *check = &made->checks[i];
        check->trained = i % 2;
        check->part = i % 2 == 0 && i > 8 ? i % PLAN_PART_COUNT : PLAN_PART_COUNT;
        for (uint32_t f = 0; f < FEATURE_COUNT; f++) {
            check->values[f] = prng_below(&prng, 5) == 0 ? (float)NAN : (float)prng_normal(&prng);
        }
        const struct trained *trained = &made->model.trained[i % 2];
        check->margin = forest_margin(
            check->part < PLAN_PART_COUNT ? &trained->plan.forests[check->part] : &trained->forest,
            check->values);
    }
    made->terms = (struct model_terms){
        .timeframe = "1h",
        .leader = "BTC",
        .count = 2,
        .list = {{.strategy = "trend",
                  .until_ns = 86400000000000,
                  .parameters = "timeframe=1h a=2"},
                 {.strategy = "dca", .parameters = "timeframe=4h"}},
    };
    const int result =
        model_file_text(&made->model, made->checks, 16, &made->terms, "{\"made\":\"today\"}",
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
    EXPECT(memcmp(&file.terms, &made->terms, sizeof file.terms) == 0);
    for (uint32_t i = 0; i < 3; i++) {
        const struct trained *a = &file.model.trained[i], *b = &made->model.trained[i];
        EXPECT_TEXT(a->strategy, b->strategy);
        EXPECT(a->live == b->live && a->own == b->own && a->pool == b->pool);
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
    EXPECT(file.model.trained[0].watch != NULL && file.model.trained[2].watch == NULL);
    EXPECT(memcmp(file.model.trained[0].watch, &made->seen, sizeof made->seen) == 0);
    model_file_free(&file);
    made_free(made);
}

TEST(a_plan_is_read_back_to_the_last_bit_and_one_that_is_not_there_is_not)
{
    struct made *made = make(1);
    struct model_file file;
    char error[256] = "";
    EXPECT_INT(model_file_parse(made->text, made->len, &file, error, sizeof error), 0);
    const struct model_plan *a = &file.model.trained[0].plan, *b = &made->model.trained[0].plan;
    EXPECT(a->live == b->live && a->sizes && a->edge == b->edge);
    EXPECT(memcmp(a->alphas, b->alphas, sizeof a->alphas) == 0);
    EXPECT(memcmp(a->moves, b->moves, sizeof a->moves) == 0);
    EXPECT_INT(a->pair_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        EXPECT_TEXT(a->pairs[i].symbol, b->pairs[i].symbol);
        EXPECT(memcmp(a->pairs[i].offsets, b->pairs[i].offsets, sizeof a->pairs[i].offsets) == 0);
        EXPECT(memcmp(a->pairs[i].weights, b->pairs[i].weights, sizeof a->pairs[i].weights) == 0);
    }
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        EXPECT_INT(a->forests[i].node_count, b->forests[i].node_count);
        EXPECT(a->forests[i].base == b->forests[i].base);
        EXPECT(memcmp(a->forests[i].nodes, b->forests[i].nodes,
                      b->forests[i].node_count * sizeof *b->forests[i].nodes) == 0);
    }
    EXPECT(!plan_is_there(&file.model.trained[1].plan));
    model_file_free(&file);
    made_free(made);
}

TEST(a_plans_margin_that_is_off_by_its_last_bit_refuses_the_file)
{
    struct made *made = make(3);
    char error[256] = "", *text = NULL;
    size_t len = 0;
    EXPECT(made->checks[10].part < PLAN_PART_COUNT);
    made->checks[10].margin = nextafterf(made->checks[10].margin, 9);
    EXPECT_INT(model_file_text(&made->model, made->checks, 16, &made->terms, "{}", &text, &len,
                               made->hash, error, sizeof error),
               -EPROTO);
    EXPECT(strstr(error, "margin") != NULL && text == NULL);
    made_free(made);
}

TEST(what_training_saw_is_refused_where_it_is_not_whole)
{
    for (uint32_t i = 0; i < 4; i++) {
        struct made *made = make(1);
        char error[256] = "", *text = NULL;
        size_t len = 0;
        uint8_t hash[MODEL_HASH_SIZE];
        struct watch_reference broken = made->seen;
        broken.count = i == 0 ? FEATURE_COUNT - 1 : FEATURE_COUNT;
        broken.features[3].cuts[1] = i == 1 ? -9 : broken.features[3].cuts[1];
        broken.features[0].shares[0] = i == 2 ? 1.5 : broken.features[0].shares[0];
        broken.features[0].alarm = i == 3 ? 0 : broken.features[0].alarm;
        made->model.trained[0].watch = &broken;
        EXPECT_INT(model_file_text(&made->model, made->checks, 16, &made->terms, "{}", &text, &len,
                                   hash, error, sizeof error),
                   -EPROTO);
        EXPECT(strstr(error, "training saw") != NULL);
        made_free(made);
    }
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
    EXPECT_INT(model_file_text(&made->model, made->checks, 16, &made->terms, "{}", &text, &len,
                               made->hash, error, sizeof error),
               -EPROTO);
    EXPECT(strstr(error, "margin") != NULL && text == NULL);
    made_free(made);
}

TEST(a_forest_without_a_row_to_check_it_by_is_refused)
{
    struct made *made = make(6);
    char error[256] = "", *text = NULL;
    size_t len = 0;
    EXPECT_INT(model_file_text(&made->model, made->checks, 1, &made->terms, "{}", &text, &len,
                               made->hash, error, sizeof error),
               -EPROTO);
    EXPECT(strstr(error, "rows") != NULL && text == NULL);
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

TEST(a_strategy_may_lean_on_the_pooled_one_that_it_came_with)
{
    struct made *made = make(7);
    struct model_file file;
    char error[256] = "", *text = NULL;
    size_t len = 0;
    snprintf(made->model.trained[1].strategy, sizeof made->model.trained[1].strategy, "~12345678");
    made->model.trained[0].pool = 2;
    EXPECT_INT(model_file_text(&made->model, made->checks, 16, &made->terms, "{}", &text, &len,
                               made->hash, error, sizeof error),
               0);
    EXPECT_INT(model_file_parse(text, len, &file, error, sizeof error), 0);
    EXPECT_INT(file.model.trained[0].pool, 2);
    EXPECT_INT(file.model.trained[2].pool, 0);
    EXPECT(trained_is_pooled(&file.model.trained[1]));
    model_file_free(&file);
    char *at = strstr(text, "\"leans\":\"~12345678\"");
    EXPECT(at != NULL);
    memcpy(at, "\"leans\":\"~12345679\"", 19);
    EXPECT_INT(model_file_parse(text, len, &file, error, sizeof error), -EPROTO);
    EXPECT(strstr(error, "leans") != NULL);
    model_file_free(&file);
    free(text);
    made_free(made);
}

TEST(without_the_terms_it_was_trained_on_it_is_refused)
{
    struct made *made = make(8);
    struct model_file file;
    char error[256] = "", *text = NULL;
    size_t len = 0;
    made->terms.count = 1; /* not of dca */
    EXPECT_INT(model_file_text(&made->model, made->checks, 16, &made->terms, "{}", &text, &len,
                               made->hash, error, sizeof error),
               -EPROTO);
    EXPECT(strstr(error, "parameters") != NULL);
    char *at = strstr(made->text, "\"cuttle_model\":2");
    EXPECT(at != NULL);
    at[15] = '1';
    EXPECT_INT(model_file_parse(made->text, made->len, &file, error, sizeof error), -EPROTO);
    EXPECT(strstr(error, "train anew") != NULL);
    model_file_free(&file);
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
