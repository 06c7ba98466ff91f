/* SPDX-License-Identifier: MIT */
#include "research/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "research/tpe.h"

#define SEEN_FIRST 4096 /* a power of two */
#define TPE_TRIES 64    /* for a set that is new and possible, before one is drawn */

const char *const search_method_names[SEARCH_METHOD_COUNT] = {"grid", "random", "tpe", "halving"};
const char *const trial_path_names[TRIAL_PATH_COUNT] = {"engine", "kernel"};

void search_init(struct search *search, const struct search_config *config)
{
    *search = (struct search){.config = *config};
    prng_init(&search->prng, config->seed);
    if (config->method == SEARCH_HALVING) {
        halving_plan(&search->halving, config->budget, 0, SEARCH_PART_LEAST);
        search->rung_count = config->budget;
    }
}

void search_deinit(struct search *search)
{
    free(search->trials);
    free(search->points);
    free(search->scores);
    free(search->learnt);
    free(search->promoted);
    free(search->seen);
    *search = (struct search){0};
}

static uint64_t hash_point(const struct space *space, const struct point *point)
{
    uint64_t hash = 1;
    for (uint32_t i = 0; i < space->axis_count; i++) {
        /* Zero has two signs and is one value. */
        const double value = point->at[i] + 0.0;
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        hash = prng_mix(hash, bits);
    }
    return hash != 0 ? hash : 1;
}

static void put_seen(uint64_t *seen, size_t room, uint64_t hash)
{
    size_t at = hash & (room - 1);
    while (seen[at] != 0) {
        at = (at + 1) & (room - 1);
    }
    seen[at] = hash;
}

static bool grow_seen(struct search *search)
{
    const size_t room = search->seen_room == 0 ? SEEN_FIRST : 2 * search->seen_room;
    uint64_t *seen = calloc(room, sizeof *seen);
    if (seen == NULL) {
        search->out_of_memory = true;
        return false;
    }
    for (size_t i = 0; i < search->seen_room; i++) {
        if (search->seen[i] != 0) {
            put_seen(seen, room, search->seen[i]);
        }
    }
    free(search->seen);
    search->seen = seen;
    search->seen_room = room;
    return true;
}

/* True when the point is new; it is not from now on. */
static bool see(struct search *search, const struct point *point)
{
    const uint64_t hash = hash_point(search->config.space, point);
    if (2 * search->seen_count >= search->seen_room && !grow_seen(search)) {
        return false;
    }
    for (size_t at = hash & (search->seen_room - 1); search->seen[at] != 0;
         at = (at + 1) & (search->seen_room - 1)) {
        if (search->seen[at] == hash) {
            return false;
        }
    }
    put_seen(search->seen, search->seen_room, hash);
    search->seen_count++;
    return true;
}

static bool is_possible(struct search *search, const struct point *point)
{
    const bool possible =
        search->config.possible == NULL || search->config.possible(search->config.context, point);
    search->impossible += !possible;
    return possible;
}

static bool next_of_grid(struct search *search, struct point *ret)
{
    const uint64_t count = space_grid_count(search->config.space);
    while (search->cursor < count) {
        space_grid_point(search->config.space, search->cursor++, ret);
        if (is_possible(search, ret)) {
            return true;
        }
    }
    return false;
}

static bool next_drawn(struct search *search, struct point *ret)
{
    const struct space *space = search->config.space;
    const uint64_t all = space_is_finite(space) ? space_grid_count(space) : UINT64_MAX;
    for (uint32_t tries = 0; tries < SEARCH_DRAWS_MAX && search->seen_count < all; tries++) {
        space_draw(space, &search->prng, ret);
        if (see(search, ret) && is_possible(search, ret)) {
            return true;
        }
        if (search->out_of_memory) {
            return false;
        }
    }
    return false;
}

/* As the good ones were, of those that may be known; else drawn. */
static bool next_of_tpe(struct search *search, struct point *ret)
{
    const struct space *space = search->config.space;
    const struct scored history = {search->points, search->learnt, search->count};
    for (uint32_t tries = 0; tries < TPE_TRIES; tries++) {
        if (!tpe_propose(space, &history, search->config.seed, search->cursor++, ret)) {
            return false;
        }
        if (see(search, ret) && is_possible(search, ret)) {
            return true;
        }
    }
    return next_drawn(search, ret);
}

/* The next of the rung: in the first one drawn, in the others taken over. */
static bool next_of_rung(struct search *search, struct point *ret)
{
    if (search->rung == 0) {
        return next_drawn(search, ret);
    }
    *ret = search->points[search->promoted[search->count - search->rung_first]];
    return true;
}

static bool grow(struct search *search)
{
    const size_t room = search->room == 0 ? SEARCH_WINDOW : 2 * search->room;
    struct trial *trials = realloc(search->trials, room * sizeof *trials);
    search->trials = trials != NULL ? trials : search->trials;
    struct point *points = realloc(search->points, room * sizeof *points);
    search->points = points != NULL ? points : search->points;
    double *scores = realloc(search->scores, room * sizeof *scores);
    search->scores = scores != NULL ? scores : search->scores;
    double *learnt = realloc(search->learnt, room * sizeof *learnt);
    search->learnt = learnt != NULL ? learnt : search->learnt;
    search->out_of_memory = trials == NULL || points == NULL || scores == NULL || learnt == NULL;
    search->room = search->out_of_memory ? search->room : room;
    return !search->out_of_memory;
}

/* False when there is nothing more, or in halving no more in the rung. */
static bool propose(struct search *search)
{
    static bool (*const next[SEARCH_METHOD_COUNT])(struct search *, struct point *) = {
        next_of_grid, next_drawn, next_of_tpe, next_of_rung};
    const struct search_config *config = &search->config;
    const bool halving = config->method == SEARCH_HALVING;
    struct point point;
    if (halving ? search->count - search->rung_first == search->rung_count
                : config->budget != 0 && search->count == config->budget) {
        return false;
    }
    if ((search->count == search->room && !grow(search)) || !next[config->method](search, &point)) {
        return false;
    }
    const double part = halving ? search->halving.rungs[search->rung].part : 1;
    search->trials[search->count] = (struct trial){.point = point, .part = part};
    search->points[search->count] = point;
    search->scores[search->count] = search->learnt[search->count] = (double)NAN;
    search->count++;
    return true;
}

/* The better part of a rung that is known whole goes on; false when it was the last, or nothing in
 * it was good. */
static bool next_rung(struct search *search)
{
    const size_t first = search->rung_first, count = search->count - first;
    if (search->rung + 1 == search->halving.rung_count || count == 0) {
        return false;
    }
    const size_t keep = search->halving.rungs[search->rung + 1].trials;
    size_t *promoted = malloc(keep * sizeof *promoted);
    if (promoted == NULL) {
        search->out_of_memory = true;
        return false;
    }
    search->rung_count = halving_promote(search->scores + first, count, keep, promoted);
    for (size_t i = 0; i < search->rung_count; i++) {
        promoted[i] += first;
    }
    free(search->promoted);
    search->promoted = promoted;
    search->rung_first = search->count;
    search->rung++;
    return search->rung_count > 0;
}

/* What the next generation may know: all that is settled but the generation before it. */
static void learn(struct search *search)
{
    for (size_t i = 0; i + SEARCH_GENERATION < search->count; i++) {
        search->learnt[i] = search->scores[i];
    }
}

size_t search_more(struct search *search)
{
    const size_t before = search->count;
    const bool learns = search->config.method == SEARCH_TPE;
    const size_t window = learns ? 2 * SEARCH_GENERATION : SEARCH_WINDOW;
    while (!search->ended && search->count - search->settled + SEARCH_GENERATION <= window) {
        bool more = true;
        if (learns) {
            learn(search);
        }
        for (uint32_t i = 0; i < SEARCH_GENERATION && more; i++) {
            more = propose(search);
        }
        if (!more && search->config.method == SEARCH_HALVING && !search->out_of_memory) {
            if (search->settled < search->count) {
                break; /* until the rung is known */
            }
            more = next_rung(search);
        }
        search->ended = !more;
    }
    return search->count - before;
}

/* The objective for a run on a part of the span. */
static struct objective objective_of(const struct search *search, double part)
{
    struct objective objective = search->config.objective;
    objective.trades_min = (uint64_t)ceil((double)objective.trades_min * part);
    return objective;
}

enum refusal search_judge(const struct search *search, const struct trial *trial)
{
    const struct objective objective = objective_of(search, trial->part);
    return objective_judge(&objective, &trial->outcome);
}

void search_tell(struct search *search, size_t index, enum trial_path path,
                 const struct outcome *outcome)
{
    CHECK(index < search->count && !search->trials[index].known);
    struct trial *trial = &search->trials[index];
    trial->known = true;
    trial->path = path;
    trial->outcome = *outcome;
    if (search_judge(search, trial) == REFUSAL_NONE) {
        search->scores[index] = objective_value(&search->config.objective, outcome);
    }
    while (search->settled < search->count && search->trials[search->settled].known) {
        search->settled++;
    }
}

size_t search_alike(const struct search *search)
{
    size_t count = 0;
    while (count < search->settled && search->trials[count].part == search->trials[0].part) {
        count++;
    }
    return count;
}

uint64_t search_expected(const struct search *search)
{
    const struct space *space = search->config.space;
    const uint64_t budget = search->config.budget;
    if (search->ended) {
        return search->count;
    }
    if (search->config.method == SEARCH_HALVING) {
        uint64_t sets = search->count;
        for (uint32_t i = search->rung; i < search->halving.rung_count; i++) {
            sets += search->halving.rungs[i].trials;
        }
        return sets - (search->count - search->rung_first);
    }
    uint64_t all = UINT64_MAX;
    if (search->config.method == SEARCH_GRID || space_is_finite(space)) {
        all = space_grid_count(space) - search->impossible;
    }
    return budget != 0 && budget < all ? budget : all;
}

size_t search_best(const struct search *search, size_t *out, size_t most)
{
    const struct objective *objective = &search->config.objective;
    size_t count = 0;
    for (size_t i = 0; i < search->settled; i++) {
        const struct outcome *outcome = &search->trials[i].outcome;
        if (search->trials[i].part < 1 || isnan(search->scores[i])) {
            continue;
        }
        size_t at = count < most ? count++ : most;
        while (at > 0 &&
               objective_better(objective, outcome, &search->trials[out[at - 1]].outcome)) {
            at--;
            if (at + 1 < most) {
                out[at + 1] = out[at];
            }
        }
        if (at < most) {
            out[at] = i;
        }
    }
    return count;
}
