/* SPDX-License-Identifier: MIT */
/* What is seen of a search while it runs. */
#include <inttypes.h>
#include <unistd.h>

#include "app/search.h"
#include "app/search_text.h"
#include "core/base/timestamp.h"

#define PLAIN_S 10 /* between two lines where there is no terminal */

static double told_at;

void search_watch(struct search_job *job, bool last)
{
    const double seconds = search_seconds(job);
    if (last || seconds - told_at < PLAIN_S) {
        return;
    }
    told_at = seconds;
    size_t best;
    char value[CELL] = "-", set[SEARCH_SET_MAX] = "", left[CELL] = "-";
    const size_t settled = job->search.settled, fresh = settled - job->resumed;
    const uint64_t expected = search_expected(&job->search);
    if (search_best(&job->search, &best, 1) > 0) {
        search_value(job, &job->search.trials[best].outcome, value);
        search_set(job, &job->search.trials[best].point, set);
    }
    if (settled > job->resumed) {
        text_length(left, (int64_t)(seconds * (double)(expected - settled) / (double)fresh * 1e9));
    }
    fprintf(stderr, "%zu of %" PRIu64 " sets, %s left; best %s: %s %s\n", settled, expected, left,
            objective_names[job->flags.objective.kind], value, set);
}
