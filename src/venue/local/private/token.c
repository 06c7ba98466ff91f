/* SPDX-License-Identifier: MIT */
#include "venue/local/private/token.h"

#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/crypto/base64.h"

#define TOKEN_BYTES 32

/* Base64 with letters and digits alone, as Kraken's look. */
static void write_text(const struct entropy *entropy, char *text)
{
    uint8_t bytes[TOKEN_BYTES];
    char encoded[BASE64_SIZE(TOKEN_BYTES)];
    entropy->fill(entropy->self, bytes, sizeof bytes);
    base64_encode(bytes, sizeof bytes, encoded);
    encoded[strcspn(encoded, "=")] = '\0';
    for (char *at = encoded; *at; at++)
        if (*at == '+' || *at == '/')
            *at = *at == '+' ? 'p' : 's';
    CHECK(strlen(encoded) < TOKEN_TEXT_MAX);
    memcpy(text, encoded, strlen(encoded) + 1);
}

/* The oldest that no connection lives by. */
static struct token *place(struct tokens *tokens)
{
    for (uint32_t i = 0; i < TOKEN_MAX; i++) {
        struct token *token = &tokens->list[tokens->next++ % TOKEN_MAX];
        if (token->holders == 0)
            return token;
    }
    return NULL;
}

const struct token *token_new(struct tokens *tokens, uint32_t key, const struct entropy *entropy,
                              int64_t now_ns)
{
    struct token *token = place(tokens);
    CHECK(token); /* there are fewer connections than tokens */
    *token = (struct token){.key = key, .made_ns = now_ns};
    write_text(entropy, token->text);
    return token;
}

struct token *token_find(struct tokens *tokens, const char *text, int64_t now_ns,
                         const char **ret_error)
{
    *ret_error = "EAPI:Invalid token";
    for (uint32_t i = 0; text[0] && i < TOKEN_MAX; i++) {
        struct token *token = &tokens->list[i];
        if (strcmp(token->text, text) != 0)
            continue;
        bool young = now_ns - token->made_ns < TOKEN_LIFE_S * NS_PER_S;
        if (!token->expired && (token->holders > 0 || young))
            return token;
        if (token->used)
            *ret_error = "ESession:Invalid session";
        return NULL;
    }
    return NULL;
}

void tokens_expire(struct tokens *tokens)
{
    for (uint32_t i = 0; i < TOKEN_MAX; i++)
        tokens->list[i].expired = true;
}

void token_hold(struct token *token)
{
    token->holders++;
    token->used = true;
}

void token_release(struct token *token)
{
    CHECK(token->holders > 0);
    token->holders--;
}
