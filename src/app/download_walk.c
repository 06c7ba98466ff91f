/* SPDX-License-Identifier: MIT */
#include "app/download.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "store/disk.h"

/* Storing may take a tenth of the time: to add candles at the end takes milliseconds, to put them
 * before others writes the file anew. */
#define SAVING_SHARE 10

enum download_end download_save(struct download *download, int64_t from_ns, int64_t until_ns)
{
    const char *store = download->options->store;
    struct candle_merge_result merged = {0};
    char error[DISK_ERROR_MAX];
    const int64_t began_ns = download->clock.mono_ns(download->clock.self);
    int code = 0;
    if (download->row_count > 0)
        code = candle_file_merge(store, &download->candles, download->rows, download->row_count,
                                 download->options->replace, &merged, error, sizeof error);
    if (code == 0 && from_ns < until_ns && !fetched_add(&download->fetched, from_ns, until_ns)) {
        data_complain("%s: its history was fetched in too many pieces; fill the holes between them",
                      data_name(&download->candles));
        return DOWNLOAD_FAILED;
    }
    if (code == 0)
        code = fetched_write(store, &download->candles, &download->fetched, error, sizeof error);
    if (code < 0) {
        data_complain("%s", error);
        return DOWNLOAD_FAILED;
    }
    download->merged.added += merged.added;
    download->merged.equal += merged.equal;
    download->merged.different += merged.different;
    download->row_count = 0;
    download->saved_ns = download->clock.mono_ns(download->clock.self);
    download->saving_ns = download->saved_ns - began_ns;
    return DOWNLOAD_WHOLE;
}

/* The candle that the trades so far make is whole: no later trade belongs to it. */
static void close_candle(struct download *download, struct fetched_walk *walk)
{
    if (walk->open_ns == 0)
        return;
    CHECK(download->row_count < DOWNLOAD_ROWS_MAX);
    const uint32_t price = walk->price_decimals;
    download->rows[download->row_count++] = (struct candle){
        .time_ns = walk->open_ns,
        .open = decimal_to_double(walk->open_ticks, price),
        .high = decimal_to_double(walk->high_ticks, price),
        .low = decimal_to_double(walk->low_ticks, price),
        .close = decimal_to_double(walk->close_ticks, price),
        .volume = decimal_to_double(walk->volume_lots, walk->qty_decimals),
    };
    walk->open_ns = 0;
}

static void add_trade(struct download *download, struct fetched_walk *walk,
                      const struct trade *trade)
{
    const int64_t time_ns = timeframe_floor(download->candles.timeframe, trade->time_ns);
    if (time_ns != walk->open_ns) {
        close_candle(download, walk);
        walk->until_ns = walk->open_ns = time_ns;
        walk->open_ticks = walk->high_ticks = walk->low_ticks = trade->price_ticks;
        walk->volume_lots = 0;
    }
    if (trade->price_ticks > walk->high_ticks)
        walk->high_ticks = trade->price_ticks;
    if (trade->price_ticks < walk->low_ticks)
        walk->low_ticks = trade->price_ticks;
    walk->close_ticks = trade->price_ticks;
    /* No market has traded 9e18 lots in a day: what says so is not counted on. */
    if (__builtin_add_overflow(walk->volume_lots, trade->qty_lots, &walk->volume_lots))
        walk->volume_lots = INT64_MAX;
    walk->id = trade->id;
}

/* What a page of trades came to. */
enum page_end {
    PAGE_MORE,  /* the next one goes on */
    PAGE_TIED,  /* its first trade is not the next: some of the last one's moment were cut off */
    PAGE_EMPTY, /* there are no more */
    PAGE_PAST,  /* the end is reached */
};

/*
 * `since` asks for what is later than a moment, and a page may end in the middle of one: trades of
 * one order carry one time. Ids follow each other, so a number left out there is asked for once
 * more, from just before that moment. Those that are known by then are passed over.
 */
static enum page_end take_page(struct download *download, struct fetched_walk *walk,
                               int64_t until_ns, bool may_be_tied)
{
    const struct kraken_trades *page = &download->page;
    uint32_t taken = 0;
    for (uint32_t i = 0; i < page->count; i++) {
        const struct trade *trade = &page->rows[i];
        if (trade->id != 0 && trade->id <= walk->id)
            continue;
        if (taken == 0 && may_be_tied && walk->id != 0 && trade->id > walk->id + 1)
            return PAGE_TIED;
        if (trade->time_ns >= until_ns)
            return PAGE_PAST;
        if (trade->time_ns < walk->until_ns) {
            continue; /* before what was asked for */
        }
        add_trade(download, walk, trade);
        taken++;
    }
    const bool moves = page->last_ns > walk->since_ns;
    if (!moves && page->count == KRAKEN_TRADES_MAX) {
        walk->since_ns++; /* a whole page of one moment, which the venue gives again and again */
        return PAGE_MORE;
    }
    if (moves)
        walk->since_ns = page->last_ns;
    return moves && page->count + page->empty_count > 0 ? PAGE_MORE : PAGE_EMPTY;
}

static enum download_end ask_page(struct download *download, int64_t since_ns)
{
    char what[128];
    struct kraken_reply reply;
    snprintf(what, sizeof what, "Trades?pair=%s&count=%d&since=%" PRId64, download->key,
             KRAKEN_TRADES_MAX, since_ns);
    const enum download_end end = download_get(download, what, &reply);
    if (end != DOWNLOAD_WHOLE)
        return end;
    if (!kraken_trades_parse(&reply.result, &download->terms, &download->page)) {
        char explained[160];
        json_explain(&reply.result, explained, sizeof explained);
        data_complain("%s: the venue's trades cannot be read: %s", data_name(&download->candles),
                      explained);
        return DOWNLOAD_FAILED;
    }
    download->empty_count += download->page.empty_count;
    return DOWNLOAD_WHOLE;
}

/* Where an interrupted walk stood, if it was on the way through this hole; else its beginning. */
static struct fetched_walk begin_walk(const struct download *download, int64_t from_ns)
{
    const struct fetched_walk *old = &download->fetched.walk;
    if (old->until_ns == from_ns && old->price_decimals == download->terms.price_decimals &&
        old->qty_decimals == download->terms.qty_decimals)
        return *old;
    return (struct fetched_walk){.until_ns = from_ns,
                                 .since_ns = from_ns > 0 ? from_ns - 1 : 0,
                                 .price_decimals = download->terms.price_decimals,
                                 .qty_decimals = download->terms.qty_decimals};
}

static bool is_time_to_save(const struct download *download)
{
    const int64_t now_ns = download->clock.mono_ns(download->clock.self);
    return download->row_count > DOWNLOAD_ROWS_MAX - KRAKEN_TRADES_MAX - 1 ||
           now_ns - download->saved_ns >= SAVING_SHARE * download->saving_ns;
}

static enum download_end save_walk(struct download *download, const struct fetched_walk *walk,
                                   int64_t from_ns)
{
    download->fetched.walk = *walk;
    return download_save(download, from_ns, walk->until_ns);
}

enum download_end download_walk(struct download *download, struct fetched_span hole)
{
    struct fetched_walk walk = begin_walk(download, hole.from_ns);
    enum page_end page = PAGE_MORE;
    enum download_end end = DOWNLOAD_WHOLE;
    while (end == DOWNLOAD_WHOLE && page != PAGE_PAST && page != PAGE_EMPTY) {
        const bool tied = page == PAGE_TIED;
        end = ask_page(download, walk.since_ns - tied);
        if (end != DOWNLOAD_WHOLE)
            break;
        page = take_page(download, &walk, hole.until_ns, !tied);
        if (page == PAGE_MORE && is_time_to_save(download))
            end = save_walk(download, &walk, hole.from_ns);
        download_show(download);
    }
    if (end == DOWNLOAD_WHOLE) {
        close_candle(download, &walk);
        walk = (struct fetched_walk){.until_ns = 0};
        download->fetched.walk = walk;
        return download_save(download, hole.from_ns, hole.until_ns);
    }
    if (end == DOWNLOAD_STOPPED && save_walk(download, &walk, hole.from_ns) != DOWNLOAD_WHOLE)
        return DOWNLOAD_FAILED;
    return end;
}
