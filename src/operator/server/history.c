/* SPDX-License-Identifier: MIT */
#include "operator/server/history.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(HISTORY_TEXT_SIZE >= 2 * (BRIDGE_THOUGHT_MAX + 1), "the newest thought is held");

/* Not calloc: its pages would come one by one, over hours, and look like a leak. */
struct history *history_new(void)
{
    struct history *history = aligned_alloc(_Alignof(struct history), sizeof *history);
    if (history)
        memset(history, 0, sizeof *history);
    return history;
}

void history_free(struct history *history)
{
    if (!history)
        return;
    for (size_t i = 0; i < PAIR_MAX; i++)
        free(history->charts[i]);
    free(history);
}

/* NULL when the pair is not ours or memory is refused: then this pair has no chart. */
static struct chart *chart_for(struct history *history, uint32_t pair, enum timeframe base)
{
    if (pair >= PAIR_MAX || (uint32_t)base >= TIMEFRAME_COUNT)
        return NULL;
    if (!history->charts[pair])
        history->charts[pair] = chart_new(base);
    struct chart *chart = history->charts[pair];
    return chart && chart->base == base ? chart : NULL;
}

void history_add_candles(struct history *history, uint32_t pair, enum timeframe base,
                         const struct candle *candles, uint32_t count)
{
    struct chart *chart = chart_for(history, pair, base);
    for (uint32_t i = 0; chart && i < count; i++)
        if (!chart_push(chart, &candles[i]))
            history->late_count++;
}

void history_set_forming(struct history *history, uint32_t pair, enum timeframe base,
                         const struct candle *candle)
{
    struct chart *chart = chart_for(history, pair, base);
    if (chart && candle->time_ns > chart->time_last_ns)
        chart->forming = *candle;
}

void history_add_thought(struct history *history, enum record_kind kind, const char *symbol,
                         const char *json, size_t len)
{
    if (len > BRIDGE_THOUGHT_MAX)
        return;
    uint64_t begin = history->text_end;
    uint64_t to_end = HISTORY_TEXT_SIZE - begin % HISTORY_TEXT_SIZE;
    if (len + 1 > to_end)
        begin += to_end; /* no text is broken in two */
    history->text_end = begin + len + 1;
    char *text = &history->text[begin % HISTORY_TEXT_SIZE];
    memcpy(text, json, len);
    text[len] = '\0';
    struct history_thought *slot =
        &history->thoughts[history->thought_count++ % HISTORY_THOUGHT_MAX];
    *slot = (struct history_thought){.kind = kind, .json = text, .len = len, .begin = begin};
    strncpy(slot->symbol, symbol, sizeof slot->symbol - 1);
}

void history_add_trade(struct history *history, const struct bridge_trade *trade)
{
    history->trades[history->trade_count++ % HISTORY_TRADE_MAX] = *trade;
}

const struct history_thought *history_thought_at(const struct history *history, uint64_t back)
{
    if (back >= history->thought_count || back >= HISTORY_THOUGHT_MAX)
        return NULL;
    const struct history_thought *thought =
        &history->thoughts[(history->thought_count - 1 - back) % HISTORY_THOUGHT_MAX];
    bool overwritten = history->text_end - thought->begin > HISTORY_TEXT_SIZE;
    return overwritten ? NULL : thought;
}

const struct bridge_trade *history_trade_at(const struct history *history, uint64_t back)
{
    if (back >= history->trade_count || back >= HISTORY_TRADE_MAX)
        return NULL;
    return &history->trades[(history->trade_count - 1 - back) % HISTORY_TRADE_MAX];
}
