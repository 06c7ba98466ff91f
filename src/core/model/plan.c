/* SPDX-License-Identifier: MIT */
#include "core/model/plan.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/base/timestamp.h"

#define HOURS(hours) ((hours)*NS_PER_HOUR)
#define WAY_MOST 0.95 /* a stop farther away is no price */
#define OFFSET_MAX 1e6
#define HOURS_MAX 1e6 /* beyond it no hours are nanoseconds */

const char *const plan_part_names[PLAN_PART_COUNT] = {"target", "stop", "hold"};

/* Of a way in parts of the price, or of an hour. */
struct bounds {
    double least, most;
};

/* The strategies that have bounds of their own. */
static const struct {
    const char *strategy;
    struct bounds parts[PLAN_PART_COUNT];
} table[] = {
    {"dca", {{0.03, 0.15}, {0.05, 0.12}, {12, 72}}},
};

/* Of all others: times what the signal itself wants. */
static const struct bounds usual = {0.5, 2};
static const struct bounds hours_usual = {1, 168}; /* where it wants none */

static struct bounds bounds_of(const char *strategy, enum plan_part part, double own)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strcmp(table[i].strategy, strategy) == 0) {
            return table[i].parts[part];
        }
    }
    return own > 0 ? (struct bounds){usual.least * own, usual.most * own} : hours_usual;
}

static double hold_within(double value, const struct bounds *bounds)
{
    return value < bounds->least ? bounds->least : value > bounds->most ? bounds->most : value;
}

bool plan_is_there(const struct model_plan *plan)
{
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        if (plan->forests[i].tree_count > 0) {
            return true;
        }
    }
    return false;
}

static const char *check_pair(const struct plan_pair *pair)
{
    if (memchr(pair->symbol, '\0', sizeof pair->symbol) == NULL) {
        return "a pair's name is too long";
    }
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        if (!(fabs(pair->offsets[i]) <= OFFSET_MAX) ||
            !(pair->weights[i] >= 0 && pair->weights[i] <= 1)) {
            return "a pair's offset is broken";
        }
    }
    return NULL;
}

const char *plan_check(const struct model_plan *plan)
{
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        const struct forest *forest = &plan->forests[i];
        const char *fault = forest->tree_count > 0 ? forest_check(forest) : NULL;
        if (fault != NULL) {
            return fault;
        }
        if (forest->tree_count > 0 && forest->feature_count != FEATURE_COUNT) {
            return "a plan's forest does not know this version's features";
        }
        if (!(plan->alphas[i] >= 0 && plan->alphas[i] <= 1)) {
            return "a plan's quantile is not 0..1";
        }
    }
    if (!(plan->edge >= 0 && plan->edge <= 1)) {
        return "a plan's edge is not 0..1";
    }
    for (uint32_t i = 0; i < plan->pair_count; i++) {
        const char *fault = check_pair(&plan->pairs[i]);
        if (fault != NULL) {
            return fault;
        }
    }
    return NULL;
}

static double offset_of(const struct model_plan *plan, enum plan_part part, const char *symbol)
{
    for (uint32_t i = 0; i < plan->pair_count; i++) {
        if (strcmp(plan->pairs[i].symbol, symbol) == 0) {
            return plan->pairs[i].offsets[part];
        }
    }
    return 0;
}

double plan_tell(const struct model_plan *plan, enum plan_part part, const char *symbol,
                 const float *values)
{
    if (plan->forests[part].tree_count == 0) {
        return (double)NAN;
    }
    const double said = (double)forest_margin(&plan->forests[part], values);
    return isfinite(said) ? said + offset_of(plan, part, symbol) : (double)NAN;
}

/* The price `way` from the signal's; `side` +1 above it. */
static double price_at(const struct plan_question *question, double way, int32_t side)
{
    return question->price * (1 + side * (way < WAY_MOST ? way : WAY_MOST));
}

/* What a part's price becomes; `own` where nothing is said. */
static double move(const struct model_plan *plan, const struct plan_question *question,
                   enum plan_part part, double own, const float *values, bool *ret_any)
{
    const int32_t side = part == PLAN_TARGET ? question->direction : -question->direction;
    const double way = own > 0 ? side * (own - question->price) / question->price : 0;
    const double said = plan_tell(plan, part, question->symbol, values);
    if (!(way > 0) || isnan(said)) {
        return own;
    }
    *ret_any = true;
    const struct bounds bounds = bounds_of(question->strategy, part, way);
    const double moved = hold_within(said * way, &bounds);
    const bool pays = part != PLAN_TARGET || moved > question->round_trip_fee;
    return plan->moves[part] && pays ? price_at(question, moved, side) : own;
}

static void ask_hold(const struct model_plan *plan, const struct plan_question *question,
                     const float *values, struct plan_said *ret, bool *ret_any)
{
    const double hours = plan_tell(plan, PLAN_HOLD, question->symbol, values);
    if (!(fabs(hours) <= HOURS_MAX)) {
        return;
    }
    const double own = (double)question->hold_ns / (double)NS_PER_HOUR;
    const struct bounds bounds = bounds_of(question->strategy, PLAN_HOLD, own);
    const double limit = hold_within(PLAN_PATIENCE * hours, &bounds);
    const double expected = hours > 0 ? hours : 0;
    *ret_any = true;
    ret->expected_ns = (int64_t)HOURS(expected < limit ? expected : limit);
    if (plan->moves[PLAN_HOLD]) {
        ret->hold_ns = (int64_t)HOURS(limit);
    }
}

bool plan_ask(const struct model_plan *plan, const struct plan_question *question,
              struct plan_said *ret)
{
    float values[FEATURE_COUNT];
    uint32_t known = 0;
    bool any = false;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        values[i] = (float)question->features->values[i];
        known += isfinite(values[i]);
    }
    *ret = (struct plan_said){
        .stop = question->stop, .target = question->target, .hold_ns = question->hold_ns};
    if (known < PLAN_KNOWN_LEAST || !(question->price > 0)) {
        return false;
    }
    ret->target = move(plan, question, PLAN_TARGET, question->target, values, &any);
    ret->stop = move(plan, question, PLAN_STOP, question->stop, values, &any);
    ask_hold(plan, question, values, ret, &any);
    return any;
}
