/* SPDX-License-Identifier: MIT */
/*
 * What a backtest came to, for programs: one JSON text, and tables as CSV. A figure there is none
 * of is null in JSON and empty in CSV.
 */
#pragma once

#include <stdio.h>

#include "research/backtest.h"

/* The trades that a pair's orders were filled by. */
struct report_tape {
    uint64_t count;     /* 0: by candles */
    int64_t silence_ns; /* the longest without one */
    bool sided;         /* the files say who took; else the tick test told it */
};

/* The books that orders were filled by. */
struct report_books {
    uint64_t count;
    uint64_t fault_count;     /* failed their checksum, or crossed */
    uint64_t malformed_count; /* lines that are no frame */
};

/* The model that was asked, and of which candles it learned; 0: it does not say. */
struct report_model {
    const char *hash; /* NULL: none */
    uint32_t live, strategies;
    int64_t from_ns, until_ns;
};

struct run_report {
    const struct backtest *run;
    const struct backtest_config *config;
    const char *name;               /* of the run, as a file's name may have it */
    const char *currency;           /* of the account */
    const char *venues[PAIR_MAX];   /* whose candles each pair's are; "" a file's */
    const char *origins[PAIR_MAX];  /* whose candles stand in for a pair's own; NULL: nobody's */
    enum timeframe files[PAIR_MAX]; /* of each pair's candles */
    struct report_tape tapes[PAIR_MAX];
    struct report_books books;
    struct report_model model;
    enum timeframe decided; /* the finest that strategies look at */
    double seconds;         /* the run took */
    const char *(*verdict_word)(enum verdict verdict);
    const char *version; /* of the program */
};

/* The names of a mask of strategies, joined by "+"; "-" for none. Returns `text`. */
const char *report_strategies(const struct run_report *report, uint32_t mask, char *text,
                              size_t size);

/* How orders were filled and what fees they paid, a sentence each without its full stop. */
void report_fills(const struct run_report *report, char *text, size_t size);
void report_fees(const struct run_report *report, char *text, size_t size);

/* Which model was asked, and whether it may have learned how these trades ended; "" of none. */
void report_asked(const struct run_report *report, char *text, size_t size);

/* What of the run it has seen in its training: then the figures say nothing of the future. */
enum report_sample {
    SAMPLE_SEEN,    /* some of it, or all */
    SAMPLE_UNSEEN,  /* nothing */
    SAMPLE_UNKNOWN, /* it does not say of which candles it learned */
};
enum report_sample report_sample(const struct run_report *report);

/* The whole of it but trades and bars. NULL when memory gave out; the caller frees it. */
char *report_json(const struct run_report *report);

/* A header and rows. */
void report_trades_csv(const struct run_report *report, FILE *out);
void report_fills_csv(const struct run_report *report, FILE *out); /* of a flow */
void report_equity_csv(const struct run_report *report, FILE *out);
void report_strategies_csv(const struct run_report *report, FILE *out);
void report_pairs_csv(const struct run_report *report, FILE *out);
