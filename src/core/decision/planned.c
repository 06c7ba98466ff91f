/* SPDX-License-Identifier: MIT */
#include "core/decision/planned.h"

#include <math.h>

#include "core/decision/value.h"

/* What ends the trade: of the signals, of the plans that may move it, and of all plans. */
struct exits {
    struct confluence own, live, any;
    bool moved;
    uint32_t expected_count;
    int64_t expected_ns;
};

static void clear(struct confluence *all)
{
    all->stop = all->target = all->trail = all->broken = 0;
    all->hold_ns = 0;
}

/* One of those that the entry came of, whose strategy the model knows; NULL. */
static const struct trained *trained_of(const struct blend_models *models,
                                        const struct planned_entry *entry, uint32_t index)
{
    const int32_t trained = models->trained[entry->votes[index].strategy];
    return trained == MODEL_NONE_TRAINED ? NULL : &models->model->trained[trained];
}

static bool ask(const struct trained *trained, const struct planned_entry *entry,
                const struct vote *vote, struct plan_said *ret)
{
    struct features features;
    if (trained == NULL || !plan_is_there(&trained->plan)) {
        return false;
    }
    blend_vector(entry->market, entry->candidate, vote, &features);
    return plan_ask(&trained->plan,
                    &(struct plan_question){.strategy = trained->strategy,
                                            .symbol = entry->symbol,
                                            .features = &features,
                                            .direction = vote->direction,
                                            .price = entry->candidate->price,
                                            .stop = vote->stop,
                                            .target = vote->target,
                                            .hold_ns = vote->hold_ns,
                                            .round_trip_fee = entry->candidate->round_trip_fee},
                    ret);
}

static void add(const struct blend_config *config, const struct blend_models *models,
                const struct planned_entry *entry, uint32_t index, struct exits *exits,
                struct planned *ret)
{
    const struct vote *vote = &entry->votes[index];
    const struct trained *trained = trained_of(models, entry, index);
    struct vote moved = *vote;
    struct plan_said said;
    confluence_exits(&exits->own, vote);
    if (!ask(trained, entry, vote, &said)) {
        confluence_exits(&exits->live, vote);
        confluence_exits(&exits->any, vote);
        return;
    }
    const bool live = config->plan && blend_listens(models, vote->strategy) && trained->plan.live;
    ret->asked = true;
    exits->moved = exits->moved || live;
    exits->expected_count += said.expected_ns > 0;
    exits->expected_ns += said.expected_ns;
    moved.stop = said.stop;
    moved.target = said.target;
    moved.hold_ns = said.hold_ns;
    confluence_exits(&exits->live, live ? &moved : vote);
    confluence_exits(&exits->any, &moved);
}

void planned_exits(const struct blend_config *config, const struct blend_models *models,
                   const struct planned_entry *entry, struct confluence *all, struct planned *ret)
{
    struct exits exits = {.own = *all, .live = *all, .any = *all};
    clear(&exits.own), clear(&exits.live), clear(&exits.any);
    for (uint32_t i = 0; i < entry->vote_count; i++) {
        if ((entry->strategies >> entry->votes[i].strategy & 1) != 0) {
            add(config, models, entry, i, &exits, ret);
        }
    }
    if (!ret->asked) {
        return;
    }
    const struct confluence *planned = exits.moved ? &exits.live : &exits.any;
    ret->moved = exits.moved;
    ret->stop = planned->stop;
    ret->target = planned->target;
    ret->hold_ns = planned->hold_ns;
    ret->stop_own = exits.own.stop;
    ret->target_own = exits.own.target;
    ret->hold_own_ns = exits.own.hold_ns;
    ret->expected_ns =
        exits.expected_count > 0 ? exits.expected_ns / (int64_t)exits.expected_count : 0;
    if (ret->moved) {
        all->stop = planned->stop;
        all->target = planned->target;
        all->hold_ns = planned->hold_ns;
    }
}

double planned_edge(double probability, const struct candidate *signal)
{
    const double value = expected_value(probability, signal->price, signal->stop, signal->target,
                                        signal->round_trip_fee);
    const double gain = expected_value(1, signal->price, signal->stop, signal->target,
                                       signal->round_trip_fee); /* if it comes */
    return gain > 0 ? value / gain : 0;
}

double planned_times(double edge, double usual)
{
    const double times = edge / usual;
    return !(times > PLANNED_SIZE_LEAST) ? PLANNED_SIZE_LEAST
           : times > PLANNED_SIZE_MOST   ? PLANNED_SIZE_MOST
                                         : times;
}

void planned_size(const struct blend_config *config, const struct blend_models *models,
                  const struct planned_entry *entry, const struct blend *blend, struct planned *ret)
{
    const bool answered = blend->answer.kind == MODEL_TRAINED;
    const struct model_answer *answer = answered ? &blend->answer : &blend->shadow;
    double sums[2] = {0, 0};
    uint32_t counts[2] = {0, 0};
    for (uint32_t i = 0; i < entry->vote_count && answer->kind == MODEL_TRAINED; i++) {
        const struct vote *vote = &entry->votes[i];
        const struct trained *trained = trained_of(models, entry, i);
        if (trained == NULL || !(trained->plan.edge > 0) ||
            (entry->strategies >> vote->strategy & 1) == 0) {
            continue;
        }
        struct candidate own = *entry->candidate;
        own.stop = vote->stop;
        own.target = vote->target;
        const bool counts_for = config->plan && answered && blend_listens(models, vote->strategy) &&
                                trained->plan.sizes;
        sums[counts_for] +=
            planned_times(planned_edge(answer->probability, &own), trained->plan.edge);
        counts[counts_for]++;
    }
    ret->sized = counts[1] > 0;
    if (counts[ret->sized] > 0) {
        ret->asked = true;
        ret->size = sums[ret->sized] / counts[ret->sized];
    }
}
