/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/session.h"
#include "store/ledger.h"
#include "venue/local/exchange.h"

#define STATE_KEY "market"
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
    if (options->venue.name == VENUE_KRAKEN) {
        host_of(options->venue.rest_url, host, sizeof host);
        snprintf(out, size, "kraken, %s", host);
    } else if (options->market.kind == EXCHANGE_REPLAY) {
        snprintf(out, size, "%s, replay", venue);
    } else {
        snprintf(out, size, "%s, synthetic, seed %lld", venue, (long long)options->market.seed);
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

bool session_bind_market(const struct options *options, char *error, size_t error_size)
{
    char path[OPTION_PATH_MAX + 16];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", options->session.state);
    const bool bound = ledger_open(path, &ledger, error, error_size) == 0 &&
                       compare(ledger, options, error, error_size);
    ledger_close(ledger);
    return bound;
}
