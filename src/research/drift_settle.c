/* SPDX-License-Identifier: MIT */
/* What both made of one event, held against each other. */
#include "research/drift_internal.h"

static bool same_votes(const struct record *a, const struct record *b)
{
    bool same = a->vote_count == b->vote_count;
    for (uint32_t i = 0; same && i < a->vote_count; i++) {
        const struct vote *x = &a->votes[i], *y = &b->votes[i];
        same = x->strategy == y->strategy && x->direction == y->direction &&
               x->reason == y->reason && x->actionable == y->actionable &&
               x->strength == y->strength && x->confidence == y->confidence && x->stop == y->stop &&
               x->target == y->target;
    }
    return same;
}

static bool same_decision(const struct record *a, const struct record *b)
{
    return a->verdict == b->verdict && a->direction == b->direction && a->price == b->price &&
           a->confidence == b->confidence && a->gate == b->gate && same_votes(a, b);
}

static bool same_order(const struct order *a, const struct order *b)
{
    return a->kind == b->kind && a->side == b->side && a->qty_lots == b->qty_lots &&
           a->cash == b->cash && a->limit_ticks == b->limit_ticks &&
           a->stop_ticks == b->stop_ticks && a->target_ticks == b->target_ticks;
}

/* A trade on the pair that has come further on one side: the decision differs by that. */
static const struct drift_deal *uneven(const struct drift_pair *state)
{
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        const struct drift_deal *deal = &state->deals[i];
        const struct drift_leg *a = &deal->legs[DRIFT_SESSION], *b = &deal->legs[DRIFT_RERUN];
        if (deal->used && a->placed && b->placed &&
            (a->entry.qty_lots - a->exit.qty_lots != b->entry.qty_lots - b->exit.qty_lots ||
             a->over != b->over)) {
            return deal;
        }
    }
    return NULL;
}

static void judge_decision(struct drift *drift, uint32_t pair, const struct pair *terms)
{
    const struct drift_pair *state = &drift->pairs[pair];
    const bool *decided = state->decided, *ordered = state->ordered;
    const bool differ = decided[0] != decided[1] ||
                        (decided[0] && !same_decision(&state->decisions[0], &state->decisions[1]));
    const bool orders_differ = ordered[0] != ordered[1] ||
                               (ordered[0] && !same_order(&state->orders[0], &state->orders[1]));
    if (!drift_looking(drift) || (!differ && !orders_differ)) {
        return;
    }
    const struct drift_deal *deal = uneven(state);
    struct drift_difference difference = {
        .cause = deal != NULL ? DRIFT_LATENCY : DRIFT_DECISION,
        .pair = pair,
        .time_ns = drift->time_ns,
        .terms = *terms,
        .ordered = !differ,
        .has = {differ ? decided[0] : ordered[0], differ ? decided[1] : ordered[1]},
        .records = {state->decisions[0], state->decisions[1]},
        .orders = {state->orders[0], state->orders[1]},
        .decided_ns = drift->boundary_ns,
    };
    if (deal != NULL) {
        difference.decided_ns = deal->decided_ns;
        difference.exit = deal->entry_judged;
    }
    drift_note(drift, &difference);
}

/* A lateness that was found may get its figures only when the other fill has come. */
static void complete(struct drift_difference *difference, uint32_t pair,
                     const struct drift_deal *deal)
{
    const bool ours = (difference->cause == DRIFT_LATENCY || difference->cause == DRIFT_ACCOUNT ||
                       difference->cause == DRIFT_REFUSED) &&
                      difference->pair == pair && difference->decided_ns == deal->decided_ns;
    if (!ours) {
        return;
    }
    for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
        const struct drift_leg *leg = &deal->legs[side];
        difference->fills[side] = difference->exit ? leg->exit : leg->entry;
        difference->ended[side] = leg->over;
    }
    if (difference->fills[0].count > 0 && difference->fills[1].count > 0) {
        difference->delay_ns = drift_delay_ns(deal, difference->exit);
        difference->gap_bps = drift_gap_bps(deal, difference->exit, &difference->terms);
    }
}

static void settle_pair(struct drift *drift, uint32_t pair, const struct engine *engine)
{
    struct drift_pair *state = &drift->pairs[pair];
    const struct pair *terms = &engine->pairs[pair].terms;
    judge_decision(drift, pair, terms);
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        if (state->deals[i].used) {
            complete(&drift->first, pair, &state->deals[i]);
            complete(&drift->shows, pair, &state->deals[i]);
        }
    }
    drift_end_deals(drift, state, terms);
    state->touched = false;
    state->decided[0] = state->decided[1] = state->ordered[0] = state->ordered[1] = false;
}

static void judge_pair(struct drift *drift, uint32_t pair, const struct engine *engine)
{
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        struct drift_deal *deal = &drift->pairs[pair].deals[i];
        if (deal->used) {
            drift_judge(drift, pair, deal, &engine->pairs[pair].terms);
        }
    }
}

void drift_settle(struct drift *drift, const struct engine *rerun)
{
    /* What was filled came before what was decided on it, on whichever pair; and with a boundary
     * a candle is over for all of them. */
    const bool looking = drift_looking(drift);
    for (uint32_t pair = 0; looking && drift->batch && pair < drift->pair_count; pair++) {
        judge_pair(drift, pair, rerun);
    }
    for (uint32_t i = 0; looking && !drift->batch && i < drift->touched_count; i++) {
        judge_pair(drift, drift->touched[i], rerun);
    }
    for (uint32_t i = 0; i < drift->touched_count; i++) {
        settle_pair(drift, drift->touched[i], rerun);
    }
    drift->touched_count = 0;
}
