/* SPDX-License-Identifier: MIT */
#include "core/decision/blend.h"

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

void blend_ask(const struct blend_config *config, const struct candidate *candidate,
               struct confluence *all, struct blend *ret)
{
    if (!ret->read) {
        return;
    }
    struct features features;
    features_aim(&ret->market, candidate, &features);
    heuristic_ask(&features, &ret->answer);
    if (ret->answer.kind == MODEL_NONE) {
        return;
    }
    ret->voted = all->confidence;
    ret->share = all->agree_count > 1 ? config->several : config->lone;
    all->confidence = (1 - ret->share) * ret->voted + ret->share * ret->answer.probability;
    all->passed = !all->too_few && all->confidence >= all->gate;
}
