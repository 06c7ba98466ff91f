/* SPDX-License-Identifier: MIT */
#include "research/learn/gate.h"

#include "core/model/sigmoid.h"
#include "planted.h"

#define MANY 2000
#define SHARE 0.005 /* of the first training in a week: half of SPEND_WEEK */

/* One walk forward over one world. */
struct trial {
    struct examples examples;
    struct forward forward;
    double chances[MANY];
};

static void walk(struct planted planted, struct trial *ret)
{
    char error[256] = "";
    planted.strategies = planted.strategies > 0 ? planted.strategies : 1;
    planted_make(&planted, &ret->examples, ret->chances);
    struct forward_config config = forward_config_usual();
    config.round_trip_fee = PLANTED_FEE;
    EXPECT_INT(forward_run(&config, &ret->examples, &ret->forward, error, sizeof error), 0);
}

static void trial_free(struct trial *trial)
{
    forward_free(&trial->forward);
    examples_free(&trial->examples);
    free(trial);
}

static struct trial *trial_new(struct planted planted)
{
    struct trial *trial = malloc(sizeof *trial);
    EXPECT(trial != NULL);
    walk(planted, trial);
    return trial;
}

static struct gate_report reports[STRATEGY_MAX];
static uint32_t in_force; /* mask of the strategies that have an incumbent */

/* Of the first strategy; its pairs are gone with the next. */
static const struct gate_report *judge(const struct trial *trial, const double *incumbent)
{
    const struct gate_config config = {.share = SHARE,
                                       .threshold = 0.5,
                                       .incumbent = incumbent,
                                       .incumbents = in_force,
                                       .seed = 1};
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        gate_free(&reports[i]);
    }
    EXPECT_INT(gate_judge(&config, &trial->forward, &trial->examples, reports), 0);
    return &reports[0];
}

/* What was planted, and what came out of it. */
struct measured {
    double truth; /* what the log loss falls by on average, by what was planted */
    double most;  /* and for one who knows what was planted */
    double gap, gap_truth, gap_room; /* success of what was taken less that of the rest; 95 % */
};

static double expected_loss(double said, double chance)
{
    return chance * log_loss(said, true) + (1 - chance) * log_loss(said, false);
}

static void measure(const struct trial *trial, struct measured *ret)
{
    double weight = 0, won[2] = {0}, chance[2] = {0}, count[2] = {0}, unique[2] = {0};
    *ret = (struct measured){0};
    for (size_t i = 0; i < trial->forward.count; i++) {
        const struct forward_row *row = &trial->forward.rows[i];
        const struct example *example = &trial->examples.list[row->example];
        const double p = trial->chances[row->example];
        const double of_base = expected_loss(row->members[FORWARD_BASE], p);
        ret->truth += example->uniqueness * (of_base - expected_loss(row->ensemble, p));
        ret->most += example->uniqueness * (of_base - expected_loss(p, p));
        weight += example->uniqueness;
        count[row->taken]++;
        unique[row->taken] += example->uniqueness;
        won[row->taken] += example->won;
        chance[row->taken] += p;
    }
    ret->truth /= weight;
    ret->most /= weight;
    ret->gap = won[1] / count[1] - won[0] / count[0];
    ret->gap_truth = chance[1] / count[1] - chance[0] / count[0];
    ret->gap_room = 1.96 * sqrt(0.25 / unique[1] + 0.25 / unique[0]);
}

/* How many worlds a simulation goes through: CUTTLE_SEEDS, else so many. */
static uint64_t worlds(uint64_t usual)
{
    const char *asked = getenv("CUTTLE_SEEDS");
    return asked != NULL ? strtoull(asked, NULL, 10) : usual;
}

struct sums {
    double count, live, gain_covered, gap_covered;
    double gain, truth, most;
};

static struct sums simulate(const char *what, struct planted planted, uint64_t count)
{
    struct sums tally = {.count = (double)count};
    planted.count = MANY;
    for (planted.seed = 1; planted.seed <= count; planted.seed++) {
        struct trial *trial = trial_new(planted);
        const struct gate_report *report = judge(trial, NULL);
        struct measured measured;
        measure(trial, &measured);
        const struct paired *paired = &report->rivals[GATE_RIVAL_ALWAYS].paired;
        tally.live += report->verdict == GATE_LIVE;
        tally.gain_covered +=
            paired->within.low <= measured.truth && measured.truth <= paired->within.high;
        tally.gap_covered += fabs(measured.gap - measured.gap_truth) <= measured.gap_room;
        tally.gain += paired->mean / tally.count;
        tally.truth += measured.truth / tally.count;
        tally.most += measured.most / tally.count;
        trial_free(trial);
    }
    print_message("%s: %g of %g worlds pass; the log loss falls by %.4f on average, in truth by "
                  "%.4f, at most by %.4f; its interval holds the truth in %g, that of the success "
                  "rates' gap in %g\n",
                  what, tally.live, tally.count, tally.gain, tally.truth, tally.most,
                  tally.gain_covered, tally.gap_covered);
    return tally;
}

static void ask_for_trees(void)
{
    if (!booster_supported()) {
        print_message("skipped: built without XGBoost\n");
        skip();
    }
}

TEST(noise_stays_in_the_shadow)
{
    const struct sums tally =
        simulate("noise", (struct planted){.low = 0.4, .high = 0.4}, worlds(2));
    EXPECT(tally.live <= 0.03 * tally.count);
}

TEST(an_edge_that_slopes_do_not_show_passes_and_its_strength_is_measured_right)
{
    ask_for_trees();
    const struct sums tally =
        simulate("edge", (struct planted){.low = PLANTED_LOW, .high = PLANTED_HIGH}, worlds(3));
    EXPECT(tally.live >= 0.8 * tally.count);
    EXPECT(tally.gain_covered >= 0.9 * tally.count);
    EXPECT(tally.gap_covered >= 0.9 * tally.count);
    EXPECT_NEAR(tally.gain, tally.truth, 0.01);
}

TEST(a_feature_that_knows_the_outcome_is_named_and_refused)
{
    struct trial *trial =
        trial_new((struct planted){.seed = 1, .count = 600, .low = 0.4, .high = 0.4, .leak = 3});
    const struct gate_report *report = judge(trial, NULL);
    EXPECT_INT(report->verdict, GATE_REFUSED);
    EXPECT_INT(report->leak_feature, PLANTED_LEAK);
    EXPECT_NEAR(report->leak_auc, 0.983, 0.015); /* normal: the deviate of 3 over the root of 2 */
    EXPECT(strstr(report->words, "too good to be true: the feature macd alone") != NULL);
    trial_free(trial);
}

TEST(a_leak_that_no_feature_shows_alone_is_seen_in_what_the_model_knows)
{
    ask_for_trees();
    struct trial *trial = trial_new((struct planted){
        .seed = 1, .count = 1200, .low = 0.4, .high = 0.4, .leak = 6, .hidden = true});
    const struct gate_report *report = judge(trial, NULL);
    EXPECT(report->leak_auc < GATE_LEAK_FEATURE);
    EXPECT_INT(report->verdict, GATE_REFUSED);
    EXPECT(strstr(report->words, "forward in time") != NULL);
    trial_free(trial);
}

TEST(who_says_what_the_incumbent_says_does_not_take_its_place)
{
    ask_for_trees();
    struct trial *trial =
        trial_new((struct planted){.seed = 3, .count = MANY, .low = 0.2, .high = 0.7});
    EXPECT_INT(judge(trial, NULL)->verdict, GATE_LIVE);
    double *incumbent = malloc(trial->forward.count * sizeof *incumbent);
    for (size_t i = 0; i < trial->forward.count; i++) {
        incumbent[i] = trial->forward.rows[i].ensemble;
    }
    const struct gate_report *report = judge(trial, incumbent);
    EXPECT_INT(report->verdict, GATE_SHADOW);
    EXPECT_NEAR(report->p, 1, 0);
    EXPECT(strstr(report->words, "the incumbent") != NULL);
    for (size_t i = 0; i < trial->forward.count; i++) {
        incumbent[i] = (double)NAN; /* it was trained on all of these */
    }
    EXPECT_INT(judge(trial, incumbent)->verdict, GATE_LIVE); /* and is not in force */
    in_force = 1;
    report = judge(trial, incumbent);
    EXPECT_INT(report->verdict, GATE_SHADOW);
    EXPECT(strstr(report->words, "stays: 0 examples") != NULL);
    for (size_t i = trial->forward.count - 20; i < trial->forward.count; i++) {
        incumbent[i] = 0.5;
    }
    report = judge(trial, incumbent);
    EXPECT_INT(report->verdict, GATE_SHADOW);
    EXPECT(strstr(report->words, "stays: 20 examples") != NULL);
    in_force = 0;
    free(incumbent);
    trial_free(trial);
}

/* Who is likely to win wins next to nothing. */
TEST(knowledge_that_does_not_pay_stays_in_the_shadow)
{
    ask_for_trees();
    struct trial *trial =
        trial_new((struct planted){.seed = 3, .count = MANY, .low = 0.2, .high = 0.7});
    for (size_t i = 0; i < MANY; i++) {
        struct example *example = &trial->examples.list[i];
        const bool likely = trial->chances[i] > 0.5;
        example->reward = example->won ? (likely ? 0.001 : 0.1) : (likely ? -0.05 : -0.001);
    }
    const struct gate_report *report = judge(trial, NULL);
    EXPECT(report->adjusted <= SHARE);
    EXPECT(report->rewards[GATE_BY_MODEL].mean < report->rewards[GATE_EVERY].mean);
    EXPECT_INT(report->verdict, GATE_SHADOW);
    EXPECT(strstr(report->words, "less than") != NULL);
    trial_free(trial);
}

TEST(few_examples_show_nothing)
{
    struct trial *trial =
        trial_new((struct planted){.seed = 1, .count = 350, .low = 0.1, .high = 0.9});
    const struct gate_report *report = judge(trial, NULL);
    EXPECT(isnan(report->p) && isnan(report->adjusted));
    EXPECT_INT(report->verdict, GATE_SHADOW);
    EXPECT(strstr(report->words, "too few") != NULL);
    trial_free(trial);
}

TEST(strategies_share_the_error_and_pairs_add_up)
{
    struct trial *trial = trial_new(
        (struct planted){.seed = 1, .count = MANY, .strategies = 2, .low = 0.3, .high = 0.6});
    judge(trial, NULL);
    size_t rows = 0;
    for (uint32_t i = 0; i < 2; i++) {
        const struct gate_report *report = &reports[i];
        struct gate_reward sum[GATE_POLICY_COUNT] = {0};
        EXPECT(report->any && report->pair_count == 3);
        for (uint32_t k = 0; k < 3; k++) {
            EXPECT_INT(report->pairs[k].pair, k);
            for (int policy = 0; policy < GATE_POLICY_COUNT; policy++) {
                const struct gate_reward *one = &report->pairs[k].rewards[policy];
                sum[policy].count += one->count;
                sum[policy].mean += one->count > 0 ? one->mean * (double)one->count : 0;
            }
        }
        for (int policy = 0; policy < GATE_POLICY_COUNT; policy++) {
            const struct gate_reward *all = &report->rewards[policy];
            EXPECT_INT((int64_t)sum[policy].count, (int64_t)all->count);
            EXPECT(all->count == 0 ||
                   fabs(sum[policy].mean / (double)all->count - all->mean) < 1e-12);
        }
        EXPECT_INT((int64_t)report->scores[GATE_ENSEMBLE].count, (int64_t)sum[GATE_EVERY].count);
        rows += sum[GATE_EVERY].count;
    }
    EXPECT_INT((int64_t)rows, (int64_t)trial->forward.count);
    EXPECT(!reports[2].any);
    const double first = fmin(reports[0].p, reports[1].p);
    EXPECT_NEAR(fmin(reports[0].adjusted, reports[1].adjusted), fmin(2 * first, 1), 1e-12);
    trial_free(trial);
}

/* A walk in which everybody says a half, and each policy takes what the test says. */
static struct trial *blank(size_t count)
{
    struct trial *trial = calloc(1, sizeof *trial);
    EXPECT(trial != NULL);
    struct forward *forward = &trial->forward;
    forward->rows = calloc(count, sizeof *forward->rows);
    EXPECT(forward->rows != NULL);
    forward->count = count;
    forward->strategies = 1;
    for (size_t i = 0; i < count; i++) {
        struct forward_row *row = &forward->rows[i];
        *row = (struct forward_row){.example = i, .ensemble = 0.5, .heuristic = 0.5};
        for (int member = 0; member < FORWARD_MEMBER_COUNT; member++) {
            row->members[member] = 0.5;
        }
    }
    return trial;
}

/* Sixteen, one after the other, of 1 to 16 per cent, lost and won by turns: the heuristic takes the
 * first twelve, the model what wins of the last ten. */
TEST(what_each_policy_takes_is_worked_by_hand)
{
    struct trial *trial = blank(16);
    const float features[FEATURE_COUNT] = {0};
    for (uint32_t i = 0; i < 16; i++) {
        const bool won = i % 2 == 1;
        const struct example example = {.time_ns = (int64_t)(2 * i + 1) * NS_PER_HOUR,
                                        .known_ns = (int64_t)(2 * i + 2) * NS_PER_HOUR,
                                        .price = 100,
                                        .reward = (won ? 0.01 : -0.01) * (i + 1),
                                        .pair = i / 8,
                                        .direction = 1,
                                        .won = won};
        EXPECT_INT(examples_add(&trial->examples, &example, features), 0);
        trial->forward.rows[i].heuristic_taken = i < 12;
        trial->forward.rows[i].taken = i >= 6 && won;
    }
    EXPECT_INT(examples_weigh(&trial->examples), 0);
    const struct gate_report *report = judge(trial, NULL);
    const struct gate_reward *all = &report->rewards[GATE_EVERY];
    const struct gate_reward *guessed = &report->rewards[GATE_BY_HEURISTIC];
    const struct gate_reward *taken = &report->rewards[GATE_BY_MODEL];
    EXPECT_INT((int64_t)all->count, 16);
    EXPECT_NEAR(all->won, 0.5, 0);
    EXPECT_NEAR(all->mean, 0.08 / 16, 1e-15); /* eight pairs of -n and n + 1 */
    EXPECT_INT((int64_t)guessed->count, 12);
    EXPECT_NEAR(guessed->mean, 0.06 / 12, 1e-15);
    EXPECT(isnan(guessed->within.low) && isnan(guessed->within.high)); /* 48 would be enough */
    EXPECT_INT((int64_t)taken->count, 5);
    EXPECT_NEAR(taken->won, 1, 0);
    EXPECT_NEAR(taken->mean, 0.60 / 5, 1e-15); /* 8, 10, 12, 14, 16 */
    const struct gate_pair *second = &report->pairs[1];
    EXPECT_INT((int64_t)second->rewards[GATE_BY_HEURISTIC].count, 4);
    EXPECT_NEAR(second->rewards[GATE_BY_HEURISTIC].mean, 0.02 / 4, 1e-15);
    EXPECT_INT((int64_t)second->rewards[GATE_BY_MODEL].count, 4);
    EXPECT_NEAR(second->rewards[GATE_BY_MODEL].mean, 0.52 / 4, 1e-15);
    trial_free(trial);
}

/* The model takes what is likely to win, the heuristic the rest. */
TEST(the_intervals_hold_what_was_planted)
{
    enum { COUNT = 1200, WORLDS = 20 };
    struct planted planted = {.count = COUNT, .strategies = 1, .low = 0.27, .high = 0.60};
    int held[GATE_POLICY_COUNT] = {0}, apart = 0;
    for (planted.seed = 1; planted.seed <= WORLDS; planted.seed++) {
        struct trial *trial = blank(COUNT);
        double chances = 0;
        planted_make(&planted, &trial->examples, trial->chances);
        for (size_t i = 0; i < COUNT; i++) {
            trial->forward.rows[i].taken = trial->chances[i] > 0.5;
            trial->forward.rows[i].heuristic_taken = trial->chances[i] < 0.5;
            chances += trial->chances[i] / COUNT;
        }
        struct gate_reward first[GATE_POLICY_COUNT];
        memcpy(first, judge(trial, NULL)->rewards, sizeof first);
        const double won[] = {
            [GATE_EVERY] = chances, [GATE_BY_HEURISTIC] = 0.27, [GATE_BY_MODEL] = 0.60};
        for (int i = 0; i < GATE_POLICY_COUNT; i++) {
            const double truth = won[i] * 0.03 - (1 - won[i]) * 0.02 - PLANTED_FEE;
            held[i] += first[i].within.low <= truth && truth <= first[i].within.high;
        }
        apart += first[GATE_BY_HEURISTIC].within.high < first[GATE_BY_MODEL].within.low;
        if (planted.seed == 1) {
            EXPECT(memcmp(first, judge(trial, NULL)->rewards, sizeof first) == 0);
        }
        trial_free(trial);
    }
    print_message("of %d worlds the interval holds the truth in %d (every signal), %d (heuristic), "
                  "%d (model); apart in %d\n",
                  WORLDS, held[0], held[1], held[2], apart);
    for (int i = 0; i < GATE_POLICY_COUNT; i++) {
        EXPECT(held[i] >= 0.8 * WORLDS);
    }
    EXPECT(apart >= 0.8 * WORLDS);
}
