/* SPDX-License-Identifier: MIT */
/*
 * Trade files as a market: VENUE_PAIR_DATE.csv.gz (or .csv) in one folder, rows
 * `time,price,volume,side` with the time in Unix seconds and the side of the taker. The trades are
 * told as they were; bars are the minutes they fall into. Files of one pair follow each other by
 * date; of several venues Kraken's are used, else the first by name, and never two together.
 */
#include "venue/local/market.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "core/base/limits.h"
#include "core/base/timestamp.h"

#define LINE_MAX_SIZE 256
#define PATH_SIZE 4096
#define FILES_MAX 4096

struct recorded_pair {
    char venue[24];
    uint32_t file_count;
    struct trade *trades;
    size_t trade_count, trade_capacity;
    int64_t total_lots; /* of them all, so that no sum of some can overflow */
    struct bar *bars;   /* trade_first is the index in `trades`, plus one */
    size_t bar_count, bar_capacity;
};

struct recorded {
    struct market market;
    struct market_pair pairs[PAIR_MAX];
    struct recorded_pair files[PAIR_MAX];
    const char *folder;
    char *error;
    size_t error_size;
};

static size_t find_bar(const struct recorded_pair *file, int64_t from_ns)
{
    size_t low = 0, high = file->bar_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (file->bars[middle].time_ns < from_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool recorded_next(struct market *market, uint32_t pair, int64_t from_ns, int64_t until_ns,
                          struct bar *ret)
{
    const struct recorded_pair *file = &((struct recorded *)market)->files[pair];
    size_t at = find_bar(file, from_ns);
    if (at == file->bar_count || file->bars[at].time_ns >= until_ns)
        return false;
    *ret = file->bars[at];
    return true;
}

static void recorded_trades(struct market *market, uint32_t pair, const struct bar *bar,
                            struct trade *out)
{
    const struct recorded_pair *file = &((struct recorded *)market)->files[pair];
    memcpy(out, &file->trades[bar->trade_first - 1], bar->trade_count * sizeof *out);
}

static void recorded_close(struct market *market)
{
    struct recorded *own = (struct recorded *)market;
    for (uint32_t i = 0; i < PAIR_MAX; i++) {
        free(own->files[i].trades);
        free(own->files[i].bars);
    }
    free(own);
}

static const struct market_ops ops = {
    .next = recorded_next, .trades = recorded_trades, .close = recorded_close};

/* Room for one more element; false when memory is out. */
static bool make_room(void **array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return true;
    size_t larger = *capacity ? *capacity * 2 : 1024;
    void *grown = realloc(*array, larger * size);
    if (!grown)
        return false;
    *array = grown;
    *capacity = larger;
    return true;
}

/* "KRAKEN_BTCUSD_20231117.csv.gz" into its venue and "BTC/USD". */
static bool read_name(const char *name, char venue[24], char symbol[SYMBOL_MAX])
{
    static const char *const quotes[] = {"USDT", "USDC", "USD", "EUR", "GBP", "CAD",
                                         "AUD",  "CHF",  "JPY", "BTC", "ETH", NULL};
    char pair[SYMBOL_MAX] = "", date[16] = "", rest[16] = "";
    if (sscanf(name, "%23[A-Z0-9]_%20[A-Z0-9]_%8[0-9]%15s", venue, pair, date, rest) != 4 ||
        (strcmp(rest, ".csv.gz") != 0 && strcmp(rest, ".csv") != 0))
        return false;
    for (const char *const *quote = quotes; *quote; quote++) {
        size_t len = strlen(pair), tail = strlen(*quote);
        if (len <= tail || strcmp(pair + len - tail, *quote) != 0)
            continue;
        snprintf(symbol, SYMBOL_MAX, "%.*s/%s", (int)(len - tail), pair, *quote);
        return true;
    }
    return false;
}

struct row {
    char *time, *price, *volume, *side;
};

/* Cuts a line into its four fields; false for a header or another shape. */
static bool cut(char *line, struct row *ret)
{
    line[strcspn(line, "\r\n")] = '\0';
    ret->time = strsep(&line, ",");
    ret->price = strsep(&line, ",");
    ret->volume = strsep(&line, ",");
    ret->side = line;
    return ret->side && ret->time[0] >= '0' && ret->time[0] <= '9';
}

/* Decimals a number's text needs. */
static uint32_t decimals_of(const char *text)
{
    const char *dot = strchr(text, '.');
    size_t len = dot ? strlen(dot + 1) : 0;
    while (len > 0 && dot[len] == '0')
        len--;
    return len > 10 ? 10 : (uint32_t)len;
}

static bool parse(const char *text, uint32_t decimals, int64_t *ret)
{
    return decimal_parse_rounded(text, strlen(text), decimals, ROUND_NEAREST, ret);
}

static bool refuse(struct recorded *own, const char *path, uint64_t line, const char *why)
{
    if (line > 0)
        snprintf(own->error, own->error_size, "%s:%" PRIu64 ": %s", path, line, why);
    else
        snprintf(own->error, own->error_size, "%s: %s", path, why);
    return false;
}

/* A coin and a trade are worth less than anything was ever; room is left for a book around it. */
static bool countable(const struct pair *terms, const struct trade *trade)
{
    return trade->price_ticks <= INT64_MAX / 4 &&
           pair_plausible(terms, trade->price_ticks, decimal_pow10(terms->qty_decimals)) &&
           pair_plausible(terms, trade->price_ticks, trade->qty_lots);
}

/* Times must rise, and none may stand on the edge of a minute: both are mended by a nanosecond. */
static bool add_trade(struct recorded *own, uint32_t pair, const struct row *row, const char *path,
                      uint64_t line)
{
    struct recorded_pair *file = &own->files[pair];
    const struct pair *terms = &own->pairs[pair].instrument.terms;
    struct trade trade = {.taker = row->side[0] == 's' ? SIDE_SELL : SIDE_BUY};
    if (!parse(row->time, 9, &trade.time_ns) ||
        !parse(row->price, terms->price_decimals, &trade.price_ticks) ||
        !parse(row->volume, terms->qty_decimals, &trade.qty_lots) || trade.price_ticks <= 0 ||
        trade.qty_lots < 0 || (row->side[0] != 's' && row->side[0] != 'b'))
        return refuse(own, path, line, "must be time,price,volume,buy|sell");
    if (trade.qty_lots == 0)
        return true;
    if (!countable(terms, &trade) ||
        __builtin_add_overflow(file->total_lots, trade.qty_lots, &file->total_lots))
        return refuse(own, path, line, "has a price or a volume beyond all that is traded");
    int64_t last_ns = file->trade_count ? file->trades[file->trade_count - 1].time_ns : 0;
    if (trade.time_ns < last_ns - NS_PER_S)
        return refuse(own, path, line, "is older than the trade before it; sort the file by time");
    if (trade.time_ns <= last_ns)
        trade.time_ns = last_ns + 1;
    if (trade.time_ns % NS_PER_MIN == 0)
        trade.time_ns++;
    trade.id = file->trade_count + 1;
    if (!make_room((void **)&file->trades, file->trade_count, &file->trade_capacity, sizeof trade))
        return refuse(own, path, line, "no memory for more trades");
    file->trades[file->trade_count++] = trade;
    return true;
}

/* Calls for each row; a pair nobody knows is first read once for its decimals alone. */
static bool read_file(struct recorded *own, uint32_t pair, const char *path, uint32_t *decimals)
{
    gzFile file = gzopen(path, "rb");
    if (!file)
        return refuse(own, path, 0, "cannot be opened");
    char line[LINE_MAX_SIZE];
    bool fine = true;
    for (uint64_t number = 1; fine && gzgets(file, line, sizeof line); number++) {
        struct row row;
        if (!cut(line, &row)) {
            fine = number == 1 || refuse(own, path, number, "must be time,price,volume,side");
        } else if (decimals) {
            uint32_t needed = decimals_of(row.price);
            *decimals = needed > *decimals ? needed : *decimals;
        } else {
            fine = add_trade(own, pair, &row, path, number);
        }
    }
    int code = Z_OK;
    gzerror(file, &code);
    if (fine && code != Z_OK && code != Z_STREAM_END)
        fine = refuse(own, path, 0, "is cut short or no gzip file");
    gzclose(file);
    return fine;
}

static bool make_bars(struct recorded *own, uint32_t pair)
{
    struct recorded_pair *file = &own->files[pair];
    for (size_t i = 0; i < file->trade_count; i++) {
        const struct trade *trade = &file->trades[i];
        int64_t start_ns = trade->time_ns - trade->time_ns % NS_PER_MIN;
        const struct bar one = {.time_ns = start_ns,
                                .open_ticks = trade->price_ticks,
                                .high_ticks = trade->price_ticks,
                                .low_ticks = trade->price_ticks,
                                .close_ticks = trade->price_ticks,
                                .volume_lots = trade->qty_lots,
                                .trade_first = trade->id,
                                .trade_count = 1};
        struct bar *bar = file->bar_count ? &file->bars[file->bar_count - 1] : NULL;
        if (!bar || bar->time_ns != start_ns) {
            if (!make_room((void **)&file->bars, file->bar_count, &file->bar_capacity, sizeof *bar))
                return refuse(own, own->folder, 0, "no memory for its minutes");
            bar = &file->bars[file->bar_count++];
            *bar = one;
        } else {
            bar_merge(bar, &one);
        }
        if (bar->trade_count > MARKET_TRADES_MAX)
            return refuse(own, own->pairs[pair].instrument.terms.symbol, 0,
                          "more trades in one minute than are served");
    }
    return true;
}

static bool finish_pair(struct recorded *own, uint32_t pair, uint64_t seed)
{
    struct recorded_pair *file = &own->files[pair];
    if (file->trade_count == 0)
        return refuse(own, own->folder, 0, "a trade file without trades");
    if (!make_bars(own, pair))
        return false;
    const struct bar *first = &file->bars[0], *last = &file->bars[file->bar_count - 1];
    double days = (double)(last->time_ns + NS_PER_MIN - first->time_ns) / (double)NS_PER_DAY;
    own->pairs[pair].day_qty_lots = (int64_t)fmin((double)file->total_lots / days, 1e18) + 1;
    struct instrument *instrument = &own->pairs[pair].instrument;
    if (instrument->cost_decimals < instrument->terms.price_decimals)
        instrument->cost_decimals = instrument->terms.price_decimals;
    own->pairs[pair].step_ns = NS_PER_MIN;
    own->pairs[pair].seed = seed ^ (uint64_t)file->total_lots;
    if (first->time_ns < own->market.begin_ns)
        own->market.begin_ns = own->market.from_ns = first->time_ns;
    if (last->time_ns + NS_PER_MIN > own->market.end_ns)
        own->market.end_ns = last->time_ns + NS_PER_MIN;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folder's trade files in name order; freed by the caller. */
static size_t list_files(const char *folder, char **names)
{
    char venue[24], symbol[SYMBOL_MAX];
    size_t count = 0;
    DIR *directory = opendir(folder);
    if (!directory)
        return 0;
    for (struct dirent *entry; count < FILES_MAX && (entry = readdir(directory));)
        if (read_name(entry->d_name, venue, symbol) && (names[count] = strdup(entry->d_name)))
            count++;
    closedir(directory);
    qsort(names, count, sizeof *names, by_name);
    return count;
}

/* The pair of a symbol, made when new; -1 when it is not wanted or there is no room. */
static int32_t pair_of(struct recorded *own, const char *venue, const char *symbol,
                       const char *wanted)
{
    int32_t at = market_find(&own->market, symbol, strlen(symbol));
    if (at >= 0)
        return strcmp(own->files[at].venue, venue) == 0 ? at : -1;
    if (own->market.pair_count == PAIR_MAX || (wanted && !market_names(wanted, symbol)))
        return -1;
    at = (int32_t)own->market.pair_count;
    if (!instrument_find(symbol, &own->pairs[at].instrument) &&
        !instrument_make(symbol, 0, 8, &own->pairs[at].instrument))
        return -1;
    snprintf(own->files[at].venue, sizeof own->files[at].venue, "%s", venue);
    own->market.pair_count++;
    return at;
}

static bool read_files(struct recorded *own, char **names, size_t count, const char *wanted,
                       bool measuring, bool kraken)
{
    for (size_t i = 0; i < count; i++) {
        char venue[24], symbol[SYMBOL_MAX], path[PATH_SIZE];
        read_name(names[i], venue, symbol);
        if ((strcmp(venue, "KRAKEN") == 0) != kraken)
            continue;
        int32_t pair = pair_of(own, venue, symbol, wanted);
        struct instrument known;
        bool strange = !instrument_find(symbol, &known);
        if (pair < 0 || (measuring && !strange))
            continue;
        snprintf(path, sizeof path, "%s/%s", own->folder, names[i]);
        uint32_t *decimals = &own->pairs[pair].instrument.terms.price_decimals;
        if (!read_file(own, (uint32_t)pair, path, measuring ? decimals : NULL))
            return false;
    }
    return true;
}

struct market *market_recorded_open(const char *folder, const char *pairs, uint64_t seed,
                                    char *error, size_t error_size)
{
    struct recorded *own = calloc(1, sizeof *own);
    char **names = calloc(FILES_MAX, sizeof *names);
    size_t count = names ? list_files(folder, names) : 0;
    bool fine = own && names;
    snprintf(error, error_size, "no memory for the recorded market");
    if (fine) {
        own->market = (struct market){.ops = &ops, .pairs = own->pairs, .begin_ns = INT64_MAX};
        own->folder = folder;
        own->error = error;
        own->error_size = error_size;
        for (int round = 0; fine && round < 4; round++) /* measure, then read; Kraken's first */
            fine = read_files(own, names, count, pairs, round < 2, round % 2 == 0);
        for (uint32_t i = 0; fine && i < own->market.pair_count; i++)
            fine = finish_pair(own, i, seed);
        if (fine && own->market.pair_count == 0)
            fine = refuse(own, folder, 0, "holds no candles and no trade files of these pairs");
    }
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    if (fine)
        return &own->market;
    if (own)
        recorded_close(&own->market);
    return NULL;
}
