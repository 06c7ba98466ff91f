/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/monte_carlo.h"

#define RUNS_MAX 100000
#define JITTER_MAX 10000
#define BLOCK_MAX 100000

static int read_real(const char *flag, const char *value, double least, double most, double *ret)
{
    char *end = NULL;
    const double figure = strtod(value, &end);
    if (end == value || *end != '\0' || !(figure >= least && figure <= most)) {
        fprintf(stderr, "cuttle montecarlo: %s %s: write a number from %g to %g\n", flag, value,
                least, most);
        return -EINVAL;
    }
    *ret = figure;
    return 0;
}

static int read_whole(const char *flag, const char *value, uint64_t least, uint64_t most,
                      uint64_t *ret)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long figure = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || figure < least ||
        figure > most) {
        fprintf(stderr,
                "cuttle montecarlo: %s %s: write a whole number from %" PRIu64 " to %" PRIu64 "\n",
                flag, value, least, most);
        return -EINVAL;
    }
    *ret = figure;
    return 0;
}

/* 2 words, 0 when the flag is none of ours. */
static int take_valued(struct monte_carlo_flags *flags, const char *flag, const char *value)
{
    int result = 0;
    if (strcmp(flag, "--runs") == 0) {
        result = read_whole(flag, value, 1, RUNS_MAX, &flags->runs);
    } else if (strcmp(flag, "--seed") == 0) {
        result = read_whole(flag, value, 0, UINT64_MAX, &flags->seed);
    } else if (strcmp(flag, "--ruin") == 0) {
        result = read_real(flag, value, 0, 1, &flags->ruin);
    } else if (strcmp(flag, "--block") == 0) {
        result = read_real(flag, value, 1, BLOCK_MAX, &flags->block);
    } else if (strcmp(flag, "--jitter") == 0) {
        result = read_whole(flag, value, 0, JITTER_MAX, &flags->jitter);
    } else if (strcmp(flag, "--jitter-by") == 0) {
        result = read_real(flag, value, 0.001, 0.9, &flags->jitter_by);
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
    flags->argv[flags->argc++] = argv[0];
    for (int i = 1; i < argc;) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        const int taken = value != NULL ? take_valued(flags, argv[i], value) : 0;
        if (taken < 0) {
            return taken;
        }
        if (taken == 0) {
            flags->argv[flags->argc++] = argv[i];
        }
        i += taken > 0 ? taken : 1;
    }
    return 0;
}

void monte_carlo_flags_free(struct monte_carlo_flags *flags)
{
    free(flags->argv);
}
