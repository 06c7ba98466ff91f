/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"
#include "app/page.h"

static void keep(void *context, const struct ledger_record *record)
{
    struct story *story = context;
    if (story->count == story->room) {
        const size_t room = story->room == 0 ? 64 : story->room * 2;
        struct story_row *rows = realloc(story->rows, room * sizeof *rows);
        story->short_of_memory = story->short_of_memory || rows == NULL;
        if (rows == NULL) {
            return;
        }
        story->rows = rows;
        story->room = room;
    }
    struct story_row *row = &story->rows[story->count];
    *row = (struct story_row){
        .number = record->number,
        .kind = record->kind,
        .time_ns = record->time_ns,
        .about_pair = record->symbol[0] != '\0',
        .sentence = strdup(record->sentence),
        .json = strdup(record->json),
    };
    story->count++;
    story->short_of_memory = story->short_of_memory || row->sentence == NULL || row->json == NULL;
}

static bool tell(const struct story_row *row, struct told *told)
{
    return told_read(told, row->json, strlen(row->json));
}

static bool began(const struct story_row *row, struct told *told)
{
    if (!row->about_pair || !tell(row, told)) {
        return false;
    }
    return (row->kind == RECORD_DECISION && strcmp(told->verdict, "enter") == 0) ||
           (row->kind == RECORD_COMMAND && told->done && strcmp(told->command, "buy") == 0);
}

/* The entry's order names what asked for it; one of several orders is not named, and then it is the
 * newest that asked. */
static void find_begin(struct story *story)
{
    static struct told told;
    uint64_t order = 0;
    for (story->entry = 0; story->entry < story->count; story->entry++) {
        const struct story_row *row = &story->rows[story->entry];
        if (row->about_pair && row->kind == RECORD_ENTRY &&
            row->time_ns >= story->trade.opened_ns) {
            order = tell(row, &told) ? told.order : 0;
            break;
        }
    }
    story->begin = story->count;
    const size_t from = story->entry < story->count ? story->entry : 0;
    for (size_t i = from; i-- > 0;) {
        if (!began(&story->rows[i], &told)) {
            continue;
        }
        story->begin = story->begin == story->count || told.order == order ? i : story->begin;
        if (told.order == order) {
            return;
        }
    }
}

int story_read(struct story *story, struct ledger *ledger, const struct ledger_trade *trade)
{
    *story = (struct story){.trade = *trade};
    const int code = ledger_each_record_of(ledger, trade, keep, story);
    if (code == 0 && story->short_of_memory) {
        return -ENOMEM;
    }
    find_begin(story);
    return code;
}

void story_end(struct story *story)
{
    for (size_t i = 0; i < story->count; i++) {
        free(story->rows[i].sentence);
        free(story->rows[i].json);
    }
    free(story->rows);
}

static bool decided_to_close(const struct story_row *row)
{
    static struct told told;
    return row->kind == RECORD_DECISION && tell(row, &told) && strcmp(told.verdict, "close") == 0;
}

/* Refused ones changed nothing. Of those about the whole account one sells: flatten. */
static bool commanded(const struct story_row *row)
{
    static struct told told;
    return row->kind == RECORD_COMMAND && tell(row, &told) && told.done &&
           (row->about_pair || strcmp(told.command, "flatten") == 0);
}

bool story_tells(const struct story *story, size_t index)
{
    const struct story_row *row = &story->rows[index];
    if (!row->about_pair) {
        return row->kind == RECORD_CRASH || commanded(row);
    }
    return row->kind == RECORD_DECISION  ? decided_to_close(row)
           : row->kind == RECORD_COMMAND ? commanded(row)
                                         : row->kind != RECORD_STALE && row->kind != RECORD_FRESH;
}

/* What may have asked for an exit: a plan, a signal, the operator, a crash, an emergency. */
static bool asks_exit(const struct story_row *row)
{
    return row->kind == RECORD_PLANNED || row->kind == RECORD_NOTE || row->kind == RECORD_CRASH ||
           decided_to_close(row) || commanded(row);
}

void story_cause(const struct story *story, char *out, size_t size)
{
    const bool protect = story->trade.purpose == PURPOSE_PROTECT;
    const size_t first = story->entry;
    for (size_t i = story->count; i-- > first && first < story->count;) {
        const struct story_row *row = &story->rows[i];
        if (protect && story->trade.stop_hit && row->kind == RECORD_STOP && row->about_pair) {
            char time[32];
            page_time(time, sizeof time, row->time_ns, 0);
            snprintf(out, size, "its stop was hit, as it had followed the price at %s", time);
            return;
        }
        if (!protect && asks_exit(row)) {
            snprintf(out, size, "%s", row->sentence);
            return;
        }
    }
    snprintf(out, size, "%s",
             !protect                ? "an exit order; what asked for it is not kept"
             : story->trade.stop_hit ? "its stop was hit"
                                     : "its target was reached");
}
