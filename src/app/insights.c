/* SPDX-License-Identifier: MIT */
#include "app/insights.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/analyse.h"
#include "app/options.h"

/* So many are read and judged in a tenth of a second; `cuttle analyse` takes all there are. */
#define NEWEST 2000

struct insights {
    char path[OPTION_PATH_MAX + 16];
    char *text; /* the answer; NULL: none yet */
    size_t len;
    uint64_t number; /* of the newest trade in it */
};

struct insights *insights_new(const char *state)
{
    struct insights *insights = calloc(1, sizeof *insights);
    if (insights != NULL) {
        snprintf(insights->path, sizeof insights->path, "%s/ledger.db", state);
    }
    return insights;
}

void insights_free(struct insights *insights)
{
    if (insights != NULL) {
        free(insights->text);
        free(insights);
    }
}

static void keep_number(void *context, const struct ledger_trade *trade)
{
    *(uint64_t *)context = trade->number;
}

/* In place of the answer before. */
static bool keep_answer(struct insights *insights, const struct analyse_page *page)
{
    struct json_writer json;
    const size_t room = analyse_json_room(page);
    char *text = malloc(room);
    if (text == NULL) {
        return false;
    }
    json_writer_init(&json, text, room);
    analyse_json(page, &json);
    CHECK(json_writer_ok(&json));
    free(insights->text);
    insights->text = text;
    insights->len = json.len;
    return true;
}

static int judge(struct insights *insights, struct ledger *ledger, struct analyse_book *book)
{
    struct analysis analysis;
    const struct analyse_page page = {book, &analysis, "ledger", ANALYSE_ASK_ALL};
    const struct analyse_span always = {INT64_MIN, INT64_MAX};
    int code = analyse_read_ledger(book, ledger, NEWEST, &always);
    if (code != 0) {
        return code;
    }
    code = analyse_book_judge(book, ANALYSE_FDR, ANALYSE_SUPPORT, &analysis);
    if (code == 0 && !keep_answer(insights, &page)) {
        code = -ENOMEM;
    }
    analysis_free(&analysis);
    return code;
}

static int refresh(struct insights *insights, struct ledger *ledger)
{
    uint64_t number = 0;
    int code = ledger_each_trade(ledger, 1, keep_number, &number);
    if (code != 0 || (insights->text != NULL && insights->number == number)) {
        return code;
    }
    struct analyse_book *book = calloc(1, sizeof *book);
    if (book == NULL) {
        return -ENOMEM;
    }
    code = judge(insights, ledger, book);
    insights->number = code == 0 ? number : insights->number;
    analyse_book_free(book);
    free(book);
    return code;
}

static bool write_answer(void *context, struct json_writer *writer, char *error, size_t error_size)
{
    struct insights *insights = context;
    struct ledger *ledger = NULL;
    int code = ledger_open_reader(insights->path, &ledger, error, error_size);
    if (code == 0) {
        code = refresh(insights, ledger);
        if (code != 0) {
            snprintf(error, error_size, "%s",
                     code == -ENOMEM ? "out of memory" : ledger_error(ledger));
        }
    }
    ledger_close(ledger);
    if (code == 0) {
        json_put_raw(writer, NULL, insights->text, insights->len);
    }
    return code == 0;
}

struct bridge_insights insights_source(struct insights *insights)
{
    return (struct bridge_insights){.write = write_answer, .context = insights};
}
