/* SPDX-License-Identifier: MIT */
/* What a model was trained for, held against what a session asks. */
#include "store/model_terms.h"

#include <errno.h>
#include <string.h>

#include "test.h"

static struct model_terms terms(const char *timeframe, const char *leader, const char *parameters)
{
    struct model_terms terms = {.count = 1,
                                .list = {{.strategy = "trend", .until_ns = 5000000000}}};
    snprintf(terms.timeframe, sizeof terms.timeframe, "%s", timeframe);
    snprintf(terms.leader, sizeof terms.leader, "%s", leader);
    snprintf(terms.list[0].parameters, sizeof terms.list[0].parameters, "%s", parameters);
    return terms;
}

TEST(another_timeframe_or_leader_is_not_asked_and_why_is_said)
{
    const struct model_terms model = terms("1h", "BTC", "a=1");
    const struct model_terms same = terms("1h", "BTC", "a=2"), other = terms("5m", "BTC", "a=1");
    const struct model_terms led = terms("1h", "ETH", "a=1");
    char why[256] = "";
    EXPECT(model_terms_allow(&model, &same, why, sizeof why));
    EXPECT(!model_terms_allow(&model, &other, why, sizeof why));
    EXPECT(strstr(why, "candles of 1h") != NULL && strstr(why, "model.timeframe is 5m") != NULL);
    EXPECT(!model_terms_allow(&model, &led, why, sizeof why));
    EXPECT(strstr(why, "BTC as the first pair, and here that is ETH") != NULL);
}

TEST(a_strategy_fits_with_the_same_parameters_and_what_differs_is_told)
{
    static const struct {
        const char *model, *session, *why;
    } rows[] = {
        {"timeframe=1h fast=12", "timeframe=1h fast=12", NULL},
        {"timeframe=1h fast=12", "timeframe=4h fast=12", "timeframe: 1h in the model, 4h here"},
        {"fast=12 slow=26", "fast=10 slow=2",
         "fast: 12 in the model, 10 here, slow: 26 in the model, 2 here"},
        {"fast=1", "fast=12", "fast: 1 in the model, 12 here"},
        {"a=1 b=2", "a=1", "b: only in the model"},
        {"a=1", "a=1 ab=3", "ab: only here"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct model_terms model = terms("1h", "BTC", rows[i].model);
        const struct model_terms session = terms("1h", "BTC", rows[i].session);
        char why[256] = "";
        EXPECT(model_terms_fit(&model, &session, "trend", why, sizeof why) ==
               (rows[i].why == NULL));
        EXPECT_TEXT(why, rows[i].why != NULL ? rows[i].why : "");
    }
}

TEST(a_strategy_that_one_side_does_not_know_does_not_fit)
{
    const struct model_terms model = terms("1h", "BTC", "a=1");
    char why[256] = "";
    EXPECT(!model_terms_fit(&model, &model, "dca", why, sizeof why));
    EXPECT(strstr(why, "does not say") != NULL);
    char little[16];
    const struct model_terms other = terms("1h", "BTC", "a=123456789 b=1 c=2");
    EXPECT(!model_terms_fit(&model, &other, "trend", little, sizeof little));
    EXPECT_INT((int64_t)strlen(little), 15);
}

TEST(what_a_session_asks_is_kept_and_read_back)
{
    struct model_terms *read = calloc(1, sizeof *read);
    const struct model_terms kept = terms("15m", "BTC", "timeframe=1h fast=12");
    char folder[] = "/tmp/cuttle-terms-XXXXXX", path[64], command[96], error[512] = "";
    EXPECT(mkdtemp(folder) != NULL);
    EXPECT_INT(model_terms_read(folder, read, error, sizeof error), -ENOENT);
    EXPECT_INT(model_terms_write(folder, &kept, error, sizeof error), 0);
    EXPECT_INT(model_terms_read(folder, read, error, sizeof error), 0);
    EXPECT(memcmp(read, &kept, sizeof kept) == 0);
    snprintf(path, sizeof path, "%s/session.json", folder);
    FILE *out = fopen(path, "w");
    fputs("{\"timeframe\":", out);
    fclose(out);
    EXPECT_INT(model_terms_read(folder, read, error, sizeof error), -EPROTO);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    EXPECT_INT(system(command), 0);
    free(read);
}
