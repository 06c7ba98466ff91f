/* SPDX-License-Identifier: MIT */
/*
 * The terminal, taken over and given back as it was: by ncurses, where it was built in. It is given
 * back after a crash, too: SIGSEGV and its like restore it before the process dies of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "app/grid.h"

/* False: built without ncurses; then screen_open says so. */
extern const bool screen_is_built;

/* *ret_plain: the terminal's locale has ASCII alone. False with the reason in `error`. */
bool screen_open(bool *ret_plain, char *error, size_t error_size);
void screen_close(void);

void screen_measure(int *ret_width, int *ret_height);
void screen_show(const struct grid *grid);

/* The next key that was pressed, a character or an enum top_key of top.h; 0: none, and it never
 * waits. A change of the terminal's size is no key: measure before drawing. */
int screen_key(void);
