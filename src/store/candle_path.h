/* SPDX-License-Identifier: MIT */
/*
 * Where a candle file lies, and who may write it. Inside the store only; callers use candle_file.h.
 */
#pragma once

#include "store/candle_file.h"

/* STORE/VENUE/BASE-QUOTE/TIMEFRAME.npy; -EINVAL for a name that would leave the store. */
int candle_path(const char *store, const struct candle_key *key, char *path, size_t size,
                char *error, size_t error_size);

/* What is kept beside it: STORE/VENUE/BASE-QUOTE/TIMEFRAME.ENDING. */
int candle_path_beside(const char *store, const struct candle_key *key, const char *ending,
                       char *path, size_t size, char *error, size_t error_size);

/*
 * Makes the file's directory and takes the writer's lock on PATH.lock (the file itself is replaced
 * by renaming, so it cannot carry the lock). Returns a descriptor; closing it gives the lock up.
 */
int candle_path_lock(const char *path, char *error, size_t error_size);
