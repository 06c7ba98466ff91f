/* SPDX-License-Identifier: MIT */
/* What the parts of `cuttle drift` share. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/matching/matching.h"
#include "operator/sentence/sentence.h"
#include "platform/json/json_writer.h"
#include "research/drift.h"

#define DRIFT_ERROR_MAX 2048

/* An option that the two sides have otherwise; `rerun` is what the session had before, when it was
 * started again with another. */
struct drift_option {
    char name[96];
    char session[128], rerun[128];
};

#define DRIFT_OPTION_MAX 32

struct drift_options {
    uint32_t count; /* all there are; the list holds the first of them */
    struct drift_option list[DRIFT_OPTION_MAX];
};

/* What one side runs with. */
struct drift_setup {
    struct engine_config engine;
    struct matching_config matching;
};

/* The options of which the values differ, by their names in the configuration. */
void drift_options_compare(const struct drift_setup *session, const struct drift_setup *rerun,
                           struct drift_options *ret);

/*
 * Other options for the re-run: those of `file` over the defaults, or, when that is NULL, those
 * recorded; and over them each "section.option=value" of `sets`. 0, or -EINVAL with the reason in
 * `error`. Pairs, base candles and capital stay as recorded.
 */
int drift_options_read(const struct drift_setup *recorded, const char *file, char *const *sets,
                       uint32_t set_count, struct drift_setup *ret, char *error, size_t error_size);

/* What is told of a run when it is over. */
struct drift_page {
    const struct drift *drift;
    const struct sentence_names *names;     /* of both sides: DRIFT_SIDES of them */
    const struct matching_config *matching; /* of the re-run */
    const char *session_fills;              /* how the session's orders were filled, in words */
    const char *journal;
    const char *store; /* NULL: none */
    enum timeframe base;
    uint32_t segment_first, segment_last;
    bool torn;
    const char *stopped; /* why it ends before the recording does; "" it does not */
    const struct drift_options *options;
    bool options_given; /* by the command line; else the session changed them */
};

/* The longest text of a difference: both decisions' sentences, and what in them differs. */
#define DRIFT_TEXT_MAX (3 * SENTENCE_MAX)

/* What page and JSON share: a part's name, figures of the totals. */
extern const char *const drift_part_words[DRIFT_PART_COUNT];
double drift_mean(const struct drift_spread *spread);         /* 0 of none */
int64_t drift_gap_of(const struct drift_page *page);          /* of both equities */
uint32_t drift_solo_count(const struct drift_totals *totals); /* those that are kept */

/* A difference in words, one or more sentences. Returns the length. */
size_t drift_sentence(char *out, size_t size, const struct drift_difference *difference,
                      const struct drift_page *page);

void drift_page_print(const struct drift_page *page, FILE *out);

/* As one JSON object, to be freed; NULL: out of memory. */
char *drift_page_json(const struct drift_page *page);
