/* SPDX-License-Identifier: MIT */
/*
 * Which pairs a session watches: those named, or the universe, chosen at its start. When the venue
 * cannot be asked, the universe is what it was last.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/named.h"
#include "app/playback.h"
#include "app/session.h"
#include "app/universe.h"
#include "platform/log/log.h"
#include "store/ledger.h"

/* Cuts session->symbol_text into symbols. */
static bool take_list(struct session *session, const char *list, char *error, size_t error_size)
{
    const int count = options_pairs(list, session->symbol_text, OPTION_LIST_MAX, session->symbols);
    if (count <= 0) {
        snprintf(error, error_size, "session.pairs: name 1 to %d pairs", PAIR_MAX);
        return false;
    }
    session->pair_count = (uint32_t)count;
    return true;
}

/* "" when there is none yet. */
static bool chosen_before(struct ledger *ledger, char *out, size_t size)
{
    out[0] = '\0';
    const int result = ledger_get_state(ledger, STATE_UNIVERSE, out, size);
    return result == 0 || result == -ENOENT;
}

/* Of the universe the names may be of pairs that are not chosen today. */
static bool venue_lists(const void *context, struct list_word word)
{
    const struct kraken_names *names = context;
    bool found = false;
    for (uint32_t i = 0; i < names->count && !found; i++) {
        found = list_names(word, &names->list[i].terms);
    }
    return found;
}

/* `list`: what was chosen before, and what is chosen now. */
static bool choose(const struct session *session, char *list, size_t size, char *error,
                   size_t error_size)
{
    char held[OPTION_LIST_MAX] = "", why[512];
    if (session->options->chosen[0] != '\0') {
        snprintf(list, size, "%s", session->options->chosen);
        return true;
    }
    struct universe_table *table = calloc(1, sizeof *table);
    if (table == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    if (session->before != NULL) {
        universe_list_held(playback_engine(session->before), held, sizeof held);
    }
    CHECK(session->options->ask_universe != NULL);
    bool chosen = session->options->ask_universe(table, session->options, why, sizeof why);
    if (chosen) {
        named_tell(&session->options->risk, &session->options->day, venue_lists, &table->names,
                   "that the venue lists");
        universe_settle(table, session->options, held, list);
        chosen = table->chosen.count > 0;
        snprintf(why, sizeof why, "no pair qualifies: `cuttle universe` says why not");
    }
    if (chosen) {
        universe_list_chosen(table, list, size);
    } else if (list[0] != '\0') {
        log_warn("session.universe", "the universe stays as it was last chosen", "reason", why,
                 NULL);
    } else {
        snprintf(error, error_size, "session.pairs: universe: %s", why);
    }
    free(table);
    return list[0] != '\0';
}

bool session_choose(struct session *session, char *error, size_t error_size)
{
    char list[OPTION_LIST_MAX], path[OPTION_PATH_MAX + 16];
    struct ledger *ledger = NULL;
    if (!options_universe(session->options)) {
        return take_list(session, session->options->session.pairs, error, error_size);
    }
    snprintf(path, sizeof path, "%s/ledger.db", session->options->session.state);
    if (ledger_open(path, &ledger, error, error_size) != 0) {
        return false;
    }
    bool chosen = false;
    if (!chosen_before(ledger, list, sizeof list)) {
        snprintf(error, error_size, "ledger %s", ledger_error(ledger));
    } else if (choose(session, list, sizeof list, error, error_size)) {
        chosen = ledger_put_state(ledger, STATE_UNIVERSE, list) == 0;
        if (!chosen) {
            snprintf(error, error_size, "ledger %s", ledger_error(ledger));
        }
    }
    ledger_close(ledger);
    if (!chosen || !take_list(session, list, error, error_size)) {
        return false;
    }
    log_printf(LOG_INFO, "session.universe", "the universe: %u pairs", session->pair_count);
    return true;
}
