/* SPDX-License-Identifier: MIT */
/* Which candles a backtest on demand may ask for: of a synthetic market all of its past, else what
 * the store has; nothing that the session itself does not know yet. */
#include <stdio.h>
#include <string.h>

#include "app/jobs_internal.h"
#include "core/base/timestamp.h"
#include "operator/server/view.h"
#include "store/candle_file.h"

/* A store is looked through while the dashboard waits: of more files than this the rest is not
 * offered. */
#define FILES_MAX 2048

struct taking {
    const struct jobs *jobs;
    int64_t now_ns;
    struct job_stock *list;
    uint32_t count, max, files;
};

/* Of a pair that several venues have: Kraken's, else the first there is. */
static struct job_stock *place_of(struct taking *taking, const struct candle_key *key)
{
    for (uint32_t i = 0; i < taking->count; i++) {
        struct job_stock *stock = &taking->list[i];
        if (strcmp(stock->symbol, key->symbol) != 0) {
            continue;
        }
        if (strcmp(stock->venue, key->venue) != 0 && strcmp(key->venue, "KRAKEN") == 0) {
            *stock = (struct job_stock){.first_ns = INT64_MAX};
            snprintf(stock->symbol, sizeof stock->symbol, "%s", key->symbol);
            snprintf(stock->venue, sizeof stock->venue, "%s", key->venue);
        }
        return strcmp(stock->venue, key->venue) == 0 ? stock : NULL;
    }
    if (taking->count == taking->max) {
        return NULL;
    }
    struct job_stock *stock = &taking->list[taking->count++];
    *stock = (struct job_stock){.first_ns = INT64_MAX};
    snprintf(stock->symbol, sizeof stock->symbol, "%s", key->symbol);
    snprintf(stock->venue, sizeof stock->venue, "%s", key->venue);
    return stock;
}

static int visit(void *context, const struct candle_key *key)
{
    struct taking *taking = context;
    const struct options *options = taking->jobs->options;
    const char *slash = strchr(key->symbol, '/');
    char error[256];
    struct candle_file *file = NULL;
    size_t count = 0;
    if (taking->files++ >= FILES_MAX) {
        return 1;
    }
    if (slash == NULL || strcmp(slash + 1, options->session.currency) != 0 ||
        candle_file_open(taking->jobs->places.store, key, &file, error, sizeof error) != 0) {
        return 0;
    }
    const struct candle *rows = candle_file_rows(file, &count);
    const size_t known = candle_file_find(file, taking->now_ns - timeframe_ns[key->timeframe] + 1);
    struct job_stock *stock = known > 0 ? place_of(taking, key) : NULL;
    if (stock != NULL) {
        const int64_t end_ns = rows[known - 1].time_ns + timeframe_ns[key->timeframe];
        stock->first_ns = rows[0].time_ns < stock->first_ns ? rows[0].time_ns : stock->first_ns;
        stock->end_ns = end_ns > stock->end_ns ? end_ns : stock->end_ns;
        stock->timeframes |= 1u << key->timeframe;
    }
    candle_file_close(file);
    return 0;
}

static uint32_t made_stock(const struct view *view, struct job_stock *list, uint32_t max)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->pair_count && count < max; i++) {
        if (view->pairs[i].health == VIEW_UNLISTED) {
            continue;
        }
        struct job_stock *stock = &list[count++];
        *stock = (struct job_stock){.timeframes = 1u << TIMEFRAME_1M};
        memcpy(stock->symbol, view->pairs[i].terms.symbol, sizeof stock->symbol);
        stock->end_ns = timeframe_floor(TIMEFRAME_1M, view->market_ns);
        stock->first_ns = stock->end_ns - JOB_DAYS_MAX * NS_PER_DAY;
    }
    return count;
}

uint32_t jobs_stock(const struct jobs *jobs, const struct view *view, struct job_stock *list,
                    uint32_t max, char *error, size_t error_size)
{
    error[0] = '\0';
    if (view->market_ns == 0) {
        snprintf(error, error_size, "the session has not heard from its market yet");
        return 0;
    }
    if (jobs->synthetic) {
        return made_stock(view, list, max);
    }
    struct taking taking = {jobs, view->market_ns, list, 0, max, 0};
    const int code = candle_store_each(jobs->places.store, visit, &taking, error, error_size);
    if (code == 0 && taking.count == 0) {
        snprintf(error, error_size,
                 "the store %s has no candles quoted in %s; `cuttle data download --pairs BTC/%s "
                 "--timeframe 5m --from 2024-01-01 --store %s` fetches some",
                 jobs->places.store, jobs->options->session.currency,
                 jobs->options->session.currency, jobs->places.store);
    }
    return taking.count;
}

/* Which command fetches what is missing. */
static void tell_missing(const struct jobs *jobs, const struct job_asked *asked,
                         const struct job_stock *stock, int64_t now_ns, char *error, size_t size)
{
    char from[TIMESTAMP_TEXT_MAX], first[TIMESTAMP_TEXT_MAX] = "", end[TIMESTAMP_TEXT_MAX] = "";
    timestamp_format(from, now_ns - asked->days * NS_PER_DAY, 0);
    if (stock != NULL) {
        timestamp_format(first, stock->first_ns, 0);
        timestamp_format(end, stock->end_ns, 0);
    }
    snprintf(error, size,
             "the store %s has %s%.10s%s%.10s of %s; `cuttle data download --pairs %s --timeframe "
             "%s --from %.10s --store %s` fetches the rest",
             jobs->places.store, stock != NULL ? "only " : "nothing", first,
             stock != NULL ? " to " : "", end, asked->pair, asked->pair,
             timeframe_names[asked->timeframe < 0 ? TIMEFRAME_5M : asked->timeframe], from,
             jobs->places.store);
}

bool jobs_span(const struct jobs *jobs, const struct view *view, const struct job_asked *asked,
               struct job_stock *ret_stock, int64_t *ret_from_ns, int64_t *ret_to_ns, char *error,
               size_t error_size)
{
    static struct job_stock list[PAIR_MAX]; /* the bridge has one thread */
    const struct job_stock *found = NULL;
    const uint32_t count = jobs_stock(jobs, view, list, PAIR_MAX, error, error_size);
    for (uint32_t i = 0; i < count; i++) {
        found = strcmp(list[i].symbol, asked->pair) == 0 ? &list[i] : found;
    }
    if (count == 0) {
        return false;
    }
    if (found == NULL && jobs->synthetic) {
        snprintf(error, error_size, "%s is not among this session's pairs", asked->pair);
        return false;
    }
    const uint32_t fine = asked->timeframe < 0 ? UINT32_MAX : (2u << asked->timeframe) - 1;
    const int64_t span_ns = asked->days * NS_PER_DAY;
    if (found == NULL || found->end_ns - found->first_ns < span_ns ||
        (found->timeframes & fine) == 0) {
        tell_missing(jobs, asked, found, view->market_ns, error, error_size);
        return false;
    }
    *ret_stock = *found;
    *ret_to_ns = found->end_ns;
    *ret_from_ns = found->end_ns - span_ns;
    return true;
}
