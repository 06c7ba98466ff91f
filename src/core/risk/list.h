/* SPDX-License-Identifier: MIT */
/*
 * The small language that limits by name are written in: items with `|` between them, words with
 * blanks or commas between them.
 *
 *     PEPE 0.05 | BTC/USD 0.3
 *
 * A pair is named by its base (BTC: against any quote) or by its symbol (BTC/USD).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/pair.h"

#define LIST_SIZE 512 /* of a text, its end included */
#define LIST_WORD_MAX 64

struct list_word {
    const char *at;
    size_t len;
};

struct list_item {
    uint32_t count;
    struct list_word words[LIST_WORD_MAX];
};

/* The item at `*at`, which is left behind it; false at the end. Words too many are counted. */
bool list_next(const char **at, struct list_item *ret);

bool list_is(struct list_word word, const char *text);
bool list_names(struct list_word word, const struct pair *pair);
