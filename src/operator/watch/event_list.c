/* SPDX-License-Identifier: MIT */
#include "operator/watch/event_list.h"

#include <string.h>

#include "platform/json/json_writer.h"

void event_list_put(struct event_list *list, const struct ledger_event *event)
{
    for (uint64_t i = 0; i < EVENT_LIST_MAX && i < list->count; i++) {
        if (list->events[i].id == event->id) {
            list->events[i] = *event;
            return;
        }
    }
    list->events[list->count++ % EVENT_LIST_MAX] = *event;
}

const struct ledger_event *event_list_at(const struct event_list *list, uint64_t back)
{
    const bool held = back < list->count && back < EVENT_LIST_MAX;
    return held ? &list->events[(list->count - 1 - back) % EVENT_LIST_MAX] : NULL;
}

const char *event_severity_word(int32_t severity)
{
    return severity >= 0 && severity < SENTRY_SEVERITIES ? sentry_severity_names[severity]
                                                         : sentry_severity_names[SENTRY_CRITICAL];
}

void event_put(struct json_writer *writer, const char *key, const struct ledger_event *event)
{
    json_begin_object(writer, key);
    json_put_uint(writer, "id", event->id);
    json_put_time(writer, "timestamp", event->raised_ns, 3);
    json_put_string(writer, "event_type", event->type);
    json_put_string(writer, "severity", event_severity_word(event->severity));
    json_put_string(writer, "message", event->message);
    json_put_string(writer, "remedy", event->remedy);
    json_put_raw(writer, "metadata", event->metadata, strlen(event->metadata));
    json_put_time_or_null(writer, "cleared", event->cleared_ns, 3);
    json_end_object(writer);
}

void event_list_put_open(struct json_writer *writer, const struct event_list *list)
{
    json_begin_object(writer, "open");
    for (int i = 0; i < SENTRY_SEVERITIES; i++)
        json_put_uint(writer, sentry_severity_names[i], list ? list->open[i] : 0);
    json_end_object(writer);
}

void event_list_write(struct json_writer *writer, const struct event_list *list,
                      const struct event_page *page)
{
    uint64_t total = 0, count = 0;
    const struct ledger_event *event;
    json_begin_object(writer, NULL);
    json_begin_array(writer, "events");
    for (uint64_t back = 0; list && (event = event_list_at(list, back)); back++) {
        if (event->severity < (int32_t)page->severity)
            continue;
        if (total >= (uint64_t)page->offset && count < (uint64_t)page->limit) {
            event_put(writer, NULL, event);
            count++;
        }
        total++;
    }
    json_end_array(writer);
    json_put_uint(writer, "count", count);
    json_put_uint(writer, "total", total);
    json_put_int(writer, "offset", page->offset);
    json_put_int(writer, "limit", page->limit);
    event_list_put_open(writer, list);
    json_end_object(writer);
}
