/* SPDX-License-Identifier: MIT */
/*
 * Text in cells: what a terminal is to show, drawn without one, so that tests can read it. A cell
 * holds one character of one column; control characters, and those that are wider or of no width,
 * become '?', so that no text from outside can move the cursor. `plain`: ASCII alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRID_SIDE_MAX 500

enum paint {
    PAINT_PLAIN,
    PAINT_SOFT,   /* labels, what matters less */
    PAINT_STRONG, /* titles */
    PAINT_GAIN,   /* blue; with a sign, for who sees no colours */
    PAINT_LOSS,   /* orange */
    PAINT_WARN,
    PAINT_ALARM,
    PAINT_CHOSEN,
    PAINT_REHEARSAL,
    PAINT_PAPER,
    PAINT_VALIDATE,
    PAINT_LIVE,
    PAINT_COUNT,
};

struct grid_cell {
    char text[5]; /* UTF-8, terminated */
    uint8_t paint;
};

struct grid {
    int width, height;
    bool plain;
    struct grid_cell *cells; /* by row */
};

/* Blank, of that size, at most GRID_SIDE_MAX a side. False when there is no memory. */
bool grid_size(struct grid *grid, int width, int height);
void grid_free(struct grid *grid);

/* Text from a column on, cut at `width` columns and at the edge; what does not fit ends in "~".
 * Returns the columns taken. A row or column beyond the grid is passed over. */
int grid_put(struct grid *grid, int row, int column, int width, enum paint paint, const char *text);

/* The same, moved to the right end of its `width` columns. */
void grid_put_right(struct grid *grid, int row, int column, int width, enum paint paint,
                    const char *text);

/* A row painted from a column on, its text left as it is. */
void grid_paint(struct grid *grid, int row, int column, int width, enum paint paint);

void grid_blank(struct grid *grid, int row);

/* A line with a title in it; and a bar that is full to a part of 0..1. */
void grid_rule(struct grid *grid, int row, int column, int width, const char *title);
void grid_bar(struct grid *grid, int row, int column, int width, double part, enum paint paint);

/* The columns that a text takes. */
int grid_columns(const char *text);
