/* SPDX-License-Identifier: MIT */
#include "app/search_board.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "research/board.h"

#define EXCHANGE_S 0.02 /* between two exchanges, where there is something to tell */
#define LOOK_S 0.2      /* where there is not */
#define CLAIMED_MAX 64  /* sets at once: others want some too */
#define AHEAD 2         /* sets a thread: one under way, one waiting */

/* Of the sets that were proposed and are not known. */
enum slot {
    SLOT_OPEN, /* on the board: another's, or nobody's */
    SLOT_OURS, /* claimed, and given to the crew */
    SLOT_DONE, /* by the crew; the board does not have it yet */
};

struct search_board {
    struct board *board;
    char name[SEARCH_NAME_MAX];
    uint8_t slots[SEARCH_WINDOW]; /* set i in i % SEARCH_WINDOW, as the tasks */
    uint8_t paths[SEARCH_WINDOW]; /* what worked it out, of SLOT_DONE */
    size_t recalled;              /* of those that the study had: the board has them */
    size_t offered;               /* sets */
    size_t claimed;               /* SLOT_OURS */
    size_t done;                  /* SLOT_DONE */
    size_t finished;              /* by the crew since the last exchange */
    double exchanged_at, renewed_at;
    bool away;
    uint64_t ran, taken_over, dropped;
    bool mismatched; /* the board has another set than ours */
    size_t mismatch;
};

/* 0 and -errno as of the board's calls: what is to be tried later is no failure. */
static bool is_later(int code)
{
    return code == -ENOTCONN || code == -EAGAIN;
}

static uint8_t *slot_of(struct search_board *share, size_t index)
{
    return &share->slots[index % SEARCH_WINDOW];
}

bool search_board_open(struct search_job *job, const struct study_terms *terms,
                       char error[BACKTEST_ERROR_MAX])
{
    char why[STUDY_ERROR_MAX];
    static const char home[] = "studies/";
    const char *name = job->flags.shared;
    struct search_board *share = calloc(1, sizeof *share);
    job->share = share;
    if (share == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return false;
    }
    name += strncmp(name, home, sizeof home - 1) == 0 ? sizeof home - 1 : 0;
    snprintf(share->name, sizeof share->name, "%s", name);
    const struct board_config config = {
        .address = job->flags.board,
        .name = share->name,
        .space = &job->space,
        .terms = terms,
        .periods = job->periods,
        .lease_s = (uint32_t)(job->flags.lease_ns / NS_PER_S),
    };
    if (board_open(&share->board, &config, why, sizeof why) != 0) {
        snprintf(error, BACKTEST_ERROR_MAX, "--board: %s", why);
        return false;
    }
    return true;
}

void search_board_close(struct search_job *job)
{
    if (job->share != NULL) {
        board_close(job->share->board);
        free(job->share);
        job->share = NULL;
    }
}

/* What the study had is put on the board where that does not have it: it may be a new one. */
static int share_recalled(struct search_job *job, char *error, size_t error_size)
{
    struct search_board *share = job->share;
    float returns[STUDY_PERIODS_MAX];
    while (share->recalled < job->resumed && share->recalled < job->search.count) {
        struct point points[BOARD_MOST];
        size_t missing[BOARD_MOST], count = 0;
        const size_t first = share->recalled;
        for (; count < BOARD_MOST && first + count < job->resumed &&
               first + count < job->search.count;
             count++) {
            points[count] = job->search.trials[first + count].point;
            missing[count] = first + count;
        }
        const size_t next = first + count;
        int code = board_offer(share->board, first, points, count, error, error_size);
        if (code == 0) {
            code = board_missing(share->board, missing, &count, error, error_size);
        }
        for (size_t i = 0; i < count && code == 0; i++) {
            bool counted;
            if (!study_returns(job->study, missing[i], returns)) {
                snprintf(error, error_size, "%.400s: the returns of set %zu cannot be read",
                         job->folder, missing[i]);
                return -EIO;
            }
            code = board_put(share->board, missing[i], &job->search.trials[missing[i]], returns,
                             &counted, error, error_size);
        }
        if (code != 0) {
            return code;
        }
        share->recalled = share->offered = next;
    }
    return 0;
}

static int offer(struct search_job *job, char *error, size_t error_size)
{
    struct search_board *share = job->share;
    struct point points[BOARD_MOST];
    const size_t count = job->search.count - share->offered;
    CHECK(count <= BOARD_MOST);
    if (count == 0) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        points[i] = job->search.trials[share->offered + i].point;
    }
    const int code = board_offer(share->board, share->offered, points, count, error, error_size);
    if (code == 0) {
        for (; share->offered < job->search.count; share->offered++) {
            *slot_of(share, share->offered) = SLOT_OPEN;
        }
    }
    return code;
}

/* The sets in a state, of those that are offered and not known. */
static size_t list(const struct search_job *job, enum slot slot, size_t indexes[BOARD_MOST])
{
    const struct search_board *share = job->share;
    size_t count = 0;
    for (size_t i = job->search.settled; i < share->offered; i++) {
        if (!job->search.trials[i].known && share->slots[i % SEARCH_WINDOW] == slot) {
            indexes[count++] = i;
        }
    }
    return count;
}

static int put_done(struct search_job *job, char *error, size_t error_size)
{
    struct search_board *share = job->share;
    size_t indexes[BOARD_MOST];
    const size_t count = share->done > 0 ? list(job, SLOT_DONE, indexes) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct search_task *task = &job->tasks[indexes[i] % SEARCH_WINDOW];
        struct trial trial = job->search.trials[indexes[i]];
        bool counted;
        trial.path = share->paths[indexes[i] % SEARCH_WINDOW];
        trial.outcome = task->outcome;
        const int code =
            board_put(share->board, indexes[i], &trial, task->returns, &counted, error, error_size);
        if (code != 0) {
            return code;
        }
        share->done--;
        if (counted) {
            share->ran++;
            search_tell(&job->search, indexes[i], trial.path, &trial.outcome);
        } else {
            share->dropped++; /* what counts is taken from the board */
            *slot_of(share, indexes[i]) = SLOT_OPEN;
        }
    }
    return 0;
}

static void on_result(void *context, size_t index, const struct trial *trial, const float *returns)
{
    struct search_job *job = context;
    if (!space_same(&job->space, &trial->point, &job->search.trials[index].point)) {
        job->share->mismatched = true;
        job->share->mismatch = index;
        return;
    }
    memcpy(job->tasks[index % SEARCH_WINDOW].returns, returns, job->periods * sizeof *returns);
    search_tell(&job->search, index, trial->path, &trial->outcome);
}

static int take(struct search_job *job, char *error, size_t error_size)
{
    size_t indexes[BOARD_MOST];
    const size_t count = list(job, SLOT_OPEN, indexes);
    return count == 0
               ? 0
               : board_take(job->share->board, indexes, count, on_result, job, error, error_size);
}

/* As many sets as the crew did since the last exchange, twice over, so that it need not wait for
 * the next; and at least one for each thread to begin with when it is done with its own. */
static size_t wanted(const struct search_job *job)
{
    const struct search_board *share = job->share;
    size_t most = 2 * share->finished;
    most = most > CLAIMED_MAX ? CLAIMED_MAX : most;
    most = most < AHEAD * job->workers ? AHEAD * job->workers : most;
    most = most > BOARD_MOST ? BOARD_MOST : most;
    return most > share->claimed ? most - share->claimed : 0;
}

static int claim(struct search_job *job, struct crew *crew, char *error, size_t error_size)
{
    struct search_board *share = job->share;
    const size_t most = wanted(job);
    size_t count = 0;
    if (most == 0 || job->search.settled == job->search.count) {
        return 0;
    }
    struct board_claim *claims = malloc(most * sizeof *claims);
    if (claims == NULL) {
        snprintf(error, error_size, "out of memory");
        return -ENOMEM;
    }
    const int code =
        board_claim(share->board, share->offered, most, claims, &count, error, error_size);
    for (size_t i = 0; code == 0 && i < count; i++) {
        const size_t index = claims[i].index;
        char ours[BOARD_POINT_MAX];
        /* A lease of ours that ran out may be given to us again. */
        if (index < job->search.settled || job->search.trials[index].known ||
            *slot_of(share, index) != SLOT_OPEN) {
            continue;
        }
        const struct point *point = &job->search.trials[index].point;
        if (strcmp(claims[i].point, board_point(&job->space, point, ours)) != 0) {
            share->mismatched = true;
            share->mismatch = index;
            break;
        }
        *slot_of(share, index) = SLOT_OURS;
        share->claimed++;
        share->taken_over += claims[i].taken_over;
        crew_give(crew, index);
    }
    free(claims);
    share->finished = 0;
    return code;
}

static int renew(struct search_job *job, double now, char *error, size_t error_size)
{
    struct search_board *share = job->share;
    size_t indexes[2 * BOARD_MOST];
    size_t count = list(job, SLOT_OURS, indexes);
    count += list(job, SLOT_DONE, indexes + count);
    const int code = count == 0 ? 0 : board_renew(share->board, indexes, count, error, error_size);
    share->renewed_at = code == 0 ? now : share->renewed_at;
    return code;
}

/* The calls in turn; each depends on those before it. */
static int exchange(struct search_job *job, struct crew *crew, double now, char *error,
                    size_t error_size)
{
    const double lease_s = (double)job->flags.lease_ns / NS_PER_S;
    int code = share_recalled(job, error, error_size);
    if (code == 0) {
        code = offer(job, error, error_size);
    }
    if (code == 0) {
        code = put_done(job, error, error_size);
    }
    if (code == 0) {
        code = take(job, error, error_size);
    }
    if (code == 0 && !job->share->mismatched) {
        code = claim(job, crew, error, error_size);
    }
    if (code == 0 && now - job->share->renewed_at >= lease_s / 3) {
        code = renew(job, now, error, error_size);
    }
    return code;
}

bool search_board_step(struct search_job *job, struct crew *crew, char error[BACKTEST_ERROR_MAX])
{
    struct search_board *share = job->share;
    const double now = search_seconds(job);
    const bool news = share->done > 0 || share->offered < job->search.count;
    char why[STUDY_ERROR_MAX] = "";
    if (now - share->exchanged_at < (news ? EXCHANGE_S : LOOK_S)) {
        return true;
    }
    const int code = exchange(job, crew, now, why, sizeof why);
    share->exchanged_at = search_seconds(job);
    if (share->mismatched) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "--board: set %zu is another on the board than here: another build of cuttle "
                 "began the study %s; use the same one on all hosts, or another --study",
                 share->mismatch, share->name);
        return false;
    }
    if (code != 0 && !is_later(code)) {
        snprintf(error, BACKTEST_ERROR_MAX, "--board: %s", why);
        return false;
    }
    if ((code != 0) != share->away) {
        share->away = code != 0;
        if (share->away) {
            fprintf(stderr, "cuttle search: the board is away; what was claimed is worked on: %s\n",
                    why);
        } else {
            fprintf(stderr, "cuttle search: the board is back\n");
        }
    }
    return true;
}

void search_board_done(struct search_job *job, size_t index, enum trial_path path)
{
    struct search_board *share = job->share;
    CHECK(*slot_of(share, index) == SLOT_OURS);
    *slot_of(share, index) = SLOT_DONE;
    share->paths[index % SEARCH_WINDOW] = (uint8_t)path;
    share->claimed--;
    share->done++;
    share->finished++;
}

void search_board_leave(struct search_job *job)
{
    char why[STUDY_ERROR_MAX];
    size_t indexes[BOARD_MOST];
    int code = put_done(job, why, sizeof why);
    const size_t count = list(job, SLOT_OURS, indexes);
    if (code == 0 && count > 0) {
        code = board_release(job->share->board, indexes, count, why, sizeof why);
    }
    if (code != 0) {
        fprintf(stderr,
                "cuttle search: what was claimed could not be given back, and is taken over when "
                "its lease is over: %s\n",
                why);
    }
}

void search_board_say(const struct search_job *job, FILE *out)
{
    const struct search_board *share = job->share;
    fprintf(out, "  on the board %s: %" PRIu64 " sets run here", share->name, share->ran);
    if (share->taken_over > 0) {
        fprintf(out, ", %" PRIu64 " of them begun by workers that were lost", share->taken_over);
    }
    if (share->dropped > 0) {
        fprintf(out, "; %" PRIu64 " more that another had done before", share->dropped);
    }
    fputc('\n', out);
}

void search_board_json(const struct search_job *job, struct json_writer *json)
{
    const struct search_board *share = job->share;
    json_begin_object(json, "board");
    json_put_string(json, "study", share->name);
    json_put_string(json, "worker", board_worker(share->board));
    json_put_uint(json, "ran", share->ran);
    json_put_uint(json, "taken_over", share->taken_over);
    json_put_uint(json, "dropped", share->dropped);
    json_put_uint(json, "reconnects", board_reconnects(share->board));
    json_end_object(json);
}
