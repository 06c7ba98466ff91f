/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "app/flags.h"
#include "app/search.h"
#include "core/base/timestamp.h"
#include "store/postgres.h"

#define HOLDOUT 0.25
#define TRADES_MIN 30
#define TOP 10
#define LEASE_NS (60 * NS_PER_S)
#define LEASE_MAX_NS (7 * NS_PER_DAY)
#define TRIALS_MAX 10000000

static const char command[] = "search";

static int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int complain(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fputs("cuttle search: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    return -EINVAL;
}

void search_folder(const char *name, char folder[DISK_PATH_MAX])
{
    const bool path = strchr(name, '/') != NULL;
    snprintf(folder, DISK_PATH_MAX, "%s%s", path ? "" : "studies/", name);
}

static int read_word(const char *flag, const char *value, const char *const *words, uint32_t count,
                     uint32_t *ret)
{
    char all[128] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(words[i], value) == 0) {
            *ret = i;
            return 0;
        }
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i > 0 ? ", " : "", words[i]);
    }
    return complain("%s %s: it is one of %s", flag, value, all);
}

static int read_small(const char *flag, const char *value, uint32_t least, uint32_t most,
                      uint32_t *ret)
{
    uint64_t figure = 0;
    const int result = flags_whole(command, flag, value, least, most, &figure);
    *ret = result == 0 ? (uint32_t)figure : *ret;
    return result;
}

static int add_space(struct search_flags *flags, const char *value)
{
    if (flags->space_count == SPACE_AXIS_MAX) {
        return complain("--space %s: more than %d axes are not searched", value, SPACE_AXIS_MAX);
    }
    flags->spaces[flags->space_count++] = value;
    return 0;
}

static int read_last(struct search_flags *flags, const char *value)
{
    const bool read = duration_parse(value, strlen(value), &flags->last_ns);
    return read && flags->last_ns > 0 ? 0
                                      : complain("--last %s: write a length such as 180d", value);
}

static int read_lease(struct search_flags *flags, const char *value)
{
    const bool read = duration_parse(value, strlen(value), &flags->lease_ns);
    return read && flags->lease_ns >= NS_PER_S && flags->lease_ns <= LEASE_MAX_NS
               ? 0
               : complain("--lease %s: write a length from 1s to 7d", value);
}

/* Refused before the words are kept anywhere, since there may be a password in it. */
static int check_board(const struct search_flags *flags)
{
    char error[POSTGRES_ERROR_MAX];
    if (flags->board == NULL) {
        return 0;
    }
    if (postgres_check(flags->board, error, sizeof error) != 0) {
        return complain("--board: %s", error);
    }
    return flags->study != NULL
               ? 0
               : complain("--board: workers meet by the study's name: say it with --study");
}

/* What is searched, and for what: 2 words, 0 when the flag is none of these. */
static int take_question(struct search_flags *flags, const char *flag, const char *value)
{
    int result = 0;
    uint32_t word = 0;
    if (strcmp(flag, "--space") == 0) {
        result = add_space(flags, value);
    } else if (strcmp(flag, "--method") == 0) {
        result = read_word(flag, value, search_method_names, SEARCH_METHOD_COUNT, &word);
        flags->method = (enum search_method)word;
    } else if (strcmp(flag, "--objective") == 0) {
        result = read_word(flag, value, objective_names, OBJECTIVE_COUNT, &word);
        flags->objective.kind = (enum objective_kind)word;
    } else if (strcmp(flag, "--max-drawdown") == 0) {
        result = flags_real(command, flag, value, 0, 1, &flags->objective.drawdown_max);
    } else if (strcmp(flag, "--min-trades") == 0) {
        result = flags_whole(command, flag, value, 0, UINT32_MAX, &flags->objective.trades_min);
    } else if (strcmp(flag, "--trials") == 0) {
        result = flags_whole(command, flag, value, 1, TRIALS_MAX, &flags->trials);
    } else if (strcmp(flag, "--seed") == 0) {
        result = flags_whole(command, flag, value, 0, UINT64_MAX, &flags->seed);
    } else if (strcmp(flag, "--holdout") == 0) {
        result = flags_real(command, flag, value, 0, 0.9, &flags->holdout);
    } else if (strcmp(flag, "--last") == 0) {
        result = read_last(flags, value);
    } else {
        return 0;
    }
    return result < 0 ? result : 2;
}

/* How it is run and what is done with it. */
static int take_valued(struct search_flags *flags, const char *flag, const char *value)
{
    int result = 0;
    if (strcmp(flag, "--top") == 0) {
        result = read_small(flag, value, 1, SEARCH_TOP_MAX, &flags->top);
    } else if (strcmp(flag, "--workers") == 0) {
        result = read_small(flag, value, 1, CREW_WORKER_MAX, &flags->workers);
    } else if (strcmp(flag, "--study") == 0) {
        flags->study = value;
    } else if (strcmp(flag, "--resume") == 0) {
        flags->resume = value;
    } else if (strcmp(flag, "--board") == 0) {
        flags->board = value;
    } else if (strcmp(flag, "--lease") == 0) {
        result = read_lease(flags, value);
    } else if (strcmp(flag, "--apply") == 0) {
        flags->apply = value;
    } else if (strcmp(flag, "--undo") == 0) {
        flags->undo = value;
    } else if (strcmp(flag, "--out") == 0) {
        result = complain("--out: a search keeps everything in its study; --study names it");
    } else {
        return take_question(flags, flag, value);
    }
    return result < 0 ? result : 2;
}

static int take_bare(struct search_flags *flags, const char *flag)
{
    bool *const places[] = {&flags->json, &flags->force, &flags->help, &flags->help};
    static const char *const words[] = {"--json", "--force", "--help", "-h"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(flag, words[i]) == 0) {
            *places[i] = true;
            return 1;
        }
    }
    return strcmp(flag, "--no-files") == 0
               ? complain("--no-files: a search that can be interrupted needs its study")
               : 0;
}

static int read_words(struct search_flags *flags)
{
    for (int i = 1; i < flags->word_count;) {
        char **words = flags->words + i;
        const char *value = i + 1 < flags->word_count ? words[1] : NULL;
        int taken = take_bare(flags, words[0]);
        if (taken == 0 && value != NULL) {
            taken = take_valued(flags, words[0], value);
        }
        if (taken < 0) {
            return taken;
        }
        /* What is not ours: a flag's value is never taken for a flag. */
        const int left = taken > 0 ? 0 : value != NULL && words[0][0] == '-' ? 2 : 1;
        for (int k = 0; k < left; k++) {
            flags->argv[flags->argc++] = words[k];
        }
        i += taken + left;
    }
    return 0;
}

/* The words of the study that --resume names come first, so that later ones win. */
static int gather(struct search_flags *flags, int argc, char **argv)
{
    char folder[DISK_PATH_MAX], error[STUDY_ERROR_MAX];
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--resume") == 0) {
            flags->resume = argv[i + 1];
        }
    }
    if (flags->resume != NULL) {
        search_folder(flags->resume, folder);
        if (study_words(folder, &flags->owned, &flags->owned_count, error, sizeof error) != 0) {
            return complain("--resume %s: %s", flags->resume, error);
        }
    }
    const size_t room = (size_t)(argc + flags->owned_count) + 1;
    flags->words = calloc(room, sizeof *flags->words);
    flags->argv = calloc(room, sizeof *flags->argv);
    if (flags->words == NULL || flags->argv == NULL) {
        return complain("out of memory");
    }
    flags->words[flags->word_count++] = argv[0];
    flags->argv[flags->argc++] = argv[0];
    for (int i = 1; i < flags->owned_count; i++) {
        flags->words[flags->word_count++] = flags->owned[i];
    }
    for (int i = 1; i < argc; i++) {
        flags->words[flags->word_count++] = argv[i];
    }
    return 0;
}

int search_flags_read(struct search_flags *flags, int argc, char **argv)
{
    *flags = (struct search_flags){
        .objective = {.drawdown_max = 1, .trades_min = TRADES_MIN},
        .holdout = HOLDOUT,
        .seed = 1,
        .top = TOP,
        .lease_ns = LEASE_NS,
    };
    int result = gather(flags, argc, argv);
    if (result == 0) {
        result = read_words(flags);
    }
    /* NAME-2, which a second worker wrote, is the study NAME on the board. */
    flags->shared = flags->study != NULL ? flags->study : flags->resume;
    if (result == 0 && flags->resume != NULL) {
        flags->study = flags->resume;
    }
    return result == 0 && !flags->help ? check_board(flags) : result;
}

void search_flags_free(struct search_flags *flags)
{
    study_words_free(flags->owned, flags->owned_count);
    free(flags->words);
    free(flags->argv);
}
