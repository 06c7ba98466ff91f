/* SPDX-License-Identifier: MIT */
/* What the decision asked beside the vote, in words and as JSON: a refusal names who refused, the
 * figure and the limit. */
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"
#include "operator/sentence/sentence_table.h"
#include "platform/json/json_writer.h"
#include "test.h"

static const char *const strategies[] = {"sma_cross", "trend"};
static const struct pair pairs[] = {
    {.symbol = "BTC/USD", .base = "BTC", .quote = "USD", .price_decimals = 1, .qty_decimals = 8},
};
static const struct sentence_names names = {
    .currency = "USD",
    .strategies = strategies,
    .strategy_count = 2,
    .pairs = pairs,
    .pair_count = 1,
};

static const char *say(const struct record *record)
{
    static char text[SENTENCE_MAX];
    sentence_record(text, sizeof text, record, &names);
    EXPECT(strchr(text, '{') == NULL && strlen(text) + 1 < sizeof text);
    return text;
}

static struct record decision(enum verdict verdict)
{
    return (struct record){
        .kind = RECORD_DECISION,
        .verdict = verdict,
        .direction = 1,
        .confidence = 0.6,
        .gate = 0.5,
        .stop = 90,
        .target = 120,
        .actionable_count = 1,
        .vote_count = 1,
        .votes = {{.direction = 1,
                   .actionable = true,
                   .reason = REASON_SMA_CROSS_UP,
                   .figures = {100, 99}}},
        .chained = true,
        .findings = {.filter_first = FILTER_COUNT,
                     .timeframe_first = TIMEFRAME_COUNT,
                     .effect = {1, 0, 1, 1}},
    };
}

#define VOTES "1 of 1 strategy says long (sma_cross: close 100.0 crossed above SMA 99.0)"

TEST(a_refusal_by_a_filter_names_the_filter_its_figure_and_its_limit)
{
    const struct {
        enum filter filter;
        struct finding finding;
        const char *text;
    } lines[] = {
        {FILTER_RSI, {FINDING_FAILED, false, 74.23, 30, 70}, "RSI 74.2 lies outside 30.0 to 70.0"},
        {FILTER_TREND,
         {FINDING_FAILED, true, -0.418, 0, 0},
         "the fast average stands -0.42 % beyond the slow one in its direction, and must stand "
         "more than 0.00 %"},
        {FILTER_VOLUME,
         {FINDING_FAILED, false, 12, 20, 0},
         "the volume ranks 12 of 100 among those before it, and must rank 20"},
        {FILTER_ATR,
         {FINDING_FAILED, false, 0.0213, 0.05, 3},
         "ATR is 0.021 % of the price, which lies outside 0.050 to 3.000 %"},
        {FILTER_SLOPE,
         {FINDING_FAILED, false, 0.0049, 0.02, 0},
         "the market chops: the average moves 0.005 ATR a candle, and must move 0.020"},
        {FILTER_RANGE,
         {FINDING_FAILED, false, 1.9, 2.5, 0},
         "the market chops: its candles span 1.90 ATR, and must span 2.50"},
        {FILTER_SPIKE,
         {FINDING_FAILED, false, 3.1, 0, 2.5},
         "ATR has leapt to 3.10 times its long average, and may be 2.50 times"},
        {FILTER_SPIKE, {.state = FINDING_WARMING}, "the filter spike is still warming up"},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct record record = decision(VERDICT_FILTER);
        record.findings.filter_first = lines[i].filter;
        record.findings.filters[lines[i].filter] = lines[i].finding;
        char want[SENTENCE_MAX];
        snprintf(want, sizeof want, "BTC/USD: no entry. " VOTES ", but %s.", lines[i].text);
        EXPECT_TEXT(say(&record), want);
    }
}

TEST(a_timeframe_that_does_not_agree_is_named)
{
    struct record record = decision(VERDICT_TIMEFRAME);
    record.findings.timeframe_first = TIMEFRAME_1H;
    record.findings.timeframes[TIMEFRAME_1H] = (struct finding){FINDING_FAILED, true, -1.25, 0, 0};
    EXPECT_TEXT(say(&record), "BTC/USD: no entry. " VOTES ", but the 1h candles do not agree: "
                              "-1.250 % in its direction, and more than 0.000 % is needed.");
    record.findings.timeframes[TIMEFRAME_1H].state = FINDING_WARMING;
    EXPECT_TEXT(say(&record), "BTC/USD: no entry. " VOTES ", but the 1h candles, which must "
                              "agree, are still warming up.");
}

static struct mood panic(void)
{
    return (struct mood){.kind = MOOD_PANIC,
                         .span_ns = 24 * NS_PER_HOUR,
                         .leader = -0.124,
                         .breadth = 5.0 / 24,
                         .risen = 5,
                         .counted = 24};
}

TEST(the_markets_mood_is_told_when_it_turns_and_when_it_refuses)
{
    struct record record = decision(VERDICT_MOOD);
    record.findings.mood = panic();
    record.findings.effect.size = 0;
#define PANIC "the market is in panic (BTC/USD moved -12.4 % in 1 d; 5 of 24 pairs stand no lower)"
    EXPECT_TEXT(say(&record), "BTC/USD: no entry. " VOTES ", but " PANIC ".");
    record.kind = RECORD_MOOD;
    EXPECT_TEXT(say(&record), "The market is in panic (BTC/USD moved -12.4 % in 1 d; 5 of 24 "
                              "pairs stand no lower): no entries, and what rests of the "
                              "strategies' is taken back; exits and stops go on.");
    static const struct sentence_names nobody = {.currency = "USD"};
    char text[SENTENCE_MAX];
    sentence_record(text, sizeof text, &record, &nobody);
    EXPECT(strstr(text, "in panic (the first pair moved -12.4 %") != NULL);
    record.findings.effect.size = 0.5;
    EXPECT(strstr(say(&record), "entries are made at 50 % of their size.") != NULL);
    record.findings.effect.size = 1;
    record.findings.mood.kind = MOOD_NORMAL;
    EXPECT(strstr(say(&record), "in its normal mood (") != NULL);
    EXPECT(strstr(say(&record), "entries are made in full.") != NULL);
}

TEST(a_cooldown_says_who_for_how_long_and_after_what)
{
    struct record record = decision(VERDICT_COOLDOWN);
    record.votes[0].actionable = false;
    record.votes[0].cooling = true;
    record.findings.cooling = 1;
    record.findings.cooling_lost = true;
    record.findings.cooling_left_ns = 12 * NS_PER_MIN;
    EXPECT_TEXT(say(&record),
                "BTC/USD: no entry. Every strategy that has a signal cools down after a close. "
                "Cooling down: 1 long (sma_cross: close 100.0 crossed above SMA 99.0), for another "
                "12 min after a loss.");
    record.findings.cooling_lost = false;
    EXPECT(strstr(say(&record), "after a gain.") != NULL);
    EXPECT(strstr(say(&record), "Too weak") == NULL);
}

TEST(an_entry_says_what_the_market_made_of_it)
{
    struct record record = decision(VERDICT_ENTER);
    EXPECT(strstr(say(&record), "size") == NULL); /* it changed nothing */
    record.findings.regime = (struct regime){REGIME_RANGING, VOLATILITY_HIGH, 18.23, 82};
    record.findings.effect = (struct regime_effect){0.75, 0.05, 1.25, 0.8};
    EXPECT(strstr(say(&record),
                  " Here the market ranges (ADX 18.2), volatility is high (its ATR ranks 82 of "
                  "100): size 75 %, stop 125 %, target 80 % of what they would be.") != NULL);
    record.findings.regime = (struct regime){0};
    record.findings.mood = panic();
    record.findings.mood.kind = MOOD_CAUTION;
    EXPECT(strstr(say(&record), " The market is one for caution: size 75 %") != NULL);
}

/* What the heuristic made of votes at 0.62. */
static struct record blended(enum verdict verdict)
{
    struct record record = decision(verdict);
    record.confidence = 0.569;
    record.findings.blend = (struct blend){
        .answer = {.kind = MODEL_HEURISTIC,
                   .probability = 0.45,
                   .contribution_count = 3,
                   .contributions = {{FEATURE_ADX, 31, 0.0667},
                                     {FEATURE_VOLUME_RANK, 12, -0.127},
                                     {FEATURE_BOOK, 0.0625, 0.0104}}},
        .voted = 0.62,
        .share = 0.3,
    };
    return record;
}

#define SPOKEN                                                                                     \
    " The heuristic gives it 0.45 (the volume ranks 12 of 100 -0.13, ADX 31.0 +0.07), so the "     \
    "votes' 0.62 became 0.57."

TEST(where_the_confidence_decided_the_model_says_what_it_made_of_it_and_why)
{
    struct record record = blended(VERDICT_ENTER);
    EXPECT_TEXT(say(&record), "BTC/USD: buy. " VOTES "; confidence 0.57 meets the 0.50 needed; "
                              "stop 90.0, target 120.0." SPOKEN);
    record = blended(VERDICT_UNSURE);
    record.gate = 0.6;
    EXPECT_TEXT(say(&record), "BTC/USD: no entry. " VOTES ", confidence 0.57 is below the 0.60 "
                              "needed." SPOKEN);
    record = blended(VERDICT_HOLD);
    EXPECT(strstr(say(&record), "heuristic") == NULL);
    record = decision(VERDICT_ENTER);
    EXPECT(strstr(say(&record), "gives it") == NULL); /* it was not asked */
    record = blended(VERDICT_ENTER);
    record.findings.blend.answer.kind = (enum model_kind)77;
    record.findings.blend.answer.contributions[1].feature = (enum feature)77;
    EXPECT(strstr(say(&record), "The model gives it 0.45 (a feature that this version") != NULL);
}

/* A plan for an entry at 100. */
static struct record planned(bool moved)
{
    struct record record = blended(VERDICT_ENTER);
    record.price = 100;
    record.findings.planned = (struct planned){.asked = true,
                                               .moved = moved,
                                               .stop = 98,
                                               .target = 104.2,
                                               .stop_own = 98,
                                               .target_own = 103,
                                               .hold_ns = 36 * NS_PER_HOUR,
                                               .hold_own_ns = 72 * NS_PER_HOUR,
                                               .expected_ns = 18 * NS_PER_HOUR,
                                               .size = 1.25};
    return record;
}

TEST(what_a_plan_made_of_the_exits_is_told_beside_the_signals_own)
{
    struct record record = planned(true);
    const char *text = say(&record);
    EXPECT(strstr(text, " The model's plan: its target 4.20 % away instead of 3.00 %, its time "
                        "1 d 12 h instead of 3 d; such a trade is open for 18 h.") != NULL);
    record.findings.planned.hold_own_ns = 0;
    EXPECT(strstr(say(&record), "its time 1 d 12 h instead of none;") != NULL);
    record = planned(false);
    text = say(&record);
    EXPECT(strstr(text, " A plan that has yet to prove itself would have its target 4.20 % away "
                        "instead of 3.00 %,") != NULL);
    record.findings.planned.target = 103;
    record.findings.planned.hold_ns = record.findings.planned.hold_own_ns;
    EXPECT(strstr(say(&record), "plan") == NULL); /* it changes nothing */
    record = planned(true);
    record.findings.planned.asked = false;
    EXPECT(strstr(say(&record), "plan") == NULL);
}

TEST(as_json_a_plan_has_what_it_says_and_the_signals_own)
{
    static char text[65536];
    struct json_writer writer;
    const struct record record = planned(true);
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    const char *const plan =
        "\"plan\":{\"moved\":true,\"sized\":false,\"target\":104.2,\"target_own\":103,\"stop\":98,"
        "\"stop_own\":98,\"hold_seconds\":129600,\"hold_own_seconds\":259200,"
        "\"expected_seconds\":64800,\"size\":1.25}";
    EXPECT(strstr(text, plan) != NULL);
}

TEST(what_the_bandit_makes_of_an_entry_is_told_in_words_and_as_json)
{
    static char text[65536];
    struct json_writer writer;
    struct record record = blended(VERDICT_ENTER);
    record.findings.bandit =
        (struct bandit_said){.asked = true, .size = 1.5, .worth = 0.314, .seen = 212};
    EXPECT(strstr(say(&record), " What 212 closed trades taught sizes it 1.5 times: it would be "
                                "worth +0.31 of its risk.") != NULL);
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    EXPECT(strstr(text, "\"bandit\":{\"size\":1.5,\"worth\":0.314,\"trades\":212}") != NULL);
    record.verdict = VERDICT_BANDIT;
    record.findings.bandit.size = 0;
    record.findings.bandit.worth = -0.2;
    EXPECT(strstr(say(&record), "but what 212 closed trades taught skips it: it would be worth "
                                "-0.20 of its risk.") != NULL);
    record = blended(VERDICT_ENTER);
    EXPECT(strstr(say(&record), "closed trades") == NULL);
}

TEST(what_moved_the_model_most_is_told_first_and_of_equals_the_first)
{
    const struct model_answer answer = {
        .contribution_count = 5,
        .contributions = {{FEATURE_ADX, 0, 0.1},
                          {FEATURE_VOLUME_RANK, 0, -0.3},
                          {FEATURE_ATR_RANK, 0, 0},
                          {FEATURE_BOOK, 0, 0.3},
                          {FEATURE_ODDS, 0, -0.2}},
    };
    const enum feature wanted[] = {FEATURE_VOLUME_RANK, FEATURE_BOOK, FEATURE_ODDS, FEATURE_ADX,
                                   FEATURE_ATR_RANK};
    struct contribution told[MODEL_CONTRIBUTION_MAX];
    EXPECT_INT(sentence_contributions(&answer, told), 5);
    for (uint32_t i = 0; i < 5; i++) {
        EXPECT_INT(told[i].feature, wanted[i]);
    }
}

TEST(every_feature_has_its_words_and_its_figure_is_in_them)
{
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        char text[SENTENCE_MAX];
        sentence_contribution(text, sizeof text, &(struct contribution){(enum feature)i, 31, 0});
        EXPECT(strstr(text, "31") != NULL && strchr(text, '{') == NULL);
    }
    char text[SENTENCE_MAX];
    sentence_contribution(text, sizeof text, &(struct contribution){FEATURE_ODDS, 0.25, 0});
    EXPECT_TEXT(text, "by chance it is won 0.25 of the time");
    EXPECT_TEXT(sentence_model_row(MODEL_HEURISTIC)->word, "heuristic");
}

TEST(as_json_the_model_is_told_with_all_its_contributions)
{
    struct record record = blended(VERDICT_ENTER);
    static char text[16384];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    EXPECT(json_writer_ok(&writer));
    text[writer.len] = '\0';
    EXPECT(strstr(text, "\"blend\":{\"model\":\"heuristic\",\"voted\":0.62,\"probability\":0.45,"
                        "\"share\":0.3,\"blended\":0.569,\"contributions\":["
                        "{\"feature\":\"volume_rank\",\"sentence\":\"the volume ranks 12 of 100\","
                        "\"figure\":12,\"amount\":-0.127},") != NULL);
    EXPECT(strstr(text, "{\"feature\":\"book\",\"sentence\":\"the book leans 0.06 its way\","
                        "\"figure\":0.0625,\"amount\":0.0104}]}") != NULL);
    record.findings.blend.answer.kind = MODEL_NONE;
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    text[writer.len] = '\0';
    EXPECT(strstr(text, "blend") == NULL);
}

TEST(without_findings_or_with_another_versions_there_still_are_words)
{
    const enum verdict verdicts[] = {VERDICT_FILTER, VERDICT_TIMEFRAME, VERDICT_MOOD,
                                     VERDICT_COOLDOWN, VERDICT_ENTER};
    for (uint32_t i = 0; i < 5; i++) {
        struct record record = decision(verdicts[i]);
        EXPECT(strlen(say(&record)) > 20);
        record.findings.mood.kind = (enum mood_kind)77;
        record.findings.regime = (struct regime){(enum regime_way)77, (enum volatility)77, 0, 0};
        record.findings.effect.size = 0.5;
        EXPECT(strlen(say(&record)) > 20);
        record.chained = false;
        EXPECT(strlen(say(&record)) > 20);
    }
}

TEST(every_filter_state_and_regime_has_its_word)
{
    for (uint32_t i = 0; i < 16; i++) {
        EXPECT((i < FILTER_COUNT) == (sentence_filter_row(i) != NULL));
        EXPECT((i <= FINDING_FAILED) == (sentence_state_row(i) != NULL));
        EXPECT((i <= REGIME_FALLING) == (sentence_way_row(i) != NULL));
        EXPECT((i <= VOLATILITY_HIGH) == (sentence_volatility_row(i) != NULL));
        EXPECT((i <= MOOD_EUPHORIA) == (sentence_mood_row(i) != NULL));
    }
}

TEST(as_json_a_decision_has_every_finding_that_was_asked_for)
{
    struct record record = decision(VERDICT_FILTER);
    record.findings.filters[FILTER_RSI] = (struct finding){FINDING_PASSED, false, 50, 30, 70};
    record.findings.filters[FILTER_VOLUME] = (struct finding){FINDING_FAILED, false, 12.5, 20, 0};
    record.findings.timeframes[TIMEFRAME_4H].state = FINDING_WARMING;
    record.findings.regime = (struct regime){REGIME_FALLING, VOLATILITY_LOW, 30.5, 12};
    record.findings.mood = panic();
    static char text[16384];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    EXPECT(json_writer_ok(&writer));
    text[writer.len] = '\0';
    const char *const wants[] = {
        ("\"filters\":[{\"name\":\"rsi\",\"state\":\"passed\",\"figure\":50,\"low\":30,\"high\":70}"
         ","
         "{\"name\":\"volume\",\"state\":\"failed\",\"figure\":12.5,\"low\":20,\"high\":null}]"),
        "\"timeframes\":[{\"name\":\"4h\",\"state\":\"warming_up\",",
        "\"regime\":{\"way\":\"falling\",\"volatility\":\"low\",\"adx\":30.5,\"atr_rank\":12}",
        "\"mood\":{\"kind\":\"panic\",\"leader\":-0.124,",
        "\"risen\":5,\"counted\":24}",
        "\"effect\":{\"size\":1,\"confidence\":0,\"stop\":1,\"target\":1}",
        "\"cooling\":false",
    };
    for (uint32_t i = 0; i < sizeof wants / sizeof wants[0]; i++) {
        EXPECT(strstr(text, wants[i]) != NULL);
    }
    EXPECT(strstr(text, "cooling_left") == NULL);
    record.findings.cooling = 1;
    record.findings.cooling_left_ns = 12 * NS_PER_MIN;
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    text[writer.len] = '\0';
    EXPECT(strstr(text, "\"cooling_left_s\":720") != NULL);
    record.chained = false;
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    text[writer.len] = '\0';
    EXPECT(strstr(text, "\"filters\"") == NULL);
}
