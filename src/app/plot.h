/* SPDX-License-Identifier: MIT */
/*
 * A chart as a PNG, with a title, axes and a legend: one panel or two above each other over one
 * axis of time or of things that are counted; or bars. Drawn with cairo; built without it there is
 * no picture.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PLOT_WIDTH 1600
#define PLOT_HEIGHT 900
#define PLOT_PANEL_MAX 2
#define PLOT_LINE_MAX 3
#define PLOT_BAND_MAX 2

enum plot_ink {
    PLOT_BLUE,
    PLOT_GREY,
    PLOT_RED,
    PLOT_BROWN,
};

enum plot_unit {
    PLOT_MONEY, /* 1e-8 of the currency, as 12,500 */
    PLOT_PART,  /* as 12.5 % */
};

struct plot_line {
    const char *name; /* in the legend */
    const double *y;
    enum plot_ink ink;
};

/* A shade between two lines. */
struct plot_band {
    const double *low, *high;
};

struct plot_panel {
    const char *title;
    enum plot_unit unit;
    double height; /* of the picture, 0..1 */
    bool filled;   /* the area between the first line and 0 */
    uint32_t line_count, band_count;
    struct plot_line lines[PLOT_LINE_MAX];
    struct plot_band bands[PLOT_BAND_MAX];
};

struct plot {
    const char *title, *note;
    size_t count;            /* of the points of every line */
    const int64_t *times_ns; /* ascending; NULL: the points stand evenly, and count things */
    const char *things;      /* which: "trades" */
    double thing_count;      /* at the last point; 0 at the first */
    uint32_t panel_count;
    struct plot_panel panels[PLOT_PANEL_MAX];
};

/* True when pictures can be drawn. */
extern const bool plot_is_built;

/* False when it could not be drawn or written. */
bool plot_png(const struct plot *plot, FILE *out);

#define PLOT_BAR_MAX 20

/* Parts of a whole, one bar below the other. */
struct plot_bars {
    const char *title, *note;
    uint32_t count; /* at most PLOT_BAR_MAX */
    const char *names[PLOT_BAR_MAX];
    double parts[PLOT_BAR_MAX]; /* 0..1 */
};

bool plot_bars_png(const struct plot_bars *bars, FILE *out);
