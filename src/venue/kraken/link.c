/* SPDX-License-Identifier: MIT */
#include "venue/kraken/link.h"

#include <errno.h>
#include <string.h>

#include "core/base/timestamp.h"

#define OPEN_NS (15 * NS_PER_S)
#define ASK_NS (10 * NS_PER_S)
#define LEAVE_NS (15 * NS_PER_S)
#define TRUST_NS (30 * NS_PER_S) /* up for so long: the next failure starts a new outage */
#define CODE_NORMAL 1000
#define CODE_POLICY 1008

static const struct transport_events socket_events;

void kraken_link_init(struct kraken_link *link, const struct transport *transport,
                      const struct clock *clock, const char *url, uint64_t seed,
                      const struct kraken_link_events *events, void *context)
{
    *link = (struct kraken_link){
        .transport = transport,
        .clock = clock,
        .url = url,
        .events = events,
        .context = context,
        .keep_ns = 10 * NS_PER_S,
    };
    kraken_backoff_init(&link->backoff, seed);
}

static int64_t now(const struct kraken_link *link)
{
    return link->clock->mono_ns(link->clock->self);
}

static void went_down(struct kraken_link *link, uint32_t code, const char *reason)
{
    bool was_up = link->up;
    enum kraken_failure failure = code == CODE_POLICY ? KRAKEN_POLICY
                                  : link->maintenance ? KRAKEN_MAINTENANCE
                                                      : KRAKEN_FAILED;
    link->id = 0;
    link->up = false;
    int64_t delay_ns = kraken_backoff_fail(&link->backoff, now(link), failure);
    link->events->on_down(link->context, was_up, reason, delay_ns);
}

static void attempt(struct kraken_link *link)
{
    kraken_backoff_attempt(&link->backoff, now(link));
    link->opened_ns = now(link);
    link->id = link->transport->open(link->transport->self, link->url, &socket_events, link);
    if (link->id == 0)
        went_down(link, 0, "no connection can be made: the address is wrong or too many are open");
    else
        link->pending_count++;
}

static void watch(struct kraken_link *link)
{
    int64_t now_ns = now(link);
    if (now_ns - link->up_ns >= TRUST_NS)
        kraken_backoff_good(&link->backoff);
    if (link->patient)
        return;
    int64_t silent_ns = now_ns - link->heard_ns;
    if (silent_ns >= LEAVE_NS)
        kraken_link_drop(link, "the connection has been silent for 15 s");
    else if ((silent_ns >= ASK_NS && link->pinged_ns <= link->heard_ns) ||
             now_ns - link->pinged_ns >= link->keep_ns)
        kraken_link_ping(link);
}

void kraken_link_tick(struct kraken_link *link)
{
    if (link->id == 0 && kraken_backoff_due(&link->backoff, now(link)))
        attempt(link);
    else if (link->id != 0 && link->up)
        watch(link);
    else if (link->id != 0 && now(link) - link->opened_ns >= OPEN_NS)
        kraken_link_drop(link, "no answer within 15 s");
}

int kraken_link_send(struct kraken_link *link, const char *text, size_t len)
{
    if (!link->up)
        return -ENOTCONN;
    return link->transport->send_text(link->transport->self, link->id, text, len);
}

int kraken_link_ping(struct kraken_link *link)
{
    static const char ping[] = "{\"method\":\"ping\"}";
    link->pinged_ns = now(link);
    return kraken_link_send(link, ping, sizeof ping - 1);
}

void kraken_link_drop(struct kraken_link *link, const char *reason)
{
    connection_id id = link->id;
    if (id == 0)
        return;
    went_down(link, 0, reason); /* first: what the old socket still says is nobody's */
    link->transport->close(link->transport->self, id, CODE_NORMAL);
}

void kraken_link_close(struct kraken_link *link)
{
    connection_id id = link->id;
    link->id = 0;
    link->up = false;
    if (id != 0)
        link->transport->close(link->transport->self, id, CODE_NORMAL);
}

static void on_open(void *context, connection_id id)
{
    struct kraken_link *link = context;
    if (id != link->id)
        return;
    link->up = true;
    link->up_ns = link->heard_ns = link->pinged_ns = now(link);
    link->events->on_up(link->context);
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    struct kraken_link *link = context;
    if (id != link->id)
        return;
    link->heard_ns = now(link);
    link->events->on_text(link->context, text, len);
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    struct kraken_link *link = context;
    link->pending_count--;
    if (id == link->id)
        went_down(link, code, reason);
    link->events->on_gone(link->context);
}

static const struct transport_events socket_events = {
    .on_open = on_open,
    .on_text = on_text,
    .on_closed = on_closed,
};
