/* SPDX-License-Identifier: MIT */
/*
 * `cuttle top`: the picture of a running session in a terminal. Here is all but the terminal and
 * the network: what a key does, which rows are shown in what order, and how they are drawn into a
 * grid. top_command.c carries it, screen.h shows it.
 *
 *     mode venue  equity  day  ...                              uptime, feed       two lines
 *     1 all  2 positions  3 pairs ...                                              tabs
 *     body: a list with a chosen row, or on the first tab several
 *     a message, a question, or the keys                                           one line
 */
#pragma once

#include "app/grid.h"
#include "app/sight.h"

enum top_tab {
    TOP_ALL,
    TOP_POSITIONS,
    TOP_PAIRS,
    TOP_THOUGHTS,
    TOP_TRADES,
    TOP_ORDERS,
    TOP_ALARMS,
    TOP_TAB_COUNT,
};

enum top_key {
    TOP_KEY_UP = 0x1000,
    TOP_KEY_DOWN,
    TOP_KEY_PAGE_UP,
    TOP_KEY_PAGE_DOWN,
    TOP_KEY_HOME,
    TOP_KEY_END,
    TOP_KEY_LEFT,
    TOP_KEY_RIGHT,
    TOP_KEY_TAB,
    TOP_KEY_BACK_TAB,
    TOP_KEY_ENTER,
    TOP_KEY_ESCAPE,
    TOP_KEY_BACKSPACE,
};

/* What a key asks of the world. */
enum top_wish {
    TOP_NOTHING,
    TOP_QUIT,
    TOP_PAUSE,
    TOP_RESUME,
    TOP_CLOSE, /* top->subject */
    TOP_FLATTEN,
};

/* What the next keys are for. */
enum top_asks {
    TOP_BROWSE,
    TOP_FILTER,
    TOP_ASK_CLOSE,
    TOP_ASK_FLATTEN,
    TOP_HELP,
};

#define TOP_ROW_MAX 512
#define TOP_TYPED_MAX 32

struct top {
    struct sight sight;
    enum top_tab tab;
    enum top_asks asks;
    int chosen[TOP_TAB_COUNT], first[TOP_TAB_COUNT]; /* row, and the one at the top */
    int sort[TOP_TAB_COUNT];                         /* column; 0: as they come */
    bool reversed[TOP_TAB_COUNT];
    int page; /* rows of the list as it was drawn last */
    char filter[TOP_TYPED_MAX], typed[TOP_TYPED_MAX];
    char subject[SIGHT_WORD_MAX];
    char message[2048]; /* of the newest command */
    bool message_bad;
    bool connected;
    char trouble[512]; /* why not */
    int retry_s;       /* until it is tried again */
    int silent_s;      /* since the newest message */
};

enum top_wish top_key(struct top *top, int key);

/* The rows of a tab that pass the filter, in the order chosen; returns how many. */
uint32_t top_rows(const struct top *top, enum top_tab tab, uint16_t rows[TOP_ROW_MAX]);

/* A column of a tab; NULL behind the last. */
struct top_column {
    const char *title;
    int width; /* 0: what is left */
    bool right;
};
const struct top_column *top_columns(enum top_tab tab);

#define TOP_CELL_MAX SIGHT_SENTENCE_MAX

/* A cell's text and paint. */
enum paint top_cell(const struct top *top, enum top_tab tab, uint32_t row, int column,
                    char out[TOP_CELL_MAX]);

/* What paints a gain (above 0), a loss, or nothing. */
enum paint top_sign_paint(int sign);

/* Draws everything; the grid says how large. */
void top_draw(struct top *top, struct grid *grid);
