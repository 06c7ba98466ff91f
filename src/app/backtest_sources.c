/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/backtest_tape.h"
#include "core/market/alias.h"
#include "store/candle_origin.h"
#include "store/csv_name.h"
#include "venue/local/instruments.h"

#define KEY_MAX 4096

#define SAMPLE_ROWS 20000 /* looked at to learn how finely a stranger counts */

/* A finer file stands for a coarser one when it has this part of its span. */
#define SPAN_ENOUGH 0.98

struct finder {
    struct backtest_sources *sources;
    const struct backtest_flags *flags;
    const struct options *options;
    struct candle_key *keys;
    uint32_t key_count;
    char *error;
};

static int fail(const struct finder *finder, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int fail(const struct finder *finder, int code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(finder->error, BACKTEST_ERROR_MAX, format, values);
    va_end(values);
    return -code;
}

static int visit(void *context, const struct candle_key *key)
{
    struct finder *finder = context;
    if (finder->key_count < KEY_MAX) {
        finder->keys[finder->key_count++] = *key;
    }
    return 0;
}

/* How much of the asked span a file has; 0 none of it. */
static double span_of(const struct finder *finder, const struct candle_file *file)
{
    size_t count;
    const struct candle *rows = candle_file_rows(file, &count);
    const int64_t end_ns = finder->options->market.to_ns;
    const size_t first = candle_file_find(file, finder->options->market.from_ns);
    const size_t last = end_ns == 0 ? count : candle_file_find(file, end_ns);
    return first < last ? (double)(rows[last - 1].time_ns - rows[first].time_ns) + 1 : 0;
}

/* No coarser than what strategies are to look at. */
static bool fine_enough(const struct finder *finder, enum timeframe timeframe)
{
    return !finder->flags->timeframe_asked || timeframe <= finder->flags->timeframe;
}

/* What --as said of the candles when they were imported. */
static int see_origin(struct finder *finder, struct backtest_source *source)
{
    char text[CANDLE_ORIGINS_TEXT_MAX];
    const int code = candle_origin_tell(finder->options->market.store, &source->key, text,
                                        finder->error, BACKTEST_ERROR_MAX);
    if (code == 0 && text[0] != '\0' && (source->origin = strdup(text)) == NULL) {
        snprintf(finder->error, BACKTEST_ERROR_MAX, "out of memory");
        return -ENOMEM;
    }
    return code;
}

/* Of the pair's files at the venue the one that has the most of the span, and of those that have
 * about as much the finest. 0 with an open file, 1 when there is none. */
static int open_best(struct finder *finder, const char *venue, const char *symbol,
                     struct backtest_source *ret)
{
    double best = 0;
    ret->file = NULL;
    for (uint32_t i = 0; i < finder->key_count; i++) {
        const struct candle_key *key = &finder->keys[i];
        struct candle_file *file = NULL;
        if (strcmp(key->venue, venue) != 0 || strcmp(key->symbol, symbol) != 0 ||
            !fine_enough(finder, key->timeframe)) {
            continue;
        }
        const int code = candle_file_open(finder->options->market.store, key, &file, finder->error,
                                          BACKTEST_ERROR_MAX);
        if (code != 0) {
            return code;
        }
        const double span = span_of(finder, file);
        /* The store gives timeframes from short to long. */
        if (span * SPAN_ENOUGH > best) {
            candle_file_close(ret->file);
            *ret = (struct backtest_source){.key = *key, .file = file};
            best = span;
        } else {
            candle_file_close(file);
        }
    }
    return ret->file == NULL ? 1 : see_origin(finder, ret);
}

/* Kraken where it has the pair, else the one venue that does; the reason when there are more. */
static const char *venue_of(const struct finder *finder, const char *symbol, char *others,
                            size_t size)
{
    const char *venue = NULL;
    bool several = false;
    others[0] = '\0';
    for (uint32_t i = 0; i < finder->key_count; i++) {
        const struct candle_key *key = &finder->keys[i];
        if (strcmp(key->symbol, symbol) != 0 || (venue != NULL && strcmp(venue, key->venue) == 0)) {
            continue;
        }
        if (strcmp(key->venue, "KRAKEN") == 0) {
            return key->venue;
        }
        several = venue != NULL;
        if (several) {
            snprintf(others, size, "%s and %s", venue, key->venue);
        }
        venue = key->venue;
    }
    return several ? NULL : venue;
}

static int missing(const struct finder *finder, const char *venue, const char *symbol)
{
    char held[128] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < finder->key_count && len < sizeof held - 8; i++) {
        const struct candle_key *key = &finder->keys[i];
        if (strcmp(key->venue, venue) == 0 && strcmp(key->symbol, symbol) == 0) {
            len += (size_t)snprintf(held + len, sizeof held - len, " %s",
                                    timeframe_names[key->timeframe]);
        }
    }
    return fail(finder, ENOENT,
                "%s:%s has no candles that serve in the span asked for; the store %s has of "
                "it:%s (`cuttle data list` says from when to when)",
                venue, symbol, finder->options->market.store, held[0] != '\0' ? held : " nothing");
}

bool backtest_terms_known(const struct backtest_flags *flags, const char *symbol)
{
    struct instrument instrument;
    return !flags->stake_all && instrument_find(symbol, &instrument);
}

int backtest_terms(const struct backtest_flags *flags, const struct options *options,
                   const char *symbol, uint32_t decimals, struct pair *ret,
                   char error[BACKTEST_ERROR_MAX])
{
    struct instrument instrument;
    if (backtest_terms_known(flags, symbol)) {
        instrument_find(symbol, &instrument);
    } else if (!instrument_make(symbol, decimals, 8, &instrument)) {
        snprintf(error, BACKTEST_ERROR_MAX, "--pair %s: write it like BTC/USD", symbol);
        return -EINVAL;
    }
    *ret = instrument.terms;
    if (flags->stake_all) {
        ret->qty_min_lots = 0;
        ret->cost_min = 0;
    }
    if (strcmp(ret->quote, options->session.currency) != 0) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "%s is quoted in %s and the account is in %s; say --set session.currency=%s",
                 symbol, ret->quote, options->session.currency, ret->quote);
        return -EINVAL;
    }
    return 0;
}

/* Precision and minimums, the prices' own from a sample of them. */
static int set_terms(const struct finder *finder, uint32_t index)
{
    const struct candle_rows *rows = &finder->sources->rows[index];
    const char *symbol = finder->sources->list[index].key.symbol;
    uint32_t decimals = 0;
    if (!backtest_terms_known(finder->flags, symbol)) {
        const size_t stride = rows->count / SAMPLE_ROWS + 1;
        decimals = instrument_price_decimals(rows->rows, rows->count, stride);
    }
    return backtest_terms(finder->flags, finder->options, symbol, decimals,
                          &finder->sources->terms[index], finder->error);
}

/* "[VENUE:]PAIR". */
static int open_pair(struct finder *finder, const char *word)
{
    struct backtest_sources *sources = finder->sources;
    const uint32_t index = sources->count;
    char venue[VENUE_NAME_MAX] = "", symbol[SYMBOL_MAX], others[2 * VENUE_NAME_MAX + 8];
    const char *colon = strchr(word, ':');
    const char *name = colon == NULL ? word : colon + 1;
    if (!alias_symbol(name, strlen(name), symbol) ||
        (colon != NULL && (size_t)(colon - word) >= sizeof venue)) {
        return fail(finder, EINVAL, "--pair %s: write a pair such as BTC/USD or KRAKEN:BTC/USD",
                    word);
    }
    const char *only = venue_of(finder, symbol, others, sizeof others);
    if (colon != NULL) {
        snprintf(venue, sizeof venue, "%.*s", (int)(colon - word), word);
        for (char *c = venue; *c != '\0'; c++) {
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        }
    } else if (only != NULL) {
        snprintf(venue, sizeof venue, "%s", only);
    } else if (others[0] != '\0') {
        return fail(finder, EINVAL,
                    "--pair %s: %s have it; write the venue before it, as in "
                    "KRAKEN:BTC/USD",
                    word, others);
    } else {
        return fail(finder, ENOENT,
                    "the store %s has no candles of %s; `cuttle data import FILE... --store %s` "
                    "brings some in",
                    finder->options->market.store, symbol, finder->options->market.store);
    }
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(sources->list[i].key.symbol, symbol) == 0) {
            return fail(finder, EINVAL, "--pair %s: it is named twice", word);
        }
    }
    struct backtest_source *source = &sources->list[index];
    const int found = open_best(finder, venue, symbol, source);
    if (found != 0) {
        return found > 0 ? missing(finder, venue, symbol) : found;
    }
    sources->count++;
    struct candle_rows *rows = &sources->rows[index];
    rows->rows = candle_file_rows(source->file, &rows->count);
    rows->timeframe = source->key.timeframe;
    const int sound = candle_file_verify(source->file, finder->error, BACKTEST_ERROR_MAX);
    return sound != 0 ? sound : set_terms(finder, index);
}

/* Every pair of the store in the account's currency that has candles in the span. */
static int open_all(struct finder *finder)
{
    struct backtest_sources *sources = finder->sources;
    char others[2 * VENUE_NAME_MAX + 8];
    for (uint32_t i = 0; i < finder->key_count; i++) {
        const struct candle_key *key = &finder->keys[i];
        const char *slash = strchr(key->symbol, '/');
        const char *venue = venue_of(finder, key->symbol, others, sizeof others);
        bool known = slash == NULL || strcmp(slash + 1, finder->options->session.currency) != 0;
        for (uint32_t k = 0; k < sources->count; k++) {
            known |= strcmp(sources->list[k].key.symbol, key->symbol) == 0;
        }
        struct backtest_source probe = {0};
        if (known ||
            open_best(finder, venue != NULL ? venue : key->venue, key->symbol, &probe) != 0) {
            continue;
        }
        candle_file_close(probe.file);
        free(probe.origin);
        if (sources->count == PAIR_MAX) {
            return fail(finder, EINVAL, "the store has more than %d pairs: name some with --pair",
                        PAIR_MAX);
        }
        const int result = open_pair(finder, key->symbol);
        if (result != 0) {
            return result;
        }
    }
    return sources->count > 0
               ? 0
               : fail(finder, ENOENT,
                      "the store %s has no candles quoted in %s that serve in "
                      "the span asked for; `cuttle data list --store %s` shows what "
                      "it has",
                      finder->options->market.store, finder->options->session.currency,
                      finder->options->market.store);
}

static int open_named(struct finder *finder)
{
    static char text[OPTION_LIST_MAX];
    const char *words[PAIR_MAX];
    const int count = options_pairs(finder->options->session.pairs, text, sizeof text, words);
    if (count <= 0) {
        return fail(finder, EINVAL, "--pair: name at least one pair, and at most %d", PAIR_MAX);
    }
    for (int i = 0; i < count; i++) {
        const int result = open_pair(finder, words[i]);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

static int open_store(struct finder *finder)
{
    finder->keys = malloc(KEY_MAX * sizeof *finder->keys);
    if (finder->keys == NULL) {
        return fail(finder, ENOMEM, "out of memory");
    }
    int result = candle_store_each(finder->options->market.store, visit, finder, finder->error,
                                   BACKTEST_ERROR_MAX);
    if (result == 0) {
        result = strcmp(finder->options->session.pairs, "default") == 0 ? open_all(finder)
                                                                        : open_named(finder);
    }
    free(finder->keys);
    return result;
}

static void on_bad(void *context, uint64_t line, const char *reason)
{
    fprintf(stderr, "cuttle: %s: line %llu: %s; the row is left out\n", (const char *)context,
            (unsigned long long)line, reason);
}

/* One file. Its pair is --pair's, else what its name says, else it has none. */
static int open_file(struct finder *finder)
{
    struct backtest_sources *sources = finder->sources;
    struct backtest_source *source = &sources->list[0];
    const char *path = finder->flags->candles, *pair = finder->flags->pairs;
    struct csv_name name;
    csv_name_parse(path, &name);
    const struct csv_options reading = {.timeframe_known = name.has_timeframe,
                                        .timeframe = name.key.timeframe,
                                        .bad_max = CSV_BAD_MAX,
                                        .on_bad = on_bad,
                                        .context = (void *)(uintptr_t)path};
    const int code = csv_read(path, &reading, &source->csv, finder->error, BACKTEST_ERROR_MAX);
    if (code != 0) {
        return code;
    }
    sources->count = 1;
    if (pair[0] != '\0') {
        if (!alias_symbol(pair, strlen(pair), source->key.symbol)) {
            return fail(finder, EINVAL, "--pair %s: write a pair such as BTC/USD", pair);
        }
    } else if (name.has_symbol) {
        memcpy(source->key.symbol, name.key.symbol, sizeof source->key.symbol);
    } else {
        snprintf(source->key.symbol, sizeof source->key.symbol, "FILE/%.16s",
                 finder->options->session.currency);
    }
    source->key.timeframe = source->csv.timeframe;
    sources->rows[0] =
        (struct candle_rows){source->csv.rows, source->csv.count, source->csv.timeframe};
    return set_terms(finder, 0);
}

static bool is_named(const struct finder *finder, const char *symbol)
{
    char text[OPTION_LIST_MAX], named[SYMBOL_MAX];
    const char *words[PAIR_MAX];
    const int count = options_pairs(finder->flags->pairs, text, sizeof text, words);
    for (int i = 0; i < count; i++) {
        const char *colon = strchr(words[i], ':');
        const char *name = colon == NULL ? words[i] : colon + 1;
        if (alias_symbol(name, strlen(name), named) && strcmp(named, symbol) == 0) {
            return true;
        }
    }
    return false;
}

/* Whose trades make the candles: those that --pair names, else all in the account's currency. */
static int open_tape_pairs(struct finder *finder)
{
    struct backtest_sources *sources = finder->sources;
    const struct candle_key *keys[PAIR_MAX];
    const uint32_t count = backtest_tape_pairs(sources->tape, keys);
    for (uint32_t i = 0; i < count; i++) {
        const char *slash = strchr(keys[i]->symbol, '/');
        const bool ours =
            slash != NULL && strcmp(slash + 1, finder->options->session.currency) == 0;
        if (finder->flags->pairs[0] != '\0' ? is_named(finder, keys[i]->symbol)
                                            : ours || count == 1) {
            sources->list[sources->count++].key = *keys[i];
        }
    }
    return sources->count > 0
               ? 0
               : fail(finder, ENOENT,
                      "none of the files is of a pair that was asked for and quoted in %s",
                      finder->options->session.currency);
}

static int open_tape(struct finder *finder)
{
    struct backtest_sources *sources = finder->sources;
    struct backtest_tape *tape = sources->tape;
    const bool alone = sources->count == 0;
    int code = alone ? open_tape_pairs(finder) : 0;
    for (uint32_t i = 0; code == 0 && i < sources->count; i++) {
        const char *symbol = sources->list[i].key.symbol;
        uint32_t decimals = alone ? 0 : sources->terms[i].price_decimals;
        if (!backtest_terms_known(finder->flags, symbol)) {
            code = backtest_tape_decimals(tape, symbol, &decimals, finder->error);
        }
        if (code == 0) {
            code = backtest_terms(finder->flags, finder->options, symbol, decimals,
                                  &sources->terms[i], finder->error);
        }
        if (code == 0) {
            code = backtest_tape_read(tape, i, symbol, &sources->terms[i], finder->error);
        }
        if (code == 0 && alone) {
            code =
                backtest_tape_form(tape, i, &sources->terms[i], &sources->rows[i], finder->error);
        }
    }
    return code != 0 ? code : backtest_tape_settle(tape, sources, finder->flags, finder->error);
}

static int open_made(struct finder *finder)
{
    static char text[OPTION_LIST_MAX];
    const char *words[PAIR_MAX];
    struct backtest_sources *sources = finder->sources;
    const int count = options_pairs(finder->flags->pairs, text, sizeof text, words);
    int code = count > 0 ? 0 : fail(finder, EINVAL, "--synthetic: say which pairs with --pair");
    for (int i = 0; code == 0 && i < count; i++) {
        const uint32_t index = sources->count;
        code = backtest_made(words[i], finder->flags->seed, &finder->options->market,
                             &sources->list[index], &sources->rows[index], finder->error);
        sources->count += code == 0;
        code = code != 0 ? code : set_terms(finder, index);
    }
    return code;
}

static int open_all_sources(struct finder *finder)
{
    const struct backtest_flags *flags = finder->flags;
    const bool traded = flags->trade_count > 0 || flags->book_count > 0;
    int code = traded ? backtest_tape_find(&finder->sources->tape, flags, finder->error) : 0;
    if (code == 0 && flags->synthetic) {
        code = open_made(finder);
    } else if (code == 0 && flags->candles != NULL) {
        code = open_file(finder);
    } else if (code == 0 && (!traded || flags->store_said)) {
        code = open_store(finder);
    }
    return code != 0 || !traded ? code : open_tape(finder);
}

int backtest_sources_open(struct backtest_sources *sources, const struct backtest_flags *flags,
                          const struct options *options, char error[BACKTEST_ERROR_MAX])
{
    struct finder finder = {.sources = sources, .flags = flags, .options = options, .error = error};
    sources->count = 0;
    const int result = open_all_sources(&finder);
    if (result != 0) {
        return result;
    }
    sources->base = TIMEFRAME_1M;
    for (uint32_t i = 0; i < sources->count; i++) {
        const enum timeframe timeframe = sources->rows[i].timeframe;
        sources->base = timeframe > sources->base ? timeframe : sources->base;
    }
    sources->decided = flags->timeframe_asked ? flags->timeframe : sources->base;
    if (sources->decided < sources->base) {
        return fail(&finder, EINVAL, "--timeframe %s: the candles there are, are of %s",
                    timeframe_names[sources->decided], timeframe_names[sources->base]);
    }
    if (flags->detail_asked && flags->detail > sources->base) {
        sources->base = flags->detail < sources->decided ? flags->detail : sources->decided;
    }
    return 0;
}

void backtest_sources_close(struct backtest_sources *sources)
{
    backtest_tape_free(sources->tape);
    sources->tape = NULL;
    for (uint32_t i = 0; i < sources->count; i++) {
        free(sources->list[i].origin);
        candle_file_close(sources->list[i].file);
        csv_free(&sources->list[i].csv);
    }
    sources->count = 0;
}
