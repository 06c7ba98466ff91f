/* SPDX-License-Identifier: MIT */
#include "platform/config/config.h"

#include "test.h"

struct risk {
    int64_t positions;
    double loss;
    bool on;
    char pairs[40];
    char api_key[16];
    char empty_key[16];
};

static const struct option options[] = {
    {"max_positions", OPTION_INT, "", "5", 1, 200, NULL, OPTION_FIELD(struct risk, positions),
     "Positions open at once."},
    {"max_daily_loss", OPTION_REAL, "", "0.05", 0, 1, NULL, OPTION_FIELD(struct risk, loss), "L."},
    {"on", OPTION_BOOL, "", "true", 0, 0, NULL, OPTION_FIELD(struct risk, on), "Switch."},
    {"pairs", OPTION_TEXT, "", "BTC/USD", 0, 0, NULL, OPTION_FIELD(struct risk, pairs), "Pairs."},
    {"api_key", OPTION_SECRET, "", "", 0, 0, NULL, OPTION_FIELD(struct risk, api_key), "Key."},
    {"empty_key", OPTION_SECRET, "", "", 0, 0, NULL, OPTION_FIELD(struct risk, empty_key), "K."},
};

static struct risk risk;
static const struct config_section sections[] = {{"risk", options, 6, &risk, "Loss.", false}};

static void put_file(const char *name, const char *text)
{
    static char folder[] = "/tmp/cuttle-config-XXXXXX";
    static bool made;
    if (!made)
        EXPECT(mkdtemp(folder) != NULL && chdir(folder) == 0);
    made = true;
    FILE *file = fopen(name, "w");
    EXPECT(file != NULL && fputs(text, file) >= 0);
    fclose(file);
}

TEST(each_option_is_told_with_where_its_value_is_from_and_no_secret_leaves)
{
    char variable[] = "CUTTLE_RISK__API_KEY=sesame";
    char *const environment[] = {variable, NULL};
    struct config *config = config_new(sections, 1);
    put_file("cuttle.yaml", "risk:\n  max_daily_loss: 0.03\n");
    put_file(".env", "CUTTLE_RISK__ON=false\n");
    EXPECT_INT(config_read_file(config, "cuttle.yaml"), 0);
    EXPECT_INT(config_read_env_file(config, ".env"), 0);
    EXPECT_INT(config_read_environment(config, environment), 0);
    EXPECT_INT(config_set(config, "risk.pairs", "ETH/USD \"x\"", "--set"), 0);
    char *text = config_json(config);
    EXPECT_TEXT(
        text,
        "{\"options\":[{\"section\":\"risk\",\"name\":\"max_positions\",\"value\":\"5\","
        "\"default\":\"5\",\"from\":\"default\",\"help\":\"Positions open at once.\","
        "\"secret\":false},"
        "{\"section\":\"risk\",\"name\":\"max_daily_loss\",\"value\":\"0.03\",\"default\":\"0.05\","
        "\"from\":\"file\",\"help\":\"L.\",\"secret\":false},"
        "{\"section\":\"risk\",\"name\":\"on\",\"value\":\"false\",\"default\":\"true\","
        "\"from\":\"environment\",\"help\":\"Switch.\",\"secret\":false},"
        "{\"section\":\"risk\",\"name\":\"pairs\",\"value\":\"ETH/USD \\\"x\\\"\","
        "\"default\":\"BTC/USD\",\"from\":\"command line\",\"help\":\"Pairs.\",\"secret\":false},"
        "{\"section\":\"risk\",\"name\":\"api_key\",\"value\":\"***\",\"default\":\"\","
        "\"from\":\"environment\",\"help\":\"Key.\",\"secret\":true},"
        "{\"section\":\"risk\",\"name\":\"empty_key\",\"value\":\"\",\"default\":\"\","
        "\"from\":\"default\",\"help\":\"K.\",\"secret\":true}]}");
    EXPECT(strstr(text, "sesame") == NULL);
    free(text);
    config_free(config);
}
