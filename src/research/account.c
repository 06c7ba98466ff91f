/* SPDX-License-Identifier: MIT */
#include "research/account.h"

#include <stdlib.h>

#include "core/base/check.h"

const char *const trade_end_names[TRADE_END_COUNT] = {
    "signal", "stop", "target", "trailing stop", "break-even", "range broken", "time",
};

const char *const fill_way_names[FILL_WAY_COUNT] = {"taken", "queued", "through", "met"};

void account_init(struct account *account, const struct engine *engine)
{
    *account = (struct account){.engine = engine, .step_ns = timeframe_ns[engine->config.base]};
}

void account_deinit(struct account *account)
{
    free(account->trades);
    free(account->fills);
    account->trades = NULL;
    account->fills = NULL;
}

static enum fill_way way_of(const struct event *happening, const struct report *report)
{
    if (!report->maker) {
        return FILL_TAKEN;
    }
    if (happening == NULL || happening->kind != EVENT_TRADE) {
        return FILL_MET;
    }
    return happening->trade.trade.price_ticks == report->price_ticks ? FILL_QUEUED : FILL_THROUGH;
}

/* A flow's fill: how it came about, whether in parts, and itself. */
static void keep_fill(struct account *account, const struct report *report)
{
    const struct order *order = &account->engine->last_order;
    const size_t count = account->fill_count - 1;
    const struct fill_row row = {
        .time_ns = account->boundary_ns,
        .order_id = report->order_id,
        .pair = report->pair,
        .side = report->side,
        .way = way_of(account->happening, report),
        .stop_hit = report->stop_hit,
        .price_ticks = report->price_ticks,
        .qty_lots = report->qty_lots,
        .fee = report->fee,
    };
    account->how.by_way[row.way]++;
    account->how.parted +=
        order->filled_lots == report->qty_lots && order->filled_lots < order->qty_lots;
    if (count == account->fill_room) {
        const size_t room = count == 0 ? 1024 : 2 * count;
        struct fill_row *fills = realloc(account->fills, room * sizeof *fills);
        if (fills == NULL) {
            account->out_of_memory = true;
            return;
        }
        account->fills = fills;
        account->fill_room = room;
    }
    account->fills[count] = row;
}

static void count_fill(struct account *account, const struct report *report)
{
    const struct pair *terms = &account->engine->pairs[report->pair].terms;
    const int64_t cost = pair_notional(terms, report->price_ticks, report->qty_lots, ROUND_NEAREST);
    const struct order *order = &account->engine->last_order;
    account->fill_count++;
    account->traded += (double)cost;
    if (report->side != SIDE_BUY) {
        return;
    }
    struct open_trade *open = &account->open[report->pair];
    if (open->qty_lots == 0) {
        open->opened_ns = account->boundary_ns;
    }
    open->strategies |= order->strategies;
    open->qty_lots += report->qty_lots;
    open->cost += cost;
}

enum trade_end trade_end_of(enum order_purpose purpose, bool stop_hit, enum exit_cause raised,
                            enum exit_cause planned)
{
    static const enum trade_end causes[] = {
        [EXIT_NONE] = TRADE_SIGNAL,   [EXIT_BREAK_EVEN] = TRADE_BREAK_EVEN,
        [EXIT_TRAIL] = TRADE_TRAIL,   [EXIT_TRAIL_ATR] = TRADE_TRAIL,
        [EXIT_BROKEN] = TRADE_BROKEN, [EXIT_TIME] = TRADE_TIME,
    };
    if (purpose != PURPOSE_PROTECT) {
        return causes[planned];
    }
    return !stop_hit ? TRADE_TARGET : raised == EXIT_NONE ? TRADE_STOP : causes[raised];
}

static bool has_room(struct account *account)
{
    if (account->trade_count < account->trade_room) {
        return true;
    }
    const size_t room = account->trade_room == 0 ? 1024 : 2 * account->trade_room;
    struct closed_trade *trades = realloc(account->trades, room * sizeof *trades);
    if (trades == NULL) {
        account->out_of_memory = true;
        return false;
    }
    account->trades = trades;
    account->trade_room = room;
    return true;
}

static double price_of(int64_t money, const struct pair *terms, int64_t qty_lots)
{
    return qty_lots == 0 ? 0 : (double)money / 1e8 / pair_qty_to_double(terms, qty_lots);
}

static void close_trade(struct account *account, const struct record *record)
{
    struct open_trade *open = &account->open[record->pair];
    const struct pair *terms = &account->engine->pairs[record->pair].terms;
    const struct closed_trade trade = {
        .pair = record->pair,
        .strategies = open->strategies,
        .end = trade_end_of(record->purpose, record->stop_hit, open->raised, open->planned),
        .opened_ns = open->opened_ns,
        .closed_ns = account->boundary_ns,
        .qty_lots = open->qty_lots,
        .cost = open->cost,
        .proceeds = record->proceeds,
        .fee = record->fee,
        .pnl = record->pnl,
        .entry_price = price_of(open->cost, terms, open->qty_lots),
        .exit_price = record->price,
        .equity = record->equity,
    };
    const int64_t held_ns = trade.closed_ns - trade.opened_ns;
    trade_tally_add(&account->all, trade.pnl, trade.cost, held_ns);
    trade_tally_add(&account->by_pair[trade.pair], trade.pnl, trade.cost, held_ns);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        if ((trade.strategies >> i & 1) != 0) {
            trade_tally_add(&account->by_strategy[i], trade.pnl, trade.cost, held_ns);
        }
    }
    account->by_end[trade.end]++;
    account->pnl_by_end[trade.end] += trade.pnl;
    *open = (struct open_trade){0};
    if (has_room(account)) {
        account->trades[account->trade_count++] = trade;
    }
}

static void see_record(struct account *account, const struct record *record)
{
    switch (record->kind) {
    case RECORD_EXIT:
        close_trade(account, record);
        return;
    case RECORD_STOP:
        account->open[record->pair].raised = record->cause;
        return;
    case RECORD_PLANNED:
        account->open[record->pair].planned = record->cause;
        return;
    case RECORD_DECISION:
        account->decision_count++;
        account->signal_count += record->vote_count;
        account->verdicts[record->verdict]++;
        return;
    case RECORD_DRAWDOWN:
        account->halted_ns = record->time_ns;
        return;
    case RECORD_LOSS_LIMIT:
        account->loss_limit_count++;
        return;
    case RECORD_CRASH:
        account->crash_count++;
        return;
    default:
        return;
    }
}

void account_on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct account *account = context;
    if (event->kind == EVENT_REPORT) {
        const enum report_kind kind = event->report.kind;
        if (kind == REPORT_FILL) {
            count_fill(account, &event->report);
            if (account->by_flow) {
                keep_fill(account, &event->report);
            }
        }
        account->how.unfinished += (kind == REPORT_CANCELLED || kind == REPORT_EXPIRED) &&
                                   account->engine->last_order.filled_lots > 0;
        account->reject_count += event->report.kind == REPORT_REJECTED;
    }
    for (uint32_t i = 0; i < actions->count; i++) {
        const struct action *action = &actions->list[i];
        account->order_count += action->kind == ACTION_PLACE;
        if (action->kind == ACTION_RECORD) {
            see_record(account, &actions->records[action->record]);
        }
    }
}
