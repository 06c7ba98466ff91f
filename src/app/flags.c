/* SPDX-License-Identifier: MIT */
#include "app/flags.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool flags_is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

bool flags_have_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (flags_is_help(argv[i])) {
            return true;
        }
    }
    return false;
}

int flags_real(const char *command, const char *flag, const char *value, double least, double most,
               double *ret)
{
    char *end = NULL;
    const double figure = strtod(value, &end);
    if (end == value || *end != '\0' || !(figure >= least && figure <= most)) {
        fprintf(stderr, "cuttle %s: %s %s: write a number from %g to %g\n", command, flag, value,
                least, most);
        return -EINVAL;
    }
    *ret = figure;
    return 0;
}

int flags_whole(const char *command, const char *flag, const char *value, uint64_t least,
                uint64_t most, uint64_t *ret)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long figure = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || figure < least ||
        figure > most) {
        fprintf(stderr, "cuttle %s: %s %s: write a whole number from %" PRIu64 " to %" PRIu64 "\n",
                command, flag, value, least, most);
        return -EINVAL;
    }
    *ret = figure;
    return 0;
}

int flags_sift(int argc, char **argv, flags_take *take, void *context, char **rest, int *ret_count)
{
    *ret_count = 0;
    rest[(*ret_count)++] = argv[0];
    for (int i = 1; i < argc;) {
        const int taken = take(context, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
        if (taken < 0) {
            return taken;
        }
        if (taken == 0) {
            rest[(*ret_count)++] = argv[i];
        }
        i += taken > 0 ? taken : 1;
    }
    return 0;
}
