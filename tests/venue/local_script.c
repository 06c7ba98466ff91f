/* SPDX-License-Identifier: MIT */
#include "venue/local/script.h"

#include "core/base/timestamp.h"
#include "test.h"

static struct script script_of(const char *text)
{
    static struct script script;
    char error[512] = "";
    script_parse(text, &script, error, sizeof error);
    EXPECT_TEXT(error, "");
    return script;
}

static const char *wrong_of(const char *text)
{
    static char error[512];
    struct script script;
    EXPECT(!script_parse(text, &script, error, sizeof error));
    return error;
}

TEST(each_line_says_when_and_what)
{
    const struct script script = script_of("# a bad morning\n"
                                           "30s maintenance for 60s\n"
                                           "\n"
                                           "3m30s  token_expires   # nobody knows why\n"
                                           "4m deposit USD 500\n"
                                           "6m foreign sell BTC/USD 0.01 at 0.5% below\n"
                                           "7m answer_lost 100% for 20s\n"
                                           "8m lag 30s\n");
    EXPECT_INT(script.count, 6);
    EXPECT_INT(script.steps[0].at_ns, 30 * NS_PER_S);
    EXPECT_INT(script.steps[0].system, TRADING_MAINTENANCE);
    EXPECT_INT(script.steps[0].for_ns, 60 * NS_PER_S);
    EXPECT_INT(script.steps[1].kind, SCRIPT_TOKENS);
    EXPECT_TEXT(script.steps[2].amount, "500");
    EXPECT_INT(script.steps[3].side, SIDE_SELL);
    EXPECT_INT(script.steps[3].away_ppm, -5000);
    EXPECT_TEXT(script.steps[4].name, "answer_lost");
    EXPECT_INT(script.steps[5].for_ns, 0);
}

TEST(lines_need_not_stand_in_the_order_of_their_times)
{
    const struct script script = script_of("2m cut\n1m online\n2m foreign cancel");
    EXPECT_INT(script.steps[0].kind, SCRIPT_MODE);
    EXPECT_INT(script.steps[1].kind, SCRIPT_CUT);
    EXPECT_INT(script.steps[2].kind, SCRIPT_FOREIGN_CANCEL);
}

TEST(a_bad_line_is_told_by_its_number_and_what_would_be_right)
{
    EXPECT(strstr(wrong_of("30s cut\nsoon cut\n"), "line 2: right would be: a line begins with"));
    EXPECT(strstr(wrong_of("30s"), "what happens stands behind the time"));
    EXPECT(strstr(wrong_of("30s explode"), "token_expires"));
    EXPECT(strstr(wrong_of("30s cut now"), "nothing behind it"));
    EXPECT(strstr(wrong_of("30s maintenance 60s"), "maintenance for 60s"));
    EXPECT(strstr(wrong_of("30s deposit USD"), "deposit USD 500"));
    EXPECT(strstr(wrong_of("30s foreign buy BTC/USD 0.01 at 101% below"), "at 0.5% below"));
    EXPECT(strstr(wrong_of("30s answer_lost 120%"), "answer_lost 100% for 20s"));
    EXPECT(strstr(wrong_of("30s late often"), "lag 30s for 2m"));
}

/* The lines of the example in docs/local-kraken.md, which stand four columns in. */
static void read_example(char *out, size_t size)
{
    char path[512], line[512];
    bool inside = false;
    size_t len = 0;
    snprintf(path, sizeof path, "%s/docs/local-kraken.md", getenv("CUTTLE_SOURCE"));
    FILE *file = fopen(path, "r");
    EXPECT(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        inside = strncmp(line, "    # bad-morning.txt", 21) == 0 ||
                 (inside && strncmp(line, "    ", 4) == 0);
        if (inside && len + strlen(line) < size) {
            len += (size_t)snprintf(out + len, size - len, "%s", line);
        }
    }
    fclose(file);
}

TEST(the_example_in_the_documents_can_be_read)
{
    char text[8192] = "";
    read_example(text, sizeof text);
    EXPECT_INT(script_of(text).count, 11);
}
