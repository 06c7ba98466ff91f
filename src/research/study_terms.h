/* SPDX-License-Identifier: MIT */
/* The terms of a study as a text, in study.json or on the board, held against those of a search. */
#pragma once

#include "research/study.h"

/* The file, written when there is none. 0, -EEXIST with the first difference, or -errno; the reason
 * in `error`. */
int study_terms_hold(const struct study_config *config, char *error, size_t error_size);

/* A JSON text of their own, to be freed; NULL when it takes more memory than there is. */
char *study_terms_text(const struct study_terms *terms);

/* 0 when the text, kept at `where`, says the same terms; -EEXIST with the first difference. */
int study_terms_compare(const struct study_terms *terms, const char *text, size_t len,
                        const char *where, char *error, size_t error_size);
