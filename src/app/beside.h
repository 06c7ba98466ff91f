/* SPDX-License-Identifier: MIT */
/*
 * What a child of a session (app/background.h) must be told to work as the session is configured: a
 * folder to run in, where no other configuration lies about, paths that hold from there, and the
 * session's configuration as a file.
 */
#pragma once

#include "app/options.h"

#define BESIDE_PATH_MAX (OPTION_PATH_MAX + 64)

struct beside {
    char folder[BESIDE_PATH_MAX]; /* absolute, like the others */
    char state[BESIDE_PATH_MAX];
    char store[BESIDE_PATH_MAX]; /* of candles; as it was written where there is none */
    char scripts[BESIDE_PATH_MAX + 8];
};

/* Makes the folder, its owner's alone. False, with errno, when that cannot be. */
bool beside_find(const struct options *options, const char *folder, struct beside *ret);

/* Writes the configuration that filled the options, nothing where none did; false, with errno. */
bool beside_write_config(const struct options *options, const char *path);
