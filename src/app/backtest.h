/* SPDX-License-Identifier: MIT */
/*
 * What the commands share that run the engine on candles of the past: their flags, where the
 * candles come from, and what of both makes a run. Beside it the pages of `cuttle backtest`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "app/options.h"
#include "platform/config/config.h"
#include "research/report.h"
#include "store/candle_file.h"
#include "store/csv.h"
#include "store/model_file.h"

#define BACKTEST_ERROR_MAX 2048

/* The command line, cut in two: what is the command's own, and words that options_load takes, of
 * which the first say what the command's own flags mean. Later words win over them. */
struct backtest_flags {
    const char *command; /* "backtest": who complains */
    const char *candles; /* a file; NULL: the store */
    const char *strategy;
    const char *out;
    const char **trades; /* files and folders */
    int trade_count;
    const char **books; /* recorded frames, in the order of their time */
    int book_count;
    const char *queue;
    const char *model; /* the beginning of a hash, or "current"; NULL: none is asked */
    bool store_said;   /* candles come from the store beside --trades and --books too */
    bool stake_all, json, no_files, help;
    bool page;            /* the JSON has the curve and the trades too */
    bool synthetic;       /* candles are the synthetic market's, of that seed */
    uint64_t seed, under; /* the process that it ends with, and stays behind; 0: none */
    bool timeframe_asked;
    enum timeframe timeframe;
    bool detail_asked;
    enum timeframe detail;
    char pairs[OPTION_LIST_MAX]; /* "": not said */
    int argc;
    char **argv;
    char **made; /* those of argv that were made here */
    int made_count;
};

/* 0, or -EINVAL after saying on standard error what is wrong. */
int backtest_flags_read(struct backtest_flags *flags, int argc, char **argv);
void backtest_flags_free(struct backtest_flags *flags);

/* Where the candles of one pair come from. */
struct backtest_source {
    struct candle_key key;    /* venue "" for a file */
    struct candle_file *file; /* of the store */
    struct csv_data csv;      /* of --candles */
    char *origin;             /* whose candles stand in for the pair's own; NULL: nobody's */
};

struct backtest_tape;

struct backtest_sources {
    uint32_t count;
    struct backtest_tape *tape; /* of --trades or --books; else NULL */
    enum timeframe base;        /* the coarsest of each pair's candles */
    enum timeframe decided;     /* the finest that strategies may look at */
    struct backtest_source list[PAIR_MAX];
    struct pair terms[PAIR_MAX];
    struct candle_rows rows[PAIR_MAX];
};

/* The synthetic market's candles of one pair, from market.from to market.to and before that what
 * warms up: 0, or -errno with the reason in `error`. */
int backtest_made(const char *symbol, uint64_t seed, const struct market_options *span,
                  struct backtest_source *ret, struct candle_rows *ret_rows,
                  char error[BACKTEST_ERROR_MAX]);

/* Finds and opens the candles that the flags and options ask for. 0, or -errno with the reason in
 * `error`. Close it either way. */
int backtest_sources_open(struct backtest_sources *sources, const struct backtest_flags *flags,
                          const struct options *options, char error[BACKTEST_ERROR_MAX]);
void backtest_sources_close(struct backtest_sources *sources);

/* How a pair is counted: as the venue does; under --stake all as finely as its prices are, in
 * `decimals`, as is one that nobody knows. */
bool backtest_terms_known(const struct backtest_flags *flags, const char *symbol);
int backtest_terms(const struct backtest_flags *flags, const struct options *options,
                   const char *symbol, uint32_t decimals, struct pair *ret,
                   char error[BACKTEST_ERROR_MAX]);

/* What trades and books a run was filled by; and what a study must be of again to go on: the pair's
 * trades, and the queue. */
void backtest_tape_tell(const struct backtest_tape *tape, struct run_report *report);
void backtest_tape_terms(const struct backtest_tape *tape, uint32_t index, char *text, size_t size);

/* Everything a run hangs on. It is large: on the heap. */
struct backtest_setup {
    struct backtest_flags flags;
    struct options options;
    struct config *config;
    struct backtest_sources sources;
    struct engine_config engine;
    struct matching_config matching;
    struct backtest_config run; /* over the parts above; who runs it adds the progress */
};

/*
 * After backtest_flags_read: reads the options, opens the candles, and settles what the engine and
 * the matching run with. False with the reason in `error`; "" when it stands on standard error
 * already. Close it either way; the flags with it.
 */
bool backtest_setup_open(struct backtest_setup *setup, char error[BACKTEST_ERROR_MAX]);
void backtest_setup_close(struct backtest_setup *setup);

/* The engine and the matching once more from the options, which were changed since. 0, or -EINVAL
 * with the reason in `error`. */
int backtest_setup_engine(struct backtest_setup *setup, char error[BACKTEST_ERROR_MAX]);

/* Whether a section of options is that of a strategy which votes. */
bool backtest_setup_votes(const struct backtest_setup *setup, const char *section);

/* What tells the runs of this setup apart: its strategy, else its pair, as a file's name may have
 * it. */
#define BACKTEST_NAME_MAX 64
void backtest_setup_name(const struct backtest_setup *setup, char name[BACKTEST_NAME_MAX]);

/* The model that --model names, put in force, and told to the run and the report. */
struct backtest_asked {
    char hash[2 * MODEL_HASH_SIZE + 1];
    struct model_file *file; /* NULL: none */
    const struct model *before;
};
bool backtest_asked_open(struct backtest_asked *asked, struct backtest_setup *setup,
                         char error[BACKTEST_ERROR_MAX]);
void backtest_asked_tell(const struct backtest_asked *asked, struct run_report *report);
void backtest_asked_close(struct backtest_asked *asked);

/* The summary, the curve (at most PAGE_POINT_MAX points) and the newest PAGE_TRADE_MAX trades, as
 * one JSON text: what the dashboard shows. NULL when memory gave out; the caller frees it. */
#define PAGE_POINT_MAX 500
#define PAGE_TRADE_MAX 500
char *backtest_page(const struct run_report *report);

/* The page for a terminal, and the one for a browser, which needs nothing but itself. */
void backtest_summary(const struct run_report *report, FILE *out);
void backtest_html(const struct run_report *report, FILE *out);
