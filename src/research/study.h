/* SPDX-License-Identifier: MIT */
/*
 * A study: a search on disk, so that it can be interrupted at any moment and goes on with nothing
 * lost and nothing tried twice.
 *
 *     FOLDER/study.json     the words that began it, and its terms: all that its results hang on
 *     FOLDER/trials.jsonl   a line for each set in the order they were proposed, each with a CRC
 *     FOLDER/returns.f32    each set's returns, `periods` of them, period after period
 *
 * A set's returns are written before its line, and the line has their CRC. What a crash tore off is
 * found when the study is opened again, and cut away. One process at a time works on a study.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "research/search.h"

/* Returns kept of all sets together: 2^24 * 4 bytes; and of one set at most. */
#define STUDY_RETURNS_MAX (1u << 24)
#define STUDY_PERIODS_MAX 1024

#define STUDY_TERM_MAX 1024
#define STUDY_ERROR_MAX 1024

/* One of the things that results hang on, as a text. */
struct study_term {
    char *name, *text;
};

struct study_terms {
    size_t count;
    struct study_term list[STUDY_TERM_MAX];
    bool out_of_memory;
};

void study_say(struct study_terms *terms, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void study_terms_free(struct study_terms *terms);

struct study;

struct study_config {
    const char *folder;
    const struct space *space;
    const struct study_terms *terms;
    uint32_t periods; /* of the returns of each set */
    int word_count;   /* of the command that began it */
    char **words;
    int64_t now_ns; /* when it was made */
};

/*
 * Makes the study, or goes on with it when there is one on the same terms. 0; -EEXIST for one on
 * other terms, and -EBUSY for one that another process works on; -errno otherwise; each with the
 * reason in `error`.
 */
int study_open(struct study **ret, const struct study_config *config, char *error,
               size_t error_size);
void study_close(struct study *study);

/* The words of the command that began the study in `folder`, to be given to study_words_free. */
int study_words(const char *folder, char ***ret_words, int *ret_count, char *error,
                size_t error_size);
void study_words_free(char **words, int count);

/* The trials it has, and what was torn off when it was opened. */
size_t study_count(const struct study *study);
uint64_t study_torn(const struct study *study); /* bytes */
const struct trial *study_trial(const struct study *study, size_t index);

/* Appends the next trial. 0, or -errno with the reason in `error`; then nothing was appended. */
int study_append(struct study *study, const struct trial *trial, const float *returns, char *error,
                 size_t error_size);

/* The returns of one trial into `out`: `periods` of them; false when they cannot be read. */
bool study_returns(const struct study *study, size_t index, float *out);
