/* SPDX-License-Identifier: MIT */
/* What the market looks like now: every pair in a row, and one pair's order book. */
#include "operator/server/api_routes.h"
#include "platform/json/json_writer.h"

#define SPARKLINE_HOURS 24

/* The closes of the last hours, oldest first; none where the session's candles are coarser. */
static void put_sparkline(struct json_writer *writer, const struct chart *chart)
{
    const uint32_t held = chart ? chart_held(chart, TIMEFRAME_1H) : 0;
    json_begin_array(writer, "sparkline");
    for (uint32_t back = held < SPARKLINE_HOURS ? held : SPARKLINE_HOURS; back-- > 0;)
        json_put_real(writer, NULL, chart_at(chart, TIMEFRAME_1H, back).close);
    json_end_array(writer);
}

int api_get_scanner(const struct api_source *source, const struct query *query,
                    struct json_writer *writer, const char *name)
{
    (void)query, (void)name;
    json_begin_object(writer, NULL);
    json_begin_array(writer, "pairs");
    for (uint32_t i = 0; i < source->view->pair_count; i++) {
        json_begin_object(writer, NULL);
        section_put_market(writer, &source->view->pairs[i]);
        put_sparkline(writer, source->history->charts[i]);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
    return 200;
}

static void put_levels(struct json_writer *writer, const char *key, const struct pair *terms,
                       const struct level *levels, uint32_t count)
{
    json_begin_array(writer, key);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_array(writer, NULL);
        json_put_decimal_string(writer, NULL, levels[i].price_ticks, terms->price_decimals);
        json_put_decimal_string(writer, NULL, levels[i].qty_lots, terms->qty_decimals);
        json_end_array(writer);
    }
    json_end_array(writer);
}

int api_get_book(const struct api_source *source, const struct query *query,
                 struct json_writer *writer, const char *name)
{
    (void)name;
    uint32_t index;
    const int refused = api_pair_asked(source, query, writer, &index);
    if (refused)
        return refused;
    const struct view_pair *pair = &source->view->pairs[index];
    const struct view_book *book = &source->view->books[index];
    json_begin_object(writer, NULL);
    json_put_string(writer, "pair", pair->terms.symbol);
    json_put_time_or_null(writer, "time", pair->heard_ns, 3);
    put_levels(writer, "bids", &pair->terms, book->bids, book->bid_count);
    put_levels(writer, "asks", &pair->terms, book->asks, book->ask_count);
    if (pair->book_known) {
        json_put_real(writer, "imbalance", pair->imbalance);
        json_put_real(writer, "score", pair->book_score);
    } else {
        json_put_null(writer, "imbalance");
        json_put_null(writer, "score");
    }
    json_end_object(writer);
    return 200;
}
