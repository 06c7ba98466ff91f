/* SPDX-License-Identifier: MIT */
#include "research/halving.h"

#include <math.h>

#include "core/base/check.h"

void halving_plan(struct halving *halving, size_t trials, uint32_t eta, double part_least)
{
    eta = eta == 0 ? HALVING_ETA : eta;
    CHECK(eta >= 2 && trials >= 1);
    *halving = (struct halving){.eta = eta};
    double part = 1;
    for (size_t left = trials; left > 0 && part >= part_least * (1 - 1e-12);
         left /= eta, part /= eta) {
        if (halving->rung_count == HALVING_RUNG_MAX) {
            break;
        }
        halving->rungs[halving->rung_count++].trials = left;
    }
    if (halving->rung_count == 0) { /* more than all of the data is asked for: all of it */
        halving->rungs[halving->rung_count++].trials = trials;
    }
    part = 1;
    for (uint32_t i = halving->rung_count; i-- > 0; part /= eta) {
        halving->rungs[i].part = part;
        halving->cost += (double)halving->rungs[i].trials * part;
    }
}

static bool can_pay(double budget, size_t trials, uint32_t eta, double part_least)
{
    struct halving halving;
    halving_plan(&halving, trials, eta, part_least);
    return halving.cost <= budget;
}

/* One trial more may make one rung more and so cost less; between two such numbers, powers of eta,
 * more trials never do. */
size_t halving_trials(double budget, uint32_t eta, double part_least)
{
    struct halving halving;
    size_t found = 0, first = 1;
    halving_plan(&halving, SIZE_MAX, eta, part_least);
    for (uint32_t rungs = 1; rungs <= halving.rung_count; rungs++, first *= halving.eta) {
        size_t enough = first, much = rungs < halving.rung_count ? first * halving.eta : SIZE_MAX;
        if (!can_pay(budget, first, eta, part_least)) {
            continue;
        }
        while (much - enough > 1) {
            const size_t middle = enough + (much - enough) / 2;
            *(can_pay(budget, middle, eta, part_least) ? &enough : &much) = middle;
        }
        found = enough;
    }
    return found;
}

/* True when a comes before b. */
static bool comes_before(const double *scores, size_t a, size_t b)
{
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}

static void sink(const double *scores, size_t *heap, size_t count, size_t at)
{
    for (;;) {
        size_t last = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            last = comes_before(scores, heap[last], heap[child]) ? child : last;
        }
        if (last == at) {
            return;
        }
        const size_t swapped = heap[at];
        heap[at] = heap[last];
        heap[last] = swapped;
        at = last;
    }
}

/* `out` is a heap of the best so far, the last of them on top. */
size_t halving_promote(const double *scores, size_t count, size_t keep, size_t *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(scores[i])) {
            continue;
        }
        if (kept < keep) {
            out[kept++] = i;
            for (size_t k = kept / 2; kept == keep && k-- > 0;) {
                sink(scores, out, kept, k);
            }
        } else if (kept > 0 && comes_before(scores, i, out[0])) {
            out[0] = i;
            sink(scores, out, kept, 0);
        }
    }
    /* Fewer than were to be kept are no heap yet. */
    for (size_t k = kept / 2; kept < keep && k-- > 0;) {
        sink(scores, out, kept, k);
    }
    for (size_t left = kept; left > 1; left--) {
        const size_t last = out[0];
        out[0] = out[left - 1];
        out[left - 1] = last;
        sink(scores, out, left - 1, 0);
    }
    return kept;
}
