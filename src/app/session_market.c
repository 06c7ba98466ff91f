/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/rows.h"
#include "app/session.h"
#include "store/ledger.h"
#include "venue/local/exchange.h"

#define STATE_KEY "market"
#define STATE_TAG "tag"
#define MARKET_TEXT_MAX 256

/* The host alone: the same venue may be reached by another scheme, port or path. */
static void host_of(const char *url, char *out, size_t size)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme != NULL ? scheme + 3 : url;
    const size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    snprintf(out, size, "%.*s", (int)len, host);
}

/* What tells one market from another. A replay's span is not in it: a session may go on from where
 * its files once ended. */
static void describe(const struct options *options, char *out, size_t size)
{
    char host[128];
    const char *venue = options->venue.name == VENUE_FILES ? "files" : "local";
    static const char *const modes[] = {[MODE_AUTO] = "",
                                        [MODE_REHEARSAL] = ", rehearsal",
                                        [MODE_PAPER] = "",
                                        [MODE_VALIDATE] = "",
                                        [MODE_LIVE] = ", live"};
    const char *mode = modes[options->session.mode];
    if (options->venue.name == VENUE_KRAKEN) {
        host_of(options->venue.rest_url, host, sizeof host);
        snprintf(out, size, "kraken, %s%s", host, mode);
    } else if (options->market.kind == EXCHANGE_REPLAY) {
        snprintf(out, size, "%s, replay%s", venue, mode);
    } else {
        snprintf(out, size, "%s, synthetic, seed %lld%s", venue, (long long)options->market.seed,
                 mode);
    }
}

static bool compare(struct ledger *ledger, const struct options *options, char *error,
                    size_t error_size)
{
    char wanted[MARKET_TEXT_MAX], bound[MARKET_TEXT_MAX];
    describe(options, wanted, sizeof wanted);
    int result = ledger_get_state(ledger, STATE_KEY, bound, sizeof bound);
    if (result == -ENOENT) {
        snprintf(bound, sizeof bound, "%s", wanted);
        result = ledger_put_state(ledger, STATE_KEY, wanted);
    }
    if (result != 0) {
        snprintf(error, error_size, "ledger %s", ledger_error(ledger));
        return false;
    }
    if (strcmp(bound, wanted) != 0) {
        snprintf(error, error_size,
                 "state directory %s belongs to the market (%s), not to (%s): choose another with "
                 "--state, or go back to the options it was begun with",
                 options->session.state, bound, wanted);
        return false;
    }
    return true;
}

/* Once for a state directory: the mark of its orders at a venue. */
static int bind_tag(struct ledger *ledger, uint32_t *ret)
{
    char text[16];
    int result = ledger_get_state(ledger, STATE_TAG, text, sizeof text);
    if (result == 0) {
        *ret = (uint32_t)strtoul(text, NULL, 10);
    } else if (result == -ENOENT) {
        struct entropy entropy = entropy_system();
        uint64_t random = 0;
        entropy.fill(entropy.self, &random, sizeof random);
        *ret = (uint32_t)(random % ((uint64_t)CLIENT_TAG_MAX + 1));
        snprintf(text, sizeof text, "%u", *ret);
        result = ledger_put_state(ledger, STATE_TAG, text);
    }
    return result;
}

static bool bind_identity(struct ledger *ledger, struct session_identity *ret, char *error,
                          size_t error_size)
{
    char text[24] = "0";
    int result = bind_tag(ledger, &ret->tag);
    if (result == 0) {
        result = ledger_get_state(ledger, STATE_NONCE, text, sizeof text);
        ret->nonce = strtoull(text, NULL, 10);
    }
    if (result != 0 && result != -ENOENT) {
        snprintf(error, error_size, "ledger %s", ledger_error(ledger));
        return false;
    }
    return true;
}

bool session_bind(struct session *session, char *error, size_t error_size)
{
    const struct options *options = session->options;
    char path[OPTION_PATH_MAX + 16];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", options->session.state);
    const bool bound = ledger_open(path, &ledger, error, error_size) == 0 &&
                       compare(ledger, options, error, error_size) &&
                       bind_identity(ledger, &session->identity, error, error_size);
    ledger_close(ledger);
    return bound;
}
