/* SPDX-License-Identifier: MIT */
#include "core/market/book_wall.h"

#define WHALE_PART 4 /* of a side's levels, one in so many may be a whale */
#define WHALES_MAX (BOOK_SCORE_LEVELS_MAX / WHALE_PART)

/* The `most` largest quantities, descending; returns the sum of all. */
static double largest(const struct ladder *ladder, int64_t *top, uint32_t most)
{
    double sum = 0;
    for (uint32_t i = 0; i < ladder->count; i++) {
        const int64_t lots = ladder->levels[i].qty_lots;
        sum += (double)lots;
        uint32_t k = i < most ? i : most;
        if (k == most && (most == 0 || lots <= top[most - 1])) {
            continue;
        }
        for (k = k < most ? k : most - 1; k > 0 && top[k - 1] < lots; k--) {
            top[k] = top[k - 1];
        }
        top[k] = lots;
    }
    return sum;
}

/* The least quantity of a whale; INT64_MAX: there is none. */
static int64_t least_whale(const struct ladder *ladder, double times)
{
    int64_t top[WHALES_MAX];
    const uint32_t most = ladder->count / WHALE_PART;
    int64_t least = INT64_MAX;
    double rest = largest(ladder, top, most);
    for (uint32_t k = 0; k < most; k++) {
        rest -= (double)top[k];
        const double peers = rest / (double)(ladder->count - k - 1);
        if ((double)top[k] >= times * peers) {
            least = top[k];
        }
    }
    return least;
}

static void drop(struct walls *walls, uint32_t i)
{
    walls->list[i] = walls->list[--walls->count];
}

/* What stands at the price; -1: it is below what is looked at. */
static int64_t lots_at(const struct ladder *ladder, enum side side, int64_t price_ticks)
{
    for (uint32_t i = 0; i < ladder->count; i++) {
        if (ladder->levels[i].price_ticks == price_ticks) {
            return ladder->levels[i].qty_lots;
        }
    }
    const int64_t worst = ladder->levels[ladder->count - 1].price_ticks;
    const bool below =
        ladder_behind(ladder, side, price_ticks) > ladder_behind(ladder, side, worst);
    return below && !ladder->whole ? -1 : 0;
}

/* The rule's conditions that are known the moment it is gone; trades may still clear it. */
static bool suspect(const struct wall *wall, const struct wall_rule *rule, enum side side,
                    const struct ladder *ladder, int64_t now_ns)
{
    const int64_t behind = ladder_behind(ladder, side, wall->price_ticks);
    return now_ns - wall->born_ns <= rule->life_ns && behind < wall->behind_ticks &&
           (double)behind <= rule->near * (double)wall->price_ticks;
}

static void follow(struct walls *walls, const struct wall_rule *rule, enum side side,
                   const struct ladder *ladder, int64_t now_ns)
{
    for (uint32_t i = walls->count; i-- > 0;) {
        struct wall *wall = &walls->list[i];
        if (wall->gone_ns != INT64_MIN) {
            continue;
        }
        const int64_t lots = lots_at(ladder, side, wall->price_ticks);
        if (lots > wall->peak_lots) {
            wall->peak_lots = lots;
        }
        if (lots < 0) {
            drop(walls, i);
        } else if (lots < wall->peak_lots - wall->peak_lots / 2) {
            wall->gone_ns = now_ns;
            wall->left_lots = lots;
            if (!suspect(wall, rule, side, ladder, now_ns)) {
                drop(walls, i);
            }
        }
    }
}

static bool followed(const struct walls *walls, int64_t price_ticks)
{
    for (uint32_t i = 0; i < walls->count; i++) {
        if (walls->list[i].price_ticks == price_ticks && walls->list[i].gone_ns == INT64_MIN) {
            return true;
        }
    }
    return false;
}

/* A new whale is as likely an old one moved: as near the market or nearer, that is no spoof. */
static void excuse(struct walls *walls, enum side side, const struct level *whale)
{
    for (uint32_t i = walls->count; i-- > 0;) {
        const struct wall *wall = &walls->list[i];
        const int64_t closer = side == SIDE_BUY ? whale->price_ticks - wall->price_ticks
                                                : wall->price_ticks - whale->price_ticks;
        if (wall->gone_ns != INT64_MIN && closer >= 0 && whale->qty_lots >= wall->peak_lots / 2) {
            drop(walls, i);
        }
    }
}

void walls_update(struct walls *walls, const struct wall_rule *rule, enum side side,
                  const struct ladder *ladder, int64_t now_ns)
{
    follow(walls, rule, side, ladder, now_ns);
    const int64_t least = least_whale(ladder, rule->times);
    walls->least_lots = least;
    if (least == INT64_MAX) {
        return;
    }
    for (uint32_t i = 0; i < ladder->count; i++) {
        const struct level *level = &ladder->levels[i];
        if (level->qty_lots < least || followed(walls, level->price_ticks)) {
            continue;
        }
        excuse(walls, side, level);
        if (walls->count < BOOK_WALLS_MAX) {
            walls->list[walls->count++] = (struct wall){
                .price_ticks = level->price_ticks,
                .peak_lots = level->qty_lots,
                .behind_ticks = ladder_behind(ladder, side, level->price_ticks),
                .born_ns = now_ns,
                .gone_ns = INT64_MIN,
            };
        }
    }
}

void walls_trade(struct walls *walls, const struct trade *trade)
{
    for (uint32_t i = 0; i < walls->count; i++) {
        struct wall *wall = &walls->list[i];
        if (wall->price_ticks == trade->price_ticks) {
            const int64_t room = INT64_MAX - wall->traded_lots;
            wall->traded_lots += trade->qty_lots < room ? trade->qty_lots : room;
        }
    }
}

void walls_settle(struct walls *walls, int64_t now_ns)
{
    for (uint32_t i = walls->count; i-- > 0;) {
        const struct wall *wall = &walls->list[i];
        if (wall->gone_ns == INT64_MIN || now_ns - wall->gone_ns < WALL_GRACE_NS) {
            continue;
        }
        const int64_t missing = wall->peak_lots - wall->left_lots;
        if (wall->traded_lots < missing - missing / 2) {
            walls->spoofs_ns[walls->spoof_count++ % BOOK_SPOOFS_MAX] = wall->gone_ns;
        }
        drop(walls, i);
    }
}

void walls_forget(struct walls *walls)
{
    walls->count = 0;
}

double walls_spoofing(const struct walls *walls, int64_t memory_ns, int64_t now_ns)
{
    const uint32_t kept =
        walls->spoof_count < BOOK_SPOOFS_MAX ? walls->spoof_count : BOOK_SPOOFS_MAX;
    double sum = 0;
    for (uint32_t i = 0; i < kept; i++) {
        const int64_t age_ns = now_ns - walls->spoofs_ns[i];
        sum += age_ns < memory_ns ? 1 - (double)age_ns / (double)memory_ns : 0;
    }
    return sum;
}
