/* SPDX-License-Identifier: MIT */
/* What the files of `cuttle run` share among themselves; nobody else includes this. */
#pragma once

#include "app/keys.h"
#include "app/local_kraken.h"
#include "app/service.h"
#include "app/session.h"
#include "app/universe.h"
#include "operator/watch/alarm.h"
#include "platform/net/net.h"
#include "store/state_lock.h"

struct run {
    struct options options;
    struct config *config;
    struct loop *loop;
    struct state_lock *lock;
    struct session *session;
    struct local_kraken *local;
    struct net *net;
    struct api_keys *keys; /* live: of the vault or the environment */
    struct transport transport;
    struct clock clock;
    struct feed feed;
    int64_t for_ns;
    const char *report;
    bool headless, quiet, help;
    bool attached;
    bool trading; /* the account's side is open */
    bool stopping;
    bool failed;
    bool turning; /* this session ends because another universe wants another */
    int64_t opened_mono_ns, told_mono_ns;
    struct universe_watch *universe; /* NULL: the pairs were named */
    struct alarm_waiting waiting;    /* alarms that one session leaves to the next */
    struct service service;
};

/* Says what is wrong, and ends. */
void run_fail(struct run *run, const char *event, const char *sentence);

/* The session's market, and where the mode wants it the account. False when it cannot even be
 * begun. Called again for another session. */
bool run_open_venue(struct run *run);
