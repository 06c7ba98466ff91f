/* SPDX-License-Identifier: MIT */
#include "operator/server/section.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/market/timeframe.h"
#include "operator/sentence/sentence.h"
#include "operator/sentence/sentence_table.h"
#include "platform/json/json_writer.h"

static const char *const modes[] = {"rehearsal", "paper", "validate", "live"};
static const char *const healths[] = {"warming", "fresh", "stale", "unlisted"};
static const char *const order_kinds[] = {"market", "limit", "bracket"};
static const char *const order_states[] = {"intended", "sent",      "open",    "partial", "unknown",
                                           "filled",   "cancelled", "expired", "rejected"};

#define WORD(table, index)                                                                         \
    ((size_t)(index) < sizeof(table) / sizeof(table)[0] ? (table)[index] : "unknown")

const char *section_mode_word(enum view_mode mode)
{
    return WORD(modes, mode);
}

double section_age(const struct view *view, const struct section_now *now)
{
    return view->number && now->mono_ns > view->mono_ns
               ? (double)(now->mono_ns - view->mono_ns) / (double)NS_PER_S
               : 0;
}

static const char *held_words(const struct view *view)
{
    return view->room_lacks ? "the disk is nearly full: no entries until it has more room"
                            : "the disk takes nothing: no entries until it does";
}

const char *section_degraded(const struct view *view, const struct section_now *now)
{
    if (view->number == 0)
        return "the session has not reported yet";
    if (now->mono_ns - view->mono_ns > now->watchdog_ns)
        return "the session has not reported for longer than the watchdog allows";
    if (!view->feed.connected)
        return "the market feed is not connected";
    if (view->held)
        return held_words(view);
    return NULL;
}

const char *section_trouble(const struct view *view)
{
    if (view->at_venue.trouble[0])
        return view->at_venue.trouble;
    if (view->held)
        return held_words(view);
    return view->risk.halted ? "the drawdown guard has paused trading until you resume" : NULL;
}

static void put_money(struct json_writer *writer, const char *key, int64_t money)
{
    json_put_decimal_string(writer, key, money, MONEY_DECIMALS);
}

/* 0 ticks stands for "none". */
static void put_price(struct json_writer *writer, const char *key, const struct pair *pair,
                      int64_t ticks)
{
    if (pair && ticks > 0)
        json_put_decimal_string(writer, key, ticks, pair->price_decimals);
    else
        json_put_null(writer, key);
}

static const struct pair *pair_of(const struct view *view, uint32_t pair)
{
    return pair < view->pair_count ? &view->pairs[pair].terms : NULL;
}

static void put_symbol(struct json_writer *writer, const struct view *view, uint32_t pair)
{
    const struct pair *terms = pair_of(view, pair);
    if (terms)
        json_put_string(writer, "pair", terms->symbol);
    else
        json_put_null(writer, "pair");
}

static void put_account(struct json_writer *writer, const struct view_account *account)
{
    json_put_string(writer, "currency", account->currency);
    put_money(writer, "equity", account->equity);
    put_money(writer, "cash", account->cash);
    put_money(writer, "day_pnl", account->day_pnl);
    put_money(writer, "realised", account->realised);
    put_money(writer, "unrealised", account->unrealised);
    put_money(writer, "fees", account->fees);
    put_money(writer, "equity_peak", account->equity_peak);
    json_put_real(writer, "drawdown", account->drawdown);
    json_put_real(writer, "drawdown_max", account->drawdown_max);
}

static void put_feed(struct json_writer *writer, const struct view *view)
{
    const struct view_feed *feed = &view->feed;
    uint32_t counts[4] = {0};
    for (uint32_t i = 0; i < view->pair_count; i++)
        counts[(unsigned)view->pairs[i].health % 4]++;
    json_begin_object(writer, "feed");
    json_put_bool(writer, "connected", feed->connected);
    json_put_string(writer, "reason", feed->reason);
    for (unsigned i = 0; i < 4; i++)
        json_put_uint(writer, healths[i], counts[i]);
    json_put_uint(writer, "messages", feed->message_count);
    json_put_uint(writer, "reconnects", feed->reconnect_count);
    json_put_uint(writer, "checksum_faults", feed->checksum_fault_count);
    json_put_uint(writer, "resyncs", feed->resync_count);
    json_put_uint(writer, "malformed", feed->malformed_count);
    json_put_uint(writer, "rest_repairs", feed->rest_repair_count);
    json_put_uint(writer, "late", feed->late_count);
    json_end_object(writer);
}

static void put_counters(struct json_writer *writer, const struct view_counters *counters)
{
    json_begin_object(writer, "counters");
    json_put_uint(writer, "events", counters->event_count);
    json_put_uint(writer, "batches", counters->batch_count);
    json_put_uint(writer, "decisions", counters->decision_count);
    json_put_uint(writer, "entries", counters->entry_count);
    json_put_uint(writer, "exits", counters->exit_count);
    json_put_uint(writer, "orders", counters->order_count);
    json_put_uint(writer, "rejects", counters->reject_count);
    json_put_uint(writer, "dropped", counters->dropped_count);
    json_end_object(writer);
}

/* Whether entries can be made, and what the account holds by the venue's own word; on paper it
 * holds nothing. */
static void put_venue(struct json_writer *writer, const struct view *view)
{
    const struct view_venue *venue = &view->at_venue;
    const char *trouble = section_trouble(view);
    json_put_bool(writer, "orders_at_venue", venue->trades);
    json_put_bool(writer, "entries_possible", (!venue->trades || venue->open) && !view->held);
    if (trouble)
        json_put_string(writer, "trouble", trouble);
    else
        json_put_null(writer, "trouble");
    json_begin_array(writer, "balances");
    for (uint32_t i = 0; i < venue->balance_count; i++) {
        json_begin_object(writer, NULL);
        json_put_string(writer, "asset", venue->balances[i].asset);
        put_money(writer, "total", venue->balances[i].total);
        put_money(writer, "held", venue->balances[i].held);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_status(struct json_writer *writer, const char *key, const struct view *view,
                         const struct section_now *now)
{
    const char *degraded = section_degraded(view, now);
    int64_t uptime_ns = view->started_ns ? now->wall_ns - view->started_ns : 0;
    json_begin_object(writer, key);
    json_put_string(writer, "mode", section_mode_word(view->mode));
    json_put_string(writer, "venue", view->venue);
    json_put_string(writer, "version", view->version);
    json_put_time_or_null(writer, "market_time", view->market_ns, 3);
    json_put_time_or_null(writer, "started", view->started_ns, 3);
    json_put_int(writer, "uptime_seconds", uptime_ns > 0 ? uptime_ns / NS_PER_S : 0);
    json_put_real(writer, "speed", view->speed);
    json_put_bool(writer, "runtime_degraded", degraded != NULL);
    if (degraded)
        json_put_string(writer, "degraded_reason", degraded);
    else
        json_put_null(writer, "degraded_reason");
    json_put_bool(writer, "paused", view->risk.paused);
    json_put_bool(writer, "reconciled", view->reconciled);
    json_put_uint(writer, "open_positions", view->position_count);
    json_put_uint(writer, "open_orders", view->order_count);
    put_account(writer, &view->account);
    put_feed(writer, view);
    put_counters(writer, &view->counters);
    put_venue(writer, view);
    json_end_object(writer);
}

/* Three digits: more of a score says nothing, and each is sent again when it changes. */
static void put_rounded(struct json_writer *writer, const char *key, double score)
{
    json_put_real(writer, key, round(score * 1000) / 1000);
}

void section_put_market(struct json_writer *writer, const struct view_pair *pair)
{
    const struct pair *terms = &pair->terms;
    const struct sentence_row *way = sentence_way_row((uint32_t)pair->regime);
    json_put_string(writer, "pair", terms->symbol);
    json_put_string(writer, "health", WORD(healths, pair->health));
    if (pair->against != 0)
        json_put_string(writer, "against", sentence_verdict_word((enum verdict)pair->against));
    else
        json_put_null(writer, "against");
    put_price(writer, "last", terms, pair->last_ticks);
    put_price(writer, "bid", terms, pair->bid_ticks);
    put_price(writer, "ask", terms, pair->ask_ticks);
    if (pair->bid_ticks > 0 && pair->ask_ticks > 0)
        json_put_real(writer, "spread_bps",
                      1e4 * (double)(pair->ask_ticks - pair->bid_ticks) / (double)pair->ask_ticks);
    else
        json_put_null(writer, "spread_bps");
    json_put_real(writer, "day_change", pair->day_change);
    if (pair->book_known)
        json_put_real(writer, "imbalance", pair->imbalance);
    else
        json_put_null(writer, "imbalance");
    put_rounded(writer, "book_score", pair->book_known ? pair->book_score : (double)NAN);
    if (way && pair->regime != REGIME_UNKNOWN)
        json_put_string(writer, "regime", way->word);
    else
        json_put_null(writer, "regime");
}

static void put_pair(struct json_writer *writer, const struct view_pair *pair)
{
    json_begin_object(writer, NULL);
    section_put_market(writer, pair);
    json_put_time_or_null(writer, "heard", pair->heard_ns, 3);
    json_put_uint(writer, "price_decimals", pair->terms.price_decimals);
    json_put_uint(writer, "quantity_decimals", pair->terms.qty_decimals);
    json_end_object(writer);
}

static void write_pairs(struct json_writer *writer, const char *key, const struct view *view,
                        const struct section_now *now)
{
    (void)now;
    json_begin_array(writer, key);
    for (uint32_t i = 0; i < view->pair_count; i++)
        put_pair(writer, &view->pairs[i]);
    json_end_array(writer);
}

static void write_positions(struct json_writer *writer, const char *key, const struct view *view,
                            const struct section_now *now)
{
    (void)now;
    json_begin_array(writer, key);
    for (uint32_t i = 0; i < view->position_count; i++) {
        const struct view_position *position = &view->positions[i];
        const struct pair *pair = pair_of(view, position->pair);
        json_begin_object(writer, NULL);
        put_symbol(writer, view, position->pair);
        json_put_string(writer, "direction", sentence_direction(position->direction));
        json_put_decimal_string(writer, "quantity", position->qty_lots,
                                pair ? pair->qty_decimals : 0);
        put_price(writer, "entry", pair, position->entry_ticks);
        put_price(writer, "stop", pair, position->stop_ticks);
        put_price(writer, "target", pair, position->target_ticks);
        put_price(writer, "last", pair, position->mark_ticks);
        put_money(writer, "cost", position->cost);
        put_money(writer, "unrealised", position->unrealised);
        put_money(writer, "risk", position->risk);
        json_put_time_or_null(writer, "opened", position->opened_ns, 3);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void put_order(struct json_writer *writer, const struct view *view, uint32_t index)
{
    const struct order *order = &view->orders[index];
    char venue_id[VENUE_ID_TEXT_MAX];
    const struct pair *pair = pair_of(view, order->pair);
    uint32_t qty_decimals = pair ? pair->qty_decimals : 0;
    json_begin_object(writer, NULL);
    json_put_uint(writer, "order", order->id);
    put_symbol(writer, view, order->pair);
    json_put_string(writer, "purpose", sentence_purpose_word(order->purpose));
    json_put_string(writer, "kind", WORD(order_kinds, order->kind));
    json_put_string(writer, "state", WORD(order_states, order->state));
    json_put_string(writer, "side", order->side == SIDE_BUY ? "buy" : "sell");
    json_put_decimal_string(writer, "quantity", order->qty_lots, qty_decimals);
    json_put_decimal_string(writer, "filled", order->filled_lots, qty_decimals);
    put_price(writer, "limit", pair, order->limit_ticks);
    put_price(writer, "stop", pair, order->stop_ticks);
    put_price(writer, "target", pair, order->target_ticks);
    json_put_time_or_null(writer, "created", order->created_ns, 3);
    json_put_time_or_null(writer, "expires", order->expire_ns, 3);
    if (venue_id_known(view->order_ids[index])) {
        venue_id_format(venue_id, view->order_ids[index]);
        json_put_string(writer, "venue_id", venue_id);
    } else {
        json_put_null(writer, "venue_id");
    }
    json_end_object(writer);
}

static void write_orders(struct json_writer *writer, const char *key, const struct view *view,
                         const struct section_now *now)
{
    (void)now;
    json_begin_array(writer, key);
    for (uint32_t i = 0; i < view->order_count; i++)
        put_order(writer, view, i);
    json_end_array(writer);
}

static void put_score(struct json_writer *writer, const char *key, const struct model_score *score)
{
    const struct {
        const char *key;
        const struct model_sums *sums;
    } spans[] = {{"all", &score->all}, {"recent", &score->recent}};
    json_begin_object(writer, key);
    json_put_uint(writer, "outcomes", score->count);
    json_put_uint(writer, "yes", score->yes_count);
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        const struct model_sums *sums = spans[i].sums;
        json_begin_object(writer, spans[i].key);
        json_put_real(writer, "independent", sums->weight);
        json_put_real(writer, "won", model_mean(sums, sums->won));
        json_put_real(writer, "log_loss", model_mean(sums, sums->log_loss));
        json_put_real(writer, "brier", model_mean(sums, sums->brier));
        json_put_real(writer, "accuracy", model_mean(sums, sums->right));
        json_put_real(writer, "reward", model_mean(sums, sums->reward));
        json_put_real(writer, "reward_yes", model_yes_reward(sums));
        json_end_object(writer);
    }
    json_end_object(writer);
}

/* How right its model has been at work; null where none knows it. */
static void put_model(struct json_writer *writer, const struct view_strategy *strategy)
{
    static const char *const states[] = {NULL, "shadow", "live", "demoted"};
    const struct model_scores *scores = &strategy->scores;
    if (strategy->model == VIEW_MODEL_NONE) {
        json_put_null(writer, "model");
        return;
    }
    json_begin_object(writer, "model");
    json_put_string(writer, "state", states[strategy->model]);
    json_put_uint(writer, "asked", scores->asked);
    json_put_uint(writer, "known", scores->known);
    json_put_uint(writer, "own", scores->own);
    json_put_uint(writer, "passed_over", scores->passed_over);
    json_put_uint(writer, "lost", scores->lost);
    put_score(writer, "model", &scores->model);
    put_score(writer, "heuristic", &scores->heuristic);
    json_end_object(writer);
}

static void put_strategy(struct json_writer *writer, const struct view *view,
                         const struct view_strategy *strategy)
{
    const struct sentence_row *part = sentence_part_row(strategy->part);
    json_begin_object(writer, NULL);
    json_put_string(writer, "strategy", strategy->name);
    json_put_bool(writer, "enabled", strategy->enabled);
    json_put_bool(writer, "shadow", strategy->shadow);
    json_put_string(writer, "part", part ? part->word : "unknown");
    json_put_string(writer, "timeframe",
                    (uint32_t)strategy->timeframe < TIMEFRAME_COUNT
                        ? timeframe_names[strategy->timeframe]
                        : "unknown");
    json_put_uint(writer, "signals", strategy->signal_count);
    json_put_uint(writer, "actionable", strategy->actionable_count);
    json_begin_object(writer, "last");
    json_put_time_or_null(writer, "time", strategy->signal_ns, 3);
    put_symbol(writer, view, strategy->signal_ns ? strategy->signal_pair : UINT32_MAX);
    json_put_string(writer, "direction", sentence_direction(strategy->signal_direction));
    json_end_object(writer);
    put_model(writer, strategy);
    json_end_object(writer);
}

static void write_strategies(struct json_writer *writer, const char *key, const struct view *view,
                             const struct section_now *now)
{
    (void)now;
    json_begin_array(writer, key);
    for (uint32_t i = 0; i < view->strategy_count; i++)
        put_strategy(writer, view, &view->strategies[i]);
    json_end_array(writer);
}

/* A duration as it is written in the configuration, else a number. */
static void put_limit_value(struct json_writer *writer, const char *key,
                            const struct option *option, double value)
{
    char text[TIMESTAMP_TEXT_MAX];
    if (option->type == OPTION_DURATION) {
        duration_format(text, (int64_t)value);
        json_put_string(writer, key, text);
    } else {
        json_put_real(writer, key, value);
    }
}

static void put_limits(struct json_writer *writer, const struct view_risk *risk)
{
    json_begin_array(writer, "limits");
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        const struct option *option = dial_option(i);
        const double unit = option->type == OPTION_DURATION ? (double)NS_PER_S : 1;
        char name[64];
        snprintf(name, sizeof name, "risk.%s", option->name);
        json_begin_object(writer, NULL);
        json_put_string(writer, "name", name);
        put_limit_value(writer, "value", option, risk->limits[i]);
        put_limit_value(writer, "configured", option, risk->limits_configured[i]);
        json_put_bool(writer, "changed", (risk->dials >> i & 1) != 0);
        put_limit_value(writer, "min", option, option->min * unit);
        put_limit_value(writer, "max", option, option->max * unit);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_risk(struct json_writer *writer, const char *key, const struct view *view,
                       const struct section_now *now)
{
    (void)now;
    const struct view_risk *risk = &view->risk;
    json_begin_object(writer, key);
    json_put_bool(writer, "paused", risk->paused);
    json_put_bool(writer, "halted", risk->halted);
    json_put_bool(writer, "loss_limit_hit", risk->loss_limit_hit);
    json_put_bool(writer, "crashed", risk->crashed);
    json_put_real(writer, "day_loss", risk->day_loss);
    json_put_real(writer, "day_loss_max", risk->day_loss_max);
    json_put_real(writer, "at_risk", risk->at_risk);
    json_put_real(writer, "exposure", risk->exposure);
    json_put_real(writer, "exposure_max", risk->exposure_max);
    json_put_uint(writer, "positions", view->position_count);
    json_put_uint(writer, "positions_max", risk->position_count_max);
    put_limits(writer, risk);
    json_end_object(writer);
}

const struct section sections[SECTION_COUNT] = {
    {"status", write_status}, {"pairs", write_pairs},           {"positions", write_positions},
    {"orders", write_orders}, {"strategies", write_strategies}, {"risk", write_risk},
};

const struct section *section_find(const char *name)
{
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (strcmp(sections[i].name, name) == 0)
            return &sections[i];
    return NULL;
}
