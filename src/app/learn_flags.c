/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/flags.h"
#include "app/learn.h"
#include "core/base/timestamp.h"

static const char command[] = "learn";

/* Words that a backtest has by another name. */
static const struct {
    const char *ours, *backtest;
} names[] = {
    {"--from", "--start"}, {"--to", "--end"}, {"--pairs", "--pair"}, {"--report", "--out"}};

static int take_bare(struct learn_flags *flags, const char *flag)
{
    if (strcmp(flag, "--rolling") == 0) {
        flags->walk.rolling = true;
    } else if (strcmp(flag, "--shorts") == 0) {
        flags->shorts = true;
    } else if (strcmp(flag, "--keep") == 0) {
        flags->keep = true;
    } else if (strcmp(flag, "--features") == 0) {
        flags->features = true;
    } else if (strcmp(flag, "--examples") == 0) {
        flags->examples = true;
    } else if (strcmp(flag, "--no-trees") == 0) {
        flags->walk.terms.trees = false;
    } else {
        return 0;
    }
    return 1;
}

static int take_horizon(struct learn_flags *flags, const char *value)
{
    if (duration_parse(value, strlen(value), &flags->horizon_ns) && flags->horizon_ns > 0) {
        return 0;
    }
    fprintf(stderr, "cuttle learn: --horizon %s: write a length such as 3d or 12h\n", value);
    return -EINVAL;
}

static int take_strategies(struct learn_flags *flags, const char *value)
{
    const int len =
        snprintf(flags->strategies, sizeof flags->strategies, "strategies.enabled=%s", value);
    if (len > 0 && (size_t)len < sizeof flags->strategies) {
        return 0;
    }
    fprintf(stderr, "cuttle learn: --strategies: that is too long a list\n");
    return -EINVAL;
}

static int take(void *context, const char *flag, const char *value)
{
    struct learn_flags *flags = context;
    struct fit_terms *terms = &flags->walk.terms;
    uint64_t seed = terms->seed;
    int result = take_bare(flags, flag);
    if (result != 0 || value == NULL) {
        return result;
    }
    if (strcmp(flag, "--state") == 0) {
        flags->state = value;
    } else if (strcmp(flag, "--under") == 0) {
        result = flags_whole(command, flag, value, 1, INT32_MAX, &flags->under);
    } else if (strcmp(flag, "--tests") == 0) {
        result = flags_whole(command, flag, value, 1, FORWARD_TEST_MAX, &flags->tests);
    } else if (strcmp(flag, "--first") == 0) {
        result = flags_real(command, flag, value, 0.05, 0.95, &flags->walk.first);
    } else if (strcmp(flag, "--embargo-hours") == 0) {
        result = flags_real(command, flag, value, 0, 8760, &flags->embargo_hours);
    } else if (strcmp(flag, "--half-life") == 0) {
        result = flags_real(command, flag, value, 0, 100000, &terms->half_life_days);
    } else if (strcmp(flag, "--threshold") == 0) {
        result = flags_real(command, flag, value, 0, 1, &flags->threshold);
    } else if (strcmp(flag, "--seed") == 0) {
        result = flags_whole(command, flag, value, 0, UINT32_MAX, &seed);
    } else if (strcmp(flag, "--horizon") == 0) {
        result = take_horizon(flags, value);
    } else if (strcmp(flag, "--strategies") == 0) {
        result = take_strategies(flags, value);
    } else {
        return 0;
    }
    terms->seed = (uint32_t)seed;
    return result < 0 ? result : 2;
}

static void rename_words(struct learn_flags *flags)
{
    for (int i = 0; i < flags->argc; i++) {
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            if (strcmp(flags->argv[i], names[k].ours) == 0) {
                flags->argv[i] = (char *)(uintptr_t)names[k].backtest;
            }
        }
    }
}

static void add(struct learn_flags *flags, const char *word)
{
    flags->argv[flags->argc++] = (char *)(uintptr_t)word;
}

int learn_flags_read(struct learn_flags *flags, int argc, char **argv)
{
    *flags =
        (struct learn_flags){.walk = forward_config_usual(), .threshold = 0.5, .state = "state"};
    flags->tests = flags->walk.tests;
    flags->embargo_hours = (double)flags->walk.embargo_ns / (double)NS_PER_HOUR;
    flags->argv = calloc((size_t)argc + 5, sizeof *flags->argv);
    if (flags->argv == NULL) {
        fputs("cuttle learn: out of memory\n", stderr);
        return -EINVAL;
    }
    const int result = flags_sift(argc, argv, take, flags, flags->argv, &flags->argc);
    if (result != 0) {
        return result;
    }
    rename_words(flags);
    /* Words of later win over those before. */
    if (flags->strategies[0] != '\0') {
        add(flags, "--set"), add(flags, flags->strategies);
    }
    add(flags, "--set"), add(flags, "model.enabled=true");
    flags->walk.tests = (uint32_t)flags->tests;
    flags->walk.embargo_ns = (int64_t)(flags->embargo_hours * (double)NS_PER_HOUR);
    return 0;
}

void learn_flags_free(struct learn_flags *flags)
{
    free(flags->argv);
}
