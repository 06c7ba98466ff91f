/* SPDX-License-Identifier: MIT */
#include "core/risk/limits.h"

#include <string.h>

#include "core/base/decimal.h"
#include "core/risk/list.h"
#include "core/strategy/strategy.h"

#define PPM_DECIMALS 6

/* A share of equity, above 0 and at most 1. */
static bool share_from(struct list_word word, double *ret)
{
    int64_t ppm = 0;
    if (!decimal_parse(word.at, word.len, PPM_DECIMALS, &ppm) || ppm <= 0 || ppm > 1000000) {
        return false;
    }
    *ret = (double)ppm / 1e6;
    return true;
}

static bool count_from(struct list_word word, uint32_t *ret)
{
    int64_t count = 0;
    if (!decimal_parse(word.at, word.len, 0, &count) || count <= 0 || count > POSITION_MAX) {
        return false;
    }
    *ret = (uint32_t)count;
    return true;
}

/* "trend 0.3 2": a name, a share, and where `most` is 3 perhaps a count. */
static bool share_item(const struct list_item *item, uint32_t most, struct limit_share *ret)
{
    *ret = (struct limit_share){.positions = UINT32_MAX};
    return item->count >= 2 && item->count <= most && share_from(item->words[1], &ret->cost) &&
           (item->count < 3 || count_from(item->words[2], &ret->positions));
}

static bool is_strategy(struct list_word word)
{
    for (uint32_t i = 0; i < strategy_table_count; i++) {
        if (list_is(word, strategy_table[i]->name)) {
            return true;
        }
    }
    return false;
}

static const char *groups_fault(const char *text)
{
    struct list_item item;
    for (uint32_t i = 0; list_next(&text, &item); i++) {
        if (i >= 64 || item.count > LIST_WORD_MAX) {
            return "at most 64 groups of 64 pairs";
        }
    }
    return NULL;
}

static const char *pairs_fault(const char *text)
{
    struct list_item item;
    struct limit_share share;
    while (list_next(&text, &item)) {
        if (item.count > 0 && !share_item(&item, 2, &share)) {
            return "each item is a pair and a share of equity above 0 and at most 1: "
                   "\"PEPE 0.05 | BTC/USD 0.3\"";
        }
    }
    return NULL;
}

static const char *strategies_fault(const char *text)
{
    struct list_item item;
    struct limit_share share;
    while (list_next(&text, &item)) {
        if (item.count > 0 && (!share_item(&item, 3, &share) || !is_strategy(item.words[0]))) {
            return "each item is a strategy, a share of equity above 0 and at most 1, and perhaps "
                   "a number of positions: \"trend 0.3 2 | mean_reversion 0.2\"";
        }
    }
    return NULL;
}

const char *limits_fault(const struct limit_config *config, const char **ret_option)
{
    const struct {
        const char *option, *text;
        const char *(*fault)(const char *text);
    } lists[] = {
        {"groups", config->groups, groups_fault},
        {"pair_limits", config->pairs, pairs_fault},
        {"strategy_limits", config->strategies, strategies_fault},
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const char *const fault = lists[i].fault(lists[i].text);
        if (fault != NULL) {
            *ret_option = lists[i].option;
            return fault;
        }
    }
    return NULL;
}

/* Takes the item's share where it is tighter than what was found before. */
static void tighten(struct limit_share *all, const struct limit_share *share)
{
    all->cost = share->cost < all->cost ? share->cost : all->cost;
    all->positions = share->positions < all->positions ? share->positions : all->positions;
}

bool limits_of_pair(const struct limit_config *config, const struct pair *pair,
                    struct limit_share *ret)
{
    struct list_item item;
    struct limit_share all = {1, UINT32_MAX}, share;
    bool found = false;
    for (const char *at = config->pairs; list_next(&at, &item);) {
        if (item.count > 0 && list_names(item.words[0], pair) && share_item(&item, 2, &share)) {
            tighten(&all, &share);
            found = true;
        }
    }
    if (found) {
        *ret = all;
    }
    return found;
}

bool limits_of_strategy(const struct limit_config *config, const char *name,
                        struct limit_share *ret)
{
    struct list_item item;
    struct limit_share all = {1, UINT32_MAX}, share;
    bool found = false;
    for (const char *at = config->strategies; list_next(&at, &item);) {
        if (item.count > 0 && list_is(item.words[0], name) && share_item(&item, 3, &share)) {
            tighten(&all, &share);
            found = true;
        }
    }
    if (found) {
        *ret = all;
    }
    return found;
}

uint64_t limits_groups_of(const struct limit_config *config, const struct pair *pair)
{
    struct list_item item;
    uint64_t groups = 0;
    const char *at = config->groups;
    for (uint32_t i = 0; i < 64 && list_next(&at, &item); i++) {
        for (uint32_t w = 0; w < item.count && w < LIST_WORD_MAX; w++) {
            groups |= list_names(item.words[w], pair) ? UINT64_C(1) << i : 0;
        }
    }
    return groups;
}

bool limits_cooling(const struct limit_config *config, const struct tally *tally, int64_t now_ns)
{
    return config->cool_off_losses > 0 && tally->streak >= (uint64_t)config->cool_off_losses &&
           now_ns - tally->lost_ns < config->cool_off_ns;
}
