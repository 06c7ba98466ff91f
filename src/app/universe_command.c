/* SPDX-License-Identifier: MIT */
/* cuttle universe: what would be chosen now, and why every other pair is not. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/universe.h"
#include "platform/json/json_writer.h"
#include "store/ledger.h"

static const char help[] =
    "cuttle universe [options]    which of all listed pairs would be traded, and why not\n"
    "\n"
    "Asks Kraken for all its pairs and what they traded in 24 hours, and chooses as a session "
    "with\n"
    "`session.pairs: universe` does. The section `universe` of the options has the bounds. Pairs\n"
    "chosen last by the session of --state keep their place a little easier. What that session\n"
    "holds is not looked at here: it stays in the universe, whatever this says.\n"
    "\n"
    "  --chosen            only what is chosen, not what is refused\n"
    "  --json              {\"currency\", \"chosen\": [...], \"refused\": [...]}, each with its "
    "figures\n";

static const char help_end[] =
    "\nA pair is refused for: currency (not quoted in the account's), excluded (session.exclude),\n"
    "status (not open for all orders), one_sided (no bid or no ask), thin (too little volume), "
    "wide\n"
    "(too wide a spread), outranked (others trade more). Exit status: 0; 1 the venue did not "
    "say.\n";

struct shown {
    struct options options;
    struct config *config;
    struct universe_table table;
    uint32_t order[PAIR_META_MAX]; /* of rows: the chosen, then by reason and volume */
    bool json, chosen_alone, help;
    char text[PAIR_META_MAX * 192];
};

static int flag(void *context, int argc, char **argv)
{
    (void)argc;
    struct shown *shown = context;
    bool *const flags[] = {&shown->json, &shown->chosen_alone, &shown->help, &shown->help};
    static const char *const words[] = {"--json", "--chosen", "--help", "-h"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(argv[0], words[i]) == 0) {
            *flags[i] = true;
            return 1;
        }
    }
    return 0;
}

/* What a session of this directory chose last; "" where there was none. */
static void before(const struct options *options, char *out, size_t size)
{
    char path[OPTION_PATH_MAX + 16], error[256];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", options->session.state);
    out[0] = '\0';
    if (ledger_open_reader(path, &ledger, error, sizeof error) == 0) {
        (void)ledger_get_state(ledger, STATE_UNIVERSE, out, size); /* unset: it stays "" */
        ledger_close(ledger);
    }
}

static bool is_chosen(const struct universe_candidate *row)
{
    return row->verdict == UNIVERSE_CHOSEN || row->verdict == UNIVERSE_HELD;
}

static const struct universe_table *sorted; /* qsort has no context */

static int by_verdict(const void *a, const void *b)
{
    const struct universe_candidate *one = &sorted->rows[*(const uint32_t *)a];
    const struct universe_candidate *other = &sorted->rows[*(const uint32_t *)b];
    if (one->verdict != other->verdict) {
        return one->verdict < other->verdict ? -1 : 1;
    }
    if (one->volume != other->volume) {
        return one->volume > other->volume ? -1 : 1;
    }
    return strcmp(one->symbol, other->symbol);
}

static void sort(struct shown *shown)
{
    for (uint32_t i = 0; i < shown->table.count; i++) {
        shown->order[i] = i;
    }
    sorted = &shown->table;
    qsort(shown->order, shown->table.count, sizeof shown->order[0], by_verdict);
}

static void put_rows(struct shown *shown, struct json_writer *writer, const char *key, bool chosen)
{
    json_begin_array(writer, key);
    for (uint32_t i = 0; i < shown->table.count; i++) {
        const struct universe_candidate *row = &shown->table.rows[shown->order[i]];
        if (is_chosen(row) != chosen) {
            continue;
        }
        json_begin_object(writer, NULL);
        json_put_string(writer, "pair", row->symbol);
        json_put_real(writer, "volume", row->volume);
        if (row->spread_ppm >= 0) {
            json_put_real(writer, "spread_ppm", row->spread_ppm);
        } else {
            json_put_null(writer, "spread_ppm");
        }
        json_put_bool(writer, "before", row->before);
        json_put_string(writer, "verdict", universe_words[row->verdict]);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static bool print_json(struct shown *shown)
{
    struct json_writer writer;
    json_writer_init(&writer, shown->text, sizeof shown->text);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "currency", shown->options.session.currency);
    put_rows(shown, &writer, "chosen", true);
    if (!shown->chosen_alone) {
        put_rows(shown, &writer, "refused", false);
    }
    json_end_object(&writer);
    const bool whole = json_writer_ok(&writer);
    if (whole) {
        puts(shown->text);
    }
    return whole;
}

static void print_table(const struct shown *shown)
{
    const char *currency = shown->options.session.currency;
    printf("%-14s %16s %10s  %s\n", "pair", "volume of 24 h", "spread", "");
    for (uint32_t i = 0; i < shown->table.count; i++) {
        const struct universe_candidate *row = &shown->table.rows[shown->order[i]];
        char spread[32] = "-";
        if (shown->chosen_alone && !is_chosen(row)) {
            continue;
        }
        if (row->spread_ppm >= 0) {
            snprintf(spread, sizeof spread, "%.3f %%", row->spread_ppm / 1e4);
        }
        printf("%-14s %16.0f %10s  %s\n", row->symbol, row->volume, spread,
               universe_words[row->verdict]);
    }
    printf(
        "\n%u chosen of %u; volume in the currency each is quoted in, at least %.0f %s; spread at "
        "most %g %%\n",
        shown->table.chosen.count, shown->table.count, shown->options.universe.volume_min, currency,
        shown->options.universe.spread_max * 100);
}

static int show(struct shown *shown, int argc, char **argv)
{
    char error[512], list[OPTION_LIST_MAX];
    if (options_load(&shown->options, &shown->config, argc, argv, flag, shown) != 0) {
        return EXIT_FAILURE;
    }
    if (shown->help) {
        printf("%s%s%s", help, options_short_help, help_end);
        return EXIT_SUCCESS;
    }
    if (!universe_ask(&shown->table, &shown->options, error, sizeof error)) {
        fprintf(stderr, "cuttle universe: %s\n", error);
        return EXIT_FAILURE;
    }
    before(&shown->options, list, sizeof list);
    universe_settle(&shown->table, &shown->options, "", list);
    sort(shown);
    if (shown->json) {
        return print_json(shown) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    print_table(shown);
    return EXIT_SUCCESS;
}

int command_universe(int argc, char **argv)
{
    struct shown *shown = calloc(1, sizeof *shown);
    if (shown == NULL) {
        fprintf(stderr, "cuttle universe: out of memory\n");
        return EXIT_FAILURE;
    }
    const int result = show(shown, argc - 1, argv + 1);
    config_free(shown->config);
    free(shown);
    return result;
}
