/* SPDX-License-Identifier: MIT */
/* Trades from a ledger, each with what the decision or the command that began it tells. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/analyse.h"
#include "app/told.h"
#include "core/decision/regime.h"
#include "operator/sentence/sentence_table.h"

/* Orders of a trade, at the most: the rungs of a ladder, its stop, target and tries to sell. */
#define ORDERS_EACH 12

/* An entry that bought something. */
struct begun {
    uint32_t pair;
    int64_t time_ns;
};

struct reading {
    struct analyse_book *book;
    const struct analyse_span *span;
    struct begun *entries;
    size_t entry_count, entry_room;
    bool short_of_memory;
    struct analyse_trade *trade; /* the one whose record is being read */
    bool found;
    struct told told;
};

static void keep_entry(void *context, const struct ledger_order *row)
{
    struct reading *reading = context;
    if (row->order.purpose != PURPOSE_ENTRY || row->order.filled_lots == 0) {
        return;
    }
    if (reading->entry_count == reading->entry_room) {
        const size_t room = reading->entry_room == 0 ? 256 : reading->entry_room * 2;
        struct begun *entries = realloc(reading->entries, room * sizeof *entries);
        reading->short_of_memory = reading->short_of_memory || entries == NULL;
        if (entries == NULL) {
            return;
        }
        reading->entries = entries;
        reading->entry_room = room;
    }
    const uint32_t pair = analyse_book_pair(reading->book, row->symbol, strlen(row->symbol));
    reading->entries[reading->entry_count++] = (struct begun){pair, row->order.created_ns};
}

static void keep_trade(void *context, const struct ledger_trade *row)
{
    struct reading *reading = context;
    if (row->opened_ns < reading->span->from_ns || row->opened_ns >= reading->span->to_ns) {
        return;
    }
    const struct analyse_trade trade = {
        .opened_ns = row->opened_ns,
        .closed_ns = row->closed_ns,
        .pair = analyse_book_pair(reading->book, row->symbol, strlen(row->symbol)),
        .price = row->entry_price,
        .cost = row->cost,
        .pnl = row->pnl,
        .earned = row->cost > 0 ? (double)row->pnl / (double)row->cost : NAN,
        .probability = NAN,
    };
    reading->short_of_memory = !analyse_book_add(reading->book, &trade) || reading->short_of_memory;
}

static uint32_t find_word(const char *word, const struct sentence_row *(*row_of)(uint32_t))
{
    const struct sentence_row *row;
    for (uint32_t i = 0; (row = row_of(i)) != NULL; i++) {
        if (strcmp(row->word, word) == 0) {
            return i;
        }
    }
    return 0; /* unknown, of regimes and of volatilities */
}

/* Those that voted for what was done. */
static uint64_t voters(struct analyse_book *book, const struct told *told)
{
    uint64_t mask = 0;
    for (uint32_t i = 0; i < told->vote_count; i++) {
        const struct told_vote *vote = &told->votes[i];
        if (vote->actionable && !vote->shadow && !vote->cooling &&
            strcmp(vote->direction, told->direction) == 0) {
            mask |= analyse_book_strategy(book, vote->strategy, strlen(vote->strategy));
        }
    }
    return mask;
}

static void take_record(void *context, const struct ledger_record *record)
{
    struct reading *reading = context;
    struct analyse_trade *trade = reading->trade;
    struct told *told = &reading->told;
    if ((record->kind != RECORD_DECISION && record->kind != RECORD_COMMAND) ||
        !told_read(told, record->json, strlen(record->json))) {
        return;
    }
    if (record->kind == RECORD_DECISION && strcmp(told->verdict, "enter") == 0) {
        reading->found = true;
        trade->strategies = voters(reading->book, told);
        trade->is_short = strcmp(told->direction, "short") == 0;
        trade->regime = find_word(told->way, sentence_way_row);
        trade->volatility = find_word(told->volatility, sentence_volatility_row);
        trade->probability = told->model[0] != '\0' ? told->probability : NAN;
    } else if (record->kind == RECORD_COMMAND && told->done && strcmp(told->command, "buy") == 0) {
        reading->found = true;
        trade->strategies = analyse_book_strategy(reading->book, "hand", strlen("hand"));
    }
}

static int by_pair_and_time(const void *a, const void *b)
{
    const struct begun *x = a, *y = b;
    return x->pair != y->pair ? (x->pair > y->pair) - (x->pair < y->pair)
                              : (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

/* When the entry that the trade came of was ordered: the newest before it. */
static int64_t ordered_ns(const struct reading *reading, const struct analyse_trade *trade)
{
    size_t low = 0, high = reading->entry_count;
    const struct begun at = {trade->pair, trade->opened_ns};
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (by_pair_and_time(&reading->entries[middle], &at) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const bool there = low > 0 && reading->entries[low - 1].pair == trade->pair;
    return there ? reading->entries[low - 1].time_ns : trade->opened_ns;
}

static int read_rows(struct reading *reading, struct ledger *ledger, uint32_t limit)
{
    const uint32_t orders = limit > UINT32_MAX / ORDERS_EACH ? UINT32_MAX : limit * ORDERS_EACH;
    int code = ledger_each_order(ledger, orders, keep_entry, reading);
    if (code == 0) {
        code = ledger_each_trade(ledger, limit, keep_trade, reading);
    }
    if (code != 0 || reading->short_of_memory) {
        return code != 0 ? code : -ENOMEM;
    }
    if (reading->entry_count > 0) {
        qsort(reading->entries, reading->entry_count, sizeof *reading->entries, by_pair_and_time);
    }
    for (size_t i = 0; code == 0 && i < reading->book->count; i++) {
        struct analyse_trade *trade = &reading->book->trades[i];
        reading->trade = trade;
        trade->ordered_ns = ordered_ns(reading, trade);
        reading->found = trade->pair >= ANALYSE_PAIR_MAX;
        if (!reading->found) {
            code = ledger_each_record_at(ledger, reading->book->pairs[trade->pair],
                                         trade->ordered_ns, take_record, reading);
        }
        reading->book->bare += !reading->found;
    }
    return code;
}

int analyse_read_ledger(struct analyse_book *book, struct ledger *ledger, uint32_t limit,
                        const struct analyse_span *span)
{
    struct reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL) {
        return -ENOMEM;
    }
    reading->book = book;
    reading->span = span;
    const int code = read_rows(reading, ledger, limit);
    free(reading->entries);
    free(reading);
    return code;
}
