/* SPDX-License-Identifier: MIT */
/*
 * Limits beside those of size, three of them written as lists (list.h).
 *
 *     groups       BTC ETH | SOL AVAX         pairs that move together
 *     pairs        PEPE 0.05 | BTC/USD 0.3    the most of equity that a position there may cost
 *     strategies   trend 0.3 2 | swing 0.2    the most of equity that all positions a strategy
 *                                             voted for may cost, and how many there may be
 *
 * A name that no pair has limits nothing: what is listed changes. Every limit at 0 or "" is none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/pair.h"
#include "core/portfolio/portfolio.h"
#include "core/risk/list.h"

struct limit_config {
    double max_drawdown; /* below the highest equity since the operator resumed; a part of it */
    double max_at_risk;  /* the loss of all positions at their stops, of equity */
    int64_t cool_off_losses;
    int64_t cool_off_ns;
    int64_t group_positions;
    char groups[LIST_SIZE];
    char pairs[LIST_SIZE];
    char strategies[LIST_SIZE];
};

/* What a limit leaves: a share of equity, and a number of positions, UINT32_MAX for any. */
struct limit_share {
    double cost;
    uint32_t positions;
};

/* NULL, or what is wrong with one of the lists; `ret_option` is then its name. */
const char *limits_fault(const struct limit_config *config, const char **ret_option);

/* The pair's; false where it is named nowhere. Of several the tightest. */
bool limits_of_pair(const struct limit_config *config, const struct pair *pair,
                    struct limit_share *ret);

/* The same of a strategy, by its name. */
bool limits_of_strategy(const struct limit_config *config, const char *name,
                        struct limit_share *ret);

/* Which of the groups name the pair: bit i for item i. */
uint64_t limits_groups_of(const struct limit_config *config, const struct pair *pair);

/* As many losses in a row as cool off, the last of them not long enough ago. */
bool limits_cooling(const struct limit_config *config, const struct tally *tally, int64_t now_ns);
