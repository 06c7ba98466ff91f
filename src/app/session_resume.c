/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/playback.h"
#include "app/session.h"
#include "core/base/check.h"
#include "platform/log/log.h"
#include "store/journal.h"
#include "store/state_lock.h"

/* How a session goes on where the last one stopped: the newest segment of the journal is played to
 * its end, and its portfolio and resting orders become ours. */

static struct playback *playback_of(struct session *session, char *error, size_t error_size)
{
    char dir[OPTION_PATH_MAX + 16], why[256];
    uint32_t segment = 0;
    snprintf(dir, sizeof dir, "%s/journal", session->options->session.state);
    if (journal_locate(dir, INT64_MAX, &segment, why, sizeof why) != 0) {
        error[0] = '\0';
        return NULL; /* the first session of this directory */
    }
    struct playback *playback = playback_new();
    struct playback_result result;
    const int outcome =
        playback == NULL ? -ENOMEM : playback_run(playback, dir, segment, UINT32_MAX, &result);
    if (outcome != 0) {
        snprintf(error, error_size,
                 "cannot go on from %s: %s; move the directory away to start afresh, or go back to "
                 "the version that wrote it",
                 dir, playback == NULL ? "out of memory" : result.note);
        playback_free(playback);
        return NULL;
    }
    log_printf(LOG_INFO, "session.resume", "went through %llu events of the last session%s",
               (unsigned long long)result.event_count,
               result.torn ? "; its end was torn, what was whole is kept" : "");
    return playback;
}

/* Pairs that are held but no longer asked for must still be watched. */
static void add_held_pairs(struct session *session, const struct engine *before)
{
    char *at = session->symbol_text + OPTION_LIST_MAX;
    for (uint32_t i = 0; i < before->config.pair_count; i++) {
        bool needed = before->portfolio.positions[i].qty_lots != 0;
        for (uint32_t o = 0; o < before->portfolio.order_count; o++) {
            needed = needed || before->portfolio.orders[o].pair == i;
        }
        const char *symbol = before->pairs[i].terms.symbol;
        for (uint32_t p = 0; p < session->pair_count; p++) {
            needed = needed && strcmp(session->symbols[p], symbol) != 0;
        }
        if (needed && session->pair_count < PAIR_MAX) {
            snprintf(at, SYMBOL_MAX, "%s", symbol);
            session->symbols[session->pair_count++] = at;
            at += SYMBOL_MAX;
            log_warn("session.held", "still held, so still watched", "pair", symbol, NULL);
        }
    }
}

bool session_find_state(struct session *session, char *error, size_t error_size)
{
    session->lock = state_lock_take(session->options->session.state, error, error_size);
    if (session->lock == NULL) {
        return false;
    }
    session->before = playback_of(session, error, error_size);
    if (session->before == NULL) {
        return error[0] == '\0';
    }
    add_held_pairs(session, playback_engine(session->before));
    return true;
}

int64_t session_resume_time(const struct session *session)
{
    return session->before == NULL ? 0 : session->resume_ns;
}

bool session_adopt(struct session *session, char *error, size_t error_size)
{
    if (session->before == NULL) {
        return true;
    }
    const struct engine *before = playback_engine(session->before);
    uint32_t map[PAIR_MAX];
    for (uint32_t i = 0; i < before->config.pair_count; i++) {
        map[i] = UINT32_MAX;
        for (uint32_t p = 0; p < session->pair_count; p++) {
            if (strcmp(before->pairs[i].terms.symbol, session->symbols[p]) == 0) {
                map[i] = p;
            }
        }
        if (map[i] != UINT32_MAX && before->pairs[i].listed) {
            session->terms[map[i]] = before->pairs[i].terms;
        }
    }
    if (!engine_adopt(session->engine, before, map)) {
        snprintf(error, error_size,
                 "the last session holds positions on more pairs than fit beside those asked for: "
                 "ask for fewer pairs");
        return false;
    }
    matching_adopt(session->matching, playback_matching(session->before), map);
    session->resume_ns = before->time_ns;
    char stamp[TIMESTAMP_TEXT_MAX];
    timestamp_format(stamp, session->resume_ns, 0);
    log_printf(LOG_INFO, "session.resumed",
               "goes on from %s with %u positions, %u orders and %llu closed trades", stamp,
               session->engine->portfolio.open_count, session->engine->portfolio.order_count,
               (unsigned long long)session->engine->portfolio.trade_count);
    return true;
}
