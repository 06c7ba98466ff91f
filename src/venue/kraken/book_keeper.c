/* SPDX-License-Identifier: MIT */
#include "venue/kraken/book_keeper.h"

void kraken_keeper_init(struct kraken_keeper *keeper, uint32_t depth)
{
    keeper->live = false;
    book_init(&keeper->book, depth);
}

void kraken_keeper_drop(struct kraken_keeper *keeper)
{
    keeper->live = false;
    book_clear(&keeper->book);
}

/* A side may be empty in a thin market; that is no fault. */
static bool crossed(const struct book *book)
{
    return book->bids.count > 0 && book->asks.count > 0 && !book_sound(book);
}

enum kraken_verdict kraken_keeper_apply(struct kraken_keeper *keeper, bool snapshot,
                                        const struct kraken_book *row)
{
    if (snapshot) {
        book_clear(&keeper->book);
        keeper->live = true;
    }
    if (!keeper->live)
        return KRAKEN_BOOK_WAITING;
    book_apply(&keeper->book, row->changes, row->count);
    enum kraken_verdict verdict = KRAKEN_BOOK_GOOD;
    if (!row->has_checksum || book_checksum(&keeper->book) != row->checksum)
        verdict = KRAKEN_BOOK_CHECKSUM;
    else if (crossed(&keeper->book))
        verdict = KRAKEN_BOOK_CROSSED;
    if (verdict != KRAKEN_BOOK_GOOD)
        kraken_keeper_drop(keeper);
    return verdict;
}

const char *kraken_verdict_text(enum kraken_verdict verdict)
{
    static const char *const texts[] = {
        [KRAKEN_BOOK_GOOD] = "good",
        [KRAKEN_BOOK_WAITING] = "an update came without a snapshot",
        [KRAKEN_BOOK_CHECKSUM] = "its checksum does not match",
        [KRAKEN_BOOK_CROSSED] = "the best bid is not below the best ask",
    };
    return texts[verdict];
}
