/* SPDX-License-Identifier: MIT */
/*
 * What happens at the venue, and when: maintenance and its like, connections cut, tokens that run
 * out, money that comes and goes, another client of the account, and the chances of faults.h for a
 * while. A plain text, one thing a line; docs/local-kraken.md has the words.
 *
 *     30s    maintenance for 60s
 *     4m     deposit USD 500              # "#" begins a comment
 *     6m     foreign buy BTC/USD 0.01 at 0.5% below
 *     7m     answer_lost 100% for 20s
 *
 * Times are market time since the exchange began. Names of assets and pairs are the exchange's to
 * know: upsets.h checks them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/book.h"
#include "core/market/pair.h"
#include "venue/local/trading/types.h"

#define SCRIPT_MAX 256
#define SCRIPT_WORD_MAX 40

enum script_kind {
    SCRIPT_MODE,    /* the system's state */
    SCRIPT_CUT,     /* every socket, in the middle of a frame */
    SCRIPT_TOKENS,  /* every token given out is worth nothing any more */
    SCRIPT_DEPOSIT, /* name, amount */
    SCRIPT_WITHDRAW,
    SCRIPT_FOREIGN,        /* another client's order on the account: name, amount, side, price */
    SCRIPT_FOREIGN_CANCEL, /* all that it has resting */
    SCRIPT_CHANCE,         /* name, and what faults.h knows of it */
};

struct script_step {
    int64_t at_ns;
    int64_t for_ns; /* MODE, CHANCE; 0: for good */
    enum script_kind kind;
    uint32_t line;
    enum trading_system system;
    enum side side;
    bool market;
    int64_t away_ppm; /* of a limit: from the last price; below it is negative */
    char name[SCRIPT_WORD_MAX];
    char amount[SCRIPT_WORD_MAX];
};

struct script {
    uint32_t count;
    struct script_step steps[SCRIPT_MAX]; /* ascending by time */
};

/* False with the line and what would be right in `error` ("line 3: ..."). */
bool script_parse(const char *text, struct script *ret, char *error, size_t error_size);

/* The same of a file: "FILE:3: ...". */
bool script_read(const char *path, struct script *ret, char *error, size_t error_size);

/* "online", "maintenance", ...: as the venue says it. */
const char *script_system_word(enum trading_system system);
