/* SPDX-License-Identifier: MIT */
#include "core/decision/blend.h"

#include <math.h>

#include "core/decision/value.h"
#include "core/model/heuristic.h"

#define ROW(member) OPTION_FIELD(struct blend_config, member)

const struct option blend_options[] = {
    {"enabled", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(enabled),
     "An entry's confidence is blended with what the model says of it; until one is trained, a "
     "heuristic stands in its place"},
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names, ROW(timeframe),
     "Candles its features are read from"},
    {"lone", OPTION_REAL, "0..1", "0.3", 0, 1, NULL, ROW(lone),
     "The model's share of the confidence where one strategy stands alone"},
    {"several", OPTION_REAL, "0..1", "0.5", 0, 1, NULL, ROW(several),
     "Its share where several agree"},
    {"refuse", OPTION_BOOL, "", "true", 0, 0, NULL, ROW(refuse),
     "An entry is refused where a trained model that has proved itself expects it to lose"},
    {"plan", OPTION_BOOL, "", "true", 0, 0, NULL, ROW(plan),
     "An entry's target, stop, time and size are a trained model's where it has proved that they "
     "bring more than the signal's own"},
    {"bandit", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(bandit),
     "Entries are skipped, or sized 0.5, 1 or 1.5 times the usual, by what closed trades have "
     "taught; every limit of risk stands"},
};
const uint32_t blend_option_count = sizeof blend_options / sizeof blend_options[0];

void blend_plan(const struct blend_config *config, struct panel_plan *plan,
                uint32_t slots[FEATURES_SLOT_COUNT])
{
    for (uint32_t i = 0; i < FEATURES_SLOT_COUNT; i++) {
        slots[i] = 0;
    }
    if (config->enabled) {
        features_plan((enum timeframe)config->timeframe, plan, slots);
    }
}

void blend_read(const struct blend_config *config, const struct features_view *view,
                struct blend *ret)
{
    *ret = (struct blend){.answer.kind = MODEL_NONE};
    if (config->enabled) {
        features_read(view, &ret->market);
        ret->read = true;
    }
}

void blend_vector(const struct features *market, const struct candidate *entry,
                  const struct vote *vote, struct features *ret)
{
    struct candidate own = *entry;
    own.direction = vote->direction;
    own.stop = vote->stop;
    own.target = vote->target;
    own.strength = vote->strength;
    own.confidence = vote->confidence;
    features_aim(market, &own, ret);
}

/* What those say whose model is live, or those whose is not. */
struct chorus {
    uint32_t count;
    bool bounded; /* one of them has a stop or a target */
    double value; /* expected, by each one's own stop and target */
    struct model_said said;
};

static void join(struct chorus *chorus, const struct model_said *said, const struct vote *vote,
                 double value)
{
    chorus->count++;
    chorus->bounded = chorus->bounded || vote->stop > 0 || vote->target > 0;
    chorus->value += value;
    chorus->said.probability += said->probability;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        chorus->said.amounts[i] += said->amounts[i];
    }
}

bool blend_listens(const struct blend_models *models, uint32_t strategy)
{
    const int32_t trained = models->trained[strategy];
    return trained != MODEL_NONE_TRAINED && models->model->trained[trained].live &&
           (models->demoted >> strategy & 1) == 0;
}

/* Asks each of the agreeing; ret[1] of those that are live, ret[0] of the others. */
static void ask_each(const struct blend_models *models, const struct blend_entry *entry,
                     const struct features *market, struct chorus ret[2])
{
    for (uint32_t i = 0; i < entry->vote_count; i++) {
        const struct vote *vote = &entry->votes[i];
        const int32_t trained = models->trained[vote->strategy];
        struct features features;
        struct model_said said;
        if ((entry->strategies >> vote->strategy & 1) == 0 || trained == MODEL_NONE_TRAINED) {
            continue;
        }
        blend_vector(market, &entry->candidate, vote, &features);
        if (model_ask(models->model, (uint32_t)trained, models->pooled,
                      &models->online[vote->strategy], &features, &said)) {
            const double value =
                expected_value(said.probability, entry->candidate.price, vote->stop, vote->target,
                               entry->candidate.round_trip_fee);
            join(&ret[blend_listens(models, vote->strategy)], &said, vote, value);
        }
    }
}

/* The largest contributions stay, in the order of the features. */
static void keep_largest(const double *amounts, const struct features *features, double part,
                         struct model_answer *ret)
{
    bool kept[FEATURE_COUNT] = {false};
    for (uint32_t n = 0; n < MODEL_CONTRIBUTION_MAX; n++) {
        uint32_t largest = FEATURE_COUNT;
        for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
            if (!kept[i] && amounts[i] != 0 &&
                (largest == FEATURE_COUNT || fabs(amounts[i]) > fabs(amounts[largest]))) {
                largest = i;
            }
        }
        if (largest == FEATURE_COUNT) {
            break;
        }
        kept[largest] = true;
    }
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        if (kept[i]) {
            /* A tree has a branch for what is not known: that it is not is told as 0. */
            const double figure = isfinite(features->values[i]) ? features->values[i] : 0;
            ret->contributions[ret->contribution_count++] =
                (struct contribution){(enum feature)i, figure, amounts[i] * part};
        }
    }
}

static void answer_of(const struct chorus *chorus, const struct features *features,
                      struct model_answer *ret)
{
    *ret = (struct model_answer){.kind = MODEL_NONE};
    if (chorus->count > 0) {
        ret->kind = MODEL_TRAINED;
        ret->probability = chorus->said.probability / chorus->count;
        keep_largest(chorus->said.amounts, features, 1.0 / chorus->count, ret);
    }
}

static void ask_model(const struct blend_config *config, const struct blend_models *models,
                      const struct blend_entry *entry, struct blend *ret)
{
    struct chorus choruses[2] = {{0}, {0}};
    struct features features;
    features_aim(&ret->market, &entry->candidate, &features);
    if (models->model != NULL) {
        ask_each(models, entry, &ret->market, choruses);
    }
    answer_of(&choruses[0], &features, &ret->shadow);
    answer_of(&choruses[1], &features, &ret->answer);
    if (ret->answer.kind == MODEL_NONE) {
        heuristic_ask(&features, &ret->answer);
        return;
    }
    ret->value = choruses[1].value / choruses[1].count;
    /* What has neither is left by a signal: its value says nothing but the fees. */
    ret->refused = config->refuse && choruses[1].bounded && ret->value <= 0;
}

void blend_ask(const struct blend_config *config, const struct blend_models *models,
               const struct blend_entry *entry, struct confluence *all, struct blend *ret)
{
    if (!ret->read) {
        return;
    }
    ask_model(config, models, entry, ret);
    if (ret->answer.kind == MODEL_NONE) {
        return;
    }
    ret->voted = all->confidence;
    ret->share = all->agree_count > 1 ? config->several : config->lone;
    all->confidence = (1 - ret->share) * ret->voted + ret->share * ret->answer.probability;
    all->passed = !all->too_few && all->confidence >= all->gate;
}
