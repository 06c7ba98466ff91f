/* SPDX-License-Identifier: MIT */
/*
 * Limits that the operator set by command in an earlier session. They stand above a configuration
 * that says what it said then; where it says something else, that is the newer word, and what does
 * not fit beside it goes with it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/option_text.h"
#include "app/playback.h"
#include "app/session.h"
#include "core/risk/dial_bound.h"
#include "platform/log/log.h"

#define LIMIT_TEXT_MAX 64

static void put_value(uint32_t dial, double value, char out[LIMIT_TEXT_MAX])
{
    struct risk_config config = {0};
    dial_set(&config, dial, value);
    option_text(dial_option(dial), &config, out, LIMIT_TEXT_MAX);
}

static bool is_set(const struct session *session, uint32_t dial)
{
    return (session->engine->dials >> dial & 1) != 0;
}

/* The configuration was changed after it was set. */
static bool outdated(const struct session *session, uint32_t dial)
{
    const double then = playback_engine(session->before)->dials_configured[dial];
    return is_set(session, dial) && !isnan(then) && then != session->engine->dials_configured[dial];
}

/* A limit set then that a newer word for another leaves no room for. */
static bool stands_in_the_way(const struct session *session, uint32_t dial)
{
    struct risk_config coming = session->engine->config.risk;
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        if (outdated(session, i)) {
            dial_set(&coming, i, session->engine->dials_configured[i]);
        }
    }
    return is_set(session, dial) && !outdated(session, dial) &&
           !dial_agrees(&coming, dial, dial_get(&coming, dial));
}

static void give_back(struct session *session, uint32_t dial)
{
    const struct event event = {
        .kind = EVENT_COMMAND,
        .time_ns = session->engine->time_ns,
        .command = {.command = COMMAND_LIMIT,
                    .dial = dial,
                    .configured = true,
                    .origin = "the configuration, changed since"},
    };
    session_give(session, &event);
}

static void tell(const struct session *session, uint32_t dial, bool newer)
{
    const struct engine *before = playback_engine(session->before);
    const char *const name = dial_option(dial)->name;
    const char *const beside = dial_beside(dial);
    char set[LIMIT_TEXT_MAX], said[LIMIT_TEXT_MAX], now[LIMIT_TEXT_MAX];
    put_value(dial, dial_get(&before->config.risk, dial), set);
    put_value(dial, session->engine->dials_configured[dial], now);
    if (is_set(session, dial)) {
        log_printf(LOG_WARN, "risk.limit_kept",
                   "risk.%s is %s, as the operator set it; the configuration says %s "
                   "(`cuttle ctl limit %s configured`)",
                   name, set, now, name);
    } else if (newer) {
        put_value(dial, before->dials_configured[dial], said);
        log_printf(LOG_WARN, "risk.limit_dropped",
                   "risk.%s is %s, as the configuration (file, environment or --set) says now; it "
                   "said %s when the operator set %s, which is over: `cuttle ctl limit %s %s` sets "
                   "it again",
                   name, now, said, set, name, set);
    } else {
        log_printf(LOG_WARN, "risk.limit_dropped",
                   "risk.%s is %s, as the configuration says; %s, which the operator had set, does "
                   "not fit any more: it has to be %s, which the configuration has changed since",
                   name, now, set, beside != NULL ? beside : "within its bounds");
    }
}

/* Of two that bound each other one may have to go first, so there are two rounds. */
void session_heed_file(struct session *session)
{
    bool set[DIAL_COUNT] = {false}, newer[DIAL_COUNT] = {false}, over[DIAL_COUNT] = {false};
    if (session->before == NULL) {
        return;
    }
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        set[i] = is_set(session, i);
        newer[i] = outdated(session, i);
        over[i] = newer[i] || stands_in_the_way(session, i);
    }
    for (uint32_t i = 0; i < 2 * DIAL_COUNT; i++) {
        const uint32_t dial = i % DIAL_COUNT;
        const struct engine *engine = session->engine;
        if (over[dial] && is_set(session, dial) &&
            dial_agrees(&engine->config.risk, dial, engine->dials_configured[dial])) {
            give_back(session, dial);
        }
    }
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        if (set[i]) {
            tell(session, i, newer[i]);
        }
    }
}
