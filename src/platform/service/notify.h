/* SPDX-License-Identifier: MIT */
/*
 * What a service manager is told (sd_notify(3)): ready, stopping, alive, and a line of status, as
 * datagrams to the socket that NOTIFY_SOCKET names. Where there is none, nothing is sent and
 * nothing fails. Never waits: a message that the socket does not take at once is dropped.
 */
#pragma once

#include <stdint.h>

struct notify;

/* Takes NOTIFY_SOCKET and WATCHDOG_USEC out of the environment, so that no child speaks for us.
 * NULL when there is no manager; every call takes that. */
struct notify *notify_open(void);
void notify_close(struct notify *notify);

void notify_ready(struct notify *notify);
void notify_stopping(struct notify *notify);
void notify_alive(struct notify *notify);

/* One line; what is too long is cut. */
void notify_status(struct notify *notify, const char *line);

/* How often notify_alive is due: half of what the manager waits before it restarts us. 0: it does
 * not. */
int64_t notify_alive_ns(const struct notify *notify);
