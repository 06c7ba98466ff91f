/* SPDX-License-Identifier: MIT */
/* What the operator asked for, in words: done, or refused with what would be right. */
#include "core/risk/dial.h"
#include "sentence_fixture.h"

static struct record by_hand(enum command command, enum verdict verdict)
{
    return (struct record){.kind = RECORD_COMMAND,
                           .command = command,
                           .verdict = verdict,
                           .order_id = 17,
                           .qty_lots = 1000000,
                           .cost = INT64_C(64000000000),
                           .risk = INT64_C(1580000000),
                           .equity = INT64_C(1000000000000),
                           .price = 64000,
                           .stop = 63000,
                           .target = 67000};
}

TEST(a_command_that_is_done_says_what_and_at_what_risk)
{
    struct record record = by_hand(COMMAND_BUY, VERDICT_DONE);
    EXPECT_TEXT(say(&record), "By hand: buy 0.01 BTC/USD at about 64,000.0 (640.00 USD); stop "
                              "63,000.0, target 67,000.0; risks 15.80 USD, 0.16 % of equity.");
    record = by_hand(COMMAND_BRACKET, VERDICT_DONE);
    record.stop_before = 63500;
    EXPECT_TEXT(say(&record), "By hand: BTC/USD now has stop 63,000.0, target 67,000.0; risks "
                              "15.80 USD, 0.16 % of equity. The stop was lowered from 63,500.0.");
    record.stop_before = 62000;
    EXPECT(strstr(say(&record), "The stop was raised from 62,000.0.") != NULL);
    record.stop_before = 63000;
    EXPECT(strstr(say(&record), "equity.") == say(&record) + strlen(say(&record)) - 7);
    record = by_hand(COMMAND_CANCEL, VERDICT_DONE);
    record.purpose = PURPOSE_ENTRY;
    EXPECT_TEXT(say(&record), "By hand: the entry order 17 on BTC/USD is being cancelled.");
}

TEST(a_command_that_is_refused_says_what_would_be_right)
{
    struct record record = by_hand(COMMAND_BUY, VERDICT_TOO_LARGE);
    EXPECT_TEXT(say(&record), "By hand, refused: BTC/USD is not bought: the limits of risk allow "
                              "0.01 at most now, with this stop.");
    record = by_hand(COMMAND_CANCEL, VERDICT_NO_ORDER);
    record.pair = UINT32_MAX;
    EXPECT_TEXT(say(&record), "By hand, refused: order 17 is not cancelled: no order of this "
                              "number is alive.");
    EXPECT(!sentence_about_pair(&record));
}

TEST(every_command_has_its_words_whatever_stands_against_it)
{
    for (uint32_t command = COMMAND_CLOSE; command <= COMMAND_LIMIT; command++) {
        if (command == COMMAND_HOLD || command == COMMAND_RELEASE)
            continue;
        struct record record = by_hand((enum command)command, VERDICT_DONE);
        EXPECT(strncmp(say(&record), "By hand: ", 9) == 0 && strchr(say(&record), '{') == NULL);
        for (uint32_t verdict = VERDICT_HOLD;
             verdict <= VERDICT_BAD_LIMIT && command != COMMAND_FLATTEN; verdict++) {
            record.verdict = (enum verdict)verdict;
            if (verdict == VERDICT_DONE || sentence_refusal_row(verdict) == NULL)
                continue;
            EXPECT(strncmp(say(&record), "By hand, refused: ", 18) == 0);
            EXPECT(strchr(say(&record), '{') == NULL);
        }
    }
    for (uint32_t verdict = VERDICT_NO_POSITION; verdict <= VERDICT_BAD_LIMIT; verdict++)
        EXPECT(sentence_refusal_row(verdict) != NULL);
    enum command found;
    EXPECT(sentence_command_find("bracket", 7, &found) && found == COMMAND_BRACKET);
    EXPECT(!sentence_command_find("hold", 4, &found) && !sentence_command_find("buyx", 4, &found));
}

TEST(a_strategy_that_is_switched_is_told_by_its_name)
{
    struct record record = by_hand(COMMAND_STRATEGY, VERDICT_DONE);
    record.vote_count = 1;
    record.votes[0].strategy = 0;
    record.part = PART_SHADOW;
    EXPECT_TEXT(say(&record), "By hand: sma_cross is asked and kept, and moves nothing.");
    record.part = PART_OFF;
    EXPECT_TEXT(say(&record), "By hand: sma_cross is not asked any more; what it entered goes on.");
    record.verdict = VERDICT_NO_STRATEGY;
    EXPECT_TEXT(say(&record),
                "By hand, refused: no strategy takes another part: it is not among "
                "strategies.enabled: name it there in the configuration, and start again.");
}

TEST(a_limit_that_is_changed_is_told_with_what_it_was)
{
    struct record record = by_hand(COMMAND_LIMIT, VERDICT_DONE);
    EXPECT(dial_find("max_positions", &record.part));
    record.pair = UINT32_MAX;
    record.figure = 5;
    record.limit = 3;
    EXPECT_TEXT(say(&record), "By hand: risk.max_positions is now 3; it was 5.");
    record.configured = true;
    EXPECT_TEXT(say(&record), "By hand: risk.max_positions is 3 again, as the configuration says; "
                              "it was 5.");
    record.verdict = VERDICT_BAD_LIMIT;
    EXPECT_TEXT(say(&record), "By hand, refused: risk.max_positions stays 5: it has to be 1 to "
                              "200, and whole.");
    record = by_hand(COMMAND_LIMIT, VERDICT_DONE);
    EXPECT(dial_find("cool_off", &record.part));
    record.figure = 30 * 60e9;
    EXPECT_TEXT(say(&record), "By hand: risk.cool_off is now 0s; it was 30m.");
    record.verdict = VERDICT_BAD_LIMIT;
    EXPECT(strstr(say(&record), "it has to be 0s to 30d.") != NULL);
    EXPECT(dial_find("drawdown_from", &record.part));
    record.figure = 0.05;
    record.limit = 0.5;
    EXPECT_TEXT(say(&record), "By hand, refused: risk.drawdown_from stays 0.05: it has to be below "
                              "risk.drawdown_to.");
    record.limit = 2;
    EXPECT(strstr(say(&record), "it has to be 0 to 1.") != NULL);
}
