/* SPDX-License-Identifier: MIT */
#include "platform/config/config.h"

#include "test.h"

#include <errno.h>

#include "core/base/timestamp.h"

struct risk {
    int64_t positions;
    double loss;
    int64_t wait_ns;
    int64_t since_ns;
    int64_t cash;
    int32_t mode;
    bool on;
    char pairs[24];
    char api_key[16];
};

struct trend {
    int64_t fast;
    double weight;
};

static const char *const modes[] = {"paper", "rehearsal", "live", NULL};

static const struct option risk_options[] = {
    {"max_positions", OPTION_INT, "", "5", 1, 200, NULL, OPTION_FIELD(struct risk, positions),
     "Positions open at once."},
    {"max_daily_loss", OPTION_REAL, "of equity", "0.05", 0.001, 0.5, NULL,
     OPTION_FIELD(struct risk, loss), "Stop for the day | beyond it."},
    {"wait", OPTION_DURATION, "", "3m", 1, 3600, NULL, OPTION_FIELD(struct risk, wait_ns),
     "Pause."},
    {"since", OPTION_TIME, "", "", 0, 0, NULL, OPTION_FIELD(struct risk, since_ns), "Start."},
    {"capital", OPTION_MONEY, "USD", "10000", 10, 1e6, NULL, OPTION_FIELD(struct risk, cash),
     "What cuttle may use."},
    {"mode", OPTION_CHOICE, "", "paper", 0, 0, modes, OPTION_FIELD(struct risk, mode), "Mode."},
    {"on", OPTION_BOOL, "", "true", 0, 0, NULL, OPTION_FIELD(struct risk, on), "Switch."},
    {"pairs", OPTION_TEXT, "", "BTC/USD", 0, 0, NULL, OPTION_FIELD(struct risk, pairs), "Pairs."},
    {"api_key", OPTION_SECRET, "", "", 0, 0, NULL, OPTION_FIELD(struct risk, api_key), "Key."},
};

static const struct option trend_options[] = {
    {"fast", OPTION_INT, "candles", "20", 0, 0, NULL, OPTION_FIELD(struct trend, fast), "Fast."},
    {"weight", OPTION_REAL, "", "1", 0, 0, NULL, OPTION_FIELD(struct trend, weight), "Weight."},
};

static struct risk risk;
static struct trend trend, swing;

static const struct config_section sections[] = {
    {"risk", risk_options, 9, &risk, "What may be lost."},
    {"strategy.trend", trend_options, 2, &trend, ""},
    {"strategy.swing", trend_options, 2, &swing, ""},
};

static struct config *fresh(void)
{
    memset(&risk, 0xee, sizeof risk);
    memset(&trend, 0xee, sizeof trend);
    return config_new(sections, 3);
}

/* Files stand in one folder, so that their errors read "cuttle.yaml:1:2". */
static void put_file(const char *name, const char *text, size_t len)
{
    static char folder[] = "/tmp/cuttle-config-XXXXXX";
    static bool made;
    if (!made)
        EXPECT(mkdtemp(folder) != NULL && chdir(folder) == 0);
    made = true;
    FILE *file = fopen(name, "w");
    EXPECT(fwrite(text, 1, len, file) == len);
    fclose(file);
}

static int read_yaml(struct config *config, const char *text)
{
    put_file("cuttle.yaml", text, strlen(text));
    return config_read_file(config, "cuttle.yaml");
}

static int read_env(struct config *config, const char *text)
{
    put_file(".env", text, strlen(text));
    return config_read_env_file(config, ".env");
}

/* environ is not const, our variables are. */
static int read_environment(struct config *config, const char *const variables[])
{
    char *copy[8] = {NULL};
    for (size_t i = 0; variables[i]; i++)
        copy[i] = strdup(variables[i]);
    int error = config_read_environment(config, copy);
    for (size_t i = 0; copy[i]; i++)
        free(copy[i]);
    return error;
}

TEST(defaults_are_applied_at_once)
{
    struct config *config = fresh();
    EXPECT_INT(risk.positions, 5);
    EXPECT(risk.loss == 0.05 && risk.on);
    EXPECT_INT(risk.wait_ns, 180 * NS_PER_S);
    EXPECT_INT(risk.since_ns, 0);
    EXPECT_INT(risk.cash, INT64_C(10000) * 100000000);
    EXPECT_INT(risk.mode, 0);
    EXPECT_TEXT(risk.pairs, "BTC/USD");
    EXPECT_TEXT(risk.api_key, "");
    EXPECT_INT(swing.fast, 20);
    config_free(config);
}

TEST(a_file_sets_every_type_and_sections_nest)
{
    struct config *config = fresh();
    EXPECT_INT(read_yaml(config, "# a comment\n"
                                 "risk:\n"
                                 "  max_positions: 7\n"
                                 "  max_daily_loss: 3e-2\n"
                                 "  wait: 1m30s\n"
                                 "  since: 2024-08-01\n"
                                 "  capital: 2500.12345678\n"
                                 "  mode: live\n"
                                 "  on: false\n"
                                 "  pairs: [BTC/USD, \"ETH/USD\"]\n"
                                 "  api_key: 'k'\n"
                                 "strategy:\n"
                                 "  swing:\n"
                                 "  trend: {fast: -3}\n"),
               0);
    EXPECT_TEXT(config_error(config), "");
    EXPECT_INT(risk.positions, 7);
    EXPECT(risk.loss == 0.03 && !risk.on);
    EXPECT_INT(risk.wait_ns, 90 * NS_PER_S);
    EXPECT_INT(risk.since_ns, INT64_C(1722470400) * NS_PER_S);
    EXPECT_INT(risk.cash, INT64_C(250012345678));
    EXPECT_INT(risk.mode, 2);
    EXPECT_TEXT(risk.pairs, "BTC/USD ETH/USD");
    EXPECT_TEXT(risk.api_key, "k");
    EXPECT_INT(trend.fast, -3);
    EXPECT_INT(swing.fast, 20);
    EXPECT_INT(read_yaml(config, ""), 0);
    EXPECT_INT(read_yaml(config, "---\nrisk: {}\n...\n"), 0);
    config_free(config);
}

static const struct {
    const char *text;
    const char *error;
} file_faults[] = {
    {"risk:\n  max_daily_loss: 5%\n",
     "cuttle.yaml:2:19: risk.max_daily_loss: '5%' is not a number; write 0.05"},
    {"risk: {max_daily_loss: 12.5 %}",
     "cuttle.yaml:1:24: risk.max_daily_loss: '12.5 %' is not a number; write 0.125"},
    {"risk: {max_daily_loss: abc}",
     "cuttle.yaml:1:24: risk.max_daily_loss: 'abc' is not a number such as 0.05"},
    {"risk: {max_daily_loss: .5}",
     "cuttle.yaml:1:24: risk.max_daily_loss: '.5' is not a number such as 0.05"},
    {"risk: {max_daily_loss: 1e999}",
     "cuttle.yaml:1:24: risk.max_daily_loss: '1e999' is not a number such as 0.05"},
    {"risk: {max_daily_loss: 0.6}",
     "cuttle.yaml:1:24: risk.max_daily_loss: 0.6 is out of range: 0.001 to 0.5 of equity"},
    {"risk: {max_positions: 0}",
     "cuttle.yaml:1:23: risk.max_positions: 0 is out of range: 1 to 200"},
    {"risk: {max_positions: 5.0}",
     "cuttle.yaml:1:23: risk.max_positions: '5.0' is not a whole number such as 12"},
    {"risk: {max_positions: 0x10}",
     "cuttle.yaml:1:23: risk.max_positions: '0x10' is not a whole number such as 12"},
    {"risk: {wait: 180}",
     "cuttle.yaml:1:14: risk.wait: '180' is not a duration such as 180s or 1h30m"},
    {"risk: {wait: 2h}", "cuttle.yaml:1:14: risk.wait: 2h is out of range: 1s to 1h"},
    {"risk: {since: yesterday}",
     "cuttle.yaml:1:15: risk.since: 'yesterday' is not a time such as 2024-08-01 or "
     "2024-08-01T12:30Z"},
    {"risk: {capital: 10 000}", "cuttle.yaml:1:17: risk.capital: '10 000' is not an amount "
                                "such as 10000.00, with at most 8 "
                                "decimals"},
    {"risk: {capital: 9.99}",
     "cuttle.yaml:1:17: risk.capital: 9.99 is out of range: 10 to 1000000 USD"},
    {"risk: {mode: lively}",
     "cuttle.yaml:1:14: risk.mode: 'lively' is none of paper, rehearsal, live"},
    {"risk: {on: yes}", "cuttle.yaml:1:12: risk.on: 'yes' is neither true nor false"},
    {"risk: {on: True}", "cuttle.yaml:1:12: risk.on: 'True' is neither true nor false"},
    {"risk: {pairs: 0123456789012345678901234}",
     "cuttle.yaml:1:15: risk.pairs: a text of 25 bytes is longer than 23"},
    {"risk: {pairs: \"a\\tb\"}",
     "cuttle.yaml:1:15: risk.pairs: a text has control characters or is not UTF-8"},
    {"risk: {pairs: \"a\\0b\"}", "cuttle.yaml:1:15: risk.pairs: a zero byte in a text"},
    {"risk: {api_key: 0123456789abcdefg}",
     "cuttle.yaml:1:17: risk.api_key: a secret of 17 bytes is longer than 15"},
    {"risk: {api_key: \"hush\\n\"}",
     "cuttle.yaml:1:17: risk.api_key: a secret (not shown) has control characters or is not "
     "UTF-8"},
    {"risk:\n  max_dayly_loss: 0.05\n",
     "cuttle.yaml:2:3: there is no option 'risk.max_dayly_loss'; the nearest is "
     "'risk.max_daily_loss'"},
    {"max_daily_loss: 0.05\n", "cuttle.yaml:1:1: there is no option 'max_daily_loss'; the "
                               "nearest is 'risk.max_daily_loss'"},
    {"risk.max_daily_loss: 0.05\n",
     "cuttle.yaml:1:1: there is no option 'risk.max_daily_loss'; the nearest is "
     "'risk.max_daily_loss'"},
    {"strategy:\n  trent:\n    fast: 1\n",
     "cuttle.yaml:2:3: there is no section 'strategy.trent'; the nearest is 'strategy.trend'"},
    {"risk:\n  on: true\n  on: false\n", "cuttle.yaml:3:3: 'risk.on' is here for the second time"},
    {"risk: {on: true}\nrisk: {on: true}\n", "cuttle.yaml:2:1: 'risk' is here for the second time"},
    {"risk: {on: }",
     "cuttle.yaml:1:12: risk.on: no value; write a true or false, or leave the line out"},
    {"risk: {pairs: null}",
     "cuttle.yaml:1:15: risk.pairs: no value; write a text, or leave the line out"},
    {"risk: {on: [true]}", "cuttle.yaml:1:12: risk.on: a list where a true or false is expected"},
    {"risk: {wait: {a: 1}}", "cuttle.yaml:1:14: risk.wait: a map where a duration is expected"},
    {"risk: {pairs: [a, [b]]}", "cuttle.yaml:1:19: expected a word of a list"},
    {"risk: {pairs: [0123456789, 0123456789, 012]}",
     "cuttle.yaml:1:40: the list becomes too long here"},
    {"risk: 5", "cuttle.yaml:1:7: expected the options of a section"},
    {"[1]", "cuttle.yaml:1:1: expected sections with options, such as risk:"},
    {"risk: {on: &a true}",
     "cuttle.yaml:1:12: anchors (&name) are not taken; write the value where it is used"},
    {"risk: {on: *a}", "cuttle.yaml:1:12: aliases (*name) are not taken; write the value out"},
    {"risk: {on: !!bool true}", "cuttle.yaml:1:12: tags (!name) are not taken"},
    {"risk: {}\n---\nrisk: {}\n",
     "cuttle.yaml:2:1: a second document; one file is one configuration"},
    {"? [a]\n: b\n", "cuttle.yaml:1:3: expected a name"},
    {"risk:\n  on: true\n bad\n",
     "cuttle.yaml:3:2: did not find expected key, while parsing a block mapping"},
    {"risk:\n\ton: true\n", "cuttle.yaml:2:1: found character that cannot start any token, "
                            "while scanning for the next "
                            "token"},
    {"risk: {}\n# \xff\n", "cuttle.yaml:2:3: invalid leading UTF-8 octet"},
};

TEST(an_error_in_a_file_says_where_what_and_what_would_be_right)
{
    for (size_t i = 0; i < sizeof file_faults / sizeof file_faults[0]; i++) {
        struct config *config = fresh();
        EXPECT_INT(read_yaml(config, file_faults[i].text), -EINVAL);
        EXPECT_TEXT(config_error(config), file_faults[i].error);
        config_free(config);
    }
}

TEST(a_source_with_an_error_changes_nothing)
{
    struct config *config = fresh();
    struct risk before = risk;
    EXPECT(read_yaml(config, "risk:\n  max_positions: 9\n  mode: live\n  wait: soon\n") != 0);
    EXPECT(memcmp(&before, &risk, sizeof risk) == 0);
    EXPECT(read_env(config, "CUTTLE_RISK__MAX_POSITIONS=9\nCUTTLE_RISK__ON=perhaps\n") != 0);
    EXPECT(memcmp(&before, &risk, sizeof risk) == 0);
    const char *const environment[] = {"CUTTLE_RISK__MAX_POSITIONS=9", "CUTTLE_RISK__NO=1", NULL};
    EXPECT(read_environment(config, environment) != 0);
    EXPECT(memcmp(&before, &risk, sizeof risk) == 0);
    EXPECT(config_set(config, "risk.max_positions", "900", "--set") != 0);
    EXPECT(memcmp(&before, &risk, sizeof risk) == 0);
    /* What a refused source staged does not come in with the next good one. */
    EXPECT_INT(read_yaml(config, "risk: {on: false}"), 0);
    EXPECT(risk.positions == 5 && risk.mode == 0 && !risk.on);
    config_free(config);
}

TEST(a_later_source_wins)
{
    struct config *config = fresh();
    const char *const environment[] = {"HOME=/", "CUTTLE_RISK__MAX_DAILY_LOSS=0.03", "NOEQUALS",
                                       "CUTTLE_STRATEGY__TREND__FAST=8", NULL};
    EXPECT_INT(read_yaml(config, "risk: {max_daily_loss: 0.01, max_positions: 2, mode: live}"), 0);
    EXPECT(risk.loss == 0.01 && risk.positions == 2 && risk.mode == 2);
    EXPECT_INT(read_env(config, "CUTTLE_RISK__MAX_DAILY_LOSS=0.02\nCUTTLE_RISK__MAX_POSITIONS=3\n"),
               0);
    EXPECT(risk.loss == 0.02 && risk.positions == 3 && risk.mode == 2);
    EXPECT_INT(read_environment(config, environment), 0);
    EXPECT(risk.loss == 0.03 && risk.positions == 3 && trend.fast == 8 && swing.fast == 20);
    const char *key = config_key_of_flag(config, "--risk-max-daily-loss");
    EXPECT_TEXT(key, "risk.max_daily_loss");
    EXPECT_INT(config_set(config, key, "0.04", "--risk-max-daily-loss"), 0);
    EXPECT(risk.loss == 0.04 && risk.positions == 3);
    EXPECT_TEXT(config_key_of_flag(config, "--strategy-trend-fast"), "strategy.trend.fast");
    EXPECT(config_key_of_flag(config, "--nothing") == NULL);
    config_free(config);
}

TEST(errors_of_the_other_sources_name_the_variable_or_the_flag)
{
    struct config *config = fresh();
    const char *const wrong_name[] = {"CUTTLE_RISK__MAX_DAYLY_LOSS=0.03", NULL};
    const char *const wrong_value[] = {"CUTTLE_RISK__MAX_DAILY_LOSS=3%", NULL};
    EXPECT_INT(read_environment(config, wrong_name), -EINVAL);
    EXPECT_TEXT(config_error(config),
                "the environment: there is no option CUTTLE_RISK__MAX_DAYLY_LOSS; "
                "the nearest is CUTTLE_RISK__MAX_DAILY_LOSS");
    EXPECT_INT(read_environment(config, wrong_value), -EINVAL);
    EXPECT_TEXT(config_error(config),
                "CUTTLE_RISK__MAX_DAILY_LOSS: risk.max_daily_loss: '3%' is not a "
                "number; write 0.03");
    EXPECT_INT(config_set(config, "risk.mod", "live", "--set"), -EINVAL);
    EXPECT_TEXT(config_error(config),
                "--set: there is no option 'risk.mod'; the nearest is 'risk.mode'");
    EXPECT_INT(config_set(config, "risk.mode", "alive", "--risk-mode"), -EINVAL);
    EXPECT_TEXT(config_error(config),
                "--risk-mode: risk.mode: 'alive' is none of paper, rehearsal, live");
    EXPECT_INT(config_read_file(config, "missing.yaml"), -ENOENT);
    EXPECT_TEXT(config_error(config), "missing.yaml: cannot be read: No such file or directory");
    EXPECT_INT(config_read_env_file(config, "missing.env"), 0);
    config_free(config);
}

TEST(a_dot_env_file_has_quotes_comments_and_exports)
{
    struct config *config = fresh();
    EXPECT_INT(read_env(config, "# secrets\r\n\n"
                                "export CUTTLE_RISK__API_KEY = \"a\\\"b\\\\c\\$d#\" # key\r\n"
                                "CUTTLE_RISK__PAIRS='it''"
                                "\n"),
               -EINVAL);
    EXPECT_TEXT(config_error(config), ".env:4:24: text after the closing quote");
    EXPECT_INT(read_env(config, "# secrets\r\n\n"
                                "export CUTTLE_RISK__API_KEY = \"a\\\"b\\\\c\\$d#\" # key\r\n"
                                "  CUTTLE_RISK__PAIRS=  A/B#C  D # and a comment\r\n"
                                "CUTTLE_RISK__MODE='live'\n"
                                "OTHER=$anything goes\n"
                                "CUTTLE_RISK__MAX_POSITIONS=9"),
               0);
    EXPECT_TEXT(risk.api_key, "a\"b\\c$d#");
    EXPECT_TEXT(risk.pairs, "A/B#C  D");
    EXPECT(risk.mode == 2 && risk.positions == 9);
    EXPECT_INT(read_env(config, "CUTTLE_RISK__API_KEY=\nCUTTLE_RISK__PAIRS=#none"), 0);
    EXPECT_TEXT(risk.api_key, "");
    EXPECT_TEXT(risk.pairs, "");
    config_free(config);
}

TEST(an_error_in_a_dot_env_file_has_its_line_and_column)
{
    static const struct {
        const char *text;
        const char *error;
    } table[] = {
        {"\nrubbish\n", ".env:2:8: expected NAME=value"},
        {"A B=1\n", ".env:1:3: expected NAME=value"},
        {"9A=1\n", ".env:1:1: expected NAME=value"},
        {"A=\"open\n", ".env:1:3: a quote that does not end on its line"},
        {"A=\"\\x\"\n", ".env:1:5: no such escape; \\\" \\\\ and \\$ are known"},
        {"A='x' y\n", ".env:1:7: text after the closing quote"},
        {"CUTTLE_RISK__ON=1\n", ".env:1:17: risk.on: '1' is neither true nor false"},
        {"CUTTLE_RISK__ONE=1\n",
         ".env:1:1: there is no option CUTTLE_RISK__ONE; the nearest is CUTTLE_RISK__ON"},
        {"CUTTLE_RISK__ON=true\nCUTTLE_RISK__ON=true\n",
         ".env:2:1: a second value for the same variable"},
        {"KRAKEN_API_KEY=1\nKRAKEN_API_KEY=2\n", ".env:2:1: a second value for the same variable"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct config *config = fresh();
        config_alias(config, "KRAKEN_API_KEY", "risk.api_key");
        EXPECT_INT(read_env(config, table[i].text), -EINVAL);
        EXPECT_TEXT(config_error(config), table[i].error);
        config_free(config);
    }
    struct config *config = fresh();
    put_file(".env", "A=1\0\n", 5);
    EXPECT_INT(config_read_env_file(config, ".env"), -EINVAL);
    EXPECT_TEXT(config_error(config), ".env: has a zero byte in it: this is no text");
    config_free(config);
}

TEST(an_alias_fills_an_option_and_the_own_name_wins)
{
    struct config *config = fresh();
    config_alias(config, "KRAKEN_API_KEY", "risk.api_key");
    config_alias(config, "CUTTLE_SEED", NULL);
    const char *const alone[] = {"KRAKEN_API_KEY=alias", "CUTTLE_SEED=1", NULL};
    const char *const first[] = {"KRAKEN_API_KEY=alias", "CUTTLE_RISK__API_KEY=own", NULL};
    const char *const last[] = {"CUTTLE_RISK__API_KEY=own2", "KRAKEN_API_KEY=alias", NULL};
    EXPECT_INT(read_environment(config, alone), 0);
    EXPECT_TEXT(risk.api_key, "alias");
    EXPECT_INT(read_environment(config, first), 0);
    EXPECT_TEXT(risk.api_key, "own");
    EXPECT_INT(read_environment(config, last), 0);
    EXPECT_TEXT(risk.api_key, "own2");
    config_free(config);
}

static const char *written(const struct config *config,
                           void (*write)(const struct config *config, FILE *out))
{
    static char text[8192];
    memset(text, 0, sizeof text);
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    write(config, out);
    fclose(out);
    return text;
}

TEST(the_values_are_shown_with_their_sources_and_read_back_equal)
{
    struct config *config = fresh();
    const char *const environment[] = {"CUTTLE_RISK__API_KEY=hush-hush", NULL};
    EXPECT_INT(read_yaml(config, "risk:\n  pairs: 'a \"b\\'\nstrategy: {swing: {weight: 0.5}}\n"),
               0);
    EXPECT_INT(read_environment(config, environment), 0);
    EXPECT_INT(config_set(config, "risk.mode", "live", "--set"), 0);
    const char *shown = written(config, config_show);
    EXPECT_TEXT(shown, "risk:\n"
                       "  max_positions: 5  # default\n"
                       "  max_daily_loss: 0.05  # default\n"
                       "  wait: 3m  # default\n"
                       "  since: \"\"  # default\n"
                       "  capital: 10000  # default\n"
                       "  mode: live  # --set\n"
                       "  on: true  # default\n"
                       "  pairs: \"a \\\"b\\\\\"  # cuttle.yaml:2\n"
                       "  # api_key: ********  # CUTTLE_RISK__API_KEY\n"
                       "strategy:\n"
                       "  trend:\n"
                       "    fast: 20  # default\n"
                       "    weight: 1  # default\n"
                       "  swing:\n"
                       "    fast: 20  # default\n"
                       "    weight: 0.5  # cuttle.yaml:3\n");
    struct risk before = risk;
    EXPECT_INT(read_yaml(config, shown), 0);
    EXPECT(memcmp(&before, &risk, sizeof risk) == 0 && swing.weight == 0.5);
    config_free(config);
}

TEST(a_text_takes_every_letter_and_no_character_without_a_face)
{
    static const char *const taken[] = {
        "",  " a  b ",      "\xc3\xa9\xe2\x82\xac", "\xf0\x9f\x98\x80", "# no: [comment]",
        "~", "\xef\xbf\xbd"};
    static const char *const refused[] = {"\x1b",         "\x7f",         "\xc2\x85",
                                          "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbfkey",
                                          "\xef\xbf\xbe", "\xff",         "\xed\xa0\x80"};
    struct config *config = fresh();
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        EXPECT_INT(config_set(config, "risk.pairs", taken[i], "--set"), 0);
        EXPECT_INT(read_yaml(config, written(config, config_show)), 0);
        EXPECT_TEXT(risk.pairs, taken[i]);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        EXPECT_INT(config_set(config, "risk.pairs", refused[i], "--set"), -EINVAL);
        EXPECT_INT(config_set(config, "risk.api_key", refused[i], "--set"), -EINVAL);
        EXPECT(strstr(config_error(config), "not shown") != NULL);
    }
    config_free(config);
}

TEST(the_reference_is_made_of_the_table)
{
    struct config *config = fresh();
    const char *text = written(config, config_reference);
    const char *head =
        "## risk\n\nWhat may be lost.\n\n"
        "| option | type | default | range | what it does |\n|---|---|---|---|---|\n"
        "| `max_positions` | whole number | `5` | 1 to 200 | Positions open at once. |\n"
        "| `max_daily_loss` | number, of equity | `0.05` | 0.001 to 0.5 | Stop for the "
        "day \\| beyond it. |\n"
        "| `wait` | duration | `3m` | 1s to 1h | Pause. |\n"
        "| `since` | time |  |  | Start. |\n";
    EXPECT(strncmp(text, head, strlen(head)) == 0);
    EXPECT(strstr(text, "| `mode` | choice | `paper` | `paper`, `rehearsal`, `live` | Mode. |\n"));
    EXPECT(strstr(text, "\n\n## strategy.swing\n\n| option |"));
    config_free(config);
}

TEST(options_may_stand_at_the_top)
{
    static struct trend top;
    static const struct config_section one[] = {{"", trend_options, 2, &top, ""}};
    struct config *config = config_new(one, 1);
    EXPECT_INT(read_yaml(config, "fast: 4\n"), 0);
    EXPECT_INT(top.fast, 4);
    const char *const environment[] = {"CUTTLE_FAST=5", NULL};
    EXPECT_INT(read_environment(config, environment), 0);
    EXPECT_INT(top.fast, 5);
    EXPECT_TEXT(config_key_of_flag(config, "--fast"), "fast");
    EXPECT_TEXT(written(config, config_show), "fast: 5  # CUTTLE_FAST\nweight: 1  # default\n");
    config_free(config);
}

TEST(a_file_too_large_is_no_configuration)
{
    size_t len = (1 << 20) + 1;
    char *text = malloc(len);
    memset(text, '#', len);
    struct config *config = fresh();
    put_file("cuttle.yaml", text, len);
    EXPECT_INT(config_read_file(config, "cuttle.yaml"), -EFBIG);
    EXPECT_TEXT(config_error(config), "cuttle.yaml: cannot be read: File too large");
    config_free(config);
    free(text);
}
