/* SPDX-License-Identifier: MIT */
/* How large an entry was made, and what limit stood against one, in words and as JSON. */
#include "platform/json/json_writer.h"
#include "sentence_fixture.h"

static struct record sized(enum verdict verdict)
{
    return (struct record){.kind = RECORD_DECISION,
                           .verdict = verdict,
                           .direction = 1,
                           .stop = 63100,
                           .target = 66900,
                           .vote_count = 1,
                           .votes = {{.direction = 1, .actionable = true}}};
}

TEST(an_entry_of_another_size_than_the_usual_says_why_and_one_of_the_usual_says_nothing)
{
    struct record record = sized(VERDICT_ENTER);
    for (uint32_t i = 0; i < SIZE_FACTOR_COUNT; i++)
        record.factors[i] = 1;
    EXPECT(strstr(say(&record), "usual size") == NULL);
    record.factors[SIZE_DRAWDOWN] = 0.8;
    record.factors[SIZE_KELLY] = 0.5;
    record.factors[SIZE_ALL] = 0.4;
    EXPECT(strstr(say(&record), "target 66,900.0; 0.40 times the usual size (drawdown 0.80, Kelly "
                                "0.50).") != NULL);
}

TEST(a_limit_tells_where_it_stands_and_where_it_is)
{
    struct record record = sized(VERDICT_COOL_OFF);
    record.figure = 6;
    record.limit = 5;
    EXPECT(strstr(say(&record), "after 6 losses in a row trading cools off: 5 are enough.") !=
           NULL);
    record = (struct record){.kind = RECORD_DRAWDOWN,
                             .pair = UINT32_MAX,
                             .figure = 0.2034,
                             .limit = 0.2,
                             .equity = 796600000000};
    EXPECT_TEXT(
        say(&record),
        "The account stands 20.3 % below its highest equity, at 7,966.00 USD, and 20.0 % is "
        "the most: trading is paused until you resume. No entries, and resting ones are "
        "taken back; exits and stops go on.");
}

TEST(json_has_the_factors_of_a_size_and_the_figure_of_a_limit_where_there_are_any)
{
    static char text[16384];
    struct json_writer writer;
    struct record record = sized(VERDICT_AT_RISK);
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    EXPECT(memmem(text, writer.len, "size_factors", 12) == NULL);
    EXPECT(memmem(text, writer.len, "\"limit\"", 7) == NULL);
    EXPECT(memmem(text, writer.len, "size_rule", 9) == NULL);
    record.rule = RULE_EXPOSURE;
    record.figure = 0.52;
    record.limit = 0.5;
    for (uint32_t i = 0; i < SIZE_FACTOR_COUNT; i++)
        record.factors[i] = 1.0 - 0.125 * i;
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    const char *const factors =
        "\"figure\":0.52,\"limit\":0.5,\"size_rule\":\"max_exposure\",\"size_factors\":{"
        "\"confidence\":1,\"volatility\":0.875,"
        "\"drawdown\":0.75,\"model\":0.625,\"kelly\":0.5,\"ruin\":0.375,\"market\":0.25,"
        "\"all\":0.125}";
    EXPECT(memmem(text, writer.len, factors, strlen(factors)) != NULL);
}
