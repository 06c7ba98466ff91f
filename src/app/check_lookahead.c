/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "app/page.h"
#include "core/base/crc32.h"
#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"
#include "platform/json/json_writer.h"
#include "research/lookahead.h"

#define JSON_SIZE (32u << 10)

/* The names that sentences need. */
static void set_names(const struct check *check, struct sentence_names *names,
                      const char *strategies[STRATEGY_MAX])
{
    const struct engine_config *engine = &check->setup.engine;
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        strategies[i] = strategy_table[engine->strategies[i].type]->name;
    }
    *names = (struct sentence_names){.currency = check->setup.options.session.currency,
                                     .strategies = strategies,
                                     .strategy_count = engine->strategy_count,
                                     .pairs = check->setup.sources.terms,
                                     .pair_count = engine->pair_count};
}

/* What was done, in words. */
static void describe(const struct check *check, const struct trail_item *item, char *text,
                     size_t size)
{
    const char *strategies[STRATEGY_MAX];
    struct sentence_names names;
    set_names(check, &names, strategies);
    if (item == NULL) {
        snprintf(text, size, "nothing");
    } else if (item->action.kind == ACTION_RECORD) {
        sentence_record(text, size, &item->record, &names);
    } else if (item->action.kind == ACTION_PLACE) {
        const struct order *order = &item->action.place;
        const struct pair *terms = &check->setup.sources.terms[order->pair];
        char qty[DECIMAL_TEXT_MAX];
        decimal_format(qty, order->qty_lots, terms->qty_decimals);
        snprintf(text, size, "%s: an order: %s of %s", terms->symbol,
                 sentence_purpose_word(order->purpose), qty);
    } else {
        snprintf(text, size, "an order was %s",
                 item->action.kind == ACTION_AMEND ? "amended" : "cancelled");
    }
}

static void tell_json(const struct check *check, const struct lookahead *seen, double seconds)
{
    char text[JSON_SIZE], sentence[SENTENCE_MAX];
    struct json_writer json;
    json_writer_init(&json, text, sizeof text);
    json_begin_object(&json, NULL);
    json_put_string(&json, "check", "lookahead");
    json_put_bool(&json, "found", seen->found);
    json_put_uint(&json, "cuts", seen->cuts_made);
    json_put_uint(&json, "boundaries", seen->boundary_count);
    json_put_uint(&json, "compared", seen->boundaries_compared);
    if (seen->found) {
        json_put_time(&json, "cut", seen->cut_ns, 0);
        json_put_time(&json, "decision", seen->boundary_ns, 0);
        describe(check, seen->item_with, sentence, sizeof sentence);
        json_put_string(&json, "with_all_candles", sentence);
        describe(check, seen->item_without, sentence, sizeof sentence);
        json_put_string(&json, "with_those_before_the_cut", sentence);
    }
    json_put_real(&json, "seconds", seconds);
    json_end_object(&json);
    puts(json_writer_ok(&json) ? text : "{}");
}

static void tell(const struct check *check, const struct lookahead *seen)
{
    char cut[TIMESTAMP_TEXT_MAX], decision[TIMESTAMP_TEXT_MAX], sentence[SENTENCE_MAX];
    if (!seen->found) {
        printf("No decision hangs on candles that came after it: %u runs on candles that end "
               "earlier\ndecided at %llu boundaries as the run on all candles did, to the last "
               "figure.\n",
               seen->cuts_made, (unsigned long long)seen->boundaries_compared);
        return;
    }
    page_time(cut, sizeof cut, seen->cut_ns, 0);
    page_time(decision, sizeof decision, seen->boundary_ns, 0);
    printf("LOOK-AHEAD: what was decided on the candle of %s hangs on candles after it.\n",
           decision);
    describe(check, seen->item_with, sentence, sizeof sentence);
    page_item("all candles", "%s", sentence);
    describe(check, seen->item_without, sentence, sizeof sentence);
    char label[64];
    snprintf(label, sizeof label, "until then");
    page_item(label, "%s", sentence);
    printf("The candles of the second run end at %s. Results of this configuration are not to be\n"
           "believed. A strategy in Lua is shown nothing but closed candles; look first at what "
           "is\nworked out before a run.\n",
           cut);
}

int check_lookahead(struct check *check, char error[BACKTEST_ERROR_MAX])
{
    const struct lookahead_config config = {.run = &check->setup.run,
                                            .cut_count = (uint32_t)check->cuts,
                                            .on_progress = check_progress,
                                            .context = check};
    struct lookahead seen;
    const int code = lookahead_check(&config, &seen, error, BACKTEST_ERROR_MAX);
    const double seconds = progress_end(&check->progress);
    const bool found = seen.found;
    if (code == 0 && check->setup.flags.json) {
        tell_json(check, &seen, seconds);
    } else if (code == 0) {
        tell(check, &seen);
    }
    lookahead_free(&seen);
    return code == 0 && !found ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* One run: the digest of all that was decided. */
static int run_once(struct check *check, struct trail *trail, double *ret_equity,
                    char error[BACKTEST_ERROR_MAX])
{
    struct backtest_config config = check->setup.run;
    struct backtest run;
    if (trail_init(trail) != 0) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return -ENOMEM;
    }
    config.watch = &trail->watch;
    config.on_progress = check_progress;
    config.context = check;
    const int code = backtest_run(&config, &run, error, BACKTEST_ERROR_MAX);
    *ret_equity = run.bar_count > 0 ? (double)run.equity[run.bar_count - 1] / 1e8 : 0;
    backtest_free(&run);
    return code;
}

int check_repeat(struct check *check, char error[BACKTEST_ERROR_MAX])
{
    struct trail first = {0}, second = {0};
    double equity[2] = {0};
    int code = run_once(check, &first, &equity[0], error);
    code = code == 0 ? run_once(check, &second, &equity[1], error) : code;
    progress_end(&check->progress);
    const bool same = code == 0 && first.count == second.count && equity[0] == equity[1] &&
                      memcmp(first.digests, second.digests, first.count * sizeof(uint32_t)) == 0;
    const uint32_t digest = crc32_update(0, first.digests, first.count * sizeof *first.digests);
    if (code == 0 && check->setup.flags.json) {
        printf("{\"check\": \"repeat\", \"same\": %s, \"boundaries\": %zu, \"digest\": \"%08x\", "
               "\"equity\": %.8f}\n",
               same ? "true" : "false", first.count, digest, equity[0]);
    } else if (code == 0 && same) {
        printf("Both runs decided the same at all %zu boundaries; digest %08x, equity %.2f.\n",
               first.count, digest, equity[0]);
    } else if (code == 0) {
        printf("TWO RUNS, TWO RESULTS: equity %.8f and %.8f. This is a fault of cuttle; please "
               "report it.\n",
               equity[0], equity[1]);
    }
    trail_deinit(&first);
    trail_deinit(&second);
    return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
