/* SPDX-License-Identifier: MIT */
/* How large an entry is, and which of the limits beside those of size stands against it. */
#include "core/base/check.h"
#include "core/engine/engine_internal.h"
#include "core/risk/share.h"

/* Once tripped it stands until the operator resumes. Trading is paused by it, so that whoever looks
 * at a pause sees one. */
void engine_guard_watch(struct engine *engine, struct actions *out)
{
    const double limit = engine->config.risk.limits.max_drawdown;
    const int64_t equity = portfolio_equity(&engine->portfolio);
    if (engine->guard_peak != 0 && equity > engine->guard_peak) {
        engine->guard_peak = equity < engine->portfolio.peak ? equity : 0;
    }
    if (engine->halted || engine_guard_drawdown(engine) < limit) {
        return;
    }
    engine->halted = engine->paused = true;
    engine_take_back_all(engine, out);
    struct record *record = engine_record(engine, out, RECORD_DRAWDOWN, UINT32_MAX);
    record->figure = engine_guard_drawdown(engine);
    record->limit = limit;
}

double engine_guard_drawdown(const struct engine *engine)
{
    const struct portfolio *portfolio = &engine->portfolio;
    if (engine->guard_peak == 0) {
        return portfolio_drawdown(portfolio);
    }
    const int64_t below = engine->guard_peak - portfolio_equity(portfolio);
    return engine->guard_peak > 0 ? (double)below / (double)engine->guard_peak : 0;
}

void engine_guard_resume(struct engine *engine)
{
    if (engine->halted) {
        engine->halted = false;
        engine->guard_peak = portfolio_equity(&engine->portfolio);
    }
}

/* What a position costs, or the entry on its way there. */
struct stake {
    int64_t cost;
    int64_t risk;
    uint32_t strategies; /* 0: nobody's */
    bool any;
};

static void add_order(struct stake *stake, const struct order *order)
{
    const int64_t left = order->cash - order->cost - order->fee;
    stake->cost += left > 0 ? left : 0;
    stake->strategies |= order->strategies;
    stake->any = true;
    stake->risk +=
        order->risk - order_risk(order, order->filled_lots); /* what is filled the position risks */
}

/* Of every pair. */
static void take_stock(const struct engine *engine, struct stake stakes[PAIR_MAX])
{
    const struct portfolio *portfolio = &engine->portfolio;
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        const struct position *position = &portfolio->positions[i];
        const bool held = position->qty_lots != 0;
        stakes[i] = held
                        ? (struct stake){position->cost, position->risk, position->strategies, true}
                        : (struct stake){0};
    }
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        if (portfolio->orders[i].purpose == PURPOSE_ENTRY) {
            add_order(&stakes[portfolio->orders[i].pair], &portfolio->orders[i]);
        }
    }
}

/* Positions in the fullest of the groups that name the pair. */
static uint32_t crowd(const struct engine *engine, uint32_t pair, const struct stake *stakes)
{
    const struct limit_config *limits = &engine->config.risk.limits;
    uint32_t counts[64] = {0}, most = 0;
    const uint64_t mine = limits_groups_of(limits, &engine->pairs[pair].terms);
    for (uint32_t i = 0; mine != 0 && i < engine->config.pair_count; i++) {
        const uint64_t shared = stakes[i].any && i != pair
                                    ? mine & limits_groups_of(limits, &engine->pairs[i].terms)
                                    : 0;
        for (uint32_t group = 0; group < 64; group++) {
            counts[group] += shared >> group & 1;
            most = counts[group] > most ? counts[group] : most;
        }
    }
    return most;
}

/* The strategies of `mask` that have limits of their own, one call each. */
static bool strategy_limit(const struct engine *engine, uint32_t mask, uint32_t index,
                           struct limit_share *ret)
{
    const struct engine_config *config = &engine->config;
    return (mask >> index & 1) != 0 &&
           limits_of_strategy(&config->risk.limits,
                              strategy_table[config->strategies[index].type]->name, ret);
}

/* What all positions of the strategy cost, and their number. */
static struct limit_share strategy_stake(const struct engine *engine, uint32_t index,
                                         const struct stake *stakes, int64_t *ret_cost)
{
    struct limit_share all = {0};
    int64_t cost = 0;
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        if (stakes[i].any && (stakes[i].strategies >> index & 1) != 0) {
            cost += stakes[i].cost;
            all.positions++;
        }
    }
    *ret_cost = cost;
    all.cost = (double)cost / (double)portfolio_equity(&engine->portfolio);
    return all;
}

/* The limits that count, whatever the size. */
static enum verdict counted(const struct engine *engine, uint32_t pair, uint32_t strategies,
                            const struct stake *stakes, struct record *record)
{
    const struct limit_config *limits = &engine->config.risk.limits;
    const struct tally *tally = &engine->portfolio.tally;
    if (limits_cooling(limits, tally, engine->time_ns)) {
        return engine_refuse(record, VERDICT_COOL_OFF, (double)tally->streak,
                             (double)limits->cool_off_losses);
    }
    const uint32_t beside = limits->groups[0] != '\0' ? crowd(engine, pair, stakes) : 0;
    if (beside > 0 && beside >= (uint64_t)limits->group_positions) {
        return engine_refuse(record, VERDICT_GROUP_FULL, beside, (double)limits->group_positions);
    }
    for (uint32_t i = 0; limits->strategies[0] != '\0' && i < STRATEGY_MAX; i++) {
        struct limit_share limit;
        int64_t cost;
        if (!strategy_limit(engine, strategies, i, &limit)) {
            continue;
        }
        const struct limit_share now = strategy_stake(engine, i, stakes, &cost);
        if (now.positions >= limit.positions) {
            return engine_refuse(record, VERDICT_STRATEGY_FULL, now.positions, limit.positions);
        }
    }
    return 0;
}

/* The tightest of the limits that leave less money, and what it would say. */
struct room {
    int64_t cost;
    enum verdict verdict;
    double figure, limit;
};

static void narrow(struct room *room, int64_t cost, enum verdict verdict, double figure,
                   double limit)
{
    if (cost < room->cost) {
        *room = (struct room){cost > 0 ? cost : 0, verdict, figure, limit};
    }
}

static struct room room_of(const struct engine *engine, uint32_t pair, uint32_t strategies,
                           const struct stake *stakes, const struct order *exits)
{
    const struct limit_config *limits = &engine->config.risk.limits;
    const int64_t equity = portfolio_equity(&engine->portfolio);
    struct room room = {.cost = INT64_MAX};
    struct limit_share limit;
    if (limits->max_at_risk != 0) {
        int64_t risk = 0;
        for (uint32_t i = 0; i < engine->config.pair_count; i++) {
            risk += stakes[i].risk;
        }
        const int64_t left = money_share(equity, limits->max_at_risk) - risk;
        const int64_t cost = risk_cost_for_loss(&engine->config.fees, left > 0 ? left : 0,
                                                exits->limit_ticks, exits->stop_ticks);
        narrow(&room, cost, VERDICT_AT_RISK, (double)risk / (double)equity, limits->max_at_risk);
    }
    if (limits_of_pair(limits, &engine->pairs[pair].terms, &limit)) {
        narrow(&room, money_share(equity, limit.cost), VERDICT_PAIR_LIMIT, 0, limit.cost);
    }
    for (uint32_t i = 0; limits->strategies[0] != '\0' && i < STRATEGY_MAX; i++) {
        if (strategy_limit(engine, strategies, i, &limit)) {
            int64_t cost;
            const struct limit_share now = strategy_stake(engine, i, stakes, &cost);
            narrow(&room, money_share(equity, limit.cost) - cost, VERDICT_STRATEGY_LIMIT, now.cost,
                   limit.cost);
        }
    }
    return room;
}

/* The ATR that sizes follow, as a part of the price; 0 not known. */
static double volatility_of(const struct engine *engine, uint32_t pair)
{
    const struct pair_state *state = &engine->pairs[pair];
    if (engine->size_slot == PANEL_SLOT_MAX || !(state->price > 0)) {
        return 0;
    }
    const struct panel_cell *cell = &state->panel.cells[engine->size_slot];
    return cell->ready ? cell->now[0] / state->price : 0;
}

/* The least that one of those who want the trade agrees to, and the least that one of them was
 * given of its own. */
static double per_trade(const struct engine *engine, uint32_t strategies, double *ret_own)
{
    const struct engine_config *config = &engine->config;
    double least = 1;
    *ret_own = 0;
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const double own = config->strategies[i].risk_per_trade;
        const double risked = own > 0 ? own : config->risk.risk_per_trade;
        if ((strategies >> i & 1) != 0) {
            least = risked < least ? risked : least;
            *ret_own = own > 0 && (*ret_own == 0 || own < *ret_own) ? own : *ret_own;
        }
    }
    return strategies == 0 ? config->risk.risk_per_trade : least;
}

/* The part of the usual size that the regime and the mood leave; a command is the operator's. */
static double market_part(const struct record *record)
{
    return record->chained ? record->findings.effect.size : 1;
}

/* What the bandit makes of the size, in its place a model; a command is the operator's. */
static double model_part(const struct record *record)
{
    const struct planned *planned = &record->findings.planned;
    if (record->chained && record->findings.bandit.asked) {
        return record->findings.bandit.size;
    }
    return record->chained && planned->sized ? planned->size : 0;
}

static double share_for(const struct engine *engine, uint32_t pair, const struct order *exits,
                        struct record *record)
{
    double own;
    const double asked = per_trade(engine, exits->strategies, &own);
    const struct scale_view view = {
        .per_trade = asked,
        .own = own,
        .confidence = record->confidence,
        .gate = record->gate,
        .volatility = volatility_of(engine, pair),
        .drawdown = portfolio_drawdown(&engine->portfolio),
        .market = market_part(record),
        .model = model_part(record),
    };
    if (engine->config.risk.sizing == SIZING_ALL) {
        return 0; /* nothing is scaled, and the record says of no factor */
    }
    record->atr = view.volatility * engine->pairs[pair].price;
    const double ratio =
        risk_loss_ratio(&engine->config.fees, exits->limit_ticks, exits->stop_ticks);
    return share_of(&engine->config.risk, &engine->portfolio.tally, &view, ratio, record->factors);
}

static enum risk_verdict size_by(const struct engine *engine, uint32_t pair,
                                 const struct risk_ask *ask, const struct risk_wish *wish,
                                 struct risk_size *ret)
{
    const struct engine_config *config = &engine->config;
    const struct pair *terms = &engine->pairs[pair].terms;
    return wish == NULL
               ? risk_size(&config->risk, terms, &config->fees, &engine->portfolio, ask, ret)
               : risk_fit(&config->risk, terms, &config->fees, &engine->portfolio, ask, wish, ret);
}

/* Of the limits beside those of size the room names the tightest. */
static enum size_rule rule_of(enum size_rule rule, const struct room *room)
{
    if (rule != RULE_BESIDE) {
        return rule;
    }
    return room->verdict == VERDICT_AT_RISK      ? RULE_AT_RISK
           : room->verdict == VERDICT_PAIR_LIMIT ? RULE_PAIR
                                                 : RULE_STRATEGY;
}

/* Not even the pair's smallest order fits. */
static bool starved(const struct pair *terms, const struct risk_ask *ask, enum risk_verdict risk,
                    const struct risk_size *size)
{
    return risk == RISK_TOO_SMALL ||
           (risk == RISK_TOO_LARGE &&
            (size->qty_lots <= 0 || pair_too_small(terms, ask->price_ticks, size->qty_lots)));
}

enum verdict engine_size_entry(struct engine *engine, uint32_t pair, const struct order *exits,
                               const struct risk_wish *wish, struct record *record,
                               struct risk_size *ret)
{
    const struct pair *terms = &engine->pairs[pair].terms;
    struct stake stakes[PAIR_MAX];
    if (portfolio_equity(&engine->portfolio) <= 0) {
        return VERDICT_NO_FUNDS;
    }
    take_stock(engine, stakes);
    const enum verdict against = counted(engine, pair, exits->strategies, stakes, record);
    if (against != 0) {
        return against;
    }
    const struct room room = room_of(engine, pair, exits->strategies, stakes, exits);
    struct risk_ask ask = {
        .price_ticks = exits->limit_ticks,
        .stop_ticks = exits->stop_ticks,
        .slack_ppm = engine_slack_ppm(engine, exits->kind == ORDER_LIMIT),
        .share = share_for(engine, pair, exits, record),
        .part = market_part(record),
        .cost_most = room.cost,
    };
    const enum risk_verdict risk = size_by(engine, pair, &ask, wish, ret);
    if (starved(terms, &ask, risk, ret)) {
        struct risk_size roomy = {0};
        ask.cost_most = INT64_MAX;
        if (!starved(terms, &ask, size_by(engine, pair, &ask, wish, &roomy), &roomy)) {
            return engine_refuse(record, room.verdict, room.figure, room.limit);
        }
    }
    if (risk == RISK_OK || risk == RISK_TOO_LARGE) {
        record->qty_lots = ret->qty_lots;
    }
    if (risk != RISK_OK) {
        return engine_verdict_of_risk(risk);
    }
    record->cost = ret->cost;
    record->risk = ret->risk;
    record->rule = rule_of(ret->rule, &room);
    record->order_id = engine->portfolio.order_next;
    return VERDICT_ENTER;
}
