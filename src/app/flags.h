/* SPDX-License-Identifier: MIT */
/*
 * What commands with flags of their own share, whose other words go on to somebody else: figures
 * read within bounds, and the words cut in two. What is wrong is said on standard error, in the
 * name of the command.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* --help or -h. */
bool flags_is_help(const char *word);

/* One of the words behind argv[0] is. */
bool flags_have_help(int argc, char **argv);

/* A number from `least` to `most`: 0, or -EINVAL after saying so. */
int flags_real(const char *command, const char *flag, const char *value, double least, double most,
               double *ret);
int flags_whole(const char *command, const char *flag, const char *value, uint64_t least,
                uint64_t most, uint64_t *ret);

/* How many words the flag took, 0 when it is not the command's own, below 0 when it is wrong.
 * `value` is the word behind it; NULL at the end. */
typedef int flags_take(void *context, const char *flag, const char *value);

/* argv[0] and the words that `take` did not want into `rest`, which has room for argc of them; how
 * many there are into *ret_count. 0, or what `take` said was wrong. */
int flags_sift(int argc, char **argv, flags_take *take, void *context, char **rest, int *ret_count);
