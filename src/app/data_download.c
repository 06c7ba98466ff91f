/* SPDX-License-Identifier: MIT */
/* cuttle data download: pair by pair, and how far it is. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/download.h"
#include "core/base/timestamp.h"
#include "platform/loop/loop.h"
#include "store/disk.h"

#define SHOW_EVERY_NS (NS_PER_S / 2)
#define SAY_EVERY_NS (60 * NS_PER_S) /* where it goes into a file */

/* Market time of what is wanted that has not been fetched yet. */
static int64_t missing_ns(const struct download *download)
{
    struct fetched_span hole = {0, download->from_ns};
    int64_t sum_ns = 0;
    while (fetched_hole(&download->fetched, hole.until_ns, download->until_ns, &hole))
        sum_ns += hole.until_ns - hole.from_ns;
    return sum_ns;
}

void download_show(struct download *download)
{
    const int64_t now_ns = download->clock.mono_ns(download->clock.self);
    const int64_t left_ns = missing_ns(download);
    const int64_t whole_ns = download->until_ns - download->from_ns;
    const int64_t done_ns = download->missing_ns - left_ns;
    char left[TIMESTAMP_TEXT_MAX] = "unknown";
    if (now_ns - download->shown_ns < (download->shows ? SHOW_EVERY_NS : SAY_EVERY_NS))
        return;
    download->shown_ns = now_ns;
    if (done_ns > 0) {
        const double pace = (double)(now_ns - download->began_ns) / (double)done_ns;
        const double seconds = pace * (double)left_ns / (double)NS_PER_S;
        duration_format(left, (seconds < 1e9 ? (int64_t)seconds + 1 : 1000000000) * NS_PER_S);
    }
    fprintf(stderr, "%s%s: %.1f %%, %" PRIu64 " pages, %s left%s",
            download->shows ? "\r\033[K" : "", data_name(&download->candles),
            100.0 * (double)(whole_ns - left_ns) / (double)whole_ns, download->request_count, left,
            download->shows ? "" : "\n");
}

static enum download_end complain_of(const struct download *download, const struct json *json,
                                     const char *what)
{
    char explained[160];
    json_explain(json, explained, sizeof explained);
    data_complain("%s: the venue's %s cannot be read: %s", download->venue->rest_url, what,
                  explained);
    return DOWNLOAD_FAILED;
}

/* The venue's own time: it says which candle is being formed. */
static enum download_end ask_time(struct download *download, int64_t *ret_ns)
{
    struct kraken_reply reply;
    struct json_text key;
    int64_t seconds = 0;
    const enum download_end end = download_get(download, "Time", &reply);
    if (end != DOWNLOAD_WHOLE)
        return end;
    json_object(&reply.result);
    while (json_key(&reply.result, &key)) {
        if (json_is(key, "unixtime"))
            json_int(&reply.result, &seconds);
        else
            json_skip(&reply.result);
    }
    if (reply.result.error != NULL || seconds <= 0 || seconds > INT64_MAX / NS_PER_S)
        return complain_of(download, &reply.result, "time");
    *ret_ns = seconds * NS_PER_S;
    return DOWNLOAD_WHOLE;
}

/* The newest candles, and until when there are any; of those that are there already none. */
static enum download_end ask_recent(struct download *download)
{
    char what[128];
    struct kraken_reply reply;
    struct fetched_span hole = {0};
    int64_t now_ns = 0;
    enum download_end end = ask_time(download, &now_ns);
    if (end != DOWNLOAD_WHOLE)
        return end;
    fetched_hole(&download->fetched, download->from_ns, INT64_MAX, &hole);
    snprintf(what, sizeof what, "OHLC?pair=%s&interval=%" PRId64 "&since=%" PRId64, download->key,
             timeframe_minutes(download->candles.timeframe),
             hole.from_ns > 0 ? hole.from_ns / NS_PER_S - 1 : 0);
    end = download_get(download, what, &reply);
    if (end != DOWNLOAD_WHOLE)
        return end;
    struct kraken_rows *recent = &download->recent;
    if (!kraken_rows_parse(&reply.result, download->span_ns, &download->terms, recent))
        return complain_of(download, &reply.result, "candles");
    const int64_t until_ns = kraken_rows_committed(recent, download->span_ns, now_ns, true);
    const int64_t wanted_ns = download->options->end_ns;
    download->until_ns = until_ns;
    if (wanted_ns < until_ns)
        download->until_ns = timeframe_floor(download->candles.timeframe, wanted_ns);
    return DOWNLOAD_WHOLE;
}

static enum download_end take_recent(struct download *download, struct fetched_span hole)
{
    const struct kraken_rows *recent = &download->recent;
    for (uint32_t i = 0; i < recent->count; i++)
        if (recent->rows[i].time_ns >= hole.from_ns && recent->rows[i].time_ns < hole.until_ns)
            download->rows[download->row_count++] = recent->rows[i];
    return download_save(download, hole.from_ns, hole.until_ns);
}

/* Hole by hole; what OHLC still reaches comes from there. */
static enum download_end fill(struct download *download)
{
    struct fetched_span hole;
    enum download_end end = DOWNLOAD_WHOLE;
    download->began_ns = download->saved_ns = download->shown_ns =
        download->clock.mono_ns(download->clock.self);
    download->missing_ns = missing_ns(download);
    while (end == DOWNLOAD_WHOLE &&
           fetched_hole(&download->fetched, download->from_ns, download->until_ns, &hole)) {
        const int64_t reach_ns = download->recent.first_ns;
        if (reach_ns != 0 && hole.from_ns >= reach_ns) {
            end = take_recent(download, hole);
        } else {
            if (reach_ns != 0 && hole.until_ns > reach_ns)
                hole.until_ns = reach_ns;
            end = download_walk(download, hole);
        }
    }
    return end;
}

static void print_outcome(const struct download *download, enum download_end end)
{
    const struct candle_merge_result *merged = &download->merged;
    printf("%s: %s to %s", data_name(&download->candles), data_date(download->from_ns),
           data_date(download->until_ns));
    printf(", %" PRIu64 " questions asked: %zu added, %zu known", download->request_count,
           merged->added, merged->equal);
    if (merged->different > 0)
        printf(", %zu different and %s", merged->different,
               download->options->replace ? "replaced"
                                          : "left as stored (--replace takes the venue's)");
    printf("\n");
    if (download->empty_count > 0)
        printf("  %" PRIu64 " trades of no price or no volume were passed over\n",
               download->empty_count);
    if (end != DOWNLOAD_WHOLE)
        printf("  not whole yet: the same command goes on where this one ended\n");
    fflush(stdout);
}

/* With the pair's lock. */
static enum download_end fetch_locked(struct download *download)
{
    char error[DISK_ERROR_MAX];
    if (fetched_read(download->options->store, &download->candles, &download->fetched, error,
                     sizeof error) < 0) {
        data_complain("%s", error);
        return DOWNLOAD_FAILED;
    }
    enum download_end end;
    bool again;
    do { /* what became whole meanwhile is fetched too */
        const int64_t began_ns = download->clock.mono_ns(download->clock.self);
        end = ask_recent(download);
        if (end != DOWNLOAD_WHOLE)
            break;
        if (download->from_ns >= download->until_ns) {
            data_complain("%s: there is no whole candle from %s on yet",
                          data_name(&download->candles), data_date(download->from_ns));
            return DOWNLOAD_FAILED;
        }
        end = fill(download);
        again = download->clock.mono_ns(download->clock.self) - began_ns >= download->span_ns &&
                download->until_ns < download->options->end_ns;
    } while (end == DOWNLOAD_WHOLE && again);
    if (download->shows)
        fputs("\r\033[K", stderr);
    if (download->until_ns > download->from_ns)
        print_outcome(download, end);
    return end;
}

static enum download_end fetch_pair(struct download *download, const struct kraken_name *name)
{
    const struct data_options *options = download->options;
    char error[DISK_ERROR_MAX];
    download->key = name->key;
    download->terms = name->terms;
    download->candles = (struct candle_key){.venue = "KRAKEN", .timeframe = options->timeframe};
    memcpy(download->candles.symbol, name->terms.symbol, sizeof download->candles.symbol);
    download->span_ns = timeframe_ns[options->timeframe];
    download->from_ns = timeframe_floor(options->timeframe, options->start_ns);
    download->until_ns = 0;
    download->request_count = download->empty_count = 0;
    download->row_count = 0;
    download->merged = (struct candle_merge_result){0};
    const int lock = fetched_lock(options->store, &download->candles, error, sizeof error);
    if (lock < 0) {
        data_complain("%s", error);
        return DOWNLOAD_FAILED;
    }
    const enum download_end end = fetch_locked(download);
    close(lock);
    return end;
}

static enum download_end ask_names(struct download *download, struct kraken_names *names)
{
    struct kraken_reply reply;
    const enum download_end end = download_get(download, "AssetPairs", &reply);
    if (end == DOWNLOAD_WHOLE && !kraken_names_read(names, &reply.result))
        return complain_of(download, &reply.result, "pairs");
    return end;
}

/* All pairs are found before the first is fetched. */
static enum download_end fetch_all(struct download *download, struct kraken_names *names)
{
    enum download_end end = ask_names(download, names);
    const char *pairs = download->options->pairs;
    char symbol[SYMBOL_MAX];
    while (end == DOWNLOAD_WHOLE && data_next_pair(&pairs, symbol))
        if (!kraken_names_find(names, symbol)) {
            data_complain("%s does not list %s", download->venue->rest_url, symbol);
            end = DOWNLOAD_FAILED;
        }
    pairs = download->options->pairs;
    while (end == DOWNLOAD_WHOLE && data_next_pair(&pairs, symbol))
        end = fetch_pair(download, kraken_names_find(names, symbol));
    return end;
}

static int run(const struct data_options *options, struct options *venue, struct download *download,
               struct kraken_names *names)
{
    char error[512];
    const char *ca_file = venue->venue.ca_file;
    download->options = options;
    download->venue = &venue->venue;
    download->clock = clock_system();
    download->shows = isatty(STDERR_FILENO);
    download->ask = ask_open(ca_file[0] != '\0' ? ca_file : NULL, error, sizeof error);
    if (!download->ask)
        return data_complain("%s", error);
    ask_heed_signals(download->ask);
    const enum download_end end = fetch_all(download, names);
    if (end == DOWNLOAD_STOPPED)
        data_complain("download: stopped; the same command goes on where this one ended");
    ask_close(download->ask);
    return end == DOWNLOAD_WHOLE ? DATA_DONE : DATA_FAILED;
}

int data_download(const struct data_options *options)
{
    if (!options->pairs || !options->timeframe_known || options->start_ns == INT64_MIN)
        return data_complain("download: say --pairs \"BTC/USD\" --timeframe 1h --from 2024-01-01");
    struct options *venue = calloc(1, sizeof *venue);
    struct download *download = calloc(1, sizeof *download);
    struct kraken_names *names = calloc(1, sizeof *names);
    struct config *config = NULL;
    int status = DATA_FAILED;
    if (!venue || !download || !names)
        data_complain("out of memory");
    else if (options_load(venue, &config, options->word_count, options->words, NULL, NULL) == 0)
        status = run(options, venue, download, names);
    config_free(config);
    free(names);
    free(download);
    free(venue);
    return status;
}
