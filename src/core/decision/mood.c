/* SPDX-License-Identifier: MIT */
#include "core/decision/mood.h"

#include <math.h>

#define ROW(member) OPTION_FIELD(struct mood_config, member)

const struct option mood_options[] = {
    {"enabled", OPTION_BOOL, "", "false", 0, 0, NULL, ROW(enabled),
     "The mood of the whole market scales entries down, or stops them"},
    {"timeframe", OPTION_CHOICE, "", "1h", 0, 0, timeframe_names, ROW(timeframe),
     "Candles the market's move is measured in"},
    {"period", OPTION_INT, "candles", "24", 1, 500, NULL, ROW(period),
     "Candles the move goes back over. The leader is the first of session.pairs"},
    {"panic_fall", OPTION_REAL, "of price", "0.1", 0.001, 1, NULL, ROW(panic_fall),
     "The leader's fall that is panic"},
    {"caution_fall", OPTION_REAL, "of price", "0.05", 0.001, 1, NULL, ROW(caution_fall),
     "The leader's fall that calls for caution; panic, where few pairs hold"},
    {"euphoria_rise", OPTION_REAL, "of price", "0.1", 0.001, 10, NULL, ROW(euphoria_rise),
     "The leader's rise that is euphoria, where most pairs rise"},
    {"breadth_low", OPTION_REAL, "of pairs", "0.2", 0, 1, NULL, ROW(breadth_low),
     "Few pairs hold: at most this part of them, of five or more"},
    {"breadth_high", OPTION_REAL, "of pairs", "0.8", 0, 1, NULL, ROW(breadth_high),
     "Most pairs rise: at least this part of them"},
    {"panic_size", OPTION_REAL, "times", "0", 0, 1, NULL, ROW(panic_size),
     "An entry's size in panic; 0: none is made, and those that rest are taken back"},
    {"caution_size", OPTION_REAL, "times", "0.5", 0, 1, NULL, ROW(caution_size),
     "An entry's size in caution"},
    {"euphoria_size", OPTION_REAL, "times", "0.75", 0, 1, NULL, ROW(euphoria_size),
     "An entry's size in euphoria"},
    {"caution_confidence", OPTION_REAL, "0..1", "0.05", 0, 1, NULL, ROW(caution_confidence),
     "Confidence needed beyond decision.confidence in caution, and in panic"},
    {"euphoria_confidence", OPTION_REAL, "0..1", "0.05", 0, 1, NULL, ROW(euphoria_confidence),
     "The same in euphoria"},
};
const uint32_t mood_option_count = sizeof mood_options / sizeof mood_options[0];

const char *mood_check(const struct mood_config *config)
{
    if (config->caution_fall >= config->panic_fall) {
        return "caution_fall must be below panic_fall, as 0.05 is below 0.1";
    }
    if (config->breadth_low >= config->breadth_high) {
        return "breadth_low must be below breadth_high, as 0.2 is below 0.8";
    }
    return NULL;
}

void mood_plan(const struct mood_config *config, struct panel_plan *plan, uint32_t *slot)
{
    *slot = 0;
    if (config->enabled) {
        *slot = panel_plan_ask(plan,
                               &(struct panel_ask){INDICATOR_ROC, (enum timeframe)config->timeframe,
                                                   (uint32_t)config->period, 0});
    }
}

void mood_add(struct mood_count *count, const struct panel_cell *change, bool leader)
{
    if (!change->ready || !isfinite(change->now[0])) {
        return;
    }
    if (leader) {
        count->known = true;
        count->leader = change->now[0] / 100;
    }
    count->counted++;
    count->risen += change->now[0] >= 0;
}

static enum mood_kind kind_of(const struct mood_config *config, double leader, bool few, bool most)
{
    if (leader <= -config->panic_fall || (few && leader <= -config->caution_fall)) {
        return MOOD_PANIC;
    }
    if (leader <= -config->caution_fall || (few && leader < 0)) {
        return MOOD_CAUTION;
    }
    return most && leader >= config->euphoria_rise ? MOOD_EUPHORIA : MOOD_NORMAL;
}

struct mood mood_judge(const struct mood_config *config, const struct mood_count *count)
{
    struct mood mood = {.risen = count->risen, .counted = count->counted};
    if (count->counted > 0) {
        mood.breadth = (double)count->risen / (double)count->counted;
    }
    if (!config->enabled || !count->known) {
        return mood;
    }
    const bool broad = count->counted >= MOOD_BREADTH_PAIRS;
    mood.leader = count->leader;
    mood.span_ns = config->period * timeframe_ns[config->timeframe];
    mood.kind = kind_of(config, count->leader, broad && mood.breadth <= config->breadth_low,
                        !broad || mood.breadth >= config->breadth_high);
    return mood;
}

struct regime_effect mood_effect(const struct mood_config *config, enum mood_kind kind)
{
    struct regime_effect effect = {.size = 1, .confidence = 0, .stop = 1, .target = 1};
    switch (kind) {
    case MOOD_PANIC:
        effect.size = config->panic_size;
        effect.confidence = config->caution_confidence;
        break;
    case MOOD_CAUTION:
        effect.size = config->caution_size;
        effect.confidence = config->caution_confidence;
        break;
    case MOOD_EUPHORIA:
        effect.size = config->euphoria_size;
        effect.confidence = config->euphoria_confidence;
        break;
    case MOOD_UNKNOWN:
    case MOOD_NORMAL:
        break;
    }
    return effect;
}
