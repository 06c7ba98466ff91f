/* SPDX-License-Identifier: MIT */
/*
 * The session as a service: systemd is told when it is ready (warmed up), how it fares, that the
 * trading thread still turns, and that it stops. Without systemd nothing happens.
 */
#pragma once

#include "app/session.h"
#include "platform/service/notify.h"

struct service {
    struct notify *notify;
    bool ready;
    int64_t alive_mono_ns, told_mono_ns;
};

void service_open(struct service *service);

/* From a timer of the trading thread's loop: when that hangs, the word stays out and systemd starts
 * the program anew. `session` may be NULL. */
void service_tick(struct service *service, struct session *session, int64_t mono_ns);

void service_stopping(struct service *service);
void service_close(struct service *service);
