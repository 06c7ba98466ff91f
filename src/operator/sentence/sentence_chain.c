/* SPDX-License-Identifier: MIT */
/* The words for what the decision asks beside the vote: filters, regime, mood, timeframes, cooldown
 * and model (core/decision/chain.h). */
#include <math.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/market/timeframe.h"
#include "operator/sentence/sentence_table.h"
#include "operator/sentence/sentence_words.h"

/* A sentence names the largest; the record has all. */
#define SPOKEN_MAX 2

/* {f} the figure, {l} and {h} the limits, with as many decimals as the letter has a digit behind
 * it. */
static const struct sentence_row filters[] = {
    [FILTER_RSI] = {"rsi", "RSI {f1} lies outside {l1} to {h1}"},
    [FILTER_TREND] = {"trend", "the fast average stands {f2} % beyond the slow one in its "
                               "direction, and must stand more than {l2} %"},
    [FILTER_VOLUME] = {"volume", "the volume ranks {f0} of 100 among those before it, and must "
                                 "rank {l0}"},
    [FILTER_ATR] = {"atr", "ATR is {f3} % of the price, which lies outside {l3} to {h3} %"},
    [FILTER_SLOPE] = {"chop_slope", "the market chops: the average moves {f3} ATR a candle, and "
                                    "must move {l3}"},
    [FILTER_RANGE] = {"chop_range", "the market chops: its candles span {f2} ATR, and must span "
                                    "{l2}"},
    [FILTER_SPIKE] = {"spike", "ATR has leapt to {f2} times its long average, and may be {h2} "
                               "times"},
};

static const struct sentence_row states[] = {
    [FINDING_NOT_ASKED] = {"not_asked", ""},
    [FINDING_WARMING] = {"warming_up", ""},
    [FINDING_PASSED] = {"passed", ""},
    [FINDING_FAILED] = {"failed", ""},
};

static const struct sentence_row ways[] = {
    [REGIME_UNKNOWN] = {"unknown", ""},
    [REGIME_RANGING] = {"ranging", "the market ranges"},
    [REGIME_RISING] = {"rising", "the market trends upward"},
    [REGIME_FALLING] = {"falling", "the market trends downward"},
};

static const struct sentence_row volatilities[] = {
    [VOLATILITY_UNKNOWN] = {"unknown", ""},
    [VOLATILITY_LOW] = {"low", "volatility is low"},
    [VOLATILITY_NORMAL] = {"normal", "volatility is normal"},
    [VOLATILITY_HIGH] = {"high", "volatility is high"},
};

static const struct sentence_row moods[] = {
    [MOOD_UNKNOWN] = {"unknown", "in a mood not known yet"},
    [MOOD_PANIC] = {"panic", "in panic"},
    [MOOD_CAUTION] = {"caution", "one for caution"},
    [MOOD_NORMAL] = {"normal", "in its normal mood"},
    [MOOD_EUPHORIA] = {"euphoria", "in euphoria"},
};

static const struct sentence_row models[] = {
    [MODEL_NONE] = {"none", ""},
    [MODEL_HEURISTIC] = {"heuristic", ""},
    [MODEL_TRAINED] = {"model", ""},
};

/* Their figures are counted in the entry's direction. */
static const char *const feature_texts[FEATURE_COUNT] = {
    [FEATURE_ADX] = "ADX {f1}",
    [FEATURE_VOLUME_RANK] = "the volume ranks {f0} of 100",
    [FEATURE_ATR_RANK] = "the ATR ranks {f0} of 100",
    [FEATURE_BOOK] = "the book leans {f2} its way",
    [FEATURE_MAJORITY] = "more agree than not, by {f0}",
    [FEATURE_ODDS] = "by chance it is won {f2} of the time",
    [FEATURE_RETURN_1] = "{f1} ATRs its way in a candle",
    [FEATURE_RETURN_6] = "{f1} ATRs its way in 6 candles",
    [FEATURE_RETURN_24] = "{f1} ATRs its way in 24 candles",
    [FEATURE_RETURN_96] = "{f1} ATRs its way in 96 candles",
    [FEATURE_RETURN_288] = "{f1} ATRs its way in 288 candles",
    [FEATURE_VOLATILITY] = "an ATR is {f2} % of the price",
    [FEATURE_VOLATILITY_TURN] = "the ATR is {f2} times what it was",
    [FEATURE_VOLUME_RATIO] = "{f1} times the usual volume",
    [FEATURE_TO_SMA20] = "{f1} ATRs beyond SMA 20",
    [FEATURE_TO_SMA50] = "{f1} ATRs beyond SMA 50",
    [FEATURE_TO_SMA200] = "{f1} ATRs beyond SMA 200",
    [FEATURE_STACKED] = "averages in order its way: {f0} of 3",
    [FEATURE_BAND_PLACE] = "at {f2} of the way from the bands' middle",
    [FEATURE_BAND_WIDTH] = "bands {f1} ATRs apart",
    [FEATURE_RSI] = "RSI {f0} its way of the middle",
    [FEATURE_RSI_TURN] = "RSI turned by {f1} its way",
    [FEATURE_MACD] = "MACD histogram {f2} ATRs its way",
    [FEATURE_SLOPE] = "20 closes slope {f1} ATRs its way",
    [FEATURE_DI] = "DI leads its way by {f0}",
    [FEATURE_REGIME] = "the trend's way is {f0}",
    [FEATURE_CHOP] = "48 candles range over {f1} ATRs",
    [FEATURE_BELOW_HIGH] = "{f1} ATRs before the extreme ahead",
    [FEATURE_ABOVE_LOW] = "{f1} ATRs from the extreme behind",
    [FEATURE_DAY_PLACE] = "at {f2} in the day's range",
    [FEATURE_ABOVE_SUPPORT] = "{f1} ATRs from the level behind",
    [FEATURE_BELOW_RESISTANCE] = "{f1} ATRs before the level ahead",
    [FEATURE_SUPPORT_TOUCHES] = "{f0} touches of the level behind",
    [FEATURE_RESISTANCE_TOUCHES] = "{f0} touches of the level ahead",
    [FEATURE_RANGE_WIDTH] = "the range is {f1} % wide",
    [FEATURE_RANGE_PLACE] = "at {f2} in the range",
    [FEATURE_NOON] = "by the hour, noon counts {f1}",
    [FEATURE_EVENING] = "by the hour, evening counts {f1}",
    [FEATURE_WEEKDAY] = "day {f0} of the week, Monday 0",
    [FEATURE_WEEKEND] = "weekend {f0}",
    [FEATURE_LEADER_24] = "the leader went {f1} ATRs its way in 24 candles",
    [FEATURE_LEADER_288] = "the leader went {f1} ATRs its way in 288 candles",
    [FEATURE_BREADTH] = "the others stand {f2} its way",
    [FEATURE_STRENGTH] = "signal strength {f2}",
    [FEATURE_CONFIDENCE] = "signal confidence {f2}",
    [FEATURE_STOP_ATR] = "the stop is {f1} ATRs away",
    [FEATURE_TARGET_ATR] = "the target is {f1} ATRs away",
    [FEATURE_FEES] = "fees are {f2} of the way to the target",
};

const struct sentence_row *sentence_model_row(uint32_t model)
{
    return SENTENCE_ROW(models, model);
}

const struct sentence_row *sentence_filter_row(uint32_t filter)
{
    return SENTENCE_ROW(filters, filter);
}

const struct sentence_row *sentence_state_row(uint32_t state)
{
    return SENTENCE_ROW(states, state);
}

const struct sentence_row *sentence_way_row(uint32_t way)
{
    return SENTENCE_ROW(ways, way);
}

const struct sentence_row *sentence_volatility_row(uint32_t volatility)
{
    return SENTENCE_ROW(volatilities, volatility);
}

const struct sentence_row *sentence_mood_row(uint32_t mood)
{
    return SENTENCE_ROW(moods, mood);
}

static void put_row(const struct context *c, const struct sentence_row *row)
{
    put(c->words, row ? row->text : "one that this version has no words for");
}

static void put_finding(const struct context *c, const char *text, const struct finding *finding)
{
    for (const char *open; (open = strchr(text, '{')); text = open + 4) {
        put_bytes(c->words, text, (size_t)(open - text));
        const double figure = open[1] == 'f'   ? finding->figure
                              : open[1] == 'l' ? finding->low
                                               : finding->high;
        putf(c->words, "%.*f", open[2] - '0', figure);
    }
    put(c->words, text);
}

void put_filter(const struct context *c)
{
    const uint32_t first = c->record->findings.filter_first;
    const struct sentence_row *row = c->record->chained ? sentence_filter_row(first) : NULL;
    if (!row) {
        put(c->words, "a filter did not let it pass");
        return;
    }
    const struct finding *finding = &c->record->findings.filters[first];
    if (finding->state == FINDING_WARMING)
        putf(c->words, "the filter %s is still warming up", row->word);
    else
        put_finding(c, row->text, finding);
}

void put_timeframe(const struct context *c)
{
    const uint32_t first = c->record->findings.timeframe_first;
    if (!c->record->chained || first >= TIMEFRAME_COUNT) {
        put(c->words, "a higher timeframe does not agree");
        return;
    }
    const struct finding *finding = &c->record->findings.timeframes[first];
    if (finding->state == FINDING_WARMING) {
        putf(c->words, "the %s candles, which must agree, are still warming up",
             timeframe_names[first]);
        return;
    }
    putf(c->words, "the %s candles do not agree: ", timeframe_names[first]);
    put_finding(c, "{f3} % in its direction, and more than {l3} % is needed", finding);
}

/* "in panic (BTC/USD moved -12.0 % in 1 d; 5 of 24 pairs stand no lower)" */
void put_mood(const struct context *c)
{
    char span[FIGURE_MAX];
    const struct mood *mood = &c->record->findings.mood;
    if (!c->record->chained) {
        put(c->words, "in a mood not known yet");
        return;
    }
    put_row(c, sentence_mood_row(mood->kind));
    if (mood->kind == MOOD_UNKNOWN)
        return;
    sentence_duration(span, sizeof span, mood->span_ns);
    const bool named = c->names->pair_count > 0 && c->names->pairs[0].symbol[0] != '\0';
    putf(c->words, " (%s moved %+.1f %% in ", named ? c->names->pairs[0].symbol : "the first pair",
         100 * mood->leader);
    putf(c->words, "%s; %u of %u pairs stand no lower)", span, mood->risen, mood->counted);
}

void put_scaled(const struct context *c)
{
    const double size = c->record->chained ? c->record->findings.effect.size : 1;
    if (size <= 0)
        put(c->words, "no entries, and what rests of the strategies' is taken back; exits and "
                      "stops go on");
    else if (size < 1)
        putf(c->words, "entries are made at %.0f %% of their size", 100 * size);
    else
        put(c->words, "entries are made in full");
}

static bool is_neutral(const struct regime_effect *effect)
{
    return effect->size == 1 && effect->confidence == 0 && effect->stop == 1 && effect->target == 1;
}

void put_regime(const struct context *c)
{
    const struct chain_findings *findings = &c->record->findings;
    const struct regime *regime = &findings->regime;
    const struct sentence_row *way = sentence_way_row(regime->way);
    const struct sentence_row *volatility = sentence_volatility_row(regime->volatility);
    if (!c->record->chained || is_neutral(&findings->effect))
        return;
    const char *before = " Here ";
    if (way && regime->way != REGIME_UNKNOWN) {
        putf(c->words, "%s%s (ADX %.1f)", before, way->text, regime->adx);
        before = ", ";
    }
    if (volatility && regime->volatility != VOLATILITY_UNKNOWN) {
        putf(c->words, "%s%s (its ATR ranks %.0f of 100)", before, volatility->text,
             regime->atr_rank);
        before = ", ";
    }
    if (findings->mood.kind != MOOD_UNKNOWN && findings->mood.kind != MOOD_NORMAL) {
        put(c->words, before[0] == ',' ? ", and the market is " : " The market is ");
        put_row(c, sentence_mood_row(findings->mood.kind));
    }
    const struct regime_effect *effect = &findings->effect;
    putf(c->words, ": size %.0f %%, stop %.0f %%, target %.0f %% of what they would be.",
         100 * effect->size, 100 * effect->stop, 100 * effect->target);
}

void put_contribution(const struct context *c, const struct contribution *each)
{
    const struct finding finding = {.figure = each->figure};
    const bool known = (uint32_t)each->feature < FEATURE_COUNT;
    put_finding(
        c, known ? feature_texts[each->feature] : "a feature that this version has no words for",
        &finding);
}

uint32_t sentence_contributions(const struct model_answer *answer,
                                struct contribution ret[MODEL_CONTRIBUTION_MAX])
{
    uint32_t count = 0;
    for (; count < answer->contribution_count && count < MODEL_CONTRIBUTION_MAX; count++) {
        const struct contribution added = answer->contributions[count];
        uint32_t at = count;
        for (; at > 0 && fabs(added.amount) > fabs(ret[at - 1].amount); at--)
            ret[at] = ret[at - 1];
        ret[at] = added;
    }
    return count;
}

/* " (the volume ranks 12 of 100 -0.06, ADX 31.0 +0.03)": what moved it most. */
static void put_moved_by(const struct context *c, const struct model_answer *answer)
{
    struct contribution told[MODEL_CONTRIBUTION_MAX];
    const uint32_t count = sentence_contributions(answer, told);
    for (uint32_t i = 0; i < count && i < SPOKEN_MAX; i++) {
        put(c->words, i == 0 ? " (" : ", ");
        put_contribution(c, &told[i]);
        putf(c->words, " %+.2f", told[i].amount);
    }
    put(c->words, count > 0 ? ")" : "");
}

/* " The heuristic gives it 0.45 (the volume ranks 12 of 100 -0.06, ADX 31.0 +0.03), so the votes'
 * 0.62 became 0.57." */
void put_blend(const struct context *c)
{
    const struct blend *blend = &c->record->findings.blend;
    const struct model_answer *answer = &blend->answer;
    const struct sentence_row *model = sentence_model_row(answer->kind);
    if (!c->record->chained || answer->kind == MODEL_NONE)
        return;
    putf(c->words, " The %s gives it %.2f", model ? model->word : "model", answer->probability);
    put_moved_by(c, answer);
    putf(c->words, ", so the votes' %.2f became %.2f.", blend->voted, c->record->confidence);
}

/* " A model that has yet to prove itself would have given it 0.31." */
void put_shadow(const struct context *c)
{
    const struct model_answer *shadow = &c->record->findings.blend.shadow;
    if (c->record->chained && shadow->kind != MODEL_NONE)
        putf(c->words, " A model that has yet to prove itself gives it %.2f.", shadow->probability);
}

/* "the model gives it 0.31 (...), and expects to lose 0.42 % of what it costs" */
void put_model(const struct context *c)
{
    const struct blend *blend = &c->record->findings.blend;
    putf(c->words, "the model gives it %.2f", blend->answer.probability);
    put_moved_by(c, &blend->answer);
    putf(c->words, ", and expects to lose %.2f %% of what it costs", -100 * blend->value);
}

void put_in_force(const struct context *c)
{
    const struct record *record = c->record;
    if (record->model == 0) {
        put(c->words, "No model is in force: the heuristic judges entries.");
        return;
    }
    putf(c->words, "Model %08llx is in force: of %u strategies that it knows, %u listen to it.",
         (unsigned long long)(record->model >> 32), record->actionable_count, record->agree_count);
}

void put_cooling(const struct context *c)
{
    char left[FIGURE_MAX];
    const struct chain_findings *findings = &c->record->findings;
    if (!c->record->chained || findings->cooling == 0)
        return;
    sentence_duration(left, sizeof left, findings->cooling_left_ns);
    put(c->words, " Cooling down");
    put_cooling_votes(c);
    putf(c->words, ", for another %s after a %s.", left, findings->cooling_lost ? "loss" : "gain");
}
