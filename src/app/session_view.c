/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/session.h"
#include "core/base/check.h"
#include "operator/server/section.h"
#include "platform/queue/queue.h"

/* How the session looks from outside, filled afresh for each publication. */

#define SCORE_TURNS 4

/* After view_positions: what is open is the sum of theirs. */
static void view_account(const struct session *session, const struct view *view,
                         struct view_account *account)
{
    const struct portfolio *portfolio = &session->engine->portfolio;
    int64_t unrealised = 0;
    for (uint32_t i = 0; i < view->position_count; i++) {
        unrealised += view->positions[i].unrealised;
    }
    *account = (struct view_account){
        .equity = portfolio_equity(portfolio),
        .cash = portfolio->cash,
        .day_pnl = portfolio_equity(portfolio) - portfolio->day_equity,
        .realised = portfolio->realised,
        .unrealised = unrealised,
        .fees = portfolio->fees,
        .equity_peak = portfolio->peak,
        .drawdown = portfolio_drawdown(portfolio),
        .drawdown_max = (double)portfolio->drawdown_worst_ppm / 1e6,
    };
    snprintf(account->currency, sizeof account->currency, "%s", session->options->session.currency);
}

static void view_risk(const struct session *session, struct view_risk *risk)
{
    const struct engine *engine = session->engine;
    const struct portfolio *portfolio = &engine->portfolio;
    const double equity = (double)portfolio_equity(portfolio);
    const bool cooling =
        limits_cooling(&engine->config.risk.limits, &portfolio->tally, engine->time_ns);
    int64_t at_risk = 0;
    for (uint32_t i = 0; i < session->pair_count; i++) {
        const struct position *position = &portfolio->positions[i];
        if (position->qty_lots == 0 || position->stop_ticks == 0) {
            continue;
        }
        const int64_t at_stop = pair_notional(&engine->pairs[i].terms, position->stop_ticks,
                                              position->qty_lots, ROUND_DOWN);
        const int64_t left = at_stop - fee_of(at_stop, engine->config.fees.taker_ppm);
        at_risk += position->value > left ? position->value - left : 0;
    }
    *risk = (struct view_risk){
        .paused = engine->paused,
        .halted = engine->halted,
        .guard_drawdown = engine_guard_drawdown(engine),
        .guard_max = engine->config.risk.limits.max_drawdown,
        .loss_limit_hit = engine->loss_limit_told,
        .crashed = engine->crash.state != BREAKER_CLOSED,
        .crash_until_ns = engine->crash.state == BREAKER_OPEN ? engine->crash.until_ns : 0,
        .loss_streak = cooling ? portfolio->tally.streak : 0,
        .cool_from_ns = cooling ? portfolio->tally.lost_ns : 0,
        .cool_until_ns =
            cooling ? portfolio->tally.lost_ns + engine->config.risk.limits.cool_off_ns : 0,
        .day_loss = portfolio_day_loss(portfolio),
        .day_loss_max = engine->config.risk.max_daily_loss,
        .at_risk = equity > 0 ? (double)at_risk / equity : 0,
        .exposure = equity > 0 ? (double)portfolio->holdings / equity : 0,
        .exposure_max = engine->config.risk.max_exposure,
        .position_count_max = (uint32_t)engine->config.risk.max_positions,
        .dials = engine->dials,
    };
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        risk->limits[i] = dial_get(&engine->config.risk, i);
        risk->limits_configured[i] = engine->dials_configured[i];
    }
}

static enum view_health health_of(const struct session *session, uint32_t pair)
{
    const struct session_pair *state = &session->pairs[pair];
    if (state->health == FEED_UNLISTED) {
        return VIEW_UNLISTED;
    }
    if (!session->armed || !state->history_ended) {
        return VIEW_WARMING;
    }
    return state->health == FEED_STALE ? VIEW_STALE : VIEW_FRESH;
}

/* Against the open of 24 hours ago; what is known of less than those is no day's change. */
static double day_change(const struct session_pair *seen, double price)
{
    const bool known = seen->hour_last > 0 && seen->hour_last - seen->hour_first >= 24;
    const double open = known ? seen->hour_open[seen->hour_first % 25] : 0;
    return open > 0 && price > 0 ? price / open - 1 : NAN;
}

/* Of a decision the engine says it; how wide a book may be, only who sends the order. */
static enum verdict against(const struct session *session, uint32_t pair)
{
    const enum verdict verdict = engine_against(session->engine, pair);
    const struct book *book = &session->engine->pairs[pair].book;
    const bool wide =
        session->broker != NULL && book_sound(book) && broker_finds_wide(session->broker, book);
    return verdict == 0 && wide ? VERDICT_WIDE_BOOK : verdict;
}

/* NaN while the book is not known. A score costs more than all else that is told of a pair, so each
 * is read anew in every fourth publication, once a second. */
static double book_score_of(const struct session *session, uint32_t pair)
{
    const struct engine *engine = session->engine;
    const struct pair_state *state = &engine->pairs[pair];
    const struct view_pair *before = &session->view->pairs[pair];
    struct book_figures figures;
    if (!book_sound(&state->book)) {
        return (double)NAN;
    }
    if (before->book_known && (session->box->published + pair) % SCORE_TURNS != 0) {
        return before->book_score;
    }
    book_score_read(&state->score, &engine->config.book, engine->time_ns, &figures);
    return figures.score;
}

static uint32_t view_levels(const struct book_side *side, struct level *levels)
{
    const uint32_t count = side->count < VIEW_LEVEL_MAX ? side->count : VIEW_LEVEL_MAX;
    memcpy(levels, side->levels, count * sizeof levels[0]);
    return count;
}

static void view_book(const struct book *book, bool known, struct view_book *out)
{
    out->bid_count = known ? view_levels(&book->bids, out->bids) : 0;
    out->ask_count = known ? view_levels(&book->asks, out->asks) : 0;
}

static void view_pair(struct session *session, uint32_t pair, struct view_pair *out)
{
    const struct pair_state *state = &session->engine->pairs[pair];
    const struct session_pair *seen = &session->pairs[pair];
    *out = (struct view_pair){
        .terms = state->terms,
        .health = health_of(session, pair),
        .against = against(session, pair),
        .book_known = book_sound(&state->book),
        .heard_ns = seen->heard_ns,
        .day_change = day_change(seen, state->price),
        .imbalance = book_imbalance(&state->book, VIEW_LEVEL_MAX),
        .book_score = book_score_of(session, pair),
        .regime = session_regime(session, pair),
    };
    if (!state->listed) {
        snprintf(out->terms.symbol, sizeof out->terms.symbol, "%s", session->symbols[pair]);
        return;
    }
    if (out->book_known) {
        out->bid_ticks = state->book.bids.levels[0].price_ticks;
        out->ask_ticks = state->book.asks.levels[0].price_ticks;
    }
    pair_price_from_double(&state->terms, state->price, ROUND_NEAREST, &out->last_ticks);
}

static void view_positions(const struct session *session, struct view *view)
{
    const struct engine *engine = session->engine;
    view->position_count = 0;
    for (uint32_t i = 0; i < session->pair_count; i++) {
        const struct position *position = &engine->portfolio.positions[i];
        if (position->qty_lots == 0) {
            continue;
        }
        const int64_t exit_fee = fee_of(position->value, engine->config.fees.taker_ppm);
        const double entry = (double)position->cost / 1e8 /
                             pair_qty_to_double(&engine->pairs[i].terms, position->qty_lots);
        struct view_position *out = &view->positions[view->position_count++];
        *out = (struct view_position){
            .pair = i,
            .direction = 1,
            .qty_lots = position->qty_lots,
            .mark_ticks = position->mark_ticks,
            .stop_ticks = position->stop_ticks,
            .target_ticks = position->target_ticks,
            .cost = position->cost,
            .unrealised = position->value - position->cost - position->fee - exit_fee,
            .risk = position->risk,
            .opened_ns = position->opened_ns,
        };
        decimal_from_double(entry, engine->pairs[i].terms.price_decimals, ROUND_NEAREST,
                            &out->entry_ticks);
    }
}

static void view_feed_of(const struct session *session, struct view_feed *feed)
{
    const struct feed_stats *stats = session->feed.stats(session->feed.self);
    *feed = (struct view_feed){
        .connected = session->connected,
        .message_count = stats->message_count,
        .reconnect_count = stats->reconnect_count,
        .checksum_fault_count = stats->checksum_fault_count,
        .resync_count = stats->resync_count,
        .malformed_count = stats->malformed_count,
        .rest_repair_count = stats->rest_repair_count,
        .late_count = session->batch->late_count,
    };
    snprintf(feed->reason, sizeof feed->reason, "%s", session->connection_reason);
}

/* Of the venue of this world alone: a local market's time is its own, and so is that of an endpoint
 * of one's own, which is more than a day away. */
static void view_clock(const struct session *session, struct view *view)
{
    const int64_t skew_ns =
        session->clock.wall_ns(session->clock.self) - session->feed.time(session->feed.self);
    view->timed = session->options->venue.name == VENUE_KRAKEN &&
                  session->feed.timed(session->feed.self) && skew_ns > -NS_PER_DAY &&
                  skew_ns < NS_PER_DAY;
    view->skew_ns = view->timed ? skew_ns : 0;
}

static void view_load(const struct session *session, struct view_load *load)
{
    load->decision = session->decision_times;
    load->step = session->step_times;
    load->bridge_waiting = session->bridge_queue == NULL ? 0 : queue_waiting(session->bridge_queue);
    if (session->recorder != NULL) {
        recorder_waiting(session->recorder, &load->market_waiting, &load->money_waiting);
    }
}

static enum view_mode view_mode_of(const struct session *session)
{
    switch ((enum app_mode)session->options->session.mode) {
    case MODE_REHEARSAL:
        return VIEW_REHEARSAL;
    case MODE_VALIDATE:
        return VIEW_VALIDATE;
    case MODE_LIVE:
        return VIEW_LIVE;
    case MODE_AUTO:
    case MODE_PAPER:
        break;
    }
    return VIEW_PAPER;
}

static void view_models(const struct engine *engine, struct view *view)
{
    const struct blend_models models = engine_models(engine);
    for (uint32_t i = 0; i < view->strategy_count; i++) {
        struct view_strategy *strategy = &view->strategies[i];
        const int32_t trained = models.trained[i];
        strategy->scores = engine->learning.scores[i];
        strategy->model = VIEW_MODEL_NONE;
        if (models.model != NULL && trained != MODEL_NONE_TRAINED) {
            strategy->model = blend_listens(&models, i)             ? VIEW_MODEL_LIVE
                              : models.model->trained[trained].live ? VIEW_MODEL_DEMOTED
                                                                    : VIEW_MODEL_SHADOW;
        }
    }
}

/* By today's wall clock, which may have been set since: how long it runs is the monotonic clock's
 * word. Within a second it stays as it was told. */
static int64_t began(const struct session *session, const struct view *view)
{
    const int64_t ran_ns = view->mono_ns - session->opened_mono_ns;
    const int64_t began_ns = session->clock.wall_ns(session->clock.self) - ran_ns;
    const int64_t moved_ns = began_ns - view->started_ns;
    return moved_ns > NS_PER_S || moved_ns < -NS_PER_S ? began_ns : view->started_ns;
}

void session_publish(struct session *session)
{
    struct view *view = session->view;
    const struct engine *engine = session->engine;
    view->mono_ns = session->clock.mono_ns(session->clock.self);
    view->started_ns = began(session, view);
    view->mode = view_mode_of(session);
    view->reconciled = session->broker == NULL || session->broker->settled;
    if (session->feed.self != NULL) {
        view->market_ns = session_time(session);
        view->speed = session->feed.speed(session->feed.self);
        view_feed_of(session, &view->feed);
        view_clock(session, view);
    }
    view->armed = session->armed;
    view->held = engine->held;
    view->room_lacks = session->recorder != NULL && recorder_only_short(session->recorder);
    view_load(session, &view->load);
    view_positions(session, view);
    view_account(session, view, &view->account);
    view_risk(session, &view->risk);
    view->counters = (struct view_counters){
        .event_count = engine->event_count,
        .batch_count = session->counters.batch_count,
        .decision_count = session->counters.decision_count,
        .entry_count = session->counters.entry_count,
        .exit_count = session->counters.exit_count,
        .order_count = session->counters.order_count,
        .reject_count = session->counters.reject_count,
        .dropped_count = session_dropped(session),
    };
    view->pair_count = session->pair_count;
    for (uint32_t i = 0; i < session->pair_count; i++) {
        view_pair(session, i, &view->pairs[i]);
        const bool known = engine->pairs[i].listed && view->pairs[i].book_known;
        view_book(&engine->pairs[i].book, known, &view->books[i]);
    }
    session_view_orders(session);
    view->strategy_count = engine->config.strategy_count;
    memcpy(view->strategies, session->pulse, sizeof session->pulse);
    for (uint32_t i = 0; i < view->strategy_count; i++) {
        view->strategies[i].enabled =
            session->pulse[i].enabled && (session->engine->off >> i & 1) == 0;
        view->strategies[i].shadow = (session->engine->shadow >> i & 1) != 0;
        view->strategies[i].part = session->engine->seats[i].part;
    }
    view_models(session->engine, view);
    view_publish(session->box, view);
}

void session_status_line(struct session *session, char *out, size_t size)
{
    const struct engine *engine = session->engine;
    const struct portfolio *portfolio = &engine->portfolio;
    char equity[64], day[64], stamp[TIMESTAMP_TEXT_MAX];
    sentence_money(equity, sizeof equity, portfolio_equity(portfolio));
    sentence_money(day, sizeof day, portfolio_equity(portfolio) - portfolio->day_equity);
    const int64_t now_ns = session->feed.time(session->feed.self);
    timestamp_format(stamp, now_ns > 0 ? now_ns : 0, 0);
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < session->pair_count; i++) {
        fresh += health_of(session, i) == VIEW_FRESH;
    }
    snprintf(out, size,
             "%s %s  equity %s  day %s  positions %u/%lld  pairs %u/%u  this run: decisions %llu, "
             "trades %llu%s",
             section_mode_word(view_mode_of(session)), stamp, equity, day, portfolio->open_count,
             (long long)engine->config.risk.max_positions, fresh, session->pair_count,
             (unsigned long long)session->counters.decision_count,
             (unsigned long long)session->counters.exit_count,
             !session->connected                                        ? "  DISCONNECTED"
             : session->broker != NULL && !broker_open(session->broker) ? "  NO ORDERS YET"
             : session->armed                                           ? ""
                                                                        : "  warming up");
}
