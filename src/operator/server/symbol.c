/* SPDX-License-Identifier: MIT */
#include "operator/server/symbol.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/market/pair.h"

/* The two assets that Kraken has another word for. */
static const struct {
    const char *ours, *krakens;
} words[] = {{"BTC", "XBT"}, {"DOGE", "XDG"}};

#define WORD_COUNT (sizeof words / sizeof words[0])

static const char separators[] = "/-_";

/* The letters that `name` begins with, if they are this asset; 0: they are not. `old` is what its
 * first name at Kraken began with: X for a coin, Z for a currency. */
static size_t asset_at(const char *name, const char *asset, char old)
{
    const char *names[2] = {asset, NULL};
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (strcmp(words[i].ours, asset) == 0)
            names[1] = words[i].krakens;
    for (size_t i = 0; i < 2 && names[i]; i++) {
        const size_t len = strlen(names[i]);
        if (strncasecmp(name, names[i], len) == 0)
            return len;
        if ((name[0] | 0x20) == (old | 0x20) && strncasecmp(name + 1, names[i], len) == 0)
            return len + 1;
    }
    return 0;
}

bool symbol_is(const char *name, const char *symbol)
{
    char base[SYMBOL_MAX];
    const char *slash = strchr(symbol, '/');
    if (!slash || strcmp(name, symbol) == 0)
        return slash != NULL;
    snprintf(base, sizeof base, "%.*s", (int)(slash - symbol), symbol);
    const size_t base_len = asset_at(name, base, 'X');
    if (base_len == 0)
        return false;
    name += base_len;
    name += *name && strchr(separators, *name) ? 1 : 0;
    size_t len = asset_at(name, slash + 1, 'Z');
    if (len == 0)
        len = asset_at(name, slash + 1, 'X');
    return len > 0 && name[len] == '\0';
}

static const char *our_word(const char *asset)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (strcmp(words[i].krakens, asset) == 0)
            return words[i].ours;
    return asset;
}

bool symbol_spell(const char *name, char *out, size_t size)
{
    char upper[2 * SYMBOL_MAX];
    const size_t len = strlen(name), half = strcspn(name, separators);
    if (len >= sizeof upper || half == 0 || half + 1 >= len)
        return false;
    for (size_t i = 0; i <= len; i++)
        upper[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' : name[i]);
    upper[half] = '\0';
    const int n = snprintf(out, size, "%s/%s", our_word(upper), our_word(upper + half + 1));
    return n > 0 && (size_t)n < size;
}
