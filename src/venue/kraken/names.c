/* SPDX-License-Identifier: MIT */
#include "venue/kraken/names.h"

#include <stdio.h>
#include <string.h>

#include "venue/kraken/words.h"

_Static_assert(PAIR_META_MAX < UINT16_MAX, "a slot holds index + 1");
_Static_assert(KRAKEN_NAME_SLOTS > 5 * PAIR_META_MAX * 2, "probing must end soon");

/* What the WebSocket calls differently from an altname. */
static const char *const shown_names[][2] = {
    {"XBT", "BTC"},
    {"XDG", "DOGE"},
};

/* Ids that carry a letter before the altname: the early listings, all of them. Needed only where a
 * pair has no wsname to read its halves from. */
static const char *const early_ids[][2] = {
    {"XXBT", "XBT"}, {"XETH", "ETH"}, {"XLTC", "LTC"}, {"XXRP", "XRP"}, {"XXLM", "XLM"},
    {"XXMR", "XMR"}, {"XZEC", "ZEC"}, {"XETC", "ETC"}, {"XREP", "REP"}, {"XMLN", "MLN"},
    {"XXDG", "XDG"}, {"ZUSD", "USD"}, {"ZEUR", "EUR"}, {"ZGBP", "GBP"}, {"ZCAD", "CAD"},
    {"ZJPY", "JPY"}, {"ZAUD", "AUD"},
};

static const char *translate(const char *const table[][2], size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i][0], word) == 0)
            return table[i][1];
    }
    return word;
}

static const char *shown(const char *altname)
{
    return translate(shown_names, sizeof shown_names / sizeof *shown_names, altname);
}

static enum pair_status status_of(struct json_text word)
{
    static const char *const words[] = {
        [PAIR_ONLINE] = "online",           [PAIR_CANCEL_ONLY] = "cancel_only",
        [PAIR_POST_ONLY] = "post_only",     [PAIR_LIMIT_ONLY] = "limit_only",
        [PAIR_REDUCE_ONLY] = "reduce_only",
    };
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (json_is(word, words[i]))
            return (enum pair_status)i;
    }
    return PAIR_OFFLINE;
}

/* The raw texts of one record, before they mean anything. */
struct record {
    struct json_text altname, wsname, base, quote;
    struct kraken_terms terms;
};

static void take_text(struct json *json, struct json_text *ret)
{
    if (json_peek(json) == JSON_STRING)
        json_string(json, ret);
    else
        json_skip(json);
}

static void take_number(struct json *json, struct json_text *ret)
{
    if (json_peek(json) == JSON_NULL)
        json_null(json);
    else
        json_amount(json, ret);
}

static void read_record(struct json *json, struct record *record)
{
    struct json_text key;
    *record = (struct record){.terms = KRAKEN_NO_TERMS};
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "altname"))
            take_text(json, &record->altname);
        else if (WORD_IS(key, "wsname"))
            take_text(json, &record->wsname);
        else if (WORD_IS(key, "base"))
            take_text(json, &record->base);
        else if (WORD_IS(key, "quote"))
            take_text(json, &record->quote);
        else if (WORD_IS(key, "status"))
            take_text(json, &record->terms.status);
        else if (WORD_IS(key, "pair_decimals"))
            json_uint(json, &record->terms.price_decimals);
        else if (WORD_IS(key, "lot_decimals"))
            json_uint(json, &record->terms.qty_decimals);
        else if (WORD_IS(key, "tick_size"))
            take_number(json, &record->terms.tick);
        else if (WORD_IS(key, "ordermin"))
            take_number(json, &record->terms.qty_min);
        else if (WORD_IS(key, "costmin"))
            take_number(json, &record->terms.cost_min);
        else
            json_skip(json);
    }
}

/* Base and quote as they are shown: the halves of the wsname, or else the asset ids. */
static bool name_halves(const struct record *record, struct kraken_name *name)
{
    char first[KRAKEN_KEY_MAX], second[KRAKEN_KEY_MAX];
    const char *base = first, *quote = second;
    const char *slash = strchr(name->wsname, '/');
    if (slash != NULL) {
        snprintf(first, sizeof first, "%.*s", (int)(slash - name->wsname), name->wsname);
        snprintf(second, sizeof second, "%s", slash + 1);
    } else {
        if (!kraken_copy_text(record->base, first, sizeof first) ||
            !kraken_copy_text(record->quote, second, sizeof second))
            return false;
        base = translate(early_ids, sizeof early_ids / sizeof *early_ids, first);
        quote = translate(early_ids, sizeof early_ids / sizeof *early_ids, second);
    }
    struct pair *terms = &name->terms;
    int base_len = snprintf(terms->base, SYMBOL_MAX, "%s", shown(base));
    int quote_len = snprintf(terms->quote, SYMBOL_MAX, "%s", shown(quote));
    if (base_len <= 0 || quote_len <= 0 || base_len + quote_len + 2 > SYMBOL_MAX)
        return false;
    memcpy(terms->symbol, terms->base, (size_t)base_len);
    terms->symbol[base_len] = '/';
    memcpy(terms->symbol + base_len + 1, terms->quote, (size_t)quote_len + 1);
    return true;
}

static bool decimals_of(uint64_t decimals, uint32_t *ret)
{
    if (decimals != UINT64_MAX && decimals > DECIMAL_PLACES_MAX)
        return false;
    if (decimals != UINT64_MAX)
        *ret = (uint32_t)decimals;
    return true;
}

static bool amount_of(struct json_text text, uint32_t decimals, int64_t *ret)
{
    return text.at == NULL ||
           (decimal_parse_rounded(text.at, text.len, decimals, ROUND_UP, ret) && *ret >= 0);
}

const char *kraken_terms_put(const struct kraken_terms *texts, struct pair *terms)
{
    struct pair next = *terms;
    bool known = terms->symbol[0] != '\0';
    if (!decimals_of(texts->price_decimals, &next.price_decimals) ||
        !decimals_of(texts->qty_decimals, &next.qty_decimals))
        return "they count more finely than we can";
    if (known && texts->tick.at == NULL && next.price_decimals != terms->price_decimals)
        return "the price's decimals change, and its increment is not told";
    if (known && texts->qty_min.at == NULL && next.qty_decimals != terms->qty_decimals)
        return "the quantity's decimals change, and its minimum is not told";
    if (!amount_of(texts->tick, next.price_decimals, &next.tick_step))
        return "the price's increment is no amount";
    if (!amount_of(texts->qty_min, next.qty_decimals, &next.qty_min_lots))
        return "the smallest quantity is no amount";
    if (!amount_of(texts->cost_min, MONEY_DECIMALS, &next.cost_min))
        return "the smallest cost is no amount";
    if (next.tick_step < 1)
        next.tick_step = 1;
    if (texts->status.at != NULL)
        next.status = status_of(texts->status);
    *terms = next;
    return NULL;
}

static bool make_name(struct json_text key, const struct record *record, struct kraken_name *name)
{
    *name = (struct kraken_name){0};
    if (record->terms.price_decimals == UINT64_MAX || record->terms.qty_decimals == UINT64_MAX)
        return false;
    if (!kraken_copy_text(key, name->key, sizeof name->key) ||
        !kraken_copy_text(record->altname, name->altname, sizeof name->altname) ||
        !kraken_copy_text(record->wsname, name->wsname, sizeof name->wsname))
        return false;
    return name->key[0] != '\0' && kraken_terms_put(&record->terms, &name->terms) == NULL &&
           name_halves(record, name) && pair_usable(&name->terms);
}

static uint32_t hash_of(const char *name)
{
    return kraken_word_hash(name, strlen(name)) & (KRAKEN_NAME_SLOTS - 1);
}

static void name_without_slash(const struct pair *terms, char *out)
{
    snprintf(out, 2 * SYMBOL_MAX, "%s%s", terms->base, terms->quote);
}

static bool is_called(const struct kraken_name *name, const char *word)
{
    char joined[2 * SYMBOL_MAX];
    name_without_slash(&name->terms, joined);
    return strcasecmp(name->key, word) == 0 || strcasecmp(name->altname, word) == 0 ||
           strcasecmp(name->wsname, word) == 0 || strcasecmp(name->terms.symbol, word) == 0 ||
           strcasecmp(joined, word) == 0;
}

const struct kraken_name *kraken_names_find(const struct kraken_names *names, const char *name)
{
    if (name[0] == '\0')
        return NULL;
    for (uint32_t slot = hash_of(name); names->slots[slot] != 0;
         slot = (slot + 1) & (KRAKEN_NAME_SLOTS - 1)) {
        const struct kraken_name *found = &names->list[names->slots[slot] - 1];
        if (is_called(found, name))
            return found;
    }
    return NULL;
}

static void index_name(struct kraken_names *names, uint32_t index, const char *word)
{
    if (word[0] == '\0' || kraken_names_find(names, word) != NULL)
        return; /* known already: the stronger kind of name was entered first */
    uint32_t slot = hash_of(word);
    while (names->slots[slot] != 0)
        slot = (slot + 1) & (KRAKEN_NAME_SLOTS - 1);
    names->slots[slot] = (uint16_t)(index + 1);
}

/* Kind by kind, so that a key is never hidden by another pair's altname. */
static void index_all(struct kraken_names *names)
{
    char joined[2 * SYMBOL_MAX];
    for (uint32_t i = 0; i < names->count; i++)
        index_name(names, i, names->list[i].key);
    for (uint32_t i = 0; i < names->count; i++)
        index_name(names, i, names->list[i].altname);
    for (uint32_t i = 0; i < names->count; i++)
        index_name(names, i, names->list[i].wsname);
    for (uint32_t i = 0; i < names->count; i++)
        index_name(names, i, names->list[i].terms.symbol);
    for (uint32_t i = 0; i < names->count; i++) {
        name_without_slash(&names->list[i].terms, joined);
        index_name(names, i, joined);
    }
}

bool kraken_names_read(struct kraken_names *names, struct json *json)
{
    memset(names, 0, sizeof *names);
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        struct record record;
        read_record(json, &record);
        if (json->error != NULL)
            return false;
        if (names->count < PAIR_META_MAX && make_name(key, &record, &names->list[names->count]))
            names->count++;
        else
            names->skipped_count++;
    }
    index_all(names);
    return json->error == NULL;
}
