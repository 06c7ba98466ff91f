/* SPDX-License-Identifier: MIT */
/* How much of the winner is luck: research/overfit.h and research/cscv.h over the sets' returns. */
#include <math.h>
#include <stdlib.h>

#include "app/search.h"
#include "app/search_text.h"
#include "core/base/timestamp.h"

/* Sets whose returns are looked at; of more, so many evenly taken and the winner. */
#define SETS_MAX 2000

static void widen(const float *from, double *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        to[i] = from[i];
    }
}

/* The returns of the whole sets into rows; returns how many, the winner's first. */
static size_t gather(const struct search_job *job, double *rows)
{
    float returns[STUDY_PERIODS_MAX];
    const size_t winner = job->finalists[0].trial, count = job->search.settled;
    const size_t stride = (count + SETS_MAX - 1) / SETS_MAX;
    size_t got = 0;
    if (study_returns(job->study, winner, returns)) {
        widen(returns, rows, job->periods), got++;
    }
    for (size_t i = 0; i < count && got <= SETS_MAX; i += stride) {
        if (i != winner && job->search.trials[i].part >= 1 &&
            study_returns(job->study, i, returns)) {
            widen(returns, rows + got++ * job->periods, job->periods);
        }
    }
    return got;
}

/* Of the sets' ratios; a set that never traded had none, and counts as 0. */
static double variance_of(const struct search_job *job, const double *rows, size_t count)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        struct moments set;
        moments_measure(rows + i * job->periods, job->periods, &set);
        const double sharpe = isfinite(set.sharpe) ? set.sharpe : 0;
        sum += sharpe;
        squares += sharpe * sharpe;
    }
    const double mean = sum / (double)count;
    return count > 1 ? fmax(0, (squares - sum * mean) / (double)(count - 1)) : 0;
}

/* The winner was chosen among all sets there were, also those that had but a part of the span. */
static void measure(struct search_job *job, const double *rows, size_t count, double *scratch)
{
    struct search_doubt *doubt = &job->doubt;
    struct moments winner;
    moments_measure(rows, job->periods, &winner);
    doubt->known = true;
    doubt->sets = search_alike(&job->search);
    doubt->psr = overfit_psr(&winner, 0);
    /* Of halving only the survivors have all of their returns: they are no sample of the sets. */
    doubt->dsr = NAN;
    if (job->flags.method != SEARCH_HALVING) {
        doubt->dsr = overfit_psr(
            &winner, overfit_expected_maximum(variance_of(job, rows, count), (double)doubt->sets));
    }
    doubt->track_ns = overfit_track_ns(overfit_minimum_track(&winner, 0, 0.95), job->period_ns);
    doubt->has_cscv = job->flags.method != SEARCH_HALVING &&
                      cscv_measure(&(struct cscv_config){.returns = rows,
                                                         .trials = count,
                                                         .periods = job->periods,
                                                         .scratch = scratch},
                                   &doubt->cscv);
}

void search_measure_doubt(struct search_job *job)
{
    const size_t count = job->search.settled;
    const size_t room = (count < SETS_MAX ? count : SETS_MAX) + 2;
    job->doubt = (struct search_doubt){.known = false};
    if (job->finalist_count == 0) {
        return;
    }
    double *rows = calloc(room * job->periods, sizeof *rows);
    double *scratch = calloc(cscv_scratch(room) + 1, sizeof *scratch);
    if (rows != NULL && scratch != NULL) {
        measure(job, rows, gather(job, rows), scratch);
    }
    free(rows), free(scratch);
}

void search_put_doubts(const struct search_job *job, const char *before, const char *behind,
                       FILE *out)
{
    const struct search_doubt *doubt = &job->doubt;
    char a[CELL], b[CELL];
    if (!doubt->known) {
        return;
    }
    if (job->flags.method == SEARCH_HALVING) {
        fprintf(out,
                "%sdeflated Sharpe ratio and probability of overfitting: not to be had of halving, "
                "whose losers have but a part of the span%s",
                before, behind);
        return;
    }
    fprintf(out,
            "%sdeflated Sharpe ratio: %s (that the winner is better than the best of %zu sets "
            "without an edge; better than 0: %s)%s",
            before, text_share(a, doubt->dsr), doubt->sets, text_share(b, doubt->psr), behind);
    if (doubt->has_cscv) {
        fprintf(out,
                "%sprobability of overfitting: %s (that the best of one half of the span is below "
                "the median in the other)%s",
                before, text_share(a, doubt->cscv.pbo), behind);
    } else {
        fprintf(out, "%sprobability of overfitting: not to be had of so few sets or periods%s",
                before, behind);
    }
    const int64_t have_ns = job->cut_ns - job->from_ns;
    if (doubt->track_ns == INT64_MAX) {
        fprintf(out, "%sminimum track record: none is long enough, the winner lost%s", before,
                behind);
    } else {
        fprintf(out,
                "%sminimum track record: %s for its Sharpe ratio to be above 0 at 95 %%; it has "
                "%s%s",
                before, text_length(a, doubt->track_ns), text_length(b, have_ns), behind);
    }
}
