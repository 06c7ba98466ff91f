/* SPDX-License-Identifier: MIT */
/*
 * The engine: events in, actions out. It allocates nothing, asks no clock, does no I/O and cannot
 * fail; with the same start and the same events it does the same, bit for bit.
 *
 * It is one block of memory without pointers, sized by its number of pairs, so that a copy of the
 * bytes is a snapshot. The caller provides it (engine_size), the engine alone writes it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/decision/chain.h"
#include "core/engine/action.h"
#include "core/engine/event.h"
#include "core/indicator/panel.h"
#include "core/market/book_score.h"
#include "core/matching/virtual_trade.h"
#include "core/model/model.h"
#include "core/model/model_scores.h"
#include "core/portfolio/portfolio.h"
#include "core/risk/day.h"
#include "core/risk/dial.h"
#include "core/risk/exits.h"
#include "core/risk/risk.h"
#include "core/strategy/setup.h"

/* Raise whenever the layout or the meaning of any struct inside changes. */
#define ENGINE_VERSION 32

/* Deposits and withdrawals remembered by id: after a restart those of the last quarter of an hour
 * are told again. */
#define ENGINE_FLOW_MAX 64

struct execution_config {
    int32_t entry;         /* enum order_kind: market or limit */
    int64_t entry_life_ns; /* a resting entry dies after this */
    double slack;          /* fraction above the price that a market entry may still fill at */
};

extern const struct option execution_options[];
extern const uint32_t execution_option_count;

struct engine_config {
    int32_t base; /* enum timeframe of the base candles */
    uint32_t pair_count;
    uint32_t strategy_count;
    int64_t capital; /* money */
    struct fee_rates fees;
    int64_t slip_ppm; /* what a taker gives beside the price of a candle, where an outcome is only
                         followed: half the spread, and slippage */
    struct decision_config decision;
    struct book_score_config book;
    struct chain_config chain;
    struct risk_config risk;
    struct exit_config exits;
    struct day_config day;
    struct execution_config execution;
    struct strategy_setup strategies[STRATEGY_MAX];
};

/* What the engine knows of models: which one is in force, and what its closed trades have taught.
 */
struct learning {
    uint8_t model[MODEL_HASH_SIZE]; /* zeros: none */
    int8_t trained[STRATEGY_MAX];   /* index in the model; MODEL_NONE_TRAINED */
    int8_t pooled;
    struct online online[STRATEGY_MAX]; /* no features: there is none */
    struct model_scores scores[STRATEGY_MAX];
    struct watch watches[STRATEGY_MAX];
    uint32_t demoted;     /* mask of strategies: their model has failed, and is a shadow */
    uint64_t turn;        /* EVENT_MODEL's */
    struct bandit bandit; /* zeros where `model.bandit` never was on */
};

/* Candidates that are followed at once, of a pair, and of one strategy on it: most hold for hours,
 * and the ninth of a strategy that overlaps eight others says a ninth of what one alone would. */
#define FOLLOWED_MAX 64
#define FOLLOWED_EACH 12

/* A candidate that a model was asked about, until it is known what became of it. */
struct followed {
    struct virtual_trade outcome;
    int64_t begun_ns;              /* the end of the candle that it was said at */
    double begun;                  /* overlap_join's */
    double probability, heuristic; /* that it was given; NaN: none */
    bool yes, heuristic_yes;
    bool blind; /* it cannot be followed: its own trade alone says what became of it */
    bool taken; /* the bot's own: how its trade ends is what counts */
    uint8_t strategy;
    float features[FEATURE_COUNT];
};

struct pair_state {
    struct pair terms;
    bool listed; /* terms are known */
    bool stale;

    int64_t decided_ns;  /* newest boundary decided on; INT64_MIN none */
    double price;        /* last heard; 0 none */
    uint32_t learned;    /* timeframes that closed with the candle told ahead of its batch */
    int64_t asked_ns;    /* the candle that `votes` are of; INT64_MIN none */
    uint32_t vote_count; /* whoever had something to say of it */
    struct vote votes[STRATEGY_MAX];
    bool sized; /* `sizing` is what the bandit was told of the last entry placed here */
    struct bandit_context sizing;
    uint32_t traded;       /* entries filled this UTC day */
    uint64_t candle_count; /* base candles seen in batches */
    double notes[STRATEGY_MAX][STRATEGY_STATE_MAX];
    struct cooldown cooldowns[STRATEGY_SEAT_MAX][2]; /* by seat and cooldown_side */
    struct book book;
    struct book_score score; /* of the book */
    struct crash_window crash;
    uint32_t followed_count;
    bool rejoined;       /* adopted: the next candle must be the one after followed_ns, or before */
    int64_t followed_ns; /* the newest candle that those followed have met */
    struct overlap overlaps[STRATEGY_MAX];
    struct panel panel;
    struct series series;
    struct followed followed[FOLLOWED_MAX]; /* in the order of time */
};

struct engine {
    uint32_t version;
    uint32_t reserved;
    uint64_t size;
    struct engine_config config;
    struct panel_plan plan;
    uint32_t slots[STRATEGY_MAX][STRATEGY_SLOT_MAX];
    uint32_t exit_slot;    /* the ATR that stops follow; PANEL_SLOT_MAX none */
    uint32_t size_slot;    /* the ATR that sizes follow; PANEL_SLOT_MAX none */
    bool follows_all;      /* the configuration gives every position an exit plan */
    double round_trip_fee; /* of a taker's entry and exit, a fraction */
    struct voice voices[STRATEGY_MAX];
    struct chain_plan chain;
    uint32_t tastes[STRATEGY_MAX]; /* of each strategy */
    uint32_t off, shadow;          /* masks of strategies: not asked; asked, and not listened to */
    struct mood mood;
    struct surroundings around; /* what models are told of the boundary at around_ns */
    int64_t around_ns;
    int64_t time_ns;     /* of the newest event */
    int64_t boundary_ns; /* newest batch */
    uint64_t event_count;
    uint64_t decision_count; /* (pair, boundary) looked at by a strategy */
    uint64_t record_next;
    bool paused;
    bool held;    /* like paused, by the recorder instead of the operator: it lifts by itself */
    bool flatten; /* everything is to be sold, what still fills included; until resumed */
    bool loss_limit_told;
    bool target_told; /* the day's profit target is reached */
    /* The strategies that vote, in their order, and behind them those of earlier sessions that hold
     * a position, an order, a cooldown or a part. */
    struct strategy_seat seats[STRATEGY_SEAT_MAX];
    uint32_t dials;                      /* mask: limits that the operator has set */
    double dials_configured[DIAL_COUNT]; /* what the configuration says, of all; NAN: not known, in
                                            one read back from an old estate */
    bool halted;                         /* paused by the drawdown guard, until resumed */
    int64_t guard_peak; /* what the guard measures from since then, until the account's highest
                           equity is passed; 0: from that */
    struct crash crash;
    int64_t flows_from_ns; /* since when the account is followed: what was paid in before that is
                              capital; 0 not yet */
    uint32_t flow_next;
    struct venue_id flows[ENGINE_FLOW_MAX]; /* ledger entries counted: a ring */
    struct order last_order;                /* the one last reported on, as the report left it */
    struct portfolio portfolio;
    struct learning learning;
    struct pair_state pairs[];
};

size_t engine_size(uint32_t pair_count);

/* Everything from the start. `engine` has engine_size(config->pair_count) bytes, zeroed by whoever
 * obtained them: the candle rings are not touched before they are used. */
void engine_init(struct engine *engine, const struct engine_config *config);

/* After the strategies' own indicators: the ATRs that stops and sizes follow, PANEL_SLOT_MAX where
 * none is asked for. plan->refused: there is no room, and engine_init must not be called. */
void engine_plan_atrs(const struct engine_config *config, struct panel_plan *plan,
                      uint32_t *ret_exit, uint32_t *ret_size);

/* Candles of a timeframe that must be fed before every strategy on it can speak. */
uint32_t engine_warmup(const struct engine *engine, enum timeframe timeframe);

/* The venue's word on a pair, before its first candle; again when it changes: what is held and
 * ordered then goes on in the new terms. (EVENT_PAIR.) */
void engine_set_terms(struct engine *engine, uint32_t pair, const struct pair *terms);

/*
 * Takes over what an earlier session owned: cash, positions, orders, figures and what was decided.
 * Strategies are found by name; what was bought by one that is not here is nobody's until it is.
 * `map[i]` is the pair here that was pair i there; UINT32_MAX: gone, which is refused (false, and
 * nothing taken) when a position or an order stands on it.
 */
bool engine_adopt(struct engine *engine, const struct engine *before, const uint32_t *map);

/* What stands against an entry on the pair now, before anybody has voted; 0 nothing. Who looks at a
 * session asks: the engine itself asks again, with the votes. */
enum verdict engine_against(const struct engine *engine, uint32_t pair);

/* What risk.max_drawdown is compared with: how far equity is below its peak, or below the peak
 * since the operator resumed; a fraction. */
double engine_guard_drawdown(const struct engine *engine);

/* Whom the model in force knows; `model` NULL: there is none. */
struct blend_models engine_models(const struct engine *engine);

/* The one way in. `out` is emptied first. */
void engine_step(struct engine *engine, const struct event *event, struct actions *out);
