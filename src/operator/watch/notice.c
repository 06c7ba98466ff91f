/* SPDX-License-Identifier: MIT */
#include "operator/watch/notice.h"

#include <stdio.h>

#include "core/base/check.h"
#include "operator/watch/event_list.h"
#include "platform/json/json_writer.h"

void notice_write(struct notice *notice, const struct notice_sender *sender, enum sentry_news news,
                  const struct ledger_event *event)
{
    char text[900];
    struct json_writer writer;
    notice->news = news;
    notice->event = *event;
    snprintf(text, sizeof text, "[%s] cuttle on %s, %s%s: %s%s%s",
             event_severity_word(event->severity), sender->host, event->type,
             news == SENTRY_CLEARED ? " is over" : "", event->message,
             news == SENTRY_CLEARED ? "" : ". ", news == SENTRY_CLEARED ? "" : event->remedy);
    json_writer_init(&writer, notice->json, sizeof notice->json);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "news", sentry_news_word(news));
    json_put_string(&writer, "text", text);
    json_put_string(&writer, "host", sender->host);
    json_put_string(&writer, "venue", sender->venue);
    json_put_string(&writer, "mode", sender->mode);
    json_put_string(&writer, "version", sender->version);
    event_put(&writer, "event", event);
    json_end_object(&writer);
    notice->len = json_writer_ok(&writer) ? writer.len : 0;
    if (notice->len == 0) { /* escapes can make six bytes of one: then the kind alone is told */
        json_writer_init(&writer, notice->json, sizeof notice->json);
        json_begin_object(&writer, NULL);
        json_put_string(&writer, "news", sentry_news_word(news));
        json_put_string(&writer, "text", event->type);
        json_end_object(&writer);
        CHECK(json_writer_ok(&writer));
        notice->len = writer.len;
    }
}

void notice_name(const struct notice *notice, char name[NOTICE_NAME_MAX])
{
    snprintf(name, NOTICE_NAME_MAX, "%s %s, event %llu", notice->event.type,
             sentry_news_word(notice->news), (unsigned long long)notice->event.id);
}

bool notice_queue_put(struct notice_queue *queue, const struct notice *notice)
{
    const bool room = queue->count < NOTICE_WAITING_MAX;
    if (!room)
        notice_queue_drop(queue);
    queue->notices[(queue->first + queue->count++) % NOTICE_WAITING_MAX] = *notice;
    return room;
}

const struct notice *notice_queue_first(const struct notice_queue *queue)
{
    return queue->count > 0 ? &queue->notices[queue->first] : NULL;
}

void notice_queue_drop(struct notice_queue *queue)
{
    queue->first = (queue->first + 1) % NOTICE_WAITING_MAX;
    queue->count--;
}

void notice_queue_move(struct notice_queue *from, struct notice_queue *to)
{
    for (const struct notice *notice; (notice = notice_queue_first(from)); notice_queue_drop(from))
        notice_queue_put(to, notice);
}
