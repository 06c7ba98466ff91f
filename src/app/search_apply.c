/* SPDX-License-Identifier: MIT */
/*
 * The winner into a configuration file, and back: only the values that were searched are changed,
 * the file that was there stays beside it as FILE.bak, and what changed is shown.
 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/search.h"
#include "app/search_text.h"
#include "app/search_yaml.h"

#define FILE_SIZE_MAX (1u << 20)
#define LINES_MAX 4000

static bool fail(char error[BACKTEST_ERROR_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool fail(char error[BACKTEST_ERROR_MAX], const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(error, BACKTEST_ERROR_MAX, format, values);
    va_end(values);
    return false;
}

/* The lines of a text, which is cut up. */
struct lines {
    char *list[LINES_MAX];
    size_t count;
};

static void cut_lines(char *text, struct lines *ret)
{
    ret->count = 0;
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (ret->count < LINES_MAX && (rest != NULL || *line != '\0')) {
            ret->list[ret->count++] = line;
        }
    }
}

/* Lengths of the longest common subsequences of what follows: (from + 1) * (to + 1) of them. */
static void measure(const struct lines *from, const struct lines *to, uint16_t *lengths)
{
    const size_t width = to->count + 1;
    for (size_t i = from->count; i-- > 0;) {
        for (size_t k = to->count; k-- > 0;) {
            const uint16_t down = lengths[(i + 1) * width + k], right = lengths[i * width + k + 1];
            lengths[i * width + k] = strcmp(from->list[i], to->list[k]) == 0
                                         ? (uint16_t)(lengths[(i + 1) * width + k + 1] + 1)
                                     : down > right ? down
                                                    : right;
        }
    }
}

/* The lines that go and come, with a minus or a plus before them. */
static void show_difference(char *before, char *after, FILE *out)
{
    static struct lines from, to;
    cut_lines(before, &from);
    cut_lines(after, &to);
    const size_t width = to.count + 1;
    uint16_t *lengths = calloc((from.count + 1) * width, sizeof *lengths);
    if (lengths == NULL) {
        return;
    }
    measure(&from, &to, lengths);
    size_t i = 0, k = 0;
    while (i < from.count || k < to.count) {
        if (i < from.count && k < to.count && strcmp(from.list[i], to.list[k]) == 0) {
            i++, k++;
        } else if (i < from.count &&
                   (k == to.count || lengths[(i + 1) * width + k] >= lengths[i * width + k + 1])) {
            fprintf(out, "  - %s\n", from.list[i++]);
        } else {
            fprintf(out, "  + %s\n", to.list[k++]);
        }
    }
    free(lengths);
}

static bool read_file(const char *path, char **ret, char error[BACKTEST_ERROR_MAX])
{
    size_t len = 0;
    const int code = disk_read_file(path, FILE_SIZE_MAX, ret, &len);
    if (code != 0) {
        fail(error, "%s cannot be read: %s", path, strerror(-code));
    } else if (strlen(*ret) != len) {
        fail(error, "%s is no text", path);
        free(*ret);
        *ret = NULL;
    }
    return *ret != NULL;
}

/* With the rights that the file beside it has. */
static bool write_file(const char *path, const char *text, mode_t mode,
                       char error[BACKTEST_ERROR_MAX])
{
    int code = disk_write_file(path, text, strlen(text));
    if (code == 0 && chmod(path, mode) != 0) {
        code = -errno;
    }
    if (code != 0) {
        fail(error, "%s cannot be written: %s", path, strerror(-code));
    }
    return code == 0;
}

/* Why the winner should not be believed; NULL: nothing speaks against it. */
static const char *doubt(const struct search_job *job)
{
    const struct finalist *winner = &job->finalists[0];
    const struct finalist *present = &job->finalists[job->finalist_count];
    const struct objective *objective = &job->flags.objective;
    const double ours = objective_value(objective, &winner->outside);
    const double theirs = objective_value(objective, &present->outside);
    if (job->cut_ns == job->until_ns) {
        return "with --holdout 0 nothing says how it does out of sample";
    }
    if (winner->outside.trades == 0 || !(winner->outside.sharpe > 0)) {
        return "out of sample its Sharpe ratio is not above 0";
    }
    if (!isfinite(ours) || (present->outside.trades > 0 && ours < theirs)) {
        return "out of sample it is worse than the present settings";
    }
    return NULL;
}

/* The text with each searched option set. */
static char *edit(const struct search_job *job, const char *path, const char *text,
                  char error[BACKTEST_ERROR_MAX])
{
    const struct point *point = &job->search.trials[job->finalists[0].trial].point;
    char *now = strdup(text), value[64], why[512];
    for (uint32_t i = 0; now != NULL && i < job->space.axis_count; i++) {
        const struct axis *axis = &job->space.axes[i];
        char *next = NULL;
        const int code =
            yaml_put(now, axis->name, axis_text(axis, point->at[i], value, sizeof value), &next,
                     why, sizeof why);
        free(now);
        now = code == 0 ? next : NULL;
        if (code != 0) {
            fail(error, "%s: %s; nothing was changed", path,
                 code == -ENOMEM ? "out of memory" : why);
            return NULL;
        }
    }
    return now;
}

/* What was written must be read as what was meant. */
static bool verify(struct search_job *job, const char *path, char error[BACKTEST_ERROR_MAX])
{
    const struct point *point = &job->search.trials[job->finalists[0].trial].point;
    const struct options *options = &job->setup.options;
    struct config *config = config_new(options->sections, options->section_count);
    char value[64];
    bool good = config != NULL && config_read_file(config, path) == 0;
    for (uint32_t i = 0; good && i < job->space.axis_count; i++) {
        const struct axis *axis = &job->space.axes[i];
        good = strcmp(config_text(config, axis->name),
                      axis_text(axis, point->at[i], value, sizeof value)) == 0;
    }
    if (!good) {
        fail(error,
             "%s would not be read as it was meant: %s; nothing was "
             "changed",
             path, config != NULL ? config_error(config) : "out of memory");
    }
    config_free(config);
    return good;
}

static bool swap_in(struct search_job *job, const char *path, const char *before, const char *after,
                    char error[BACKTEST_ERROR_MAX])
{
    char backup[PATH_MAX + 8], fresh[PATH_MAX + 8];
    snprintf(backup, sizeof backup, "%s.bak", path);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    struct stat status;
    const mode_t mode = stat(path, &status) == 0 ? status.st_mode & 0777 : 0600;
    bool good = write_file(fresh, after, mode, error) && verify(job, fresh, error) &&
                write_file(backup, before, mode, error);
    if (good && rename(fresh, path) != 0) {
        good = fail(error, "%s cannot be written: %s", path, strerror(errno));
    }
    if (good) {
        disk_sync_parent(path);
    }
    if (!good) {
        unlink(fresh);
    }
    return good;
}

bool search_apply(struct search_job *job, FILE *out, char error[BACKTEST_ERROR_MAX])
{
    char path[PATH_MAX], *before = NULL;
    if (realpath(job->flags.apply, path) == NULL) {
        return fail(error, "%s cannot be read: %s", job->flags.apply, strerror(errno));
    }
    if (job->finalist_count == 0) {
        return fail(error, "%s stays as it is: there is no winner", path);
    }
    const char *why = doubt(job);
    if (why != NULL && !job->flags.force) {
        return fail(error, "%s stays as it is: %s; --force writes the winner all the same", path,
                    why);
    }
    if (!read_file(path, &before, error)) {
        return false;
    }
    char *after = edit(job, path, before, error);
    const bool good = after != NULL && swap_in(job, path, before, after, error);
    if (good) {
        fprintf(out, "\n%s, and the file as it was in %s.bak (cuttle search --undo %s):\n", path,
                path, path);
        show_difference(before, after, out);
        if (job->setup.flags.strategy != NULL) {
            fprintf(out,
                    "  --strategy %s let it vote alone; whether it does in %s, strategies.enabled "
                    "and section decision say\n",
                    job->setup.flags.strategy, path);
        }
    }
    free(before);
    free(after);
    return good;
}

bool search_undo(const char *name, FILE *out, char error[BACKTEST_ERROR_MAX])
{
    char path[PATH_MAX], backup[PATH_MAX + 8], *before = NULL, *after = NULL;
    if (realpath(name, path) == NULL) {
        return fail(error, "%s cannot be read: %s", name, strerror(errno));
    }
    snprintf(backup, sizeof backup, "%s.bak", path);
    if (access(backup, F_OK) != 0) {
        return fail(error, "there is no %s to bring back", backup);
    }
    bool good = read_file(path, &before, error) && read_file(backup, &after, error);
    if (good && rename(backup, path) != 0) {
        good = fail(error, "%s cannot be written: %s", path, strerror(errno));
    }
    if (good) {
        fprintf(out, "%s is as it was:\n", path);
        show_difference(before, after, out);
    }
    free(before);
    free(after);
    return good;
}
