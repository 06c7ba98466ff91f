/* SPDX-License-Identifier: MIT */
#include "app/universe.h"

#include "core/base/timestamp.h"
#include "test.h"

#define DAY NS_PER_DAY
#define START (INT64_C(20000) * DAY) /* a midnight */

static const char pairs_reply[] =
    "{\"error\":[],\"result\":{"
    "\"XXBTZUSD\":{\"altname\":\"XBTUSD\",\"wsname\":\"XBT/USD\",\"pair_decimals\":1,"
    "\"lot_decimals\":8,\"status\":\"online\"},"
    "\"XXBTZUSD.d\":{\"altname\":\"XBTUSD.d\",\"base\":\"XXBT\",\"quote\":\"ZUSD\","
    "\"pair_decimals\":1,\"lot_decimals\":8,\"status\":\"online\"},"
    "\"ADAUSD\":{\"altname\":\"ADAUSD\",\"wsname\":\"ADA/USD\",\"pair_decimals\":6,"
    "\"lot_decimals\":8,\"status\":\"online\"},"
    "\"DOTUSD\":{\"altname\":\"DOTUSD\",\"wsname\":\"DOT/USD\",\"pair_decimals\":4,"
    "\"lot_decimals\":8,\"status\":\"online\"}}}";

#define TICKER(key, lots)                                                                          \
    "\"" key "\":{\"a\":[\"100.01\"],\"b\":[\"100\"],\"v\":[\"0\",\"" lots                         \
    "\"],\"p\":[\"0\",\"100\"]}"

static const char tickers_reply[] =
    "{\"error\":[],\"result\":{" TICKER("XXBTZUSD", "900") "," TICKER(
        "XXBTZUSD.d", "900") "," TICKER("ADAUSD", "800") "," TICKER("DOTUSD", "700") "}}";

static struct options options;
static struct universe_table table;
static struct engine *engine;

static void open_options(int64_t count, const char *exclude)
{
    options = (struct options){
        .universe = {.count = count, .volume_min = 1000, .spread_max = 0.002, .hysteresis = 0.25}};
    snprintf(options.session.currency, sizeof options.session.currency, "USD");
    snprintf(options.session.exclude, sizeof options.session.exclude, "%s", exclude);
    snprintf(options.venue.rest_url, sizeof options.venue.rest_url, "http://venue");
}

static const char *settled(const char *held, const char *before)
{
    static char list[OPTION_LIST_MAX];
    char error[256] = "";
    EXPECT(universe_read_pairs(&table, pairs_reply, strlen(pairs_reply), error, sizeof error));
    EXPECT(
        universe_read_tickers(&table, tickers_reply, strlen(tickers_reply), error, sizeof error));
    universe_settle(&table, &options, held, before);
    universe_list_chosen(&table, list, sizeof list);
    return list;
}

TEST(what_is_not_on_the_websocket_is_no_candidate)
{
    open_options(10, "");
    EXPECT_TEXT(settled("", ""), "BTC/USD ADA/USD DOT/USD");
    EXPECT_INT(table.count, 3);
}

TEST(a_pair_is_excluded_by_any_of_its_names)
{
    open_options(10, "xbtusd, DOTUSD nothing");
    EXPECT_TEXT(settled("", ""), "ADA/USD");
}

TEST(what_is_held_and_no_longer_listed_keeps_its_place)
{
    open_options(2, "");
    EXPECT_TEXT(settled("MKR/USD", ""), "BTC/USD");
    EXPECT_TEXT(settled("MKR/USD SEI/USD BNB/USD", ""), "");
    EXPECT_TEXT(settled("DOT/USD", ""), "BTC/USD DOT/USD");
}

TEST(a_reply_that_is_none_is_refused_with_its_reason)
{
    char error[256] = "";
    const char busy[] = "{\"error\":[\"EService:Busy\"]}", odd[] = "{\"error\":[],\"result\":[]}";
    EXPECT(!universe_read_pairs(&table, busy, strlen(busy), error, sizeof error));
    EXPECT_TEXT(error, "AssetPairs: EService:Busy");
    EXPECT(!universe_read_tickers(&table, odd, strlen(odd), error, sizeof error));
    EXPECT_TEXT(error, "Ticker: the reply cannot be read");
    EXPECT(!universe_read_tickers(&table, "{", 1, error, sizeof error));
}

/* A transport that keeps one question, which the test answers. */
static struct {
    char url[256];
    http_callback *callback;
    void *context;
    int asked;
} wire;

static int take_request(void *self, const struct http_request *request, http_callback *callback,
                        void *context)
{
    (void)self;
    snprintf(wire.url, sizeof wire.url, "%s", request->url);
    wire.callback = callback;
    wire.context = context;
    wire.asked++;
    return 0;
}

static void reply(int status, const char *body)
{
    const struct http_response response = {.status = status,
                                           .body = body,
                                           .body_len = strlen(body),
                                           .error = status < 0 ? "cut off" : NULL,
                                           .sent = true};
    wire.callback(wire.context, &response);
}

static const struct transport transport = {.http_request = take_request};
static const char *symbols[] = {"BTC/USD", "ADA/USD"};
static struct universe_watched watched;
static char list[OPTION_LIST_MAX];

static struct universe_watch *open_watch(void)
{
    memset(&wire, 0, sizeof wire);
    engine = calloc(1, engine_size(2));
    EXPECT(engine != NULL);
    engine->config.pair_count = 2;
    for (int i = 0; i < 2; i++) {
        snprintf(engine->pairs[i].terms.symbol, SYMBOL_MAX, "%s", symbols[i]);
    }
    watched = (struct universe_watched){engine, symbols, 2};
    return universe_watch_new(&options, &transport);
}

static void close_watch(struct universe_watch *watch)
{
    universe_watch_free(watch);
    free(engine);
}

static bool tick(struct universe_watch *watch, int64_t market_ns, int64_t mono_ns)
{
    return universe_watch_tick(watch, &watched, market_ns, mono_ns, list, sizeof list);
}

TEST(once_a_day_half_a_minute_after_midnight_the_venue_is_asked)
{
    open_options(2, "");
    struct universe_watch *watch = open_watch();
    EXPECT(!tick(watch, START + DAY / 2, 0));
    EXPECT(!tick(watch, START + DAY + 29 * NS_PER_S, 0));
    EXPECT_INT(wire.asked, 0);
    EXPECT(!tick(watch, START + DAY + 30 * NS_PER_S, 0));
    EXPECT_TEXT(wire.url, "http://venue/0/public/AssetPairs");
    EXPECT(!tick(watch, START + DAY + 31 * NS_PER_S, 0)); /* waits */
    reply(200, pairs_reply);
    EXPECT_TEXT(wire.url, "http://venue/0/public/Ticker");
    reply(200, tickers_reply);
    EXPECT(!tick(watch, START + DAY + 32 * NS_PER_S, 0)); /* the same pairs as are watched */
    EXPECT(!tick(watch, START + DAY + DAY / 2, 0));
    EXPECT_INT(wire.asked, 2);
    EXPECT(!tick(watch, START + 2 * DAY + NS_PER_MIN, 0));
    EXPECT_INT(wire.asked, 3);
    close_watch(watch);
}

/* What the watch says of the day when the venue tells what it tells. */
static bool day_turns(struct universe_watch *watch, int64_t day)
{
    EXPECT(!tick(watch, START + day * DAY + NS_PER_MIN, 0));
    reply(200, pairs_reply);
    reply(200, tickers_reply);
    return tick(watch, START + day * DAY + NS_PER_MIN, 0);
}

TEST(another_choice_is_told_once_with_its_pairs)
{
    open_options(3, "");
    struct universe_watch *watch = open_watch();
    EXPECT(!tick(watch, START + NS_PER_HOUR, 0));
    EXPECT(day_turns(watch, 1));
    EXPECT_TEXT(list, "BTC/USD ADA/USD DOT/USD");
    EXPECT(!tick(watch, START + DAY + NS_PER_HOUR, 0));
    open_options(1, "");
    EXPECT(day_turns(watch, 2));
    EXPECT_TEXT(list, "BTC/USD");
    open_options(2, "ADA/USD"); /* excluded, but held: nothing leaves */
    engine->portfolio.positions[1].qty_lots = 5;
    EXPECT(!day_turns(watch, 3));
    open_options(2, "BTC/USD ADA/USD DOT/USD");
    engine->portfolio.positions[1].qty_lots = 0;
    EXPECT(!day_turns(watch, 4)); /* nothing qualifies: it stays as it is */
    close_watch(watch);
}

TEST(what_is_held_and_delisted_is_not_a_reason_for_another_session)
{
    open_options(2, "");
    static const char *odd[] = {"BTC/USD", "MKR/USD"};
    struct universe_watch *watch = open_watch();
    snprintf(engine->pairs[1].terms.symbol, SYMBOL_MAX, "MKR/USD");
    watched.symbols = odd;
    engine->portfolio.order_count = 1;
    engine->portfolio.orders[0].pair = 1;
    EXPECT(!tick(watch, START + NS_PER_HOUR, 0));
    EXPECT(!day_turns(watch, 1));
    engine->portfolio.order_count = 0;
    EXPECT(day_turns(watch, 2));
    EXPECT_TEXT(list, "BTC/USD ADA/USD");
    close_watch(watch);
}

TEST(a_venue_that_does_not_say_is_asked_again_ten_minutes_later)
{
    open_options(2, "");
    struct universe_watch *watch = open_watch();
    const int64_t after = START + DAY + NS_PER_MIN;
    EXPECT(!tick(watch, START + NS_PER_HOUR, 0));
    EXPECT(!tick(watch, after, 0));
    reply(-1, "");
    EXPECT(!tick(watch, after, 0));
    EXPECT(!tick(watch, after, 10 * NS_PER_MIN - 1));
    EXPECT_INT(wire.asked, 1);
    EXPECT(!tick(watch, after, 10 * NS_PER_MIN));
    EXPECT_INT(wire.asked, 2);
    reply(200, pairs_reply);
    reply(520, "");
    EXPECT(!tick(watch, after, 10 * NS_PER_MIN));
    EXPECT(!tick(watch, after, 20 * NS_PER_MIN));
    EXPECT_INT(wire.asked, 4);
    reply(200, "{\"error\":[\"EGeneral:Internal error\"]}");
    EXPECT(!tick(watch, after, 20 * NS_PER_MIN));
    EXPECT(!tick(watch, after, 30 * NS_PER_MIN));
    EXPECT_INT(wire.asked, 5);
    close_watch(watch); /* with a question open: its answer never comes */
}
