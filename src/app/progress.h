/* SPDX-License-Identifier: MIT */
/* A bar and the time left, or words, on a terminal's standard error, of what takes more than a
 * second; or lines of PROGRESS_WORD and the part done, for a program that reads them. */
#pragma once

#include <stdbool.h>
#include <time.h>

struct progress {
    struct timespec began, told;
    bool shown;
    bool lines; /* of progress_lines */
};

void progress_begin(struct progress *progress);

/* After progress_begin: a line five times a second, wherever standard error goes. */
#define PROGRESS_WORD "progress "
void progress_lines(struct progress *progress);

/* The part done, 0..1; several times a second is not too often. */
void progress_show(struct progress *progress, double done);

/* Words in the bar's place, as often as one likes. */
void progress_say(struct progress *progress, const char *words);

/* Takes the bar away again; the seconds since the beginning. */
double progress_end(struct progress *progress);
