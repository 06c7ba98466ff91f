/* SPDX-License-Identifier: MIT */
#include "app/search_yaml.h"

#include "test.h"

/* What a text becomes, or the reason why not. */
static const char *put(const char *text, const char *key, const char *value)
{
    static char out[2048];
    char *made = NULL;
    if (yaml_put(text, key, value, &made, out, sizeof out) == 0) {
        snprintf(out, sizeof out, "%s", made);
        free(made);
    }
    return out;
}

TEST(a_value_is_changed_and_what_stands_round_it_stays)
{
    EXPECT_TEXT(put("# mine\n"
                    "risk:\n"
                    "    max_positions: 3   # not more\n"
                    "\n"
                    "strategy:\n"
                    "  trend: # the slow one\n"
                    "    fast:   12 # days\n"
                    "    slow: \"26\"\n"
                    "  swing:\n"
                    "    fast: 12\n",
                    "strategy.trend.fast", "9"),
                "# mine\n"
                "risk:\n"
                "    max_positions: 3   # not more\n"
                "\n"
                "strategy:\n"
                "  trend: # the slow one\n"
                "    fast:   9 # days\n"
                "    slow: \"26\"\n"
                "  swing:\n"
                "    fast: 12\n");
}

TEST(quotes_go_with_their_value)
{
    EXPECT_TEXT(put("a:\n  b: \"26\" # x\n", "a.b", "1h"), "a:\n  b: 1h # x\n");
    EXPECT_TEXT(put("a:\n  b: 'it''s'\n", "a.b", "true"), "a:\n  b: true\n");
}

TEST(characters_of_several_bytes_are_counted_as_one)
{
    EXPECT_TEXT(put("# größer\na:\n  \"b\": \"ü€😀\" # ä\n  c: 1\n", "a.b", "7"),
                "# größer\na:\n  \"b\": 7 # ä\n  c: 1\n");
    EXPECT_TEXT(put("\xef\xbb\xbf"
                    "a:\n  b: 5\n",
                    "a.b", "7"),
                "\xef\xbb\xbf"
                "a:\n  b: 7\n");
}

TEST(a_missing_option_is_added_at_the_end_of_its_section)
{
    EXPECT_TEXT(put("strategy:\n"
                    "  trend:\n"
                    "      slow: 26 # slow\n"
                    "\n"
                    "  # the next one\n"
                    "  swing:\n"
                    "      lookback: 5\n"
                    "risk:\n"
                    "  max_positions: 3\n",
                    "strategy.trend.fast", "9"),
                "strategy:\n"
                "  trend:\n"
                "      slow: 26 # slow\n"
                "      fast: 9\n"
                "\n"
                "  # the next one\n"
                "  swing:\n"
                "      lookback: 5\n"
                "risk:\n"
                "  max_positions: 3\n");
}

TEST(a_missing_section_is_added_where_it_belongs)
{
    EXPECT_TEXT(put("strategy:\n  swing:\n    lookback: 5\nrisk: {max_positions: 3}\n",
                    "strategy.trend.fast", "9"),
                "strategy:\n  swing:\n    lookback: 5\n  trend:\n    fast: 9\n"
                "risk: {max_positions: 3}\n");
    EXPECT_TEXT(put("risk:\n  a: 1\n# the end\n", "strategy.trend.fast", "9"),
                "risk:\n  a: 1\nstrategy:\n  trend:\n    fast: 9\n# the end\n");
}

TEST(an_empty_file_and_one_without_a_last_end_of_line_are_added_to)
{
    EXPECT_TEXT(put("", "a.b", "1"), "a:\n  b: 1\n");
    EXPECT_TEXT(put("# nothing yet\n", "a.b", "1"), "# nothing yet\na:\n  b: 1\n");
    EXPECT_TEXT(put("a:\n  c: 2", "a.b", "1"), "a:\n  c: 2\n  b: 1\n");
    EXPECT_TEXT(put("a:\r\n  c: 2\r\nd:\r\n  e: 1\r\n", "a.b", "1"),
                "a:\r\n  c: 2\r\n  b: 1\r\nd:\r\n  e: 1\r\n");
}

TEST(lists_and_texts_of_several_lines_end_where_they_end)
{
    EXPECT_TEXT(put("a:\n  list:\n    - x\n    - y\nd:\n  e: 1\n", "a.b", "1"),
                "a:\n  list:\n    - x\n    - y\n  b: 1\nd:\n  e: 1\n");
    EXPECT_TEXT(put("a:\n  list: [x,\n    y]\nd:\n  e: 1\n", "a.b", "1"),
                "a:\n  list: [x,\n    y]\n  b: 1\nd:\n  e: 1\n");
    EXPECT_TEXT(put("a:\n  text: >\n    one\n    two\nd:\n  e: 1\n", "a.b", "1"),
                "a:\n  text: >\n    one\n    two\n  b: 1\nd:\n  e: 1\n");
}

TEST(braces_are_refused_with_the_line_and_the_remedy)
{
    const char *said =
        put("risk:\n  a: 1\nstrategy: {trend: {fast: 5}}\n", "strategy.trend.fast", "9");
    EXPECT(strstr(said, "line 3: write the section without braces") != NULL);
    EXPECT(strstr(said, "strategy.trend.fast") != NULL);
    said = put("strategy:\n  trend: {fast: 5}\n", "strategy.trend.fast", "9");
    EXPECT(strstr(said, "line 2: write the section without braces") != NULL);
}

TEST(what_is_no_single_value_or_no_yaml_is_refused)
{
    EXPECT(strstr(put("a:\n  b: [1, 2]\n", "a.b", "9"), "line 2: a.b is no single value") != NULL);
    EXPECT(strstr(put("a:\n  b:\n", "a.b", "9"), "no single value") != NULL);
    EXPECT(strstr(put("a: 5\n", "a.b", "9"), "line 1: a.b would have to stand below it") != NULL);
    EXPECT(strstr(put("a:\nc:\n  d: 1\n", "a.b", "9"), "the section is empty") != NULL);
    EXPECT(strstr(put("a:\n\t- b: {\n", "a.b", "9"), "line 2:") != NULL);
}
