/* SPDX-License-Identifier: MIT */
/*
 * WebSocket tokens: given out over REST, good for 15 minutes of market time, and for longer as
 * long as a connection lives that has subscribed with it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "platform/seam.h"

#define TOKEN_TEXT_MAX 48 /* 43 characters */
#define TOKEN_LIFE_S 900
#define TOKEN_MAX 256 /* the oldest makes place; a client asks for one a connection */

struct token {
    char text[TOKEN_TEXT_MAX]; /* "" a free place */
    uint32_t key;              /* index in the keyring */
    int64_t made_ns;
    uint32_t holders; /* connections that have subscribed with it */
    bool used;
    bool expired; /* before its time */
};

struct tokens {
    uint32_t next;
    struct token list[TOKEN_MAX];
};

const struct token *token_new(struct tokens *tokens, uint32_t key, const struct entropy *entropy,
                              int64_t now_ns);

/* The token, or NULL with Kraken's error: never given out or run out; or its session is gone. */
struct token *token_find(struct tokens *tokens, const char *text, int64_t now_ns,
                         const char **ret_error);

/* All that were given out are worth nothing from now on, on whatever connection. */
void tokens_expire(struct tokens *tokens);

void token_hold(struct token *token);
void token_release(struct token *token);
