/* SPDX-License-Identifier: MIT */
#include "app/named.h"

#include <stdio.h>
#include <string.h>

#include "platform/log/log.h"

static bool same(const struct named *named, const char *option, struct list_word word)
{
    return named->option == option && named->word.len == word.len &&
           memcmp(named->word.at, word.at, word.len) == 0;
}

static uint32_t add(struct named *list, uint32_t count, const char *option, struct list_word word)
{
    for (uint32_t i = 0; i < count; i++) {
        if (same(&list[i], option, word)) {
            return count;
        }
    }
    list[count] = (struct named){option, word};
    return count + 1;
}

uint32_t named_strange(const struct risk_config *risk, const struct day_config *day,
                       named_known *known, const void *context, struct named ret[NAMED_MAX])
{
    const struct {
        const char *option, *text;
        uint32_t words; /* of an item that are names */
    } lists[] = {
        {"risk.pair_limits", risk->limits.pairs, 1},
        {"risk.groups", risk->limits.groups, LIST_WORD_MAX},
        {"day.pair_trades", day->pair_trades, 1},
    };
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct list_item item;
        for (const char *at = lists[i].text; list_next(&at, &item);) {
            for (uint32_t w = 0; w < item.count && w < lists[i].words; w++) {
                if (!known(context, item.words[w])) {
                    count = add(ret, count, lists[i].option, item.words[w]);
                }
            }
        }
    }
    return count;
}

void named_tell(const struct risk_config *risk, const struct day_config *day, named_known *known,
                const void *context, const char *whose)
{
    struct named list[NAMED_MAX];
    const uint32_t count = named_strange(risk, day, known, context, list);
    for (uint32_t i = 0; i < count; i++) {
        char sentence[160], name[LIST_SIZE];
        snprintf(
            sentence, sizeof sentence,
            "a name that none of the pairs %s has limits nothing: write a pair's base (BTC) or "
            "symbol (BTC/USD), or take it out",
            whose);
        snprintf(name, sizeof name, "%.*s", (int)list[i].word.len, list[i].word.at);
        log_warn("session.named", sentence, "option", list[i].option, "pair", name, NULL);
    }
}
