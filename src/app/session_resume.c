/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/named.h"
#include "app/playback.h"
#include "app/rows.h"
#include "app/session.h"
#include "app/universe.h"
#include "core/base/check.h"
#include "platform/log/log.h"
#include "store/journal.h"

/* How a session goes on where the last one stopped: the newest segment of the journal is played to
 * its end, and its portfolio and resting orders become ours. */

/* Writes the rows of the replayed steps once more: those that died with the process are then there,
 * and the others are as they were. */
struct mend {
    struct playback *playback;
    struct row_writer writer;
    const char *strategies[STRATEGY_MAX];
    int result;
};

/* The strategies of the session that is replayed, which may not be ours. */
static void name_before(struct mend *mend, const struct engine *before)
{
    for (uint32_t i = 0; i < before->config.strategy_count; i++) {
        mend->strategies[i] = before->seats[i].name;
    }
    mend->writer.names.strategies = mend->strategies;
    mend->writer.names.strategy_count = before->config.strategy_count;
}

static void mend_row(void *context, const struct row *row)
{
    struct mend *mend = context;
    if (mend->result == 0) {
        mend->result = row_write(&mend->writer, row);
    }
}

static void mend_step(void *context, const struct event *event, const struct actions *actions)
{
    struct mend *mend = context;
    const struct engine *before = playback_engine(mend->playback);
    name_before(mend, before);
    rows_of_step(event, actions, before, mend_row, mend);
}

static void mend_request(void *context, const struct request *request)
{
    struct mend *mend = context;
    rows_of_request(request, playback_engine(mend->playback), mend_row, mend);
}

static bool open_mend(struct mend *mend, const struct session *session, char *error,
                      size_t error_size)
{
    char path[OPTION_PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/ledger.db", session->options->session.state);
    mend->playback = playback_new(mend_step, mend_request, mend);
    if (mend->playback == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    struct ledger *ledger = NULL;
    if (ledger_open(path, &ledger, error, error_size) != 0) {
        return false;
    }
    const struct sentence_names names = {.currency = session->options->session.currency};
    row_writer_init(&mend->writer, ledger, &names);
    if (ledger_begin(ledger) != 0) {
        snprintf(error, error_size, "%s", ledger_error(ledger));
        return false;
    }
    return true;
}

/* A death in the middle of a new segment's opening leaves one without its snapshot: the one before
 * it then holds everything. */
static int play_newest(struct mend *mend, const char *dir, uint32_t segment,
                       struct playback_result *ret)
{
    int outcome = -ENOENT;
    for (; outcome == -ENOENT && segment > 0; segment--) {
        outcome = playback_run(mend->playback, dir, segment, UINT32_MAX, ret);
    }
    return outcome;
}

/* An upgrade, or the way back. What another version owned is known as of its snapshot alone;
 * nothing may stand behind that. */
static bool take_foreign(const struct playback *playback, const struct playback_result *result,
                         const char *dir, char *error, size_t error_size)
{
    if (playback_engine(playback) == NULL) {
        snprintf(error, error_size,
                 "cannot go on from %s: another version of cuttle recorded it, and %s", dir,
                 result->foreign);
        return false;
    }
    if (result->foreign_after > 0) {
        snprintf(error, error_size,
                 "cannot go on from %s: another version of cuttle recorded it and did not end in "
                 "order; start that one once more and stop it (SIGTERM), then start this one",
                 dir);
        return false;
    }
    log_warn(
        "session.upgrade",
        "another version of cuttle wrote this state: cash, positions, orders and stops are taken "
        "over",
        NULL);
    return true;
}

static bool play_last(struct mend *mend, const char *dir, uint32_t segment, char *error,
                      size_t error_size)
{
    struct playback_result result;
    const int outcome = play_newest(mend, dir, segment, &result);
    if (outcome == -ENOENT) {
        error[0] = '\0'; /* not one snapshot was ever written: nothing was begun */
        return false;
    }
    if (outcome != 0) {
        snprintf(error, error_size,
                 "cannot go on from %s: %s; move the directory away to start afresh, or go back to "
                 "the version that wrote it",
                 dir, result.note);
        return false;
    }
    if (mend->result != 0 || ledger_commit(mend->writer.ledger) != 0) {
        snprintf(error, error_size, "ledger %s", ledger_error(mend->writer.ledger));
        return false;
    }
    if (playback_foreign(mend->playback)) {
        return take_foreign(mend->playback, &result, dir, error, error_size);
    }
    log_printf(LOG_INFO, "session.resume", "went through %llu events of the last session%s",
               (unsigned long long)result.event_count,
               result.torn ? "; its end was torn, what was whole is kept" : "");
    return true;
}

/* NULL with an empty error: nothing to go on from. */
static struct playback *playback_of(struct session *session, char *error, size_t error_size)
{
    char dir[OPTION_PATH_MAX + 16], why[256];
    uint32_t segment = 0;
    error[0] = '\0';
    snprintf(dir, sizeof dir, "%s/journal", session->options->session.state);
    const int located = journal_locate(dir, INT64_MAX, &segment, why, sizeof why);
    if (located != 0) {
        if (located != -ENOENT) { /* else the first session of this directory */
            snprintf(error, error_size, "cannot look for the last session: %s", why);
        }
        return NULL;
    }
    struct mend *mend = calloc(1, sizeof *mend);
    if (mend == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    struct playback *playback = NULL;
    if (open_mend(mend, session, error, error_size) &&
        play_last(mend, dir, segment, error, error_size)) {
        playback = mend->playback;
    } else {
        playback_free(mend->playback);
    }
    ledger_close(mend->writer.ledger);
    free(mend);
    return playback;
}

/* Pairs that are held but no longer asked for must still be watched. */
static void add_held_pairs(struct session *session, const struct engine *before)
{
    char *at = session->symbol_text + OPTION_LIST_MAX;
    for (uint32_t i = 0; i < before->config.pair_count; i++) {
        bool needed = universe_holds(before, i);
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

static bool watches(const void *context, struct list_word word)
{
    const struct session *session = context;
    bool found = false;
    for (uint32_t i = 0; i < session->pair_count && !found; i++) {
        const char *const symbol = session->symbols[i];
        struct pair pair = {0};
        snprintf(pair.symbol, sizeof pair.symbol, "%s", symbol);
        snprintf(pair.base, sizeof pair.base, "%.*s", (int)strcspn(symbol, "/"), symbol);
        found = list_names(word, &pair);
    }
    return found;
}

bool session_find_state(struct session *session, char *error, size_t error_size)
{
    session->before = playback_of(session, error, error_size);
    if ((session->before == NULL && error[0] != '\0') ||
        !session_choose(session, error, error_size)) {
        return false;
    }
    if (session->before != NULL) {
        add_held_pairs(session, playback_engine(session->before));
    }
    if (!options_universe(session->options)) {
        named_tell(&session->options->risk, &session->options->day, watches, session,
                   "of the session");
    }
    return true;
}

int64_t session_resume_time(const struct session *session)
{
    return session->before == NULL ? 0 : session->resume_ns;
}

/* No number is used twice, whatever became of the journal. */
static bool last_intent(const struct session *session, uint64_t *ret_sequence, uint64_t *ret_client,
                        char *error, size_t error_size)
{
    char path[OPTION_PATH_MAX + 16];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", session->options->session.state);
    const bool opened = ledger_open(path, &ledger, error, error_size) == 0;
    const bool read = opened && ledger_last_intent(ledger, ret_sequence, ret_client) == 0;
    if (opened && !read) {
        snprintf(error, error_size, "ledger %s", ledger_error(ledger));
    }
    ledger_close(ledger);
    return read;
}

/* Orders on paper cannot become orders at a venue, nor the other way round. */
static bool adopt_side(struct session *session, const uint32_t *map, char *error, size_t error_size)
{
    const struct broker *broker = playback_broker(session->before);
    if ((broker != NULL) != (session->broker != NULL)) {
        snprintf(error, error_size,
                 "the last session of %s traded %s: choose another --state for this mode",
                 session->options->session.state, broker != NULL ? "at a venue" : "on paper");
        return false;
    }
    if (broker == NULL) {
        matching_adopt(session->matching, playback_matching(session->before), map);
        return true;
    }
    uint64_t sequence = 0, client = 0;
    if (!last_intent(session, &sequence, &client, error, error_size)) {
        return false;
    }
    broker_adopt(session->broker, broker, map);
    broker_raise(session->broker, sequence, client);
    return true;
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
    if (!adopt_side(session, map, error, error_size)) {
        return false;
    }
    session->resume_ns = before->time_ns;
    char stamp[TIMESTAMP_TEXT_MAX];
    timestamp_format(stamp, session->resume_ns, 0);
    log_printf(LOG_INFO, "session.resumed",
               "goes on from %s with %u positions, %u orders and %llu closed trades", stamp,
               session->engine->portfolio.open_count, session->engine->portfolio.order_count,
               (unsigned long long)session->engine->portfolio.trade_count);
    return true;
}
