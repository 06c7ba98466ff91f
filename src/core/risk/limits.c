/* SPDX-License-Identifier: MIT */
#include "core/risk/limits.h"

#include <string.h>

#include "core/base/decimal.h"
#include "core/strategy/strategy.h"

#define PPM_DECIMALS 6

struct word {
    const char *at;
    size_t len;
};

struct item {
    uint32_t count;
    struct word words[LIMIT_WORD_MAX];
};

static bool is_blank(char c)
{
    return c == ' ' || c == ',' || c == '\t' || c == '\n';
}

/* The item at `*at`, which is left behind it; false at the end. Words too many are counted. */
static bool next_item(const char **at, struct item *ret)
{
    const char *text = *at;
    ret->count = 0;
    while (*text != '\0' && *text != '|') {
        if (is_blank(*text)) {
            text++;
            continue;
        }
        const char *const begin = text;
        while (*text != '\0' && *text != '|' && !is_blank(*text)) {
            text++;
        }
        if (ret->count < LIMIT_WORD_MAX) {
            ret->words[ret->count] = (struct word){begin, (size_t)(text - begin)};
        }
        ret->count++;
    }
    const bool any = *text == '|' || ret->count > 0;
    *at = *text == '|' ? text + 1 : text;
    return any;
}

static bool is_word(struct word word, const char *text)
{
    return strlen(text) == word.len && memcmp(word.at, text, word.len) == 0;
}

static bool names(struct word word, const struct pair *pair)
{
    return is_word(word, pair->base) || is_word(word, pair->symbol);
}

/* A share of equity, above 0 and at most 1. */
static bool share_from(struct word word, double *ret)
{
    int64_t ppm = 0;
    if (!decimal_parse(word.at, word.len, PPM_DECIMALS, &ppm) || ppm <= 0 || ppm > 1000000) {
        return false;
    }
    *ret = (double)ppm / 1e6;
    return true;
}

static bool count_from(struct word word, uint32_t *ret)
{
    int64_t count = 0;
    if (!decimal_parse(word.at, word.len, 0, &count) || count <= 0 || count > POSITION_MAX) {
        return false;
    }
    *ret = (uint32_t)count;
    return true;
}

/* "trend 0.3 2": a name, a share, and where `most` is 3 perhaps a count. */
static bool share_item(const struct item *item, uint32_t most, struct limit_share *ret)
{
    *ret = (struct limit_share){.positions = UINT32_MAX};
    return item->count >= 2 && item->count <= most && share_from(item->words[1], &ret->cost) &&
           (item->count < 3 || count_from(item->words[2], &ret->positions));
}

static bool is_strategy(struct word word)
{
    for (uint32_t i = 0; i < strategy_table_count; i++) {
        if (is_word(word, strategy_table[i]->name)) {
            return true;
        }
    }
    return false;
}

static const char *groups_fault(const char *text)
{
    struct item item;
    for (uint32_t i = 0; next_item(&text, &item); i++) {
        if (i >= 64 || item.count > LIMIT_WORD_MAX) {
            return "at most 64 groups of 64 pairs";
        }
    }
    return NULL;
}

static const char *pairs_fault(const char *text)
{
    struct item item;
    struct limit_share share;
    while (next_item(&text, &item)) {
        if (item.count > 0 && !share_item(&item, 2, &share)) {
            return "each item is a pair and a share of equity above 0 and at most 1: "
                   "\"PEPE 0.05 | BTC/USD 0.3\"";
        }
    }
    return NULL;
}

static const char *strategies_fault(const char *text)
{
    struct item item;
    struct limit_share share;
    while (next_item(&text, &item)) {
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
    struct item item;
    struct limit_share all = {1, UINT32_MAX}, share;
    bool found = false;
    for (const char *at = config->pairs; next_item(&at, &item);) {
        if (item.count > 0 && names(item.words[0], pair) && share_item(&item, 2, &share)) {
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
    struct item item;
    struct limit_share all = {1, UINT32_MAX}, share;
    bool found = false;
    for (const char *at = config->strategies; next_item(&at, &item);) {
        if (item.count > 0 && is_word(item.words[0], name) && share_item(&item, 3, &share)) {
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
    struct item item;
    uint64_t groups = 0;
    const char *at = config->groups;
    for (uint32_t i = 0; i < 64 && next_item(&at, &item); i++) {
        for (uint32_t w = 0; w < item.count && w < LIMIT_WORD_MAX; w++) {
            groups |= names(item.words[w], pair) ? UINT64_C(1) << i : 0;
        }
    }
    return groups;
}

bool limits_cooling(const struct limit_config *config, const struct tally *tally, int64_t now_ns)
{
    return config->cool_off_losses > 0 && tally->streak >= (uint64_t)config->cool_off_losses &&
           now_ns - tally->lost_ns < config->cool_off_ns;
}
