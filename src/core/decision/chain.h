/* SPDX-License-Identifier: MIT */
/*
 * The parts of the decision beside the vote, in the order in which they speak:
 *
 *     cooldown     whose vote is not listened to
 *     regime       how the votes weigh; more confidence, other exits, another size
 *     confluence   the vote itself (confluence.h)
 *     model        an entry's confidence is blended with what it says (blend.h)
 *     filters      every one that is on must pass
 *     mood         the whole market's regime may stop an entry
 *     agreement    every timeframe asked must agree
 *
 * Each is off by default, and then asks the panel for nothing. What refuses, or asks for more
 * confidence, is asked of entries alone: an exit needs no more than the vote. docs/decisions.md has
 * every number.
 */
#pragma once

#include "core/decision/agreement.h"
#include "core/decision/blend.h"
#include "core/decision/confluence.h"
#include "core/decision/cooldown.h"
#include "core/decision/filters.h"
#include "core/decision/mood.h"
#include "core/decision/planned.h"
#include "core/decision/regime.h"
#include "core/model/bandit.h"

struct chain_config {
    struct cooldown_config cooldown;
    struct regime_config regime;
    struct filters_config filters;
    struct mood_config mood;
    struct agreement_config agreement;
    struct blend_config model;
};

/* Where in the panel each part finds its indicators, and which strategies the regime knows. */
struct chain_plan {
    bool any; /* some part is on */
    uint32_t filters[FILTERS_SLOT_COUNT];
    uint32_t regime[REGIME_SLOT_COUNT];
    uint32_t mood;
    struct agreement_slots agreement;
    uint32_t model[FEATURES_SLOT_COUNT];
};

/* What the parts found for one decision. */
struct chain_findings {
    struct finding filters[FILTER_COUNT];
    struct finding timeframes[TIMEFRAME_COUNT];
    enum filter filter_first;       /* the first that stops; FILTER_COUNT none */
    enum timeframe timeframe_first; /* TIMEFRAME_COUNT none */
    struct regime regime;
    struct mood mood;
    struct regime_effect effect; /* of both */
    struct blend blend;          /* of an entry */
    struct planned planned;      /* likewise */
    struct bandit_said bandit;   /* likewise */
    uint32_t cooling;            /* votes not listened to that would have counted */
    bool cooling_lost;           /* the longest of their cooldowns follows a loss */
    int64_t cooling_left_ns;     /* how much longer it lasts; 0 none */
};

/* Checks each part's options against each other: NULL, or what is wrong; *ret_part is its section.
 */
const char *chain_check(const struct chain_config *config, const char **ret_part);

void chain_plan(const struct chain_config *config, struct panel_plan *plan, struct chain_plan *ret);

/* The regime of a pair and the market's mood, and what both make of an entry. */
void chain_read(const struct chain_config *config, const struct chain_plan *plan,
                const struct panel_cell *cells, const struct mood *mood,
                struct chain_findings *findings);

/* Of an entry alone: asks for the confidence that the findings, and the timeframes, ask for. */
void chain_raise_gate(const struct chain_config *config, const struct chain_findings *findings,
                      struct confluence *all);

/* Asks the filters and the timeframes about an entry in the vote's direction. */
void chain_ask(const struct chain_config *config, const struct chain_plan *plan,
               const struct series *series, const struct panel_cell *cells,
               const struct confluence *all, struct chain_findings *findings);
