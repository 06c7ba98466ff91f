/* SPDX-License-Identifier: MIT */
/* Everything that a record can say has its words, and no words name a figure that is not there. */
#include "sentence_fixture.h"

static bool is_kind(enum record_kind kind)
{
    switch (kind) {
    case RECORD_DECISION:
    case RECORD_ENTRY:
    case RECORD_EXIT:
    case RECORD_ORDER_ENDED:
    case RECORD_STALE:
    case RECORD_FRESH:
    case RECORD_LOSS_LIMIT:
    case RECORD_NEW_DAY:
    case RECORD_PAUSED:
    case RECORD_RESUMED:
    case RECORD_HELD:
    case RECORD_RELEASED:
    case RECORD_NOTE:
    case RECORD_FLOW:
    case RECORD_COMMAND:
    case RECORD_CRASH:
    case RECORD_CRASH_TRIAL:
    case RECORD_CRASH_OVER:
    case RECORD_STOP:
    case RECORD_PLANNED:
    case RECORD_MOOD:
    case RECORD_DRAWDOWN:
    case RECORD_DAY_TARGET:
    case RECORD_MODEL:
    case RECORD_DRIFT:
    case RECORD_DEMOTED:
        return true;
    }
    return false;
}

static bool is_verdict(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_ENTER:
    case VERDICT_CLOSE:
    case VERDICT_HOLD:
    case VERDICT_TIE:
    case VERDICT_TOO_FEW:
    case VERDICT_UNSURE:
    case VERDICT_NO_SHORT:
    case VERDICT_HAVE_ORDER:
    case VERDICT_FULL:
    case VERDICT_LOSS_LIMIT:
    case VERDICT_PAUSED:
    case VERDICT_STALE:
    case VERDICT_PAIR_STATUS:
    case VERDICT_NO_STOP:
    case VERDICT_TOO_SMALL:
    case VERDICT_NO_REWARD:
    case VERDICT_NO_FUNDS:
    case VERDICT_LATE:
    case VERDICT_HELD:
    case VERDICT_CRASH:
    case VERDICT_COOLDOWN:
    case VERDICT_FILTER:
    case VERDICT_MOOD:
    case VERDICT_TIMEFRAME:
    case VERDICT_DRAWDOWN:
    case VERDICT_AT_RISK:
    case VERDICT_PAIR_LIMIT:
    case VERDICT_STRATEGY_LIMIT:
    case VERDICT_STRATEGY_FULL:
    case VERDICT_GROUP_FULL:
    case VERDICT_COOL_OFF:
    case VERDICT_DAY_TARGET:
    case VERDICT_MODEL:
    case VERDICT_BANDIT:
        return true;
    case VERDICT_DONE:
    case VERDICT_NO_POSITION:
    case VERDICT_NO_ORDER:
    case VERDICT_CLOSING:
    case VERDICT_FLATTENING:
    case VERDICT_BRACKET:
    case VERDICT_BAD_PRICE:
    case VERDICT_BAD_STOP:
    case VERDICT_BAD_TARGET:
    case VERDICT_TOO_LARGE:
    case VERDICT_NOT_SO_MUCH:
    case VERDICT_REST_SMALL:
    case VERDICT_NO_STRATEGY:
    case VERDICT_BAD_LIMIT:
        return false; /* of commands alone */
    case VERDICT_WIDE_BOOK:
        return true;
    }
    return false;
}

static bool is_reject(enum reject_reason reject)
{
    switch (reject) {
    case REJECT_NONE:
    case REJECT_FUNDS:
    case REJECT_QTY_MIN:
    case REJECT_COST_MIN:
    case REJECT_TICK:
    case REJECT_PAIR_STATUS:
    case REJECT_POST_ONLY:
    case REJECT_FULL:
    case REJECT_NO_MARKET:
    case REJECT_OTHER:
    case REJECT_RATE:
    case REJECT_DEADLINE:
    case REJECT_UNKNOWN_ORDER:
    case REJECT_PERMISSION:
    case REJECT_VENUE_DOWN:
    case REJECT_LOST:
    case REJECT_BUSY:
    case REJECT_BREAKER:
    case REJECT_SPREAD:
    case REJECT_STRAY:
        return true;
    }
    return false;
}

TEST(every_kind_verdict_reason_and_refusal_has_its_words)
{
    for (uint32_t i = 0; i < 64; i++) {
        EXPECT(is_kind((enum record_kind)i) == (sentence_kind_row(i) != NULL));
        EXPECT(is_verdict((enum verdict)i) == (sentence_verdict_row(i) != NULL));
        EXPECT(is_reject((enum reject_reason)i) == (sentence_reject_row(i) != NULL));
        EXPECT((i < REASON_COUNT) == (sentence_reason_row(i) != NULL));
        EXPECT((i < SIZE_FACTOR_COUNT) == (sentence_factor_row(i) != NULL));
        EXPECT((i <= PURPOSE_EXIT) == (sentence_purpose_row(i) != NULL));
        EXPECT((i < PATTERN_COUNT) == (sentence_pattern_row(i) != NULL));
    }
}

TEST(no_template_names_a_figure_that_does_not_exist)
{
    struct record record = decision(VERDICT_ENTER);
    for (uint32_t reason = 0; reason < REASON_COUNT; reason++) {
        const char *text = sentence_reason_row(reason)->text;
        for (const char *open; (open = strchr(text, '{')); text = open + 4)
            EXPECT(open[1] >= '0' && open[1] < '0' + SIGNAL_FIGURE_MAX &&
                   strchr("pnrc", open[2]) != NULL && open[3] == '}');
        record.votes[0].reason = (uint16_t)reason;
        EXPECT(strchr(say(&record), '{') == NULL);
    }
    for (uint32_t verdict = VERDICT_ENTER; verdict <= VERDICT_BANDIT; verdict++) {
        record.verdict = (enum verdict)verdict;
        EXPECT(strchr(say(&record), '{') == NULL);
    }
    for (uint32_t kind = RECORD_ENTRY; kind <= RECORD_DEMOTED; kind++) {
        record.kind = (enum record_kind)kind;
        EXPECT(strchr(say(&record), '{') == NULL);
    }
}
