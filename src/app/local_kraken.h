/* SPDX-License-Identifier: MIT */
/*
 * The local Kraken as a process of our own: `cuttle exchange` started on a free port, its address
 * read from the line it prints, started again when it dies. It ends when we do.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "app/options.h"
#include "platform/loop/loop.h"

struct local_kraken;

/* Where it serves, and the key of its one account. */
struct local_kraken_place {
    char rest_url[128], ws_url[128];
    char key[128], secret[128];
};

struct local_kraken_events {
    /* It serves; also after it was started again, then at the same addresses and with the same
     * account. NULL: it cannot. */
    void (*on_ready)(void *context, const struct local_kraken_place *place);

    /* Where the market must go on when it has to be started again; 0: at its beginning. */
    int64_t (*resume_time)(void *context);
};

/* Serves the session's symbols. NULL, and a reason in `error`, when it cannot even be started. */
struct local_kraken *local_kraken_start(struct loop *loop, const struct options *options,
                                        const char *const *symbols, uint32_t symbol_count,
                                        const struct local_kraken_events *events, void *context,
                                        char *error, size_t error_size);

/* Ends it, waiting up to a second for it to be gone. */
void local_kraken_stop(struct local_kraken *local);
