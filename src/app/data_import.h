/* SPDX-License-Identifier: MIT */
/*
 * One table of candles on its way into the store, from a file or from a member of an archive:
 * begin, take what was read, store, end.
 */
#pragma once

#include "app/data.h"
#include "store/csv.h"
#include "store/csv_name.h"

struct import {
    const struct data_options *options;
    const char *path; /* as messages say it */
    bool shows;       /* a terminal is watching */
    struct csv_name name;
    struct candle_key by_name; /* what the file's name says, whatever --as says */
    struct csv_options reading;
    struct csv_data data;
    struct candle_merge_result merged;
};

/* `name` is what the file is called, `path` where it is. False when --as is malformed: said. */
bool import_begin(struct import *import, const struct data_options *options, const char *name,
                  const char *path);

/* After csv_read: whose candles they are. False, said, when nobody says it. */
bool import_settle(struct import *import);

/* Into the store; one of DATA_*. */
int import_store(struct import *import);
void import_end(struct import *import);

/* How it went: a line, and for a file alone what is missing and what was refused. */
void import_print(const struct import *import);
void import_print_details(const struct import *import);

void import_clear_line(const struct import *import);

/* A zip archive, such as Kraken's history. */
int data_import_zip(const struct data_options *options, const char *path);
