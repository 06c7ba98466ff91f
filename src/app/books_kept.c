/* SPDX-License-Identifier: MIT */
/* Answers that took a look at every row, until there is another row. */
#include <stdlib.h>
#include <string.h>

#include "app/books_internal.h"

static bool same_question(const struct books_kept *kept, enum bridge_book book,
                          const struct query *query)
{
    const struct query *other = &kept->query;
    return kept->text != NULL && kept->book == book && other->from_ns == query->from_ns &&
           other->to_ns == query->to_ns && other->points == query->points &&
           strcmp(other->pair, query->pair) == 0 && strcmp(other->strategy, query->strategy) == 0;
}

/* The place of that question, or else the one that was not asked for longest. */
static struct books_kept *find_place(struct books *books, enum bridge_book book,
                                     const struct query *query)
{
    struct books_kept *oldest = &books->kept[0];
    for (size_t i = 0; i < BOOKS_KEPT_MAX; i++) {
        struct books_kept *kept = &books->kept[i];
        if (same_question(kept, book, query)) {
            return kept;
        }
        oldest = kept->used < oldest->used ? kept : oldest;
    }
    return oldest;
}

bool books_give_kept(struct books *books, enum bridge_book book, const struct query *query,
                     uint64_t number, struct json_writer *writer)
{
    struct books_kept *kept = find_place(books, book, query);
    if (!same_question(kept, book, query) || kept->number != number) {
        return false;
    }
    kept->used = ++books->used;
    json_put_raw(writer, NULL, kept->text, kept->len);
    return true;
}

void books_keep(struct books *books, enum bridge_book book, const struct query *query,
                uint64_t number, const struct json_writer *writer)
{
    struct books_kept *kept = find_place(books, book, query);
    free(kept->text);
    *kept = (struct books_kept){
        .book = book, .query = *query, .number = number, .used = ++books->used, .len = writer->len};
    kept->text = json_writer_ok(writer) ? malloc(writer->len) : NULL;
    if (kept->text != NULL) {
        memcpy(kept->text, writer->text, writer->len);
    }
}
