/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/flags.h"
#include "app/monte_carlo.h"

static const char command[] = "montecarlo";

#define RUNS_MAX 100000
#define JITTER_MAX 10000
#define BLOCK_MAX 100000

/* 2 words, 0 when the flag is none of ours. */
static int take(void *context, const char *flag, const char *value)
{
    struct monte_carlo_flags *flags = context;
    int result = 0;
    if (value == NULL) {
        return 0;
    }
    if (strcmp(flag, "--runs") == 0) {
        result = flags_whole(command, flag, value, 1, RUNS_MAX, &flags->runs);
    } else if (strcmp(flag, "--seed") == 0) {
        result = flags_whole(command, flag, value, 0, UINT64_MAX, &flags->seed);
    } else if (strcmp(flag, "--ruin") == 0) {
        result = flags_real(command, flag, value, 0, 1, &flags->ruin);
    } else if (strcmp(flag, "--block") == 0) {
        result = flags_real(command, flag, value, 1, BLOCK_MAX, &flags->block);
    } else if (strcmp(flag, "--jitter") == 0) {
        result = flags_whole(command, flag, value, 0, JITTER_MAX, &flags->jitter);
    } else if (strcmp(flag, "--jitter-by") == 0) {
        result = flags_real(command, flag, value, 0.001, 0.9, &flags->jitter_by);
    } else {
        return 0;
    }
    return result < 0 ? result : 2;
}

int monte_carlo_flags_read(struct monte_carlo_flags *flags, int argc, char **argv)
{
    *flags = (struct monte_carlo_flags){.runs = 1000, .seed = 1, .ruin = 0.5, .jitter_by = 0.1};
    flags->argv = calloc((size_t)argc + 1, sizeof *flags->argv);
    if (flags->argv == NULL) {
        fputs("cuttle montecarlo: out of memory\n", stderr);
        return -EINVAL;
    }
    return flags_sift(argc, argv, take, flags, flags->argv, &flags->argc);
}

void monte_carlo_flags_free(struct monte_carlo_flags *flags)
{
    free(flags->argv);
}
