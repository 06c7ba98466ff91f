/* SPDX-License-Identifier: MIT */
#include "account.h"

#include "core/base/timestamp.h"
#include "venue/local/private/inside.h"

/* As exchange.c has them: a subscriber hears something each second, a flush waits for the last. */
#define HEARTBEAT_NS NS_PER_S
#define FLUSH_NS (50 * NS_PER_MS)

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Of the market, by the market's clock. */
static int64_t market_next_ns(struct exchange *exchange, int64_t until_ns)
{
    int64_t next_ns = sooner(until_ns, private_next_ns(exchange->private));
    next_ns = sooner(next_ns, upsets_next_ns(exchange));
    for (uint32_t i = 0; i < exchange->market->pair_count; i++) {
        struct board *board = &exchange->boards[i];
        next_ns =
            sooner(next_ns, sooner(listing_next_ns(&board->listing, next_ns), board->stir_ns));
    }
    return next_ns;
}

int64_t account_next_ns(void *self)
{
    struct exchange *exchange = self;
    const struct faults *faults = &exchange->clients.faults;
    const int64_t ahead_ns = exchange->start_mono_ns - exchange->start_ns;
    int64_t next_ns = market_next_ns(exchange, exchange->now_ns + HEARTBEAT_NS) + ahead_ns;
    for (uint32_t i = 0; i < exchange->market->pair_count; i++) {
        if (exchange->boards[i].book_dirty || exchange->boards[i].ticker_dirty) {
            next_ns = sooner(next_ns, exchange->flush_mono_ns + FLUSH_NS);
        }
    }
    for (uint32_t i = 0; i < exchange->clients.count; i++) {
        const struct client *client = exchange->clients.list[i];
        if (client->held_count > 0) {
            next_ns = sooner(next_ns, client->sent_ns + HEARTBEAT_NS);
        }
        if (client->waiting_count > 0) {
            next_ns = 0;
        }
    }
    for (uint32_t i = 0; i < faults->kept_count; i++) {
        next_ns = sooner(next_ns, faults->kept[i].due_ns);
    }
    return next_ns;
}
