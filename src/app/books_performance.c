/* SPDX-License-Identifier: MIT */
/*
 * How closed trades have done: all of those that were asked for, and the same by strategy, pair,
 * hour and weekday of the opening (UTC). A trade counts with each strategy that wanted it.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/books_internal.h"
#include "core/base/timestamp.h"
#include "research/metrics.h"

#define NAME_MAX_COUNT 1024 /* different ones; what comes later is told as "others" */
#define SLOT_COUNT 4096     /* a power of two, well above */
#define STRATEGY_MOST 64    /* the bits of a mask; the last is "others" */

/* A text's number, first come first served. */
struct names {
    uint32_t count;
    uint16_t slots[SLOT_COUNT]; /* number + 1; 0: free */
    char texts[NAME_MAX_COUNT][LEDGER_NAMES_MAX];
};

struct part {
    const char *value;
    struct trade_tally tally;
    int64_t pnl, fees;
    uint64_t met; /* in the order of their holding, until the one in the middle */
    int64_t held_ns;
};

/* Of a trade what is left to know once it is added up. */
struct kept {
    int64_t held_ns;
    uint64_t strategies;
    uint16_t pair;
    uint8_t hour, weekday;
};

struct performance {
    size_t count, room;
    struct kept *trades;
    bool short_of_memory;
    struct names pairs, mixes, strategies;
    uint64_t masks[NAME_MAX_COUNT]; /* of each mix, its strategies */
    struct part whole, by_pair[NAME_MAX_COUNT], by_strategy[STRATEGY_MOST], by_hour[24],
        by_weekday[7];
};

/* FNV-1a. */
static uint32_t hash_of(const char *text, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    }
    return hash;
}

/* `most` is the number of the others. */
static uint32_t number_of(struct names *names, const char *text, size_t len, uint32_t most,
                          bool *ret_new)
{
    uint32_t at = hash_of(text, len) & (SLOT_COUNT - 1);
    for (; names->slots[at] != 0; at = (at + 1) & (SLOT_COUNT - 1)) {
        const char *held = names->texts[names->slots[at] - 1];
        if (strncmp(held, text, len) == 0 && held[len] == '\0') {
            *ret_new = false;
            return names->slots[at] - 1u;
        }
    }
    *ret_new = names->count < most;
    if (!*ret_new) {
        snprintf(names->texts[most], LEDGER_NAMES_MAX, "others");
        names->count = most + 1;
        return most;
    }
    snprintf(names->texts[names->count], LEDGER_NAMES_MAX, "%.*s", (int)len, text);
    names->slots[at] = (uint16_t)(names->count + 1);
    return names->count++;
}

static uint64_t mask_of(struct performance *all, const char *mix)
{
    bool fresh = false;
    const uint32_t number = number_of(&all->mixes, mix, strlen(mix), NAME_MAX_COUNT - 1, &fresh);
    if (!fresh && number < NAME_MAX_COUNT - 1) {
        return all->masks[number];
    }
    uint64_t mask = 0;
    const char *at = mix[0] != '\0' ? mix : "unknown";
    while (*at != '\0') {
        const size_t len = strcspn(at, "+");
        mask |= UINT64_C(1) << number_of(&all->strategies, at, len, STRATEGY_MOST - 1, &fresh);
        at += len + (at[len] == '+');
    }
    all->masks[number] = mask;
    return mask;
}

static bool keep(struct performance *all, const struct kept *trade)
{
    if (all->count == all->room) {
        const size_t room = all->room == 0 ? 4096 : all->room * 2;
        struct kept *trades = realloc(all->trades, room * sizeof *trades);
        if (trades == NULL) {
            return false;
        }
        all->trades = trades;
        all->room = room;
    }
    all->trades[all->count++] = *trade;
    return true;
}

/* The parts that a trade is of. */
static uint32_t parts_of(struct performance *all, const struct kept *trade,
                         struct part *parts[STRATEGY_MOST + 4])
{
    uint32_t count = 0;
    parts[count++] = &all->whole;
    parts[count++] = &all->by_pair[trade->pair];
    parts[count++] = &all->by_hour[trade->hour];
    parts[count++] = &all->by_weekday[trade->weekday];
    for (uint64_t left = trade->strategies; left != 0; left &= left - 1) {
        parts[count++] = &all->by_strategy[__builtin_ctzll(left)];
    }
    return count;
}

static void take_trade(void *context, const struct ledger_trade *row)
{
    struct performance *all = context;
    struct part *parts[STRATEGY_MOST + 4];
    bool fresh;
    const int64_t hours = row->opened_ns / NS_PER_HOUR;
    const struct kept trade = {
        .held_ns = row->closed_ns - row->opened_ns,
        .strategies = mask_of(all, row->strategies),
        .pair = (uint16_t)number_of(&all->pairs, row->symbol, strlen(row->symbol),
                                    NAME_MAX_COUNT - 1, &fresh),
        .hour = (uint8_t)(hours % 24),
        .weekday = (uint8_t)((hours / 24 + 3) % 7), /* 1970 began on a Thursday */
    };
    all->short_of_memory = !keep(all, &trade) || all->short_of_memory;
    const uint32_t count = parts_of(all, &trade, parts);
    for (uint32_t i = 0; i < count; i++) {
        trade_tally_add(&parts[i]->tally, row->pnl, row->cost, trade.held_ns);
        parts[i]->pnl += row->pnl;
        parts[i]->fees += row->fee;
    }
}

static int by_held(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    return (x->held_ns > y->held_ns) - (x->held_ns < y->held_ns);
}

/* The median of every part, by one walk from the shortest: of an even number the lower. */
static void find_medians(struct performance *all)
{
    struct part *parts[STRATEGY_MOST + 4];
    if (all->count > 0) {
        qsort(all->trades, all->count, sizeof *all->trades, by_held);
    }
    for (size_t i = 0; i < all->count; i++) {
        const uint32_t count = parts_of(all, &all->trades[i], parts);
        for (uint32_t p = 0; p < count; p++) {
            if (++parts[p]->met == (parts[p]->tally.count + 1) / 2) {
                parts[p]->held_ns = all->trades[i].held_ns;
            }
        }
    }
}

/* An average of money has more digits than money. */
static void put_average(struct json_writer *writer, const char *key, double money)
{
    if (isfinite(money)) {
        json_put_decimal_string(writer, key, llround(money), MONEY_DECIMALS);
    } else {
        json_put_null(writer, key);
    }
}

static void put_part(struct json_writer *writer, const char *key, const struct part *part)
{
    struct trade_metrics m;
    trade_tally_measure(&part->tally, &m);
    json_begin_object(writer, key);
    if (part->value != NULL) {
        json_put_string(writer, "value", part->value);
    } else {
        json_put_null(writer, "value");
    }
    json_put_uint(writer, "trades", part->tally.count);
    json_put_uint(writer, "won", part->tally.won);
    json_put_uint(writer, "lost", part->tally.lost);
    json_put_real(writer, "win_rate", m.win_rate);
    json_put_real(writer, "profit_factor", m.profit_factor);
    put_average(writer, "expectancy", m.expectancy);
    json_put_decimal_string(writer, "pnl", part->pnl, MONEY_DECIMALS);
    json_put_decimal_string(writer, "fees", part->fees, MONEY_DECIMALS);
    put_average(writer, "average_win", m.average_win);
    put_average(writer, "average_loss", m.average_loss);
    put_average(writer, "best", m.best);
    put_average(writer, "worst", m.worst);
    json_put_real(writer, "hold_seconds",
                  part->tally.count > 0 ? (double)part->held_ns / (double)NS_PER_S : NAN);
    json_end_object(writer);
}

static int by_value(const void *a, const void *b)
{
    return strcmp(((const struct part *)a)->value, ((const struct part *)b)->value);
}

static void put_named(struct json_writer *writer, const char *key, struct part *parts,
                      const struct names *names)
{
    for (uint32_t i = 0; i < names->count; i++) {
        parts[i].value = names->texts[i];
    }
    qsort(parts, names->count, sizeof *parts, by_value);
    json_begin_array(writer, key);
    for (uint32_t i = 0; i < names->count; i++) {
        put_part(writer, NULL, &parts[i]);
    }
    json_end_array(writer);
}

static void put_hours(struct json_writer *writer, struct performance *all)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    char hour[8];
    json_begin_array(writer, "hour");
    for (uint32_t i = 0; i < 24; i++) {
        snprintf(hour, sizeof hour, "%u", i);
        all->by_hour[i].value = hour;
        put_part(writer, NULL, &all->by_hour[i]);
    }
    json_end_array(writer);
    json_begin_array(writer, "weekday");
    for (uint32_t i = 0; i < 7; i++) {
        all->by_weekday[i].value = days[i];
        put_part(writer, NULL, &all->by_weekday[i]);
    }
    json_end_array(writer);
}

static void put_answer(const struct books *books, const struct query *query,
                       struct performance *all, struct json_writer *writer)
{
    json_begin_object(writer, NULL);
    json_put_string(writer, "currency", books->currency);
    books_put_span(writer, query);
    put_part(writer, "whole", &all->whole);
    json_begin_object(writer, "by");
    put_named(writer, "strategy", all->by_strategy, &all->strategies);
    put_named(writer, "pair", all->by_pair, &all->pairs);
    put_hours(writer, all);
    json_end_object(writer);
    json_end_object(writer);
}

int books_performance(struct books *books, const struct query *query, struct json_writer *writer)
{
    const struct ledger_filter filter = books_filter(query);
    struct performance *all = calloc(1, sizeof *all);
    if (all == NULL) {
        return -ENOMEM;
    }
    int code = ledger_page_trades(books->ledger, &filter, (struct ledger_span){UINT32_MAX, 0},
                                  take_trade, all);
    code = code == 0 && all->short_of_memory ? -ENOMEM : code;
    if (code == 0) {
        find_medians(all);
        put_answer(books, query, all, writer);
    }
    free(all->trades);
    free(all);
    return code;
}
