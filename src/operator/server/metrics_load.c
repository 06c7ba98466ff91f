/* SPDX-License-Identifier: MIT */
#include "operator/server/metrics_page.h"

#include "core/base/timestamp.h"
#include "operator/server/api.h"
#include "operator/server/health.h"
#include "operator/watch/alarm.h"

static double seconds(int64_t duration_ns)
{
    return (double)duration_ns / (double)NS_PER_S;
}

/* Prometheus' buckets are sums: each holds those before it too. */
static void put_histogram(struct page *page, const char *name, const char *help,
                          const struct histogram *histogram)
{
    uint64_t below = 0;
    page_head(page, name, "histogram", help);
    for (int i = 0; i < HISTOGRAM_BOUNDS; i++) {
        below += histogram->counts[i];
        page_printf(page, "%s_bucket{le=\"%g\"} %llu\n", name, seconds(histogram_bounds[i]),
                    (unsigned long long)below);
    }
    page_printf(page, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.9f\n%s_count %llu\n", name,
                (unsigned long long)histogram->count, name, seconds(histogram->sum_ns), name,
                (unsigned long long)histogram->count);
}

static void put_one(struct page *page, const char *name, const char *type, const char *help,
                    double value)
{
    page_head(page, name, type, help);
    page_printf(page, "%s ", name);
    page_value(page, value);
}

static void put_queues(struct page *page, const struct view_load *load)
{
    const struct {
        const char *queue;
        uint64_t waiting;
    } rows[] = {{"journal", load->market_waiting},
                {"ledger", load->money_waiting},
                {"dashboard", load->bridge_waiting}};
    page_head(
        page, "cuttle_queue_bytes", "gauge",
        "Bytes that wait between the trading thread and the thread that keeps or shows them.");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        page_printf(page, "cuttle_queue_bytes{queue=\"%s\"} %llu\n", rows[i].queue,
                    (unsigned long long)rows[i].waiting);
    }
}

static void put_events(struct page *page, const struct alarm_figures *alarm)
{
    page_head(page, "cuttle_events_open", "gauge", "Monitoring events that are open.");
    for (int i = 0; i < SENTRY_SEVERITIES; i++)
        page_printf(page, "cuttle_events_open{severity=\"%s\"} %u\n", sentry_severity_names[i],
                    alarm->open[i]);
    page_head(page, "cuttle_events_total", "counter", "Monitoring events raised in this session.");
    for (uint32_t kind = 0; kind < SENTRY_KINDS; kind++)
        page_printf(page, "cuttle_events_total{type=\"%s\"} %llu\n", sentry_type(kind),
                    (unsigned long long)alarm->raised[kind]);
    put_one(page, "cuttle_alarm_hooks", "gauge", "Ways by which alarms leave the machine.",
            alarm->has_webhook + alarm->has_hook);
    put_one(page, "cuttle_alarms_sent_total", "counter", "Alarms that a hook took.",
            (double)alarm->sent_count);
    put_one(page, "cuttle_alarms_failed_total", "counter", "Alarms given up: no hook took them.",
            (double)alarm->failed_count);
    put_one(page, "cuttle_alarms_dropped_total", "counter",
            "Alarms dropped because too many waited.", (double)alarm->dropped_count);
    put_one(page, "cuttle_events_lost_total", "counter", "Events that the ledger lacks.",
            (double)alarm->lost_count);
}

static void put_machine(struct page *page, const struct alarm_figures *alarm)
{
    if (alarm->disk_known)
        put_one(page, "cuttle_disk_free_bytes", "gauge", "Room on the state directory's disk.",
                (double)alarm->disk_free);
    put_one(page, "process_resident_memory_bytes", "gauge", "Memory of the process.",
            (double)alarm->memory);
}

void metrics_put_load(struct page *page, const struct api_source *source)
{
    const struct view *view = source->view;
    put_histogram(page, "cuttle_decision_latency_seconds",
                  "From a whole batch of candles to its last order or record.",
                  &view->load.decision);
    put_histogram(page, "cuttle_step_seconds", "A step of the engine, for any event.",
                  &view->load.step);
    if (source->requests)
        put_histogram(page, "cuttle_request_seconds", "A request to this server.",
                      source->requests);
    put_queues(page, &view->load);
    put_one(page, "cuttle_ready", "gauge", "1 when the session trades: /health/ready.",
            health_unready(view, source->now) == NULL);
    put_one(page, "cuttle_storage_held", "gauge",
            "1 while entries stop for a disk that takes nothing or is nearly full.", view->held);
    put_one(page, "cuttle_gateway_rate_ratio", "gauge",
            "Part used of what the venue's counter of calls admits.", view->at_venue.rate_used);
    put_one(page, "cuttle_venue_bare_seconds", "gauge",
            "How long held coins have stood without a stop now.", seconds(view->at_venue.bare_ns));
    if (view->timed)
        put_one(page, "cuttle_clock_skew_seconds", "gauge",
                "This machine's clock less the venue's.", seconds(view->skew_ns));
    if (source->alarm) {
        put_events(page, source->alarm);
        put_machine(page, source->alarm);
    }
}
