/* SPDX-License-Identifier: MIT */
#include "store/action_codec.h"

#include <string.h>

#include "core/base/crc32.h"
#include "store/varint.h"

static void put_order(struct varint_out *out, const struct order *order)
{
    varint_put(out, order->id);
    varint_put(out, order->pair);
    const uint8_t bytes[] = {(uint8_t)order->purpose, (uint8_t)order->kind, (uint8_t)order->side};
    varint_put_bytes(out, bytes, sizeof bytes);
    varint_put_signed(out, order->qty_lots);
    varint_put_signed(out, order->cash);
    varint_put_signed(out, order->limit_ticks);
    varint_put_signed(out, order->stop_ticks);
    varint_put_signed(out, order->target_ticks);
    varint_put_signed(out, order->expire_ns);
    varint_put_signed(out, order->plan.trail_ppm);
    varint_put_signed(out, order->plan.broken_ticks);
    varint_put_signed(out, order->plan.hold_ns);
    varint_put_signed(out, order->plan.price_ticks);
    varint_put(out, order->ladder);
}

static uint32_t hash_reals(uint32_t hash, const double *values, uint32_t count)
{
    return crc32_update(hash, values, count * sizeof *values);
}

static uint32_t hash_ints(uint32_t hash, const int64_t *values, uint32_t count)
{
    return crc32_update(hash, values, count * sizeof *values);
}

static uint32_t hash_finding(uint32_t hash, const struct finding *finding)
{
    const int64_t words[] = {finding->state, finding->above};
    const double figures[] = {finding->figure, finding->low, finding->high};
    hash = hash_ints(hash, words, sizeof words / sizeof words[0]);
    return hash_reals(hash, figures, sizeof figures / sizeof figures[0]);
}

/* Field by field: the bytes between fields are nobody's. */
static uint32_t hash_record(uint32_t hash, const struct record *record)
{
    const int64_t ints[] = {record->kind,
                            record->pair,
                            (int64_t)record->number,
                            record->verdict,
                            (int64_t)record->order_id,
                            record->direction,
                            record->reject,
                            record->cause,
                            record->qty_lots,
                            record->cost,
                            record->risk,
                            record->proceeds,
                            record->fee,
                            record->pnl,
                            record->equity,
                            record->opened_ns,
                            record->stop_hit | record->by_hand << 1,
                            record->rule,
                            record->purpose,
                            (int64_t)record->ask,
                            record->command,
                            record->agree_count,
                            record->actionable_count,
                            record->vote_count,
                            record->chained,
                            record->part,
                            record->strategies,
                            record->configured,
                            (int64_t)record->model,
                            (int64_t)record->drifted,
                            record->rungs};
    const double reals[] = {record->price,         record->strength,    record->confidence,
                            record->imbalance,     record->gate,        record->stop,
                            record->target,        record->atr,         record->stop_before,
                            record->figure,        record->limit,       record->book.imbalance,
                            record->book.delta,    record->book.whales, record->book.voids,
                            record->book.spoofing, record->book.score,  record->value};
    hash = hash_ints(hash, ints, sizeof ints / sizeof ints[0]);
    hash = hash_reals(hash, reals, sizeof reals / sizeof reals[0]);
    hash = hash_reals(hash, record->factors, SIZE_FACTOR_COUNT);
    hash = crc32_update(hash, record->origin, strlen(record->origin));
    for (uint32_t i = 0; i < record->vote_count; i++) {
        const struct vote *vote = &record->votes[i];
        const int64_t words[] = {vote->strategy, vote->direction, vote->reason, vote->actionable,
                                 vote->hold_ns,  vote->cooling,   vote->shadow, vote->ladder.rungs};
        const double figures[] = {vote->strength,   vote->confidence,   vote->stop,
                                  vote->target,     vote->trail,        vote->broken,
                                  vote->figures[0], vote->figures[1],   vote->figures[2],
                                  vote->figures[3], vote->ladder.first, vote->ladder.step,
                                  vote->ladder.high};
        hash = hash_ints(hash, words, sizeof words / sizeof words[0]);
        hash = hash_reals(hash, figures, sizeof figures / sizeof figures[0]);
    }
    return hash;
}

static uint32_t hash_answer(uint32_t hash, const struct model_answer *answer)
{
    const int64_t ints[] = {answer->kind, answer->contribution_count};
    hash = hash_ints(hash, ints, sizeof ints / sizeof ints[0]);
    hash = hash_reals(hash, &answer->probability, 1);
    for (uint32_t i = 0; i < answer->contribution_count; i++) {
        const struct contribution *each = &answer->contributions[i];
        const double figures[] = {each->feature, each->figure, each->amount};
        hash = hash_reals(hash, figures, sizeof figures / sizeof figures[0]);
    }
    return hash;
}

static uint32_t hash_blend(uint32_t hash, const struct blend *blend)
{
    const int64_t ints[] = {blend->read, blend->refused};
    const double reals[] = {blend->voted, blend->share, blend->value};
    hash = hash_ints(hash, ints, sizeof ints / sizeof ints[0]);
    hash = hash_reals(hash, reals, sizeof reals / sizeof reals[0]);
    hash = hash_answer(hash, &blend->answer);
    hash = hash_answer(hash, &blend->shadow);
    return blend->read ? hash_reals(hash, blend->market.values, FEATURE_COUNT) : hash;
}

static uint32_t hash_planned(uint32_t hash, const struct planned *planned)
{
    const int64_t ints[] = {planned->asked,   planned->moved,       planned->sized,
                            planned->hold_ns, planned->hold_own_ns, planned->expected_ns};
    const double reals[] = {planned->stop, planned->target, planned->stop_own, planned->target_own,
                            planned->size};
    hash = hash_ints(hash, ints, sizeof ints / sizeof ints[0]);
    return hash_reals(hash, reals, sizeof reals / sizeof reals[0]);
}

static uint32_t hash_bandit(uint32_t hash, const struct bandit_said *said)
{
    const int64_t ints[] = {said->asked, (int64_t)said->seen};
    const double reals[] = {said->size, said->worth};
    hash = hash_ints(hash, ints, sizeof ints / sizeof ints[0]);
    return hash_reals(hash, reals, sizeof reals / sizeof reals[0]);
}

static uint32_t hash_findings(uint32_t hash, const struct chain_findings *findings)
{
    const int64_t ints[] = {
        findings->filter_first,      findings->timeframe_first, findings->regime.way,
        findings->regime.volatility, findings->mood.kind,       findings->mood.span_ns,
        findings->mood.risen,        findings->mood.counted,    findings->cooling,
        findings->cooling_lost,      findings->cooling_left_ns};
    const double reals[] = {findings->regime.adx,  findings->regime.atr_rank,
                            findings->mood.leader, findings->mood.breadth,
                            findings->effect.size, findings->effect.confidence,
                            findings->effect.stop, findings->effect.target};
    hash = hash_ints(hash, ints, sizeof ints / sizeof ints[0]);
    hash = hash_reals(hash, reals, sizeof reals / sizeof reals[0]);
    for (uint32_t i = 0; i < FILTER_COUNT; i++) {
        hash = hash_finding(hash, &findings->filters[i]);
    }
    for (uint32_t i = 0; i < TIMEFRAME_COUNT; i++) {
        hash = hash_finding(hash, &findings->timeframes[i]);
    }
    hash = hash_planned(hash, &findings->planned);
    hash = hash_bandit(hash, &findings->bandit);
    return hash_blend(hash, &findings->blend);
}

size_t actions_encode(const struct actions *actions, void *bytes, size_t size)
{
    struct varint_out out = {.bytes = bytes, .size = size};
    uint32_t hash = 0;
    for (uint32_t i = 0; i < actions->count; i++) {
        const struct action *action = &actions->list[i];
        if (action->kind == ACTION_RECORD) {
            const struct record *record = &actions->records[action->record];
            hash = hash_record(hash, record);
            hash = record->chained ? hash_findings(hash, &record->findings) : hash;
            continue;
        }
        varint_put_byte(&out, (uint8_t)action->kind);
        if (action->kind == ACTION_PLACE) {
            put_order(&out, &action->place);
        } else if (action->kind == ACTION_CANCEL) {
            varint_put(&out, action->cancel.order_id);
        } else {
            varint_put(&out, action->amend.order_id);
            varint_put_signed(&out, action->amend.qty_lots);
            varint_put_signed(&out, action->amend.stop_ticks);
            varint_put_signed(&out, action->amend.target_ticks);
        }
    }
    varint_put(&out, hash);
    return out.full ? 0 : out.len;
}
