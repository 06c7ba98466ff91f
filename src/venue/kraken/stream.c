/* SPDX-License-Identifier: MIT */
/*
 * The WebSocket's messages, each to what follows from it. A malformed one changes nothing but its
 * count; when it was a book's, that book is asked for anew.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/kraken/state.h"
#include "venue/kraken/words.h"

#define RESYNC_MAX_NS (60 * NS_PER_S)
#define KEEP_FAST_NS (NS_PER_S / 4) /* between pings to a market that runs faster than time */

void kraken_stream_resync(struct kraken_feed *feed, uint32_t index, bool was_live)
{
    struct kraken_side *side = &feed->sides[index];
    int64_t mono_ns = kraken_mono(feed);
    if (mono_ns - side->resync_ns > RESYNC_MAX_NS)
        side->resync_failures = 0;
    int64_t delay_ns = 0;
    if (side->resync_failures > 1)
        delay_ns = NS_PER_S << (side->resync_failures < 7 ? side->resync_failures : 7);
    if (delay_ns > RESYNC_MAX_NS)
        delay_ns = RESYNC_MAX_NS;
    side->resync_failures++;
    side->resync_ns = mono_ns;
    feed->stats.resync_count++;
    kraken_keeper_drop(&side->keeper);
    kraken_subs_reset(feed, index, KRAKEN_BOOK, delay_ns);
    if (was_live)
        feed->events.on_book(feed->context, index, kraken_clock_now(&feed->market), true,
                             feed->config.depth, NULL, 0);
}

void kraken_stream_terms(struct kraken_feed *feed, uint32_t index, const struct pair *terms)
{
    struct kraken_side *side = &feed->sides[index];
    bool finer =
        side->terms.symbol[0] != '\0' && (side->terms.price_decimals != terms->price_decimals ||
                                          side->terms.qty_decimals != terms->qty_decimals);
    side->terms = *terms;
    kraken_markets_put(&feed->markets, index, terms);
    feed->events.on_pair(feed->context, index, terms);
    if (finer)
        kraken_stream_resync(feed, index,
                             side->keeper.live); /* its ticks and lots meant something else */
}

/* True for the 1st, 2nd, 4th, 8th ..., which are told: a broken venue must not fill the disk. */
static bool count_malformed(struct kraken_feed *feed)
{
    uint64_t count = ++feed->stats.malformed_count;
    return (count & (count - 1)) == 0;
}

static void complain(struct kraken_feed *feed, const struct kraken_frame *frame)
{
    if (!count_malformed(feed))
        return;
    char where[160];
    kraken_explain(frame, where, sizeof where);
    log_printf(LOG_WARN, "feed.malformed", "a message of Kraken was refused, %s (%llu so far)",
               where, (unsigned long long)feed->stats.malformed_count);
}

static void take_ticker(struct kraken_feed *feed, const struct kraken_ticker *row)
{
    feed->sides[row->pair].ticker = *row;
    kraken_flow_news(feed, (uint32_t)row->pair);
    kraken_flow_time(feed, row->time_ns);
}

static void take_trade(struct kraken_feed *feed, const struct kraken_trade *row)
{
    kraken_flow_news(feed, (uint32_t)row->pair);
    feed->events.on_trade(feed->context, (uint32_t)row->pair, &row->trade);
    kraken_flow_time(feed, row->trade.time_ns);
}

/* A row from the future would carry the cursor past all that is still to come. */
static bool plausible(const struct kraken_feed *feed, const struct kraken_ohlc *row)
{
    int64_t span_ns = kraken_span(feed);
    int64_t slack_ns = feed->market.lockstep
                           ? NS_PER_DAY
                           : (int64_t)((10 + feed->market.speed) * (double)NS_PER_S);
    return row->candle.time_ns % span_ns == 0 &&
           row->candle.time_ns <= kraken_clock_now(&feed->market) + slack_ns &&
           (row->interval == 0 || row->interval == timeframe_minutes(feed->config.timeframe));
}

static void take_ohlc(struct kraken_feed *feed, const struct kraken_ohlc *row, bool snapshot)
{
    uint32_t index = (uint32_t)row->pair;
    struct kraken_side *side = &feed->sides[index];
    if (!side->listed || !plausible(feed, row))
        return;
    kraken_flow_news(feed, index);
    enum kraken_sub_state state = side->subs[KRAKEN_OHLC].state;
    if (state == KRAKEN_SUB_RESET || state == KRAKEN_SUB_LEAVING)
        return; /* of a subscription that ends: what follows this row would not be told */
    side->doubted = false;
    if (!(row->candle.volume > 0)) {
        kraken_join_cover(&side->join, row->candle.time_ns); /* no trades are no candle */
        return;
    }
    if (!kraken_join_row(&side->join, &row->candle)) {
        feed->stats.late_count += snapshot ? 0 : 1;
        return;
    }
    feed->events.on_forming(feed->context, index, &row->candle);
    if (side->history_done && kraken_join_peek(&side->join) != NULL)
        feed->closed = true;
}

/* What a broken checksum, a crossed book or a missing snapshot lead to. */
static void doubt(struct kraken_feed *feed, uint32_t index, enum kraken_verdict verdict,
                  bool was_live)
{
    struct kraken_side *side = &feed->sides[index];
    if (side->subs[KRAKEN_BOOK].state != KRAKEN_SUB_ON)
        return; /* updates of the old subscription, until the snapshot of the new one */
    if (verdict == KRAKEN_BOOK_CHECKSUM)
        feed->stats.checksum_fault_count++;
    log_printf(LOG_WARN, "feed.book", "%s: the book cannot be trusted (%s); asking for it anew",
               side->terms.symbol, kraken_verdict_text(verdict));
    kraken_stream_resync(feed, index, was_live);
}

static void take_book(struct kraken_feed *feed, const struct kraken_book *row, bool snapshot)
{
    uint32_t index = (uint32_t)row->pair;
    struct kraken_side *side = &feed->sides[index];
    if (!side->listed)
        return;
    bool was_live = side->keeper.live;
    int64_t time_ns = row->time_ns > 0 ? row->time_ns : kraken_clock_now(&feed->market);
    enum kraken_sub_state state = side->subs[KRAKEN_BOOK].state;
    if (state == KRAKEN_SUB_RESET || state == KRAKEN_SUB_LEAVING)
        return;
    kraken_flow_news(feed, index);
    enum kraken_verdict verdict = kraken_keeper_apply(&side->keeper, snapshot, row);
    if (verdict == KRAKEN_BOOK_GOOD)
        feed->events.on_book(feed->context, index, time_ns, snapshot, feed->config.depth,
                             row->changes, row->count);
    else
        doubt(feed, index, verdict, was_live);
    kraken_flow_time(feed, row->time_ns);
}

/* The members of an instrument row that a pair is made of; NULL when it is of none of ours. */
static struct kraken_side *read_instrument(struct json *json, struct kraken_feed *feed,
                                           struct kraken_terms *ret)
{
    struct json_text key, symbol = {0};
    *ret = KRAKEN_NO_TERMS;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "symbol"))
            json_string(json, &symbol);
        else if (WORD_IS(key, "status"))
            json_string(json, &ret->status);
        else if (WORD_IS(key, "price_precision"))
            json_uint(json, &ret->price_decimals);
        else if (WORD_IS(key, "qty_precision"))
            json_uint(json, &ret->qty_decimals);
        else if (WORD_IS(key, "price_increment"))
            json_amount(json, &ret->tick);
        else if (WORD_IS(key, "qty_min"))
            json_amount(json, &ret->qty_min);
        else if (WORD_IS(key, "cost_min"))
            json_amount(json, &ret->cost_min);
        else
            json_skip(json);
    }
    int32_t index = json->error == NULL ? kraken_markets_find(&feed->markets, symbol) : -1;
    return index >= 0 && feed->sides[index].listed ? &feed->sides[index] : NULL;
}

static void take_instrument(struct kraken_feed *feed, struct kraken_side *side,
                            const struct kraken_terms *texts)
{
    struct pair terms = side->terms;
    const char *fault = kraken_terms_put(texts, &terms);
    if (fault == NULL && !pair_usable(&terms))
        fault = "they count more finely than we can";
    if (fault == NULL &&
        (!pair_same_terms(&side->terms, &terms) || side->terms.status != terms.status))
        kraken_stream_terms(feed, (uint32_t)(side - feed->sides), &terms);
    if (fault != NULL && count_malformed(feed))
        log_printf(LOG_WARN, "feed.terms",
                   "%s: the terms that Kraken sent are refused: %s; the old ones stay",
                   terms.symbol, fault);
}

static void take_instruments(struct kraken_feed *feed, struct kraken_frame *frame)
{
    struct json *json = &frame->data;
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (!WORD_IS(key, "pairs")) {
            json_skip(json);
            continue;
        }
        json_array(json);
        while (json_element(json)) {
            struct kraken_terms texts;
            struct kraken_side *side = read_instrument(json, feed, &texts);
            if (side != NULL)
                take_instrument(feed, side, &texts);
        }
    }
}

static void take_status(struct kraken_feed *feed, const struct kraken_status *row)
{
    if (row->has_market) {
        feed->local = true;
        kraken_clock_follow(&feed->market, row->market_ns, row->speed, row->lockstep, row->ended);
        feed->link.patient = row->lockstep || row->ended;
        feed->link.keep_ns = row->speed > 1 ? KEEP_FAST_NS : 10 * NS_PER_S;
        feed->time_told = true;
        kraken_flow_start(feed);
    } else if (!feed->status_seen) {
        kraken_link_ping(&feed->link); /* its answer is what the clock is set by */
    }
    feed->status_seen = true;
    if (row->has_market && (row->lockstep || row->ended) && row->market_ns > feed->time_ns)
        feed->time_ns = row->market_ns;
    if (row->ended)
        kraken_flow_release(feed);
    if (row->system[0] == '\0' || strcmp(row->system, feed->system) == 0)
        return;
    bool first = feed->system[0] == '\0';
    snprintf(feed->system, sizeof feed->system, "%s", row->system);
    feed->link.maintenance = strcmp(row->system, "maintenance") == 0;
    if (first && strcmp(row->system, "online") == 0)
        return;
    log_printf(strcmp(row->system, "online") == 0 ? LOG_INFO : LOG_WARN, "feed.system",
               "Kraken's system is in state \"%s\"", row->system);
    feed->events.on_connection(feed->context, true, feed->system);
}

static void take_rows(struct kraken_feed *feed, struct kraken_frame *frame)
{
    struct kraken_ticker ticker;
    struct kraken_trade trade;
    struct kraken_ohlc ohlc;
    struct kraken_status status;
    kraken_parse_rows(frame);
    while (kraken_parse_row(frame)) {
        switch (frame->channel) {
        case KRAKEN_TICKER:
            if (kraken_parse_ticker(frame, &feed->markets, &ticker) && ticker.pair >= 0)
                take_ticker(feed, &ticker);
            break;
        case KRAKEN_TRADE:
            if (kraken_parse_trade(frame, &feed->markets, &trade) && trade.pair >= 0)
                take_trade(feed, &trade);
            break;
        case KRAKEN_OHLC:
            if (kraken_parse_ohlc(frame, &feed->markets, &ohlc) && ohlc.pair >= 0)
                take_ohlc(feed, &ohlc, frame->snapshot);
            break;
        case KRAKEN_BOOK:
            if (kraken_parse_book(frame, &feed->markets, &feed->book) && feed->book.pair >= 0)
                take_book(feed, &feed->book, frame->snapshot);
            break;
        default:
            if (kraken_parse_status(frame, &status))
                take_status(feed, &status);
            break;
        }
    }
}

static void take_data(struct kraken_feed *feed, struct kraken_frame *frame)
{
    feed->book.pair = -1;
    if (frame->channel == KRAKEN_INSTRUMENT)
        take_instruments(feed, frame);
    else if (frame->channel >= KRAKEN_TICKER && frame->channel <= KRAKEN_STATUS)
        take_rows(feed, frame);
    /* Only after the last row: a snapshot's later ones are of intervals that have passed. */
    if (feed->closed)
        kraken_flow_release(feed);
    feed->closed = false;
    if (kraken_parse_end(frame))
        return;
    complain(feed, frame);
    if (frame->channel == KRAKEN_BOOK && feed->book.pair >= 0)
        kraken_stream_resync(feed, (uint32_t)feed->book.pair,
                             feed->sides[feed->book.pair].keeper.live);
}

void kraken_stream_text(struct kraken_feed *feed, const char *text, size_t len)
{
    struct kraken_frame frame;
    feed->stats.message_count++;
    if (!kraken_parse_frame(text, len, &frame)) {
        complain(feed, &frame);
        return;
    }
    if (frame.has_data)
        take_data(feed, &frame);
    else if (frame.method == KRAKEN_PONG)
        kraken_flow_pong(feed, frame.time_ns);
    else if (frame.method != KRAKEN_NO_METHOD || frame.error.at != NULL)
        kraken_subs_reply(feed, &frame);
    /* Only now: what the message itself told comes before the time at which it was told. */
    if (frame.method == KRAKEN_NO_METHOD)
        kraken_flow_time(feed, frame.time_ns);
    kraken_flow_heard(feed);
}
