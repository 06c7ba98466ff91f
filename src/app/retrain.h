/* SPDX-License-Identifier: MIT */
/*
 * When a session trains its models anew, and with which words.
 *
 *     every    after the beginning of the last training that came to its end
 *     later    after one that did not, a day after it began, or `every` where that is less; after
 *              the second in a row two days, up to a week
 *     at once  where there was none yet, or a week was missed
 *
 * Times are the market's. What is known of the last one is kept in the registry's folder, so a
 * restart neither trains anew nor forgets to. A training that is begun counts as failed until it
 * has ended: one that takes the machine down with it is not begun again at once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "app/options.h"
#include "core/market/timeframe.h"

#define RETRAIN_FILE "retrain.json"
#define RETRAIN_ASKED "retrain.now" /* it is wanted at once; removed when it is begun */
#define RETRAIN_OUTPUT "retrain.log"
#define RETRAIN_CONFIG "retrain.yaml"

struct retrain {
    int64_t done_ns;  /* when the last one that came to its end began; 0: none did */
    int64_t begun_ns; /* the last that was begun */
    uint32_t failed;  /* so many in a row since */
};

/* When the next one is due; 0: now. */
int64_t retrain_next(const struct retrain *retrain, int64_t every_ns);

void retrain_begin(struct retrain *retrain, int64_t now_ns);
void retrain_end(struct retrain *retrain, bool good);

/* It was ended with the session: as if it had not been begun. `before` is what was then. */
void retrain_withdraw(struct retrain *retrain, const struct retrain *before);

/* FOLDER/retrain.json; a file that is not there, or no such file, is of no training. 0, or -errno.
 */
void retrain_read(const char *folder, struct retrain *ret);
int retrain_write(const char *folder, const struct retrain *retrain);

/* The finest candles that the strategies and the model of an engine look at. */
enum timeframe retrain_timeframe(const struct engine_config *config);

/* Of the pairs those that the store has candles of, as a list; false, with the reason, where it has
 * none of the first: features are told of it. */
bool retrain_pairs(const char *store, const char *const *symbols, uint32_t count, char *out,
                   size_t size, char *error, size_t error_size);
