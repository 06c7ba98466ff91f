/* SPDX-License-Identifier: MIT */
#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "sentence_fixture.h"

TEST(a_decision_below_the_gate_names_its_vote_and_both_figures)
{
    struct record record = decision(VERDICT_UNSURE);
    EXPECT_TEXT(say(&record),
                "BTC/USD: no entry. 1 of 3 strategies says long (sma_cross: close 64,210.5 crossed "
                "above SMA 64,180.2), confidence 0.48 is below the 0.50 needed.");
}

TEST(an_entry_decision_says_what_it_will_do)
{
    struct record record = decision(VERDICT_ENTER);
    record.confidence = 0.62;
    record.votes[1] = (struct vote){.strategy = 1,
                                    .direction = 1,
                                    .actionable = true,
                                    .reason = REASON_TREND_UP,
                                    .figures = {64210, 64150, 31.24, 25}};
    EXPECT_TEXT(say(&record),
                "BTC/USD: buy. 2 of 3 strategies say long (sma_cross: close 64,210.5 crossed above "
                "SMA 64,180.2; trend: fast EMA 64,210.0 crossed above slow EMA 64,150.0, ADX 31.2 "
                "is at least 25.0); confidence 0.62 meets the 0.50 needed; stop 63,100.0, target "
                "66,900.0.");
    record.rungs = 1; /* all that it has is reached */
    EXPECT(strstr(say(&record), "target 66,900.0.") != NULL);
    record.rungs = 5;
    EXPECT(strstr(say(&record), "target 66,900.0, in 5 steps.") != NULL);
}

TEST(votes_against_and_votes_too_weak_are_told_apart)
{
    struct record record = decision(VERDICT_TIE);
    record.votes[1] = (struct vote){.strategy = 1,
                                    .direction = -1,
                                    .actionable = true,
                                    .reason = REASON_PAIR_CROSS_DOWN,
                                    .figures = {64000, 64100}};
    record.votes[2] = (struct vote){.strategy = 2,
                                    .direction = -1,
                                    .reason = REASON_BAND_UNCONFIRMED,
                                    .figures = {64210.5, 64200, 66.66, 70}};
    EXPECT_TEXT(say(&record),
                "BTC/USD: no entry. 1 of 3 strategies says long (sma_cross: close 64,210.5 crossed "
                "above SMA 64,180.2), 1 says short (trend: fast SMA 64,000.0 crossed below slow "
                "SMA 64,100.0): as many for long as for short. Too weak to count: 1 short "
                "(mean_reversion: close 64,210.5 is beyond the band 64,200.0, but RSI 66.7 has not "
                "reached 70.0).");
}

TEST(a_ratio_is_told_with_two_decimals_so_that_it_is_not_the_one_it_falls_short_of)
{
    struct record record = decision(VERDICT_TIE);
    const struct vote votes[] = {
        {.strategy = 1, .reason = REASON_CHANNEL_POOR, .figures = {63000, 65500, 1.46, 1.5}},
        {.strategy = 2, .reason = REASON_DIP, .figures = {5.25, 68000, 21.04, 30}},
    };
    char text[SENTENCE_MAX];
    sentence_vote(text, sizeof text, &votes[0], &record, &names);
    EXPECT_TEXT(text,
                "trend neutral: at a side of 63,000.0 to 65,500.0, but reward is 1.46 times the "
                "risk, below 1.50");
    sentence_vote(text, sizeof text, &votes[1], &record, &names);
    EXPECT_TEXT(text, "mean_reversion neutral: close is 5.2 % below the high 68,000.0, RSI 21.0 is "
                      "under 30.0");
}

TEST(no_vote_worth_acting_on_is_said_in_a_sentence_of_its_own_whether_of_one_strategy_or_of_three)
{
    struct record record = decision(VERDICT_STALE);
    record.votes[0].actionable = false;
    const char *weak = "Too weak to count: 1 long";
    EXPECT(strstr(say(&record), "BTC/USD: no entry. No strategy gives a signal strong enough to "
                                "act on, but the pair's feed is silent.") == say(&record));
    EXPECT(strstr(say(&record), weak) != NULL);
    record.vote_count = 1;
    EXPECT(strstr(say(&record), "BTC/USD: no entry. The one strategy gives no signal strong enough "
                                "to act on, but the pair's feed is silent.") == say(&record));
}

TEST(an_entry_tells_its_cost_its_exits_and_its_risk)
{
    /* 14.20 of 10,142.86 is 0.14 %. */
    struct record record = decision(VERDICT_ENTER);
    record.kind = RECORD_ENTRY;
    record.price = 64211.0;
    record.qty_lots = 1230000;
    record.cost = 79023000000;
    record.fee = 316000000;
    record.risk = 1420000000;
    record.equity = 1014286000000;
    EXPECT_TEXT(say(&record), "Bought 0.0123 BTC/USD at 64,211.0 (790.23 USD, fee 3.16); stop "
                              "63,100.0, target 66,900.0; risks 14.20 USD, 0.14 % of equity; 1 of "
                              "3 agrees (sma_cross: close 64,210.5 crossed above SMA 64,180.2).");
}

TEST(an_exit_tells_how_it_ended_what_it_cost_and_how_long_it_took)
{
    /* 12.30 of 1,025.00 is 1.2 %. */
    struct record record = {
        .kind = RECORD_EXIT,
        .direction = 1,
        .price = 63100,
        .qty_lots = 1600000,
        .cost = 102500000000,
        .pnl = -1230000000,
        .fee = 610000000,
        .opened_ns = 0,
        .time_ns = 4 * NS_PER_HOUR + 10 * NS_PER_MIN + 3 * NS_PER_S,
        .purpose = PURPOSE_PROTECT,
        .stop_hit = true,
    };
    EXPECT_TEXT(say(&record), "Sold 0.016 BTC/USD at 63,100.0 by its stop: lost 12.30 USD (-1.2 %) "
                              "after 4 h 10 min; fees 6.10.");
    record.stop_hit = false;
    record.pnl = 2050000000;
    EXPECT_TEXT(say(&record), "Sold 0.016 BTC/USD at 63,100.0 at its target: won 20.50 USD "
                              "(+2.0 %) after 4 h 10 min; fees 6.10.");
    record.purpose = PURPOSE_EXIT;
    record.by_hand = true;
    EXPECT_TEXT(say(&record), "Sold 0.016 BTC/USD at 63,100.0 by hand: won 20.50 USD (+2.0 %) "
                              "after 4 h 10 min; fees 6.10.");
}

TEST(a_pair_of_tiny_prices_keeps_its_digits)
{
    struct record record = {.kind = RECORD_ENTRY,
                            .pair = 1,
                            .direction = 1,
                            .price = 0.00001234,
                            .qty_lots = 81037277,
                            .cost = 100000000000,
                            .fee = 123456};
    EXPECT_TEXT(say(&record), "Bought 81,037,277 PEPE/USD at 0.000012340 (1,000.00 USD, fee "
                              "0.0012); no stop; its risk is not known.");
}

TEST(money_and_durations_for_reading)
{
    const struct {
        int64_t money;
        const char *text;
    } moneys[] = {
        {0, "0.00"},
        {1, "0.00000001"},
        {123456, "0.0012"},
        {99999999, "1.00"},
        {-150000000, "-1.50"},
        {123456789012345678, "1,234,567,890.12"},
        {INT64_MIN, "-92,233,720,368.55"},
    };
    char text[64];
    for (size_t i = 0; i < sizeof moneys / sizeof moneys[0]; i++) {
        sentence_money(text, sizeof text, moneys[i].money);
        EXPECT_TEXT(text, moneys[i].text);
    }
    const struct {
        int64_t ns;
        const char *text;
    } durations[] = {
        {-5, "0 s"},
        {35 * NS_PER_S, "35 s"},
        {NS_PER_HOUR, "1 h"},
        {4 * NS_PER_HOUR + 10 * NS_PER_MIN, "4 h 10 min"},
        {3 * NS_PER_DAY + 2 * NS_PER_HOUR + 7, "3 d 2 h"},
    };
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        sentence_duration(text, sizeof text, durations[i].ns);
        EXPECT_TEXT(text, durations[i].text);
    }
}

/* The compiler names the enumerator that is missing here; the rows below must then hold it. */
TEST(names_we_were_not_told_and_codes_from_another_version_are_still_put_into_words)
{
    struct record record = decision(VERDICT_UNSURE);
    record.pair = 7;
    record.votes[0].strategy = 9;
    record.votes[0].reason = 999;
    EXPECT(strstr(say(&record), "pair 7: no entry.") != NULL);
    EXPECT(strstr(say(&record), "strategy 9: a reason of its own") != NULL);
    record.verdict = (enum verdict)99;
    EXPECT(strstr(say(&record), "no words for") != NULL);
    record.vote_count = 4000000000u;
    record.verdict = VERDICT_TOO_FEW;
    EXPECT(strlen(say(&record)) > 20);
    record.votes[0].figures[0] = NAN;
    EXPECT(strlen(say(&record)) > 20);
}

TEST(a_sentence_too_long_for_its_buffer_ends_in_dots_and_inside_it)
{
    struct record record = decision(VERDICT_UNSURE);
    char whole[SENTENCE_MAX];
    size_t whole_len = sentence_record(whole, sizeof whole, &record, &names);
    char text[SENTENCE_MAX];
    for (size_t size = 4; size <= whole_len + 1; size++) {
        memset(text, 'x', sizeof text);
        size_t len = sentence_record(text, size, &record, &names);
        EXPECT(len < size);
        EXPECT(text[len] == '\0' && text[size] == 'x');
        if (size == whole_len + 1) {
            EXPECT_TEXT(text, whole);
        } else {
            EXPECT_TEXT(text + len - 3, "...");
            EXPECT(memcmp(text, whole, len - 3) == 0);
        }
    }
}

TEST(sixteen_votes_of_any_reason_fit_the_longest_sentence)
{
    static const char *const longest[] = {"mean_reversion"};
    const struct sentence_names crowd = {
        .currency = "USD",
        .strategies = longest,
        .strategy_count = 1,
        .pairs = pairs,
        .pair_count = 2,
    };
    for (uint32_t reason = 0; reason < REASON_COUNT; reason++) {
        struct record record = decision(VERDICT_ENTER);
        record.vote_count = STRATEGY_MAX;
        for (uint32_t i = 0; i < STRATEGY_MAX; i++)
            record.votes[i] = (struct vote){.direction = 1,
                                            .actionable = true,
                                            .reason = (uint16_t)reason,
                                            .figures = {64210.5, 64180.2, 31, 25}};
        char text[SENTENCE_MAX];
        size_t len = sentence_record(text, sizeof text, &record, &crowd);
        EXPECT(len > 16 && strcmp(text + len - 16, "target 66,900.0.") == 0);
    }
}

/* The sentence of a decision whose one vote has that reason and those figures, from its colon on.
 */
static const char *why(enum signal_reason reason, const double figures[SIGNAL_FIGURE_MAX])
{
    struct record record = decision(VERDICT_UNSURE);
    record.votes[0].reason = (uint16_t)reason;
    memcpy(record.votes[0].figures, figures, sizeof record.votes[0].figures);
    static char text[SENTENCE_MAX];
    snprintf(text, sizeof text, "%s", say(&record));
    char *begin = strstr(text, "(sma_cross: ");
    char *end = strstr(text, "), confidence");
    assert_true(begin && end);
    *end = '\0';
    return begin + strlen("(sma_cross: ");
}

TEST(a_candle_pattern_is_told_by_its_name)
{
    EXPECT_TEXT(why(REASON_REVERSAL_UP, (double[]){PATTERN_HAMMER, 64210.5, 24.04, 30}),
                "a hammer turns up from 64,210.5, RSI 24.0 is at most 30.0");
    EXPECT_TEXT(why(REASON_REVERSAL_DOWN, (double[]){PATTERN_EVENING_STAR, 64210.5, 76, 70}),
                "an evening star turns down from 64,210.5, RSI 76.0 is at least 70.0");
    const double strange[] = {PATTERN_COUNT, -1, 1e300, NAN};
    for (uint32_t i = 0; i < 4; i++)
        EXPECT_TEXT(why(REASON_REVERSAL_UP, (double[]){strange[i], 64210.5, 24, 30}),
                    "a candle pattern turns up from 64,210.5, RSI 24.0 is at most 30.0");
}

TEST(a_kind_is_found_by_its_word_and_nothing_else)
{
    enum record_kind kind = RECORD_PAUSED;
    EXPECT(sentence_kind_find("exit", 4, &kind) && kind == RECORD_EXIT);
    EXPECT(!sentence_kind_find("exi", 3, &kind) && kind == RECORD_EXIT);
    EXPECT(!sentence_kind_find("", 0, &kind));
}

/* Walks an object and copies the text of one member, a string or a number. */
static void member(const char *text, size_t len, const char *key, char *out, size_t size)
{
    struct json json;
    struct json_text name, value;
    out[0] = '\0';
    json_init(&json, text, len);
    EXPECT(json_object(&json));
    while (json_key(&json, &name)) {
        if (!json_is(name, key)) {
            json_skip(&json);
        } else if (json_peek(&json) == JSON_STRING) {
            json_string_copy(&json, out, size);
        } else if (json_peek(&json) == JSON_NUMBER) {
            json_number(&json, &value);
            snprintf(out, size, "%.*s", (int)value.len, value.at);
        } else {
            json_skip(&json);
        }
    }
    EXPECT(json_done(&json));
}

TEST(a_record_as_json_keeps_every_figure_exactly)
{
    struct record record = decision(VERDICT_UNSURE);
    record.kind = RECORD_EXIT;
    record.number = 17;
    record.order_id = 5;
    record.price = 0.1 + 0.2;
    record.pnl = -1;
    record.qty_lots = 1230000;
    static char text[16384];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    EXPECT(json_writer_ok(&writer));
    const struct {
        const char *key, *value;
    } wants[] = {
        {"number", "17"},
        {"kind", "exit"},
        {"pair", "BTC/USD"},
        {"price", "0.30000000000000004"},
        {"pnl", "-0.00000001"},
        {"quantity", "0.01230000"},
        {"opened", "1970-01-01T00:00:00.000Z"},
    };
    char value[SENTENCE_MAX];
    for (size_t i = 0; i < sizeof wants / sizeof wants[0]; i++) {
        member(text, writer.len, wants[i].key, value, sizeof value);
        EXPECT_TEXT(value, wants[i].value);
    }
    member(text, writer.len, "sentence", value, sizeof value);
    EXPECT_TEXT(value, say(&record));
}

TEST(a_decision_as_json_has_the_books_score_and_its_parts)
{
    struct record record = decision(VERDICT_UNSURE);
    record.book = (struct book_figures){.imbalance = 0.5,
                                        .delta = -0.25,
                                        .whales = 0.125,
                                        .voids = -1,
                                        .spoofing = 0.75,
                                        .score = 0.0625};
    static char text[16384];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    sentence_json(&writer, NULL, &record, &names);
    EXPECT(json_writer_ok(&writer));
    EXPECT(strstr(text, "\"book\":{\"score\":0.0625,\"imbalance\":0.5,\"delta\":-0.25,"
                        "\"whales\":0.125,\"voids\":-1,\"spoofing\":0.75}") != NULL);
}
