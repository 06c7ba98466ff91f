/* SPDX-License-Identifier: MIT */
/* Backtests on demand: what is read of a request, the command line that comes of it, the queue, and
 * what a restart finds. None is run here: tests/e2e/backtests.py does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/jobs_internal.h"
#include "core/base/timestamp.h"
#include "operator/server/view.h"
#include "store/candle_file.h"
#include "store/disk.h"
#include "test.h"
#include "venue/local/exchange.h"

#define ROOM (8u << 20)
#define NOW (19800 * NS_PER_DAY)

static char folder[64], store[96], answer[ROOM];
static struct options options;
static struct config *config;
static struct view view;
static struct jobs *jobs;

/* A folder whose name a shell would trip over. */
static void begin(void)
{
    char error[256] = "";
    snprintf(folder, sizeof folder, "/tmp/cuttle jobs'-XXXXXX");
    EXPECT(mkdtemp(folder) != NULL);
    snprintf(store, sizeof store, "%s/data", folder);
    options_declare(&options);
    config = config_new(options.sections, options.section_count);
    options.config = config;
    EXPECT_INT(config_set(config, "session.state", folder, "the test"), 0);
    EXPECT_INT(config_set(config, "market.store", store, "the test"), 0);
    view = (struct view){.market_ns = NOW, .pair_count = 2};
    snprintf(view.pairs[0].terms.symbol, SYMBOL_MAX, "BTC/USD");
    snprintf(view.pairs[1].terms.symbol, SYMBOL_MAX, "ETH/USD");
    jobs = jobs_new(&options, error, sizeof error);
    EXPECT(jobs != NULL);
}

static void again(void)
{
    char error[256] = "";
    jobs_free(jobs);
    jobs = jobs_new(&options, error, sizeof error);
    EXPECT(jobs != NULL);
}

static void end(void)
{
    char command[128];
    jobs_free(jobs);
    config_free(config);
    snprintf(command, sizeof command, "rm -rf \"%s\"", folder);
    EXPECT_INT(system(command), 0);
}

/* The status; the text is in `answer`. */
static int ask(const char *method, const char *path, const char *body)
{
    const struct bridge_jobs source = jobs_source(jobs);
    const struct bridge_ask asked = {.method = method,
                                     .path = path,
                                     .query = "",
                                     .body = body,
                                     .body_len = strlen(body),
                                     .view = &view};
    struct json_writer json;
    json_writer_init(&json, answer, sizeof answer);
    const int status = source.answer(source.context, &asked, &json);
    EXPECT(json_writer_ok(&json));
    return status;
}

static int post(const char *body)
{
    return ask("POST", "", body);
}

static bool said(const char *words)
{
    return strstr(answer, words) != NULL;
}

#define GOOD "{\"pair\":\"XBT/USD\",\"days\":30,\"strategy\":\"sma_cross\",\"timeframe\":\"5m\"}"

TEST(what_is_not_a_backtest_is_refused_with_what_would_be_right)
{
    static const struct {
        const char *body, *why;
    } bad[] = {
        {"", "not a backtest"},
        {"[]", "not a backtest"},
        {GOOD "x", "not a backtest"},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"store\":\"/etc\"}", "a member that no backtest has"},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"days\":3}", "a member stands there twice"},
        {"{\"days\":3}", "pair: write a pair such as BTC/USD"},
        {"{\"pair\":\"../../etc\",\"days\":3}", "pair: write a pair such as BTC/USD"},
        {"{\"pair\":\"--out\",\"days\":3}", "pair"},
        {"{\"pair\":\"BTC/USD\"}", "days: say how many whole days, 1 to 1830"},
        {"{\"pair\":\"BTC/USD\",\"days\":0}", "days: say"},
        {"{\"pair\":\"BTC/USD\",\"days\":1831}", "days: say"},
        {"{\"pair\":\"BTC/USD\",\"days\":1.5}", "not a backtest"},
        {"{\"pair\":\"BTC/USD\",\"days\":\"3\"}", "not a backtest"},
        {"{\"pair\":\"SOL/USD\",\"days\":3}", "SOL/USD is not among this session's pairs"},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"strategy\":\"sma\"}", "there is no \\\"sma\\\""},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"strategy\":\"$(id)\"}", "strategy: there is no"},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"timeframe\":\"2m\"}", "timeframe: write one of 1m"},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"set\":{\"sma_period\":\"20\"}}",
         "there is no \\\"sma_period\\\" to set where no strategy is named"},
        {"{\"pair\":\"BTC/"
         "USD\",\"days\":3,\"strategy\":\"sma_cross\",\"set\":{\"sma_period\":\"0\"}}",
         "set: sma_period: 0 is out of range"},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"strategy\":\"sma_cross\",\"set\":{\"none\":\"0\"}}",
         "there is no \\\"none\\\""},
        {"{\"pair\":\"BTC/"
         "USD\",\"days\":3,\"strategy\":\"sma_cross\",\"set\":{\"timeframe\":\"1m\"}}",
         "there is no \\\"timeframe\\\""},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"set\":{\"session.state\":\"/tmp\"}}",
         "there is no \\\"session.state\\\""},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"set\":{\"paper.maker\":\"x\"}}", "set: paper.maker: "},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"set\":{\"paper.maker\":\"0\",\"paper.maker\":\"0\"}}",
         "paper.maker stands there twice"},
        {"{\"pair\":\"BTC/USD\",\"days\":3,\"set\":[]}", "not a backtest"},
    };
    begin();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const int status = post(bad[i].body);
        if (status != 400 || !said(bad[i].why)) {
            print_error("%s: %d %s\n", bad[i].body, status, answer);
        }
        EXPECT(status == 400 && said(bad[i].why));
    }
    EXPECT_INT(ask("GET", "", ""), 200);
    EXPECT(said("\"backtests\":[]"));
    end();
}

TEST(a_request_becomes_one_command_line_of_whole_words)
{
    begin();
    EXPECT_INT(
        post("{\"pair\":\"xbtusd\",\"days\":30,\"strategy\":\"sma_cross\",\"timeframe\":\"5m\","
             "\"set\":{\"sma_period\":50,\"exits.hold\":\"1h30m\",\"paper.fees\":\"own\"}}"),
        202);
    EXPECT_TEXT(answer, "{\"id\":1}");
    const struct job *job = &jobs->list[0];
    EXPECT_TEXT(job->asked,
                "{\"pair\":\"BTC/USD\",\"days\":30,\"strategy\":\"sma_cross\",\"timeframe\":\"5m\","
                "\"set\":{\"sma_period\":\"50\",\"exits.hold\":\"1h30m\",\"paper.fees\":\"own\"}}");
    static const char line[] =
        " --synthetic 1 --pair BTC/USD --start 2024-02-17T00:00:00Z --end 2024-03-18T00:00:00Z "
        "--strategy sma_cross --timeframe 5m --set timeframe=5m --set "
        "strategy.sma_cross.sma_period=50 "
        "--set exits.hold=1h30m --set paper.fees=own --no-files";
    EXPECT(strstr(job->command, line) != NULL);
    /* The folder's space and quote are one word for a shell. */
    EXPECT(strncmp(job->command, "cuttle backtest --config '/tmp/cuttle jobs'\\''-", 47) == 0);
    const char *last = job->words->text;
    for (int i = 0; i + 1 < job->words->count; i++) {
        last += strlen(last) + 1;
    }
    EXPECT_INT(atoi(last), getpid());
    end();
}

TEST(eight_may_wait_and_one_that_is_taken_back_makes_room)
{
    begin();
    for (int i = 0; i < JOBS_QUEUE_MAX; i++) {
        EXPECT_INT(post(GOOD), 202);
    }
    EXPECT_INT(post(GOOD), 503);
    EXPECT_INT(ask("DELETE", "/3", ""), 200);
    EXPECT_TEXT(answer, "{\"id\":3,\"state\":\"cancelled\"}");
    EXPECT_INT(ask("DELETE", "/3", ""), 409);
    EXPECT_INT(post(GOOD), 202);
    EXPECT_TEXT(answer, "{\"id\":9}");
    EXPECT_INT(ask("GET", "/3", ""), 200);
    EXPECT(said("\"state\":\"cancelled\"") && said("\"result\":null"));
    EXPECT_INT(ask("GET", "", ""), 200);
    EXPECT(strncmp(answer, "{\"backtests\":[{\"id\":9,\"state\":\"queued\"", 38) == 0);
    EXPECT(said("\"total\":9,"));
    end();
}

TEST(what_is_no_route_of_theirs_is_not_found)
{
    static const char *const paths[] = {
        "/", "/2", "/01x", "/1/2", "/../../token", "/-1", "/99999999999999999999"};
    begin();
    EXPECT_INT(post(GOOD), 202);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        EXPECT_INT(ask("GET", paths[i], ""), 404);
    }
    EXPECT_INT(ask("PUT", "", ""), 405);
    EXPECT_INT(ask("POST", "/1", ""), 405);
    EXPECT_INT(ask("DELETE", "/options", ""), 405);
    end();
}

#define RESULT                                                                                     \
    "{\"summary\":{\"total_return\":0.5,\"sharpe\":null,\"buy_and_hold\":{\"total_return\":-0.25," \
    "\"sharpe\":9},\"closed_trades\":7},\"curve\":[],\"trades\":[]}"

TEST(a_restart_finds_what_was_done_and_tells_of_what_was_not)
{
    begin();
    for (int i = 0; i < 3; i++) {
        EXPECT_INT(post(GOOD), 202);
    }
    struct job *job = jobs_find(jobs, 1);
    EXPECT(jobs_figures(RESULT, strlen(RESULT), job->figures, sizeof job->figures));
    job->progress = 1;
    jobs_settle(jobs, job, JOB_DONE, RESULT, strlen(RESULT));
    EXPECT_INT(ask("DELETE", "/3", ""), 200);
    again();
    EXPECT_INT(ask("GET", "/1", ""), 200);
    EXPECT(said("\"state\":\"done\",\"progress\":1,") && said("\"error\":null") &&
           said("\"result\":" RESULT "}"));
    EXPECT(said("\"figures\":{\"total_return\":0.5,\"buy_and_hold\":-0.25,\"drawdown_max\":0,"
                "\"sharpe\":null,\"win_rate\":null,\"trades\":7}"));
    EXPECT_INT(ask("GET", "/2", ""), 200);
    EXPECT(said("\"state\":\"failed\"") && said("the session ended before it was done"));
    EXPECT_INT(ask("GET", "/3", ""), 200);
    EXPECT(said("\"state\":\"cancelled\""));
    EXPECT_INT(post(GOOD), 202);
    EXPECT_TEXT(answer, "{\"id\":4}");
    end();
}

TEST(twenty_are_kept_and_the_oldest_goes_with_its_files)
{
    char path[160];
    uint64_t len = 0;
    begin();
    for (int i = 0; i < JOBS_KEPT + 5; i++) {
        EXPECT_INT(post(GOOD), 202);
        jobs_settle(jobs, &jobs->list[jobs->count - 1], JOB_CANCELLED, NULL, 0);
    }
    EXPECT_INT(jobs->count, JOBS_KEPT);
    EXPECT_INT((int64_t)jobs->list[0].id, 6);
    snprintf(path, sizeof path, "%s/backtests/5.json", folder);
    EXPECT(disk_size(path, &len) != 0);
    snprintf(path, sizeof path, "%s/backtests/5.yaml", folder);
    EXPECT(disk_size(path, &len) != 0);
    snprintf(path, sizeof path, "%s/backtests/6.yaml", folder);
    EXPECT_INT(disk_size(path, &len), 0);
    end();
}

TEST(what_cannot_be_read_is_thrown_away_and_strangers_stay)
{
    char path[160];
    uint64_t len = 0;
    static const char *const torn[] = {"", "{", "{\"id\":7}",
                                       "{\"id\":8,\"state\":\"done\",\"asked\":{}}",
                                       "{\"id\":7,\"state\":\"lost\",\"asked\":{}}"};
    begin();
    for (size_t i = 0; i < sizeof torn / sizeof torn[0]; i++) {
        snprintf(path, sizeof path, "%s/backtests/notes.txt", folder);
        EXPECT_INT(disk_write_file(path, "mine", 4), 0);
        snprintf(path, sizeof path, "%s/backtests/7.json", folder);
        EXPECT_INT(disk_write_file(path, torn[i], strlen(torn[i])), 0);
        again();
        EXPECT_INT(jobs->count, 0);
        EXPECT(disk_size(path, &len) != 0);
        snprintf(path, sizeof path, "%s/backtests/notes.txt", folder);
        EXPECT_INT(disk_size(path, &len), 0);
    }
    EXPECT_INT(post(GOOD), 202);
    EXPECT_TEXT(answer, "{\"id\":8}");
    end();
}

TEST(what_is_no_result_has_no_headline)
{
    static const char *const bad[] = {"", "{}", "{\"summary\":{}}", "{\"summary\":7}",
                                      "{\"summary\":{\"total_return\":1}"};
    char figures[512];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT(!jobs_figures(bad[i], strlen(bad[i]), figures, sizeof figures));
    }
}

/* An hour's candles of so many days up to now, and one that is not known yet. */
static void put_candles(int64_t days)
{
    const struct candle_key key = {"KRAKEN", "BTC/USD", TIMEFRAME_1H};
    const size_t count = (size_t)days * 24 + 1;
    struct candle *rows = calloc(count, sizeof *rows);
    struct candle_merge_result result;
    char error[256] = "";
    for (size_t i = 0; i < count; i++) {
        rows[i] =
            (struct candle){NOW - days * NS_PER_DAY + (int64_t)i * NS_PER_HOUR, 1, 1, 1, 1, 1};
    }
    EXPECT_INT(candle_file_merge(store, &key, rows, count, false, &result, error, sizeof error), 0);
    free(rows);
}

TEST(of_a_store_what_is_missing_is_named_with_the_command_that_fetches_it)
{
    begin();
    options.venue.name = VENUE_KRAKEN;
    again();
    EXPECT_INT(post(GOOD), 400);
    EXPECT(said("has no candles quoted in USD; `cuttle data download --pairs BTC/USD"));
    put_candles(10);
    EXPECT_INT(post("{\"pair\":\"BTC/USD\",\"days\":11}"), 400);
    EXPECT(said("only 2024-03-08 to 2024-03-18 of BTC/USD; `cuttle data download --pairs BTC/USD "
                "--timeframe 5m --from 2024-03-07 --store"));
    EXPECT_INT(post("{\"pair\":\"BTC/USD\",\"days\":10,\"timeframe\":\"5m\"}"), 400);
    EXPECT(said("cuttle data download"));
    EXPECT_INT(post("{\"pair\":\"ETH/USD\",\"days\":10}"), 400);
    EXPECT(said("has nothing of ETH/USD"));
    /* Not the candle that begins now, which the session has not seen. */
    EXPECT_INT(post("{\"pair\":\"BTC/USD\",\"days\":10,\"timeframe\":\"1h\"}"), 202);
    EXPECT(strstr(jobs->list[0].command, "--pair KRAKEN:BTC/USD --start 2024-03-08T00:00:00Z --end "
                                         "2024-03-18T00:00:00Z") != NULL);
    EXPECT_INT(ask("GET", "/options", ""), 200);
    EXPECT(
        said("{\"pair\":\"BTC/USD\",\"venue\":\"KRAKEN\",\"from\":\"2024-03-08T00:00:00Z\",\"to\":"
             "\"2024-03-18T00:00:00Z\",\"days\":10,\"candles_of\":[\"1h\"]}"));
    end();
}

TEST(every_setting_that_is_offered_can_be_set_to_what_it_is)
{
    begin();
    EXPECT_INT(ask("GET", "/options", ""), 200);
    EXPECT(said("\"missing\":null") && said("\"days\":1830"));
    for (uint32_t s = 0; s < strategy_table_count; s++) {
        const struct strategy *strategy = strategy_table[s];
        char body[512], key[256];
        for (uint32_t i = 1; i < strategy->option_count; i++) { /* the first is the timeframe */
            const char *name = strategy->options[i].name;
            EXPECT(jobs_option(jobs, strategy->name, name, key, sizeof key) != NULL);
            struct job_asked asked;
            char error[JOB_ERROR_MAX] = "";
            snprintf(
                body, sizeof body,
                "{\"pair\":\"BTC/USD\",\"days\":1,\"strategy\":\"%s\",\"set\":{\"%s\":\"%s\"}}",
                strategy->name, name, config_text(config, key));
            EXPECT(jobs_ask_read(jobs, body, strlen(body), &asked, error, sizeof error));
        }
    }
    for (size_t i = 0; jobs_account_options[i] != NULL; i++) {
        char key[256];
        EXPECT(jobs_option(jobs, "", jobs_account_options[i], key, sizeof key) != NULL);
    }
    view.market_ns = 0;
    EXPECT_INT(post(GOOD), 400);
    EXPECT(said("has not heard from its market yet"));
    end();
}
