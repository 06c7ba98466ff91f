/* SPDX-License-Identifier: MIT */
/* A bar and the time left, on a terminal's standard error, of what takes more than a second. */
#pragma once

#include <stdbool.h>
#include <time.h>

struct progress {
    struct timespec began, told;
    bool shown;
};

void progress_begin(struct progress *progress);

/* The part done, 0..1; several times a second is not too often. */
void progress_show(struct progress *progress, double done);

/* Takes the bar away again; the seconds since the beginning. */
double progress_end(struct progress *progress);
