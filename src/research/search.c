/* SPDX-License-Identifier: MIT */
#include "research/search.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

#define SEEN_FIRST 4096 /* a power of two */

const char *const search_method_names[SEARCH_METHOD_COUNT] = {"grid", "random"};
const char *const trial_path_names[TRIAL_PATH_COUNT] = {"engine", "kernel"};

void search_init(struct search *search, const struct search_config *config)
{
    *search = (struct search){.config = *config};
    prng_init(&search->prng, config->seed);
}

void search_deinit(struct search *search)
{
    free(search->trials);
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

/* False when there is nothing more. */
static bool propose(struct search *search)
{
    struct point point;
    if (search->config.budget != 0 && search->count == search->config.budget) {
        return false;
    }
    const bool found = search->config.method == SEARCH_GRID ? next_of_grid(search, &point)
                                                            : next_drawn(search, &point);
    if (!found) {
        return false;
    }
    if (search->count == search->room) {
        const size_t room = search->room == 0 ? SEARCH_WINDOW : 2 * search->room;
        struct trial *trials = realloc(search->trials, room * sizeof *trials);
        if (trials == NULL) {
            search->out_of_memory = true;
            return false;
        }
        search->trials = trials;
        search->room = room;
    }
    search->trials[search->count++] = (struct trial){.point = point};
    return true;
}

size_t search_more(struct search *search)
{
    const size_t before = search->count;
    while (!search->ended && search->count - search->settled + SEARCH_GENERATION <= SEARCH_WINDOW) {
        for (uint32_t i = 0; i < SEARCH_GENERATION && !search->ended; i++) {
            search->ended = !propose(search);
        }
    }
    return search->count - before;
}

void search_tell(struct search *search, size_t index, enum trial_path path,
                 const struct outcome *outcome)
{
    CHECK(index < search->count && !search->trials[index].known);
    struct trial *trial = &search->trials[index];
    trial->known = true;
    trial->path = path;
    trial->outcome = *outcome;
    while (search->settled < search->count && search->trials[search->settled].known) {
        search->settled++;
    }
}

uint64_t search_expected(const struct search *search)
{
    const struct space *space = search->config.space;
    const uint64_t budget = search->config.budget;
    if (search->ended) {
        return search->count;
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
        if (objective_judge(objective, outcome) != REFUSAL_NONE) {
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
