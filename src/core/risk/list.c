/* SPDX-License-Identifier: MIT */
#include "core/risk/list.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == ',' || c == '\t' || c == '\n';
}

bool list_next(const char **at, struct list_item *ret)
{
    const char *text = *at;
    ret->count = 0;
    while (*text != '\0' && *text != '|') {
        if (is_blank(*text)) {
            text++;
            continue;
        }
        const char *const begin = text;
        while (*text != '\0' && *text != '|' && !is_blank(*text)) {
            text++;
        }
        if (ret->count < LIST_WORD_MAX) {
            ret->words[ret->count] = (struct list_word){begin, (size_t)(text - begin)};
        }
        ret->count++;
    }
    const bool any = *text == '|' || ret->count > 0;
    *at = *text == '|' ? text + 1 : text;
    return any;
}

bool list_is(struct list_word word, const char *text)
{
    return strlen(text) == word.len && memcmp(word.at, text, word.len) == 0;
}

bool list_names(struct list_word word, const struct pair *pair)
{
    return list_is(word, pair->base) || list_is(word, pair->symbol);
}
