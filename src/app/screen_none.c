/* SPDX-License-Identifier: MIT */
#include "app/screen.h"

#include <stdio.h>

const bool screen_is_built = false;

bool screen_open(bool *ret_plain, char *error, size_t error_size)
{
    (void)ret_plain;
    snprintf(error, error_size,
             "top is not built in: install libncurses-dev and build again; `cuttle status` and the "
             "dashboard show the same");
    return false;
}

void screen_close(void)
{
}

void screen_measure(int *ret_width, int *ret_height)
{
    *ret_width = *ret_height = 1;
}

void screen_show(const struct grid *grid)
{
    (void)grid;
}

int screen_key(void)
{
    return 0;
}
