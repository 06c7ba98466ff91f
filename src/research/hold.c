/* SPDX-License-Identifier: MIT */
#include "research/hold.h"

#define MONEY 1e8

void hold_init(struct hold *hold, struct matching *matching, struct matching_reports *reports,
               const struct matching_config *config, uint32_t pair_count, int64_t capital)
{
    *hold = (struct hold){.matching = matching,
                          .reports = reports,
                          .pair_count = pair_count,
                          .part = capital / pair_count,
                          .money = (double)capital / MONEY};
    struct matching_config candles = *config;
    candles.fills = FILLS_CANDLES;
    matching_init(matching, &candles);
}

void hold_buy(struct hold *hold, uint32_t index, const struct pair *terms,
              const struct candle *candle)
{
    struct hold_pair *pair = &hold->pairs[index];
    const struct matching_market market = {
        .pair = index, .time_ns = candle->time_ns, .terms = terms};
    const struct order order = {.id = index + 1,
                                .pair = index,
                                .purpose = PURPOSE_ENTRY,
                                .kind = ORDER_MARKET,
                                .side = SIDE_BUY,
                                .cash = hold->part};
    pair->close = candle->open;
    hold->reports->count = 0;
    matching_place(hold->matching, &market, &order, hold->reports);
    matching_open(hold->matching, &market, candle, hold->reports);
    for (uint32_t i = 0; i < hold->reports->count; i++) {
        const struct report *report = &hold->reports->list[i];
        if (report->kind != REPORT_FILL) {
            continue;
        }
        const int64_t cost =
            pair_notional(terms, report->price_ticks, report->qty_lots, ROUND_NEAREST);
        pair->qty = pair_qty_to_double(terms, report->qty_lots);
        hold->money += pair->qty * candle->open - (double)(cost + report->fee) / MONEY;
    }
}
