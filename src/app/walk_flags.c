/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/flags.h"
#include "app/walk.h"
#include "core/base/timestamp.h"

#define RUNS 1000

static int complain(const char *flag, const char *value, const char *remedy)
{
    fprintf(stderr, "cuttle walkforward: %s %s: %s\n", flag, value, remedy);
    return -EINVAL;
}

/* A length from `least` on: 2 words. */
static int read_length(const char *flag, const char *value, int64_t least_ns, int64_t *ret_ns)
{
    const bool read = duration_parse(value, strlen(value), ret_ns);
    return read && *ret_ns >= least_ns ? 2 : complain(flag, value, "write a length such as 90d");
}

/* A flag of ours: how many words it took, 0 when it is none. */
static int take(void *context, const char *flag, const char *value)
{
    struct walk_flags *flags = context;
    if (strcmp(flag, "--anchored") == 0) {
        flags->plan.anchored = true;
        return 1;
    }
    if (strcmp(flag, "--json") == 0) {
        flags->json = true;
        return 1;
    }
    if (strcmp(flag, "--force") == 0) {
        return complain(flag, "", "is a search's: nothing is written into a configuration here");
    }
    if (value == NULL) {
        return 0;
    }
    if (strcmp(flag, "--train") == 0) {
        return read_length(flag, value, NS_PER_HOUR, &flags->plan.train_ns);
    }
    if (strcmp(flag, "--test") == 0) {
        return read_length(flag, value, NS_PER_HOUR, &flags->plan.test_ns);
    }
    if (strcmp(flag, "--purge") == 0) {
        return read_length(flag, value, 0, &flags->plan.purge_ns);
    }
    if (strcmp(flag, "--embargo") == 0) {
        return read_length(flag, value, 0, &flags->plan.embargo_ns);
    }
    if (strcmp(flag, "--study") == 0) {
        flags->study = value;
        return 2;
    }
    if (strcmp(flag, "--runs") == 0) {
        char *end = NULL;
        const unsigned long runs = strtoul(value, &end, 10);
        flags->runs = (uint32_t)runs;
        return *end == '\0' && runs >= 100 && runs <= 100000
                   ? 2
                   : complain(flag, value, "write a number from 100 to 100000");
    }
    if (strcmp(flag, "--holdout") == 0 || strcmp(flag, "--resume") == 0 ||
        strcmp(flag, "--top") == 0 || strcmp(flag, "--apply") == 0 || strcmp(flag, "--undo") == 0) {
        return complain(flag, value,
                        "is a search's; the tests here are the folds', and the same command "
                        "with the same --study goes on");
    }
    return 0;
}

int walk_flags_read(struct walk_flags *flags, int argc, char **argv)
{
    *flags = (struct walk_flags){
        .plan = {.train_ns = 365 * NS_PER_DAY, .test_ns = 90 * NS_PER_DAY, .purge_ns = NS_PER_DAY},
        .runs = RUNS};
    flags->argv = calloc((size_t)argc + 1, sizeof *flags->argv);
    if (flags->argv == NULL) {
        return complain("walkforward", "", "out of memory");
    }
    return flags_sift(argc, argv, take, flags, flags->argv, &flags->argc);
}

void walk_flags_free(struct walk_flags *flags)
{
    free(flags->argv);
}
