/* SPDX-License-Identifier: MIT */
#include "core/decision/universe.h"

#include "core/base/prng.h"
#include "test.h"

static const struct universe_config three = {
    .count = 3, .volume_min = 1000, .spread_max = 0.002, .hysteresis = 0.25};

static struct universe_candidate candidate(const char *symbol, double volume, double spread_ppm)
{
    struct universe_candidate made = {.volume = volume, .spread_ppm = spread_ppm};
    snprintf(made.symbol, sizeof made.symbol, "%s", symbol);
    return made;
}

/* The chosen, "A/USD B/USD". */
static const char *chosen(const struct universe_config *config,
                          struct universe_candidate *candidates, uint32_t count)
{
    static char text[PAIR_MAX * SYMBOL_MAX];
    struct universe universe;
    size_t len = 0;
    text[0] = '\0';
    universe_choose(config, candidates, count, &universe);
    for (uint32_t i = 0; i < universe.count; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? " " : "",
                                candidates[universe.list[i]].symbol);
    }
    return text;
}

TEST(a_spread_is_measured_against_the_middle)
{
    EXPECT_NEAR(universe_spread_ppm(99, 101), 20000, 1e-9);
    EXPECT(universe_spread_ppm(0, 101) < 0);
    EXPECT(universe_spread_ppm(101, 101) < 0);
    EXPECT(universe_spread_ppm(102, 101) < 0);
    EXPECT(universe_spread_ppm(NAN, 101) < 0);
    EXPECT(universe_spread_ppm(99, INFINITY) < 0);
}

TEST(every_refusal_has_its_reason)
{
    struct universe_candidate all[] = {
        candidate("GOOD/USD", 1000, 2000),   candidate("EUR/CHF", 9000, 10),
        candidate("USDT/USD", 9000, 10),     candidate("CLOSED/USD", 9000, 10),
        candidate("EMPTY/USD", 9000, -1),    candidate("THIN/USD", 999.99, 10),
        candidate("WIDE/USD", 9000, 2000.1), candidate("NAN/USD", NAN, 10),
        candidate("NAN2/USD", 9000, NAN),
    };
    all[1].foreign = true;
    all[2].excluded = true;
    all[3].status = PAIR_POST_ONLY;
    EXPECT_TEXT(chosen(&three, all, 9), "GOOD/USD"); /* exactly at both bounds */
    static const enum universe_verdict verdicts[] = {
        UNIVERSE_CHOSEN, UNIVERSE_CURRENCY,  UNIVERSE_EXCLUDED,
        UNIVERSE_STATUS, UNIVERSE_ONE_SIDED, UNIVERSE_THIN,
        UNIVERSE_WIDE,   UNIVERSE_THIN,      UNIVERSE_ONE_SIDED,
    };
    for (int i = 0; i < 9; i++) {
        EXPECT_INT(all[i].verdict, verdicts[i]);
    }
}

TEST(those_that_trade_most_are_chosen_and_ties_go_by_name)
{
    struct universe_candidate all[] = {
        candidate("D/USD", 2000, 10), candidate("B/USD", 5000, 10), candidate("C/USD", 2000, 10),
        candidate("A/USD", 1500, 10), candidate("E/USD", 3000, 10),
    };
    EXPECT_TEXT(chosen(&three, all, 5), "B/USD E/USD C/USD");
    EXPECT_INT(all[0].verdict, UNIVERSE_OUTRANKED);
    EXPECT_INT(all[3].verdict, UNIVERSE_OUTRANKED);
}

/* The same pair over days: its volume and spread, whether it is then in the universe. */
struct day {
    double volume, spread_ppm;
    bool in;
};

TEST(a_pair_near_the_bounds_does_not_flap)
{
    static const struct day days[] = {
        {999, 10, false},   /* below the bound: not taken in */
        {1000, 10, true},   /* at it: in */
        {750, 10, true},    /* a quarter less: stays */
        {749.9, 10, false}, /* less than that: out */
        {999, 10, false},   /* and the full bound counts again */
        {1000, 2001, false}, {1000, 2000, true}, {1000, 2500, true}, {1000, 2501, false},
    };
    struct universe_candidate pair = candidate("A/USD", 0, 0);
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        pair.volume = days[i].volume;
        pair.spread_ppm = days[i].spread_ppm;
        pair.before = strcmp(chosen(&three, &pair, 1), "A/USD") == 0;
        EXPECT_INT(pair.before, days[i].in);
    }
}

TEST(who_is_in_yields_only_to_one_that_trades_a_quarter_more)
{
    struct universe_config one = three;
    one.count = 1;
    struct universe_candidate all[] = {candidate("OLD/USD", 2000, 10),
                                       candidate("NEW/USD", 2499, 10)};
    all[0].before = true;
    EXPECT_TEXT(chosen(&one, all, 2), "OLD/USD");
    all[1].volume = 2501;
    EXPECT_TEXT(chosen(&one, all, 2), "NEW/USD");
    EXPECT_INT(all[0].verdict, UNIVERSE_OUTRANKED);
}

TEST(what_is_held_stays_whatever_it_looks_like_and_takes_a_place)
{
    struct universe_candidate all[] = {
        candidate("A/USD", 9000, 10),    candidate("B/USD", 8000, 10),
        candidate("C/USD", 7000, 10),    candidate("GONE/EUR", NAN, -1),
        candidate("LAST/USD", 1000, 10),
    };
    all[3].foreign = all[3].excluded = all[3].held = true;
    all[3].status = PAIR_OFFLINE;
    EXPECT_TEXT(chosen(&three, all, 5), "A/USD B/USD GONE/EUR");
    EXPECT_INT(all[3].verdict, UNIVERSE_HELD);
    EXPECT_INT(all[2].verdict, UNIVERSE_OUTRANKED);
    all[4].held = true; /* it would be outranked, but qualifies by itself */
    EXPECT_TEXT(chosen(&three, all, 5), "A/USD LAST/USD GONE/EUR");
    EXPECT_INT(all[4].verdict, UNIVERSE_CHOSEN);
}

TEST(more_held_than_there_are_places_all_stay_and_nothing_joins)
{
    struct universe_config one = three;
    one.count = 1;
    struct universe_candidate all[] = {candidate("A/USD", 9000, 10), candidate("B/USD", 1, 10),
                                       candidate("C/USD", 2, 10)};
    all[1].held = all[2].held = true;
    EXPECT_TEXT(chosen(&one, all, 3), "C/USD B/USD");
    EXPECT_INT(all[0].verdict, UNIVERSE_OUTRANKED);
}

TEST(of_nothing_nothing_is_chosen)
{
    EXPECT_TEXT(chosen(&three, NULL, 0), "");
}

static void make_market(struct prng *prng, struct universe_candidate *all, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char name[SYMBOL_MAX];
        snprintf(name, sizeof name, "P%u/USD", i);
        all[i] = candidate(name, (double)prng_below(prng, 50) * 100, /* few values: many ties */
                           (double)prng_below(prng, 3000) - 50);
        all[i].held = prng_below(prng, 40) == 0;
        all[i].before = prng_below(prng, 3) == 0;
        all[i].foreign = prng_below(prng, 10) == 0;
        all[i].excluded = prng_below(prng, 20) == 0;
        all[i].status = prng_below(prng, 10) == 0 ? PAIR_OFFLINE : PAIR_ONLINE;
    }
}

static void shuffle(struct prng *prng, struct universe_candidate *all, uint32_t count)
{
    for (uint32_t i = count; i > 1; i--) {
        const uint64_t k = prng_below(prng, i);
        const struct universe_candidate moved = all[k];
        all[k] = all[i - 1];
        all[i - 1] = moved;
    }
}

/* Nobody outside has a better claim than the last of those inside. */
static void expect_fair(const struct universe_config *config, const struct universe_candidate *all,
                        uint32_t count)
{
    double least = INFINITY, best = 0;
    uint32_t in = 0, held = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct universe_candidate *c = &all[i];
        const bool chosen = c->verdict == UNIVERSE_CHOSEN || c->verdict == UNIVERSE_HELD;
        const double claim = c->volume * (c->before ? 1 + config->hysteresis : 1);
        in += chosen;
        held += c->held;
        EXPECT(chosen || !c->held);
        EXPECT(c->verdict != UNIVERSE_HELD || c->held);
        if (chosen && !c->held) {
            EXPECT(!c->foreign && !c->excluded && c->status == PAIR_ONLINE);
            least = claim < least ? claim : least;
        }
        if (c->verdict == UNIVERSE_OUTRANKED) {
            best = claim > best ? claim : best;
        }
    }
    EXPECT(best <= least);
    EXPECT(in <= (held > config->count ? held : config->count));
    EXPECT(best == 0 || in >= config->count);
}

TEST(whatever_the_market_the_choice_is_fair_and_does_not_depend_on_the_order_it_is_told_in)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    static struct universe_candidate all[PAIR_META_MAX];
    static char first[PAIR_MAX * SYMBOL_MAX];
    for (int round = 0; round < 300; round++) {
        const uint32_t count = (uint32_t)prng_below(&prng, round % 10 == 0 ? PAIR_META_MAX : 200);
        struct universe_config config = three;
        config.count = 1 + (int64_t)prng_below(&prng, PAIR_MAX);
        make_market(&prng, all, count);
        snprintf(first, sizeof first, "%s", chosen(&config, all, count));
        expect_fair(&config, all, count);
        shuffle(&prng, all, count);
        EXPECT_TEXT(chosen(&config, all, count), first);
    }
}

TEST(a_market_that_stands_still_keeps_its_universe)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    static struct universe_candidate all[200];
    static char first[PAIR_MAX * SYMBOL_MAX];
    make_market(&prng, all, 200);
    for (int day = 0; day < 5; day++) {
        struct universe_config config = three;
        config.count = 40;
        const char *now = chosen(&config, all, 200);
        EXPECT(day < 2 || strcmp(now, first) == 0);
        snprintf(first, sizeof first, "%s", now);
        for (int i = 0; i < 200; i++) {
            all[i].before = all[i].verdict == UNIVERSE_CHOSEN || all[i].verdict == UNIVERSE_HELD;
        }
    }
}
