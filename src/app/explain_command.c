/* SPDX-License-Identifier: MIT */
/* cuttle explain: why a trade was made, how large, and why it ended. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/explain.h"
#include "app/look.h"
#include "app/page.h"
#include "app/trade.h"
#include "operator/server/api.h"
#include "platform/json/json_writer.h"

#define TABLE_ROWS 10

static const char help[] =
    "cuttle explain [TRADE] [--state DIR] [--json]    why a trade was made, and why it ended\n"
    "\n"
    "  TRADE         its number, as /api/v1/trades and the dashboard have it; `last`; or a pair,\n"
    "                BTC/USD, for its newest. Without it the newest 10 are listed\n"
    "  --state DIR   the session's state directory (./state)\n"
    "  --json        the trade and its records as the interface gives them\n"
    "\n"
    "It tells the trade's account, the decision that began it with every vote, filter and factor\n"
    "of its size, each change of its stop, and its exit. It reads the ledger, while a session\n"
    "runs and afterwards. Decisions older than session.keep are gone; trades never.\n"
    "Exit status: 0 told; 1 not, and said why.\n";

struct search {
    const char *symbol; /* NULL: any */
    uint64_t number;    /* 0: the newest */
    bool found;
    struct ledger_trade trade;
    uint64_t below, above; /* the nearest numbers; 0 none */
};

static void look_at(void *context, const struct ledger_trade *trade)
{
    struct search *search = context;
    const bool mine = search->symbol == NULL || strcmp(search->symbol, trade->symbol) == 0;
    if (mine && (search->number == 0 || search->number == trade->number)) {
        search->found = true;
        search->trade = *trade;
    }
    if (trade->number < search->number) {
        search->below = trade->number;
    } else if (search->above == 0) {
        search->above = trade->number;
    }
}

static int say_missing(const struct look *look, const struct search *search)
{
    if (search->symbol != NULL) {
        return look_complain(look,
                             "no trade on %s is closed yet; `cuttle explain` lists those that are, "
                             "`cuttle why %s` says what was decided there last",
                             search->symbol, search->symbol);
    }
    if (search->below == 0 && search->above == 0) {
        return look_complain(look, "no trade is closed yet; `cuttle why` says what stands against "
                                   "one");
    }
    if (search->below == 0 || search->above == 0) {
        return look_complain(look, "there is no trade %" PRIu64 "; the nearest is %" PRIu64,
                             search->number, search->below + search->above);
    }
    return look_complain(look,
                         "there is no trade %" PRIu64 "; the nearest are %" PRIu64 " and %" PRIu64,
                         search->number, search->below, search->above);
}

/* What the word names; false after saying that it names nothing. */
static bool understand(const struct look *look, struct search *search)
{
    const char *subject = look->subject;
    char *end = NULL;
    if (strcmp(subject, "last") == 0) {
        return true;
    }
    if (strchr(subject, '/') != NULL) {
        search->symbol = subject;
        return true;
    }
    search->number = strtoull(subject, &end, 10);
    if (subject[0] < '0' || subject[0] > '9' || *end != '\0' || search->number == 0) {
        look_complain(look, "%s: a trade's number, last, or a pair such as BTC/USD", subject);
        return false;
    }
    return true;
}

static void put_trade(struct json_writer *writer, const char *key, const struct ledger_trade *row)
{
    const struct bridge_trade trade = trade_of_row(row);
    api_put_trade(writer, key, &trade);
}

/* Records are told as the ledger has them, and there may be any number of them. */
static void print_json(const struct story *story)
{
    char text[8 * SENTENCE_MAX], cause[SENTENCE_MAX];
    struct json_writer writer;
    story_cause(story, cause, sizeof cause);
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    put_trade(&writer, "trade", &story->trade);
    json_put_string(&writer, "cause", cause);
    const bool kept = story->begin < story->count;
    json_put_bool(&writer, "by_hand", kept && story->rows[story->begin].kind == RECORD_COMMAND);
    printf("%.*s,\"decision\":%s,\"records\":[", (int)writer.len, text,
           kept ? story->rows[story->begin].json : "null");
    const char *between = "";
    for (size_t i = kept ? story->begin + 1 : story->entry; i < story->count; i++) {
        if (story_tells(story, i)) {
            printf("%s%s", between, story->rows[i].json);
            between = ",";
        }
    }
    printf("]}\n");
}

static int explain(struct look *look)
{
    struct search search = {0};
    if (!understand(look, &search)) {
        return EXIT_FAILURE;
    }
    if (ledger_each_trade(look->ledger, UINT32_MAX, look_at, &search) != 0) {
        return look_complain(look, "%s", ledger_error(look->ledger));
    }
    if (!search.found) {
        return say_missing(look, &search);
    }
    struct story story;
    const int code = story_read(&story, look->ledger, &search.trade);
    if (code == 0 && look->json) {
        print_json(&story);
    } else if (code == 0) {
        explain_trade(&story);
    }
    story_end(&story);
    if (code == -ENOMEM) {
        return look_complain(look, "out of memory");
    }
    return code == 0 ? EXIT_SUCCESS : look_complain(look, "%s", ledger_error(look->ledger));
}

struct table {
    uint32_t count;
    struct ledger_trade trades[TABLE_ROWS];
};

static void add_row(void *context, const struct ledger_trade *trade)
{
    struct table *table = context;
    table->trades[table->count++] = *trade;
}

static void print_table(const struct table *table)
{
    printf("%6s  %-11s %-17s %-17s %s\n", "trade", "pair", "opened", "closed", "result");
    for (uint32_t i = table->count; i-- > 0;) {
        const struct ledger_trade *trade = &table->trades[i];
        char opened[32], closed[32], result[96];
        page_time(opened, sizeof opened, trade->opened_ns, 0);
        page_time(closed, sizeof closed, trade->closed_ns, 0);
        explain_result(result, sizeof result, trade);
        printf("%6" PRIu64 "  %-11s %-17.16s %-17.16s %s\n", trade->number, trade->symbol, opened,
               closed, result);
    }
    printf("\n`cuttle explain NUMBER` tells one.\n");
}

static void print_table_json(const struct table *table)
{
    char text[TABLE_ROWS * 512];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "trades");
    for (uint32_t i = table->count; i-- > 0;) {
        put_trade(&writer, NULL, &table->trades[i]);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    printf("%.*s\n", (int)writer.len, text);
}

static int list(struct look *look)
{
    struct table table = {0};
    if (ledger_each_trade(look->ledger, TABLE_ROWS, add_row, &table) != 0) {
        return look_complain(look, "%s", ledger_error(look->ledger));
    }
    if (look->json) {
        print_table_json(&table);
    } else if (table.count == 0) {
        return say_missing(look, &(struct search){0});
    } else {
        print_table(&table);
    }
    return EXIT_SUCCESS;
}

static int run(struct look *look)
{
    return look->subject != NULL ? explain(look) : list(look);
}

int command_explain(int argc, char **argv)
{
    return look_command(argc, argv, help, run);
}
