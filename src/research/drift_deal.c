/* SPDX-License-Identifier: MIT */
/* One trade on both sides: what of it differs first, and what its gap comes to in the end. */
#include <math.h>

#include "research/drift_internal.h"

double drift_price(const struct drift_fills *fills, const struct pair *terms)
{
    if (fills->count == 0) {
        return 0;
    }
    return fills->low_ticks == fills->high_ticks
               ? pair_price_to_double(terms, fills->low_ticks)
               : (double)fills->cost / 1e8 / pair_qty_to_double(terms, fills->qty_lots);
}

static const struct drift_fills *fills_of(const struct drift_deal *deal, enum drift_side side,
                                          bool exit)
{
    return exit ? &deal->legs[side].exit : &deal->legs[side].entry;
}

double drift_gap_bps(const struct drift_deal *deal, bool exit, const struct pair *terms)
{
    const double a = drift_price(fills_of(deal, DRIFT_SESSION, exit), terms);
    const double b = drift_price(fills_of(deal, DRIFT_RERUN, exit), terms);
    const double gap = b > 0 ? (a - b) / b * 1e4 : 0;
    return exit ? -gap : gap;
}

int64_t drift_delay_ns(const struct drift_deal *deal, bool exit)
{
    const struct drift_fills *a = fills_of(deal, DRIFT_SESSION, exit);
    const struct drift_fills *b = fills_of(deal, DRIFT_RERUN, exit);
    const bool waited = a->by != DRIFT_BY_MARKET || b->by != DRIFT_BY_MARKET;
    return waited ? a->candle_ns - b->candle_ns : a->first_ns - b->first_ns;
}

__extension__ typedef __int128 wide;

/* One price each and the same; or, of several, the same average. */
static bool same_price(const struct drift_fills *a, const struct drift_fills *b)
{
    if (a->low_ticks == a->high_ticks && b->low_ticks == b->high_ticks) {
        return a->low_ticks == b->low_ticks;
    }
    return (wide)a->cost * b->qty_lots == (wide)b->cost * a->qty_lots;
}

static void note(struct drift *drift, uint32_t pair, const struct drift_deal *deal, bool exit,
                 enum drift_cause cause, const struct pair *terms)
{
    const struct drift_leg *a = &deal->legs[DRIFT_SESSION], *b = &deal->legs[DRIFT_RERUN];
    struct drift_difference difference = {
        .cause = cause,
        .pair = pair,
        .time_ns = drift->time_ns,
        .terms = *terms,
        .decided_ns = deal->decided_ns,
        .exit = exit,
        .fills = {*fills_of(deal, DRIFT_SESSION, exit), *fills_of(deal, DRIFT_RERUN, exit)},
        .ended = {a->over, b->over},
        .reject = a->reject != REJECT_NONE ? a->reject : b->reject,
    };
    if (difference.fills[0].count > 0 && difference.fills[1].count > 0) {
        difference.gap_bps = drift_gap_bps(deal, exit, terms);
        difference.delay_ns = drift_delay_ns(deal, exit);
    }
    if (difference.fills[0].count > 0) {
        difference.time_ns = difference.fills[0].first_ns;
    }
    drift_note(drift, &difference);
}

/* Both have all of it. */
static void judge_filled(struct drift *drift, uint32_t pair, const struct drift_deal *deal,
                         bool exit, const struct pair *terms)
{
    const struct drift_fills *a = fills_of(deal, DRIFT_SESSION, exit);
    const struct drift_fills *b = fills_of(deal, DRIFT_RERUN, exit);
    if (a->candle_ns != b->candle_ns) {
        note(drift, pair, deal, exit, DRIFT_LATENCY, terms);
    } else if (!same_price(a, b)) {
        note(drift, pair, deal, exit, DRIFT_FILL_PRICE, terms);
    } else if (a->qty_lots != b->qty_lots) {
        note(drift, pair, deal, exit, DRIFT_LATENCY, terms);
    } else if (a->fee != b->fee) {
        note(drift, pair, deal, exit, DRIFT_FEES, terms);
    }
}

/* The candle is over in which it was filled: the other one has had the same time for it. */
static bool due(const struct drift *drift, const struct drift_fills *fills)
{
    return drift->batch && fills->candle_ns <= drift->boundary_ns;
}

static void judge_entry(struct drift *drift, uint32_t pair, struct drift_deal *deal,
                        const struct pair *terms)
{
    const struct drift_leg *a = &deal->legs[DRIFT_SESSION], *b = &deal->legs[DRIFT_RERUN];
    if (a->complete && b->complete) {
        deal->entry_judged = true;
        judge_filled(drift, pair, deal, false, terms);
        return;
    }
    const struct drift_leg *ready = a->complete ? a : b, *other = a->complete ? b : a;
    if (ready->complete && (due(drift, &ready->entry) || other->over)) {
        deal->entry_judged = true;
        const bool refused = other->over && other->reject != REJECT_NONE;
        note(drift, pair, deal, false, refused ? DRIFT_REFUSED : DRIFT_LATENCY, terms);
    }
}

static void judge_exit(struct drift *drift, uint32_t pair, struct drift_deal *deal,
                       const struct pair *terms)
{
    const struct drift_leg *a = &deal->legs[DRIFT_SESSION], *b = &deal->legs[DRIFT_RERUN];
    if (a->closed && b->closed) {
        deal->exit_judged = true;
        judge_filled(drift, pair, deal, true, terms);
    } else if ((a->closed || b->closed) && due(drift, a->closed ? &a->exit : &b->exit)) {
        deal->exit_judged = true;
        note(drift, pair, deal, true, DRIFT_LATENCY, terms);
    }
}

void drift_judge(struct drift *drift, uint32_t pair, struct drift_deal *deal,
                 const struct pair *terms)
{
    if (!deal->legs[DRIFT_SESSION].placed || !deal->legs[DRIFT_RERUN].placed) {
        return; /* their orders differ, and that was seen */
    }
    if (!deal->entry_judged) {
        judge_entry(drift, pair, deal, terms);
    }
    if (deal->entry_judged && !deal->exit_judged) {
        judge_exit(drift, pair, deal, terms);
    }
}

static void spread_add(struct drift_spread *spread, double value)
{
    spread->worst = spread->count == 0 || value > spread->worst ? value : spread->worst;
    spread->sum += value;
    spread->count++;
}

/* The session's money at the re-run's price: cost * qty / qty. */
static int64_t scaled(const struct drift_fills *rerun, const struct drift_fills *session)
{
    return rerun->qty_lots == session->qty_lots
               ? rerun->cost
               : llround((double)rerun->cost * (double)session->qty_lots / (double)rerun->qty_lots);
}

/* The price gap times the session's quantity: money the session is better off by. */
static int64_t tally_stage(struct drift *drift, const struct drift_deal *deal, bool exit,
                           const struct pair *terms)
{
    const struct drift_fills *a = fills_of(deal, DRIFT_SESSION, exit);
    const struct drift_fills *b = fills_of(deal, DRIFT_RERUN, exit);
    if (a->qty_lots == 0 || b->qty_lots == 0) {
        return 0;
    }
    spread_add(&drift->totals.gap_bps, drift_gap_bps(deal, exit, terms));
    spread_add(&drift->totals.delay_s, (double)drift_delay_ns(deal, exit) / 1e9);
    return exit ? a->cost - scaled(b, a) : scaled(b, a) - a->cost;
}

static void keep_solo(struct drift_totals *totals, const struct drift_solo *solo)
{
    const uint64_t count = totals->only_count[DRIFT_SESSION] + totals->only_count[DRIFT_RERUN];
    if (count < DRIFT_SOLO_MAX) {
        totals->solos[count] = *solo;
    }
}

/* Only `side` bought, if anybody did; the other's order may still wait at the end. */
static void tally_alone(struct drift_totals *totals, const struct drift_deal *deal,
                        enum drift_side side)
{
    const struct drift_leg *leg = &deal->legs[side], *other = &deal->legs[!side];
    const int64_t pnl = side == DRIFT_SESSION ? leg->pnl : -leg->pnl;
    if (leg->entry.count == 0) {
        return;
    }
    if (other->placed && !other->over) {
        totals->waiting_count[!side]++;
    } else {
        keep_solo(totals,
                  &(struct drift_solo){side, deal->pair, deal->decided_ns, !leg->closed, leg->pnl});
        totals->only_count[side]++;
    }
    totals->parts[!leg->closed            ? DRIFT_PART_OPEN
                  : side == DRIFT_SESSION ? DRIFT_PART_SESSION
                                          : DRIFT_PART_RERUN] += pnl;
}

/*
 * Where both closed it, the gap of its P&L is taken apart, with P session and Q re-run:
 *     price  (exit P - exit Q) * qty P - (entry P - entry Q) * qty P
 *     fees   fees Q - fees P
 *     size   the rest, (exit Q - entry Q) * (qty P - qty Q)
 */
void drift_tally(struct drift *drift, const struct drift_deal *deal, const struct pair *terms)
{
    struct drift_totals *totals = &drift->totals;
    const struct drift_leg *a = &deal->legs[DRIFT_SESSION], *b = &deal->legs[DRIFT_RERUN];
    if (a->entry.count == 0 || b->entry.count == 0) {
        tally_alone(totals, deal, a->entry.count > 0 ? DRIFT_SESSION : DRIFT_RERUN);
        return;
    }
    totals->both_count++;
    const int64_t entry = tally_stage(drift, deal, false, terms);
    const int64_t exit = tally_stage(drift, deal, true, terms);
    const int64_t gap = a->pnl - b->pnl;
    if (!a->closed || !b->closed) {
        totals->parts[DRIFT_PART_OPEN] += gap;
        return;
    }
    const bool late_in = a->entry.candle_ns != b->entry.candle_ns;
    const bool late_out = a->exit.candle_ns != b->exit.candle_ns;
    const int64_t fees = b->entry.fee + b->exit.fee - a->entry.fee - a->exit.fee;
    totals->parts[late_in ? DRIFT_PART_LATENCY : DRIFT_PART_PRICE] += entry;
    totals->parts[late_out ? DRIFT_PART_LATENCY : DRIFT_PART_PRICE] += exit;
    totals->parts[DRIFT_PART_FEES] += fees;
    totals->parts[DRIFT_PART_SIZE] += gap - entry - exit - fees;
}

/* What an open position has come to: what was sold of it, and the rest at its mark. */
static int64_t pnl_so_far(const struct engine *engine, uint32_t pair)
{
    const struct position *position = &engine->portfolio.positions[pair];
    return position->pnl + position->value - position->cost - position->fee;
}

void drift_end(struct drift *drift, const struct engine *session, const struct engine *rerun)
{
    const struct engine *const engines[] = {session, rerun};
    struct drift_totals *totals = &drift->totals;
    for (uint32_t pair = 0; pair < drift->pair_count; pair++) {
        struct drift_pair *state = &drift->pairs[pair];
        for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
            if (state->at[side] >= 0) {
                state->deals[state->at[side]].legs[side].pnl = pnl_so_far(engines[side], pair);
            }
        }
        for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
            if (state->deals[i].used) {
                drift_tally(drift, &state->deals[i], &session->pairs[pair].terms);
                state->deals[i].used = false;
            }
        }
    }
    for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
        totals->equity[side] = portfolio_equity(&engines[side]->portfolio);
        totals->open_count[side] = engines[side]->portfolio.open_count;
    }
    int64_t rest = totals->equity[DRIFT_SESSION] - totals->equity[DRIFT_RERUN];
    for (uint32_t i = 0; i < DRIFT_PART_OTHER; i++) {
        rest -= totals->parts[i];
    }
    totals->parts[DRIFT_PART_OTHER] = rest;
}
