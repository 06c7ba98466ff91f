/* SPDX-License-Identifier: MIT */
#include "core/market/alias.h"

#include <stdint.h>
#include <string.h>

struct alias {
    const char *from;
    const char *to;
};

/* Kraken's early listings carry X (a coin) or Z (a currency) in front; later ones have no prefix.
 */
static const struct alias aliases[] = {
    {"XBT", "BTC"},  {"XXBT", "BTC"}, {"XDG", "DOGE"}, {"XXDG", "DOGE"}, {"XETH", "ETH"},
    {"XLTC", "LTC"}, {"XXRP", "XRP"}, {"XXLM", "XLM"}, {"XXMR", "XMR"},  {"XZEC", "ZEC"},
    {"XETC", "ETC"}, {"XREP", "REP"}, {"XMLN", "MLN"}, {"ZUSD", "USD"},  {"ZEUR", "EUR"},
    {"ZGBP", "GBP"}, {"ZCAD", "CAD"}, {"ZJPY", "JPY"}, {"ZAUD", "AUD"},
};

/* What pairs are quoted in, a longer name before one it ends with. BUSD, TUSD and PYUSD are left
 * out: BNBUSD is BNB/USD and DOTUSD is DOT/USD. */
static const char *const quotes[] = {
    "USDT", "USDC", "USDD", "USDQ", "USDR", "EURT", "EURC", "EURQ", "EURR",
    "USD",  "EUR",  "GBP",  "CAD",  "JPY",  "AUD",  "CHF",  "DAI",  "TRY",
    "BRL",  "XBT",  "BTC",  "ETH",  "BNB",  "DOT",  "SOL",
};

static const char *alias_find(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (strlen(aliases[i].from) == len && memcmp(aliases[i].from, name, len) == 0)
            return aliases[i].to;
    }
    return NULL;
}

/* Upper case into `out`; false for what no asset is called. */
static bool upper(const char *text, size_t len, char out[SYMBOL_MAX])
{
    if (len == 0 || len >= SYMBOL_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.')
            return false;
        out[i] = c;
    }
    out[len] = '\0';
    return true;
}

bool alias_asset(const char *text, size_t len, char ret[SYMBOL_MAX])
{
    char name[SYMBOL_MAX];
    if (!upper(text, len, name))
        return false;
    const char *known = alias_find(name, len);
    memcpy(ret, known ? known : name, strlen(known ? known : name) + 1);
    return true;
}

static bool join(const char *base, size_t base_len, const char *quote, size_t quote_len,
                 char ret[SYMBOL_MAX])
{
    char left[SYMBOL_MAX], right[SYMBOL_MAX];
    if (!alias_asset(base, base_len, left) || !alias_asset(quote, quote_len, right))
        return false;
    size_t left_len = strlen(left);
    size_t right_len = strlen(right);
    if (left_len + 1 + right_len >= SYMBOL_MAX || strcmp(left, right) == 0)
        return false;
    memcpy(ret, left, left_len);
    ret[left_len] = '/';
    memcpy(ret + left_len + 1, right, right_len + 1);
    return true;
}

/* "XXBTZUSD", "XETHXXBT", "USDTZUSD": two ids, the second with its prefix. A Z or X that belongs to
 * the first asset ("XTZ" + "USD") is told apart by the first half: it must be an id, too. */
static bool split_ids(const char *name, size_t len, char ret[SYMBOL_MAX])
{
    if (len != 8 || strlen(name) != len)
        return false;
    bool second = (name[4] == 'X' || name[4] == 'Z') && alias_find(name + 4, 4) != NULL;
    bool first = alias_find(name, 4) != NULL || memcmp(name, "USDT", 4) == 0;
    return first && second && join(name, 4, name + 4, 4, ret);
}

bool alias_symbol(const char *text, size_t len, char ret[SYMBOL_MAX])
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '/' || text[i] == '-' || text[i] == '_')
            return join(text, i, text + i + 1, len - i - 1, ret);
    }
    char name[SYMBOL_MAX];
    if (!upper(text, len, name))
        return false;
    if (split_ids(name, len, ret))
        return true;
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        size_t quote_len = strlen(quotes[i]);
        if (len > quote_len && memcmp(name + len - quote_len, quotes[i], quote_len) == 0)
            return join(name, len - quote_len, quotes[i], quote_len, ret);
    }
    return false;
}
