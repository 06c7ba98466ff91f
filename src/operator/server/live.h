/* SPDX-License-Identifier: MIT */
/*
 * The push over WebSocket (/ws/live). Every message is one JSON object with a `type`:
 *
 *     state     on opening: every section, the newest thoughts, trades and events, and `open`
 *     section   {"name","data"}: a section of the view whose text has changed (each 500 ms)
 *     thought   {"thought"}: a record, as it comes
 *     trade     {"trade"}: a closed trade, as it comes
 *     event     {"event","open"}: raised, told again or cleared; the id says which it is; and how
 *               many stand
 *     candles   {"pair","timeframe","reset","candles":[[seconds,open,high,low,close,volume],...]}
 *               of what the client watches; the last may be a candle not yet closed
 *     error     {"detail"}: the client's message was not understood
 *
 * The client says one thing: {"watch":{"pair":"BTC/USD","timeframe":"5m"}}; {"key":...} is taken
 * for said where none is needed (lobby.h). A client that does not keep up (LIVE_QUEUE_MAX bytes
 * waiting) is cut; it may come again. So is the slowest one when more than LIVE_TOTAL_MAX wait for
 * all.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "operator/server/api.h"

#define LIVE_QUEUE_MAX (1024 * 1024)
#define LIVE_CLIENT_MAX 256
#define LIVE_TOTAL_MAX (64 * 1024 * 1024) /* bytes waiting for all clients together */
#define LIVE_TEXTS_PER_S 20               /* messages of one client; more close it */
#define LIVE_TEXT_MAX 1024                /* of a client's message */
#define LIVE_CLOSE_END 1001               /* the session ends in order */

struct event_list;
struct ledger_event;
struct live;
struct server_socket;

/* `scratch` is shared with other writers on the same thread, used only during a call. */
struct live *live_new(char *scratch, size_t scratch_size);
void live_free(struct live *live);

/* The source is looked at during the call only. `key` is what let the client in; 0: it needed none.
 * False when there is no place for a client. */
bool live_open(struct live *live, struct server_socket *socket, uint64_t key,
               const struct api_source *source);

/* Closes those whose key is none any more. */
struct access;
void live_check_keys(struct live *live, const struct access *access);
void live_text(struct live *live, struct server_socket *socket, const char *text, size_t len,
               const struct api_source *source);
void live_closed(struct live *live, struct server_socket *socket);

/* Tells every client that the session ends; each is gone once its connection is closed. */
void live_end(struct live *live);

uint32_t live_client_count(const struct live *live);

/* Sends the sections that changed and the candles that are new; cuts slow clients. */
void live_tick(struct live *live, const struct api_source *source);

void live_send_thought(struct live *live, const struct history_thought *thought);
void live_send_event(struct live *live, const struct ledger_event *event,
                     const struct event_list *list);
void live_send_trade(struct live *live, const struct bridge_trade *trade);
