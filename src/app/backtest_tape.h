/* SPDX-License-Identifier: MIT */
/*
 * The trade files that `cuttle backtest --trades` names, by pair: read, joined in order of time,
 * and where no candles were named, made into candles. Of --books the same with the trades in them.
 */
#pragma once

#include "app/backtest_books.h"
#include "research/tape_flow.h"

struct backtest_tape {
    struct backtest_books *books; /* of --books; NULL: trade files */
    uint32_t file_count;
    struct tape_file *files;
    struct tape_rows rows[PAIR_MAX];
    struct trade *trades[PAIR_MAX];
    struct candle *candles[PAIR_MAX];
    struct tape queues[PAIR_MAX];
    struct report_tape figures[PAIR_MAX];
    struct tape_source source;
    struct flow_source face;
    int64_t start_ns, end_ns; /* all pairs have trades between: where candles come from elsewhere */
};

/* Finds the files. 0, or -errno with the reason in `error`; backtest_tape_free either way. */
int backtest_tape_find(struct backtest_tape **ret, const struct backtest_flags *flags, char *error);
void backtest_tape_free(struct backtest_tape *tape);

/* The pairs that the files are of, each once, in the order of names. */
uint32_t backtest_tape_pairs(const struct backtest_tape *tape,
                             const struct candle_key *keys[PAIR_MAX]);

/* The decimals that a pair's prices need. */
int backtest_tape_decimals(const struct backtest_tape *tape, const char *symbol,
                           uint32_t *ret_decimals, char *error);

/* Reads the pair's files into place `index`. */
int backtest_tape_read(struct backtest_tape *tape, uint32_t index, const char *symbol,
                       const struct pair *terms, char *error);

/* Their candles of a minute. */
int backtest_tape_form(struct backtest_tape *tape, uint32_t index, const struct pair *terms,
                       struct candle_rows *ret, char *error);

/* After all were read: queues as --queue says, and from when to when the run may go. */
int backtest_tape_settle(struct backtest_tape *tape, const struct backtest_sources *sources,
                         const struct backtest_flags *flags, char *error);

/* The run is filled by the tape; where candles come from elsewhere, in the time in which all pairs'
 * trades are known. */
void backtest_tape_play(const struct backtest_tape *tape, struct backtest_config *run);
