/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/top.h"

static const char flatten_words[] = "close all";

static void say(struct top *top, bool bad, const char *text)
{
    snprintf(top->message, sizeof top->message, "%s", text);
    top->message_bad = bad;
}

static void go(struct top *top, int tab)
{
    top->tab = (enum top_tab)((tab + TOP_TAB_COUNT) % TOP_TAB_COUNT);
}

static void move(struct top *top, int by)
{
    uint16_t rows[TOP_ROW_MAX];
    const int last = (int)top_rows(top, top->tab, rows) - 1;
    int chosen = top->chosen[top->tab] + by;
    chosen = chosen > last ? last : chosen;
    top->chosen[top->tab] = chosen < 0 ? 0 : chosen;
}

static void sort_by(struct top *top, int step)
{
    int count = 0;
    while (top_columns(top->tab)[count].title != NULL) {
        count++;
    }
    top->sort[top->tab] = (top->sort[top->tab] + step + count + 1) % (count + 1);
}

/* The position that is chosen, where positions are listed. */
static void ask_close(struct top *top)
{
    uint16_t rows[TOP_ROW_MAX];
    const uint32_t count = top_rows(top, top->tab, rows);
    const int chosen = top->chosen[top->tab];
    if (top->tab != TOP_ALL && top->tab != TOP_POSITIONS) {
        say(top, true, "x closes a position: choose one among the positions (2)");
    } else if (chosen < 0 || (uint32_t)chosen >= count) {
        say(top, true, "no position is chosen");
    } else {
        snprintf(top->subject, sizeof top->subject, "%s",
                 top->sight.positions[rows[chosen]].symbol);
        top->asks = TOP_ASK_CLOSE;
    }
}

static void begin_typing(struct top *top, enum top_asks asks)
{
    top->asks = asks;
    top->typed[0] = '\0';
    top->message[0] = '\0';
}

static void move_key(struct top *top, int key)
{
    const int page = top->page > 1 ? top->page - 1 : 1;
    switch (key) {
    case TOP_KEY_UP:
    case 'k':
        move(top, -1);
        return;
    case TOP_KEY_DOWN:
    case 'j':
        move(top, 1);
        return;
    case TOP_KEY_PAGE_UP:
        move(top, -page);
        return;
    case TOP_KEY_PAGE_DOWN:
        move(top, page);
        return;
    case TOP_KEY_HOME:
        move(top, -TOP_ROW_MAX);
        return;
    case TOP_KEY_END:
        move(top, TOP_ROW_MAX);
        return;
    case TOP_KEY_TAB:
    case TOP_KEY_RIGHT:
        go(top, (int)top->tab + 1);
        return;
    case TOP_KEY_BACK_TAB:
    case TOP_KEY_LEFT:
        go(top, (int)top->tab - 1);
        return;
    case 's':
    case '>':
        sort_by(top, 1);
        return;
    case '<':
        sort_by(top, -1);
        return;
    case 'S':
        top->reversed[top->tab] = !top->reversed[top->tab];
        return;
    default:
        return;
    }
}

static enum top_wish browse_key(struct top *top, int key)
{
    switch (key) {
    case 'q':
        return TOP_QUIT;
    case 'p':
        return TOP_PAUSE;
    case 'r':
        return TOP_RESUME;
    case 'x':
        ask_close(top);
        return TOP_NOTHING;
    case 'F':
        begin_typing(top, TOP_ASK_FLATTEN);
        return TOP_NOTHING;
    case '/':
        begin_typing(top, TOP_FILTER);
        top->filter[0] = '\0';
        return TOP_NOTHING;
    case '?':
        top->asks = TOP_HELP;
        return TOP_NOTHING;
    case TOP_KEY_ESCAPE:
        top->filter[0] = top->message[0] = '\0';
        return TOP_NOTHING;
    default:
        if (key >= '1' && key < '1' + TOP_TAB_COUNT) {
            go(top, key - '1');
        } else {
            move_key(top, key);
        }
        return TOP_NOTHING;
    }
}

/* One more character, or one less. */
static void type(char typed[TOP_TYPED_MAX], int key)
{
    const size_t len = strlen(typed);
    if (key == TOP_KEY_BACKSPACE && len > 0) {
        typed[len - 1] = '\0';
    } else if (key >= ' ' && key < 0x7f && len + 1 < TOP_TYPED_MAX) {
        typed[len] = (char)key;
        typed[len + 1] = '\0';
    }
}

static enum top_wish flatten_key(struct top *top, int key)
{
    if (key != TOP_KEY_ENTER && key != TOP_KEY_ESCAPE) {
        type(top->typed, key);
        return TOP_NOTHING;
    }
    top->asks = TOP_BROWSE;
    if (key == TOP_KEY_ENTER && strcmp(top->typed, flatten_words) == 0) {
        return TOP_FLATTEN;
    }
    say(top, false, "not confirmed; nothing was done");
    return TOP_NOTHING;
}

static void filter_key(struct top *top, int key)
{
    if (key == TOP_KEY_ENTER || key == TOP_KEY_ESCAPE) {
        top->asks = TOP_BROWSE;
    }
    if (key == TOP_KEY_ESCAPE) {
        top->filter[0] = '\0';
    } else {
        type(top->filter, key);
    }
    top->chosen[top->tab] = 0;
}

enum top_wish top_key(struct top *top, int key)
{
    switch (top->asks) {
    case TOP_BROWSE:
        return browse_key(top, key);
    case TOP_FILTER:
        filter_key(top, key);
        return TOP_NOTHING;
    case TOP_ASK_CLOSE:
        top->asks = TOP_BROWSE;
        if (key == 'y') {
            return TOP_CLOSE;
        }
        say(top, false, "not confirmed; nothing was done");
        return TOP_NOTHING;
    case TOP_ASK_FLATTEN:
        return flatten_key(top, key);
    case TOP_HELP:
        top->asks = TOP_BROWSE;
        return TOP_NOTHING;
    }
    return TOP_NOTHING;
}
