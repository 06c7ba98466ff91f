/* SPDX-License-Identifier: MIT */
/* What the parts of `cuttle data` share. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/pair.h"
#include "store/candle_file.h"
#include "store/quality.h"

/* The exit statuses of `cuttle data`, as its help tells them. */
enum {
    DATA_DONE = 0,
    DATA_FAILED = 1,  /* something could not be read or written */
    DATA_REFUSED = 2, /* done, but rows were refused or a file needs repair */
};

struct data_options {
    const char *store;
    const char *as;      /* VENUE:PAIR, or NULL */
    const char *pair;    /* or NULL */
    const char *pairs;   /* several, by spaces or commas, or NULL */
    const char *picture; /* likewise */
    const char *out;     /* a file to write, or NULL */
    bool timeframe_known;
    enum timeframe timeframe;
    int64_t start_ns, end_ns; /* the end does not belong to it */
    bool replace;
    uint64_t bad_max;
    double limit; /* of a wick or a jump, a fraction of the price */
    char **words; /* what is no flag, in order */
    int word_count;
};

/* Each is one of the commands; the words have been counted. */
int data_import(const struct data_options *options);
int data_list(const struct data_options *options);
int data_check(const struct data_options *options);
int data_download(const struct data_options *options);
int data_export(const struct data_options *options);
int data_resample(const struct data_options *options);

/* "cuttle data: ..." on standard error; returns DATA_FAILED. */
int data_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "BTC/USD" is Kraken's, "BINANCE:BTCUSDT" is Binance's; aliases resolved. Says what is wrong. */
bool data_key(const char *text, struct candle_key *ret);

/* The next pair of a list by spaces or commas, which is moved on; false at its end. What is no pair
 * has been refused before. */
bool data_next_pair(const char **list, char symbol[SYMBOL_MAX]);

/* "2024-08-05" or "2024-08-05 12:30", in a buffer used again after eight calls. */
const char *data_date(int64_t time_ns);

/* "KRAKEN:BTC/USD 5m" likewise. */
const char *data_name(const struct candle_key *key);

/* One line: how many candles are missing, in how many gaps, and the longest. */
void data_print_gaps(const struct quality *quality);
