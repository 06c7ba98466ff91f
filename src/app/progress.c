/* SPDX-License-Identifier: MIT */
#include "app/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

static double seconds_since(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - since->tv_sec) + (double)(now.tv_nsec - since->tv_nsec) / 1e9;
}

void progress_begin(struct progress *progress)
{
    *progress = (struct progress){.shown = false};
    clock_gettime(CLOCK_MONOTONIC, &progress->began);
    progress->told = progress->began;
}

void progress_lines(struct progress *progress)
{
    progress->lines = true;
}

static void show_line(struct progress *progress, double done)
{
    if (seconds_since(&progress->told) >= 0.2) {
        clock_gettime(CLOCK_MONOTONIC, &progress->told);
        fprintf(stderr, PROGRESS_WORD "%.4f\n", done);
    }
}

/* What takes less than a second shows nothing. */
static bool is_time(struct progress *progress)
{
    if (!isatty(STDERR_FILENO) || seconds_since(&progress->began) < 1 ||
        seconds_since(&progress->told) < 0.1) {
        return false;
    }
    clock_gettime(CLOCK_MONOTONIC, &progress->told);
    progress->shown = true;
    return true;
}

void progress_say(struct progress *progress, const char *words)
{
    if (is_time(progress)) {
        fprintf(stderr, "\r\033[K%s", words);
    }
}

void progress_show(struct progress *progress, double done)
{
    enum { WIDTH = 30 };
    if (progress->lines) {
        show_line(progress, done);
        return;
    }
    const double seconds = seconds_since(&progress->began);
    if (done <= 0 || !is_time(progress)) {
        return;
    }
    char bar[WIDTH + 1], left[TIMESTAMP_TEXT_MAX];
    const int full = (int)(done * WIDTH);
    for (int i = 0; i < WIDTH; i++) {
        bar[i] = i < full ? '#' : '.';
    }
    bar[WIDTH] = '\0';
    sentence_duration(left, sizeof left, (int64_t)(seconds * (1 / done - 1)) * NS_PER_S);
    fprintf(stderr, "\r\033[K[%s] %3.0f %%, %s left", bar, done * 100, left);
}

double progress_end(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
    }
    return seconds_since(&progress->began);
}
