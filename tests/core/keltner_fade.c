/* SPDX-License-Identifier: MIT */
/* The strategy; keltner.c tests the channel. */
#include "story.h"

enum {
    CHANNEL,
    RSI,
    ATR,
};

struct line {
    double low, high, close, rsi;
    int32_t direction;
    enum signal_reason reason;
    double price, bound; /* what it says was at the channel, and what RSI was held against */
    double strength, confidence;
};

/* A channel at 975, 1000, 1025. */
static void tell(struct story *story, const struct line *line)
{
    struct candle candle = {0, line->close, line->high, line->low, line->close, 1};
    story_ready(story, true, false);
    story_candles(story, &candle, 1);
    memcpy(story_cell(story, CHANNEL)->now, (double[]){1000, 1025, 975}, 3 * sizeof(double));
    story_cell(story, RSI)->now[0] = line->rsi;
    story_cell(story, ATR)->now[0] = 10;
}

static void expect_lines(struct story *story, const struct line *lines, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct line *line = &lines[i];
        tell(story, line);
        struct signal signal = story_step(story);
        EXPECT_INT(signal.direction, line->direction);
        EXPECT_INT(signal.reason, line->reason);
        EXPECT_NEAR(signal.strength, line->strength, 1e-12);
        EXPECT_NEAR(signal.confidence, line->confidence, 1e-12);
        double said = signal.reason == REASON_NONE ? 0 : 1;
        EXPECT_NEAR(signal.figures[0], line->price, 0);
        EXPECT_NEAR(signal.figures[1], said * (line->price < 1000 ? 975 : 1025), 0);
        EXPECT_NEAR(signal.figures[2], said * line->rsi, 0);
        EXPECT_NEAR(signal.figures[3], line->bound, 1e-12);
        int32_t direction = line->direction;
        EXPECT_NEAR(signal.stop, direction ? line->close - direction * 15 : 0, 1e-9);
        EXPECT_NEAR(signal.target, direction ? line->close + direction * 20 : 0, 1e-9);
    }
}

TEST(keltner_fades_a_touch)
{
    static struct story story;
    story_init(&story, "keltner");
    story_plan(&story);
    const struct line lines[] = {
        /* 10 below the channel is one ATR of the two that are full. RSI 24 is 6 of the 15 from 30
         * to 15, and a close inside again adds a tenth. */
        {965, 990, 970, 24, 1, REASON_KELTNER_LOW, 965, 30, 0.65, 0.61},
        {965, 990, 980, 24, 1, REASON_KELTNER_LOW, 965, 30, 0.65, 0.71},
        {1010, 1035, 1030, 76, -1, REASON_KELTNER_HIGH, 1035, 70, 0.65, 0.61},
        {1010, 1035, 1020, 76, -1, REASON_KELTNER_HIGH, 1035, 70, 0.65, 0.71},
        /* On the channel is a touch, a hair inside is none; a close on it is not inside. */
        {975, 990, 975, 24, 1, REASON_KELTNER_LOW, 975, 30, 0.3, 0.61},
        {975.001, 990, 980, 24, 0, REASON_NONE, 0, 0, 0, 0},
        {1010, 1025, 1025, 76, -1, REASON_KELTNER_HIGH, 1025, 70, 0.3, 0.61},
        {1010, 1024.999, 1020, 76, 0, REASON_NONE, 0, 0, 0, 0},
        /* The band's ends are in it; a hair outside is not, at either of them. */
        {965, 990, 970, 30, 1, REASON_KELTNER_LOW, 965, 30, 0.65, 0.45},
        {965, 990, 970, 30.001, 0, REASON_KELTNER_UNCONFIRMED, 965, 30, 0, 0},
        {965, 990, 970, 15, 1, REASON_KELTNER_LOW, 965, 30, 0.65, 0.85},
        {965, 990, 970, 14.999, 0, REASON_KELTNER_UNCONFIRMED, 965, 15, 0, 0},
        {1010, 1035, 1030, 70, -1, REASON_KELTNER_HIGH, 1035, 70, 0.65, 0.45},
        {1010, 1035, 1030, 69.999, 0, REASON_KELTNER_UNCONFIRMED, 1035, 70, 0, 0},
        {1010, 1035, 1030, 85, -1, REASON_KELTNER_HIGH, 1035, 70, 0.65, 0.85},
        {1010, 1035, 1030, 85.001, 0, REASON_KELTNER_UNCONFIRMED, 1035, 85, 0, 0},
        /* The other side's band confirms nothing. */
        {965, 990, 970, 76, 0, REASON_KELTNER_UNCONFIRMED, 965, 30, 0, 0},
        {1010, 1035, 1030, 24, 0, REASON_KELTNER_UNCONFIRMED, 1035, 70, 0, 0},
        /* As far as it goes. */
        {900, 990, 980, 15, 1, REASON_KELTNER_LOW, 900, 30, 1, 0.95},
        {1010, 1100, 1020, 85, -1, REASON_KELTNER_HIGH, 1100, 70, 1, 0.95},
        /* Both sides touched, or neither. */
        {970, 1030, 1000, 24, 0, REASON_NONE, 0, 0, 0, 0},
        {990, 1010, 1000, 24, 0, REASON_NONE, 0, 0, 0, 0},
    };
    expect_lines(&story, lines, sizeof lines / sizeof lines[0]);
}

TEST(keltner_fades_a_close_beyond)
{
    static struct story story;
    story_init(&story, "keltner");
    story_set(&story, "mode", "close");
    story_plan(&story);
    const struct line lines[] = {
        {960, 990, 965, 24, 1, REASON_KELTNER_LOW, 965, 30, 0.65, 0.61},
        {1010, 1040, 1035, 76, -1, REASON_KELTNER_HIGH, 1035, 70, 0.65, 0.61},
        /* On the channel is not beyond it, and a touch is not enough. */
        {960, 990, 975, 24, 0, REASON_NONE, 0, 0, 0, 0},
        {960, 990, 976, 24, 0, REASON_NONE, 0, 0, 0, 0},
        {1010, 1040, 1025, 76, 0, REASON_NONE, 0, 0, 0, 0},
        {1010, 1040, 1024, 76, 0, REASON_NONE, 0, 0, 0, 0},
        /* Both sides touched: the close says which one it is. */
        {960, 1040, 965, 24, 1, REASON_KELTNER_LOW, 965, 30, 0.65, 0.61},
        {960, 990, 965, 50, 0, REASON_KELTNER_UNCONFIRMED, 965, 30, 0, 0},
    };
    expect_lines(&story, lines, sizeof lines / sizeof lines[0]);
}

TEST(keltner_sees_no_edge_in_a_channel_without_width)
{
    static struct story story;
    static const char *const modes[] = {"touch", "close"};
    for (uint32_t i = 0; i < 2; i++) {
        story_init(&story, "keltner");
        story_set(&story, "mode", modes[i]);
        story_plan(&story);
        tell(&story, &(struct line){999, 1000, 999, 24});
        for (uint32_t k = 0; k < 3; k++)
            story_cell(&story, CHANNEL)->now[k] = 1000;
        EXPECT_INT(story_step(&story).reason, REASON_NONE);
        /* Rounding is no width. */
        story_cell(&story, CHANNEL)->now[1] = 1000 * (1 + 4e-13);
        EXPECT_INT(story_step(&story).reason, REASON_NONE);
    }
}

TEST(keltner_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {965, 990, 970, 24};
    story_init(&story, "keltner");
    story_plan(&story);
    for (uint32_t ask = CHANNEL; ask <= ATR; ask++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        story_cell(&story, ask)->ready = false;
        EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
        EXPECT_INT(story_step(&story).direction, 0);
    }
}

TEST(keltner_refuses_a_band_without_width)
{
    static struct story story;
    story_init(&story, "keltner");
    story_set(&story, "rsi_low", "30");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "rsi_low", "29.5");
    EXPECT(story.strategy->check(story.params) == NULL);
}

TEST(keltner_over_six_weeks_of_bitcoin_minutes)
{
    struct story_tally tally = story_of_bitcoin("keltner");
    EXPECT_INT(tally.candles, 66086);
    EXPECT_INT(tally.warming_up, 19);
    EXPECT_INT(tally.longs, 2352);
    EXPECT_INT(tally.shorts, 2542);
    EXPECT_INT(tally.unconfirmed, 9452);
}
