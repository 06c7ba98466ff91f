/* SPDX-License-Identifier: MIT */
/*
 * The picture of `cuttle data check`: each pair's price, how much of which time is there, and where
 * its faults are, as one SVG that needs nothing else, or that in an HTML page.
 */
#pragma once

#include "store/candle_file.h"
#include "store/quality.h"

struct picture;

struct picture *picture_new(void); /* NULL: out of memory */
void picture_add(struct picture *picture, const struct candle_key *key, const struct candle *rows,
                 size_t count, const struct quality *quality);

/* HTML where the name ends so, else SVG. 0, or -1 with errno set. */
int picture_write(struct picture *picture, const char *path);
void picture_free(struct picture *picture);
