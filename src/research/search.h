/* SPDX-License-Identifier: MIT */
/*
 * A search: which sets of values are tried, in which order, and what is known of them. It runs
 * nothing, and knows no thread and no file: the same configuration and the same outcomes give the
 * same sets, whoever works them out, on however many cores.
 *
 *     search_more --> sets to try --> (runs them) --> search_tell
 *
 * Sets are proposed in generations of SEARCH_GENERATION. A method that learns makes each of what is
 * known of all generations but the last: so the cores have work while a generation ends, and what
 * is proposed never hangs on which of them was first.
 */
#pragma once

#include "research/halving.h"
#include "research/objective.h"
#include "research/space.h"

#define SEARCH_GENERATION 16

/* Sets that may be under way at once, of a method that does not learn. */
#define SEARCH_WINDOW 1024

/* Of the span an early rung has at least this part. */
#define SEARCH_PART_LEAST 0.1

/* Draws in a row without a new set, after which no more is looked for. */
#define SEARCH_DRAWS_MAX 100000

enum search_method {
    SEARCH_GRID,    /* every point of the grid */
    SEARCH_RANDOM,  /* points drawn evenly, none twice */
    SEARCH_TPE,     /* where the good ones were (research/tpe.h) */
    SEARCH_HALVING, /* drawn evenly; the better part of them again, on more (research/halving.h) */
    SEARCH_METHOD_COUNT,
};

extern const char *const search_method_names[SEARCH_METHOD_COUNT];

/* What worked a set out. */
enum trial_path {
    TRIAL_ENGINE,
    TRIAL_KERNEL,
    TRIAL_PATH_COUNT,
};

extern const char *const trial_path_names[TRIAL_PATH_COUNT];

struct trial {
    struct point point;
    double part; /* of the span, its end, that it is run on: 1 unless in an early rung of halving */
    bool known;
    enum trial_path path;
    struct outcome outcome;
};

struct search_config {
    const struct space *space;
    struct objective objective;
    enum search_method method;
    uint64_t seed;
    uint64_t budget; /* sets to try at most, of halving in its first rung; a grid is tried whole */

    /* False for a set that the configuration refuses: it is passed over. */
    bool (*possible)(void *context, const struct point *point);
    void *context;
};

struct search {
    struct search_config config;
    struct prng prng;
    struct trial *trials; /* in the order they were proposed */
    struct point *points; /* theirs, for who reads nothing else */
    double *scores;       /* of each, more is better; NAN: refused, or not known */
    double *learnt;       /* the same, as far as the next proposals may know it */
    size_t count, room;
    size_t settled;      /* known, from the first on without a gap */
    uint64_t cursor;     /* the next point of the grid; how often TPE was asked */
    uint64_t impossible; /* sets that the configuration refuses */
    uint64_t *seen;      /* hashes of points drawn; 0: free */
    size_t seen_count, seen_room;
    struct halving halving;
    uint32_t rung;
    size_t rung_first, rung_count; /* its sets begin there; so many it will have */
    size_t *promoted;              /* the sets of the rung before that it takes over */
    bool ended;                    /* there is nothing more to propose */
    bool out_of_memory;
};

void search_init(struct search *search, const struct search_config *config);
void search_deinit(struct search *search);

/* Proposes as many sets as may be proposed now, behind those there are; returns how many. */
size_t search_more(struct search *search);

/* What became of a set. */
void search_tell(struct search *search, size_t index, enum trial_path path,
                 const struct outcome *outcome);

/* Whether a known set is refused; of a rung on a part of the span so many fewer trades are asked.
 */
enum refusal search_judge(const struct search *search, const struct trial *trial);

/* How many of the sets are of one kind, to be compared: all, of halving those of its first rung. */
size_t search_alike(const struct search *search);

/* How many sets there will be, as far as one can say. */
uint64_t search_expected(const struct search *search);

/* The best of the settled sets that had the whole span, best first, into `out`: at most `most`,
 * refused ones never. The earlier of two that are as good comes first. */
size_t search_best(const struct search *search, size_t *out, size_t most);
