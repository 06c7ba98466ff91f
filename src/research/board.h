/* SPDX-License-Identifier: MIT */
/*
 * The board of a study: who works on which set, and what came of it, in PostgreSQL, for workers on
 * any number of hosts.
 *
 * A search is the same whoever works it out, so each worker runs the whole of it and writes a
 * study of its own; the board only sees to it that no set is run twice and every result is known
 * to all:
 *
 *     board_offer    sets that were proposed, numbered as in the study; others offer the same
 *     board_claim    the first of them that nobody works on are ours for the time of a lease
 *     board_renew    and stay ours while we say so: a worker that is lost says nothing any more
 *     board_put      what came of one; the first result counts, a second is dropped
 *     board_take     what came of those that others worked on
 *     board_release  what we do not get to is given back
 *
 *     cuttle_study   a row a study: its name and its terms
 *     cuttle_trial   a row a set: point, worker, lease, claims; the study's line and the returns
 *
 * The time is the server's. Calls give 0, or: -ENOTCONN, -EAGAIN: nothing is lost, try later;
 * anything else ends the search; the reason in `error`.
 */
#pragma once

#include "research/study.h"

#define BOARD_WORKER_MAX 128
#define BOARD_MOST SEARCH_WINDOW /* sets in one call */
#define BOARD_POINT_MAX (SPACE_AXIS_MAX * POINT_TEXT_MAX)

struct board;

struct board_config {
    const char *address; /* as store/postgres.h has it */
    const char *name;    /* of the study */
    const struct space *space;
    const struct study_terms *terms;
    uint32_t periods;
    uint32_t lease_s;
};

/* Connects, makes the tables where there are none, and meets the study, or begins it. -EEXIST for
 * one on other terms, with the first difference. */
int board_open(struct board **ret, const struct board_config *config, char *error,
               size_t error_size);
void board_close(struct board *board);

/* HOST-PID-NUMBER, a number that no other worker has. */
const char *board_worker(const struct board *board);
uint64_t board_reconnects(const struct board *board);

/* The sets first, first + 1, .. */
int board_offer(struct board *board, size_t first, const struct point *points, size_t count,
                char *error, size_t error_size);

struct board_claim {
    size_t index;
    bool taken_over; /* somebody had it, and did not come back */
    char point[BOARD_POINT_MAX];
};

/* Sets below `end`, the first first: at most `most`, which is at most BOARD_MOST. */
int board_claim(struct board *board, size_t end, size_t most, struct board_claim *claims,
                size_t *ret_count, char *error, size_t error_size);

/* The leases of these sets, as far as they are still ours, begin anew; or end. */
int board_renew(struct board *board, const size_t *indexes, size_t count, char *error,
                size_t error_size);
int board_release(struct board *board, const size_t *indexes, size_t count, char *error,
                  size_t error_size);

/* `*ret_counted` is false when another's result was there first. */
int board_put(struct board *board, size_t index, const struct trial *trial, const float *returns,
              bool *ret_counted, char *error, size_t error_size);

/* Which of these sets have no result yet: those are left in `indexes`. */
int board_missing(struct board *board, size_t *indexes, size_t *count, char *error,
                  size_t error_size);

/* The results that there are of these sets, each told once to `on_result`, in order. */
typedef void board_result(void *context, size_t index, const struct trial *trial,
                          const float *returns);
int board_take(struct board *board, const size_t *indexes, size_t count, board_result *on_result,
               void *context, char *error, size_t error_size);

/* The point as the board has it: "strategy.trend.fast=20 strategy.trend.slow=50". */
const char *board_point(const struct space *space, const struct point *point,
                        char text[BOARD_POINT_MAX]);
