/* SPDX-License-Identifier: MIT */
#include "core/market/book_score.h"

#include <string.h>

/* Other gaps than itself that a void is measured by. */
#define VOID_PEERS_MIN 4

#define ROW(member) OPTION_FIELD(struct book_score_config, member)

const struct option book_score_options[] = {
    {"levels", OPTION_INT, "levels", "10", 1, BOOK_SCORE_LEVELS_MAX, NULL, ROW(levels),
     "Best levels a side that are looked at"},
    {"decay", OPTION_REAL, "0..1", "0.8", 0.1, 1, NULL, ROW(decay),
     "What a level weighs of the one before it; 1: all alike"},
    {"window", OPTION_DURATION, "", "10s", 1, 600, NULL, ROW(window_ns),
     "Quantity added and taken is summed over this"},
    {"whale_times", OPTION_REAL, "x", "10", 2, 1000, NULL, ROW(whale_times),
     "A level so many times the mean of its peers is a whale"},
    {"void_times", OPTION_REAL, "x", "5", 2, 1000, NULL, ROW(void_times),
     "A gap between two levels so many times the mean of the others is a void"},
    {"void_min", OPTION_REAL, "of price", "0.00005", 0, 0.1, NULL, ROW(void_min),
     "and it is so wide at least"},
    {"spoof_life", OPTION_DURATION, "", "30s", 1, 3600, NULL, ROW(spoof_life_ns),
     "A whale that is taken away untraded after longer was meant"},
    {"spoof_near", OPTION_REAL, "of price", "0.001", 0, 1, NULL, ROW(spoof_near),
     "The best price must have come so near before it was taken away"},
    {"spoof_memory", OPTION_DURATION, "", "60s", 1, 3600, NULL, ROW(spoof_memory_ns),
     "A spoof counts less and less, and after this nothing"},
    {"spoof_full", OPTION_REAL, "spoofs", "3", 1, BOOK_SPOOFS_MAX, NULL, ROW(spoof_full),
     "So many fresh ones more on one side than on the other are the whole figure"},
    {"imbalance_weight", OPTION_REAL, "", "0.4", 0, 1, NULL, ROW(imbalance_weight),
     "Of the weighted imbalance in the score"},
    {"delta_weight", OPTION_REAL, "", "0.25", 0, 1, NULL, ROW(delta_weight),
     "Of what was added and taken in the window"},
    {"whales_weight", OPTION_REAL, "", "0.15", 0, 1, NULL, ROW(whales_weight), "Of the whales"},
    {"voids_weight", OPTION_REAL, "", "0.1", 0, 1, NULL, ROW(voids_weight), "Of the voids"},
    {"spoofing_weight", OPTION_REAL, "", "0.1", 0, 1, NULL, ROW(spoofing_weight),
     "Of the spoofing"},
};
const uint32_t book_score_option_count = sizeof book_score_options / sizeof book_score_options[0];

/* A price as a number that grows away from the market, on either side. */
static inline int64_t depth_of(enum side side, int64_t price_ticks)
{
    return side == SIDE_BUY ? -price_ticks : price_ticks;
}

/* The deepest price of which a ladder can speak. */
static int64_t horizon(const struct ladder *ladder, enum side side)
{
    return ladder->whole ? INT64_MAX
                         : depth_of(side, ladder->levels[ladder->count - 1].price_ticks);
}

/* What was added less what went away, at prices that both ladders show. Both have a level. */
static double net_change(const struct ladder *old, const struct ladder *new, enum side side)
{
    const int64_t old_end = horizon(old, side), new_end = horizon(new, side);
    const int64_t end = old_end < new_end ? old_end : new_end;
    double net = 0;
    uint32_t i = 0, k = 0;
    while (i < old->count || k < new->count) {
        const int64_t was = i < old->count ? depth_of(side, old->levels[i].price_ticks) : INT64_MAX;
        const int64_t is = k < new->count ? depth_of(side, new->levels[k].price_ticks) : INT64_MAX;
        if ((was < is ? was : is) > end) {
            break;
        }
        net -= i < old->count && was <= is ? (double)old->levels[i++].qty_lots : 0;
        net += k < new->count &&is <= was ? (double)new->levels[k++].qty_lots : 0;
    }
    return net;
}

static struct book_flow *flow_now(struct book_score *score, int64_t window_ns)
{
    const int64_t number = score->time_ns / (window_ns / BOOK_FLOW_PARTS);
    struct book_flow *flow = &score->flows[number % BOOK_FLOW_PARTS];
    if (flow->number != number) {
        *flow = (struct book_flow){.number = number};
    }
    return flow;
}

/* The best levels of a side of the book. Returns false when they are those of before. */
static bool look(struct ladder *ladder, const struct book_side *half, uint32_t depth,
                 uint32_t levels)
{
    const uint32_t count = half->count < levels ? half->count : levels;
    const bool whole = half->count == count && count < depth;
    if (ladder->count == count && ladder->whole == whole &&
        memcmp(ladder->levels, half->levels, count * sizeof half->levels[0]) == 0) {
        return false;
    }
    ladder->count = count;
    ladder->whole = whole;
    memcpy(ladder->levels, half->levels, count * sizeof half->levels[0]);
    return true;
}

static void update_side(struct book_score *score, const struct book_score_config *config,
                        const struct book *book, enum side side)
{
    const struct wall_rule rule = {config->whale_times, config->spoof_near, config->spoof_life_ns};
    const struct book_side *half = side == SIDE_BUY ? &book->bids : &book->asks;
    struct ladder *ladder = &score->ladders[side];
    const struct ladder old = *ladder;
    if (!look(ladder, half, book->depth, (uint32_t)config->levels)) {
        return;
    }
    if (old.count > 0) {
        flow_now(score, config->window_ns)->net_lots[side] += net_change(&old, ladder, side);
    }
    walls_update(&score->walls[side], &rule, side, ladder, score->time_ns);
}

void book_score_update(struct book_score *score, const struct book_score_config *config,
                       const struct book *book, int64_t time_ns)
{
    if (time_ns > score->time_ns) {
        score->time_ns = time_ns;
    }
    if (!book_sound(book)) {
        book_score_forget(score);
        return;
    }
    for (int side = 0; side < 2; side++) {
        walls_settle(&score->walls[side], score->time_ns);
        update_side(score, config, book, (enum side)side);
    }
}

void book_score_trade(struct book_score *score, const struct trade *trade)
{
    walls_trade(&score->walls[trade->taker == SIDE_BUY ? SIDE_SELL : SIDE_BUY], trade);
}

void book_score_forget(struct book_score *score)
{
    for (int side = 0; side < 2; side++) {
        score->ladders[side].count = 0;
        walls_forget(&score->walls[side]);
    }
}

static double cut(double value)
{
    return value > 1 ? 1 : value < -1 ? -1 : value;
}

/* A side's quantities, and of them the whales': plain and by the weight of their level. */
struct quantity {
    double lots;
    double weighted;
    double whales;
};

static struct quantity weigh(const struct ladder *ladder, int64_t least, double decay)
{
    struct quantity sum = {0};
    double weight = 1;
    for (uint32_t i = 0; i < ladder->count; i++) {
        const double lots = (double)ladder->levels[i].qty_lots;
        sum.lots += lots;
        sum.weighted += weight * lots;
        sum.whales += ladder->levels[i].qty_lots >= least ? weight * lots : 0;
        weight *= decay;
    }
    return sum;
}

/* Added less taken over the window, bids less asks. */
static double net_flow(const struct book_score *score, int64_t window_ns, int64_t now_ns)
{
    const int64_t number = now_ns / (window_ns / BOOK_FLOW_PARTS);
    double net = 0;
    for (uint32_t i = 0; i < BOOK_FLOW_PARTS; i++) {
        const struct book_flow *flow = &score->flows[i];
        if (flow->number > number - BOOK_FLOW_PARTS) {
            net += flow->net_lots[SIDE_BUY] - flow->net_lots[SIDE_SELL];
        }
    }
    return net;
}

/* What the two ladders measure from end to end, and the number of gaps in them. */
struct gaps {
    double span;
    uint32_t count;
};

static struct gaps measure(const struct ladder *ladders)
{
    struct gaps all = {0};
    for (int side = 0; side < 2; side++) {
        const struct ladder *ladder = &ladders[side];
        const int64_t worst = ladder->levels[ladder->count - 1].price_ticks;
        all.span += (double)ladder_behind(ladder, (enum side)side, worst);
        all.count += ladder->count - 1;
    }
    return all;
}

/* decay^i of the nearest void. */
static double nearest_void(const struct ladder *ladder, enum side side, const struct gaps *all,
                           const struct book_score_config *config)
{
    double weight = 1;
    if (all->count < 1 + VOID_PEERS_MIN) {
        return 0;
    }
    for (uint32_t i = 0; i + 1 < ladder->count; i++) {
        const int64_t price = ladder->levels[i].price_ticks;
        const double gap =
            (double)(depth_of(side, ladder->levels[i + 1].price_ticks) - depth_of(side, price));
        /* The cheaper half first: the other divides. */
        if (gap >= config->void_min * (double)price &&
            gap >= config->void_times * ((all->span - gap) / (double)(all->count - 1))) {
            return weight;
        }
        weight *= config->decay;
    }
    return 0;
}

static double blend(const struct book_figures *part, const struct book_score_config *config)
{
    const double weights = config->imbalance_weight + config->delta_weight + config->whales_weight +
                           config->voids_weight + config->spoofing_weight;
    const double sum = config->imbalance_weight * part->imbalance +
                       config->delta_weight * part->delta + config->whales_weight * part->whales +
                       config->voids_weight * part->voids +
                       config->spoofing_weight * part->spoofing;
    return weights > 0 ? cut(sum / weights) : 0;
}

void book_score_read(const struct book_score *score, const struct book_score_config *config,
                     int64_t now_ns, struct book_figures *ret)
{
    const struct ladder *ladders = score->ladders;
    *ret = (struct book_figures){0};
    if (ladders[SIDE_BUY].count == 0 || ladders[SIDE_SELL].count == 0) {
        return;
    }
    now_ns = now_ns > score->time_ns ? now_ns : score->time_ns;
    const struct quantity bids =
        weigh(&ladders[SIDE_BUY], score->walls[SIDE_BUY].least_lots, config->decay);
    const struct quantity asks =
        weigh(&ladders[SIDE_SELL], score->walls[SIDE_SELL].least_lots, config->decay);
    const struct gaps gaps = measure(ladders);
    const double weighted = bids.weighted + asks.weighted;
    ret->imbalance = (bids.weighted - asks.weighted) / weighted;
    ret->delta = cut(net_flow(score, config->window_ns, now_ns) / (bids.lots + asks.lots));
    ret->whales = (bids.whales - asks.whales) / weighted;
    ret->voids = nearest_void(&ladders[SIDE_SELL], SIDE_SELL, &gaps, config) -
                 nearest_void(&ladders[SIDE_BUY], SIDE_BUY, &gaps, config);
    ret->spoofing = cut((walls_spoofing(&score->walls[SIDE_SELL], config->spoof_memory_ns, now_ns) -
                         walls_spoofing(&score->walls[SIDE_BUY], config->spoof_memory_ns, now_ns)) /
                        config->spoof_full);
    ret->score = blend(ret, config);
}
