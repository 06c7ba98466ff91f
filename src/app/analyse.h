/* SPDX-License-Identifier: MIT */
/*
 * What the parts of `cuttle analyse` and of /api/v1/insights share: the trades with the names of
 * what they have in common, where they are read from, and the ways of telling what was found.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/market/pair.h"
#include "platform/json/json_writer.h"
#include "research/learn/analyse.h"
#include "store/ledger.h"

#define ANALYSE_NAME_MAX 64
#define ANALYSE_TEXT_MAX 512

/* Closed trades, and the names behind their indices. */
struct analyse_book {
    size_t count, room;
    struct analyse_trade *trades;
    uint32_t pair_count, strategy_count;
    char pairs[ANALYSE_PAIR_MAX][SYMBOL_MAX];
    char strategies[ANALYSE_STRATEGY_MAX][ANALYSE_NAME_MAX];
    size_t bare; /* of the ledger: what began them is not kept any more */
};

void analyse_book_init(struct analyse_book *book);
void analyse_book_free(struct analyse_book *book);

/* False: out of memory. */
bool analyse_book_add(struct analyse_book *book, const struct analyse_trade *trade);

/* The pair's index, ANALYSE_PAIR_MAX when there are too many; the strategy's bit, 0 when there are.
 * New names are kept. */
uint32_t analyse_book_pair(struct analyse_book *book, const char *name, size_t len);
uint64_t analyse_book_strategy(struct analyse_book *book, const char *name, size_t len);

/* What is asked unless something else is wanted. */
#define ANALYSE_FDR 0.1
#define ANALYSE_SUPPORT 20

/* 0, or -ENOMEM; analysis_free either way. */
int analyse_book_judge(const struct analyse_book *book, double fdr, uint32_t support,
                       struct analysis *ret);

/* Only trades that were opened in it. */
struct analyse_span {
    int64_t from_ns, to_ns;
};

/* The `limit` newest trades. What began each, the strategies, regime and probability, its decision
 * tells. 0, -ENOMEM, or -errno with the reason in ledger_error. */
int analyse_read_ledger(struct analyse_book *book, struct ledger *ledger, uint32_t limit,
                        const struct analyse_span *span);

/* A trades.csv as `cuttle backtest` writes it, or whatever else has its columns: pair, opened,
 * closed, and return or pnl and cost; strategies ("a+b"), side, regime, volatility and probability
 * where they are known. 0, or -errno with what, where and what to do in `error`. */
int analyse_read_csv(struct analyse_book *book, const char *path, const struct analyse_span *span,
                     char *error, size_t error_size);

/* What is told. */
struct analyse_page {
    const struct analyse_book *book;
    const struct analysis *analysis;
    const char *source;
    int only; /* enum analyse_ask; ANALYSE_ASK_ALL */
};

/* The splits, those of two behind those of one. */
enum { ANALYSE_ASK_ALL = -1 };
uint32_t analyse_ask_count(void);
const char *analyse_ask_word(uint32_t ask);    /* "weekday", "weekend-pair" */
const char *analyse_ask_heading(uint32_t ask); /* "by weekday" */
bool analyse_ask_find(const char *word, int *ret_ask);
bool analyse_ask_has(uint32_t ask, const struct analyse_cell *cell);

/* "Monday", "BTC/USD, weekends"; "shorts on weekends". Each writes ANALYSE_TEXT_MAX at most. */
void analyse_value_text(char *out, const struct analyse_page *page,
                        const struct analyse_cell *cell);
void analyse_subject_text(char *out, const struct analyse_page *page,
                          const struct analyse_cell *cell);

/* "shorts on weekends lose: 41 trades, -0.60 % each, 95 % interval -1.00 to -0.20 ..." */
void analyse_insight_text(char *out, const struct analyse_page *page, uint32_t insight);

/* The one line where there is no insight. */
void analyse_silence_text(char *out, const struct analyse_page *page);

/* The figures of all trades, a name and a value each. */
#define ANALYSE_FIGURE_MAX 16
struct analyse_figure {
    const char *name;
    char value[ANALYSE_TEXT_MAX];
};
uint32_t analyse_figures(const struct analyse_page *page,
                         struct analyse_figure figures[ANALYSE_FIGURE_MAX]);

/* A row's cells as they are told. */
struct analyse_cells {
    char value[ANALYSE_TEXT_MAX];
    char count[24], mean[24], interval[48], won[24], won_interval[48], p[24];
};
void analyse_row_text(struct analyse_cells *cells, const struct analyse_page *page,
                      const struct analyse_row *row);

/* The largest |mean| of what a split has, by which bars are drawn; 0: it has nothing. */
double analyse_scale(const struct analyse_page *page, uint32_t ask);

void analyse_print(const struct analyse_page *page, FILE *out);
void analyse_html(const struct analyse_page *page, FILE *out);

/* How many bytes analyse_json may need. */
size_t analyse_json_room(const struct analyse_page *page);
void analyse_json(const struct analyse_page *page, struct json_writer *writer);
