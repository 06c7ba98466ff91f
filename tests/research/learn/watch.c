/* SPDX-License-Identifier: MIT */
#include "core/model/watch.h"

#include "core/base/prng.h"
#include "core/model/sigmoid.h"
#include "research/learn/watch_fit.h"
#include "test.h"

#define SEEDS 100
#define ROWS 4000
#define WIDE 4
#define TRADES 2000

static double figures[ROWS][WIDE], scratch[ROWS];
static bool won[ROWS];

/* An even one, a skewed one that is at times not known, an hour of the day, a slow wanderer. */
static void draw(struct prng *prng, size_t row, double *wanderer, double *ret)
{
    *wanderer = 0.99 * *wanderer + sqrt(1 - 0.99 * 0.99) * prng_normal(prng);
    ret[0] = prng_normal(prng);
    ret[1] = prng_below(prng, 10) == 0 ? NAN : exp(prng_normal(prng));
    ret[2] = (double)(row % 24);
    ret[3] = *wanderer;
}

static void train(struct prng *prng, struct watch_reference *ret)
{
    double wanderer = prng_normal(prng);
    for (size_t row = 0; row < ROWS; row++) {
        draw(prng, row, &wanderer, figures[row]);
        won[row] = row % 5 < 2;
    }
    watch_fit(&(struct watch_fit_config){figures[0], won, ROWS, WIDE, scratch}, ret);
}

TEST(a_reference_worked_by_hand)
{
    static double flat[1000];
    struct watch_reference reference;
    for (size_t row = 0; row < 1000; row++) {
        flat[row] = (double)(row * 7 % 100); /* 0..99, each ten times */
        won[row] = row % 4 == 0;
    }
    watch_fit(&(struct watch_fit_config){flat, won, 1000, 1, scratch}, &reference);
    EXPECT_NEAR(reference.base, 0.25, 1e-12);
    for (int k = 0; k < WATCH_CUTS; k++) {
        EXPECT_NEAR(reference.features[0].cuts[k], 10 * (k + 1), 0);
    }
    EXPECT_INT(watch_bin(&reference.features[0], -5), 0);
    EXPECT_INT(watch_bin(&reference.features[0], 10), 1); /* on the cut: above it */
    EXPECT_INT(watch_bin(&reference.features[0], 1e9), 9);
    EXPECT_INT(watch_bin(&reference.features[0], NAN), WATCH_BINS - 1);
    EXPECT_NEAR(reference.features[0].shares[4], 0.1, 1e-12);
    EXPECT_NEAR(reference.features[0].alarm, WATCH_PSI, 0);
}

/* All of 200 where a tenth was expected: shares 200.5 / 205.5 against 20.5 / 205.5, and nine times
 * 0.5 / 205.5 against 20.5 / 205.5. */
TEST(the_index_worked_by_hand)
{
    struct watch_feature feature = {.shares = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}};
    const uint16_t all[WATCH_BINS] = {[3] = 200};
    const double want = 180 / 205.5 * log(200.5 / 20.5) + 9 * 20 / 205.5 * log(20.5 / 0.5);
    EXPECT_NEAR(watch_psi(&feature, all, 200), want, 1e-12);
    const uint16_t as_told[WATCH_BINS] = {20, 20, 20, 20, 20, 20, 20, 20, 20, 20};
    EXPECT_NEAR(watch_psi(&feature, as_told, 200), 0, 1e-12);
}

/* The features' alarms in `windows` windows of a world that is as in training, but for a shift of
 * the first feature and a third that is not known any more, from `change` on. */
static int windows_until_alarm(struct prng *prng, const struct watch_reference *reference,
                               size_t windows, double shift, bool lost, uint64_t *ret_drifted)
{
    struct watch watch;
    double wanderer = prng_normal(prng);
    watch_init(&watch);
    for (size_t row = 0; row < windows * WATCH_WINDOW; row++) {
        double x[WIDE];
        draw(prng, row, &wanderer, x);
        x[0] += shift;
        x[2] = lost && row % 3 == 0 ? NAN : x[2];
        const bool full = watch_decision(&watch, reference, x);
        EXPECT_INT(full, row % WATCH_WINDOW == WATCH_WINDOW - 1);
        if (full && (watch.drifted & 7) != 0) {
            *ret_drifted = watch.drifted;
            return (int)watch.windows;
        }
    }
    return 0;
}

TEST(features_that_are_as_in_training_raise_no_alarm)
{
    struct prng prng;
    int alarms = 0;
    prng_init(&prng, test_seed());
    for (int seed = 0; seed < SEEDS; seed++) {
        struct watch_reference reference;
        uint64_t drifted;
        train(&prng, &reference);
        alarms += windows_until_alarm(&prng, &reference, 20, 0, false, &drifted) > 0;
    }
    EXPECT(alarms <= 1);
}

TEST(a_feature_that_moved_by_a_deviation_or_is_lost_is_told_at_the_windows_end)
{
    struct prng prng;
    struct watch_reference reference;
    prng_init(&prng, test_seed());
    train(&prng, &reference);
    for (int seed = 0; seed < SEEDS; seed++) {
        uint64_t drifted = 0;
        EXPECT_INT(windows_until_alarm(&prng, &reference, 2, 1, false, &drifted), 1);
        EXPECT_INT(drifted & 7, 1);
        EXPECT_INT(windows_until_alarm(&prng, &reference, 2, 0, true, &drifted), 1);
        EXPECT_INT(drifted & 7, 4);
    }
}

/* One that stands still for a window at a time is not judged by what would alarm of an even one. */
TEST(a_feature_that_wanders_by_itself_has_its_own_alarm)
{
    struct prng prng;
    struct watch_reference reference;
    prng_init(&prng, test_seed());
    train(&prng, &reference);
    EXPECT_NEAR(reference.features[0].alarm, WATCH_PSI, 0);
    EXPECT(reference.features[3].alarm > 4 * WATCH_PSI);
}

static const struct watch_reference forty = {.base = 0.4};

/* The trade at which the alarm goes off, 0 never. The world follows the model until `change`; then
 * the truth is `shift` off in log-odds, or, with `blind`, the base rate whatever was said. */
static int trades_until_alarm(struct prng *prng, int change, double shift, bool blind,
                              enum watch_belief *ret_richest)
{
    struct watch watch;
    watch_init(&watch);
    for (int i = 0; i < TRADES; i++) {
        const double p = sigmoid(log_odds(0.4) + 0.8 * prng_normal(prng));
        const double truth = i < change ? p : blind ? 0.4 : sigmoid(log_odds(p) + shift);
        if (watch_trade(&watch, &forty, p, prng_real(prng) < truth, 1)) {
            EXPECT(watch.failed && watch.evidence >= WATCH_ALARM);
            *ret_richest = watch.richest;
            return i + 1;
        }
    }
    EXPECT(!watch.failed && watch.evidence_highest < WATCH_ALARM);
    return 0;
}

/* p 0.5, base 0.4, it lost. Of each one's 1 all but 0.5 / sqrt(1.01) is in the game. */
TEST(one_trade_against_the_model_by_hand)
{
    struct watch watch;
    const double in = 1 - 0.5 / sqrt(1.01);
    watch_init(&watch);
    EXPECT(!watch_trade(&watch, &forty, 0.5, false, 1));
    EXPECT_NEAR(watch.wealth[WATCH_LOWER], in * (1 - sigmoid(-0.5)) / 0.5, 1e-15);
    EXPECT_NEAR(watch.wealth[WATCH_MUCH_HIGHER], in * (1 - sigmoid(1)) / 0.5, 1e-15);
    EXPECT_NEAR(watch.wealth[WATCH_KNOWS_NOTHING], in * 0.6 / 0.5, 1e-15);
    /* Lower and higher mirror each other: 2 together each, and 1.2: a mean of 1.04 on what is in.
     */
    EXPECT_NEAR(watch.evidence, 1 + 0.04 * in, 1e-12);
    EXPECT_INT(watch.richest, WATCH_MUCH_LOWER);
    const struct watch before = watch;
    EXPECT(!watch_trade(&watch, &forty, NAN, false, 1));
    EXPECT(!watch_trade(&watch, &forty, 0.5, false, 0));
    EXPECT(memcmp(&before, &watch, sizeof watch) == 0);
}

TEST(a_model_that_keeps_its_word_is_not_accused)
{
    struct prng prng;
    enum watch_belief richest;
    int alarms = 0, slight = 0;
    prng_init(&prng, test_seed());
    for (int seed = 0; seed < SEEDS; seed++) {
        alarms += trades_until_alarm(&prng, TRADES, 0, false, &richest) > 0;
        slight += trades_until_alarm(&prng, 0, seed % 2 == 0 ? 0.1 : -0.1, false, &richest) > 0;
    }
    EXPECT(alarms <= 1);
    /* Two points of a hundred off is no failure either: the wealth of who believes 0.5 falls, and
     * reaches the alarm first with a probability of about 100^-(1 - 2 * 0.1 / 0.5), 6 %. */
    print_message("accused: %d who keep it, %d who nearly do\n", alarms, slight);
    EXPECT(slight <= 10);
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

TEST(a_model_that_fails_is_found_out_and_how_soon)
{
    const struct {
        int change;
        double shift;
        bool blind;
        int soon; /* the median delay is below, in trades */
    } worlds[] = {
        {0, -1, false, 80},      {300, -1, false, 150},  {0, -0.6, false, 200},
        {300, -0.6, false, 400}, {300, 0.6, false, 400}, {300, 0, true, 500},
    };
    struct prng prng;
    prng_init(&prng, test_seed());
    for (size_t w = 0; w < sizeof worlds / sizeof worlds[0]; w++) {
        int delays[SEEDS], found = 0, named = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            enum watch_belief richest = WATCH_BELIEF_COUNT;
            const int at = trades_until_alarm(&prng, worlds[w].change, worlds[w].shift,
                                              worlds[w].blind, &richest);
            delays[seed] = at > worlds[w].change ? at - worlds[w].change : TRADES;
            found += at > worlds[w].change;
            named += worlds[w].blind ? richest == WATCH_KNOWS_NOTHING
                     : worlds[w].shift < 0
                         ? richest <= WATCH_MUCH_LOWER
                         : richest == WATCH_HIGHER || richest == WATCH_MUCH_HIGHER;
        }
        qsort(delays, SEEDS, sizeof delays[0], by_value);
        print_message("change at %d by %.1f%s: %d found, delay %d, nine of ten %d, named %d\n",
                      worlds[w].change, worlds[w].shift, worlds[w].blind ? " blind" : "", found,
                      delays[SEEDS / 2], delays[SEEDS * 9 / 10], named);
        EXPECT(found >= 97);
        EXPECT(delays[SEEDS / 2] < worlds[w].soon);
        EXPECT(named >= 90);
    }
}

/* Trades that come in fours of one outcome, each told as a quarter, accuse no oftener. */
TEST(trades_that_overlap_count_as_the_part_they_are)
{
    struct prng prng;
    int alarms = 0, whole = 0;
    prng_init(&prng, test_seed());
    for (int seed = 0; seed < SEEDS; seed++) {
        struct watch parts, ones;
        watch_init(&parts);
        watch_init(&ones);
        for (int i = 0; i < TRADES; i += 4) {
            const double p = sigmoid(log_odds(0.4) + 0.8 * prng_normal(&prng));
            const bool outcome = prng_real(&prng) < p;
            for (int k = 0; k < 4; k++) {
                watch_trade(&parts, &forty, p, outcome, 0.25);
                watch_trade(&ones, &forty, p, outcome, 1);
            }
        }
        alarms += parts.failed;
        whole += ones.failed;
    }
    EXPECT(alarms <= 1);
    EXPECT(whole > 20); /* which is what the weight is for */
}
