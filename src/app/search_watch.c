/* SPDX-License-Identifier: MIT */
/*
 * What is seen of a search while it runs: on a terminal a block that is drawn anew twice a second,
 * elsewhere a line now and then; and the page in the study's folder. None of it may take more than
 * a twentieth of the time, however many sets there are.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/search.h"
#include "app/search_heat.h"
#include "app/search_text.h"
#include "core/base/timestamp.h"

#define PLAIN_S 10.0 /* between two lines where there is no terminal */
#define BLOCK_S 0.5
#define PAGE_S 3.0
#define SHARE 20 /* of the time, at most one part in so many */
#define LEADERS 5
#define BAR_WIDTH 24

/* When something is due again. */
struct due {
    double at, took;
};

static struct due lines_due, block_due, page_due;
static int block_lines;

static bool is_due(struct due *due, double now, double every)
{
    /* A time that lies ahead is of another job: of a walk's fold before this one. */
    return now < due->at ||
           now - due->at >= (SHARE * due->took > every ? SHARE * due->took : every);
}

static void done(struct due *due, const struct search_job *job, double began)
{
    due->at = search_seconds(job);
    due->took = due->at - began;
}

/* Sets this run has worked out a second; 0 before the first. */
static double speed_of(const struct search_job *job)
{
    const double seconds = search_seconds(job);
    return seconds > 0 ? (double)(job->search.settled - job->resumed) / seconds : 0;
}

void search_progress(const struct search_job *job, char *text, size_t size)
{
    const double speed = speed_of(job);
    const uint64_t expected = search_expected(&job->search);
    const double open = (double)(expected - job->search.settled);
    char left[CELL];
    if (speed > 0) {
        text_length(left, (int64_t)(open / speed) * NS_PER_S + NS_PER_S);
    } else {
        snprintf(left, sizeof left, "-");
    }
    snprintf(text, size, "%zu of %" PRIu64 " sets, %s left, %.3g a second", job->search.settled,
             expected, left, speed);
}

static void put_plain(const struct search_job *job)
{
    size_t best;
    char value[CELL] = "-", set[SEARCH_SET_MAX] = "", progress[256];
    if (search_best(&job->search, &best, 1) > 0) {
        search_value(job, &job->search.trials[best].outcome, value);
        search_set(job, &job->search.trials[best].point, set);
    }
    search_progress(job, progress, sizeof progress);
    fprintf(stderr, "%s; best %s: %s %s\n", progress, objective_names[job->flags.objective.kind],
            value, set);
}

static void put_head(const struct search_job *job, FILE *out)
{
    char progress[256], counts[512];
    const double expected = (double)search_expected(&job->search);
    const double part = expected > 0 ? (double)job->search.settled / expected : 0;
    const int full = (int)(part * BAR_WIDTH);
    fputc('[', out);
    for (int i = 0; i < BAR_WIDTH; i++) {
        fputc(i < full ? '#' : '.', out);
    }
    search_progress(job, progress, sizeof progress);
    search_counts(job, counts, sizeof counts);
    fprintf(out, "] %3.0f %%  %s\n%s  %s\n", part * 100, progress, job->folder, counts);
}

static void put_leaders(const struct search_job *job, FILE *out)
{
    size_t best[LEADERS];
    const size_t count = search_best(&job->search, best, LEADERS);
    char a[CELL], b[CELL], c[CELL], set[SEARCH_SET_MAX];
    fprintf(out, "\n  %4s %9s %10s %8s %7s  path    set, in sample\n", "",
            objective_names[job->flags.objective.kind], "profit", "drawdown", "trades");
    for (size_t i = 0; i < count; i++) {
        const struct trial *trial = &job->search.trials[best[i]];
        fprintf(out, "  %4zu %9s %10s %8s %7" PRIu64 "  %-7s %s\n", i + 1,
                search_value(job, &trial->outcome, a), text_percent(b, trial->outcome.profit),
                text_share(c, trial->outcome.drawdown), trial->outcome.trades,
                trial_path_names[trial->path], search_set(job, &trial->point, set));
    }
}

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
}

/* A line as long as the terminal is wide at most: one that wraps would not be drawn over. */
static void put_line(const char *line, size_t len, int width)
{
    int columns = 0;
    size_t end = 0;
    while (end < len) {
        size_t next = end + 1;
        while (next < len && ((unsigned char)line[next] & 0xc0) == 0x80) {
            next++;
        }
        if (++columns >= width) {
            break;
        }
        end = next;
    }
    fwrite(line, 1, end, stderr);
    fputs("\033[K\n", stderr);
}

static void clear_block(void)
{
    if (block_lines > 0) {
        fprintf(stderr, "\033[%dA\r\033[J", block_lines);
        block_lines = 0;
    }
}

static void put_block(struct search_job *job)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return;
    }
    put_head(job, out);
    put_leaders(job, out);
    search_put_importance(job, out);
    search_put_heat(job, out);
    fclose(out);
    const int width = terminal_width();
    clear_block();
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        put_line(line, (size_t)(end - line), width);
        block_lines++;
    }
    fflush(stderr);
    free(text);
}

void search_watch(struct search_job *job, bool last)
{
    const double now = search_seconds(job);
    if (isatty(STDERR_FILENO)) {
        if (last) {
            clear_block();
        } else if (now >= 1 && is_due(&block_due, now, BLOCK_S)) {
            search_measure(job);
            put_block(job);
            done(&block_due, job, now);
        }
    } else if (!last && is_due(&lines_due, now, PLAIN_S)) {
        put_plain(job);
        done(&lines_due, job, now);
    }
    if (last || is_due(&page_due, now, PAGE_S)) {
        const double began = search_seconds(job);
        search_measure(job);
        search_page(job, !last || job->interrupted);
        done(&page_due, job, began);
    }
}
