/* SPDX-License-Identifier: MIT */
#include "app/universe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "venue/kraken/replies.h"

const char *const universe_words[UNIVERSE_VERDICTS] = {
    [UNIVERSE_CHOSEN] = "chosen",       [UNIVERSE_HELD] = "held",
    [UNIVERSE_CURRENCY] = "currency",   [UNIVERSE_EXCLUDED] = "excluded",
    [UNIVERSE_STATUS] = "status",       [UNIVERSE_ONE_SIDED] = "one_sided",
    [UNIVERSE_THIN] = "thin",           [UNIVERSE_WIDE] = "wide",
    [UNIVERSE_OUTRANKED] = "outranked",
};

static bool open_reply(const char *what, const char *text, size_t len, struct kraken_reply *ret,
                       char *error, size_t error_size)
{
    char where[160];
    if (!kraken_reply_parse(text, len, ret, where, sizeof where)) {
        snprintf(error, error_size, "%s: the reply is malformed, %s", what, where);
        return false;
    }
    if (ret->error[0] != '\0' || !ret->has_result) {
        snprintf(error, error_size, "%s: %s", what, ret->error[0] != '\0' ? ret->error : "nothing");
        return false;
    }
    return true;
}

bool universe_read_pairs(struct universe_table *table, const char *text, size_t len, char *error,
                         size_t error_size)
{
    struct kraken_reply reply;
    if (!open_reply("AssetPairs", text, len, &reply, error, error_size)) {
        return false;
    }
    if (!kraken_names_read(&table->names, &reply.result)) {
        snprintf(error, error_size, "AssetPairs: the list cannot be read");
        return false;
    }
    return true;
}

bool universe_read_tickers(struct universe_table *table, const char *text, size_t len, char *error,
                           size_t error_size)
{
    struct kraken_reply reply;
    if (!open_reply("Ticker", text, len, &reply, error, error_size)) {
        return false;
    }
    if (!kraken_tickers_read(&reply.result, &table->names, table->days)) {
        snprintf(error, error_size, "Ticker: the reply cannot be read");
        return false;
    }
    return true;
}

static void fill(struct universe_table *table, const char *currency)
{
    table->count = 0;
    for (uint32_t i = 0; i < table->names.count; i++) {
        const struct kraken_name *name = &table->names.list[i];
        const struct kraken_day *day = &table->days[i];
        if (name->wsname[0] == '\0') {
            continue;
        }
        struct universe_candidate *row = &table->rows[table->count++];
        *row = (struct universe_candidate){
            .status = name->terms.status,
            .foreign = strcmp(name->terms.quote, currency) != 0,
            .volume = day->volume,
            .spread_ppm = universe_spread_ppm(day->bid, day->ask),
        };
        memcpy(row->symbol, name->terms.symbol, sizeof row->symbol);
    }
}

static struct universe_candidate *find(struct universe_table *table, const char *word)
{
    const struct kraken_name *name = kraken_names_find(&table->names, word);
    const char *symbol = name != NULL ? name->terms.symbol : word;
    for (uint32_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].symbol, symbol) == 0) {
            return &table->rows[i];
        }
    }
    return NULL;
}

/* Sets the flag at `offset` of each candidate that is named; returns how many are none. */
static uint32_t mark(struct universe_table *table, const char *list, size_t offset)
{
    char text[OPTION_LIST_MAX];
    uint32_t strangers = 0;
    snprintf(text, sizeof text, "%s", list);
    char *rest = text;
    for (char *word; (word = strsep(&rest, " ,")) != NULL;) {
        struct universe_candidate *row = *word == '\0' ? NULL : find(table, word);
        if (row != NULL) {
            *(bool *)((char *)row + offset) = true;
        }
        strangers += row == NULL && *word != '\0';
    }
    return strangers;
}

void universe_settle(struct universe_table *table, const struct options *options, const char *held,
                     const char *before)
{
    struct universe_config config = options->universe;
    fill(table, options->session.currency);
    mark(table, options->session.exclude, offsetof(struct universe_candidate, excluded));
    mark(table, before, offsetof(struct universe_candidate, before));
    const uint32_t gone = mark(table, held, offsetof(struct universe_candidate, held));
    config.count = config.count > (int64_t)gone ? config.count - (int64_t)gone : 0;
    universe_choose(&config, table->rows, table->count, &table->chosen);
}

static size_t append(char *out, size_t size, size_t len, const char *word)
{
    const int wrote = snprintf(out + len, size - len, "%s%s", len > 0 ? " " : "", word);
    CHECK(wrote > 0 && (size_t)wrote < size - len);
    return len + (size_t)wrote;
}

void universe_list_chosen(const struct universe_table *table, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < table->chosen.count; i++) {
        len = append(out, size, len, table->rows[table->chosen.list[i]].symbol);
    }
}

bool universe_holds(const struct engine *engine, uint32_t pair)
{
    bool holds = engine->portfolio.positions[pair].qty_lots != 0;
    for (uint32_t o = 0; o < engine->portfolio.order_count; o++) {
        holds = holds || engine->portfolio.orders[o].pair == pair;
    }
    return holds;
}

void universe_list_held(const struct engine *engine, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        if (universe_holds(engine, i)) {
            len = append(out, size, len, engine->pairs[i].terms.symbol);
        }
    }
}
