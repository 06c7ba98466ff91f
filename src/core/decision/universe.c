/* SPDX-License-Identifier: MIT */
#include "core/decision/universe.h"

#include <string.h>

#include "core/base/check.h"

#define ROW(member) OPTION_FIELD(struct universe_config, member)

const struct option universe_options[] = {
    {"count", OPTION_INT, "pairs", "200", 1, PAIR_MAX, NULL, ROW(count),
     "Pairs at most; those that trade most"},
    {"volume_min", OPTION_REAL, "currency", "250000", 0, 1e12, NULL, ROW(volume_min),
     "What a pair must have traded in 24 hours"},
    {"spread_max", OPTION_REAL, "of price", "0.002", 0, 1, NULL, ROW(spread_max),
     "How far apart its best bid and ask may be"},
    {"hysteresis", OPTION_REAL, "0..1", "0.25", 0, 0.9, NULL, ROW(hysteresis),
     "A pair chosen before may have so much less volume and so much more spread, and its volume "
     "counts for so much more against those of others"},
};
const uint32_t universe_option_count = sizeof universe_options / sizeof universe_options[0];

double universe_spread_ppm(double bid, double ask)
{
    return bid > 0 && ask > bid && ask - bid < ask ? (ask - bid) / ((ask + bid) / 2) * 1e6 : -1;
}

/* What stands against the pair by itself; UNIVERSE_CHOSEN nothing. */
static enum universe_verdict judge(const struct universe_config *config,
                                   const struct universe_candidate *candidate)
{
    const double slack = candidate->before ? config->hysteresis : 0;
    if (candidate->foreign) {
        return UNIVERSE_CURRENCY;
    }
    if (candidate->excluded) {
        return UNIVERSE_EXCLUDED;
    }
    if (candidate->status != PAIR_ONLINE) {
        return UNIVERSE_STATUS;
    }
    if (!(candidate->spread_ppm >= 0)) {
        return UNIVERSE_ONE_SIDED;
    }
    if (!(candidate->volume >= config->volume_min * (1 - slack))) {
        return UNIVERSE_THIN;
    }
    if (candidate->spread_ppm > config->spread_max * 1e6 * (1 + slack)) {
        return UNIVERSE_WIDE;
    }
    return UNIVERSE_CHOSEN;
}

/* What its volume counts for against others. A held pair's may be no number. */
static double weight(const struct universe_config *config,
                     const struct universe_candidate *candidate)
{
    const double volume = candidate->volume > 0 ? candidate->volume : 0;
    return candidate->before ? volume * (1 + config->hysteresis) : volume;
}

static bool goes_before(const struct universe_config *config, const struct universe_candidate *a,
                        const struct universe_candidate *b)
{
    const double one = weight(config, a), other = weight(config, b);
    return one != other ? one > other : strcmp(a->symbol, b->symbol) < 0;
}

/* Puts a candidate where it belongs among at most `seats`; the last of too many is outranked. */
static void seat(const struct universe_config *config, struct universe_candidate *candidates,
                 uint32_t index, uint32_t seats, struct universe *universe)
{
    uint32_t *list = universe->list;
    uint32_t place = universe->count;
    while (place > 0 && goes_before(config, &candidates[index], &candidates[list[place - 1]])) {
        place--;
    }
    if (place >= seats) {
        candidates[index].verdict = UNIVERSE_OUTRANKED;
        return;
    }
    if (universe->count == seats) {
        candidates[list[--universe->count]].verdict = UNIVERSE_OUTRANKED;
    }
    memmove(&list[place + 1], &list[place], (universe->count - place) * sizeof list[0]);
    list[place] = index;
    universe->count++;
}

void universe_choose(const struct universe_config *config, struct universe_candidate *candidates,
                     uint32_t count, struct universe *ret)
{
    uint32_t held = 0;
    *ret = (struct universe){0};
    for (uint32_t i = 0; i < count; i++) {
        held += candidates[i].held;
    }
    CHECK(held <= PAIR_MAX);
    const uint32_t wanted = (uint32_t)config->count;
    const uint32_t free_seats = held < wanted ? wanted - held : 0;
    for (uint32_t i = 0; i < count; i++) {
        struct universe_candidate *candidate = &candidates[i];
        candidate->verdict = judge(config, candidate);
        if (!candidate->held && candidate->verdict == UNIVERSE_CHOSEN) {
            seat(config, candidates, i, free_seats, ret);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct universe_candidate *candidate = &candidates[i];
        if (candidate->held) {
            candidate->verdict =
                candidate->verdict == UNIVERSE_CHOSEN ? UNIVERSE_CHOSEN : UNIVERSE_HELD;
            seat(config, candidates, i, PAIR_MAX, ret);
        }
    }
}
