/* SPDX-License-Identifier: MIT */
#include "app/service.h"

#define TELL_EVERY_NS (10 * NS_PER_S)

void service_open(struct service *service)
{
    *service = (struct service){.notify = notify_open()};
}

void service_tick(struct service *service, struct session *session, int64_t mono_ns)
{
    if (service->notify == NULL) {
        return;
    }
    const int64_t alive_ns = notify_alive_ns(service->notify);
    if (alive_ns > 0 && mono_ns - service->alive_mono_ns >= alive_ns) {
        service->alive_mono_ns = mono_ns;
        notify_alive(service->notify);
    }
    if (session == NULL) {
        return;
    }
    if (!service->ready && session->armed) {
        service->ready = true;
        notify_ready(service->notify);
    }
    if (service->ready && mono_ns - service->told_mono_ns >= TELL_EVERY_NS) {
        service->told_mono_ns = mono_ns;
        char line[400];
        session_status_line(session, line, sizeof line);
        notify_status(service->notify, line);
    }
}

void service_stopping(struct service *service)
{
    if (service->notify != NULL) {
        notify_stopping(service->notify);
    }
}

void service_close(struct service *service)
{
    notify_close(service->notify);
    service->notify = NULL;
}
