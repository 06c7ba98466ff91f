/* SPDX-License-Identifier: MIT */
#include "operator/server/health.h"

#include <string.h>

#include "platform/json/json_writer.h"

static bool any_fresh(const struct view *view)
{
    for (uint32_t i = 0; i < view->pair_count; i++)
        if (view->pairs[i].health == VIEW_FRESH)
            return true;
    return false;
}

const char *health_unready(const struct view *view, const struct section_now *now)
{
    const char *degraded = section_degraded(view, now);
    if (degraded)
        return degraded;
    if (!view->armed)
        return "the session is still warming up";
    if (!view->reconciled)
        return "the differences with the venue's books are not resolved yet";
    if (view->risk.halted)
        return "the drawdown guard has paused trading until it is resumed";
    if (view->at_venue.trades && !view->at_venue.open)
        return view->at_venue.trouble[0] ? view->at_venue.trouble : "the venue takes no entries";
    if (!any_fresh(view))
        return "no pair is heard";
    return NULL;
}

int health_get(const struct api_source *source, const char *path, struct json_writer *writer)
{
    const char *ill = NULL;
    if (strcmp(path, "/health") == 0)
        ill = section_degraded(source->view, source->now);
    else if (strcmp(path, "/health/ready") == 0)
        ill = health_unready(source->view, source->now);
    else if (strcmp(path, "/health/live") != 0)
        return 0;
    if (ill)
        return api_problem(writer, 503, ill);
    json_begin_object(writer, NULL);
    json_put_string(writer, "status", "ok");
    json_end_object(writer);
    return 200;
}
